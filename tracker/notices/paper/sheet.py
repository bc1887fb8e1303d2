"""Give the measures of GB/T 9704-2012, in points: the sheet, its margins, the grid of 22 lines of 28 characters.

Clause numbers in the comments are the standard's.
"""

from __future__ import annotations

from enum import StrEnum

MM = 72 / 25.4

WIDTH, HEIGHT = 210 * MM, 297 * MM  # 5.1
TOP, BOTTOM, LEFT, RIGHT = 37 * MM, 35 * MM, 28 * MM, 26 * MM  # 5.2.1
TEXT_WIDTH, TEXT_HEIGHT = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM  # 156 mm × 225 mm
LINES, CHARACTERS = 22, 28  # 5.2.3
PITCH = TEXT_HEIGHT / LINES
CELL = TEXT_WIDTH / CHARACTERS

# Sizes by their Chinese names.
SIZE_2, SIZE_3, SIZE_4, SIZE_5 = 22.0, 16.0, 14.0, 10.5

RED = (230, 0, 18)
BLACK = (0, 0, 0)

# 7.2.4: the top of the issuer's name stands 35 mm below the top of the text, in a letter 30 mm below the sheet's edge
# (10.1).
HEAD_TOP = TOP + 35 * MM
LETTER_HEAD_TOP = 30 * MM
HEAD_LARGEST, HEAD_SMALLEST, HEAD_LEADING = 42.0, 24.0, 1.25
# 7.3.5: the seal stands on name and date, its top within a line of the text.
SEAL_ROWS = 2
# 7.2.7: the red line stands 4 mm below the number; 10.1: below the issuer's name, and 20 mm above the sheet's lower edge.
RED_LINE_GAP = 4 * MM
RED_LINE = 1.5
LETTER_LINE_WIDTH = 170 * MM
LETTER_LINE_LOW = HEIGHT - 20 * MM
# 7.4.1: the first and the last line of the imprint are thick, those between thin.
THICK, THIN = 0.35 * MM, 0.25 * MM
IMPRINT_PITCH, TABLE_PITCH = 22.0, 15.5
# 7.5: the dashes beside the page number stand 7 mm below the text.
PAGE_NUMBER_BELOW = 7 * MM


class Face(StrEnum):
    """Name a typeface by what it is used for."""

    BODY = "body"  # 仿宋
    TITLE = "title"  # 小标宋
    HEADING = "heading"  # 黑体
    SUBHEADING = "subheading"  # 楷体
    FIGURES = "figures"  # 宋体


# Names under which word processors know the typefaces: the first is asked for, the others stand in.
FAMILIES: dict[Face, tuple[str, ...]] = {
    Face.BODY: ("仿宋_GB2312", "仿宋", "FangSong", "STFangsong"),
    Face.TITLE: ("方正小标宋简体", "方正小标宋_GBK", "华文中宋", "宋体"),
    Face.HEADING: ("黑体", "SimHei", "STHeiti"),
    Face.SUBHEADING: ("楷体_GB2312", "楷体", "KaiTi", "STKaiti"),
    Face.FIGURES: ("宋体", "SimSun", "STSong"),
}

"""Find the typefaces to print with, and measure their characters.

The county's own licensed files are taken from `TRACKER_FONT_DIR` under the names they are sold by; where one is missing, or
lacks a character, an open typeface stands in: Noto Serif SC for the serif ones, Noto Sans SC for 黑体.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import pylopdf_fonts_zh_cn
from django.conf import settings
from fontTools.ttLib import TTFont

from tracker.notices.paper.sheet import Face

# File names, without ending and in lower case, as the typefaces are sold or come with systems.
_FILES: dict[Face, tuple[str, ...]] = {
    Face.BODY: ("fangsong_gb2312", "仿宋_gb2312", "simfang", "stfangso", "fzfsjw", "fzfsk"),
    Face.TITLE: ("fzxbsjw", "方正小标宋简体", "fzxbsk", "方正小标宋_gbk", "stzhongs"),
    Face.HEADING: ("simhei", "fzhtjw", "stheiti"),
    Face.SUBHEADING: ("kaiti_gb2312", "楷体_gb2312", "simkai", "stkaiti", "fzktjw"),
    Face.FIGURES: ("simsun", "stsong", "fzssjw"),
}
_ENDINGS = {".ttf", ".otf"}


@dataclass(frozen=True, slots=True)
class FontFile:
    """Be one file; `stroke` is the width, as a part of the size, by which a lighter typeface is thickened for titles."""

    path: Path
    stroke: float = 0.0


def font_for(face: Face) -> FontFile:
    """Return the file a face is printed with: the county's own, else the open one that stands in."""
    return _own(settings.TRACKER_FONT_DIR, face) or stand_in(face)


def stand_in(face: Face) -> FontFile:
    """Return the open typeface that stands in for a face; 小标宋 is a bold one, so its stand-in is thickened."""
    if face is Face.HEADING:
        return FontFile(pylopdf_fonts_zh_cn.sans_path())
    return FontFile(pylopdf_fonts_zh_cn.serif_path(), 0.022 if face is Face.TITLE else 0.0)


def file_with(face: Face, character: str) -> FontFile:
    """Return the file a character is printed from: the face's own, or its stand-in where the own one lacks it."""
    own = font_for(face)
    return own if _metrics(own.path).has(character) else stand_in(face)


def advance(face: Face, character: str) -> float:
    """Return how wide a character is, in parts of the size."""
    return _advance(file_with(face, character).path, character)


@dataclass(frozen=True)
class _Metrics:
    """Hold what a file says of its characters; widths in parts of the size."""

    widths: dict[int, float]
    missing: float

    def has(self, character: str) -> bool:
        return ord(character) in self.widths


@lru_cache(maxsize=8)
def _metrics(path: Path) -> _Metrics:
    with TTFont(path, lazy=True) as font:
        unit = font["head"].unitsPerEm
        table = font["hmtx"].metrics
        widths = {code: table[name][0] / unit for code, name in font.getBestCmap().items()}
        return _Metrics(widths, table[font.getGlyphOrder()[0]][0] / unit)


@lru_cache(maxsize=8192)
def _advance(path: Path, character: str) -> float:
    metrics = _metrics(path)
    return metrics.widths.get(ord(character), metrics.missing)


@cache
def _own(directory: Path, face: Face) -> FontFile | None:
    if not directory.is_dir():
        return None
    found = {path.stem.lower(): path for path in sorted(directory.iterdir()) if path.suffix.lower() in _ENDINGS}
    return next((FontFile(found[name]) for name in _FILES[face] if name in found), None)

"""Write a paper as a word processor's document, in paragraphs and styles that can be worked on further.

It has the margins, grid, sizes and typefaces of the standard; where a line ends is up to the word processor.
"""

from __future__ import annotations

from datetime import UTC
from io import BytesIO
from typing import Any
from xml.sax.saxutils import quoteattr

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import nsmap, qn
from docx.section import Section
from docx.shared import Length, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph as Words

from tracker.notices.drafting.forms import Layout
from tracker.notices.paper import sheet
from tracker.notices.paper.breaking import Line
from tracker.notices.paper.content import Level, Paper, Paragraph, Table
from tracker.notices.paper.layout import COLUMNS, head_lines, signature_of, title_lines
from tracker.notices.paper.sheet import FAMILIES, Face

RED = RGBColor(*sheet.RED)
RED_HEX = "{:02X}{:02X}{:02X}".format(*sheet.RED)
# Twentieths of a point by which 28 characters of size 3 are set closer to fit the line (5.2.3). A grid of characters would
# say the same, but not every word processor sets a character on it that is wider than its cell.
TIGHTENING = int((sheet.CELL - sheet.SIZE_3) * 20) - 1
# Parts of the library's own template that a notice has no use for: a picture of another document, an older form's styles.
_LEFT_OUT = ("/thumbnail", "/stylesWithEffects", "/customXml", "/numbering")
_KEPT_STYLES = {"Normal", "Default Paragraph Font", "Normal Table", "Table Grid", "Header", "Footer", "No List"}

# The shape of each typeface in ten figures, by which a word processor looks for one like it.
_PANOSE = {
    Face.BODY: "02010609030101010101",
    Face.TITLE: "02010600030101010101",
    Face.HEADING: "02010609060101010101",
    Face.SUBHEADING: "02010609030101010101",
    Face.FIGURES: "02010600030101010101",
}

HEAD, NUMBER, TITLE, ADDRESSEE = "发文机关标志", "发文字号", "公文标题", "主送机关"
TEXT, HEADING, SUBHEADING = "公文正文", "一级标题", "二级标题"
SIGNER, NOTE, IMPRINT, CELL, PAGE_NUMBER, MARK = "发文机关署名", "附注", "版记", "表格文字", "公文页码", "稿件标记"
_LEVELS = {Level.HEADING: HEADING, Level.SUBHEADING: SUBHEADING, Level.TEXT: TEXT}


def docx_file(paper: Paper) -> bytes:
    """Return the paper as a .docx file."""
    document = docx.Document()
    _leave_out(document)
    _styles(document)
    _fonts(document)
    section = document.sections[0]
    _sheet(document, section)
    if paper.layout is Layout.LETTER:
        _letter_head(document, section, paper)
    else:
        _document_head(document, paper)
    _page_numbers(section)
    _title(document, paper)
    document.add_paragraph(paper.addressee, ADDRESSEE)
    _blocks(document, paper)
    _signature(document, paper)
    _imprint(document, paper)
    _properties(document, paper)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


# The frame of the document


def _leave_out(document: Document) -> None:
    for holder in (document.part, document.part.package):
        for key, relation in list(holder.rels.items()):
            if relation.reltype.endswith(_LEFT_OUT):
                del holder.rels[key]
    for style in list(document.styles):
        if style.name not in _KEPT_STYLES:
            style.delete()


def _sheet(document: Document, section: Section) -> None:
    section.page_width, section.page_height = Pt(sheet.WIDTH), Pt(sheet.HEIGHT)
    section.top_margin, section.bottom_margin = Pt(sheet.TOP), Pt(sheet.BOTTOM)
    section.left_margin, section.right_margin = Pt(sheet.LEFT), Pt(sheet.RIGHT)
    section.header_distance = Pt(sheet.LETTER_HEAD_TOP)
    section.footer_distance = Pt(sheet.HEIGHT - sheet.LETTER_LINE_LOW)
    document.settings.odd_and_even_pages_header_footer = True
    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    section._sectPr.append(_element("w:docGrid", type="lines", linePitch=int(sheet.PITCH * 20)))


def _styles(document: Document) -> None:
    normal = document.styles["Normal"]
    _set(normal, Face.BODY, sheet.SIZE_3)
    defaults = document.styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:lang')}")
    if defaults is not None:
        # Digits are no Chinese words, and are not parted at a line's end.
        defaults.set(qn("w:val"), "en-US")
        defaults.set(qn("w:eastAsia"), "zh-CN")
    _add(document, MARK, Face.HEADING)
    _add(document, HEAD, Face.TITLE, align=WD_ALIGN_PARAGRAPH.CENTER, color=RED)
    _add(document, NUMBER, Face.BODY, align=WD_ALIGN_PARAGRAPH.CENTER)
    _add(document, TITLE, Face.TITLE, size=sheet.SIZE_2, align=WD_ALIGN_PARAGRAPH.CENTER, outline=0)
    _add(document, ADDRESSEE, Face.BODY)
    for name, face, outline in ((TEXT, Face.BODY, None), (HEADING, Face.HEADING, 1), (SUBHEADING, Face.SUBHEADING, 2)):
        style = _add(document, name, face, align=WD_ALIGN_PARAGRAPH.JUSTIFY, outline=outline)
        _indent(style.element.get_or_add_pPr(), first=2)
        style.paragraph_format.keep_with_next = outline is not None
    _add(document, SIGNER, Face.BODY, align=WD_ALIGN_PARAGRAPH.RIGHT).paragraph_format.keep_with_next = True
    _indent(_add(document, NOTE, Face.BODY).element.get_or_add_pPr(), left=2)
    _add(document, IMPRINT, Face.BODY, size=sheet.SIZE_4, pitch=sheet.IMPRINT_PITCH)
    _add(document, CELL, Face.BODY, size=sheet.SIZE_5, pitch=sheet.TABLE_PITCH)
    _add(document, PAGE_NUMBER, Face.FIGURES, size=sheet.SIZE_4, pitch=sheet.SIZE_4 + 2)


def _add(
    document: Document,
    name: str,
    face: Face,
    *,
    size: float = sheet.SIZE_3,
    pitch: float = sheet.PITCH,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT,
    color: RGBColor | None = None,
    outline: int | None = None,
) -> ParagraphStyle:
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    style.quick_style = True
    _set(style, face, size)
    style.font.color.rgb = color
    shape = style.paragraph_format
    shape.alignment = align
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, _points(pitch)
    shape.widow_control = False
    # No gaps are slipped in between Chinese and digits, or a line would not hold 28 characters.
    for name in ("w:autoSpaceDN", "w:autoSpaceDE"):
        style.element.get_or_add_pPr().insert_element_before(_element(name, val=0), *_AFTER_SPACES)
    # The pitch is exact; a processor that snaps to the grid as well would double it where a character is larger.
    style.element.get_or_add_pPr().insert_element_before(_element("w:snapToGrid", val=0), *_AFTER_SNAP)
    if outline is not None:
        style.element.get_or_add_pPr().append(_element("w:outlineLvl", val=outline))
    return style


def _set(style: Any, face: Face, size: float) -> None:
    """Give a style a typeface, for Chinese and for digits alike (5.2.2), and a size."""
    style.font.size = Pt(size)
    style.font.name = FAMILIES[face][0]
    properties = style.element.get_or_add_rPr()
    properties.insert_element_before(_element("w:spacing", val=TIGHTENING), *_AFTER_SPACING)
    fonts = properties.get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    for name in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{name}"), FAMILIES[face][0])


def _fonts(document: Document) -> None:
    """Name what may stand in for a typeface that a machine does not have."""
    names = []
    for face, (name, *others) in FAMILIES.items():
        family = "roman" if face in {Face.TITLE, Face.FIGURES} else "modern"
        names.append(
            f"<w:font w:name={quoteattr(name)}><w:altName w:val={quoteattr(','.join(others))}/>"
            f'<w:panose1 w:val="{_PANOSE[face]}"/>'
            f'<w:charset w:val="86"/><w:family w:val="{family}"/><w:pitch w:val="auto"/></w:font>'
        )
    declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    table = f"{declaration}<w:fonts xmlns:w={quoteattr(nsmap['w'])}>{''.join(names)}</w:fonts>"
    for relation in document.part.rels.values():
        if relation.reltype.endswith("/fontTable"):
            relation.target_part._blob = table.encode()


def _properties(document: Document, paper: Paper) -> None:
    core = document.core_properties
    core.title = paper.title.replace("\n", "")
    core.author = core.last_modified_by = paper.signer
    core.subject = paper.number
    core.comments = core.keywords = ""
    core.language = "zh-CN"
    core.revision = 1
    core.created = core.modified = paper.made_at.astimezone(UTC).replace(tzinfo=None)


# The head


def _document_head(document: Document, paper: Paper) -> None:
    room = 35 * sheet.MM
    if paper.mark:
        document.add_paragraph(paper.mark, MARK)
        room -= sheet.PITCH
    _name(document.add_paragraph(style=HEAD), paper, before=room)
    number = document.add_paragraph(paper.number, NUMBER)
    number.paragraph_format.space_before = _points(2 * sheet.PITCH)
    number.paragraph_format.line_spacing = Pt(sheet.SIZE_3 + 2)
    _border(number, kind="single", width=sheet.RED_LINE, space=sheet.RED_LINE_GAP)


def _letter_head(document: Document, section: Section, paper: Paper) -> None:
    section.different_first_page_header_footer = True
    head = section.first_page_header.paragraphs[0]
    head.style = document.styles[HEAD]
    _name(head, paper, before=0)
    foot = section.first_page_footer.paragraphs[0]
    foot.style = document.styles[PAGE_NUMBER]
    foot.paragraph_format.line_spacing = Pt(1)
    _border(head, kind="thickThinSmallGap", width=3.0, space=sheet.RED_LINE_GAP)
    _border(foot, kind="thinThickSmallGap", width=3.0, space=0)
    side = (sheet.WIDTH - sheet.LETTER_LINE_WIDTH) / 2
    for one in (head, foot):
        one.paragraph_format.left_indent = _points(side - sheet.LEFT)
        one.paragraph_format.right_indent = _points(side - sheet.RIGHT)
    number = document.add_paragraph(style=NUMBER)
    number.alignment = WD_ALIGN_PARAGRAPH.LEFT
    number.paragraph_format.space_before = Pt(sheet.SIZE_3 * 7 / 8)
    number.paragraph_format.line_spacing = Pt(sheet.SIZE_3 + 2)
    number.paragraph_format.tab_stops.add_tab_stop(_points(sheet.TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    mark = number.add_run(paper.mark)
    _face(mark, Face.HEADING)
    number.add_run(f"\t{paper.number}")


def _name(paragraph: Words, paper: Paper, *, before: float) -> None:
    size, lines = head_lines(paper.head)
    _broken(paragraph, lines)
    for run in paragraph.runs:
        run.font.size = Pt(int(size * 2) / 2)
    paragraph.paragraph_format.space_before = _points(before)
    paragraph.paragraph_format.line_spacing = _points(size * sheet.HEAD_LEADING)


# Title, text, signature


def _title(document: Document, paper: Paper) -> None:
    paragraph = document.add_paragraph(style=TITLE)
    _broken(paragraph, [line.text for line in title_lines(paper.title)])
    paragraph.paragraph_format.space_before = _points(2 * sheet.PITCH)
    paragraph.paragraph_format.space_after = _points(sheet.PITCH)


def _blocks(document: Document, paper: Paper) -> None:
    last = len(paper.blocks) - 1
    for place, block in enumerate(paper.blocks):
        if isinstance(block, Table):
            _table(document, block)
        else:
            paragraph = _paragraph(document, block)
            # The signature never stands on a page without text.
            paragraph.paragraph_format.keep_with_next = place == last or None


def _paragraph(document: Document, block: Paragraph) -> Words:
    return document.add_paragraph(block.text, _LEVELS[block.level])


def _table(document: Document, table: Table) -> None:
    grid = document.add_table(rows=0, cols=len(COLUMNS), style="Table Grid")
    grid.autofit = False
    for column, part in zip(grid.columns, COLUMNS, strict=True):
        column.width = _points(part * sheet.TEXT_WIDTH)
    for number, cells in enumerate(table.rows):
        row = grid.add_row()
        row_properties = row._tr.get_or_add_trPr()
        row_properties.append(_element("w:cantSplit"))
        if number == 0:
            row_properties.append(_element("w:tblHeader"))
        for cell, text, part in zip(row.cells, cells, COLUMNS, strict=True):
            cell.width = _points(part * sheet.TEXT_WIDTH)
            paragraph = cell.paragraphs[0]
            paragraph.style = document.styles[CELL]
            run = paragraph.add_run(text)
            if number == 0:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
                _face(run, Face.HEADING)


def _signature(document: Document, paper: Paper) -> None:
    signature = signature_of(paper)
    right = sheet.LEFT + sheet.TEXT_WIDTH
    for place, line in enumerate([*signature.lines, Line(paper.dated, signature.date_width)]):
        paragraph = document.add_paragraph(line.text, SIGNER)
        paragraph.paragraph_format.right_indent = _points(right - signature.centre - line.width / 2)
        if place == 0:
            paragraph.paragraph_format.space_before = _points(sheet.SEAL_ROWS * sheet.PITCH)
    if paper.note:
        document.add_paragraph(paper.note, NOTE)


def _imprint(document: Document, paper: Paper) -> None:
    """Put the imprint at the foot of the last page: a table that floats to the lower margin, ruled as 7.4.1 says."""
    texts = [f"抄送：{paper.copies}。"] if paper.copies else []
    if paper.printed_by:
        texts.append(f"{paper.printed_by}\t{paper.printed}")
    if not texts:
        return
    table = document.add_table(rows=len(texts), cols=1)
    table.autofit = False
    table.columns[0].width = _points(sheet.TEXT_WIDTH)
    place = _element(
        "w:tblpPr",
        leftFromText=0,
        rightFromText=0,
        vertAnchor="margin",
        horzAnchor="margin",
        tblpXSpec="left",
        tblpYSpec="bottom",
    )
    table._tbl.tblPr.insert_element_before(
        place, "w:tblOverlap", "w:tblStyleRowBandSize", "w:tblW", "w:jc", "w:tblLayout"
    )
    for number, (text, cell) in enumerate(zip(texts, table.columns[0].cells, strict=True)):
        cell.width = _points(sheet.TEXT_WIDTH)
        paragraph = cell.paragraphs[0]
        paragraph.style = document.styles[IMPRINT]
        paragraph.add_run(text)
        shape = paragraph.paragraph_format
        shape.left_indent = shape.right_indent = _points(sheet.SIZE_4)
        if "\t" in text:
            shape.tab_stops.add_tab_stop(_points(sheet.TEXT_WIDTH - sheet.SIZE_4), WD_TAB_ALIGNMENT.RIGHT)
        else:
            hanging = 3 * sheet.SIZE_4
            shape.left_indent, shape.first_line_indent = _points(sheet.SIZE_4 + hanging), _points(-hanging)
        properties = cell._tc.get_or_add_tcPr()
        properties.append(_cell_margins())
        if paper.printed_by:
            last = number == len(texts) - 1
            above = sheet.THIN if number else sheet.THICK
            properties.insert_element_before(
                _rules("w:tcBorders", top=above, bottom=sheet.THICK if last else sheet.THIN), "w:tcMar"
            )
    # A document does not end with a table.
    document.add_paragraph(style=IMPRINT).paragraph_format.line_spacing = Pt(1)


def _page_numbers(section: Section) -> None:
    """Number odd pages at the right and even ones at the left, a character from the margin (7.5)."""
    lift = sheet.BOTTOM - sheet.PAGE_NUMBER_BELOW - sheet.SIZE_4 - (sheet.HEIGHT - sheet.LETTER_LINE_LOW)
    for footer, align in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        paragraph = footer.paragraphs[0]
        paragraph.style = PAGE_NUMBER
        paragraph.alignment = align
        paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = _points(sheet.SIZE_4)
        paragraph.paragraph_format.space_after = _points(max(lift, 0))
        paragraph.add_run("— ")
        _field(paragraph, "PAGE")
        paragraph.add_run(" —")


# Pieces

# What may follow the spacing in a style's character properties, by the schema.
_AFTER_SPACING = ("w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:highlight", "w:u", "w:lang")
# What may follow a border, and the grid's switch, in a paragraph's properties, by the schema.
_AFTER_BORDER = (
    "w:shd",
    "w:tabs",
    "w:suppressAutoHyphens",
    "w:snapToGrid",
    "w:spacing",
    "w:ind",
    "w:jc",
    "w:outlineLvl",
    "w:rPr",
)
_AFTER_SNAP = _AFTER_BORDER[4:]
_AFTER_SPACES = ("w:autoSpaceDN", "w:bidi", "w:adjustRightInd", "w:snapToGrid", *_AFTER_SNAP)


def _broken(paragraph: Words, lines: list[str]) -> None:
    for place, line in enumerate(lines):
        run = paragraph.add_run(line)
        if place < len(lines) - 1:
            run.add_break(WD_BREAK.LINE)


def _face(run: Any, face: Face) -> None:
    run.font.name = FAMILIES[face][0]
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FAMILIES[face][0])


def _border(paragraph: Words, *, kind: str, width: float, space: float) -> None:
    """Rule a paragraph in red below, `space` points from its text."""
    borders = OxmlElement("w:pBdr")
    borders.append(_element("w:bottom", val=kind, sz=_eighths(width), space=min(round(space), 31), color=RED_HEX))
    paragraph._p.get_or_add_pPr().insert_element_before(borders, *_AFTER_BORDER)


def _rules(name: str, *, top: float, bottom: float) -> Any:
    """Return the borders of a cell, in black."""
    rules = OxmlElement(name)
    for side, width in (("top", top), ("bottom", bottom)):
        rules.append(_element(f"w:{side}", val="single", sz=_eighths(width), space=0, color="000000"))
    return rules


def _cell_margins() -> Any:
    margins = OxmlElement("w:tcMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w=0, type="dxa"))
    return margins


def _eighths(width: float) -> int:
    """Return a line's width in eighths of a point, at least the two that a word processor draws."""
    return max(round(width * 8), 2)


def _indent(properties: Any, *, first: int = 0, left: int = 0) -> None:
    """Indent by whole characters, so that it stays right in another size; the twentieths of a point stand beside."""
    indent = properties.get_or_add_ind()
    for name, count in (("firstLine", first), ("left", left)):
        if count:
            indent.set(qn(f"w:{name}Chars"), str(count * 100))
            indent.set(qn(f"w:{name}"), str(round(count * sheet.CELL * 20)))


def _field(paragraph: Words, code: str) -> None:
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("text", "1"), ("end", "")):
        run = paragraph.add_run()
        if kind == "text":
            run.text = text
        elif kind:
            run._r.append(_element("w:fldChar", fldCharType=kind))
        else:
            instruction = OxmlElement("w:instrText")
            instruction.text = text
            run._r.append(instruction)


def _element(name: str, **attributes: object) -> Any:
    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), str(value))
    return element


def _points(value: float) -> Length:
    """Return a length in whole twentieths of a point, which is what the format holds."""
    return Pt(round(value * 20) / 20)

"""How notices print: the measures of GB/T 9704-2012, where lines and pages end, and files that hold what was signed."""

from __future__ import annotations

import zipfile
from datetime import UTC, date, datetime
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import pylopdf_fonts_zh_cn
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from tests.notices import making
from tests.notices.making import NOW
from tracker.notices.drafting.forms import Layout
from tracker.notices.paper import fonts, sheet
from tracker.notices.paper.breaking import NOT_FIRST, NOT_LAST, balanced, broken
from tracker.notices.paper.content import Level, Paper, Paragraph, Table, file_name, paper
from tracker.notices.paper.docx import docx_file
from tracker.notices.paper.layout import Page, Text, laid_out
from tracker.notices.paper.pdf import pdf
from tracker.notices.paper.sheet import Face

LONG = "稷山县国家农村综合性改革试点试验推进项目工作领导小组办公室"


def a_paper(*texts: str, **values: Any) -> Paper:
    """Describe a paper; one paragraph of text unless told otherwise."""
    blocks = tuple(Paragraph(text) for text in texts) or (Paragraph("请于2023年6月16日前完成整改。"),)
    plain: dict[str, Any] = {
        "layout": Layout.DOCUMENT,
        "mark": "",
        "head": "稷山县人民政府办公室",
        "number": "稷督〔2023〕1号",
        "title": "关于“设立普查领导小组”事项的督办通知书",
        "addressee": "稷峰镇人民政府：",
        "blocks": blocks,
        "signer": "稷山县人民政府办公室",
        "signed_on": date(2023, 6, 7),
        "note": "（文书核验码：K7QF-2M9P）",
        "copies": "县财政局、县审计局",
        "printed_by": "稷山县人民政府办公室",
        "printed_on": date(2023, 6, 7),
        "made_at": datetime(2023, 6, 7, 1, 30, tzinfo=UTC),
    }
    return Paper(**{**plain, **values})


def letter(*texts: str, **values: Any) -> Paper:
    return a_paper(*texts, layout=Layout.LETTER, printed_by="", printed_on=None, **values)


def find(page: Page, words: str) -> Text:
    return next(text for text in page.texts if words in text.text)


def mm(points: float) -> float:
    return points * 25.4 / 72


# The sheet


def test_a_full_page_holds_22_lines_of_28_characters() -> None:
    pages = laid_out(a_paper("工" * 28 * 60))
    lines = [text for text in pages[1].texts if text.face is Face.BODY]
    assert len(lines) == 22
    assert {len(line.text) for line in lines} == {28}
    assert {round(mm(line.x), 3) for line in lines} == {28.0}
    assert {round(mm(line.x + line.width), 2) for line in lines} == {184.0}


def test_a_paragraph_begins_two_characters_in() -> None:
    (page,) = laid_out(a_paper("工" * 40))
    first, second = (text for text in page.texts if text.text.startswith("工工"))
    assert round(mm(first.x - second.x), 2) == round(156 / 28 * 2, 2)
    assert (len(first.text), len(second.text)) == (26, 14)


def test_the_head_of_a_document_stands_35_mm_below_the_text_s_top_and_its_line_4_mm_below_the_number() -> None:
    (page,) = laid_out(a_paper())
    head, number = find(page, "稷山县人民政府办公室"), find(page, "稷督")
    assert head.color == sheet.RED
    assert round(mm(head.y - head.size * 0.86), 1) == 72.0
    line = next(rule for rule in page.rules if rule.color == sheet.RED)
    assert round(mm(line.y - (number.y + number.size * 0.14)), 1) == 4.0
    assert round(mm(line.width), 1) == 156.0


def test_a_letter_has_two_double_lines_of_170_mm_and_no_number_on_its_first_page() -> None:
    pages = laid_out(letter("工" * 28 * 30))
    red = [rule for rule in pages[0].rules if rule.color == sheet.RED]
    assert {round(mm(rule.width), 1) for rule in red} == {170.0}
    assert round(297 - mm(red[2].y), 1) == 20.0
    head = find(pages[0], "稷山县人民政府办公室")
    assert round(mm(head.y - head.size * 0.86), 1) == 30.0
    assert not [text for text in pages[0].texts if "—" in text.text]
    assert find(pages[1], "— 2 —").x < 100
    assert not pages[1].rules


def test_odd_pages_are_numbered_at_the_right_and_even_ones_at_the_left() -> None:
    pages = laid_out(a_paper("工" * 28 * 60))
    for number, page in enumerate(pages, 1):
        text = find(page, f"— {number} —")
        assert text.face is Face.FIGURES
        assert (text.size, text.x > sheet.WIDTH / 2) == (14.0, bool(number % 2))


def test_a_long_name_takes_two_lines_in_the_head_and_in_the_signature() -> None:
    page = laid_out(letter(head=LONG, signer=LONG, copies=""))[0]
    head = [text for text in page.texts if text.color == sheet.RED]
    assert [text.text for text in head] == ["稷山县国家农村综合性改革试点试验", "推进项目工作领导小组办公室"]
    assert all(text.x >= sheet.LEFT - 0.1 and text.x + text.width <= sheet.WIDTH - sheet.RIGHT + 0.1 for text in head)
    dated = find(page, "2023年6月7日")
    name = next(text for text in page.texts if text.text == head[1].text and text.color == sheet.BLACK)
    assert abs((dated.x + dated.width / 2) - (name.x + name.width / 2)) < 0.01, "the name is centred on the date"


def test_the_signature_never_stands_on_a_page_without_text() -> None:
    for rows in range(1, 40):
        for one in (a_paper("工" * 28 * rows, "特此通知。"), letter("工" * 28 * rows, "特此函告。")):
            last = laid_out(one)[-1]
            signature = find(last, "2023年6月7日")
            body = [text for text in last.texts if text.face is Face.BODY and text.y < signature.y]
            assert len([text for text in body if text.text != one.signer]) >= 2


def test_nothing_overlaps_or_leaves_the_sheet() -> None:
    for rows in range(1, 40):
        for page in laid_out(a_paper("工" * 28 * rows, "特此通知。", signer=LONG, printed_by=LONG)):
            for text in page.texts:
                assert text.x >= sheet.LEFT - 0.01
                assert text.x + text.width <= sheet.WIDTH - sheet.RIGHT + 0.5
            rows_taken = sorted((text.y, text.x, text.x + text.width) for text in page.texts)
            for (y, _x, right), (next_y, left, _right) in pairwise(rows_taken):
                assert next_y - y > 9 or left >= right - 0.01


def test_the_imprint_ends_with_the_text_of_the_last_page_and_is_never_alone_on_one() -> None:
    for rows in range(1, 40):
        last = laid_out(a_paper("工" * 28 * rows, "特此通知。"))[-1]
        assert round(mm(max(rule.y for rule in last.rules)), 2) == 262.0
        assert find(last, "2023年6月7日印发")
        assert find(last, "（文书核验码")


def test_a_long_list_goes_over_pages_with_its_head_repeated() -> None:
    rows = tuple(
        (str(n), "县住房和城乡建设管理局", "编制专项规划", "稷政发〔2023〕5号", "2023年6月30日", "5日")
        for n in range(60)
    )
    table = Table((("序号", "责任单位", "事项", "依据文件", "完成时限", "逾期"), *rows))
    pages = laid_out(a_paper(blocks=(Paragraph("一、清单", Level.HEADING), table, Paragraph("特此通报。"))))
    with_rows = [page for page in pages if any(text.text.startswith("编制") for text in page.texts)]
    assert len(with_rows) > 2
    for page in with_rows:
        assert find(page, "责任单位").face is Face.HEADING
    shown = [text.text for page in pages for text in page.texts if text.text.isdecimal()]
    assert shown == [row[0] for row in rows]


# Lines

CHINESE = st.text("稷山县人民政府，。、；：？！（）《》“”0123456789年月日号 〔〕—abc", min_size=1, max_size=300)


@given(CHINESE, st.integers(6, 40))
def test_lines_lose_no_character_and_are_no_wider_than_allowed(text: str, cells: int) -> None:
    lines = broken(text, cells, lambda character: 1.0)
    assert "".join(line.text for line in lines).replace(" ", "") == text.replace(" ", "")
    assert all(line.width <= cells + 0.01 for line in lines)
    assert [line.last for line in lines] == [False] * (len(lines) - 1) + [True]


def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one() -> None:
    text = "《稷山县人民政府办公室关于印发〈办法〉的通知》（稷政办发〔2023〕15号）规定：“应当限期整改”。" * 6
    for cells in range(8, 40):
        for line in broken(text, cells, lambda character: 0.5 if character.isascii() else 1.0):
            assert line.text[0] not in NOT_FIRST
            assert line.text[-1] not in NOT_LAST


def test_a_number_stays_with_what_it_counts() -> None:
    lines = broken("截至2023年6月16日已逾期" * 20, 17, lambda character: 0.5 if character.isascii() else 1.0)
    for line in lines:
        assert not line.text[-1].isdecimal()
    lines = broken("（稷督〔2023〕15号）" * 20, 11, lambda character: 0.5 if character.isascii() else 1.0)
    for line in lines:
        assert not line.text.endswith("〕")


def test_a_title_is_shared_out_evenly_and_keeps_the_breaks_it_is_given() -> None:
    lines = balanced("关于稷峰镇人民政府“项目实施完即开展事后评价”事项办理情况的通报", 20, lambda character: 1.0)
    assert [line.text for line in lines] == ["关于稷峰镇人民政府“项目实施完即", "开展事后评价”事项办理情况的通报"]
    assert [line.text for line in balanced("关于甲\n的通报", 20, lambda character: 1.0)] == ["关于甲", "的通报"]


@given(CHINESE)
def test_a_title_loses_no_character(text: str) -> None:
    lines = balanced(text, 20, lambda character: 1.0)
    assert "".join(line.text for line in lines).replace(" ", "") == text.replace(" ", "")


# Typefaces


def test_open_typefaces_stand_in_and_the_county_s_own_come_first(tmp_path: Path, settings: Any) -> None:
    settings.TRACKER_FONT_DIR = tmp_path / "none"
    assert fonts.font_for(Face.BODY).path == pylopdf_fonts_zh_cn.serif_path()
    assert fonts.font_for(Face.HEADING).path == pylopdf_fonts_zh_cn.sans_path()
    settings.TRACKER_FONT_DIR = tmp_path
    (tmp_path / "FangSong_GB2312.ttf").write_bytes(pylopdf_fonts_zh_cn.sans_path().read_bytes())
    assert fonts.font_for(Face.BODY).path == tmp_path / "FangSong_GB2312.ttf"
    assert fonts.font_for(Face.TITLE).path == pylopdf_fonts_zh_cn.serif_path()


# Files


def words_of(file: bytes) -> str:
    """Return the words of a PDF without spaces; the reader gives the two bytes of each character's code as two."""
    pages = [page.extract_text().replace("\x00", "") for page in PdfReader(BytesIO(file)).pages]
    return "".join("".join(pages).split())


def test_the_pdf_holds_every_word_on_a4_with_its_typefaces_inside() -> None:
    file = pdf(a_paper("稷政办发〔2023〕15号规定：“限期整改”。"))
    reader = PdfReader(BytesIO(file))
    (page,) = reader.pages
    assert (round(mm(float(page.mediabox.width))), round(mm(float(page.mediabox.height)))) == (210, 297)
    words = words_of(file)
    for said in (
        "稷督〔2023〕1号",
        "关于“设立普查领导小组”事项的督办通知书",
        "稷峰镇人民政府：",
        "“限期整改”。",
        "K7QF-2M9P",
    ):
        assert said in words
    assert "抄送：县财政局、县审计局。" in words
    for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
        descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert "/FontFile3" in descriptor or "/FontFile2" in descriptor
    assert reader.metadata is not None
    assert reader.metadata.title == "稷督〔2023〕1号 关于“设立普查领导小组”事项的督办通知书"


def test_the_same_paper_is_the_same_pdf() -> None:
    assert pdf(a_paper()) == pdf(a_paper())


def test_a_character_no_typeface_has_stops_nothing() -> None:
    words = words_of(pdf(a_paper("甲\U0002ffff乙")))
    assert "甲" in words
    assert "乙" in words


def test_the_docx_has_the_margins_the_grid_and_the_page_numbers_of_the_standard() -> None:
    document = docx.Document(BytesIO(docx_file(a_paper())))
    section = document.sections[0]
    for value, wanted in (
        (section.page_width, 210),
        (section.page_height, 297),
        (section.top_margin, 37),
        (section.bottom_margin, 35),
        (section.left_margin, 28),
        (section.right_margin, 26),
    ):
        assert value is not None
        assert abs(value - Mm(wanted)) < Mm(0.02)
    grid = section._sectPr.find(qn("w:docGrid"))
    assert int(grid.get(qn("w:linePitch"))) * 22 <= 225 / 25.4 * 1440
    assert document.settings.odd_and_even_pages_header_footer
    for footer, alignment in ((section.footer, 2), (section.even_page_footer, 0)):
        (paragraph,) = footer.paragraphs
        assert paragraph.alignment == alignment
        assert "PAGE" in paragraph._p.xml


def test_the_docx_names_the_typefaces_and_sizes_of_the_standard() -> None:
    document = docx.Document(
        BytesIO(docx_file(a_paper(blocks=(Paragraph("一、事项", Level.HEADING), Paragraph("正文")))))
    )
    wanted = {
        "公文标题": ("方正小标宋简体", 22),
        "公文正文": ("仿宋_GB2312", 16),
        "一级标题": ("黑体", 16),
        "公文页码": ("宋体", 14),
    }
    for name, (font, size) in wanted.items():
        style = document.styles[name]
        assert style.element.rPr.rFonts.get(qn("w:eastAsia")) == font
        assert style.font.size == Pt(size)
    by_style = {paragraph.style.name: paragraph.text for paragraph in document.paragraphs if paragraph.style}
    assert by_style["公文标题"].replace("\n", "") == "关于“设立普查领导小组”事项的督办通知书"
    assert by_style["发文机关标志"] == "稷山县人民政府办公室"
    assert by_style["一级标题"] == "一、事项"
    assert "稷督〔2023〕1号" in by_style["发文字号"]
    table = zipfile.ZipFile(BytesIO(docx_file(a_paper()))).read("word/fontTable.xml").decode()
    assert 'w:name="仿宋_GB2312"><w:altName w:val="仿宋,FangSong,STFangsong"/>' in table


def test_a_letter_in_word_has_its_head_on_the_first_page_alone() -> None:
    document = docx.Document(BytesIO(docx_file(letter(head=LONG))))
    section = document.sections[0]
    assert section.different_first_page_header_footer
    assert LONG in section.first_page_header.paragraphs[0].text.replace("\n", "")
    assert "thickThinSmallGap" in section.first_page_header.paragraphs[0]._p.xml
    assert "PAGE" not in section.first_page_footer.paragraphs[0]._p.xml


def test_the_docx_carries_nothing_over_from_the_library_s_template() -> None:
    names = zipfile.ZipFile(BytesIO(docx_file(a_paper()))).namelist()
    assert not [name for name in names if "thumbnail" in name or "customXml" in name]
    properties = docx.Document(BytesIO(docx_file(a_paper()))).core_properties
    assert (properties.author, properties.comments) == ("稷山县人民政府办公室", "")
    assert properties.created == datetime(2023, 6, 7, 1, 30, tzinfo=UTC)


# From a notice


@pytest.mark.django_db
def test_a_draft_says_that_it_is_one_and_shows_the_date_it_would_have() -> None:
    cast = making.cast()
    notice = making.found(cast)
    shown = paper(notice, now=NOW)
    assert (shown.mark, shown.signed_on, shown.note) == ("草稿　未签发", None, "")
    assert shown.number == "稷督〔2023〕　号"
    assert any("2023年6月16日前" in block.text for block in shown.blocks if isinstance(block, Paragraph))
    assert "草稿" in words_of(pdf(shown))


@pytest.mark.django_db
def test_an_issued_notice_prints_its_number_its_date_and_its_code() -> None:
    cast = making.cast()
    notice = making.issued(cast)
    words = words_of(pdf(paper(notice, now=NOW)))
    for said in (
        "稷督〔2023〕1号",
        "2023年6月7日",
        notice.code_text,
        "理由是：现场核查未开工，未说明原因",
        making.CLAUSE,
    ):
        assert said in words
    assert "草稿" not in words
    assert file_name(notice, "docx") == f"稷督〔2023〕1号 {notice.title}.docx"


@pytest.mark.django_db
def test_a_file_s_name_holds_nothing_a_system_refuses() -> None:
    notice = making.proposed(making.cast())
    notice.title = '关于“a/b\\c:d*?"<>|\r\n”的函' + "长" * 200
    name = file_name(notice, "pdf")
    assert not set(name) & set('\\/:*?"<>|\r\n')
    assert len(name) < 90

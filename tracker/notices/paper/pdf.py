"""Write a paper as PDF: the pages as laid out, typefaces embedded, the same bytes for the same paper."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import TextMode

from tracker.notices.paper import sheet
from tracker.notices.paper.content import Paper
from tracker.notices.paper.fonts import FontFile, advance, file_with
from tracker.notices.paper.layout import Page, Rule, Text, laid_out


def pdf(paper: Paper) -> bytes:
    """Return the paper as a PDF file."""
    file = FPDF(unit="pt", format=(sheet.WIDTH, sheet.HEIGHT))
    file.set_auto_page_break(False)
    file.set_margin(0)
    file.c_margin = 0
    file.set_title(f"{paper.number} {paper.title}".replace("\n", ""))
    file.set_author(paper.signer)
    file.set_lang("zh-CN")
    file.set_producer("")
    file.set_creation_date(paper.made_at)
    for page in laid_out(paper):
        file.add_page()
        _draw(file, page)
    return bytes(file.output())


def _draw(file: FPDF, page: Page) -> None:
    for rule in page.rules:
        _rule(file, rule)
    for text in page.texts:
        _text(file, text)


def _rule(file: FPDF, rule: Rule) -> None:
    file.set_draw_color(*rule.color)
    file.set_line_width(rule.thickness)
    file.line(rule.x, rule.y, rule.x + rule.width, rule.y + rule.height)


def _text(file: FPDF, text: Text) -> None:
    """Draw a text to its width, the difference to its natural one shared between its characters."""
    natural = sum(advance(text.face, character) for character in text.text) * text.size
    gaps = max(len(text.text) - 1, 1)
    # A line in its natural width carries the grid's tightening after its last character too.
    spacing = (text.width - natural) / (len(text.text) if text.width < natural else gaps)
    file.set_text_color(*text.color)
    file.set_draw_color(*text.color)
    file.set_char_spacing(spacing)
    x = text.x
    for font, characters in _runs(text):
        file.set_font(_family(file, font.path), size=text.size)
        if font.stroke:
            # In a context of its own, or what is drawn after it would be thickened too.
            with file.local_context(text_mode=TextMode.FILL_STROKE, line_width=font.stroke * text.size):
                file.text(x, text.y, characters)
        else:
            file.text(x, text.y, characters)
        x += sum(advance(text.face, character) * text.size + spacing for character in characters)


def _runs(text: Text) -> Iterator[tuple[FontFile, str]]:
    for font, characters in groupby(text.text, key=lambda character: file_with(text.face, character)):
        yield font, "".join(characters)


def _family(file: FPDF, path: Path) -> str:
    name = path.stem.lower().replace(" ", "")
    if name not in file.fonts:
        file.add_font(name, fname=path)
    return name

"""What the look promises: contrast, one place for colours, no inline style, every text translated."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from devtools import messages

WEB = Path(__file__).parents[3] / "tracker" / "interfaces" / "web"
CSS = WEB / "static" / "web" / "css"

# Text is read on each of these.
PAPERS = ("paper", "surface", "sunken")
TEXTS = ("ink", "ink-2", "ink-3", "late", "soon", "ok", "wait", "none")
WASHES = ("late", "soon", "ok", "wait", "none")


THEMES = ("light", "dark")
# A night has its own colours; sizes and spaces are the day's.
SHEETS = {"light": "tokens.css", "dark": "dark.css"}
NAMED_COLOUR = re.compile(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6})\b")


def tokens(theme: str) -> dict[str, str]:
    return dict(NAMED_COLOUR.findall((CSS / SHEETS[theme]).read_text("utf-8")))


def luminance(colour: str) -> float:
    """Return the relative luminance (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("text", TEXTS)
def test_text_can_be_read_on_every_paper(text: str, paper: str, theme: str) -> None:
    found = tokens(theme)
    assert contrast(found[text], found[paper]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("state", WASHES)
def test_a_state_can_be_read_on_its_wash(state: str, theme: str) -> None:
    found = tokens(theme)
    assert contrast(found[state], found[f"{state}-wash"]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("paper", PAPERS)
def test_the_edge_of_a_field_and_the_focus_can_be_seen(paper: str, theme: str) -> None:
    found = tokens(theme)
    assert contrast(found["field"], found[paper]) >= 3
    assert contrast(found["focus"], found[paper]) >= 3


@pytest.mark.parametrize("theme", THEMES)
def test_a_marked_commitment_can_be_read(theme: str) -> None:
    found = tokens(theme)
    assert contrast(found["ink"], found["mark"]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_the_button_that_matters_most_can_be_read_at_rest_and_under_the_pointer(theme: str) -> None:
    found = tokens(theme)
    assert contrast(found["surface"], found["ink"]) >= 4.5
    assert contrast(found["surface"], found["ink-full"]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("bar", ["bar-late", "bar-soon", "bar-week", "bar-peak"])
def test_a_bar_stands_out_from_the_paper(bar: str, theme: str) -> None:
    """A bar's number stands beside it in ink, so the bar only has to be seen, not read."""
    found = tokens(theme)
    assert contrast(found[bar], found["paper"]) >= 1.9


def test_night_has_every_colour_of_the_day() -> None:
    colours = {
        theme: set(re.findall(r"--([a-z0-9-]+):\s*#", (CSS / sheet).read_text("utf-8")))
        for theme, sheet in SHEETS.items()
    }
    assert colours["dark"] == colours["light"]


def test_paper_is_never_dark() -> None:
    """The dark sheet is linked for screens alone, and only where it is wanted."""
    head = (WEB / "templates" / "web" / "parts" / "head.html").read_text("utf-8")
    (media,) = re.findall(r"dark\.css' %}\" media=\"([^\"]*)", head.replace("{% if theme != 'dark' %}", ""))
    assert media.startswith("screen")


def test_colours_are_named_in_one_file() -> None:
    """Black and white apart, on paper and behind a QR code; the night has a sheet for itself."""
    for sheet in CSS.glob("*.css"):
        if sheet.name not in SHEETS.values():
            colours = set(re.findall(r"#[0-9a-fA-F]{3,8}\b", sheet.read_text("utf-8")))
            assert colours <= {"#fff", "#000"}, sheet.name


def test_every_token_that_is_used_is_defined() -> None:
    defined = set(re.findall(r"--([a-z0-9-]+):", (CSS / "tokens.css").read_text("utf-8")))
    used = {
        name for sheet in CSS.glob("*.css") for name in re.findall(r"var\(--([a-z0-9-]+)\)", sheet.read_text("utf-8"))
    }
    assert used <= defined
    assert defined <= used, "a token nobody uses"


def test_no_template_writes_style_or_script_inline() -> None:
    for template in (WEB / "templates").rglob("*.html"):
        source = template.read_text("utf-8")
        assert not re.search(r"\sstyle=|<style|<script(?![^>]*src=)|\son(click|change|submit|load)=", source), (
            template.name
        )


def test_every_text_is_translated() -> None:
    """Every msgid of templates and code has its Chinese, with the same placeholders."""
    assert messages.check() == []


def test_every_class_of_the_sheets_is_used() -> None:
    sheets = "".join(re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL) for path in CSS.glob("*.css"))
    files = [*(WEB / "templates").rglob("*.html"), *WEB.parents[1].rglob("*.py"), *(WEB / "static").rglob("*.js")]
    source = "".join(path.read_text("utf-8") for path in files)
    classes = set(re.findall(r"\.([a-zA-Z][\w-]*)", sheets))
    assert not {name for name in classes if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", source)}

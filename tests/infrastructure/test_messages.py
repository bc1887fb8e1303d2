"""The catalogues: what is collected, what is kept, what is complained about."""

from __future__ import annotations

import gettext
from pathlib import Path

import polib
import pytest

from devtools import messages

PYTHON = """
from django.utils.translation import gettext as _, ngettext, pgettext_lazy

NAME = pgettext_lazy("a month", "May")

def say(days):
    return _("Late") + ngettext("%(days)s day", "%(days)s days", days)
"""
TEMPLATE = """
{% load i18n %}{# no text #}<p title="{% translate 'Its clause' %}">{{ unit|default:_("No unit") }}</p>
{% blocktranslate count n=tasks %}One task of {{ unit }}{% plural %}{{ n }} tasks of {{ unit }}{% endblocktranslate %}
"""
ORG = Path("tracker/org/locale/zh_Hans/LC_MESSAGES/django.po")
WEB = Path("tracker/web/locale/zh_Hans/LC_MESSAGES/django.po")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for app in ("org", "web"):
        (tmp_path / "tracker" / app).mkdir(parents=True)
        (tmp_path / "tracker" / app / "apps.py").touch()
    (tmp_path / "tracker/web/templates").mkdir()
    (tmp_path / "tracker/org/models.py").write_text(PYTHON, "utf-8")
    (tmp_path / "tracker/web/templates/page.html").write_text(TEMPLATE, "utf-8")
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "PACKAGE", tmp_path / "tracker")
    return tmp_path


def translate_all(checkout: Path) -> None:
    for path in checkout.rglob("*.po"):
        catalogue = polib.pofile(str(path))
        for entry in catalogue:
            translation = "译:" + (entry.msgid_plural or entry.msgid)
            if entry.msgid_plural:
                entry.msgstr_plural = {0: translation}
            else:
                entry.msgstr = translation
        catalogue.save()


def test_texts_are_found_in_code_and_in_templates(checkout: Path) -> None:
    catalogues, faults = messages.collect()
    assert faults == []
    assert set(catalogues[checkout / ORG]) == {("a month", "May"), (None, "Late"), (None, "%(days)s day")}
    assert set(catalogues[checkout / WEB]) == {
        (None, "Its clause"),
        (None, "No unit"),
        (None, "One task of %(unit)s"),
    }
    assert catalogues[checkout / WEB][None, "One task of %(unit)s"].plural == "%(n)s tasks of %(unit)s"


def test_every_new_text_is_asked_for_and_none_once_translated(checkout: Path) -> None:
    assert len([fault for fault in messages.check() if "lacks" in fault]) == 6
    assert len([fault for fault in messages.update() if "is not translated" in fault]) == 6
    translate_all(checkout)
    assert messages.check() == []


def test_a_second_update_changes_nothing(checkout: Path) -> None:
    messages.update()
    translate_all(checkout)
    messages.update()
    before = {path: path.read_bytes() for path in checkout.rglob("*.po")}
    messages.update()
    assert {path: path.read_bytes() for path in checkout.rglob("*.po")} == before


def test_a_translation_follows_its_text_to_another_app(checkout: Path) -> None:
    messages.update()
    translate_all(checkout)
    (checkout / "tracker/org/models.py").write_text("", "utf-8")
    (checkout / "tracker/web/views.py").write_text(PYTHON, "utf-8")
    assert any("used nowhere now" in fault for fault in messages.check())
    assert messages.update() == []
    assert not (checkout / ORG).exists()
    assert polib.pofile(str(checkout / WEB)).find("Late").msgstr == "译:Late"


def test_a_text_used_twice_is_translated_once(checkout: Path) -> None:
    (checkout / "tracker/web/views.py").write_text(PYTHON, "utf-8")
    catalogues, _ = messages.collect()
    assert (None, "Late") in catalogues[checkout / ORG]
    assert (None, "Late") not in catalogues[checkout / WEB]


def test_a_translation_with_another_placeholder_is_refused(checkout: Path) -> None:
    messages.update()
    translate_all(checkout)
    path = checkout / ORG
    path.write_text(path.read_text("utf-8").replace("译:%(days)s", "译:%(day)s"), "utf-8")
    assert any("other placeholders" in fault for fault in messages.check())


def test_an_f_string_cannot_be_translated(checkout: Path) -> None:
    (checkout / "tracker/org/services.py").write_text('_(f"{unit} is late")\n', "utf-8")
    assert messages.check()[0].startswith("tracker/org/services.py:1 translates an f-string")


def test_a_catalogue_is_compiled_when_it_is_newer(checkout: Path) -> None:
    messages.update()
    translate_all(checkout)
    assert messages.compile_stale() == 2
    assert messages.compile_stale() == 0
    with (checkout / ORG).with_suffix(".mo").open("rb") as file:
        catalogue = gettext.GNUTranslations(file)
    assert catalogue.gettext("Late") == "译:Late"
    assert catalogue.ngettext("%(days)s day", "%(days)s days", 1) == "译:%(days)s days"
    assert catalogue.pgettext("a month", "May") == "译:May"

"""The register of numbers, and telling a genuine paper from another."""

from __future__ import annotations

import pytest

from tests.notices import making
from tests.notices.making import NOW, Cast
from tracker.notices import selectors, services
from tracker.notices.models import Notice

pytestmark = [pytest.mark.django_db, pytest.mark.core]


@pytest.fixture
def cast() -> Cast:
    return making.cast()


def test_a_withdrawn_notice_stays_in_the_register(cast: Cast) -> None:
    services.withdraw(notice=making.signed(cast), reason="有误", by=cast.second, now=NOW)
    making.issued(cast, key="2:1:1:step:letter")
    (sequence,) = selectors.register(cast.auditor)
    assert [(notice.number, notice.state) for notice in sequence.notices] == [(1, "withdrawn"), (2, "issued")]
    assert sequence.missing == []


def test_a_missing_number_shows_whoever_looks(cast: Cast) -> None:
    notice = making.issued(cast)
    making.issued(cast, key="2:1:1:step:letter")
    Notice.objects.filter(pk=notice.pk).update(number=None, series=None, signed_at=None)
    for actor in (cast.auditor, cast.first):
        assert selectors.register(actor)[0].missing == [1]


def test_an_addressee_sees_its_own_notices_in_the_register(cast: Cast) -> None:
    making.signed(cast)
    mine = making.issued(cast, key="2:1:1:step:letter")
    (sequence,) = selectors.register(cast.liaison)
    assert (sequence.notices, sequence.missing) == ([mine], [])
    assert selectors.register(cast.stranger) == []


@pytest.mark.parametrize(
    "written", ["稷督〔2023〕1号", "稷督[2023]1号", "稷督（2023） 第1号", "稷督【２０２３】１", " 稷督(2023)1 号 "]
)
def test_a_paper_is_known_by_number_and_code_however_its_brackets_are_written(cast: Cast, written: str) -> None:
    notice = making.issued(cast)
    code = notice.code.lower()
    found = selectors.verify(written, f"{code[:4]} - {code[4:]}")
    assert found is not None
    assert (found.notice, found.intact, found.in_force) == (notice, True, True)


def test_a_wrong_code_or_number_finds_nothing(cast: Cast) -> None:
    notice = making.issued(cast)
    signed = making.signed(cast, key="2:1:1:step:letter")
    assert selectors.verify("稷督〔2023〕2号", notice.code) is None
    assert selectors.verify(notice.number_text, "AAAA-AAAA") is None
    assert selectors.verify(notice.number_text, "") is None
    assert selectors.verify(signed.number_text, "") is None, "not yet issued, it has no code to be known by"
    assert selectors.verify("一号", notice.code) is None


@pytest.mark.parametrize("field", ["body", "title", "addressee", "issuer_name", "copies", "head"])
def test_a_text_changed_behind_the_program_shows(cast: Cast, field: str) -> None:
    notice = making.issued(cast)
    Notice.objects.filter(pk=notice.pk).update(**{field: "改过"})
    found = selectors.verify(notice.number_text, notice.code)
    assert found is not None
    assert not found.intact


def test_figures_changed_behind_the_program_show(cast: Cast) -> None:
    notice = making.issued(cast)
    notice.matters.update(days_late=99)
    found = selectors.verify(notice.number_text, notice.code)
    assert found is not None
    assert not found.intact


def test_a_withdrawn_paper_is_genuine_but_not_in_force(cast: Cast) -> None:
    notice = services.withdraw(notice=making.issued(cast), reason="有误", by=cast.second, now=NOW)
    found = selectors.verify(notice.number_text, notice.code)
    assert found is not None
    assert (found.intact, found.in_force) == (True, False)

"""The prefix of a unit's numbers changes with a year, never within one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests import factories as make
from tests.notices import making
from tests.notices.making import NOW
from tests.notices.test_numbering import handed_in
from tracker.audit.actors import NotPermitted, Role
from tracker.audit.errors import Invalid
from tracker.notices import selectors, services
from tracker.notices.models import Letterhead

pytestmark = [pytest.mark.django_db, pytest.mark.core]

NEXT_YEAR = datetime(2024, 1, 3, 1, 0, tzinfo=UTC)


def letterhead(unit: object) -> Letterhead:
    return Letterhead.objects.create(unit=unit, head="稷山县人民政府", prefix="稷督")


def test_a_planned_prefix_counts_from_one_in_the_next_year_and_this_years_goes_on() -> None:
    cast = making.cast()
    first, second, third = handed_in(cast, 3)
    row = letterhead(first.issuer)
    services.plan_prefix(letterhead=row, prefix="稷政督", by=make.person(Role.ADMINISTRATOR), now=NOW)
    signed = [services.sign(notice=one, by=cast.second, now=NOW) for one in (first, second)]
    signed.append(services.sign(notice=third, by=cast.second, now=NEXT_YEAR))
    assert [one.number_text for one in signed] == ["稷督〔2023〕1号", "稷督〔2023〕2号", "稷政督〔2024〕1号"]


def test_a_plan_can_be_taken_back() -> None:
    row = letterhead(make.unit())
    by = make.person(Role.SUPERVISION)
    services.plan_prefix(letterhead=row, prefix="稷政督", by=by, now=NOW)
    row = services.plan_prefix(letterhead=row, prefix="", by=by, now=NOW)
    assert row.prefix_in(2024) == "稷督"


def test_a_prefix_that_has_come_into_force_stays_when_the_next_is_planned() -> None:
    row = letterhead(make.unit())
    by = make.person(Role.SUPERVISION)
    services.plan_prefix(letterhead=row, prefix="稷政督", by=by, now=NOW)
    row = services.plan_prefix(letterhead=row, prefix="稷办督", by=by, now=NEXT_YEAR)
    assert (row.prefix_in(2024), row.prefix_in(2025)) == ("稷政督", "稷办督")


@pytest.mark.parametrize("prefix", ["稷督2", "〔稷〕", "字" * 11, "稷督"])
def test_a_prefix_that_cannot_be_is_refused(prefix: str) -> None:
    with pytest.raises(Invalid):
        services.plan_prefix(
            letterhead=letterhead(make.unit()), prefix=prefix, by=make.person(Role.SUPERVISION), now=NOW
        )


def test_a_liaison_plans_no_prefix() -> None:
    with pytest.raises(NotPermitted):
        services.plan_prefix(letterhead=letterhead(make.unit()), prefix="稷政督", by=make.person(Role.LIAISON), now=NOW)


def test_a_sequence_tells_its_next_number_and_what_was_withdrawn() -> None:
    cast = making.cast()
    notices = [services.sign(notice=one, by=cast.second, now=NOW) for one in handed_in(cast, 3)]
    services.withdraw(notice=notices[1], reason="事实有误", by=cast.second, now=NOW)
    ((series, following, missing, withdrawn),) = selectors.sequences()
    assert (series.last, following, missing, withdrawn) == (3, 4, [], [2])

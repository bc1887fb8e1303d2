"""What waits for the supervision office stands in the order in which it presses."""

from __future__ import annotations

from datetime import date

import pytest

from tests import factories
from tracker.audit.actors import Role
from tracker.commitments.selectors.desk import desk
from tracker.org.models import UnitKind

pytestmark = pytest.mark.django_db


def test_what_nobody_answers_for_is_listed_by_its_date_and_what_has_none_comes_last() -> None:
    whole = factories.unit("县直各相关单位", kind=UnitKind.COLLECTIVE)
    undated, late, soon = (factories.task(whole, due=due) for due in (None, date(2023, 6, 2), date(2023, 6, 8)))
    assert desk(factories.person(Role.SUPERVISION)).to_lay == [late, soon, undated]

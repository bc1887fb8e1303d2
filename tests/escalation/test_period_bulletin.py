"""What the bulletin of a period may count, and whom it may name: only what the documents' own clauses provide for."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db.models import QuerySet

from tests import factories as make
from tracker.audit.actors import Actor, NotPermitted, Role
from tracker.audit.errors import Invalid
from tracker.commitments import services as commitments
from tracker.commitments.models import Review, Task
from tracker.documents.models import Document
from tracker.escalation.services import propose_period_bulletin
from tracker.notices.models import Notice
from tracker.notices.paper.content import Table, paper
from tracker.org.models import Unit, UnitKind
from tracker.rules.assessment import Period

pytestmark = [pytest.mark.django_db, pytest.mark.core]

JUNE = Period(date(2023, 6, 1), date(2023, 6, 30))
DUE = date(2023, 6, 2)
CLAUSE = "对于经督促仍不按期整改的，予以通报批评"


def at(number: int, month: int = 6) -> datetime:
    return datetime(2023, month, number, 2, 0, tzinfo=UTC)


@pytest.fixture
def office_unit() -> Unit:
    return make.unit("县政府办公室", kind=UnitKind.COUNTY_DEPARTMENT)


@pytest.fixture
def office(office_unit: Unit) -> Actor:
    return make.actor(make.user(make.post(office_unit, Role.SUPERVISION)))


def duty(of: Document, *steps: dict[str, Any], lead: Unit | None = None) -> Task:
    """Make a duty of 2 June under a policy with these steps, or under none."""
    key = make.policy(of, *steps).key if steps else ""
    return make.task(lead, of=make.commitment(of, due=DUE, policy_key=key), due=DUE)


def criticism(**values: Any) -> dict[str, Any]:
    plain = {
        "title": "通报", "action": "draft_notice", "notice": "通报", "offset": 3, "needs_signature": True,
        "basis_quote": CLAUSE,
    }  # fmt: skip
    return plain | values


def drafted(office: Actor, tasks: QuerySet[Task] | None = None, *, on: date = date(2023, 6, 12)) -> Notice:
    found = Task.objects.all() if tasks is None else tasks
    return propose_period_bulletin(tasks=found, period=JUNE, as_of=on, by=office, now=at(on.day, on.month))


def listed(notice: Notice) -> list[str]:
    tables = [block for block in paper(notice, now=at(12)).blocks if isinstance(block, Table)]
    return [row[1] for table in tables for row in table.rows[1:]]


def test_documents_without_an_assessment_clause_get_no_bulletin(office: Actor) -> None:
    duty(make.document())
    with pytest.raises(Invalid, match=r"reminders only|只作提醒"):
        drafted(office)
    assert not Notice.objects.exists()


def test_a_clause_without_a_bulletin_counts_and_names_nobody(office: Actor) -> None:
    late = duty(make.document(short="经济普查"), {"title": "提请普查办协调"})
    duty(make.document())
    notice = drafted(office)
    assert "到期的承诺事项共1项，涉及1个单位。截至2023年6月12日，其中逾期未办结1项。" in notice.body
    assert "二、分文件情况" in notice.body
    assert listed(notice) == []
    assert late.lead.name not in notice.body


def test_a_late_unit_is_named_with_the_clause_that_provides_for_it(office: Actor, office_unit: Unit) -> None:
    late = duty(make.document(), criticism(signed_by=office_unit.name))
    notice = drafted(office)
    assert listed(notice) == [late.lead.name]
    assert f"规定：“{CLAUSE}”。" in notice.body
    assert "依照上述规定，下列事项予以通报：" in notice.body
    assert notice.signed_at is None, "a person signs it, never the one who drafted it"


def test_nobody_is_named_before_the_clauses_own_step_has_come_due(office: Actor) -> None:
    duty(make.document(), criticism())
    # The step comes due three working days after the date: on 7 June.
    assert listed(drafted(office, on=date(2023, 6, 6))) == []
    assert len(listed(drafted(office, on=date(2023, 6, 7)))) == 1


def test_nobody_is_named_by_an_office_the_clause_does_not_give_it_to(office: Actor) -> None:
    duty(make.document(), criticism(signed_by="县综改办"))
    notice = drafted(office)
    assert listed(notice) == []
    assert "逾期未办结1项" in notice.body


def test_the_figures_are_those_of_the_day_asked_for(office: Actor) -> None:
    task = duty(make.document(), {"title": "提请普查办协调"})
    by = make.person(Role.LIAISON, task.lead)
    commitments.apply_to_close(task=task, unit=task.lead, text="已办", by=by, now=at(20))
    commitments.review(task=task, decision=Review.Decision.CLOSED, by=make.person(Role.SUPERVISION), now=at(3, 7))
    found = Task.objects.all()
    then = propose_period_bulletin(tasks=found, period=JUNE, as_of=date(2023, 6, 19), by=office, now=at(5, 7))
    assert "截至2023年6月19日，其中逾期未办结1项。" in then.body
    now = propose_period_bulletin(tasks=found, period=JUNE, as_of=date(2023, 7, 5), by=office, now=at(6, 7))
    assert "截至2023年7月5日，其中逾期办结1项。" in now.body
    assert Task.objects.get(pk=task.pk).state == "closed"


def test_only_the_office_drafts_one(office: Actor) -> None:
    duty(make.document(), {"title": "提请普查办协调"})
    for role in (Role.UNIT_HEAD, Role.LEADER, Role.AUDITOR):
        with pytest.raises(NotPermitted):
            drafted(make.person(role))

"""Who holds posts in several units acts in each as the post held there: a liaison is no head because head elsewhere."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import pytest

from tests import factories as make
from tests.factories import NOW, TODAY
from tracker.audit.actors import Actor, NotPermitted, Role
from tracker.commitments import services
from tracker.commitments.models import Extension, Task
from tracker.commitments.selectors import open_moves
from tracker.org.models import Unit
from tracker.rules.followup import State
from tracker.rules.transitions import Verb

pytestmark = [pytest.mark.django_db, pytest.mark.core]

NEW = date(2023, 6, 30)


class Both(NamedTuple):
    """Hold a township's task that another unit supports, with a person who is liaison of one and head of the other."""

    task: Task
    lead: Unit
    support: Unit
    both: Actor
    liaison: Actor
    head: Actor


@pytest.fixture
def both() -> Both:
    lead, support = make.unit("蔡村乡人民政府"), make.unit("蔡村乡经济发展办公室")
    task = make.task(lead, support)
    person = make.user(make.post(lead, Role.LIAISON), make.post(support, Role.UNIT_HEAD))
    return Both(
        task,
        lead,
        support,
        make.actor(person),
        make.person(Role.LIAISON, lead),
        make.person(Role.UNIT_HEAD, lead),
    )


def asked(both: Both, by: Actor) -> Extension:
    return services.request_extension(
        task=both.task, unit=both.lead, new_due=NEW, reason="等批复", progress="过半", by=by, now=NOW
    )


def test_the_liaison_of_the_lead_unit_who_heads_another_does_not_agree_to_an_extension(both: Both) -> None:
    extension = asked(both, both.liaison)
    with pytest.raises(NotPermitted, match="蔡村乡人民政府"):
        services.agree_extension(extension=extension, by=both.both, now=NOW)
    extension.refresh_from_db()
    assert (extension.state, extension.agreed_by) == (Extension.State.REQUESTED, "")
    assert services.agree_extension(extension=extension, by=both.head, now=NOW).state == Extension.State.AGREED


def test_a_request_of_that_person_does_not_carry_the_consent_of_the_lead_unit(both: Both) -> None:
    assert asked(both, both.both).state == Extension.State.REQUESTED


def test_that_person_does_not_record_an_event_of_the_unit_where_only_liaison(both: Both) -> None:
    relative = {
        "event": "plan-approved", "of": "规划批复", "within": 30, "unit": "day", "direction": "after", "roll": True
    }  # fmt: skip
    of = make.commitment(kind="relative", due=None, relative=relative)
    make.task(both.lead, of=of, due=None, state=State.WAITING)
    with pytest.raises(NotPermitted):
        services.record_event(commitment=of, happened_on=TODAY, by=both.both, now=NOW)
    services.record_event(commitment=of, happened_on=TODAY, by=both.head, now=NOW)


def test_roles_hold_only_where_the_post_is(both: Both) -> None:
    assert both.both.roles_at({both.lead.pk}) == {Role.LIAISON}
    assert both.both.roles_at({both.support.pk}) == {Role.UNIT_HEAD}
    assert both.both.roles_at({make.unit().pk}) == set()
    assert make.person(Role.SUPERVISION).roles_at(set()) == {Role.SUPERVISION}


def test_an_agreement_is_not_offered_where_the_person_is_only_liaison(both: Both) -> None:
    own = frozenset({both.lead.pk})
    assert Verb.AGREE_EXTENSION not in open_moves(both.task, both.both, own_units=own)
    assert Verb.AGREE_EXTENSION in open_moves(both.task, both.head, own_units=own)

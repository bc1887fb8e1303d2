"""Make notices in the small county of the page tests, as far on their way as a page needs them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests import factories as make
from tests.factories import NOW
from tests.interfaces.web.county import County
from tracker.audit.actors import Actor, Role, system
from tracker.notices import services
from tracker.notices.drafting import Cause
from tracker.notices.life import Verb
from tracker.notices.models import Kind, Notice
from tracker.rules.followup import Basis

NEEDED = "无正当理由未按期完成"
CLAUSE = "对未按期完成的单位发督办通知书，限期整改"


def preparer(county: County) -> Actor:
    """Return somebody of the supervision office who is not the county's `office`."""
    return make.actor(make.user(county.office.posts.get(role=Role.SUPERVISION)))


def proposed(county: County, **values: Any) -> Notice:
    """Make a proposal on the county's late task."""
    cause = Cause(
        key="1:1:1:step:notice",
        kind=Kind.SUPERVISION,
        name="督办通知书",
        task=county.task,
        title="发出督办通知书",
        issuer=county.office.name,
        step_key="1:1:1:step:notice",
        basis=Basis("四（一）", 4, CLAUSE),
        needs_finding=NEEDED,
    )
    (notice,) = services.propose(causes=[replace(cause, **values)], by=system("sweep"), now=NOW)
    return notice


def found(county: County) -> Notice:
    """Make a proposal with its finding recorded by somebody else than the county's `office`."""
    by = preparer(county)
    return services.record_finding(notice=proposed(county), holds=True, reason="现场核查未设立", by=by, now=NOW)


def handed_in(county: County) -> Notice:
    """Make a notice that the county's `office` may sign."""
    return services.submit(notice=found(county), by=preparer(county), now=NOW)


def signed(county: County) -> Notice:
    """Make a signed notice."""
    return services.sign(notice=handed_in(county), by=county.actor("office"), now=NOW)


def issued(county: County) -> Notice:
    """Make a notice that is out."""
    return services.issue(notice=signed(county), by=county.actor("office"), now=NOW)


def dismissed(county: County) -> Notice:
    """Make a proposal that was declined."""
    return services.dismiss(notice=proposed(county), reason="已说明情况", by=county.actor("office"), now=NOW)


MADE: dict[str, Callable[[County], Notice]] = {
    f"notice_{Verb.FIND}": proposed,
    f"notice_{Verb.EDIT}": proposed,
    f"notice_{Verb.REFRESH}": proposed,
    f"notice_{Verb.DISMISS}": proposed,
    f"notice_{Verb.SUBMIT}": found,
    f"notice_{Verb.SEND_BACK}": handed_in,
    f"notice_{Verb.SIGN}": handed_in,
    f"notice_{Verb.ISSUE}": signed,
    f"notice_{Verb.WITHDRAW}": signed,
    f"notice_{Verb.RECEIVE}": issued,
    f"notice_{Verb.REPLY}": issued,
    f"notice_{Verb.CLOSE}": issued,
    f"notice_{Verb.REPLACE}": dismissed,
    "notice": issued,
    "notice_file": issued,
}


def arguments(county: County, route: str) -> list[Any] | None:
    """Return what the address of a notice's route needs, with the notice made; None for other routes."""
    if route in MADE:
        return [MADE[route](county).pk, *(["pdf"] if route == "notice_file" else [])]
    return [county.task.pk, "reminder"] if route == "task_notice_propose" else None

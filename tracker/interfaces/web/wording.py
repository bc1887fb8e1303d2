"""Put states, roles and workings into the words a page shows; the rules themselves leave only codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tracker.commitments.models.task import STATE_LABELS
from tracker.notices.life import State as NoticeState
from tracker.notices.models import STATE_LABELS as NOTICE_STATE_LABELS
from tracker.notices.models import Notice
from tracker.rules.due import Planned, Status
from tracker.rules.escalation import is_found_by_hand
from tracker.rules.followup import Action, Addressee, State
from tracker.rules.standing import Place, Standing
from tracker.rules.wording import Language, Note, explain

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Mark:
    """Be a state as it is drawn: `tone` chooses shape and wash (late, soon, ok, wait, none), `words` say it."""

    tone: str
    words: Words


_PLAIN = {
    Place.ON_TRACK: Mark("none", _("on track")),
    Place.AWAITING_REVIEW: Mark("wait", STATE_LABELS[State.AWAITING_REVIEW]),
    Place.CLOSED: Mark("ok", STATE_LABELS[State.CLOSED]),
    Place.NOT_ACHIEVED: Mark("none", STATE_LABELS[State.NOT_ACHIEVED]),
    Place.TO_CONFIRM: Mark("none", STATE_LABELS[State.TO_CONFIRM]),
    Place.WAITING: Mark("none", STATE_LABELS[State.WAITING]),
    Place.UNDATED: Mark("none", _("no date")),
    Place.SUSPENDED: Mark("none", STATE_LABELS[State.SUSPENDED]),
    Place.WITHDRAWN: Mark("none", STATE_LABELS[State.WITHDRAWN]),
}


def mark(standing: Standing) -> Mark:
    """Return how a standing is drawn. Days late are working days where there is one, for that is what steps count by."""
    match standing.place:
        case Place.OVERDUE:
            if standing.workdays_late:
                days = standing.workdays_late
                words = ngettext("%(days)d working day late", "%(days)d working days late", days) % {"days": days}
            else:
                days = standing.days_late
                words = ngettext("%(days)d day late", "%(days)d days late", days) % {"days": days}
            return Mark("late", words)
        case Place.DUE_TODAY:
            return Mark("soon", _("due today"))
        case Place.DUE_SOON:
            days = standing.days_left or 0
            return Mark("soon", ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days})
        case Place.CLOSED if standing.closed_late:
            return Mark("ok", _("closed late"))
    return _PLAIN[standing.place]


_NOTICE_TONES = {
    NoticeState.TO_SIGN: "wait",
    NoticeState.SIGNED: "wait",
    NoticeState.ISSUED: "wait",
    NoticeState.RECEIVED: "ok",
    NoticeState.REPLIED: "soon",
    NoticeState.CLOSED: "ok",
}


def notice_mark(notice: Notice, today: date) -> Mark:
    """Return how a notice's state is drawn; a reply that is overdue is late."""
    state = NoticeState(notice.state)
    if notice.reply_by and notice.reply_by < today and state in {NoticeState.ISSUED, NoticeState.RECEIVED}:
        days = (today - notice.reply_by).days
        words = ngettext("reply %(days)d day late", "reply %(days)d days late", days) % {"days": days}
        return Mark("late", words)
    return Mark(_NOTICE_TONES.get(state, "none"), NOTICE_STATE_LABELS[state])


ADDRESSEES: Mapping[str, Words] = {
    Addressee.LIAISON: _("the unit's liaison"),
    Addressee.UNIT_HEAD: _("the unit's head"),
    Addressee.DEPUTY_HEAD: _("the supervising deputy county head"),
    Addressee.GROUP_OFFICE: _("the office of the leading group"),
    Addressee.GROUP: _("the leading group"),
    Addressee.COMPETENT_DEPARTMENT: _("the competent department"),
    Addressee.SUPERVISION: _("the supervision office"),
    Addressee.COUNTY_HEAD: _("the county head"),
}

ACTIONS: Mapping[str, Words] = {
    Action.REMIND: _("Remind"),
    Action.NOTIFY: _("Notify"),
    Action.LIST: _("Put on the list"),
    Action.DRAFT_NOTICE: _("Draft a notice"),
    Action.PROPOSE_FINDING: _("Propose a finding"),
}

STATUSES: Mapping[str, Words] = {
    Status.TAKEN: pgettext_lazy("step", "carried out"),
    Status.PROPOSED: _("notice not signed yet"),
    Status.DECLINED: _("not found, or not sent"),
    Status.DUE: _("due now"),
    Status.COMING: _("to come"),
    Status.BLOCKED: _("waits for the step before"),
    Status.HUSHED: _("not sent"),
    Status.HELD: _("paused"),
}


def status_of(planned: Planned) -> Words:
    """Name how a rung stands; what waits for a person is named by what that person has to do."""
    if planned.status is Status.PROPOSED and planned.step and is_found_by_hand(planned.step):
        return _("to be found")
    return STATUSES[planned.status]


UNITS_OF_COUNTING: Mapping[str, Words] = {"day": _("days"), "workday": _("working days")}

AFTER: Mapping[str, Words] = {
    "due": _("after the due date"),
    "previous": _("after the step before"),
    "rectification": _("after the date set for rectification"),
}

JOBS: Mapping[str, Words] = {
    "sweep": _("sweep: what has come due"),
    "digest": _("digest: one message a person"),
    "dispatch": _("dispatch: sending"),
    "watchdog": _("watchdog: what should have happened"),
    "work": _("work: what people started"),
}

# How a phrase was read, in a few words; the working below it says the rest.
CONVENTIONS: Mapping[str, Words] = {
    "day": _("the named day is included"),
    "week_end": _("last day of the week"),
    "ten_days": _("last day of the third of the month"),
    "ten_days_end": _("last day of the third of the month"),
    "month_end": _("last day of the month"),
    "quarter_end": _("last day of the quarter"),
    "half_year_end": _("last day of the half-year"),
    "year_end": _("31 December"),
    "year_target": _("a target: 31 December of the year"),
    "plan_end": _("last day of the five-year plan"),
    "festival_day": _("the day of the festival"),
    "before_festival": _("the day before the festival"),
    "range": _("both ends included"),
    "from_day": _("from the day on, open ended"),
    "recurring": _("each period, on its last day"),
    "recurring_named": _("each period, on the day named"),
    "relative_event": _("counted from the event"),
    "relative_issue": _("counted from the issue of the document"),
    "relative_decision": _("counted from the decision"),
    "relative_before": _("counted back from the event"),
    "order_before": _("before the event"),
    "order_after": _("after the event, no limit set"),
    "from_issue": _("from the issue on, open ended"),
    "stated": _("as the office entered it"),
    "named_by_unit": _("named by the unit"),
    "extended": _("extended"),
    "amended": _("set anew by another document"),
    "resumed": _("moved by the days the clock stood still"),
}


def reading_of(convention: str) -> Words:
    """Name how a phrase was read in a few words; what has none of its own is said in full by the working."""
    if convention.startswith("undated") or convention == "no_time_expression":
        return _("no date can be computed")
    return CONVENTIONS.get(convention, _("see below"))


# The short reasons a time expression was judged by; what follows one in brackets is said as it was written.
NO_PROMISE: Mapping[str, Words] = {
    "issue date": _("date of issue"),
    "cited document": _("number of a cited document"),
    "past event": _("past event"),
    "data period": _("period that data cover"),
    "service standard": _("service standard"),
    "eligibility": _("condition of eligibility"),
    "duration of background": _("background"),
    "heading or title": _("heading or title"),
    "table of contents": _("table of contents"),
    "name of a plan or campaign": _("name of a plan or campaign"),
    "definition": _("definition"),
    "repeats row": _("said again; the promise stands at"),
    "applies to others": _("applies to others"),
    "other:": "",
}


def why_no_promise(reason: str) -> str:
    """Say why a time expression promises nothing, in the reader's language as far as the reason is a known one."""
    for known, words in NO_PROMISE.items():
        if reason.startswith(known):
            return f"{words} {reason.removeprefix(known).strip()}".strip()
    return reason


TABLES: Mapping[str, Mapping[str, Words]] = {
    "addressee": ADDRESSEES,
    "action": ACTIONS,
    "counting": UNITS_OF_COUNTING,
    "after": AFTER,
    "job": JOBS,
}


def language() -> Language:
    """Return the language a rule's working is said in on this page."""
    return "en" if (get_language() or "").startswith("en") else "zh-hans"


def say(note: Note | Sequence[Any]) -> str:
    """Say one note of a working, as `rules` left it or as a deadline's row keeps it ([code, {name: value}])."""
    code, parameters = note
    pairs = parameters.items() if isinstance(parameters, Mapping) else parameters
    return explain((code, tuple((name, str(value)) for name, value in pairs)), language())

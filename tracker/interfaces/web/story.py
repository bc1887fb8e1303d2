"""Tell what happened to a task in sentences a layman reads, from the entries of the audit chain."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tracker.audit.models import AuditEntry
from tracker.interfaces.web.templatetags.tracker_web import day, joined
from tracker.notices.models import Deed


@dataclass(frozen=True, slots=True)
class Happening:
    """Be one line of the story: when, what in a sentence, who under which post, and the words that were said."""

    at: datetime
    what: str
    who: str
    post: str
    said: str
    evidence: str
    by_system: bool
    anchor: str


def tell(entries: Iterable[AuditEntry], deeds: Iterable[Deed] = ()) -> list[Happening]:
    """Return the story, newest first, with what was done to the notices on it.

    A reminder that was passed over is no event and is left out.
    """
    found = [_happening(entry) for entry in entries if not entry.detail.get("passed_over")]
    found += [_deed(deed) for deed in deeds]
    return sorted(found, key=lambda one: one.at, reverse=True)


def _deed(deed: Deed) -> Happening:
    paper = f"{deed.notice.name} {deed.notice.number_text}".strip()
    what = _("%(notice)s: %(done)s") % {"notice": paper, "done": deed.get_verb_display()}
    what = f"{what} · {deed.unit}" if deed.unit else what
    return Happening(deed.at, what, deed.by, deed.by_post, deed.text, "", deed.by_id is None, f"n{deed.pk}")


def _happening(entry: AuditEntry) -> Happening:
    detail = entry.detail
    say = _SAYINGS.get(entry.action)
    return Happening(
        entry.at,
        say(detail) if say else _("On record in the audit as %(action)s") % {"action": entry.action},
        entry.actor_name,
        entry.actor_post,
        str(detail.get("text") or detail.get("reason") or detail.get("note") or detail.get("why") or ""),
        _evidence(detail.get("evidence")),
        entry.actor_id is None,
        f"e{entry.pk}",
    )


def _evidence(value: Any) -> str:
    # A report holds a list of what was handed in, an event the one number or link it rests on.
    return value if isinstance(value, str) else joined(value or [])


def _day(value: Any) -> str:
    try:
        return day(date.fromisoformat(value)) if value else ""
    except ValueError:
        return ""


def _assigned(d: dict[str, Any]) -> str:
    if not d.get("due"):
        return _("Registered and assigned to %(unit)s; it has no date yet") % {"unit": d.get("unit", "")}
    return _("Registered and assigned to %(unit)s, due %(day)s") % {"unit": d.get("unit", ""), "day": _day(d["due"])}


def _progress(d: dict[str, Any]) -> str:
    if d.get("percent") is not None:
        return _("%(unit)s reported progress: %(percent)s %%") % {"unit": d.get("unit", ""), "percent": d["percent"]}
    return _("%(unit)s reported progress") % {"unit": d.get("unit", "")}


def _with_unit(text: str) -> Callable[[dict[str, Any]], str]:
    return lambda d: _(text) % {"unit": d.get("unit", "")}


def _plain(text: str) -> Callable[[dict[str, Any]], str]:
    return lambda d: _(text)


def _close(d: dict[str, Any]) -> str:
    return _("%(unit)s applied to close; done on %(day)s") % {"unit": d.get("unit", ""), "day": _day(d.get("done_on"))}


def _backfill(d: dict[str, Any]) -> str:
    if d.get("done_on"):
        return _("%(unit)s says it was done on %(day)s") % {"unit": d.get("unit", ""), "day": _day(d["done_on"])}
    return _("%(unit)s said by when it will be done") % {"unit": d.get("unit", "")}


def _extension_requested(d: dict[str, Any]) -> str:
    return _("An extension to %(day)s was asked for") % {"day": _day(d.get("new_due"))}


def _extension_granted(d: dict[str, Any]) -> str:
    return _("The extension was granted: %(old)s → %(new)s") % {
        "old": _day(d.get("old_due")),
        "new": _day(d.get("new_due")),
    }


def _resumed(d: dict[str, Any]) -> str:
    return _("Resumed after %(days)s days; they are added to the date") % {"days": d.get("days", 0)}


def _blocker(d: dict[str, Any]) -> str:
    if d.get("unit"):
        return _("The lead unit waits for %(unit)s") % {"unit": d["unit"]}
    return _("Nothing holds it up any more")


def _remarked(d: dict[str, Any]) -> str:
    return _("Remark noted") if d.get("text") else _("The remark was taken away")


def _broken_down(d: dict[str, Any]) -> str:
    return _("Broken down among %(units)s") % {"units": joined(d.get("units", []))}


def _event(d: dict[str, Any]) -> str:
    return _("The event was recorded: it happened on %(day)s") % {"day": _day(d.get("happened_on"))}


def _confirmed(d: dict[str, Any]) -> str:
    return _("The holidays are announced; the provisional date holds: %(day)s") % {"day": _day(d.get("due"))}


def _announced(d: dict[str, Any]) -> str:
    return _("The holidays are announced; the date was counted anew: %(old)s → %(new)s") % {
        "old": _day(d.get("old_due")),
        "new": _day(d.get("due")),
    }


def _follows_its_row(d: dict[str, Any]) -> str:
    if d.get("due"):
        return _("Brought in line with the corrected document: %(old)s → %(new)s") % {
            "old": _day(d.get("old_due")) or "—",
            "new": _day(d["due"]),
        }
    return _("Brought in line with the corrected document")


def _ended_with(d: dict[str, Any]) -> str:
    return _("Ended with its document, by %(by)s") % {"by": f"{d.get('by_what', '')}{d.get('clause', '')}"}


def _moved_with(d: dict[str, Any]) -> str:
    return _("Set anew by %(by)s: %(old)s → %(new)s") % {
        "by": f"{d.get('by_what', '')}{d.get('clause', '')}",
        "old": _day(d.get("old_due")) or "—",
        "new": _day(d.get("due")),
    }


def _stands_again(d: dict[str, Any]) -> str:
    return _("Stands again: the change by %(by)s was withdrawn") % {"by": d.get("by_what", "")}


def _date_put_back(d: dict[str, Any]) -> str:
    return _("The change by %(by)s was withdrawn: %(old)s → %(new)s") % {
        "by": d.get("by_what", ""),
        "old": _day(d.get("old_due")) or "—",
        "new": _day(d.get("due")) or "—",
    }


def _left_as_decided(d: dict[str, Any]) -> str:
    return _("The change by %(by)s was withdrawn; this task stays as it was decided since") % {
        "by": d.get("by_what", "")
    }


def _recounted(d: dict[str, Any]) -> str:
    return _("The calendar of working days was corrected; the date was counted anew: %(old)s → %(new)s") % {
        "old": _day(d.get("old_due")),
        "new": _day(d.get("due")),
    }


def _reminder(d: dict[str, Any]) -> str:
    if d.get("nobody"):
        return _("Reminder due; nobody is registered as %(to)s, so nobody was reminded") % {"to": d.get("to", "")}
    return _("Reminded: %(to)s") % {"to": d.get("to", "")}


def _found(d: dict[str, Any]) -> str:
    return _("Found: “%(finding)s”. %(title)s (to %(to)s)") % {
        "finding": d.get("finding", ""),
        "title": d.get("title", ""),
        "to": d.get("to", ""),
    }


def _not_found(d: dict[str, Any]) -> str:
    return _("Not found: “%(finding)s”. “%(title)s” rests") % {
        "finding": d.get("finding", ""),
        "title": d.get("title", ""),
    }


def _step(d: dict[str, Any]) -> str:
    if d.get("proposed"):
        return _("“%(title)s” has come due; it waits for a person's finding") % {"title": d.get("title", "")}
    values = {"title": d.get("title", ""), "to": d.get("to", "")}
    if d.get("nobody"):
        return _("%(title)s (nobody is registered as %(to)s; the supervision office was told)") % values
    return _("%(title)s (to %(to)s)") % values


def _value(d: dict[str, Any]) -> str:
    return _("%(value)s entered for %(day)s (%(source)s)") % {
        "value": d.get("value", ""),
        "day": _day(d.get("day")),
        "source": d.get("source", ""),
    }


def _value_corrected(d: dict[str, Any]) -> str:
    return _("Value corrected: %(old)s (%(old_day)s) → %(value)s (%(day)s)") % {
        "old": d.get("old_value", ""),
        "old_day": _day(d.get("old_day")),
        "value": d.get("value", ""),
        "day": _day(d.get("day")),
    }


def _value_withdrawn(d: dict[str, Any]) -> str:
    return _("Value withdrawn: %(value)s (%(day)s)") % {"value": d.get("value", ""), "day": _day(d.get("day"))}


def _warning_proposed(d: dict[str, Any]) -> str:
    return _("Early warning proposed: %(conditions)s") % {"conditions": joined(d.get("conditions", []))}


def _warning_sent(d: dict[str, Any]) -> str:
    return _("Early warning sent to %(to)s") % {"to": joined(d.get("to", []))}


_SAYINGS: dict[str, Callable[[dict[str, Any]], str]] = {
    "commitments.assigned": _assigned,
    "commitments.reinstated": _assigned,
    "commitments.acknowledged": _with_unit(gettext_noop("%(unit)s acknowledged the task")),
    "commitments.report_progress": _progress,
    "commitments.report_no_change": _with_unit(gettext_noop("%(unit)s reported “no change”")),
    "commitments.report_close": _close,
    "commitments.report_backfill": _backfill,
    "commitments.review_closed": _plain(gettext_noop("Reviewed and closed")),
    "commitments.review_not_achieved": _plain(gettext_noop("Closed as not achieved")),
    "commitments.review_returned": _plain(gettext_noop("Returned for more work")),
    "commitments.extension_requested": _extension_requested,
    "commitments.extension_agreed": _plain(gettext_noop("The unit head agreed to the extension")),
    "commitments.extension_declined": _plain(gettext_noop("The unit head did not agree to the extension")),
    "commitments.extension_granted": _extension_granted,
    "commitments.extension_refused": _plain(gettext_noop("The extension was refused")),
    "commitments.suspended": _plain(gettext_noop("Suspended; the clock stands still")),
    "commitments.resumed": _resumed,
    "commitments.instructed": _plain(gettext_noop("Instruction")),
    "commitments.blocker_named": _blocker,
    "commitments.remarked": _remarked,
    "commitments.returned": _plain(gettext_noop("The unit says the task is not its own")),
    "commitments.return_accepted": _plain(gettext_noop("The return was accepted")),
    "commitments.return_refused": _plain(gettext_noop("The return was refused; the task stays with the unit")),
    "commitments.broken_down": _broken_down,
    "commitments.event_recorded": _event,
    "commitments.date_confirmed": _confirmed,
    "commitments.holidays_announced": _announced,
    "commitments.follows_its_row": _follows_its_row,
    "commitments.workdays_corrected": _recounted,
    "commitments.ended_with_document": _ended_with,
    "commitments.moved_with_document": _moved_with,
    "commitments.stands_again": _stands_again,
    "commitments.date_put_back": _date_put_back,
    "commitments.left_as_decided": _left_as_decided,
    "commitments.withdrawn": _plain(gettext_noop("Withdrawn")),
    "commitments.value_recorded": _value,
    "commitments.value_corrected": _value_corrected,
    "commitments.value_withdrawn": _value_withdrawn,
    "commitments.path_set": _plain(gettext_noop("The expected path was set")),
    "escalation.warning_proposed": _warning_proposed,
    "escalation.warning_sent": _warning_sent,
    "escalation.warning_set_aside": _plain(gettext_noop("Early warning set aside")),
    "escalation.warning_ended": _plain(gettext_noop("The early warning is over")),
    "escalation.reminder_taken": _reminder,
    "escalation.step_taken": _step,
    "escalation.found": _found,
    "escalation.not_found": _not_found,
    "escalation.rebased": _plain(gettext_noop("Re-based on the newest policy")),
}

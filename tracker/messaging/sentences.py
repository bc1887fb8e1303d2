"""Say an item as one sentence in the language that is active."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.messaging.dates import day
from tracker.messaging.models import Item

_INNER = str.maketrans("“”", "‘’")


def sentence(item: Item, *, today: date) -> str:
    """Return the sentence for an item: the date it has now, and how far off that is on the day `today`."""
    text = item.text
    values = {
        name: text.get(name, "")
        for name in ("unit", "title", "step", "reason", "text", "by", "new", "addressee", "finding")
    }
    task = item.task
    due = task.due if task else None
    values["due"] = day(due, today) if due else ""
    # Kept as it was queued, for it speaks of what was asked for then; rows of every version hold it in ISO form.
    values["new"] = _written(values["new"], today)
    if not text["say"].startswith("notice_"):
        # It stands in quotation marks, and within those Chinese takes single ones; a notice's title has marks of its own.
        values["title"] = values["title"].translate(_INNER)
    said = _SAYINGS[text["say"]](values, due, today)
    if text.get("nobody"):
        said += _(" Nobody is registered for the addressee; the supervision office has to see to it.")
    if item.late:
        said += _(" (Told late: the service had stood still.)")
    return said


def _written(kept: str, today: date) -> str:
    """Return a date that was kept as ISO 8601 in words; what is no such date is said as it stands."""
    try:
        return day(date.fromisoformat(kept), today)
    except ValueError:
        return kept


def _assignment(v: dict[str, str], due: date | None, today: date) -> str:
    if due is None:
        return _("“%(title)s” is assigned to %(unit)s; it has no date yet. Please acknowledge it.") % v
    return _("“%(title)s” is assigned to %(unit)s, due %(due)s. Please acknowledge it.") % v


def _ahead(v: dict[str, str], due: date | None, today: date) -> str:
    days = (due - today).days if due else 0
    if days < 0:
        return _("“%(title)s” (%(unit)s) was due on %(due)s.") % v
    if days == 0:
        return _("“%(title)s” (%(unit)s) is due today.") % v
    return ngettext(
        "“%(title)s” (%(unit)s) is due on %(due)s, in %(days)d day.",
        "“%(title)s” (%(unit)s) is due on %(due)s, in %(days)d days.",
        days,
    ) % {**v, "days": days}


def _overdue(v: dict[str, str], due: date | None, today: date) -> str:
    days = (today - due).days if due else 0
    if days < 1:
        # The date was moved since.
        return _ahead(v, due, today)
    return ngettext(
        "“%(title)s” (%(unit)s) was due on %(due)s, %(days)d day ago. Please report how it stands.",
        "“%(title)s” (%(unit)s) was due on %(due)s, %(days)d days ago. Please report how it stands.",
        days,
    ) % {**v, "days": days}


def _step(v: dict[str, str], due: date | None, today: date) -> str:
    return _("“%(title)s” (%(unit)s) was due on %(due)s and is not done: %(step)s.") % v


def _proposal(v: dict[str, str], due: date | None, today: date) -> str:
    return (
        _("“%(title)s” (%(unit)s) was due on %(due)s: “%(step)s” is proposed and needs a finding and a signature.") % v
    )


def _finding(v: dict[str, str], due: date | None, today: date) -> str:
    return _("“%(title)s” (%(unit)s) was due on %(due)s: before “%(step)s” a person has to find “%(finding)s”.") % v


def _found(v: dict[str, str], due: date | None, today: date) -> str:
    return (
        _("“%(title)s” (%(unit)s) was due on %(due)s and is not done; found: “%(finding)s”. Therefore: %(step)s.") % v
    )


def _backfill(v: dict[str, str], due: date | None, today: date) -> str:
    return (
        _(
            "“%(title)s” (%(unit)s) was already past its date, %(due)s, when it was loaded. Please say how it stands; until"
            " then nothing follows from it."
        )
        % v
    )


def _review(v: dict[str, str], due: date | None, today: date) -> str:
    return _("%(unit)s applies to close “%(title)s”.") % v


def _returned(v: dict[str, str], due: date | None, today: date) -> str:
    return _("“%(title)s” (%(unit)s) was returned for more work: %(reason)s") % v


def _instruction(v: dict[str, str], due: date | None, today: date) -> str:
    return _("%(by)s on “%(title)s”: %(text)s") % v


def _extension_requested(v: dict[str, str], due: date | None, today: date) -> str:
    return _("%(unit)s asks to move “%(title)s” to %(new)s: %(reason)s. The unit head has to agree.") % v


def _extension_agreed(v: dict[str, str], due: date | None, today: date) -> str:
    return _("%(unit)s asks to move “%(title)s” to %(new)s: %(reason)s. The unit head agrees; please decide.") % v


def _extension_granted(v: dict[str, str], due: date | None, today: date) -> str:
    return _("“%(title)s” (%(unit)s) is extended to %(new)s.") % v


def _extension_refused(v: dict[str, str], due: date | None, today: date) -> str:
    return _("The extension of “%(title)s” (%(unit)s) is refused: %(reason)s") % v


def _ended(v: dict[str, str], due: date | None, today: date) -> str:
    return _("“%(title)s” (%(unit)s) is no longer to be done: %(by)s, “%(reason)s”") % v


def _moved(v: dict[str, str], due: date | None, today: date) -> str:
    return _("“%(title)s” (%(unit)s) is now due on %(new)s: %(by)s, “%(reason)s”") % v


def _stands_again(v: dict[str, str], due: date | None, today: date) -> str:
    if not v["new"]:
        return _("“%(title)s” (%(unit)s) is to be done again; the change by %(by)s was withdrawn: %(reason)s") % v
    return _("“%(title)s” (%(unit)s) is due on %(new)s again; the change by %(by)s was withdrawn: %(reason)s") % v


def _notice_to_sign(v: dict[str, str], due: date | None, today: date) -> str:
    return _("“%(title)s” (%(unit)s) waits for your signature.") % v


def _notice_sent_back(v: dict[str, str], due: date | None, today: date) -> str:
    return _("“%(title)s” (%(unit)s) came back unsigned: %(reason)s") % v


def _notice_issue(v: dict[str, str], due: date | None, today: date) -> str:
    if not v["new"]:
        return _("“%(title)s” (%(text)s) was issued to %(unit)s. Please record the receipt.") % v
    return _("“%(title)s” (%(text)s) was issued to %(unit)s. Please record the receipt and reply by %(new)s.") % v


def _notice_withdraw(v: dict[str, str], due: date | None, today: date) -> str:
    return _("“%(title)s” (%(text)s) to %(unit)s is withdrawn: %(reason)s") % v


def _notice_reply(v: dict[str, str], due: date | None, today: date) -> str:
    return _("%(unit)s has replied to “%(title)s” (%(text)s).") % v


def _early_warning(v: dict[str, str], due: date | None, today: date) -> str:
    return _("Early warning for “%(title)s” (%(unit)s): %(reason)s. See the indicator's values and forecast.") % v


def _test(v: dict[str, str], due: date | None, today: date) -> str:
    return _("This is a test of the inbox, sent by %(by)s. Nothing has to be done.") % v


_SAYINGS = {
    "assignment": _assignment,
    "ahead": _ahead,
    "overdue": _overdue,
    "step": _step,
    "proposal": _proposal,
    "finding": _finding,
    "found": _found,
    "backfill": _backfill,
    "review": _review,
    "returned": _returned,
    "instruction": _instruction,
    "extension_requested": _extension_requested,
    "extension_agreed": _extension_agreed,
    "extension_granted": _extension_granted,
    "extension_refused": _extension_refused,
    "ended": _ended,
    "moved": _moved,
    "stands_again": _stands_again,
    "notice_to_sign": _notice_to_sign,
    "notice_sent_back": _notice_sent_back,
    "notice_issue": _notice_issue,
    "notice_withdraw": _notice_withdraw,
    "notice_reply": _notice_reply,
    "test": _test,
    "early_warning": _early_warning,
}

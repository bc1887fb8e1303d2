"""Put the entries of the audit chain into words: what was done, under which name each detail stands, how a value reads.

The chain itself keeps codes, which outlive every wording; a code nobody named is shown as it is rather than hidden.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from tracker.audit.actors import ROLE_LABELS, Role
from tracker.audit.models import AuditEntry
from tracker.audit.registers import Verb
from tracker.interfaces.web.templatetags.tracker_web import day, joined
from tracker.interfaces.web.wording import Words

ACTIONS: Mapping[str, Words] = {
    "api.refused": _("access by a program refused"),
    "api.token_issued": _("access of a program issued"),
    "commitments.acknowledged": _("receipt confirmed"),
    "commitments.amendment_applied": _("change of a document took effect"),
    "commitments.amendment_cancelled": _("change of a document cancelled before it took effect"),
    "commitments.amendment_recorded": _("change of a document recorded"),
    "commitments.amendment_withdrawn": _("change of a document taken back"),
    "commitments.assigned": _("duty registered and assigned"),
    "commitments.batch_applied": _("batch carried out"),
    "commitments.batch_dropped": _("batch given up"),
    "commitments.batch_stopped": _("batch stopped"),
    "commitments.blocker_named": _("unit that holds it up named"),
    "commitments.broken_down": _("duty divided among units"),
    "commitments.commitment_ended": _("promise ended with its document"),
    "commitments.commitment_reinstated": _("promise in force again"),
    "commitments.commitment_withdrawn": _("promise withdrawn"),
    "commitments.date_confirmed": _("date confirmed"),
    "commitments.date_put_back": _("former date put back"),
    "commitments.duty_proposed": _("duty proposed from a ledger"),
    "commitments.ended_with_document": _("duty ended with its document"),
    "commitments.event_recorded": _("event recorded"),
    "commitments.export_asked": _("list asked for as a file"),
    "commitments.export_cancelled": _("file no longer wanted"),
    "commitments.extension_agreed": _("extension agreed by the unit head"),
    "commitments.extension_declined": _("extension declined by the unit head"),
    "commitments.extension_granted": _("extension granted"),
    "commitments.extension_refused": _("extension refused"),
    "commitments.extension_requested": _("extension asked for"),
    "commitments.follows_its_row": _("duty brought in line with its row of the gazette"),
    "commitments.holidays_announced": _("dates counted anew after holidays were announced"),
    "commitments.instructed": _("instruction recorded"),
    "commitments.ledger_exported": _("ledger taken out"),
    "commitments.ledger_uploaded": _("ledger taken in for a preview"),
    "commitments.left_as_decided": _("duty left as people decided"),
    "commitments.moved_with_document": _("date moved with a change of the document"),
    "commitments.path_set": _("expected path set"),
    "commitments.reinstated": _("duty in force again"),
    "commitments.remarked": _("remark noted"),
    "commitments.report_backfill": _("old duty accounted for"),
    "commitments.report_close": _("closing applied for"),
    "commitments.report_no_change": _("no change reported"),
    "commitments.report_progress": _("progress reported"),
    "commitments.resumed": _("duty resumed"),
    "commitments.return_accepted": _("return accepted"),
    "commitments.return_refused": _("return refused"),
    "commitments.returned": _("duty returned by the unit"),
    "commitments.review_closed": _("closed on review"),
    "commitments.review_not_achieved": _("found not achieved on review"),
    "commitments.review_returned": _("sent back on review"),
    "commitments.sheet_kept": _("sheet of a meeting kept"),
    "commitments.stands_again": _("duty stands again"),
    "commitments.suspended": _("duty suspended"),
    "commitments.value_corrected": _("value corrected"),
    "commitments.value_recorded": _("value recorded"),
    "commitments.value_withdrawn": _("value taken back"),
    "commitments.view_deleted": _("view of the ledger deleted"),
    "commitments.view_opened_with": _("view chosen to open the ledger with"),
    "commitments.view_renamed": _("view of the ledger renamed"),
    "commitments.view_saved": _("view of the ledger saved"),
    "commitments.view_shared": _("view of the ledger shared"),
    "commitments.view_unshared": _("view of the ledger no longer shared"),
    "commitments.withdrawn": _("duty withdrawn"),
    "commitments.workdays_corrected": _("dates counted anew after a correction of working days"),
    "documents.ended": _("document no longer in force"),
    "documents.reinstated": _("document in force again"),
    "escalation.found": _("circumstance found by a person"),
    "escalation.not_found": _("circumstance found not to hold"),
    "escalation.policy_amended": _("policy set anew by the county"),
    "escalation.rebased": _("duty moved to a newer version of its policy"),
    "escalation.reminder_taken": _("reminder"),
    "escalation.step_taken": _("step of the policy"),
    "escalation.warning_ended": _("early warning ended"),
    "escalation.warning_proposed": _("early warning proposed"),
    "escalation.warning_sent": _("early warning sent"),
    "escalation.warning_set_aside": _("early warning not sent"),
    "intake.proposal_accepted": _("proposed duty accepted"),
    "intake.proposal_declined": _("proposed duty declined"),
    "intake.seed_loaded": _("gazette loaded"),
    "messaging.channel_test_ended": _("test of a channel ended"),
    "messaging.channel_tested": _("channel tested"),
    "messaging.delivery_given_up": _("delivery given up"),
    "messaging.delivery_retried": _("delivery tried again"),
    "messaging.paused": _("sending paused"),
    "messaging.resumed": _("sending resumed"),
    "notices.close": _("notice closed"),
    "notices.dismiss": _("notice not issued"),
    "notices.edit": _("notice edited"),
    "notices.find": _("finding for a notice recorded"),
    "notices.issue": _("notice issued"),
    "notices.letterhead_set": _("letterhead set"),
    "notices.prefix_planned": _("prefix of numbers planned"),
    "notices.propose": _("notice proposed"),
    "notices.receive": _("notice received"),
    "notices.refresh": _("notice brought up to date"),
    "notices.replace": _("notice replaced"),
    "notices.reply": _("notice answered"),
    "notices.send_back": _("notice sent back"),
    "notices.sign": _("notice signed and numbered"),
    "notices.submit": _("notice submitted for signature"),
    "notices.withdraw": _("notice withdrawn"),
    "org.account_changed": _("account changed"),
    "org.account_created": _("account created"),
    "org.account_disabled": _("account disabled"),
    "org.account_enabled": _("account enabled"),
    "org.account_unlocked": _("account unlocked"),
    "org.alias_added": _("other name of a unit added"),
    "org.alias_removed": _("other name of a unit removed"),
    "org.appointed": _("person appointed"),
    "org.dismissed": _("tenure ended"),
    "org.feed_created": _("subscription of a calendar made"),
    "org.feed_revoked": _("subscription of a calendar ended"),
    "org.feed_rotated": _("address of a calendar changed"),
    "org.feeds_revoked": _("subscriptions of a person ended"),
    "org.group_members_set": _("members of a group set"),
    "org.mail_copies_off": _("copies by mail stopped"),
    "org.mail_copies_on": _("copies by mail wanted"),
    "org.password_changed": _("password changed"),
    "org.password_reset": _("password reset"),
    "org.portfolio_ended": _("portfolio ended"),
    "org.portfolio_given": _("unit given to a leader's portfolio"),
    "org.post_opened": _("post set up"),
    "org.post_role_changed": _("rights of a post changed"),
    "org.post_withdrawn": _("post withdrawn"),
    "org.remark_answered": _("remark answered"),
    "org.remark_sent": _("remark on the system sent"),
    "org.signed_out_everywhere": _("signed out everywhere"),
    "org.tenure_corrected": _("tenure corrected"),
    "org.tenure_struck": _("tenure struck out"),
    "org.workday_corrected": _("working day corrected"),
    "org.workday_correction_withdrawn": _("correction of a working day taken back"),
    "web.refused": _("access refused"),
}

# What a register of the gazette keeps, by app and noun; each is added, changed or withdrawn.
NOUNS: Mapping[str, Words] = {
    "commitments.commitment": pgettext_lazy("record", "promise"),
    "documents.clause": pgettext_lazy("record", "clause"),
    "documents.document": pgettext_lazy("record", "document"),
    "documents.gazette": pgettext_lazy("record", "gazette"),
    "documents.not_commitment": pgettext_lazy("record", "passage that is no promise"),
    "escalation.policy": pgettext_lazy("record", "policy"),
    "org.calendar_override": pgettext_lazy("record", "correction of the calendar"),
    "org.group": pgettext_lazy("record", "group of units"),
    "org.portfolio": pgettext_lazy("record", "portfolio"),
    "org.post": pgettext_lazy("record", "post"),
    "org.tenure": pgettext_lazy("record", "tenure"),
    "org.unit": pgettext_lazy("record", "unit"),
}

_VERBS: Mapping[Verb, Words] = {
    Verb.ADDED: _("%(noun)s taken in from the source"),
    Verb.CHANGED: _("%(noun)s changed after the source"),
    Verb.WITHDRAWN: _("%(noun)s withdrawn after the source"),
}

DETAILS: Mapping[str, Words] = {
    "account": pgettext_lazy("record", "account"),
    "answer": pgettext_lazy("record", "answer"),
    "attempts": pgettext_lazy("record", "attempts"),
    "baseline": pgettext_lazy("record", "starting value"),
    "baseline_on": pgettext_lazy("record", "starting day"),
    "basis": pgettext_lazy("record", "source"),
    "before": pgettext_lazy("record", "before"),
    "by_what": pgettext_lazy("record", "document of the change"),
    "channel": pgettext_lazy("record", "channel"),
    "clause": pgettext_lazy("record", "clause"),
    "columns": pgettext_lazy("record", "columns"),
    "commitment": pgettext_lazy("record", "promise"),
    "conditions": pgettext_lazy("record", "circumstances"),
    "counts": pgettext_lazy("record", "counts"),
    "day": pgettext_lazy("record", "day"),
    "days": pgettext_lazy("record", "days"),
    "digest": pgettext_lazy("record", "fingerprint"),
    "document": pgettext_lazy("record", "document"),
    "done": pgettext_lazy("record", "done"),
    "done_on": pgettext_lazy("record", "done on"),
    "due": pgettext_lazy("record", "due"),
    "due_on": pgettext_lazy("record", "due on"),
    "effective_on": pgettext_lazy("record", "in force from"),
    "error": pgettext_lazy("record", "error"),
    "event": pgettext_lazy("record", "event"),
    "evidence": pgettext_lazy("record", "evidence"),
    "feeds_ended": pgettext_lazy("record", "subscriptions ended"),
    "filters": pgettext_lazy("record", "filters"),
    "finding": pgettext_lazy("record", "finding"),
    "follow_up_version": pgettext_lazy("record", "version of the follow-up"),
    "from_day": pgettext_lazy("record", "from"),
    "happened_on": pgettext_lazy("record", "happened on"),
    "head": pgettext_lazy("record", "unit head"),
    "is_workday": pgettext_lazy("record", "working day"),
    "joined": pgettext_lazy("record", "joined"),
    "key": pgettext_lazy("record", "internal number"),
    "kind": pgettext_lazy("record", "kind"),
    "lead": pgettext_lazy("record", "lead unit"),
    "left": pgettext_lazy("record", "left"),
    "measures": pgettext_lazy("record", "measures"),
    "meeting": pgettext_lazy("record", "meeting"),
    "method": pgettext_lazy("record", "method"),
    "milestones": pgettext_lazy("record", "steps of the path"),
    "name": pgettext_lazy("record", "name"),
    "new": pgettext_lazy("record", "new"),
    "new_due": pgettext_lazy("record", "new date"),
    "nobody": pgettext_lazy("record", "nobody registered there"),
    "not_done": pgettext_lazy("record", "not done"),
    "note": pgettext_lazy("record", "note"),
    "number": pgettext_lazy("record", "number"),
    "of": pgettext_lazy("record", "of"),
    "old": pgettext_lazy("record", "old"),
    "old_day": pgettext_lazy("record", "former day"),
    "old_due": pgettext_lazy("record", "former date"),
    "old_policy": pgettext_lazy("record", "former policy"),
    "old_value": pgettext_lazy("record", "former value"),
    "old_version": pgettext_lazy("record", "former version"),
    "on": pgettext_lazy("record", "on"),
    "origin": pgettext_lazy("record", "origin"),
    "outcome": pgettext_lazy("record", "outcome"),
    "passed_over": pgettext_lazy("record", "passed over"),
    "percent": pgettext_lazy("record", "progress (%)"),
    "policy": pgettext_lazy("record", "policy"),
    "policy_version": pgettext_lazy("record", "version of the policy"),
    "prefix": pgettext_lazy("record", "prefix"),
    "programs": pgettext_lazy("record", "programs"),
    "proposed": pgettext_lazy("record", "only proposed"),
    "query": pgettext_lazy("record", "query"),
    "reason": pgettext_lazy("record", "reason"),
    "reference": pgettext_lazy("record", "reference"),
    "reply_by": pgettext_lazy("record", "reply by"),
    "robot": pgettext_lazy("record", "robot"),
    "role": pgettext_lazy("record", "role"),
    "rows": pgettext_lazy("record", "rows"),
    "said": pgettext_lazy("record", "tasks as they stood"),
    "scope": pgettext_lazy("record", "extent"),
    "sessions": pgettext_lazy("record", "sign-ins ended"),
    "shared": pgettext_lazy("record", "shared"),
    "source": pgettext_lazy("record", "source"),
    "stands": pgettext_lazy("record", "in force"),
    "superseded_by": pgettext_lazy("record", "replaced by"),
    "target": pgettext_lazy("record", "target"),
    "text": pgettext_lazy("record", "text"),
    "then": pgettext_lazy("record", "then"),
    "title": pgettext_lazy("record", "title"),
    "to": pgettext_lazy("record", "to"),
    "to_day": pgettext_lazy("record", "through"),
    "trend": pgettext_lazy("record", "standing"),
    "turn": pgettext_lazy("record", "time"),
    "unit": pgettext_lazy("record", "unit"),
    "units": pgettext_lazy("record", "units"),
    "username": pgettext_lazy("record", "user name"),
    "value": pgettext_lazy("record", "value"),
    "version": pgettext_lazy("record", "version"),
    "was": pgettext_lazy("record", "formerly"),
    "why": pgettext_lazy("record", "reason"),
    "words": pgettext_lazy("record", "words"),
    "workdays": pgettext_lazy("record", "working days"),
    "year": pgettext_lazy("record", "year"),
}

_SOURCES: Mapping[str, Words] = {
    "command": pgettext_lazy("record", "command"),
    "demo-setup": pgettext_lazy("record", "preparation of the demonstration"),
    "load-seed": pgettext_lazy("record", "loading of gazettes"),
    "restore": pgettext_lazy("record", "restore of a backup"),
    "sweep": pgettext_lazy("record", "round of what is due"),
    "work": pgettext_lazy("record", "background work"),
}


def action_words(action: str) -> str:
    """Say what an action is: 牵头单位反馈进展; its code where nobody named it."""
    if action in ACTIONS:
        return str(ACTIONS[action])
    noun, _mark, verb = action.rpartition("_")
    if noun in NOUNS and verb in _VERBS:
        return str(_VERBS[Verb(verb)]) % {"noun": NOUNS[noun]}
    return action


@dataclass(frozen=True, slots=True)
class Record:
    """Be an entry as the page shows it; `under` tells the post and where from."""

    entry: AuditEntry
    what: str
    who: str
    under: str
    details: list[tuple[str, str]]


def record(entry: AuditEntry) -> Record:
    """Put one entry into the reader's language."""
    name = str(ROLE_LABELS[Role.SYSTEM]) if entry.actor_name == "system" else entry.actor_name
    origin = str(_SOURCES.get(entry.source, entry.source))
    under = " · ".join(part for part in (entry.actor_post, origin) if part)
    return Record(entry, action_words(entry.action), name, under, list(details(entry.detail)))


def details(detail: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give each detail that says something as a name and a value to read, in the order it was recorded."""
    for name, value in detail.items():
        told = _told(name, value)
        if told:
            yield str(DETAILS.get(name, name)), told


def _told(name: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return pgettext("record", "yes") if value else pgettext("record", "no")
    if name == "role":
        return str(ROLE_LABELS.get(value, value))
    if isinstance(value, str):
        return _day(value) or value
    if isinstance(value, Mapping):
        if set(value) == {"old", "new"}:
            return f"{_told(name, value['old']) or '—'} → {_told(name, value['new']) or '—'}"
        return joined(f"{label} {told}" for label, told in details(value))
    if isinstance(value, list | tuple):
        return joined(filter(None, (_told(name, one) for one in value)))
    return str(value)


def _day(value: str) -> str:
    try:
        return day(date.fromisoformat(value)) if len(value) == 10 else ""
    except ValueError:
        return ""

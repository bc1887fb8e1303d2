"""Change what a policy leaves to the county: when it reminds, and the intervals that no clause sets.

A clause's words, what follows from them, to whom, and an interval the clause sets stay what the document says. A change is
a new version: tasks that open later get it, and one that runs is re-based one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor, NotPermitted, Role
from tracker.audit.errors import Invalid, Stale
from tracker.audit.services import record
from tracker.escalation.models import EscalationPolicy, EscalationStep
from tracker.rules.followup import Addressee

# Nobody is reminded later than half a year after, nor earlier than a year before.
LONGEST_AHEAD, LONGEST_AFTER, MOST = 366, 120, 8


@dataclass(frozen=True, slots=True)
class Settings:
    """Hold what the county sets: days before the date (None: by the size of the promise), pairs of working days after it
    and the role reminded, and by step its offset and the working days it gives."""

    ahead: tuple[int, ...] | None
    overdue: tuple[tuple[int, str], ...]
    steps: Mapping[str, tuple[int, int | None]] = field(default_factory=dict)


def settings_of(policy: EscalationPolicy) -> Settings:
    """Return what the county may set of a policy, as it is set."""
    return Settings(
        None if policy.ahead is None else tuple(policy.ahead),
        tuple((days, to) for days, to in policy.overdue),
        {step.key: (step.offset, step.asks_within) for step in policy.steps.all() if step.interval_by == "county"},
    )


def amended(policy: EscalationPolicy, settings: Settings) -> list[EscalationStep]:
    """Return the policy's steps as they would be, unsaved."""
    found = []
    for step in policy.steps.all():
        one = EscalationStep(**{name: getattr(step, name) for name in _COLUMNS}, policy=policy)
        if step.interval_by == "county" and step.key in settings.steps:
            one.offset, one.asks_within = settings.steps[step.key]
        found.append(one)
    return found


@transaction.atomic
def amend_policy(
    *, policy: EscalationPolicy, settings: Settings, reason: str, by: Actor, now: datetime
) -> EscalationPolicy:
    """Make the next version of a policy with other settings of the county's own, and return it.

    Running tasks keep theirs. Raises `Invalid`, `NotPermitted`, and `Stale` when `policy` is not the newest version.
    """
    if not by.has(Role.SUPERVISION):
        raise NotPermitted(_("Only the supervision office sets intervals and reminders. Ask it."))
    newest = (
        EscalationPolicy.objects.select_for_update(of=("self",)).filter(key=policy.key).order_by("-version").first()
    )
    if newest is None or newest.pk != policy.pk or newest.withdrawn_at is not None:
        raise Stale(_("Somebody changed this policy after you opened it. Look at its newest version first."))
    check(policy, settings)
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid("reason", _("Say why, and who decided it."))
    before = settings_of(policy)
    if settings == before:
        raise Invalid("reason", _("Nothing differs from the version as it is."))
    made = EscalationPolicy.objects.create(
        key=policy.key,
        version=policy.version + 1,
        document=policy.document,
        title=policy.title,
        note=policy.note,
        attaches=policy.attaches,
        ahead=None if settings.ahead is None else list(settings.ahead),
        overdue=[[days, to] for days, to in settings.overdue],
        findings=policy.findings,
        early_warning=policy.early_warning,
        county=_merged(policy, before, settings),
        from_seed=policy.from_seed,
    )
    steps = amended(policy, settings)
    for step in steps:
        step.policy = made
    EscalationStep.objects.bulk_create(steps)
    record(
        by=by,
        now=now,
        action="escalation.policy_amended",
        obj=made,
        key=made.key,
        version=made.version,
        old=_kept(before),
        new=_kept(settings),
        reason=reason,
    )
    return made


def check(policy: EscalationPolicy, settings: Settings) -> None:
    """Make sure these settings can be lived by. Raises `Invalid`, naming the field: `ahead`, `overdue` or a step's key."""
    if settings.ahead is not None:
        _days("ahead", settings.ahead, least=0, most=LONGEST_AHEAD)
    _days("overdue", [days for days, _to in settings.overdue], least=1, most=LONGEST_AFTER)
    if not settings.overdue:
        raise Invalid("overdue", _("Somebody is reminded after the date at least once."))
    known = {one.value for one in Addressee}
    if unknown := [to for _days_after, to in settings.overdue if to not in known]:
        raise Invalid("overdue", _("There is no addressee “%(name)s”.") % {"name": unknown[0]})
    own = {step.key for step in policy.steps.all() if step.interval_by == "county"}
    for key, (offset, asks_within) in settings.steps.items():
        if key not in own:
            raise Invalid(key, _("This interval is the clause's own and cannot be set."))
        if not 0 <= offset <= LONGEST_AFTER:
            raise Invalid(key, _("An interval is a whole number from 0 to %(most)d.") % {"most": LONGEST_AFTER})
        if asks_within is not None and not 1 <= asks_within <= LONGEST_AFTER:
            raise Invalid(key, _("The time to rectify is a whole number from 1 to %(most)d.") % {"most": LONGEST_AFTER})


def _days(field_name: str, days: Sequence[int], *, least: int, most: int) -> None:
    if len(days) > MOST:
        raise Invalid(field_name, _("At most %(most)d reminders: more are noise.") % {"most": MOST})
    if any(not least <= one <= most for one in days):
        raise Invalid(field_name, _("Write whole numbers from %(least)d to %(most)d.") % {"least": least, "most": most})


def _kept(settings: Settings) -> dict[str, Any]:
    return {
        "ahead": None if settings.ahead is None else list(settings.ahead),
        "overdue": [[days, to] for days, to in settings.overdue],
        "steps": {
            key: {"offset": offset, "asks_within": asks_within}
            for key, (offset, asks_within) in sorted(settings.steps.items())
        },
    }


def _merged(policy: EscalationPolicy, before: Settings, after: Settings) -> dict[str, Any]:
    """Return what the county has set itself by now: the rest stays the source's to change."""
    own: dict[str, Any] = dict(policy.county or {})
    new = _kept(after)
    if after.ahead != before.ahead:
        own["ahead"] = new["ahead"]
    if after.overdue != before.overdue:
        own["overdue"] = new["overdue"]
    changed = {key: new["steps"][key] for key, value in after.steps.items() if before.steps.get(key) != value}
    if changed:
        own["steps"] = {**own.get("steps", {}), **changed}
    return own


_COLUMNS = tuple(one.attname for one in EscalationStep._meta.concrete_fields if one.attname not in {"id", "policy_id"})

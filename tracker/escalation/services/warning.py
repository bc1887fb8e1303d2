"""Propose early warnings where a document's clause provides for them, end them, and let people decide what becomes of each.

The jobs look at an indicator when a value or a path was entered, and on the day on which its values grow stale or its
horizon passes: never at all of them. What a turn is, and when it is over, `rules.warning` decides. A warning is proposed
to the office alone; the unit hears of it when a person sends it, as a line of its digest and nothing more.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor, NotPermitted
from tracker.audit.errors import Invalid, WrongState
from tracker.audit.services import record
from tracker.commitments.models import Indicator, IndicatorValue
from tracker.commitments.selectors.indicators import newest_paths, path_of, points_of
from tracker.commitments.working import rows
from tracker.escalation.addressing import Address
from tracker.escalation.ladders import current_policies
from tracker.escalation.models import EarlyWarning, EscalationPolicy
from tracker.escalation.selectors.warnings import addresses_of, basis_of, may_decide
from tracker.messaging.models import Item
from tracker.messaging.services import drop, queue
from tracker.org.models import Unit
from tracker.rules import forecast
from tracker.rules.civil import civil_day, start_of_day
from tracker.rules.forecast import Outlook, Trend
from tracker.rules.warning import Turn, conditions, judge

log = logging.getLogger(__name__)

SET_ASIDE = timedelta(hours=1)
MOST = 2000


@dataclass(slots=True)
class Looked:
    """Count what a round found; `failed` names the indicators that were put off by an hour."""

    looked_at: int = 0
    proposed: int = 0
    ended: int = 0
    failed: list[str] = field(default_factory=list)


def look_at_indicators(*, now: datetime, by: Actor) -> Looked:
    """Propose and end early warnings for the indicators whose look has come; a second call does nothing."""
    looked = Looked()
    due = Indicator.objects.filter(_due(now)).order_by("next_look_at", "pk")
    for pk, name in list(due.values_list("pk", "name")[:MOST]):
        try:
            _look(pk, looked, now=now, by=by)
        except Exception:
            log.exception("Indicator %s could not be looked at; it is put off by an hour.", name)
            looked.failed.append(name)
            Indicator.objects.filter(pk=pk).update(next_look_at=now + SET_ASIDE)
    return looked


@transaction.atomic
def send_warning(*, warning: EarlyWarning, by: Actor, now: datetime) -> EarlyWarning:
    """Send a proposed warning to those the clause names: a line of each one's next digest.

    Where nobody is registered for a lead unit's head, the supervision office is told so instead. Raises `NotPermitted`,
    `WrongState` for a warning that was decided or has ended.
    """
    row = _undecided(warning, by)
    addresses = addresses_of(row, on=civil_day(now))
    row.decision = EarlyWarning.Decision.SENT
    row.addressees = [address.text for _unit, address in addresses]
    _decide(row, "escalation.warning_sent", by=by, now=now)
    queue(_items(row, addresses, now=now))
    return row


@transaction.atomic
def set_warning_aside(*, warning: EarlyWarning, reason: str, by: Actor, now: datetime) -> EarlyWarning:
    """Decide that a proposed warning goes to nobody, with the reason. Raises as `send_warning`, and `Invalid`."""
    row = _undecided(warning, by)
    if not reason.strip():
        raise Invalid("reason", _("Say why the unit is not warned; later readers see it."))
    if len(reason.strip()) > 400:
        raise Invalid("reason", _("The reason is longer than 400 characters."))
    row.decision, row.reason = EarlyWarning.Decision.SET_ASIDE, reason.strip()
    _decide(row, "escalation.warning_set_aside", by=by, now=now)
    return row


def _due(now: datetime) -> Q:
    """Return the condition that an indicator is to be looked at: its look has come, or what it is warned of is withdrawn."""
    running = EarlyWarning.objects.filter(ended_at=None)
    gone = Q(withdrawn_at__isnull=False) | Q(commitment__withdrawn_at__isnull=False)
    return Q(next_look_at__lte=now) | (gone & Q(pk__in=running.values("indicator")))


@transaction.atomic
def _look(pk: int, looked: Looked, *, now: datetime, by: Actor) -> None:
    locked = Indicator.objects.select_for_update(of=("self",), skip_locked=True)
    row = locked.select_related("commitment__document", "commitment__clause").filter(_due(now), pk=pk).first()
    if row is None:
        return
    looked.looked_at += 1
    today, commitment = civil_day(now), row.commitment
    stands = row.withdrawn_at is None and commitment.withdrawn_at is None
    policy = current_policies([commitment.policy_key]).get(commitment.policy_key)
    block = policy.early_warning if policy and stands else None
    path = path_of(row, newest_paths([row]).get(row.pk))
    points = points_of(IndicatorValue.objects.filter(indicator=row, superseded_at=None).order_by("day"))
    outlook = forecast.outlook(path, points, today)
    latest = EarlyWarning.objects.filter(indicator=row).order_by("-turn").first()
    turn = Turn(latest.turn, Trend(latest.trend), latest.ended_at is not None) if latest else None
    verdict = judge(turn, outlook, block["when"] if block else (), over=today > path.target.on)
    if verdict.ends is not None and latest is not None:
        looked.ended += 1
        _end(latest, EarlyWarning.Ended(verdict.ends.value), now=now, by=by)
    if verdict.begins is not None and policy is not None and block is not None:
        looked.proposed += 1
        _propose(row, verdict.begins, outlook, policy, block, now=now, by=by)
    ahead = forecast.next_look(path, points, today) if block else None
    row.next_look_at = start_of_day(ahead) if ahead else None
    row.save(update_fields=["next_look_at"])


def _propose(
    row: Indicator,
    turn: int,
    outlook: Outlook,
    policy: EscalationPolicy,
    block: Mapping[str, Any],
    *,
    now: datetime,
    by: Actor,
) -> None:
    basis = basis_of(block, row.commitment)
    warning = EarlyWarning.objects.create(
        indicator=row,
        turn=turn,
        policy=policy,
        trend=outlook.trend.value,
        conditions=[condition.value for condition in conditions(outlook) if condition.value in block["when"]],
        notes=rows(outlook.notes),
        day=outlook.actual.on if outlook.actual else None,
        value=Decimal(str(outlook.actual.value)) if outlook.actual else None,
        basis=f"{row.commitment.document.number} {basis['clause']}：{basis['quote']}",
        proposed_at=now,
    )
    record(
        by=by, now=now, action="escalation.warning_proposed", obj=row,
        turn=turn, trend=warning.trend, conditions=warning.conditions, basis=warning.basis,
    )  # fmt: skip


def _end(warning: EarlyWarning, why: EarlyWarning.Ended, *, now: datetime, by: Actor) -> None:
    warning.ended_at, warning.ended_why = now, why
    warning.save(update_fields=["ended_at", "ended_why"])
    # What has not gone out yet need not be said any more.
    drop(prefix=_key(warning), why="ended", now=now)
    record(by=by, now=now, action="escalation.warning_ended", obj=warning.indicator, turn=warning.turn, why=why.value)


def _undecided(warning: EarlyWarning, by: Actor) -> EarlyWarning:
    """Return the warning locked, once the actor may decide on it and nobody has."""
    rows = EarlyWarning.objects.select_for_update(of=("self",)).select_related(
        "indicator__commitment__document", "indicator__commitment__clause", "policy"
    )
    row = rows.get(pk=warning.pk)
    if not may_decide(row, by):
        raise NotPermitted(
            _(
                "The supervision office decides on early warnings, and the office of the body the clause names. Ask them."
            )
        )
    if row.ended_at is not None:
        raise WrongState(
            _("This warning has ended: %(why)s. Nothing is left to decide.") % {"why": row.get_ended_why_display()}
        )
    if row.decision:
        raise WrongState(
            _("%(who)s has decided on this warning already: %(what)s.")
            % {"who": row.decided_by, "what": row.get_decision_display()}
        )
    return row


def _decide(row: EarlyWarning, action: str, *, by: Actor, now: datetime) -> None:
    row.decided_at, row.decided_by, row.decided_by_post = now, by.name, by.post
    row.save(update_fields=["decision", "reason", "addressees", "decided_at", "decided_by", "decided_by_post"])
    detail = {"turn": row.turn, "reason": row.reason, "to": row.addressees}
    record(by=by, now=now, action=action, obj=row.indicator, **{name: one for name, one in detail.items() if one})


def _items(row: EarlyWarning, addresses: Iterable[tuple[Unit, Address]], *, now: datetime) -> list[Item]:
    indicator = row.indicator
    return [
        Item(
            key=f"{_key(row)}{unit.pk}:{address.post.pk}",
            kind=Item.Kind.WARNING,
            post=address.post,
            unit=unit,
            text={
                "say": "early_warning",
                "unit": unit.name,
                "title": indicator.name,
                "reason": "、".join(row.conditions),
                "path": f"/indicators/{indicator.pk}/",
                **({"nobody": True} if str(address.post) != address.text else {}),
            },
            basis=row.basis,
            created_at=now,
        )
        for unit, address in addresses
        if address.post is not None
    ]


def _key(row: EarlyWarning) -> str:
    return f"warning:{row.pk}:"

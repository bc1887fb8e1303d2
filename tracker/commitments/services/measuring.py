"""Enter the actual values of quantified targets, correct them, and set the way that is expected to lead to each target.

Values are entered by whoever answers for a lead unit, or by the supervision office; the way is set by a lead unit's head or
the office, for by it everybody is measured. Nothing entered is ever changed: what is corrected stays beside its correction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor, NotPermitted, Role
from tracker.audit.errors import Invalid, Refusal, WrongState
from tracker.audit.services import record
from tracker.commitments.models import Indicator, IndicatorPath, IndicatorValue
from tracker.commitments.selectors.indicators import led_parts, may_set_path
from tracker.commitments.services.guard import in_words
from tracker.org.models import Unit
from tracker.rules import measure
from tracker.rules.civil import civil_day

# A value of long before its document is more likely a slip of the year than a statistic.
YEARS_BEFORE = 30
DECIMALS = 4
_MOST = Decimal(10) ** 14


@dataclass(frozen=True, slots=True)
class ValueDraft:
    """Hold one value before it is entered; `day` is the civil day it stands for, in most statistics the last of a year."""

    indicator: Indicator
    day: date
    value: Decimal
    source: str


class InvalidRows(Refusal):
    """Say which rows of a table cannot be taken, by their place; none of the table was entered."""

    def __init__(self, errors: dict[int, Refusal]) -> None:
        super().__init__(_("Nothing was entered yet: correct the rows marked below and send the table again."))
        self.errors = errors


def record_value(
    *, indicator: Indicator, day: date, value: Decimal, source: str, by: Actor, now: datetime
) -> IndicatorValue:
    """Enter one actual value. Raises `Invalid`, `WrongState`, `NotPermitted`."""
    try:
        (entered,) = record_values(rows=[ValueDraft(indicator, day, value, source)], by=by, now=now)
    except InvalidRows as error:
        raise error.errors[0] from error
    return entered


@transaction.atomic
def record_values(*, rows: Sequence[ValueDraft], by: Actor, now: datetime) -> list[IndicatorValue]:
    """Enter a table of values, as a yearly statistic comes: all of them or, where one cannot be taken, none.

    Raises `InvalidRows` with what is wrong with each row, `Invalid` for an empty table, `NotPermitted` where one of the
    indicators is not the actor's to report.
    """
    if not rows:
        raise Invalid("value", _("There is no value to enter. Fill in at least one."))
    locked = _locked({row.indicator.pk for row in rows})
    units = {pk: _reporting_unit(indicator, by) for pk, indicator in locked.items()}
    present = set(
        IndicatorValue.objects.filter(indicator__in=locked, superseded_at=None).values_list("indicator_id", "day")
    )
    errors: dict[int, Refusal] = {}
    entered: list[IndicatorValue] = []
    for place, row in enumerate(rows):
        indicator = locked[row.indicator.pk]
        try:
            _check(indicator, row.day, row.value, row.source, today=civil_day(now))
            if (indicator.pk, row.day) in present:
                raise Invalid("day", _("There is a value for this day already. Correct that one, or check the day."))
        except Refusal as error:
            errors[place] = error
            continue
        present.add((indicator.pk, row.day))
        entered.append(_new(indicator, row, units[indicator.pk], by=by, now=now))
    if errors:
        raise InvalidRows(errors)
    for value in entered:
        value.save()
        _note(value.indicator, "commitments.value_recorded", by=by, now=now, unit=_name(value.unit), **_said(value))
    _look_again({value.indicator_id for value in entered}, now)
    return entered


@transaction.atomic
def correct_value(
    *, value: IndicatorValue, day: date, number: Decimal, source: str, reason: str, by: Actor, now: datetime
) -> IndicatorValue:
    """Put a corrected value in the place of one that was entered wrongly, which stays on record with the reason.

    Raises `Invalid`, also where nothing would change; `WrongState` for a value that was corrected already.
    """
    indicator, old, unit = _open(value, by)
    reason = _reasoned(reason)
    _check(indicator, day, number, source, today=civil_day(now))
    if (day, number, source.strip()) == (old.day, old.value, old.source):
        raise Invalid("value", _("Nothing is different. Change the value, its day or its source."))
    others = IndicatorValue.objects.filter(indicator=indicator, day=day, superseded_at=None).exclude(pk=old.pk)
    if others.exists():
        raise Invalid("day", _("There is another value for this day already. Withdraw one of the two."))
    _supersede(old, reason, by=by, now=now)
    new = _new(indicator, ValueDraft(indicator, day, number, source), unit, by=by, now=now)
    new.replaces = old
    new.save()
    before = {f"old_{name}": said for name, said in _said(old).items()}
    _note(indicator, "commitments.value_corrected", by=by, now=now, reason=reason, **_said(new), **before)
    _look_again({indicator.pk}, now)
    return new


@transaction.atomic
def withdraw_value(*, value: IndicatorValue, reason: str, by: Actor, now: datetime) -> IndicatorValue:
    """Let a value that should never have been entered count no more; it stays on record with the reason."""
    indicator, old, _unit = _open(value, by)
    reason = _reasoned(reason)
    _supersede(old, reason, by=by, now=now)
    _note(indicator, "commitments.value_withdrawn", by=by, now=now, reason=reason, **_said(old))
    _look_again({indicator.pk}, now)
    return old


@transaction.atomic
def set_path(
    *,
    indicator: Indicator,
    kind: IndicatorPath.Kind,
    baseline_on: date | None = None,
    baseline: Decimal | None = None,
    milestones: Sequence[tuple[date, Decimal]] = (),
    reason: str,
    by: Actor,
    now: datetime,
) -> IndicatorPath:
    """Set the expected way to a target; the one in force before stays on record.

    A way that slopes or steps needs the baseline it begins at, a kept target has none; `milestones` are the jumps of a
    stepped way between baseline and horizon. Raises `Invalid`, `NotPermitted`.
    """
    row = _locked({indicator.pk})[indicator.pk]
    if not may_set_path(row, by):
        raise NotPermitted(
            _("Only a lead unit's head or the supervision office sets the expected path: everybody is measured by it.")
        )
    reason = _reasoned(reason)
    kind = IndicatorPath.Kind(kind)
    milestones = sorted(milestones)
    _check_path(row, kind, baseline_on, baseline, milestones, today=civil_day(now))
    last = row.paths.order_by("-version").first()
    made = IndicatorPath.objects.create(
        indicator=row,
        version=last.version + 1 if last else 1,
        kind=kind,
        baseline_on=baseline_on,
        baseline=baseline,
        milestones=[[day.isoformat(), str(value)] for day, value in milestones],
        reason=reason,
        at=now,
        by=by.name,
        by_post=by.post,
    )
    _note(
        row,
        "commitments.path_set",
        by=by,
        now=now,
        kind=kind.value,
        baseline_on=baseline_on.isoformat() if baseline_on else "",
        baseline=str(baseline) if baseline is not None else "",
        milestones=made.milestones,
        reason=reason,
        version=made.version,
    )
    _look_again({row.pk}, now)
    return made


def _locked(keys: set[int]) -> dict[int, Indicator]:
    """Return the indicators' rows locked, in one order, with what is checked against."""
    rows = Indicator.objects.select_for_update(of=("self",)).select_related("commitment__document")
    found = {row.pk: row for row in rows.filter(pk__in=keys).order_by("pk")}
    for row in found.values():
        if row.withdrawn_at is not None or row.commitment.withdrawn_at is not None:
            raise WrongState(_("“%(name)s” was withdrawn; nothing more is entered for it.") % {"name": row.name})
    return found


def _reporting_unit(indicator: Indicator, by: Actor) -> Unit | None:
    """Return the lead unit the actor enters values for; None for the supervision office."""
    part = led_parts(by.unit_ids).filter(task__commitment=indicator.commitment_id).select_related("unit").first()
    if part is not None:
        return part.unit
    if by.has(Role.SUPERVISION):
        return None
    raise NotPermitted(
        _("“%(name)s” is reported by its lead unit. Ask that unit's liaison, or the supervision office.")
        % {"name": indicator.name}
    )


def _open(value: IndicatorValue, by: Actor) -> tuple[Indicator, IndicatorValue, Unit | None]:
    indicator = _locked({value.indicator_id})[value.indicator_id]
    unit = _reporting_unit(indicator, by)
    old = IndicatorValue.objects.select_for_update(of=("self",)).get(pk=value.pk)
    if old.superseded_at is not None:
        raise WrongState(_("This value was corrected already. Open the indicator to see the one that counts."))
    return indicator, old, unit


def _check(indicator: Indicator, day: date, value: Decimal, source: str, *, today: date) -> None:
    if day > today:
        raise Invalid("day", _("The day lies in the future. A value is entered once it has been measured."))
    earliest = indicator.commitment.document.issued_on.year - YEARS_BEFORE
    if day.year < earliest:
        raise Invalid("day", _("The day lies before %(year)d. Check the year.") % {"year": earliest})
    _check_number(indicator, value, "value")
    if not source.strip():
        raise Invalid("source", _("Say where the value comes from: a document number, a statistic's name, or a link."))
    if len(source.strip()) > 300:
        raise Invalid("source", _("The source is longer than 300 characters. Give its number or link."))


def _check_number(indicator: Indicator, value: Decimal, field: str) -> None:
    if not value.is_finite() or abs(value) >= _MOST:
        raise Invalid(field, _("This is no number that can be kept. Check it and its unit."))
    if round(value, DECIMALS) != value:
        raise Invalid(field, _("Give at most %(decimals)d decimals.") % {"decimals": DECIMALS})
    fault = measure.fault(value, indicator.unit, indicator.name)
    if fault is not None:
        raise Invalid(field, in_words(fault))


def _check_path(
    indicator: Indicator,
    kind: IndicatorPath.Kind,
    baseline_on: date | None,
    baseline: Decimal | None,
    milestones: Sequence[tuple[date, Decimal]],
    *,
    today: date,
) -> None:
    Kind = IndicatorPath.Kind
    horizon = indicator.commitment.horizon
    if horizon is None:
        raise Invalid("kind", _("The target has no date, so no path can lead to it."))
    if kind == Kind.KEEP:
        if baseline is not None or baseline_on is not None or milestones:
            raise Invalid("kind", _("A kept target holds on every day: it has neither baseline nor milestones."))
        return
    if (kind == Kind.LINEAR and indicator.op == "<=") or (kind == Kind.REDUCE and indicator.op == ">="):
        raise Invalid("kind", _("This path leads away from the target. Choose the other direction, or steps."))
    if baseline is None or baseline_on is None:
        field = "baseline_on" if baseline_on is None else "baseline"
        raise Invalid(field, _("The path needs the day and the value it begins at."))
    if baseline_on > today or baseline_on >= horizon:
        raise Invalid("baseline_on", _("The baseline lies in the past and before the target's own day."))
    _check_number(indicator, baseline, "baseline")
    rises = indicator.value > baseline
    if baseline == indicator.value or (kind == Kind.LINEAR and not rises) or (kind == Kind.REDUCE and rises):
        raise Invalid("baseline", _("The baseline is past the target already. Choose “kept on every day”."))
    if milestones and kind != Kind.STEP:
        raise Invalid("milestones", _("Only a path in steps has milestones."))
    if kind == Kind.STEP and not milestones:
        raise Invalid("milestones", _("A path in steps needs at least one milestone before the target."))
    days = [baseline_on, *(day for day, _value in milestones), horizon]
    if any(later <= earlier for earlier, later in pairwise(days)):
        raise Invalid("milestones", _("Milestones lie between baseline and target, one a day."))
    steps = [baseline, *(value for _day, value in milestones), indicator.value]
    if any((later < earlier) if rises else (later > earlier) for earlier, later in pairwise(steps)):
        raise Invalid("milestones", _("Each milestone leads on from the one before towards the target."))
    for _day, value in milestones:
        _check_number(indicator, value, "milestones")


def _new(indicator: Indicator, row: ValueDraft, unit: Unit | None, *, by: Actor, now: datetime) -> IndicatorValue:
    return IndicatorValue(
        indicator=indicator,
        day=row.day,
        value=row.value,
        source=row.source.strip(),
        at=now,
        by=by.name,
        by_post=by.post,
        unit=unit,
    )


def _supersede(old: IndicatorValue, reason: str, *, by: Actor, now: datetime) -> None:
    old.superseded_at, old.superseded_by, old.superseded_why = now, by.name, reason
    old.save(update_fields=["superseded_at", "superseded_by", "superseded_why"])


def _look_again(keys: set[int], now: datetime) -> None:
    """Let the next round of jobs look at these indicators."""
    Indicator.objects.filter(pk__in=keys).update(next_look_at=now)


def _reasoned(reason: str) -> str:
    if not reason.strip():
        raise Invalid("reason", _("Say why; later readers see it."))
    if len(reason.strip()) > 400:
        raise Invalid("reason", _("The reason is longer than 400 characters."))
    return reason.strip()


def _said(value: IndicatorValue) -> dict[str, str]:
    return {
        "day": value.day.isoformat(),
        "value": measure.said(value.value, value.indicator.unit),
        "source": value.source,
    }


def _name(unit: Unit | None) -> str:
    return unit.name if unit else ""


def _note(indicator: Indicator, action: str, *, by: Actor, now: datetime, **detail: Any) -> None:
    kept = {name: value for name, value in detail.items() if value not in (None, "", [])}
    record(by=by, now=now, action=action, obj=indicator, **kept)

"""Read quantified targets: the expected path, the actual values, and how each stands on a day.

How an indicator stands is never stored: `rules.forecast` decides it from the values that count and the path in force.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from tracker.audit.actors import Actor, Role
from tracker.commitments.models import (
    Assignment,
    Commitment,
    CommitmentUnit,
    Indicator,
    IndicatorPath,
    IndicatorValue,
    Task,
)
from tracker.commitments.selectors.visible import SEES_ALL, visible_tasks
from tracker.org.models import Unit
from tracker.rules import forecast, measure
from tracker.rules.followup import State
from tracker.rules.forecast import Outlook, Path, PathKind, Point, Trend

LIVE = Prefetch("values", IndicatorValue.objects.filter(superseded_at=None).order_by("day"), to_attr="live_values")


@dataclass(frozen=True, slots=True)
class Reading:
    """Hold an indicator with its path, the values that count, in order of their days, and how it stands.

    `set_path` is the path somebody set, None where the shape is read from the clause's words. `leads` are the units that
    answer for it, and `task_id` one of its tasks, None where there is none.
    """

    indicator: Indicator
    set_path: IndicatorPath | None
    path: Path
    values: Sequence[IndicatorValue]
    outlook: Outlook
    leads: Sequence[Unit]
    task_id: int | None

    @property
    def commitment(self) -> Commitment:
        return self.indicator.commitment

    @property
    def trend(self) -> Trend:
        return self.outlook.trend


def visible_indicators(actor: Actor) -> QuerySet[Indicator]:
    """Return the indicators whose tasks an actor may see; those withdrawn are left out."""
    found = Indicator.objects.filter(withdrawn_at=None, commitment__withdrawn_at=None)
    if actor.roles & SEES_ALL:
        return found
    return found.filter(Exists(visible_tasks(actor).filter(commitment=OuterRef("commitment"))))


def own_indicators(unit: Unit) -> QuerySet[Indicator]:
    """Return the indicators that a unit answers for as a lead."""
    return Indicator.objects.filter(withdrawn_at=None, commitment__withdrawn_at=None).filter(
        Exists(led_parts([unit.pk]).filter(task__commitment=OuterRef("commitment")))
    )


def readings(indicators: QuerySet[Indicator], *, today: date) -> list[Reading]:
    """Return how each indicator stands on a day, in the gazette's order: five queries however many there are."""
    rows = list(
        indicators.select_related("commitment__document", "commitment__clause")
        .defer("commitment__clause__text")
        .prefetch_related(LIVE)
        .order_by("commitment__document__first_line", "commitment__line", "pk")
    )
    paths = newest_paths(rows)
    leads = _leads({row.commitment_id for row in rows})
    tasks = _tasks({row.commitment_id for row in rows})
    return [
        _read(row, paths.get(row.pk), leads.get(row.commitment_id, []), tasks.get(row.commitment_id), today)
        for row in rows
    ]


def newest_paths(indicators: Collection[Indicator]) -> dict[int, IndicatorPath]:
    """Return the path in force of each indicator that has one set, by indicator id."""
    rows = IndicatorPath.objects.filter(indicator__in=[row.pk for row in indicators]).order_by("version")
    return {row.indicator_id: row for row in rows}


def path_of(indicator: Indicator, row: IndicatorPath | None) -> Path:
    """Return the way to an indicator's target as `rules` reckon with it; its commitment is loaded.

    Without a path that somebody set, the shape is read from the clause's words and there is no baseline: the plans print
    none, and none is made up. A target without a date stands at the end of time: nothing is forecast for it.
    """
    commitment = indicator.commitment
    target = Point(commitment.horizon or date.max, float(indicator.value))
    path = Path(
        forecast.kind_read_from(commitment.quote, indicator.op),
        target,
        op=indicator.op,
        slack=forecast.slack_read_from(commitment.quote, indicator.op, target.value),
        unit=indicator.unit,
        bounds=measure.bounds(indicator.unit, indicator.name),
    )
    if row is None:
        return path
    baseline = None
    if row.baseline_on is not None and row.baseline is not None and row.baseline_on < target.on:
        baseline = Point(row.baseline_on, float(row.baseline))
    jumps = (Point(date.fromisoformat(day), float(value)) for day, value in row.milestones)
    # A document that brings the target forward leaves what was to come after it without a meaning.
    milestones = tuple(jump for jump in jumps if jump.on < target.on)
    return replace(path, kind=PathKind(row.kind), baseline=baseline, milestones=milestones)


def points_of(values: Iterable[IndicatorValue]) -> tuple[Point, ...]:
    """Return values as `rules` take them."""
    return tuple(Point(value.day, float(value.value)) for value in values)


def led_parts(units: Collection[int]) -> QuerySet[Assignment]:
    """Return the lead parts of these units (ids) in tasks that were not withdrawn."""
    return Assignment.objects.filter(role="lead", unit__in=units).exclude(task__state=State.WITHDRAWN)


def may_enter(indicator: Indicator, actor: Actor) -> bool:
    """Tell whether an actor may enter values: who answers for a lead unit, and the supervision office."""
    return actor.has(Role.SUPERVISION) or _leads_it(indicator, actor.unit_ids)


def may_set_path(indicator: Indicator, actor: Actor) -> bool:
    """Tell whether an actor may set the expected path: a lead unit's head, and the supervision office."""
    return actor.has(Role.SUPERVISION) or _leads_it(indicator, actor.head_ids)


def history_of(indicator: Indicator) -> list[IndicatorValue]:
    """Return all values ever entered, those that count and those that were corrected, the newest day first."""
    return list(indicator.values.select_related("unit").order_by("-day", "-id"))


def _leads_it(indicator: Indicator, units: Collection[int]) -> bool:
    return bool(units) and led_parts(units).filter(task__commitment=indicator.commitment_id).exists()


def _leads(commitments: Collection[int]) -> dict[int, list[Unit]]:
    found: dict[int, list[Unit]] = defaultdict(list)
    lines = CommitmentUnit.objects.filter(commitment__in=commitments, role="lead")
    for line in lines.select_related("unit").order_by("position"):
        found[line.commitment_id].append(line.unit)
    return found


def _tasks(commitments: Collection[int]) -> dict[int, int]:
    """Return the first task of each commitment."""
    rows = Task.objects.filter(commitment__in=commitments).exclude(state=State.WITHDRAWN)
    return dict(rows.order_by("-pk").values_list("commitment_id", "pk"))


def _read(
    indicator: Indicator, row: IndicatorPath | None, leads: Sequence[Unit], task: int | None, today: date
) -> Reading:
    values: list[IndicatorValue] = indicator.live_values  # type: ignore[attr-defined]
    path = path_of(indicator, row)
    return Reading(indicator, row, path, values, forecast.outlook(path, points_of(values), today), leads, task)


def units_that_report(units: Collection[int] | None) -> list[int]:
    """Return the ids of the lead units of indicators, once for each indicator; of these units only, None for all."""
    parts = Assignment.objects.filter(role="lead").exclude(task__state=State.WITHDRAWN)
    if units is not None:
        parts = parts.filter(unit__in=units)
    parts = parts.filter(
        task__commitment__withdrawn_at=None,
        task__commitment__indicator__isnull=False,
        task__commitment__indicator__withdrawn_at=None,
    )
    pairs = parts.order_by().values_list("unit_id", "task__commitment_id").distinct()
    return [unit for unit, _commitment in pairs]

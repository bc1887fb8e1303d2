"""Measure the sweep: what a due task costs at each size, and what recording costs beside the bare INSERT.

Each run sweeps a fresh copy of a county, the sizes in turn; the least of the runs counts.
"""

from __future__ import annotations

from datetime import timedelta

from benchmarks.measuring import TableRows, bare_insert, count_rows, newest_keys, rows_above, seconds, warm_up
from benchmarks.patterns import NOW
from benchmarks.stage import Stage
from benchmarks.table import Line, shown
from tracker.audit.actors import system
from tracker.audit.models import AuditEntry
from tracker.commitments.models import Task
from tracker.escalation.models import FollowUp, Ladder, StepTaken
from tracker.escalation.services import sweep
from tracker.messaging.models import Item
from tracker.notices.models import Deed, Matter, Notice

BY = system("sweep")
YESTERDAY = NOW - timedelta(days=1)
WRITTEN = [Ladder, FollowUp, StepTaken, Item, Notice, Matter, Deed, AuditEntry]


def measure(stage: Stage) -> None:
    """Sweep a fresh copy of each county several times, the sizes in turn, and compare."""
    stage.table.group("sweep")
    runs = 5 if stage.thorough else 4
    times: dict[int, list[float]] = {size: [] for size in stage.sizes}
    idle: dict[int, list[float]] = {size: [] for size in stage.sizes}
    bare: dict[int, list[float]] = {size: [] for size in stage.sizes}
    rows: dict[int, list[TableRows]] = {}
    # The first round warms up what the process keeps between sweeps.
    for number in range(runs + 1):
        for size in stage.sizes:
            stage.fresh(size)
            warm_up(rows.get(size, []))
            sweep(now=YESTERDAY, by=BY)
            idle[size].append(seconds(lambda: sweep(now=YESTERDAY, by=BY)))
            before = newest_keys(WRITTEN)
            times[size].append(seconds(lambda size=size: _sweep(stage.county(size).due)))  # type: ignore[misc]
            if not number:
                rows[size] = rows_above(before)
            stage.fresh(size)
            warm_up(rows[size])
            bare[size].append(seconds(lambda size=size: bare_insert(rows[size])))  # type: ignore[misc]
    each = {size: min(times[size][1:]) / stage.county(size).due for size in stage.sizes}
    for size in stage.sizes:
        due = stage.county(size).due
        what = f"{due:,} due among {size:,}: per due task"
        stage.table.add(Line(what, shown(each[size])))
    for small, large in zip(stage.sizes, stage.sizes[1:], strict=False):
        last = large == stage.sizes[-1]
        stage.table.add(
            Line(
                f"per due task, {large:,} against {small:,}", shown(each[large]), shown(each[small]),
                each[large] / each[small], 1.3 if last else None,
            )
        )  # fmt: skip
    for size in stage.sizes:
        stage.table.add(Line(f"nothing due among {size:,}", shown(min(idle[size][1:]))))
    for size in stage.sizes:
        number = count_rows(rows[size])
        swept, inserted = min(times[size][1:]), min(bare[size][1:])
        stage.table.add(
            Line(
                f"{number:,} rows recorded among {size:,} against the bare INSERT", f"{number / swept:,.0f} rows/s",
                f"{number / inserted:,.0f} rows/s", swept / inserted, 5,
            )
        )  # fmt: skip
    _opening(stage, stage.sizes[1 if stage.thorough and len(stage.sizes) > 1 else 0])


def _opening(stage: Stage, size: int) -> None:
    """Measure the first sweep after everything was loaded: each task is looked at and its follow-up frozen."""
    _as_loaded(stage, size)
    before = newest_keys(WRITTEN)
    swept = seconds(lambda: _sweep(size))
    rows = rows_above(before)
    _as_loaded(stage, size)
    warm_up(rows)
    inserted = seconds(lambda: bare_insert(rows))
    stage.table.add(
        Line(
            f"first sweep over {size:,} new tasks, {count_rows(rows):,} rows", shown(swept), shown(inserted),
            swept / inserted,
        )
    )  # fmt: skip


def _as_loaded(stage: Stage, size: int) -> None:
    """Put a county in use whose tasks have just been opened: nothing frozen, nothing taken, nothing told."""
    stage.fresh(size)
    for model in (StepTaken, Item, FollowUp, Ladder):
        model._base_manager.all().delete()
    Task.objects.update(next_look_at=YESTERDAY)
    stage.ground.settle()


def _sweep(due: int) -> None:
    swept = sweep(now=NOW, by=BY)
    if swept.looked_at != due or swept.failed:
        raise RuntimeError(f"{due} tasks were due and {swept.looked_at} looked at, {len(swept.failed)} of them failed.")

"""Watch the watcher: ask, by another query than the sweep's, whether what should have happened did."""

from __future__ import annotations

import logging
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any

from django.conf import settings

from tracker.audit import selectors as audit_selectors
from tracker.audit.models import JobRun
from tracker.audit.pulses import pulses
from tracker.audit.services import forget_old_runs
from tracker.commitments.models import Task
from tracker.commitments.services.exporting import forget_exports
from tracker.escalation.cases import Case
from tracker.escalation.selectors import cases_of
from tracker.messaging import selectors as messaging
from tracker.messaging.hours import may_tell
from tracker.messaging.models import Delivery
from tracker.org import selectors as org
from tracker.rules import due
from tracker.rules.civil import civil_day
from tracker.rules.followup import State
from tracker.rules.workdays import WorkdayCalendar

log = logging.getLogger(__name__)

# What should have happened by now may be this late before it is called amiss.
STUCK = timedelta(minutes=30)
# A task that is set aside is tried again after an hour: until then its name stays in the report.
RECENTLY = timedelta(minutes=65)
# Overdue tasks looked at in one run: a watchdog that costs too much ends up switched off.
ROUND = 300
WATCHDOG = "watchdog"


@dataclass(slots=True)
class Watched:
    """Hold what the watchdog found; `whole` only when nothing is amiss.

    `silent`: tasks on which something came due before today and was not taken. `unswept`: tasks whose look is overdue.
    `stuck`: deliveries that wait past their time. `failed`: deliveries refused or given up in the last day. `set_aside`:
    tasks and accounts that the last hour's jobs could not deal with. `still`: jobs that have not run well for three of
    their periods. `paused`: an operator, or a restore from backup, has stopped all sending.

    Not amiss, but shown: `unreachable`, posts that have something to be told and nobody with an account. `looked_through`
    is the id of the last overdue task looked at; the next run goes on from there, and from the start after the last.
    """

    silent: list[str] = field(default_factory=list)
    unswept: int = 0
    stuck: int = 0
    failed: int = 0
    set_aside: list[str] = field(default_factory=list)
    still: list[str] = field(default_factory=list)
    paused: bool = False
    unreachable: int = 0
    looked_through: int = 0
    pinged: bool = False

    @property
    def whole(self) -> bool:
        """Tell whether nothing is amiss."""
        return not (
            self.silent or self.unswept or self.stuck or self.failed or self.set_aside or self.still or self.paused
        )

    def counts(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__} | {"whole": self.whole}


def watch(*, now: datetime, real_now: datetime) -> Watched:
    """Return what is amiss, and ping the heartbeat only when nothing is; also forget old records of runs."""
    found = Watched()
    found.silent, found.looked_through = _silent(now)
    found.unswept = Task.objects.filter(next_look_at__lt=now - STUCK).count()
    # Deliveries wait for the night and for rest days to pass: half an hour after opening they should be on their way.
    if may_tell(now) and may_tell(now - STUCK):
        waiting = Delivery.objects.filter(state__in=[Delivery.State.PENDING, Delivery.State.UNKNOWN])
        found.stuck = waiting.filter(next_try_at__lt=now - STUCK).count()
    lost = Delivery.objects.filter(state__in=[Delivery.State.FAILED, Delivery.State.DEAD])
    found.failed = lost.filter(next_try_at__gte=now - timedelta(days=1)).count()
    found.set_aside = _set_aside(real_now)
    found.still = [one.job for one in pulses(real_now=real_now) if one.job != WATCHDOG and not one.fresh]
    found.paused = messaging.paused() is not None
    found.unreachable = messaging.unreachable_posts(on=civil_day(now)).count()
    forget_old_runs(real_now=real_now)
    forget_exports(now=now, real_now=real_now)
    if not found.whole:
        log.error("The watchdog found something amiss: %s", found.counts())
    elif settings.TRACKER_HEARTBEAT_URL:
        found.pinged = _ping(settings.TRACKER_HEARTBEAT_URL)
    return found


def _silent(now: datetime) -> tuple[list[str], int]:
    """Return the keys of the tasks in this round on which something was overlooked, and the id the round ended at.

    The rules say what should have come due, whatever `next_look_at` says; a task that has rightly nothing due (its
    reminders are hushed, its policy is over) is fine.
    """
    last = audit_selectors.latest_run(WATCHDOG)
    after = (last.counts or {}).get("looked_through", 0) if last else 0
    overdue = Task.objects.filter(
        state__in=[State.ASSIGNED, State.IN_PROGRESS],
        due__lt=civil_day(now),
        changed_at__lt=now - STUCK,
        opened_at__lt=now - STUCK,
    )
    rows = overdue.filter(pk__gt=after).select_related("commitment__document").defer("ics").order_by("pk")
    tasks: Sequence[Task] = list(rows[:ROUND])
    return _overlooked(tasks, org.workdays(), now), tasks[-1].pk if len(tasks) == ROUND else 0


def _overlooked(tasks: Sequence[Task], workdays: WorkdayCalendar, now: datetime) -> list[str]:
    try:
        return [case.task.key for case in cases_of(tasks, now=now) if _is_overlooked(case, workdays, now)]
    except Exception:
        # One of them cannot be decided: it must not keep the others from being looked at, and is named itself.
        if len(tasks) == 1:
            return [tasks[0].key]
        return [key for task in tasks for key in _overlooked([task], workdays, now)]


def _is_overlooked(case: Case, workdays: WorkdayCalendar, now: datetime) -> bool:
    actions = due.due_actions(case.snapshot, case.follow_up, workdays, case.taken, now)
    return any(action.due_on < civil_day(now) for action in actions)


def _set_aside(real_now: datetime) -> list[str]:
    runs = JobRun.objects.filter(job__in=["sweep", "digest"], started_at__gte=real_now - RECENTLY)
    return sorted(
        {name for counts in runs.values_list("counts", flat=True) for name in (counts or {}).get("failed", [])}
    )


def _ping(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=10):
            return True
    except (OSError, HTTPException, ValueError) as error:
        log.error("The heartbeat address could not be reached: %s", error)
        return False

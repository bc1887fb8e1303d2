"""Watch the watcher: ask, by another query than the sweep's, whether what should have happened did."""

from __future__ import annotations

import logging
import urllib.request
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef

from tracker.audit.models import JobRun
from tracker.commitments.models import Task
from tracker.escalation.models import StepTaken
from tracker.messaging.models import Delivery
from tracker.rules.civil import civil_day
from tracker.rules.followup import State

log = logging.getLogger(__name__)

GRACE = timedelta(days=8)
STUCK = timedelta(minutes=30)


@dataclass(slots=True)
class Watched:
    """Hold what the watchdog found; `whole` only when nothing is amiss."""

    silent: list[str] = field(default_factory=list)
    unswept: int = 0
    stuck: int = 0
    failed: int = 0
    set_aside: list[str] = field(default_factory=list)
    pinged: bool = False

    @property
    def whole(self) -> bool:
        return not (self.silent or self.unswept or self.stuck or self.failed or self.set_aside)

    def counts(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__slots__} | {"whole": self.whole}


def watch(*, now: datetime, real_now: datetime) -> Watched:
    """Return what is amiss, and ping the heartbeat only when nothing is.

    `silent`: tasks overdue for more than eight days on which no step or reminder of the present date was ever taken,
    and the unit has not reported since. `unswept`: tasks whose look is overdue by half an hour. `stuck`: deliveries waiting
    for more than half an hour past their time. `failed`: refused or given up in the last day.
    """
    found = Watched()
    taken = StepTaken.objects.filter(task=OuterRef("pk"), due_version=OuterRef("due_version"))
    overdue = Task.objects.filter(
        state__in=[State.ASSIGNED, State.IN_PROGRESS],
        due__lt=civil_day(now - GRACE),
        changed_at__lt=now - GRACE,
        opened_at__lt=now - GRACE,
    ).filter(~Exists(taken))
    found.silent = list(overdue.filter(reported_at__isnull=True).order_by("due").values_list("key", flat=True)[:50])
    found.unswept = Task.objects.filter(next_look_at__lt=now - STUCK).count()
    waiting = Delivery.objects.filter(state__in=[Delivery.State.PENDING, Delivery.State.UNKNOWN])
    found.stuck = waiting.filter(next_try_at__lt=now - STUCK).count()
    lost = Delivery.objects.filter(state__in=[Delivery.State.FAILED, Delivery.State.DEAD])
    found.failed = lost.filter(next_try_at__gte=now - timedelta(days=1)).count()
    last = JobRun.objects.filter(job="sweep", ok=True).order_by("-started_at").first()
    found.set_aside = list((last.counts or {}).get("failed", [])) if last else []
    if found.whole and settings.TRACKER_HEARTBEAT_URL:
        found.pinged = _ping(settings.TRACKER_HEARTBEAT_URL)
    elif not found.whole:
        log.error("The watchdog found something amiss: %s", found.counts())
    return found


def _ping(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=10):
            return True
    except OSError as error:
        log.error("The heartbeat address could not be reached: %s", error)
        return False

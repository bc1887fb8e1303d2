"""Put a subscription's calendar together: a head, the entries kept with the tasks, a foot.

An entry is written once for each version of its task and kept with the task's row. The kept bytes come from a committed
state and stand in the same database as that state: kept anywhere else, they could outlive a rollback or the return to a
backup, and the same version number would later stand for another state.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Q, QuerySet

from tracker.commitments.models import Kind, Task
from tracker.commitments.services.calendar import keep_entries
from tracker.interfaces.ics import calendars, events
from tracker.interfaces.ics.scopes import Content
from tracker.org.models import FeedToken
from tracker.rules.civil import start_of_day
from tracker.rules.followup import ENDED

log = logging.getLogger(__name__)

# How many entries are written before they are kept: a request that is cut off has not worked in vain.
BATCH = 500

# An entry of a task, and the version of the task it was written from.
Written = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class Feed:
    """Be a subscription's calendar as it stands on a civil day; `tasks` are those inside its window, in order."""

    head: bytes
    tasks: QuerySet[Task]
    as_todo: bool
    alarms: bool

    def tag(self) -> str:
        """Return what stands for the calendar's bytes without making them: it changes whenever they do.

        The bytes follow from the head, the options, and which version of which task is inside, in which order.
        """
        return self._tag(self.tasks.values_list("pk", "version"))

    def body(self) -> tuple[str, bytes]:
        """Return the calendar and, first, its tag."""
        form = events.form()
        found: dict[int, Written | None] = {}
        for pk, version, kept_version, kept in self.tasks.values_list("pk", "version", "ics_version", "ics"):
            written = bytes(kept) if kept is not None and kept_version == version and not self.as_todo else b""
            found[pk] = (version, written[len(form) :]) if written.startswith(form) else None
        found |= self._write([pk for pk, written in found.items() if written is None], form)
        # A task may have lost its date, or its row, between the two questions; then it has no entry.
        entries = {pk: written for pk, written in found.items() if written is not None}
        tag = self._tag((pk, version) for pk, (version, _) in entries.items())
        parts = self._with_alarms(entries) if self.alarms else (entry for _, entry in entries.values())
        return tag, b"".join((self.head, *parts, calendars.FOOT))

    def _tag(self, versions: Iterable[tuple[int, int]]) -> str:
        options = f"{'todo' if self.as_todo else 'event'}|{'alarms' if self.alarms else ''}"
        listed = ";".join(f"{pk}:{version}" for pk, version in versions)
        return hashlib.sha256(b"|".join((events.form(), self.head, options.encode(), listed.encode()))).hexdigest()[:40]

    def _write(self, ids: Sequence[int], form: bytes) -> Iterator[tuple[int, Written]]:
        for start in range(0, len(ids), BATCH):
            tasks = (
                Task.objects.filter(pk__in=ids[start : start + BATCH], due__isnull=False)
                .select_related("commitment__document", "commitment__clause", "lead")
                .prefetch_related("assignments__unit")
                .defer("ics", "commitment__quote", "commitment__clause__text")
            )
            if self.as_todo:
                yield from ((task.pk, (task.version, events.todo(task))) for task in tasks)
            else:
                written = {task.pk: (task.version, events.event(task)) for task in tasks}
                _keep(written, form)
                yield from written.items()

    def _with_alarms(self, entries: Mapping[int, Written]) -> Iterator[bytes]:
        columns = ("pk", "start", "due", "commitment__kind")
        alarms = {
            pk: events.alarm(is_window=events.is_window(kind, start, due), as_todo=self.as_todo)
            for pk, start, due, kind in self.tasks.exclude(state__in=ENDED).values_list(*columns)
        }
        for pk, (_, entry) in entries.items():
            yield events.with_alarm(entry, alarms[pk]) if pk in alarms else entry


def feed(token: FeedToken, content: Content, *, today: date) -> Feed:
    """Return the calendar of a subscription on a civil day; the day decides what has entered and left its window."""
    back, ahead = settings.TRACKER_FEED_WINDOW
    about = (
        f"{content.of}的办理时限：过去{back}天至未来{ahead}天；已办结、已撤销的保留{settings.TRACKER_FEED_ENDED_DAYS}天。"
        "日历软件更新较慢，以系统页面为准。"
    )
    head = calendars.feed_head(name=f"督办时限 · {content.of}", about=about)
    return Feed(head, _in_window(content.tasks, today), as_todo=token.as_todo, alarms=token.alarms)


def _in_window(tasks: QuerySet[Task], today: date) -> QuerySet[Task]:
    back, ahead = settings.TRACKER_FEED_WINDOW
    first, last = today - timedelta(days=back), today + timedelta(days=ahead)
    began = Q(due__lte=last) | Q(commitment__kind=Kind.WINDOW, start__lte=last)
    # By whole days, so that the calendar does not change from one second to the next.
    ended_since = start_of_day(today - timedelta(days=settings.TRACKER_FEED_ENDED_DAYS))
    lingers = Q(closed_at__gte=ended_since) | Q(closed_at__isnull=True, changed_at__gte=ended_since)
    return tasks.filter(began, ~Q(state__in=ENDED) | lingers, due__gte=first).order_by("due", "pk")


def _keep(written: Mapping[int, Written], form: bytes) -> None:
    try:
        keep_entries({pk: (version, form + entry) for pk, (version, entry) in written.items()})
    except DatabaseError:
        # A full disk or a database that can only be read: the calendar is still served, only written anew each time.
        log.exception("Calendar entries could not be kept.")

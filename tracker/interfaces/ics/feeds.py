"""Put a subscription's calendar together: a head, the entries kept with the tasks, a foot.

An entry is written once for each version of its task and kept with the task's row. The kept bytes come from a committed
state and stand in the same database as that state: kept anywhere else, they could outlive a rollback or the return to a
backup, and the same version number would later stand for another state.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Q, QuerySet

from tracker.commitments.models import Commitment, Kind, Task
from tracker.commitments.services.calendar import keep_entries
from tracker.interfaces.ics import calendars, events
from tracker.interfaces.ics.scopes import Content
from tracker.org.models import FeedToken
from tracker.rules.civil import start_of_day
from tracker.rules.followup import ENDED

log = logging.getLogger(__name__)

# How many entries are written before they are kept: a request that is cut off has not worked in vain.
BATCH = 500

# A task's id, the version its entry was written from, and the entry.
Entry = tuple[int, int, bytes]


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
        size = len(form)
        rows = list(self.tasks.values_list("pk", "version", "ics_version", "ics"))
        entries: list[Entry] = [
            (pk, version, bytes(kept[size:]))
            for pk, version, kept_version, kept in rows
            if kept_version == version and kept is not None and kept[:size] == form and not self.as_todo
        ]
        if len(entries) < len(rows):
            entries = self._completed([row[0] for row in rows], entries, form)
        tag = self._tag((pk, version) for pk, version, _ in entries)
        parts = self._with_alarms(entries) if self.alarms else [entry for _, _, entry in entries]
        return tag, b"".join((self.head, *parts, calendars.FOOT))

    def _tag(self, versions: Iterable[tuple[int, int]]) -> str:
        options = f"{'todo' if self.as_todo else 'event'}|{'alarms' if self.alarms else ''}"
        listed = ";".join([f"{pk}:{version}" for pk, version in versions])
        return hashlib.sha256(b"|".join((events.form(), self.head, options.encode(), listed.encode()))).hexdigest()[:40]

    def _completed(self, ids: Sequence[int], entries: Iterable[Entry], form: bytes) -> list[Entry]:
        """Return the entries of all `ids` in their order, those that are missing written anew."""
        known = {entry[0]: entry for entry in entries}
        known |= {entry[0]: entry for entry in self._write([pk for pk in ids if pk not in known], form)}
        # A task may have lost its date, or its row, between the two questions; then it has no entry.
        return [known[pk] for pk in ids if pk in known]

    def _write(self, ids: Sequence[int], form: bytes) -> Iterator[Entry]:
        write = events.todo if self.as_todo else events.event
        for start in range(0, len(ids), BATCH):
            tasks = (
                Task.objects.filter(pk__in=ids[start : start + BATCH], due__isnull=False)
                .select_related("commitment__document", "commitment__clause", "lead")
                .prefetch_related("assignments__unit")
                .defer("ics", "commitment__quote", "commitment__clause__text")
            )
            written = [(task.pk, task.version, write(task)) for task in tasks]
            if not self.as_todo:
                _keep(written, form)
            yield from written

    def _with_alarms(self, entries: Iterable[Entry]) -> Iterator[bytes]:
        columns = ("pk", "start", "due", "commitment__kind")
        alarms = {
            pk: events.alarm(is_window=events.is_window(kind, start, due), as_todo=self.as_todo)
            for pk, start, due, kind in self.tasks.exclude(state__in=ENDED).values_list(*columns)
        }
        for pk, _, entry in entries:
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
    # Asked of the few windows, not joined to every task.
    windows = Commitment.objects.filter(kind=Kind.WINDOW).values("pk")
    began = Q(due__lte=last) | Q(start__lte=last, commitment__in=windows)
    # By whole days, so that the calendar does not change from one second to the next.
    ended_since = start_of_day(today - timedelta(days=settings.TRACKER_FEED_ENDED_DAYS))
    lingers = Q(closed_at__gte=ended_since) | Q(closed_at__isnull=True, changed_at__gte=ended_since)
    return tasks.filter(began, ~Q(state__in=ENDED) | lingers, due__gte=first).order_by("due", "pk")


def _keep(entries: Iterable[Entry], form: bytes) -> None:
    try:
        keep_entries({pk: (version, form + entry) for pk, version, entry in entries})
    except DatabaseError:
        # A full disk or a database that can only be read: the calendar is still served, only written anew each time.
        log.exception("Calendar entries could not be kept.")

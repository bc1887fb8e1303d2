"""Find and write what a chat robot's room is told: what came up for its unit since the room was last told, and no more.

A room is read by whoever is in it. So it hears of its own unit's duties by title and date, as the ledger has them; of
notices, instructions, escalation steps and early warnings only how many there are; of persons, reasons and texts that
people wrote, nothing. What brings a message about is what brings a person's digest about, hence a report stops it and a
day on which nothing comes up has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tracker.audit.actors import Role
from tracker.messaging.channels.robots import MOST_BYTES
from tracker.messaging.dates import day
from tracker.messaging.models import Delivery, Digest, Item
from tracker.messaging.standing import why_not
from tracker.messaging.targets import OFFICE
from tracker.org.models import Unit

# What came up before is no news: a room that was not told for longer begins anew.
LOOKS_BACK = timedelta(days=7)
TITLES = 3
TITLE_LENGTH = 36
TOLD = (Delivery.State.SENT, Delivery.State.UNKNOWN)
LATE, SOON, REVIEW, CONFIRM, ASSIGNED = "late", "soon", "review", "confirm", "assigned"
HEADINGS = {
    LATE: gettext_lazy("Late"),
    SOON: gettext_lazy("Coming due"),
    REVIEW: gettext_lazy("Waiting for review"),
    CONFIRM: gettext_lazy("To be confirmed"),
    ASSIGNED: gettext_lazy("Newly assigned"),
}
# Kinds a room hears of by number only.
_COUNTED = frozenset({Item.Kind.NOTICE, Item.Kind.INSTRUCTION, Item.Kind.STEP, Item.Kind.WARNING})


@dataclass(frozen=True, slots=True)
class News:
    """Hold what one room is told: the newest item of each matter under its heading, and how many more there are."""

    name: str
    is_office: bool
    groups: dict[str, list[Item]]
    others: int


def unit_of(robot: str) -> Unit | None:
    """Return the unit whose room a robot writes into; None for the office's and where no unit has this slug."""
    return None if robot == OFFICE else Unit.objects.filter(slug=robot).first()


def news(digest: Digest, *, today: date) -> News | None:
    """Return what a room is told by its digest, as things stand now; None when nothing is left to say."""
    unit = unit_of(digest.robot)
    if unit is None and digest.robot != OFFICE:
        return None
    return _sorted(_items(digest.robot, unit, digest.created_at), unit, today)


def has_news(robot: str, *, now: datetime, today: date) -> bool:
    """Tell whether something came up for a room since it was last told."""
    unit = unit_of(robot)
    if unit is None and robot != OFFICE:
        return False
    return _sorted(_items(robot, unit, now), unit, today) is not None


def _items(robot: str, unit: Unit | None, until: datetime) -> QuerySet[Item]:
    told = Digest.objects.filter(robot=robot, created_at__lt=until, deliveries__state__in=TOLD).order_by("-day")
    last = told.values_list("created_at", flat=True).first()
    since = max(last, until - LOOKS_BACK) if last else until - LOOKS_BACK
    items = Item.objects.filter(created_at__gt=since, created_at__lte=until)
    # What a person has read or had mailed is still the room's, and so is the older of two reminders, whose matter is told
    # once: only what is no longer worth saying is not.
    items = items.filter(Q(dropped_at__isnull=True) | Q(dropped_why="overtaken"))
    addressed = {"post__role": Role.SUPERVISION} if unit is None else {"post__unit": unit, "unit": unit}
    return items.filter(**addressed).select_related("task", "unit").order_by("pk")


def _sorted(items: QuerySet[Item], unit: Unit | None, today: date) -> News | None:
    matters: dict[tuple[int, str], Item] = {}
    others: set[tuple[int | None, str, str]] = set()
    for item in items:
        if why_not(item):
            continue
        heading = _heading(item, today)
        if heading and item.task_id is not None:
            matters[item.task_id, heading] = item
        elif item.kind in _COUNTED:
            # The same to a head and to a liaison is one matter.
            others.add((item.task_id, item.kind, str(item.text.get("path") or item.text.get("step", ""))))
    groups: dict[str, list[Item]] = {heading: [] for heading in HEADINGS}
    placed: set[int] = set()
    for heading, group in groups.items():
        for (task, found), item in matters.items():
            if found == heading and task not in placed:
                placed.add(task)
                group.append(item)
        group.sort(key=lambda item: (item.task.due or date.max) if item.task else date.max)
    groups = {heading: group for heading, group in groups.items() if group}
    if not groups and not others:
        return None
    name = unit.name if unit else _name_of_office()
    return News(name, unit is None, groups, len(others))


def _heading(item: Item, today: date) -> str:
    """Return under which heading an item is told by its title; empty where it is not."""
    match item.kind:
        case Item.Kind.REMINDER:
            return LATE if item.task and item.task.due and item.task.due < today else SOON
        case Item.Kind.ASSIGNMENT:
            return ASSIGNED
        case Item.Kind.BACKFILL:
            return CONFIRM
        case Item.Kind.REVIEW if item.text.get("say") == "review":
            return REVIEW
    return ""


def _name_of_office() -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return _("Supervision office")


def write(told: News, *, today: date) -> tuple[str, str]:
    """Return subject and text of a room's message in the county's language, within what every service takes."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("[Commitments] %(name)s, %(day)s") % {"name": told.name, "day": day(today, today)}
        for titles in range(TITLES, -1, -1):
            text = "\n".join([subject, *_lines(told, titles, today=today)])
            if len(text.encode()) <= MOST_BYTES:
                break
        return subject, text


def _lines(told: News, titles: int, *, today: date) -> Sequence[str]:
    lines = []
    for heading, items in told.groups.items():
        counted = ngettext("%(heading)s: %(count)d matter", "%(heading)s: %(count)d matters", len(items))
        lines.append(counted % {"heading": HEADINGS[heading], "count": len(items)})
        lines += [f"· {_title(item, told.is_office, today=today)}" for item in items[:titles]]
        if 0 < titles < len(items):
            lines.append(_("· and %(count)d more") % {"count": len(items) - titles})
    if told.others:
        lines.append(
            ngettext(
                "%(count)d notice or follow-up matter: sign in to read it.",
                "%(count)d notices and follow-up matters: sign in to read them.",
                told.others,
            )
            % {"count": told.others}
        )
    page = "/desk/" if told.is_office else "/my-unit/"
    lines.append(_("To see: %(address)s") % {"address": f"{settings.TRACKER_SITE_URL}{page}"})
    lines.append(_("This room is told once a working day at most, and nothing when nothing comes up."))
    return lines


def _title(item: Item, with_unit: bool, *, today: date) -> str:
    title = " ".join(str(item.text.get("title", "")).split())
    if len(title) > TITLE_LENGTH:
        title = f"{title[: TITLE_LENGTH - 1]}…"
    if with_unit and item.unit:
        title = _("%(unit)s: %(title)s") % {"unit": item.unit.name, "title": title}
    due = item.task.due if item.task else None
    return _("%(title)s (%(day)s)") % {"title": title, "day": day(due, today)} if due else title

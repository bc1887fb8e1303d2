"""Decide which pages a person finds in the navigation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tracker.audit.actors import Role
from tracker.interfaces.web.http import EVERYONE, WebRequest

UNIT = frozenset({Role.LIAISON, Role.UNIT_HEAD})
OFFICE = frozenset({Role.SUPERVISION})
LEADERS = frozenset({Role.LEADER, Role.COUNTY_HEAD})
READERS = LEADERS | OFFICE | {Role.AUDITOR}
WORKERS = READERS | UNIT
RECORDS = frozenset({Role.SUPERVISION, Role.AUDITOR, Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Entry:
    """Be one line of the navigation; `route` is the page's name and `icon` a heroicon of the micro set."""

    route: str
    label: str | Promise
    icon: str
    roles: frozenset[Role] = EVERYONE


GROUPS: tuple[tuple[str | Promise, tuple[Entry, ...]], ...] = (
    (
        _("Work"),
        (
            Entry("web:my_unit", _("My unit"), "clipboard-document-check", UNIT),
            Entry("web:desk", _("Office desk"), "clipboard-document-check", OFFICE),
            Entry("web:inbox", _("Inbox"), "inbox"),
            Entry("web:month", _("Calendar"), "calendar-days", WORKERS),
            Entry("web:calendar", _("Calendar subscriptions"), "rss"),
        ),
    ),
    (
        _("Follow-up"),
        (
            Entry("web:dashboard", _("Overview"), "chart-bar", READERS),
            Entry("web:ledger", _("Ledger"), "table-cells", WORKERS),
            Entry("web:notices", _("Notices"), "envelope", WORKERS),
            Entry("web:indicators", _("Indicators"), "presentation-chart-line", WORKERS),
            Entry("web:assessment", _("Assessment"), "scale", READERS | UNIT),
            Entry("web:load", _("Reporting load"), "inbox-stack", WORKERS),
            Entry("web:simulation", _("Simulation"), "play-circle", READERS),
        ),
    ),
    (
        _("Sources"),
        (
            Entry("web:documents", _("Documents and clauses"), "document-text"),
            Entry("web:units", _("Units and posts"), "building-library"),
        ),
    ),
    (
        _("Records"),
        (
            Entry("web:administration", _("Administration"), "cog-6-tooth", RECORDS),
            Entry("web:channels", _("Sending"), "paper-airplane", RECORDS),
            Entry("web:audit", _("Audit"), "shield-check", RECORDS),
            Entry("web:health", _("Health"), "heart", RECORDS),
            Entry("web:design", _("Parts of the pages"), "swatch", frozenset({Role.ADMINISTRATOR})),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Link:
    """Be an entry of the navigation as one person sees it on one page."""

    label: str | Promise
    icon: str
    address: str
    current: bool
    route: str
    key: str = ""


# After g, these letters lead to a page; the sheet of keys names them.
KEYS = {
    "web:my_unit": "u",
    "web:desk": "w",
    "web:dashboard": "o",
    "web:ledger": "l",
    "web:notices": "n",
    "web:inbox": "i",
    "web:documents": "d",
    "web:month": "c",
}


@dataclass(frozen=True, slots=True)
class Group:
    """Be a group of the navigation; a folded one shows its label until it is asked for."""

    label: str | Promise
    links: list[Link]
    folded: bool


# Whoever may open more pages than this finds the groups for now and then folded.
SHORT = 12
ALWAYS_OPEN = 2


def groups(request: WebRequest) -> list[Group]:
    """Return the groups of pages this person may open, with the one that is open marked.

    Long navigation folds all but its first groups, those for every day, and the one that holds the open page.
    """
    found = [(label, links) for label, entries in GROUPS if (links := list(_links(request, entries)))]
    long = sum(len(links) for _label, links in found) > SHORT
    return [
        Group(label, links, long and place >= ALWAYS_OPEN and not any(link.current for link in links))
        for place, (label, links) in enumerate(found)
    ]


def _links(request: WebRequest, entries: Iterable[Entry]) -> Iterable[Link]:
    match = request.resolver_match
    here = f"{match.namespace}:{match.url_name}" if match else ""
    for entry in entries:
        if entry.roles is EVERYONE or request.actor.has(*entry.roles):
            section = _section(request, here)
            yield Link(
                entry.label,
                entry.icon,
                reverse(entry.route),
                section == entry.route,
                entry.route,
                KEYS.get(entry.route, ""),
            )


def _section(request: WebRequest, here: str) -> str:
    """Return the page of the navigation an open page belongs to."""
    # An administrator keeps letterheads, yet reads no notices: for that reader they are a part of the administration.
    if here.startswith("web:admin_") or (here == "web:notice_letterheads" and not request.actor.has(*WORKERS)):
        return "web:administration"
    return SECTIONS.get(here, here)


# Pages that are not in the navigation themselves belong to the section they are reached from.
SECTIONS = {
    "web:amendment": "web:documents",
    "web:amendment_withdraw": "web:documents",
    "web:meeting_kept": "web:dashboard",
    "web:document_amend": "web:documents",
    "web:assessment_tasks": "web:assessment",
    "web:dashboard_causes": "web:dashboard",
    "web:dashboard_document": "web:dashboard",
    "web:dashboard_leader": "web:dashboard",
    "web:dashboard_unit": "web:dashboard",
    "web:meeting_sheet": "web:dashboard",
    "web:unit": "web:units",
    "web:post": "web:units",
    "web:hand_over": "web:units",
    "web:unanswered": "web:units",
    "web:day": "web:month",
    "web:task": "web:ledger",
    "web:ledger_views": "web:ledger",
    "web:ledger_view": "web:ledger",
    "web:ledger_batch": "web:ledger",
    "web:ledger_import": "web:ledger",
    "web:proposals": "web:ledger",
    "web:proposal": "web:ledger",
    "web:document": "web:documents",
    "web:policy": "web:documents",
    "web:notice": "web:notices",
    "web:indicator": "web:indicators",
    "web:indicator_entry": "web:indicators",
    "web:warnings": "web:indicators",
    "web:notice_bulletin": "web:notices",
    "web:notice_letterheads": "web:notices",
    "web:notice_register": "web:notices",
    "web:notice_verify": "web:notices",
    "web:task_rebase": "web:ledger",
    "web:deliveries": "web:channels",
    "web:load_unit": "web:load",
    "web:load_list": "web:load",
}

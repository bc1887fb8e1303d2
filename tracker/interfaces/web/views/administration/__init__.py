"""Let the office and the administrator keep people, posts and registers without knowing the database.

Pages are read by those who keep records; who may change what is said by the services and shown on each page.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from tracker.audit.actors import ROLE_LABELS, Role
from tracker.interfaces.web.http import WebRequest, page
from tracker.interfaces.web.navigation import RECORDS
from tracker.interfaces.web.views.administration import policies, posts, registers, series, users, workdays
from tracker.interfaces.web.wording import Words

BOTH = frozenset({Role.SUPERVISION, Role.ADMINISTRATOR})
OFFICE = frozenset({Role.SUPERVISION})
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Part:
    """Be one part of the administration: its route, what it is for in a sentence, who changes it and who opens it."""

    route: str
    label: Words
    purpose: Words
    keepers: frozenset[Role]
    readers: frozenset[Role] = RECORDS

    @property
    def who(self) -> list[Words]:
        return [ROLE_LABELS[role] for role in sorted(self.keepers)]


PARTS = (
    (
        _("People"),
        (
            Part(
                "web:admin_users",
                _("Accounts"),
                _("Who may sign in: make, correct, disable, reset a password, unlock."),
                ADMINISTRATOR,
            ),
            Part(
                "web:admin_posts",
                _("Posts and who holds them"),
                _(
                    "Who answers for what from which day: appoint, end, correct; vacant posts on top. The "
                    "office fills liaisons and unit heads."
                ),
                BOTH,
            ),
        ),
    ),
    (
        _("Registers"),
        (
            Part(
                "web:admin_units",
                _("Units and division of work"),
                _("Spellings a unit is known by, and which leader supervises it from which day."),
                OFFICE,
            ),
            Part(
                "web:admin_groups",
                _("Groups of units"),
                _("Who is meant where a text says “the townships” or “the departments concerned”."),
                OFFICE,
            ),
            Part(
                "web:admin_workdays",
                _("Work calendar"),
                _("Holidays and make-up days, and the county's corrections; dates counted in working days follow."),
                OFFICE,
            ),
            Part(
                "web:admin_series",
                _("Numbers of notices"),
                _("Each year's sequence with its next number, and the prefix a unit signs under."),
                BOTH,
            ),
        ),
    ),
    (
        _("Rules and channels"),
        (
            Part(
                "web:admin_policies",
                _("Escalation policies"),
                _("When it reminds, and the intervals that no clause sets. A clause's words cannot be changed here."),
                OFFICE,
            ),
            Part("web:channels", _("Channels"), _("Where messages go, and a test of each."), ADMINISTRATOR),
            Part("web:deliveries", _("Deliveries"), _("What was sent, what waits and what failed."), ADMINISTRATOR),
        ),
    ),
    (
        _("The tracker itself"),
        (
            Part(
                "web:remarks", _("Remarks and suggestions"), _("What users say of the tracker, and the answers."), BOTH
            ),
            Part("web:health", _("Health"), _("Whether jobs run and messages arrive."), ADMINISTRATOR),
            Part("web:audit", _("Audit"), _("Who did what when; nothing can be changed."), frozenset({Role.AUDITOR})),
            Part(
                "admin:index",
                _("Tables as stored"),
                _("The rows behind the pages, to look something up; nothing can be changed there."),
                ADMINISTRATOR,
                ADMINISTRATOR,
            ),
        ),
    ),
)


def routes() -> list[URLPattern]:
    """Return the addresses of the administration."""
    return [
        path("administration/", index, name="administration"),
        *users.routes(),
        *posts.routes(),
        *registers.routes(),
        *policies.routes(),
        *workdays.routes(),
        *series.routes(),
    ]


@require_GET
@page(*RECORDS)
def index(request: WebRequest) -> HttpResponse:
    """Say what each part is for and who may change it; parts the reader may not open are no links."""
    groups = []
    for label, parts in PARTS:
        found = [(part, _address(part) if request.actor.has(*part.readers) else "") for part in parts]
        groups.append((label, [(part, address) for part, address in found if address]))
    return render(request, "web/administration/index.html", {"groups": groups})


def _address(part: Part) -> str:
    try:
        return reverse(part.route)
    except NoReverseMatch:
        return ""

"""Move the demonstration's clock, living through each day on the way, and offer its accounts with one click."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils.functional import Promise

from tracker import clock
from tracker.audit.actors import ROLE_LABELS, Role
from tracker.escalation import jobs
from tracker.org import selectors as org
from tracker.org.models import Post, Tenure, User
from tracker.rules.civil import SHANGHAI, civil_day

MORNING = time(9, 0)
FURTHEST = 31


def is_on() -> bool:
    """Tell whether this is a demonstration: both the mode and its clock are set, so that neither alone opens a door."""
    return bool(settings.DEMO) and clock.is_demonstration()


def advance(*, days: int) -> datetime:
    """Let the clock stand at 09:00, `days` days on, and return that instant; every job runs on every day on the way."""
    day = civil_day(clock.now())
    for _ in range(min(max(days, 0), FURTHEST)):
        day += timedelta(days=1)
        clock.set_to(datetime.combine(day, MORNING, SHANGHAI))
        jobs.run_round()
    return clock.now()


@dataclass(frozen=True, slots=True)
class Account:
    """Be one account to look around as, with the first of its posts by the order of the roles."""

    user: User
    post: Post
    role: str | Promise


def accounts(*, on: date) -> list[Account]:
    """Return the accounts that hold a post with a role on that day, in the order of the roles."""
    order = {role.value: place for place, role in enumerate(Role)}
    held = Tenure.objects.filter(org.on_day(on), user__is_active=True).exclude(post__role="")
    found: dict[int, Account] = {}
    for tenure in sorted(held.select_related("post__unit", "user"), key=lambda one: (order[one.post.role], one.pk)):
        if tenure.user is not None:
            found.setdefault(tenure.user.pk, Account(tenure.user, tenure.post, ROLE_LABELS[Role(tenure.post.role)]))
    return list(found.values())

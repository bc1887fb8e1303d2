"""Read posts and accounts as those who keep them need them: which is vacant, which reaches nobody, who is locked out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Q, QuerySet

from tracker.org.models import Post, Tenure
from tracker.org.selectors import ACTING_FIRST, on_day


@dataclass(frozen=True, slots=True)
class Seat:
    """Be a post with who holds it on a day and who is to come; `vacant` when nobody with an account answers for it."""

    post: Post
    holding: list[Tenure]
    coming: list[Tenure]

    @property
    def vacant(self) -> bool:
        return not self.holding

    @property
    def unreached(self) -> bool:
        """Tell whether the post has rights or duties here and nobody can be told."""
        return bool(self.post.role) and not any(one.user and one.user.is_active for one in self.holding)


def seats(posts: QuerySet[Post] | Iterable[Post], *, on: date) -> list[Seat]:
    """Return posts with their holders on a day, in two queries."""
    rows = list(posts)
    holding: dict[int, list[Tenure]] = defaultdict(list)
    coming: dict[int, list[Tenure]] = defaultdict(list)
    wanted = Tenure.objects.filter(
        on_day(on) | Q(withdrawn_at=None, from_day__gt=on), post__in=[row.pk for row in rows]
    )
    for tenure in wanted.select_related("user").order_by(*ACTING_FIRST):
        later = tenure.from_day is not None and tenure.from_day > on
        (coming if later else holding)[tenure.post_id].append(tenure)
    return [Seat(row, holding[row.pk], coming[row.pk]) for row in rows]


def locked_out(*, real_now: datetime) -> dict[str, int]:
    """Return by user name the failed attempts of those who are locked out, from any address, at a real instant."""
    since = real_now - timedelta(hours=settings.AXES_COOLOFF_TIME)
    rows = AccessAttempt.objects.filter(failures_since_start__gte=settings.AXES_FAILURE_LIMIT, attempt_time__gte=since)
    found: dict[str, int] = {}
    for username, failures in rows.values_list("username", "failures_since_start"):
        if username:
            found[username] = max(failures, found.get(username, 0))
    return found

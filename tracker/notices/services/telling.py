"""Tell people what a notice asks of them; each is told in the one message of the working day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from tracker.audit.actors import Role
from tracker.messaging.models import Item
from tracker.messaging.services import queue
from tracker.notices.models import Deed, Notice
from tracker.notices.selectors import addressees, preparers
from tracker.org.models import Position, Post, Tenure, Unit
from tracker.org.selectors import on_day
from tracker.rules.civil import civil_day

_HEADS = Q(role=Role.UNIT_HEAD) | Q(position__in=[Position.GROUP_HEAD, Position.GROUP_OFFICE_HEAD])


def tell_to_sign(notice: Notice, deed: Deed, *, now: datetime) -> None:
    """Tell those who may sign: the heads of the unit that signs, or the supervision office where none is registered.

    Who prepared it cannot sign and is told only if there is nobody else, so that another signer is looked for.
    """
    heads = list(Post.objects.filter(_HEADS, unit=notice.issuer, withdrawn_at=None)) if notice.issuer else []
    posts = heads or _office()
    _tell(notice, deed, _not_preparing(notice, posts, now) or posts, "notice_to_sign", now=now)


def tell_sent_back(notice: Notice, deed: Deed, *, now: datetime) -> None:
    """Tell the supervision office that a notice came back unsigned."""
    _tell(notice, deed, _office(), "notice_sent_back", now=now)


def tell_issued(notice: Notice, deed: Deed, *, now: datetime) -> None:
    """Tell the addressees' heads and liaisons that a notice was issued to them, or withdrawn."""
    units = addressees(notice)
    posts = Post.objects.filter(role__in=[Role.UNIT_HEAD, Role.LIAISON], unit__in=units, withdrawn_at=None)
    _tell(notice, deed, posts.order_by("pk"), f"notice_{deed.verb}", units=units, now=now)


def tell_replied(notice: Notice, deed: Deed, *, now: datetime) -> None:
    """Tell the supervision office of a reply."""
    _tell(notice, deed, _office(), "notice_reply", now=now)


def _not_preparing(notice: Notice, posts: list[Post], now: datetime) -> list[Post]:
    """Return the posts but those whose every holder has prepared the notice."""
    prepared = preparers(notice)
    held: dict[int, set[int | None]] = {}
    for tenure in Tenure.objects.filter(on_day(civil_day(now)), post__in=posts, user__isnull=False):
        held.setdefault(tenure.post_id, set()).add(tenure.user_id)
    return [post for post in posts if not held.get(post.pk) or held[post.pk] - prepared]


def _office() -> list[Post]:
    return list(Post.objects.filter(role=Role.SUPERVISION, withdrawn_at=None).order_by("pk"))


def _tell(
    notice: Notice,
    deed: Deed,
    posts: Iterable[Post],
    say: str,
    *,
    units: dict[int, Unit] | None = None,
    now: datetime,
) -> None:
    matter = notice.matters.select_related("unit").order_by("position").first()
    task_id = matter.task_id if matter and not notice.of_period else None
    unit = deed.unit or notice.to_unit
    text = {
        "say": say,
        "path": f"/notices/{notice.pk}/",
        "title": notice.heading,
        "text": notice.number_text,
        "reason": deed.text,
        "new": notice.reply_by.isoformat() if notice.reply_by else "",
    }
    queue(
        [
            Item(
                key=f"notice:{notice.pk}:{deed.pk}:{post.pk}",
                kind=Item.Kind.NOTICE,
                post=post,
                unit=(told := (units or {}).get(post.unit_id) or unit),
                task_id=task_id,
                text=text | {"unit": told.name if told else notice.addressee},
                basis=notice.basis,
                created_at=now,
            )
            for post in posts
        ]
    )

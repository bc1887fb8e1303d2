"""Say which posts there are and who holds them from when until when. Nothing is rewritten: what was wrong is withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tracker.audit.actors import ROLE_LABELS, Actor, NotPermitted, Role
from tracker.audit.errors import Invalid
from tracker.audit.services import record
from tracker.org import selectors
from tracker.org.models import Post, Tenure, Unit, User
from tracker.org.rights import clash
from tracker.org.services import guard
from tracker.rules.civil import civil_day
from tracker.rules.workdays import ONE_DAY


@transaction.atomic
def open_post(
    *, unit: Unit, title: str, position: str, role: str, by: Actor, now: datetime, key: str = "", seat: str = ""
) -> Post:
    """Return the unit's post of this title and seat, made if it is not there; `role` is what its holder may do here.

    The supervision office opens posts that it may fill. A post that was there takes the role, by an administrator alone and
    if nobody who holds it may not have it. Raises `Invalid` and `NotPermitted`.
    """
    guard.fills(Post(unit=unit, role=role), by)
    title = guard.needed("title", title, _("Write what the post is called."))
    key = key or ":".join(part for part in (unit.slug, title, seat) if part)
    post, made = Post.objects.get_or_create(
        key=key, defaults={"unit": unit, "title": title, "seat": seat, "position": position, "role": role}
    )
    if made:
        record(by=by, now=now, action="org.post_opened", obj=post, role=role)
    elif post.role != role:
        change_role(post=post, role=role, by=by, now=now)
    return post


@transaction.atomic
def change_role(*, post: Post, role: str, by: Actor, now: datetime, seen: str | None = None) -> Post:
    """Change what the holder of a post may do here, for everybody who holds it now or later.

    Raises `Invalid` where a holder would join roles that stand alone, and `NotPermitted` for the own post.
    """
    guard.administers(by)
    guard.unchanged(seen, post)
    today = civil_day(now)
    coming = Tenure.objects.filter(Q(to_day=None) | Q(to_day__gte=today), post=post, withdrawn_at=None)
    for tenure in coming.exclude(user=None).select_related("user", "post"):
        assert tenure.user is not None
        _not_oneself(tenure.user, role, by)
        _joins(tenure.user, role, tenure.from_day, tenure.to_day, leaving=[tenure.pk])
    old, post.role = post.role, role
    post.save(update_fields=["role"])
    record(by=by, now=now, action="org.post_role_changed", obj=post, old=old, new=role)
    return post


@transaction.atomic
def withdraw_post(*, post: Post, reason: str, by: Actor, now: datetime, seen: str | None = None) -> Post:
    """Let a post be no more; it has to be vacant from today on. What it did stays readable."""
    guard.administers(by)
    guard.unchanged(seen, post)
    reason = guard.needed("reason", reason, _("Say why the post is no more, with the document if there is one."))
    if post.line is not None:
        raise Invalid("reason", _("This post is printed in a gazette and stays; end its tenures instead."))
    if Tenure.objects.filter(Q(to_day=None) | Q(to_day__gte=civil_day(now)), post=post, withdrawn_at=None).exists():
        raise Invalid("reason", _("Somebody holds this post, or will; end that first."))
    post.withdrawn_at = now
    post.save(update_fields=["withdrawn_at"])
    record(by=by, now=now, action="org.post_withdrawn", obj=post, reason=reason)
    return post


@transaction.atomic
def appoint(
    *,
    post: Post,
    holder: str,
    user: User | None,
    from_day: date | None,
    by: Actor,
    now: datetime,
    note: str = "",
    to_day: date | None = None,
    kind: str = Tenure.Kind.HOLDER,
    instead_of: Sequence[Tenure] = (),
    seen: str | None = None,
) -> Tenure:
    """Record that `holder` holds `post`, or acts in it, from a day on, with the account used for it; `to_day` is inclusive.

    The tenures in `instead_of` end on the day before. An open tenure of the same holder and kind takes the account over
    instead of standing twice. Nobody appoints themselves to a post with rights, and nobody joins roles that stand alone
    (`rights`). `seen` is the digest of the post and its open tenures. Raises `Invalid`, `Stale` and `NotPermitted`.
    """
    guard.fills(post, by)
    # Locked so that two appointments to one post follow one another.
    post = Post.objects.select_for_update(of=("self",)).select_related("unit").get(pk=post.pk)
    guard.unchanged(seen, post, *selectors.standing_tenures(post))
    holder = guard.needed("holder", holder, _("Write the name of the person."))
    guard.in_order("to_day", from_day, to_day)
    if post.withdrawn_at is not None:
        raise Invalid("from_day", _("This post is no more; nobody can be appointed to it."))
    if user is not None:
        _not_oneself(user, post.role, by)
        _joins(user, post.role, from_day, to_day, leaving=[one.pk for one in instead_of])
    for tenure in instead_of:
        if tenure.post_id != post.pk:
            raise Invalid("instead_of", _("That tenure is of another post."))
        if from_day is None or (tenure.from_day is not None and tenure.from_day >= from_day):
            raise Invalid(
                "from_day",
                _("%(holder)s holds the post from a later day: choose a day after it, or correct that entry first.")
                % {"holder": tenure.holder},
            )
        _end(tenure, from_day - ONE_DAY, by=by, now=now)
    same = Tenure.objects.filter(post=post, holder=holder, kind=kind, to_day=None, withdrawn_at=None).first()
    if same is not None:
        same.user = user
        same.save(update_fields=["user"])
        tenure = same
    else:
        if Tenure.objects.filter(post=post, holder=holder, from_day=from_day, withdrawn_at=None).exists():
            raise Invalid(
                "from_day", _("This person is already on record in this post from that day; correct that entry.")
            )
        tenure = Tenure.objects.create(
            post=post,
            kind=kind,
            holder=holder,
            user=user,
            from_day=from_day,
            to_day=to_day,
            note=note,
            by_hand=True,
        )
    days = {"from_day": from_day.isoformat() if from_day else None, "to_day": to_day.isoformat() if to_day else None}
    acting = tenure.kind if tenure.acting else ""
    said = {name: value for name, value in {**days, "note": note, "kind": acting}.items() if value}
    record(by=by, now=now, action="org.appointed", obj=tenure, account=user.username if user else "", **said)
    return tenure


@transaction.atomic
def dismiss(*, tenure: Tenure, to_day: date, by: Actor, now: datetime, seen: str | None = None) -> Tenure:
    """End a tenure; `to_day` is the last day in the post, inclusive. What is due then goes to the next holder.

    The last administrator stays. Raises `Invalid`, `Stale` and `NotPermitted`.
    """
    guard.fills(tenure.post, by)
    guard.unchanged(seen, tenure)
    _keeps_an_administrator(tenure, by, now)
    _end(tenure, to_day, by=by, now=now)
    return tenure


@transaction.atomic
def correct_tenure(
    *,
    tenure: Tenure,
    holder: str,
    user: User | None,
    from_day: date | None,
    to_day: date | None,
    reason: str,
    by: Actor,
    now: datetime,
    kind: str | None = None,
    seen: str | None = None,
) -> Tenure:
    """Put another entry in the place of one that was wrong and return it; the wrong one stays on record, withdrawn.

    Without `kind` the entry keeps whether it tells of a holder or of somebody who acts.
    What was done under the wrong entry stays done: each act carries the name and post it was done in.
    """
    guard.in_order("to_day", from_day, to_day)
    holder = guard.needed("holder", holder, _("Write the name of the person."))
    kind = kind or tenure.kind
    old = {
        "holder": tenure.holder,
        "from_day": _iso(tenure.from_day),
        "to_day": _iso(tenure.to_day),
        "kind": tenure.kind,
    }
    if (kind, holder, from_day, to_day, user) == (
        tenure.kind,
        tenure.holder,
        tenure.from_day,
        tenure.to_day,
        tenure.user,
    ):
        raise Invalid("holder", _("Nothing differs from the entry as it is."))
    reason = _strike(tenure, reason, seen=seen, by=by, now=now)
    if user is not None:
        _not_oneself(user, tenure.post.role, by)
        _joins(user, tenure.post.role, from_day, to_day, leaving=[tenure.pk])
    if Tenure.objects.filter(post=tenure.post, holder=holder, from_day=from_day, withdrawn_at=None).exists():
        raise Invalid("from_day", _("This person is already on record in this post from that day; correct that entry."))
    made = Tenure.objects.create(
        post=tenure.post,
        kind=kind,
        holder=holder,
        user=user,
        printed_post=tenure.printed_post,
        from_day=from_day,
        to_day=to_day,
        line=tenure.line,
        note=reason,
        by_hand=True,
    )
    new = {"holder": holder, "from_day": _iso(from_day), "to_day": _iso(to_day), "kind": kind}
    record(by=by, now=now, action="org.tenure_corrected", obj=made, old=old, new=new, reason=reason)
    return made


@transaction.atomic
def strike_tenure(*, tenure: Tenure, reason: str, by: Actor, now: datetime, seen: str | None = None) -> Tenure:
    """Withdraw an entry that should never have been made; it stays readable with its reason."""
    reason = _strike(tenure, reason, seen=seen, by=by, now=now)
    record(by=by, now=now, action="org.tenure_struck", obj=tenure, reason=reason)
    return tenure


def _strike(tenure: Tenure, reason: str, *, seen: str | None, by: Actor, now: datetime) -> str:
    guard.fills(tenure.post, by)
    guard.unchanged(seen, tenure)
    if by.user_id is not None and tenure.user_id == by.user_id:
        raise NotPermitted(_("Nobody corrects the own entry; another person does it."))
    reason = guard.needed("reason", reason, _("Say what was wrong, and by which document it is put right."))
    _keeps_an_administrator(tenure, by, now)
    tenure.withdrawn_at, tenure.by_hand = now, True
    tenure.save(update_fields=["withdrawn_at", "by_hand"])
    return reason


def _end(tenure: Tenure, to_day: date, *, by: Actor, now: datetime) -> None:
    guard.in_order("to_day", tenure.from_day, to_day)
    tenure.to_day, tenure.by_hand = to_day, True
    tenure.save(update_fields=["to_day", "by_hand"])
    record(by=by, now=now, action="org.dismissed", obj=tenure, to_day=to_day.isoformat())


def _not_oneself(user: User, role: str, by: Actor) -> None:
    if role and by.user_id == user.pk:
        raise NotPermitted(_("Nobody gives rights to the own account; another administrator does it."))


def _joins(user: User, role: str, first: date | None, last: date | None, *, leaving: Sequence[int]) -> None:
    """Make sure that the role goes with those the account holds in these days, without the tenures it leaves."""
    if not role:
        return
    others = Tenure.objects.filter(user=user, withdrawn_at=None).exclude(pk__in=leaving).exclude(post__role="")
    if first is not None:
        others = others.filter(Q(to_day=None) | Q(to_day__gte=first))
    if last is not None:
        others = others.filter(Q(from_day=None) | Q(from_day__lte=last))
    held = {Role(one) for one in others.values_list("post__role", flat=True)}
    for other in sorted(held):
        if both := clash({other, Role(role)}):
            raise Invalid(
                "user",
                _(
                    "%(person)s would be %(one)s and %(other)s at once. These duties are kept apart: whoever administers "
                    "or audits takes no part in the work. Use another account, or end the other post first."
                )
                % {"person": user, "one": ROLE_LABELS[both[0]], "other": ROLE_LABELS[both[1]]},
            )


def _keeps_an_administrator(tenure: Tenure, by: Actor, now: datetime) -> None:
    if by.has(Role.SYSTEM) or tenure.post.role != Role.ADMINISTRATOR:
        return
    if selectors.administrators(on=civil_day(now)) == {tenure.user_id}:
        raise NotPermitted(_("This is the last administrator: appoint another one first."))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None

"""Keep the county's registers by hand: spellings of units, members of groups, the division of work, working days.

What a text says stays what the seed says; what the office decides is marked `by_hand` and survives a load of the seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor
from tracker.audit.errors import Invalid
from tracker.audit.services import record
from tracker.org import selectors
from tracker.org.models import Portfolio, Post, Unit, UnitAlias, UnitGroup, WorkdayOverride
from tracker.org.services import guard
from tracker.rules.workdays import ONE_DAY

RELATIONS = ("分管", "主管", "主持", "协助", "联系")


@transaction.atomic
def add_alias(*, unit: Unit, name: str, source: str, by: Actor, now: datetime) -> UnitAlias:
    """Let a unit be known by another spelling too; `source` says where it is written so.

    Raises `Invalid` where the spelling already names something.
    """
    guard.keeps(by)
    name = guard.needed("name", name, _("Write the spelling."))
    if len(name) > 120:
        raise Invalid("name", _("A name has at most 120 characters."))
    other = selectors.resolve_unit(name)
    if other is not None:
        raise Invalid("name", _("“%(name)s” is known already: %(unit)s.") % {"name": name, "unit": other})
    if group := UnitGroup.objects.filter(name=name).first():
        raise Invalid("name", _("“%(name)s” is a group of units.") % {"name": group})
    alias = UnitAlias.objects.create(unit=unit, name=name, by_hand=True)
    record(by=by, now=now, action="org.alias_added", obj=unit, name=name, source=source)
    return alias


@transaction.atomic
def remove_alias(*, alias: UnitAlias, reason: str, by: Actor, now: datetime) -> Unit:
    """Take a spelling away that the office had added; one that a gazette prints stays, for its text is read by it."""
    guard.keeps(by)
    if not alias.by_hand:
        raise Invalid("reason", _("This spelling is printed in a gazette and stays; correct it in the gazette's data."))
    reason = guard.needed("reason", reason, _("Say why."))
    unit, name = alias.unit, alias.name
    alias.delete()
    record(by=by, now=now, action="org.alias_removed", obj=unit, name=name, reason=reason)
    return unit


@transaction.atomic
def set_members(
    *,
    group: UnitGroup,
    units: Sequence[Unit],
    from_day: date,
    source: str,
    by: Actor,
    now: datetime,
    seen: str | None = None,
) -> UnitGroup:
    """Say which units a group has from a day on; the tasks opened before stay with whom they were laid on.

    `from_day` goes on record; the members themselves are those that hold now. Raises `Invalid` for an empty group.
    """
    guard.keeps(by)
    group = UnitGroup.objects.select_for_update().get(pk=group.pk)
    guard.unchanged(seen, group, *group.members.all())
    source = guard.needed("source", source, _("Name the document that this rests on."))
    if not units:
        raise Invalid("units", _("A group has at least one unit."))
    before = {unit.name for unit in group.members.all()}
    after = {unit.name for unit in units}
    if before == after:
        raise Invalid("units", _("These are the members already."))
    group.members.set(units)
    group.is_open, group.by_hand = False, True
    group.save(update_fields=["is_open", "by_hand"])
    record(
        by=by,
        now=now,
        action="org.group_members_set",
        obj=group,
        joined=sorted(after - before),
        left=sorted(before - after),
        from_day=from_day.isoformat(),
        source=source,
    )
    return group


@transaction.atomic
def give_portfolio(
    *,
    unit: Unit,
    relation: str,
    post: Post | None,
    from_day: date,
    source: str,
    by: Actor,
    now: datetime,
    seen: str | None = None,
) -> Portfolio | None:
    """Let `post` supervise (or keep contact with) a unit from a day on; whoever did ends the day before. None: nobody does.

    `seen` is the digest of the unit's standing portfolios. `source` is document and line of the division of work. Raises
    `Invalid` where the present arrangement begins on that day or later.
    """
    guard.keeps(by)
    unit = Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    standing = selectors.standing_portfolios(unit)
    guard.unchanged(seen, *standing)
    if relation not in RELATIONS:
        raise Invalid("relation", _("Choose one of the relations."))
    source = guard.needed("source", source, _("Name the document, and the line where it says so."))
    ending = [one for one in standing if one.relation == relation and (one.to_day is None or one.to_day >= from_day)]
    if post is not None and any(one.post_id == post.pk for one in ending):
        raise Invalid("post", _("This post has the unit already."))
    if post is None and not ending:
        raise Invalid("post", _("Nobody has this unit in that relation; choose a post."))
    for one in ending:
        if one.from_day is not None and one.from_day >= from_day:
            raise Invalid(
                "from_day",
                _("The present arrangement begins on %(day)s: choose a later day.") % {"day": one.from_day.isoformat()},
            )
        one.to_day, one.by_hand = from_day - ONE_DAY, True
        one.save(update_fields=["to_day", "by_hand"])
        record(by=by, now=now, action="org.portfolio_ended", obj=one, to_day=one.to_day.isoformat(), source=source)
    if post is None:
        return None
    made = Portfolio.objects.create(
        post=post, unit=unit, relation=relation, from_day=from_day, source=source, by_hand=True
    )
    record(by=by, now=now, action="org.portfolio_given", obj=made, from_day=from_day.isoformat(), source=source)
    return made


@transaction.atomic
def correct_workday(
    *, day: date, is_workday: bool, reason: str, source: str, by: Actor, now: datetime
) -> WorkdayOverride:
    """Lay a correction of one day over the State Council's calendar; `source` is the notice it rests on.

    Whoever counts by working days counts anew from here; dates already set are recounted by `commitments`. Raises
    `Invalid` where the day is so already.
    """
    guard.keeps(by)
    reason = guard.needed("reason", reason, _("Say what the day is: the festival, or what it makes up for."))
    source = guard.needed("source", source, _("Name the notice this rests on, with its number."))
    calendar = selectors.workdays()
    if is_workday == calendar.is_workday(day):
        raise Invalid(
            "day",
            _("This day is a working day already.") if is_workday else _("This day is a day off already."),
        )
    row, _made = WorkdayOverride.objects.update_or_create(
        day=day, defaults={"is_workday": is_workday, "reason": reason, "source": source, "withdrawn_at": None}
    )
    record(by=by, now=now, action="org.workday_corrected", obj=row, is_workday=is_workday, source=source)
    return row


@transaction.atomic
def withdraw_correction(*, correction: WorkdayOverride, reason: str, by: Actor, now: datetime) -> WorkdayOverride:
    """Take a correction back: the day is again what the State Council's calendar says."""
    guard.keeps(by)
    reason = guard.needed("reason", reason, _("Say why the correction no longer holds."))
    if correction.withdrawn_at is None:
        correction.withdrawn_at = now
        correction.save(update_fields=["withdrawn_at"])
        record(by=by, now=now, action="org.workday_correction_withdrawn", obj=correction, reason=reason)
    return correction

"""Take numbers from a year's sequence, without gap or repeat, and set which sequence a unit's notices are numbered in."""

from __future__ import annotations

import re
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tracker.audit.actors import Actor, NotPermitted, Role
from tracker.audit.errors import Invalid
from tracker.audit.services import record
from tracker.notices.models import Letterhead, Notice, Series
from tracker.notices.selectors import letterhead
from tracker.notices.services import guard
from tracker.org.models import Unit
from tracker.rules.civil import civil_day

_PREFIX = re.compile(r"^[^\W\d_]{1,10}$")


def take_number(notice: Notice, *, now: datetime) -> None:
    """Give a notice the next number of its issuer's sequence for the civil year of `now`, and its head; not saved.

    The sequence's row stays locked until the transaction ends: a signature that fails gives its number back, and two
    signers wait for one another. Take it last, for everybody waits.
    """
    head = letterhead(notice.issuer)
    year = civil_day(now).year
    prefix = head.prefix_in(year) if head else settings.TRACKER_NOTICE_PREFIX
    Series.objects.get_or_create(prefix=prefix, year=year)
    series = Series.objects.select_for_update().get(prefix=prefix, year=year)
    series.last += 1
    series.save(update_fields=["last"])
    notice.series, notice.number = series, series.last
    notice.head = head.head if head else notice.issuer_name


@transaction.atomic
def set_letterhead(*, unit: Unit, head: str, prefix: str, by: Actor, now: datetime) -> Letterhead:
    """Set what stands in red at the top of a unit's notices, and the prefix of their numbers.

    Notices signed already keep theirs. A line break in `head` is kept. Raises `Invalid` and `NotPermitted`.
    """
    if not by.has(Role.SUPERVISION, Role.ADMINISTRATOR):
        raise NotPermitted(_("Only the supervision office or the administrator sets letterheads."))
    prefix = guard.one_line(prefix)
    if not _PREFIX.match(prefix):
        raise Invalid("prefix", _("A prefix is 1 to 10 characters without digits or brackets, such as 稷督."))
    head = guard.needed("head", head, _("Write what stands at the top of the notices."), most=120)
    row, _created = Letterhead.objects.update_or_create(
        unit=unit, defaults={"head": head, "prefix": prefix, "next_prefix": "", "next_year": None}
    )
    record(by=by, now=now, action="notices.letterhead_set", obj=row, unit=unit.name, head=head, prefix=prefix)
    return row


@transaction.atomic
def plan_prefix(*, letterhead: Letterhead, prefix: str, by: Actor, now: datetime) -> Letterhead:
    """Number a unit's notices under another prefix from the coming civil year on; empty takes the plan back.

    This year's sequence goes on to its end, for a year has one. Raises `Invalid` and `NotPermitted`.
    """
    if not by.has(Role.SUPERVISION, Role.ADMINISTRATOR):
        raise NotPermitted(_("Only the supervision office or the administrator sets letterheads."))
    row = Letterhead.objects.select_for_update(of=("self",)).select_related("unit").get(pk=letterhead.pk)
    prefix, year = guard.one_line(prefix), civil_day(now).year
    row.prefix = row.prefix_in(year)
    if prefix and not _PREFIX.match(prefix):
        raise Invalid("next_prefix", _("A prefix is 1 to 10 characters without digits or brackets, such as 稷督."))
    if prefix == row.prefix:
        raise Invalid("next_prefix", _("This is the prefix already."))
    row.next_prefix, row.next_year = prefix, year + 1 if prefix else None
    row.save(update_fields=["prefix", "next_prefix", "next_year"])
    record(by=by, now=now, action="notices.prefix_planned", obj=row, prefix=prefix, year=row.next_year)
    return row

"""Make what the pages of the administration are about, and say what their addresses need."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests import factories as make
from tests.factories import NOW
from tests.interfaces.web.county import County
from tracker.audit.actors import Role
from tracker.notices.models import Letterhead
from tracker.org.models import Post, Remark, Tenure, UnitAlias, UnitGroup, WorkdayOverride


def post(county: County) -> Post:
    """Return the post of the lead unit's liaison."""
    return Post.objects.get(unit=county.lead, role=Role.LIAISON)


def tenure(county: County) -> Tenure:
    """Return the tenure of the lead unit's liaison."""
    return Tenure.objects.get(post=post(county))


def group(county: County) -> UnitGroup:
    """Make a group of both townships."""
    made, _new = UnitGroup.objects.get_or_create(name="各乡（镇）人民政府")
    made.members.set([county.lead, county.other])
    return made


def correction(county: County) -> WorkdayOverride:
    """Make a correction of the calendar."""
    return WorkdayOverride.objects.create(
        day="2023-06-16", is_workday=False, reason="县庆", source="稷政办函〔2023〕1号"
    )


def remark(county: County) -> Remark:
    """Make a remark of the liaison's."""
    return Remark.objects.create(user=county.users["liaison"], by="联络员", text="字太小", at=NOW)


MADE: dict[str, Callable[[County], Any]] = {
    "admin_user": lambda county: county.users["nobody"].pk,
    "admin_user_edit": lambda county: county.users["nobody"].pk,
    "admin_post": lambda county: post(county).pk,
    "admin_post_appoint": lambda county: post(county).pk,
    "admin_post_role": lambda county: post(county).pk,
    "admin_post_withdraw": lambda county: post(county).pk,
    "admin_tenure_end": lambda county: tenure(county).pk,
    "admin_tenure_correct": lambda county: tenure(county).pk,
    "admin_unit": lambda county: county.lead.pk,
    "admin_alias_new": lambda county: county.lead.pk,
    "admin_portfolio": lambda county: county.lead.pk,
    "admin_alias_remove": lambda county: UnitAlias.objects.create(unit=county.lead, name="蔡村乡", by_hand=True).pk,
    "admin_group": lambda county: group(county).pk,
    "admin_policy": lambda county: make.policy(county.document, {}).key,
    "admin_workday_withdraw": lambda county: correction(county).pk,
    "admin_prefix": lambda county: Letterhead.objects.create(unit=county.office, head="稷山县", prefix="稷督").pk,
    "remark_answer": lambda county: remark(county).pk,
}


def arguments(county: County, route: str) -> list[Any] | None:
    """Return what the address of a route of the administration needs, made for it; None for other routes."""
    if route == "admin_user_act":
        return [county.users["nobody"].pk, "reset"]
    return [MADE[route](county)] if route in MADE else None

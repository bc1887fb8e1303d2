"""Whose tasks a subscription shows, and who may have which."""

from __future__ import annotations

from datetime import date

import pytest

from tests import factories as make
from tests.interfaces.ics.reading import entries, parsed
from tests.interfaces.ics.subscribing import subscribe
from tracker.audit.actors import Role
from tracker.commitments.models import Commitment
from tracker.org.models import Portfolio, Post, Unit, User

pytestmark = [pytest.mark.django_db, pytest.mark.core, pytest.mark.usefixtures("standing_clock")]


class County:
    """Be a small county: two units under one leader, a third under another, and somebody of every role.

    Tasks: A by the water bureau with the farm bureau, B by the farm bureau, C by the school bureau; A and C are of one
    document.
    """

    def __init__(self) -> None:
        self.water, self.farms, self.schools = make.unit("县水利局"), make.unit("县农业农村局"), make.unit("县教育局")
        office = make.unit("县政府办公室")
        self.leader_post = self.leads("分管农业的副县长", self.water, self.farms)
        self.other_post = self.leads("分管教育的副县长", self.schools)
        self.document = make.document(short="水利规划")
        for lead, support, title, of in (
            (self.water, (self.farms,), "甲", self.document),
            (self.farms, (), "乙", None),
            (self.schools, (), "丙", self.document),
        ):
            make.task(lead, *support, of=self.promise(of, title))
        self.people = {
            "liaison": make.user(make.post(self.water, Role.LIAISON)),
            "head": make.user(make.post(self.farms, Role.UNIT_HEAD)),
            "leader": make.user(self.leader_post),
            "office": make.user(make.post(office, Role.SUPERVISION)),
            "county_head": make.user(make.post(office, Role.COUNTY_HEAD)),
            "auditor": make.user(make.post(office, Role.AUDITOR)),
            "administrator": make.user(make.post(office, Role.ADMINISTRATOR)),
            "nobody": make.user(),
        }
        self.targets = {
            "mine": "",
            "unit": self.water.slug,
            "portfolio": self.leader_post.key,
            "document": self.document.slug,
            "county": "",
        }

    def leads(self, title: str, *units: Unit) -> Post:
        post = make.post(make.unit(), Role.LEADER, title=title)
        for unit in units:
            Portfolio.objects.create(post=post, unit=unit, relation="分管")
        return post

    def promise(self, of: object, title: str) -> Commitment:
        return make.commitment(of or make.document(), title=title)  # type: ignore[arg-type]


@pytest.fixture
def county() -> County:
    return County()


def shown(account: User, scope: str, target: str) -> str | None:
    """Return the titles in the calendar, sorted and joined, or None where it is refused."""
    answer = subscribe(account, scope, target).fetch()
    if answer.status_code == 404:
        return None
    return "".join(sorted(str(entry["summary"]) for entry in entries(answer.content)))


# Rows: who subscribes; columns: my tasks, the water bureau, the farming portfolio, the document, the county.
TABLE = {
    "liaison": ("甲", "甲", None, "甲", None),
    "head": ("乙甲", None, None, "甲", None),
    "leader": ("乙甲", "甲", "乙甲", "甲", None),
    "office": ("", "甲", "乙甲", "丙甲", "丙乙甲"),
    "county_head": ("", "甲", "乙甲", "丙甲", "丙乙甲"),
    "auditor": ("", "甲", "乙甲", "丙甲", "丙乙甲"),
    "administrator": ("", None, None, None, None),
    "nobody": (None, None, None, None, None),
}


@pytest.mark.parametrize("who", TABLE)
@pytest.mark.parametrize("column", range(5))
def test_who_sees_what_in_which_calendar(county: County, who: str, column: int) -> None:
    scope, target = list(county.targets.items())[column]
    assert shown(county.people[who], scope, target) == TABLE[who][column]


@pytest.mark.parametrize("scope", ["unit", "portfolio", "document"])
def test_a_target_that_does_not_exist_is_refused(county: County, scope: str) -> None:
    assert shown(county.people["office"], scope, "no-such-thing") is None


def test_a_leader_may_not_have_another_leaders_portfolio(county: County) -> None:
    assert shown(county.people["leader"], "portfolio", county.other_post.key) is None


def test_a_portfolio_that_ended_takes_its_tasks_along(county: County) -> None:
    Portfolio.objects.filter(unit=county.farms).update(to_day=date(2023, 6, 4))
    assert shown(county.people["leader"], "portfolio", county.leader_post.key) == "甲"


def test_each_calendar_says_whose_it_is(county: County) -> None:
    names = [
        str(parsed(subscribe(county.people["office"], scope, target).body())["x-wr-calname"])
        for scope, target in county.targets.items()
    ]
    assert names == [
        "督办时限 · 我的事项",
        "督办时限 · 县水利局",
        f"督办时限 · {county.leader_post}",
        "督办时限 · 水利规划",
        "督办时限 · 全县",
    ]

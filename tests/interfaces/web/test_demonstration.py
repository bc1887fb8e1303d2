"""The demonstration's clock: it lives through each day on the way and says what it is."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings

from tests import factories as make
from tests.interfaces.web.county import County, text_of
from tracker import clock
from tracker.audit.models import JobRun
from tracker.escalation.models import StepTaken
from tracker.rules.civil import SHANGHAI, civil_day

pytestmark = [pytest.mark.django_db, pytest.mark.core]


@pytest.fixture
def demonstration(settings: LazySettings, tmp_path: Path) -> None:
    settings.DEMO = True
    settings.TRACKER_CLOCK_FILE = str(tmp_path / "clock.json")
    clock.set_to(datetime(2023, 6, 5, 9, 5, tzinfo=SHANGHAI))


@pytest.fixture
def county_on_that_day(db: None, demonstration: None) -> County:
    return County()


def test_the_bar_says_that_the_time_is_made_up(county_on_that_day: County) -> None:
    source = text_of(county_on_that_day.get("office", "dashboard"))
    assert "演示时钟" in source and "2023年6月5日 星期一" in source and "不是真实日期" in source


def test_a_week_is_lived_day_by_day(county_on_that_day: County) -> None:
    county = county_on_that_day
    make.policy(county.document, {"title": "提请普查办协调", "offset": 3}, key="census")
    county.commitment.policy_key = "census"
    county.commitment.save()
    answer = county.post_to("liaison", "advance", days=7, next="/my-unit/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/my-unit/")
    assert civil_day(clock.now()) == date(2023, 6, 12)
    assert clock.now().astimezone(SHANGHAI).hour == 9
    swept = [civil_day(run.as_of) for run in JobRun.objects.filter(job="sweep").order_by("pk")]
    assert swept == [date(2023, 6, day) for day in range(6, 13)]
    watched = JobRun.objects.filter(job="watchdog").latest("pk")
    assert watched.counts["still"] == []
    taken = StepTaken.objects.filter(task=county.task, kind="step").get()
    assert (taken.due_on, civil_day(taken.taken_at)) == (date(2023, 6, 7), date(2023, 6, 7))
    assert "现在是2023年6月12日 星期一" in text_of(county.get("liaison", "my_unit"))


def test_nonsense_moves_one_day_and_nobody_moves_it_for_ever(county_on_that_day: County) -> None:
    county_on_that_day.post_to("office", "advance", days="many")
    assert civil_day(clock.now()) == date(2023, 6, 6)
    from tracker.interfaces.web import demonstration

    assert demonstration.FURTHEST == 31


def test_one_click_signs_in_as_an_account(county_on_that_day: County) -> None:
    county = county_on_that_day
    answer = county.post_to("anonymous", "sign_in_as", county.users["leader"].username)
    assert answer.status_code == 302
    assert county.get("anonymous", "dashboard").status_code == 200
    assert county.post_to("anonymous", "sign_in_as", "nobody-at-all").status_code == 404

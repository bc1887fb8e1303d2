"""A robot's room is told once a working day, only of its own, only when something came up, and nothing private."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import Settings

from tests import factories as make
from tests.factories import NOW
from tests.messaging.making import item, run
from tests.messaging.rooms import ChatServer
from tracker.audit.actors import Role, system
from tracker.commitments.models import Task
from tracker.messaging import services, targets
from tracker.messaging.channels.robots import MOST_BYTES
from tracker.messaging.models import Delivery, Digest, Item
from tracker.org.models import Post, Unit, UnitKind
from tracker.rules.followup import State

pytestmark = [pytest.mark.django_db, pytest.mark.core, pytest.mark.usefixtures("mailbox")]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def unit(settings: Settings) -> Unit:
    """Give a township whose room, and the office's, has a robot."""
    unit = make.unit("蔡村乡人民政府")
    settings.TRACKER_CHAT_ROBOTS = targets.read([f"{unit.slug}=wecombot://room-of-the-unit", "office=feishu://office"])
    return unit


@pytest.fixture
def office() -> Post:
    return make.post(make.unit("县政府办公室", kind=UnitKind.COUNTY_DEPARTMENT), Role.SUPERVISION)


def reminded(unit: Unit, title: str = "设立普查领导小组", due: date = date(2023, 6, 2), **values: object) -> Task:
    """Lay a task on a unit and remind its liaison of it."""
    task = make.task(unit, due=due, title=title)
    post = Post.objects.filter(unit=unit).first() or make.post(unit)
    item(task, post, key=f"reminder {task.pk}", **values)
    return task


def states() -> list[str]:
    return list(Delivery.objects.filter(channel="robot").order_by("pk").values_list("state", flat=True))


def test_a_units_room_is_told_counts_titles_dates_and_where_to_look(unit: Unit, chat: ChatServer) -> None:
    reminded(unit)
    reminded(unit, "村级设立普查工作组", date(2023, 6, 8))
    run(NOW)
    (text,) = chat.texts
    assert text.splitlines()[:5] == [
        "【承诺督办】蔡村乡人民政府 6月5日",
        "已逾期：1 项",
        "· 设立普查领导小组（6月2日）",
        "即将到期：1 项",
        "· 村级设立普查工作组（6月8日）",
    ]
    assert "/my-unit/" in text


def test_a_room_is_told_once_a_day_and_only_when_something_new_came_up(unit: Unit, chat: ChatServer) -> None:
    reminded(unit)
    for minutes in range(5):
        run(NOW + minutes * MINUTE)
    reminded(unit, "后来的", at=NOW + 30 * MINUTE)
    run(NOW + timedelta(hours=2))
    assert len(chat.posts) == 1
    run(NOW + timedelta(days=1))
    assert len(chat.posts) == 2
    assert "后来的" in chat.texts[1] and "普查领导小组" not in chat.texts[1]
    run(NOW + timedelta(days=2))
    assert len(chat.posts) == 2, "nothing new came up"
    assert Digest.objects.exclude(robot="").count() == 2


def test_a_room_whose_unit_has_nothing_is_told_nothing(unit: Unit, chat: ChatServer) -> None:
    reminded(make.unit("太阳乡人民政府"))
    run(NOW)
    assert chat.posts == [] and states() == []


@pytest.mark.parametrize(
    ("when", "sent"),
    [
        (datetime(2023, 6, 5, 0, 30, tzinfo=UTC), 0),  # Monday 08:30
        (datetime(2023, 6, 5, 12, 0, tzinfo=UTC), 0),  # Monday 20:00
        (datetime(2023, 6, 10, 2, 0, tzinfo=UTC), 0),  # Saturday
        (datetime(2023, 6, 22, 2, 0, tzinfo=UTC), 0),  # Dragon Boat Festival
        (datetime(2023, 6, 25, 2, 0, tzinfo=UTC), 1),  # a Sunday that is worked (调休)
    ],
)
def test_a_room_is_told_in_working_hours_only(unit: Unit, chat: ChatServer, when: datetime, sent: int) -> None:
    reminded(unit, at=when - MINUTE)
    run(when)
    assert len(chat.posts) == sent


def test_what_is_done_or_reported_before_the_message_goes_is_not_told(unit: Unit, chat: ChatServer) -> None:
    closed, reported = reminded(unit, "办结的"), reminded(unit, "反馈过的")
    services.gather_digests(now=NOW)
    Task.objects.filter(pk=closed.pk).update(state=State.CLOSED)
    Task.objects.filter(pk=reported.pk).update(reported_at=NOW + MINUTE)
    services.dispatch(now=NOW + 2 * MINUTE, real_now=NOW)
    assert chat.posts == [] and states() == ["skipped"]


def test_what_a_person_has_read_is_still_the_rooms(unit: Unit, chat: ChatServer) -> None:
    reminded(unit, read_at=NOW)
    run(NOW)
    assert len(chat.posts) == 1


def test_what_people_wrote_notices_and_findings_never_reach_a_room(unit: Unit, chat: ChatServer) -> None:
    task, post = make.task(unit, due=date(2023, 6, 2)), make.post(unit)
    sayings = {
        Item.Kind.INSTRUCTION: {"say": "instruction", "text": "严肃追责", "by": "副县长 王一"},
        Item.Kind.NOTICE: {"say": "notice_issue", "text": "稷督〔2023〕1号", "title": "督促函", "path": "/notices/1/"},
        Item.Kind.STEP: {"say": "step", "step": "通报批评"},
        Item.Kind.REVIEW: {"say": "returned", "reason": "材料不实"},
    }
    for kind, text in sayings.items():
        item(task, post, key=kind, kind=kind)
        Item.objects.filter(key=kind).update(text={"unit": unit.name, "title": "密件标题", **text})
    run(NOW)
    (text,) = chat.texts
    assert "另有通知和督办事项 3 项" in text
    for secret in ("严肃追责", "王一", "稷督", "督促函", "通报批评", "材料不实", "密件标题"):
        assert secret not in text


def test_the_offices_room_hears_whose_duty_waits_for_its_review(unit: Unit, office: Post, chat: ChatServer) -> None:
    task = make.task(unit, state=State.AWAITING_REVIEW, title="设立普查领导小组")
    for place in range(2):
        item(task, office, key=f"review {place}", kind=Item.Kind.REVIEW, stands_while=["awaiting_review"])
    Item.objects.update(text={"say": "review", "unit": unit.name, "title": task.title})
    run(NOW)
    (text,) = chat.texts
    assert "待审核：1 项\n· 蔡村乡人民政府：设立普查领导小组（6月9日）" in text
    assert "/desk/" in text


def test_a_room_hears_nothing_of_what_was_said_to_other_posts_of_the_same_unit_elsewhere(
    unit: Unit, office: Post, chat: ChatServer
) -> None:
    task = make.task(unit)
    item(task, office, key="to the office about the unit")
    run(NOW)
    assert [post[0] for post in chat.posts] == ["open.feishu.cn"]


def test_however_much_came_up_the_message_fits_every_service(unit: Unit, chat: ChatServer) -> None:
    for number in range(40):
        reminded(unit, f"{number}号事项" + "按照统一部署认真抓好贯彻落实" * 8, date(2023, 6, 2))
    run(NOW)
    assert len(chat.texts[0].encode()) <= MOST_BYTES
    assert "已逾期：40 项" in chat.texts[0] and "等 40 项" not in chat.texts[0]
    assert "· 另有 37 项" in chat.texts[0]


def test_a_busy_service_is_asked_again_and_the_message_written_anew(unit: Unit, chat: ChatServer) -> None:
    task = reminded(unit)
    reminded(unit, "另一项")
    chat.answers = [(200, {"errcode": 45009, "errmsg": "api freq out of limit"})]
    run(NOW)
    delivery = Delivery.objects.get(channel="robot")
    assert (delivery.state, delivery.body) == ("pending", "")
    assert "45009" in delivery.error
    Task.objects.filter(pk=task.pk).update(state=State.CLOSED)
    run(NOW + 5 * MINUTE)
    assert states() == ["sent"]
    assert "普查领导小组" not in chat.texts[1] and "另一项" in chat.texts[1]


def test_a_broken_line_has_the_same_words_said_again(unit: Unit, chat: ChatServer) -> None:
    task = reminded(unit)
    reminded(unit, "另一项")
    chat.answers = [None]
    run(NOW)
    assert states() == ["unknown"]
    Task.objects.filter(pk=task.pk).update(title="改名")
    run(NOW + 5 * MINUTE)
    assert states() == ["sent"]
    assert chat.texts[0] == chat.texts[1]


def test_a_robot_that_was_removed_from_its_room_is_shown_as_refused_and_can_be_tried_again(
    unit: Unit, chat: ChatServer
) -> None:
    reminded(unit)
    chat.answers = [(200, {"errcode": 93000, "errmsg": "invalid webhook url"})]
    run(NOW)
    delivery = Delivery.objects.get(channel="robot")
    assert (delivery.state, delivery.address) == ("failed", unit.slug)
    services.retry_deliveries(deliveries=[delivery.pk], by=make.person(Role.ADMINISTRATOR), now=NOW)
    run(NOW + MINUTE)
    assert states() == ["sent"]


def test_what_never_reached_the_room_is_said_with_its_next_message(unit: Unit, chat: ChatServer) -> None:
    reminded(unit, "周一的")
    chat.answers = [(404, {})]
    run(NOW)
    assert states() == ["failed"]
    tuesday = NOW + timedelta(days=1)
    reminded(unit, "周二的", at=tuesday - MINUTE)
    run(tuesday)
    assert "周一的" in chat.texts[1] and "周二的" in chat.texts[1]


def test_a_message_put_off_overnight_is_the_only_one_of_the_next_day(unit: Unit, chat: ChatServer) -> None:
    reminded(unit, "周一的")
    chat.answers = [(503, {})]
    run(NOW)
    tuesday = NOW + timedelta(days=1)
    reminded(unit, "周二的", at=tuesday - MINUTE)
    for minutes in range(3):
        run(tuesday + minutes * MINUTE)
    assert len(chat.posts) == 2 and states() == ["sent"]
    wednesday = NOW + timedelta(days=2)
    run(wednesday)
    assert "周二的" in chat.texts[2]


def test_a_robot_named_after_no_unit_is_told_nothing(settings: Settings, unit: Unit, chat: ChatServer) -> None:
    settings.TRACKER_CHAT_ROBOTS = targets.read(["no-such-unit=wecombot://x"])
    reminded(unit)
    run(NOW)
    assert chat.posts == []


def test_a_paused_dispatcher_writes_into_no_room(unit: Unit, chat: ChatServer) -> None:
    reminded(unit)
    services.pause_dispatcher(reason="restored from backup", by=system("restore"), now=NOW)
    run(NOW)
    assert chat.posts == [] and states() == ["pending"]

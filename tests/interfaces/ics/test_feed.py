"""What a subscribed calendar holds, and how it answers programs that have it already."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext, override_settings

from tests import factories as make
from tests.interfaces.conftest import StandingClock
from tests.interfaces.ics.reading import check_bytes, entries, parsed, unfolded
from tests.interfaces.ics.subscribing import Subscription, subscribe
from tracker.audit.actors import Role
from tracker.commitments.models import Task
from tracker.interfaces.ics import events, feeds
from tracker.org.models import FeedToken, Unit
from tracker.org.services import disable_account, revoke_feed_token, rotate_feed_token
from tracker.rules.followup import State

pytestmark = [pytest.mark.django_db, pytest.mark.core, pytest.mark.usefixtures("standing_clock")]


@pytest.fixture
def unit() -> Unit:
    return make.unit("稷峰镇人民政府")


@pytest.fixture
def mine(unit: Unit) -> Subscription:
    """Give the subscription of the unit's liaison."""
    return subscribe(make.user(make.post(unit)))


def titles(data: bytes) -> list[str]:
    return [str(entry["summary"]) for entry in entries(data)]


def test_the_head_names_the_calendar_and_how_often_to_come_back(mine: Subscription) -> None:
    text = unfolded(mine.body())
    for line in (
        "VERSION:2.0",
        "PRODID:-//Jishan County//Commitment tracker//ZH",
        "METHOD:PUBLISH",
        "NAME:督办时限 · 我的事项",
        "X-WR-CALNAME:督办时限 · 我的事项",
        "REFRESH-INTERVAL;VALUE=DURATION:PT4H",
        "X-PUBLISHED-TTL:PT4H",
        "COLOR:slategray",
    ):
        assert f"\r\n{line}\r\n" in text
    assert "过去90天至未来800天" in text


def test_an_empty_feed_is_a_valid_calendar(mine: Subscription) -> None:
    data = mine.body()
    check_bytes(data)
    assert entries(data) == []


def test_the_answer_is_a_calendar_shown_in_place_under_a_stable_name(mine: Subscription) -> None:
    answer = mine.fetch()
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'inline; filename="commitments.ics"'
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Cache-Control"].startswith("private")


def test_the_same_state_gives_the_same_bytes(mine: Subscription, unit: Unit) -> None:
    for day in (9, 8, 30):
        make.task(unit, due=date(2023, 6, day))
    cold, warm = mine.body(), mine.body()
    assert cold == warm
    check_bytes(cold)
    assert [entry["dtstart"].dt.day for entry in entries(cold)] == [8, 9, 30]


def test_no_uid_stands_twice(mine: Subscription, unit: Unit) -> None:
    other = make.unit()
    for lead, support in ((unit, other), (other, unit), (unit, other)):
        make.task(lead, support)
    uids = [str(entry["uid"]) for entry in entries(mine.body())]
    assert len(uids) == 3 == len(set(uids))


def test_an_entry_is_written_once_for_each_version(
    mine: Subscription, unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    real = events.event
    monkeypatch.setattr(events, "event", lambda task: written.append(task.version) or real(task))
    task = make.task(unit)
    before = Task.objects.values("version", "changed_at", "next_look_at").get(pk=task.pk)
    mine.body()
    mine.body()
    assert written == [1]
    assert Task.objects.values("version", "changed_at", "next_look_at").get(pk=task.pk) == before
    Task.objects.filter(pk=task.pk).update(version=2, title="新题目")
    assert titles(mine.body()) == ["新题目"]
    assert written == [1, 2]


def test_entries_kept_under_another_site_address_are_written_anew(mine: Subscription, unit: Unit) -> None:
    make.task(unit)
    first = mine.fetch()
    with override_settings(TRACKER_SITE_URL="https://tracker.example"):
        second = mine.fetch()
    assert "URL:https://tracker.example/tasks/" in unfolded(second.content)
    assert first.headers["ETag"] != second.headers["ETag"]


def test_a_database_that_keeps_nothing_does_not_take_the_calendar_away(
    mine: Subscription, unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.task(unit)

    def refuse(*_: object, **__: object) -> None:
        raise DatabaseError("attempt to write a readonly database")

    monkeypatch.setattr(feeds, "keep_entries", refuse)
    monkeypatch.setattr("tracker.org.services.note_feed_fetch", refuse)
    assert len(entries(mine.body())) == 1


def test_a_warm_feed_asks_the_same_questions_however_long_it_is(mine: Subscription, unit: Unit) -> None:
    def questions() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            mine.body()
        return len(captured)

    for day in range(1, 4):
        make.task(unit, due=date(2023, 6, day))
    mine.body()
    few = questions()
    for day in range(1, 25):
        make.task(unit, due=date(2023, 7, day))
    mine.body()
    # The subscription, its owner's tenures, the tasks.
    assert questions() == few == 3


# What a program has already ------------------------------------------------------------------------------------------


def test_a_program_that_has_it_is_told_so_by_tag_and_by_date(mine: Subscription, unit: Unit) -> None:
    make.task(unit)
    first = mine.fetch()
    tag, since = first.headers["ETag"], first.headers["Last-Modified"]
    assert tag.startswith('"')
    for headers in ({"if_none_match": tag}, {"if_modified_since": since}, {"if_none_match": f"W/{tag}"}):
        again = mine.fetch(**headers)
        assert again.status_code == 304 and again.content == b""
        assert again.headers["ETag"] == tag and again.headers["Last-Modified"] == since
        assert again.headers["Cache-Control"].startswith("private")
        assert again.headers["Referrer-Policy"] == "no-referrer"


def test_an_unchanged_feed_is_answered_without_reading_an_entry(mine: Subscription, unit: Unit) -> None:
    make.task(unit)
    tag = mine.fetch().headers["ETag"]
    with CaptureQueriesContext(connection) as captured:
        assert mine.fetch(if_none_match=tag).status_code == 304
    assert len(captured) == 3
    assert not [query for query in captured.captured_queries if '."ics"' in query["sql"]]


@pytest.mark.parametrize("change", ["title", "state", "due", "new", "gone"])
def test_whatever_changes_the_tag_and_the_date_change(
    mine: Subscription, unit: Unit, standing_clock: StandingClock, change: str
) -> None:
    task = make.task(unit)
    first = mine.fetch()
    # Within the same second, which HTTP cannot tell apart by itself.
    standing_clock.instant += timedelta(milliseconds=10)
    row = Task.objects.filter(pk=task.pk)
    match change:
        case "title":
            row.update(title="新题目", version=2)
        case "state":
            row.update(state=State.CLOSED, closed_at=standing_clock.instant, version=2)
        case "due":
            row.update(due=date(2023, 6, 30), version=2)
        case "new":
            make.task(unit)
        case "gone":
            row.update(due=None, version=2)
    headers = {"if_none_match": first.headers["ETag"], "if_modified_since": first.headers["Last-Modified"]}
    assert mine.fetch(**headers).status_code == 200
    assert mine.fetch(if_modified_since=first.headers["Last-Modified"]).status_code == 200
    second = mine.fetch()
    assert parsedate_to_datetime(second.headers["Last-Modified"]) > parsedate_to_datetime(
        first.headers["Last-Modified"]
    )
    assert second.content != first.content


def test_a_later_fetch_of_the_same_state_has_the_same_date(
    mine: Subscription, unit: Unit, standing_clock: StandingClock
) -> None:
    make.task(unit)
    first = mine.fetch()
    standing_clock.instant += timedelta(hours=5)
    assert mine.fetch().headers["Last-Modified"] == first.headers["Last-Modified"]
    assert mine.fetch(if_modified_since=first.headers["Last-Modified"]).status_code == 304


def test_the_tag_of_a_fetch_is_the_tag_of_its_body(mine: Subscription, unit: Unit) -> None:
    make.task(unit)
    assert mine.fetch().headers["ETag"] == mine.fetch(if_none_match='"another"').headers["ETag"]


def test_zipped_and_plain_are_the_same_calendar_under_different_tags(mine: Subscription, unit: Unit) -> None:
    make.task(unit)
    plain, zipped = mine.fetch(accept_encoding="identity"), mine.fetch(accept_encoding="gzip, deflate, br")
    assert "Content-Encoding" not in plain.headers and zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.content) == plain.content
    assert zipped.content == mine.fetch(accept_encoding="gzip").content
    assert plain.headers["ETag"] != zipped.headers["ETag"]
    for answer in (plain, zipped):
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert int(answer.headers["Content-Length"]) == len(answer.content)
    assert mine.fetch(accept_encoding="gzip", if_none_match=zipped.headers["ETag"]).status_code == 304
    assert mine.fetch(accept_encoding="gzip", if_none_match=plain.headers["ETag"]).status_code == 200
    assert "Content-Encoding" not in mine.fetch(accept_encoding="gzip;q=0").headers
    assert mine.fetch(accept_encoding="br, gzip;q=0.5").headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_head_tells_what_get_would_without_a_body(mine: Subscription, unit: Unit, encoding: str) -> None:
    make.task(unit)
    get = mine.fetch(accept_encoding=encoding)
    head = mine.client.head(mine.address, headers={"accept-encoding": encoding})
    assert head.status_code == 200 and head.content == b""
    for name in ("Content-Length", "Content-Type", "ETag", "Last-Modified", "Content-Disposition"):
        assert head.headers[name] == get.headers[name]


@pytest.mark.parametrize("name", ["a%0D%0ASet-Cookie:x", "%22", "县", ".."])
def test_a_name_that_would_not_do_for_a_file_is_no_address(mine: Subscription, name: str) -> None:
    assert mine.client.get(f"/calendar/{mine.secret}/{name}.ics").status_code == 404


def test_nothing_but_reading_is_offered(mine: Subscription) -> None:
    for method in ("post", "put", "patch", "delete"):
        assert getattr(mine.client, method)(mine.address).status_code == 405


# What enters and leaves ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "inside"),
    [
        (date(2023, 3, 6), False),
        (date(2023, 3, 7), True),
        (date(2025, 8, 13), True),
        (date(2025, 8, 14), False),
        (None, False),
    ],
)
def test_the_window_is_ninety_days_back_and_eight_hundred_ahead(
    mine: Subscription, unit: Unit, due: date | None, inside: bool
) -> None:
    make.task(unit, due=due)
    assert len(entries(mine.body())) == inside


def test_a_long_window_is_in_from_its_first_day(mine: Subscription, unit: Unit) -> None:
    due, start = date(2026, 12, 31), date(2025, 1, 1)
    make.task(unit, of=make.commitment(kind="window", due=due, start=start), due=due, start=start)
    assert len(entries(mine.body())) == 1


@override_settings(TRACKER_FEED_WINDOW=(1, 3))
def test_the_window_is_a_setting_and_is_said_in_the_calendar(mine: Subscription, unit: Unit) -> None:
    for day in (3, 4, 8, 9):
        make.task(unit, due=date(2023, 6, day))
    data = mine.body()
    assert [entry["dtstart"].dt.day for entry in entries(data)] == [4, 8]
    assert "过去1天至未来3天" in unfolded(data)


def test_the_window_moves_with_the_day(mine: Subscription, unit: Unit, standing_clock: StandingClock) -> None:
    make.task(unit, due=date(2023, 3, 7))
    first = mine.fetch()
    assert len(entries(first.content)) == 1
    # 23:59:59 of the same day in Shanghai, then midnight.
    standing_clock.instant = datetime(2023, 6, 5, 15, 59, 59, tzinfo=UTC)
    assert mine.fetch(if_none_match=first.headers["ETag"]).status_code == 304
    standing_clock.instant = datetime(2023, 6, 5, 16, 0, tzinfo=UTC)
    later = mine.fetch(if_none_match=first.headers["ETag"])
    assert later.status_code == 200 and entries(later.content) == []
    assert mine.fetch(if_modified_since=first.headers["Last-Modified"]).status_code == 200


@pytest.mark.parametrize("state", [State.CLOSED, State.NOT_ACHIEVED, State.WITHDRAWN])
def test_what_has_ended_stays_thirty_days_and_leaves(
    mine: Subscription, unit: Unit, standing_clock: StandingClock, state: State
) -> None:
    closed = datetime(2023, 6, 5, 3, 0, tzinfo=UTC)
    make.task(unit, state=state, closed_at=closed, changed_at=closed, version=3)
    (entry,) = entries(mine.body())
    assert entry["status"] == ("CANCELLED" if state == State.WITHDRAWN else "CONFIRMED")
    assert entry["sequence"] == 2
    standing_clock.instant = datetime(2023, 7, 5, 15, 0, tzinfo=UTC)
    assert len(entries(mine.body())) == 1
    standing_clock.instant = datetime(2023, 7, 5, 16, 0, tzinfo=UTC)
    assert entries(mine.body()) == []


def test_an_overdue_task_changes_nothing_by_the_clock_alone(
    mine: Subscription, unit: Unit, standing_clock: StandingClock
) -> None:
    make.task(unit, due=date(2023, 6, 6))
    before = mine.body()
    standing_clock.instant += timedelta(days=20)
    assert mine.body() == before


# Options -------------------------------------------------------------------------------------------------------------


def test_a_subscription_may_be_of_to_dos(unit: Unit) -> None:
    make.task(unit)
    feed = subscribe(make.user(make.post(unit)), as_todo=True)
    data = feed.body()
    check_bytes(data)
    assert [entry.name for entry in entries(data)] == ["VTODO"]
    assert feed.body() == data
    assert Task.objects.get().ics is None


def test_a_subscription_may_carry_alarms_but_not_for_what_has_ended(unit: Unit) -> None:
    make.task(unit, due=date(2023, 6, 8))
    make.task(unit, due=date(2023, 6, 9), state=State.CLOSED, closed_at=make.NOW)
    account = make.user(make.post(unit))
    silent, ringing = subscribe(account), subscribe(account, alarms=True)
    data = ringing.body()
    check_bytes(data)
    assert [len(entry.subcomponents) for entry in entries(data)] == [1, 0]
    assert [len(entry.subcomponents) for entry in entries(silent.body())] == [0, 0]
    # The kept bytes are the same for both.
    assert ringing.body() == data
    assert ringing.fetch().headers["ETag"] != silent.fetch().headers["ETag"]


def test_two_subscribers_get_the_same_entries_whatever_their_language(unit: Unit) -> None:
    make.task(unit, state=State.CLOSED, closed_at=make.NOW)
    chinese = subscribe(make.user(make.post(unit)))
    english = subscribe(make.user(make.post(unit), language="en"))
    assert chinese.body() == english.body()


# The secret ----------------------------------------------------------------------------------------------------------


def refusal(feed: Subscription) -> tuple[int, bytes, dict[str, str]]:
    answer = feed.fetch()
    return answer.status_code, answer.content, dict(answer.headers)


def test_unknown_revoked_disabled_and_postless_are_told_the_same(unit: Unit) -> None:
    account = make.user(make.post(unit))
    administrator = make.person(Role.ADMINISTRATOR)
    unknown = Subscription(FeedToken(), "never-given-out")
    revoked = subscribe(account)
    revoke_feed_token(token=revoked.token, by=make.actor(account), now=make.NOW)
    rotated = subscribe(account)
    rotate_feed_token(token=rotated.token, by=make.actor(account), now=make.NOW)
    gone = make.user(make.post(unit))
    disabled = subscribe(gone)
    disable_account(user=gone, by=administrator, now=make.NOW)
    postless = subscribe(make.user())
    answers = [refusal(feed) for feed in (unknown, revoked, rotated, disabled, postless)]
    assert answers[0][0] == 404
    assert all(answer == answers[0] for answer in answers)


def test_rights_are_asked_for_again_at_every_fetch(unit: Unit, standing_clock: StandingClock) -> None:
    post = make.post(unit)
    account = make.user(post)
    feed = subscribe(account, "unit", unit.slug)
    make.task(unit)
    assert len(entries(feed.body())) == 1
    account.tenures.update(to_day=make.TODAY)
    assert len(entries(feed.body())) == 1
    standing_clock.instant += timedelta(days=1)
    assert feed.fetch().status_code == 404
    headers = {"if_none_match": '"anything"', "if_modified_since": "Mon, 05 Jun 2023 01:00:00 GMT"}
    assert feed.fetch(**headers).status_code == 404


def test_the_last_use_is_noted_at_most_once_an_hour(mine: Subscription, standing_clock: StandingClock) -> None:
    def last_used() -> datetime | None:
        mine.token.refresh_from_db()
        return mine.token.last_used_at

    assert last_used() is None
    mine.body()
    assert last_used() == make.NOW
    standing_clock.instant += timedelta(minutes=59)
    mine.body()
    assert last_used() == make.NOW
    standing_clock.instant += timedelta(minutes=1)
    tag = mine.fetch(if_none_match='"another"').headers["ETag"]
    assert last_used() == make.NOW + timedelta(hours=1)
    standing_clock.instant += timedelta(hours=2)
    assert mine.fetch(if_none_match=tag).status_code == 304
    assert last_used() == make.NOW + timedelta(hours=3)


def test_a_feed_signs_nobody_in(mine: Subscription) -> None:
    answer = mine.fetch()
    assert not answer.cookies
    assert mine.client.get("/").status_code != 200


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rest_framework.throttling.SimpleRateThrottle.THROTTLE_RATES", {"feed": "2/hour"})


@pytest.mark.usefixtures("limit")
def test_each_subscription_has_a_limit_of_its_own(unit: Unit) -> None:
    account = make.user(make.post(unit))
    first, second = subscribe(account), subscribe(account)
    assert [first.fetch().status_code for _ in range(3)] == [200, 200, 429]
    assert second.fetch().status_code == 200
    refused = first.fetch()
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    assert refused.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.usefixtures("limit")
def test_trying_addresses_is_limited_by_where_it_comes_from(mine: Subscription) -> None:
    def try_one(secret: str, address: str) -> int:
        client = mine.client
        return client.get(f"/calendar/{secret}/x.ics", REMOTE_ADDR=address, HTTP_X_FORWARDED_FOR=secret).status_code

    assert [try_one(secret, "10.0.0.7") for secret in "abcd"] == [404, 404, 429, 429]
    assert try_one("e", "10.0.0.8") == 404
    # Whoever has a subscription is not held up by what others behind the same address try.
    assert mine.client.get(mine.address, REMOTE_ADDR="10.0.0.7").status_code == 200


def test_the_calendar_is_read_strictly_by_the_library_too(mine: Subscription, unit: Unit) -> None:
    make.task(unit)
    assert parsed(mine.body())["version"] == "2.0"

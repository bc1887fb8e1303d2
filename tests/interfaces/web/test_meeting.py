"""The sheet before a meeting: what the unit said it would do comes first, then how it stands."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from tests import factories as make
from tests.factories import TODAY
from tests.interfaces.web import papers
from tests.interfaces.web.county import County, text_of
from tracker.audit.models import AuditEntry
from tracker.commitments import services
from tracker.commitments.models import KeptSheet, ProgressReport, Review, Task
from tracker.commitments.selectors import meeting
from tracker.commitments.selectors.meeting import Word
from tracker.rules.followup import State

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def at(number: int) -> datetime:
    return datetime(2023, 6, number, 1, 0, tzinfo=UTC)


def duty(county: County, due: date, title: str = "设立普查领导小组", **values: object) -> Task:
    of = make.commitment(county.document, due=due, title=title)
    return make.task(county.lead, county.support, of=of, due=due, **values)  # type: ignore[arg-type]


def sheet(county: County, *, since: date = date(2023, 5, 6)) -> meeting.Sheet:
    return meeting.sheet(county.lead, Task.objects.all(), today=TODAY, since=since)


def test_what_was_promised_stands_first_and_a_day_that_passed_before_one_to_come(county: County) -> None:
    liaison, head, leader = county.actor("liaison"), county.actor("head"), county.actor("leader")
    backfill = duty(county, date(2023, 4, 30), state=State.TO_CONFIRM, backfill=True)
    services.confirm_backfill(
        task=backfill, unit=county.lead, done=False, day=date(2023, 6, 4), text="方案已送审", by=liaison, now=at(1)
    )
    asked = duty(county, date(2023, 6, 9))
    services.request_extension(
        task=asked, unit=county.lead, new_due=date(2023, 6, 30), reason="等批复", progress="已报", by=head, now=at(2)
    )
    services.instruct(task=county.task, text="本周内设立", by=leader, now=at(3))
    found = sheet(county).promises
    assert [one.what for one in found] == [Word.NAMED_DAY, Word.INSTRUCTED, Word.ASKED]
    assert found[0].broken(TODAY) and not found[2].broken(TODAY)
    assert (found[0].until, found[2].until, found[1].answered) == (date(2023, 6, 4), date(2023, 6, 30), False)


def test_an_instruction_is_answered_by_the_next_report(county: County) -> None:
    services.instruct(task=county.task, text="本周内设立", by=county.actor("leader"), now=at(3))
    services.report_progress(
        task=county.task, unit=county.lead, kind=ProgressReport.Kind.PROGRESS, text="人选已定，等待印发",
        by=county.actor("liaison"), now=at(4),
    )  # fmt: skip
    by_word = {one.what: one for one in sheet(county).promises}
    assert by_word[Word.INSTRUCTED].answered is True
    assert by_word[Word.REPORTED].text == "人选已定，等待印发"


def test_late_soon_and_closed_are_the_units_own_and_none_is_lost_when_cut(county: County) -> None:
    for number in range(meeting.LATE_SHOWN + 2):
        duty(county, date(2023, 5, 20) + timedelta(days=number))
    duty(county, TODAY + timedelta(days=30))
    duty(county, TODAY + timedelta(days=31))
    make.task(county.other, county.lead, of=make.commitment(county.document), due=date(2023, 5, 1))
    done = duty(county, date(2023, 6, 4))
    services.apply_to_close(task=done, unit=county.lead, text="已办", by=county.actor("liaison"), now=at(2))
    services.review(task=done, decision=Review.Decision.CLOSED, by=county.actor("office"), now=at(3))
    found = sheet(county)
    assert (len(found.late.rows), found.late.in_all, found.late.more) == (meeting.LATE_SHOWN, 11, 3)
    assert found.soon.in_all == 1
    assert [task.pk for task in found.closed.rows] == [done.pk]
    assert sheet(county, since=date(2023, 6, 4)).closed.in_all == 0


def test_a_notice_that_waits_for_its_reply_is_on_the_sheet(county: County) -> None:
    notice = papers.issued(county)
    source = text_of(county.get("office", "meeting_sheet", county.lead.slug))
    assert notice.number_text in source
    assert "前回复" in source


def test_the_sheet_says_what_there_is_not(county: County) -> None:
    quiet = make.unit("县水利局")
    source = text_of(county.get("office", "meeting_sheet", quiet.slug))
    for said in ("没有另行承诺日期", "没有逾期事项", "没有到期事项", "没有办结事项"):
        assert said in source


def test_the_day_of_the_last_sheet_is_asked_for_and_an_unreadable_one_is_said(county: County) -> None:
    source = text_of(county.get("office", "meeting_sheet", county.lead.slug, since="2023-06-01"))
    assert "6月1日以来办结" in source
    wrong = county.get("office", "meeting_sheet", county.lead.slug, since="gestern")
    assert wrong.status_code == 200
    assert "field-error" in text_of(wrong)


def test_the_overview_leads_to_the_sheet(county: County) -> None:
    address = f"/dashboard/unit/{county.lead.slug}/sheet/"
    assert address in text_of(county.get("leader", "dashboard"))
    assert address in text_of(county.get("head", "dashboard_unit", county.lead.slug))


def test_a_kept_sheet_reads_as_it_did_and_says_what_became_of_it(county: County) -> None:
    services.instruct(task=county.task, text="本周内设立", by=county.actor("leader"), now=at(3))
    empty = text_of(county.get("office", "meeting_sheet", county.lead.slug))
    assert "尚未留存" in empty
    answer = county.post_to(
        "office", "meeting_sheet", county.lead.slug, meeting="县政府第12次常务会议", held_on="2023-06-08"
    )
    kept = KeptSheet.objects.get()
    assert answer.headers["Location"] == f"/sheets/{kept.pk}/"
    assert (kept.day, kept.held_on, kept.facts["promises_in_all"]) == (TODAY, date(2023, 6, 8), 1)
    Task.objects.filter(pk=county.task.pk).update(title="改了的标题", due=date(2023, 7, 31))
    source = text_of(county.get("leader", "meeting_kept", kept.pk))
    assert "本周内设立" in source and "县政府第12次常务会议" in source
    # The words of then stay; the date of now stands beside them.
    assert "改了的标题" not in source and "7月31日" in source
    assert "县政府第12次常务会议" in text_of(county.get("head", "meeting_sheet", county.lead.slug))
    assert county.get("stranger", "meeting_kept", kept.pk).status_code == 403
    entry = AuditEntry.objects.get(action="commitments.sheet_kept")
    assert entry.detail["meeting"] == "县政府第12次常务会议"


@pytest.mark.parametrize(
    "sql", ["UPDATE commitments_keptsheet SET meeting = '另一次会议'", "DELETE FROM commitments_keptsheet"]
)
def test_the_database_itself_refuses_to_change_or_remove_a_kept_sheet(county: County, sql: str) -> None:
    county.post_to("office", "meeting_sheet", county.lead.slug, meeting="常务会议", held_on="2023-06-08")
    with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
        connection.cursor().execute(sql)
    assert KeptSheet.objects.get().meeting == "常务会议"


def test_a_sheet_is_kept_before_its_meeting_and_by_those_who_see_it(county: County) -> None:
    data = {"meeting": "常务会议", "held_on": "2023-06-01"}
    assert county.post_to("office", "meeting_sheet", county.lead.slug, **data).status_code == 422
    assert county.post_to("stranger", "meeting_sheet", county.lead.slug, **data).status_code == 403
    assert not KeptSheet.objects.exists()

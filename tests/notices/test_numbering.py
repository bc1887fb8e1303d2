"""Numbers of notices: one sequence a prefix and year, without gap or repeat, whoever signs at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests import factories as make
from tests.notices import making
from tests.notices.making import NOW, Cast
from tracker.audit.actors import Actor, NotPermitted, Role, system
from tracker.audit.errors import Invalid
from tracker.notices import selectors, services
from tracker.notices.models import Notice, Series
from tracker.notices.services import guard

WORKERS, EACH = 8, 4


def handed_in(cast: Cast, count: int, *, now: datetime = NOW) -> list[Notice]:
    of = make.commitment(due=making.LATE)
    tasks = [making.late_task(make.unit(), of=of) for _number in range(count)]
    causes = [making.cause(task, key=f"{task.pk}:1:1:step:letter") for task in tasks]
    found = []
    for notice in services.propose(causes=causes, by=system("sweep"), now=now):
        services.record_finding(notice=notice, holds=True, reason="现场核查未开工", by=cast.first, now=now)
        found.append(services.submit(notice=notice, by=cast.first, now=now))
    return found


@pytest.mark.core
@pytest.mark.django_db(transaction=True)
def test_eight_signers_at_once_leave_no_gap_and_repeat_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = making.cast()
    notices = handed_in(cast, WORKERS * EACH)
    # Every fourth signature fails after it has taken its number, as a full disk would make it.
    doomed = {notice.pk for notice in notices[::4]}
    plain = guard.done

    def done(notice: Notice, *args: Any, **values: Any) -> Any:
        if notice.number and notice.pk in doomed:
            raise OSError("no space left on device")
        return plain(notice, *args, **values)

    monkeypatch.setattr(guard, "done", done)
    start = Barrier(WORKERS)

    def sign(worker: int) -> int:
        failed = 0
        try:
            start.wait(timeout=30)
            for notice in notices[worker::WORKERS]:
                try:
                    services.sign(notice=notice, by=cast.second, now=NOW)
                except OSError:
                    failed += 1
        finally:
            connection.close()
        return failed

    with ThreadPoolExecutor(WORKERS) as pool:
        failed = sum(pool.map(sign, range(WORKERS)))
    assert failed == len(doomed)
    taken = sorted(Notice.objects.exclude(number=None).values_list("number", flat=True))
    assert taken == list(range(1, len(notices) - len(doomed) + 1))
    assert Series.objects.get().last == len(taken)
    (sequence,) = selectors.register(cast.first)
    assert sequence.missing == []


@pytest.mark.core
@pytest.mark.django_db
def test_a_year_begins_at_one_by_the_civil_day_of_the_signature() -> None:
    cast = making.cast()
    # 23:30 on 31 December 2023 and 00:30 on 1 January 2024 in Shanghai.
    old_year, new_year = datetime(2023, 12, 31, 15, 30, tzinfo=UTC), datetime(2023, 12, 31, 16, 30, tzinfo=UTC)
    first, second, third = handed_in(cast, 3)
    numbers = [
        services.sign(notice=notice, by=cast.second, now=now).number_text
        for notice, now in ((first, old_year), (second, new_year), (third, new_year + timedelta(hours=1)))
    ]
    assert numbers == ["稷督〔2023〕1号", "稷督〔2024〕1号", "稷督〔2024〕2号"]


@pytest.mark.core
@pytest.mark.django_db
def test_a_unit_with_a_letterhead_numbers_in_its_own_sequence_and_what_is_signed_keeps_its_head() -> None:
    cast = making.cast()
    first, second, third = handed_in(cast, 3)
    services.sign(notice=first, by=cast.second, now=NOW)
    head = "稷山县国家农村综合性改革试点试验\n推进项目工作领导小组办公室"
    services.set_letterhead(unit=cast.issuer, head=head, prefix="稷综改办", by=cast.first, now=NOW)
    second = services.sign(notice=second, by=cast.second, now=NOW)
    assert (second.number_text, second.head) == ("稷综改办〔2023〕1号", head)
    services.set_letterhead(unit=cast.issuer, head="综改办", prefix="稷综改", by=cast.first, now=NOW)
    assert Notice.objects.get(pk=second.pk).head == head
    assert services.sign(notice=third, by=cast.second, now=NOW).number_text == "稷综改〔2023〕1号"


@pytest.mark.django_db
def test_a_prefix_holds_neither_digits_nor_brackets() -> None:
    cast = making.cast()
    for prefix in ("稷督〔2023〕", "稷督1", "", "=稷督", "稷督\r\n抄送"):
        with pytest.raises(Invalid):
            services.set_letterhead(unit=cast.issuer, head="综改办", prefix=prefix, by=cast.first, now=NOW)


@pytest.mark.django_db
def test_letterheads_are_set_by_the_office_or_the_administrator() -> None:
    cast = making.cast()
    administrator = make.person(Role.ADMINISTRATOR)
    services.set_letterhead(unit=cast.issuer, head="综改办", prefix="稷综改", by=administrator, now=NOW)
    others: tuple[Actor, ...] = (cast.head, cast.liaison, cast.auditor, cast.leader)
    for other in others:
        with pytest.raises(NotPermitted):
            services.set_letterhead(unit=cast.issuer, head="综改办", prefix="稷综改", by=other, now=NOW)


@pytest.mark.core
@pytest.mark.django_db
def test_the_database_itself_refuses_a_number_twice_and_a_number_without_a_signature() -> None:
    cast = making.cast()
    first, second, _third = handed_in(cast, 3)
    signed = services.sign(notice=first, by=cast.second, now=NOW)
    for change in ({"series": signed.series, "number": 1, "signed_at": NOW}, {"series": signed.series, "number": 2}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Notice.objects.filter(pk=second.pk).update(**change)

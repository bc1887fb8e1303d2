"""A whole calendar, byte for byte: whoever changes how entries are written sees here what every subscriber will see."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests import factories as make
from tests.interfaces.ics.reading import check_bytes
from tests.interfaces.ics.subscribing import subscribe
from tracker.audit.actors import Role
from tracker.commitments.models import Task
from tracker.rules.followup import State

pytestmark = [pytest.mark.django_db, pytest.mark.core, pytest.mark.usefixtures("standing_clock")]

GOLDEN = Path(__file__).parent / "golden.ics"


def test_the_calendar_is_byte_for_byte_the_one_that_was_looked_at() -> None:
    census = make.document(number="稷政发〔2023〕7号", short="经济普查")
    town, statistics = make.unit("稷峰镇人民政府"), make.unit("县统计局")
    changed = datetime(2023, 6, 1, 2, 30, tzinfo=UTC)
    rows = (
        {"title": "设立普查领导小组及其办公室", "due": date(2023, 6, 2), "percent": 40, "state": State.IN_PROGRESS},
        {"title": "各村（社区）成立普查小组，选聘普查指导员和普查员，落实办公场所、经费和设备，并将名单报县普查办备案",
         "due": date(2023, 6, 8), "version": 3, "changed_at": changed},
        {"title": "单位清查", "kind": "window", "start": date(2023, 8, 1), "due": date(2023, 12, 31)},
        {"title": "报送普查经费预算", "due": date(2023, 5, 30), "state": State.CLOSED, "closed_at": changed, "version": 5,
         "changed_at": changed},
        {"title": "重复登记的事项", "due": date(2023, 7, 1), "state": State.WITHDRAWN, "closed_at": changed, "version": 2,
         "changed_at": changed},
        {"title": "批准后30个工作日内备案", "due": date(2024, 1, 15), "provisional": True},
    )  # fmt: skip
    for number, values in enumerate(rows, start=1):
        made = dict(values)
        promise = make.commitment(
            census, key=f"census-{number}", title=made.pop("title"), kind=made.pop("kind", "once"), due=made["due"]
        )
        task = make.task(town, statistics, of=promise, **made)  # type: ignore[arg-type]
        # Numbers given by the database would make every run another calendar.
        Task.objects.filter(pk=task.pk).update(key=f"census-{number}/jifeng/")
    feed = subscribe(make.user(make.post(make.unit(), Role.SUPERVISION)), "document", census.slug)
    ids = {
        str(pk).encode(): str(number).encode()
        for number, pk in enumerate(Task.objects.order_by("pk").values_list("pk", flat=True), 1)
    }
    data = feed.body()
    check_bytes(data)
    for pk, number in ids.items():
        data = data.replace(b"/tasks/%s/" % pk, b"/tasks/%s/" % number)
    if os.environ.get("WRITE_GOLDEN"):
        GOLDEN.write_bytes(data)
    assert data == GOLDEN.read_bytes()

"""A name that changes outside a task reaches the calendars that show it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests import factories as make
from tests.intake import seeds
from tests.interfaces.ics.reading import entries, unfolded
from tests.interfaces.ics.subscribing import subscribe
from tracker.audit import actors
from tracker.audit.actors import Role
from tracker.commitments.models import Task
from tracker.commitments.services.naming import show_new_names
from tracker.interfaces.cli import seed

pytestmark = [pytest.mark.django_db, pytest.mark.core, pytest.mark.usefixtures("standing_clock")]

LATER = make.NOW + timedelta(minutes=1)


@pytest.mark.parametrize("which", ["lead", "support", "document", "clause"])
def test_the_sequence_and_the_instant_rise_where_a_name_is_shown_and_nowhere_else(which: str) -> None:
    lead, support = make.unit("县水利局"), make.unit("县住建局")
    shown, other = make.task(lead, support), make.task(make.unit())
    feed = subscribe(make.user(make.post(make.unit(), Role.SUPERVISION)), "county")
    before = {str(entry["uid"]): entry for entry in entries(feed.body())}
    tag = feed.fetch().headers["ETag"]
    commitment = shown.commitment
    match which:
        case "lead":
            lead.name = "县水务局"
            lead.save()
            count = show_new_names(units=[lead.slug], now=LATER)
        case "support":
            support.name = "县住房和城乡建设管理局"
            support.save()
            count = show_new_names(units=[support.slug], now=LATER)
        case "document":
            commitment.document.number = "稷政发〔2023〕99号"
            commitment.document.save()
            count = show_new_names(documents=[commitment.document.slug], now=LATER)
        case _:
            commitment.clause.label = "五（一）"
            commitment.clause.save()
            count = show_new_names(commitments=[commitment.key], now=LATER)
    assert count == 1
    fetched = feed.fetch(if_none_match=tag)
    assert fetched.status_code == 200
    after = {str(entry["uid"]): entry for entry in entries(fetched.content)}
    changed = [uid for uid in before if before[uid].to_ical() != after[uid].to_ical()]
    assert len(changed) == 1
    (uid,) = changed
    assert after[uid]["sequence"] == before[uid]["sequence"] + 1
    assert after[uid]["last-modified"].dt == after[uid]["dtstamp"].dt == LATER.replace(microsecond=0)
    assert after[uid]["description"] != before[uid]["description"]
    other.refresh_from_db()
    assert other.version == 1


def test_a_unit_renamed_in_the_seed_is_renamed_in_the_calendars(tmp_path: Path) -> None:
    root = seeds.write(tmp_path)
    loaded = datetime(2023, 5, 31, 8, 0, tzinfo=UTC)
    by = actors.system("load-seed")
    seed.apply(seed.plan(root), by=by, now=loaded, say=lambda line: None)
    feed = subscribe(make.user(make.post(make.unit(), Role.SUPERVISION)), "county")
    assert "牵头：蔡村乡人民政府" in unfolded(feed.body())
    versions = dict(Task.objects.values_list("key", "version"))
    for path in root.rglob("*.yaml"):
        text = path.read_text("utf-8")
        path.write_text(text.replace("蔡村乡人民政府", "蔡村镇人民政府"), "utf-8")
    seed.apply(seed.plan(root), by=by, now=LATER, say=lambda line: None)
    text = unfolded(feed.body())
    assert "牵头：蔡村镇人民政府" in text and "蔡村乡" not in text
    risen = {key for key, version in Task.objects.values_list("key", "version") if version > versions[key]}
    assert risen == {"census-groups/caicun/", "census-quality/county-statistics/"}

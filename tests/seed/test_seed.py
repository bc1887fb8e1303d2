"""The gazette as data: the shipped seed is true to its text, and a change that is not is caught with its file and line."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from tests.intake.seeds import change
from tracker.audit import actors
from tracker.audit.models import AuditEntry
from tracker.commitments import services
from tracker.commitments.models import Commitment, Deadline, Task
from tracker.commitments.working import notes
from tracker.intake.checking import check_seed
from tracker.intake.faults import Fault
from tracker.intake.reading import read_seed
from tracker.intake.rows import GazetteRow, Seed
from tracker.interfaces.cli import seed
from tracker.org import selectors as org
from tracker.org.models import Unit
from tracker.rules.civil import civil_day
from tracker.rules.followup import State
from tracker.rules.wording import explain
from tracker.rules.workdays import WorkdayCalendar

SHIPPED = Path(settings.TRACKER_SEED_DIR)
GAZETTE = "jishan-2023-02"
# Wednesday 31 May 2023, 16:00 in Shanghai: the day the census notice was issued.
NOW = datetime(2023, 5, 31, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def shipped() -> Seed:
    return read_seed(SHIPPED)


@pytest.fixture(scope="module")
def gazette(shipped: Seed) -> GazetteRow:
    return next(one for one in shipped.gazettes if one.slug == GAZETTE)


def check(root: Path) -> list[Fault]:
    return list(check_seed(read_seed(root), WorkdayCalendar.china()))


def test_the_shipped_seed_has_no_fault() -> None:
    assert [str(fault) for fault in check(SHIPPED)] == []


def test_all_seventeen_documents_are_there_the_empty_ones_with_a_reason(gazette: GazetteRow) -> None:
    assert len(gazette.documents) == 17
    empty = [document for document in gazette.documents if not document.commitments]
    assert [document.slug for document in empty] == ["heritage-list", "division-of-work"]
    assert all(document.why_empty for document in empty)


def test_every_spatial_plan_is_a_row_with_its_filing(gazette: GazetteRow) -> None:
    (plans,) = [document for document in gazette.documents if document.slug == "spatial-plans"]
    dated = [row for row in plans.commitments if row.kind == "once"]
    filings = [row for row in plans.commitments if row.relative and row.relative.within == 30]
    assert (len(dated), len(filings)) == (38, 38)
    assert {row.due for row in dated} == {date(2023, 6, 30), date(2024, 12, 31)}


def test_no_row_names_a_body_by_anything_but_its_own_name(shipped: Seed, gazette: GazetteRow) -> None:
    known = {row.name for row in (*shipped.units, *shipped.groups)}
    named = {
        name for document in gazette.documents for row in document.commitments for name in (*row.lead, *row.support)
    }
    assert named <= known


def test_a_leading_group_is_never_just_the_county_s(shipped: Seed) -> None:
    spellings = {name for unit in shipped.units for name in (unit.name, *unit.aliases)}
    assert not spellings & {"县领导小组", "领导小组", "领导小组办公室", "专班"}


def test_contradictions_point_at_each_other(gazette: GazetteRow) -> None:
    rows = {row.id: row for document in gazette.documents for row in document.commitments}
    conflicts = {row.id: row.conflicts_with for row in rows.values() if row.conflicts_with}
    assert conflicts and all(conflicts[other] == own for own, other in conflicts.items())


Spoil = Callable[[str, str, str], tuple[int, list[Fault]]]


@pytest.fixture
def spoil(tmp_path: Path) -> Spoil:
    """Give a function that changes one place of a copy of the shipped seed and returns its line with the faults found."""
    root = tmp_path / "seed"
    shutil.copytree(SHIPPED, root)

    def once(name: str, old: str, new: str) -> tuple[int, list[Fault]]:
        line = change(root, name, old, new)
        return line, check(root)

    return once


CENSUS = f"{GAZETTE}/census.yaml"


def test_a_changed_quote_is_caught(spoil: Spoil) -> None:
    line, faults = spoil(CENSUS, "quote: 村(居)委会于6月8日前", "quote: 村（居）委会于6月8日前")
    assert [(fault.place.file, fault.place.line) for fault in faults] == [(CENSUS, line)]
    assert "does not stand on line 1326 of the text" in faults[0].what
    assert "copy it character by character" in faults[0].remedy


def test_a_wrong_date_is_caught(spoil: Spoil) -> None:
    line, (fault,) = spoil(CENSUS, "due: 2023-06-08", "due: 2023-06-09")
    assert (fault.place.file, fault.place.line) == (CENSUS, line)
    assert "says 2023-06-09; the rules read 2023-06-08 from “6月8日前” in a document of 2023-05-31" in fault.what


def test_an_unknown_unit_is_caught(spoil: Spoil) -> None:
    line, (fault,) = spoil(CENSUS, "lead: [全县各村（居）民委员会]", "lead: [全县各村委会]")
    assert (fault.place.file, fault.place.line) == (CENSUS, line)
    assert fault.what == "“全县各村委会” in “lead” of census-village-groups is no unit and no group."
    assert "Add the body to units.yaml" in fault.remedy


def test_a_spelling_that_is_not_the_name_is_told_the_name(spoil: Spoil) -> None:
    _, (fault,) = spoil(CENSUS, "lead: [全县各村（居）民委员会]", "lead: [村(居)委会]")
    assert fault.remedy == "Write 全县各村（居）民委员会."


def test_malformed_yaml_is_caught_and_the_other_files_are_still_checked(spoil: Spoil) -> None:
    line, faults = spoil(CENSUS, "kind: once\n    due: 2023-06-08", "kind: [once\n    due: 2023-06-08")
    (broken,) = [fault for fault in faults if fault.place.file == CENSUS]
    assert "not well-formed YAML" in broken.what and abs(broken.place.line - line) <= 1
    # Without its document's rows, the document's time expressions and its count are unaccounted for.
    assert any(fault.place.file == f"{GAZETTE}/counts.yaml" for fault in faults)


def test_a_row_that_goes_leaves_its_time_expression_unaccounted_for(spoil: Spoil) -> None:
    _, faults = spoil(
        f"{GAZETTE}/not_commitments.yaml", "{line: 1423, phrase: 〔2018〕28号", "{line: 1425, phrase: 〔2020〕70号"
    )
    assert any("Line 1423 of the text says “〔2018〕”" in fault.what for fault in faults)


def test_a_step_without_its_clause_is_caught(spoil: Spoil) -> None:
    _, faults = spoil("policies/sponge-city.yaml", "version: 1\n", "version: 1\n  clause: none\n")
    assert [fault.what for fault in faults] == ["“clause” is no field of the policy."]


def test_a_changed_text_is_caught(spoil: Spoil) -> None:
    _, faults = spoil(f"{GAZETTE}/gazette.yaml", "sha256: 8", "sha256: 9")
    assert ["source.txt is not the text this seed was read from" in fault.what for fault in faults] == [True]


@pytest.fixture
def loaded(db: None) -> None:
    seed.apply(seed.plan(SHIPPED), by=actors.system("load-seed"), now=NOW, say=lambda line: None)


@pytest.mark.core
@pytest.mark.usefixtures("loaded")
def test_a_second_load_changes_nothing() -> None:
    entries = AuditEntry.objects.count()
    plan = seed.plan(SHIPPED)
    assert [one for differences in plan.differences for one in differences.changes] == []
    seed.apply(plan, by=actors.system("load-seed"), now=NOW + timedelta(days=1), say=lambda line: None)
    assert AuditEntry.objects.count() == entries


@pytest.mark.core
@pytest.mark.usefixtures("loaded")
def test_every_commitment_has_its_tasks_and_each_date_its_working() -> None:
    issued = Commitment.objects.filter(document__issued_on__lte=civil_day(NOW))
    assert issued.count() > 380 and not issued.filter(tasks=None).exists()
    assert not Task.objects.filter(assignments=None).exists()
    for working, due in Deadline.objects.values_list("working", "due"):
        assert working, due
        assert all(explain(note, "en") and explain(note) for note in notes(working))


@pytest.mark.core
@pytest.mark.usefixtures("loaded")
def test_the_hand_over_already_past_when_the_notice_was_issued_waits_to_be_confirmed() -> None:
    task = Task.objects.get(state=State.TO_CONFIRM)
    assert (task.commitment.key, task.due, task.backfill) == ("land-title-parcels-update", date(2023, 4, 30), True)


@pytest.mark.core
@pytest.mark.usefixtures("loaded")
def test_an_approval_recorded_once_dates_the_filing_of_that_plan_alone() -> None:
    row = Commitment.objects.filter(document__slug="spatial-plans", kind="relative").order_by("line", "key").first()
    assert row is not None
    by = actors.Actor(name="督查员", roles=frozenset({actors.Role.SUPERVISION}))
    now = datetime(2023, 7, 5, 8, 0, tzinfo=UTC)
    (task,) = services.record_event(commitment=row, happened_on=date(2023, 7, 3), by=by, now=now)
    assert task.due == date(2023, 8, 14)
    assert Task.objects.filter(state=State.WAITING).exclude(commitment=row).count() > 37


@pytest.mark.core
@pytest.mark.usefixtures("loaded")
def test_who_answered_for_a_post_on_a_day_is_known() -> None:
    commerce, industry = (
        Unit.objects.get(name=name).posts.get(tenures__holder="卜麒宝") for name in ("县商务局", "县工业信息化和科技局")
    )
    before, after = date(2023, 5, 7), date(2023, 5, 8)
    assert [tenure.holder for tenure in org.holders(industry, on=before)] == ["卜麒宝"]
    assert "卜麒宝" not in [tenure.holder for tenure in org.holders(industry, on=after)]
    assert "卜麒宝" in [tenure.holder for tenure in org.holders(commerce, on=after)]


@pytest.mark.core
@pytest.mark.usefixtures("loaded")
def test_the_division_of_work_says_who_stands_above_a_unit() -> None:
    post = org.supervising_post(Unit.objects.get(name="县统计局"), on=date(2023, 6, 5))
    assert post is not None
    assert [tenure.holder for tenure in org.holders(post, on=date(2023, 6, 5))] == ["孙贵明"]


@pytest.mark.core
@pytest.mark.usefixtures("loaded")
def test_a_duty_laid_on_all_townships_is_one_task_each() -> None:
    leads = Task.objects.filter(commitment__key="census-leading-groups").values_list("lead__name", flat=True)
    assert len(leads) == 9
    assert {"蔡村乡人民政府", "县直各相关单位", "稷山经开区管委会"} <= set(leads)

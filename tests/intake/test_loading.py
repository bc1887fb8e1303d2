"""Loading a seed: what is shown is what is done, a second time nothing, and nothing that left is ever deleted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests import factories
from tests.intake import seeds
from tracker.audit import actors
from tracker.audit.actors import NotPermitted, Role
from tracker.audit.models import AuditEntry
from tracker.audit.registers import Verb
from tracker.audit.selectors import verify_chain
from tracker.commitments.models import Commitment, Task
from tracker.documents.models import Clause, Document, NotCommitment
from tracker.escalation.addressing import AddressBook
from tracker.escalation.ladders import current_policies
from tracker.escalation.models import EscalationPolicy
from tracker.intake.faults import BadSeed
from tracker.intake.models import SeedLoad
from tracker.intake.services import Loaded
from tracker.interfaces.cli import seed
from tracker.org import selectors as org
from tracker.org.models import Post, Tenure, Unit, UnitGroup, UnitKind
from tracker.rules.followup import Addressee, State

pytestmark = [pytest.mark.django_db, pytest.mark.core]

# Wednesday 31 May 2023, 16:00 in Shanghai: the day the small seed's document was issued.
NOW = datetime(2023, 5, 31, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
BY = actors.system("load-seed")

Load = Callable[..., Loaded]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return seeds.write(tmp_path)


@pytest.fixture
def load(root: Path) -> Load:
    def once(now: datetime = NOW) -> Loaded:
        return seed.apply(seed.plan(root), by=BY, now=now, say=lambda line: None)

    return once


def changes(root: Path) -> dict[tuple[str, str], Verb]:
    return {
        (change.noun, change.key): change.verb
        for differences in seed.plan(root).differences
        for change in differences.changes
    }


def test_a_first_load_brings_everything_and_opens_the_tasks(load: Load) -> None:
    loaded = load()
    assert Commitment.objects.count() == 5
    assert sorted(Task.objects.values_list("key", "state", "due")) == [
        ("census-checks/county-organs/", State.ASSIGNED, None),
        ("census-filing/county-statistics/", State.WAITING, None),
        ("census-groups/caicun/", State.ASSIGNED, date(2023, 6, 2)),
        ("census-groups/jifeng/", State.ASSIGNED, date(2023, 6, 2)),
        ("census-quality/county-statistics/", State.ASSIGNED, date(2025, 12, 31)),
        ("census-report/county-statistics/2023Q3", State.ASSIGNED, date(2023, 9, 30)),
    ]
    assert loaded.tasks_opened == 6
    assert verify_chain().whole


def test_a_second_load_changes_nothing_and_writes_nothing(root: Path, load: Load) -> None:
    load()
    entries, loads = AuditEntry.objects.count(), SeedLoad.objects.count()
    assert not seed.plan(root).changes_anything
    load(LATER)
    assert (AuditEntry.objects.count(), SeedLoad.objects.count()) == (entries, loads)


def test_a_plan_writes_nothing(root: Path) -> None:
    assert seed.plan(root).changes_anything
    assert not Unit.objects.exists() and not AuditEntry.objects.exists()


def test_an_edited_row_shows_its_old_and_new_value_before_it_is_applied(root: Path, load: Load) -> None:
    load()
    seeds.change(root, "g/census.yaml", "    title: 方案备案", "    title: 普查方案备案")
    (differences,) = [one for one in seed.plan(root).differences if one.changes]
    (change,) = differences.changes
    assert (differences.noun, change.verb, differences.unchanged) == ("commitment", Verb.CHANGED, 4)
    assert [(one.name, one.old, one.new) for one in change.fields] == [("title", "方案备案", "普查方案备案")]
    load(LATER)
    assert Task.objects.get(commitment__key="census-filing").title == "普查方案备案"
    entry = AuditEntry.objects.get(action="commitments.commitment_changed")
    assert entry.detail["title"] == {"old": "方案备案", "new": "普查方案备案"}


def test_a_removed_row_is_withdrawn_with_its_tasks_and_comes_back_when_it_does(root: Path, load: Load) -> None:
    load()
    (root / "g" / "census.more.yaml").unlink()
    seeds.change(root, "g/counts.yaml", ", undated: 1", "")
    line = "  - {line: 10, phrase: 按期,"
    seeds.change(root, "g/not_commitments.yaml", line, f"  - {{line: 9, phrase: 定期, reason: x}}\n{line}")
    assert changes(root)["commitment", "census-checks"] is Verb.WITHDRAWN
    load(LATER)
    row = Commitment.objects.get(key="census-checks")
    assert row.withdrawn_at == LATER and row.withdrawn_reason
    assert row.tasks.get().state == State.WITHDRAWN
    seeds.write(root)
    load(LATER + timedelta(days=1))
    row.refresh_from_db()
    assert row.withdrawn_at is None
    assert row.tasks.get().state == State.ASSIGNED
    assert not seed.plan(root).changes_anything


def test_a_removed_unit_judgement_and_tenure_are_withdrawn_and_not_deleted(root: Path, load: Load) -> None:
    load()
    unit = "  - {name: 县普查领导小组,"
    (root / "posts.yaml").write_text(
        "".join(line for line in seeds.POSTS.splitlines(keepends=True) if "普查领导小组" not in line), encoding="utf-8"
    )
    (root / "units.yaml").write_text(
        "".join(line for line in seeds.UNITS.splitlines(keepends=True) if not line.startswith(unit)), encoding="utf-8"
    )
    (root / "policies" / "census.yaml").unlink()
    path = root / "g" / "census.yaml"
    path.write_text(seeds.DOCUMENT.replace("policy: census", "policy: null"), encoding="utf-8")
    seeds.change(root, "g/not_commitments.yaml", "phrase: 按期", "phrase: 未按期")
    load(LATER)
    assert not Unit.objects.get(slug="census-group").active
    assert Tenure.objects.filter(withdrawn_at=LATER).count() == 1
    assert Post.objects.filter(withdrawn_at=LATER).count() == 2
    assert NotCommitment.objects.get(phrase="按期").withdrawn_at == LATER
    assert current_policies(["census"]) == {}
    assert not seed.plan(root).changes_anything


def test_nothing_is_addressed_to_a_post_that_left_the_seed(root: Path, load: Load) -> None:
    load()
    unit, day = Unit.objects.get(slug="county-statistics"), date(2023, 6, 5)
    assert AddressBook([unit], on=day).address(unit, Addressee.UNIT_HEAD).post == Post.objects.get(title="局长")
    head = "  - {unit: 县统计局, title: 局长, role: unit_head, holder: 闫琴, line: 6, from: 2023-05-08}\n"
    seeds.change(root, "posts.yaml", head, "")
    load(LATER)
    assert AddressBook([unit], on=day).address(unit, Addressee.UNIT_HEAD).post is None
    assert org.post_of(unit, Role.UNIT_HEAD) is None


def test_what_the_office_added_by_hand_is_left_alone(root: Path, load: Load) -> None:
    load()
    unit = Unit.objects.create(slug="by-hand", name="县某某办", kind=UnitKind.COUNTY_DEPARTMENT)
    post = Post.objects.create(unit=unit, key="by-hand:联络员", title="联络员", role=Role.LIAISON)
    Tenure.objects.create(post=post, holder="某人")
    EscalationPolicy.objects.create(key="by-hand", document=Document.objects.get(), title="手工")
    assert not seed.plan(root).changes_anything


def test_a_role_the_office_gave_a_printed_post_stays(root: Path, load: Load) -> None:
    load()
    assert set(Post.objects.values_list("title", "role")) == {
        ("副县长", Role.LEADER),
        ("局长", Role.UNIT_HEAD),
        ("副局长", ""),
        ("成员", ""),
    }
    Post.objects.filter(title="局长").update(role=Role.SUPERVISION)
    assert not seed.plan(root).changes_anything


def test_a_moved_official_answers_for_one_post_up_to_the_day_before(load: Load) -> None:
    load()
    post = Post.objects.get(title="副局长")
    assert [tenure.holder for tenure in org.holders(post, on=date(2023, 5, 7))] == ["卜麒宝"]
    assert not org.holders(post, on=date(2023, 5, 8)).exists()


def test_a_leader_supervises_by_the_post_of_deputy_head(load: Load) -> None:
    load()
    post = org.supervising_post(Unit.objects.get(slug="county-statistics"), on=date(2023, 6, 1))
    assert post is not None and str(post) == "稷山县人民政府副县长（统计）"


def test_an_open_group_is_stood_for_by_a_unit_and_a_closed_one_is_expanded(load: Load) -> None:
    load()
    assert Unit.objects.get(name="县直各相关单位").kind == UnitKind.COLLECTIVE
    assert UnitGroup.objects.get(name="各乡（镇）人民政府").members.count() == 2
    lines = Commitment.objects.get(key="census-groups").units.filter(role="lead").values_list("unit__name", "printed")
    assert list(lines) == [("稷峰镇人民政府", "各乡（镇）人民政府"), ("蔡村乡人民政府", "各乡（镇）人民政府")]


def test_a_changed_alias_and_member_show_as_changes(root: Path, load: Load) -> None:
    load()
    seeds.change(root, "units.yaml", "aliases: [统计局]", "aliases: [统计局, 稷山县统计局]")
    seeds.change(root, "units.yaml", "members: [稷峰镇人民政府, 蔡村乡人民政府]", "members: [稷峰镇人民政府]")
    assert {noun for noun, _ in changes(root)} == {"unit", "group", "commitment"}
    load(LATER)
    found = org.resolve_unit("稷山县统计局")
    assert found is not None and found.slug == "county-statistics"
    assert Task.objects.get(key="census-groups/caicun/").state == State.WITHDRAWN
    assert Task.objects.get(key="census-groups/jifeng/").state == State.ASSIGNED


def test_a_changed_policy_is_a_new_version_for_tasks_opened_from_now(root: Path, load: Load) -> None:
    load()
    seeds.change(root, "policies/census.yaml", "    offset: 3", "    offset: 5")
    assert changes(root) == {("policy", "census"): Verb.CHANGED}
    load(LATER)
    assert current_policies(["census"])["census"].version == 2
    assert EscalationPolicy.objects.get(key="census", version=1).steps.get().offset == 3
    assert not seed.plan(root).changes_anything


def test_a_policy_keeps_what_a_named_authority_may_decide(root: Path, load: Load) -> None:
    path = root / "policies" / "census.yaml"
    path.write_text(
        seeds.POLICY
        + """findings:
  - key: census-decide
    title: 认定
    against: 各单位
    decided_by: 县普查领导小组
    with: []
    grounds: 未完成
    needs_finding: 无正当理由
    needs_signature: true
    signed_by: 县统计局
    basis: {clause: 六, line: 10, quote: 未按期完成}
    note: ''
""",
        encoding="utf-8",
    )
    load()
    (finding,) = EscalationPolicy.objects.get(key="census").findings
    assert (finding["decided_by"], finding["basis"]["line"]) == ("县普查领导小组", 10)
    assert not seed.plan(root).changes_anything


def test_clauses_hold_the_words_of_their_line(load: Load) -> None:
    load()
    assert Clause.objects.get(label="三").text == "三、方案批准之日起30个工作日内，由县统计局报县档案馆备案。"


def test_a_gazette_that_is_not_in_this_directory_keeps_its_commitments(root: Path, load: Load, tmp_path: Path) -> None:
    load()
    other = root / "g2"
    (root / "g").rename(other)
    for name, old, new in (
        ("gazette.yaml", "slug: g\n", "slug: g2\n"),
        ("census.yaml", "  slug: census\n", "  slug: census-two\n"),
        ("counts.yaml", "document: census", "document: census-two"),
        ("census.more.yaml", "continues: census", "continues: census-two"),
    ):
        seeds.change(other, name, old, new)
    (other / "census.yaml").rename(other / "census-two.yaml")
    for path in (other / "census-two.yaml", other / "census.more.yaml"):
        content = path.read_text("utf-8").replace("id: census-", "id: two-").replace("policy: census", "policy: null")
        path.write_text(content, encoding="utf-8")
    (root / "policies" / "census.yaml").unlink()
    load(LATER)
    assert Commitment.objects.filter(withdrawn_at=None).count() == 10
    (other / "census.more.yaml").unlink()
    seeds.change(other, "counts.yaml", ", undated: 1", "")
    seeds.change(
        other,
        "not_commitments.yaml",
        "not_commitments:\n",
        "not_commitments:\n  - {line: 9, phrase: 定期, reason: x}\n",
    )
    load(LATER + timedelta(days=1))
    assert list(Commitment.objects.exclude(withdrawn_at=None).values_list("key", flat=True)) == ["two-checks"]


def test_nobody_but_the_office_and_the_loader_loads(root: Path) -> None:
    plan = seed.plan(root)
    with pytest.raises(NotPermitted):
        seed.apply(plan, by=factories.person(Role.LIAISON), now=NOW, say=lambda line: None)
    assert not Commitment.objects.exists()


def test_a_seed_with_a_fault_is_not_loaded(root: Path) -> None:
    seeds.change(root, "g/census.yaml", "    due: 2023-06-02", "    due: 2023-06-03")
    with pytest.raises(BadSeed) as caught:
        seed.plan(root)
    assert len(caught.value.faults) == 1


def test_a_slug_stays_for_ever(root: Path, load: Load) -> None:
    load()
    line = seeds.change(root, "units.yaml", "slug: caicun", "slug: caicun-township")
    with pytest.raises(BadSeed) as caught:
        seed.plan(root)
    (fault,) = caught.value.faults
    assert fault.place.line == line and "write “caicun”" in fault.remedy


def test_the_command_plans_prints_and_applies_and_says_when_nothing_is_left(root: Path) -> None:
    def run(*arguments: str) -> str:
        out = StringIO()
        call_command("load_seed", str(root), *arguments, stdout=out, stderr=StringIO())
        return out.getvalue()

    planned = run("--all")
    assert "commitment: 5 added, 0 changed, 0 withdrawn, 0 unchanged" in planned
    assert "  + census-groups 设立普查领导小组" in planned
    assert "Run this again with --apply" in planned and not Commitment.objects.exists()
    assert "Loaded. Tasks opened:" in run("--apply")
    assert "Nothing to change: the database says what the seed says." in run("--apply")
    seeds.change(root, "g/census.yaml", "    title: 方案备案", "    title: 备案")
    assert "  ~ census-filing 备案\n      title: 方案备案 → 备案" in run()


def test_the_commands_end_with_sentences_on_a_bad_seed(root: Path) -> None:
    line = seeds.change(root, "g/census.yaml", "    kind: once", "    kind: onec")
    for command in ("check_seed", "load_seed"):
        errors = StringIO()
        with pytest.raises(CommandError) as caught:
            call_command(command, str(root), stdout=StringIO(), stderr=errors)
        assert caught.value.returncode == 1
        assert f"g/census.yaml, line {line}: “kind” is “onec”." in errors.getvalue()


def test_check_seed_prints_the_counts_of_each_document(root: Path) -> None:
    out = StringIO()
    call_command("check_seed", str(root), stdout=out)
    assert "census" in out.getvalue() and "once 1, recurring 1, relative 1, target 1, undated 1" in out.getvalue()


def test_a_corrected_issue_date_alone_dates_anew_what_hangs_on_it(root: Path, load: Load) -> None:
    load()
    # Issued on 7 July the first whole quarter is the fourth; what has a date of its own stays.
    seeds.change(root, "g/census.yaml", "issued_on: 2023-05-31", "issued_on: 2023-07-07")
    now = datetime(2023, 7, 10, 1, 0, tzinfo=UTC)
    load(now)
    third = Task.objects.get(key="census-report/county-statistics/2023Q3")
    fourth = Task.objects.get(key="census-report/county-statistics/2023Q4")
    assert (third.state, fourth.state, fourth.due) == (State.WITHDRAWN, State.ASSIGNED, date(2023, 12, 31))
    entry = AuditEntry.objects.get(action="commitments.withdrawn", object_id=str(third.pk))
    assert "2023-05-31" in entry.detail["reason"] and "2023-07-07" in entry.detail["reason"]
    groups = Task.objects.filter(key__startswith="census-groups/")
    assert set(groups.values_list("due", "due_version")) == {(date(2023, 6, 2), 1)}
    # Put right again, the withdrawn one stands again.
    seeds.change(root, "g/census.yaml", "issued_on: 2023-07-07", "issued_on: 2023-05-31")
    load(now + timedelta(days=1))
    third.refresh_from_db()
    assert third.state == State.ASSIGNED
    assert seed.plan(root).changes_anything is False
    assert verify_chain().whole

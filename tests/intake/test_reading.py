"""Everything that cannot be read is a sentence with its file and line, and stops nothing else."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.intake import seeds
from tracker.intake.faults import Fault
from tracker.intake.reading import read_seed
from tracker.rules.followup import Action


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return seeds.write(tmp_path)


def faults(root: Path) -> list[Fault]:
    return list(read_seed(root).faults)


def test_a_whole_seed_is_read_without_a_fault(root: Path) -> None:
    seed = read_seed(root)
    assert seed.faults == ()
    assert [len(rows) for rows in (seed.units, seed.groups, seed.posts, seed.portfolios, seed.policies)] == [
        5,
        2,
        5,
        1,
        1,
    ]


def test_a_file_that_continues_a_document_adds_its_rows_to_it(root: Path) -> None:
    (document,) = read_seed(root).gazettes[0].documents
    assert [row.id for row in document.commitments][-1] == "census-checks"
    assert document.counts() == {"once": 1, "recurring": 1, "relative": 1, "target": 1, "undated": 1}


def test_a_folded_line_of_chinese_leaves_no_space_behind(root: Path) -> None:
    folded = "note: >-\n    通知没有给间隔，\n    “重大”由人认定。按 2023\n    年的安排\n"
    seeds.change(root, "policies/census.yaml", "note: ''\n", folded)
    (policy,) = read_seed(root).policies
    assert policy.note == "通知没有给间隔，“重大”由人认定。按 2023 年的安排"


def test_the_first_day_out_of_a_post_becomes_the_last_day_in_it(root: Path) -> None:
    posts = {(post.holder, post.title): post for post in read_seed(root).posts}
    assert posts["卜麒宝", "副局长"].to_day == date(2023, 5, 7)
    assert posts["闫琴", "局长"].from_day == date(2023, 5, 8)


def test_a_member_of_a_leading_group_sits_there_by_the_post_that_is_printed(root: Path) -> None:
    seats = [post.seat for post in read_seed(root).posts if post.title == "成员"]
    assert seats == ["县统计局局长", "县财政局局长"]


def test_a_policy_becomes_a_follow_up_with_its_clause(root: Path) -> None:
    (policy,) = read_seed(root).policies
    (step,) = policy.follow_up.steps
    assert (policy.ahead, step.action, step.offset) == (None, Action.NOTIFY, 3)
    assert step.basis is not None and step.basis.quote == "由领导小组研究解决"


@pytest.mark.parametrize(
    ("name", "old", "new", "what"),
    [
        (
            "g/census.yaml",
            "  issued_on: 2023-05-31",
            "  issued_on: 31 May",
            "“issued_on” is “31 May”, which is no date.",
        ),
        ("g/census.yaml", "    kind: once", "    kind: onec", "“kind” is “onec”."),
        ("g/census.yaml", "    clause: 一\n", "    clause:\n", "The commitment has no “clause”."),
        ("g/census.yaml", "    title: 方案备案", "    titel: 方案备案", "“titel” is no field of the commitment."),
        ("g/census.yaml", "    line: 6", "    line: six", "“line” is “six”."),
        ("g/census.yaml", "    asks_report: true", "    asks_report: maybe", "“asks_report” is “maybe”."),
        ("g/census.yaml", "    support: [县统计局]", "    support: 县统计局", "“support” must be a list."),
        ("g/census.yaml", "value: 98.5", "value: 98.5%", "“value” is “98.5%”, which is no number."),
        ("g/census.yaml", "  slug: census", "  slug: sensus", "The file is called “census” and the document “sensus”."),
        ("g/census.more.yaml", "continues: census", "continues: cencus", "It continues “cencus”, which is no document"),
        ("g/census.more.yaml", "  - id: census-checks", "  - id: a\n    id: b", "The field “id” stands twice"),
        ("units.yaml", "    kind: county_department", "    kind: bureau", "“kind” is “bureau”."),
        ("posts.yaml", "from: 2023-05-08", "from: 2023-05-08, to: 2023-05-08", "“to” is not after “from”."),
        ("policies/census.yaml", "    action: notify", "    action: shout", "“action” is “shout”."),
        (
            "policies/census.yaml",
            "  key: census\n",
            "  key: other\n",
            "The file is called “census” and the policy “other”.",
        ),
    ],
)
def test_a_wrong_value_is_told_with_its_file_and_line(root: Path, name: str, old: str, new: str, what: str) -> None:
    line = seeds.change(root, name, old, new)
    found = [fault for fault in faults(root) if what in fault.what]
    assert found, [str(fault) for fault in faults(root)]
    # A value that is gone is told at the row it is missing from, a doubled key at the second one.
    assert found[0].place.file == name
    assert abs(found[0].place.line - line) <= 2 or "continues" in old
    assert found[0].remedy


def test_a_file_that_is_not_yaml_is_told_with_its_line_and_the_others_are_still_read(root: Path) -> None:
    line = seeds.change(root, "g/census.yaml", "    phrase: 每季度", "    phrase: [每季度")
    seeds.change(root, "units.yaml", "kind: other", "kind: x")
    found = {fault.place.file: fault for fault in faults(root)}
    broken = found["g/census.yaml"]
    assert "not well-formed YAML" in broken.what and "quote, bracket" in broken.remedy
    assert line <= broken.place.line <= line + 1
    assert "“kind” is “x”." in found["units.yaml"].what


def test_a_missing_file_is_told_by_its_name(root: Path) -> None:
    (root / "g" / "counts.yaml").unlink()
    (fault,) = faults(root)
    assert (fault.place.file, fault.what) == ("g/counts.yaml", "The file is missing.")


def test_a_file_in_another_encoding_is_told_with_the_line_where_it_shows(root: Path) -> None:
    (root / "posts.yaml").write_bytes(seeds.POSTS.encode("gb18030"))
    (fault,) = faults(root)
    assert (fault.place.file, fault.place.line, fault.what) == ("posts.yaml", 2, "The file is not UTF-8.")


def test_a_document_without_commitments_says_why(root: Path) -> None:
    (root / "g" / "census.more.yaml").unlink()
    path = root / "g" / "census.yaml"
    path.write_text(seeds.DOCUMENT.split("commitments:")[0] + "commitments: []\n", encoding="utf-8")
    (fault,) = faults(root)
    assert fault.what == "The document holds no commitment." and "why_empty" in fault.remedy


def test_a_directory_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path / "nowhere")
    assert "There is no such directory." in str(fault)


def test_a_directory_without_a_gazette_is_a_sentence(root: Path) -> None:
    (root / "g" / "gazette.yaml").unlink()
    assert "The seed holds no gazette." in [fault.what for fault in faults(root)]


def test_yaml_that_would_make_objects_makes_none(root: Path) -> None:
    seeds.change(root, "g/census.yaml", "    title: 方案备案", "    title: !!python/object/apply:os.getcwd []")
    assert any("must be a text" in fault.what for fault in faults(root))


def test_the_digest_changes_with_any_file(root: Path) -> None:
    before = read_seed(root).digest
    seeds.change(root, "g/census.yaml", "    title: 方案备案", "    title: 方案 备案")
    assert read_seed(root).digest != before

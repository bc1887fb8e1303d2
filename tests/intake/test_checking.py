"""A seed that is not true to its text, or to itself, is told so: file, line, what is wrong, what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.intake import seeds
from tracker.intake.checking import check_seed
from tracker.intake.expressions import expressions, uncovered
from tracker.intake.faults import Fault
from tracker.intake.names import Names
from tracker.intake.reading import read_seed
from tracker.rules.workdays import WorkdayCalendar


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return seeds.write(tmp_path)


def check(root: Path) -> list[Fault]:
    return list(check_seed(read_seed(root), WorkdayCalendar.china()))


def test_a_true_seed_has_no_fault(root: Path) -> None:
    assert check(root) == []


DOC = "g/census.yaml"
TWICE = "days: [{day: 2023-06-21, works: false, why: a}, {day: 2023-06-21, works: true, why: b}]"
TOWNS = "members: [稷峰镇人民政府, 蔡村乡人民政府]"


@pytest.mark.parametrize(
    ("name", "old", "new", "what"),
    [
        (
            DOC,
            "    quote: 县统计局每季度向",
            "    quote: 县统计局每月向",
            "The quote of census-report does not stand on line 6",
        ),
        (DOC, "    line: 7\n", "    line: 8\n", "The quote of census-filing does not stand on line 8"),
        (DOC, "    phrase: 每季度", "    phrase: 每半年", "The phrase of census-report does not stand on line 6"),
        (
            DOC,
            "    due: 2023-06-02",
            "    due: 2023-06-03",
            "“due” of census-groups says 2023-06-03; the rules read 2023-06-02",
        ),
        (DOC, "INTERVAL=3", "INTERVAL=2", "“recurrence” of census-report says FREQ=MONTHLY;INTERVAL=2"),
        (DOC, "FREQ=MONTHLY;INTERVAL=3", "QUARTERLY", "“QUARTERLY” is no RRULE."),
        (DOC, "within: 30", "within: 20", "“relative” of census-filing says (20, 'workday', 'after')"),
        (DOC, "    kind: target", "    kind: window", "“start” of census-quality does not go with kind window."),
        (DOC, "    support: [县统计局]", "    support: [县统局]", "“县统局” in “support” of census-groups is no unit"),
        (DOC, "    lead: [各乡（镇）人民政府]", "    lead: []", "Nobody leads census-groups."),
        (DOC, "    support: [县统计局]", "    support: [统计局]", "“统计局” in “support” of census-groups is no unit"),
        (
            DOC,
            "    support: [县统计局]",
            "    support: [各乡（镇）人民政府]",
            "各乡（镇）人民政府 both leads and supports",
        ),
        (
            DOC,
            "    responsibility: implied",
            "    responsibility: stated",
            "“responsibility” of census-quality is stated.",
        ),
        (DOC, "    asks_report: true", "    why_not: 无", "The rules do reproduce census-report from “每季度”."),
        (DOC, "  - id: census-filing", "  - id: census-report", "The id “census-report” stands twice"),
        (DOC, "  - id: census-filing", "  - id: Census_filing", "The id “Census_filing” is not usable."),
        (DOC, "  lines: [2, 11]", "  lines: [2, 6]", "Line 7 of census-filing lies outside 经济普查"),
        (DOC, "value: 98.5", "value: 98.51234", "The value of census-quality is finer than 4 decimals."),
        ("g/census.more.yaml", "    policy: null", "    policy: cencus", "“cencus” is no policy."),
        (
            "g/census.more.yaml",
            "    note: ''",
            "    note: ''\n    conflicts_with: nobody",
            "“nobody” is no commitment.",
        ),
        ("g/gazette.yaml", "sha256: ", "sha256: 0", "source.txt is not the text this seed was read from"),
        ("g/counts.yaml", "once: 1", "once: 2", "census holds 1 rows of kind once; the count kept by hand says 2."),
        ("g/not_commitments.yaml", "phrase: 按期", "phrase: 如期", "“如期” does not stand on line 10"),
        (
            "g/not_commitments.yaml",
            "  - {line: 10, phrase: 按期, reason: 'other: condition of the step'}\n",
            "",
            "Line 10 of the text says “按期”",
        ),
        (
            "units.yaml",
            "aliases: [统计局]",
            "aliases: [稷峰镇人民政府]",
            "“稷峰镇人民政府” of 稷峰镇人民政府 already means 县统计局",
        ),
        ("units.yaml", "slug: caicun", "slug: jifeng", "蔡村乡人民政府 has the slug of 稷峰镇人民政府"),
        ("units.yaml", TOWNS, "members: [稷峰镇]", "“稷峰镇” of 各乡（镇）人民政府 is no unit."),
        ("units.yaml", "slug: county-organs, ", "", "县直各相关单位 is open and has no “slug”."),
        ("posts.yaml", "leader: 孙贵明", "leader: 孙桂明", "“孙桂明” holds no post of a county leader."),
        (
            "posts.yaml",
            "{unit: 县统计局, title: 局长",
            "{unit: 统计局, title: 局长",
            "The unit “统计局” of the post 局长 is unknown.",
        ),
        (
            "policies/census.yaml",
            "quote: 由领导小组研究解决",
            "quote: 通报批评",
            "The clause of the step “census-group” does not stand on line 10",
        ),
        (
            "policies/census.yaml",
            "    action: notify",
            "    action: draft_notice",
            "Step “census-group” carries legal weight",
        ),
        (
            "policies/census.yaml",
            "    basis: {clause: 六, line: 10, quote: 由领导小组研究解决}\n",
            "",
            "Step “census-group” rests on no clause",
        ),
        ("policies/census.yaml", "    body: 县普查领导小组", "    body: 普查领导小组", "“普查领导小组” is no unit."),
        ("policies/census.yaml", "  document: census", "  document: other", "“other” is no document."),
        ("workdays.yaml", "days: []", TWICE, "2023-06-21 stands twice"),
    ],
)
def test_what_is_not_true_is_told(root: Path, name: str, old: str, new: str, what: str) -> None:
    line = seeds.change(root, name, old, new)
    found = [fault for fault in check(root) if what in fault.what]
    assert found, [str(fault) for fault in check(root)]
    assert found[0].remedy or name.startswith("policies")
    if found[0].place.file == name and found[0].place.line and "lines:" not in old:
        # The place is the field's own line, or that of its row where the field is gone or the whole row is meant.
        assert abs(found[0].place.line - line) <= 15


def test_a_date_past_on_the_day_of_issue_stands_as_written(root: Path) -> None:
    seeds.change(root, "g/census.yaml", "  issued_on: 2023-05-31", "  issued_on: 2023-06-05")
    assert check(root) == []


def test_a_county_day_off_moves_no_date_the_text_names(root: Path) -> None:
    (root / "workdays.yaml").write_text("days: [{day: 2023-06-02, works: false, why: 县里放假}]\n", encoding="utf-8")
    assert check(root) == []


def test_a_text_too_long_for_its_column_is_a_sentence(root: Path) -> None:
    line = seeds.change(root, "g/census.yaml", "    title: 方案备案", f"    title: {'备' * 201}")
    (fault,) = check(root)
    assert fault.place.line == line and "has 201 characters; there is room for 200." in fault.what


def test_every_fault_is_told_in_one_run(root: Path) -> None:
    seeds.change(root, "g/census.yaml", "    due: 2023-06-02", "    due: 2023-06-03")
    seeds.change(root, "g/counts.yaml", "once: 1", "once: 3")
    seeds.change(root, "posts.yaml", "leader: 孙贵明", "leader: 孙桂明")
    assert [fault.place.file for fault in check(root)] == ["g/census.yaml", "g/counts.yaml", "posts.yaml"]


def test_an_open_group_stands_for_itself_and_a_closed_one_for_its_members(root: Path) -> None:
    names = Names(read_seed(root))
    assert names.members("县直各相关单位") == ("县直各相关单位",)
    assert names.expand(["各乡镇", "统计局", "稷峰镇人民政府"]) == (
        ("稷峰镇人民政府", "各乡镇"),
        ("蔡村乡人民政府", "各乡镇"),
        ("县统计局", "统计局"),
    )


def test_a_group_that_holds_itself_ends(root: Path) -> None:
    seeds.change(root, "units.yaml", TOWNS, "members: [稷峰镇人民政府, 各乡（镇）人民政府]")
    assert Names(read_seed(root)).members("各乡镇") == ("稷峰镇人民政府",)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("（稷政发〔2023〕7号）", ["〔2023〕"]),
        ("“十四五”期间，到2025年底，每年召开1次", ["“十四五”", "期间", "2025年底", "每年召开"]),
        ("每户每亩补助200元，每位代表", []),
        ("自批准之日起30个工作日内，10日内", ["之日起", "工作日", "10日"]),
        ("2021—2025年，近年来", ["2021—2025年", "近年"]),
        ("第三季度末、下半年、上旬、汛期", ["季度", "下半年", "上旬", "汛期"]),
    ],
)  # fmt: skip
def test_time_expressions_are_found_and_quantities_are_not(words: str, found: list[str]) -> None:
    assert [text for _, text in expressions(words)] == found


def test_an_expression_counts_as_covered_where_a_quote_touches_it() -> None:
    words = "于2023年6月2日前设立，2024年底前完成"
    assert uncovered(words, ["2023年6月2日前设立"]) == ["2024年底"]
    assert uncovered(words, ["2023年6月2日前设立，2024年底前完成"]) == []


@pytest.mark.parametrize(
    ("word", "remedy"), [("预计达标有困难", "Write “预计达标困难”."), ("其他", "Write one of: 预计达标困难, 波动较大.")]
)
def test_a_word_of_an_early_warning_that_nothing_tells_is_flagged(root: Path, word: str, remedy: str) -> None:
    block = (
        "early_warning:\n  title: 指标预警\n  when: [波动较大, WORD]\n  action: notify\n  to: unit_head\n"
        "  decided_by: 县统计局\n  basis: {clause: 六, line: 10, quote: 由领导小组研究解决}\nsteps:\n"
    )
    seeds.change(root, "policies/census.yaml", "steps:\n", block.replace("WORD", word))
    found = [fault for fault in check(root) if "when:" in fault.what]
    assert [(fault.what, fault.remedy) for fault in found] == [
        (f"The early warning is to come “when: {word}”, which nothing tells.", remedy)
    ]

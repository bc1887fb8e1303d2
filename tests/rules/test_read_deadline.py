"""`tracker read-deadline`: one phrase explained, many as JSON lines, and wrong calls answered with a clear sentence."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.interfaces.cli.read_deadline import main

KEYS = ["text", "kind", "start", "due", "recurrence", "relative", "certainty", "convention", "why"]


def run(*argv: str, given_in: str = "") -> tuple[int, str]:
    out = io.StringIO()
    return main(argv, io.StringIO(given_in), out), out.getvalue()


def batch(*lines: object) -> list[dict[str, Any]]:
    text = "".join((line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)) + "\n" for line in lines)
    code, out = run("--batch", given_in=text)
    assert code == 0
    return [json.loads(line) for line in out.splitlines()]


def test_a_phrase_is_explained_in_chinese() -> None:
    code, out = run("批准之日起30个工作日内", "--anchor", "2023-05-05")
    assert code == 0
    assert out.splitlines() == [
        "短语：批准之日起30个工作日内",
        "印发日：2023年5月5日",
        "类别：相对期限",
        "相对期限：“批准”之后30个工作日以内",
        "约束力：硬性",
        "读法：relative_event",
        "  - 自“批准”起计算；事件日期登记后才有到期日。",
    ]


def test_a_phrase_is_explained_in_english() -> None:
    code, out = run("6月底前", "--anchor", "2023-05-05", "--lang", "en")
    assert code == 0
    assert "due: 30 June 2023" in out
    assert "  - “6月底” runs through the last day of the month: 30 June 2023." in out


def test_the_working_of_a_count_is_shown_step_by_step() -> None:
    _, out = run("印发之日起30日内", "--anchor", "2023-05-05")
    assert "到期：2023年6月5日" in out
    assert "《民法典》第二百零三条" in out


def test_one_phrase_can_be_answered_as_json() -> None:
    code, out = run("6月底前", "--anchor", "2023-05-05", "--json")
    assert code == 0
    answer = json.loads(out)
    assert list(answer) == KEYS
    assert (answer["kind"], answer["due"], answer["start"]) == ("once", "2023-06-30", None)
    assert answer["why"].endswith("。")


def test_the_year_of_the_clause_before_can_be_given() -> None:
    _, out = run("6月底前", "--anchor", "2023-05-05", "--year", "2024", "--json")
    assert json.loads(out)["due"] == "2024-06-30"


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        ((), "give one phrase"),
        (("6月底前",), "give the issue date of the document with --anchor"),
        (("6月底前", "--anchor", "5 May"), "is not a date; write the anchor as YYYY-MM-DD"),
        (("6月底前", "--anchor", "2023-02-30"), "is not a date"),
        (("6月底前", "--anchor", "2023-05-05", "--year", "23"), "is not a year; write it with four digits"),
        (("--batch", "6月底前"), "--batch reads its phrases and anchors from standard input"),
        (("6月底前", "--since", "2023"), "unrecognized arguments"),
        (("6月底前", "--anchor", "2023-05-05", "--lang", "fr"), "invalid choice"),
    ],
)
def test_a_wrong_call_says_what_to_write(
    argv: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out = run(*argv)
    assert (code, out) == (2, "")
    assert sentence in capsys.readouterr().err


def test_a_batch_answers_each_line_with_one_line_in_order() -> None:
    answers = batch(
        {"text": "6月底前", "anchor": "2023-05-05"},
        {"text": "每月5日前", "anchor": "2023-05-05"},
        {"text": "批准之日起30个工作日内", "anchor": "2023-05-05"},
        {"text": "定期", "anchor": "2023-05-05"},
        {"text": "1-2年", "anchor": "2023-05-31"},
    )
    assert [list(answer) for answer in answers] == [KEYS] * 5
    assert [answer["kind"] for answer in answers] == ["once", "recurring", "relative", "undated", "relative"]
    assert answers[0]["due"] == "2023-06-30"
    assert answers[1]["recurrence"] == "FREQ=MONTHLY;BYMONTHDAY=5"
    assert answers[2]["relative"] == {"within": 30, "unit": "workday", "of": "批准", "direction": "after"}
    assert answers[2]["due"] is None
    assert answers[4]["relative"]["at_least"] == 1


def test_a_phrase_that_cannot_be_read_carries_its_error() -> None:
    (answer,) = batch({"text": "2月30日前", "anchor": "2023-05-05"})
    assert (answer["kind"], answer["due"]) == ("undated", None)
    assert answer["error"] == answer["why"] == "“2月30日”：2023年2月没有30日，请核对原文。"


def test_a_provisional_date_is_marked() -> None:
    (answer,) = batch({"text": "五年内", "anchor": "2023-05-05"})
    assert answer["provisional"] is True


@pytest.mark.parametrize(
    "line",
    [
        "",
        "not json",
        "[1, 2]",
        "null",
        '{"text": "6月底前"}',
        '{"anchor": "2023-05-05"}',
        '{"text": 5, "anchor": "2023-05-05"}',
        '{"text": "6月底前", "anchor": "2023-13-01"}',
        '{"text": "6月底前", "anchor": "20230505"}',
        '{"text": "6月底前", "anchor": 20230505}',
        '{"text": "6月底前", "anchor": null}',
        '{"text": "6月底前", "anchor": "2023-05-05", "year": "next"}',
        '{"text": "6月底前", "anchor": "2023-05-05"',
        "[" * 100_000,
    ],
)
def test_a_line_that_cannot_be_used_gets_an_error_and_the_next_is_still_answered(line: str) -> None:
    answers = batch(line, {"text": "6月底前", "anchor": "2023-05-05"})
    assert len(answers) == 2
    assert answers[0]["error"].startswith("line 1: ")
    assert answers[0]["kind"] == "undated"
    assert answers[1]["due"] == "2023-06-30"


LINES = st.one_of(
    st.text(),
    st.builds(
        lambda text, anchor: json.dumps({"text": text, "anchor": anchor}),
        st.one_of(
            st.text(),
            st.text("0123456789年月日季度周前内底末上下旬每个工作一二三十两半至到-、，。起止后春节十四五〔〕"),
            st.none(),
        ),
        st.one_of(st.dates().map(str), st.text(), st.none()),
    ),
).map(lambda line: line.replace("\n", " ").replace("\r", " "))


@given(st.lists(LINES, max_size=8))
def test_a_batch_never_fails_and_answers_exactly_one_line_for_each(lines: list[str]) -> None:
    code, out = run("--batch", given_in="".join(line + "\n" for line in lines))
    assert code == 0
    answers = [json.loads(line) for line in out.split("\n")[:-1]]
    assert len(answers) == len(lines)
    assert all(set(KEYS) <= set(answer) for answer in answers)


def test_the_command_speaks_utf8_whatever_the_locale_and_survives_bytes_that_are_none() -> None:
    lines = (
        '{"text": "6月底前", "anchor": "2023-05-05"}\n'.encode()
        + b'\xff\xfe\n{"text": "\\ud800", "anchor": "2023-05-05"}\n'
    )
    done = subprocess.run(
        [sys.executable, "-c", "from tracker.config.console import main; main(['read-deadline', '--batch'])"],
        input=lines,
        capture_output=True,
        env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": ""},
        check=True,
    )
    answers = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert [answer["text"] for answer in answers] == ["6月底前", None, "\ud800"]


def test_reading_a_deadline_loads_neither_django_nor_celery() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from tracker.config import console\n"
            "console.main(['read-deadline', '6月底前', '--anchor', '2023-05-05'])\n"
            "print(sorted({'django', 'celery', 'rest_framework'} & set(sys.modules)))",
        ],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert done.stdout.decode().splitlines()[-1] == "[]"

"""The audit page says every act and every detail in words; what the chain holds stays as it was."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction

import tracker
from tests import factories as make
from tests.interfaces.web.county import County, text_of
from tracker.audit.actors import system
from tracker.audit.registers import Verb
from tracker.audit.services import record
from tracker.interfaces.web import records
from tracker.notices.life import Verb as NoticeVerb

ACTION = re.compile(r"(?:api|commitments|documents|escalation|intake|messaging|notices|org|web)\.[a-z_]*[a-z]")
# Texts of the same shape that are no acts: a route, an object, the beginning of an address.
NO_ACTS = {"api.route", "commitments.task", "web.page"}
NO_DETAILS = {"action", "by", "now", "obj"}


def nodes() -> Iterator[ast.AST]:
    for path in sorted(Path(tracker.__file__).parent.rglob("*.py")):
        if "migrations" not in path.parts and "interfaces" not in path.parts:
            yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def names_an_act(node: ast.AST) -> bool:
    if isinstance(node, ast.JoinedStr):
        return bool(node.values) and names_an_act(node.values[0])
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(ACTION.match(node.value))


def test_every_act_in_the_code_has_words() -> None:
    found = {
        node.value
        for node in nodes()
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and ACTION.fullmatch(node.value)
    }
    assert len(found) > 90
    assert sorted(one for one in found - NO_ACTS if records.action_words(one) == one) == []


def test_every_deed_on_a_notice_and_every_change_of_a_register_has_words() -> None:
    deeds = {f"notices.{verb}" for verb in NoticeVerb}
    kept = {
        node.value.value.replace(" ", "_").replace("-", "_")
        for node in nodes()
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id in {"noun", "NOUN"}
    }
    assert kept == {noun.partition(".")[2] for noun in records.NOUNS}
    changes = {f"{noun}_{verb}" for noun in records.NOUNS for verb in Verb}
    assert sorted(one for one in deeds | changes if records.action_words(one) == one) == []


def test_every_detail_that_is_recorded_has_a_name() -> None:
    found = {
        keyword.arg
        for node in nodes()
        if isinstance(node, ast.Call)
        and any(names_an_act(one) for one in (*node.args, *(keyword.value for keyword in node.keywords)))
        for keyword in node.keywords
        if keyword.arg
    }
    assert len(found) > 60
    assert sorted(found - NO_DETAILS - set(records.DETAILS)) == []


def test_a_code_that_nobody_named_is_shown_and_not_hidden() -> None:
    assert records.action_words("org.something_new") == "org.something_new"
    assert list(records.details({"unheard_of": 3})) == [("unheard_of", "3")]


def test_values_are_read_as_people_write_them() -> None:
    assert dict(records.details({"due": "2023-06-02", "nobody": True, "text": "", "role": "liaison"})) == {
        "时限": "2023年6月2日",
        "无人登记": "是",
        "角色": "联络员",
    }
    assert dict(records.details({"stands": {"old": True, "new": False}})) == {"有效": "是 → 否"}
    assert dict(records.details({"old": None, "units": ["甲", "乙"]})) == {"单位": "甲、乙"}


@pytest.mark.core
@pytest.mark.django_db
def test_the_page_tells_who_did_what_in_words_beside_the_code(county: County) -> None:
    with transaction.atomic():
        record(by=county.actor("head"), now=make.NOW, action="commitments.remarked", obj=county.task, text="等批复")
        record(by=system("sweep"), now=make.NOW, action="escalation.reminder_taken", obj=county.task, nobody=True)
    source = text_of(county.get("auditor", "audit"))
    for words in (
        "填写备注",
        "commitments.remarked",
        "<dt>内容</dt> <dd>等批复</dd>",
        "系统",
        "到期巡查",
        "提醒",
        "<dt>无人登记</dt> <dd>是</dd>",
    ):
        assert words in source

"""One task's date as a file."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories as make
from tests.interfaces.ics.reading import check_bytes, entries, unfolded
from tracker.commitments.models import Task
from tracker.org.models import Unit, User

pytestmark = [pytest.mark.django_db, pytest.mark.core, pytest.mark.usefixtures("standing_clock")]


@pytest.fixture
def unit() -> Unit:
    return make.unit()


@pytest.fixture
def liaison(unit: Unit) -> User:
    return make.user(make.post(unit))


def ask(account: User | None, task: Task):  # type: ignore[no-untyped-def]
    client = Client()
    if account:
        client.force_login(account, "django.contrib.auth.backends.ModelBackend")
    return client.get(reverse("ics:task", args=[task.pk]))


def test_a_task_can_be_taken_along_as_a_file_of_one_event(unit: Unit, liaison: User) -> None:
    task = make.task(unit, make.unit())
    answer = ask(liaison, task)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="task-{task.pk}.ics"'
    check_bytes(answer.content)
    assert [str(entry["summary"]) for entry in entries(answer.content)] == [task.title]
    # Nobody comes back for it: it promises no refresh.
    assert "REFRESH-INTERVAL" not in unfolded(answer.content)


def test_whoever_is_not_signed_in_is_asked_to(unit: Unit) -> None:
    answer = ask(None, make.task(unit))
    assert answer.status_code == 302 and "login" in answer.headers["Location"]


def test_a_task_of_another_unit_is_not_there(liaison: User) -> None:
    task = make.task(make.unit())
    assert ask(liaison, task).status_code == 404
    missing = Client()
    missing.force_login(liaison, "django.contrib.auth.backends.ModelBackend")
    unknown = missing.get(reverse("ics:task", args=[task.pk + 999]))
    assert unknown.content == ask(liaison, task).content


def test_a_task_without_a_date_says_that_there_is_nothing_to_take(unit: Unit, liaison: User) -> None:
    liaison.language = "en"
    liaison.save()
    answer = ask(liaison, make.task(unit, due=None))
    assert answer.status_code == 404
    assert answer.content.decode() == "This task has no date yet, so there is nothing to put into a calendar.\n"

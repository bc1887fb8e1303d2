"""Whether an extension may be asked for, and which date follows a suspension."""

from __future__ import annotations

from datetime import date

import pytest

from tests.rules.making import CHINA, a_task
from tracker.rules.extension import due_after_suspension, needs_agreement, request_fault
from tracker.rules.transitions import Role


def test_extension_is_asked_for_on_the_due_date_at_the_latest() -> None:
    assert request_fault(a_task(), date(2023, 6, 9), date(2023, 6, 2)) is None
    fault = request_fault(a_task(), date(2023, 6, 9), date(2023, 6, 3))
    assert fault == ("extension.too_late", (("due", "2023-06-02"),))


def test_extension_must_be_to_a_later_date() -> None:
    fault = request_fault(a_task(), date(2023, 6, 2), date(2023, 6, 1))
    assert fault == ("extension.not_later", (("due", "2023-06-02"),))


def test_task_without_a_date_cannot_be_extended() -> None:
    fault = request_fault(a_task(due=None), date(2023, 6, 9), date(2023, 6, 1))
    assert fault == ("extension.undated", ())


def test_unit_head_who_asks_has_agreed() -> None:
    assert needs_agreement(Role.LIAISON)
    assert not needs_agreement(Role.UNIT_HEAD)


@pytest.mark.parametrize(
    ("suspended", "resumed", "due"),
    [
        ("2023-05-31", "2023-06-07", "2023-06-09"),  # seven days given back
        ("2023-06-02", "2023-06-05", "2023-06-05"),  # suspended on the date itself
        ("2023-05-31", "2023-06-01", "2023-06-05"),  # a Saturday moves to Monday
        ("2023-05-31", "2023-05-31", "2023-06-02"),  # not a day stood still
        ("2023-06-05", "2023-07-05", "2023-06-02"),  # overdue already
    ],
)
def test_due_date_after_a_suspension(suspended: str, resumed: str, due: str) -> None:
    found = due_after_suspension(date(2023, 6, 2), date.fromisoformat(suspended), date.fromisoformat(resumed), CHINA)
    assert found == date.fromisoformat(due)


def test_resuming_before_the_suspension_is_refused() -> None:
    with pytest.raises(ValueError, match="before it"):
        due_after_suspension(date(2023, 6, 2), date(2023, 6, 1), date(2023, 5, 31), CHINA)

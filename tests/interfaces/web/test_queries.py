"""Every page asks the database as often as the table here says, and no more the more there is to show.

A page that is changed may well ask once more, or less: the failing test prints the row as it is now. Look at the list of
queries below it first; when each is wanted, put the row in place of the old one. What grows with the county is never
wanted.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.interfaces.web.county import County
from tests.interfaces.web.test_pages import fill
from tests.interfaces.web.test_permissions import TABLE, address_of, arguments

__all__ = ["arguments"]

pytestmark = [pytest.mark.django_db, pytest.mark.core]

# The page, the person who opens it, its queries. Session, account and post are five of them, the frame four.
QUERIES: dict[str, tuple[str, int]] = {
    "home": ("nobody", 7),
    "login": ("anonymous", 0),
    "dashboard": ("office", 34),
    "dashboard_leader": ("office", 33),
    "dashboard_unit": ("office", 30),
    "dashboard_document": ("office", 34),
    "dashboard_causes": ("office", 12),
    "meeting_sheet": ("office", 35),
    "meeting_kept": ("office", 10),
    "assessment": ("office", 28),
    "assessment_tasks": ("office", 24),
    "my_unit": ("liaison", 18),
    "desk": ("office", 25),
    "ledger": ("office", 24),
    "ledger_views": ("office", 10),
    "ledger_view": ("liaison", 10),
    "ledger_batch": ("liaison", 15),
    "ledger_export": ("liaison", 35),
    "ledger_exports": ("office", 9),
    "ledger_export_watch": ("liaison", 10),
    "ledger_import": ("office", 9),
    "proposals": ("office", 10),
    "proposal": ("office", 24),
    "search": ("office", 21),
    "month": ("office", 20),
    "day": ("office", 23),
    "units": ("office", 16),
    "unit": ("office", 31),
    "post": ("office", 14),
    "unanswered": ("office", 19),
    "hand_over": ("office", 21),
    "task": ("office", 45),
    "task_acknowledge": ("liaison", 12),
    "task_confirm_backfill": ("liaison", 12),
    "task_record_event": ("head", 11),
    "task_review": ("office", 14),
    "task_record_finding": ("office", 12),
    "task_apply_to_close": ("liaison", 12),
    "task_part_done": ("liaison", 12),
    "task_report": ("liaison", 12),
    "task_no_change": ("liaison", 12),
    "task_agree_extension": ("head", 13),
    "task_decide_extension": ("office", 12),
    "task_request_extension": ("liaison", 12),
    "task_name_blocker": ("liaison", 12),
    "task_remark": ("liaison", 11),
    "task_return": ("liaison", 12),
    "task_decide_return": ("office", 12),
    "task_break_down": ("office", 12),
    "task_instruct": ("leader", 13),
    "task_suspend": ("office", 11),
    "task_resume": ("office", 11),
    "evidence": ("liaison", 10),
    "notices": ("liaison", 14),
    "notice": ("liaison", 17),
    "notice_file": ("liaison", 12),
    "notice_register": ("liaison", 11),
    "notice_letterheads": ("office", 10),
    "notice_verify": ("nobody", 7),
    "notice_bulletin": ("office", 9),
    "task_notices": ("liaison", 12),
    "notice_find": ("office", 19),
    "notice_submit": ("office", 19),
    "notice_sign": ("office", 20),
    "notice_issue": ("office", 17),
    "notice_edit": ("office", 19),
    "notice_send_back": ("office", 20),
    "notice_refresh": ("office", 19),
    "notice_dismiss": ("office", 19),
    "notice_withdraw": ("office", 17),
    "notice_close": ("office", 17),
    "notice_receive": ("liaison", 18),
    "notice_reply": ("liaison", 17),
    "indicators": ("office", 15),
    "indicator": ("office", 19),
    "indicator_entry": ("liaison", 15),
    "indicator_value": ("liaison", 10),
    "indicator_path": ("head", 11),
    "indicator_correct": ("liaison", 11),
    "indicator_withdraw": ("liaison", 11),
    "warnings": ("office", 11),
    "warning_send": ("office", 17),
    "warning_set_aside": ("office", 9),
    "documents": ("office", 10),
    "document": ("office", 18),
    "document_amend": ("office", 11),
    "amendment": ("office", 11),
    "amendment_withdraw": ("office", 12),
    "policy": ("office", 12),
    "simulation": ("office", 29),
    "task_rebase": ("office", 15),
    "inbox": ("liaison", 11),
    "channels": ("administrator", 12),
    "deliveries": ("administrator", 12),
    "own": ("liaison", 10),
    "copies_stop": ("anonymous", 1),
    "load": ("office", 16),
    "load_unit": ("office", 17),
    "load_list": ("office", 11),
    "calendar": ("office", 14),
    "design": ("administrator", 8),
    "password": ("nobody", 7),
    "administration": ("administrator", 8),
    "admin_users": ("administrator", 12),
    "admin_user": ("administrator", 13),
    "admin_user_new": ("administrator", 8),
    "admin_user_edit": ("administrator", 9),
    "admin_user_act": ("administrator", 10),
    "admin_posts": ("office", 11),
    "admin_post": ("office", 11),
    "admin_post_new": ("office", 9),
    "admin_post_appoint": ("office", 12),
    "admin_post_role": ("administrator", 9),
    "admin_post_withdraw": ("administrator", 9),
    "admin_tenure_end": ("office", 9),
    "admin_tenure_correct": ("office", 10),
    "admin_units": ("office", 12),
    "admin_unit": ("office", 14),
    "admin_alias_new": ("office", 9),
    "admin_alias_remove": ("office", 9),
    "admin_portfolio": ("office", 13),
    "admin_groups": ("office", 9),
    "admin_group": ("office", 10),
    "admin_policies": ("office", 12),
    "admin_policy": ("office", 11),
    "admin_workdays": ("office", 10),
    "admin_workday_new": ("office", 8),
    "admin_workday_withdraw": ("office", 9),
    "admin_series": ("office", 11),
    "admin_prefix": ("office", 9),
    "remarks": ("office", 9),
    "audit": ("auditor", 10),
    "health": ("administrator", 16),
    "status": ("anonymous", 6),
}
# What a page is asked for where it shows little without being asked.
ASKED = {"simulation": "?first=2023-06-05&last=2023-06-30&behaviour=nobody_acts", "search": "?q=普查"}


def test_every_page_stands_in_the_table() -> None:
    opened = {route for route, row in TABLE.items() if 200 in row.get("GET", {}).values()}
    assert set(QUERIES) == opened


@pytest.mark.parametrize("route", QUERIES)
def test_a_page_asks_so_often_however_much_there_is(
    county: County, arguments: dict[str, list[Any]], route: str
) -> None:
    who, pinned = QUERIES[route]
    address = address_of(county, arguments, route) + ASKED.get(route, "")
    # Enough that something is late and something is due ahead: nobody asks what it is where nothing is.
    fill(county, 12)
    first = queries(county, who, address)
    assert len(first) == pinned, f'the row is now\n    "{route}": ("{who}", {len(first)}),\n\n' + "\n".join(first)
    fill(county, 20)
    then = queries(county, who, address)
    # The ledger asks for undated tasks only where the dated ones do not fill the page.
    assert len(then) <= pinned, "it grows with what there is:\n" + "\n".join(then)


def queries(county: County, who: str, address: str) -> list[str]:
    """Return the beginning of each query that a page asks when it is opened for the second time."""
    client = county.client(who)
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return [query["sql"][:200] for query in asked]

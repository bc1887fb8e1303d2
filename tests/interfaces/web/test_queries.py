"""No page asks the database more the more there is, nor very often; `test_pages` pins the pages of every day."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.interfaces.web.county import County
from tests.interfaces.web.test_pages import QUERIES, fill
from tests.interfaces.web.test_permissions import TABLE, address_of, arguments

__all__ = ["arguments"]

pytestmark = [pytest.mark.django_db, pytest.mark.core]

PINNED = {page for page, _who in QUERIES}
# A file, whose rows are read in portions; the simulation, which plays every task there is; a watch without the frame.
ASIDE = frozenset({"evidence", "ledger_export", "simulation", "status", "login"})
MOST = 70
REST = [
    (route, next(who for who, status in row["GET"].items() if status == 200))
    for route, row in sorted(TABLE.items())
    if route not in PINNED | ASIDE and 200 in row.get("GET", {}).values()
]


@pytest.mark.parametrize(("route", "who"), REST, ids=[route for route, _who in REST])
def test_a_page_asks_no_more_the_more_there_is(
    county: County, arguments: dict[str, list[Any]], route: str, who: str
) -> None:
    address = address_of(county, arguments, route)
    fill(county, 8)
    counts = []
    for _ in range(2):
        county.client(who).get(address)
        with CaptureQueriesContext(connection) as asked:
            assert county.client(who).get(address).status_code == 200
        counts.append(len(asked))
        fill(county, 16)
    assert counts[1] <= counts[0] <= MOST

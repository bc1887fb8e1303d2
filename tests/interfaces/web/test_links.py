"""Nobody is shown a link that would refuse them: what may not be opened is not offered."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.urls import reverse

from tests import factories as make
from tests.factories import NOW
from tests.interfaces.web import offices
from tests.interfaces.web.county import County, text_of
from tracker.audit.services import record

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

LINK = re.compile(r'<a\s[^>]*?href="(/[^"#]*)')
# A file is sent, not shown; the page of parts shows rows that do not exist.
NOT_WALKED = re.compile(r"^/(static|calendar|evidence|demonstration|design)/|\.(pdf|docx|xlsx|ics)$")


def links_of(county: County, who: str, address: str) -> tuple[int, set[str]]:
    answer = county.client(who).get(address, follow=True)
    found = {unescape(one) for one in LINK.findall(text_of(answer))} if "html" in answer["Content-Type"] else set()
    return answer.status_code, {one for one in found if not NOT_WALKED.search(one)}


@pytest.mark.parametrize("who", ["administrator", "auditor", "liaison", "nobody", "office", "stranger"])
def test_every_link_within_two_steps_of_the_first_page_opens(county: County, who: str) -> None:
    offices.remark(county)
    offices.group(county)
    make.policy(county.document, {})
    record(by=county.actor("office"), now=NOW, action="commitments.reviewed", obj=county.task)
    seen: set[str] = set()
    refused: list[tuple[str, str, int]] = []
    edge = {("", "/")}
    for _step in range(3):
        further: set[tuple[str, str]] = set()
        for source, address in sorted(edge):
            if address in seen:
                continue
            seen.add(address)
            status, links = links_of(county, who, address)
            if status >= 400:
                refused.append((source, address, status))
            further |= {(address, link) for link in links}
        edge = further
    assert not refused
    assert len(seen) > 5


@pytest.mark.parametrize("who", ["administrator", "office"])
def test_the_way_back_from_the_letterheads_is_one_the_reader_may_go(county: County, who: str) -> None:
    status, links = links_of(county, who, reverse("web:notice_letterheads"))
    assert status == 200
    assert {one: links_of(county, who, one)[0] for one in links} == dict.fromkeys(links, 200)
    assert reverse("web:admin_series" if who == "administrator" else "web:notice_register") in links


@pytest.mark.parametrize(("who", "section"), [("administrator", "administration"), ("office", "notices")])
def test_the_letterheads_are_marked_in_the_navigation_the_reader_has(county: County, who: str, section: str) -> None:
    shown = county.get(who, "notice_letterheads").context["navigation"]
    assert [link.route for group in shown for link in group.links if link.current] == [f"web:{section}"]

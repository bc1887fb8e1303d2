"""Who may open and send what: every route of the pages, both methods, every person. A route without a row fails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from tests import factories as make
from tests.interfaces.web import measured, offices, papers, plans, records
from tests.interfaces.web.county import PEOPLE, County
from tracker.audit.models import AuditEntry
from tracker.commitments.models import Amendment, Evidence, Extension, ProgressReport, Return, Task
from tracker.interfaces.web.urls import urlpatterns
from tracker.messaging import copies
from tracker.org.models import FeedToken, UnitKind
from tracker.rules.followup import State

pytestmark = [pytest.mark.django_db, pytest.mark.core]

Row = dict[str, int]


def all_of(status: int, *, anonymous: int = 302) -> Row:
    return dict.fromkeys(PEOPLE, status) | {"anonymous": anonymous}


def only(*people: str, status: int, others: int = 403, anonymous: int = 302) -> Row:
    return all_of(others, anonymous=anonymous) | dict.fromkeys(people, status)


SEE = ("liaison", "head", "helper", "leader", "office", "county_head", "auditor")
READERS = ("leader", "office", "county_head", "auditor")
RECORDS = ("office", "auditor", "administrator")
LEAD = ("liaison", "head")
PARTS = ("liaison", "head", "helper")
# Those who see a notice that was issued to the lead unit.
TOLD = ("liaison", "head", "leader", "office", "county_head", "auditor")
NOT_OFFERED = all_of(405, anonymous=405)
# A form sent without a session is handed back, not thrown away.
SIGNED_OUT = 401
EVERYBODY = all_of(200)


def deed(*people: str, sent: int = 422) -> dict[str, Row]:
    return {"GET": only(*people, status=200), "POST": only(*people, status=sent, anonymous=SIGNED_OUT)}


TABLE: dict[str, dict[str, Row]] = {
    "home": {"GET": all_of(302) | {"nobody": 200}, "POST": all_of(302, anonymous=SIGNED_OUT) | {"nobody": 200}},
    "login": {"GET": all_of(302, anonymous=200), "POST": all_of(302, anonymous=200)},
    "logout": {"GET": NOT_OFFERED, "POST": all_of(302)},
    "language": {"GET": NOT_OFFERED, "POST": all_of(303, anonymous=303)},
    "theme": {"GET": NOT_OFFERED, "POST": all_of(303, anonymous=303)},
    "forget": {"GET": NOT_OFFERED, "POST": all_of(303, anonymous=SIGNED_OUT)},
    "dashboard": {"GET": only(*READERS, status=200)},
    "dashboard_leader": {"GET": only(*READERS, status=200)},
    "dashboard_unit": {"GET": only(*READERS, *LEAD, status=200)},
    "dashboard_document": {"GET": only(*SEE, "stranger", status=200)},
    "dashboard_causes": {"GET": only(*SEE, "stranger", status=200)},
    "meeting_sheet": {
        "GET": only(*READERS, *LEAD, status=200),
        "POST": only(*READERS, *LEAD, status=422, anonymous=SIGNED_OUT),
    },
    "meeting_kept": {"GET": only(*READERS, *LEAD, status=200)},
    "assessment": {"GET": only(*SEE, "stranger", status=200)},
    "assessment_tasks": {"GET": only(*SEE, "stranger", status=200)},
    "assessment_bulletin": {"GET": NOT_OFFERED, "POST": only("office", status=303, anonymous=SIGNED_OUT)},
    "my_unit": {"GET": only(*PARTS, "stranger", status=200)},
    "my_unit_acknowledge": {"GET": NOT_OFFERED, "POST": all_of(403, anonymous=SIGNED_OUT)},
    "desk": {"GET": only("office", status=200)},
    "ledger": {"GET": only(*SEE, "stranger", status=200)},
    "ledger_views": {
        "GET": only(*SEE, "stranger", status=200),
        "POST": only(*SEE, "stranger", status=422, anonymous=SIGNED_OUT),
    },
    # The view and the plan are the liaison's own.
    "ledger_view": {
        "GET": only("liaison", status=200, others=404) | dict.fromkeys(("nobody", "administrator"), 403),
        "POST": only("liaison", status=422, others=404, anonymous=SIGNED_OUT)
        | dict.fromkeys(("nobody", "administrator"), 403),
    },
    "ledger_bulk": {"GET": NOT_OFFERED, "POST": only(*PARTS, "stranger", status=303, anonymous=SIGNED_OUT)},
    "ledger_batch": {"GET": only("liaison", status=200, others=404) | dict.fromkeys(("nobody", "administrator"), 403)},
    "ledger_batch_apply": {
        "GET": NOT_OFFERED,
        "POST": only("liaison", status=303, others=404, anonymous=SIGNED_OUT)
        | dict.fromkeys(("nobody", "administrator"), 403),
    },
    "ledger_batch_stop": {
        "GET": NOT_OFFERED,
        # Nothing is being done yet.
        "POST": only("liaison", status=409, others=404, anonymous=SIGNED_OUT)
        | dict.fromkeys(("nobody", "administrator"), 403),
    },
    "ledger_batch_drop": {
        "GET": NOT_OFFERED,
        "POST": only("liaison", status=303, others=404, anonymous=SIGNED_OUT)
        | dict.fromkeys(("nobody", "administrator"), 403),
    },
    "ledger_batch_again": {
        "GET": NOT_OFFERED,
        # Only units and the office take a ledger in; a bulk action is not looked at again.
        "POST": only("liaison", status=409, anonymous=SIGNED_OUT)
        | dict.fromkeys(("head", "helper", "stranger", "office"), 404),
    },
    "ledger_export": {
        "GET": only(*SEE, "stranger", status=200),
        "POST": only(*SEE, "stranger", status=303, anonymous=SIGNED_OUT),
    },
    "ledger_exports": {"GET": only(*SEE, "stranger", status=200)},
    "ledger_export_watch": {
        "GET": only("liaison", status=200, others=404) | dict.fromkeys(("nobody", "administrator"), 403)
    },
    # It is not made yet.
    "ledger_export_file": {
        "GET": only("liaison", status=409, others=404) | dict.fromkeys(("nobody", "administrator"), 403)
    },
    "ledger_export_cancel": {
        "GET": NOT_OFFERED,
        "POST": only("liaison", status=303, others=404, anonymous=SIGNED_OUT)
        | dict.fromkeys(("nobody", "administrator"), 403),
    },
    "ledger_import": {
        "GET": only(*PARTS, "stranger", "office", status=200),
        "POST": only(*PARTS, "stranger", "office", status=422, anonymous=SIGNED_OUT),
    },
    "proposals": {"GET": only(*PARTS, "stranger", "office", "auditor", status=200)},
    # Proposed by the liaison; others see none but their own.
    "proposal": {
        "GET": only("liaison", "office", "auditor", status=200) | dict.fromkeys(("head", "helper", "stranger"), 404),
        "POST": only("office", status=422, anonymous=SIGNED_OUT) | dict.fromkeys(("head", "helper", "stranger"), 404),
    },
    "proposal_decline": {"GET": NOT_OFFERED, "POST": only("office", status=422, anonymous=SIGNED_OUT)},
    "search": {"GET": EVERYBODY},
    "month": {"GET": only(*SEE, "stranger", status=200)},
    "day": {"GET": only(*SEE, "stranger", status=200)},
    "units": {"GET": EVERYBODY},
    "unit": {"GET": EVERYBODY},
    "post": {"GET": EVERYBODY},
    "unanswered": {"GET": EVERYBODY},
    "hand_over": {"GET": only("liaison", "head", "leader", "office", "county_head", "auditor", status=200)},
    "task": {"GET": only(*SEE, status=200)},
    "task_acknowledge": deed(*PARTS),
    "task_confirm_backfill": deed(*LEAD),
    "task_record_event": deed("head", "office"),
    "task_review": deed("office"),
    "task_record_finding": deed("office"),
    "task_apply_to_close": deed(*LEAD),
    "task_part_done": deed(*PARTS),
    "task_report": deed(*PARTS),
    "task_no_change": deed(*PARTS),
    "task_agree_extension": deed("head"),
    "task_decide_extension": deed("office"),
    "task_request_extension": deed(*LEAD),
    "task_name_blocker": deed(*PARTS, "office"),
    "task_remark": deed(*PARTS, "office"),
    "task_return": deed(*LEAD),
    "task_decide_return": deed("office"),
    "task_break_down": deed("office"),
    "task_instruct": deed("leader", "county_head"),
    "task_suspend": deed("office"),
    "task_resume": deed("office"),
    "notices": {"GET": only(*SEE, "stranger", status=200)},
    "notice": {"GET": only(*TOLD, status=200)},
    "notice_file": {"GET": only(*TOLD, status=200)},
    "notice_register": {"GET": only(*SEE, "stranger", status=200)},
    "notice_letterheads": {
        "GET": only("office", "administrator", status=200),
        "POST": only("office", "administrator", status=422, anonymous=SIGNED_OUT),
    },
    "notice_verify": {"GET": EVERYBODY},
    "notice_bulletin": deed("office"),
    "task_notices": {"GET": only(*SEE, status=200)},
    "task_notice_propose": {"GET": NOT_OFFERED, "POST": only("office", status=303, anonymous=SIGNED_OUT)},
    "notice_find": deed("office"),
    "notice_submit": deed("office"),
    "notice_sign": deed("office"),
    "notice_issue": deed("office"),
    "notice_edit": deed("office"),
    "notice_send_back": deed("office"),
    "notice_refresh": deed("office"),
    "notice_dismiss": deed("office"),
    "notice_withdraw": deed("office"),
    "notice_close": deed("office"),
    "notice_receive": deed("office", *LEAD),
    "notice_reply": deed("office", *LEAD),
    "notice_replace": {
        "GET": only("office", status=409),
        "POST": only("office", status=303, anonymous=SIGNED_OUT),
    },
    "indicators": {"GET": only(*SEE, "stranger", status=200)},
    "indicator": {"GET": only(*SEE, status=200)},
    "indicator_entry": {
        "GET": only(*PARTS, "stranger", "office", status=200),
        "POST": only(*LEAD, "office", status=422, anonymous=SIGNED_OUT) | {"helper": 200, "stranger": 200},
    },
    "indicator_value": deed(*LEAD, "office"),
    "indicator_path": deed("head", "office"),
    "indicator_correct": deed(*LEAD, "office"),
    "indicator_withdraw": deed(*LEAD, "office"),
    "warnings": {"GET": only(*SEE, "stranger", status=200)},
    "warning_send": deed("office", sent=303),
    "warning_set_aside": deed("office"),
    "evidence": {"GET": only(*SEE, status=200)},
    "documents": {"GET": EVERYBODY},
    "document": {"GET": EVERYBODY},
    "document_amend": deed("office"),
    "amendment": {"GET": EVERYBODY},
    "amendment_cancel": {"GET": NOT_OFFERED, "POST": only("office", status=422, anonymous=SIGNED_OUT)},
    "amendment_withdraw": deed("office"),
    "policy": {"GET": EVERYBODY},
    "simulation": {"GET": only(*READERS, status=200)},
    "task_rebase": deed("office", sent=409),
    "inbox": {"GET": EVERYBODY},
    "channels": {"GET": only(*RECORDS, status=200)},
    "channel_test": {"GET": NOT_OFFERED, "POST": only("administrator", status=303, anonymous=SIGNED_OUT)},
    "channels_pause": {"GET": NOT_OFFERED, "POST": only("administrator", status=422, anonymous=SIGNED_OUT)},
    "channels_resume": {"GET": NOT_OFFERED, "POST": only("administrator", status=303, anonymous=SIGNED_OUT)},
    "deliveries": {"GET": only(*RECORDS, status=200)},
    "deliveries_retry": {"GET": NOT_OFFERED, "POST": only("administrator", status=422, anonymous=SIGNED_OUT)},
    "deliveries_give_up": {"GET": NOT_OFFERED, "POST": only("administrator", status=422, anonymous=SIGNED_OUT)},
    "own": {"GET": EVERYBODY},
    "own_copies": {"GET": NOT_OFFERED, "POST": all_of(303, anonymous=SIGNED_OUT)},
    "own_sign_out": {"GET": NOT_OFFERED, "POST": all_of(303, anonymous=SIGNED_OUT)},
    # Whoever holds the address in a mail may stop that mail, signed in or not, and nothing else.
    "copies_stop": {"GET": all_of(200, anonymous=200), "POST": all_of(200, anonymous=200)},
    "load": {"GET": only(*SEE, "stranger", status=200)},
    "load_unit": {"GET": only(*LEAD, *READERS, status=200)},
    "load_list": {"GET": only(*SEE, "stranger", status=200)},
    "inbox_read": {"GET": NOT_OFFERED, "POST": all_of(303, anonymous=SIGNED_OUT)},
    "calendar": {"GET": EVERYBODY, "POST": all_of(422, anonymous=SIGNED_OUT)},
    # The subscription is the liaison's.
    "calendar_rotate": {"GET": NOT_OFFERED, "POST": only("liaison", status=200, others=404, anonymous=SIGNED_OUT)},
    "calendar_revoke": {"GET": NOT_OFFERED, "POST": only("liaison", status=303, others=404, anonymous=SIGNED_OUT)},
    "design": {"GET": EVERYBODY},
    "password": {"GET": EVERYBODY, "POST": all_of(422, anonymous=SIGNED_OUT)},
    "administration": {"GET": only(*RECORDS, status=200)},
    "admin_users": {"GET": only(*RECORDS, status=200)},
    "admin_user": {"GET": only(*RECORDS, status=200)},
    "admin_user_new": deed("administrator"),
    "admin_user_edit": deed("administrator"),
    "admin_user_act": deed("administrator", sent=200),
    "admin_posts": {"GET": only(*RECORDS, status=200)},
    "admin_post": {"GET": only(*RECORDS, status=200)},
    "admin_post_new": deed("office", "administrator"),
    "admin_post_appoint": deed("office", "administrator"),
    # Sent without a role: the post would be on record only, which is shown before it is done.
    "admin_post_role": deed("administrator", sent=200),
    "admin_post_withdraw": deed("administrator"),
    "admin_tenure_end": deed("office", "administrator"),
    "admin_tenure_correct": deed("office", "administrator"),
    "admin_units": {"GET": only(*RECORDS, status=200)},
    "admin_unit": {"GET": only(*RECORDS, status=200)},
    "admin_alias_new": deed("office"),
    "admin_alias_remove": deed("office"),
    "admin_portfolio": deed("office"),
    "admin_groups": {"GET": only(*RECORDS, status=200)},
    "admin_group": deed("office"),
    "admin_policies": {"GET": only(*RECORDS, status=200)},
    "admin_policy": deed("office"),
    "admin_workdays": {"GET": only(*RECORDS, status=200)},
    "admin_workday_new": deed("office"),
    "admin_workday_withdraw": deed("office"),
    "admin_series": {"GET": only(*RECORDS, status=200)},
    "admin_prefix": deed("office", "administrator", sent=200),
    "remarks": {"GET": EVERYBODY, "POST": all_of(422, anonymous=SIGNED_OUT)},
    "remark_answer": {"GET": NOT_OFFERED, "POST": only("office", "administrator", status=422, anonymous=SIGNED_OUT)},
    "audit": {"GET": only(*RECORDS, status=200)},
    "audit_verify": {"GET": NOT_OFFERED, "POST": only(*RECORDS, status=200, anonymous=SIGNED_OUT)},
    "health": {"GET": only(*RECORDS, status=200)},
    "status": {"GET": all_of(200, anonymous=200), "POST": NOT_OFFERED},
    # Outside a demonstration these do not exist.
    "advance": {"GET": NOT_OFFERED, "POST": all_of(404, anonymous=SIGNED_OUT)},
    "sign_in_as": {"GET": NOT_OFFERED, "POST": all_of(404, anonymous=404)},
}

# The state in which a deed is open, so that the person alone decides the answer; elsewhere the task is assigned.
STATES = {
    "task_confirm_backfill": State.TO_CONFIRM,
    "task_record_event": State.WAITING,
    "task_review": State.AWAITING_REVIEW,
    "task_resume": State.SUSPENDED,
}


@pytest.fixture
def arguments(county: County) -> dict[str, list[Any]]:
    report = ProgressReport.objects.create(
        task=county.task, unit=county.lead, kind="progress", at=county.task.opened_at, by="x"
    )
    from django.core.files.base import ContentFile

    piece = Evidence.objects.create(
        report=report, kind=Evidence.Kind.FILE, value="批复.pdf", file=ContentFile(b"%PDF-1.7", name="a.pdf")
    )
    token = FeedToken.objects.create(
        user=county.users["liaison"], scope="mine", label="手机", token_hash="0" * 64, created_at=county.task.opened_at
    )
    waiting = Amendment.objects.create(
        document=county.document,
        kind="repeal",
        instrument_text="稷政发〔2023〕9号",
        words="废止",
        effective_on=date(2023, 7, 1),
        recorded_at=county.task.opened_at,
        recorded_by="x",
    )
    return (
        measured.arguments(county)
        | plans.arguments(county)
        | records.arguments(county)
        | {
            "evidence": [piece.pk],
            "document": [county.document.slug],
            "document_amend": [county.document.slug],
            "amendment": [waiting.pk],
            "amendment_cancel": [waiting.pk],
            "dashboard_leader": [county.post.pk],
            "dashboard_unit": [county.lead.slug],
            "dashboard_document": [county.document.slug],
            "meeting_sheet": [county.lead.slug],
            "day": ["2023-06-02"],
            "unit": [county.lead.slug],
            "post": [county.users["head"].tenures.get().post_id],
            "hand_over": [county.users["head"].tenures.get().post_id],
            "policy": [make.policy(county.document, {}).key],
            "copies_stop": [copies.token(county.users["liaison"])],
            "load_unit": [county.lead.slug],
            "load_list": ["messages"],
            "calendar_rotate": [token.pk],
            "calendar_revoke": [token.pk],
            "sign_in_as": ["liaison"],
        }
    )


def routes() -> Iterator[str]:
    return (str(pattern.name) for pattern in urlpatterns)


def test_every_route_has_a_row() -> None:
    assert sorted(routes()) == sorted(TABLE)


def prepare(county: County, route: str) -> None:
    """Bring the task to where the deed is open."""
    county.set_state(STATES.get(route, State.ASSIGNED))
    if route in {"task_agree_extension", "task_decide_extension"}:
        Extension.objects.create(
            task=county.task,
            unit=county.lead,
            state="requested" if route == "task_agree_extension" else "agreed",
            old_due=county.task.due,
            new_due=county.task.due,
            reason="等批复",
            progress="已报",
            requested_at=county.task.opened_at,
            requested_by="x",
        )
    if route == "task_decide_return":
        Return.objects.create(task=county.task, unit=county.lead, reason="不属于", at=county.task.opened_at, by="x")


def address_of(county: County, arguments: dict[str, list[Any]], route: str) -> str:
    """Return the address of a route in the small county, brought to where the route can be opened."""
    prepare(county, route)
    made = papers.arguments(county, route) or offices.arguments(county, route)
    args = made or arguments.get(route, [county.task.pk] if route.startswith("task") else [])
    return reverse(f"web:{route}", args=args)


@pytest.mark.parametrize("route", sorted(TABLE))
def test_a_route_answers_each_person_as_the_table_says(
    county: County, arguments: dict[str, list[Any]], route: str
) -> None:
    address = address_of(county, arguments, route)
    found = {}
    for method, row in TABLE[route].items():
        for who in row:
            client = county.client(who)
            with transaction.atomic():
                answer = client.get(address) if method == "GET" else client.post(address)
                found[method, who] = answer.status_code
                transaction.set_rollback(True)
    assert found == {(method, who): status for method, row in TABLE[route].items() for who, status in row.items()}


@pytest.mark.parametrize("who", ["helper", "stranger", "auditor", "administrator", "leader", "county_head"])
def test_a_form_sent_past_the_page_changes_nothing_and_is_on_record(county: County, who: str) -> None:
    version = Task.objects.get(pk=county.task.pk).version
    answer = county.do(who, "apply_to_close", text="已设立", done_on="2023-06-05", unit=county.lead.pk)
    assert answer.status_code == 403
    task = Task.objects.get(pk=county.task.pk)
    assert (task.version, task.state) == (version, State.ASSIGNED)
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.actor_id) == ("web.refused", county.users[who].pk)


def test_a_liaison_of_another_unit_finds_the_task_nowhere(county: County) -> None:
    for route in ("my_unit", "ledger"):
        assert county.commitment.title not in county.get("stranger", route).content.decode()
    page = county.get("stranger", "document", county.document.slug).content.decode()
    # The document is public; the task made of it is not.
    assert county.commitment.title in page
    assert reverse("web:task", args=[county.task.pk]) not in page


def test_a_liaison_sees_only_the_own_task_among_those_of_one_promise(county: County) -> None:
    page = county.get("liaison", "task", county.task.pk).content.decode()
    assert reverse("web:task", args=[county.sibling.pk]) not in page
    assert (
        reverse("web:task", args=[county.sibling.pk]) in county.get("office", "task", county.task.pk).content.decode()
    )


def test_a_duty_of_units_not_named_is_laid_on_named_ones_by_the_office(county: County) -> None:
    county.lead.kind = UnitKind.COLLECTIVE
    county.lead.save()
    assert "/break-down/" in county.get("office", "task", county.task.pk).content.decode()
    answer = county.do("office", "break_down", units=[county.other.pk, county.support.pk])
    assert (answer.status_code, answer.headers["Location"]) == (303, reverse("web:desk"))
    assert Task.objects.get(pk=county.task.pk).state == State.WITHDRAWN

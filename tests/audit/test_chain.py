"""The audit chain is only ever added to, and says where it was broken."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction

from tests import factories as make
from tests.factories import NOW
from tracker.audit import services
from tracker.audit.actors import system
from tracker.audit.models import AuditEntry
from tracker.audit.selectors import verify_chain
from tracker.audit.services import record

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.core]


def write(number: int = 3) -> None:
    unit = make.unit()
    with transaction.atomic():
        for place in range(number):
            record(by=system("test"), now=NOW, action="org.renamed", obj=unit, place=place, text="旧名“甲”改为“乙”")


def unguarded(sql: str, *values: object) -> None:
    """Change the table as somebody who owns the database could: with the guard taken away first."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER ALL")
            cursor.execute(sql, values)
            cursor.execute("ALTER TABLE audit_auditentry ENABLE TRIGGER ALL")
        else:
            kept = {}
            for name in ("audit_no_update", "audit_no_delete"):
                cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [name])
                kept[name] = cursor.fetchone()[0]
                cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute(sql, values)
            for statement in kept.values():
                cursor.execute(statement)


def test_a_whole_chain_is_said_to_be_whole() -> None:
    write()
    report = verify_chain()
    assert report.whole and report.entries == 3 and len(report.head) == 64


@pytest.mark.parametrize(
    "sql",
    ["UPDATE audit_auditentry SET actor_name = 'x'", "DELETE FROM audit_auditentry"],
)
def test_the_database_itself_refuses_to_change_or_remove_an_entry(sql: str) -> None:
    write()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert verify_chain().entries == 3


def test_a_changed_entry_is_named() -> None:
    write()
    second = AuditEntry.objects.order_by("pk")[1]
    unguarded("UPDATE audit_auditentry SET object_text = 'x' WHERE id = %s", second.pk)
    assert verify_chain().broken_at == second.pk


def test_a_removed_entry_is_named_by_the_one_after_it() -> None:
    write()
    entries = list(AuditEntry.objects.order_by("pk"))
    unguarded("DELETE FROM audit_auditentry WHERE id = %s", entries[1].pk)
    assert verify_chain().broken_at == entries[2].pk


def test_a_cut_tail_is_noticed() -> None:
    write()
    last = AuditEntry.objects.order_by("-pk")[0]
    unguarded("DELETE FROM audit_auditentry WHERE id = %s", last.pk)
    assert not verify_chain().whole


def test_an_act_and_its_record_stand_or_fall_together() -> None:
    unit = make.unit()
    with pytest.raises(RuntimeError), transaction.atomic():
        record(by=system("test"), now=NOW, action="org.renamed", obj=unit)
        raise RuntimeError
    assert verify_chain().entries == 0


def test_a_refusal_that_the_database_cannot_take_is_logged_and_hides_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(**values: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(services, "record_many", full)
    services.record_refusal(
        by=system("test"), now=NOW, action="web.refused", route="web.page", path="/audit/", method="GET", why="no"
    )
    assert "could not be put on the audit chain" in caplog.text

"""Start the chain, and let the database itself refuse to change or remove an entry."""

from django.db import migrations

SQLITE = [
    """CREATE TRIGGER audit_no_{verb} BEFORE {verb} ON audit_auditentry
    BEGIN SELECT RAISE(ABORT, 'audit entries are never changed or removed'); END""".format(verb=verb)
    for verb in ("update", "delete")
]
POSTGRES = [
    """CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'audit entries are never changed or removed'; END $$""",
    """CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit_auditentry
    FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()""",
]
UNDO = {
    "sqlite": ["DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"],
    "postgresql": [
        "DROP TRIGGER audit_no_change ON audit_auditentry",
        "DROP TRIGGER audit_no_truncate ON audit_auditentry",
        "DROP FUNCTION audit_refuse()",
    ],
}


def guard(apps, schema_editor):
    apps.get_model("audit", "AuditHead").objects.get_or_create(pk=1, defaults={"hash": "0" * 64})
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRES}.get(schema_editor.connection.vendor, []):
        schema_editor.execute(statement)


def unguard(apps, schema_editor):
    for statement in UNDO.get(schema_editor.connection.vendor, []):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]

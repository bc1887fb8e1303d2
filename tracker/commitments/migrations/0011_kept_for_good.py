"""Let the database itself refuse to change or remove a sheet that was kept before a meeting."""

from django.db import migrations

SQLITE = [
    """CREATE TRIGGER kept_sheet_no_{verb} BEFORE {verb} ON commitments_keptsheet
    BEGIN SELECT RAISE(ABORT, 'kept sheets are never changed or removed'); END""".format(verb=verb)
    for verb in ("update", "delete")
]
POSTGRES = [
    """CREATE FUNCTION kept_sheet_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'kept sheets are never changed or removed'; END $$""",
    """CREATE TRIGGER kept_sheet_no_change BEFORE UPDATE OR DELETE ON commitments_keptsheet
    FOR EACH ROW EXECUTE FUNCTION kept_sheet_refuse()""",
    """CREATE TRIGGER kept_sheet_no_truncate BEFORE TRUNCATE ON commitments_keptsheet
    FOR EACH STATEMENT EXECUTE FUNCTION kept_sheet_refuse()""",
]
UNDO = {
    "sqlite": ["DROP TRIGGER kept_sheet_no_update", "DROP TRIGGER kept_sheet_no_delete"],
    "postgresql": [
        "DROP TRIGGER kept_sheet_no_change ON commitments_keptsheet",
        "DROP TRIGGER kept_sheet_no_truncate ON commitments_keptsheet",
        "DROP FUNCTION kept_sheet_refuse()",
    ],
}


def guard(apps, schema_editor):
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRES}.get(schema_editor.connection.vendor, []):
        schema_editor.execute(statement)


def unguard(apps, schema_editor):
    for statement in UNDO.get(schema_editor.connection.vendor, []):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("commitments", "0010_kept_sheets")]
    operations = [migrations.RunPython(guard, unguard)]

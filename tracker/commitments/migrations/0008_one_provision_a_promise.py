"""Turn the acts that ended promises, or gave all of them one date, into provisions of each promise."""

from django.db import migrations


def forwards(apps, schema_editor):
    amendments = apps.get_model("commitments", "Amendment")
    commitments = apps.get_model("commitments", "Commitment")
    provisions = apps.get_model("commitments", "Provision")
    for act in amendments.objects.filter(kind__in=["end", "date"]).order_by("applied_at", "pk"):
        due = act.new_due if act.kind == "date" else None
        rows = list(act.commitments.values_list("pk", flat=True))
        provisions.objects.bulk_create(
            [provisions(amendment=act, commitment_id=pk, new_due=due) for pk in rows], ignore_conflicts=True
        )
        if due and act.applied_at:
            commitments.objects.filter(pk__in=rows).update(amended_due=due)
            for row in act.outcome.get("moves", []):
                row["to"] = due.isoformat()
        act.kind = "promises"
        act.save(update_fields=["kind", "outcome"])


class Migration(migrations.Migration):
    dependencies = [("commitments", "0007_provisions_and_withdrawal")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop, elidable=True)]

"""Tell who acts in a post from who holds it; what the form had written as a note becomes the kind, the note stays."""

from django.db import migrations, models


def forwards(apps, schema_editor):
    tenures = apps.get_model("org", "Tenure")
    tenures.objects.filter(by_hand=True, note__startswith="代理").update(kind="acting")


class Migration(migrations.Migration):
    dependencies = [("org", "0002_administration")]

    operations = [
        migrations.AddField(
            "tenure",
            "kind",
            models.CharField(
                choices=[("holder", "holds the post"), ("acting", "acts in the post")],
                default="holder",
                max_length=6,
                verbose_name="kind",
            ),
        ),
        migrations.RunPython(forwards, migrations.RunPython.noop, elidable=True),
    ]

"""Let an act say what becomes of each promise, and keep its withdrawal."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commitments", "0006_long_work")]

    operations = [
        migrations.AddField("amendment", "undone", models.JSONField(default=dict)),
        migrations.AddField("amendment", "withdrawn_at", models.DateTimeField(null=True)),
        migrations.AddField("amendment", "withdrawn_by", models.CharField(blank=True, max_length=120)),
        migrations.AddField("amendment", "withdrawn_reason", models.TextField(blank=True)),
        migrations.AddField(
            "commitment",
            "amended_due",
            models.DateField(blank=True, null=True, verbose_name="date set by another document"),
        ),
        migrations.AlterField(
            "amendment",
            "kind",
            models.CharField(
                choices=[
                    ("repeal", "repeals the document"),
                    ("replace", "replaces the document"),
                    ("promises", "changes promises of the document"),
                ],
                max_length=8,
                verbose_name="kind",
            ),
        ),
        migrations.CreateModel(
            name="Provision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("new_due", models.DateField(blank=True, null=True, verbose_name="new date")),
                ("clause", models.CharField(blank=True, max_length=120, verbose_name="clause")),
                (
                    "amendment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="provisions",
                        to="commitments.amendment",
                    ),
                ),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="provisions",
                        to="commitments.commitment",
                    ),
                ),
            ],
            options={
                "verbose_name": "provision of an amendment",
                "verbose_name_plural": "provisions of amendments",
                "ordering": ["commitment__line", "commitment"],
                "constraints": [models.UniqueConstraint(fields=("amendment", "commitment"), name="provision_once")],
            },
        ),
    ]

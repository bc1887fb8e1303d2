"""Keep the sheets before meetings."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commitments", "0009_acts_without_one_date"), ("org", "0003_acting")]

    operations = [
        migrations.CreateModel(
            name="KeptSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("meeting", models.CharField(max_length=160, verbose_name="meeting")),
                ("held_on", models.DateField(verbose_name="day of the meeting")),
                ("day", models.DateField()),
                ("since", models.DateField()),
                ("facts", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=120)),
                ("by_post", models.CharField(blank=True, max_length=400)),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="kept_sheets", to="org.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "kept sheet",
                "verbose_name_plural": "kept sheets",
                "ordering": ["-held_on", "-pk"],
                "indexes": [models.Index(fields=["unit", "-held_on"], name="kept_sheet_unit")],
            },
        ),
    ]

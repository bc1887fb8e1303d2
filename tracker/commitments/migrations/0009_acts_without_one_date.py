"""Drop what provisions have taken the place of."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("commitments", "0008_one_provision_a_promise")]

    operations = [
        migrations.RemoveField("amendment", "commitments"),
        migrations.RemoveField("amendment", "new_due"),
    ]

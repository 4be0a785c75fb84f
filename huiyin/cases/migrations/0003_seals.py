"""Seals over all events. What was written before waits for the first one."""

from django.db import migrations, models

WAITING = """INSERT INTO cases_unsealed (case_id, first, last, digest)
SELECT id, 1, seq, digest FROM cases_case WHERE seq > 0 ORDER BY id"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_search_groups")]
    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("cases", models.PositiveIntegerField()),
                ("events", models.PositiveIntegerField()),
                ("entries", models.BinaryField()),
                ("digest", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Unsealed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("case_id", models.BigIntegerField()),
                ("first", models.PositiveIntegerField()),
                ("last", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
            ],
        ),
        migrations.RunSQL(WAITING, migrations.RunSQL.noop),
    ]

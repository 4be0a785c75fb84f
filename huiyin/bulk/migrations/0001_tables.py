import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from huiyin.db.tables import CreateTables


class Migration(migrations.Migration):
    replaces = [("bulk", "0001_bulk")]

    initial = True

    dependencies = [
        ("org", "0001_tables"),
    ]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name="Bulk",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("key", models.CharField(max_length=64)),
                        ("act", models.CharField(max_length=12)),
                        ("data", models.JSONField()),
                        ("cases", models.JSONField()),
                        ("at", models.DateTimeField()),
                        ("due_at", models.DateTimeField()),
                        ("started_at", models.DateTimeField(null=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[("waiting", "waiting"), ("done", "done"), ("undone", "undone")],
                                default="waiting",
                                max_length=8,
                            ),
                        ),
                        ("results", models.JSONField(default=list)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "waiting")), fields=["due_at"], name="bulk_to_do"
                            ),
                            models.Index(fields=["user", "at"], name="bulk_of_user"),
                            models.Index(fields=["at"], name="bulk_by_time"),
                        ],
                        "constraints": [models.UniqueConstraint(fields=("user", "key"), name="one_bulk_a_form")],
                    },
                ),
            ],
        ),
    ]

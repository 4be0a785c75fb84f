import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from huiyin.db.tables import CreateTables


class Migration(migrations.Migration):
    replaces = [("imports", "0001_imports"), ("imports", "0002_kinds")]

    initial = True

    dependencies = [
        ("org", "0001_tables"),
    ]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name="Import",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "site",
                            models.ForeignKey(
                                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="org.site"
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                db_index=False, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        ("made_at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "not started"),
                                    ("waiting", "waiting"),
                                    ("running", "running"),
                                    ("done", "done"),
                                    ("cancelled", "cancelled"),
                                    ("stopped", "stopped"),
                                ],
                                default="draft",
                                max_length=10,
                            ),
                        ),
                        (
                            "stop",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("right", "Whoever started it has no right to import there any more."),
                                    ("lost", "The uploaded file is no longer there."),
                                    ("damaged", "The uploaded file could not be read to its end."),
                                    ("fault", "Something went wrong inside Huiyin; the log says what."),
                                ],
                                default="",
                                max_length=8,
                            ),
                        ),
                        ("file_name", models.CharField(max_length=120)),
                        ("stored", models.CharField(max_length=32)),
                        ("header", models.JSONField()),
                        ("source", models.CharField(default="import", max_length=64)),
                        (
                            "kind",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("complaint", "complaint"),
                                    ("repair", "repair request"),
                                    ("inquiry", "inquiry"),
                                    ("request", "help request"),
                                    ("suggestion", "suggestion"),
                                    ("praise", "praise"),
                                    ("finding", "finding by ourselves"),
                                    ("report", "whistle-blow report"),
                                ],
                                default="",
                                max_length=12,
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("portal", "portal"),
                                    ("phone", "phone"),
                                    ("email", "e-mail"),
                                    ("letter", "letter or fax"),
                                    ("chat", "chat"),
                                    ("group", "owners' group chat"),
                                    ("walk_in", "walk-in"),
                                    ("transfer", "transferred from above"),
                                    ("media", "media"),
                                    ("survey", "survey"),
                                    ("inspection", "inspection"),
                                    ("api", "API"),
                                    ("import", "import"),
                                ],
                                default="import",
                                max_length=12,
                            ),
                        ),
                        ("columns", models.JSONField(default=dict)),
                        ("language", models.CharField(blank=True, default="", max_length=8)),
                        ("started_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("rows", models.PositiveIntegerField()),
                        ("position", models.PositiveIntegerField(default=0)),
                        ("imported", models.PositiveIntegerField(default=0)),
                        ("updated", models.PositiveIntegerField(default=0)),
                        ("known", models.PositiveIntegerField(default=0)),
                        ("failed", models.PositiveIntegerField(default=0)),
                        ("first_case", models.BigIntegerField(null=True)),
                        ("last_case", models.BigIntegerField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["site", "-id"], name="import_of_site"),
                            models.Index(fields=["made_by", "-id"], name="import_of_maker"),
                            models.Index(
                                condition=models.Q(("state__in", ("waiting", "running"))),
                                fields=["id"],
                                name="active_import",
                            ),
                            models.Index(fields=["state", "made_at"], name="import_by_state"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FailedRow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "of",
                            models.ForeignKey(
                                db_index=False, on_delete=django.db.models.deletion.CASCADE, to="imports.import"
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("reason", models.TextField()),
                        ("cells", models.JSONField()),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("of", "number"), name="one_failure_a_row")],
                    },
                ),
                migrations.CreateModel(
                    name="SavedMap",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=64, unique=True)),
                        ("source", models.CharField(max_length=64)),
                        (
                            "site",
                            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="org.site"),
                        ),
                        (
                            "kind",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("complaint", "complaint"),
                                    ("repair", "repair request"),
                                    ("inquiry", "inquiry"),
                                    ("request", "help request"),
                                    ("suggestion", "suggestion"),
                                    ("praise", "praise"),
                                    ("finding", "finding by ourselves"),
                                    ("report", "whistle-blow report"),
                                ],
                                default="",
                                max_length=12,
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("portal", "portal"),
                                    ("phone", "phone"),
                                    ("email", "e-mail"),
                                    ("letter", "letter or fax"),
                                    ("chat", "chat"),
                                    ("group", "owners' group chat"),
                                    ("walk_in", "walk-in"),
                                    ("transfer", "transferred from above"),
                                    ("media", "media"),
                                    ("survey", "survey"),
                                    ("inspection", "inspection"),
                                    ("api", "API"),
                                    ("import", "import"),
                                ],
                                default="import",
                                max_length=12,
                            ),
                        ),
                        ("columns", models.JSONField()),
                        (
                            "created_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                    ],
                ),
            ],
        ),
    ]

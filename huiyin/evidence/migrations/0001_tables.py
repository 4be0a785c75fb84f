import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from huiyin.db.tables import CreateTables


class Migration(migrations.Migration):
    replaces = [("evidence", "0001_evidence")]

    initial = True

    dependencies = [
        ("cases", "0001_tables"),
        ("org", "0001_tables"),
    ]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name="Copy",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="cases.case"
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
                        ("language", models.CharField(max_length=16)),
                        ("asked_at", models.DateTimeField()),
                        ("begun_at", models.DateTimeField(null=True)),
                        ("tries", models.PositiveIntegerField(default=0)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "being made"),
                                    ("ready", "ready"),
                                    ("failed", "failed"),
                                    ("gone", "cleared away"),
                                ],
                                default="waiting",
                                max_length=8,
                            ),
                        ),
                        ("problem", models.CharField(blank=True, default="", max_length=12)),
                        ("sha256", models.CharField(blank=True, default="", max_length=64)),
                        ("size", models.PositiveBigIntegerField(default=0)),
                    ],
                    options={
                        "indexes": [
                            models.Index(condition=models.Q(("state", "waiting")), fields=["id"], name="copy_to_make"),
                            models.Index(
                                condition=models.Q(("state", "ready")), fields=["asked_at"], name="copy_to_clear"
                            ),
                            models.Index(fields=["case", "user", "-id"], name="copy_of_case"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Handling",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="cases.case"
                            ),
                        ),
                        (
                            "file",
                            models.ForeignKey(
                                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="cases.file"
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "act",
                            models.CharField(
                                choices=[
                                    ("shown", "looked at"),
                                    ("saved", "saved"),
                                    ("copied", "taken along in a copy of the case"),
                                ],
                                max_length=6,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["case", "-id"], name="handling_of_case")],
                    },
                ),
            ],
        ),
    ]

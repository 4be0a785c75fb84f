import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from huiyin.db.tables import CreateTables


class Migration(migrations.Migration):
    replaces = [("web", "0001_initial"), ("web", "0002_together"), ("web", "0003_saved_views")]

    initial = True

    dependencies = [
        ("cases", "0001_tables"),
        ("org", "0001_tables"),
    ]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name="SavedView",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "site",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="org.site",
                            ),
                        ),
                        ("name", models.CharField(max_length=40)),
                        ("params", models.JSONField(default=dict)),
                        ("position", models.PositiveIntegerField(default=0)),
                    ],
                ),
                migrations.CreateModel(
                    name="Sending",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.CharField(max_length=64, unique=True)),
                        ("address", models.CharField(max_length=64)),
                        ("at", models.DateTimeField()),
                        ("sealed", models.BinaryField(default=b"")),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["address", "at"], name="sending_of_address"),
                            models.Index(fields=["at"], name="sending_at"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Draft",
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
                                db_index=False, on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        ("case", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="cases.case")),
                        ("verb", models.CharField(max_length=24)),
                        ("words", models.JSONField()),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("user", "case", "verb"), name="one_draft_a_verb")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Looking",
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
                                db_index=False, on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        ("case", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="cases.case")),
                        ("writing", models.CharField(blank=True, default="", max_length=24)),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("user", "case"), name="one_look_a_person")],
                    },
                ),
            ],
        ),
    ]

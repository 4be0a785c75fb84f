import django.db.models.deletion
from django.db import migrations, models

from huiyin.db.tables import CreateTables


class Migration(migrations.Migration):
    replaces = [("huiyin_messages", "0001_initial")]

    initial = True

    dependencies = [
        ("cases", "0001_tables"),
        ("org", "0001_tables"),
    ]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name="Entry",
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
                        ("code", models.CharField(max_length=32, unique=True)),
                        ("place", models.CharField(blank=True, default="", max_length=120)),
                        ("active", models.BooleanField(default=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="Proof",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("email", models.CharField(max_length=254)),
                        ("digest", models.CharField(max_length=64, unique=True)),
                        ("asked_at", models.DateTimeField()),
                        ("code", models.CharField(blank=True, default="", max_length=64)),
                        ("code_until", models.DateTimeField(null=True)),
                        ("tries", models.PositiveSmallIntegerField(default=0)),
                        ("proven_at", models.DateTimeField(null=True)),
                        ("ends_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["ends_at"], name="proof_that_ends")],
                    },
                ),
                migrations.CreateModel(
                    name="Sheet",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("site", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to="org.site")),
                        ("office", models.CharField(blank=True, default="", max_length=300)),
                        ("office_en", models.CharField(blank=True, default="", max_length=300)),
                        ("measures", models.TextField(blank=True, default="")),
                        ("measures_en", models.TextField(blank=True, default="")),
                    ],
                ),
                migrations.CreateModel(
                    name="Link",
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
                                db_index=False, on_delete=django.db.models.deletion.CASCADE, to="cases.case"
                            ),
                        ),
                        ("digest", models.CharField(max_length=64, unique=True)),
                        ("ends_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["case"], name="link_of_case"),
                            models.Index(fields=["ends_at"], name="link_that_ends"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Mail",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("to", models.CharField(max_length=254)),
                        ("subject", models.CharField(max_length=200)),
                        ("body", models.TextField()),
                        (
                            "what",
                            models.CharField(
                                choices=[
                                    ("receipt", "receipt"),
                                    ("news", "news of a case"),
                                    ("links", "new links"),
                                    ("code", "code"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("language", models.CharField(max_length=8)),
                        (
                            "case",
                            models.ForeignKey(
                                db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, to="cases.case"
                            ),
                        ),
                        (
                            "proof",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.SET_NULL, to="huiyin_messages.proof"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("waiting", "to be sent"), ("sent", "sent"), ("failed", "not delivered")],
                                default="waiting",
                                max_length=8,
                            ),
                        ),
                        ("tries", models.PositiveSmallIntegerField(default=0)),
                        ("made_at", models.DateTimeField()),
                        ("next_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("error", models.CharField(blank=True, default="", max_length=40)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("next_at__isnull", False)),
                                fields=["next_at", "id"],
                                name="mail_to_send",
                            ),
                            models.Index(fields=["to", "what", "made_at"], name="mail_to_address"),
                            models.Index(
                                condition=models.Q(("case__isnull", False)), fields=["case", "-id"], name="mail_of_case"
                            ),
                            models.Index(
                                condition=models.Q(("ended_at__isnull", False)),
                                fields=["ended_at"],
                                name="mail_that_ended",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]

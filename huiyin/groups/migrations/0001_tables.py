import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from huiyin.db.tables import CreateTables


class Migration(migrations.Migration):
    replaces = [("groups", "0001_initial"), ("groups", "0002_roles")]

    initial = True

    dependencies = [
        ("cases", "0001_tables"),
        ("org", "0001_tables"),
    ]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name="Progress",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("upto", models.BigIntegerField()),
                        ("gaps", models.JSONField(default=list)),
                    ],
                ),
                migrations.CreateModel(
                    name="Again",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("case", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to="cases.case")),
                        ("since", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Alone",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("case", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to="cases.case")),
                    ],
                ),
                migrations.CreateModel(
                    name="Group",
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
                            "category",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="cases.category",
                            ),
                        ),
                        ("place", models.CharField(blank=True, default="", max_length=120)),
                        (
                            "stage",
                            models.CharField(
                                choices=[
                                    ("individual", "individual voice"),
                                    ("several", "several customers"),
                                    ("collective", "many customers"),
                                ],
                                default="individual",
                                max_length=12,
                            ),
                        ),
                        ("size", models.PositiveIntegerField(default=0)),
                        ("customers", models.PositiveIntegerField(default=0)),
                        ("first_at", models.DateTimeField(null=True)),
                        ("last_at", models.DateTimeField(null=True)),
                        (
                            "lead",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="cases.incident",
                            ),
                        ),
                        ("kept", models.BooleanField(default=False)),
                        ("made_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "merged_into",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="groups.group",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("ended_at__isnull", True)), fields=["-id"], name="living_group"
                            ),
                            models.Index(
                                condition=models.Q(("incident__isnull", False)),
                                fields=["incident"],
                                name="group_of_incident",
                            ),
                        ],
                    },
                ),
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
                            "group",
                            models.ForeignKey(
                                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="groups.group"
                            ),
                        ),
                        (
                            "what",
                            models.CharField(
                                choices=[
                                    ("joined", "joined"),
                                    ("left", "left"),
                                    ("merged", "merged"),
                                    ("split", "split off"),
                                    ("stage", "stage"),
                                    ("lead", "lead"),
                                    ("incident", "incident"),
                                    ("role", "role"),
                                    ("aims", "other aims"),
                                    ("ended", "ended"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="cases.case",
                            ),
                        ),
                        (
                            "other",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="groups.group",
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("data", models.JSONField(default=dict)),
                        ("reason", models.TextField(blank=True, default="")),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["group", "-id"], name="entry_of_group"),
                            models.Index(
                                condition=models.Q(("case__isnull", False)),
                                fields=["case", "-id"],
                                name="group_entry_of_case",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GroupRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("site", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, to="org.site")),
                        ("several", models.PositiveSmallIntegerField()),
                        ("collective", models.PositiveSmallIntegerField()),
                        ("fast_customers", models.PositiveSmallIntegerField()),
                        ("fast_hours", models.PositiveSmallIntegerField()),
                        ("days", models.PositiveSmallIntegerField()),
                        ("place", models.PositiveSmallIntegerField()),
                        ("building", models.PositiveSmallIntegerField()),
                        ("words", models.PositiveSmallIntegerField()),
                        ("elsewhere", models.PositiveSmallIntegerField()),
                        ("around", models.TextField(blank=True, default="")),
                        ("own", models.TextField(blank=True, default="")),
                        ("source", models.CharField(max_length=300)),
                    ],
                ),
                migrations.CreateModel(
                    name="Member",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="groups.group"
                            ),
                        ),
                        ("case", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to="cases.case")),
                        ("who", models.CharField(blank=True, default="", max_length=40)),
                        ("at", models.DateTimeField()),
                        ("by_hand", models.BooleanField(default=False)),
                        ("data", models.JSONField(default=dict)),
                        ("reason", models.TextField(blank=True, default="")),
                        ("remark", models.PositiveIntegerField(null=True)),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("ordinary", "one of many"),
                                    ("spokesperson", "spokesperson"),
                                    ("expert", "expert"),
                                ],
                                default="ordinary",
                                max_length=12,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["group", "-case"], name="member_of_group")],
                    },
                ),
            ],
        ),
    ]

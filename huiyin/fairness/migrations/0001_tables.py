import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from huiyin.db.tables import CreateTables


class Migration(migrations.Migration):
    replaces = [("fairness", "0001_initial"), ("fairness", "0002_sight_at_case")]

    initial = True

    dependencies = [
        ("cases", "0001_tables"),
        ("customers", "0001_tables"),
        ("org", "0001_tables"),
    ]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name="FairRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("repeat_days", models.PositiveSmallIntegerField()),
                        ("source", models.CharField(max_length=300)),
                    ],
                ),
                migrations.CreateModel(
                    name="Mark",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="customers.customer"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("important", "important"),
                                    ("vulnerable", "vulnerable"),
                                    ("hostile", "hostile, or unsafe for visitors"),
                                    ("professional", "professional claimant"),
                                    ("other", "other"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("reason", models.TextField()),
                        ("advice", models.TextField()),
                        (
                            "set_by",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("set_at", models.DateTimeField()),
                        ("until", models.DateField()),
                        ("ended_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=["until", "id"],
                                name="running_mark",
                            ),
                            models.Index(fields=["customer", "-id"], name="mark_of_customer"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=("customer",),
                                name="one_running_mark_a_customer",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MarkEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "mark",
                            models.ForeignKey(
                                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="fairness.mark"
                            ),
                        ),
                        (
                            "did",
                            models.CharField(
                                choices=[
                                    ("set", "set"),
                                    ("extended", "extended"),
                                    ("ended", "taken off"),
                                    ("objected", "the customer objects"),
                                    ("decided", "objection decided"),
                                    ("told", "the customer was told"),
                                    ("printed", "paper for the customer"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("words", models.TextField(blank=True, default="")),
                        ("until", models.DateField(null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["mark", "id"], name="entry_of_mark")],
                    },
                ),
                migrations.CreateModel(
                    name="Objection",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "mark",
                            models.ForeignKey(
                                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="fairness.mark"
                            ),
                        ),
                        ("words", models.TextField()),
                        (
                            "taken_by",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("taken_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField(null=True)),
                        ("upheld", models.BooleanField(null=True)),
                        ("reason", models.TextField(blank=True, default="")),
                        (
                            "decided_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("decided_at", models.DateTimeField(null=True)),
                        ("told_at", models.DateTimeField(null=True)),
                        ("raised_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("raised_at", None), ("upheld", None)),
                                fields=["due_at"],
                                name="objection_to_raise",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("mark", "taken_at"), name="one_objection_a_moment"),
                            models.UniqueConstraint(
                                condition=models.Q(("upheld", None)), fields=("mark",), name="one_objection_waits"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Repeat",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("case", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to="cases.case")),
                        (
                            "earlier",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="repeated_by",
                                to="cases.case",
                            ),
                        ),
                        (
                            "why",
                            models.CharField(
                                choices=[
                                    ("category", "same category"),
                                    ("branch", "same sort of category"),
                                    ("failure", "same failure"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["earlier"], name="repeat_of_earlier")],
                    },
                ),
                migrations.CreateModel(
                    name="Sight",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "mark",
                            models.ForeignKey(
                                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="fairness.mark"
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
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
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["case"], name="sight_at_case")],
                        "constraints": [
                            models.UniqueConstraint(fields=("mark", "by", "case"), name="one_sight_a_case"),
                            models.UniqueConstraint(
                                condition=models.Q(("case", None)), fields=("mark", "by"), name="one_sight_of_its_page"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Escalation",
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
                        ("seq", models.PositiveIntegerField()),
                        (
                            "origin",
                            models.CharField(
                                choices=[
                                    ("manager", "site manager"),
                                    ("company", "company"),
                                    ("authority", "authority"),
                                    ("media", "media"),
                                    ("in_person", "in person"),
                                    ("portal", "their own page"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "was",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "handler",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("case", "seq"), name="one_escalation_an_event")
                        ],
                    },
                ),
            ],
        ),
    ]

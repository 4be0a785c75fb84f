import datetime

import django.db.models.deletion
from django.db import migrations, models

from huiyin.db.tables import CreateTables


class Migration(migrations.Migration):
    replaces = [
        ("clocks", "0001_initial"),
        ("clocks", "0002_arrival_and_containment"),
        ("clocks", "0002_dispatch"),
        ("clocks", "0003_kinds"),
        ("clocks", "0004_dispatch_and_signature"),
        ("clocks", "0004_projects"),
        ("clocks", "0005_lists"),
        ("clocks", "0006_passing_on"),
    ]

    initial = True

    dependencies = [
        ("cases", "0001_tables"),
        ("org", "0001_tables"),
    ]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name="Calendar",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=32, unique=True)),
                        ("name", models.CharField(max_length=64)),
                        ("week", models.JSONField()),
                        ("holidays", models.BooleanField(default=False)),
                    ],
                ),
                migrations.CreateModel(
                    name="CalendarDay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("day", models.DateField(unique=True)),
                        ("works", models.BooleanField()),
                        ("name", models.CharField(blank=True, default="", max_length=64)),
                        ("source", models.CharField(max_length=64)),
                    ],
                ),
                migrations.CreateModel(
                    name="CalendarYear",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("year", models.PositiveIntegerField(unique=True)),
                        ("source", models.CharField(max_length=64)),
                    ],
                ),
                migrations.CreateModel(
                    name="Policy",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=64)),
                        ("version", models.PositiveIntegerField()),
                        ("valid_from", models.DateTimeField()),
                        ("source", models.CharField(max_length=120)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("name", "version"), name="one_policy_a_version")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Level",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "policy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="levels", to="clocks.policy"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("dispatch", "dispatch"),
                                    ("sign", "department's signature"),
                                    ("respond", "first response"),
                                    ("arrive", "arrival on site"),
                                    ("contain", "danger or loss stopped"),
                                    ("update", "next word to the customer"),
                                    ("reply", "department's reply"),
                                    ("resolve", "resolution"),
                                    ("visit", "return visit"),
                                    ("commitment", "promise"),
                                    ("decide", "decision"),
                                    ("supervise", "supervision"),
                                    ("plan", "plan of a project"),
                                    ("milestone", "milestone"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("severity", models.CharField(max_length=2)),
                        ("condition", models.CharField(blank=True, default="", max_length=12)),
                        ("minutes", models.PositiveIntegerField()),
                        (
                            "calendar",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="clocks.calendar"),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Clock",
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
                            "kind",
                            models.CharField(
                                choices=[
                                    ("dispatch", "dispatch"),
                                    ("sign", "department's signature"),
                                    ("respond", "first response"),
                                    ("arrive", "arrival on site"),
                                    ("contain", "danger or loss stopped"),
                                    ("update", "next word to the customer"),
                                    ("reply", "department's reply"),
                                    ("resolve", "resolution"),
                                    ("visit", "return visit"),
                                    ("commitment", "promise"),
                                    ("decide", "decision"),
                                    ("supervise", "supervision"),
                                    ("plan", "plan of a project"),
                                    ("milestone", "milestone"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("ref", models.PositiveIntegerField()),
                        (
                            "department",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="org.department",
                            ),
                        ),
                        (
                            "policy",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="clocks.policy",
                            ),
                        ),
                        ("started_at", models.DateTimeField()),
                        ("first_due_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField()),
                        ("warn_at", models.DateTimeField()),
                        ("extra", models.DurationField(default=datetime.timedelta)),
                        ("paused", models.BooleanField(default=False)),
                        ("pauses", models.JSONField(default=list)),
                        ("provisional", models.BooleanField(default=False)),
                        ("near_at", models.DateTimeField(null=True)),
                        ("breached_at", models.DateTimeField(null=True)),
                        ("stopped_at", models.DateTimeField(null=True)),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[("met", "in time"), ("late", "late"), ("cancelled", "no longer needed")],
                                default="",
                                max_length=10,
                            ),
                        ),
                        ("mark_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("paused", False), ("stopped_at", None), ("near_at__isnull", False)),
                                fields=["due_at", "id"],
                                name="clock_that_is_near",
                            ),
                            models.Index(
                                condition=models.Q(("paused", False), ("stopped_at", None)),
                                fields=["due_at", "id"],
                                name="running_clock_by_deadline",
                            ),
                            models.Index(
                                condition=models.Q(("stopped_at", None), ("department__isnull", False)),
                                fields=["department", "due_at", "id"],
                                name="clock_of_department",
                            ),
                            models.Index(
                                condition=models.Q(("mark_at__isnull", False)),
                                fields=["mark_at", "case"],
                                name="clock_to_mark",
                            ),
                            models.Index(
                                condition=models.Q(("stopped_at", None), ("provisional", True)),
                                fields=["id"],
                                name="provisional_clock",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("case", "kind", "ref"), name="one_clock_a_start")
                        ],
                    },
                ),
            ],
        ),
    ]

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from huiyin.db.tables import CreateTables


class Migration(migrations.Migration):
    replaces = [("playbooks", "0001_playbooks"), ("playbooks", "0002_shared_plans")]

    initial = True

    dependencies = [
        ("cases", "0001_tables"),
        ("groups", "0001_tables"),
        ("org", "0001_tables"),
        ("recovery", "0001_tables"),
    ]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name="Playbook",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=32, unique=True)),
                        ("name", models.CharField(max_length=60)),
                        ("name_en", models.CharField(blank=True, default="", max_length=60)),
                        (
                            "failure",
                            models.ForeignKey(
                                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="recovery.failuretype"
                            ),
                        ),
                        ("category", models.CharField(blank=True, default="", max_length=100)),
                        ("gravity", models.CharField(blank=True, default="", max_length=16)),
                        ("active", models.BooleanField(default=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="PlaybookVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "playbook",
                            models.ForeignKey(
                                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="playbooks.playbook"
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField()),
                        (
                            "phase",
                            models.CharField(
                                choices=[("draft", "draft"), ("force", "in force"), ("past", "replaced")], max_length=8
                            ),
                        ),
                        ("steps", models.JSONField(default=list)),
                        ("made_at", models.DateTimeField()),
                        (
                            "made_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("from_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("playbook", "number"), name="one_version_a_number"),
                            models.UniqueConstraint(
                                condition=models.Q(("phase", "draft")),
                                fields=("playbook",),
                                name="one_draft_a_playbook",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("phase", "force")),
                                fields=("playbook",),
                                name="one_version_in_force",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Rollout",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                        (
                            "group",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="groups.group",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="playbooks.playbookversion",
                            ),
                        ),
                        ("gravity", models.CharField(max_length=16)),
                        (
                            "by",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("waiting", models.JSONField(default=list)),
                        ("begun", models.PositiveIntegerField(default=0)),
                        ("failed", models.JSONField(default=list)),
                        ("finished_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("finished_at__isnull", True)),
                                fields=["id"],
                                name="rollout_to_finish",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Plan",
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
                        ("number", models.PositiveSmallIntegerField()),
                        (
                            "failure",
                            models.ForeignKey(
                                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="recovery.failuretype"
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="playbooks.playbookversion",
                            ),
                        ),
                        ("seq", models.PositiveIntegerField()),
                        ("started_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("done", "done"),
                                    ("replaced", "replaced by another"),
                                    ("ended", "ended with the case"),
                                ],
                                default="",
                                max_length=8,
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="playbooks.plan",
                            ),
                        ),
                        (
                            "rollout",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="playbooks.rollout",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=["version"],
                                name="plan_running_by_version",
                            ),
                            models.Index(condition=models.Q(("lead__isnull", False)), fields=["lead"], name="plan_led"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("case", "number"), name="one_plan_a_number"),
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=("case", "failure"),
                                name="one_running_plan_a_failure",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlanStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="playbooks.plan",
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField()),
                        ("required", models.BooleanField(default=False)),
                        ("shared", models.BooleanField(default=False)),
                        ("due_at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "open"), ("done", "done"), ("skipped", "skipped")],
                                default="open",
                                max_length=8,
                            ),
                        ),
                        ("at", models.DateTimeField(null=True)),
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
                        ("notice_at", models.DateTimeField(null=True)),
                        ("told", models.PositiveSmallIntegerField(default=0)),
                        ("by_lead", models.BooleanField(default=False)),
                        ("spread_at", models.DateTimeField(null=True)),
                        (
                            "spread_by",
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
                        "indexes": [
                            models.Index(
                                condition=models.Q(("notice_at__isnull", False)),
                                fields=["notice_at"],
                                name="step_to_tell",
                            ),
                            models.Index(
                                condition=models.Q(("spread_at__isnull", False)),
                                fields=["spread_at"],
                                name="step_to_spread",
                            ),
                        ],
                        "constraints": [models.UniqueConstraint(fields=("plan", "number"), name="one_step_a_number")],
                    },
                ),
            ],
        ),
    ]

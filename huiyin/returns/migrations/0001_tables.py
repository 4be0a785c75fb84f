import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from huiyin.db.tables import CreateTables


class Migration(migrations.Migration):
    replaces = [
        ("returns", "0001_initial"),
        ("returns", "0002_methods"),
        ("returns", "0003_validity"),
        ("returns", "0004_who_asked"),
        ("returns", "0005_what_would_have_helped"),
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
                    name="HelpAsked",
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
                            "department",
                            models.ForeignKey(
                                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="org.department"
                            ),
                        ),
                        ("visit", models.PositiveIntegerField()),
                        (
                            "asked_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("named", models.BooleanField(default=False)),
                        ("asked_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField()),
                        (
                            "helps",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("time", "more time"),
                                    ("people", "more people"),
                                    ("parts", "parts, tools or materials"),
                                    ("word", "a clearer task from the front desk"),
                                    ("access", "getting in, or reaching the customer"),
                                    ("skill", "training or instructions"),
                                    ("firm", "another firm or supplier"),
                                    ("rule", "another rule or permission"),
                                    ("nothing", "nothing: it was done as it should be"),
                                    ("other", "something else"),
                                ],
                                default="",
                                max_length=8,
                            ),
                        ),
                        ("answer", models.PositiveIntegerField(null=True)),
                        ("answered_at", models.DateTimeField(null=True)),
                        ("told_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("answered_at__isnull", True)),
                                fields=["department", "due_at", "id"],
                                name="help_to_answer",
                            ),
                            models.Index(fields=["department", "-asked_at", "-id"], name="help_of_department"),
                            models.Index(fields=["-asked_at", "-id"], name="help_newest"),
                            models.Index(
                                condition=models.Q(("answered_at__isnull", True), ("told_at__isnull", True)),
                                fields=["due_at"],
                                name="help_to_tell",
                            ),
                        ],
                        "constraints": [models.UniqueConstraint(fields=("case", "seq"), name="one_help_an_event")],
                    },
                ),
                migrations.CreateModel(
                    name="ReturnVisit",
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
                            "mode",
                            models.CharField(
                                choices=[("phone", "by phone"), ("link", "by link"), ("none", "not asked")],
                                max_length=8,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "to be asked"),
                                    ("done", "visited"),
                                    ("declined", "declined the visit"),
                                    ("unreached", "not reached"),
                                    ("silent", "no answer to the link"),
                                    ("not_required", "not required"),
                                    ("cancelled", "reopened before"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "handler",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("next_at", models.DateTimeField()),
                        ("tries", models.PositiveIntegerField(default=0)),
                        (
                            "method",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("call_back", "call-back"),
                                    ("sample", "third-party survey"),
                                    ("link", "own page"),
                                    ("keypress", "key pressed after a call"),
                                    ("asked", "closing question"),
                                ],
                                default="",
                                max_length=10,
                            ),
                        ),
                        ("visited_at", models.DateTimeField(null=True)),
                        ("solved", models.BooleanField(null=True)),
                        ("satisfied", models.PositiveSmallIntegerField(null=True)),
                        ("promise_kept", models.BooleanField(null=True)),
                        (
                            "asked_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "doubt",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("hasty", "the same extreme to every question, within seconds"),
                                    ("unsolved", "not solved, and yet fully satisfied"),
                                    ("promise", "the promise was kept, and was not kept"),
                                    ("praised", "the worst grade, with praise as its reason"),
                                ],
                                default="",
                                max_length=8,
                            ),
                        ),
                        ("trusted", models.BooleanField(default=False)),
                        ("silent_at", models.DateTimeField(null=True)),
                        ("close_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("mode", "phone"), ("state", "open")),
                                fields=["next_at", "id"],
                                name="visit_to_do",
                            ),
                            models.Index(
                                condition=models.Q(("close_at__isnull", False)),
                                fields=["close_at"],
                                name="visit_to_close",
                            ),
                            models.Index(
                                condition=models.Q(("asked_by__isnull", False)),
                                fields=["visited_at"],
                                name="visit_asked",
                            ),
                        ],
                        "constraints": [models.UniqueConstraint(fields=("case", "seq"), name="one_visit_a_resolution")],
                    },
                ),
            ],
        ),
    ]

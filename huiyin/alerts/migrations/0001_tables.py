import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from huiyin.db.tables import CreateTables


class Migration(migrations.Migration):
    replaces = [
        ("alerts", "0001_initial"),
        ("alerts", "0002_chased_notices"),
        ("alerts", "0003_incidentword_anyway"),
        ("alerts", "0004_mentioned"),
        ("alerts", "0005_passing_on"),
        ("alerts", "0006_more_notices"),
        ("alerts", "0007_fairness_notices"),
        ("alerts", "0008_steps"),
        ("alerts", "0009_chains"),
        ("alerts", "0010_decisions_about_groups"),
        ("alerts", "0011_unusable_answers"),
        ("alerts", "0012_resolving_all"),
        ("alerts", "0013_words_down_a_chain"),
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
                    name="CallRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("site", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="org.site")),
                        (
                            "severity",
                            models.CharField(
                                choices=[("P1", "P1"), ("P2", "P2"), ("P3", "P3"), ("P4", "P4")],
                                default="P1",
                                max_length=2,
                            ),
                        ),
                        (
                            "category",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.CASCADE, to="cases.category"
                            ),
                        ),
                        ("order", models.PositiveSmallIntegerField()),
                        (
                            "user",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "department",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.CASCADE, to="org.department"
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("agent", "Agent"),
                                    ("back_office", "Back-office worker"),
                                    ("supervisor", "Supervisor"),
                                    ("manager", "Manager"),
                                    ("auditor", "Auditor"),
                                    ("administrator", "Administrator"),
                                ],
                                default="",
                                max_length=16,
                            ),
                        ),
                        ("minutes", models.PositiveIntegerField()),
                        ("rescue", models.CharField(blank=True, default="", max_length=200)),
                    ],
                ),
                migrations.CreateModel(
                    name="IncidentWord",
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
                                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="cases.incident"
                            ),
                        ),
                        ("kind", models.CharField(choices=[("told", "told"), ("resolved", "resolved")], max_length=8)),
                        ("text", models.TextField()),
                        ("cause", models.TextField(blank=True, default="")),
                        ("done", models.TextField(blank=True, default="")),
                        ("prevention", models.TextField(blank=True, default="")),
                        ("kept_open", models.JSONField(default=list)),
                        ("unfilled", models.JSONField(default=list)),
                        ("anyway", models.JSONField(default=list)),
                        (
                            "followed",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="alerts.incidentword",
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
                        ("at", models.DateTimeField()),
                        ("cases", models.PositiveIntegerField(default=0)),
                        ("finished_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["incident", "-id"], name="word_of_incident"),
                            models.Index(
                                condition=models.Q(("finished_at__isnull", True)), fields=["id"], name="word_to_finish"
                            ),
                            models.Index(
                                condition=models.Q(("followed__isnull", False)),
                                fields=["followed"],
                                name="word_that_followed",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Heard",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "word",
                            models.ForeignKey(
                                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="alerts.incidentword"
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="cases.case"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["word"], name="heard_of_word")],
                        "constraints": [models.UniqueConstraint(fields=("case", "word"), name="one_word_a_case")],
                    },
                ),
                migrations.CreateModel(
                    name="Notice",
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
                        (
                            "case",
                            models.ForeignKey(
                                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to="cases.case"
                            ),
                        ),
                        ("seq", models.PositiveIntegerField(default=0)),
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
                            "what",
                            models.CharField(
                                choices=[
                                    ("called", "You are called: acknowledge now"),
                                    ("assigned", "A case was assigned to you"),
                                    ("replied", "A department replied to your case"),
                                    ("passed", "A department passed its task on to another"),
                                    ("unusable", "The front desk can't use your answer as it is"),
                                    ("wrote", "The customer wrote"),
                                    ("due_soon", "A deadline of yours is near"),
                                    ("breached", "A deadline of yours was missed"),
                                    ("chased", "You are reminded of a case"),
                                    ("decided", "A decision was made"),
                                    ("approve", "Your approval is asked for"),
                                    ("approve_all", "Your approval is asked for, for all of a group"),
                                    ("decided_all", "What you asked for all of a group was decided"),
                                    ("lead", "You lead an incident"),
                                    ("onward", "Customers of your incident were told from another incident"),
                                    ("mentioned", "A colleague names you in a note"),
                                    ("visited", "A customer has judged your work"),
                                    ("group", "Several customers report one fault"),
                                    ("repeated", "A customer came again with the same matter"),
                                    ("over_head", "A customer went over the handler's head"),
                                    ("objected", "A customer objects to a special-attention mark"),
                                    ("step", "A step of a recovery plan is overdue"),
                                    ("promised", "More was promised by your department than we keep"),
                                    ("asked_help", "A customer wasn't satisfied: what would have helped you?"),
                                    ("helped", "A department says what would have helped"),
                                    ("unheard", "A department has not said what would have helped"),
                                    ("foreseen", "Customers had better be warned of something"),
                                    ("statement", "A public statement waits for your approval"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("must_acknowledge", models.BooleanField(default=False)),
                        ("seen_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("seen_at__isnull", True)),
                                fields=["user", "-id"],
                                name="notice_unseen",
                            ),
                            models.Index(fields=["user", "-id"], name="notice_of_user"),
                            models.Index(
                                condition=models.Q(("case__isnull", False)), fields=["case"], name="notice_of_case"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ChainLink",
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="links",
                                to="cases.incident",
                            ),
                        ),
                        ("cause", models.CharField(blank=True, default="", max_length=80)),
                        (
                            "cause_incident",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="cases.incident",
                            ),
                        ),
                        ("effect", models.CharField(blank=True, default="", max_length=80)),
                        (
                            "effect_incident",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="cases.incident",
                            ),
                        ),
                        ("hours", models.PositiveSmallIntegerField(null=True)),
                        ("note", models.CharField(blank=True, default="", max_length=300)),
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
                        (
                            "dropped_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("dropped_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("dropped_at__isnull", True)),
                                fields=["incident"],
                                name="link_of_incident",
                            ),
                            models.Index(
                                condition=models.Q(("dropped_at__isnull", True), ("effect_incident__isnull", False)),
                                fields=["effect_incident"],
                                name="link_to_incident",
                            ),
                            models.Index(
                                condition=models.Q(("dropped_at__isnull", True), ("cause_incident__isnull", False)),
                                fields=["cause_incident"],
                                name="link_from_incident",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Consequence",
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
                                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="cases.incident"
                            ),
                        ),
                        ("case", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to="cases.case")),
                    ],
                    options={
                        "indexes": [models.Index(fields=["incident"], name="consequence_of_incident")],
                    },
                ),
                migrations.CreateModel(
                    name="Emergency",
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
                        ("order", models.PositiveSmallIntegerField()),
                        ("called_at", models.DateTimeField()),
                        ("next_at", models.DateTimeField(null=True)),
                        ("acknowledged_at", models.DateTimeField(null=True)),
                        (
                            "acknowledged_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("next_at__isnull", False)),
                                fields=["next_at"],
                                name="emergency_to_escalate",
                            )
                        ],
                        "constraints": [models.UniqueConstraint(fields=("case", "seq"), name="one_emergency_an_event")],
                    },
                ),
            ],
        ),
    ]

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from huiyin.db.tables import CreateTables


class Migration(migrations.Migration):
    replaces = [
        ("rates", "0001_initial"),
        ("rates", "0002_tiers"),
        ("rates", "0003_methods"),
        ("rates", "0004_by_hand_and_departments"),
        ("rates", "0005_validity"),
    ]

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
                    name="Fact",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "rate",
                            models.CharField(
                                choices=[
                                    ("respond", "answered in time"),
                                    ("arrive", "arrived in time"),
                                    ("reply", "department replied in time"),
                                    ("resolve", "finished in time"),
                                    ("commitment", "commitments kept"),
                                    ("once", "solved at the first attempt"),
                                    ("satisfied", "satisfied at return visit"),
                                    ("reached", "return visits reached"),
                                    ("untouched", "nothing set by hand"),
                                    ("direct", "handed over once"),
                                    ("kept", "department answered itself"),
                                    ("usable", "answers usable"),
                                    ("asked", "satisfied at the closing question"),
                                    ("response", "those asked who answered"),
                                    ("willing", "those reached who answered"),
                                    ("credible", "answers without a doubt"),
                                    ("doubtful", "satisfied in doubtful answers"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="cases.case"
                            ),
                        ),
                        ("ref", models.PositiveIntegerField()),
                        ("at", models.DateTimeField()),
                        ("day", models.DateField()),
                        (
                            "site",
                            models.ForeignKey(
                                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="org.site"
                            ),
                        ),
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
                            "category",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="cases.category",
                            ),
                        ),
                        ("channel", models.CharField(max_length=12)),
                        (
                            "person",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="customers.customer",
                            ),
                        ),
                        (
                            "tier",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="customers.tier",
                            ),
                        ),
                        ("began", models.DateTimeField(null=True)),
                        (
                            "group",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("never", "nothing went wrong"),
                                    ("recovered", "went wrong and made good"),
                                    ("unresolved", "went wrong and not made good"),
                                ],
                                default="",
                                max_length=10,
                            ),
                        ),
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
                        (
                            "mark",
                            models.CharField(
                                choices=[
                                    ("met", "in time"),
                                    ("late", "late"),
                                    ("open", "late and still open"),
                                    ("gone", "not counted after all"),
                                    ("solved", "solved"),
                                    ("reopened", "reopened"),
                                    ("repeated", "came back"),
                                    ("answered", "reached"),
                                    ("unreached", "not reached"),
                                    ("untouched", "by the rules"),
                                    ("severity", "severity set by hand"),
                                    ("clock", "deadline set by hand"),
                                    ("closing", "closed without asking the customer"),
                                    ("aside", "somebody no longer steps aside"),
                                    ("several", "several things set by hand"),
                                    ("straight", "one department did it"),
                                    ("passed", "passed on"),
                                    ("returned", "returned"),
                                    ("often", "handed over several times"),
                                    ("replied", "answered itself"),
                                    ("usable", "usable"),
                                    ("incomplete", "incomplete"),
                                    ("beside", "doesn't answer the question"),
                                    ("wording", "not in words for the customer"),
                                    ("late_facts", "the facts came too late"),
                                    ("other", "for another reason"),
                                    ("declined", "did not want to answer"),
                                    ("silent", "no answer to the link"),
                                    ("credible", "without a doubt"),
                                    ("hasty", "the same extreme to every question, within seconds"),
                                    ("unsolved", "not solved, and yet fully satisfied"),
                                    ("promise", "the promise was kept, and was not kept"),
                                    ("praised", "the worst grade, with praise as its reason"),
                                    ("trusted", "doubtful, and believed all the same"),
                                    ("grade_1", "1"),
                                    ("grade_2", "2"),
                                    ("grade_3", "3"),
                                    ("grade_4", "4"),
                                    ("grade_5", "5"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("good", models.BooleanField()),
                        ("excluded", models.BooleanField(default=False)),
                        ("dirty", models.BooleanField(default=True)),
                        ("summed", models.JSONField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["rate", "-at", "-id"], name="fact_of_rate"),
                            models.Index(fields=["rate", "site", "-at", "-id"], name="fact_of_site"),
                            models.Index(
                                condition=models.Q(("person__isnull", False)),
                                fields=["person", "rate", "-at"],
                                name="fact_of_person",
                            ),
                            models.Index(
                                condition=models.Q(("customer__isnull", False)),
                                fields=["customer", "category", "began"],
                                name="fact_of_customer",
                            ),
                            models.Index(condition=models.Q(("dirty", True)), fields=["id"], name="fact_to_sum"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("case", "rate", "ref"), name="one_fact_a_thing")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Exclusion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "fact",
                            models.ForeignKey(
                                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="rates.fact"
                            ),
                        ),
                        ("seq", models.PositiveIntegerField()),
                        (
                            "asked_by",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("asked_at", models.DateTimeField()),
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
                        ("granted", models.BooleanField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("fact", "seq"), name="one_exclusion_an_event"),
                            models.UniqueConstraint(
                                condition=models.Q(("granted", None)), fields=("fact",), name="one_exclusion_waits"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DaySum",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "by",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", ""),
                                    ("department", "department"),
                                    ("category", "category"),
                                    ("channel", "channel"),
                                    ("person", "person"),
                                    ("group", "group"),
                                    ("tier", "tier"),
                                    ("method", "method"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("value", models.CharField(blank=True, max_length=20)),
                        (
                            "site",
                            models.ForeignKey(
                                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="org.site"
                            ),
                        ),
                        ("day", models.DateField()),
                        (
                            "rate",
                            models.CharField(
                                choices=[
                                    ("respond", "answered in time"),
                                    ("arrive", "arrived in time"),
                                    ("reply", "department replied in time"),
                                    ("resolve", "finished in time"),
                                    ("commitment", "commitments kept"),
                                    ("once", "solved at the first attempt"),
                                    ("satisfied", "satisfied at return visit"),
                                    ("reached", "return visits reached"),
                                    ("untouched", "nothing set by hand"),
                                    ("direct", "handed over once"),
                                    ("kept", "department answered itself"),
                                    ("usable", "answers usable"),
                                    ("asked", "satisfied at the closing question"),
                                    ("response", "those asked who answered"),
                                    ("willing", "those reached who answered"),
                                    ("credible", "answers without a doubt"),
                                    ("doubtful", "satisfied in doubtful answers"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("due", models.IntegerField()),
                        ("good", models.IntegerField()),
                        ("half", models.IntegerField()),
                        ("excluded", models.IntegerField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("by", "person")), fields=["value", "day"], name="sum_of_person"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("by", "site", "day", "rate", "value"), name="one_sum_a_day")
                        ],
                    },
                ),
            ],
        ),
    ]

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from huiyin.db.tables import CreateTables


class Migration(migrations.Migration):
    replaces = [
        ("worth", "0001_initial"),
        ("worth", "0002_uploads"),
        ("worth", "0003_repeats_by_outcome"),
        ("worth", "0004_leaving"),
        ("worth", "0005_bound_of_leaving"),
    ]

    initial = True

    dependencies = [
        ("cases", "0001_tables"),
        ("customers", "0001_tables"),
        ("org", "0001_tables"),
        ("recovery", "0001_tables"),
    ]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name="Run",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("begun_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("priors", models.CharField(blank=True, default="", max_length=16)),
                        ("fitted", models.CharField(blank=True, default="", max_length=200)),
                    ],
                ),
                migrations.CreateModel(
                    name="Prior",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=32, unique=True)),
                        (
                            "unit",
                            models.CharField(
                                choices=[("share", "per cent"), ("money", "yuan"), ("count", "number")], max_length=8
                            ),
                        ),
                        ("value", models.BigIntegerField()),
                        ("low", models.BigIntegerField()),
                        ("high", models.BigIntegerField()),
                        ("source", models.CharField(max_length=300)),
                        ("caveat", models.CharField(blank=True, default="", max_length=300)),
                        ("said_on", models.DateField()),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("low__gte", 0), ("value__gte", models.F("low")), ("high__gte", models.F("value"))
                                ),
                                name="prior_within_range",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SiteWorth",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("site", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to="org.site")),
                        ("value", models.BigIntegerField()),
                        ("low", models.BigIntegerField()),
                        ("high", models.BigIntegerField()),
                        ("customers", models.PositiveIntegerField()),
                        ("at", models.DateTimeField()),
                        ("priors", models.CharField(max_length=16)),
                    ],
                ),
                migrations.CreateModel(
                    name="Contract",
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
                        ("began", models.DateField()),
                        ("ended", models.DateField(null=True)),
                        ("fee", models.BigIntegerField()),
                        ("currency", models.CharField(default="CNY", max_length=3)),
                        ("source", models.CharField(max_length=64)),
                        ("reference", models.CharField(max_length=64)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["customer", "began"], name="contract_of_customer")],
                        "constraints": [
                            models.UniqueConstraint(fields=("source", "reference"), name="one_contract_a_reference"),
                            models.CheckConstraint(
                                condition=models.Q(("fee__gte", 0)), name="contract_fee_not_negative"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Leaving",
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
                            "site",
                            models.ForeignKey(
                                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="org.site"
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="cases.case"
                            ),
                        ),
                        ("since", models.DateField()),
                        (
                            "why",
                            models.CharField(
                                choices=[
                                    ("contract", "contract ended"),
                                    ("stopped", "stopped buying"),
                                    ("said", "said so"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("stake", models.BigIntegerField(null=True)),
                        ("found_at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "nobody has asked yet"),
                                    ("asked", "to be asked"),
                                    ("won", "won back"),
                                    ("lost", "let go"),
                                ],
                                default="open",
                                max_length=5,
                            ),
                        ),
                        (
                            "asker",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("call_on", models.DateField(null=True)),
                        ("settled_at", models.DateTimeField(null=True)),
                        ("evidence", models.CharField(blank=True, default="", max_length=8)),
                        (
                            "reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("moved", "moved away, or needs it no longer"),
                                    ("other_firm", "went to another company"),
                                    ("price", "price"),
                                    ("failure", "because of what went wrong"),
                                    ("objects", "doesn't want to be asked"),
                                    ("unreached", "not reached"),
                                ],
                                default="",
                                max_length=10,
                            ),
                        ),
                        ("cost", models.BigIntegerField(default=0)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("settled_at__isnull", True)),
                                fields=["-since", "-id"],
                                name="leaving_newest",
                            ),
                            models.Index(
                                condition=models.Q(("settled_at__isnull", False)),
                                fields=["-settled_at", "-id"],
                                name="leaving_settled",
                            ),
                            models.Index(fields=["case"], name="leaving_of_case"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("customer", "since", "why"), name="one_leaving_a_day"),
                            models.UniqueConstraint(
                                condition=models.Q(("settled_at__isnull", True)),
                                fields=("customer",),
                                name="one_leaving_at_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("cost__gte", 0)), name="leaving_cost_not_negative"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Line",
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
                            "site",
                            models.ForeignKey(
                                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="org.site"
                            ),
                        ),
                        ("month", models.DateField()),
                        (
                            "figure",
                            models.CharField(
                                choices=[
                                    ("cost", "cost of remedies"),
                                    ("labour", "labour"),
                                    ("outcome", "failures, and how they ended"),
                                    ("kept", "expected value kept"),
                                    ("lost", "expected loss of customers"),
                                    ("delay", "what delay cost"),
                                    ("repeat", "failures of customers who had one within a year"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("value", models.CharField(blank=True, default="", max_length=24)),
                        ("count", models.IntegerField(default=0)),
                        ("amount", models.BigIntegerField(default=0)),
                        ("low", models.BigIntegerField(default=0)),
                        ("high", models.BigIntegerField(default=0)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["figure", "month", "site", "-id"], name="line_of_figure")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("case", "month", "figure", "value"), name="one_line_a_case_and_figure"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MonthSum",
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
                        ("month", models.DateField()),
                        (
                            "figure",
                            models.CharField(
                                choices=[
                                    ("cost", "cost of remedies"),
                                    ("labour", "labour"),
                                    ("outcome", "failures, and how they ended"),
                                    ("kept", "expected value kept"),
                                    ("lost", "expected loss of customers"),
                                    ("delay", "what delay cost"),
                                    ("repeat", "failures of customers who had one within a year"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("value", models.CharField(blank=True, default="", max_length=24)),
                        ("count", models.IntegerField(default=0)),
                        ("amount", models.BigIntegerField(default=0)),
                        ("low", models.BigIntegerField(default=0)),
                        ("high", models.BigIntegerField(default=0)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("month", "site", "figure", "value"), name="one_sum_a_month_and_figure"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Purchase",
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
                        ("on", models.DateField()),
                        ("amount", models.BigIntegerField()),
                        ("currency", models.CharField(default="CNY", max_length=3)),
                        ("what", models.CharField(blank=True, default="", max_length=100)),
                        ("source", models.CharField(max_length=64)),
                        ("reference", models.CharField(max_length=64)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["customer", "on"], name="purchase_of_customer")],
                        "constraints": [
                            models.UniqueConstraint(fields=("source", "reference"), name="one_purchase_a_reference"),
                            models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="purchase_of_something"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Tally",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("case", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to="cases.case")),
                        ("dirty", models.BooleanField(default=True)),
                        ("at", models.DateTimeField(null=True)),
                        (
                            "site",
                            models.ForeignKey(
                                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to="org.site"
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
                            "failure",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="recovery.failuretype",
                            ),
                        ),
                        ("gravity", models.CharField(blank=True, default="", max_length=16)),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("recovered", "made good"),
                                    ("unresolved", "not made good"),
                                    ("open", "not known yet"),
                                ],
                                default="",
                                max_length=10,
                            ),
                        ),
                        ("given", models.BigIntegerField(default=0)),
                    ],
                    options={
                        "indexes": [
                            models.Index(condition=models.Q(("dirty", True)), fields=["id"], name="tally_to_add_up"),
                            models.Index(
                                condition=models.Q(("failure__isnull", False)),
                                fields=["failure", "gravity", "-at"],
                                name="tally_of_failure",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Upload",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "sort",
                            models.CharField(
                                choices=[("purchases", "purchases"), ("contracts", "contracts")], max_length=10
                            ),
                        ),
                        ("source", models.CharField(max_length=64)),
                        (
                            "made_by",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("made_at", models.DateTimeField()),
                        ("file_name", models.CharField(max_length=120)),
                        ("stored", models.CharField(max_length=32)),
                        ("left", models.CharField(blank=True, default="", max_length=32)),
                        ("header", models.JSONField()),
                        ("columns", models.JSONField(default=dict)),
                        ("rows", models.PositiveIntegerField()),
                        ("taken_at", models.DateTimeField(null=True)),
                        ("new", models.PositiveIntegerField(default=0)),
                        ("corrected", models.PositiveIntegerField(default=0)),
                        ("known", models.PositiveIntegerField(default=0)),
                        ("failed", models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("taken_at__isnull", True)),
                                fields=["made_at"],
                                name="upload_not_taken",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Worth",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "customer",
                            models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to="customers.customer"),
                        ),
                        (
                            "method",
                            models.CharField(
                                choices=[
                                    ("sbg", "contract: sBG (Fader & Hardie 2007)"),
                                    (
                                        "bgnbd",
                                        "purchases: BG/NBD and Gamma-Gamma (Fader, Hardie & Lee 2005; Fader & Hardie 2013)",
                                    ),
                                    ("simple", "simple formula (Gupta & Lehmann 2003)"),
                                    ("ended", "contract ended"),
                                    ("site", "average of the site"),
                                    ("unknown", "not known"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("value", models.BigIntegerField()),
                        ("low", models.BigIntegerField()),
                        ("high", models.BigIntegerField()),
                        ("currency", models.CharField(default="CNY", max_length=3)),
                        ("basis", models.PositiveIntegerField()),
                        ("alive", models.PositiveSmallIntegerField(null=True)),
                        ("at", models.DateTimeField()),
                        ("priors", models.CharField(max_length=16)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("low__gte", 0), ("value__gte", models.F("low")), ("high__gte", models.F("value"))
                                ),
                                name="worth_within_range",
                            )
                        ],
                    },
                ),
            ],
        ),
    ]

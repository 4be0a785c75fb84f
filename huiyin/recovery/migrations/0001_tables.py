import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from huiyin.db.tables import CreateTables


def seed(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The three grades that rules and presets name."""
    grade = apps.get_model("recovery", "Grade")
    names = (("minor", "轻微", "minor"), ("major", "较重", "major"), ("critical", "严重", "critical"))
    for place, (code, name, name_en) in enumerate(names, start=1):
        grade.objects.create(code=code, name=name, name_en=name_en, position=place * 10)


class Migration(migrations.Migration):
    replaces = [
        ("recovery", "0001_initial"),
        ("recovery", "0002_equal_remedies"),
        ("recovery", "0003_failures_and_grades"),
    ]

    initial = True

    dependencies = [
        ("cases", "0001_tables"),
        ("customers", "0001_tables"),
        ("groups", "0001_tables"),
        ("org", "0001_tables"),
    ]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name="FailureType",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=32, unique=True)),
                        (
                            "group",
                            models.CharField(
                                choices=[
                                    ("delivery", "fault in delivering the service"),
                                    ("system", "fault of the system or the goods"),
                                    ("request", "fault in answering a request"),
                                    ("employee", "employee's own act"),
                                    ("facility", "facility fault"),
                                    ("information", "information fault"),
                                    ("outside", "cause outside our reach"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("name", models.CharField(max_length=60)),
                        ("name_en", models.CharField(blank=True, default="", max_length=60)),
                        ("categories", models.TextField(blank=True, default="")),
                        ("starts", models.TextField(blank=True, default="")),
                        ("source", models.CharField(blank=True, default="", max_length=120)),
                        ("duty", models.BooleanField(default=False)),
                        ("basis", models.CharField(blank=True, default="", max_length=300)),
                        ("basis_en", models.CharField(blank=True, default="", max_length=300)),
                        ("active", models.BooleanField(default=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="Grade",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=16, unique=True)),
                        ("name", models.CharField(max_length=30)),
                        ("name_en", models.CharField(blank=True, default="", max_length=30)),
                        ("position", models.PositiveSmallIntegerField(default=0)),
                        ("active", models.BooleanField(default=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="Batch",
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
                            "standing",
                            models.CharField(
                                choices=[
                                    ("waiting", "waits for approval"),
                                    ("granted", "approved"),
                                    ("refused", "not approved"),
                                    ("dropped", "no longer needed"),
                                ],
                                default="waiting",
                                max_length=8,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("apology", "apology"),
                                    ("explanation", "explanation"),
                                    ("redo", "done again"),
                                    ("repair", "put right"),
                                    ("replacement", "replacement"),
                                    ("refund", "refund"),
                                    ("reduction", "fee reduction"),
                                    ("voucher", "service voucher"),
                                    ("goodwill", "goodwill payment"),
                                    ("compensation", "compensation owed"),
                                    ("visit", "manager's visit"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("amount", models.BigIntegerField()),
                        ("total", models.BigIntegerField(default=0)),
                        ("currency", models.CharField(default="CNY", max_length=3)),
                        ("reason", models.TextField()),
                        ("given", models.PositiveIntegerField(default=0)),
                        ("failed", models.JSONField(default=list)),
                        (
                            "asker",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("asked_at", models.DateTimeField()),
                        (
                            "first",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "granter",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("granted_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["group", "-id"], name="batch_of_group")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("standing", "waiting")), fields=("group",), name="one_batch_waits"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Budget",
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
                            "department",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="org.department",
                            ),
                        ),
                        ("month", models.DateField()),
                        ("currency", models.CharField(default="CNY", max_length=3)),
                        ("total", models.BigIntegerField(default=0)),
                        ("reserved", models.BigIntegerField(default=0)),
                        ("spent", models.BigIntegerField(default=0)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("department", None)),
                                fields=("month", "site", "currency"),
                                name="one_budget_a_site_and_month",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("department__isnull", False)),
                                fields=("month", "site", "department", "currency"),
                                name="one_budget_a_department_and_month",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("reserved__gte", 0),
                                    ("spent__gte", 0),
                                    (
                                        "total__gte",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("reserved"), "+", models.F("spent")
                                        ),
                                    ),
                                ),
                                name="never_more_than_the_budget",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CaseFailure",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("case", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to="cases.case")),
                        (
                            "failure",
                            models.ForeignKey(
                                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="recovery.failuretype"
                            ),
                        ),
                        ("gravity", models.CharField(max_length=16)),
                    ],
                ),
                migrations.CreateModel(
                    name="Limit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("agent", "Agent"),
                                    ("back_office", "Back-office worker"),
                                    ("supervisor", "Supervisor"),
                                    ("manager", "Manager"),
                                    ("auditor", "Auditor"),
                                    ("administrator", "Administrator"),
                                ],
                                max_length=16,
                            ),
                        ),
                        (
                            "severity",
                            models.CharField(
                                blank=True,
                                choices=[("P1", "P1"), ("P2", "P2"), ("P3", "P3"), ("P4", "P4")],
                                default="",
                                max_length=2,
                            ),
                        ),
                        ("currency", models.CharField(default="CNY", max_length=3)),
                        ("per_case", models.BigIntegerField()),
                        ("per_customer", models.BigIntegerField(null=True)),
                        ("per_month", models.BigIntegerField(null=True)),
                        ("two_above", models.BigIntegerField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("role", "severity", "currency"), name="one_limit_a_role_and_severity"
                            ),
                            models.CheckConstraint(condition=models.Q(("per_case__gte", 0)), name="limit_not_negative"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Proposal",
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
                        ("number", models.PositiveSmallIntegerField()),
                        (
                            "standing",
                            models.CharField(
                                choices=[
                                    ("waiting", "waits for approval"),
                                    ("granted", "approved"),
                                    ("refused", "not approved"),
                                    ("dropped", "no longer needed"),
                                ],
                                max_length=8,
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
                        ("asked_at", models.DateTimeField()),
                        ("currency", models.CharField(default="CNY", max_length=3)),
                        ("amount", models.BigIntegerField()),
                        ("counted", models.BigIntegerField(default=0)),
                        ("held", models.BigIntegerField(default=0)),
                        ("options", models.PositiveSmallIntegerField(default=1)),
                        ("chosen", models.PositiveSmallIntegerField(null=True)),
                        (
                            "batch",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="recovery.batch",
                            ),
                        ),
                        ("fraud", models.BooleanField(default=False)),
                        (
                            "first",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "granter",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("role", models.CharField(blank=True, default="", max_length=16)),
                        ("granted_at", models.DateTimeField(null=True)),
                        ("period", models.CharField(blank=True, default="", max_length=7)),
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
                            "budget",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="recovery.budget",
                            ),
                        ),
                        ("escalated_at", models.DateTimeField(null=True)),
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
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("batch__isnull", False)), fields=["batch"], name="proposal_of_batch"
                            ),
                            models.Index(
                                condition=models.Q(("granted_at__isnull", False)),
                                fields=["failure", "gravity", "granted_at"],
                                name="granted_for_failure",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("case", "seq"), name="one_proposal_an_event"),
                            models.CheckConstraint(
                                condition=models.Q(("held__gte", 0), ("counted__gte", 0)), name="proposal_not_negative"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Remedy",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "proposal",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="recovery.proposal"),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="cases.case"
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField()),
                        ("option", models.PositiveSmallIntegerField(default=1)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("apology", "apology"),
                                    ("explanation", "explanation"),
                                    ("redo", "done again"),
                                    ("repair", "put right"),
                                    ("replacement", "replacement"),
                                    ("refund", "refund"),
                                    ("reduction", "fee reduction"),
                                    ("voucher", "service voucher"),
                                    ("goodwill", "goodwill payment"),
                                    ("compensation", "compensation owed"),
                                    ("visit", "manager's visit"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "bearer",
                            models.CharField(
                                choices=[
                                    ("us", "us"),
                                    ("contractor", "contractor"),
                                    ("insurer", "insurer"),
                                    ("developer", "developer"),
                                ],
                                default="us",
                                max_length=10,
                            ),
                        ),
                        ("currency", models.CharField(default="CNY", max_length=3)),
                        ("amount", models.BigIntegerField(default=0)),
                        ("duty", models.BooleanField(default=False)),
                        (
                            "finding",
                            models.CharField(
                                blank=True, choices=[("ours", "ours"), ("shared", "shared")], default="", max_length=8
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("planned", "planned"),
                                    ("approved", "approved"),
                                    ("promised", "promised to the customer"),
                                    ("delivered", "delivered"),
                                    ("confirmed", "confirmed by the customer"),
                                    ("cancelled", "cancelled"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("commitment", models.PositiveIntegerField(null=True)),
                        ("due_at", models.DateTimeField(null=True)),
                        ("delivered_at", models.DateTimeField(null=True)),
                        ("paid", models.BigIntegerField(null=True)),
                        ("confirmed_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("case", "number"), name="one_remedy_a_number"),
                            models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="remedy_not_negative"),
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
                        ("at", models.DateTimeField()),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("source", "the company, or whoever else bears it"),
                                    ("free", "free in the budget"),
                                    ("reserved", "reserved"),
                                    ("spent", "spent"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "target",
                            models.CharField(
                                choices=[
                                    ("source", "the company, or whoever else bears it"),
                                    ("free", "free in the budget"),
                                    ("reserved", "reserved"),
                                    ("spent", "spent"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("amount", models.BigIntegerField()),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "bearer",
                            models.CharField(
                                choices=[
                                    ("us", "us"),
                                    ("contractor", "contractor"),
                                    ("insurer", "insurer"),
                                    ("developer", "developer"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "budget",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="recovery.budget",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to="cases.case"
                            ),
                        ),
                        (
                            "proposal",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="recovery.proposal",
                            ),
                        ),
                        (
                            "remedy",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="recovery.remedy",
                            ),
                        ),
                        (
                            "actor",
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
                                condition=models.Q(("budget__isnull", False)),
                                fields=["budget", "-id"],
                                name="entry_of_budget",
                            ),
                            models.Index(
                                condition=models.Q(("case__isnull", False)), fields=["case", "id"], name="entry_of_case"
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="entry_moves_something"),
                            models.CheckConstraint(
                                condition=models.Q(("source", models.F("target")), _negated=True),
                                name="entry_goes_somewhere",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Running",
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
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="customers.customer",
                            ),
                        ),
                        (
                            "site",
                            models.ForeignKey(
                                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to="org.site"
                            ),
                        ),
                        ("role", models.CharField(blank=True, default="", max_length=16)),
                        ("period", models.CharField(max_length=7)),
                        ("currency", models.CharField(max_length=3)),
                        ("used", models.BigIntegerField(default=0)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("role", "")),
                                fields=("customer", "period", "currency"),
                                name="one_sum_a_customer_and_year",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("role", ""), _negated=True),
                                fields=("site", "role", "period", "currency"),
                                name="one_sum_a_role_and_month",
                            ),
                            models.CheckConstraint(condition=models.Q(("used__gte", 0)), name="sum_not_negative"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Term",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("group", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to="groups.group")),
                        ("amount", models.BigIntegerField()),
                        ("days", models.PositiveSmallIntegerField(default=1)),
                        ("currency", models.CharField(default="CNY", max_length=3)),
                        ("reason", models.TextField()),
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
                    ],
                ),
            ],
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from huiyin.cases.search import INSTALL
from huiyin.db.tables import CreateTables


def install(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The index behind the search: FTS5 on SQLite, a tsvector column with GIN on PostgreSQL; no model stands for it."""
    for statement in INSTALL[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    replaces = [
        ("cases", "0001_initial"),
        ("cases", "0002_search_index"),
        ("cases", "0003_category_active"),
        ("cases", "0003_dispatch"),
        ("cases", "0003_incidents"),
        ("cases", "0003_on_site"),
        ("cases", "0003_seals"),
        ("cases", "0003_search_groups"),
        ("cases", "0004_kinds"),
        ("cases", "0005_protected"),
        ("cases", "0005_sign_and_review"),
        ("cases", "0006_projects"),
        ("cases", "0007_email"),
        ("cases", "0008_particulars"),
        ("cases", "0009_lists"),
        ("cases", "0010_passing_on"),
        ("cases", "0011_approvals"),
        ("cases", "0012_former_contact"),
        ("cases", "0013_search_at_a_site"),
        ("cases", "0014_outside_bodies"),
        ("cases", "0015_incident_story"),
        ("cases", "0016_overridden_and_judged"),
        ("cases", "0017_what_was_overridden"),
        ("cases", "0018_tags_offered"),
        ("cases", "0019_outside_number"),
        ("cases", "0020_expectations"),
        ("cases", "0021_sites_of_outside_bodies"),
        ("cases", "0022_no_single_site"),
    ]

    initial = True

    dependencies = [
        ("customers", "0001_tables"),
        ("org", "0001_tables"),
    ]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name="Seal",
                    fields=[
                        ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("at", models.DateTimeField()),
                        ("cases", models.PositiveIntegerField()),
                        ("events", models.PositiveIntegerField()),
                        ("entries", models.BinaryField()),
                        ("digest", models.CharField(max_length=64)),
                    ],
                ),
                migrations.CreateModel(
                    name="Tag",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=32)),
                        ("key", models.CharField(max_length=64, unique=True)),
                        ("offered", models.BooleanField(default=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="Unsealed",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("case_id", models.BigIntegerField()),
                        ("first", models.PositiveIntegerField()),
                        ("last", models.PositiveIntegerField()),
                        ("digest", models.CharField(max_length=64)),
                    ],
                ),
                migrations.CreateModel(
                    name="Category",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=100, unique=True)),
                        ("name", models.CharField(max_length=100)),
                        ("name_en", models.CharField(blank=True, default="", max_length=100)),
                        (
                            "parent",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, to="cases.category"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("complaint", "complaint"),
                                    ("repair", "repair request"),
                                    ("inquiry", "inquiry"),
                                    ("request", "help request"),
                                    ("suggestion", "suggestion"),
                                    ("praise", "praise"),
                                    ("finding", "finding by ourselves"),
                                    ("report", "whistle-blow report"),
                                ],
                                default="",
                                max_length=12,
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
                        (
                            "floor",
                            models.CharField(
                                blank=True,
                                choices=[("P1", "P1"), ("P2", "P2"), ("P3", "P3"), ("P4", "P4")],
                                default="",
                                max_length=2,
                            ),
                        ),
                        (
                            "department",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, to="org.department"
                            ),
                        ),
                        ("on_site", models.BooleanField(default=False)),
                        ("conduct", models.BooleanField(default=False)),
                        ("checklist", models.TextField(blank=True, default="")),
                        ("extra_fields", models.TextField(blank=True, default="")),
                        ("active", models.BooleanField(default=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="Incident",
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
                        ("title", models.CharField(max_length=200)),
                        ("cause", models.TextField(blank=True, default="")),
                        (
                            "lead",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("opened_at", models.DateTimeField()),
                        (
                            "opened_by",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("closed_at", models.DateTimeField(null=True)),
                        ("close_reason", models.TextField(blank=True, default="")),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("story", models.JSONField(default=list)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("closed_at__isnull", True)), fields=["-id"], name="open_incident"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Case",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("uid", models.CharField(max_length=32)),
                        ("link_digest", models.CharField(max_length=64, null=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("complaint", "complaint"),
                                    ("repair", "repair request"),
                                    ("inquiry", "inquiry"),
                                    ("request", "help request"),
                                    ("suggestion", "suggestion"),
                                    ("praise", "praise"),
                                    ("finding", "finding by ourselves"),
                                    ("report", "whistle-blow report"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("portal", "portal"),
                                    ("phone", "phone"),
                                    ("email", "e-mail"),
                                    ("letter", "letter or fax"),
                                    ("chat", "chat"),
                                    ("group", "owners' group chat"),
                                    ("walk_in", "walk-in"),
                                    ("transfer", "transferred from above"),
                                    ("media", "media"),
                                    ("survey", "survey"),
                                    ("inspection", "inspection"),
                                    ("api", "API"),
                                    ("import", "import"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "site",
                            models.ForeignKey(
                                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="org.site"
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
                        ("place", models.CharField(blank=True, default="", max_length=120)),
                        ("email", models.CharField(blank=True, default="", max_length=254)),
                        ("former", models.JSONField(default=list)),
                        ("subject", models.CharField(max_length=200)),
                        ("source", models.CharField(blank=True, default="", max_length=64)),
                        ("external_number", models.CharField(blank=True, default="", max_length=64)),
                        ("seq", models.PositiveIntegerField(default=0)),
                        ("digest", models.CharField(max_length=64)),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("received", "received"),
                                    ("accepted", "accepted"),
                                    ("waiting", "waiting"),
                                    ("resolved", "resolved"),
                                    ("closed", "closed"),
                                    ("declined", "declined (out of scope)"),
                                    ("refused", "refused (answered no)"),
                                    ("joined", "joined"),
                                    ("withdrawn", "withdrawn"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "severity",
                            models.CharField(
                                choices=[("P1", "P1"), ("P2", "P2"), ("P3", "P3"), ("P4", "P4")], max_length=2
                            ),
                        ),
                        (
                            "complexity",
                            models.CharField(
                                choices=[
                                    ("simple", "simple"),
                                    ("several", "several departments"),
                                    ("project", "project"),
                                ],
                                max_length=8,
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
                        (
                            "owner",
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
                            "waiting_for",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("customer", "waiting for the customer"),
                                    ("third_party", "waiting for a third party"),
                                ],
                                default="",
                                max_length=12,
                            ),
                        ),
                        ("last_word", models.CharField(blank=True, default="", max_length=8)),
                        ("received_at", models.DateTimeField()),
                        ("accepted_at", models.DateTimeField(null=True)),
                        ("answered_at", models.DateTimeField(null=True)),
                        ("resolved_at", models.DateTimeField(null=True)),
                        ("closed_at", models.DateTimeField(null=True)),
                        ("outcome", models.CharField(blank=True, default="", max_length=24)),
                        ("going_on", models.BooleanField(default=False)),
                        ("arrived_at", models.DateTimeField(null=True)),
                        ("contained_at", models.DateTimeField(null=True)),
                        ("reopened", models.PositiveIntegerField(default=0)),
                        ("hand_overs", models.PositiveIntegerField(default=0)),
                        ("visits", models.PositiveIntegerField(default=0)),
                        (
                            "joined_into",
                            models.ForeignKey(
                                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to="cases.case"
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
                        ("open_hand_overs", models.JSONField(default=list)),
                        ("signed", models.JSONField(default=list)),
                        ("passed", models.JSONField(default=list)),
                        ("open_commitments", models.JSONField(default=list)),
                        ("open_questions", models.JSONField(default=list)),
                        ("open_requests", models.JSONField(default=list)),
                        (
                            "referred",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("severity", "a serious complaint"),
                                    ("conduct", "a complaint about conduct"),
                                    ("report", "a whistle-blow report"),
                                    ("returned", "returned twice: consultation"),
                                    ("asked", "disputed, or asked for"),
                                ],
                                default="",
                                max_length=12,
                            ),
                        ),
                        ("decide_since", models.DateTimeField(null=True)),
                        ("review_since", models.DateTimeField(null=True)),
                        (
                            "supervised_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("outside_due_at", models.DateTimeField(null=True)),
                        ("chased", models.PositiveIntegerField(default=0)),
                        ("returns", models.PositiveIntegerField(default=0)),
                        ("overrides", models.PositiveIntegerField(default=0)),
                        (
                            "overridden",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("severity", "severity"),
                                    ("clock", "deadline"),
                                    ("closing", "closing"),
                                    ("aside", "who steps aside"),
                                    ("several", "several things"),
                                ],
                                default="",
                                max_length=8,
                            ),
                        ),
                        ("milestones", models.PositiveIntegerField(default=0)),
                        ("open_milestones", models.JSONField(default=list)),
                        ("planned_at", models.DateTimeField(null=True)),
                        ("protected", models.BooleanField(default=False)),
                        ("about_users", models.JSONField(default=list)),
                        ("about_departments", models.JSONField(default=list)),
                        ("tags", models.JSONField(default=list)),
                        ("changed_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["site", "-id"], name="case_of_site"),
                            models.Index(fields=["status", "-id"], name="case_of_status"),
                            models.Index(
                                condition=models.Q(("joined_into__isnull", True), ("resolved_at__isnull", True)),
                                fields=["handler", "-id"],
                                name="open_case_of_handler",
                            ),
                            models.Index(
                                condition=models.Q(("customer__isnull", False)),
                                fields=["customer", "-id"],
                                name="case_of_customer",
                            ),
                            models.Index(
                                condition=models.Q(("email", ""), _negated=True),
                                fields=["email", "-id"],
                                name="case_of_email",
                            ),
                            models.Index(
                                condition=models.Q(("joined_into__isnull", False)),
                                fields=["joined_into"],
                                name="case_joined_into",
                            ),
                            models.Index(
                                condition=models.Q(("decide_since__isnull", False)),
                                fields=["-id"],
                                name="case_to_decide",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("joined_into__isnull", True),
                                    ("resolved_at__isnull", True),
                                    ("supervised_by__isnull", False),
                                ),
                                fields=["-id"],
                                name="supervised_case",
                            ),
                            models.Index(
                                condition=models.Q(("overridden", ""), _negated=True),
                                fields=["-id"],
                                name="overridden_case",
                            ),
                            models.Index(
                                condition=models.Q(("incident__isnull", False)),
                                fields=["incident", "-id"],
                                name="case_of_incident",
                            ),
                            models.Index(
                                condition=models.Q(("category__isnull", False)),
                                fields=["category", "-id"],
                                name="case_of_category",
                            ),
                            models.Index(
                                condition=models.Q(("joined_into__isnull", True), ("resolved_at__isnull", True)),
                                fields=["owner", "-id"],
                                name="open_case_of_owner",
                            ),
                            models.Index(
                                condition=models.Q(("joined_into__isnull", True), ("resolved_at__isnull", True)),
                                fields=["severity", "id"],
                                name="open_case_by_severity",
                            ),
                            models.Index(
                                condition=models.Q(("joined_into__isnull", True), ("resolved_at__isnull", True)),
                                fields=["received_at", "id"],
                                name="open_case_by_receipt",
                            ),
                            models.Index(
                                condition=models.Q(("joined_into__isnull", True), ("resolved_at__isnull", True)),
                                fields=["changed_at", "id"],
                                name="open_case_by_change",
                            ),
                            models.Index(fields=["received_at", "id"], name="case_by_receipt"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("external_number", ""), _negated=True),
                                fields=("source", "external_number"),
                                name="one_case_an_outside_number",
                            ),
                            models.UniqueConstraint(fields=("link_digest",), name="one_case_a_link"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Message",
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
                        ("part", models.CharField(max_length=12)),
                        ("public", models.BooleanField()),
                        ("text", models.TextField()),
                        ("salt", models.BinaryField()),
                        ("erased_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("part", "number")), fields=["text"], name="message_outside_number"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("case", "seq", "part"), name="one_message_a_part")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OutsideBody",
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
                                choices=[
                                    ("mediator", "mediator"),
                                    ("consumers", "consumers' association"),
                                    ("authority", "authority"),
                                    ("assessor", "assessor, expert"),
                                    ("insurer", "insurer"),
                                    ("lawyer", "lawyer"),
                                    ("arbitration", "arbitration"),
                                    ("court", "court"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("name", models.CharField(max_length=80)),
                        ("name_en", models.CharField(blank=True, default="", max_length=80)),
                        ("categories", models.TextField(blank=True, default="")),
                        ("phone", models.CharField(blank=True, default="", max_length=40)),
                        ("address", models.CharField(blank=True, default="", max_length=200)),
                        ("web", models.URLField(blank=True, default="")),
                        ("hours", models.CharField(blank=True, default="", max_length=80)),
                        ("days", models.PositiveSmallIntegerField(null=True)),
                        ("note", models.CharField(blank=True, default="", max_length=300)),
                        ("source", models.CharField(max_length=300)),
                        ("said_on", models.DateField()),
                        ("active", models.BooleanField(default=True)),
                        ("origin", models.CharField(blank=True, default="", max_length=32)),
                        ("sites", models.ManyToManyField(related_name="+", to="org.site")),
                    ],
                ),
                migrations.CreateModel(
                    name="SearchText",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        (
                            "site",
                            models.ForeignKey(
                                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="org.site"
                            ),
                        ),
                        ("text", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="CaseTag",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="cases.case")),
                        (
                            "tag",
                            models.ForeignKey(
                                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="cases.tag"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("tag", "case"), name="one_tag_once")],
                    },
                ),
                migrations.CreateModel(
                    name="CalledIn",
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
                            "department",
                            models.ForeignKey(
                                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="org.department"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["case"], name="called_in_to_case")],
                        "constraints": [models.UniqueConstraint(fields=("department", "case"), name="called_in_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Avoidance",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="cases.case")),
                        (
                            "user",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to=settings.AUTH_USER_MODEL,
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
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("user__isnull", False)),
                                fields=("user", "case"),
                                name="one_avoiding_user",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("department__isnull", False)),
                                fields=("department", "case"),
                                name="one_avoiding_department",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CaseEvent",
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
                            "kind",
                            models.CharField(
                                choices=[
                                    ("received", "Received"),
                                    ("accepted", "Accepted"),
                                    ("assigned", "Assigned"),
                                    ("handed_over", "Handed over"),
                                    ("signed", "Department signed for it"),
                                    ("passed", "Passed on to another department"),
                                    ("replied", "Department replied"),
                                    ("judged", "Department's answer judged"),
                                    ("answered", "Answered the customer"),
                                    ("called", "Phone call"),
                                    ("wrote", "Customer wrote"),
                                    ("committed", "Promised"),
                                    ("kept", "Promise kept or broken"),
                                    ("waited", "Waiting"),
                                    ("resumed", "Resumed"),
                                    ("arrived", "Arrived on site"),
                                    ("contained", "Danger or loss stopped"),
                                    ("graded", "Severity set"),
                                    ("sorted", "Category chosen"),
                                    ("resolved", "Resolved"),
                                    ("declined", "Declined"),
                                    ("refused", "Refused"),
                                    ("reopened", "Reopened"),
                                    ("joined", "Joined into another case"),
                                    ("absorbed", "Another case joined"),
                                    ("gathered", "Gathered into an incident"),
                                    ("released", "Released from an incident"),
                                    ("reviewed", "Result reviewed"),
                                    ("visited", "Return visit"),
                                    ("closed", "Closed"),
                                    ("asked", "Department asks back"),
                                    ("told", "Question answered"),
                                    ("returning", "Department applies to return it"),
                                    ("returned", "Return decided"),
                                    ("extending", "More time asked for"),
                                    ("extended", "Extension decided"),
                                    ("planning", "Plan proposed"),
                                    ("planned", "Plan decided"),
                                    ("reached", "Milestone reached"),
                                    ("approving", "Approval asked for"),
                                    ("approved", "Approval decided"),
                                    ("overridden", "Deadline set by hand"),
                                    ("chased", "Chased"),
                                    ("supervised", "Supervised to the end"),
                                    ("referred", "Put before the supervisor"),
                                    ("decided", "Supervisor's decision"),
                                    ("concerned", "Step aside"),
                                    ("transferred", "Transferred from above"),
                                    ("split", "Split"),
                                    ("withdrawn", "Withdrawn by the customer"),
                                    ("tagged", "Tag added"),
                                    ("untagged", "Tag taken off"),
                                    ("noted", "Noted"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("topic", models.CharField(blank=True, default="", max_length=16)),
                        ("at", models.DateTimeField()),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "actor",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("data", models.JSONField()),
                        ("digest", models.CharField(max_length=64)),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("case", "seq"), name="one_event_a_number")],
                    },
                ),
                migrations.CreateModel(
                    name="Commitment",
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
                        ("due_at", models.DateTimeField()),
                        ("kept", models.BooleanField(null=True)),
                        ("settled_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("case", "seq"), name="one_commitment_an_event")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Expectation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("case", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to="cases.case")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("too-high", "expected too much"),
                                    ("mistaken", "expected something else"),
                                    ("unreasonable", "expected what is unreasonable"),
                                    ("over-promised", "we promised too much"),
                                ],
                                max_length=16,
                            ),
                        ),
                        (
                            "settled",
                            models.CharField(
                                choices=[
                                    ("informed", "informed"),
                                    ("taught", "explained, with how it works"),
                                    ("agreed", "agreed in writing"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "promiser",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("sales", "sales"),
                                    ("advertising", "advertising"),
                                    ("agent", "front desk, by word"),
                                    ("other", "another way"),
                                ],
                                default="",
                                max_length=12,
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
                        ("received_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["kind", "case"], name="case_of_expectation"),
                            models.Index(fields=["received_at"], name="expectation_by_receipt"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="File",
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
                        ("public", models.BooleanField()),
                        ("sha256", models.CharField(db_index=True, max_length=64)),
                        ("name", models.CharField(max_length=120)),
                        ("media_type", models.CharField(max_length=80)),
                        ("size", models.PositiveIntegerField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["case", "seq"], name="file_of_case")],
                    },
                ),
                migrations.CreateModel(
                    name="HandOver",
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
                        ("asked_at", models.DateTimeField()),
                        ("signed_at", models.DateTimeField(null=True)),
                        ("replied_at", models.DateTimeField(null=True)),
                        ("reply_seq", models.PositiveIntegerField(null=True)),
                        ("dropped", models.BooleanField(default=False)),
                        (
                            "part",
                            models.CharField(
                                choices=[("lead", "lead department"), ("assist", "assisting department")],
                                default="lead",
                                max_length=6,
                            ),
                        ),
                        ("passed_from", models.PositiveIntegerField(null=True)),
                        ("usable", models.BooleanField(null=True)),
                        (
                            "unusable",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("incomplete", "incomplete"),
                                    ("beside", "doesn't answer the question"),
                                    ("wording", "not in words for the customer"),
                                    ("late_facts", "the facts came too late"),
                                    ("other", "for another reason"),
                                ],
                                default="",
                                max_length=10,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("dropped", False), ("replied_at", None)),
                                fields=["department", "-case"],
                                name="open_hand_over",
                            ),
                            models.Index(fields=["department", "case"], name="hand_over_of_department"),
                        ],
                        "constraints": [models.UniqueConstraint(fields=("case", "seq"), name="one_hand_over_an_event")],
                    },
                ),
            ],
        ),
        migrations.RunPython(install, migrations.RunPython.noop),
    ]

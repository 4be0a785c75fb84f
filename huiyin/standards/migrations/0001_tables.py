import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from huiyin.db.tables import CreateTables


class Migration(migrations.Migration):
    replaces = [
        ("standards", "0001_initial"),
        ("standards", "0002_passing_on"),
        ("standards", "0003_customer_notices"),
        ("standards", "0004_foreseen"),
        ("standards", "0005_young_records"),
        ("standards", "0006_work_standards"),
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
                    name="WarningRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("days", models.PositiveSmallIntegerField()),
                        ("least", models.PositiveSmallIntegerField()),
                        ("severe_some", models.PositiveSmallIntegerField()),
                        ("severe_many", models.PositiveSmallIntegerField()),
                        ("reach_some", models.PositiveSmallIntegerField()),
                        ("reach_many", models.PositiveSmallIntegerField()),
                        ("rise", models.PositiveSmallIntegerField()),
                        ("new_some", models.PositiveSmallIntegerField()),
                        ("new_many", models.PositiveSmallIntegerField()),
                        ("bar", models.PositiveSmallIntegerField()),
                        ("ahead", models.PositiveSmallIntegerField()),
                        ("peak", models.PositiveSmallIntegerField()),
                        ("source", models.CharField(max_length=300)),
                    ],
                ),
                migrations.CreateModel(
                    name="ForbiddenPattern",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                choices=[("zh", "Chinese"), ("en", "English")], default="zh", max_length=2
                            ),
                        ),
                        ("pattern", models.CharField(max_length=200)),
                        (
                            "level",
                            models.CharField(
                                choices=[
                                    ("hint", "hint: shown while typing"),
                                    ("warn", "warning: asks before it is sent"),
                                    ("block", "blocked: isn't sent"),
                                ],
                                max_length=5,
                            ),
                        ),
                        ("timeless", models.BooleanField(default=False)),
                        ("example", models.CharField(max_length=200)),
                        ("reason", models.CharField(blank=True, default="", max_length=200)),
                        ("better", models.CharField(blank=True, default="", max_length=300)),
                        ("active", models.BooleanField(default=True)),
                        ("origin", models.CharField(blank=True, default="", max_length=40)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("origin", ""), _negated=True),
                                fields=("origin",),
                                name="one_pattern_an_origin",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Foresight",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("site", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, to="org.site")),
                        ("next_at", models.DateTimeField(db_index=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="Phrase",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "situation",
                            models.CharField(
                                choices=[
                                    ("greeting", "greeting"),
                                    ("acknowledge", "acknowledge"),
                                    ("apologise", "apologise"),
                                    ("ask", "ask"),
                                    ("stop", "stop the loss"),
                                    ("promise", "promise with a time"),
                                    ("hand_over", "hand over"),
                                    ("inform", "keep informed"),
                                    ("impossible", "say no: impossible"),
                                    ("excessive", "say no: beyond the standard"),
                                    ("unreasonable", "say no: unreasonable"),
                                    ("close", "close"),
                                    ("visit", "return visit"),
                                    ("group", "after a group complaint"),
                                    ("reply", "department's reply, inside"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "temperament",
                            models.CharField(
                                choices=[
                                    ("any", "any"),
                                    ("lively", "lively"),
                                    ("perfect", "exact"),
                                    ("powerful", "forceful"),
                                    ("peaceful", "calm"),
                                ],
                                default="any",
                                max_length=8,
                            ),
                        ),
                        (
                            "use",
                            models.CharField(
                                blank=True,
                                choices=[("", "either"), ("spoken", "spoken"), ("written", "written")],
                                default="",
                                max_length=8,
                            ),
                        ),
                        ("code", models.CharField(blank=True, default="", max_length=20)),
                        ("zh", models.CharField(blank=True, default="", max_length=500)),
                        ("en", models.CharField(blank=True, default="", max_length=500)),
                        ("active", models.BooleanField(default=True)),
                        ("origin", models.CharField(blank=True, default="", max_length=40)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("code", ""), _negated=True),
                                fields=("code",),
                                name="one_phrase_a_code",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("origin", ""), _negated=True),
                                fields=("origin",),
                                name="one_phrase_an_origin",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CustomerNotice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("work", "planned work"),
                                    ("outage", "outage"),
                                    ("season", "season and weather"),
                                    ("use", "how to use it"),
                                    ("scope", "what we do, and what not"),
                                    ("statement", "public statement"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("draft", "draft"), ("approved", "approved"), ("withdrawn", "withdrawn")],
                                default="draft",
                                max_length=10,
                            ),
                        ),
                        (
                            "site",
                            models.ForeignKey(
                                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="org.site"
                            ),
                        ),
                        ("categories", models.TextField(blank=True, default="")),
                        (
                            "incident",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="cases.incident",
                            ),
                        ),
                        ("show_from", models.DateTimeField()),
                        ("begins_at", models.DateTimeField(null=True)),
                        ("until", models.DateTimeField()),
                        ("next_at", models.DateTimeField(null=True)),
                        ("title", models.CharField(max_length=60)),
                        ("text", models.CharField(max_length=500)),
                        ("cause", models.CharField(blank=True, default="", max_length=500)),
                        ("doing", models.CharField(blank=True, default="", max_length=500)),
                        ("advice", models.CharField(blank=True, default="", max_length=500)),
                        ("title_en", models.CharField(blank=True, default="", max_length=100)),
                        ("text_en", models.CharField(blank=True, default="", max_length=1000)),
                        ("cause_en", models.CharField(blank=True, default="", max_length=1000)),
                        ("doing_en", models.CharField(blank=True, default="", max_length=1000)),
                        ("advice_en", models.CharField(blank=True, default="", max_length=1000)),
                        (
                            "replaces",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="standards.customernotice",
                            ),
                        ),
                        (
                            "written_by",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("written_at", models.DateTimeField()),
                        (
                            "approved_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("approved_at", models.DateTimeField(null=True)),
                        (
                            "withdrawn_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("withdrawn_at", models.DateTimeField(null=True)),
                        ("reason", models.CharField(blank=True, default="", max_length=200)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["site", "-id"], name="customer_notice_of_site"),
                            models.Index(
                                condition=models.Q(("withdrawn_at__isnull", True)),
                                fields=["-until"],
                                name="customer_notice_until",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Foreseen",
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
                                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="cases.category"
                            ),
                        ),
                        (
                            "why",
                            models.CharField(
                                choices=[("now", "many meet it now"), ("season", "its season is near")], max_length=8
                            ),
                        ),
                        ("since", models.DateTimeField()),
                        ("looked_at", models.DateTimeField()),
                        ("gone_at", models.DateTimeField(null=True)),
                        ("first_day", models.DateField()),
                        ("last_day", models.DateField()),
                        ("cases", models.PositiveIntegerField()),
                        ("severe", models.PositiveIntegerField()),
                        ("customers", models.PositiveIntegerField()),
                        ("homes", models.PositiveIntegerField()),
                        ("first", models.PositiveIntegerField()),
                        ("before", models.PositiveIntegerField()),
                        ("known", models.BooleanField(default=True)),
                        ("severity", models.PositiveSmallIntegerField()),
                        ("probability", models.PositiveSmallIntegerField()),
                        ("unknown", models.PositiveSmallIntegerField()),
                        ("first_cases", models.JSONField(default=list)),
                        ("off_until", models.DateField(null=True)),
                        (
                            "off_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("off_at", models.DateTimeField(null=True)),
                        ("off_reason", models.CharField(blank=True, default="", max_length=200)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("site", "category", "why"), name="one_foreseen_a_reason")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WorkStandard",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "step",
                            models.CharField(
                                choices=[
                                    ("take_in", "take in"),
                                    ("accept", "take on"),
                                    ("hand_over", "hand over"),
                                    ("on_site", "work on site"),
                                    ("reply", "reply as department"),
                                    ("inform", "keep informed"),
                                    ("promise", "promise"),
                                    ("make_good", "make good"),
                                    ("resolve", "resolve"),
                                    ("refuse", "say no"),
                                    ("visit", "return visit"),
                                ],
                                max_length=12,
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
                        ("behaviour", models.CharField(max_length=600)),
                        ("behaviour_en", models.CharField(blank=True, default="", max_length=600)),
                        ("saying", models.CharField(blank=True, default="", max_length=600)),
                        ("saying_en", models.CharField(blank=True, default="", max_length=600)),
                        ("minutes", models.PositiveIntegerField(null=True)),
                        ("evidence", models.CharField(blank=True, default="", max_length=300)),
                        ("evidence_en", models.CharField(blank=True, default="", max_length=300)),
                        ("active", models.BooleanField(default=True)),
                        ("origin", models.CharField(blank=True, default="", max_length=40)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("category__isnull", False)),
                                fields=["category"],
                                name="standard_of_category",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("step", "category"), name="one_standard_a_step"),
                            models.UniqueConstraint(
                                condition=models.Q(("category__isnull", True)),
                                fields=("step",),
                                name="one_standard_a_step_for_all",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]

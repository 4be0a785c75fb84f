import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from huiyin.db.tables import CreateTables


class Migration(migrations.Migration):
    replaces = [
        ("org", "0001_initial"),
        ("org", "0002_beat"),
        ("org", "0002_settings_history"),
        ("org", "0003_area_of_calls"),
        ("org", "0003_house"),
        ("org", "0004_areas_of_words"),
        ("org", "0005_areas_of_the_door"),
        ("org", "0006_density"),
        ("org", "0007_more_areas"),
        ("org", "0008_fairness_areas"),
        ("org", "0009_area_of_priors"),
        ("org", "0010_areas_of_failures"),
        ("org", "0011_outside_bodies"),
        ("org", "0012_areas_of_expectations"),
        ("org", "0013_what_would_have_helped"),
    ]

    initial = True

    dependencies = []

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name="User",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                        ("username", models.CharField(max_length=64, unique=True)),
                        ("name", models.CharField(max_length=64)),
                        (
                            "department",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, to="org.department"
                            ),
                        ),
                        ("language", models.CharField(blank=True, default="", max_length=8)),
                        ("density", models.CharField(blank=True, default="", max_length=8)),
                        ("is_active", models.BooleanField(default=True)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Beat",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Department",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=32, unique=True)),
                        ("name", models.CharField(max_length=100)),
                        (
                            "stage",
                            models.CharField(choices=[("front", "Front stage"), ("back", "Back stage")], max_length=8),
                        ),
                        ("site", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="org.site")),
                        ("active", models.BooleanField(default=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="House",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("review", models.BooleanField(default=False)),
                        ("show_asker", models.BooleanField(default=False)),
                        ("words", models.JSONField(default=dict)),
                    ],
                ),
                migrations.CreateModel(
                    name="LoginFailure",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.CharField(max_length=64, unique=True)),
                        ("failures", models.PositiveIntegerField(default=0)),
                        ("first_at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Revision",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("value", models.CharField(max_length=32)),
                    ],
                ),
                migrations.CreateModel(
                    name="ApiToken",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL),
                        ),
                        ("name", models.CharField(max_length=64)),
                        ("digest", models.CharField(max_length=64, unique=True)),
                        ("created_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        ("revoked_at", models.DateTimeField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="Site",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=32, unique=True)),
                        ("name", models.CharField(max_length=100)),
                        (
                            "parent",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="children",
                                to="org.site",
                            ),
                        ),
                        ("time_zone", models.CharField(default="Asia/Shanghai", max_length=64)),
                        ("active", models.BooleanField(default=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="SettingsEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
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
                        (
                            "area",
                            models.CharField(
                                choices=[
                                    ("site", "Sites"),
                                    ("department", "Departments"),
                                    ("person", "Staff"),
                                    ("levels", "Service levels"),
                                    ("calendar", "Work calendars"),
                                    ("year", "Holidays"),
                                    ("category", "Categories"),
                                    ("house", "Rules and words"),
                                    ("calls", "Emergency calls"),
                                    ("phrases", "Phrases"),
                                    ("forbidden", "Words not to say"),
                                    ("codes", "QR codes"),
                                    ("limits", "Authority limits"),
                                    ("budgets", "Budgets"),
                                    ("sheets", "What customers read beforehand"),
                                    ("groups", "Group complaints"),
                                    ("tiers", "Customer tiers"),
                                    ("fairness", "Repeated complaints"),
                                    ("priors", "Priors of the economics"),
                                    ("failures", "Failures"),
                                    ("grades", "How bad a failure is"),
                                    ("playbooks", "Recovery plans"),
                                    ("outside", "Outside bodies"),
                                    ("notices", "Notices to customers"),
                                    ("warnings", "Worth warning of"),
                                    ("practices", "Work standards"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("thing", models.CharField(max_length=100)),
                        ("before", models.JSONField(null=True)),
                        ("after", models.JSONField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["area", "-id"], name="settings_of_area"),
                            models.Index(fields=["area", "thing", "-id"], name="settings_of_thing"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Grant",
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="grants",
                                to=settings.AUTH_USER_MODEL,
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
                        ("site", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="org.site")),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("user", "role", "site"), name="one_grant_each")
                        ],
                    },
                ),
            ],
        ),
    ]

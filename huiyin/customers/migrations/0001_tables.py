import django.db.models.deletion
from django.db import migrations, models

from huiyin.db.tables import CreateTables


class Migration(migrations.Migration):
    replaces = [
        ("customers", "0001_initial"),
        ("customers", "0002_email"),
        ("customers", "0003_customer_by_name"),
        ("customers", "0004_tiers"),
        ("customers", "0005_marked_until"),
    ]

    initial = True

    dependencies = [
        ("org", "0001_tables"),
    ]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name="Tier",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=32, unique=True)),
                        ("name", models.CharField(max_length=20)),
                        ("name_en", models.CharField(blank=True, default="", max_length=20)),
                        ("position", models.PositiveSmallIntegerField(default=0)),
                        (
                            "tone",
                            models.CharField(
                                choices=[
                                    ("plain", "no colour"),
                                    ("celadon", "celadon"),
                                    ("amber", "amber"),
                                    ("indigo", "indigo"),
                                ],
                                default="plain",
                                max_length=8,
                            ),
                        ),
                        ("active", models.BooleanField(default=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="Home",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("site", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="org.site")),
                        ("label", models.CharField(max_length=64)),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("site", "label"), name="one_home_a_label")],
                    },
                ),
                migrations.CreateModel(
                    name="Customer",
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
                            "home",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="customers.home",
                            ),
                        ),
                        ("name", models.CharField(max_length=100)),
                        ("phone", models.CharField(blank=True, default="", max_length=24)),
                        ("phone_as_typed", models.CharField(blank=True, default="", max_length=40)),
                        ("email", models.CharField(blank=True, default="", max_length=254)),
                        ("source", models.CharField(blank=True, default="", max_length=64)),
                        ("outside_name", models.CharField(blank=True, default="", max_length=100)),
                        (
                            "tier",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="customers.tier",
                            ),
                        ),
                        ("marked_until", models.DateField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("email", ""), _negated=True),
                                fields=["email", "id"],
                                name="customer_of_email",
                            ),
                            models.Index(
                                fields=["site", "name"],
                                name="customer_of_site_by_name",
                                opclasses=["int8_ops", "varchar_pattern_ops"],
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("phone", ""), _negated=True),
                                fields=("phone",),
                                name="one_customer_a_phone",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("outside_name", ""), _negated=True),
                                fields=("source", "outside_name"),
                                name="one_customer_an_outside_name",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]

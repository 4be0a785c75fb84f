import django.db.models.deletion
from django.db import migrations, models

from huiyin.db.tables import CreateTables


class Migration(migrations.Migration):
    replaces = [("api", "0001_kept_answers")]

    initial = True

    dependencies = [
        ("org", "0001_tables"),
    ]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name="KeptAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "token",
                            models.ForeignKey(
                                db_index=False, on_delete=django.db.models.deletion.CASCADE, to="org.apitoken"
                            ),
                        ),
                        ("key", models.CharField(max_length=200)),
                        ("request", models.CharField(max_length=64)),
                        ("created_at", models.DateTimeField()),
                        ("salt", models.BinaryField(default=b"")),
                        ("answer", models.BinaryField(default=b"")),
                    ],
                    options={
                        "indexes": [models.Index(fields=["created_at"], name="kept_answer_by_age")],
                        "constraints": [models.UniqueConstraint(fields=("token", "key"), name="one_answer_a_key")],
                    },
                ),
            ],
        ),
    ]

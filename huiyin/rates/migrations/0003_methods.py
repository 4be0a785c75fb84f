"""How each grade came, and the sums of them by that: the sweep adds them up anew."""

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    visits = apps.get_model("returns", "ReturnVisit").objects.filter(case=OuterRef("case"), seq=OuterRef("ref"))
    facts = apps.get_model("rates", "Fact").objects.filter(rate="satisfied").exclude(mark="gone")
    facts.update(method=Subquery(visits.values("method")[:1]), dirty=True)


class Migration(migrations.Migration):
    dependencies = [
        ("rates", "0002_tiers"),
        ("returns", "0002_methods"),
    ]

    operations = [
        migrations.AddField(
            model_name="fact",
            name="method",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="daysum",
            name="by",
            field=models.CharField(
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
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]

"""How each answer came: of those that are there, by their entries in the timeline."""

from django.db import migrations, models

AT_ONCE = 500


def fill(apps, schema_editor):
    visits, events = apps.get_model("returns", "ReturnVisit"), apps.get_model("cases", "CaseEvent")
    last = 0
    while rows := list(visits.objects.filter(pk__gt=last, visited_at__isnull=False).order_by("pk")[:AT_ONCE]):
        last = rows[-1].pk
        said = events.objects.filter(case__in=[row.case_id for row in rows], kind="visited").order_by("seq")
        by_link = {(one.case_id, one.at): one.data["channel"] == "link" for one in said if one.data["reached"]}
        for row in rows:
            row.method = "link" if by_link.get((row.case_id, row.visited_at)) else "call_back"
        visits.objects.bulk_update(rows, ["method"])


class Migration(migrations.Migration):
    dependencies = [("returns", "0001_initial"), ("cases", "0015_incident_story")]

    operations = [
        migrations.AddField(
            model_name="returnvisit",
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
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]

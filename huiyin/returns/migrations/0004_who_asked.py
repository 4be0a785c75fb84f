"""Who asked, and which links nobody answered: of the visits that are there, by their entries and cases."""

from django.db import migrations
from django.db.models import OuterRef, Subquery

AT_ONCE = 500
SPOKEN = ("phone", "visit", "chat")


def fill(apps, schema_editor):
    visits, events = apps.get_model("returns", "ReturnVisit"), apps.get_model("cases", "CaseEvent")
    cases = apps.get_model("cases", "Case")
    closed_at = cases.objects.filter(pk=OuterRef("case")).values("closed_at")[:1]
    silent = visits.objects.filter(state="open", mode="link", case__status="closed")
    silent.update(state="silent", silent_at=Subquery(closed_at))
    last = 0
    while rows := list(visits.objects.filter(pk__gt=last, tries__gt=0).order_by("pk")[:AT_ONCE]):
        last = rows[-1].pk
        tried = events.objects.filter(case__in=[row.case_id for row in rows], kind="visited").order_by("seq")
        asked = [one for one in tried if one.data["channel"] in (*SPOKEN, "asked")]
        by_time = {(one.case_id, one.at): one.actor_id for one in asked}
        by_case = {one.case_id: one.actor_id for one in asked if not one.data["reached"]}
        for row in rows:
            row.asked_by_id = _asker(row, by_time, by_case)
        visits.objects.bulk_update(rows, ["asked_by"])


def _asker(row, by_time, by_case):
    if row.state == "unreached" and row.visited_at is None:
        return by_case.get(row.case_id)
    return by_time.get((row.case_id, row.visited_at)) if row.method in ("call_back", "asked") else None


class Migration(migrations.Migration):
    dependencies = [("returns", "0003_validity"), ("cases", "0018_tags_offered")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]

"""Cases in which something was set by hand learn what it was, from their events."""

from collections import defaultdict

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

WHAT = {"graded": "severity", "overridden": "clock", "closed": "closing", "concerned": "aside"}
AT_ONCE = 500


def tell(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """As the fold has it from now on."""
    cases, events = apps.get_model("cases", "Case").objects, apps.get_model("cases", "CaseEvent").objects
    last = 0
    while keys := list(
        cases.filter(pk__gt=last, overrides__gt=0).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]
    ):
        found: dict[int, set[str]] = defaultdict(set)
        for case, kind, data in events.filter(case__in=keys, kind__in=WHAT).values_list("case", "kind", "data"):
            if data.get("override"):
                found[case].add(WHAT[kind])
        for case, what in found.items():
            cases.filter(pk=case).update(overridden=what.pop() if len(what) == 1 else "several")
        last = keys[-1]


class Migration(migrations.Migration):
    """Only rows change."""

    dependencies = [("cases", "0016_overridden_and_judged")]
    operations = [migrations.RunPython(tell, migrations.RunPython.noop)]

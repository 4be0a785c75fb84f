"""A body outside may serve several sites: each keeps the one it has."""

from __future__ import annotations

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def keep(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The sites of those that are there."""
    body = apps.get_model("cases", "OutsideBody")
    for row in body.objects.all():
        row.sites.add(row.site_id)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0020_expectations"),
        ("org", "0012_areas_of_expectations"),
    ]

    operations = [
        migrations.AddField("outsidebody", "sites", models.ManyToManyField(related_name="+", to="org.site")),
        migrations.RunPython(keep, migrations.RunPython.noop),
    ]

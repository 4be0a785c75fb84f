"""Texts learn which group of cases they belong to, so that PostgreSQL finds the newest hits of a common word first."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def tell(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add the tokens `by10x…` and `by15x…` to every text; SQLite reads its index in order and needs none."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "UPDATE cases_searchtext SET tokens = tokens || array_to_tsvector("
            "ARRAY['by10x' || (id >> 30)::text, 'by15x' || (id >> 35)::text])"
        )


class Migration(migrations.Migration):
    """Only rows change."""

    dependencies = [("cases", "0003_dispatch")]
    operations = [migrations.RunPython(tell, migrations.RunPython.noop)]

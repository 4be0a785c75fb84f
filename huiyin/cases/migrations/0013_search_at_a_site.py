"""Texts learn which group of cases of their site they belong to, so that PostgreSQL finds the newest hits there first."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def tell(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add the token `site…by12x…` to every text; SQLite reads its index in order and needs none."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "UPDATE cases_searchtext SET tokens = tokens || array_to_tsvector("
            "ARRAY['site' || site_id::text || 'by12x' || (id >> 32)::text])"
        )


class Migration(migrations.Migration):
    """Only rows change."""

    dependencies = [("cases", "0012_former_contact")]
    operations = [migrations.RunPython(tell, migrations.RunPython.noop)]

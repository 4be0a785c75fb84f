"""The index behind the search: FTS5 on SQLite, a tsvector column with GIN on PostgreSQL."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from huiyin.cases.search import INSTALL


def install(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Run the statements of this database."""
    for statement in INSTALL[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    """Only raw statements: no model stands for the index."""

    dependencies = [("cases", "0001_initial")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]

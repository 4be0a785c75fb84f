from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def reckon_anew(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Failures that came again are told apart by how they ended: the sweep writes their lines once more."""
    lines = apps.get_model("worth", "Line").objects.filter(figure="repeat", value="")
    apps.get_model("worth", "Tally").objects.filter(case__in=lines.values("case")).update(dirty=True)


class Migration(migrations.Migration):
    dependencies = [("worth", "0002_uploads")]
    operations = [migrations.RunPython(reckon_anew, migrations.RunPython.noop)]

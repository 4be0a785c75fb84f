"""The chance below which a customer counts as leaving, where the priors are in use already."""

from django.db import migrations

SOURCE = "Preset assumption, to be replaced by your own figures"


def add(apps, schema_editor):
    priors = apps.get_model("worth", "Prior")
    if priors.objects.exists() and not priors.objects.filter(code="value/gone").exists():
        row = {"unit": "share", "value": 2000, "low": 1000, "high": 4000, "source": SOURCE}
        priors.objects.create(code="value/gone", said_on="2026-01-01", **row)


class Migration(migrations.Migration):
    dependencies = [("worth", "0004_leaving")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop, elidable=True)]

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0021_sites_of_outside_bodies"),
    ]

    operations = [
        migrations.RemoveField("outsidebody", "site"),
    ]

"""Say which cases are open without a list, so that SQLite uses the index for the inbox."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_joined_into")]

    operations = [
        migrations.RemoveIndex(model_name="case", name="open_case_of_handler"),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("joined_into__isnull", True), ("resolved_at__isnull", True)),
                fields=["handler", "-id"],
                name="open_case_of_handler",
            ),
        ),
    ]

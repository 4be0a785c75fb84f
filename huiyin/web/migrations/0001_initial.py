from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Sending",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, unique=True)),
                ("address", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("sealed", models.BinaryField(default=b"")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["address", "at"], name="sending_of_address"),
                    models.Index(fields=["at"], name="sending_at"),
                ],
            },
        ),
    ]

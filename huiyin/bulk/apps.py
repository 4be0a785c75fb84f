"""App configuration."""

from django.apps import AppConfig


class BulkConfig(AppConfig):
    """`huiyin.bulk`."""

    name = "huiyin.bulk"
    label = "bulk"
    default_auto_field = "django.db.models.BigAutoField"

"""App configuration."""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """`huiyin.imports`."""

    name = "huiyin.imports"
    label = "imports"
    default_auto_field = "django.db.models.BigAutoField"

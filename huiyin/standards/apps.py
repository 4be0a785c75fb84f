"""App configuration."""

from django.apps import AppConfig


class StandardsConfig(AppConfig):
    """`huiyin.standards`."""

    name = "huiyin.standards"
    label = "standards"
    default_auto_field = "django.db.models.BigAutoField"

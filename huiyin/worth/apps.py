"""App configuration."""

from django.apps import AppConfig


class WorthConfig(AppConfig):
    """`huiyin.worth`."""

    name = "huiyin.worth"
    label = "worth"
    default_auto_field = "django.db.models.BigAutoField"

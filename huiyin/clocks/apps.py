"""App configuration."""

from django.apps import AppConfig


class ClocksConfig(AppConfig):
    """`huiyin.clocks`."""

    name = "huiyin.clocks"
    label = "clocks"
    default_auto_field = "django.db.models.BigAutoField"

"""App configuration."""

from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    """`huiyin.returns`."""

    name = "huiyin.returns"
    label = "returns"
    default_auto_field = "django.db.models.BigAutoField"

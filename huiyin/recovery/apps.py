"""App configuration."""

from django.apps import AppConfig


class RecoveryConfig(AppConfig):
    """`huiyin.recovery`."""

    name = "huiyin.recovery"
    label = "recovery"
    default_auto_field = "django.db.models.BigAutoField"

"""App configuration."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    """`huiyin.alerts`."""

    name = "huiyin.alerts"
    label = "alerts"
    default_auto_field = "django.db.models.BigAutoField"

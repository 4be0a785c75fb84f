"""App configuration."""

from django.apps import AppConfig


class FairnessConfig(AppConfig):
    """`huiyin.fairness`."""

    name = "huiyin.fairness"
    label = "fairness"
    default_auto_field = "django.db.models.BigAutoField"

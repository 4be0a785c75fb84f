"""App configuration."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """`huiyin.evidence`."""

    name = "huiyin.evidence"
    label = "evidence"
    default_auto_field = "django.db.models.BigAutoField"

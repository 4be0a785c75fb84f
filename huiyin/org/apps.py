"""App configuration."""

from django.apps import AppConfig


class OrgConfig(AppConfig):
    """`huiyin.org`."""

    name = "huiyin.org"
    label = "org"
    default_auto_field = "django.db.models.BigAutoField"

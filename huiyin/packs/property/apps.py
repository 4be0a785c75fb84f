"""App configuration."""

from django.apps import AppConfig


class PropertyConfig(AppConfig):
    """`huiyin.packs.property`."""

    name = "huiyin.packs.property"
    label = "property"
    default_auto_field = "django.db.models.BigAutoField"

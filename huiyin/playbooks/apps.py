"""App configuration."""

from django.apps import AppConfig


class PlaybooksConfig(AppConfig):
    """`huiyin.playbooks`."""

    name = "huiyin.playbooks"
    label = "playbooks"
    default_auto_field = "django.db.models.BigAutoField"

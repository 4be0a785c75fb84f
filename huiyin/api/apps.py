"""App configuration."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """`huiyin.api`."""

    name = "huiyin.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"

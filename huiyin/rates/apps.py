"""App configuration."""

from django.apps import AppConfig


class RatesConfig(AppConfig):
    """`huiyin.rates`."""

    name = "huiyin.rates"
    label = "rates"
    default_auto_field = "django.db.models.BigAutoField"

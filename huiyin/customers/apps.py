"""App configuration."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """`huiyin.customers`."""

    name = "huiyin.customers"
    label = "customers"
    default_auto_field = "django.db.models.BigAutoField"

"""App configuration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from . import guard


class CasesConfig(AppConfig):
    """`huiyin.cases`."""

    name = "huiyin.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """See that the guards stand after every migrate."""
        post_migrate.connect(guard.install, sender=self, dispatch_uid="cases.guard")

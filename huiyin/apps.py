"""The product as a whole, for Django."""

from importlib import import_module

from django.apps import AppConfig


class HuiyinConfig(AppConfig):
    """Wires the domains together once all of their models are loaded."""

    name = "huiyin"
    label = "huiyin"

    def ready(self) -> None:
        """Connect followers to the timeline."""
        import_module("huiyin.wiring").connect()

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The browser's door: pages, their templates and static files. It holds no rules."""

    name = "huiyin.web"
    label = "web"

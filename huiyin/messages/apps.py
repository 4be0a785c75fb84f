"""App configuration."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """`huiyin.messages`. Django has an app `messages` of its own, hence the longer label."""

    name = "huiyin.messages"
    label = "huiyin_messages"
    default_auto_field = "django.db.models.BigAutoField"

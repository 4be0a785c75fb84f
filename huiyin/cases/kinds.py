"""What a customer's voice says, and the door it came in by."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """What a customer's voice says."""

    COMPLAINT = "complaint", _("complaint")
    REPAIR = "repair", _("repair request")
    INQUIRY = "inquiry", _("inquiry")
    REQUEST = "request", _("help request")
    SUGGESTION = "suggestion", _("suggestion")
    PRAISE = "praise", _("praise")
    FINDING = "finding", _("finding by ourselves")
    REPORT = "report", _("whistle-blow report")


class Channel(TextChoices):
    """The door it came in by."""

    PORTAL = "portal", _("portal")
    PHONE = "phone", _("phone")
    EMAIL = "email", _("e-mail")
    LETTER = "letter", _("letter or fax")
    CHAT = "chat", _("chat")
    GROUP = "group", _("owners' group chat")
    WALK_IN = "walk_in", _("walk-in")
    TRANSFER = "transfer", _("transferred from above")
    MEDIA = "media", _("media")
    SURVEY = "survey", _("survey")
    INSPECTION = "inspection", _("inspection")
    API = "api", _("API")
    IMPORT = "import", _("import")

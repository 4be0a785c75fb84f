"""What there is to give and by whom, how far it is, and of what families failures are."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What is done to make good."""

    APOLOGY = "apology", _("apology")
    EXPLANATION = "explanation", _("explanation")
    REDO = "redo", _("done again")
    REPAIR = "repair", _("put right")
    REPLACEMENT = "replacement", _("replacement")
    REFUND = "refund", _("refund")
    REDUCTION = "reduction", _("fee reduction")
    VOUCHER = "voucher", _("service voucher")
    GOODWILL = "goodwill", _("goodwill payment")
    COMPENSATION = "compensation", _("compensation owed")
    VISIT = "visit", _("manager's visit")


class Bearer(models.TextChoices):
    """Who bears the cost."""

    US = "us", _("us")
    CONTRACTOR = "contractor", _("contractor")
    INSURER = "insurer", _("insurer")
    DEVELOPER = "developer", _("developer")


class Finding(models.TextChoices):
    """Whose fault it was, as far as something is owed."""

    OURS = "ours", _("ours")
    SHARED = "shared", _("shared")


class State(models.TextChoices):
    """How far a remedy is."""

    PLANNED = "planned", _("planned")
    APPROVED = "approved", _("approved")
    PROMISED = "promised", _("promised to the customer")
    DELIVERED = "delivered", _("delivered")
    CONFIRMED = "confirmed", _("confirmed by the customer")
    CANCELLED = "cancelled", _("cancelled")


class Standing(models.TextChoices):
    """How a proposal stands."""

    WAITING = "waiting", _("waits for approval")
    GRANTED = "granted", _("approved")
    REFUSED = "refused", _("not approved")
    DROPPED = "dropped", _("no longer needed")


class Group(models.TextChoices):
    """The families of failures."""

    DELIVERY = "delivery", _("fault in delivering the service")
    SYSTEM = "system", _("fault of the system or the goods")
    REQUEST = "request", _("fault in answering a request")
    EMPLOYEE = "employee", _("employee's own act")
    FACILITY = "facility", _("facility fault")
    INFORMATION = "information", _("information fault")
    OUTSIDE = "outside", _("cause outside our reach")

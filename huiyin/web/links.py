"""Addresses that leave the house: what is read out, printed or sent."""

from django.conf import settings
from django.urls import reverse


def public_url(path: str) -> str:
    """A path as customers can open it."""
    return f"{settings.HUIYIN_PUBLIC_URL}{path}"


def code_url(code: str) -> str:
    """Where a QR code leads."""
    return public_url(reverse("portal_code", args=[code]))


def door_url(site: str) -> str:
    """The form of a site without a code of its own; `site` is its code."""
    return public_url(reverse("portal_site", args=[site]))


def receipt_url(link: str) -> str:
    """The customer's page of a case; `link` is the secret that is known once, when it is made."""
    return public_url(reverse("receipt", args=[link]))

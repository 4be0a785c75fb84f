"""Forms that anybody may send: the same one twice is taken once, too many from one address wait."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet

from huiyin.base.ids import secret_digest
from huiyin.web.models import Sending

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOST_AN_HOUR, MOST_A_DAY = 20, 240


class TooMany(Exception):
    """So much came from this address that it has to wait; `until` says how long."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


@dataclass(frozen=True)
class Sent:
    """One sending of a form: its token with what was said in it, so that other words under an old token still count."""

    token: str
    words: str
    address: str
    at: datetime

    @property
    def key(self) -> str:
        """By which it is known again."""
        return secret_digest(f"{self.token}\n{self.words}")

    def seal(self, secret: bytes) -> bytes:
        """Close a secret of up to 64 bytes, or open it: only whoever has the form and its words can."""
        pad = hashlib.sha512(f"seal\n{self.token}\n{self.words}".encode()).digest()
        return bytes(a ^ b for a, b in zip(secret, pad, strict=False))


def once(sent: Sent, take: Callable[[], str]) -> str:
    """Run `take` in a transaction and give back the secret it returns; for a form that came before, the same secret.

    Two requests with one form that race wait for each other. Raises `TooMany`.
    """
    address = _keyed(sent.address)
    with transaction.atomic():
        row, new = Sending.objects.get_or_create(key=sent.key, defaults={"address": address, "at": sent.at})
        if not new:
            return sent.seal(bytes(row.sealed)).decode()
        _count(Sending.objects.filter(address=address).exclude(pk=row.pk), sent.at)
        secret = take()
        row.sealed = sent.seal(secret.encode())
        row.save(update_fields=["sealed"])
        Sending.objects.filter(at__lte=sent.at - DAY).delete()
        return secret


def knock(sent: Sent) -> None:
    """Raise `TooMany` when this one would be: to be asked before files are stored. A repetition never is."""
    if not Sending.objects.filter(key=sent.key).exists():
        _count(Sending.objects.filter(address=_keyed(sent.address)), sent.at)


def _count(earlier: QuerySet[Sending], at: datetime) -> None:
    hour, day = Q(at__gt=at - HOUR), Q(at__gt=at - DAY)
    found = earlier.aggregate(
        hour=Count("pk", filter=hour),
        day=Count("pk", filter=day),
        oldest=Min("at", filter=hour),
        first=Min("at", filter=day),
    )
    if found["day"] >= MOST_A_DAY:
        raise TooMany(found["first"] + DAY)
    if found["hour"] >= MOST_AN_HOUR:
        raise TooMany(found["oldest"] + HOUR)


def _keyed(address: str) -> str:
    # Keyed, so that the table alone doesn't tell who wrote; by network for IPv6, where a home has a whole one.
    try:
        parsed = ipaddress.ip_address(address)
        place = str(ipaddress.ip_network(f"{parsed}/64", strict=False)) if parsed.version == 6 else str(parsed)
    except ValueError:
        place = address
    return hmac.new(settings.SECRET_KEY.encode(), place.encode(), hashlib.sha256).hexdigest()

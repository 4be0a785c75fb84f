"""Proving an e-mail address by a code of six digits, and what the proof is good for: seeing one's cases for a while."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from huiyin.base.ids import new_secret, secret_digest
from huiyin.cases.models import Case
from huiyin.customers.actions import to_email

from .actions import Draft, may_get, queue
from .models import Proof, What
from .queries import sends_mail

CODE_LIVES = timedelta(minutes=10)
ASKING_LIVES = timedelta(minutes=30)
PROOF_LIVES = timedelta(hours=2)
MOST_TRIES = 5
DIGITS = 6


class WrongCode(Exception):
    """Not the code; `left`: how many more tries there are. With none left a new code has to be asked for."""

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left


@dataclass(frozen=True)
class Proven:
    """An address that is somebody's, for as long as the browser keeps its secret and it hasn't ended."""

    email: str
    ends_at: datetime


def ask(typed: str, *, at: datetime, language: str) -> str:
    """Somebody wants to see the cases of an address. The secret for their browser; a code goes to the address only if
    there are cases of it, and the answer is the same. Raises `BadEmail`."""
    email, secret = to_email(typed), new_secret()
    with transaction.atomic():
        proof = Proof.objects.create(email=email, digest=secret_digest(secret), asked_at=at, ends_at=at + ASKING_LIVES)
        known = Case.objects.filter(email=email).exclude(email="").exists()
        if known and sends_mail() and may_get(email, What.CODE, at):
            queue([Draft(email, What.CODE, language, proof=proof)], at)
    return secret


def new_code(proof: int, at: datetime) -> str:
    """A code for a proof, told once; the ten minutes begin when the mail leaves."""
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    Proof.objects.filter(pk=proof, proven_at=None).update(code=_keyed(proof, code), code_until=at + CODE_LIVES)
    return code


def _keyed(proof: int, code: str) -> str:
    # A million codes are quickly tried: without the key of the installation the table alone tells none.
    return hmac.new(settings.SECRET_KEY.encode(), f"code\n{proof}\n{code}".encode(), hashlib.sha256).hexdigest()


def asking(secret: str, at: datetime) -> Proof | None:
    """The question that a browser's secret belongs to, while it can still be answered."""
    row = Proof.objects.filter(digest=secret_digest(secret), ends_at__gt=at).first() if secret else None
    return row if row is not None and row.tries < MOST_TRIES else None


def prove(secret: str, typed: str, *, at: datetime) -> str:
    """The code as somebody typed it. A new secret for the browser: the old one may have been seen before it was worth
    anything. Raises `WrongCode`, whether the code is another, too old, or never was sent."""
    row = asking(secret, at)
    if row is None or row.proven_at is not None:
        raise WrongCode(0)
    # Counted before it is looked at, by a condition: many at once get no more tries than one after the other.
    if not Proof.objects.filter(pk=row.pk, tries__lt=MOST_TRIES, proven_at=None).update(tries=F("tries") + 1):
        raise WrongCode(0)
    fresh = Proof.objects.get(pk=row.pk)
    code = "".join(letter for letter in unicodedata.normalize("NFKC", typed) if letter in "0123456789")
    alive = fresh.code_until is not None and at <= fresh.code_until
    if not (alive and hmac.compare_digest(fresh.code, _keyed(fresh.pk, code))):
        raise WrongCode(MOST_TRIES - fresh.tries)
    better = new_secret()
    changed = {"digest": secret_digest(better), "proven_at": at, "ends_at": at + PROOF_LIVES, "code": "", "tries": 0}
    if not Proof.objects.filter(pk=row.pk, proven_at=None).update(**changed):
        raise WrongCode(0)
    return better


def proven(secret: str, at: datetime) -> Proven | None:
    """Whose address a browser has proven, if any."""
    if not secret:
        return None
    row = Proof.objects.filter(digest=secret_digest(secret), ends_at__gt=at, proven_at__isnull=False).first()
    return Proven(row.email, row.ends_at) if row is not None else None


def end(secret: str) -> None:
    """Forget a proof: the customer is done, or sits at a computer of others."""
    Proof.objects.filter(digest=secret_digest(secret)).delete()

"""Writing mail to customers, for a worker to send, and the links it carries. In the transaction of what causes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation

from huiyin.base.ids import BadReceiptNumber, new_secret, parse_receipt_number, secret_digest
from huiyin.cases.models import Case
from huiyin.customers.actions import BadEmail, to_email
from huiyin.db.rows import insert_objects, new_row

from . import texts
from .models import Link, Mail, Proof, State, What
from .queries import sends_mail

LINK_LIVES = timedelta(days=90)
MOST_ASKED = 3
"""Mails with links, or with a code, that one address gets in an hour, whoever asks for them."""
_FIELDS = (
    *("to", "subject", "body", "what", "language", "case_id", "proof_id", "state", "tries"),
    *("made_at", "next_at", "ended_at", "error"),
)


@dataclass(frozen=True)
class Draft:
    """A mail to be."""

    to: str
    what: What
    language: str
    case: Case | None = None
    kind: str = ""
    """News: the kind of event."""
    proof: Proof | None = None


def queue(drafts: Sequence[Draft], at: datetime) -> None:
    """Write mails for the worker, all in one statement, which may wait for that of a new case."""
    insert_objects(Mail, _FIELDS, [_row(draft, at) for draft in drafts])


def _row(draft: Draft, at: datetime) -> Mail:
    with translation.override(draft.language):
        subject, body = _words(draft)
    return new_row(
        Mail,
        to=draft.to,
        subject=subject,
        body=body,
        what=draft.what.value,
        language=draft.language,
        case_id=draft.case.pk if draft.case else None,
        proof_id=draft.proof.pk if draft.proof else None,
        state=State.WAITING.value,
        made_at=at,
        next_at=at,
    )


def _words(draft: Draft) -> tuple[str, str]:
    if draft.what is What.CODE:
        return texts.code()
    if draft.what is What.LINKS or draft.case is None:
        return texts.links()
    return texts.news(draft.case, draft.kind) if draft.kind else texts.receipt(draft.case)


def mint(case: Case, at: datetime, *, lives: timedelta = LINK_LIVES) -> str:
    """A new link to the receipt page of a case beside those there are; told once, kept as a digest."""
    secret = new_secret()
    Link.objects.create(case=case, digest=secret_digest(secret), ends_at=at + lives)
    return secret


def ask_for_links(typed: str, *, at: datetime, language: str) -> None:
    """Somebody lost their link and typed a receipt number or an e-mail address. A new one goes to the address that is
    known already, if there is one; nobody learns here whether there is."""
    found, one = _known(typed)
    if found is not None and found.email and sends_mail():
        with transaction.atomic():
            if may_get(found.email, What.LINKS, at):
                queue([Draft(found.email, What.LINKS, language, found if one else None)], at)


def _known(typed: str) -> tuple[Case | None, bool]:
    """The case of a number, or a case of an address; whether it is the one that is asked for."""
    try:
        return Case.objects.filter(pk=parse_receipt_number(typed)).first(), True
    except BadReceiptNumber:
        pass
    try:
        return Case.objects.filter(email=to_email(typed)).exclude(email="").order_by("-pk").first(), False
    except BadEmail:
        return None, False


def may_get(email: str, what: What, at: datetime) -> bool:
    """Has the address had less than its share of this in the last hour?"""
    return Mail.objects.filter(to=email, what=what, made_at__gt=at - timedelta(hours=1)).count() < MOST_ASKED

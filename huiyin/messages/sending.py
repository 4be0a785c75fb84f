"""The sweep that sends mail. It may be killed at any instruction, and any number of workers may run.

A mail is claimed for a few minutes by a conditional UPDATE, given to the server outside of any transaction, and ended.
Killed between, it is claimed again when those minutes are over: a mail may come twice, with one Message-ID, and is
never lost. While the server is away no mail's tries are used up: the sweep fails, and the loop lets it rest longer and
longer.
"""

from __future__ import annotations

import smtplib
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from huiyin.base.ids import grouped
from huiyin.cases import timeline
from huiyin.cases.models import Case

from . import proofs, queries, smtp, texts
from .actions import mint
from .models import Link, Mail, Proof, State, What

CLAIMED = timedelta(minutes=3)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720))
"""Before the second try, the third, …; after the last of them a mail has failed."""
USELESS_AFTER = {What.CODE: timedelta(minutes=15), What.LINKS: timedelta(days=1)}
USELESS = timedelta(days=3)
KEEP = timedelta(days=30)
"""Mails that are sent or have failed are forgotten: what happened to the case stands in its timeline."""
AT_ONCE = 20
"""Mails a turn: deadlines don't wait for a long queue."""
MOST_LINKS = 10


def sweep(now: datetime) -> int:
    """Send what is due; how many mails ended. Raises `smtp.Away` when the server can't be used."""
    if not queries.sends_mail():
        return 0
    due = list(_due(now))
    if not due:
        return _forget(now)
    ended = 0
    with smtp.connected() as server:
        for mail in due:
            if _claim(mail, now):
                ended += _try(server, mail, now)
    return ended


def _due(now: datetime) -> QuerySet[Mail]:
    return Mail.objects.filter(next_at__lte=now).order_by("next_at", "pk")[:AT_ONCE]


def _claim(mail: Mail, now: datetime) -> bool:
    """Is it ours? The next try is put off, so that no other worker takes it and it comes back if we die."""
    mine = Mail.objects.filter(pk=mail.pk, next_at=mail.next_at).update(next_at=now + CLAIMED, tries=mail.tries + 1)
    mail.tries += 1
    return bool(mine)


def _try(server: smtplib.SMTP, mail: Mail, now: datetime) -> int:
    what = What(mail.what)
    if now - mail.made_at > USELESS_AFTER.get(what, USELESS):
        return _fail(mail, now, "late")
    try:
        smtp.give(server, mail, _body(mail, now))
    except smtp.Refused as error:
        if error.final or mail.tries > len(PAUSES):
            return _fail(mail, now, str(error.code))
        Mail.objects.filter(pk=mail.pk).update(next_at=now + PAUSES[mail.tries - 1], error=str(error.code))
        return 0
    except smtp.Away:
        Mail.objects.filter(pk=mail.pk).update(next_at=now, tries=mail.tries - 1)  # no fault of this mail
        raise
    return _end(mail, State.SENT, now, "")


def _fail(mail: Mail, now: datetime, error: str) -> int:
    """Given up. Whoever works on the case reads that its customer waits for nothing, and can call."""
    with transaction.atomic():
        if mail.case_id is not None and mail.what != What.LINKS:
            with timeline.editing(mail.case_id, at=now, actor=None) as change:
                change.note("messages", {"what": "undelivered", "mail": mail.what})
        return _end(mail, State.FAILED, now, error)


def _end(mail: Mail, state: State, now: datetime, error: str) -> int:
    # The words go: they are said, or never will be.
    Mail.objects.filter(pk=mail.pk).update(state=state, next_at=None, ended_at=now, error=error, body="")
    return 1


def _body(mail: Mail, now: datetime) -> str:
    """The words with their secrets, which are made now and stand in no row but as a digest."""
    if mail.what == What.CODE:
        assert mail.proof_id is not None
        return mail.body.replace(texts.CODE, proofs.new_code(mail.proof_id, now))
    if mail.case_id is not None:
        cases = [Case.objects.get(pk=mail.case_id)]
    else:
        cases = queries.cases_of(mail.to, limit=MOST_LINKS).items
    with translation.override(mail.language):
        return mail.body.replace(texts.LINKS, "\n\n".join(_link(case, now, named=len(cases) > 1) for case in cases))


def _link(case: Case, now: datetime, *, named: bool) -> str:
    url = f"{settings.HUIYIN_PUBLIC_URL}{reverse('receipt', args=[mint(case, now)])}"
    return _("{number}: {url}").format(number=grouped(case.number), url=url) if named else url


def _forget(now: datetime) -> int:
    """Remove what is over, a minute's worth at once, so that a busy house pays a transaction a minute for it."""
    over = now - KEEP
    removed = 0
    if Mail.objects.filter(ended_at__lte=over - timedelta(minutes=1)).exists():
        removed += Mail.objects.filter(ended_at__lte=over).delete()[0]
    for rows in (Link.objects.all(), Proof.objects.all()):
        if rows.filter(ends_at__lte=now - timedelta(minutes=1)).exists():
            removed += rows.filter(ends_at__lte=now).delete()[0]
    return removed

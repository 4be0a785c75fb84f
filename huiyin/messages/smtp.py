"""The way to the mail server, and what its answers mean."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from .models import Mail

PATIENCE = 10
"""Seconds: the clocks wait while we do."""


class Away(OSError):
    """The mail server can't be reached or lets nobody in: no mail's fault. Says which, and nothing else."""


class Refused(Exception):
    """The server doesn't take this mail; `final`: it never will. `code` is its answer, without its words."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code

    @property
    def final(self) -> bool:
        """Is there no use in trying again?"""
        return 500 <= self.code < 600


@contextmanager
def connected() -> Iterator[smtplib.SMTP]:
    """A connection for several mails. Raises `Away`."""
    try:
        server = _open()
    except (OSError, smtplib.SMTPException) as error:
        raise Away(f"the mail server can't be used: {type(error).__name__}") from None
    try:
        yield server
    finally:
        server.close()  # politely or not: what it has taken, it has taken


def _open() -> smtplib.SMTP:
    host, port, tls = settings.HUIYIN_SMTP_HOST, settings.HUIYIN_SMTP_PORT, settings.HUIYIN_SMTP_TLS
    if tls == "ssl":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(host, port, timeout=PATIENCE)
    try:
        if tls == "starttls":
            server.starttls(context=ssl.create_default_context())
        if settings.HUIYIN_SMTP_USER:
            server.login(settings.HUIYIN_SMTP_USER, settings.HUIYIN_SMTP_PASSWORD)
    except BaseException:
        server.close()
        raise
    return server


def give(server: smtplib.SMTP, mail: Mail, body: str) -> None:
    """Hand one mail over. Raises `Refused`, or `Away` when the connection breaks."""
    try:
        server.send_message(_message(mail, body))
    except smtplib.SMTPRecipientsRefused as error:
        raise Refused(next(iter(error.recipients.values()))[0]) from None
    except smtplib.SMTPResponseException as error:
        raise Refused(error.smtp_code) from None
    except (OSError, smtplib.SMTPException) as error:
        raise Away(f"the connection broke: {type(error).__name__}") from None


def _message(mail: Mail, body: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    name, address = parseaddr(settings.HUIYIN_SMTP_FROM)
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(addr_spec=mail.to)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(timezone.now())
    # Always the same for one mail: one that is given twice, because we died between, is known again.
    message["Message-ID"] = f"<{mail.pk}.{mail.made_at:%Y%m%d%H%M%S%f}@{urlsplit(settings.HUIYIN_PUBLIC_URL).hostname}>"
    message["Content-Language"] = mail.language
    message["Auto-Submitted"] = "auto-generated"  # so that no holiday notice answers
    message.set_content(body)
    return message

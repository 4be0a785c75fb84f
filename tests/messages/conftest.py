"""A real mail server on loopback, and an outbox that sends to it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings

SENDER = "回音 <service@huiyin.example>"


class Postman:
    """Takes what comes. `answers`: what he says instead of taking, one for each mail."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.answers: list[str] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answers and (answer := self.answers.pop(0)):
            return answer
        self.envelopes.append(envelope)
        return "250 OK"

    @property
    def mails(self) -> list[EmailMessage]:
        """What has come, in order."""
        found = [message_from_bytes(cast("bytes", one.content), policy=policy.default) for one in self.envelopes]
        assert all(isinstance(one, EmailMessage) for one in found)
        return found

    def words(self, number: int = -1) -> str:
        """The words of a mail."""
        body: Any = self.mails[number].get_body()
        return str(body.get_content())


@pytest.fixture
def mailing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mail is set up, at an address where nobody answers."""
    monkeypatch.setattr(settings, "HUIYIN_SMTP_HOST", "127.0.0.1")
    monkeypatch.setattr(settings, "HUIYIN_SMTP_PORT", 9)
    monkeypatch.setattr(settings, "HUIYIN_SMTP_TLS", "off")
    monkeypatch.setattr(settings, "HUIYIN_SMTP_FROM", SENDER)


@pytest.fixture
def postman(mailing: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Postman]:
    """Somebody who takes the mail, at a port of his own."""
    found = Postman()
    controller = Controller(found, hostname="127.0.0.1", port=_free_port())
    controller.start()
    monkeypatch.setattr(settings, "HUIYIN_SMTP_PORT", controller.port)
    yield found
    controller.stop()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])

"""Programs that work with cases through the API and remember what they were told: what was answered must be stored.

Each request carries a mark that is found again in the database. A request with an Idempotency-Key is sent again until
it is answered; one without is sent once, and nobody knows what became of it when the connection breaks.
"""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

PATIENCE = 90.0
SOON = (3.0, 7.0)
"""Promises and replies fall due after so many seconds, so that the workers have something to record."""


@dataclass
class Sent:
    """One request. `number`: of the case it was about, or that it made."""

    mark: str
    verb: str
    number: str
    key: str
    tries: int = 0
    status: int = 0
    """Of the answer; 0 when there was none."""
    twice: str = ""
    """The number that the same request with the same key was answered later on."""

    @property
    def acknowledged(self) -> bool:
        """Somebody was told that it is done."""
        return 200 <= self.status < 300


@dataclass
class Client:
    """One program: handles case after case."""

    address: str
    token: str
    name: str
    chance: random.Random
    going: threading.Event
    sent: list[Sent] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    stopping: bool = False
    idle: bool = False

    def run(self) -> None:
        """Until told to stop."""
        while not self.stopping:
            self.idle = not self.going.is_set()
            if not self.going.wait(0.05):
                continue
            self.idle = False
            if number := self._create():
                self._handle(number)

    def _create(self) -> str:
        one = self._send("create", "/api/v1/cases", "")
        if one.key and one.acknowledged and self.chance.random() < 0.2:
            # Once more, as a program does that has forgotten what it was told.
            _status, one.twice = self._until_answered(one, "/api/v1/cases", voice(one.mark))
        return one.number if one.acknowledged else ""

    def _handle(self, number: str) -> None:
        verbs = ["accept", *self.chance.sample(["answer", "commit", "hand-over", "note"], self.chance.randint(0, 4))]
        if self.chance.random() < 0.4:
            verbs.append("resolve")
        for verb in verbs:
            if self.stopping or not self.going.is_set():
                return
            one = self._send(verb, f"/api/v1/cases/{number}/{verb}", number)
            if verb == "accept" and not one.acknowledged:
                return  # nobody knows whether the case may be resolved

    def _send(self, verb: str, path: str, number: str) -> Sent:
        mark = f"{self.name}-{len(self.sent)}"
        keyed = self.chance.random() < 0.5
        one = Sent(mark, verb, number, mark if keyed else "")
        self.sent.append(one)
        content = voice(mark) if verb == "create" else body(verb, mark)
        one.status, made = self._until_answered(one, path, content)
        if verb == "create":
            one.number = made
        if 400 <= one.status < 500 and not (one.tries > 1 and verb in ("commit", "hand-over")):
            self.wrong.append(f"{mark}: {verb} was answered {one.status}")
        return one

    def _until_answered(self, one: Sent, path: str, content: dict[str, object]) -> tuple[int, str]:
        until = time.monotonic() + PATIENCE
        while True:
            one.tries += 1
            status, number = self._once(path, json.dumps(content).encode(), one.key)
            if status or not one.key:
                return status, number
            if time.monotonic() > until:
                self.wrong.append(f"{one.mark}: no answer within {PATIENCE:g} s")
                return 0, ""
            time.sleep(0.1)

    def _once(self, path: str, content: bytes, key: str) -> tuple[int, str]:
        """The status and the number in the answer; 0 when there is none, or only that the server failed."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        if key:
            headers["Idempotency-Key"] = key
        parts = urlsplit(self.address)
        wire = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
        try:
            wire.request("POST", path, content, headers)
            answer = wire.getresponse()
            said = answer.read()
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            wire.close()
        if answer.status >= 500:
            return 0, ""
        return answer.status, str(json.loads(said).get("number", "")) if answer.status < 300 else ""


def voice(mark: str) -> dict[str, object]:
    """A new case; the same mark makes the same one, byte for byte."""
    customer = {"name": "王女士", "phone": f"139{random.Random(mark).randrange(50):08d}"}
    return {"kind": "repair", "channel": "phone", "site": "HQ", "subject": mark, "text": "灯坏了", "customer": customer}


def body(verb: str, mark: str) -> dict[str, object]:
    """What a verb needs; its words are the mark."""
    soon = datetime.now(UTC) + timedelta(seconds=random.Random(mark).uniform(*SOON))
    made: dict[str, dict[str, object]] = {
        "accept": {},
        "answer": {"text": mark},
        "note": {"text": mark},
        "commit": {"text": mark, "due_at": soon.isoformat()},
        "hand-over": {"department": "engineering", "task": mark, "reply_by": soon.isoformat()},
        "resolve": {"cause": "老化", "done": "换了", "text": mark},
    }
    return made[verb]


class Crowd:
    """Some clients at once."""

    def __init__(self, address: str, token: str, *, seed: int, count: int = 4) -> None:
        self.going = threading.Event()
        self.clients = [
            Client(address, token, f"s{seed}c{number}", random.Random(f"{seed}/{number}"), self.going)
            for number in range(count)
        ]
        self.threads = [threading.Thread(target=client.run, daemon=True) for client in self.clients]
        for thread in self.threads:
            thread.start()

    def go(self) -> None:
        """Let them work."""
        self.going.set()

    def rest(self) -> None:
        """Until everybody has got an answer, or has given up hope of one."""
        self.going.clear()
        until = time.monotonic() + PATIENCE + 30
        while not all(client.idle for client in self.clients) and time.monotonic() < until:
            time.sleep(0.05)

    def end(self) -> None:
        """Send everybody home."""
        for client in self.clients:
            client.stopping = True
        for thread in self.threads:
            thread.join(PATIENCE)

    @property
    def sent(self) -> list[Sent]:
        """Everything so far."""
        return [one for client in self.clients for one in client.sent]

    @property
    def wrong(self) -> list[str]:
        """What no server may answer."""
        return [line for client in self.clients for line in client.wrong]

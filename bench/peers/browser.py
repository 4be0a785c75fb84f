"""A browser that counts milliseconds: one connection, cookies, nothing drawn."""

from __future__ import annotations

import http.client
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

ROUNDS, EACH = 5, 4
MOST_SECONDS = 60.0


@dataclass
class Browser:
    """Talks to one server of this machine."""

    port: int
    cookies: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def send(self, method: str, path: str, body: str = "") -> str:
        """The text of the answer. Raises `SystemExit` when it isn't 2xx."""
        wire = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {**({"Cookie": cookies} if cookies else {}), **self.headers}
        wire.request(method, path, body.encode() or None, headers)
        answer = wire.getresponse()
        text = answer.read().decode(errors="replace")
        wire.close()
        if not 200 <= answer.status < 300:
            raise SystemExit(f"{method} {path} was answered {answer.status}: {text[:300]}")
        return text


def timed(act: Callable[[int], object]) -> float:
    """Milliseconds: the median of the rounds' means. The first time warms up; no longer than a minute in all."""
    act(0)
    begun = time.perf_counter()
    rounds: list[float] = []
    for turn in range(ROUNDS):
        spent: list[float] = []
        for number in range(EACH):
            start = time.perf_counter()
            act(1 + turn * EACH + number)
            spent.append((time.perf_counter() - start) * 1000)
            if time.perf_counter() - begun > MOST_SECONDS:
                return statistics.median([*rounds, statistics.fmean(spent)])
        rounds.append(statistics.fmean(spent))
    return statistics.median(rounds)

"""`huiyin work`: one loop that runs every sweep once a second.

A sweep asks what is due, claims it by a conditional UPDATE and finishes it in a short transaction. It may be killed at
any instruction, and any number of workers may run at once, so this loop needs no state of its own.
"""

import datetime
import logging
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType

import click
from django.db import close_old_connections
from django.utils import timezone

from huiyin.base.process import die_with_supervisor
from huiyin.wiring import SWEEPS

logger = logging.getLogger(__name__)

Sweep = Callable[[datetime.datetime], int]

EVERY = 1.0
LONGEST_REST = 60.0


@dataclass
class Turn:
    """A sweep and its failures in a row: a broken one rests longer and longer, the others go on."""

    sweep: Sweep
    failures: int = 0
    not_before: float = 0.0

    def take(self, now: datetime.datetime) -> int:
        """Run the sweep once unless it rests; the number of things it did."""
        if time.monotonic() < self.not_before:
            return 0
        try:
            begun = time.monotonic()
            done = self.sweep(now)
        except Exception:
            self.failures += 1
            rest = min(2.0 ** (self.failures - 1), LONGEST_REST)
            self.not_before = time.monotonic() + rest
            logger.exception("Sweep %s failed; again in %g s", sweep_name(self.sweep), rest)
            return 0
        self.failures = 0
        if done:
            ms = round((time.monotonic() - begun) * 1000, 1)
            logger.info("sweep", extra={"sweep": sweep_name(self.sweep), "done": done, "ms": ms})
        return done


class Worker:
    """Runs until told to stop, and stops between two sweeps."""

    def __init__(self, sweeps: Sequence[Sweep]) -> None:
        self.turns = [Turn(sweep) for sweep in sweeps]
        self.stopping = False

    def stop(self, number: int = 0, frame: FrameType | None = None) -> None:
        self.stopping = True

    def round(self) -> int:
        """Every sweep once, all with the same idea of now."""
        now, done = timezone.now(), 0
        for turn in self.turns:
            if self.stopping:
                break
            close_old_connections()
            done += turn.take(now)
        return done

    def run(self) -> None:
        while not self.stopping:
            begun = time.monotonic()
            self.round()
            self._rest(begun + EVERY)

    def _rest(self, until: float) -> None:
        while not self.stopping and time.monotonic() < until:
            time.sleep(0.1)


def sweep_name(sweep: Sweep) -> str:
    return f"{sweep.__module__}.{getattr(sweep, '__qualname__', sweep)}"


@click.command("work")
def command() -> None:
    """Start the worker alone; `huiyin up` starts it together with the web server."""
    die_with_supervisor()
    worker = Worker(SWEEPS)
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, worker.stop)
    worker.run()

"""Keeps a few child processes running, and ends them all when it ends.

The children are forked and not started anew: what the supervisor has loaded before (`preload`) is in memory once for
all of them. It has no threads and no connection open when it forks.
"""

import gc
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.context import ForkProcess
from types import FrameType

import click
import django
from setproctitle import setproctitle

from huiyin.base.process import PARENT

PATIENCE = 8.0  # seconds for children to end by themselves
LOOK = 0.1
ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LONGEST_REST = 30.0
STEADY = 60.0  # a child that ran so long may be restarted at once


@dataclass
class Child:
    """A process that runs `work`, shown to the machine as `title`, and how often it failed in a row."""

    name: str
    title: str
    work: Callable[[], None]
    process: ForkProcess | None = None
    started: float = 0.0
    failures: int = 0
    start_again: float = 0.0

    def start(self) -> None:
        """Start it in a process group of its own, so that Ctrl-C reaches the supervisor alone."""
        self.started = time.monotonic()
        self.process = multiprocessing.get_context("fork").Process(target=self._begin, args=(os.getpid(),))
        self.process.start()
        with suppress(ProcessLookupError, PermissionError):  # the child does so too: whoever comes first
            os.setpgid(self._pid, 0)

    @property
    def _pid(self) -> int:
        assert self.process is not None
        assert self.process.pid is not None
        return self.process.pid

    def _begin(self, supervisor: int) -> None:
        """In the child: no longer a supervisor."""
        with suppress(PermissionError):
            os.setpgid(0, 0)
        for number in ENDS:
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
        os.environ[PARENT] = str(supervisor)
        setproctitle(self.title)
        self.work()

    def signal_group(self, number: signal.Signals) -> None:
        """Signal it and whatever it has started."""
        if self.process is not None:
            try:
                os.killpg(self._pid, number)
            except ProcessLookupError:
                return

    def look_after(self) -> None:
        """Notice its death, and start it again after a rest that grows with each failure."""
        if self.process is not None and (status := self.process.exitcode) is not None:
            self.signal_group(signal.SIGKILL)  # a web server's own children
            self.process = None
            self.failures = 0 if time.monotonic() - self.started > STEADY else self.failures + 1
            rest = min(0.5 * 2**self.failures, LONGEST_REST) if self.failures else 0.0
            self.start_again = time.monotonic() + rest
            click.echo(f"huiyin: {self.name} ended (status {status}); starting it again in {rest:g} s.", err=True)
        if self.process is None and time.monotonic() >= self.start_again:
            self.start()


def preload() -> None:
    """Load what all children need. What is there is taken off the collector's list: looking at it would copy it."""
    django.setup()
    gc.collect()
    gc.freeze()


class Supervisor:
    """`run` returns after SIGINT or SIGTERM, when no child is left."""

    def __init__(self, children: Sequence[Child]) -> None:
        self.children = children
        self.stopping = False

    def run(self, *, ready: Callable[[], bool], announce: Callable[[], None]) -> None:
        """Keep the children running; `announce` once, when `ready` says so."""
        for number in ENDS:
            signal.signal(number, self._stop)
        announced = False
        try:
            while not self.stopping:
                for child in self.children:
                    child.look_after()
                if not announced and ready():
                    announced = True
                    announce()
                time.sleep(LOOK)
        finally:
            self.end()

    def end(self) -> None:
        """Ask every child to end; after some patience, make it."""
        deadline = time.monotonic() + PATIENCE
        processes = [child.process for child in self.children if child.process is not None]
        for process in processes:
            process.terminate()
        while time.monotonic() < deadline and any(process.exitcode is None for process in processes):
            time.sleep(LOOK / 2)
        for child in self.children:
            child.signal_group(signal.SIGKILL)
            if child.process is not None:
                child.process.join()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

"""Keeps a few child processes running, and ends them all when it ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType

import click

from huiyin.base.process import PARENT

PATIENCE = 8.0  # seconds for children to end by themselves
LOOK = 0.1
LONGEST_REST = 30.0
STEADY = 60.0  # a child that ran so long may be restarted at once


@dataclass
class Child:
    """A process and how often it failed in a row."""

    name: str
    arguments: Sequence[str]
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    failures: int = 0
    start_again: float = 0.0

    def start(self) -> None:
        """Start it in a process group of its own, so that Ctrl-C reaches the supervisor alone."""
        command = [sys.executable, "-m", "huiyin", *self.arguments]
        self.started = time.monotonic()
        self.process = subprocess.Popen(command, env={**os.environ, PARENT: str(os.getpid())}, process_group=0)

    def signal_group(self, number: signal.Signals) -> None:
        """Signal it and whatever it has started."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                return

    def look_after(self) -> None:
        """Notice its death, and start it again after a rest that grows with each failure."""
        if self.process is not None and self.process.poll() is not None:
            status = self.process.returncode
            self.signal_group(signal.SIGKILL)  # a web server's own children
            self.process = None
            self.failures = 0 if time.monotonic() - self.started > STEADY else self.failures + 1
            rest = min(0.5 * 2**self.failures, LONGEST_REST) if self.failures else 0.0
            self.start_again = time.monotonic() + rest
            click.echo(f"huiyin: {self.name} ended (status {status}); starting it again in {rest:g} s.", err=True)
        if self.process is None and time.monotonic() >= self.start_again:
            self.start()


class Supervisor:
    """`run` returns after SIGINT or SIGTERM, when no child is left."""

    def __init__(self, children: Sequence[Child]) -> None:
        self.children = children
        self.stopping = False

    def run(self, *, ready: Callable[[], bool], announce: Callable[[], None]) -> None:
        """Keep the children running; `announce` once, when `ready` says so."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
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
        while time.monotonic() < deadline and any(process.poll() is None for process in processes):
            time.sleep(LOOK / 2)
        for child in self.children:
            child.signal_group(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

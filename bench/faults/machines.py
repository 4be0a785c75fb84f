"""The real product and a PostgreSQL of its own, to be killed and started again as an operator would."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from tests.cli.processes import command_of, descendants, is_alive, parent_of
from tests.postgres import BINARIES, free_port, unprivileged_user, wait_until_ready

HUIYIN = [sys.executable, "-m", "huiyin"]
WITHIN = 60.0


class Down(Exception):
    """Something that should have come, or gone, has not."""


def until(condition: Callable[[], bool], what: str, seconds: float = WITHIN) -> None:
    """Wait for it. Raises `Down`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise Down(f"not within {seconds:g} s: {what}")
        time.sleep(0.05)


def kill(pid: int) -> None:
    """At once, and without a word."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


class Postgres:
    """A durable server in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port, self.user = folder, free_port(), unprivileged_user()
        folder.mkdir(parents=True)
        if os.geteuid() == 0:
            for path in (folder, folder.parent):
                path.chmod(0o755)
            shutil.chown(folder, "postgres")
        options = ["-A", "trust", "-U", "huiyin", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        initdb = [str(BINARIES / "initdb"), "-D", str(folder / "data"), *options]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd="/", user=self.user)
        self.address = f"postgres://huiyin@127.0.0.1:{self.port}/postgres"
        self.start()

    def start(self) -> None:
        """Again and again until it can: after a killed one, its memory is in use for a moment."""
        where = ["-D", str(self.folder / "data"), "-h", "127.0.0.1", "-p", str(self.port), "-k", str(self.folder)]
        log = self.folder / "log"
        for _turn in range(50):
            with log.open("ab") as output:
                command = [str(BINARIES / "postgres"), *where]
                self.server = subprocess.Popen(command, stdout=output, stderr=output, cwd="/", user=self.user)
            with contextlib.suppress(SystemExit):
                wait_until_ready(self.server, self.port, log)
                return
            time.sleep(0.2)
        raise Down("PostgreSQL does not start again")

    def kill_backend(self, chance: random.Random) -> None:
        """One session dies; the server throws out all others and recovers."""
        children = [pid for pid in descendants(self.server.pid) if command_of(pid).startswith("postgres: huiyin")]
        if children:
            kill(chance.choice(sorted(children)))

    def kill_server(self, _chance: random.Random) -> None:
        """As if the power went, apart from what the system had in memory."""
        kill(self.server.pid)
        self.server.wait(10)
        self.start()

    def end(self) -> None:
        """For good."""
        self.server.send_signal(signal.SIGINT)
        self.server.wait(30)


class Product:
    """`huiyin up` and a second worker beside it."""

    def __init__(self, folder: Path, database: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.port, self.log = free_port(), folder / "output"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUIYIN_", "PORT", "HOST"))}
        self.env = {**kept, "HUIYIN_DATA_DIR": str(folder), "HUIYIN_LOG_LEVEL": "WARNING", "PORT": str(self.port)}
        if database:
            self.env["HUIYIN_DATABASE_URL"] = database
        self.address = f"http://127.0.0.1:{self.port}"
        self.run("init")
        self.token = self.run("token", "admin", "--name", "faults").strip()

    def run(self, *arguments: str) -> str:
        """The output of a command that ends."""
        done = subprocess.run([*HUIYIN, *arguments], env=self.env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Down(f"huiyin {arguments[0]}: {done.stdout[-500:]}{done.stderr[-500:]}")
        return done.stdout

    def _popen(self, *arguments: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as output:
            command = [*HUIYIN, *arguments]
            return subprocess.Popen(command, env=self.env, stdout=output, stderr=output, start_new_session=True)

    def start(self) -> None:
        """Everything, until it answers."""
        self.supervisor, self.second = self._popen("up"), self._popen("work")
        self.wait()

    def wait(self) -> None:
        """Until it answers, with both workers. Raises `Down`."""
        until(self.answers, "an answer")
        until(lambda: bool(self.child("work")), "the worker")

    def answers(self) -> bool:
        """Does the API answer, database and all?"""
        request = urllib.request.Request(f"{self.address}/api/v1/cases?limit=1")
        request.add_header("Authorization", f"Bearer {self.token}")
        try:
            urllib.request.urlopen(request, timeout=5).close()
        except (OSError, urllib.error.HTTPError):
            return False
        return True

    def child(self, name: str) -> int:
        """The process of `huiyin NAME` that the supervisor has started; 0 when there is none."""
        family = descendants(self.supervisor.pid)
        mine = (pid for pid in family if parent_of(pid) == self.supervisor.pid and is_alive(pid))
        return next((pid for pid in mine if command_of(pid).startswith(f"huiyin {name}")), 0)

    def kill_web(self, _chance: random.Random) -> None:
        """The web server."""
        if pid := self.child("serve"):
            kill(pid)

    def kill_web_process(self, chance: random.Random) -> None:
        """One that answers requests."""
        server = self.child("serve")
        if server and (workers := sorted(descendants(server))):
            kill(chance.choice(workers))

    def kill_worker(self, _chance: random.Random) -> None:
        """The supervisor's."""
        if pid := self.child("work"):
            kill(pid)

    def kill_second_worker(self, _chance: random.Random) -> None:
        """The other one, which nobody restarts but us."""
        self.second.kill()
        self.second.wait(10)
        self.second = self._popen("work")

    def kill_supervisor(self, _chance: random.Random) -> None:
        """And see that nothing of it is left. Raises `Down`."""
        family = descendants(self.supervisor.pid)
        os.killpg(self.supervisor.pid, signal.SIGKILL)
        self.supervisor.wait(10)
        until(lambda: not any(map(is_alive, family)), "the end of a killed supervisor's children", 15)
        if self.answers():
            raise Down("something still answers on the port of a killed supervisor")
        self.supervisor = self._popen("up")

    def end(self) -> None:
        """For good."""
        for process in (self.supervisor, self.second):
            process.terminate()
        for process in (self.supervisor, self.second):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            kill(process.pid)

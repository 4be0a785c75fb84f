"""Starting and watching real processes of Huiyin."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "huiyin"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data_dir: Path, **extra: str) -> dict[str, str]:
    """The caller's, without what belongs to the test run: a data folder and a SQLite file of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUIYIN_", "PORT", "HOST"))}
    return {**kept, "HUIYIN_DATA_DIR": str(data_dir), "PYTHONUNBUFFERED": "1", **extra}


def huiyin(data_dir: Path, *arguments: str, **extra: str) -> "subprocess.CompletedProcess[str]":
    """A command that ends."""
    return subprocess.run(
        [*COMMAND, *arguments],
        env=environment(data_dir, **extra),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def parent_of(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, ValueError):
        return 0


def command_of(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""


def descendants(pid: int) -> set[int]:
    """Everything that a process has started, and what that has started."""
    parents = {int(name): parent_of(int(name)) for name in os.listdir("/proc") if name.isdigit()}  # noqa: PTH208
    found, newest = set[int](), {pid}
    while newest:
        newest = {child for child, parent in parents.items() if parent in newest} - found
        found |= newest
    return found


def is_alive(pid: int) -> bool:
    """Running, not merely remembered by a parent that hasn't asked yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def wait_for(condition: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"not within {seconds} s: {what}")
        time.sleep(0.05)


class Up:
    """A running `huiyin up`, or another command that goes on."""

    def __init__(self, data_dir: Path, *arguments: str) -> None:
        self.port = free_port()
        self.log = data_dir / "output"
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                [*COMMAND, *arguments],
                env=environment(data_dir, PORT=str(self.port)),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def answers(self) -> bool:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=5).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def wait_until_ready(self) -> None:
        wait_for(lambda: self.process.poll() is not None or "is ready" in self.output(), 60, "ready")
        assert self.process.poll() is None, self.output()
        wait_for(self.answers, 20, "an answer")

    def output(self) -> str:
        return self.log.read_text()

    def child(self, name: str) -> int:
        """The process of `huiyin NAME` that the supervisor itself has started; 0 when there is none."""
        children = (pid for pid in descendants(self.process.pid) if parent_of(pid) == self.process.pid)
        return next((pid for pid in children if command_of(pid).startswith(f"huiyin {name}")), 0)

    def kill_everything(self) -> None:
        for pid in (*descendants(self.process.pid), self.process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait(10)


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    """`huiyin up` on an installation that has begun: without the demo, whose making is tested elsewhere."""
    huiyin(tmp_path, "init")
    running = Up(tmp_path, "up")
    yield running
    running.kill_everything()

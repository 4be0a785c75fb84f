"""Case creation through the API as a share of the bare stack: same server, same settings, same database, same run.

`python -m bench.creation` measures on the database of HUIYIN_DATABASE_URL, or on SQLite in a temporary folder.
"""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from bench.load import Result, measure

ROUNDS = 3
PORT = 18_210
SERVE = """
import sys
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server
from huiyin import settings
Server(sys.argv[1], address="127.0.0.1", port=int(sys.argv[2]), interface=Interfaces.WSGI,
    workers=settings.WEB_PROCESSES, blocking_threads=settings.WEB_THREADS, log_level=LogLevels.warning).serve()
"""


@dataclass(frozen=True)
class Contender:
    """A server that takes new cases."""

    name: str
    address: str
    token: str
    process: subprocess.Popen[bytes]

    def cpu(self) -> float:
        """Seconds of processor time that its processes have used so far."""
        ticks = 0
        for pid in (self.process.pid, *_children(self.process.pid)):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


@contextmanager
def serving(
    name: str,
    application: str,
    path: str,
    *,
    port: int,
    token: str,
    env: dict[str, str],
    command: Sequence[str] = (sys.executable, "-c", SERVE),
) -> Iterator[Contender]:
    """Start a server, wait until it answers, end it."""
    process = subprocess.Popen([*command, application, str(port)], env=env, process_group=0)
    try:
        address = f"http://127.0.0.1:{port}{path}"
        _wait(address)
        yield Contender(name, address, token, process)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=20)


def _wait(address: str) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(address, timeout=1)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"{address} does not answer.")


def prepared(folder: Path) -> tuple[dict[str, str], str]:
    """An installation with one site and an agent, in `folder`: its environment and a token."""
    env = {**os.environ, "HUIYIN_DATA_DIR": str(folder), "HUIYIN_LOG_LEVEL": "WARNING"}
    for arguments in (["-m", "huiyin", "init"], ["-m", "bench.bare"]):
        subprocess.run([sys.executable, *arguments], check=True, env=env, stdout=subprocess.DEVNULL)
    token = [sys.executable, "-m", "huiyin", "token", "admin", "--name", "bench"]
    return env, subprocess.run(token, check=True, env=env, capture_output=True, text=True).stdout.strip()


def measured(seconds: float = 4) -> dict[str, Any]:
    """Rounds of both in turn, so that a change of the machine's mood meets both; medians of the rounds."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="huiyin-bench-")))
        env, token = prepared(folder)
        enter = stack.enter_context
        bare = enter(serving("bare", "bench.bare:application", "/cases", port=PORT, token="", env=env))
        raw = replace(bare, name="bare, raw SQL", address=bare.address.replace("/cases", "/raw"))
        ours = enter(serving("huiyin", "huiyin.wsgi:application", "/api/v1/cases", port=PORT + 1, token=token, env=env))
        rounds = [[_round(one, number, seconds) for one in (bare, ours, raw)] for number in range(ROUNDS)]
    found = {rows[0]["name"]: _median(rows) for rows in zip(*rounds, strict=True)}
    rates = [[float(row["rate"]) for row in rows] for rows in rounds]
    return {
        **found,
        "share of bare": round(statistics.median(ours / bare for bare, ours, _raw in rates), 3),
        "share of bare, raw SQL": round(statistics.median(ours / raw for _bare, ours, raw in rates), 3),
    }


def _round(one: Contender, number: int, seconds: float) -> dict[str, Any]:
    before = one.cpu()
    result: Result = measure(one.address, token=one.token, seconds=seconds, first=number * 1_000_000)
    # The second to warm up is in the CPU time and not in the count.
    cpu = (one.cpu() - before) * 1000 / (result.rate * (result.seconds + 1))
    return {"name": one.name, "rate": round(result.rate, 1), "cpu": round(cpu, 2), **asdict(result)}


def _median(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    found = {name: statistics.median(row[name] for row in rows) for name in ("rate", "p50", "p95", "p99", "cpu")}
    return {**found, "failed": sum(row["failed"] for row in rows)}


if __name__ == "__main__":
    print(json.dumps(measured(float(sys.argv[1]) if len(sys.argv) > 1 else 4), indent=1))

"""What the running product holds in memory: web server, worker and supervisor together, under mixed requests.

`python -m bench.memory N` fills the database of HUIYIN_DATABASE_URL with N cases (or one in a temporary folder, or in a
folder named after N, where it stays), starts `huiyin up` on it and prints JSON; without N it takes what is there.
Shared pages are counted once (PSS), so the sum is what the machine would get back. PostgreSQL's own processes are not
in it.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import django
from django.apps import apps

if not apps.ready:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.settings")
    django.setup()

from django.conf import settings
from django.test import Client

from bench import kept
from bench.load import voice
from bench.reading import Creator, pages
from tests.postgres import free_port

CLIENTS, REQUESTS = 8, 1_200
Wanted = tuple[str, str, bytes, dict[str, str]]
"""Method, path, body, headers."""


def family(pid: int) -> Iterator[int]:
    """A process and all that it has started."""
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from family(int(child))


def held(pid: int) -> float:
    """Megabytes of a process and its children, each shared page counted once."""
    total = 0
    for one in family(pid):
        for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024


def requests() -> list[Wanted]:
    """A mixture of what people and programs ask for: every page that is measured for speed, and new cases."""
    name = settings.SESSION_COOKIE_NAME
    found: list[Wanted] = [
        ("GET", quote(path, safe="/?&="), b"", {"Cookie": f"{name}={client.cookies[name].value}"})
        for _page, client, paths in pages()
        for path in paths
        if isinstance(client, Client)
    ]
    sent = {"Authorization": f"Bearer {Creator().token}", "Content-Type": "application/json"}
    found += [("POST", "/api/v1/cases", json.dumps(voice(n)).encode(), sent) for n in range(len(found))]
    random.Random(1).shuffle(found)
    return [found[n % len(found)] for n in range(REQUESTS)]


@contextmanager
def product(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """`huiyin up`, until it answers; ended afterwards."""
    env = {**os.environ, "PORT": str(port), "HUIYIN_LOG_LEVEL": "WARNING"}
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen([sys.executable, "-m", "huiyin", "up"], env=env, stdout=output, process_group=0)
        try:
            for _turn in range(600):
                if _answers(port):
                    break
                time.sleep(0.1)
            else:
                raise SystemExit("huiyin up does not answer.")
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


def _answers(port: int) -> bool:
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        wire.request("GET", "/readyz")
        return wire.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        wire.close()


def work(port: int, waiting: list[Wanted], failed: list[str]) -> None:
    """One connection: sends what is waiting until nothing is."""
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    while waiting:
        method, path, body, headers = waiting.pop()
        try:
            wire.request(method, path, body, headers)
            answer = wire.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as error:
            failed.append(f"{path}: {error!r}")
            wire.close()
            continue
        if answer.status not in (200, 201):
            failed.append(f"{path}: {answer.status}")
    wire.close()


def main() -> None:
    """Fill a database and measure in a process of its own, or measure on the one that is there."""
    if len(sys.argv) > 1:
        folder = Path(sys.argv[2]) if len(sys.argv) > 2 else None
        with kept.filled(int(sys.argv[1]), folder) as env:
            subprocess.run([sys.executable, "-m", "bench.memory"], check=True, env=env)
        return
    failed: list[str] = []
    waiting, port = requests(), free_port()
    with product(port) as process:
        started, peak = held(process.pid), 0.0
        threads = [threading.Thread(target=work, args=(port, waiting, failed)) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            peak = max(peak, held(process.pid))
            time.sleep(0.2)
        time.sleep(2)
        after = held(process.pid)
    if failed:
        raise SystemExit(f"{len(failed)} requests failed, the first: {failed[0]}")
    print(json.dumps({"requests": REQUESTS, "started": started, "peak": peak, "after": after}))


if __name__ == "__main__":
    main()

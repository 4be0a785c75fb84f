"""Both side by side on one database server; prints JSON. `bench.peers` starts it with HUIYIN_DATABASE_URL set.

`python -m bench.peers.inside SIZE PYTHON [FOLDER]`: PYTHON is that of the peer's environment.
"""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from bench import kept
from bench.creation import SERVE, serving
from bench.load import voice
from bench.peers.browser import Browser, timed

HERE = Path(__file__).parent
PORT = 18_230
PEER_SERVE = SERVE.replace("from huiyin import settings", "").replace("settings.WEB_PROCESSES", "1")
WORDS = ("电梯", "漏水", "车库的灯", "绿化带", "天花板")
LOG_IN = """
import json
from django.test import Client
from huiyin.org.models import User
client = Client(SERVER_NAME="127.0.0.1")
client.force_login(User.objects.get(username="admin"))
print(json.dumps({name: morsel.value for name, morsel in client.cookies.items()}))
"""
Acts = dict[str, Callable[[int], object]]


def ours(env: dict[str, str]) -> Iterator[tuple[str, float]]:
    """Huiyin: what is measured and how long it takes."""
    huiyin = [sys.executable, "-m", "huiyin"]
    token = subprocess.check_output([*huiyin, "token", "admin", "--name", "peers"], env=env, text=True).strip()
    cookies = json.loads(subprocess.check_output([*huiyin, "shell", "--no-imports", "-c", LOG_IN], env=env, text=True))
    with serving("huiyin", "huiyin.wsgi:application", "/api/v1/cases", port=PORT, token=token, env=env):
        staff = Browser(PORT, cookies)
        program = Browser(PORT, headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
        numbers = re.findall(r'href="/cases/(\d+)', staff.send("GET", "/inbox/all/")) or [""]
        yield from results(
            {
                "create": lambda n: program.send("POST", "/api/v1/cases", json.dumps(voice(n))),
                "list": lambda _n: staff.send("GET", "/inbox/all/"),
                "detail": lambda n: staff.send("GET", f"/cases/{numbers[n % len(numbers)]}/"),
                "search": lambda n: staff.send("GET", f"/search/?q={quote(WORDS[n % len(WORDS)])}"),
            }
        )


def results(acts: Acts) -> Iterator[tuple[str, float]]:
    """Milliseconds of each."""
    return ((name, timed(act)) for name, act in acts.items())


def peer(env: dict[str, str], python: str, size: int) -> Iterator[tuple[str, float]]:
    """The same of django-helpdesk: a list is its page and the rows that the page asks for."""
    project = [python, str(HERE / "helpdesk_project.py"), "fill", str(size)]
    cookies = json.loads(subprocess.check_output(project, env=env, text=True).splitlines()[-1])
    with serving_peer(env, python):
        staff = Browser(PORT + 1, cookies)
        program = Browser(PORT + 1, cookies, {"Content-Type": "application/json", "X-CSRFToken": cookies["csrftoken"]})

        def rows(address: str) -> None:
            page = staff.send("GET", address)
            found = re.search(r'"url": "([^"]*datatables_ticket_list[^"]*)"', page)
            if found is None:
                raise SystemExit("django-helpdesk: the list names no address of its rows.")
            staff.send("GET", html.unescape(found[1]) + "?draw=1&start=0&length=50")

        def create(number: int) -> None:
            said = voice(number)
            body = {"queue": 1, "title": said["subject"], "description": said["text"], "priority": 3, "status": 1}
            program.send("POST", "/api/tickets/", json.dumps({**body, "submitter_email": "a@example.org"}))

        yield from results(
            {
                "create": create,
                "list": lambda _n: rows("/tickets/"),
                "detail": lambda n: staff.send("GET", f"/tickets/{size - n}/"),
                "search": lambda n: rows(f"/tickets/?search_type=header&q={quote(WORDS[n % len(WORDS)])}"),
            }
        )


@contextmanager
def serving_peer(env: dict[str, str], python: str) -> Iterator[None]:
    """The same server with the same settings as ours."""
    threads = "2" if env["PEER_DATABASE"].startswith("postgres") else "1"
    script = PEER_SERVE.replace("settings.WEB_THREADS", threads)
    command = [python, "-c", script]
    environment = {**env, "PYTHONPATH": str(HERE)}
    with serving(
        "peer", "helpdesk_project:application", "/none", port=PORT + 1, token="", env=environment, command=command
    ):
        yield


def database(env: dict[str, str], folder: Path) -> str:
    """A database of the peer's own beside ours."""
    address = env.get("HUIYIN_DATABASE_URL", "")
    if not address.startswith("postgres"):
        return str(folder / "helpdesk.sqlite3")
    psql = ["/usr/lib/postgresql/15/bin/psql", "-qAt", address, "-c"]
    known = subprocess.check_output([*psql, "SELECT 1 FROM pg_database WHERE datname = 'helpdesk'"], text=True)
    if not known.strip():
        subprocess.run([*psql, "CREATE DATABASE helpdesk"], check=True)
    return address.rpartition("/")[0] + "/helpdesk"


def main() -> None:
    """Measure both and print."""
    size, python = int(sys.argv[1]), sys.argv[2]
    folder = Path(sys.argv[3]) if len(sys.argv) > 3 else None
    with kept.filled(size, folder) as env:
        own = dict(ours(env))
        where = database(env, Path(env["HUIYIN_DATA_DIR"]))
        media = str(Path(env["HUIYIN_DATA_DIR"]) / "media")
        others = {**os.environ, "PEER_DATABASE": where, "PEER_MEDIA": media}
        print(json.dumps({"Huiyin": own, "django-helpdesk": dict(peer(others, python, size))}))


if __name__ == "__main__":
    main()

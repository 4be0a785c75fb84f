"""How pages keep their speed while the database grows: inbox, case page and search, measured in one process.

`python -m bench.reading N` fills the database of HUIYIN_DATABASE_URL with N cases (or one in a temporary folder, or in
a folder named after N, where it stays) and prints JSON; without N it takes the database as it is. The pages are the
real ones, through all middleware, for an administrator (sees everything) and an agent (one site); the web server is
left out because it is the same for all.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
from django.apps import apps

if not apps.ready:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.settings")
    django.setup()

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench import kept, plans
from bench.load import voice
from huiyin.base import text
from huiyin.cases.models import Case, SearchText
from huiyin.clocks import actions as clocks
from huiyin.org import actions as org
from huiyin.org import queries
from huiyin.org.models import Role, User
from huiyin.web.desk import saved
from huiyin.web.models import SavedView

LISTS = {
    "by deadline": "sort=due",
    "by severity": "sort=severity&kind=complaint",
    "last change first": "sort=changed",
    "a filter without an index": "channel=letter&kind=suggestion",
}
"""Addresses of the inbox in other orders, and with what is looked for row by row."""
ROUNDS = 5
REQUESTS = 12


def main() -> None:
    """Fill a database in a process of its own and measure it, or measure the one that is there."""
    if len(sys.argv) == 1:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        print(json.dumps({name: measure(client, paths) for name, client, paths in pages()}))
        return
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    with kept.filled(int(sys.argv[1]), folder) as env:
        subprocess.run([sys.executable, "-m", "bench.reading"], check=True, env=env)


def measure(client: Client | Creator | Sweeper, paths: list[str]) -> dict[str, Any]:
    """Milliseconds of a page: median of the rounds' means, 95th percentile of all requests; its queries, and the large
    tables that they read whole."""
    times: list[list[float]] = []
    with CaptureQueriesContext(connection) as seen:
        get(client, paths[0])
        asked = [query["sql"] for query in seen]  # now: the next request empties the log
    for number in range(ROUNDS + 1):
        mixed = [paths[(number * REQUESTS + i) % len(paths)] for i in range(REQUESTS)]
        times.append([get(client, path) for path in mixed])
    rounds = [statistics.fmean(one) for one in times[1:]]  # the first warms up
    everything = sorted(value for one in times[1:] for value in one)
    return {
        "median": statistics.median(rounds),
        "p95": everything[int(len(everything) * 0.95)],
        "queries": len(asked),
        "whole": plans.whole(asked),
    }


def get(client: Client | Creator | Sweeper, path: str) -> float:
    """Milliseconds of one request."""
    start = time.perf_counter()
    response = client.get(path)
    spent = (time.perf_counter() - start) * 1000
    assert response.status_code == 200, (path, response.status_code)
    return spent


def pages() -> Iterator[tuple[str, Client | Creator | Sweeper, list[str]]]:
    """Name, who looks, and the addresses to take in turn."""
    chance = random.Random(1)
    for who, user in (("all sites", admin()), ("one site", agent())):
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(user)
        for view in ("all", "unassigned", "due"):
            yield f"inbox {view}, {who}", client, [reverse("inbox", args=[view])]
        for name, asked in LISTS.items():
            yield f"{name}, {who}", client, [f"{reverse('inbox', args=['all'])}?{asked}"]
        yield f"saved view, {who}", client, [saved_view(user)]
        yield f"search, {who}", client, [f"{reverse('search')}?q={word}" for word in words(chance)]
    newest = Case.objects.order_by("-pk").values_list("pk", flat=True)[0]
    oldest = Case.objects.order_by("pk").values_list("pk", flat=True)[0]
    numbers = [Case(pk=chance.randint(oldest, newest)).number for _ in range(60)]
    yield "case page", client_of(admin()), [reverse("case", args=[number]) for number in numbers]
    yield "creation through the API", Creator(), ["/api/v1/cases"]
    clocks.sweep(datetime.now(UTC))
    yield "sweep, nothing due", Sweeper(), [""]


class Answer:
    """That it went well."""

    status_code = 200


class Creator:
    """A program that sends a new case each time, in the manner of a page."""

    def __init__(self) -> None:
        self.client, self.number = Client(SERVER_NAME="127.0.0.1"), 0
        self.token = org.issue_token(admin(), "bench", at=datetime.now(UTC))

    def get(self, path: str) -> Answer:
        """Create one."""
        self.number += 1
        body = json.dumps(voice(self.number))
        key = {"Authorization": f"Bearer {self.token}"}
        answer = self.client.post(path, body, content_type="application/json", headers=key)
        assert answer.status_code == 201, answer.content
        return Answer()


class Sweeper:
    """The question that the worker asks each second, in the manner of a page."""

    def get(self, _path: str) -> Answer:
        """Ask what is due."""
        clocks.sweep(datetime.now(UTC))
        return Answer()


def client_of(user: User) -> Client:
    """A browser in which `user` is logged in."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    return client


def admin() -> User:
    """Sees everything."""
    return User.objects.get(username="admin")


def agent() -> User:
    """Sees one site."""
    organisation = queries.organisation()
    site = next((s for s in organisation.sites.values() if s.parent_id is not None), organisation.root)
    known = User.objects.filter(username="bench").first()
    return known or org.add_user("bench", "Bench", password=None, grants=((Role.AGENT, site),))


def saved_view(user: User) -> str:
    """The address of a view of theirs: open complaints of two grades, waiting longest first."""
    params = {"open": "1", "kind": "complaint", "severity": "P2,P3", "sort": "oldest"}
    found = SavedView.objects.filter(owner=user).first() or saved.add(
        user, name="bench", params=params, site=None, position=0
    )
    return reverse("saved_view", args=[found.pk])


def words(chance: random.Random) -> list[str]:
    """Words of two to four characters from texts all over the database: common and rare ones."""
    keys = list(SearchText.objects.order_by("-pk").values_list("pk", flat=True)[:20_000:97])
    found = []
    for said in SearchText.objects.filter(pk__in=chance.sample(keys, min(60, len(keys)))):
        runs = [run for run in text.terms(said.text) if len(run) >= 4]
        if runs:
            run = chance.choice(runs)
            start = chance.randrange(len(run) - 3)
            found.append(run[start : start + chance.choice((2, 3, 4))])
    return [word for word in found if text.needles(word)]


if __name__ == "__main__":
    main()

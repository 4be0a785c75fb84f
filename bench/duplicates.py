"""How fast what is known about a new case comes while it is typed: callers, likely duplicates, category, time.

`python -m bench.duplicates N [folder]` fills a database with N cases as `bench.reading` does and prints JSON. The page
is the real one, asked with the beginnings of texts, places and numbers from all over the database. How old a case is or
whether it is open is looked at only after the index has brought its few hundred candidates; so that as many as there
can be pass, the window of fourteen days is lifted: every case counts as a new one.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import django
from django.apps import apps

if not apps.ready:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.settings")
    django.setup()

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench import kept
from bench.reading import admin, agent, client_of
from huiyin.cases import likely
from huiyin.cases.models import Case, Message

ROUNDS, REQUESTS = 5, 24


def main() -> None:
    """Fill a database in a process of its own and measure it, or measure the one that is there."""
    if len(sys.argv) == 1:
        likely.WINDOW = timedelta(days=100 * 365)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        print(
            json.dumps(
                {"cases": Case.objects.count()} | {name: measure(client, site) for name, client, site in desks()}
            )
        )
        return
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    with kept.filled(int(sys.argv[1]), folder) as env:
        subprocess.run([sys.executable, "-m", "bench.duplicates"], check=True, env=env)


def desks() -> list[tuple[str, Client, int]]:
    """Who types, and at which site."""
    sites = Case.objects.order_by("-pk").values_list("site", flat=True)[:50]
    user = agent()
    one = next(iter(user.grants.values_list("site", flat=True)))
    return [("all sites", client_of(admin()), sites[0]), ("one site", client_of(user), one)]


def typed(site: int, chance: random.Random) -> list[dict[str, str]]:
    """What stands in the form: parts of what customers of the site said, with their place and number or without."""
    keys = list(Case.objects.filter(site=site).order_by("-pk").values_list("pk", flat=True)[:20_000])
    found = []
    for case in Case.objects.filter(pk__in=chance.sample(keys, min(60, len(keys)))).select_related("site", "customer"):
        words = Message.objects.get(case=case, seq=1, part="text").text
        values = {"site": case.site.code, "kind": "complaint", "text": words[: chance.randint(6, 60)]}
        if chance.random() < 0.5:
            values["place"] = case.place
        if case.customer is not None and chance.random() < 0.5:
            values["phone"] = case.customer.phone_as_typed or case.customer.phone
        elif case.customer is not None:
            values["name"] = case.customer.name[:1]
        found.append(values)
    return found


def measure(client: Client, site: int) -> dict[str, float]:
    """Milliseconds of the page: median of the rounds' means, 95th percentile, processor time in this process; its
    queries, and how many times something was found."""
    forms, address = typed(site, random.Random(1)), reverse("case_new_check")
    times: list[list[float]] = []
    spent: list[float] = []
    hits = queries = 0
    for number in range(ROUNDS + 1):
        one = []
        for place in range(REQUESTS):
            form = forms[(number * REQUESTS + place) % len(forms)]
            with CaptureQueriesContext(connection) as seen:
                start, worked = time.perf_counter(), time.process_time()
                response = client.post(address, form)
                one.append((time.perf_counter() - start) * 1000)
                spent.append((time.process_time() - worked) * 1000)
            assert response.status_code == 200, form
            queries, hits = len(seen), hits + (b'class="card found-part same"' in response.content)
        times.append(one)
    everything = sorted(value for one in times[1:] for value in one)  # the first round warms up
    return {
        "median": statistics.median(statistics.fmean(one) for one in times[1:]),
        "p95": everything[int(len(everything) * 0.95)],
        "cpu": statistics.median(spent),
        "queries": queries,
        "found": hits / ((ROUNDS + 1) * REQUESTS),
    }


if __name__ == "__main__":
    main()

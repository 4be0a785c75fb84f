"""Fixtures for all. The database is that of HUIYIN_DATABASE_URL: SQLite, or PostgreSQL under `tests/postgres.py`.

Every test that may use the database starts with the company of `people.py` in it; `bare` takes it away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.core.management.commands import flush
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from huiyin.cases import guard, intake, verify
from huiyin.cases.actions import By
from huiyin.cases.intake import Opened
from huiyin.org.models import User
from huiyin.rates import rebuild as rates
from tests import people
from tests.examples import examples
from tests.people import Company, TestClock

# Pages under test link to static files as they lie in the source; collecting them first is the web server's business.
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
settings.STATIC_ROOT.mkdir(exist_ok=True)
# How long an example takes is the machine's business.
hypothesis.settings.register_profile("huiyin", deadline=None, max_examples=examples())
hypothesis.settings.load_profile("huiyin")
# A slow hash is right for people and wrong for a thousand tests.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

_ANY_DATABASE = ("tests/db/", "tests/cli/", "tests/worker/", "tests/bench/")
"""Where tests ask what the database is, or start programs that use it, without a database of their own."""
_DATABASE = {"db", "transactional_db", "django_db_reset_sequences", "django_db_serialized_rollback"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL only what uses a database: the rest says the same on both, and has been run on SQLite before."""
    if connection.vendor != "postgresql":
        return
    same = [item for item in items if not _uses_database(item)]
    config.hook.pytest_deselected(items=same)
    items[:] = [item for item in items if item not in set(same)]


def _uses_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("once") is not None:
        return False
    marked = item.get_closest_marker("django_db") is not None
    return marked or item.nodeid.startswith(_ANY_DATABASE) or bool(_DATABASE & set(getattr(item, "fixturenames", ())))


Opener = Callable[..., Opened]
Mover = Callable[..., By]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database, with the company in it, and a flush that can empty the timeline and leaves the company."""
    plain = flush.Command.handle

    def handle(command: flush.Command, **options: Any) -> None:
        with guard.lifted():
            plain(command, **options)
        _empty_index()
        people.found()

    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        people.found()
        patch.setattr(flush.Command, "handle", handle)
        yield


def _empty_index() -> None:
    if connection.vendor == "sqlite":  # no model stands for the index, so the flush does not know it
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO cases_searchindex (cases_searchindex) VALUES ('delete-all')")


@pytest.fixture(autouse=True)
def true_timelines(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each test: every case in the database folds to its snapshot, its chain holds, each of its events is sealed
    or waits for its seal, and what the rates count is what is stored; unless the test `tampers`, or only `reads` what
    others have checked."""
    uses_database = "_django_db_helper" in request.fixturenames or request.node.get_closest_marker("django_db")
    if not uses_database:
        yield
        return
    request.getfixturevalue("_django_db_helper")  # first, so that it goes after us
    yield
    if not any(request.node.get_closest_marker(name) for name in ("tampers", "reads")):
        seals = verify.seals_for()
        faults = [fault for _count, found in seals.follow() for fault in found]
        faults += [fault for ids in verify.batches() for fault in verify.check_batch(ids, seals)]
        assert faults == []
        assert guard.missing() == []
        assert rates.differences() == []


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> TestClock:
    """The one clock: `now` on a working day, standing still until the test moves it. `timezone.now()` tells it too."""
    found = TestClock()
    monkeypatch.setattr(timezone, "now", lambda: found.now)
    return found


@pytest.fixture
def now(clock: TestClock) -> datetime:
    """The instant at which each test begins: Wednesday 2026-03-11, 10:00 in Shanghai."""
    return clock.now


@pytest.fixture
def by(clock: TestClock) -> Mover:
    """`by(user, minutes=5)`: the user acts, after time has moved on (one minute, if not said)."""
    return clock.by


@pytest.fixture
def company(db: None) -> Company:
    """Sites, departments, people, categories; calendars and service levels are there too."""
    return people.company()


@pytest.fixture
def open_case(company: Company, clock: TestClock) -> Opener:
    """`open_case(site=…, by=…, …)`: a complaint by phone at LJF, entered by 林晓 now; fields of `NewCase` override."""

    def opener(*, by: By | None = None, **overrides: Any) -> Opened:
        site = overrides.pop("site", company.ljf)
        return intake.open_case(people.voice(site, **overrides), by or By(company.linxiao, clock.now))

    return opener


@pytest.fixture
def client_for(db: None, clock: TestClock) -> Callable[[User], Client]:
    """`client_for(user)`: a browser in which the user is logged in. Server time is the test's clock."""

    def make(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return make


@pytest.fixture
def bare(db: None) -> None:
    """An empty installation: no company, no calendars, no levels."""
    people.leave()

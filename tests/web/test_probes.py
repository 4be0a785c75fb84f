"""What machines ask: alive, ready, and how does it go."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from huiyin.cases import guard, seals
from huiyin.org import beat
from huiyin.web import counts, metrics, probes
from tests.conftest import Opener
from tests.people import Company, TestClock


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "_numbers", {})
    monkeypatch.setattr(metrics, "_open", (0.0, {}))


def test_alive_asks_no_database(client: Client) -> None:
    response = client.get("/healthz", headers={"Host": "10.1.2.3"})
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_ready_is_said_when_everything_is_in_place(client: Client, company: Company, clock: TestClock) -> None:
    beat.sweep(clock.now)
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"ready": True, "missing": []})


def test_a_worker_that_is_silent_and_missing_guards_are_named(
    client: Client, company: Company, clock: TestClock
) -> None:
    assert client.get("/readyz").json()["missing"] == ["worker"]
    beat.sweep(clock.now)
    clock.move(3)
    with guard.lifted():
        response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"ready": False, "missing": ["guards", "worker"]}


def test_a_database_that_is_gone_is_named_without_its_address(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> list[str]:
        raise DatabaseError("could not connect to db.example.com as huiyin with password secret")

    monkeypatch.setattr(probes, "_missing", gone)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"ready": False, "missing": ["database"]}


def test_several_workers_beat_in_one_row_and_seldom(
    db: None, clock: TestClock, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    beat.sweep(clock.now)
    with django_assert_num_queries(1):
        assert beat.sweep(clock.now + timedelta(seconds=5)) == 0
    beat.sweep(clock.now + timedelta(seconds=30))
    assert beat.last() == clock.now + timedelta(seconds=30)


def numbers(text: str) -> dict[str, float]:
    rows = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _space, value in rows}


def test_metrics_tell_requests_backlog_beat_seal_and_open_cases(
    client: Client, company: Company, clock: TestClock, open_case: Opener
) -> None:
    open_case()
    seals.seal_now(clock.now)
    beat.sweep(clock.now)
    open_case()
    clock.move(600)
    client.get("/login/")
    client.get("/login/")
    client.get("/nowhere/")
    found = numbers(client.get("/metrics").content.decode())
    assert found['huiyin_request_seconds_count{method="GET",route="login/",status="2xx"}'] == 2
    assert found['huiyin_request_seconds_bucket{method="GET",route="login/",status="2xx",le="+Inf"}'] == 2
    assert found['huiyin_request_seconds_count{method="GET",route="unknown",status="4xx"}'] == 1
    assert found["huiyin_clocks_due"] > 0
    assert found["huiyin_sweep_lag_seconds"] > 0
    assert (found["huiyin_seal_waiting"], found["huiyin_seal_age_seconds"]) == (1, 36_000)
    assert found["huiyin_worker_beat_seconds"] > 1.7e9
    assert found['huiyin_open_cases{status="received"}'] == 2
    assert found["huiyin_web_process_memory_bytes"] > 1e7


def test_metrics_are_for_this_machine_or_for_whoever_has_the_token(
    client: Client, company: Company, settings: Settings
) -> None:
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.7").status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 403
    settings.HUIYIN_METRICS_TOKEN = "a-token"
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer another"}).status_code == 403
    shown = client.get("/metrics", headers={"Authorization": "Bearer a-token"}, REMOTE_ADDR="192.0.2.7")
    assert shown.status_code == 200


def test_the_counts_of_several_web_processes_are_added_up(settings: Settings, db: None) -> None:
    settings.WEB_PROCESSES = 2
    counts.count("GET", "login/", 200, 0.02)
    counts.folder().mkdir(exist_ok=True)
    row = [5, 1.0] + [0] * len(counts.BUCKETS)
    (counts.folder() / "1").write_text(f'[["GET", "login/", "2xx", {row}]]')  # the first process always lives
    (counts.folder() / "999999999").write_text(f'[["GET", "login/", "2xx", {row}]]')  # no process has this number
    try:
        assert counts.total()["GET", "login/", "2xx"][:2] == [6, pytest.approx(1.02)]
        assert not (counts.folder() / "999999999").exists()
    finally:
        for path in counts.folder().iterdir():
            path.unlink()


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_nothing_can_be_sent_to_them(path: str, client: Client, db: None) -> None:
    assert client.post(path).status_code == 405

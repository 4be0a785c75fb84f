"""The worker's loop: every sweep gets its turn, whatever happens to another."""

import datetime
import logging
import threading
import time

import pytest

from huiyin.worker import loop
from huiyin.worker.loop import Turn, Worker

Moments = list[datetime.datetime]


@pytest.fixture(autouse=True)
def _no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "close_old_connections", lambda: None)


def broken(now: datetime.datetime) -> int:
    raise RuntimeError("no room on the disk")


def test_every_sweep_sees_the_same_moment_once_a_round() -> None:
    seen: Moments = []

    def one(now: datetime.datetime) -> int:
        seen.append(now)
        return 2

    assert Worker([one, one]).round() == 4
    assert len(seen) == 2
    assert seen[0] is seen[1]
    assert seen[0].tzinfo is not None


def test_a_sweep_that_fails_is_logged_and_the_others_go_on(caplog: pytest.LogCaptureFixture) -> None:
    worker = Worker([broken, lambda now: 1])
    with caplog.at_level(logging.ERROR):
        assert worker.round() == 1
    assert "no room on the disk" in caplog.text
    assert "broken failed; again in 1 s" in caplog.text


def test_a_sweep_that_keeps_failing_rests_longer_and_longer_and_recovers() -> None:
    turn = Turn(broken)
    rests = []
    for _ in range(9):
        turn.not_before = 0.0
        turn.take(datetime.datetime.now(datetime.UTC))
        rests.append(round(turn.not_before - time.monotonic()))
    assert rests == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert turn.take(datetime.datetime.now(datetime.UTC)) == 0  # resting: not even tried
    turn.not_before, turn.sweep = 0.0, lambda now: 3
    assert turn.take(datetime.datetime.now(datetime.UTC)) == 3
    assert turn.failures == 0


def test_being_told_to_stop_ends_the_round_after_the_sweep_at_work() -> None:
    done: list[str] = []

    def first(now: datetime.datetime) -> int:
        done.append("first")
        worker.stop()
        return 1

    def second(now: datetime.datetime) -> int:
        done.append("second")
        return 1

    worker = Worker([first, second])
    worker.run()
    assert done == ["first"]


def test_a_round_begins_every_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "EVERY", 0.2)
    rounds: Moments = []

    def count(now: datetime.datetime) -> int:
        rounds.append(now)
        return 0

    worker = Worker([count])
    thread = threading.Thread(target=worker.run)
    thread.start()
    time.sleep(0.75)
    worker.stop()
    thread.join(5)
    assert 3 <= len(rounds) <= 5

"""The pure parts of the comparison with a peer."""

from __future__ import annotations

from bench.peers.__main__ import ratios
from bench.peers.browser import EACH, ROUNDS, timed


def test_ratios_say_how_many_times_as_long_the_peer_takes() -> None:
    found = {"Huiyin": {"list": 10.0, "search": 4.0}, "django-helpdesk": {"list": 40.0, "search": 2.0}}
    assert ratios(found) == [("list", 10.0, 40.0, 4.0), ("search", 4.0, 2.0, 0.5)]


def test_each_time_is_told_its_number_and_the_first_only_warms_up() -> None:
    seen: list[int] = []
    assert timed(seen.append) >= 0
    assert seen == list(range(ROUNDS * EACH + 1))

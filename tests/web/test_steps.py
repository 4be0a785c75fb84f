"""The four steps of a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from huiyin.clocks.models import ClockKind
from huiyin.web.steps import steps
from tests.people import NOW


@dataclass
class Standing:
    status: str
    last_word: str = "us"
    outcome: str = ""


@dataclass
class Deadline:
    kind: str
    minutes: int
    paused: bool = False

    @property
    def due_at(self) -> datetime:
        return NOW + timedelta(minutes=self.minutes)

    @property
    def warn_at(self) -> datetime:
        return self.due_at - timedelta(minutes=10)


def of(status: str, *clocks: Deadline, **standing: str) -> str:
    return " ".join(steps(Standing(status, **standing), clocks, NOW))


@pytest.mark.parametrize(("minutes", "state"), [(11, "now"), (10, "soon"), (1, "soon"), (0, "late"), (-5, "late")])
def test_a_new_case_has_the_state_of_its_first_response(minutes: int, state: str) -> None:
    assert of("received", Deadline("respond", minutes), Deadline("resolve", 999)) == f"{state} todo todo todo"


def test_the_most_pressing_clock_decides() -> None:
    clocks = Deadline("resolve", 999), Deadline("reply", -1), Deadline("commitment", 5)
    assert of("accepted", *clocks) == "done late todo todo"


def test_a_customer_who_wrote_makes_the_answer_our_turn() -> None:
    assert of("accepted", Deadline("update", 5), Deadline("resolve", 99), last_word="customer") == "done now soon todo"


def test_a_word_that_is_not_asked_for_yet_does_not_colour_the_answer() -> None:
    assert of("accepted", Deadline("update", -5), Deadline("resolve", 99)) == "done now todo todo"


def test_a_paused_clock_presses_nobody() -> None:
    assert of("waiting", Deadline("resolve", -5, paused=True)) == "done wait todo todo"


def test_waiting_for_others_does_not_hide_what_is_late() -> None:
    assert of("waiting", Deadline("resolve", -5)) == "done late todo todo"


def test_a_resolved_case_waits_for_its_visit() -> None:
    assert of("resolved", Deadline("visit", 5)) == "done done done soon"


def test_a_resolved_case_without_a_visit_by_phone_waits_for_the_customer() -> None:
    assert of("resolved") == "done done done wait"


def test_only_a_customer_who_answered_makes_the_fourth_step_done() -> None:
    assert of("closed", outcome="done") == "done done done done"
    assert {of("closed", outcome=outcome) for outcome in ("declined", "visit_declined", "unreached")} == {
        "done done done"
    }
    assert {of("closed", outcome=outcome) for outcome in ("not_required", "refused")} == {"done done done"}


def test_a_joined_case_waits_for_the_other() -> None:
    assert of("joined") == "done wait todo"


def test_every_kind_of_clock_belongs_to_a_step() -> None:
    for kind in set(ClockKind.values) - {"decide"}:
        assert of("resolved", Deadline(kind, 99)).startswith("done done done")
    assert of("resolved", Deadline("decide", 99)) == "done now done todo"  # the result is being reviewed

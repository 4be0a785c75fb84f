"""The workflow, seen from outside: what may happen in which status, and what it leads to."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest

from huiyin.cases.fold import step
from huiyin.cases.workflow import EventKind, NotAllowed, Snapshot, Status, allowed
from tests.people import NOW

TABLE = """
              new        received   accepted   waiting    resolved   closed     declined   refused    joined     withdrn
received      →rec       .          .          .          .          .          .          .          .          .
accepted      .          →accepted  .          .          .          .          .          .          .          .
assigned      .          stays      stays      stays      .          .          .          .          .          .
handed_over   .          .          stays      stays      .          .          .          .          .          .
signed        .          .          stays      stays      .          .          .          .          .          .
passed        .          .          stays      stays      .          .          .          .          .          .
replied       .          .          stays      stays      .          .          .          .          .          .
judged        .          .          stays      stays      stays      .          stays      stays      .          stays
answered      .          .          stays      stays      stays      stays      stays      stays      .          stays
called        .          stays      stays      stays      stays      .          .          .          .          .
wrote         .          stays      stays      →accepted  stays      stays      stays      stays      stays      stays
committed     .          .          stays      stays      stays      .          .          .          .          .
kept          .          stays      stays      stays      stays      .          stays      stays      .          stays
waited        .          .          →waiting   .          .          .          .          .          .          .
resumed       .          .          .          →accepted  .          .          .          .          .          .
arrived       .          .          stays      stays      .          .          .          .          .          .
contained     .          .          stays      stays      .          .          .          .          .          .
graded        .          stays      stays      stays      .          .          .          .          .          .
sorted        .          stays      stays      stays      .          .          .          .          .          .
resolved      .          .          →resolved  →resolved  .          .          .          .          .          .
declined      .          →declined  →declined  .          .          .          .          .          .          .
refused       .          .          →refused   →refused   .          .          .          .          .          .
reopened      .          .          .          .          →accepted  →accepted  →accepted  →accepted  .          →acc
joined        .          →joined    →joined    →joined    .          .          .          .          .          .
absorbed      .          stays      stays      stays      .          .          .          .          .          .
gathered      .          stays      stays      stays      .          .          .          .          .          .
released      .          stays      stays      stays      stays      stays      stays      stays      stays      stays
reviewed      .          .          .          .          stays      .          .          .          .          .
visited       .          .          .          .          stays      stays      .          .          .          .
closed        .          .          .          .          →closed    .          →closed    →closed    .          →closed
asked         .          .          stays      stays      .          .          .          .          .          .
told          .          .          stays      stays      .          .          .          .          .          .
returning     .          .          stays      stays      .          .          .          .          .          .
returned      .          .          stays      stays      .          .          .          .          .          .
extending     .          stays      stays      stays      .          .          .          .          .          .
extended      .          stays      stays      stays      .          .          .          .          .          .
planning      .          .          stays      stays      .          .          .          .          .          .
planned       .          .          stays      stays      .          .          .          .          .          .
reached       .          .          stays      stays      .          .          .          .          .          .
approving     .          .          stays      stays      stays      .          .          .          .          .
approved      .          .          stays      stays      stays      stays      stays      stays      .          stays
overridden    .          stays      stays      stays      stays      .          .          .          .          .
chased        .          stays      stays      stays      .          .          .          .          .          .
supervised    .          stays      stays      stays      .          .          .          .          .          .
referred      .          stays      stays      stays      .          .          .          .          .          .
decided       .          stays      stays      stays      .          .          .          .          .          .
concerned     .          stays      stays      stays      stays      stays      stays      stays      stays      stays
transferred   .          stays      stays      stays      .          .          .          .          .          .
split         .          stays      stays      stays      .          .          .          .          .          .
withdrawn     .          →withdrawn →withdrawn →withdrawn .          .          .          .          .          .
tagged        .          stays      stays      stays      stays      stays      stays      stays      stays      stays
untagged      .          stays      stays      stays      stays      stays      stays      stays      stays      stays
noted         stay       stays      stays      stays      stays      stays      stays      stays      stays      stays
"""
DATA: dict[str, Any] = {
    "by": 1,
    "to": 2,
    "department": 3,
    "reply_by": None,
    "hand_over": 5,
    "commitment": 6,
    "due_at": "2026-03-12T10:00:00+08:00",
    "request": 4,
    "ref": 2,
    "granted": True,
    "told": True,
    "because": "asked",
    "users": [],
    "departments": [],
    "kept": True,
    "ok": True,
    "public": True,
    "reached": True,
    "for": "customer",
    "severity": "P2",
    "complexity": "simple",
    "category": None,
    "into": 9,
    "case": 8,
    "outcome": "done",
    "incident": 4,
    "steps": [{"milestone": 6, "due_at": "2026-03-12T10:00:00+08:00"}],
    "milestone": 6,
    "tag": 7,
    "about": -1,
}


def rows() -> dict[str, dict[str, str]]:
    head, *lines = TABLE.strip().splitlines()
    statuses = ["", *head.split()[1:-1], "withdrawn"]
    return {kind: dict(zip(statuses, cells, strict=True)) for kind, *cells in (line.split() for line in lines)}


def in_status(status: str, kind: str = "") -> Snapshot:
    """A case as it may stand in a status: a hand-over, a question, an application and a promise are open."""
    return Snapshot(
        status=status,
        waiting_for="customer" if status == Status.WAITING else "",
        open_hand_overs=((5, 3),),
        open_commitments=(6,),
        open_questions=(5,),
        open_requests=((4, "returning", 9),),
        review_since=NOW if kind == EventKind.REVIEWED else None,
        complexity="project",
        milestones=6,
        open_milestones=(6,),
        tags=(7,) if kind == EventKind.UNTAGGED else (),
        incident_id=4 if kind == EventKind.RELEASED else None,
    )


PAIRS = [(kind, status, cell) for kind, cells in rows().items() for status, cell in cells.items()]


def test_the_table_names_every_kind_of_event_in_every_status() -> None:
    assert {(kind, status) for kind, status, _cell in PAIRS} == set(itertools.product(EventKind, ["", *Status]))


@pytest.mark.parametrize(("kind", "status", "cell"), PAIRS, ids=lambda value: value or "new")
def test_what_may_happen_in_a_status_and_where_it_leads(kind: str, status: str, cell: str) -> None:
    if cell == ".":
        with pytest.raises(NotAllowed) as caught:
            step(in_status(status, kind), kind, seq=7, at=NOW, data=DATA)
        assert (caught.value.kind, caught.value.status) == (kind, status)
        assert kind not in caught.value.allowed
        return
    after = step(in_status(status, kind), kind, seq=7, at=NOW, data=DATA).status
    assert after == status if cell.startswith("stay") else after.startswith(cell.removeprefix("→"))
    assert kind == EventKind.NOTED or kind in allowed(status)


def happened(*kinds: str, **data: Any) -> Snapshot:
    """The fold of these events, a minute apart."""
    now = Snapshot()
    for seq, kind in enumerate(kinds, start=1):
        now = step(now, kind, seq=seq, at=NOW + timedelta(minutes=seq), data=DATA | data)
    return now


def test_the_first_to_take_a_case_owns_it_whoever_handles_it_later() -> None:
    now = happened("received", "accepted", "assigned", "resolved", "reopened")
    assert (now.owner_id, now.handler_id) == (1, 2)


def test_a_first_answer_stays_the_first() -> None:
    now = happened("received", "accepted", "answered", "called", "answered")
    assert now.answered_at == NOW + timedelta(minutes=3)


def test_a_draft_for_colleagues_is_no_answer() -> None:
    now = happened("received", "accepted", "answered", public=False)
    assert (now.answered_at, now.last_word) == (None, "customer")


def test_a_call_that_reached_nobody_is_no_answer() -> None:
    assert happened("received", "called", reached=False).answered_at is None


def test_words_of_the_customer_end_waiting_for_them_but_not_for_a_third_party() -> None:
    assert happened("received", "accepted", "waited", "wrote").status == Status.ACCEPTED
    elsewhere = happened("received", "accepted", "waited", "wrote", **{"for": "third_party"})
    assert (elsewhere.status, elsewhere.waiting_for) == (Status.WAITING, "third_party")


def test_an_ended_case_waits_for_no_department() -> None:
    now = happened("received", "accepted", "handed_over", "resolved")
    assert (now.open_hand_overs, now.department_id) == ((), None)


def test_a_reopened_case_has_neither_end_nor_visits() -> None:
    now = happened("received", "accepted", "resolved", "visited", "closed", "reopened")
    assert (now.resolved_at, now.closed_at, now.outcome, now.visits, now.reopened) == (None, None, "", 0, 1)


@pytest.mark.parametrize(("kind", "data"), [("replied", {"hand_over": 99}), ("kept", {"commitment": 99})])
def test_what_is_not_open_can_be_neither_replied_to_nor_kept(kind: str, data: dict[str, int]) -> None:
    with pytest.raises(NotAllowed, match="99 is not open"):
        step(in_status("accepted"), kind, seq=7, at=NOW, data=data)


def test_a_case_belongs_to_one_incident_at_a_time() -> None:
    now = happened("received", "gathered")
    assert now.incident_id == 4
    for kind, incident in (("gathered", 5), ("released", 5)):
        with pytest.raises(NotAllowed, match="incident"):
            step(now, kind, seq=7, at=NOW, data={"incident": incident})
    assert step(now, "released", seq=7, at=NOW, data={"incident": 4}).incident_id is None

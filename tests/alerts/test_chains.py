"""What led to what never goes round in a circle, and is read in lines that leave nothing out."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from huiyin.alerts import chains

LINKS = st.lists(st.tuples(st.integers(1, 7), st.integers(1, 7)), max_size=25)


def accepted(wanted: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The links that are let in, one after the other."""
    found: list[tuple[int, int]] = []
    for cause, effect in wanted:
        if not chains.closes(found, cause, effect):
            found.append((cause, effect))
    return found


def order(links: list[tuple[int, int]]) -> bool:
    """Can the ends be put into one order in which each cause comes before its effect? By taking away what nothing leads
    to, until nothing is left."""
    rest = set(links)
    while rest:
        free = {cause for cause, _effect in rest} - {effect for _cause, effect in rest}
        if not free:
            return False
        rest = {link for link in rest if link[0] not in free}
    return True


@given(LINKS)
def test_whatever_the_order_no_circle_comes_about(wanted: list[tuple[int, int]]) -> None:
    assert order(accepted(wanted))


@given(LINKS)
def test_only_what_would_close_a_circle_is_refused(wanted: list[tuple[int, int]]) -> None:
    found = accepted(wanted)
    for link in set(wanted) - set(found):
        assert not order([*found, link])


@given(LINKS)
def test_the_lines_hold_each_link_once_and_nothing_else(wanted: list[tuple[int, int]]) -> None:
    links = accepted(wanted)
    read = [pair for line in chains.lines(links) for pair in pairwise(line)]
    assert sorted(read) == sorted(set(links))


@given(LINKS)
def test_every_line_begins_with_what_has_no_cause_or_was_read_before(wanted: list[tuple[int, int]]) -> None:
    links = accepted(wanted)
    effects, met = {effect for _cause, effect in links}, set[int]()
    for line in chains.lines(links):
        assert line[0] not in effects or line[0] in met
        met |= set(line)


def test_a_storm_is_read_in_one_line_in_whatever_order_it_was_said() -> None:
    said = [("sump full", "pits flooded"), ("pump box under water", "sump full"), ("pits flooded", "lifts off")]
    assert chains.in_words(chains.lines(said)) == ["pump box under water → sump full → pits flooded → lifts off"]


def test_of_another_incident_customers_are_told_nothing() -> None:
    story: list[list[chains.Named]] = [["pump off", "lifts off", 7], [7, "fees"]]
    assert chains.for_customers(story) == "pump off → lifts off"

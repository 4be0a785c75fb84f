"""What led to what, as a graph of names. Pure: no rows are asked."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from typing import TypeVar

from django.utils.translation import gettext as _

Named = str | int
"""A failure by its name, or another incident by its key."""
Node = TypeVar("Node", bound=Hashable)


def closes(links: Collection[tuple[Node, Node]], cause: Node, effect: Node) -> bool:
    """Would one more link go round in a circle: has its effect led to its cause already?"""
    reached, waiting = {effect}, [effect]
    while waiting:
        here = waiting.pop()
        further = {to for source, to in links if source == here} - reached
        reached |= further
        waiting += further
    return cause in reached


def lines(links: Sequence[tuple[Node, Node]]) -> list[list[Node]]:
    """The links as lines to be read from left to right, each link in one of them; where it forks, a further line begins
    with what both have come of. In the order in which the links were given, what has no cause first."""
    rest, found = list(dict.fromkeys(links)), list[list[Node]]()
    effects = {effect for _cause, effect in links}
    while rest:
        start = next((cause for cause, _effect in rest if cause not in effects), None)
        if start is None:
            known = {node for line in found for node in line}
            start = next((cause for cause, _effect in rest if cause in known), rest[0][0])
        found.append(_line(start, rest))
    return found


def _line(start: Node, rest: list[tuple[Node, Node]]) -> list[Node]:
    line = [start]
    while step := next((link for link in rest if link[0] == line[-1]), None):
        rest.remove(step)
        line.append(step[1])
    return line


def shown(node: Named) -> str:
    """What one end is called, for those of whom nobody knows whether they may see the other incident."""
    return node if isinstance(node, str) else _("another incident")


def in_words(story: Sequence[Sequence[Named]]) -> list[str]:
    """A stored chain, a line for each branch."""
    return [" → ".join(shown(node) for node in line) for line in story]


def for_customers(story: Sequence[Sequence[Named]]) -> str:
    """The chain for a word to all: what failed, and of other incidents nothing."""
    told = [[node for node in line if isinstance(node, str)] for line in story]
    return "\n".join(" → ".join(line) for line in told if len(line) > 1)

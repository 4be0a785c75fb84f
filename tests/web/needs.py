"""What somebody needs to be answered at an address, reckoned from the table of roles and verbs in the docs alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROLES_PAGE = Path(__file__).parents[2] / "docs" / "reference" / "roles.md"
BELOW: Mapping[str, frozenset[str]] = {
    "HQ": frozenset({"HQ", "LJF", "FLY"}),
    "LJF": frozenset({"LJF"}),
    "FLY": frozenset({"FLY"}),
}
"""The tree of the company of all tests."""
OWN, OTHER = "LJF", "FLY"
"""Where everybody with a role at one site works, and where they don't."""
LOG_IN = "log-in"
"""Instead of a status: sent to the log-in."""
Status = int | str


@dataclass(frozen=True)
class Who:
    """Somebody at the door: `role` at `site`, or logged in without any, or nobody."""

    name: str
    role: str = ""
    site: str = OWN
    known: bool = True

    def may(self, verb: str, place: str) -> bool:
        """By the docs: a role holds at its site and everything below it."""
        return place in BELOW[self.site] and self.may_somewhere(verb)

    def may_somewhere(self, verb: str) -> bool:
        """Does the role include the verb at all?"""
        return bool(self.role) and verb in MAY[self.role]

    def may_everywhere(self, verb: str) -> bool:
        """In the whole company?"""
        return self.may(verb, "HQ")

    def works_at(self, place: str) -> bool:
        """Has this person a role there or below?"""
        return bool(self.role) and self.site in BELOW[place]


def _roles() -> dict[str, frozenset[str]]:
    """Role → verbs, as the page prints them."""
    table = ROLES_PAGE.read_text(encoding="utf-8").split("<!-- table -->")[1].split("<!-- end -->")[0]
    head, _line, *rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.strip().splitlines()]
    verbs = [re.findall(r"\(`([\w-]+)`\)$", row[0])[0] for row in rows]
    return {
        role: frozenset(verb for verb, row in zip(verbs, rows, strict=True) if row[n] == "yes")
        for n, role in enumerate(head)
        if n
    }


MAY = _roles()
PEOPLE = (
    *(Who(role.lower(), role) for role in MAY),
    Who("administrator of all", "Administrator", "HQ"),
    Who("without a role"),
    Who("nobody", known=False),
)

Test = Callable[[Who, str], bool]


@dataclass(frozen=True)
class Need:
    """Gates in a row; the first that is shut gives the answer."""

    gates: tuple[tuple[Status, Test], ...] = ()

    def refusal(self, who: Who, place: str) -> Status | None:
        """How they are turned away; None when they are not."""
        return next((status for status, is_open in self.gates if not is_open(who, place)), None)

    def __and__(self, other: Need) -> Need:
        return Need(self.gates + other.gates)


def gate(status: Status, test: Test) -> Need:
    """One gate."""
    return Need(((status, test),))


PUBLIC = Need()
STAFF = gate(LOG_IN, lambda who, place: who.known)
TOKEN = gate(401, lambda who, place: who.known)


def anywhere(*verbs: str, door: Need = STAFF, hidden: bool = False) -> Need:
    """One of the verbs at any site; `hidden`: for others there is no such page."""
    return door & gate(404 if hidden else 403, lambda who, place: any(map(who.may_somewhere, verbs)))


def everywhere(*verbs: str) -> Need:
    """All of the verbs in the whole company."""
    return STAFF & gate(403, lambda who, place: all(map(who.may_everywhere, verbs)))


def case(verb: str = "view", *, door: Need = STAFF) -> Need:
    """To see the case (or incident), and the verb with it. The cases of these tests are handed to everybody's
    department, so that a back-office worker sees those of the own site."""
    seen = gate(404, lambda who, place: who.may("view", place))
    return door & seen & gate(403, lambda who, place: who.may(verb, place))


def for_all(verb: str, *, door: Need = STAFF) -> Need:
    """To see an incident or a group, and the verb for all of its cases: whoever acts for a department has it only in
    the cases that were handed over."""
    whole = gate(403, lambda who, place: who.role.lower() != "back-office worker")
    return case(verb, door=door) & whole


def here(verb: str, *, door: Need = STAFF) -> Need:
    """The verb at the site that is named."""
    return door & gate(403, lambda who, place: who.may(verb, place))


def at_site(verb: str) -> Need:
    """The verb at the site of the thing, which is hidden from all others."""
    return STAFF & gate(404, lambda who, place: who.may(verb, place))


def counted(verb: str, *, door: Need = STAFF) -> Need:
    """The verb with something that a rate counts, which is there for those who measure."""
    seen = gate(404, lambda who, place: who.may("measure", place))
    return door & seen & gate(403, lambda who, place: who.may(verb, place))


def marked(verb: str = "") -> Need:
    """The verb with a special-attention mark. It is there for those who read them and for a back-office worker whose
    department has an open task with its customer: in these tests everybody's has."""
    sent = "back-office worker"
    seen = gate(
        404, lambda who, place: who.may("marks", place) or (who.role.lower() == sent and who.may("view", place))
    )
    return STAFF & seen & gate(403, lambda who, place: not verb or who.may(verb, place))


def of_cases(verb: str) -> Need:
    """The verb at the site of cases that are named in what is sent: those one doesn't see are no cases."""
    seen = gate(422, lambda who, place: who.may("view", place))
    return TOKEN & seen & gate(403, lambda who, place: who.may(verb, place))


def shared(verb: str = "") -> Need:
    """A view shared at a site: those who work there, and whoever may share there; only these do `verb`."""
    seen = STAFF & gate(404, lambda who, place: who.works_at(place) or who.may("share", place))
    return seen & gate(403, lambda who, place: not verb or who.may(verb, place))


MINE = STAFF & gate(404, lambda who, place: place == OWN)
"""Made by oneself; the other one is somebody else's."""
SETTINGS = STAFF & gate(403, lambda who, place: who.may_everywhere("administer"))

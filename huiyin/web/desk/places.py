"""Where one can go from every page of the desk: one table for the rail, the palette and the sheet of keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from huiyin.org import history, house
from huiyin.org.access import Verb

from .reach import can

if TYPE_CHECKING:
    from huiyin.org.models import User


@dataclass(frozen=True)
class Place:
    """A page. `short`: its name where there is little room; `keys`: what leads there, with a blank between; `words`: by
    what else the palette finds it; `style`: its class in the rail, in which it stands when `rail` says so."""

    key: str
    name: str | Promise
    route: tuple[str, ...]
    short: str | Promise = ""
    keys: str = ""
    words: str = ""
    style: str = ""
    rail: bool = True
    open_to: Callable[[User], bool] = lambda user: True
    count: str | int = ""

    @property
    def url(self) -> str:
        """Its address."""
        return reverse(self.route[0], args=self.route[1:])


def _who_can(verb: Verb) -> Callable[[User], bool]:
    return lambda user: can(user, verb)


def _reviews(user: User) -> bool:
    return house.rules().review and can(user, Verb.REVIEW)


def _hears(user: User) -> bool:
    return any(can(user, verb) for verb in (Verb.EXPLAIN, Verb.ASK_DEPARTMENT, Verb.MEASURE))


_WIDE = "wide-only"
_PLACES = (
    Place("new", _("New case"), ("case_new",), keys="n", words="create", rail=False, open_to=_who_can(Verb.CREATE)),
    Place("mine", _("Mine"), ("inbox", "mine"), _("Mine"), "g m", "inbox"),
    Place(
        "unassigned", _("Unassigned"), ("inbox", "unassigned"), _("New"), "g u", "new", open_to=_who_can(Verb.CREATE)
    ),
    Place("due", _("Due soon"), ("inbox", "due"), _("Due soon"), "g d", "late", "due-soon"),
    Place(
        "to-decide", _("To decide"), ("inbox", "to-decide"), _("To decide"), "g e", open_to=_who_can(Verb.DECIDE_RETURN)
    ),
    Place(
        "supervised",
        _("Under supervision"),
        ("inbox", "supervised"),
        _("Supervised"),
        style=_WIDE,
        open_to=_who_can(Verb.SUPERVISE),
    ),
    Place(
        "department",
        _("Handed to my department"),
        ("inbox", "department"),
        _("Handed over"),
        "g h",
        "tasks",
        open_to=lambda user: user.department_id is not None,
    ),
    Place("review", _("To review"), ("inbox", "review"), _("Review"), open_to=_reviews),
    Place("visits", _("Return visits"), ("visits",), _("Visits"), "g v", open_to=_who_can(Verb.VISIT)),
    Place("heard", _("What would have helped"), ("heard",), words="departments answers", rail=False, open_to=_hears),
    Place("all", _("All cases"), ("inbox", "all"), _("All"), "g a"),
    Place("incidents", _("Incidents"), ("incidents",), _("Incidents"), style=_WIDE),
    Place("rates", _("Rates"), ("rates",), _("Rates"), "g r", "measures", _WIDE, open_to=_who_can(Verb.MEASURE)),
    Place("own_rates", _("My rates"), ("rates_own",), words="measures", rail=False),
    Place(
        "recovery_report",
        _("Cost and benefit of recovery"),
        ("recovery_report",),
        words="economics report worth",
        rail=False,
        open_to=_who_can(Verb.MEASURE),
    ),
    Place(
        "treatment",
        _("Equal treatment"),
        ("treatment",),
        words="fairness compare",
        rail=False,
        open_to=_who_can(Verb.REMEDY),
    ),
    Place(
        "expectations",
        _("What was expected"),
        ("expectations",),
        words="promised promise too much",
        rail=False,
        open_to=_who_can(Verb.MEASURE),
    ),
    Place("groups", _("Group complaints"), ("groups",), _("Groups"), "g g", "shared fault", _WIDE),
    Place("marks", _("Special attention"), ("marks",), _("Attention"), style=_WIDE, open_to=_who_can(Verb.MARKS)),
    Place("notices", _("Notices"), ("notices",), _("Notices"), "g n"),
    Place("settings", _("Settings"), ("settings",), _("Settings"), style=_WIDE, open_to=history.may_edit),
    Place(
        "customer_notices",
        _("Notices to customers"),
        ("settings_notices",),
        words="warm expectation announcement",
        rail=False,
    ),
    Place(
        "foreseen",
        _("Worth warning of"),
        ("settings_foreseen",),
        words="expectation beforehand notice",
        rail=False,
        open_to=_who_can(Verb.NOTICE),
    ),
    Place("words", _("Phrases"), ("words",), rail=False),
    Place("practices", _("Work standards"), ("practices",), rail=False),
    Place("imports", _("Imports"), ("imports",), rail=False, open_to=_who_can(Verb.IMPORT)),
    Place("account", _("My account"), ("account",), words="password language", rail=False),
)


def of(user: User, counts: Mapping[str, str | int]) -> list[Place]:
    """The pages this person has, with how much lies there where that is known."""
    return [replace(one, count=counts.get(one.key, "")) for one in _PLACES if one.open_to(user)]

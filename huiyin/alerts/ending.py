"""The cause of an incident is gone: its cases are resolved together, with the same words."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from huiyin.base.ids import receipt_number
from huiyin.cases import details
from huiyin.cases import queries as cases
from huiyin.cases.actions import BadInput, By, doer, perhaps_said, said
from huiyin.cases.given import read
from huiyin.cases.incident_models import Incident
from huiyin.cases.workflow import OPEN
from huiyin.org.access import Verb

from .incidents import acting, ready
from .models import Consequence, IncidentWord, WordKind
from .words import deliver

FIRST: list[Callable[[Incident, Collection[int], By, str], None]] = []
"""Who is asked before the cases of an incident but these are resolved: raises `BadInput` for what must come first, or
passes it over with the reason. Filled by `wiring`."""
_MOST_NAMED = 10


@dataclass(frozen=True)
class Ending:
    """What is said: `cause` and `done` stay inside, `text` goes to all customers, and so does `prevention`: what keeps
    it from happening again."""

    cause: str
    done: str
    text: str
    prevention: str = ""


def resolve(
    incident_id: int,
    by: By,
    *,
    words: Ending,
    keep_open: Collection[int] = (),
    keep_unfilled: bool = False,
    skip: str = "",
) -> Incident:
    """Resolve all open cases with these words, except those in `keep_open` and what came of the incident. Where fields
    that are required before resolving are empty the cases are named, unless `keep_unfilled` leaves those open too.
    `skip`: why steps that come before resolving are passed over; without it they are asked for."""
    incident = Incident.objects.get(pk=incident_id)
    ready(Verb.RESOLVE, incident, by)
    word = _word(incident, words, by)
    after = Consequence.objects.filter(incident=incident).values_list("case", flat=True)
    kept = {*keep_open, *after}
    unfilled = _unfilled(incident, kept, by)
    if unfilled and not keep_unfilled:
        raise BadInput("keep_open", _say(unfilled, by))
    word.unfilled, word.kept_open = sorted(unfilled), sorted({*kept, *unfilled})
    for ask in FIRST:  # before the incident is locked: they lock its cases
        ask(incident, word.kept_open, by, skip)
    with acting(Verb.RESOLVE, incident_id, by) as incident:
        word.incident = incident
        word.save()
        incident.cause = word.cause
    deliver(word, at=by.at)
    return incident


def _word(incident: Incident, words: Ending, by: By) -> IncidentWord:
    word = IncidentWord(incident=incident, kind=WordKind.RESOLVED, by=doer(by), at=by.at)
    word.cause, word.done = said("cause", words.cause), said("done", words.done)
    word.text, first = read(None, by, "text", said("text", words.text))
    word.prevention, second = read(None, by, "prevention", perhaps_said("prevention", words.prevention))
    word.anyway = sorted({*first, *second})
    return word


def _unfilled(incident: Incident, kept: Collection[int], by: By) -> dict[int, list[str]]:
    """The cases that can't be resolved, because fields are empty, with the names of these."""
    categories = details.demanding()
    if not categories:
        return {}
    rows = cases.not_about(doer(by)).filter(incident=incident, status__in=OPEN, category__in=categories)
    return details.lacking(list(rows.exclude(pk__in=kept).only("pk", "category")))


def _say(unfilled: dict[int, list[str]], by: By) -> str:
    """Which, as far as the person may know of them."""
    seen = list(cases.visible(doer(by)).filter(pk__in=unfilled).order_by("pk").values_list("pk", flat=True))
    named = [f"{receipt_number(pk)}{_(': ')}{_(', ').join(unfilled[pk])}" for pk in seen[:_MOST_NAMED]]
    more = len(unfilled) - len(named)
    if more:
        named.append(_("%(count)d more cases") % {"count": more})
    told = _(
        "Fields that are required before resolving are empty in: %(names)s. Fill them in, or keep these cases open."
    )
    return told % {"names": _("; ").join(named)}

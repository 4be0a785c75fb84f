"""The chain of an incident: what led to what, said and put right while it is open, and read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from huiyin.cases.actions import BadInput, By, doer
from huiyin.cases.incident_models import Incident
from huiyin.db import turns
from huiyin.db.turns import Turn
from huiyin.org.access import Verb
from huiyin.org.models import User

from . import chains, queries
from .chains import Named, shown
from .incidents import acting
from .models import STANDING, ChainLink

MOST_LINKS, MOST_NAME, MOST_NOTE, MOST_HOURS = 40, 80, 300, 9_999
_ENDS = ("incident", "cause_incident", "effect_incident")
_DEEP = 50
"""So many steps from incident to incident are followed; nobody has seen more than three."""


@dataclass(frozen=True)
class Said:
    """That `cause` led to `effect`; each a name, or the key of another incident. `hours`: how long after it."""

    cause: Named
    effect: Named
    hours: int | None = None
    note: str = ""


def link(incident_id: int, by: By, *, said: Said, instead: int | None = None) -> Incident:
    """Write down that one thing led to another; `instead` of a link that says it wrongly."""
    with _linking(incident_id, by, said) as incident:
        _drop(incident, by, instead)
        standing = of_incident(incident)
        if len(standing) >= MOST_LINKS:
            raise BadInput("cause", _("There are %(most)d links already; say it in fewer.") % {"most": MOST_LINKS})
        said = _checked(incident, by, said, standing)
        row = ChainLink(incident=incident, hours=said.hours, note=said.note, by=doer(by), at=by.at)
        row.cause, row.cause_incident_id = _ends(said.cause)
        row.effect, row.effect_incident_id = _ends(said.effect)
        row.save()
        incident.story = _story([*standing, row])
    return incident


@contextmanager
def _linking(incident_id: int, by: By, said: Said) -> Iterator[Incident]:
    """The act; from incident to incident one link after the other. Whoever looks for a circle sees what all others have
    said, and not only those who speak of the same incidents: four links of four people make one too."""
    with transaction.atomic():
        if isinstance(said.cause, int) or isinstance(said.effect, int):
            turns.take(Turn.CHAINS)
        with acting(Verb.JOIN, incident_id, by) as incident:
            yield incident


def unlink(incident_id: int, by: By, *, link: int) -> Incident:
    """Take a link out of the chain."""
    with acting(Verb.JOIN, incident_id, by) as incident:
        _drop(incident, by, link)
        incident.story = _story(of_incident(incident))
    return incident


def _drop(incident: Incident, by: By, key: int | None) -> None:
    if key is None:
        return
    mine = ChainLink.objects.filter(STANDING, pk=key, incident=incident)
    if not mine.update(dropped_at=by.at, dropped_by=doer(by)):
        raise BadInput("link", _("This link is not in the chain."))


def _ends(node: Named) -> tuple[str, int | None]:
    return (node, None) if isinstance(node, str) else ("", node)


def _checked(incident: Incident, by: By, said: Said, standing: Sequence[ChainLink]) -> Said:
    """The same with the names as they stand in the chain already; raises `BadInput` for what can't be."""
    known = {_same(node): node for row in standing for node in nodes(row)}
    cause, effect = (_named(field, getattr(said, field), known) for field in ("cause", "effect"))
    note = said.note.strip()
    if len(note) > MOST_NOTE:
        raise BadInput("note", _("At most %(most)d characters.") % {"most": MOST_NOTE})
    if said.hours is not None and not 0 <= said.hours <= MOST_HOURS:
        raise BadInput("hours", _("From %(least)d to %(most)d.") % {"least": 0, "most": MOST_HOURS})
    _others_seen(incident, by, {"cause": cause, "effect": effect})
    links = [nodes(row) for row in standing]
    if (cause, effect) in links:
        raise BadInput("effect", _("This link is in the chain already."))
    if chains.closes(links, cause, effect):
        words = {"cause": shown(cause), "effect": shown(effect)}
        told = _("This would go round in a circle: “%(effect)s” comes before “%(cause)s” in the chain.")
        raise BadInput("effect", told % words)
    _no_circle_of_incidents(incident, cause, effect)
    return Said(cause, effect, said.hours, note)


def _named(field: str, node: Named, known: Mapping[Named, Named]) -> Named:
    if isinstance(node, str):
        node = " ".join(node.split())
        if not node:
            raise BadInput(field, _("Please write something here."))
        if len(node) > MOST_NAME:
            raise BadInput(field, _("At most %(most)d characters.") % {"most": MOST_NAME})
    return known.get(_same(node), node)


def _same(node: Named) -> Named:
    return node.casefold() if isinstance(node, str) else node


def _others_seen(incident: Incident, by: By, ends: Mapping[str, Named]) -> None:
    """Another incident is one that the person may see, and not this one."""
    for field, node in ends.items():
        if isinstance(node, int) and (node == incident.pk or not queries.visible(doer(by)).filter(pk=node).exists()):
            raise BadInput(field, _("Choose another incident."))


def _no_circle_of_incidents(incident: Incident, cause: Named, effect: Named) -> None:
    """From incident to incident it doesn't go round either, whichever of their chains says so."""
    causes = [cause] if isinstance(cause, int) else []
    effects = [effect] if isinstance(effect, int) else []
    if not causes and not effects:
        return
    new = [(one, incident.pk) for one in causes] + [(incident.pk, one) for one in effects]
    links = _from_each({incident.pk, *causes, *effects})
    for one in new:
        if chains.closes(links, *one):
            raise BadInput("effect", _("This would go round in a circle: that incident comes before this one."))
        links.append(one)


def _from_each(keys: set[int]) -> list[tuple[int, int]]:
    """What led to what among these incidents and all that came of them."""
    found, waiting = list[tuple[int, int]](), set(keys)
    for _step in range(_DEEP):
        rows = _among(waiting, "incident", "cause_incident")
        fresh = [edge for row in rows for edge in _edges(row)]
        waiting = {to for _source, to in fresh} - keys
        found += fresh
        keys = keys | waiting
        if not waiting:
            break
    return found


def effects(keys: Collection[int]) -> set[int]:
    """The incidents to which these have led, as any chain says that stands."""
    edges = [edge for row in _among(keys, "incident", "cause_incident") for edge in _edges(row)]
    return {to for source, to in edges if source in keys}


def _among(keys: Collection[int], *places: str) -> QuerySet[ChainLink]:
    """The links that stand, with one of these incidents at one of these places; each place is looked up by its index,
    which neither database does for an OR."""
    first, *others = (ChainLink.objects.filter(STANDING, **{f"{place}__in": keys}).values("pk") for place in places)
    return ChainLink.objects.filter(pk__in=first.union(*others))


def _edges(row: ChainLink) -> list[tuple[int, int]]:
    causes = [(row.cause_incident_id, row.incident_id)] if row.cause_incident_id is not None else []
    effects = [(row.incident_id, row.effect_incident_id)] if row.effect_incident_id is not None else []
    return causes + effects


def nodes(row: ChainLink) -> tuple[Named, Named]:
    """Both ends of a link."""
    return row.cause_incident_id or row.cause, row.effect_incident_id or row.effect


def _story(rows: Sequence[ChainLink]) -> list[list[Named]]:
    return chains.lines([nodes(row) for row in rows])


def of_incident(incident: Incident) -> list[ChainLink]:
    """The links of its own chain, in the order in which they were said."""
    return list(ChainLink.objects.filter(STANDING, incident=incident).order_by("pk"))


@dataclass(frozen=True)
class Chain:
    """The chain of an incident as one person reads it. `titles`: of the other incidents that they may see; `before` and
    `after`: those whose own chains speak of this one."""

    links: Sequence[ChainLink]
    titles: Mapping[int, str]
    before: Sequence[int]
    after: Sequence[int]


def chain(user: User, incident: Incident) -> Chain:
    """What led to what: one question."""
    known = queries.visible(user)
    seen = {f"sees_{name}": Exists(known.filter(pk=OuterRef(name))) for name in _ENDS}
    rows = list(_among([incident.pk], *_ENDS).annotate(**seen).select_related("by", *_ENDS).order_by("pk"))
    own = [row for row in rows if row.incident_id == incident.pk]
    edges = [edge for row in rows if row.incident_id != incident.pk for edge in _edges(row)]
    found = [getattr(row, name) for row in rows for name in _ENDS if getattr(row, f"sees_{name}")]
    titles = {one.pk: one.title for one in found if one is not None and one.pk != incident.pk}
    before = [source for source, to in edges if to == incident.pk and source in titles]
    after = [to for source, to in edges if source == incident.pk and to in titles]
    return Chain(own, titles, before, after)

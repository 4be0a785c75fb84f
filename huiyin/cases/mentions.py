"""Who is named with an @ in a note: by username or name, wherever it stands, the longest name that fits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from huiyin.base.text import normalise
from huiyin.org import queries as org
from huiyin.org.models import User

from .models import Case

_AT = re.compile("[@＠]")
MOST = 20
"""So many people are told of one note."""


def found(text: str, people: Iterable[User]) -> list[User]:
    """The people who are named in a text, in its order, each once."""
    if not _AT.search(text):
        return []
    names = [(normalise(name), person) for person in people for name in (person.name, person.username) if name]
    names.sort(key=lambda pair: -len(pair[0]))
    met: dict[int, User] = {}
    for rest in normalise(_AT.sub("@", text)).split("@")[1:]:
        fitting = next((person for name, person in names if rest.startswith(name)), None)
        if fitting is not None and len(met) < MOST:
            met.setdefault(fitting.pk, fitting)
    return list(met.values())


def mentionable(case: Case) -> Sequence[User]:
    """Who may be named in a note on a case: who works at its site, and steps aside from nothing in it."""
    aside = (set(case.about_users), set(case.about_departments))
    people = org.staff(frozenset({case.site_id}))
    return [one for one in people if one.pk not in aside[0] and one.department_id not in aside[1]]


def ids(case: Case, text: str) -> list[int]:
    """The ids of those who are named in a note on a case; asks nothing when there is no @ in it."""
    return [person.pk for person in found(text, mentionable(case))] if _AT.search(text) else []

"""Things that a request names: by code, name or number. Each raises `BadInput` with the field that named it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.core.exceptions import ObjectDoesNotExist

from huiyin.cases import queries
from huiyin.cases.actions import BadInput
from huiyin.cases.lists import tag_named
from huiyin.customers import tiers
from huiyin.org.queries import organisation, user_named

if TYPE_CHECKING:
    from huiyin.cases.models import Category
    from huiyin.org.models import Department, Site, User


def site(code: str, field: str = "site") -> Site:
    """A site by its code."""
    found = organisation().site(code)
    if found is None:
        raise BadInput(field, f"There is no site with the code {code!r}.")
    return found


def below(code: str) -> frozenset[int]:
    """Ids of a site and of all below it."""
    return organisation().below(site(code).pk)


def department(wanted: str, field: str = "department") -> Department:
    """A department by code or name."""
    found = organisation().department(wanted)
    if found is None:
        raise BadInput(field, f"There is no department with the code or name {wanted!r}.")
    return found


def category(wanted: str) -> Category:
    """A category of the third level by code or name."""
    known = queries.categories()
    found = known.find(wanted) if wanted else None  # categories without an English name have an empty one
    if found is None:
        raise BadInput("category", f"There is no category with the code or name {wanted!r}.")
    if any(other.parent_id == found.pk for other in known.by_id.values()):
        raise BadInput("category", f"{wanted!r} has categories below it: choose one of them.")
    if not known.is_leaf(found):
        raise BadInput("category", f"{wanted!r} is not of the third level, on which cases hang.")
    return found


def below_category(wanted: str) -> frozenset[int]:
    """Ids of the categories of the third level at and under one, by its code or name."""
    known = queries.categories()
    found = known.find(wanted)
    if found is None:
        raise BadInput("category", f"There is no category with the code or name {wanted!r}.")
    return known.below(found)


def tag(wanted: str) -> int:
    """A tag, however it is written."""
    found = tag_named(wanted)
    if found is None:
        raise BadInput("tag", f"There is no tag {wanted!r}.")
    return found


def tier(wanted: str) -> int:
    """A tier in use, by code or name."""
    row = tiers.find(wanted)
    if row is None or not row.active:
        raise BadInput("customer.tier", f"There is no tier {wanted!r} in use.")
    return row.pk


def user(username: str, field: str = "to") -> User:
    """A member of staff who has not left."""
    found = user_named(username)
    if found is None:
        raise BadInput(field, f"There is nobody with the username {username!r}.")
    return found


def case_id(caller: User, number: str, field: str) -> int:
    """The id of a case that the caller may see."""
    try:
        pk = queries.key_of(number)
    except ObjectDoesNotExist:
        pk = 0
    if not queries.visible(caller).filter(pk=pk).exists():
        raise BadInput(field, f"There is no case {number!r} that you may see.")
    return pk


def one_of(name: str, given: str, known: Iterable[str]) -> frozenset[str]:
    """Values separated by commas, each one of `known`."""
    wanted = frozenset(part.strip() for part in given.split(",") if part.strip())
    if unknown := wanted - set(known):
        raise BadInput(name, f"{', '.join(sorted(unknown))}: choose of {', '.join(known)}.")
    return wanted


def case_keys(numbers: Iterable[str], field: str) -> list[int]:
    """The ids that these numbers stand for; whether they are cases that the caller may see is asked by the act."""
    keys = []
    for number in numbers:
        try:
            keys.append(queries.key_of(number))
        except ObjectDoesNotExist as error:
            raise BadInput(field, f"There is no case {number!r} that you may see.") from error
    return keys

"""Short lists of what cases refer to."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router
from pydantic import BaseModel, TypeAdapter

from huiyin.cases import outside, outside_editing, words
from huiyin.cases.queries import categories
from huiyin.org import access
from huiyin.org.access import Verb
from huiyin.org.queries import organisation
from huiyin.standards import practices

from . import answers
from .caller import ApiRequest
from .verbs import PROBLEMS

router = Router(tags=["lists"])
_SITES = TypeAdapter(list[answers.Site])
_DEPARTMENTS = TypeAdapter(list[answers.Department])
_CATEGORIES = TypeAdapter(list[answers.Category])
_WORDS = TypeAdapter(list[answers.Word])


class OutsideBody(BaseModel):
    """A body outside. `sites`: it serves these and all below; `categories`: codes of branches, none for all; `days`:
    within so many days after a no one turns to it."""

    id: int
    sort: str
    name: str
    name_en: str
    sites: list[str]
    categories: list[str]
    phone: str
    address: str
    web: str
    hours: str
    days: int | None


class Standard(BaseModel):
    """How a step of the work is done here; texts have a line for each point. `category`: a code, null for all cases
    that have none of their own. `minutes`: within which it is done; `evidence`: by what anybody can see that it was."""

    id: int
    step: str
    category: str | None
    behaviour: str
    behaviour_en: str
    saying: str
    saying_en: str
    minutes: int | None
    evidence: str
    evidence_en: str


_STANDARDS = TypeAdapter(list[Standard])
_BODIES = TypeAdapter(list[OutsideBody])


def _send(content: bytes) -> HttpResponse:
    return HttpResponse(content, content_type=answers.MEDIA_TYPE)


@router.get("/sites", operation_id="list_sites", response={200: list[answers.Site], **PROBLEMS})
def sites(request: ApiRequest) -> HttpResponse:
    """The sites in use whose cases you may see, at least in part."""
    known = organisation().sites
    reach = access.reach(request.caller.user, Verb.VIEW)
    seen = known if reach.everywhere else reach.sites | reach.department_sites
    rows = [
        answers.Site(
            id=site.pk, code=site.code, name=site.name, parent=known[site.parent_id].code if site.parent_id else None
        )
        for site in known.values()
        if site.pk in seen and site.active
    ]
    return _send(_SITES.dump_json(rows))


@router.get("/departments", operation_id="list_departments", response={200: list[answers.Department], **PROBLEMS})
def departments(request: ApiRequest) -> HttpResponse:
    """Departments in use, to which cases are handed over."""
    known = organisation()
    rows = [
        answers.Department(id=d.pk, code=d.code, name=d.name, stage=d.stage, site=known.sites[d.site_id].code)
        for d in known.departments.values()
        if d.active
    ]
    return _send(_DEPARTMENTS.dump_json(rows))


@router.get("/categories", operation_id="list_categories", response={200: list[answers.Category], **PROBLEMS})
def category_list(request: ApiRequest) -> HttpResponse:
    """Categories in use of the third level, on which cases hang."""
    rows = [
        answers.Category(id=leaf.pk, code=leaf.code, name=leaf.name, name_en=leaf.name_en)
        for leaf in categories().leaves
    ]
    return _send(_CATEGORIES.dump_json(rows))


@router.get("/words", operation_id="list_words", response={200: list[answers.Word], **PROBLEMS})
def word_list(request: ApiRequest) -> HttpResponse:
    """What this house calls statuses, verbs, events and steps; the codes are the same in every house."""
    rows = []
    for group, codes in words.GROUPS.items():
        for code in codes:
            zh, en = words.both(group, code)
            rows.append(answers.Word(group=group, code=code, zh=zh, en=en, own=bool(words.own(group, code))))
    return _send(_WORDS.dump_json(rows))


@router.get("/outside-bodies", operation_id="list_outside_bodies", response={200: list[OutsideBody], **PROBLEMS})
def outside_bodies(request: ApiRequest) -> HttpResponse:
    """The outside bodies in use, the gentlest way first: a refusal names those that fit the case by their ids."""
    plain = ("sort", "name", "name_en", "phone", "address", "web", "hours", "days")
    rows = [
        OutsideBody(
            id=row.pk,
            sites=outside_editing.site_codes(row),
            categories=row.categories.split("\n") if row.categories else [],
            **{name: getattr(row, name) for name in plain},
        )
        for row in outside.every()
        if row.active
    ]
    return _send(_BODIES.dump_json(rows))


@router.get("/standards", operation_id="list_standards", response={200: list[Standard], **PROBLEMS})
def standards(request: ApiRequest) -> HttpResponse:
    """The work standards in use, in the order of the work."""
    texts = tuple(f"{name}{tail}" for name in ("behaviour", "saying", "evidence") for tail in ("", "_en"))
    rows = [
        Standard(
            id=row.pk,
            category=row.category.code if row.category else None,
            **{name: getattr(row, name) for name in ("step", "minutes", *texts)},
        )
        for row in practices.every()
        if row.active
    ]
    return _send(_STANDARDS.dump_json(rows))

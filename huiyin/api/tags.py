"""Tags: the verbs, and the list of those that there are."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router
from pydantic import TypeAdapter

from huiyin.cases import tags as actions
from huiyin.cases.lists import tags_offered
from huiyin.org.access import Verb

from . import bodies
from .answers import MEDIA_TYPE
from .caller import ApiRequest
from .verbs import PROBLEMS, perform, route

router = Router(tags=["verbs"])
_NAMES = TypeAdapter(list[str])


class Tag(bodies.Body):
    """One tag, at most 32 characters. One that nobody has used yet is added by using it."""

    tag: bodies.Text


@route(router, Verb.TAG)
def tag(request: ApiRequest, number: str, body: Tag) -> HttpResponse:
    """Mark a case with a tag; the customer never sees it."""
    return perform(request, number, lambda pk, by: actions.tag(pk, by, name=body.tag))


@route(router, Verb.UNTAG)
def untag(request: ApiRequest, number: str, body: Tag) -> HttpResponse:
    """Take a tag off a case."""
    return perform(request, number, lambda pk, by: actions.untag(pk, by, name=body.tag))


@router.get("/tags", operation_id="list_tags", response={200: list[str], **PROBLEMS}, tags=["lists"])
def tag_list(request: ApiRequest) -> HttpResponse:
    """The tags that there are."""
    return HttpResponse(_NAMES.dump_json(tags_offered()), content_type=MEDIA_TYPE)

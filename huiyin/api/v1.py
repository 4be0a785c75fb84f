"""Version 1 of the API."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser
from pydantic_core import from_json

from . import (
    answers,
    cases,
    dispatch,
    expectations,
    groups,
    incidents,
    journeys,
    lists,
    notices,
    playbooks,
    problems,
    rates,
    recovery,
    similar,
    tags,
    validity,
    verbs,
    warnings,
    winback,
    wording,
    worth,
)
from .caller import Bearer

_IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": "The same request sent again with the same key within 48 hours gets the same answer.",
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "The ETag of the case (or incident, or group) as you saw it; 412 when somebody wrote to it since.",
}


_ONE = ("{number}", "{incident_id}/", "{group_id}/")
"""Parts of addresses of acts on one thing that has a version."""
_SPEAKING = frozenset(
    f"{verb}_case"
    for verb in (
        *("answer", "commit", "wait", "resolve", "decline", "refuse", "decide"),
        *("decide_extension", "decide_plan", "reach", "remedy", "promise", "propose_refusal", "decide_refusal"),
    )
) | {"tell_all", "resolve_all", "answer_group", "write_notice"}
"""What speaks to customers."""
_ANYWAY = {
    "name": "anyway",
    "in": "query",
    "required": False,
    "schema": {"type": "boolean", "default": False},
    "description": "Sends words to the customer although the house asks to think again (a 422 with `anyway` true).",
}


class StrictJson(Parser):
    """JSON by the letter: no NaN, no broken characters, no endless nesting."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The parsed body; any error is a 400."""
        return from_json(request.body, allow_inf_nan=False)


class Api(NinjaAPI):
    """Its description says also what the door does: problems, keys, preconditions."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The OpenAPI description."""
        schema = super().get_openapi_schema(**options)
        content = {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        shape = answers.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schema["components"]["schemas"] |= {**shape.pop("$defs", {}), "Problem": shape}
        schema["components"]["responses"] = {"Problem": {"description": "What went wrong", "content": content}}
        schema["components"]["parameters"] = {"IdempotencyKey": _IDEMPOTENCY, "IfMatch": _IF_MATCH, "Anyway": _ANYWAY}
        for path, methods in schema["paths"].items():
            for method, operation in methods.items():
                _complete(operation, post=method == "post", one_case=any(part in path for part in _ONE))
        return schema


def _complete(operation: dict[str, Any], *, post: bool, one_case: bool) -> None:
    for code in operation["responses"]:
        if int(code) >= 400:
            operation["responses"][code] = {"$ref": "#/components/responses/Problem"}
    if post:
        operation["parameters"].append({"$ref": "#/components/parameters/IdempotencyKey"})
    if post and one_case:
        operation["parameters"].append({"$ref": "#/components/parameters/IfMatch"})
    if operation["operationId"] in _SPEAKING:
        operation["parameters"].append({"$ref": "#/components/parameters/Anyway"})


def _problem(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    assert isinstance(error, Exception)
    return problems.answer(request, error)


api = Api(
    title="Huiyin 回音",
    version="1",
    description="Cases in, verbs on cases, lists. The guide is docs/guide/api.md. What this house calls the statuses "
    "and verbs that are named here stands at `/words`.",
    auth=Bearer(),
    parser=StrictJson(),
    docs_url=None,
    urls_namespace="api",
)
for kind in (Exception, HttpError, ValidationError, Http404):  # Ninja would answer these itself, in its own way
    api.add_exception_handler(kind, _problem)
_ROUTERS = (
    cases,
    verbs,
    dispatch,
    recovery,
    playbooks,
    incidents,
    journeys,
    groups,
    similar,
    notices,
    warnings,
    lists,
    rates,
    validity,
    worth,
    winback,
    expectations,
    tags,
    wording,
)
for part in _ROUTERS:
    api.add_router("", part.router)

"""Errors as `application/problem+json` (RFC 9457): one function for each exception that a verb may raise."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, RequestDataTooBig, TooManyFilesSent
from django.core.signals import got_request_exception
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from ninja.errors import HttpError, ValidationError
from pydantic_core import to_json

from huiyin.alerts.incidents import NotPossible
from huiyin.cases.actions import BadInput, possible
from huiyin.cases.files import BadFile
from huiyin.cases.given import Unfit
from huiyin.cases.intake import AlreadyKnown
from huiyin.cases.search import TooShort
from huiyin.cases.timeline import Stale
from huiyin.cases.workflow import NotAllowed
from huiyin.org.access import Forbidden
from huiyin.returns.actions import OwnCase

from .caller import Unauthenticated

MEDIA_TYPE = "application/problem+json"
_logger = logging.getLogger("django.request")


class Problem(Exception):
    """A problem that the API itself finds; the other exceptions come from the domains."""

    def __init__(self, status: int, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status, self.detail, self.more = status, detail, more


def bad_parameter(name: str, detail: str) -> Problem:
    """A query parameter that can't be taken."""
    return Problem(422, detail, errors=[{"parameter": name, "detail": detail}])


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None, **more: Any) -> HttpResponse:
    """The answer itself; `more` are members beside type, title, status and detail."""
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return HttpResponse(to_json(body), status=status, content_type=MEDIA_TYPE, headers=headers)


def instead_of(response: HttpResponseBase) -> HttpResponse:
    """A problem in place of an error page that Django or Ninja made."""
    kept = {name: response.headers[name] for name in ("Allow", "Retry-After") if name in response.headers}
    if "Allow" in kept:
        kept["Allow"] = _allowed(kept["Allow"])
    detail = {404: "There is nothing at this address.", 405: "This address does not answer this method."}
    return problem(response.status_code, detail.get(response.status_code, response.reason_phrase), kept)


def _allowed(methods: str) -> str:
    """In one order; whoever may GET may ask for the head alone."""
    known = {name.strip() for name in methods.split(",")}
    return ", ".join(sorted(known | {"HEAD"} if "GET" in known else known))


def pointer(path: Iterable[object]) -> str:
    """A JSON pointer (RFC 6901) to a field of the body."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def _unauthenticated(error: Unauthenticated) -> HttpResponse:
    detail = "Send a valid token: Authorization: Bearer …"
    return problem(401, detail, {"WWW-Authenticate": 'Bearer realm="Huiyin"'})


def _not_found(error: Exception) -> HttpResponse:
    return problem(404, "There is nothing here that you may see.")


def _forbidden(error: Forbidden) -> HttpResponse:
    return problem(403, f"Your roles don't allow you to {error.verb.value} here.", verb=error.verb.value)


def _not_allowed(error: NotAllowed) -> HttpResponse:
    detail = f"This can't be done while the case is {error.status}{': ' + error.reason if error.reason else ''}."
    return problem(409, detail, case_status=str(error.status), allowed=[verb.value for verb in possible(error.status)])


def _not_possible(error: NotPossible) -> HttpResponse:
    return problem(409, error.text)


def _already_known(error: AlreadyKnown) -> HttpResponse:
    return problem(409, "A case with this external number exists already.", number=error.number)


def _own_case(error: OwnCase) -> HttpResponse:
    return problem(403, "Who handled a case may not do its return visit; a colleague must.", reason="own_case")


def _stale(error: Stale) -> HttpResponse:
    detail = f"Somebody wrote to the case in between: it is at version {error.version} now."
    return problem(412, detail, {"ETag": f'"{error.version}"'}, version=error.version)


def _bad_input(error: BadInput) -> HttpResponse:
    entry = {"pointer": pointer(error.field.split(".")), "detail": error.text}
    return problem(422, error.text, errors=[entry])


def _unfit(error: Unfit) -> HttpResponse:
    entry = {"pointer": pointer(error.field.split(".")), "detail": error.text}
    return problem(
        422, error.text, errors=[entry], findings=[asdict(one) for one in error.findings], anyway=error.may_be_sent
    )


def _bad_file(error: BadFile) -> HttpResponse:
    details = {"too_large": "This file is too large.", "empty": "This file is empty."}
    detail = details.get(error.code, "Files of this type are not taken.")
    return problem(422, detail, errors=[{"pointer": "/file", "detail": detail, "name": error.name}])


def _too_short(error: TooShort) -> HttpResponse:
    found = bad_parameter("q", "Search for two letters or digits, or one Chinese character, at least.")
    return problem(422, found.detail, **found.more)


def _invalid(error: ValidationError) -> HttpResponse:
    entries = [_entry(found["loc"], found["msg"]) for found in error.errors]
    return problem(422, entries[0]["detail"], errors=entries)


def _entry(loc: tuple[object, ...], message: str) -> dict[str, str]:
    where, *path = loc
    detail = message.removeprefix("Value error, ")
    if where == "body":
        return {"pointer": pointer(path[1:]), "detail": detail}  # the first step is the name of our own argument
    if where in ("form", "file"):
        return {"pointer": pointer(path), "detail": detail}
    return {"parameter": str(path[-1]), "detail": detail}


def _http_error(error: HttpError) -> HttpResponse:
    if isinstance(error.__cause__, RequestDataTooBig):
        return _too_big(error.__cause__)
    detail = "The body is not valid JSON." if error.status_code == 400 else error.message
    return problem(error.status_code, detail)


def _too_big(error: Exception) -> HttpResponse:
    return problem(413, "The request is too large.")


def _bad_form(error: MultiPartParserError) -> HttpResponse:
    return problem(400, "The form can't be read.")


def _busy(error: OperationalError) -> HttpResponse:
    _logger.error("The database did not answer: %s", error)
    return problem(503, "The database is busy; try again.", {"Retry-After": "1"})


_BY_EXCEPTION: dict[type[Exception], Callable[[Any], HttpResponse]] = {
    Problem: lambda error: problem(error.status, error.detail, **error.more),
    Unauthenticated: _unauthenticated,
    ObjectDoesNotExist: _not_found,
    Http404: lambda error: problem(404, "There is nothing at this address."),
    Forbidden: _forbidden,
    NotAllowed: _not_allowed,
    NotPossible: _not_possible,
    AlreadyKnown: _already_known,
    OwnCase: _own_case,
    Stale: _stale,
    BadInput: _bad_input,
    Unfit: _unfit,
    BadFile: _bad_file,
    TooShort: _too_short,
    ValidationError: _invalid,
    HttpError: _http_error,
    RequestDataTooBig: _too_big,
    TooManyFilesSent: _too_big,
    MultiPartParserError: _bad_form,
    OperationalError: _busy,
}


def answer(request: HttpRequest, error: Exception) -> HttpResponse:
    """The problem that an exception means; 500 for one that nobody foresaw, which is logged."""
    for kind in type(error).__mro__:
        if found := _BY_EXCEPTION.get(kind):
            return found(error)
    got_request_exception.send(sender=None, request=request)
    _logger.error("Internal error: %s %s", request.method, request.path, exc_info=error)
    return problem(500, "Something went wrong on our side; it has been logged.")

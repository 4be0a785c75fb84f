"""Who calls: authentication by token, before anything else is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

from django.http import HttpRequest
from ninja.security import HttpBearer

from huiyin.cases.actions import By
from huiyin.org.queries import user_by_token

if TYPE_CHECKING:
    from huiyin.org.models import User


class Unauthenticated(Exception):
    """No token, or none that counts."""


@dataclass(frozen=True)
class Caller:
    """A user by one of their tokens. `at` is the one moment of the whole request."""

    user: User
    token: int
    secret: str
    at: datetime
    anyway: bool = False
    """`?anyway=true`: words to a customer are sent although the house asks to think again."""

    def by(self, expect: int | None = None) -> By:
        """This caller as the doer of a verb."""
        return By(self.user, self.at, expect, self.anyway)

    @property
    def source(self) -> str:
        """Whose outside numbers these are: each user has numbers of their own, whatever token they come with."""
        return f"api:{self.user.pk}"


class ApiRequest(HttpRequest):
    """A request that has passed the door."""

    caller: Caller


def authenticate(request: HttpRequest, at: datetime) -> Caller:
    """The caller, by the `Authorization` header alone: cookies count for nothing. Raises `Unauthenticated`."""
    scheme, _space, secret = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not secret:
        raise Unauthenticated
    found = user_by_token(secret, at=at)
    if found is None:
        raise Unauthenticated
    anyway = request.GET.get("anyway") == "true"
    return Caller(user=found[0], token=found[1], secret=secret, at=at, anyway=anyway)


class Bearer(HttpBearer):
    """For the OpenAPI file; the door has authenticated the caller already."""

    def __call__(self, request: HttpRequest) -> Caller:
        """The caller that the door found."""
        return cast("ApiRequest", request).caller

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """Not asked: `__call__` doesn't get this far."""
        return cast("ApiRequest", request).caller

"""A program that calls the API with the token of one user."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from huiyin.org.actions import issue_token
from huiyin.org.models import User
from tests.people import Company, TestClock

Json = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """An answer of the API."""

    status: int
    body: Any
    headers: Any
    content: bytes

    @property
    def allowed(self) -> list[str]:
        """The verbs that a 409 names."""
        return list(self.body["allowed"])


class Program:
    """Speaks JSON; `headers` by name, with underscores."""

    def __init__(self, token: str) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {token}"} if token else None)
        self.token = token

    def get(self, path: str, **parameters: Any) -> Reply:
        """GET below `/api/v1`."""
        return self._reply(self.client.get(f"/api/v1{path}", parameters))

    def post(self, path: str, body: Json | None = None, **headers: str) -> Reply:
        """POST a JSON object, or nothing, below `/api/v1`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is None:
            return self._reply(self.client.generic("POST", f"/api/v1{path}", headers=named))
        sent = self.client.post(f"/api/v1{path}", body, content_type="application/json", headers=named)
        return self._reply(sent)

    def send(self, method: str, path: str, **options: Any) -> Reply:
        """Any request, at any address."""
        return self._reply(self.client.generic(method, path, **options))

    def create(self, **overrides: Any) -> Reply:
        """A complaint at LJF."""
        body = {"kind": "complaint", "channel": "phone", "site": "LJF", "text": "三号楼电梯又停了，家里有老人。"}
        person = {"name": "王女士", "phone": "13800138000"}
        return self.post("/cases", {**body, "subject": "电梯停运", "customer": person} | overrides)

    def new(self, **overrides: Any) -> str:
        """The number of a new case."""
        reply = self.create(**overrides)
        assert reply.status == 201, reply.body
        return str(reply.body["number"])

    def act(self, number: str, verb: str, body: Json | None = None, **headers: str) -> Reply:
        """A verb on a case."""
        return self.post(f"/cases/{number}/{verb}", body, **headers)

    def _reply(self, response: Any) -> Reply:
        content = b"".join(response.streaming_content) if response.streaming else response.content
        kind = response.headers.get("Content-Type", "")
        body: Any = response.json() if "json" in kind and not response.streaming else None
        if response.status_code >= 400:
            assert kind == "application/problem+json"
            assert body["status"] == response.status_code
            assert body["type"]
            assert body["title"]
            assert body["detail"]
        assert not response.cookies
        return Reply(response.status_code, body, response.headers, content)


Caller = Callable[[User], Program]


@pytest.fixture
def program(company: Company, clock: TestClock) -> Caller:
    """`program(user)`: a program with a token of that user."""

    def make(user: User) -> Program:
        return Program(issue_token(user, "test", at=clock.now))

    return make


@pytest.fixture
def desk(program: Caller, company: Company) -> Program:
    """A program with the rights of 林晓, agent at LJF."""
    return program(company.linxiao)

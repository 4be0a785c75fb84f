"""Whether words had better not be said to a customer, asked before they are sent."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from django.http import HttpResponse
from ninja import Router
from pydantic import BaseModel, Field

from huiyin.standards import outgoing

from . import answers, bodies
from .caller import ApiRequest
from .verbs import PROBLEMS

router = Router(tags=["words"])


class CheckWords(bodies.Body):
    """Words as they would be sent."""

    text: Annotated[bodies.Text, Field(max_length=20_000)]


class Found(BaseModel):
    """`text[start:end]` had better not be said. `level`: `hint`, `warn` (sent with `?anyway=true` only) or `block` (not
    sent). `key`: the id of the pattern, 0 for a blank that nobody has filled."""

    start: int
    end: int
    said: str
    level: str
    better: str
    reason: str
    key: int


class Findings(BaseModel):
    """What was found, in the order of the text."""

    findings: list[Found]


@router.post("/check-words", operation_id="check_words", response={200: Findings, **PROBLEMS})
def check_words(request: ApiRequest, body: CheckWords) -> HttpResponse:
    """What had better not be said in a text, as every verb asks before it speaks to a customer. Keeps nothing."""
    return answers.send(Findings(findings=[Found(**asdict(one)) for one in outgoing.look(body.text)]))

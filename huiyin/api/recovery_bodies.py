"""What programs send for what makes good. As in `bodies`: unknown members are refused. Amounts are whole numbers of the
smallest unit of the currency."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StrictBool, StrictInt

from huiyin.base.money import DEFAULT, MOST

from .answers import Done
from .bodies import Body, Moment, Text, Words

Kind = Literal[
    "apology",
    "explanation",
    "redo",
    "repair",
    "replacement",
    "refund",
    "reduction",
    "voucher",
    "goodwill",
    "compensation",
    "visit",
]
Bearer = Literal["us", "contractor", "insurer", "developer"]
Amount = Annotated[int, Field(strict=True, ge=0, le=MOST)]


class Remedy(Body):
    """One thing that makes good. `duty`: the law asks for it. `finding`: whose fault was found, for compensation."""

    kind: Kind
    amount: Amount = 0
    bearer: Bearer = "us"
    duty: StrictBool = False
    finding: Literal["", "ours", "shared"] = ""


class Option(Body):
    """What the customer gets as a whole. `label`: how it is called to them, when there is a choice."""

    remedies: Annotated[list[Remedy], Field(min_length=1, max_length=8)]
    label: Words = ""


class Propose(Body):
    """One option, or two or three from which the customer chooses. `reason`: needed when somebody has to approve."""

    options: Annotated[list[Option], Field(min_length=1, max_length=3)]
    reason: Words = ""
    fraud: StrictBool = False
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = DEFAULT


class Failure(Body):
    """`failure` and `gravity`: their codes (`GET /failures`)."""

    failure: Text
    gravity: Text
    text: Words = ""


class FailureRow(BaseModel):
    """A type of failure. `source`: who named it."""

    code: str
    group: str
    name: str
    name_en: str
    source: str
    duty: bool
    basis: str


class GradeRow(BaseModel):
    """How bad a failure can be."""

    code: str
    name: str
    name_en: str


class Failures(BaseModel):
    """The types of failures in use, and how bad one can be, the mildest first. `duty`: the law asks that it is made
    good, whoever the customer is; `basis`: by what."""

    items: list[FailureRow]
    gravities: list[GradeRow]


class Comparable(BaseModel):
    """What cases with the same failure, as bad, got in the last twelve months: quartiles and the usual range
    (1.5 times the distance of the quartiles beyond them)."""

    count: int
    lower: int
    middle: int
    upper: int
    low: int
    high: int
    currency: str


class Approve(Body):
    """`request`: the event number of the proposal; may be left out while just one waits. A no needs its `reason`."""

    request: StrictInt | None = None
    granted: StrictBool
    reason: Words = ""


class Choose(Body):
    """`option`: its number; `proposal`: its number, when several choices are open; `text`: how the customer told us."""

    option: StrictInt
    proposal: StrictInt | None = None
    text: Words = ""


class Promise(Body):
    """`remedies`: their numbers within the case; `text` tells the customer."""

    remedies: Annotated[list[StrictInt], Field(min_length=1, max_length=24)]
    due_at: Moment
    text: Text


class Deliver(Body):
    """`remedy`: its number. `paid`: what it cost, when that is less than was approved."""

    remedy: StrictInt
    paid: Amount | None = None
    text: Words = ""


class Confirm(Body):
    """`remedy`: its number. `ok` false: the customer says that they haven't got it."""

    remedy: StrictInt
    ok: StrictBool = True
    text: Words = ""


class Cancel(Body):
    """`remedy`: its number; why, in ten characters or more."""

    remedy: StrictInt
    reason: Text


class RemedyRow(BaseModel):
    """A remedy as it stands. `commitment`: the number of the promise it was told with."""

    remedy: int
    proposal: int
    option: int
    kind: str
    bearer: str
    amount: int
    currency: str
    duty: bool
    finding: str
    state: str
    commitment: int | None
    due_at: datetime | None
    delivered_at: datetime | None
    paid: int | None
    confirmed_at: datetime | None


class ProposalRow(BaseModel):
    """A proposal. `request`: the event number by which it is approved; `amount`: of the dearest option; `first`: who
    said yes when two have to."""

    proposal: int
    request: int
    standing: str
    amount: int
    currency: str
    options: int
    chosen: int | None
    fraud: bool
    asked_by: str | None
    asked_at: datetime
    first: str | None
    granted_by: str | None
    granted_at: datetime | None
    escalated_at: datetime | None


class Remedies(BaseModel):
    """What is proposed and given in a case."""

    failure: str | None
    gravity: str | None
    comparable: Comparable | None
    proposals: list[ProposalRow]
    remedies: list[RemedyRow]


class DoneWithRemedies(Done):
    """After a verb: the remedies of the case too."""

    remedies: list[RemedyRow]


class BudgetRow(BaseModel):
    """A budget of a month (`2026-03`). `free`: what can still be reserved."""

    site: str
    department: str | None
    month: str
    currency: str
    total: int
    reserved: int
    spent: int
    free: int


class Budgets(BaseModel):
    """The budgets of a month."""

    items: list[BudgetRow]

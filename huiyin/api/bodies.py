"""What programs send. Unknown members are refused: a mistyped name must not be taken for a left-out value."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt

Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]
"""PostgreSQL takes no NUL in a text."""


def _left_out(value: Any) -> Any:
    return "" if value is None else value


Words = Annotated[Text, BeforeValidator(_left_out, json_schema_input_type=Text | None)]
"""Text that may be left out; null means the same."""

Kind = Literal["complaint", "repair", "inquiry", "request", "suggestion", "praise", "finding", "report"]
Channel = Literal[
    "portal",
    "phone",
    "email",
    "letter",
    "chat",
    "group",
    "walk_in",
    "transfer",
    "media",
    "survey",
    "inspection",
    "api",
    "import",
]
Severity = Literal["P1", "P2", "P3", "P4"]
Complexity = Literal["simple", "several", "project"]
VisitChannel = Literal["phone", "link", "visit", "chat"]
Reason = Literal[
    "quick", "friendly", "explained", "well_done", "slow", "promise", "rude", "unclear", "came_back", "effort"
]


def _written(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("Write a time as text with its offset, for example 2026-03-11T10:00:00+08:00")
    return value


def _thinkable(value: datetime) -> datetime:
    if not 1970 <= value.year < 2200:
        raise ValueError("Give a time between 1970 and 2199")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_thinkable)]
"""An instant in ISO 8601 with its offset."""


def _as_day(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise ValueError("Give a day like 2026-03-31.") from error


Day = Annotated[date, BeforeValidator(_as_day)]
"""A day, without a time."""


class Body(BaseModel):
    """A JSON object without surprises."""

    model_config = ConfigDict(extra="forbid", defer_build=True)  # most are never used by a process: built when used


class Nothing(Body):
    """`{}`, or no body at all."""


class Customer(Body):
    """Who speaks: known again by the phone number, or by the e-mail address when there is none. `tier`: the code of a
    tier, for those who may set it."""

    name: Words = ""
    phone: Annotated[Words, Field(max_length=40)] = ""
    email: Annotated[Words, Field(max_length=254)] = ""
    tier: Text | None = None


class Outside(Body):
    """Who sent it down from above, their number, and by when they want it done."""

    body: Text
    number: Words = ""
    due_at: Moment | None = None


class About(Body):
    """Whom the customer complains of: usernames, and departments by code or name. They will see nothing of the case."""

    users: Annotated[list[Text], Field(max_length=50)] = []
    departments: Annotated[list[Text], Field(max_length=50)] = []


class NewCase(Body):
    """A customer voice. `site` by code; `category` by code or name. `protected`: only few may know who speaks; a report
    is protected always."""

    kind: Kind
    channel: Channel
    site: Text
    subject: Words = ""
    text: Text
    customer: Customer | None = None
    category: Text | None = None
    place: Words = ""
    external_number: Words = ""
    received_at: Moment | None = None
    protected: StrictBool = False
    outside: Outside | None = None
    about: About | None = None


class Assign(Body):
    """`to`: a username."""

    to: Text


class HandOver(Body):
    """`department`: code or name. Without `reply_by` the service level sets it. `part`: it leads, or assists."""

    department: Text
    task: Text
    reply_by: Moment | None = None
    part: Literal["lead", "assist"] = "lead"


class Reply(Body):
    """`hand_over`: its number within the case; may be left out while just one is open."""

    hand_over: StrictInt | None = None
    text: Text


class Answer(Body):
    """With `public` false a draft for colleagues: the customer sees nothing and no clock stops."""

    text: Text
    public: StrictBool = True


class Note(Body):
    """A word among colleagues."""

    text: Text


class Check(Body):
    """Tasks to tick off, to open again (by key), and to add."""

    done: list[Text] = []
    undone: list[Text] = []
    add: list[Text] = []


class Fill(Body):
    """Fields of the category, by name; an empty value or null takes one back."""

    values: dict[Text, Words | int | float]


class Relate(Body):
    """A case to be linked with this one, or with `off` no longer."""

    to: Text
    off: StrictBool = False


class Contact(Body):
    """Who the customer is, how to reach them, and where it is. What is left out, or null, stays; an empty text takes it
    away."""

    name: Annotated[Text, Field(max_length=100)] | None = None
    phone: Annotated[Text, Field(max_length=40)] | None = None
    email: Annotated[Text, Field(max_length=254)] | None = None
    place: Annotated[Text, Field(max_length=120)] | None = None


class Tier(Body):
    """`tier`: code or name; empty takes it away."""

    tier: Text


class Phone(Body):
    """What was said in a call; `reached` false when nobody picked up."""

    text: Text
    reached: StrictBool = True


class Commit(Body):
    """A promise to the customer; `appointment`: that somebody comes then."""

    text: Text
    due_at: Moment
    appointment: StrictBool = False


class Keep(Body):
    """`commitment`: its number within the case."""

    commitment: StrictInt
    kept: StrictBool
    text: Words = ""


class Wait(Body):
    """Waiting for the customer pauses clocks, and `text` goes to them."""

    model_config = ConfigDict(extra="forbid", validate_by_name=False, validate_by_alias=True)

    waiting_for: Literal["customer", "third_party"] = Field(alias="for")
    text: Text


class Arrive(Body):
    """Somebody is on site since `at`, or now."""

    text: Words = ""
    at: Moment | None = None


class Contain(Body):
    """Danger or growing loss is stopped since `at`, or now; `text`: what was done."""

    text: Text
    at: Moment | None = None


class Taps(Body):
    """The points rule: `state` 0 past, 1 going on, 2 getting worse; `scope` 0 one person, 1 a home, 2 several homes, 3
    the site; `impact` 0 inconvenient, 1 function impaired, 2 essential service lost or damage, 3 both; `care` 1 when a
    person needing care is there. `danger` overrides everything."""

    danger: StrictBool = False
    state: Annotated[StrictInt, Field(ge=0, le=2)] = 0
    scope: Annotated[StrictInt, Field(ge=0, le=3)] = 0
    impact: Annotated[StrictInt, Field(ge=0, le=3)] = 0
    care: Annotated[StrictInt, Field(ge=0, le=1)] = 0


class Grade(Body):
    """Either `taps` (with `complexity` and `repeat`, if wanted), or `severity` by hand with its `reason`."""

    taps: Taps | None = None
    complexity: Complexity | None = None
    repeat: StrictBool = False
    severity: Severity | None = None
    reason: Words = ""


class Sort(Body):
    """`category`: code or name."""

    category: Text


class Resolve(Body):
    """`text` goes to the customer, and so does `prevention`: what keeps it from happening again. `cause` and `done`
    stay inside."""

    cause: Text
    done: Text
    text: Text
    prevention: Words = ""


class Decline(Body):
    """Not ours: why, and whose it is, in words or by ids of the register (`outside`)."""

    reason: Text
    right_door: Words = ""
    outside: list[StrictInt] = Field(default=[], max_length=5)


class Refuse(Body):
    """It can't be met: why, and on which basis. `outside`: to whom they may turn, by ids of the register."""

    reason: Text
    basis: Text
    outside: list[StrictInt] = Field(default=[], max_length=5)


class Reopen(Body):
    """Why it is taken up again."""

    reason: Text


class Join(Body):
    """`into`: the number of the other case."""

    into: Text


Seconds = Annotated[StrictInt, Field(ge=0, le=86_400)] | None


class Rating(Body):
    """An answer that came by the way. `keypress`: on the telephone after a call; `asked`: to the closing question.
    `seconds`: how long answering took, where it is known."""

    method: Literal["keypress", "asked"]
    satisfied: Annotated[StrictInt, Field(ge=1, le=5)]
    solved: StrictBool | None = None
    words: Words = ""
    seconds: Seconds = None


class Visit(Body):
    """What a return visit brought; `declined`: reached, but did not want to answer. `seconds`: how long answering
    took."""

    channel: VisitChannel
    reached: StrictBool
    answered: StrictBool | None = None
    solved: StrictBool | None = None
    satisfied: Annotated[StrictInt, Field(ge=1, le=5)] | None = None
    promise_kept: StrictBool | None = None
    declined: StrictBool = False
    reasons: list[Reason] = Field(default=[], max_length=10)
    words: Words = ""
    seconds: Seconds = None

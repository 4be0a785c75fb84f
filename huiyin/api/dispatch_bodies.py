"""What programs send for the verbs between front and back office. As in `bodies`: unknown members are refused."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt

from .bodies import Body, Moment, Text, Words

Clock = Literal["resolve", "reply", "update"]


class Sign(Body):
    """`hand_over`: its number within the case; may be left out while just one is unsigned."""

    hand_over: StrictInt | None = None
    text: Words = ""


class Review(Body):
    """A no needs `text`, the reason: the handler reads it, the customer doesn't."""

    ok: StrictBool
    text: Words = ""


class AskBack(Body):
    """`hand_over`: its number within the case; may be left out while just one is open."""

    hand_over: StrictInt | None = None
    text: Text


class Tell(Body):
    """The answer to what a department asked back."""

    hand_over: StrictInt | None = None
    text: Text


class PassOn(Body):
    """`department`: code or name of the one that gets the task; why, in ten characters or more."""

    hand_over: StrictInt | None = None
    department: Text
    reason: Text


class Judgement(Body):
    """`hand_over`: whose answer; may be left out while just one is answered. A no needs `why`; `other` needs `text`."""

    hand_over: StrictInt | None = None
    usable: StrictBool
    why: Literal["", "incomplete", "beside", "wording", "late_facts", "other"] = ""
    text: Words = ""


class AskDepartment(Body):
    """`department`: code or name of one that answered a task in the case; `text`: the question; `due_at`: by when it is
    to answer, within thirty days."""

    department: Text
    text: Text
    due_at: Moment


class Explain(Body):
    """`question`: the event number of what was asked; may be left out while just one waits. `other` needs `text`."""

    question: StrictInt | None = None
    helps: Literal["time", "people", "parts", "word", "access", "skill", "firm", "rule", "nothing", "other"]
    text: Words = ""


class Return(Body):
    """Why the task isn't this department's, in ten characters or more."""

    hand_over: StrictInt | None = None
    reason: Text


class Decision(Body):
    """`request`: the event number of the application; may be left out while just one waits."""

    request: StrictInt | None = None
    granted: StrictBool
    reason: Text


class Extend(Body):
    """`clock`: which deadline, `until`: when it should be instead; `hand_over` for `reply` when several are open."""

    clock: Clock
    until: Moment
    reason: Text
    hand_over: StrictInt | None = None


class ExtensionDecision(Body):
    """A yes needs `text`, which tells the customer (not for `reply`); a no needs its `reason`."""

    request: StrictInt | None = None
    granted: StrictBool
    reason: Words = ""
    text: Words = ""


class Milestone(Body):
    """A step of a project. `milestone`: its number, when it is one of the present plan."""

    title: Text
    due_at: Moment
    milestone: StrictInt | None = None


class Plan(Body):
    """All milestones that are still to come; a change of an approved plan needs its reason (ten characters)."""

    milestones: Annotated[list[Milestone], Field(min_length=1, max_length=20)]
    reason: Words = ""


class PlanDecision(Body):
    """`text` tells the customer of an approved plan; a no needs its `reason`."""

    granted: StrictBool
    text: Words = ""
    reason: Words = ""
    request: StrictInt | None = None


class Reach(Body):
    """`milestone`: its number. With `text` the customer is told. `at`: since when, if not now."""

    milestone: StrictInt
    text: Words = ""
    at: Moment | None = None


class Override(Body):
    """Sets the deadline of an open clock; the reason needs ten characters."""

    clock: Text
    due_at: Moment
    reason: Text
    hand_over: StrictInt | None = None


class Chase(Body):
    """`by`: who asked where it stays."""

    hand_over: StrictInt | None = None
    text: Words = ""
    by: Literal["us", "customer"] = "us"


class Supervise(Body):
    """`due_at`: the supervisor's own deadline, if any. `end` true ends the supervision."""

    reason: Text
    due_at: Moment | None = None
    end: StrictBool = False


class Refer(Body):
    """What is disputed, or what authority is missing."""

    reason: Text


class Decide(Body):
    """`measure`: what is to be done, for the staff; `text`: what the customer is told. `department` leads, `assist`
    help: codes or names."""

    measure: Text
    text: Words = ""
    department: Text | None = None
    assist: Annotated[list[Text], Field(max_length=20)] = []
    reply_by: Moment | None = None


class Concern(Body):
    """Whom the complaint is about, altogether: usernames, and departments by code or name."""

    users: Annotated[list[Text], Field(max_length=50)] = []
    departments: Annotated[list[Text], Field(max_length=50)] = []
    reason: Text


class Transfer(Body):
    """Who sent it down, under which number, and by when they want it done."""

    body: Text
    number: Words = ""
    due_at: Moment | None = None


class ProposeRefusal(Body):
    """`mode`: in which way it is too much; `reason` and `basis` as the customer would read them; `outside`: as in
    `refuse`."""

    mode: Literal["impossible", "excessive", "unreasonable"]
    reason: Text
    basis: Text
    outside: list[StrictInt] = Field(default=[], max_length=5)


class DecideRefusal(Body):
    """A yes may have other words than proposed: `text`, `basis`, and other bodies `outside`; a no needs its
    `reason`."""

    granted: StrictBool
    reason: Words = ""
    text: Words = ""
    basis: Words = ""
    outside: list[StrictInt] | None = Field(default=None, max_length=5)


class Escalate(Body):
    """`origin`: to whom the customer went."""

    origin: Literal["manager", "company", "authority", "media", "in_person"]
    reason: Words = ""


class Expectation(Body):
    """What was found of what the customer expected, and what was done about it. `promiser` (needed) and `department`
    (by code or name): of what we promised too much. `file`: the id of the signed sheet of what was agreed."""

    kind: Literal["too-high", "mistaken", "unreasonable", "over-promised"]
    settled: Literal["informed", "taught", "agreed"]
    promiser: Literal["", "sales", "advertising", "agent", "other"] = ""
    department: Text | None = None
    file: Annotated[StrictInt, Field(ge=1, le=2**63 - 1)] | None = None
    text: Words = ""


class Split(Body):
    """The part that becomes a case of its own. `category`: code or name; without it the same."""

    subject: Text
    text: Text
    category: Text | None = None


class Withdraw(Body):
    """How the customer took it back."""

    text: Text


class Close(Body):
    """`reason`: why it is closed although the return visit waits; for those who may override."""

    reason: Words = ""

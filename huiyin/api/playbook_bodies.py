"""What programs send for recovery plans and get of them. As in `bodies`: unknown members are refused."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, StrictInt

from .answers import Done
from .bodies import Body, Words


class StepAct(Body):
    """`step`: its number; `plan`: that of the plan, when several run. A `skip` needs its reason in `text`."""

    step: StrictInt
    act: Literal["done", "skip", "undo"] = "done"
    plan: StrictInt | None = None
    text: Words = ""


class Choice(Body):
    """`playbook`: its code (`GET /playbooks`), or empty to end what runs; `reason`: needed when a plan is replaced."""

    playbook: Words = ""
    reason: Words = ""


class StepRow(BaseModel):
    """A step as it is prepared. `minutes`: from the start, as the calendar counts them; `kind`, `amount`, `bearer`: of
    the suggested remedy; `most`: where `amount` is the least of a range."""

    step: int
    title: str
    title_en: str
    deed: str
    deed_en: str
    minutes: int
    calendar: str
    kind: str
    amount: int
    most: int
    bearer: str
    required: bool
    shared: bool


class PlanStepRow(StepRow):
    """A step as it stands: `state` is open, done or skipped."""

    due_at: datetime
    state: str
    at: datetime | None
    by: str | None


class PlanRow(BaseModel):
    """A plan of a case. `outcome`: empty while it runs; `lead`: the case by which shared steps are done."""

    plan: int
    playbook: str
    version: int
    started_at: datetime
    ended_at: datetime | None
    outcome: str
    lead: str | None
    steps: list[PlanStepRow]


class Plans(BaseModel):
    """The plans of a case."""

    items: list[PlanRow]


class DoneWithPlans(Done):
    """After a verb: the plans as they stand."""

    plans: list[PlanRow]


class PlaybookRow(BaseModel):
    """A playbook as it is in force. `category`, `gravity`: for which it is meant alone; empty for all."""

    playbook: str
    name: str
    name_en: str
    failure: str
    category: str
    gravity: str
    version: int
    steps: list[StepRow]


class Playbooks(BaseModel):
    """What is prepared."""

    items: list[PlaybookRow]

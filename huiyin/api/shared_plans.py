"""What is sent and answered of one recovery plan for all cases of an incident or a group, and of what led to what."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, Field, StrictInt

from huiyin.alerts import linking
from huiyin.alerts.linking import Said
from huiyin.playbooks import shared

from . import answers
from .bodies import Body, Text, Words

if TYPE_CHECKING:
    from huiyin.alerts.models import ChainLink
    from huiyin.cases.incident_models import Incident
    from huiyin.org.models import User
    from huiyin.playbooks.kin import Fault
    from huiyin.playbooks.queries import Line
    from huiyin.playbooks.shared import Shared

Key = Annotated[StrictInt, Field(ge=1, le=2**62)]
Step = Annotated[StrictInt, Field(ge=1, le=1_000)]


class PlanForAll(Body):
    """What failed in all cases, by its code, and how bad it was. Named where nobody has named a failure."""

    failure: Text
    gravity: Text


class SharedStep(Body):
    """`plan`: the `id` of a plan that leads; `step`: its number. A `skip` needs its reason in `text`."""

    plan: Key
    step: Step
    act: Literal["done", "skip", "undo"] = "done"
    text: Words = ""


class Link(Body):
    """`cause` led to `effect`: each in words, or instead the id of another incident. `hours`: between them; `instead`:
    the id of a link that says it wrongly."""

    cause: Words = ""
    cause_incident: Key | None = None
    effect: Words = ""
    effect_incident: Key | None = None
    hours: StrictInt | None = None
    note: Words = ""
    instead: Key | None = None

    def said(self) -> Said:
        """As the action has it."""
        return Said(self.cause_incident or self.cause, self.effect_incident or self.effect, self.hours, self.note)


class Unlink(Body):
    """`link`: its id."""

    link: Key


class SharedStepRow(BaseModel):
    """A step that is done once for all."""

    step: int
    title: str
    title_en: str
    required: bool
    due_at: datetime
    state: str
    at: datetime | None
    by: str | None


class NotBegun(BaseModel):
    """A case in which the plan did not begin."""

    case: str
    why: str


class SharedPlan(BaseModel):
    """A plan that leads. `case`: where, null when you may not see it; `others`: how many cases go by it, of which
    `done` have carried it out; `failed`: of those for which it was begun last, where it could not begin."""

    id: int
    playbook: str
    version: int
    case: str | None
    others: int
    done: int
    steps: list[SharedStepRow]
    failed: list[NotBegun]


class LinkRow(BaseModel):
    """A link of the chain. Of another incident its id, null when you may not see it."""

    id: int
    cause: str
    cause_incident: int | None
    effect: str
    effect_incident: int | None
    hours: int | None
    note: str
    by: answers.Person | None
    at: datetime


def plans(user: User, fault: Fault) -> list[SharedPlan]:
    """The plans that lead in an incident or a group."""
    return [_plan(one) for one in shared.of_fault(user, fault)]


def _plan(one: Shared) -> SharedPlan:
    return SharedPlan(
        id=one.plan.pk,
        playbook=one.playbook.code,
        version=one.plan.version.number,
        case=one.plan.case.number if one.seen else None,
        others=one.others,
        done=one.done,
        steps=[_step(line) for line in one.lines],
        failed=[NotBegun(case=number, why=why) for number, why in one.failed],
    )


def _step(line: Line) -> SharedStepRow:
    by = line.by.username if line.by else None
    names = {name: getattr(line.step, name) for name in ("title", "title_en", "required")}
    return SharedStepRow(step=line.number, due_at=line.due_at, state=line.state, at=line.at, by=by, **names)


def chain(user: User, incident: Incident) -> list[LinkRow]:
    """What led to what in an incident."""
    found = linking.chain(user, incident)
    return [_link(row, set(found.titles)) for row in found.links]


def _link(row: ChainLink, seen: set[int]) -> LinkRow:
    return LinkRow(
        id=row.pk,
        cause=row.cause,
        cause_incident=row.cause_incident_id if row.cause_incident_id in seen else None,
        effect=row.effect,
        effect_incident=row.effect_incident_id if row.effect_incident_id in seen else None,
        hours=row.hours,
        note=row.note,
        by=answers.person(row.by),
        at=row.at,
    )

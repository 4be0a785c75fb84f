"""One recovery plan for all who wait for one thing: begun for all at once, shared steps done once, the rest in each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from huiyin.cases.incident_models import Incident
from huiyin.cases.workflow import LIVE, OPEN
from huiyin.org.models import User
from huiyin.packs.property.presets import rows
from huiyin.playbooks import actions, kin, standing
from huiyin.playbooks.models import Plan, PlanStep, PlaybookVersion, Rollout, StepState
from huiyin.recovery import failures

from . import plans
from .organisation import DATA, SUPERVISOR, Company
from .tales import Days

if TYPE_CHECKING:
    from .story import Story

FAILURES = {"storm": ("flood", "major")}
"""What went wrong in each of the cases of a tale."""
NAMED_AFTER = timedelta(minutes=9)
"""So long after it was put to the others a later case goes by their plan."""


@dataclass(frozen=True)
class Deed:
    """A shared step, done once for all."""

    step: int
    at: datetime
    by: User
    text: str


class Sharing:
    """The plan of an incident while its cases are being lived: the first of them leads."""

    def __init__(self, rollout: Rollout, failure: str, deeds: list[Deed]) -> None:
        self.rollout, self.failure, self.deeds = rollout, failure, deeds
        self._lead: Plan | None = None
        self._rows: dict[int, PlanStep] = {}
        """The steps of the plan that leads, as they stand in the end: its case was lived before the others."""

    @property
    def over(self) -> datetime:
        """When the last shared step was done: whoever comes later has another fault."""
        return self.deeds[-1].at

    def take_in(self, story: Story) -> None:
        """The case hangs on the incident now."""
        began = self.rollout.at
        at = began if story.now <= began else story.now + NAMED_AFTER
        if at < self.over:
            story.later(at, lambda: self._begin(story))

    def leads(self, story: Story) -> bool:
        """Do the others go by this case?"""
        return self._lead is not None and self._lead.case == story.change.case

    def _begin(self, story: Story) -> None:
        found = failures.find(self.failure)
        if found is None or story.status not in OPEN or story.plan is not None:
            return
        for_all = story.now == self.rollout.at
        with story.written_by(SUPERVISOR if for_all else story.handler):
            failures.named(story.change, found, self.rollout.gravity)
            why, at = "all" if for_all else "failure", story.now
            plan = actions.begun(story.change, found.pk, self.rollout.version, 1, why=why, at=at)
            self._keep(story, plan, for_all=for_all)
        for deed in self.deeds:
            story.later(deed.at, lambda deed=deed: self._done(story, deed))  # type: ignore[misc]
        plans.do_own(story)

    def _keep(self, story: Story, plan: Plan, *, for_all: bool) -> None:
        story.failed, story.plan = (self.failure, self.rollout.gravity), plan
        if for_all:
            plan.rollout, self.rollout.begun = self.rollout, self.rollout.begun + 1
        if self._lead is not None:
            plan.lead = self._lead
            told = {"what": "linked", "plan": plan.number, "case": self._lead.case.pk}
            story.change.note(actions.TOPIC, told)
        plan.save()
        story.steps = actions.rows_of(plan, story.change.case)
        for row in story.steps if plan.lead else []:
            row.notice_at = None if row.shared else row.notice_at
        PlanStep.objects.bulk_create(story.steps)
        if self._lead is None:
            self._lead, self._rows = plan, {row.number: row for row in story.steps}

    def _done(self, story: Story, deed: Deed) -> None:
        """In the case that leads by whoever did it; in the others it is done then too, or as soon as they come."""
        plan, row = story.plan, story.steps[deed.step - 1]
        if plan is None or plan.ended_at is not None or row.state != StepState.OPEN or story.status not in LIVE:
            return
        if plan.lead is None:
            with story.written_by(deed.by.username) as by:
                actions.settle(story.change, by, plan, row, state=StepState.DONE, text=deed.text)
            return
        story.change.at = story.now
        kin.settle(story.change, plan, row, self._rows[deed.step], plan.lead.case.pk)
        row.save()
        kin.finish([plan], {story.change.case.pk: story.change})

    def write(self) -> None:
        """In how many it began, once all are lived."""
        self.rollout.save(update_fields=["begun"])


def begin(tale: str, incident: Incident, company: Company, days: Days) -> Sharing | None:
    """What is shared by the cases of a tale, if anything is."""
    lines = [row for row in rows("shared.csv", DATA) if row["tale"] == tale]
    failure, gravity = FAILURES.get(tale, ("", ""))
    version = _version(failure, gravity)
    if not lines or version is None:
        return None
    people = company.staff | {"supervisor": company.staff[SUPERVISOR]}
    first, *rest = [(days.at(int(row["day"]), row["time"]), people[row["by"]], row) for row in lines]
    at, by, _row = first
    done = at + timedelta(seconds=2)
    rollout = Rollout.objects.create(
        incident=incident, version=version, gravity=gravity, by=by, at=at, finished_at=done
    )
    return Sharing(rollout, failure, [Deed(int(row["step"]), when, who, row["text"]) for when, who, row in rest])


def _version(failure: str, gravity: str) -> PlaybookVersion | None:
    found = failures.find(failure) if failure else None
    return standing.shelf().fitting(found.pk, "", gravity) if found else None

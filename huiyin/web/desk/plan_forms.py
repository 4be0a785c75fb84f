"""The plan of a project on the desk: proposing milestones, deciding on them, reaching one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.cases.severity import Complexity
from huiyin.cases.workflow import EventKind
from huiyin.clocks import plans
from huiyin.clocks.plans import Milestone, Wanted
from huiyin.org.access import Verb
from huiyin.web.templatetags.huiyin import when

from .act import Act
from .dispatch_forms import DecisionForm
from .fields import moment, prose, yes_no
from .matters import decidable
from .sheet import Sheet
from .verb_forms import VerbForm

SPARE = 4
"""Empty lines for further milestones."""


class PlanForm(VerbForm):
    """Milestones, a line each: those of the present plan, and empty ones. A line without a title is left out."""

    reason = prose(_("Reason"), rows=2, required=False, help_text=_("Needed for a change of an approved plan."))

    def prepare(self) -> None:
        """The lines."""
        self.lines: list[Milestone | None] = [*_open(self.sheet), *[None] * SPARE][: plans.MOST]
        for place, one in enumerate(self.lines, start=1):
            words = {"number": place}
            title = forms.CharField(label=_("Milestone %(number)d") % words, max_length=plans.LONGEST, required=False)
            due = moment(_("Milestone %(number)d: by when") % words, required=False)
            title.initial, due.initial = (one.title, one.due_at) if one else ("", None)
            self.fields[f"title{place}"], self.fields[f"due{place}"] = title, due
        self.order_fields([name for name in self.fields if name != "reason"])

    def clean(self) -> dict[str, Any]:
        """Each milestone has a title and a time."""
        values = super().clean() or self.cleaned_data
        for place in range(1, len(self.lines) + 1):
            title, due = values.get(f"title{place}"), values.get(f"due{place}")
            if title and not due and f"due{place}" not in self.errors:
                self.add_error(f"due{place}", gettext("By when?"))
            if due and not title and f"title{place}" not in self.errors:
                self.add_error(f"title{place}", gettext("What is reached by then?"))
        if not self.errors and not self._wanted(values):
            self.add_error("title1", gettext("Name one milestone at least."))
        return values

    def _wanted(self, values: Mapping[str, Any]) -> list[Wanted]:
        rows = [(values.get(f"title{n}"), values.get(f"due{n}"), one) for n, one in enumerate(self.lines, start=1)]
        return [
            Wanted(title, _exact(due, one), one.milestone if one else None) for title, due, one in rows if title and due
        ]

    def given(self) -> dict[str, Any]:
        """Milestones and reason."""
        given = super().given()
        return {"milestones": self._wanted(given), "reason": given["reason"]}


def _exact(due: datetime, one: Milestone | None) -> datetime:
    """The field knows minutes only; a time that nobody changed stays as it is."""
    same = one is not None and due == one.due_at.replace(second=0, microsecond=0)
    return one.due_at if one is not None and same else due


def _open(sheet: Sheet) -> list[Milestone]:
    return [one for one in sheet.milestones if one.open]


class DecidePlanForm(DecisionForm):
    """Whether the plan holds, and what the customer is told of it."""

    kind = EventKind.PLANNING
    granted = yes_no(_("Approve the plan?"), required=True)
    reason = prose(_("Reason"), rows=2, required=False, help_text=_("Needed for a no."))
    text = prose(
        _("Words to the customer"),
        rows=3,
        required=False,
        help_text=_("Needed for a yes, with which the customer sees the steps."),
        outgoing=True,
    )

    def prepare(self) -> None:
        """A first word, to be changed."""
        super().prepare()
        self.fields["text"].initial = gettext(
            "We have planned the work. The steps and their times stand on this page; you hear from us every week."
        )

    def given(self) -> dict[str, Any]:
        """With a no the customer is sent nothing."""
        given = super().given()
        return given if given["granted"] else given | {"text": ""}


class ReachForm(VerbForm):
    """Which milestone, since when."""

    milestone = forms.TypedChoiceField(label=_("Which milestone"), coerce=int)
    at = moment(_("Since when"), required=False, help_text=_("Left empty: now."))
    text = prose(
        _("Words to the customer"), rows=2, required=False, help_text=_("Left empty, nothing is sent."), outgoing=True
    )

    def prepare(self) -> None:
        """Offer those to come."""
        choices = [(one.milestone, f"{one.title} ({when(one.due_at, self.sheet.now)})") for one in _open(self.sheet)]
        self.choose("milestone", choices)


def _is_project(sheet: Sheet) -> bool:
    waits = any(kind == EventKind.PLANNING for _seq, kind, _about in sheet.case.open_requests)
    return sheet.case.complexity == Complexity.PROJECT and not waits


PLANS: Mapping[str, Act] = {
    "plan": Act(
        Verb.PLAN,
        _("Propose the plan of the project"),
        _("Proposed; a supervisor decides."),
        PlanForm,
        plans.plan,
        fits=_is_project,
        group="lead",
    ),
    "decide-plan": Act(
        Verb.DECIDE_PLAN,
        _("Decide on the plan"),
        _("Decided."),
        DecidePlanForm,
        plans.decide_plan,
        fits=lambda sheet: bool(decidable(sheet, EventKind.PLANNING)),
        group="lead",
        guide="desk/plan_guide.html",
    ),
    "reach": Act(
        Verb.REACH,
        _("A milestone is reached"),
        _("Written down."),
        ReachForm,
        plans.reach,
        fits=lambda sheet: bool(sheet.case.open_milestones),
        group="lead",
    ),
}

"""The recovery plans of a case on its page: what to do, say and give, by when, and who did it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.base import money
from huiyin.org.access import Verb
from huiyin.playbooks import actions, queries
from huiyin.playbooks.queries import Line, Running
from huiyin.playbooks.steps import Step
from huiyin.standards import outgoing
from huiyin.standards import queries as standards
from huiyin.web.plain import PlainForm

from .act import Act
from .fields import prose
from .remedies import suggested_name
from .sheet import Sheet
from .verb_forms import VerbForm


@dataclass(frozen=True)
class StepCard:
    """A step in words. `say`: a link that puts the words into the answer; `give`: one to the proposal, filled in."""

    line: Line
    words: str
    say: str
    remedy: str
    give: str


@dataclass(frozen=True)
class PlanCard:
    """A plan on the page."""

    running: Running
    steps: Sequence[StepCard]

    @property
    def open(self) -> bool:
        """Is there anything left to do?"""
        return self.running.runs


def cards(sheet: Sheet, acts: Mapping[str, Act]) -> list[PlanCard]:
    """The plans of the case, those that run first."""
    return [PlanCard(one, [_card(sheet, acts, one, line) for line in one.lines]) for one in sheet.plans]


def _card(sheet: Sheet, acts: Mapping[str, Act], one: Running, line: Line) -> StepCard:
    words = said(sheet, line.step)
    mark = f"?plan={one.plan.number}&step={line.number}#acts"
    say = f"{_url(sheet, 'answer')}{mark}" if words and "answer" in acts else ""
    remedy = suggested_name(line.step)
    give = f"{_url(sheet, 'remedy')}{mark}" if remedy and "remedy" in acts and line.open else ""
    return StepCard(line, words, say, remedy, give)


def _url(sheet: Sheet, slug: str) -> str:
    return reverse("case_act", args=[sheet.case.number, slug])


def said(sheet: Sheet, step: Step) -> str:
    """The words of a step with their blanks filled in for the case."""
    row = next((row for row in standards.lexicon().phrases if row.pk == step.phrase), None) if step.phrase else None
    text = standards.words_of(row) if row else step.own_words
    return outgoing.filled(text, sheet.blanks) if text else ""


def _asked(sheet: Sheet, asked: QueryDict) -> Step | None:
    wanted = (asked.get("plan", ""), asked.get("step", ""))
    lines = {(str(one.plan.number), str(line.number)): line.step for one in sheet.plans for line in one.lines}
    return lines.get(wanted)


def begun(sheet: Sheet, verb: str, asked: QueryDict, so_far: str) -> dict[str, Any]:
    """What a link of a step fills into the form of a verb."""
    step = _asked(sheet, asked) if "step" in asked else None
    if step is None:
        return {}
    if verb == "answer":
        return {"text": "\n".join(part for part in (so_far.rstrip(), said(sheet, step)) if part)}
    if verb == "remedy" and step.kind:
        amount = money.plain(step.amount, money.DEFAULT) if step.amount else ""
        duty = bool(sheet.failure and sheet.failure.failure.duty)
        return {"kind1": step.kind, "amount1": amount, "bearer1": step.bearer, "duty": duty, "reason": step.name}
    return {}


class Settling(PlainForm):
    """Which step of which plan, and what becomes of it; the step is named as `plan-step`."""

    target = forms.ChoiceField(label=_("Step"))
    act = forms.ChoiceField(
        label=_("What becomes of it"),
        choices=[("done", _("done")), ("skip", _("passed over")), ("undo", _("open again"))],
    )
    text = prose(
        _("In a few words"), rows=2, required=False, help_text=_("Why, when it is passed over: ten characters.")
    )

    def given(self) -> dict[str, Any]:
        """The numbers of plan and step."""
        plan, _dash, step = self.cleaned_data["target"].partition("-")
        given = {"plan": int(plan), "step": int(step), "act": self.cleaned_data["act"]}
        return given | {"text": self.cleaned_data["text"]}


class StepForm(Settling, VerbForm):
    """The same in a case."""

    def prepare(self) -> None:
        """Offer every step of the plans that may be settled here."""
        rows = [
            (f"{one.plan.number}-{line.number}", f"{line.number}. {line.step.name}")
            for one in self.sheet.plans
            for line in one.lines
            if not line.elsewhere
        ]
        self.choose("target", rows)


class PlaybookForm(VerbForm):
    """Which plan, and why another one."""

    playbook = forms.ChoiceField(label=_("Recovery plan"), required=False)
    reason = prose(
        _("Reason"), rows=2, required=False, help_text=_("Needed when a plan is replaced or ended: ten characters.")
    )

    def prepare(self) -> None:
        """Offer what is in force; to end what runs, nothing."""
        rows = [(row.code, str(row)) for row, _version, _steps in queries.in_force()]
        nothing = gettext("none: end what runs") if any(one.runs for one in self.sheet.plans) else "–"
        self.choose("playbook", [("", nothing), *rows])


PLAYBOOKS: Mapping[str, Act] = {
    "playbook": Act(
        Verb.PLAYBOOK,
        _("Choose a recovery plan"),
        _("The plan runs as you chose."),
        PlaybookForm,
        actions.choose,
        fits=lambda sheet: bool(queries.in_force()),
        group="good",
    ),
    "step": Act(
        Verb.STEP,
        _("Settle a step of the plan"),
        _("Written down."),
        StepForm,
        actions.step,
        fits=lambda sheet: any(not line.elsewhere for one in sheet.plans for line in one.lines),
        group="good",
    ),
}
"""By the last part of the address that it is posted to."""


# --- the timeline ----------------------------------------------------------------------------------------------------


def noted(data: Mapping[str, Any]) -> str:
    """Of what happens to plans."""
    names = {"step": data.get("step", 0), "version": data.get("version", 0), "name": _book(data.get("playbook", ""))}
    late = f"{gettext(', ')}{gettext('late')}" if data.get("late") else ""
    sentence = {
        "began": gettext("Recovery plan “%(name)s” began, version %(version)d"),
        "done": gettext("Step %(step)d of the plan done"),
        "skipped": gettext("Step %(step)d of the plan passed over"),
        "undone": gettext("Step %(step)d of the plan is open again"),
        "overdue": gettext("Step %(step)d of the plan is overdue"),
        "replaced": gettext("The recovery plan was ended by hand"),
        "linked": gettext("Shared steps of the plan are done once for all, in another case"),
        "alone": gettext("The plan goes on alone: all its steps are done here"),
    }.get(data["what"], gettext("Noted"))
    once = f"{gettext(', ')}{gettext('once for all')}" if "case" in data and "step" in data else ""
    return sentence % names + once + late


def _book(code: str) -> str:
    return next((str(row) for row in queries.playbooks() if row.code == code), code)

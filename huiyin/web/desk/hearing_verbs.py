"""What the back office hears after a bad answer: the desk asks what would have helped, the department says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.cases.workflow import EventKind
from huiyin.org import access
from huiyin.org import queries as org
from huiyin.org.access import Verb
from huiyin.returns import hearing
from huiyin.returns.follow import TOPIC
from huiyin.returns.plan import is_bad

from .act import Act
from .fields import moment, prose, radios
from .sheet import Sheet
from .verb_forms import VerbForm, serving

if TYPE_CHECKING:
    from huiyin.org.models import Department


class AskDepartmentForm(VerbForm):
    """A question to a department that worked on the case, with the time by which it is to answer."""

    department = forms.ChoiceField(label=_("Department"))
    text = prose(
        _("Question"),
        rows=3,
        help_text=_("The department reads the customer's words with it. A question, not a reproach: what was missing?"),
    )
    due_at = moment(_("Answer by"))

    def prepare(self) -> None:
        """Offer the departments that worked on it; the question is begun."""
        self.choose("department", [(str(one.pk), one.name) for one in askable(self.sheet)])
        self.fields["text"].initial = gettext("What would have helped you to solve this for the customer?")

    def clean_department(self) -> Department:
        """The department."""
        return org.organisation().departments[int(self.cleaned_data["department"])]


class ExplainForm(VerbForm):
    """What would have helped."""

    question = forms.TypedChoiceField(label=_("Which question"), coerce=int)
    helps = radios(_("What would have helped?"), hearing.HELPS, look="choices")
    text = prose(_("In a few words"), rows=3, required=False)

    def prepare(self) -> None:
        """Offer the questions that wait for this person's department."""
        found = unanswered(self.sheet)
        names = org.organisation().departments
        self.choose("question", [(seq, names[department].name) for seq, department in found.items()])
        if len(found) == 1:
            self.fields["question"].widget = forms.HiddenInput()


def askable(sheet: Sheet) -> list[Department]:
    """Departments that answered a task of the case and may be asked, when the customer's last answer is a bad one."""
    said = [one.event.data for one in sheet.entries if one.event.kind == EventKind.VISITED]
    answers = [data for data in said if data["reached"] and not data.get("declined")]
    if not answers or not is_bad(answers[-1]["solved"], answers[-1]["satisfied"]):
        return []
    worked = {task.department for task in sheet.tasks if task.reply_seq} - set(_open(sheet).values())
    return [one for one in serving(sheet) if one.pk in worked]


def unanswered(sheet: Sheet) -> dict[int, int]:
    """The questions that this person may answer → whose they are."""
    whole = access.may(sheet.user, Verb.EXPLAIN, sheet.case.site_id)
    return {seq: unit for seq, unit in _open(sheet).items() if whole or unit == sheet.user.department_id}


def _open(sheet: Sheet) -> dict[int, int]:
    noted = [one.event for one in sheet.entries if one.event.topic == TOPIC]
    answered = {event.data["question"] for event in noted if event.data["what"] == "helped"}
    asked = {event.seq: event.data["department"] for event in noted if event.data["what"] == "asked_help"}
    return {seq: unit for seq, unit in asked.items() if seq not in answered}


HEARING: Mapping[str, Act] = {
    "ask-department": Act(
        Verb.ASK_DEPARTMENT,
        _("Ask what would have helped"),
        _("Asked; the department reads the customer's words with it."),
        AskDepartmentForm,
        hearing.ask,
        fits=lambda sheet: bool(askable(sheet)),
        group="department",
    ),
    "explain": Act(
        Verb.EXPLAIN,
        _("Say what would have helped"),
        _("Thank you. It stands on the case's timeline."),
        ExplainForm,
        hearing.explain,
        fits=lambda sheet: bool(unanswered(sheet)),
        group="department",
    ),
}

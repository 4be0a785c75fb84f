"""What each verb asks for. A form's clean values are the keyword arguments of the verb's action."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.cases import mentions
from huiyin.cases import queries as cases
from huiyin.cases.severity import Severity
from huiyin.cases.workflow import WaitingFor
from huiyin.org import queries as org
from huiyin.returns.actions import REASONS
from huiyin.web.plain import PlainForm
from huiyin.web.uploads import FilesField

from .fields import TapsForm, category, complexity, digits, moment, pick, prose, radios, yes_no
from .sheet import Sheet

if TYPE_CHECKING:
    from huiyin.cases.given import Unfit
    from huiyin.org.models import Department, User


def _usual(field: forms.Field) -> str:
    """What a choice stands at when nobody has chosen."""
    return str(field.choices[0][0]) if isinstance(field, forms.ChoiceField) and field.choices else ""  # type: ignore[index]


_ARGUMENTS = {"photos": "files"}
"""Fields that can't have the name of the argument, because forms have something of that name already."""


class VerbForm(PlainForm):
    """A form for one verb of the case of `sheet`."""

    unfit: Unfit | None = None
    """Words in it that had better not reach the customer."""

    def __init__(self, *args: Any, sheet: Sheet, **options: Any) -> None:
        super().__init__(*args, **options)
        self.sheet = sheet
        self.prepare()

    def prepare(self) -> None:
        """Fill in what depends on the case."""

    @property
    def situation(self) -> str:
        """Of which situation the phrases beside it are shown first; empty for all."""
        return ""

    @property
    def speaks(self) -> bool:
        """Does it hold words to the customer?"""
        return any("data-outgoing" in field.widget.attrs for field in self.fields.values())

    first: Collection[str] = ()
    """The fields that are asked for at once, where there are many; the others stand under “More”. Empty: all."""

    def at_once(self) -> list[forms.BoundField]:
        """Those that are seen."""
        return [one for one in self.visible_fields() if not self.first or one.name in self.first]

    def further(self) -> list[forms.BoundField]:
        """Those under “More”."""
        return [one for one in self.visible_fields() if self.first and one.name not in self.first]

    def unfolded(self) -> bool:
        """Has somebody filled in one of those, or is one of them wrong?"""
        return any(one.errors or str(one.value() or "") not in ("", _usual(one.field)) for one in self.further())

    def given(self) -> dict[str, Any]:
        """The keyword arguments of the action."""
        return {_ARGUMENTS.get(name, name): value for name, value in self.cleaned_data.items()}

    def choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        """Offer these for a field; a single one is chosen already."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        if len(choices) == 1:
            field.initial = choices[0][0]


def serving(sheet: Sheet) -> list[Department]:
    """Departments that can be given this case, those that do the work first."""
    organisation, site = org.organisation(), sheet.case.site_id
    found = [d for d in organisation.departments.values() if site in organisation.below(d.site_id)]
    left = [d for d in found if d.active and d.pk not in sheet.case.about_departments]
    return sorted(left, key=lambda department: department.stage != "back")


class NothingMore(VerbForm):
    """A verb that needs no words."""


class AssignForm(VerbForm):
    """To whom."""

    to = forms.ChoiceField(label=_("To whom"))

    def prepare(self) -> None:
        """Offer those who work at the site."""
        self.people: dict[str, User] = {str(p.pk): p for p in org.staff(frozenset({self.sheet.case.site_id}))}
        handler = str(self.sheet.case.handler_id)
        self.choose("to", [(key, person.name) for key, person in self.people.items() if key != handler])

    def clean_to(self) -> User:
        """The person."""
        return self.people[self.cleaned_data["to"]]


class HandOverForm(VerbForm):
    """Which department is asked for what."""

    department = forms.ChoiceField(label=_("Department"))
    task = prose(_("Task"), help_text=_("What is to be done, and what the reply must say."))
    part = radios(_("As what"), cases.PARTS, required=False)
    reply_by = moment(_("Reply by"), required=False, help_text=_("Left empty, the service level sets the time."))

    def prepare(self) -> None:
        """Offer the departments that can be given the case; the category's own is chosen already."""
        offered = serving(self.sheet)
        self.choose("department", [("", _("Choose a department")), *((str(d.pk), d.name) for d in offered)])
        self.fields["part"].initial = "lead"
        if self.sheet.case.department_id is None:
            del self.fields["part"]  # the first one leads
        if (usual := self.sheet.case.category) and usual.department_id:
            self.fields["department"].initial = str(usual.department_id)

    def clean_department(self) -> Department:
        """The department."""
        return org.organisation().departments[int(self.cleaned_data["department"])]

    def given(self) -> dict[str, Any]:
        """Who isn't said to assist leads."""
        given = super().given()
        return given | {"part": given.get("part") or "lead"}


class ReplyForm(VerbForm):
    """A department's answer to a task."""

    hand_over = forms.TypedChoiceField(label=_("Answer to the task"), coerce=int)
    text = prose(_("Reply"), help_text=_("Cause, what was done, and whether it can come again."))
    photos = FilesField(camera=True)

    def prepare(self) -> None:
        """Offer the open tasks; a single one needs no choice."""
        tasks = self.sheet.open_tasks
        self.choose("hand_over", [(task.number, f"{task.name}{gettext(': ')}{task.text[:40]}") for task in tasks])
        if len(tasks) == 1:
            self.fields["hand_over"].widget = forms.HiddenInput()


class AnswerForm(VerbForm):
    """Words to the customer."""

    text = prose(_("Answer to the customer"), rows=6, outgoing=True)
    draft = forms.BooleanField(label=_("Only a draft for colleagues; the customer doesn't see it"), required=False)
    photos = FilesField()

    def given(self) -> dict[str, Any]:
        """`draft` is what people tick, `public` is what is kept."""
        given = super().given()
        return given | {"public": not given.pop("draft")}


class NoteForm(VerbForm):
    """Words among colleagues."""

    text = prose(
        _("Internal note"), help_text=_("The customer never sees it. Whoever is named with an @ is told: @name.")
    )
    photos = FilesField()

    def prepare(self) -> None:
        """Who can be named."""
        people = mentions.mentionable(self.sheet.case)
        self.fields["text"].widget.attrs["data-people"] = " ".join(f"{one.name}|{one.username}" for one in people)


class PhoneForm(VerbForm):
    """What a call brought."""

    reached = yes_no(_("Reached the customer"), required=True)
    text = prose(_("What was said"))


class CommitForm(VerbForm):
    """A promise with a time in it."""

    text = prose(_("What we promise"), rows=2, help_text=_("The customer sees it in these words."), outgoing=True)
    due_at = moment(_("By when"))
    appointment = forms.BooleanField(label=_("An appointment: somebody comes then"), required=False)


class KeepForm(VerbForm):
    """Whether a promise was kept."""

    commitment = forms.TypedChoiceField(label=_("Promise"), coerce=int)
    kept = yes_no(_("Was it kept"), required=True)
    text = prose(_("In a few words"), rows=2, required=False)

    def prepare(self) -> None:
        """Offer the open ones."""
        self.choose("commitment", [(promise.number, promise.text[:60]) for promise in self.sheet.open_promises])


class WaitForm(VerbForm):
    """For whom, and for what."""

    waiting_for = radios(_("For whom"), WaitingFor.choices)
    text = prose(
        _("What is missing, and until when"),
        rows=3,
        help_text=_("The customer sees it in these words."),
        outgoing=True,
    )


class ArriveForm(VerbForm):
    """Since when somebody is there."""

    at = moment(_("Since when"), required=False, help_text=_("Left empty: now."))
    text = prose(_("What is found there"), rows=2, required=False, help_text=_("Stays inside."))


class ContainForm(VerbForm):
    """What stopped the danger or the loss, and since when."""

    text = prose(_("What was done"), rows=2, help_text=_("Stays inside."))
    at = moment(_("Since when"), required=False, help_text=_("Left empty: now."))


class GradeForm(VerbForm, TapsForm):
    """The five taps, or a level by hand with its reason."""

    repeat = forms.BooleanField(label=_("The same matter again within 30 days"), required=False)
    complexity = complexity()
    severity = forms.ChoiceField(
        label=_("Or set the level by hand"), choices=[("", _("By the points above")), *Severity.choices], required=False
    )
    reason = prose(_("Reason"), rows=2, required=False, help_text=_("Needed by hand: at least ten characters."))

    def clean(self) -> None:
        """Something must be tapped, unless a level is set by hand."""
        super().clean()
        if not self.errors and not self.cleaned_data["severity"] and self.taps() is None:
            raise ValidationError(_("Tap what is going on, or set a level by hand."))

    def given(self) -> dict[str, Any]:
        """Severity and reason when set by hand, else taps and what goes with them."""
        given = self.cleaned_data
        if given["severity"]:
            return {"severity": given["severity"], "reason": given["reason"]}
        return {"taps": self.taps(), "complexity": given["complexity"], "repeat": given["repeat"]}


class SortForm(VerbForm):
    """The category."""

    category = category(_("Category"), required=True)


class ResolveForm(VerbForm):
    """What it was, what was done, and the words to the customer."""

    cause = prose(_("Cause"), rows=2, help_text=_("Stays inside."))
    done = prose(_("What was done"), rows=2, help_text=_("Stays inside."))
    text = prose(_("Answer to the customer"), outgoing=True)
    prevention = prose(
        _("So that it doesn't happen again"),
        rows=2,
        required=False,
        outgoing=True,
        help_text=_("What you change or check from now on. The customer reads it below the answer."),
    )


class ReopenForm(VerbForm):
    """Why it is taken up again."""

    reason = prose(_("Reason"), rows=2)


class OtherCaseForm(VerbForm):
    """A form with the number of another case."""

    def other(self, name: str) -> int:
        """The key of the case whose number stands in a field; one that this person can't see is not there."""
        try:
            return cases.get(self.sheet.user, self.cleaned_data[name]).pk
        except ObjectDoesNotExist as error:
            raise ValidationError(_("There is no case with this number.")) from error


class JoinForm(OtherCaseForm):
    """The case it is handled with."""

    into = forms.CharField(label=_("Receipt number of the other case"), max_length=30)

    def clean_into(self) -> int:
        """Its key."""
        return self.other("into")


def _grades(*, required: bool) -> forms.TypedChoiceField:
    field = digits(
        _("Satisfied?"),
        [
            (5, _("very satisfied")),
            (4, _("satisfied")),
            (3, _("fairly satisfied")),
            (2, _("dissatisfied")),
            (1, _("very dissatisfied")),
        ],
        look="rating",
    )
    field.required = required
    return field


class ClosingForm(VerbForm):
    """The standard closing question."""

    satisfied = _grades(required=True)
    solved = yes_no(_("Solved?"))
    words = prose(_("The customer's words"), rows=2, required=False)


class VisitForm(VerbForm):
    """The four questions of a return visit."""

    channel = radios(
        _("How"), [("phone", _("by phone")), ("visit", _("on the spot")), ("chat", _("chat"))], look="segments"
    )
    reached = yes_no(_("Reached the customer"), required=True)
    declined = forms.BooleanField(label=_("Did not want to answer"), required=False)
    answered = yes_no(_("Answered?"))
    solved = yes_no(_("Solved?"))
    satisfied = _grades(required=False)
    promise_kept = yes_no(_("Promise kept?"))
    reasons = pick(_("Why"))
    words = prose(_("The customer's words"), rows=3, required=False)
    close = forms.BooleanField(widget=forms.HiddenInput, required=False)

    def prepare(self) -> None:
        """By phone, unless told otherwise."""
        self.fields["channel"].initial = "phone"
        self.choose("reasons", list(REASONS))

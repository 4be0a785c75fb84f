"""What the verbs between front and back office ask for; as in `verb_forms`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.cases import queries as cases
from huiyin.cases.workflow import Because, EventKind
from huiyin.clocks import queries as clocks
from huiyin.org import queries as org
from huiyin.web.templatetags.huiyin import when

from .fields import category, moment, pick, prose, radios, yes_no
from .matters import Request, changeable, decidable, extendable, judgeable, own_tasks, questions
from .sheet import Sheet, Task
from .verb_forms import VerbForm, serving

if TYPE_CHECKING:
    from huiyin.cases.models import Category
    from huiyin.clocks.models import Clock
    from huiyin.org.models import Department, User


class _TaskForm(VerbForm):
    """About one of the tasks that this person speaks for; a single one needs no choice."""

    hand_over = forms.TypedChoiceField(label=_("Which task"), coerce=int)

    def prepare(self) -> None:
        """Offer the open tasks."""
        _offer_tasks(self, own_tasks(self.sheet))


def _offer_tasks(form: VerbForm, tasks: list[Task]) -> None:
    form.choose("hand_over", [(task.number, _short(task.name, task.text)) for task in tasks])
    _hide_if_single(form, "hand_over", len(tasks))


def _short(name: str, text: str) -> str:
    return f"{name}{gettext(': ')}{text[:40]}"


def _offer(form: VerbForm, name: str, choices: list[tuple[str, Any]]) -> None:
    """Offer these; nothing is chosen already, even when there is only one."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


def _hide_if_single(form: VerbForm, name: str, count: int) -> None:
    if count == 1:
        form.fields[name].widget = forms.HiddenInput()


class SignForm(_TaskForm):
    """Which task a department signs for."""

    text = prose(_("In a few words"), rows=2, required=False, help_text=_("Who is at it, and when the caller hears."))

    def prepare(self) -> None:
        """Offer the tasks that nobody has signed for."""
        _offer_tasks(self, unsigned(self.sheet))


def unsigned(sheet: Sheet) -> list[Task]:
    """Open tasks that this person may sign for, where signatures are counted."""
    return [task for task in own_tasks(sheet) if task.to_sign]


class ReviewForm(VerbForm):
    """Whether the result holds."""

    ok = yes_no(_("Is the result right?"), required=True)
    text = prose(
        _("Reason"), rows=3, required=False, help_text=_("Needed for a no: the handler reads it and goes on with it.")
    )


class AskBackForm(_TaskForm):
    """What a department must know for its task."""

    text = prose(_("What you need to know"), help_text=_("Your reply time goes on meanwhile."))


class TellForm(VerbForm):
    """The answer to what a department asked."""

    hand_over = forms.TypedChoiceField(label=_("Which question"), coerce=int)
    text = prose(_("Your answer"))

    def prepare(self) -> None:
        """Offer the open questions."""
        found = questions(self.sheet)
        self.choose("hand_over", [(one.hand_over, _short(one.department, one.text)) for one in found])
        _hide_if_single(self, "hand_over", len(found))


class PassOnForm(_TaskForm):
    """Which other department gets a task, and why."""

    department = forms.ChoiceField(label=_("To which department"))
    reason = prose(
        _("Reason"),
        rows=3,
        help_text=_("At least ten characters; everybody who sees the case reads it. The reply time goes on unchanged."),
    )

    def prepare(self) -> None:
        """Offer the tasks that may still be passed on, and the departments that don't have them."""
        tasks = passable(self.sheet)
        _offer_tasks(self, tasks)
        holders = {task.department for task in tasks}
        others = [(str(d.pk), d.name) for d in serving(self.sheet) if len(tasks) > 1 or d.pk not in holders]
        _offer(self, "department", [("", _("Choose a department")), *others])

    def clean_department(self) -> Department:
        """The department."""
        return org.organisation().departments[int(self.cleaned_data["department"])]


def passable(sheet: Sheet) -> list[Task]:
    """Open tasks that this person may pass on: none of those that were passed on once."""
    if sheet.case.referred == Because.RETURNED:
        return []
    return [task for task in own_tasks(sheet) if task.number not in sheet.case.passed]


class JudgeForm(VerbForm):
    """Whether a department's answer can be used, and why not."""

    hand_over = forms.TypedChoiceField(label=_("Which answer"), coerce=int)
    usable = yes_no(_("Can the answer be used as it is?"), required=True)
    why = radios(_("Why not"), cases.UNUSABLE, required=False)
    text = prose(_("In a few words"), rows=2, required=False, help_text=_("The department reads it."))

    def prepare(self) -> None:
        """Offer the answers that this person may judge."""
        found = judgeable(self.sheet)
        self.choose("hand_over", [(one.number, _short(one.name, one.reply)) for one in found])
        _hide_if_single(self, "hand_over", len(found))


class ReturnForm(_TaskForm):
    """Why a task isn't this department's."""

    reason = prose(
        _("Reason"),
        help_text=_("At least ten characters: why it isn't yours, and whose it is. Your reply time goes on meanwhile."),
    )

    def prepare(self) -> None:
        """Offer the open tasks for which nothing was applied for yet."""
        _offer_tasks(self, returnable(self.sheet))


def returnable(sheet: Sheet) -> list[Task]:
    """Open tasks that this person may apply to return."""
    waiting = {about for _seq, kind, about in sheet.case.open_requests if kind == EventKind.RETURNING}
    return [task for task in own_tasks(sheet) if task.number not in waiting]


class DecisionForm(VerbForm):
    """Yes or no to an application of `kind`."""

    kind: EventKind
    request = forms.TypedChoiceField(label=_("Which application"), coerce=int)

    def prepare(self) -> None:
        """Offer the applications that this person may decide."""
        found = decidable(self.sheet, self.kind)
        self.choose("request", [(one.number, _short(one.title, one.reason)) for one in found])
        _hide_if_single(self, "request", len(found))


class DecideReturnForm(DecisionForm):
    """Whether the department may return its task."""

    kind = EventKind.RETURNING
    granted = yes_no(_("May the department return it?"), required=True)
    reason = prose(_("Reason"), rows=2, help_text=_("The department reads it."))


class DecideExtensionForm(DecisionForm):
    """Whether there is more time, and what the customer is told of it."""

    kind = EventKind.EXTENDING
    granted = yes_no(_("Grant more time?"), required=True)
    reason = prose(_("Reason"), rows=2, required=False, help_text=_("Needed for a no."))
    text = prose(
        _("Words to the customer"),
        rows=3,
        required=False,
        help_text=_("Needed for a yes to what the customer waits for; sent only with a yes."),
        outgoing=True,
    )

    def prepare(self) -> None:
        """A department's own reply is nothing the customer was told a time for."""
        super().prepare()
        theirs = [one for one in decidable(self.sheet, self.kind) if one.clock != "reply"]
        if theirs:
            self.fields["text"].initial = sentence(theirs[0], self.sheet)
        else:
            del self.fields["text"]

    def given(self) -> dict[str, Any]:
        """With a no the customer is sent nothing."""
        given = super().given()
        return given if given["granted"] else {name: value for name, value in given.items() if name != "text"}


def sentence(asked: Request, sheet: Sheet) -> str:
    """What the customer may be told of an extension."""
    words = gettext("We need more time than we told you: instead of by %(due)s we are done by %(until)s. We are sorry.")
    if asked.clock == "update":
        words = gettext("You hear from us later than we told you: instead of by %(due)s, by %(until)s. We are sorry.")
    due, until = ("" if time is None else when(time, sheet.now) for time in (asked.due_at, asked.until))
    return words % {"due": due, "until": until}


class _ClockForm(VerbForm):
    """About one of the running clocks: `kind`, or `reply:` and the number of the hand-over."""

    clock = forms.ChoiceField(label=_("Which deadline"))

    def running(self) -> list[Clock]:
        """Those to choose from."""
        return []

    def prepare(self) -> None:
        """Offer them with their present deadlines."""
        names = {task.number: task.name for task in self.sheet.tasks}
        self.choose("clock", [(_key(clock), self._label(clock, names)) for clock in self.running()])

    def _label(self, clock: Clock, names: dict[int, str]) -> str:
        whose = f" {names.get(clock.ref, '')}" if clock.kind == "reply" else ""
        time = when(clock.due_at, self.sheet.now)
        return gettext("%(clock)s, now by %(time)s") % {"clock": f"{clocks.KINDS[clock.kind]}{whose}", "time": time}

    def given(self) -> dict[str, Any]:
        """Kind and hand-over apart."""
        kind, _mark, number = self.cleaned_data["clock"].partition(":")
        return super().given() | {"clock": kind, "hand_over": int(number) if number else None}


def _key(clock: Clock) -> str:
    return f"{clock.kind}:{clock.ref}" if clock.kind == "reply" else str(clock.kind)


class ExtendForm(_ClockForm):
    """Until when more time is asked for, and why."""

    until = moment(_("Until when"))
    reason = prose(
        _("Reason"), rows=3, help_text=_("At least ten characters. Somebody else decides; until then nothing moves.")
    )

    def running(self) -> list[Clock]:
        """Clocks that may be put off."""
        return extendable(self.sheet)


class OverrideForm(_ClockForm):
    """Another deadline, set by hand."""

    due_at = moment(_("New deadline"))
    reason = prose(_("Reason"), rows=3, help_text=_("At least ten characters. It is counted, and stays in the record."))

    def running(self) -> list[Clock]:
        """All open clocks that were not missed."""
        return list(changeable(self.sheet))


class ChaseForm(VerbForm):
    """Whom to remind, and of what."""

    hand_over = forms.TypedChoiceField(label=_("Whom"), coerce=int, empty_value=None, required=False)
    text = prose(_("In a few words"), rows=2, required=False)
    customer = forms.BooleanField(label=_("The customer asked where it stays"), required=False)

    def prepare(self) -> None:
        """Offer the departments that are asked, and whoever has the case."""
        waiting = [task for task in self.sheet.tasks if task.open]
        handler = self.sheet.case.handler
        whole = [("", handler.name if handler else gettext("Whoever has the case"))]
        self.choose("hand_over", whole + [(task.number, _short(task.name, task.text)) for task in waiting])
        self.fields["hand_over"].initial = waiting[0].number if waiting else ""


class SuperviseForm(VerbForm):
    """Why a case is watched, and until when."""

    reason = prose(_("Reason"), rows=2)
    due_at = moment(_("To be done by"), required=False)


class ReasonForm(VerbForm):
    """Why."""

    reason = prose(_("Reason"), rows=3)


class DecideForm(VerbForm):
    """Measure, responsible department, and the words to the customer."""

    measure = prose(_("What is to be done"), rows=3, help_text=_("Stays inside; it is the task of the departments."))
    department = forms.ChoiceField(label=_("Department that leads"), required=False)
    assist = pick(_("Departments that assist"))
    reply_by = moment(_("Reply by"), required=False, help_text=_("Left empty, the service level sets the time."))
    text = prose(
        _("Words to the customer"), rows=3, required=False, help_text=_("Left empty, nothing is sent."), outgoing=True
    )

    def prepare(self) -> None:
        """Offer departments; one must lead when they couldn't agree who does."""
        offered = [(str(one.pk), one.name) for one in serving(self.sheet)]
        must = self.sheet.case.referred == Because.RETURNED
        self.fields["department"].required = must
        _offer(self, "department", [("", _("Choose a department") if must else _("None")), *offered])
        _offer(self, "assist", offered)

    def clean_department(self) -> Department | None:
        """The one that leads."""
        chosen = self.cleaned_data["department"]
        return org.organisation().departments[int(chosen)] if chosen else None

    def clean_assist(self) -> list[Department]:
        """Those that assist, apart from the one that leads."""
        lead = self.cleaned_data.get("department")
        found = [org.organisation().departments[int(value)] for value in self.cleaned_data["assist"]]
        return [one for one in found if one != lead]


class ConcernForm(VerbForm):
    """Whom the complaint is about."""

    users = pick(_("People"))
    departments = pick(_("Departments"))
    reason = prose(_("Reason"), rows=2, help_text=_("What shows that it is about them."))

    def prepare(self) -> None:
        """Offer who works at the site; those who step aside already are ticked."""
        case, organisation = self.sheet.case, org.organisation()
        self.people: dict[str, User] = {str(p.pk): p for p in org.staff(frozenset({case.site_id}))}
        units = {d.pk: d for d in organisation.departments.values() if case.site_id in organisation.below(d.site_id)}
        _offer(self, "users", [(key, person.name) for key, person in self.people.items()])
        _offer(self, "departments", [(str(key), unit.name) for key, unit in units.items()])
        self.fields["users"].initial = [str(key) for key in case.about_users]
        self.fields["departments"].initial = [str(key) for key in case.about_departments]

    def clean_users(self) -> list[User]:
        """The people."""
        return [self.people[key] for key in self.cleaned_data["users"]]

    def clean_departments(self) -> list[Department]:
        """The departments."""
        return [org.organisation().departments[int(key)] for key in self.cleaned_data["departments"]]


class TransferForm(VerbForm):
    """Who sent it down, under which number, wanted by when."""

    body = forms.CharField(label=_("Who sent it"), max_length=200)
    number = forms.CharField(label=_("Their number"), max_length=100, required=False)
    due_at = moment(
        _("Wanted by"), required=False, help_text=_("A deadline from above only shortens ours, never lengthens it.")
    )


class SplitForm(VerbForm):
    """The part that becomes a case of its own."""

    subject = forms.CharField(label=_("Subject of the part"), max_length=200)
    text = prose(_("What it is about"), help_text=_("The customer sees it in these words."))
    category = category(_("Category"), required=False)

    def clean_category(self) -> Category | None:
        """The chosen one; without one the part keeps that of the whole."""
        found: Category | None = self.cleaned_data["category"]
        return found


class WithdrawForm(VerbForm):
    """How the customer took it back."""

    text = prose(_("How the customer said so"), rows=2)


class CloseEarlyForm(VerbForm):
    """Why nobody asks the customer first."""

    reason = prose(_("Reason"), rows=3, help_text=_("At least ten characters. It is counted, and stays in the record."))

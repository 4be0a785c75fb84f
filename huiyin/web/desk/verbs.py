"""The verbs of a case as the desk offers them: one table from verb to form and action. No rule stands here: what may
happen in a status is asked of the workflow, who may do it of the access table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.cases import actions
from huiyin.cases.actions import By
from huiyin.cases.workflow import Status
from huiyin.org import queries as org
from huiyin.org.access import Verb
from huiyin.returns import actions as returns
from huiyin.returns.actions import Result

from . import verb_forms as forms
from .sheet import Sheet


@dataclass(frozen=True)
class Act:
    """One verb. `run(case id, By, **clean values)` does it; `fits` is what must be there besides the status."""

    verb: Verb
    name: str | Promise
    done: str | Promise
    form: type[forms.VerbForm]
    run: Callable[..., Any]
    fits: Callable[[Sheet], bool] = lambda sheet: True
    danger: bool = False
    label: Callable[[Sheet], str] = lambda sheet: ""
    """A name that says more, where the case tells more."""
    guide: str = ""
    """A template that stands above the form: what to say."""
    second: str | Promise = ""
    """A second button, which posts `close` besides."""

    def possible(self, sheet: Sheet) -> bool:
        """May this person do it with this case, whose status allows it?"""
        return self.fits(sheet) and sheet.may(self.verb)

    @property
    def needs_words(self) -> bool:
        """Is there anything to fill in?"""
        return self.form is not forms.NothingMore


def _grade(case_id: int, by: By, **given: Any) -> Any:
    by_hand = "severity" in given
    return actions.set_severity(case_id, by, **given) if by_hand else actions.set_grade(case_id, by, **given)


def _visit(case_id: int, by: By, *, close: bool, **given: Any) -> Any:
    result = Result(**given)
    change = returns.visit(case_id, by, result)
    if close and result.reached and not result.bad:
        return returns.close(case_id, By(by.user, by.at))
    return change


def _hand_over_to(sheet: Sheet) -> str:
    category = sheet.case.category
    usual = org.organisation().departments.get(category.department_id or 0) if category else None
    return gettext("Hand over to %(department)s") % {"department": usual.name} if usual else ""


def _not_own(sheet: Sheet) -> bool:
    return sheet.visit is None or sheet.visit.handler_id != sheet.user.pk


ACTS: Mapping[str, Act] = {
    "accept": Act(Verb.ACCEPT, _("Take the case"), _("The case is yours."), forms.NothingMore, actions.accept),
    "assign": Act(Verb.ASSIGN, _("Assign to a person"), _("Assigned."), forms.AssignForm, actions.assign),
    "hand-over": Act(
        Verb.HAND_OVER,
        _("Hand over to a department"),
        _("Handed over; the department's clock runs."),
        forms.HandOverForm,
        actions.hand_over,
        label=_hand_over_to,
    ),
    "reply": Act(
        Verb.REPLY,
        _("Reply as department"),
        _("The front desk has your reply."),
        forms.ReplyForm,
        actions.reply,
        fits=lambda sheet: bool(sheet.open_tasks),
    ),
    "answer": Act(
        Verb.ANSWER,
        _("Answer the customer"),
        _("The customer can read your answer."),
        forms.AnswerForm,
        actions.answer,
    ),
    "phone": Act(
        Verb.PHONE,
        _("Write down a phone call"),
        _("The call is written down."),
        forms.PhoneForm,
        actions.phone,
    ),
    "note": Act(Verb.NOTE, _("Internal note"), _("Noted."), forms.NoteForm, actions.note),
    "commit": Act(
        Verb.COMMIT,
        _("Promise something"),
        _("Promised; its clock runs."),
        forms.CommitForm,
        actions.commit,
    ),
    "keep": Act(
        Verb.KEEP,
        _("Settle a promise"),
        _("The promise is settled."),
        forms.KeepForm,
        actions.keep,
        fits=lambda sheet: bool(sheet.open_promises),
    ),
    "resolve": Act(
        Verb.RESOLVE,
        _("Resolve and tell the customer"),
        _("Resolved; the customer is told."),
        forms.ResolveForm,
        actions.resolve,
    ),
    "wait": Act(Verb.WAIT, _("Wait for somebody"), _("The case waits."), forms.WaitForm, actions.wait),
    "resume": Act(Verb.RESUME, _("Go on"), _("The case goes on."), forms.NothingMore, actions.resume),
    "sort": Act(Verb.SORT, _("Choose the category"), _("The category is chosen."), forms.SortForm, actions.sort),
    "grade": Act(Verb.GRADE, _("Set the severity"), _("The severity is set."), forms.GradeForm, _grade),
    "join": Act(
        Verb.JOIN,
        _("Join into another case"),
        _("Joined; the other case goes on for both."),
        forms.JoinForm,
        actions.join,
        danger=True,
    ),
    "visit": Act(
        Verb.VISIT,
        _("Record the return visit"),
        _("The return visit is recorded."),
        forms.VisitForm,
        _visit,
        fits=_not_own,
        guide="desk/visit_guide.html",
        second=_("Record and close"),
    ),
    "close": Act(Verb.CLOSE, _("Close the case"), _("The case is closed."), forms.NothingMore, returns.close),
    "reopen": Act(Verb.REOPEN, _("Take it up again"), _("The case is open again."), forms.ReopenForm, actions.reopen),
    "decline": Act(
        Verb.DECLINE,
        _("Decline: not ours"),
        _("Declined; the customer is told the right door."),
        forms.DeclineForm,
        actions.decline,
        danger=True,
    ),
    "refuse": Act(
        Verb.REFUSE,
        _("Refuse: can't be met"),
        _("Refused; the customer is told why."),
        forms.RefuseForm,
        actions.refuse,
        danger=True,
    ),
    "link": Act(
        Verb.ANSWER, _("New link for the customer"), _("The old link has ended."), forms.NothingMore, actions.mint_link
    ),
}
"""By the last part of the address that it is posted to; in the order of the menu."""

ANYTIME = frozenset({"link"})
"""What the workflow has no say in."""
_ANSWERED_AT_ONCE = frozenset({"inquiry", "praise", "suggestion"})


def _working(sheet: Sheet) -> Sequence[str]:
    """A department replies; the desk answers whoever waits for a word, has the work done, then tells it is done."""
    case = sheet.case
    if any(task.department == sheet.user.department_id for task in sheet.open_tasks):
        return ("reply", "answer", "note")
    if case.last_word == "customer" or case.open_hand_overs:
        return ("answer", "note")
    if case.hand_overs or case.kind in _ANSWERED_AT_ONCE:
        return ("resolve", "note")
    return ("hand-over", "note")


def _asked(sheet: Sheet) -> bool:
    visit = sheet.visit
    return visit is not None and visit.mode == "phone" and visit.state == "open"


_FIRST: Mapping[str, Callable[[Sheet], Sequence[str]]] = {
    Status.RECEIVED: lambda sheet: ("accept", "note"),
    Status.ACCEPTED: _working,
    Status.WAITING: lambda sheet: ("reply", "resume", "note"),
    Status.RESOLVED: lambda sheet: ("visit", "close", "note") if _asked(sheet) else ("close", "note"),
    Status.CLOSED: lambda sheet: ("note",),
    Status.DECLINED: lambda sheet: ("close", "note"),
    Status.REFUSED: lambda sheet: ("close", "note"),
    Status.JOINED: lambda sheet: ("note",),
}


def possible(sheet: Sheet) -> dict[str, Act]:
    """The verbs that this person may do with the case as it stands."""
    now = {verb.value for verb in actions.possible(sheet.case.status)} | ANYTIME
    return {slug: act for slug, act in ACTS.items() if slug in now and act.possible(sheet)}


def next_act(sheet: Sheet, acts: Mapping[str, Act]) -> str:
    """Which of them is the next thing to do; empty when there is none."""
    return next((slug for slug in _FIRST[sheet.case.status](sheet) if slug in acts), "")

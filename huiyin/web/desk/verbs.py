"""The verbs of a case as the desk offers them: one table from verb to form and action. No rule stands here: what may
happen in a status is asked of the workflow, who may do it of the access table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.cases import actions, contact, customer_side, detailing, on_site, tier
from huiyin.cases.actions import By
from huiyin.cases.workflow import Status
from huiyin.customers import tiers
from huiyin.org import queries as org
from huiyin.org.access import Verb
from huiyin.returns import actions as returns
from huiyin.returns.actions import Result
from huiyin.returns.methods import Method

from . import detail_forms, no_forms
from . import verb_forms as forms
from .act import Act
from .dispatch_verbs import DISPATCH, visit_waits
from .fair_verbs import FAIR
from .hearing_verbs import HEARING
from .matters import own_tasks
from .plan_card import PLAYBOOKS
from .plan_forms import PLANS
from .remedy_forms import REMEDIES
from .sheet import Sheet
from .tag_verbs import TAGS


def _grade(case_id: int, by: By, **given: Any) -> Any:
    by_hand = "severity" in given
    return actions.set_severity(case_id, by, **given) if by_hand else actions.set_grade(case_id, by, **given)


def _visit(case_id: int, by: By, *, close: bool, **given: Any) -> Any:
    result = Result(**given)
    change = returns.visit(case_id, by, result)
    if close and result.reached and not result.bad:
        return returns.close(case_id, By(by.user, by.at))
    return change


def _rating(case_id: int, by: By, **given: Any) -> Any:
    return returns.rating(case_id, by, Result(Method.ASKED, reached=True, **given))


def _hand_over_to(sheet: Sheet) -> str:
    category = sheet.case.category
    usual = org.organisation().departments.get(category.department_id or 0) if category else None
    return gettext("Hand over to %(department)s") % {"department": usual.name} if usual and usual.active else ""


def _maybe_on_site(sheet: Sheet) -> bool:
    return sheet.case.category is None or sheet.case.category.on_site


def _may_visit(sheet: Sheet) -> bool:
    mine = sheet.visit is not None and sheet.visit.handler_id == sheet.user.pk
    return not mine and not sheet.case.review_since and sheet.case.veil is None


def _may_rate(sheet: Sheet) -> bool:
    return sheet.case.status == Status.RESOLVED and not sheet.case.review_since and sheet.case.veil is None


def _has_tiers(sheet: Sheet) -> bool:
    known = sheet.case.customer is not None and sheet.case.veil is None
    return known and bool(tiers.offered())


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
        group="department",
    ),
    "reply": Act(
        Verb.REPLY,
        _("Reply as department"),
        _("The front desk has your reply."),
        forms.ReplyForm,
        actions.reply,
        fits=lambda sheet: bool(sheet.open_tasks),
        guide="desk/reply_guide.html",
        group="department",
    ),
    "answer": Act(
        Verb.ANSWER,
        _("Answer the customer"),
        _("The customer can read your answer."),
        forms.AnswerForm,
        actions.answer,
        group="customer",
    ),
    "phone": Act(
        Verb.PHONE,
        _("Write down a phone call"),
        _("The call is written down."),
        forms.PhoneForm,
        actions.phone,
        group="customer",
    ),
    "check": Act(Verb.CHECK, _("Tasks"), _("The tasks are noted."), detail_forms.CheckForm, detailing.check),
    "fill": Act(
        Verb.FILL,
        _("Fill in fields"),
        _("Filled in."),
        detail_forms.FillForm,
        detailing.fill,
        fits=lambda sheet: bool(sheet.details.fields),
    ),
    "relate": Act(
        Verb.RELATE, _("Link with another case"), _("The links are noted."), detail_forms.RelateForm, detailing.relate
    ),
    "contact": Act(
        Verb.CONTACT,
        _("Correct the contact"),
        _("The contact is corrected."),
        detail_forms.ContactForm,
        contact.contact,
        fits=lambda sheet: sheet.case.veil is None,
        group="customer",
    ),
    "tier": Act(
        Verb.TIER,
        _("Set the customer's tier"),
        _("The tier is set."),
        detail_forms.TierForm,
        tier.set_tier,
        fits=_has_tiers,
        group="customer",
    ),
    "note": Act(Verb.NOTE, _("Internal note"), _("Noted."), forms.NoteForm, actions.note),
    "commit": Act(
        Verb.COMMIT,
        _("Promise something"),
        _("Promised; its clock runs."),
        forms.CommitForm,
        actions.commit,
        group="customer",
    ),
    "keep": Act(
        Verb.KEEP,
        _("Settle a promise"),
        _("The promise is settled."),
        forms.KeepForm,
        actions.keep,
        fits=lambda sheet: bool(sheet.open_promises),
        group="customer",
    ),
    "arrive": Act(
        Verb.ARRIVE,
        _("Somebody is on site"),
        _("The arrival is written down."),
        forms.ArriveForm,
        on_site.arrive,
        fits=lambda sheet: sheet.case.arrived_at is None and _maybe_on_site(sheet),
    ),
    "contain": Act(
        Verb.CONTAIN,
        _("Danger or loss is stopped"),
        _("Written down; the next word to the customer is due later."),
        forms.ContainForm,
        on_site.contain,
        fits=lambda sheet: any(clock.kind == "contain" for clock in sheet.open_clocks),
    ),
    "resolve": Act(
        Verb.RESOLVE,
        _("Resolve and tell the customer"),
        _("Resolved; the customer is told."),
        forms.ResolveForm,
        actions.resolve,
        group="customer",
    ),
    "wait": Act(
        Verb.WAIT,
        _("Wait for somebody"),
        _("The case waits."),
        forms.WaitForm,
        actions.wait,
        group="customer",
    ),
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
        fits=_may_visit,
        guide="desk/visit_guide.html",
        second=_("Record and close"),
        group="customer",
    ),
    "rating": Act(
        Verb.RATING,
        _("Ask the closing question"),
        _("The answer is written down."),
        forms.ClosingForm,
        _rating,
        fits=_may_rate,
        guide="desk/closing_guide.html",
        group="customer",
    ),
    "close": Act(
        Verb.CLOSE,
        _("Close the case"),
        _("The case is closed."),
        forms.NothingMore,
        returns.close,
        fits=lambda sheet: not visit_waits(sheet) and sheet.case.review_since is None,
    ),
    "reopen": Act(Verb.REOPEN, _("Take it up again"), _("The case is open again."), forms.ReopenForm, actions.reopen),
    "decline": Act(
        Verb.DECLINE,
        _("Decline: not ours"),
        _("Declined; the customer is told the right door."),
        no_forms.DeclineForm,
        actions.decline,
        danger=True,
        group="customer",
    ),
    "refuse": Act(
        Verb.REFUSE,
        _("Refuse: can't be met"),
        _("Refused; the customer is told why."),
        no_forms.RefuseForm,
        actions.refuse,
        danger=True,
        group="customer",
    ),
    "link": Act(
        Verb.ANSWER,
        _("New link for the customer"),
        _("The old link has ended."),
        forms.NothingMore,
        customer_side.mint_link,
        fits=lambda sheet: sheet.case.veil is None,
        group="customer",
    ),
    **DISPATCH,
    **HEARING,
    **PLANS,
    **PLAYBOOKS,
    **REMEDIES,
    **TAGS,
    **FAIR,
}
"""By the last part of the address that it is posted to; in the order of the menu."""

ANYTIME = frozenset({"link"})
"""What the workflow has no say in."""
_ANSWERED_AT_ONCE = frozenset({"inquiry", "praise", "suggestion"})


_DECISIONS = (
    "review",
    "decide-return",
    "decide",
    "decide-extension",
    "decide-plan",
    "approve",
    "decide-refusal",
    "inform",
)
"""What others can't go on without."""


def _working(sheet: Sheet) -> Sequence[str]:
    """A department replies; the desk answers whoever waits for a word, has the work done, then tells it is done."""
    case = sheet.case
    if theirs := [task for task in own_tasks(sheet) if task.department == sheet.user.department_id]:
        # Who has asked, or applied to return it, waits for a word, and may go on all the same.
        asked = {*case.open_questions, *(about for _seq, _kind, about in case.open_requests)}
        return ("note",) if all(task.number in asked for task in theirs) else ("sign", "reply", "answer", "note")
    if case.last_word == "customer" or case.open_hand_overs:
        return ("answer", "note")
    if case.hand_overs or case.kind in _ANSWERED_AT_ONCE:
        return ("resolve", "note")
    return ("hand-over", "note")


_FIRST: Mapping[str, Callable[[Sheet], Sequence[str]]] = {
    Status.RECEIVED: lambda sheet: ("accept", "note"),
    Status.ACCEPTED: _working,
    Status.WAITING: lambda sheet: ("sign", "reply", "resume", "note"),
    Status.RESOLVED: lambda sheet: ("visit", "close", "note"),
    Status.CLOSED: lambda sheet: ("note",),
    Status.DECLINED: lambda sheet: ("close", "note"),
    Status.REFUSED: lambda sheet: ("close", "note"),
    Status.WITHDRAWN: lambda sheet: ("close", "note"),
    Status.JOINED: lambda sheet: ("note",),
}


def possible(sheet: Sheet) -> dict[str, Act]:
    """The verbs that this person may do with the case as it stands."""
    now = actions.possible(sheet.case.status)
    return {slug: act for slug, act in ACTS.items() if (act.verb in now or slug in ANYTIME) and act.possible(sheet)}


def next_act(sheet: Sheet, acts: Mapping[str, Act]) -> str:
    """Which of them is the next thing to do; empty when there is none."""
    return next((slug for slug in (*_DECISIONS, *_FIRST[sheet.case.status](sheet)) if slug in acts), "")

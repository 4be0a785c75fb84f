"""The verbs between front and back office as the desk offers them; as in `verbs`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.cases import dispatch, intake, judging, review
from huiyin.cases.actions import By
from huiyin.cases.change import Change
from huiyin.cases.workflow import Because, EventKind, Status
from huiyin.clocks import extensions
from huiyin.org.access import Verb
from huiyin.returns import actions as returns

from . import dispatch_forms as forms
from .act import Act
from .matters import changeable, decidable, extendable, judgeable, own_tasks, questions
from .sheet import Sheet


def visit_waits(sheet: Sheet) -> bool:
    """Must somebody ask the customer before the case can be closed?"""
    visit = sheet.visit if sheet.case.status == Status.RESOLVED else None
    return visit is not None and visit.mode == "phone" and visit.state == "open"


def reviewable(sheet: Sheet) -> bool:
    """Does the result wait for this person, who neither resolved nor handled it?"""
    if sheet.case.review_since is None:
        return False
    resolved = [e.event.actor_id for e in sheet.entries if e.event.kind == EventKind.RESOLVED]
    return sheet.may(Verb.ADMINISTER) or sheet.user.pk not in (resolved[-1], sheet.case.handler_id)


def _split(case_id: int, by: By, **given: Any) -> Change:
    change, _part = intake.split(case_id, by, **given)
    return change


def _somebody_has_it(sheet: Sheet) -> bool:
    return any(task.open for task in sheet.tasks) or sheet.case.handler_id not in (None, sheet.user.pk)


def _who_leads(sheet: Sheet) -> str:
    return gettext("Decide who leads") if sheet.case.referred == Because.RETURNED else ""


DISPATCH: Mapping[str, Act] = {
    "sign": Act(
        Verb.SIGN,
        _("Sign for the task"),
        _("Signed for; the reply time runs on."),
        forms.SignForm,
        dispatch.sign,
        fits=lambda sheet: bool(forms.unsigned(sheet)),
        group="department",
    ),
    "review": Act(
        Verb.REVIEW,
        _("Review the result"),
        _("Reviewed."),
        forms.ReviewForm,
        review.review,
        fits=reviewable,
        group="lead",
    ),
    "ask-back": Act(
        Verb.ASK_BACK,
        _("Ask the front desk"),
        _("The front desk has your question."),
        forms.AskBackForm,
        dispatch.ask_back,
        fits=lambda sheet: bool(own_tasks(sheet)),
        group="department",
    ),
    "inform": Act(
        Verb.TELL,
        _("Answer the department's question"),
        _("The department has your answer."),
        forms.TellForm,
        dispatch.tell,
        fits=lambda sheet: bool(questions(sheet)),
        group="department",
    ),
    "pass-on": Act(
        Verb.PASS_ON,
        _("Pass it on to another department"),
        _("Passed on; the reply time goes on, and the front desk knows."),
        forms.PassOnForm,
        dispatch.pass_on,
        fits=lambda sheet: bool(forms.passable(sheet)),
        group="department",
    ),
    "judge-answer": Act(
        Verb.JUDGE,
        _("Judge a department's answer"),
        _("Judged; it is counted."),
        forms.JudgeForm,
        judging.judge,
        fits=lambda sheet: bool(judgeable(sheet)),
        group="department",
    ),
    "return": Act(
        Verb.RETURN,
        _("Return it as not ours"),
        _("Asked for; until it is decided the task stays yours and your clock runs."),
        forms.ReturnForm,
        dispatch.apply_return,
        fits=lambda sheet: bool(forms.returnable(sheet)),
        group="department",
    ),
    "decide-return": Act(
        Verb.DECIDE_RETURN,
        _("Decide on the return"),
        _("Decided; the department reads why."),
        forms.DecideReturnForm,
        dispatch.decide_return,
        fits=lambda sheet: bool(decidable(sheet, EventKind.RETURNING)),
        group="department",
        guide="desk/return_guide.html",
    ),
    "extend": Act(
        Verb.EXTEND,
        _("Ask for more time"),
        _("Asked for; until it is decided the deadline stays."),
        forms.ExtendForm,
        extensions.extend,
        fits=lambda sheet: bool(extendable(sheet)),
        group="lead",
    ),
    "decide-extension": Act(
        Verb.DECIDE_EXTENSION,
        _("Decide on more time"),
        _("Decided."),
        forms.DecideExtensionForm,
        extensions.decide_extension,
        fits=lambda sheet: bool(decidable(sheet, EventKind.EXTENDING)),
        group="lead",
        guide="desk/extension_guide.html",
    ),
    "override": Act(
        Verb.OVERRIDE,
        _("Set a deadline by hand"),
        _("The deadline is set; it is counted."),
        forms.OverrideForm,
        extensions.override,
        fits=lambda sheet: bool(changeable(sheet)),
        danger=True,
        group="lead",
    ),
    "chase": Act(
        Verb.CHASE,
        _("Chase it"),
        _("Chased; it is counted."),
        forms.ChaseForm,
        dispatch.chase,
        fits=_somebody_has_it,
        group="department",
    ),
    "supervise": Act(
        Verb.SUPERVISE,
        _("Supervise it to the end"),
        _("You supervise this case."),
        forms.SuperviseForm,
        dispatch.supervise,
        group="lead",
    ),
    "end-supervision": Act(
        Verb.SUPERVISE,
        _("End the supervision"),
        _("Nobody supervises it any more."),
        forms.ReasonForm,
        dispatch.release,
        fits=lambda sheet: sheet.case.supervised_by_id is not None,
        group="lead",
    ),
    "refer": Act(
        Verb.REFER,
        _("Put it before the supervisor"),
        _("The supervisor decides now."),
        forms.ReasonForm,
        dispatch.refer,
        fits=lambda sheet: not sheet.case.referred,
        group="lead",
    ),
    "decide": Act(
        Verb.DECIDE,
        _("Decide measure and department"),
        _("Decided; the departments have their tasks."),
        forms.DecideForm,
        dispatch.decide,
        fits=lambda sheet: bool(sheet.case.referred),
        label=_who_leads,
        group="lead",
        guide="desk/decide_guide.html",
    ),
    "concern": Act(
        Verb.CONCERN,
        _("Name whom it is about"),
        _("They step aside: the case isn't there for them any more."),
        forms.ConcernForm,
        dispatch.concern,
    ),
    "transfer": Act(
        Verb.TRANSFER,
        _("It came from above too"),
        _("Written down; the earlier deadline counts."),
        forms.TransferForm,
        dispatch.transfer,
    ),
    "split": Act(
        Verb.SPLIT,
        _("Split a part off"),
        _("Split; the timeline leads to the new case."),
        forms.SplitForm,
        _split,
    ),
    "withdraw": Act(
        Verb.WITHDRAW,
        _("The customer takes it back"),
        _("Withdrawn; it still counts."),
        forms.WithdrawForm,
        dispatch.withdraw,
        danger=True,
    ),
    "close-early": Act(
        Verb.CLOSE,
        _("Close without asking the customer"),
        _("Closed; it is counted."),
        forms.CloseEarlyForm,
        returns.close,
        fits=lambda sheet: visit_waits(sheet) and sheet.may(Verb.OVERRIDE),
        danger=True,
    ),
}
"""By the last part of the address that it is posted to; in the order of the menu."""

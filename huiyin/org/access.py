"""Who may see and do what. `reach` is the only answer to that question: lists, pages, search, counts and API ask it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from . import queries
from .models import Role, User


class Verb(TextChoices):
    """Everything a person can do, as the API names it."""

    VIEW = "view", _("View")
    CREATE = "create", _("Create")
    ACCEPT = "accept", _("Accept")
    ASSIGN = "assign", _("Assign")
    HAND_OVER = "hand-over", _("Hand over")
    SIGN = "sign", _("Sign for a task")
    REPLY = "reply", _("Reply as department")
    PASS_ON = "pass-on", _("Pass a task on")
    JUDGE = "judge-answer", _("Judge a department's answer")
    ANSWER = "answer", _("Answer")
    NOTE = "note", _("Note")
    CHECK = "check", _("Tick off tasks")
    FILL = "fill", _("Fill in fields")
    RELATE = "relate", _("Link cases")
    CONTACT = "contact", _("Correct the contact")
    TIER = "tier", _("Set the customer's tier")
    PHONE = "phone", _("Phone note")
    COMMIT = "commit", _("Promise")
    KEEP = "keep", _("Keep promise")
    WAIT = "wait", _("Wait")
    RESUME = "resume", _("Resume")
    ARRIVE = "arrive", _("Arrive on site")
    CONTAIN = "contain", _("Stop danger or loss")
    GRADE = "grade", _("Grade")
    SORT = "sort", _("Choose category")
    RESOLVE = "resolve", _("Resolve")
    DECLINE = "decline", _("Decline")
    REFUSE = "refuse", _("Refuse")
    PROPOSE_REFUSAL = "propose-refusal", _("Ask for a refusal")
    DECIDE_REFUSAL = "decide-refusal", _("Decide on a refusal asked for")
    REOPEN = "reopen", _("Reopen")
    JOIN = "join", _("Join")
    ACKNOWLEDGE = "acknowledge", _("Acknowledge a call")
    REVIEW = "review", _("Review a result")
    VISIT = "visit", _("Return visit")
    RATING = "rating", _("Write down a rating")
    ASK_DEPARTMENT = "ask-department", _("Ask a department what would have helped")
    EXPLAIN = "explain", _("Say what would have helped")
    CLOSE = "close", _("Close")
    ASK_BACK = "ask-back", _("Ask back")
    TELL = "tell", _("Answer a department's question")
    RETURN = "return", _("Apply to return a task")
    DECIDE_RETURN = "decide-return", _("Decide on a return")
    EXTEND = "extend", _("Ask for an extension")
    DECIDE_EXTENSION = "decide-extension", _("Decide on an extension")
    PLAN = "plan", _("Propose the plan of a project")
    DECIDE_PLAN = "decide-plan", _("Decide on a plan")
    REACH = "reach", _("Reach a milestone")
    FAILURE = "failure", _("Name what went wrong")
    PLAYBOOK = "playbook", _("Choose a recovery plan")
    STEP = "step", _("Settle a step of a recovery plan")
    REMEDY = "remedy", _("Propose what makes good")
    APPROVE = "approve", _("Approve what is proposed")
    CHOOSE = "choose", _("Write down the customer's choice")
    PROMISE = "promise", _("Promise a remedy")
    DELIVER = "deliver", _("Deliver a remedy")
    CONFIRM = "confirm", _("Confirm for the customer")
    CANCEL = "cancel-remedy", _("Cancel a remedy")
    OVERRIDE = "override", _("Set a deadline by hand, close without a visit")
    CHASE = "chase", _("Chase")
    SUPERVISE = "supervise", _("Supervise to the end")
    REFER = "refer", _("Put before the supervisor")
    DECIDE = "decide", _("Decide measure and department")
    CONCERN = "concern", _("Name whom it is about")
    ESCALATE = "escalate", _("Record that it went over the handler's head")
    EXPECTATION = "expectation", _("Record what was expected")
    TRANSFER = "transfer", _("Record a transfer from above")
    SPLIT = "split", _("Split")
    WITHDRAW = "withdraw", _("Withdraw for the customer")
    TAG = "tag", _("Tag")
    UNTAG = "untag", _("Take off a tag")
    MARK = "mark", _("Mark a customer for special attention")
    MARKS = "marks", _("Read all special-attention marks")
    IDENTIFY = "identify", _("Know a protected customer")
    NOTICE = "notice", _("Write notices to customers")
    IMPORT = "import", _("Import")
    SHARE = "share", _("Share a view")
    MEASURE = "measure", _("Read the rates")
    EXCLUDE = "exclude", _("Leave out of a rate")
    EXPORT = "export", _("Take an evidence copy, see who had its files")
    ADMINISTER = "administer", _("Administer")


_DEPARTMENT = frozenset({Verb.SIGN, Verb.REPLY, Verb.PASS_ON, Verb.ASK_BACK, Verb.RETURN, Verb.EXPLAIN})
"""What a department does with a task of its own."""
_DECIDING = frozenset(
    {
        Verb.REFUSE,
        Verb.DECIDE_REFUSAL,
        Verb.REVIEW,
        Verb.DECIDE,
        Verb.DECIDE_PLAN,
        Verb.APPROVE,
        Verb.OVERRIDE,
        Verb.SUPERVISE,
    }
)
_LEADING = frozenset({Verb.TIER, Verb.IDENTIFY, Verb.IMPORT, Verb.SHARE, Verb.MEASURE, Verb.EXCLUDE, Verb.EXPORT})
_LEADING |= {Verb.MARK, Verb.MARKS, Verb.NOTICE}
_DESK = frozenset(Verb) - _DEPARTMENT - _DECIDING - _LEADING - {Verb.ADMINISTER}
_LEAD = _DESK | _DEPARTMENT | _DECIDING | _LEADING

VERBS: Mapping[Role, frozenset[Verb]] = {
    Role.AGENT: _DESK,
    Role.BACK_OFFICE: _DEPARTMENT
    | {Verb.VIEW, Verb.NOTE, Verb.CHECK, Verb.FILL, Verb.EXTEND, Verb.ARRIVE, Verb.CONTAIN, Verb.ACKNOWLEDGE}
    | {Verb.DELIVER, Verb.STEP},
    Role.SUPERVISOR: _LEAD,
    Role.MANAGER: _LEAD,
    Role.AUDITOR: frozenset({Verb.VIEW, Verb.MEASURE, Verb.EXPORT, Verb.MARKS}),
    # Keeping the installation running gives no right to know who spoke in confidence or is marked, nor to give money
    # away.
    Role.ADMINISTRATOR: frozenset(Verb) - {Verb.IDENTIFY, Verb.APPROVE, Verb.MARK, Verb.MARKS},
}
"""Roles × verbs; printed in docs/reference/roles.md."""


class Forbidden(Exception):
    """The person sees the thing but may not do this with it."""

    def __init__(self, verb: Verb) -> None:
        super().__init__(verb)
        self.verb = verb


@dataclass(frozen=True)
class Reach:
    """Where a verb is open to a person.

    `everywhere`: the whole installation. `sites`: ids of sites where every case is meant. `department_sites`: ids of
    sites where only those cases are meant that were handed over to `department`.
    """

    everywhere: bool = False
    sites: frozenset[int] = frozenset()
    department_sites: frozenset[int] = frozenset()
    department: int | None = None

    def covers(self, site: int, departments: frozenset[int] = frozenset()) -> bool:
        """Is a case at `site`, handed over to `departments` so far, within reach?"""
        if self.everywhere or site in self.sites:
            return True
        return site in self.department_sites and self.department in departments


def reach(user: User, verb: Verb) -> Reach:
    """Where `user` may do `verb`: nowhere for people who have left."""
    if not user.is_active:
        return Reach()
    organisation = queries.organisation()
    whole: frozenset[int] = frozenset()
    narrow: frozenset[int] = frozenset()
    for role, site in organisation.grants.get(user.pk, ()):
        if verb not in VERBS[role]:
            continue
        below = organisation.below(site)
        if role is Role.BACK_OFFICE:
            narrow |= below
        else:
            whole |= below
    if whole and len(whole) == len(organisation.sites):
        return Reach(everywhere=True)
    department = user.department_id if narrow else None
    return Reach(sites=whole, department_sites=narrow - whole, department=department)


def roles(user: User) -> frozenset[Role]:
    """Every role the person holds anywhere."""
    return frozenset(role for role, _site in queries.organisation().grants.get(user.pk, ()))


def may(user: User, verb: Verb, site: int, departments: frozenset[int] = frozenset()) -> bool:
    """May `user` do `verb` with something at `site`?"""
    return reach(user, verb).covers(site, departments)


def require(user: User, verb: Verb, site: int, departments: frozenset[int] = frozenset()) -> None:
    """Raise `Forbidden` when `may` says no."""
    if not may(user, verb, site, departments):
        raise Forbidden(verb)

"""The verbs between front and back office: questions, returns, the supervisor's decision, and stepping aside.

As in `actions`: one function a verb, with the same arguments and exceptions.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from huiyin.org import access
from huiyin.org.access import Verb
from huiyin.org.models import Department, User

from .actions import BadInput, By, acting, doer, perhaps_said, said, serving, take, theirs
from .change import Change
from .given import perhaps_sent
from .models import HandOver, Kind, Part
from .workflow import WORKING, Because, EventKind, NotAllowed

CONSULT_AFTER = 2
"""So many applications to return a case, and departments with the supervisor settle together who leads."""
SHORTEST_REASON = 10


def reason_of(text: str) -> str:
    """A reason that is one; raises `BadInput`."""
    text = said("reason", text)
    if len(text) < SHORTEST_REASON:
        raise BadInput("reason", _("Give the reason in at least ten characters."))
    return text


def sign(case_id: int, by: By, *, hand_over: int | None = None, text: str = "") -> Change:
    """A department signs for a task: it has read it and takes it. `text` says who is at it."""
    with acting(Verb.SIGN, case_id, by) as change:
        unsigned = [one for one in theirs(change, by, hand_over) if one not in change.now.signed]
        if hand_over is None and len(unsigned) == 1:
            hand_over = unsigned[0]
        number = one_of_theirs(change, by, hand_over, EventKind.SIGNED)
        change.add(EventKind.SIGNED, {"hand_over": number}, words={"text": perhaps_said("text", text)})
    return change


def ask_back(case_id: int, by: By, *, text: str, hand_over: int | None = None) -> Change:
    """A department needs to know something for its task. Its own clock goes on."""
    with acting(Verb.ASK_BACK, case_id, by) as change:
        number = one_of_theirs(change, by, hand_over, EventKind.ASKED)
        change.add(EventKind.ASKED, {"hand_over": number}, words={"text": said("text", text)})
    return change


def tell(case_id: int, by: By, *, text: str, hand_over: int | None = None) -> Change:
    """Answer what a department asked back."""
    with acting(Verb.TELL, case_id, by) as change:
        number = hand_over if hand_over is not None else next(iter(change.now.open_questions), None)
        if number is None:
            raise NotAllowed(EventKind.TOLD, change.now.status, _("no department has asked anything"))
        change.add(EventKind.TOLD, {"hand_over": number}, words={"text": said("text", text)})
    return change


def one_of_theirs(change: Change, by: By, hand_over: int | None, kind: EventKind) -> int:
    """The hand-over that a department's verb is about; it may be left out while just one is open."""
    waiting = theirs(change, by, hand_over)
    if hand_over is not None:
        return hand_over
    if len(waiting) > 1:
        raise BadInput("hand_over", _("Several hand-overs are open: %(numbers)s.") % {"numbers": waiting})
    if not waiting:
        raise NotAllowed(kind, change.now.status, _("no hand-over is open"))
    return waiting[0]


def pass_on(case_id: int, by: By, *, department: Department, reason: str, hand_over: int | None = None) -> Change:
    """A department gives its task to another by itself, without a dispatcher. Seen by all, counted; the reply time goes
    on. Once a task: whoever got it that way may only apply to return it."""
    with acting(Verb.PASS_ON, case_id, by) as change:
        number = one_of_theirs(change, by, hand_over, EventKind.PASSED)
        if change.now.referred == Because.RETURNED:
            raise NotAllowed(EventKind.PASSED, change.now.status, _("the supervisor decides who leads"))
        if number in change.now.passed:
            why = _("it was passed on once already; apply to return it")
            raise NotAllowed(EventKind.PASSED, change.now.status, why)
        serving(change, department)
        if dict(change.now.open_hand_overs).get(number) == department.pk:
            raise BadInput("department", _("The task is with this department already; choose another."))
        part = HandOver.objects.filter(case=change.case, seq=number).values_list("part", flat=True).first()
        data = {"hand_over": number, "department": department.pk, "part": part or Part.LEAD.value}
        change.add(EventKind.PASSED, data, words={"text": reason_of(reason)})
    return change


def apply_return(case_id: int, by: By, *, reason: str, hand_over: int | None = None) -> Change:
    """A department says that a task isn't its own. The dispatcher decides; meanwhile all clocks go on.

    The second application about a case goes to the supervisor, who names who leads.
    """
    with acting(Verb.RETURN, case_id, by) as change:
        number = one_of_theirs(change, by, hand_over, EventKind.RETURNING)
        change.add(EventKind.RETURNING, {"hand_over": number}, words={"text": reason_of(reason)})
        if change.now.returns >= CONSULT_AFTER and change.now.referred != Because.RETURNED:
            change.add(EventKind.REFERRED, {"because": Because.RETURNED.value})
    return change


def decide_return(case_id: int, by: By, *, granted: bool, reason: str, request: int | None = None) -> Change:
    """The dispatcher takes a task back, or lets it stand. Not for whoever asked."""
    with acting(Verb.DECIDE_RETURN, case_id, by) as change:
        seq, hand_over = pending(change, EventKind.RETURNING, request)
        if change.now.referred == Because.RETURNED:
            raise NotAllowed(EventKind.RETURNED, change.now.status, _("the supervisor decides who leads"))
        own = not_own(change, by, seq)
        data = {"request": seq, "hand_over": hand_over, "granted": granted, **own}
        change.add(EventKind.RETURNED, data, words={"text": said("reason", reason)})
    return change


def pending(change: Change, kind: EventKind, request: int | None) -> tuple[int, int]:
    """An application that waits: its number and what it is about. `request` may be left out while just one waits."""
    waiting = {seq: about for seq, what, about in change.now.open_requests if what == kind}
    if request is None and len(waiting) > 1:
        raise BadInput("request", _("Several applications wait: %(numbers)s.") % {"numbers": list(waiting)})
    number = request if request is not None else next(iter(waiting), None)
    if number is None or number not in waiting:
        raise NotAllowed(kind, change.now.status, _("no such application waits for a decision"))
    return number, waiting[number]


def not_own(change: Change, by: By, request: int) -> dict[str, bool]:
    """Nobody decides their own application. An administrator may, where nobody else is there; the record says so."""
    asker = change.case.caseevent_set.values_list("actor_id", flat=True).get(seq=request)
    if by.user is None or asker != by.user.pk:
        return {}
    if not access.may(by.user, Verb.ADMINISTER, change.case.site_id):
        raise BadInput("request", _("Somebody else must decide what you asked for yourself."))
    return {"own": True}


def chase(case_id: int, by: By, *, text: str = "", hand_over: int | None = None, customer: bool = False) -> Change:
    """Remind whoever has the task. `customer`: it was the customer who asked where it stays."""
    with acting(Verb.CHASE, case_id, by) as change:
        if hand_over is not None and hand_over not in dict(change.now.open_hand_overs):
            raise BadInput("hand_over", _("This hand-over is not open."))
        data = {"hand_over": hand_over, "by": "customer" if customer else "us"}
        change.add(EventKind.CHASED, data, words={"text": perhaps_said("text", text)})
    return change


def supervise(case_id: int, by: By, *, reason: str, due_at: datetime | None = None) -> Change:
    """A supervisor watches the case to its end, with a deadline of their own if they want."""
    if due_at is not None and due_at <= by.at:
        raise BadInput("due_at", _("This time has passed; choose a later one."))
    with acting(Verb.SUPERVISE, case_id, by) as change:
        data = {"by": doer(by).pk, "due_at": due_at.isoformat() if due_at else None}
        change.add(EventKind.SUPERVISED, data, words={"text": said("reason", reason)})
    return change


def release(case_id: int, by: By, *, reason: str) -> Change:
    """End the supervision."""
    with acting(Verb.SUPERVISE, case_id, by) as change:
        if change.now.supervised_by_id is None:
            raise NotAllowed(EventKind.SUPERVISED, change.now.status, _("nobody supervises it"))
        change.add(EventKind.SUPERVISED, {"by": None, "due_at": None}, words={"text": said("reason", reason)})
    return change


def refer(case_id: int, by: By, *, reason: str) -> Change:
    """Put a case before the supervisor: responsibility is disputed, or authority is missing."""
    with acting(Verb.REFER, case_id, by) as change:
        if change.now.referred:
            raise NotAllowed(EventKind.REFERRED, change.now.status, _("it lies before the supervisor already"))
        take(change, by)
        change.add(EventKind.REFERRED, {"because": Because.ASKED.value}, words={"text": said("reason", reason)})
    return change


def decide(
    case_id: int,
    by: By,
    *,
    measure: str,
    text: str = "",
    department: Department | None = None,
    assist: Sequence[Department] = (),
    reply_by: datetime | None = None,
) -> Change:
    """The supervisor decides what is done and which department leads; `text` tells the customer, `measure` the staff.

    Settles applications to return that wait: granted, unless they come from the department that is named.
    """
    if reply_by is not None and reply_by <= by.at:
        raise BadInput("reply_by", _("This time has passed; choose a later one."))
    with acting(Verb.DECIDE, case_id, by) as change:
        if not change.now.referred:
            raise NotAllowed(EventKind.DECIDED, change.now.status, _("nothing waits for a decision; refer it first"))
        if change.now.referred == Because.RETURNED and department is None:
            raise BadInput("department", _("Name the department that leads."))
        for unit in (*([department] if department else []), *assist):
            serving(change, unit)
        take(change, by)
        words = {"text": perhaps_sent(change, by, "text", text), "measure": said("measure", measure)}
        data = {
            "because": change.now.referred,
            "department": department.pk if department else None,
            "told": bool(words["text"]),
        }
        change.add(EventKind.DECIDED, data, words=words, public={"text"})
        _settle_returns(change, department)
        _hand_out(change, department, assist, words["measure"], reply_by)
    return change


def _settle_returns(change: Change, department: Department | None) -> None:
    opened = dict(change.now.open_hand_overs)
    for seq, what, about in change.now.open_requests:
        if what == EventKind.RETURNING:
            granted = department is None or opened.get(about) != department.pk
            change.add(EventKind.RETURNED, {"request": seq, "hand_over": about, "granted": granted})


def _hand_out(
    change: Change, department: Department | None, assist: Sequence[Department], measure: str, reply_by: datetime | None
) -> None:
    busy = {unit for _seq, unit in change.now.open_hand_overs}
    named = [(department, Part.LEAD), *((unit, Part.ASSIST) for unit in assist)]
    for unit, part in named:
        if unit is not None and unit.pk not in busy:
            data = {"department": unit.pk, "reply_by": reply_by.isoformat() if reply_by else None, "part": part.value}
            change.add(EventKind.HANDED_OVER, data, words={"text": measure})


def concern(
    case_id: int, by: By, *, users: Collection[User], departments: Collection[Department], reason: str
) -> Change:
    """The complaint is about these people and departments: they step aside, and the case isn't there for them any more.

    Naming fewer than before needs the right to decide, and is counted as an override.
    """
    with acting(Verb.CONCERN, case_id, by) as change:
        people, units = sorted(u.pk for u in users), sorted(d.pk for d in departments)
        data: dict[str, object] = {"users": people, "departments": units}
        if {*change.now.about_users} - {*people} or {*change.now.about_departments} - {*units}:
            access.require(doer(by), Verb.DECIDE, change.case.site_id)
            data |= {"override": True}
        change.add(EventKind.CONCERNED, data, words={"text": said("reason", reason)})
        if (
            change.case.kind in (Kind.COMPLAINT, Kind.REPORT)
            and not change.now.referred
            and change.now.status in WORKING
        ):
            change.add(EventKind.REFERRED, {"because": Because.CONDUCT.value})
    return change


def withdraw(case_id: int, by: By, *, text: str) -> Change:
    """The customer takes it back, and said so: `text` tells how. Still counted."""
    with acting(Verb.WITHDRAW, case_id, by) as change:
        change.add(EventKind.WITHDRAWN, {"by": "us"}, words={"text": said("text", text)})
    return change


def transfer(case_id: int, by: By, *, body: str, number: str, due_at: datetime | None = None) -> Change:
    """The matter came down from above too: who sent it, their number, and by when they want it done.

    An outside deadline only shortens ours.
    """
    if due_at is not None and due_at <= by.at:
        raise BadInput("due_at", _("This time has passed; choose a later one."))
    with acting(Verb.TRANSFER, case_id, by) as change:
        transferred(change, body=body, number=number, due_at=due_at)
    return change


def transferred(change: Change, *, body: str, number: str, due_at: datetime | None) -> None:
    """The fact that it came from above; the number is kept as words, so that it is found by search."""
    words = {"text": said("body", body), "number": perhaps_said("number", number)}
    change.add(EventKind.TRANSFERRED, {"due_at": due_at.isoformat() if due_at else None}, words=words)

"""Every verb of a case, one function each. All doors call these; a rule stands here or in `workflow.py`, once.

Each takes the case's id and `By` (who, when, and the version the caller saw), returns the written `Change`, and raises
`Case.DoesNotExist`, `access.Forbidden`, `workflow.NotAllowed`, `timeline.Stale` or `BadInput`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.utils.translation import gettext as _

from huiyin.org import access
from huiyin.org import queries as org
from huiyin.org.access import Verb
from huiyin.org.models import Department, User

from . import details, mentions, queries, refusal, timeline
from .change import Change, StoredFile

# What every verb is given; callers of the verbs take these from here.
from .given import BadInput as BadInput  # noqa: PLC0414
from .given import By as By  # noqa: PLC0414
from .given import clean as clean  # noqa: PLC0414
from .given import perhaps_said as perhaps_said  # noqa: PLC0414
from .given import said as said  # noqa: PLC0414
from .given import sent
from .models import Category, Part
from .oversight import refer_if_serious, waits
from .severity import Complexity, Severity, Taps, grade, one_up
from .workflow import RULES, WORKING, EventKind, NotAllowed, Status, WaitingFor

_LEADS_TO: Mapping[Verb, EventKind] = {
    Verb.ACCEPT: EventKind.ACCEPTED,
    Verb.ASSIGN: EventKind.ASSIGNED,
    Verb.HAND_OVER: EventKind.HANDED_OVER,
    Verb.SIGN: EventKind.SIGNED,
    Verb.REPLY: EventKind.REPLIED,
    Verb.PASS_ON: EventKind.PASSED,
    Verb.JUDGE: EventKind.JUDGED,
    Verb.ANSWER: EventKind.ANSWERED,
    Verb.NOTE: EventKind.NOTED,
    Verb.CHECK: EventKind.NOTED,
    Verb.FILL: EventKind.NOTED,
    Verb.RELATE: EventKind.NOTED,
    Verb.CONTACT: EventKind.NOTED,
    Verb.TIER: EventKind.NOTED,
    Verb.PHONE: EventKind.CALLED,
    Verb.COMMIT: EventKind.COMMITTED,
    Verb.KEEP: EventKind.KEPT,
    Verb.WAIT: EventKind.WAITED,
    Verb.RESUME: EventKind.RESUMED,
    Verb.ARRIVE: EventKind.ARRIVED,
    Verb.CONTAIN: EventKind.CONTAINED,
    Verb.GRADE: EventKind.GRADED,
    Verb.SORT: EventKind.SORTED,
    Verb.RESOLVE: EventKind.RESOLVED,
    Verb.DECLINE: EventKind.DECLINED,
    Verb.REFUSE: EventKind.REFUSED,
    Verb.PROPOSE_REFUSAL: EventKind.HANDED_OVER,  # while it is worked on: what is resolved has been met
    Verb.DECIDE_REFUSAL: EventKind.REFUSED,
    Verb.REOPEN: EventKind.REOPENED,
    Verb.JOIN: EventKind.JOINED,
    Verb.REVIEW: EventKind.REVIEWED,
    Verb.VISIT: EventKind.VISITED,
    Verb.RATING: EventKind.VISITED,
    Verb.ASK_DEPARTMENT: EventKind.NOTED,
    Verb.EXPLAIN: EventKind.NOTED,
    Verb.CLOSE: EventKind.CLOSED,
    Verb.ASK_BACK: EventKind.ASKED,
    Verb.TELL: EventKind.TOLD,
    Verb.RETURN: EventKind.RETURNING,
    Verb.DECIDE_RETURN: EventKind.RETURNED,
    Verb.EXTEND: EventKind.EXTENDING,
    Verb.DECIDE_EXTENSION: EventKind.EXTENDED,
    Verb.PLAN: EventKind.PLANNING,
    Verb.DECIDE_PLAN: EventKind.PLANNED,
    Verb.REACH: EventKind.REACHED,
    Verb.FAILURE: EventKind.APPROVING,
    Verb.PLAYBOOK: EventKind.APPROVING,
    Verb.STEP: EventKind.NOTED,
    Verb.REMEDY: EventKind.APPROVING,
    Verb.APPROVE: EventKind.APPROVED,
    Verb.CHOOSE: EventKind.APPROVED,
    Verb.PROMISE: EventKind.COMMITTED,
    Verb.DELIVER: EventKind.APPROVED,
    Verb.CONFIRM: EventKind.APPROVED,
    Verb.CANCEL: EventKind.APPROVED,
    Verb.OVERRIDE: EventKind.OVERRIDDEN,
    Verb.CHASE: EventKind.CHASED,
    Verb.SUPERVISE: EventKind.SUPERVISED,
    Verb.REFER: EventKind.REFERRED,
    Verb.DECIDE: EventKind.DECIDED,
    Verb.CONCERN: EventKind.CONCERNED,
    Verb.ESCALATE: EventKind.ASSIGNED,
    Verb.EXPECTATION: EventKind.NOTED,
    Verb.TRANSFER: EventKind.TRANSFERRED,
    Verb.SPLIT: EventKind.SPLIT,
    Verb.WITHDRAW: EventKind.WITHDRAWN,
    Verb.TAG: EventKind.TAGGED,
    Verb.UNTAG: EventKind.UNTAGGED,
}
_TAKING = frozenset(
    {Verb.HAND_OVER, Verb.ANSWER, Verb.PHONE, Verb.COMMIT, Verb.ARRIVE, Verb.CONTAIN, Verb.FAILURE, Verb.REMEDY}
    | {Verb.PLAYBOOK}
)
_ANSWERED = frozenset({Status.RESOLVED, Status.CLOSED, Status.DECLINED, Status.REFUSED})
"""What the customer has had a yes or a no to."""


def possible(status: str) -> tuple[Verb, ...]:
    """The verbs that the workflow allows for a case in `status`, whoever does them."""
    open_to = {verb: RULES[kind][0] for verb, kind in _LEADS_TO.items()}
    open_to |= {verb: open_to[verb] | {Status.RECEIVED} for verb in _TAKING}
    open_to[Verb.COMMIT] -= {Status.RESOLVED}  # once the work is done, only what makes good is left to promise
    open_to[Verb.EXPECTATION] = _ANSWERED
    open_to[Verb.VISIT] -= {Status.CLOSED}  # only the customer's own answer may come as late as that
    return tuple(verb for verb, sources in open_to.items() if status in sources)


APPOINTMENT = "appointment"
"""What a promise is about, when it is that somebody comes."""


@contextmanager
def acting(verb: Verb, case_id: int, by: By) -> Iterator[Change]:
    """Lock a case for a verb of a member of staff, after asking whether it is theirs to do."""
    with timeline.editing(case_id, at=by.at, actor=by.user) as change:
        if by.user is not None:
            queries.require(by.user, verb, change.case)
        # Only now: the version of a case is nothing to tell those who may not see it.
        timeline.expect(change, by.expect)
        yield change


def require_status(change: Change, verb: Verb) -> None:
    """Raise `NotAllowed` when the workflow has no place for the verb as the case stands."""
    if verb not in possible(change.now.status):
        raise NotAllowed(_LEADS_TO[verb], change.now.status)


def doer(by: By) -> User:
    """The member of staff who acts."""
    if by.user is None:
        raise ValueError("this verb belongs to a member of staff")
    return by.user


def take(change: Change, by: By) -> None:
    """Whoever does something for a case that nobody has taken yet takes it by that."""
    if change.now.status == Status.RECEIVED:
        change.add(EventKind.ACCEPTED, {"by": doer(by).pk})


def accept(case_id: int, by: By) -> Change:
    """Take a case. The first to take it owns it until it is closed."""
    with acting(Verb.ACCEPT, case_id, by) as change:
        change.add(EventKind.ACCEPTED, {"by": doer(by).pk})
    return change


def assign(case_id: int, by: By, *, to: User) -> Change:
    """Give a case to a person, who must be able to see it."""
    with acting(Verb.ASSIGN, case_id, by) as change:
        if not queries.visible(to, Verb.ANSWER).filter(pk=case_id).exists():
            raise BadInput("to", _("This person can't work on cases of this site."))
        change.add(EventKind.ASSIGNED, {"to": to.pk})
    return change


def hand_over(
    case_id: int,
    by: By,
    *,
    department: Department,
    task: str,
    reply_by: datetime | None = None,
    part: str = Part.LEAD.value,
) -> Change:
    """Give a department a task with a reply time; without one the service level sets it. `part`: it leads, or assists
    the one that does."""
    if part not in Part.values:
        raise BadInput("part", _("Choose one of: %(choices)s.") % {"choices": ", ".join(Part.values)})
    if reply_by is not None and reply_by <= by.at:
        raise BadInput("reply_by", _("This time has passed; choose a later one."))
    with acting(Verb.HAND_OVER, case_id, by) as change:
        serving(change, department)
        take(change, by)
        data = {"department": department.pk, "reply_by": reply_by.isoformat() if reply_by else None, "part": part}
        change.add(EventKind.HANDED_OVER, data, words={"text": said("task", task)})
    return change


def serving(change: Change, department: Department) -> None:
    """Raise `BadInput` for a department that can't be given this case."""
    if change.case.site_id not in org.organisation().below(department.site_id):
        raise BadInput("department", _("This department doesn't serve this site."))
    if not department.active:
        raise BadInput("department", _("This department takes no new hand-overs."))
    if department.pk in change.now.about_departments:
        raise BadInput("department", _("The complaint is about this department; it steps aside."))


def reply(case_id: int, by: By, *, text: str, hand_over: int | None = None, files: Sequence[StoredFile] = ()) -> Change:
    """A department's answer to a hand-over. `hand_over` may be left out when just one is open."""
    with acting(Verb.REPLY, case_id, by) as change:
        waiting = theirs(change, by, hand_over)
        if hand_over is None and len(waiting) > 1:
            raise BadInput("hand_over", _("Several hand-overs are open: %(numbers)s.") % {"numbers": waiting})
        number = hand_over if hand_over is not None else next(iter(waiting), None)
        if number is None:
            raise NotAllowed(EventKind.REPLIED, change.now.status, _("no hand-over is open"))
        change.add(EventKind.REPLIED, {"hand_over": number}, words={"text": said("text", text)}, files=files)
    return change


def theirs(change: Change, by: By, wanted: int | None) -> list[int]:
    """The open hand-overs that a person may reply to: all of them, or those of their own department."""
    opened = dict(change.now.open_hand_overs)
    if by.user is None or access.may(by.user, Verb.REPLY, change.case.site_id):
        return list(opened)
    theirs = [seq for seq, department in opened.items() if department == by.user.department_id]
    if wanted in opened and wanted not in theirs:
        raise access.Forbidden(Verb.REPLY)
    return theirs


def answer(case_id: int, by: By, *, text: str, public: bool = True, files: Sequence[StoredFile] = ()) -> Change:
    """A word to the customer. With `public` false it is kept as a draft for colleagues: no clock stops."""
    with acting(Verb.ANSWER, case_id, by) as change:
        take(change, by)
        seen = {"text", "files"} if public else set()
        words = {"text": sent(change, by, "text", text) if public else said("text", text)}
        change.add(EventKind.ANSWERED, {"public": public}, words=words, public=seen, files=files)
    return change


def note(case_id: int, by: By, *, text: str, files: Sequence[StoredFile] = ()) -> Change:
    """A word among colleagues; the customer never sees it. Whoever is named with an @ is told."""
    with acting(Verb.NOTE, case_id, by) as change:
        named = mentions.ids(change.case, text)
        data = {"what": "note"} | ({"mentions": named} if named else {})
        change.add(EventKind.NOTED, data, words={"text": said("text", text)}, files=files, topic="cases")
    return change


def phone(case_id: int, by: By, *, text: str, reached: bool = True) -> Change:
    """What was said in a phone call, or that nobody picked up. A call that reached the customer is a word to them."""
    with acting(Verb.PHONE, case_id, by) as change:
        take(change, by)
        change.add(EventKind.CALLED, {"reached": reached}, words={"text": said("text", text)})
    return change


def commit(case_id: int, by: By, *, text: str, due_at: datetime, appointment: bool = False) -> Change:
    """Promise the customer something by a time. `appointment`: that somebody comes then."""
    if due_at <= by.at:
        raise BadInput("due_at", _("This time has passed; choose a later one."))
    with acting(Verb.COMMIT, case_id, by) as change:
        require_status(change, Verb.COMMIT)
        take(change, by)
        words = {"text": sent(change, by, "text", text)}
        data = {"due_at": due_at.isoformat()} | ({"what": APPOINTMENT} if appointment else {})
        change.add(EventKind.COMMITTED, data, words=words, public={"text"})
    return change


def keep(case_id: int, by: By, *, commitment: int, kept: bool, text: str = "") -> Change:
    """Say whether a promise was kept."""
    with acting(Verb.KEEP, case_id, by) as change:
        change.add(EventKind.KEPT, {"commitment": commitment, "kept": kept}, words={"text": perhaps_said("text", text)})
    return change


def wait(case_id: int, by: By, *, waiting_for: str, text: str) -> Change:
    """Wait for the customer (clocks pause; `text` says what is missing and goes to them) or for a third party."""
    if waiting_for not in WaitingFor.values:
        raise BadInput("for", _("Choose one of: %(choices)s.") % {"choices": ", ".join(WaitingFor.values)})
    with acting(Verb.WAIT, case_id, by) as change:
        words = {"text": sent(change, by, "text", text)}
        change.add(EventKind.WAITED, {"for": waiting_for}, words=words, public={"text"})
    return change


def resume(case_id: int, by: By) -> Change:
    """Go on after waiting."""
    with acting(Verb.RESUME, case_id, by) as change:
        change.add(EventKind.RESUMED)
    return change


def set_grade(case_id: int, by: By, *, taps: Taps, complexity: str = "", repeat: bool = False) -> Change:
    """Set severity by the points rule, and complexity."""
    with acting(Verb.GRADE, case_id, by) as change:
        category = change.case.category
        found = grade(taps, floor=category.floor if category else "", repeat=repeat)
        _set(change, found.severity, complexity, found.data())
    return change


def set_severity(case_id: int, by: By, *, severity: str, reason: str) -> Change:
    """Set severity by hand; the reason needs ten characters and is kept."""
    if severity not in Severity.values:
        raise BadInput("severity", _("Choose one of: %(choices)s.") % {"choices": ", ".join(Severity.values)})
    reason = perhaps_said("reason", reason)
    if len(reason) < 10:
        raise BadInput("reason", _("Give the reason in at least ten characters."))
    with acting(Verb.GRADE, case_id, by) as change:
        _set(change, severity, "", {"severity": severity, "by": "hand"}, reason=reason)
    return change


def _set(change: Change, severity: str, complexity: str, grade_data: dict[str, object], reason: str = "") -> None:
    if complexity and complexity not in Complexity.values:
        raise BadInput("complexity", _("Choose one of: %(choices)s.") % {"choices": ", ".join(Complexity.values)})
    data: dict[str, object] = {"severity": str(severity), "complexity": complexity or change.now.complexity}
    data |= {"grade": grade_data} | ({"override": True} if reason else {})
    change.add(EventKind.GRADED, data, words={"text": reason})
    refer_if_serious(change)


def raise_after_visit(change: Change) -> None:
    """What the customer calls not solved is one level more urgent when it is taken up again."""
    raised = one_up(change.now.severity)
    if raised != change.now.severity:
        _set(change, raised, "", {"severity": raised.value, "by": "visit"})


def sort(case_id: int, by: By, *, category: Category) -> Change:
    """Choose the category."""
    if not queries.categories().offered(category):
        raise BadInput("category", _("This category is no longer in use."))
    with acting(Verb.SORT, case_id, by) as change:
        change.add(EventKind.SORTED, {"category": category.pk})
        refer_if_serious(change)
    return change


def resolve(case_id: int, by: By, *, cause: str, done: str, text: str, prevention: str = "") -> Change:
    """The work is done and the customer is told with `text`, and with `prevention` what keeps it from happening again;
    `cause` and `done` stay inside."""
    with acting(Verb.RESOLVE, case_id, by) as change:
        if missing := details.missing(change.case):
            raise BadInput("values", _("Fill in first: %(names)s.") % {"names": _(", ").join(missing)})
        if told := next((told for ask in details.FIRST if (told := ask(change.case))), ""):
            raise BadInput("plan", told)
        words = {"text": sent(change, by, "text", text), "cause": said("cause", cause), "done": said("done", done)}
        if prevention.strip():
            words["prevention"] = sent(change, by, "prevention", prevention)
        if change.now.handler_id is None and change.now.status in WORKING:
            # Who ends what nobody holds has handled it, and is not the one to ask the customer how it went.
            change.add(EventKind.ASSIGNED, {"to": doer(by).pk})
        change.add(EventKind.RESOLVED, waits(change), words=words, public={"text", "prevention"} & words.keys())
    return change


def decline(case_id: int, by: By, *, reason: str, right_door: str = "", outside: Sequence[int] = ()) -> Change:
    """Not ours, or it must go a legal way: say why, and which door is the right one, in words or by the ids of the
    bodies `outside`."""
    with acting(Verb.DECLINE, case_id, by) as change:
        refusal.not_ours(change, by, {"reason": reason, "right_door": right_door}, outside)
    return change


def refuse(case_id: int, by: By, *, reason: str, basis: str, outside: Sequence[int] = ()) -> Change:
    """Looked into by the handler, and it can't be met: somebody else says so, why, and on which basis. `outside`: ids
    of the bodies to whom the customer may turn."""
    with acting(Verb.REFUSE, case_id, by) as change:
        refusal.say_no(change, by, {"reason": reason, "basis": basis}, outside)
    return change


def reopen(case_id: int, by: By, *, reason: str) -> Change:
    """Take up an ended case again."""
    with acting(Verb.REOPEN, case_id, by) as change:
        change.add(EventKind.REOPENED, {"because": "asked"}, words={"text": said("reason", reason)})
    return change


def join(case_id: int, by: By, *, into: int) -> Change:
    """Handle a case together with another; it keeps its own number."""
    if into == case_id:
        raise BadInput("into", _("A case can't be joined into itself."))
    with timeline.editing_all([case_id, into], at=by.at, actor=by.user) as changes:
        change, target = changes[case_id], changes[into]
        for one in (change, target):
            queries.require(doer(by), Verb.JOIN, one.case)
        timeline.expect(change, by.expect)
        if change.now.protected:
            raise BadInput("into", _("The customer's identity is protected; their case stands alone."))
        change.add(EventKind.JOINED, {"into": into})
        try:
            target.add(EventKind.ABSORBED, {"case": case_id})
        except NotAllowed as error:
            raise BadInput("into", _("The other case has ended; choose one that is open.")) from error
    return change

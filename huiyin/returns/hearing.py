"""The back office hears what customers say, as a question and not as a reproach: what would have helped?

As in `cases.actions`: one function a verb, with the same arguments and exceptions.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from huiyin.alerts import emergencies, notices
from huiyin.alerts.models import What
from huiyin.cases import timeline
from huiyin.cases.actions import BadInput, By, acting, perhaps_said, said, serving
from huiyin.cases.change import Change
from huiyin.cases.models import CaseEvent, HandOver
from huiyin.cases.workflow import EventKind, NotAllowed
from huiyin.org import access, house
from huiyin.org.access import Forbidden, Verb
from huiyin.org.models import Department, Role

from .follow import TOPIC
from .models import UNANSWERED, Help, HelpAsked
from .plan import is_bad

HELPS = Help.choices
LONGEST = timedelta(days=30)
_CHUNK = 200


def ask(case_id: int, by: By, *, department: Department, text: str, due_at: datetime) -> Change:
    """After a bad answer ask a department that worked on the case what would have helped, by when. Who asks isn't named
    unless the house says so: the row knows."""
    with acting(Verb.ASK_DEPARTMENT, case_id, by) as change:
        visit = _bad_answer(change)
        serving(change, department)
        if not HandOver.objects.filter(case=change.case, department=department, replied_at__isnull=False).exists():
            raise BadInput("department", _("This department has answered no task in this case."))
        if HelpAsked.objects.filter(UNANSWERED, case=change.case, department=department).exists():
            raise BadInput("department", _("This department is asked already and has not answered yet."))
        if not change.at < due_at <= change.at + LONGEST:
            raise BadInput("due_at", _("Choose a time within the next thirty days."))
        named = house.rules().show_asker
        change.actor = by.user if named else None
        data = {"what": "asked_help", "department": department.pk, "due_at": due_at.isoformat(), "visit": visit.seq}
        event = change.add(EventKind.NOTED, data, topic=TOPIC, words={"text": said("text", text)})
        HelpAsked.objects.create(
            case=change.case,
            seq=event.seq,
            department=department,
            visit=visit.seq,
            asked_by=by.user,
            named=named,
            asked_at=change.at,
            due_at=due_at,
        )
        people = emergencies.people_of(change.case.site_id, department=department.pk)
        _tell(change, people, What.ASKED_HELP, event.seq)
    return change


def _bad_answer(change: Change) -> CaseEvent:
    """The last answer of the customer, when it is a bad one."""
    answers = change.case.caseevent_set.filter(kind=EventKind.VISITED).order_by("-seq")
    last = next((one for one in answers if one.data["reached"] and not one.data.get("declined")), None)
    if last is None or not is_bad(last.data["solved"], last.data["satisfied"]):
        raise NotAllowed(EventKind.NOTED, change.now.status, _("the customer's last answer is not a bad one"))
    return last


def _tell(change: Change, people: list[int], what: What, seq: int) -> None:
    told = [one for one in people if one not in change.now.about_users]
    notices.tell(told, what, at=change.at, case_id=change.case.pk, seq=seq)


def explain(case_id: int, by: By, *, helps: str, text: str = "", question: int | None = None) -> Change:
    """A department says what would have helped. `question` may be left out when it has just one to answer."""
    with acting(Verb.EXPLAIN, case_id, by) as change:
        if helps not in Help.values:
            raise BadInput("helps", _("Choose one of: %(choices)s.") % {"choices": ", ".join(Help.values)})
        row = _asked(change, by, question)
        data = {"what": "helped", "question": row.seq, "department": row.department_id, "helps": helps}
        words = said("text", text) if helps == Help.OTHER else perhaps_said("text", text)
        event = change.add(EventKind.NOTED, data, topic=TOPIC, words={"text": words})
        row.helps, row.answer, row.answered_at = helps, event.seq, change.at
        row.save(update_fields=["helps", "answer", "answered_at"])
        if row.asked_by_id is not None:
            _tell(change, [row.asked_by_id], What.HELPED, event.seq)
    return change


def _asked(change: Change, by: By, question: int | None) -> HelpAsked:
    """The question that is meant, of those that this person may answer: their department's, or all for who leads."""
    rows = HelpAsked.objects.filter(UNANSWERED, case=change.case).order_by("seq")
    user = by.user
    if user is not None and not access.may(user, Verb.EXPLAIN, change.case.site_id):
        rows = rows.filter(department=user.department_id)
    found = {row.seq: row for row in rows}
    if question is not None and question not in found and HelpAsked.objects.filter(case=change.case, seq=question):
        raise Forbidden(Verb.EXPLAIN)
    if question is None and len(found) > 1:
        raise BadInput("question", _("Several questions wait: %(numbers)s.") % {"numbers": list(found)})
    number = question if question is not None else next(iter(found), None)
    if number is None or number not in found:
        raise NotAllowed(EventKind.NOTED, change.now.status, _("nobody has asked what would have helped"))
    return found[number]


def sweep(now: datetime) -> int:
    """Tell managers of questions that no department answered in time; how many."""
    told = 0
    due = HelpAsked.objects.filter(UNANSWERED, told_at=None, due_at__lte=now).order_by("due_at")
    while rows := list(due[:_CHUNK]):
        with timeline.editing_all({row.case_id for row in rows}, at=now, actor=None) as changes:
            for row in rows:
                # Claimed under the lock: another worker may have told them, the department have answered.
                if due.filter(pk=row.pk).update(told_at=now):
                    _say_unheard(changes[row.case_id], row)
                    told += 1
    return told


def _say_unheard(change: Change, row: HelpAsked) -> None:
    data = {"what": "unheard", "question": row.seq, "department": row.department_id}
    event = change.add(EventKind.NOTED, data, topic=TOPIC)
    managers = emergencies.people_of(change.case.site_id, role=Role.MANAGER)
    _tell(change, managers, What.UNHEARD, event.seq)

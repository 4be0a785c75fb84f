"""What passes between front and back office: questions, tasks given back, more time, chases, decisions from above."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from huiyin.cases.dispatch import CONSULT_AFTER, transferred
from huiyin.cases.models import Channel, Part
from huiyin.cases.oversight import must_refer
from huiyin.cases.workflow import OPEN, WORKING, Because, EventKind
from huiyin.clocks.models import ClockKind
from huiyin.org.models import Department

from .organisation import MANAGER, SUPERVISOR
from .story import WORKERS, Act, Story

RETURN_WRONG, RETURN_RIGHT, RETURN_LOST = 0.08, 0.028, 0.35
"""How often a task is given back: by the wrong department, by the right one, and when two think it is the other's."""
ASKED_BACK = 0.07
ASSISTED = 0.06
MORE_TIME, GRANTED = 0.5, 0.85
"""Of those who wait for parts so many ask in time, and so many of them get it."""
LAST_DAY, UNDECIDED = timedelta(hours=36), 0.8
"""So many applications of the last hours are still open, so that the supervisor finds something to do."""
LATE_DECISION = 0.06
SUPERVISED = {str(Channel.TRANSFER): 0.3}
SUPERVISED_ELSE, SUPERVISED_NOW = 0.006, 0.12
NOW = timedelta(days=2)
"""Of the newest cases more are watched, so that the list of them isn't empty."""
SHORT_NOTICE = 0.2
"""Of what is sent from above so much is wanted within two days, the rest within seven."""
AT_DESK, AT_WORK = ("linxiao", "chenjia"), ("zhougong", "maqiang")
ABOUT = {"conduct/frontdesk": (0.8, AT_DESK), "conduct/field": (0.7, AT_WORK), "conduct/money": (1.0, ("zhougong",))}
"""How often a complaint names somebody, and whom."""
NO_MANAGER = "YGZ"
LEAD, ASSIST = Part.LEAD.value, Part.ASSIST.value


@dataclass(frozen=True)
class Task:
    """An open hand-over. `reply` is the department's reply, `again` the next hand-over, by whoever decided it."""

    number: int
    department: Department
    right: bool
    """Is it the department that will solve it?"""
    until: datetime
    reply: Act
    again: Callable[[str | None], None]


# when a case comes in


def put_in_order(story: Story) -> None:
    """Who steps aside, what came from above, and whether the supervisor decides: as when a case is opened live."""
    change = story.change
    share, people = ABOUT.get(story.voice.matter, (0.0, ()))
    if people and story.chance(share):
        story.aside = story.rng.choice([name for name in people if name != "linxiao" or story.voice.site != "FLY"])
        change.add(EventKind.CONCERNED, {"users": [story.user(story.aside).pk], "departments": []})
    if story.voice.channel == Channel.TRANSFER:
        body, number = story.words("outside"), f"SL{story.now:%y%m%d}{story.rng.randint(100, 99999):05d}"
        days = story.voice.outside_days or (2 if story.chance(SHORT_NOTICE) else 7)
        transferred(change, body=body, number=number, due_at=_five_o_clock(story, days))
    refer_if_serious(story, by=None)


def _five_o_clock(story: Story, days: int) -> datetime:
    local = (story.now + timedelta(days=days)).astimezone(story.world.zone)
    return local.replace(hour=17, minute=0, second=0, microsecond=0)


def refer_if_serious(story: Story, *, by: str | None) -> None:
    """Complaints that are serious, or about conduct, lie before the supervisor; once."""
    now = story.change.now
    conduct = bool(now.about_users) or story.category.conduct
    because = must_refer(story.change.case, now.severity, conduct)
    if because and not now.referred and not story.decided:
        story.change.at = story.now
        actor = story.user(by) if by else None
        story.change.add(EventKind.REFERRED, {"because": because.value}, actor=actor)


def refer(story: Story, reason: str) -> None:
    """The desk's authority isn't enough."""
    if story.status in OPEN and not story.change.now.referred:
        story.add(EventKind.REFERRED, {"because": Because.ASKED.value}, actor=story.handler, text=reason)


def decider(story: Story) -> str:
    """Who decides at this site: the supervisor on people, the manager on what is serious or costs."""
    conduct = story.change.now.referred in (Because.CONDUCT, Because.RETURNED)
    return SUPERVISOR if conduct or story.voice.site == NO_MANAGER else MANAGER


def decide_later(story: Story, then: Callable[[str | None], None]) -> None:
    """The decision comes, in time or late; `then` hears who decided, and goes on with the work."""
    at = _decided_at(story, 8, 60 if story.urgent else 200)

    def decide() -> None:
        if story.status not in OPEN or not story.change.now.referred:
            return
        by = decider(story)
        told = story.voice.contact is not None and story.chance(0.5)
        text = story.words("decided_told") if told else ""
        add = story.tell if told else story.add
        because = story.change.now.referred
        data = {"because": because, "department": None, "told": told}
        story.decided = True
        # The measure stays inside; `tell` shows all words but those named there.
        add(EventKind.DECIDED, data, actor=by, text=text, measure=story.measure or story.words(f"measure_{because}"))
        then(by)

    story.later(at, decide)


def _decided_at(story: Story, least: float, most: float) -> datetime:
    if story.world.until - story.now < LAST_DAY and story.chance(UNDECIDED):
        return story.world.until + story.minutes(5, 200)
    if story.chance(LATE_DECISION):
        due = story.due(ClockKind.DECIDE, story.now) or story.now
        return due + story.minutes(20, 300)
    at = story.now + story.minutes(least, most)
    return at if story.urgent else story.open_hours(at)


# tasks on their way


def on_the_way(story: Story, task: Task) -> None:
    """What may come between a task and its reply."""
    window = task.until - story.now
    share = RETURN_LOST if story.extra_hand_overs else RETURN_RIGHT if task.right else RETURN_WRONG
    if not story.rounds and story.chance(share):
        story.later(story.now + window * story.rng.uniform(0.1, 0.4), lambda: _give_back(story, task))
    elif story.chance(ASKED_BACK):
        story.later(story.now + window * story.rng.uniform(0.1, 0.5), lambda: _ask_back(story, task))
    due = story.due(ClockKind.REPLY, story.now)
    if due is not None and due < task.until and story.chance(0.6):
        story.later(due + (task.until - due) * story.rng.uniform(0.2, 0.7), lambda: _remind(story, task.number))


def is_open(story: Story, number: int) -> bool:
    """Does a hand-over still wait for its reply?"""
    return number in dict(story.change.now.open_hand_overs)


def waits_for_decision(story: Story, number: int) -> bool:
    """Has a department applied to give this task back?"""
    return any(about == number and kind == EventKind.RETURNING for _seq, kind, about in story.change.now.open_requests)


def _give_back(story: Story, task: Task) -> None:
    if story.status not in WORKING or not is_open(story, task.number):
        return
    actor = WORKERS[task.department.code]
    words = story.words("return_wrong" if not task.right else "return_right", name=story.user(actor).name)
    event = story.add(EventKind.RETURNING, {"hand_over": task.number}, actor=actor, text=words)
    if story.change.now.returns >= CONSULT_AFTER and not story.change.now.referred:
        story.add(EventKind.REFERRED, {"because": Because.RETURNED.value}, actor=actor)
        story.later(_decided_at(story, 20, 200), lambda: _consult(story, task, event.seq))
    else:
        story.later(_decided_at(story, 6, 90), lambda: _decide_return(story, task, event.seq))


def _decide_return(story: Story, task: Task, request: int) -> None:
    if story.status not in WORKING or not waits_for_decision(story, task.number):
        return
    granted = not task.right
    data = {"request": request, "hand_over": task.number, "granted": granted}
    story.add(EventKind.RETURNED, data, actor=story.handler, text=story.words("return_yes" if granted else "return_no"))
    _after_return(story, task, None, granted=granted)


def _after_return(story: Story, task: Task, by: str | None, *, granted: bool) -> None:
    if granted:
        task.again(by)
    else:
        soon = story.now + story.minutes(10, 90)
        story.later(max(task.until, soon if story.urgent else story.open_hours(soon)), task.reply)


def _consult(story: Story, task: Task, request: int) -> None:
    """The second application: the supervisor names who leads."""
    if story.status not in WORKING or story.change.now.referred != Because.RETURNED:
        return
    lead = story.lead or task.department
    granted = lead.pk != task.department.pk
    measure = story.words("measure_returned", department=lead.name)
    data = {"because": Because.RETURNED.value, "department": lead.pk, "told": False}
    story.decided = True
    story.add(EventKind.DECIDED, data, actor=SUPERVISOR, measure=measure)
    if waits_for_decision(story, task.number):
        answer = {"request": request, "hand_over": task.number, "granted": granted}
        story.add(EventKind.RETURNED, answer, actor=SUPERVISOR)
        story.hand_overs_left = 2 if granted else 1
        _after_return(story, task, SUPERVISOR, granted=granted)


def _ask_back(story: Story, task: Task) -> None:
    if story.status not in WORKING or not is_open(story, task.number):
        return
    actor = WORKERS[task.department.code]
    story.add(EventKind.ASKED, {"hand_over": task.number}, actor=actor, text=story.words("ask_back"))
    soon = story.now + story.minutes(4, 60)
    story.later(soon if story.urgent else story.open_hours(soon), lambda: _tell(story, task.number))


def _tell(story: Story, number: int) -> None:
    if story.status in WORKING and number in story.change.now.open_questions:
        story.add(EventKind.TOLD, {"hand_over": number}, actor=story.handler, text=story.words("tell"))


def _remind(story: Story, number: int) -> None:
    if story.status in WORKING and is_open(story, number):
        data = {"hand_over": number, "by": "us"}
        story.add(EventKind.CHASED, data, actor=story.handler, text=story.words("remind"))


def chased(story: Story) -> None:
    """The customer asked where it stays; written down so that the department hears it too."""
    if story.status in OPEN:
        waiting = story.change.now.open_hand_overs
        data = {"hand_over": waiting[-1][0] if waiting else None, "by": "customer"}
        story.add(EventKind.CHASED, data, actor=story.handler, text=story.words("chased_by_customer"))


# more time


def more_time(story: Story, heard: Act, share: float = MORE_TIME) -> None:
    """Parts won't come in time: ask before the deadline; somebody else decides, and the customer is told."""
    due = story.due(ClockKind.RESOLVE, story.voice.at)
    asker = story.handler
    may_decide = MANAGER if asker == SUPERVISOR else SUPERVISOR
    if due is None or not story.chance(share) or (may_decide == MANAGER and story.voice.site == NO_MANAGER):
        return
    at = story.now + (due - story.now) * story.rng.uniform(0.2, 0.6)

    def ask() -> None:
        limit = story.due(ClockKind.RESOLVE, story.voice.at)  # another severity has another
        outside = story.change.now.outside_due_at
        until = story.finish_at + timedelta(hours=2)
        if story.status not in OPEN or story.rounds or limit is None or not story.now < limit < until:
            return
        if outside is not None and until > outside:
            return
        data = {"clock": ClockKind.RESOLVE.value, "ref": 1, "until": until.isoformat()}
        event = story.add(EventKind.EXTENDING, data, actor=asker, text=story.words("extend", at=until))
        decided = _decided_at(story, 10, 120)
        by = may_decide if story.handler != may_decide else SUPERVISOR
        story.later(decided, lambda: _decide_extension(story, event.seq, (limit, until), by, heard))

    story.later(at, ask)


def _decide_extension(story: Story, request: int, times: tuple[datetime, datetime], by: str, heard: Act) -> None:
    due, until = times
    if request not in [seq for seq, _kind, _about in story.change.now.open_requests] or story.status not in OPEN:
        return
    granted = story.now < due and story.chance(GRANTED)
    data = {"request": request, "clock": ClockKind.RESOLVE.value, "ref": 1, "granted": granted, "told": granted}
    data |= {"due_at": (until if granted else due).isoformat(), "was": due.isoformat()}
    if granted:
        story.tell(EventKind.EXTENDED, data, actor=by, text=story.words("extended", at=until))
        heard()
    else:
        story.add(EventKind.EXTENDED, data, actor=by, reason=story.words("not_extended"))


# from above


def supervise_perhaps(story: Story) -> None:
    """A few are watched to their end."""
    share = 1.0 if story.voice.matter == "conduct/money" else SUPERVISED.get(story.voice.channel, SUPERVISED_ELSE)
    if story.world.until - story.now < NOW:
        share = max(share, SUPERVISED_NOW)
    if story.chance(share):
        story.later(story.open_hours(story.now + story.minutes(20, 240)), lambda: supervise(story, SUPERVISOR))


def supervise(story: Story, by: str) -> None:
    """Watch the case to its end."""
    if story.status in OPEN:
        due = story.open_hours(story.now + timedelta(days=story.rng.choice((1, 2, 3)), minutes=30))
        data = {"by": story.user(by).pk, "due_at": due.isoformat()}
        story.add(EventKind.SUPERVISED, data, actor=by, text=story.words("supervise"))


def withdraw(story: Story) -> None:
    """The customer takes it back: on their own page, or by a word to the desk."""
    if story.status not in OPEN:
        return
    text = story.words("withdraw")
    if story.voice.channel == Channel.PORTAL:
        story.tell(EventKind.WITHDRAWN, {"by": "customer"}, text=text)
    else:
        story.add(EventKind.WITHDRAWN, {"by": "us"}, actor=story.handler, text=f"客户来电：{text}")

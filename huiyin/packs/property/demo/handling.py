"""What the desk does with a case: the first response, the plan, words on the way, and the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from huiyin.cases.models import Channel
from huiyin.cases.severity import Complexity, Taps, grade
from huiyin.cases.workflow import LIVE, OPEN, WORKING, EventKind, Status, WaitingFor, allowed
from huiyin.clocks.models import ClockKind

from . import departments, dispatch, over_head, plans, projects, refusals, remedies, shift, visits
from .story import DUTY, Story

AT_ONCE = {"inquiry": 0.80, "request": 0.45, "suggestion": 0.5, "praise": 0.9}
AT_ONCE_ELSE = 0.2
DECLINED = {
    "water-drain/outage": 0.25,
    "power/outage": 0.4,
    "noise/night": 0.5,
    "noise/neighbour": 0.45,
    "house-rules/dogs": 0.4,
    "plumbing/upstairs-leak": 0.15,
    "guard/theft": 0.2,
    "parking/charging": 0.3,
}
REFUSED = {
    "fees/dispute": 0.7,
    "house-rules/illegal": 0.5,
    "guard/theft": 0.25,
    "parking/fee": 0.2,
    "noise/neighbour": 0.15,
    "green/trees": 0.15,
    "fees/meter": 0.2,
    "permit/renovation": 0.15,
}
"""How often a demand about these matters can't be met."""
RESPONSES = {"P1": (2, 6), "P2": (6, 25), "P3": (12, 70), "P4": (45, 300)}
"""First response: median and 95th percentile, in minutes."""
RESPONSES_LATE = {"P1": 0.03, "P2": 0.06, "P3": 0.05, "P4": 0.035}
SITES_LATE = {"FLY": 1.12, "LJF": 0.7, "YGZ": 0.9}
FINISH_LATE = 0.17
KEPT = {"engineering": 0.74}
KEPT_ELSE = 0.85
"""Of the promises that still stand when their time comes; many are fulfilled before by the end of the work."""
CHASES = {0: 56, 1: 26, 2: 11, 3: 7}
WITHDRAWN = 0.011
TAPS = {
    "P1": (Taps(danger=True),),
    "P2": (Taps(state=2, scope=1, impact=2), Taps(state=1, scope=2, impact=2), Taps(state=1, scope=3, impact=1)),
    "P3": (Taps(state=1, scope=2), Taps(state=1, scope=1, impact=1), Taps(state=1, scope=1, impact=2)),
    "P4": (Taps(scope=1, impact=1), Taps(impact=1), Taps(state=1, impact=1), Taps(scope=1)),
}
"""Answers to the points rule that lead to the usual severity of a category."""
LAST_HOURS, UNTAKEN = timedelta(hours=2), 0.6
"""So many of the last voices nobody has taken yet, so that the desk finds something to do."""
BY_STAFF = frozenset({Channel.PHONE, Channel.WALK_IN, Channel.INSPECTION, Channel.TRANSFER})


def begin(story: Story) -> None:
    """Decide how the case will go, and let it begin."""
    fate = _fate(story)
    plans.begin(story)
    by_staff = story.voice.channel in BY_STAFF
    answer_at = story.now if by_staff and fate is _settle_at_once else _first_response(story)
    if by_staff:
        story.later(story.now + story.minutes(0, 2), lambda: take(story))
    if not by_staff and story.world.until - story.now < LAST_HOURS and story.chance(UNTAKEN):
        answer_at = max(answer_at, story.world.until + story.minutes(2, 30))
    story.later(answer_at, lambda: fate(story))
    dispatch.supervise_perhaps(story)


def _fate(story: Story) -> Callable[[Story], None]:
    matter, draw = story.voice.matter, story.rng.random()
    declined, refused = DECLINED.get(matter, 0.0), REFUSED.get(matter, 0.0)
    if story.change.now.referred:
        return work  # the supervisor decides first
    if story.voice.contact and story.chance(WITHDRAWN):
        return _withdraw
    if draw < declined:
        return _decline
    if draw < declined + refused:
        return _refuse
    at_once = AT_ONCE.get(story.change.case.kind, 0.0 if story.urgent else AT_ONCE_ELSE)
    return _settle_at_once if story.chance(at_once) else work


def _first_response(story: Story) -> datetime:
    """When the customer first hears from us."""
    severity, received = story.change.now.severity, story.now
    due = story.due(ClockKind.RESPOND, received) or received
    evening = 1.5 if 14 <= received.astimezone(story.world.zone).hour < 20 else 1.0
    if story.chance(RESPONSES_LATE[severity] * SITES_LATE[story.voice.site] * evening):
        return due + story.minutes(2, {"P1": 6, "P2": 30}.get(severity, 150))
    service = story.world.service
    limit = due - received if story.urgent else service.between(received, due)
    taken = min(timedelta(minutes=story.spread(*RESPONSES[severity])), limit * story.rng.uniform(0.6, 0.95))
    return received + taken if story.urgent else service.add(received, taken)


def take(story: Story) -> None:
    if story.status == Status.RECEIVED:
        desk = story.desk if story.voice.channel in BY_STAFF else story.who_takes()
        story.add(EventKind.ACCEPTED, {"by": story.user(desk).pk}, actor=desk)


# how a case may go


def _settle_at_once(story: Story) -> None:
    take(story)
    if story.change.now.referred:
        work(story)  # it came again, and is serious now
    else:
        resolve(story, "resolve_once")


def _decline(story: Story) -> None:
    take(story)
    door = story.world.texts.about(story.rng, "door", story.voice.matter)
    story.tell(EventKind.DECLINED, actor=story.handler, text=story.words("decline"), right_door=door)
    _close_later(story, "declined", timedelta(days=story.rng.uniform(1, 3)))


def _withdraw(story: Story) -> None:
    take(story)
    first_word(story)
    story.later(story.waking_hours(story.now + story.minutes(20, 900)), lambda: dispatch.withdraw(story))
    _close_later(story, "withdrawn", timedelta(days=story.rng.uniform(2, 4)))


def _refuse(story: Story) -> None:
    story.refused = True
    work(story)


def work(story: Story) -> None:
    take(story)
    if story.voice.channel not in BY_STAFF and story.chance(0.4):
        set_grade(story, story.change.now.complexity)
    first_word(story)
    plans.name_perhaps(story)
    plan(story, since=story.voice.at)


def join(story: Story, at: datetime, into: int) -> None:
    """The case is about the same thing as case `into`, and is joined into it at `at`."""

    def joined() -> None:
        take(story)
        story.tell(EventKind.ANSWERED, {"public": True}, actor=story.handler, text=story.words("joined"))
        story.add(EventKind.JOINED, {"into": into}, actor=story.handler)

    story.later(at, joined)


def absorb(story: Story, twin: int) -> None:
    """Another case about the same thing is joined into this one, if it still runs."""
    if EventKind.ABSORBED in allowed(story.status):
        story.add(EventKind.ABSORBED, {"case": twin}, actor=story.handler)
        story.absorbed.add(twin)


# steps on the way


def plan(story: Story, *, since: datetime) -> None:
    """Plan the work from now on: departments, waiting, chases and the end. `since`: when the time to finish began."""
    project = story.rounds == 0 and story.voice.matter.startswith("leak-structure") and story.chance(0.5)
    story.finish_at = _project_end(story) if project else _end(story, since)
    window, now = story.finish_at - story.now, story.now
    if story.chance(0.8) or story.rounds:
        _promise(story)
    if story.chance(0.45):
        story.later(now + window * story.rng.uniform(0.1, 0.6), lambda: _promise(story, story.finish_at))
    departments.route(story, done=lambda: finish_later(story))
    if story.rounds == 0:
        for _ in range(story.rng.choices(list(CHASES), list(CHASES.values()))[0]):
            story.later(story.waking_hours(now + window * story.rng.uniform(0.15, 1.05)), lambda: _chase(story))
        if story.chance(0.08) and not story.late:
            story.later(now + window * story.rng.uniform(0.1, 0.3), lambda: _ask_customer(story))
    finish_later(story)


def _end(story: Story, since: datetime) -> datetime:
    """When the work will be done, if nothing comes in between."""
    due = story.due(ClockKind.RESOLVE, since) or since + timedelta(days=3)
    window = due - since
    if story.rounds == 0 and story.chance(FINISH_LATE * SITES_LATE[story.voice.site]):
        story.late = True
        _why_late(story, due)
        return story.open_hours(due + max(window * story.rng.lognormvariate(-0.6, 1.0), timedelta(hours=1)))
    hours = 0.45 * story.hours * story.rng.lognormvariate(0, 0.9) * (0.6 if story.rounds else 1)
    at = max(since + timedelta(hours=hours), story.now + story.minutes(12, 90))
    if at > since + window * 0.93:
        at = story.now + (due - story.now) * story.rng.uniform(0.2, 0.9)
    at = shift.left_over(story, at, due)
    return at if story.urgent else min(story.open_hours(at), max(due - story.minutes(5, 40), story.now))


def _why_late(story: Story, due: datetime) -> None:
    """Parts, a third party, two departments that both thought it was the other's, or simply forgotten."""
    reason = story.rng.choices(("third_party", "lost", "forgotten"), (60, 25, 15))[0]
    if reason == "lost":
        story.extra_hand_overs = 1
    if reason == "third_party":
        story.later(story.now + (due - story.now) * story.rng.uniform(0.2, 0.6), lambda: _third_party(story))
        story.later(story.now, lambda: dispatch.more_time(story, lambda: expect_word(story)))


def _project_end(story: Story) -> datetime:
    story.later(story.now + story.minutes(40, 300), lambda: _as_project(story))
    return story.open_hours(story.now + timedelta(days=story.spread(9, 32)))


def _as_project(story: Story) -> None:
    set_grade(story, Complexity.PROJECT)
    projects.plan(story)


def set_grade(story: Story, complexity: str) -> None:
    if story.status not in OPEN:
        return
    found = grade(story.rng.choice(TAPS[story.category.severity]), floor=story.category.floor)
    data = {"severity": found.severity, "complexity": complexity, "grade": found.data()}
    story.add(EventKind.GRADED, data, actor=story.handler)
    dispatch.refer_if_serious(story, by=story.handler)


def first_word(story: Story) -> None:
    if story.voice.contact and story.chance(0.35):
        story.add(EventKind.CALLED, {"reached": True}, actor=story.handler, text=story.words("spoke"))
    else:
        situation = "received" if story.voice.contact else "received_own"
        text = story.words(situation, department=departments.first(story).name)
        story.tell(EventKind.ANSWERED, {"public": True}, actor=story.handler, text=text)
    expect_word(story)


def expect_word(story: Story) -> None:
    """After each word the next one is due; it comes in time, now and then late."""
    story.last_word += 1
    mine, due = story.last_word, story.due(ClockKind.UPDATE, story.now)
    if due is None:
        return
    at = story.now + (due - story.now) * story.rng.uniform(0.45, 0.9)
    if story.chance(0.04):
        at = due + story.minutes(15, 300)
    elif not story.urgent:
        at = min(story.open_hours(at), due - story.minutes(3, 20))
    story.later(at, lambda: _progress(story) if mine == story.last_word else None)


def _progress(story: Story, situation: str = "progress") -> None:
    if story.status not in WORKING or story.change.now.waiting_for == WaitingFor.CUSTOMER:
        return
    at = story.open_hours(story.now + story.minutes(60, 400))
    own = story.voice.contact is None
    text = story.words("progress_own" if own else situation, at=at, department=departments.first(story).name)
    story.tell(EventKind.ANSWERED, {"public": True}, actor=story.handler, text=text)
    if story.chance(0.35):
        _promise(story, at)
    expect_word(story)


def _promise(story: Story, due: datetime | None = None) -> None:
    if story.voice.contact is None or story.status not in WORKING:
        return
    due = due or story.open_hours(story.now + (story.minutes(25, 120) if story.urgent else story.minutes(60, 420)))
    text = story.words("promise", at=due)
    event = story.tell(EventKind.COMMITTED, {"due_at": due.isoformat()}, actor=story.handler, text=text)
    story.promises[event.seq] = due, text
    department = story.category.department.code if story.category.department else ""
    if story.chance(KEPT.get(department, KEPT_ELSE)):
        story.later(due - story.minutes(1, 20), lambda: _keep(story, event.seq, kept=True))
    else:
        story.later(due + story.minutes(10, 240), lambda: _keep(story, event.seq, kept=False))


def _keep(story: Story, promise: int, *, kept: bool) -> None:
    if promise not in story.change.now.open_commitments or story.status not in LIVE:
        return
    if story.status == Status.ACCEPTED and story.chance(0.6):
        called = story.chance(0.9)
        text = story.words("spoke" if called else "missed_call")
        story.add(EventKind.CALLED, {"reached": called}, actor=story.handler, text=text)
        if called:
            expect_word(story)
    if not kept:
        remedies.consider(story, "twice" if story.broken else "broken")
    story.broken = story.broken or not kept
    data = {"commitment": promise, "kept": kept}
    story.add(EventKind.KEPT, data, actor=story.handler, text=story.words("kept" if kept else "broken"))


def _chase(story: Story) -> None:
    if story.status not in WORKING or story.voice.contact is None:
        return
    if story.voice.channel in BY_STAFF:
        dispatch.chased(story)
    else:
        story.tell(EventKind.WROTE, {}, text=story.words("chase", n=str(story.rng.randint(2, 4))))
        story.later(story.now + story.minutes(1, 6), lambda: dispatch.chased(story))
    over_head.perhaps(story)
    soon = story.now + (story.minutes(4, 60) if story.urgent else story.minutes(8, 150))
    story.later(soon if story.urgent else story.open_hours(soon), lambda: _progress(story, "chased"))


def _ask_customer(story: Story) -> None:
    if story.status != Status.ACCEPTED or story.voice.contact is None:
        return
    text = story.words("ask_customer")
    story.tell(EventKind.WAITED, {"for": WaitingFor.CUSTOMER.value}, actor=story.handler, text=text)
    pause = timedelta(hours=story.spread(4, 30))
    story.finish_at += pause
    story.later(story.waking_hours(story.now + pause), lambda: _customer_adds(story))


def _customer_adds(story: Story) -> None:
    if story.status == Status.WAITING:
        story.tell(EventKind.WROTE, {}, text=story.words("customer_adds"))
        story.later(story.open_hours(story.now + story.minutes(5, 60)), lambda: _progress(story))


def _third_party(story: Story) -> None:
    if story.status != Status.ACCEPTED:
        return
    text = story.words("third_party")
    story.tell(EventKind.WAITED, {"for": WaitingFor.THIRD_PARTY.value}, actor=story.handler, text=text)
    expect_word(story)
    story.later(story.finish_at - story.minutes(20, 120), lambda: _resume(story))


def _resume(story: Story) -> None:
    if story.status == Status.WAITING:
        story.add(EventKind.RESUMED, actor=story.handler)


# the end


def finish_later(story: Story) -> None:
    mine = story.rounds
    story.later(story.finish_at, lambda: _finish(story) if mine == story.rounds else None)


def _finish(story: Story) -> None:
    now = story.change.now
    if story.status not in WORKING or now.open_hand_overs or story.hand_overs_left or now.referred:
        return  # done already, or a department's reply or a decision comes first and looks again
    if story.change.now.waiting_for == WaitingFor.CUSTOMER:
        story.finish_at = max(story.finish_at, story.now + timedelta(hours=2))
    if story.now < story.finish_at:
        finish_later(story)
    elif story.refused:
        refusals.say_no(story, close=lambda: _close_later(story, "refused", timedelta(days=10)))
    else:
        resolve(story, "resolve" if story.outcome.prevent else "resolve_once")


def resolve(story: Story, situation: str) -> None:
    plans.before_the_end(story)
    remedies.by_matter(story)
    for promise in sorted(set(story.change.now.open_commitments) - story.owed):
        story.add(EventKind.KEPT, {"commitment": promise, "kept": True}, actor=story.handler, text=story.words("kept"))
    cause, done, text = story.outcome.cause, story.outcome.done, story.words(situation)
    if story.rounds:
        cause, done = story.words("again_cause"), story.words("again_done")
    event = story.tell(EventKind.RESOLVED, actor=story.handler, cause=cause, done=done, text=text)
    visits.plan(story, event, again=lambda: _again(story))


def _again(story: Story) -> None:
    """Not solved, or the customer is not content: somebody else takes it up."""
    story.rounds += 1
    other = story.other_than(story.first_handler)
    since = story.now

    def take_up() -> None:
        story.add(EventKind.ASSIGNED, {"to": story.user(other).pk}, actor=DUTY)
        at = story.open_hours(story.now + story.minutes(60, 300))
        story.add(EventKind.CALLED, {"reached": True}, actor=other, text=story.words("again", at=at))
        expect_word(story)
        remedies.consider(story, "again")
        plan(story, since=since)

    story.later(story.open_hours(story.now + story.minutes(10, 120)), take_up)


def _close_later(story: Story, outcome: str, after: timedelta) -> None:
    handler = story.handler
    story.later(story.open_hours(story.now + after), lambda: story.close(outcome, actor=handler))

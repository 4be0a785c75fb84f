"""What is made good along the way: a promise broken, a repair that failed again, water in a home, a rude word.

The verbs are those of the desk, under the same limits and budgets: small things at once, others after somebody's yes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from huiyin.base import money
from huiyin.cases.actions import By
from huiyin.cases.workflow import ENDED, WORKING, Status
from huiyin.clocks.models import ClockKind
from huiyin.org.models import Role
from huiyin.packs.property.presets import rows
from huiyin.recovery import actions, authority, giving, ledger
from huiyin.recovery.models import Kind, Proposal, Remedy, Standing, State
from huiyin.recovery.wanted import FREE, MONEY, Option, Wanted

from . import dispatch, plans
from .organisation import COMPANY, DATA, MANAGER, SUPERVISOR
from .story import Story

EXCESS = 500_00
"""What the insurer leaves to us of each damage to a car."""
LATE, WAITED = 6, 0.5
"""So many wait longer than the `decide` clock allows: of those asked for, this share until there are so many."""
NO, NO_BELOW = 0.08, 2_000_00
UNLIKE = {6: 5, 8: 6}
"""The sixth and eighth voucher for a broken promise are so many times as much as usual: the report of equal treatment
finds them."""
CONFIRMED, DISPUTED = 0.5, 0.04
LATE_GIFT = 0.08
DAYS_LOST = timedelta(hours=24)
_SAYS_YES = {Role.AGENT: SUPERVISOR, Role.SUPERVISOR: SUPERVISOR, Role.MANAGER: MANAGER}
NO_MANAGER = "YGZ"


def lines() -> list[dict[str, str]]:
    """What is usual on which occasion, and how often it is done."""
    return list(rows("remedies.csv", DATA))


def consider(story: Story, *occasions: str) -> None:
    """Something went wrong: now and then it is made good, once a case. In a tale it is what the tale calls for."""
    if story.gift or story.voice.contact is None or story.refused:
        return
    if story.voice.tale and occasions != (story.voice.tale,):
        return
    for line in story.world.remedies:
        if line["occasion"] in occasions and _fits(story, line) and story.more.random() < float(line["share"]):
            story.gift = line["occasion"]
            story.world.often[line["reason"]] += 1
            story.later(story.now + story.minutes(8, 70), lambda line=line: _propose(story, line))  # type: ignore[misc]
            return


def _fits(story: Story, line: dict[str, str]) -> bool:
    matter = story.voice.matter
    fits = not line["matters"] or any(matter.startswith(one) for one in line["matters"].split())
    room = not line["most_often"] or story.world.often[line["reason"]] < int(line["most_often"])
    return fits and room and (not line["sites"] or story.voice.site in line["sites"].split())


def by_matter(story: Story) -> None:
    """At the end of the work: what the matter itself calls for."""
    if story.voice.tale:
        consider(story, story.voice.tale)
        return
    taken = story.now - story.voice.at
    found = ["barrier", "overflow", "rude", "developer", "cold"]
    consider(story, *found, *(["outage"] if taken > DAYS_LOST else []), *(["slow"] if story.late else []))


def _propose(story: Story, line: dict[str, str]) -> None:
    if story.status not in WORKING | {Status.RESOLVED}:
        return
    plans.name(story, line["failure"], line["gravity"])
    option = Option(_wanted(story, line))
    # What the manager wants to give somebody else asks for: nobody says yes to their own.
    with story.written_by(SUPERVISOR if story.handler == MANAGER else story.handler) as by:
        proposal = actions.new(story.change, by, [option], False, money.DEFAULT)
        found = actions.own_authority(story.change, by, proposal, [option])
        actions.put(story.change, by, proposal, [option], text=line["reason"], found=found)
    if proposal.standing == Standing.GRANTED:
        _give(story, proposal, line)
    else:
        _wait(story, proposal, line)


def _wanted(story: Story, line: dict[str, str]) -> list[Wanted]:
    """Each remedy of the line; the amount is that of the last that may have one."""
    step = int(line["step"])
    units = story.more.randrange(int(line["least"]) // step, int(line["most"]) // step + 1)
    amount = units * step * 100 * _unlike(story, line)
    paying = [kind for kind in line["kinds"].split() if kind not in FREE][-1:]
    found = []
    for kind in line["kinds"].split():
        mine = amount if [kind] == paying and (kind in MONEY or line["bearer"] != "us") else 0
        owed = line["finding"] if kind == Kind.COMPENSATION else ""
        if line["occasion"] == "barrier" and mine > EXCESS:
            found.append(Wanted(kind, EXCESS, "us", duty=True, finding=owed))
            mine -= EXCESS
        found.append(Wanted(kind, mine, line["bearer"], duty=bool(owed), finding=owed))
    return found


def _unlike(story: Story, line: dict[str, str]) -> int:
    key = (line["failure"], line["gravity"])
    story.world.given[key] += 1
    return UNLIKE.get(story.world.given[key], 1) if key == ("promise", "major") else 1


# somebody's yes


def _wait(story: Story, proposal: Proposal, line: dict[str, str]) -> None:
    due = story.due(ClockKind.DECIDE, story.now) or story.now
    at = story.open_hours(story.now + story.minutes(10, 150))
    if len(story.world.waited) < LATE and story.more.random() < WAITED:
        story.world.waited.append(story.change.case.pk)
        at = story.open_hours(due + timedelta(hours=story.more.uniform(1, 20)))
    if story.world.until - story.now < dispatch.LAST_DAY and story.more.random() < dispatch.UNDECIDED:
        at = story.world.until + timedelta(hours=1)
    story.later(due + timedelta(seconds=20), lambda: _raise(story, proposal))
    story.later(at, lambda: _decide(story, proposal, line))


def _raise(story: Story, proposal: Proposal) -> None:
    """Nobody had decided in time: it went a step up."""
    if proposal.standing == Standing.WAITING and story.status in WORKING | ENDED:
        proposal.escalated_at = story.now
        proposal.save(update_fields=["escalated_at"])
        story.log(actions.TOPIC, {"what": "escalated", "request": proposal.seq})


def _decide(story: Story, proposal: Proposal, line: dict[str, str]) -> None:
    if proposal.standing != Standing.WAITING or story.status not in WORKING | ENDED:
        return
    room = _room(story, proposal)
    if not room or (proposal.amount < NO_BELOW and story.more.random() < NO):
        with story.written_by(SUPERVISOR if proposal.asker != story.user(SUPERVISOR) else COMPANY):
            reason = story.words("remedy_no" if room else "remedy_no_room")
            actions.say_no(story.change, proposal, {"reason": reason})
        return
    with story.written_by(_decider(story, proposal)) as by:
        actions.agree(story.change, by, proposal, {"reason": story.words("remedy_yes")})
    if proposal.standing == Standing.WAITING:  # the first of two
        story.later(story.open_hours(story.now + story.minutes(60, 900)), lambda: _decide(story, proposal, line))
    else:
        _give(story, proposal, line)


def _room(story: Story, proposal: Proposal) -> bool:
    asker, month = proposal.asker, ledger.month_of(story.change.case, story.now)
    unit = asker.department_id if asker else None
    budget = ledger.budget_for(story.change.case.site_id, unit, month, proposal.currency)
    ours = sum(one.amount for one in Remedy.objects.filter(proposal=proposal, bearer="us"))
    return ledger.has_room(budget, ours)


def _decider(story: Story, proposal: Proposal) -> str:
    """The nearest whose limit reaches so far and who may."""
    load = actions.load_of(story.change, By(proposal.asker, story.now), proposal)
    roles = authority.deciders(story.change.case.site_id, story.change.now.severity, load)
    near = _SAYS_YES[roles[0]] if roles else MANAGER
    taken = {proposal.asker_id, proposal.first_id}
    people = [name for name in (near, MANAGER, COMPANY) if name != MANAGER or story.voice.site != NO_MANAGER]
    return next(name for name in people if story.user(name).pk not in taken)


# giving it


def _give(story: Story, proposal: Proposal, line: dict[str, str]) -> None:
    found = list(Remedy.objects.filter(proposal=proposal, state=State.APPROVED).order_by("number"))
    for row in found:
        row.proposal = proposal
        if row.kind in FREE:
            story.later(story.now + story.minutes(4, 90), lambda row=row: _hand_over(story, row))  # type: ignore[misc]
    owed = [row for row in found if row.kind not in FREE]
    if owed:
        story.later(story.now + story.minutes(4, 40), lambda: _promise(story, owed, line))


def _promise(story: Story, owed: Sequence[Remedy], line: dict[str, str]) -> None:
    if story.status not in WORKING | {Status.RESOLVED}:
        return
    due = story.open_hours(story.now + timedelta(days=int(line["days"])))
    with story.written_by(story.handler):
        giving.promised(story.change, owed, due, line["promise"])
    number = owed[0].commitment or 0
    story.promises[number] = due, line["promise"]
    story.owed.add(number)
    share = story.more.uniform(1.02, 1.3) if story.more.random() < LATE_GIFT else story.more.uniform(0.2, 0.95)
    for row in owed:
        story.later(story.now + (due - story.now) * share, lambda row=row: _hand_over(story, row))  # type: ignore[misc]


def _hand_over(story: Story, row: Remedy) -> None:
    if story.status not in WORKING | ENDED:
        return
    with story.written_by(story.handler) as by:
        giving.handed_over(story.change, by, row, row.amount)
    story.owed &= set(story.change.now.open_commitments)
    if row.kind not in FREE and story.more.random() < CONFIRMED:
        wait = timedelta(hours=story.more.uniform(2, 60))
        story.later(story.waking_hours(story.now + wait), lambda: _confirm(story, row))


def _confirm(story: Story, row: Remedy) -> None:
    if story.status not in WORKING | ENDED or row.state != State.DELIVERED:
        return
    with story.written_by(None):
        if story.more.random() < DISPUTED:
            giving.confirmed(story.change, row, ok=False, who="customer", text=story.words("remedy_disputed"))
        else:
            giving.confirmed(story.change, row, ok=True, who="customer")

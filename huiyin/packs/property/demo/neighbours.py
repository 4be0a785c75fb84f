"""The neighbours of the night works as a group: put together by the supervisor, with who speaks for them and who knows
the law."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial

from huiyin.alerts.models import Notice
from huiyin.alerts.models import What as Told
from huiyin.cases.workflow import EventKind
from huiyin.groups import candidates, standing
from huiyin.groups.matching import Facts
from huiyin.groups.models import Group, Member, What
from huiyin.groups.standing import Note
from huiyin.packs.property.presets import rows

from .organisation import DATA, MANAGER, SUPERVISOR
from .story import Story, World
from .tales import Days

TALE, SITE, WHY = "night", "FLY", "同一处工地夜间施工，同几栋楼"
MADE, FOLLOWS = (21, "09:30"), timedelta(minutes=2)


def found(world: World, days: Days) -> Group:
    """The group, still empty; who leads it leads the incident."""
    group = standing.make(world.company.sites[SITE].pk, days.at(*MADE), kept=True)
    incident = world.gatherings[TALE].incident
    group.incident, group.lead = incident, incident.lead
    group.save(update_fields=["incident", "lead"])
    return group


def join(story: Story) -> None:
    """The supervisor puts the case to those of its neighbours, and says so in it."""
    group, case = story.world.group, story.change.case
    if group is None or case.protected or case.kind not in candidates.KINDS:
        return
    with story.written_by(SUPERVISOR) as by:
        data = {"what": "grouped", "group": group.pk}
        story.change.add(EventKind.NOTED, data, words={"reason": WHY}, topic="groups", actor=by.user)
    story.world.joined.append((case.pk, story.now))


def write(world: World) -> None:
    """Who is in it, once the cases are in the database, and what some of them are; all in the order of their times."""
    group = world.group
    if group is None:
        return
    known = candidates.facts([case for case, _at in world.joined])
    by = world.company.staff[SUPERVISOR]
    acts = [(at, partial(_join, world, group, Note(at, by, WHY), known)) for at in {at for _case, at in world.joined}]
    acts.append((group.made_at + FOLLOWS, partial(_lead, group, Note(group.made_at + FOLLOWS, by))))
    acts += [(note.at, partial(_name_role, group, note, case, role)) for role, case, note in _roles(world)]
    for _at, act in sorted(acts, key=lambda one: one[0]):
        act()
    Notice.objects.filter(what=Told.GROUP, case__in=known).update(seen_at=group.made_at + timedelta(hours=1))


def _join(world: World, group: Group, note: Note, known: Mapping[int, Facts]) -> None:
    joining = sorted(case for case, at in world.joined if at == note.at)
    standing.join(group, [(known[case], {}) for case in joining], note)
    standing.refresh(group, note)


def _lead(group: Group, note: Note) -> None:
    told = [(What.LEAD, {"to": group.lead_id}), (What.INCIDENT, {"incident": group.incident_id})]
    standing.write([(group, what, {"data": data}) for what, data in told], note)


def _roles(world: World) -> Iterator[tuple[str, int, Note]]:
    """Seen by the manager, each with the reason; how they are served doesn't depend on it."""
    days, by = Days(world.until, world.zone), world.company.staff[MANAGER]
    for line in rows("roles.csv", DATA):
        if line["role"] in world.roles:
            at = days.at(int(line["day"]), line["time"])
            yield line["role"], world.roles[line["role"]], Note(at, by, line["reason"])


def _name_role(group: Group, note: Note, case: int, role: str) -> None:
    row = Member.objects.filter(group=group, case=case).first()
    if row is not None:
        standing.in_role(group, row, role)
        standing.write([(group, What.ROLE, {"case": case, "data": {"role": role}})], note)
        standing.touched(group)

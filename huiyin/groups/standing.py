"""How groups stand: every write to their rows, with its line in the log. Called in a transaction that has its turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from huiyin.alerts import emergencies, notices
from huiyin.alerts.models import What as Told
from huiyin.cases.models import Case
from huiyin.db.rows import insert_objects
from huiyin.org.models import Role, User

from .matching import Facts
from .models import Entry, Group, Member, Progress, What
from .rules import rule_at
from .stages import Spoke, figures, higher

_ENTRY = ("group_id", "what", "case_id", "other_id", "at", "by_id", "data", "reason")
_FIGURES = ("stage", "size", "customers", "first_at", "last_at", "place", "category")
"""What is reckoned from the members, and nothing else of a group."""
_MEMBER = ("group_id", "case_id", "who", "at", "by_hand", "data", "reason", "remark", "role")


@dataclass(frozen=True)
class Note:
    """When something was done, by whom (None: the machine), and why."""

    at: datetime
    by: User | None = None
    reason: str = ""
    data: Mapping[str, object] = field(default_factory=dict)


def turn() -> Progress:
    """Wait until nobody else writes to groups, in the caller's transaction; how far the machine has come."""
    row = Progress.objects.select_for_update().filter(pk=1).first()
    return row or Progress.objects.select_for_update().get_or_create(pk=1, defaults={"upto": 0})[0]


def group(key: int) -> Group:
    """A group as it is now."""
    return Group.objects.get(pk=key)


def make(site: int, at: datetime, *, kept: bool = False) -> Group:
    """A new group, still empty."""
    return Group.objects.create(site_id=site, made_at=at, kept=kept)


def write(rows: Sequence[tuple[Group, What, Mapping[str, object]]], note: Note) -> None:
    """Lines of the log; what a line has besides the note stands in its mapping."""
    made = [_entry(group, what, more, note) for group, what, more in rows]
    insert_objects(Entry, _ENTRY, made)


def _entry(group: Group, what: What, more: Mapping[str, object], note: Note) -> Entry:
    row = Entry(group=group, what=what, at=note.at, by=note.by, reason=note.reason)
    row.case_id, row.other_id = more.get("case"), more.get("other")  # type: ignore[assignment]  # keys or None
    data = more.get("data", {})
    row.data = {**note.data, **(data if isinstance(data, Mapping) else {})}
    return row


def join(group: Group, joining: Sequence[tuple[Facts, Mapping[str, object]]], note: Note) -> None:
    """Cases join a group, each with the machine's reason."""
    hand = {"by_hand": note.by is not None, "reason": note.reason}
    rows = [
        Member(group=group, case_id=one.case, who=one.who, at=one.at, data={**note.data, **data}, **hand)
        for one, data in joining
    ]
    insert_objects(Member, _MEMBER, rows)
    write([(group, What.JOINED, {"case": one.case, "data": data}) for one, data in joining], note)


def leave(old: Group, members: Sequence[Member], note: Note, *, to: Group | None = None) -> None:
    """Members leave their group: into another one, or out of any."""
    more: Mapping[str, object] = {"other": to.pk} if to else {}
    write([(old, What.LEFT, {"case": one.case_id, **more}) for one in members], note)
    keys = Member.objects.filter(pk__in=[one.pk for one in members])
    if to is None:
        keys.delete()
    else:
        keys.update(group=to, by_hand=note.by is not None, data={}, reason=note.reason)
        write([(to, What.JOINED, {"case": one.case_id, "other": old.pk}) for one in members], note)
    refresh(old, note)


def take_up(group: Group, other: Group, note: Note) -> None:
    """A group takes up another with all its members; the other is over."""
    Member.objects.filter(group=other).update(group=group)
    other.merged_into, other.ended_at = group, note.at
    other.size = other.customers = 0
    other.save(update_fields=["merged_into", "ended_at", "size", "customers"])
    write([(group, What.MERGED, {"other": other.pk}), (other, What.ENDED, {"other": group.pk})], note)


def refresh(group: Group, note: Note, *, newest: int | None = None) -> None:
    """Reckon a group anew from its members; tell those who lead the site when it has come further. One with a single
    member that nobody has made by hand is none."""
    members = list(Member.objects.filter(group=group).values_list("case", "at", "who"))
    if not members or (len(members) == 1 and not group.kept):
        _end(group, note)
        return
    found = figures([Spoke(at, who) for _case, at, who in members], rule_at(group.site_id).steps)
    before = group.stage
    group.stage, group.size, group.customers = found.stage, found.size, found.customers
    group.first_at, group.last_at = found.first_at, found.last_at
    group.place, group.category_id = named([case for case, _at, _who in members])
    group.save(update_fields=_FIGURES)
    if before != found.stage:
        write([(group, What.STAGE, {"data": {"stage": found.stage.value, "customers": found.customers}})], note)
        if higher(found.stage, before):
            _tell(group, newest or max(case for case, _at, _who in members), note)


def _end(group: Group, note: Note) -> None:
    rest = list(Member.objects.filter(group=group))
    write([(group, What.LEFT, {"case": one.case_id}) for one in rest] + [(group, What.ENDED, {})], note)
    Member.objects.filter(group=group).delete()
    group.ended_at, group.size, group.customers = note.at, 0, 0
    group.save(update_fields=["ended_at", "size", "customers"])


def named(case_ids: Collection[int]) -> tuple[str, int | None]:
    """The place and the category that most of these cases name; no place when fewer than half name one."""
    rows = list(Case.objects.filter(pk__in=case_ids).order_by("pk").values_list("place", "category"))
    places = Counter(place for place, _category in rows if place).most_common(1)
    sorts = Counter(category for _place, category in rows if category).most_common(1)
    place = places[0][0] if places and 2 * places[0][1] >= len(rows) else ""
    return place, sorts[0][0] if sorts else None


def _tell(group: Group, case: int, note: Note) -> None:
    """The supervisor and the site manager; not of what is long past."""
    if group.last_at is None or note.at - group.last_at > timedelta(days=rule_at(group.site_id).bars.days):
        return
    roles = (Role.SUPERVISOR, Role.MANAGER)
    people = [one for role in roles for one in emergencies.people_of(group.site_id, role=role)]
    others = [one for one in people if note.by is None or one != note.by.pk]
    notices.tell(others, Told.GROUP, at=note.at, case_id=case)


def touched(group: Group) -> None:
    """A person has had a hand in it."""
    group.kept = True
    group.version += 1
    group.save(update_fields=["kept", "version"])


def remarked(case: int, seq: int) -> None:
    """The event of a case with the last word about what is special with it."""
    Member.objects.filter(case=case).update(remark=seq)


def in_role(group: Group, row: Member, role: str) -> None:
    """Whoever spoke in a case has this role in the group, in all their cases."""
    theirs = Member.objects.filter(group=group)
    theirs = theirs.filter(who=row.who) if row.who else theirs.filter(pk=row.pk)
    theirs.update(role=role)

"""What people do with groups, one function each. Each takes the reason, which stays with the case and in the log.

Raises `Group.DoesNotExist`, `access.Forbidden`, `timeline.Stale`, `BadInput`, and what the acts on incidents raise.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.alerts import incidents, telling
from huiyin.alerts.incidents import NotPossible
from huiyin.cases import hiding, timeline
from huiyin.cases import queries as cases
from huiyin.cases.actions import BadInput, By, doer, said
from huiyin.cases.given import read
from huiyin.cases.models import Case
from huiyin.cases.workflow import EventKind
from huiyin.org import access
from huiyin.org.access import Verb
from huiyin.org.models import User

from . import candidates, queries, standing
from .models import Alone, Group, Member, Role, What
from .standing import Note

TOPIC = "groups"
_BATCH = 200
MOST_TITLE = 200


@contextmanager
def _acting(verb: Verb, group_id: int, by: By) -> Iterator[Group]:
    """The turn for an act on a living group, after asking whether it is theirs to do."""
    with transaction.atomic():
        standing.turn()
        group = standing.group(group_id)
        queries.require(doer(by), verb, group)
        if by.expect is not None and by.expect != group.version:
            raise timeline.Stale(group.version)
        yield group


def make(by: By, *, case_ids: Collection[int], reason: str) -> Group:
    """Make a group of these cases of one site."""
    reason = said("reason", reason)
    with transaction.atomic():
        standing.turn()
        rows = _cases(by, case_ids)
        access.require(doer(by), Verb.JOIN, rows[0].site_id)
        if len(rows) < 2:
            raise BadInput("cases", _("Choose two cases at least."))
        group = standing.make(rows[0].site_id, by.at, kept=True)
        _take_in(group, rows, by, reason)
    return group


def add(group_id: int, by: By, *, case_ids: Collection[int], reason: str) -> Group:
    """Put cases into a group."""
    reason = said("reason", reason)
    with _acting(Verb.JOIN, group_id, by) as group:
        _take_in(group, _cases(by, case_ids), by, reason)
        standing.touched(group)
    return group


def remove(group_id: int, by: By, *, case_ids: Collection[int], reason: str) -> Group:
    """Take cases out: they have another cause. The machine never puts them into a group again."""
    reason = said("reason", reason)
    with _acting(Verb.JOIN, group_id, by) as group:
        rows = _members(group, by, case_ids)
        _leave_one(group, rows)
        standing.touched(group)
        standing.leave(group, rows, Note(by.at, by.user, reason))
        Alone.objects.bulk_create([Alone(case_id=row.case_id) for row in rows], ignore_conflicts=True)
        _noted([row.case_id for row in rows], by, {"what": "ungrouped", "group": group.pk}, reason)
    return group


def split(group_id: int, by: By, *, case_ids: Collection[int], reason: str) -> Group:
    """Make a group of its own of some of the cases; the new one is given back."""
    reason = said("reason", reason)
    with _acting(Verb.JOIN, group_id, by) as group:
        rows = _members(group, by, case_ids)
        _leave_one(group, rows)
        part = standing.make(group.site_id, by.at, kept=True)
        standing.touched(group)
        note = Note(by.at, by.user, reason)
        standing.write([(group, What.SPLIT, {"other": part.pk}), (part, What.SPLIT, {"other": group.pk})], note)
        standing.leave(group, rows, note, to=part)
        standing.refresh(part, note)
        _noted([row.case_id for row in rows], by, {"what": "split", "group": part.pk, "from": group.pk}, reason)
    return part


def merge(group_id: int, by: By, *, into: int, reason: str) -> Group:
    """Put all cases of a group into another one of the same site, which is given back."""
    reason = said("reason", reason)
    with _acting(Verb.JOIN, group_id, by) as group:
        target = queries.visible(doer(by)).filter(pk=into, site=group.site_id).exclude(pk=group.pk).first()
        if target is None:
            raise BadInput("into", _("Choose another group of this site."))
        if group.incident_id is not None and target.incident_id not in (None, group.incident_id):
            raise BadInput("into", _("Both have an incident of their own; close one of them first."))
        moved = list(Member.objects.filter(group=group).values_list("case", flat=True))
        note = Note(by.at, by.user, reason)
        target.incident_id, target.lead_id = target.incident_id or group.incident_id, target.lead_id or group.lead_id
        target.save(update_fields=["incident", "lead"])
        standing.take_up(target, group, note)
        standing.refresh(target, note)
        standing.touched(target)
        _noted(moved, by, {"what": "grouped", "group": target.pk, "from": group.pk}, reason)
    return target


def hand_lead(group_id: int, by: By, *, to: User) -> Group:
    """Say who leads; once there is an incident its lead counts, and is the same."""
    with _acting(Verb.JOIN, group_id, by) as group:
        members = Member.objects.filter(group=group).values("case")
        incidents.fit(to, group.site_id, Case.objects.filter(pk__in=members), "to")
        if group.incident_id is not None:
            incidents.hand_lead(group.incident_id, By(by.user, by.at), to=to)
        group.lead = to
        group.save(update_fields=["lead"])
        standing.write([(group, What.LEAD, {"data": {"to": to.pk}})], Note(by.at, by.user))
        standing.touched(group)
    return group


def raise_incident(group_id: int, by: By, *, title: str = "", lead: User | None = None) -> Group:
    """Make an incident of a group: one lead, one word to all, resolved together."""
    with _acting(Verb.JOIN, group_id, by) as group:
        if _running(group):
            raise NotPossible(_("There is an incident already."))
        keys = queries.to_gather(doer(by), group)
        if not keys:
            raise NotPossible(_("None of its cases is open and free of other incidents."))
        made = incidents.open_incident(
            group.site, By(by.user, by.at), title=title or _title(group, by), case_ids=keys, lead=lead or group.lead
        )
        group.incident, group.lead = made, made.lead
        group.save(update_fields=["incident", "lead"])
        standing.write([(group, What.INCIDENT, {"data": {"incident": made.pk}})], Note(by.at, by.user))
        standing.touched(group)
    return group


def answer(group_id: int, by: By, *, text: str, onward: bool = False) -> Group:
    """One public answer to the customers of all open cases, each on the page of their own number. `onward`: to those of
    the open incidents that followed from the group's too, nobody twice."""
    text, _keys = read(None, by, "text", said("text", text))  # before anything is made of the group
    with _acting(Verb.ANSWER, group_id, by) as group:
        if not _running(group):
            raise_incident(group_id, By(by.user, by.at))
        else:
            _gather(group, by, tell_last=False)
    group.refresh_from_db()
    assert group.incident_id is not None
    telling.tell(group.incident_id, By(by.user, by.at, anyway=by.anyway), text=text, onward=onward)
    return group


def catch_up(group_id: int, by: By) -> Group:
    """Those who joined since hear the last public answer too."""
    with _acting(Verb.ANSWER, group_id, by) as group:
        if not _running(group):
            raise NotPossible(_("There is no incident yet."))
        _gather(group, by, tell_last=True)
        standing.touched(group)
    return group


def remark(group_id: int, by: By, *, case_id: int, text: str) -> Group:
    """What is special with one of the cases: kept with it, beside what all are told."""
    text = said("text", text)
    with _acting(Verb.JOIN, group_id, by) as group:
        (row,) = _members(group, by, [case_id], verb=Verb.JOIN)
        with timeline.editing(row.case_id, at=by.at, actor=by.user) as change:
            data = {"what": "remark", "group": group.pk}
            event = change.add(EventKind.NOTED, data, words={"text": text}, topic=TOPIC)
        standing.remarked(row.case_id, event.seq)
    return group


def give_role(group_id: int, by: By, *, case_id: int, role: str, reason: str) -> Group:
    """Say what somebody is in the group. It stands in the group's own log and nowhere in their case: how they are
    served doesn't depend on it."""
    if role not in Role.values:
        raise BadInput("role", _("Choose one of: %(choices)s.") % {"choices": ", ".join(Role.values)})
    reason = said("reason", reason)
    with _acting(Verb.JOIN, group_id, by) as group:
        (row,) = _members(group, by, [case_id])
        if row.role == role:
            raise BadInput("role", _("That is their role already."))
        standing.in_role(group, row, role)
        standing.write([(group, What.ROLE, {"case": case_id, "data": {"role": role}})], Note(by.at, by.user, reason))
        standing.touched(group)
    return group


def observe(group_id: int, by: By, *, case_id: int, text: str) -> Group:
    """Note that somebody may have other aims than the matter, and what it is seen by. An observation of one moment, no
    label: nobody is marked by it."""
    text = said("text", text)
    with _acting(Verb.JOIN, group_id, by) as group:
        _members(group, by, [case_id])
        standing.write([(group, What.AIMS, {"case": case_id})], Note(by.at, by.user, text))
        standing.touched(group)
    return group


# --- what they have in common ----------------------------------------------------------------------------------------


def _running(group: Group) -> bool:
    return group.incident is not None and group.incident.closed_at is None


def _gather(group: Group, by: By, *, tell_last: bool) -> None:
    keys = queries.to_gather(doer(by), group)
    if keys and group.incident_id is not None:
        incidents.gather(group.incident_id, By(by.user, by.at), case_ids=keys, tell_last=tell_last)


def _title(group: Group, by: By) -> str:
    """What the first case is about, in words that everybody may read."""
    first = cases.visible(doer(by)).filter(pk__in=Member.objects.filter(group=group).values("case")).order_by("pk")
    case = first.select_related("customer__home").first()
    assert case is not None
    return hiding.open_subject(hiding.hide(doer(by), [case])[0])[:MOST_TITLE]


def _cases(by: By, case_ids: Collection[int]) -> list[Case]:
    """These cases, all of which the person may see and put together. Raises `BadInput`."""
    wanted = set(case_ids)
    rows = list(cases.visible(doer(by)).filter(pk__in=wanted).order_by("pk"))
    for site in {case.site_id for case in rows}:
        access.require(doer(by), Verb.JOIN, site)
    if not wanted or len(rows) < len(wanted):
        raise BadInput("cases", _("One of these cases is not there.") if wanted else _("Choose one case at least."))
    for case in rows:
        if case.site_id != rows[0].site_id:
            raise BadInput("cases", _("Case %(number)s is at another site.") % {"number": case.number})
        if case.protected or case.kind not in candidates.KINDS:
            raise BadInput("cases", _("Case %(number)s stands alone by its kind.") % {"number": case.number})
    return rows


def _take_in(group: Group, rows: Collection[Case], by: By, reason: str) -> None:
    ids = [case.pk for case in rows]
    for case in rows:
        if case.site_id != group.site_id:
            raise BadInput("cases", _("Case %(number)s is at another site.") % {"number": case.number})
    taken = Member.objects.filter(case__in=ids).exclude(group=group).select_related("case").first()
    if taken is not None:
        words = _("Case %(number)s is in another group; merge the groups, or take it out there first.")
        raise BadInput("cases", words % {"number": taken.case.number})
    there = set(Member.objects.filter(case__in=ids, group=group).values_list("case", flat=True))
    known = candidates.facts([pk for pk in ids if pk not in there])
    note = Note(by.at, by.user, reason)
    standing.join(group, [(known[pk], {}) for pk in sorted(known)], note)
    Alone.objects.filter(case__in=known).delete()
    standing.refresh(group, note)
    _noted(known, by, {"what": "grouped", "group": group.pk}, reason)


def _members(group: Group, by: By, case_ids: Collection[int], *, verb: Verb = Verb.JOIN) -> list[Member]:
    """The members with these cases, which the person may see and move."""
    wanted = set(case_ids)
    seen = cases.visible(doer(by), verb).filter(pk__in=wanted).values("pk")
    rows = list(Member.objects.filter(group=group, case__in=seen).select_related("group").order_by("case"))
    if not wanted or len(rows) < len(wanted):
        words = _("One of these cases is not in the group.") if wanted else _("Choose one case at least.")
        raise BadInput("cases", words)
    return rows


def _leave_one(group: Group, rows: Collection[Member]) -> None:
    if not Member.objects.filter(group=group).exclude(pk__in=[row.pk for row in rows]).exists():
        raise BadInput("cases", _("Leave one case at least in the group."))


def _noted(case_ids: Collection[int], by: By, data: dict[str, object], reason: str) -> None:
    """Write into the timelines of these cases what a person decided."""
    ids = sorted(case_ids)
    for start in range(0, len(ids), _BATCH):
        with timeline.editing_all(ids[start : start + _BATCH], at=by.at, actor=by.user) as changes:
            for change in changes.values():
                change.add(EventKind.NOTED, data, words={"reason": reason}, topic=TOPIC)

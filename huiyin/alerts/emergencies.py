"""Emergencies: who must be called at once, in order, until somebody acknowledges."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.cases import queries as cases
from huiyin.cases import timeline
from huiyin.cases.actions import By, acting
from huiyin.cases.change import Change
from huiyin.cases.models import CalledIn, Case, CaseEvent
from huiyin.cases.workflow import OPEN, EventKind
from huiyin.db.rows import insert_objects, new_row
from huiyin.org import queries as org
from huiyin.org import reference
from huiyin.org.access import Verb
from huiyin.org.models import Role, User
from huiyin.org.reference import Reference

from . import notices
from .incidents import NotPossible
from .models import UNSEEN, CallRule, Emergency, Notice, What

TOPIC = "alerts"
_LATEST = timedelta(hours=24)
"""What happened longer ago than this (an import, say) calls nobody."""
_FIELDS = ("case_id", "seq", "order", "called_at", "next_at", "acknowledged_at", "acknowledged_by_id")
_CHUNK = 200


@dataclass(frozen=True)
class Rules:
    """All rules, and who works in which department; read-only."""

    rules: tuple[CallRule, ...]
    departments: Mapping[int, tuple[int, ...]]
    active: frozenset[int]
    names: Mapping[str, tuple[int, str]]
    """Everybody by user name, also who has left: id and name."""

    @cached_property
    def severities(self) -> frozenset[str]:
        """Those for which anybody is called: every new case asks."""
        return frozenset(rule.severity for rule in self.rules)

    def steps(self, case: Case, severity: str, category: int | None) -> list[tuple[int, list[CallRule]]]:
        """(order, rules) for a case: of the nearest branch of categories, then of the nearest site, that has any."""
        if severity not in self.severities:
            return []
        branch, above = _branch(category), _above(case.site_id)
        groups: dict[tuple[int, int], list[CallRule]] = defaultdict(list)
        for rule in self.rules:
            fits = rule.category_id is None or rule.category_id in branch
            if rule.severity == severity and rule.site_id in above and fits:
                near = branch.index(rule.category_id) if rule.category_id is not None else len(branch)
                groups[near, above.index(rule.site_id)].append(rule)
        if not groups:
            return []
        steps: dict[int, list[CallRule]] = defaultdict(list)
        for rule in groups[min(groups)]:
            steps[rule.order].append(rule)
        return sorted(steps.items())

    def people(self, rule: CallRule, site: int) -> list[int]:
        """Who is meant by a rule at a site."""
        if rule.user_id is not None:
            found: Sequence[int] = [rule.user_id]
        elif rule.department_id is not None:
            found = [user for user in self.departments.get(rule.department_id, ()) if _serves(user, site)]
        else:
            found = [user for user, grants in org.organisation().grants.items() if _holds(grants, rule.role, site)]
        return [user for user in found if user in self.active]


def _serves(user: int, site: int) -> bool:
    organisation = org.organisation()
    return any(site in organisation.below(where) for _role, where in organisation.grants.get(user, ()))


def _holds(grants: Sequence[tuple[Role, int]], role: str, site: int) -> bool:
    return any(held == role and site in org.organisation().below(where) for held, where in grants)


def _branch(category: int | None) -> list[int]:
    """A category and those above it, the nearest first."""
    known, found = cases.categories().by_id, list[int]()
    while category is not None:
        found.append(category)
        category = known[category].parent_id
    return found


def _above(site: int) -> list[int]:
    sites, found = org.organisation().sites, list[int]()
    here: int | None = site
    while here is not None:
        found.append(here)
        here = sites[here].parent_id
    return found


def _load() -> Rules:
    departments: dict[int, list[int]] = defaultdict(list)
    people = list(User.objects.order_by("pk"))
    for user in people:
        if user.is_active and user.department_id is not None:
            departments[user.department_id].append(user.pk)
    return Rules(
        tuple(CallRule.objects.order_by("order", "pk")),
        {unit: tuple(staff) for unit, staff in departments.items()},
        frozenset(user.pk for user in people if user.is_active),
        {user.username: (user.pk, user.name) for user in people},
    )


_rules = Reference(_load)


def rules() -> Rules:
    """The rules as they are now."""
    return _rules.get()


@transaction.atomic
def add_rules(rules: Sequence[CallRule]) -> None:
    """Add lines to the order of calls, or change them."""
    for rule in rules:
        rule.save()
    reference.changed()


def people_of(site: int, *, department: int | None = None, role: str = "") -> list[int]:
    """Who works at a site in a department, or else in a role; not who has left."""
    return _rules.get().people(CallRule(department_id=department, role=role), site)


def rescue(case: Case) -> str:
    """Whom to call first outside the house, when the rules say so."""
    if case.status not in OPEN:
        return ""
    steps = _rules.get().steps(case, case.severity, case.category_id)
    return next((rule.rescue for _order, rules in steps for rule in rules if rule.rescue), "")


def follow(changes: Sequence[Change]) -> None:
    """Call the first in the order for each case that becomes an emergency with these changes."""
    for change in changes:
        event = _raised(change)
        if event is not None and change.now.status in OPEN and change.at - event.at < _LATEST:
            steps = _rules.get().steps(change.case, change.now.severity, change.now.category_id)
            if steps:
                _start(change, event, steps)


def _raised(change: Change) -> CaseEvent | None:
    """The event that gave the case the severity it has now, if that is a new one."""
    if change.now.severity == change.before.severity:
        return None
    graded = [one for one in change.events if one.kind in (EventKind.RECEIVED, EventKind.GRADED)]
    return graded[-1] if graded else None


def _start(change: Change, event: CaseEvent, steps: list[tuple[int, list[CallRule]]]) -> None:
    order, rules = steps[0]
    row = new_row(Emergency, case_id=change.case.pk, seq=event.seq, order=order, called_at=change.at)
    row.next_at = _until(rules, steps, change.at)
    insert_objects(Emergency, _FIELDS, [row])
    _call(change, rules, order)


def _until(rules: list[CallRule], steps: list[tuple[int, list[CallRule]]], at: datetime) -> datetime | None:
    """When the next in the order is called; never when these are the last."""
    if rules[0].order == steps[-1][0]:
        return None
    return at + timedelta(minutes=max(rule.minutes for rule in rules))


def _call(change: Change, rules: list[CallRule], order: int) -> None:
    """Write down who is called and tell them; a department sees the case from now on."""
    known, site = _rules.get(), change.case.site_id
    people = {user for rule in rules for user in known.people(rule, site)}
    units = sorted({rule.department_id for rule in rules if rule.department_id is not None})
    data = {"what": "called", "order": order, "people": sorted(people), "departments": units}
    change.note(TOPIC, data)
    have = set() if change.new else cases.departments_called(change.case)
    rows = [CalledIn(case_id=change.case.pk, department_id=unit) for unit in units if unit not in have]
    insert_objects(CalledIn, ("case_id", "department_id"), rows)
    notices.write(
        [
            Notice(user_id=user, case_id=change.case.pk, seq=change.case.seq, what=What.CALLED, at=change.at)
            for user in sorted(people)
        ],
        must_acknowledge=True,
    )


def sweep(now: datetime) -> int:
    """Call the next in the order wherever nobody acknowledged in time; how many were called on.

    A step is claimed under the lock of its case by a conditional update, so any number of workers call it once.
    """
    count = 0
    while due := list(Emergency.objects.filter(next_at__lte=now).order_by("next_at")[:_CHUNK]):
        with reference.pinned():
            count += sum([_escalate(row, now) for row in due])
    return count


def _escalate(row: Emergency, now: datetime) -> int:
    with timeline.editing(row.case_id, at=now, actor=None) as change:
        steps = _rules.get().steps(change.case, change.now.severity, change.now.category_id)
        later = [(order, rules) for order, rules in steps if order > row.order]
        over = change.now.status not in OPEN or not later
        order, rules = (row.order, list[CallRule]()) if over else later[0]
        next_at = None if over else _until(rules, steps, now)
        claimed = Emergency.objects.filter(pk=row.pk, next_at=row.next_at, acknowledged_at=None)
        if not claimed.update(order=order, next_at=next_at) or over:
            return 0
        _call(change, rules, order)
    return 1


def acknowledge(case_id: int, by: By) -> Change:
    """“I have it”: no further person is called. Raises `NotPossible` when nobody is called for this case."""
    with acting(Verb.ACKNOWLEDGE, case_id, by) as change:
        waiting = Emergency.objects.filter(case=case_id, acknowledged_at=None).order_by("seq")
        first = waiting.first()
        if first is None or by.user is None:
            raise NotPossible(_("No call of this case waits for an acknowledgement."))
        waiting.update(acknowledged_at=by.at, acknowledged_by=by.user, next_at=None)
        Notice.objects.filter(UNSEEN, case=case_id, must_acknowledge=True).update(seen_at=by.at)
        seconds = int((by.at - first.called_at).total_seconds())
        change.note(TOPIC, {"what": "acknowledged", "by": by.user.pk, "seconds": seconds})
    return change

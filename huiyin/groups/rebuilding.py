"""`huiyin groups --rebuild`: find the groups in what is stored, as the sweep would have, whatever became of it since.

Reckoned in memory first, case by case in the order in which they came, then written where it differs: a second time
there is nothing to write. Groups in which a person has had a hand stay as they are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from huiyin.cases.models import Case

from . import candidates, matching, standing
from .candidates import Edge
from .matching import Facts, Linked, Reason
from .models import Alone, Group, Member, What
from .standing import Note

_BATCH = 200
Why = Mapping[str, str | int]


@dataclass
class Partition:
    """Cases in groups, as `joining` puts them, in memory. Groups of the database that a person has had a hand in keep
    their numbers; those found anew are counted from -1 down."""

    kept: frozenset[int]
    group_of: dict[int, int]
    alone: Collection[int] = frozenset()
    members: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    why: dict[int, Why] = field(default_factory=dict)
    _made: int = 0

    def put(self, case: int, found: Sequence[Edge]) -> None:
        """Put a case to those that have one fault with it."""
        if case in self.group_of or case in self.alone:
            return
        linked = [self._link(edge) for edge in found if edge.case not in self.alone]
        if not linked:
            return
        decision = matching.decide(linked)
        group = decision.group if decision.group is not None else self._new()
        for other in decision.merged:
            for one in self.members.pop(other):
                self._join(one, group)
        for single in decision.singles:
            self._join(single.case, group, single.reason, case)
        best = matching.best(linked)
        self._join(case, group, best.reason, best.case)

    def _link(self, edge: Edge) -> Linked:
        group = self.group_of.get(edge.case)
        return Linked(edge.case, edge.reason, group, group in self.kept)

    def _new(self) -> int:
        self._made -= 1
        return self._made

    def _join(self, case: int, group: int, reason: Reason | None = None, like: int = 0) -> None:
        self.group_of[case] = group
        self.members[group].add(case)
        if reason is not None:
            self.why[case] = reason.data() | {"like": like}


@dataclass(frozen=True)
class Found:
    """What a rebuild came to: how many groups there are, and how many of them differ from what was stored."""

    groups: int
    cases: int
    changed: int


def rebuild(now: datetime, step: Callable[[int], None] = lambda done: None) -> Found:
    """Find all groups anew; `step` hears how many cases were looked at."""
    candidates.forget()
    last = Case.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    fixed = dict(Member.objects.filter(group__kept=True).values_list("case", "group"))
    alone = frozenset(Alone.objects.values_list("case", flat=True))
    partition = Partition(frozenset(fixed.values()), dict(fixed), alone)
    for ids in _batches(last):
        known, said = candidates.facts(ids), candidates.texts(ids)
        for pk in sorted(known.keys() & said.keys()):
            partition.put(pk, candidates.edges(known[pk], said[pk]))
        step(len(ids))
    changed = _write(partition, fixed, last, now)
    return Found(Group.objects.filter(ended_at=None).count(), Member.objects.count(), changed)


def _batches(last: int) -> Iterator[list[int]]:
    begin = 0
    while ids := list(
        Case.objects.filter(pk__gt=begin, pk__lte=last).order_by("pk").values_list("pk", flat=True)[:_BATCH]
    ):
        yield ids
        begin = ids[-1]


@transaction.atomic
def _write(partition: Partition, fixed: Mapping[int, int], last: int, now: datetime) -> int:
    """Make what is stored what was found; how many groups were made or mended."""
    row = standing.turn()
    stored = _stored()
    # What people did while it was reckoned stands.
    held = {*Member.objects.filter(group__kept=True).values_list("case", flat=True)} - fixed.keys()
    held |= {*Alone.objects.values_list("case", flat=True)}
    wanted = [cases - held for group, cases in partition.members.items() if group < 0]
    missing = [cases for cases in wanted if len(cases) > 1 and frozenset(cases) not in stored.values()]
    right = {frozenset(cases) for cases in wanted}
    wrong = {key for key, cases in stored.items() if cases not in right}
    note = Note(now, data={"why": "rebuilt"})
    _dissolve(wrong, note)
    for cases in sorted(missing, key=min):
        _make(cases, partition.why, _heir(cases, wrong, stored), note)
    joined = _into_kept(partition, held, note)
    _end_empty(wrong, note)
    row.upto, row.gaps = last, []
    row.save()
    return len(wrong | {-min(cases) for cases in missing}) + joined


def _stored() -> dict[int, frozenset[int]]:
    """The groups that no person has had a hand in, with their cases."""
    found: dict[int, set[int]] = defaultdict(set)
    for case, group in Member.objects.filter(group__kept=False).values_list("case", "group"):
        found[group].add(case)
    return {group: frozenset(cases) for group, cases in found.items()}


def _dissolve(groups: Collection[int], note: Note) -> None:
    for key in sorted(groups):
        rows = list(Member.objects.filter(group=key).select_related("group"))
        standing.write([(row.group, What.LEFT, {"case": row.case_id}) for row in rows], note)
        Member.objects.filter(group=key).delete()


def _heir(cases: Collection[int], wrong: set[int], stored: Mapping[int, frozenset[int]]) -> int | None:
    """The group of before that goes on as this one: the one with most of its cases, so that links to it still hold."""
    share = Counter({key: len(stored[key] & set(cases)) for key in wrong})
    best = max(share, key=lambda key: (share[key], -key), default=None)
    if best is None or not share[best]:
        return None
    wrong.discard(best)
    return best


def _make(cases: Collection[int], why: Mapping[int, Why], heir: int | None, note: Note) -> None:
    known = candidates.facts(cases)
    first: Facts = known[min(known)]
    group = standing.group(heir) if heir is not None else standing.make(first.site, note.at)
    standing.join(group, [(known[pk], why.get(pk, {})) for pk in sorted(known)], note)
    standing.refresh(group, note)


def _into_kept(partition: Partition, held: Collection[int], note: Note) -> int:
    """What is found for a group that a person has had a hand in joins it."""
    groups = 0
    for key in sorted(partition.kept):
        there = {*Member.objects.filter(case__in=partition.members.get(key, ())).values_list("case", flat=True)}
        known = candidates.facts(partition.members.get(key, set()) - there - set(held))
        group = Group.objects.filter(pk=key, ended_at=None).first()
        if known and group is not None:
            standing.join(group, [(known[pk], partition.why[pk]) for pk in sorted(known)], note)
            standing.refresh(group, note)
            groups += 1
    return groups


def _end_empty(groups: Collection[int], note: Note) -> None:
    for key in sorted(groups):
        standing.refresh(standing.group(key), note)

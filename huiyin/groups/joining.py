"""The machine's part: each case is put to those that have one fault with it, a moment after it came in.

A sweep, so that making a case costs nothing. What takes long is read before anything is locked; each case is then put
in its place in a short transaction. Whatever a person has decided stands.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from huiyin.cases.models import Case

from . import candidates, matching, standing
from .candidates import Edge
from .matching import Facts, Linked
from .models import Again, Alone, Group, Member, Progress
from .rules import longest
from .standing import Note

TURN = 10
"""Cases a turn of the worker: a second has room for more, and others wait for it too."""
GAPS_FOR = timedelta(hours=1)
"""How long a number that was skipped may belong to a transaction that is still under way."""
_MOST_GAPS = 500
ALSO: list[Callable[[Collection[int], datetime], None]] = []
"""Who else looks at each case a moment after it came in, and again when its cause was named anew; `wiring.py` puts them
in here. They may be given one twice."""


def sweep(now: datetime) -> int:
    """Look at the next new cases, at those that turned up late, and at those whose cause was named anew."""
    begun = Progress.objects.first()
    if begun is None:
        begun = _begin(now)
    ids = list(Case.objects.filter(pk__gt=begun.upto).order_by("pk").values_list("pk", flat=True)[:TURN])
    late = _late(begun)
    again = list(Again.objects.order_by("pk").values_list("case", flat=True)[:TURN])
    if not ids and not late and not again:
        return _forget_gaps(begun, now) if begun.gaps else 0
    look(ids, now)
    look([*late, *again], now, later=True)
    for also in ALSO:
        also([*ids, *late, *again], now)
    Again.objects.filter(case__in=again).delete()
    _advance(ids, late, now)
    return len(ids) + len(late) + len(again)


def _begin(now: datetime) -> Progress:
    """At the first turn: with the cases of the days that count. Older ones are found by `huiyin groups --rebuild`."""
    recent = Case.objects.filter(received_at__gte=now - timedelta(days=longest()))
    first = recent.order_by("received_at").values_list("pk", flat=True)[:1].first()
    newest = Case.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    upto = first - 1 if first is not None else newest
    return Progress.objects.get_or_create(pk=1, defaults={"upto": upto})[0]


def look(ids: Collection[int], now: datetime, *, later: bool = False) -> None:
    """Put these cases to theirs."""
    known, said = candidates.facts(ids), candidates.texts(ids)
    for pk in sorted(known.keys() & said.keys()):
        found = candidates.edges(known[pk], said[pk], later=later)
        if found or later:
            put(known[pk], found, now)


@transaction.atomic
def put(one: Facts, found: Sequence[Edge], now: datetime) -> None:
    """Put a case to those that have one fault with it, unless a person has decided otherwise. One whose cause was named
    anew leaves those that it no longer is like."""
    standing.turn()
    member = Member.objects.select_related("group").filter(case=one.case).first()
    if Alone.objects.filter(case=one.case).exists() or (member and (member.by_hand or member.group.kept)):
        return
    linked = _linked(found)
    if member is not None:
        if any(one.group == member.group_id for one in linked):
            return
        standing.leave(member.group, [member], Note(now, data={"why": "cause"}))
    if linked:
        _place(one, linked, now)


def _linked(found: Sequence[Edge]) -> list[Linked]:
    """Where those stand that it is like, without those that a person has taken out."""
    ids = [edge.case for edge in found]
    alone = set(Alone.objects.filter(case__in=ids).values_list("case", flat=True))
    rows = Member.objects.filter(case__in=ids).select_related("group")
    where = {row.case_id: row.group for row in rows}
    return [_link(edge, where.get(edge.case)) for edge in found if edge.case not in alone]


def _link(edge: Edge, group: Group | None) -> Linked:
    return Linked(edge.case, edge.reason, group.pk if group else None, bool(group and group.kept))


def _place(one: Facts, linked: Sequence[Linked], now: datetime) -> None:
    decision = matching.decide(linked)
    group = standing.group(decision.group) if decision.group is not None else standing.make(one.site, now)
    for key in decision.merged:
        standing.take_up(group, standing.group(key), Note(now))
    best = matching.best(linked)
    others = candidates.facts([single.case for single in decision.singles])
    joining = [(others[s.case], s.reason.data() | {"like": one.case}) for s in decision.singles if s.case in others]
    joining.append((one, best.reason.data() | {"like": best.case}))
    standing.join(group, joining, Note(now))
    standing.refresh(group, Note(now), newest=one.case)


# --- how far it has come ---------------------------------------------------------------------------------------------


def _late(begun: Progress) -> list[int]:
    """Cases whose numbers were skipped and that are there now."""
    numbers = [number for number, _since in begun.gaps]
    rows = Case.objects.filter(pk__in=numbers).order_by("pk") if numbers else Case.objects.none()
    return list(rows.values_list("pk", flat=True))


@transaction.atomic
def _advance(ids: Sequence[int], late: Collection[int], now: datetime) -> None:
    row = standing.turn()
    # Another worker may have been as far meanwhile: both have put the same cases in the same places.
    last = ids[-1] if ids else row.upto
    missing = sorted({*range(row.upto + 1, last)} - {*ids})[-_MOST_GAPS:] if last > row.upto else []
    kept = [gap for gap in row.gaps if gap[0] not in late and datetime.fromisoformat(gap[1]) > now - GAPS_FOR]
    row.gaps = [*kept, *([number, now.isoformat()] for number in missing)][-_MOST_GAPS:]
    row.upto = max(row.upto, last)
    row.save()


@transaction.atomic
def _forget_gaps(begun: Progress, now: datetime) -> int:
    fresh = [gap for gap in begun.gaps if datetime.fromisoformat(gap[1]) > now - GAPS_FOR]
    if fresh != begun.gaps:
        row = standing.turn()
        row.gaps = [gap for gap in row.gaps if datetime.fromisoformat(gap[1]) > now - GAPS_FOR]
        row.save()
    return 0

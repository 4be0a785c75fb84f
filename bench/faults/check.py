"""Is what was answered stored, once, and every missed deadline recorded, once? `python -m bench.faults.check FILE`.

FILE holds what the clients sent; prints what is wrong and some counts as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django
from django.apps import apps

if not apps.ready:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.settings")
    django.setup()

from bench.faults.clients import Sent
from huiyin.cases.models import Case, CaseEvent, Message
from huiyin.clocks.models import Clock

SLACK = timedelta(seconds=2.5)
"""A sweep comes by every second."""
PATIENCE = 60
"""So many seconds a sweep may be late before a deadline counts as forgotten: a machine that does other things too is
slow, and being late is no fault of the record, which has the deadline's own time."""


@dataclass(frozen=True)
class Stored:
    """What the database holds of what was sent: by mark the numbers of cases made, and of cases where a word stands;
    by number how often a case was accepted."""

    made: Mapping[str, list[str]]
    said: Mapping[str, list[str]]
    accepted: Mapping[str, int]


@dataclass(frozen=True)
class Missed:
    """A deadline that nothing met: when it was due, when the row says it was missed, and each event of that."""

    name: str
    due_at: datetime
    breached_at: datetime | None
    events: tuple[datetime, ...]


def wrong_requests(sent: Iterable[Sent], stored: Stored) -> Iterator[tuple[str, str]]:
    """`lost` or `doubled`, and which request."""
    for one in sent:
        if one.verb == "accept":
            count = stored.accepted.get(one.number, 0)
            where = [one.number] * count
        else:
            where = list((stored.made if one.verb == "create" else stored.said).get(one.mark, []))
        if len(where) > 1:
            yield "doubled", f"{one.mark}: {one.verb} is stored {len(where)} times"
        if one.acknowledged and one.number not in where:
            yield "lost", f"{one.mark}: {one.verb} of case {one.number} was answered {one.status}, stored: {where}"
        if one.twice and one.twice != one.number:
            yield "doubled", f"{one.mark}: the same key gave case {one.number} and then {one.twice}"


def wrong_clocks(missed: Iterable[Missed]) -> Iterator[str]:
    """Deadlines whose miss isn't recorded exactly once, at the time it happened."""
    for one in missed:
        if one.breached_at != one.due_at:
            yield f"{one.name}: due at {one.due_at}, breached at {one.breached_at}"
        elif one.events != (one.due_at,):
            yield f"{one.name}: due at {one.due_at}, recorded at {[str(at) for at in one.events]}"


def stored() -> Stored:
    """As the database has it now."""
    made, said = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for case in Case.objects.only("pk", "subject").iterator():
        made[case.subject].append(case.number)
    for text, key in Message.objects.filter(part="text").values_list("text", "case").iterator():
        said[text].append(Case(pk=key).number)
    accepted = Counter(CaseEvent.objects.filter(kind="accepted").values_list("case", flat=True).iterator())
    return Stored(made, said, {Case(pk=key).number: count for key, count in accepted.items()})


def missed(now: datetime) -> list[Missed]:
    """Every clock that ran out before `now` without being stopped first, and every one that is said to have."""
    events = defaultdict[tuple[int, str, int], list[datetime]](list)
    for event in CaseEvent.objects.filter(topic="clocks").order_by("case_id", "seq").iterator():
        if event.data.get("what") == "breached":
            events[event.case_id, event.data["clock"], event.data["ref"]].append(event.at)
    found = []
    for clock in Clock.objects.order_by("pk").iterator():
        ran_out = not clock.paused and clock.due_at < (clock.stopped_at or now - SLACK)
        recorded = tuple(events.pop((clock.case_id, str(clock.kind), clock.ref), ()))
        if ran_out or recorded or clock.breached_at is not None:
            name = f"case {Case(pk=clock.case_id).number} {clock.kind} {clock.ref}"
            found.append(Missed(name, clock.due_at, clock.breached_at, recorded))
    return found


def settled(look: Callable[[datetime], list[Missed]], rest: Callable[[float], None] = time.sleep) -> list[Missed]:
    """What `look` sees of the deadlines missed until now, once all of them have been come by, or patience is over."""
    now = datetime.now(UTC)
    for _second in range(PATIENCE):
        if all(one.breached_at is not None for one in look(now)):
            break
        rest(1)
    return look(now)


def main() -> None:
    """Compare and print."""
    sent = [Sent(**row) for row in json.loads(Path(sys.argv[1]).read_text())]
    requests, clocks = list(wrong_requests(sent, stored())), settled(missed)
    wrong = [line for _kind, line in requests] + list(wrong_clocks(clocks))
    kinds = Counter(kind for kind, _line in requests)
    counts = {"lost": kinds["lost"], "doubled": kinds["doubled"], "breaches": len(clocks)}
    print(json.dumps({"wrong": wrong, **counts, "events": CaseEvent.objects.count()}))


if __name__ == "__main__":
    main()

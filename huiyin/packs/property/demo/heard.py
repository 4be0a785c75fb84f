"""What departments heard of customers who weren't content, and what they said would have helped."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from random import Random

from huiyin.cases.models import CaseEvent
from huiyin.cases.workflow import ENDED, OPEN, EventKind
from huiyin.org.models import Department
from huiyin.packs.property.presets import rows
from huiyin.returns.follow import TOPIC
from huiyin.returns.models import HelpAsked

from .organisation import DATA, SUPERVISOR
from .story import WORKERS, Story

ASKED, ANSWERED, NOTHING = 0.6, 0.75, 0.12
"""After so many bad answers a department is asked; of these so many say something, of them so many that nothing would
have helped."""
TIME = timedelta(days=2)


def perhaps_ask(story: Story, visit: CaseEvent) -> None:
    """The customer's answer is a bad one: now and then the department that had replied is asked what would have
    helped. With chance of its own, so that all else stays as it was."""
    rng = Random(f"{story.voice.at}/heard/{visit.seq}")  # noqa: S311
    department = _who_replied(story)
    about = story.change.now.about_users or story.change.now.about_departments
    if department is not None and not about and not story.voice.tale and rng.random() < ASKED:
        at = story.open_hours(story.now + timedelta(hours=rng.uniform(0.5, 6)))
        story.later(at, lambda: _ask(story, rng, visit.seq, department))


def _who_replied(story: Story) -> Department | None:
    """The last one that did."""
    events = story.change.events
    sent = {event.seq: event.data["department"] for event in events if event.kind == EventKind.HANDED_OVER}
    replied = [event.data["hand_over"] for event in events if event.kind == EventKind.REPLIED]
    found = sent.get(replied[-1]) if replied else None
    return next((one for one in story.world.company.departments.values() if one.pk == found), None)


def _ask(story: Story, rng: Random, visit: int, department: Department) -> None:
    if story.status not in OPEN:
        return
    due = story.now + TIME
    data = {"what": "asked_help", "department": department.pk, "due_at": due.isoformat(), "visit": visit}
    with story.written_by(None) as by:  # who asks isn't named to the department
        text = rng.choice(_lines()["ask", ""])["text"]
        event = story.change.add(EventKind.NOTED, data, topic=TOPIC, words={"text": text})
        row = HelpAsked(seq=event.seq, department=department, visit=visit, asked_at=by.at, due_at=due)
    row.case, row.asked_by = story.change.case, story.user(SUPERVISOR)
    story.world.heard.append(row)
    if rng.random() < ANSWERED:
        after = timedelta(hours=rng.uniform(1, 40))
        line = _line(rng, department.code)
        story.later(story.open_hours(story.now + after), lambda: _explain(story, row, line))
    story.later(due, lambda: _unheard(story, row))


def _explain(story: Story, row: HelpAsked, line: dict[str, str]) -> None:
    if story.status not in OPEN | ENDED or row.told_at is not None:
        return
    department = row.department
    data = {"what": "helped", "question": row.seq, "department": department.pk, "helps": line["helps"]}
    with story.written_by(WORKERS[department.code]):
        event = story.change.add(EventKind.NOTED, data, topic=TOPIC, words={"text": line["text"]})
    row.helps, row.answer, row.answered_at = line["helps"], event.seq, story.now


def _unheard(story: Story, row: HelpAsked) -> None:
    """Nobody answered in time: the manager was told."""
    if row.answered_at is None:
        story.log(TOPIC, {"what": "unheard", "question": row.seq, "department": row.department.pk})
        row.told_at = story.now


def _line(rng: Random, department: str) -> dict[str, str]:
    own = _lines().get(("answer", department), [])
    return rng.choice(own if own and rng.random() >= NOTHING else _lines()["answer", ""])


@cache
def _lines() -> dict[tuple[str, str], list[dict[str, str]]]:
    found: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in rows("heard.csv", DATA):
        found.setdefault((row["kind"], row["department"]), []).append(row)
    return found

"""A no: asked for by whoever looked into it, said by another; what was wanted, why not, and what we can do instead."""

from __future__ import annotations

from datetime import timedelta

from huiyin.cases import outside, refusing
from huiyin.cases.models import CaseEvent
from huiyin.cases.outside_models import OutsideBody
from huiyin.cases.workflow import REFUSAL, WORKING, EventKind
from huiyin.packs.property.presets import rows

from .organisation import DATA
from .story import DUTY, Act, Story

NAMING = 2
"""So many refusals say whom outside the house the customer may turn to."""
ABOUT = ("fees/", "parking/fee", "permit/")
"""What somebody outside decides."""
REVIEW = timedelta(days=10)
NO_MANAGER = "YGZ"


def refusal(story: Story) -> tuple[str, str, str]:
    """The words to the customer, the basis, and in which way it is asked too much."""
    known = {row["category"]: row for row in rows("refusals.csv", DATA)}
    about = known.get(story.voice.matter, known[""])
    slots = {name: text for name, text in about.items() if name not in ("category", "mode")}
    until = (story.now + REVIEW).astimezone(story.world.zone)
    slots["deadline"] = f"{until.month}月{until.day}日"
    slots["reviewer"] = "公司品质部" if story.voice.site == NO_MANAGER else "项目经理"
    return story.words("refusal", at=None, **slots), about["basis"], about["mode"]


def say_no(story: Story, *, close: Act) -> None:
    """A no is not for the desk to say: it is proposed, and the supervisor says it; what she looked into herself she
    says at once. `close`: what follows."""
    text, basis, mode = refusal(story)
    if story.handler == DUTY:
        story.tell(EventKind.REFUSED, actor=DUTY, text=text, basis=basis)
        close()
    elif not any(
        about == REFUSAL for _seq, kind, about in story.change.now.open_requests if kind == EventKind.APPROVING
    ):
        bodies = _outside(story)
        data = {"about": REFUSAL, "what": refusing.WHAT, "mode": mode}
        data |= {outside.PART: [row.pk for row in bodies]} if bodies else {}
        event = story.add(EventKind.APPROVING, data, actor=story.handler, text=text, basis=basis)
        at = story.open_hours(story.now + story.minutes(10, 120))
        story.later(at, lambda: _decide(story, event, (text, basis), close))


def _outside(story: Story) -> list[OutsideBody]:
    """To whom the customer may turn: the first that the register offers."""
    if story.world.named_outside >= NAMING or not story.voice.matter.startswith(ABOUT):
        return []
    return outside.fitting(story.change.case)[:1]


def _decide(story: Story, asked: CaseEvent, words: tuple[str, str], close: Act) -> None:
    if story.status not in WORKING or story.handler == DUTY:
        return
    text, basis = words
    told = {"request": asked.seq, "granted": True, "what": refusing.WHAT}
    story.add(EventKind.APPROVED, told, actor=DUTY)
    bodies = outside.chosen(story.change.case, asked.data.get(outside.PART, ()))
    more = {outside.PART: outside.words(bodies, story.change.case, story.now, like=text)} if bodies else {}
    story.world.named_outside += bool(bodies)
    data = outside.facts(bodies, story.change.case, story.now)
    story.tell(EventKind.REFUSED, data, actor=DUTY, text=text, basis=basis, **more)
    close()

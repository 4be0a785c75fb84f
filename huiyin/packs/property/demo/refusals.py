"""A no: asked for by whoever looked into it, said by another; what was wanted, why not, and what we can do instead."""

from __future__ import annotations

from datetime import timedelta

from huiyin.cases import refusing
from huiyin.cases.workflow import REFUSAL, WORKING, EventKind
from huiyin.packs.property.presets import rows

from .organisation import DATA
from .story import DUTY, Act, Story

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
        data = {"about": REFUSAL, "what": refusing.WHAT, "mode": mode}
        event = story.add(EventKind.APPROVING, data, actor=story.handler, text=text, basis=basis)
        at = story.open_hours(story.now + story.minutes(10, 120))
        story.later(at, lambda: _decide(story, event.seq, (text, basis), close))


def _decide(story: Story, request: int, words: tuple[str, str], close: Act) -> None:
    if story.status not in WORKING or story.handler == DUTY:
        return
    text, basis = words
    told = {"request": request, "granted": True, "what": refusing.WHAT}
    story.add(EventKind.APPROVED, told, actor=DUTY)
    story.tell(EventKind.REFUSED, actor=DUTY, text=text, basis=basis)
    close()

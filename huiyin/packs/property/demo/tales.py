"""The bigger things of the ninety days, each told in data: who speaks, how it came out, and what was said to all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from huiyin.cases.models import Channel
from huiyin.cases.workflow import WORKING, EventKind
from huiyin.packs.property.presets import rows

from .organisation import DATA, Company, Contact
from .story import Story
from .texts import Outcome
from .volume import Voice

CHANNELS = (Channel.PHONE, Channel.PHONE, Channel.PORTAL, Channel.GROUP)


@dataclass(frozen=True)
class Days:
    """The calendar of the demo, counted back from its last day."""

    until: datetime
    zone: ZoneInfo

    def at(self, day: int, clock: str) -> datetime:
        """So many days before the last one, at this local time."""
        hour, minute = (int(part) for part in clock.split(":"))
        local = self.until.astimezone(self.zone) - timedelta(days=day)
        return local.replace(hour=hour, minute=minute, second=0, microsecond=0)


class Teller:
    """Makes the voices of the tales: each customer speaks once in a tale."""

    def __init__(self, seed: int, company: Company, days: Days) -> None:
        self.rng = Random(f"{seed}/tales")  # noqa: S311 (chance that can be repeated is the point)
        self.company, self.days = company, days
        self._texts: dict[str, list[dict[str, str]]] = {}
        self._taken: set[int] = set()
        for row in rows("tales.csv", DATA):
            self._texts.setdefault(row["tale"], []).append(row)

    def voices(self, tale: str, count: int, start: datetime, end: datetime) -> Iterator[Voice]:
        """`count` people speak between two moments."""
        for _ in range(count):
            yield self.voice(tale, start + (end - start) * self.rng.random())

    def voice(self, tale: str, at: datetime, *, channel: str = "", outside_days: int = 0) -> Voice:
        """Somebody speaks of it, whom it concerns."""
        row = self.rng.choice(self._texts[tale])
        return Voice(
            at=at,
            site=(contact := self._somebody(row["where"].split())).site,
            contact=contact,
            matter=row["matter"],
            channel=str(channel or self.rng.choice(CHANNELS)),
            tale=tale,
            said=row["text"],
            title=row["title"],
            outside_days=outside_days,
        )

    def telling(self, voice: Voice, tale: str) -> Voice:
        """The same person, with the words of somebody in particular."""
        return replace(voice, tale=tale, said=self._texts[tale][0]["text"])

    def _somebody(self, where: list[str]) -> Contact:
        """A customer of one of these sites, in one of these buildings if any are named."""
        sites = [part for part in where if not part.endswith("-")]
        buildings = tuple(part for part in where if part.endswith("-"))
        people = self.company.contacts[self.rng.choice(sites)]
        free = [one for one in people if one.customer.pk not in self._taken and one.home.startswith(buildings or "")]
        found = self.rng.choice(free)
        self._taken.add(found.customer.pk)
        return found


def outcome(tale: str) -> Outcome:
    """How it came out."""
    row = next(row for row in rows("outcomes_tales.csv", DATA) if row["tale"] == tale)
    return Outcome(row["cause"], row["done"], row["prevent"])


def answer_all(story: Story, tale: str, actor: str) -> None:
    """Whatever is said to all from now on is said in this case too, as long as it is worked on. `actor`: who speaks,
    where no incident has a lead."""
    if gathering := story.world.gatherings.get(tale):
        gathering.take_in(story)
        return
    days = Days(story.world.until, story.world.zone)
    for row in rows("public.csv", DATA):
        at = days.at(int(row["day"]), row["time"])
        if row["tale"] == tale and at > story.now:
            story.later(at, lambda text=row["text"]: _say(story, text, actor))  # type: ignore[misc]


def _say(story: Story, text: str, actor: str) -> None:
    if story.status in WORKING:
        story.tell(EventKind.ANSWERED, {"public": True}, actor=actor or story.handler, text=text)

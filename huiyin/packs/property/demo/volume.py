"""When somebody speaks, who, where, about what and by which door: chance, within the shares of a property manager."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from huiyin.base.china import china_days
from huiyin.cases.models import Channel
from huiyin.packs.property.presets import rows

from .organisation import DATA, Company, Contact
from .texts import Texts

WEEKDAYS = (1.15, 1.00, 0.95, 0.95, 1.00, 1.05, 0.90)
HOLIDAY, AFTER_HOLIDAY = 0.6, 1.5
HOURS = (0.8,) * 7 + (4, 9, 10, 8, 6, 4, 4, 6, 6, 5, 5, 8, 9, 6, 3, 1.2, 1.2)
CHANNELS = {
    Channel.PHONE: 38,
    Channel.PORTAL: 24,
    Channel.GROUP: 12,
    Channel.WALK_IN: 11,
    Channel.CHAT: 7,
    Channel.TRANSFER: 3.4,
    Channel.EMAIL: 0.7,
    Channel.SURVEY: 0.5,
    Channel.MEDIA: 0.1,
}
BY_DAY = frozenset({Channel.WALK_IN, Channel.TRANSFER, Channel.EMAIL})
FOUND_BY_US = (
    *("lift", "water-drain", "power/corridor-light", "door-access", "leak-structure", "cleaning", "green"),
    *("fire", "guard/objects", "voice/facility"),
)
"""Matters that a patrol finds, or that somebody writes about without a name."""
UNKNOWN = 110 / 1500
"""Share of cases without a customer: found by ourselves, or anonymous."""
CUSTOMERS = ((430, 1, 1), (145, 2, 2), (80, 3, 5), (30, 6, 12), (5, 13, 25))
"""Of 1,500 cases: so many customers with from … to … cases each. A few speak up often."""
AGAIN = 0.22
"""How often somebody who speaks again speaks of the same matter."""
JOINED = 0.045
"""How often a second message about an open matter comes from the same home."""
SEASONS: dict[str, dict[int, float]] = {
    # by category or the start of one: month → factor; months not named: 1
    "plumbing/heating": {11: 2.5, 12: 2.0, 1: 1.6, 2: 1.2, 3: 0.8} | dict.fromkeys(range(4, 11), 0.0),
    "cleaning/rubbish": dict.fromkeys(range(6, 10), 1.8),
    "cleaning/insects": dict.fromkeys(range(6, 10), 1.8),
    "leak-structure": dict.fromkeys(range(6, 9), 2.0),
    "water-drain/outage": {1: 2.0, 7: 1.5},
    "climate": dict.fromkeys(range(6, 10), 3.0),
    "noise/renovation": dict.fromkeys((3, 4, 5, 9, 10), 1.4),
    "fees": {12: 1.8, 1: 1.8},
    "fire/ebike": dict.fromkeys((11, 12, 1, 2), 1.4),
    "green": dict.fromkeys(range(4, 7), 1.5),
}
PEAKS: dict[str, tuple[range | tuple[int, ...], float]] = {
    "guard": (range(19, 22), 1.8),
    "parking/occupied": (range(18, 22), 2.0),
    "noise": ((12, 13, 22, 23), 3.0),
}
FEE_DAYS = frozenset({*range(1, 6), *range(20, 26)})


@dataclass(frozen=True)
class Voice:
    """Somebody speaks. `twin`: the place in the list of an earlier case about the same thing, which may absorb it."""

    at: datetime
    site: str
    contact: Contact | None
    matter: str
    channel: str
    twin: int | None = None
    tale: str = ""
    """What bigger thing it belongs to: the storm, a group; empty for the ordinary days."""
    said: str = ""
    """Its words, with slots; empty: chosen from those about its matter."""
    title: str = ""
    """What it is called, instead of the name of its matter."""
    outside_days: int = 0
    """Sent from above, to be done in so many days."""


Pair = tuple[Voice, Voice | None]
"""A voice, and the one into whose case it is joined."""


def shares() -> dict[str, float]:
    """How much of all is about each matter, in per cent before season and hour."""
    return {row["category"]: float(row["share"]) for row in rows("matters.csv", DATA)}


def voices(
    rng: Random,
    company: Company,
    texts: Texts,
    *,
    count: int,
    span: tuple[datetime, datetime],
    more: Sequence[Pair] = (),
) -> list[Voice]:
    """`count` voices, the oldest first: `more` that are known already, with those into whose cases they are joined, and
    ordinary ones between the two instants."""
    zone = ZoneInfo(company.root.time_zone)
    count -= len(more)
    twins = round(count * JOINED)
    moments = _moments(rng, count - twins, span, zone)
    speakers = _speakers(rng, company, len(moments))
    chooser = _Chooser(rng, company, texts)
    singles = [chooser.voice(at, at.astimezone(zone), who) for at, who in zip(moments, speakers, strict=True)]
    return _with_twins(rng, singles, twins, span[1], more)


def _moments(rng: Random, count: int, span: tuple[datetime, datetime], zone: ZoneInfo) -> list[datetime]:
    cells = list(_cells(span, zone))
    weights = [weight for _start, weight in cells]
    found: list[datetime] = []
    while len(found) < count:
        for start, _weight in rng.choices(cells, weights, k=count - len(found)):
            at = start + timedelta(seconds=rng.randrange(3600))
            if span[0] <= at < span[1]:
                found.append(at)
    return sorted(found)


def _cells(span: tuple[datetime, datetime], zone: ZoneInfo) -> Iterator[tuple[datetime, float]]:
    """Every hour of the span with its weight."""
    differing = {day.date: day.works for day in china_days()}
    day, last = span[0].astimezone(zone).date(), span[1].astimezone(zone).date()
    while day <= last:
        weight = _day_weight(day, differing)
        for hour, share in enumerate(HOURS):
            yield datetime(day.year, day.month, day.day, hour, tzinfo=zone), weight * share
        day += timedelta(days=1)


def _day_weight(day: date, differing: dict[date, bool]) -> float:
    if differing.get(day) is False:
        return HOLIDAY
    if differing.get(day - timedelta(days=1)) is False and differing.get(day) is not False:
        return AFTER_HOLIDAY
    return WEEKDAYS[0] if differing.get(day) else WEEKDAYS[day.weekday()]


def _speakers(rng: Random, company: Company, count: int) -> list[Contact | str]:
    """Who speaks each time: a contact, or only the site when nobody is known."""
    known = round(count * (1 - UNKNOWN))
    scale = known / 1390
    shuffled = {site: rng.sample(contacts, len(contacts)) for site, contacts in company.contacts.items()}
    sites = {row["code"]: float(row["share"]) for row in rows("sites.csv", DATA)}
    drawn: list[Contact | str] = []
    taken: dict[str, int] = defaultdict(int)
    while len(drawn) < known:
        for customers, least, most in reversed(CUSTOMERS):
            for _ in range(max(round(customers * scale), 1)):
                site = rng.choices(list(sites), list(sites.values()))[0]
                contact = shuffled[site][taken[site] % len(shuffled[site])]
                taken[site] += 1
                drawn += [contact] * rng.randint(least, most)
    unknown: list[Contact | str] = list(rng.choices(list(sites), list(sites.values()), k=count - known))
    everybody = drawn[:known] + unknown
    rng.shuffle(everybody)
    return everybody


class _Chooser:
    """Chooses matter and channel for a moment and a speaker."""

    def __init__(self, rng: Random, company: Company, texts: Texts) -> None:
        self.rng, self.company = rng, company
        self.shares = shares()
        self.fitting = {kind: [m for m in self.shares if texts.has(m, kind)] for kind in set(company.kinds.values())}
        self.before: dict[int, list[str]] = defaultdict(list)

    def voice(self, at: datetime, local: datetime, who: Contact | str) -> Voice:
        site, contact = (who, None) if isinstance(who, str) else (who.site, who)
        matter = self._matter(local, site, contact)
        return Voice(at, site, contact, matter, self._channel(matter, contact, local))

    def _matter(self, local: datetime, site: str, contact: Contact | None) -> str:
        earlier = self.before[contact.customer.pk] if contact else []
        if earlier and self.rng.random() < AGAIN:
            return self.rng.choice(earlier)
        matters = self.fitting[self.company.kinds[site]]
        if contact is None:
            matters = [matter for matter in matters if matter.startswith(FOUND_BY_US)]
        weights = [self.shares[matter] * _factor(matter, local) for matter in matters]
        found = self.rng.choices(matters, weights)[0]
        earlier.append(found)
        return found

    def _channel(self, matter: str, contact: Contact | None, local: datetime) -> str:
        category = self.company.categories[matter]
        if contact is None:
            by_themselves = [Channel.PORTAL, Channel.SURVEY]
            return str(self.rng.choice(by_themselves if category.kind == "suggestion" else [Channel.INSPECTION]))
        if category.severity == "P1":
            return Channel.PHONE.value
        found = self.rng.choices(list(CHANNELS), list(CHANNELS.values()))[0]
        if found in BY_DAY and not 8 <= local.hour < 20:
            return Channel.PHONE.value
        return str(found)


def _factor(matter: str, local: datetime) -> float:
    """How season, hour and day of the month move the share of a matter."""
    factor = next((months.get(local.month, 1.0) for start, months in SEASONS.items() if matter.startswith(start)), 1.0)
    for start, (hours, peak) in PEAKS.items():
        if matter.startswith(start) and local.hour in hours:
            factor *= peak
    if matter.startswith("fees/bill") and local.day in FEE_DAYS:
        factor *= 1.4
    return factor


def _with_twins(rng: Random, singles: list[Voice], twins: int, until: datetime, more: Sequence[Pair]) -> list[Voice]:
    """Add second messages about the same thing, soon after the first, by another door."""
    able = [voice for voice in singles if voice.contact and until - voice.at > timedelta(hours=6)]
    added: list[Pair] = []
    for first in rng.sample(able, min(twins, len(able))):
        at = first.at + timedelta(minutes=rng.uniform(8, 200))
        channel = rng.choice([str(c) for c in (Channel.PORTAL, Channel.GROUP, Channel.PHONE) if c != first.channel])
        added.append((replace(first, at=at, channel=channel), first))
    ordered = sorted([*((voice, None) for voice in singles), *more, *added], key=lambda pair: pair[0].at)
    places = {id(voice): place for place, (voice, _first) in enumerate(ordered)}
    return [replace(voice, twin=places[id(first)] if first else None) for voice, first in ordered]

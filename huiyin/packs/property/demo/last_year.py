"""What the ledger of the office tower brought along: most of it from the weeks of last year that lie ahead now."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random

from huiyin.cases import intake, timeline
from huiyin.cases.actions import By
from huiyin.cases.change import Change
from huiyin.cases.intake import NewCase
from huiyin.cases.models import Channel
from huiyin.cases.workflow import EventKind
from huiyin.packs.property.presets import rows
from huiyin.standards import warning

from . import handling
from .organisation import DATA, SUPERVISOR, Contact
from .story import World
from .texts import place_of

SITE, SOURCE = "YGZ", "旧台账"
SEASON, OTHERS = 9, 8
"""So many firms spoke of the same thing within four weeks, so many of other things in the rest of the year."""
GRAVE = "P2"
SEEN = "已登记，工程师马上到现场看。"
AFTER = timedelta(minutes=20)
"""So long after the house began with this system its ledger was taken over."""


def take_over(world: World, seed: int, began: datetime) -> int:
    """Write down the old cases, each answered long ago; how many."""
    rng = Random(f"{seed}/last year")  # noqa: S311 (of its own, so that all else stays as it was)
    today = world.until.astimezone(world.zone).date()
    span = warning.last_year(today, warning.Bars())
    lines = list(rows("last_year.csv", DATA))
    month = str((span.first + (span.last - span.first) / 2).month)
    season = [row for row in lines if month in row["months"].split()]
    others = [row for row in lines if not row["months"]]
    days = [span.first + timedelta(days=2 + number * 24 // SEASON) for number in range(SEASON)]
    more = [span.last + timedelta(days=25 + number * 22) for number in range(OTHERS)]
    told = [(day, season[n % len(season)]) for n, day in enumerate(days)]
    told += [(day, others[n % len(others)]) for n, day in enumerate(more)]
    firms = rng.sample(_one_a_firm(world), len(told))
    changes = []
    for number, ((day, row), contact) in enumerate(zip(told, firms, strict=True), 1):
        at = datetime.combine(day, time(rng.randrange(9, 17), rng.randrange(60)), world.zone)
        if at < began - timedelta(days=1):
            changes.append(_case(world, rng, row, contact, number=number, at=at, now=began + AFTER))
    timeline.give_ids([change.case for change in changes])
    timeline.write(changes)
    return len(changes)


def _one_a_firm(world: World) -> list[Contact]:
    return list({contact.home: contact for contact in world.company.contacts[SITE]}.values())


def _case(
    world: World, rng: Random, row: dict[str, str], contact: Contact, *, number: int, at: datetime, now: datetime
) -> Change:
    """As an import makes it, with the answer of then; and filed."""
    company = world.company
    category, place = company.categories[row["matter"]], place_of(rng, company.kinds[SITE], contact.home)
    new = NewCase(
        kind=category.kind,
        channel=Channel.IMPORT,
        site=company.sites[SITE],
        subject=f"{row['title']}（{place['where']}）",
        text=row["text"].format_map(place),
        category=category,
        place=contact.home,
        source=SOURCE,
        external_number=f"YG-{number:03d}",
        received_at=at,
        taps=rng.choice(handling.TAPS[GRAVE]) if row["months"] else None,
    )
    change = intake.draft(new, By(company.staff[SUPERVISOR], now), contact.customer)
    change.quiet = True
    answered = at + timedelta(hours=rng.uniform(2, 30))
    seen = at + timedelta(minutes=rng.uniform(2, 20))
    change.add(EventKind.ACCEPTED, {"by": None}, at=seen)
    change.add(EventKind.ANSWERED, {"public": True}, words={"text": SEEN}, public={"text"}, at=seen)
    change.add(EventKind.RESOLVED, {}, at=answered)
    change.add(EventKind.ANSWERED, {"public": True}, words={"text": row["answer"]}, public={"text"}, at=answered)
    change.add(EventKind.CLOSED, {"outcome": "not_required"}, at=answered + timedelta(days=3))
    return change

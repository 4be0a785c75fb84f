"""Makes the demo organisation: everything in one transaction, so that a start that was cut off leaves nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from huiyin.base.ids import new_secret, secret_digest
from huiyin.cases import intake, timeline
from huiyin.cases.actions import By
from huiyin.cases.intake import NewCase
from huiyin.cases.models import Case, Channel, Kind
from huiyin.cases.workflow import LIVE
from huiyin.clocks import levels
from huiyin.org import actions as org
from huiyin.org import reference
from huiyin.packs import start
from huiyin.packs.property.presets import rows
from huiyin.returns.models import HelpAsked

from . import (
    again,
    dispatch,
    expected,
    fees,
    gathering,
    good,
    group,
    handling,
    last_year,
    marked,
    neighbours,
    notices,
    organisation,
    plans,
    remedies,
    shift,
    storm,
    tiers,
)
from .organisation import DATA, LEAVER, Company
from .story import Story, World
from .tales import Days, Teller
from .texts import Texts, place_of, small_things
from .volume import Pair, Voice, voices

CHUNK = 100
PRESET = "zh-property"
LEAVES = timedelta(days=31)
"""How long before the last moment 小孙 goes."""
BY_THEMSELVES = frozenset({Channel.PORTAL, Channel.SURVEY})
Advance = Callable[[int], None]
TALES = {"storm": storm.live, "chain": storm.live, "night": group.live, "lift2": group.live}
"""How the cases of bigger things go; all others by `handling`."""
ROOM_DAYS, ROOM_CASES = 70, 1000
"""A shorter or smaller demo has only ordinary days, and no past."""


class AlreadyThere(Exception):
    """The database has so many `cases`, or these `sites` of the demo organisation."""

    def __init__(self, cases: int, sites: Sequence[str]) -> None:
        super().__init__(cases)
        self.cases, self.sites = cases, sites


@dataclass(frozen=True)
class Demo:
    """What to make: as much in so many days, ending at `until`."""

    until: datetime
    seed: int = 7
    days: int = 90
    cases: int = 1500


@dataclass(frozen=True)
class Made:
    """What came of it. `administrator`: is the administrator new, with the same password? `receipt`: the secret of the
    link of one customer, empty when no case fits."""

    cases: int
    administrator: bool
    receipt: str


def found(demo: Demo, *, password: str, force: bool = False, advance: Advance = lambda _steps: None) -> Made:
    """Add the invented company to whatever is there, its beginning too. `advance` hears of every few cases written.

    Raises `AlreadyThere` when there are cases (unless `force`) or sites with the codes of the demo, and
    `ValidationError` for a weak password.
    """
    there = Case.objects.count()
    sites = organisation.sites_there()
    if sites or (there and not force):
        raise AlreadyThere(there, sites)
    with transaction.atomic():
        zone = settings.HUIYIN_TIME_ZONE
        # The levels are older than the first case, so that the whole history was under them.
        started = start.begin(
            at=demo.until - timedelta(days=demo.days), time_zone=zone, password=password, preset=PRESET
        )
        stories, receipt = _fill(demo, password, advance)
    return Made(len(stories), started.administrator, receipt)


def _fill(demo: Demo, password: str, advance: Advance) -> tuple[list[Story], str]:
    rng = Random(demo.seed)  # noqa: S311 (chance that can be repeated is the point)
    company = organisation.build(rng, password=password)
    with reference.pinned():
        tiers.sort(demo.seed, company)
        good.set_budgets(company, demo.until)
        world = _world(company, demo)
        span = (demo.until - timedelta(days=demo.days), demo.until)
        if not _is_small(demo):
            last_year.take_over(world, demo.seed, span[0])
        planned = voices(rng, company, world.texts, count=demo.cases, span=span, more=_tales(demo, world))
        stories = _drafts(world, demo.seed, planned)
        _live(stories, planned)
        receipt = _open_a_receipt(stories)
        _write(stories, advance)
        for one in world.gatherings.values():
            one.write()
        HelpAsked.objects.bulk_create(world.heard)
        neighbours.write(world)
    reference.changed()
    fees.charge(company, demo.until)
    fees.name_failures(company, demo.until)
    good.make_good(company, demo.until)
    marked.mark_one(company, demo.until)
    notices.tell(company, demo.until)
    expected.expect(company, demo.until)
    org.set_active(company.staff[LEAVER], False)
    return stories, receipt


def _is_small(demo: Demo) -> bool:
    return demo.days < ROOM_DAYS or demo.cases < ROOM_CASES


def _tales(demo: Demo, world: World) -> list[Pair]:
    """The voices of the bigger things."""
    if _is_small(demo):
        return []
    days = Days(demo.until, world.zone)
    teller = Teller(demo.seed, world.company, days)
    world.gatherings.update(gathering.open_all(world.company, days))
    world.group = neighbours.found(world, days)
    return [*((voice, None) for voice in storm.voices(teller)), *group.voices(teller)]


def _open_a_receipt(stories: Sequence[Story]) -> str:
    """Give the latest customer of the portal who has heard from us a link, to see the receipt page by."""
    for story in reversed(stories):
        case, now = story.change.case, story.change.now
        if case.channel == Channel.PORTAL and now.answered_at and now.status in LIVE and case.customer_id:
            link = new_secret()
            case.link_digest = secret_digest(link)
            return link
    return ""


def _world(company: Company, demo: Demo) -> World:
    found = levels.levels()
    policy = found.policy_at(demo.until)
    if policy is None:
        raise RuntimeError("the presets come first")
    service = next(calendar.pk for calendar in found.calendars.values() if calendar.code == "service")
    zone = company.root.time_zone
    return World(
        company=company,
        texts=Texts(),
        policy=policy.pk,
        service=found.calendar(service, zone),
        zone=ZoneInfo(zone),
        until=demo.until,
        hours={row["category"]: float(row["hours"]) for row in rows("matters.csv", DATA)},
        leaves_at=_shift_end(demo.until - LEAVES, ZoneInfo(zone)),
        remedies=remedies.lines(),
    )


def _shift_end(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(hour=14, minute=0, second=0, microsecond=0)


def _drafts(world: World, seed: int, planned: Sequence[Voice]) -> list[Story]:
    """Every case with its first word and its number, in the order in which they came."""
    stories = []
    for number, voice in enumerate(planned):
        rng = Random(f"{seed}/{number}")  # noqa: S311 (each case its own, so that one more word moves no other case)
        stories.append(_draft(world, rng, voice))
    timeline.give_ids([story.change.case for story in stories])
    return stories


def _draft(world: World, rng: Random, voice: Voice) -> Story:
    company, contact = world.company, voice.contact
    category = company.categories[voice.matter]
    kind = company.kinds[voice.site]
    slots = place_of(rng, kind, contact.home if contact else None) | small_things(rng)
    words = voice.said or world.texts.voice(rng, voice.matter, kind, voice.channel)
    text = words.format_map(slots)
    story = Story(world, rng, voice, slots)
    entered_by = None if voice.channel in BY_THEMSELVES else story.user(story.desk)
    graded = voice.channel in handling.BY_STAFF and rng.random() < 0.7
    new = NewCase(
        kind=_kind(category.kind, voice.channel),
        channel=voice.channel,
        site=company.sites[voice.site],
        subject=f"{voice.title or world.texts.matters[voice.matter]}（{slots['where']}）",
        text=text,
        category=category,
        place=slots["home"] if contact and category.code.startswith("repair-home") else slots["where"],
        taps=rng.choice(handling.TAPS[category.severity]) if graded else None,
    )
    story.change = intake.draft(new, By(entered_by, voice.at), contact.customer if contact else None)
    dispatch.put_in_order(story)
    story.change.actor = None  # from here on each fact names its own
    return story


def _kind(usual: str, channel: str) -> str:
    """A failure that we find ourselves is a finding; what a customer reports never is."""
    if channel == Channel.INSPECTION:
        return Kind.FINDING.value
    return Kind.REPAIR.value if usual == Kind.FINDING else usual


def _live(stories: Sequence[Story], planned: Sequence[Voice]) -> None:
    """Let each case happen, the older one of two about the same thing first."""
    again.expect(stories)
    joins = {n: _joined_at(stories[n]) for n, voice in enumerate(planned) if voice.twin is not None}
    for number, (story, voice) in enumerate(zip(stories, planned, strict=True)):
        first = stories[voice.twin] if voice.twin is not None else None
        mine = story.change.case.pk
        shift.watch(story)
        if first is not None and (mine in first.absorbed or joins[number] > story.world.until):
            handling.join(story, joins[number], first.change.case.pk)
        else:
            begin = TALES.get(voice.tale.partition("/")[0], handling.begin)
            story.later(story.begins, lambda story=story, begin=begin: begin(story))  # type: ignore[misc]
        for twin, at in _twins(number, planned, joins):
            pk = stories[twin].change.case.pk
            story.later(at, lambda story=story, pk=pk: handling.absorb(story, pk))  # type: ignore[misc]
        story.run()
        plans.over(story)


def _joined_at(story: Story) -> datetime:
    return story.open_hours(story.now + story.minutes(6, 60))


def _twins(number: int, planned: Sequence[Voice], joins: dict[int, datetime]) -> Iterator[tuple[int, datetime]]:
    return ((twin, at) for twin, at in joins.items() if planned[twin].twin == number)


def _write(stories: Sequence[Story], advance: Advance) -> None:
    for first in range(0, len(stories), CHUNK):
        chunk = stories[first : first + CHUNK]
        timeline.write([story.change for story in chunk])
        advance(len(chunk))

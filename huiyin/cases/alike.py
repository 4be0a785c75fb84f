"""Cases like a voice: those that are probably the same matter, those that were solved before, and what they are sorted
under. The index brings a few hundred candidates, newest first; how alike they are is reckoned here, by `base.likeness`
and `likely`. Only cases that the person may see, as they may see them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import Exists, OuterRef, QuerySet

from huiyin.base.likeness import Rarity, Tokens, likeness, rarity, shared, tokens, tokens_of_normal
from huiyin.org import access
from huiyin.org.access import Verb
from huiyin.org.models import User

from . import hiding, queries, search
from .likely import LEAST_TEXT, Match, same_place
from .models import Case, CaseEvent, Message, SearchText
from .suggest import Neighbour, Suggestion, suggest
from .workflow import OPEN, EventKind

MOST_CANDIDATES, SAMPLE = 200, 200
"""Texts that are compared with what is typed, and texts that tell which words are rare here."""
_PLACE_NEEDLES, _NAMING, _AT_PLACE, _OF_CUSTOMER, _READ = 3, 100, 20, 10, 20
_REASONS = 4
_HEAVY = (
    *("open_hand_overs", "signed", "open_commitments", "open_questions", "open_requests", "open_milestones"),
    *("about_users", "about_departments"),
)
"""What a list of like cases doesn't show and takes long to read."""


@dataclass(frozen=True)
class Voice:
    """What somebody is saying: typed at the desk, or a case that is there. `case`: its own id, which is left out."""

    text: str
    site: int
    at: datetime
    place: str = ""
    category: int | None = None
    customers: frozenset[int] = frozenset()
    """Who may be speaking."""
    case: int | None = None

    @cached_property
    def tokens(self) -> frozenset[str]:
        """What it is compared by."""
        return tokens(self.text)


def voice_of(case: Case, text: str) -> Voice:
    """A case as a voice, with the words it began with."""
    words = f"{case.subject} {text}"
    return Voice(words, case.site_id, case.received_at, case.place, case.category_id, case=case.pk)


@dataclass(frozen=True)
class Likely:
    """A case that is probably the same matter; `words` are the parts of what is said that tell so."""

    case: Case
    match: Match
    words: Sequence[str]

    @property
    def open(self) -> bool:
        """Can another be joined into it?"""
        return self.case.status in OPEN


@dataclass(frozen=True)
class Around:
    """What lies near a voice: texts by case, and rows of the nearest."""

    voice: Voice
    rare: Rarity
    texts: Mapping[int, Tokens]
    cases: Sequence[Case] = ()
    likeness: Mapping[int, float] = field(default_factory=dict)

    def likely(self, *, most: int = 5) -> list[Likely]:
        """Those that are probably the same matter, the likeliest first."""
        matches = [(case, self._match(case)) for case in self.cases if case.joined_into_id is None]
        found = [(case, match) for case, match in matches if match.likely and case.pk != self.voice.case]
        found.sort(key=lambda one: (-one[1].score, -one[0].pk))
        return [Likely(case, match, self.reasons(case.pk)) for case, match in found[:most]]

    def reasons(self, case_id: int) -> list[str]:
        """The parts of the words that make a case like the voice."""
        return shared(self.voice.text, self.texts.get(case_id, frozenset()), self.rare, _REASONS)

    def _match(self, case: Case) -> Match:
        voice = self.voice
        both_sorted = voice.category is not None and case.category_id is not None
        return Match(
            text=self.likeness.get(case.pk, 0.0),
            place=same_place(voice.place, case.place) if case.veil is None else None,
            category=voice.category == case.category_id if both_sorted else None,
            customer=case.veil is None and case.customer_id in voice.customers,
            age=abs(voice.at - case.received_at),
        )

    def suggestions(self) -> list[Suggestion]:
        """Under which categories like cases stand, and whose names stand in the words."""
        near = [
            Neighbour(case.category_id, self.likeness[case.pk])
            for case in self.cases
            if case.category_id is not None and case.pk != self.voice.case and case.pk in self.likeness
        ]
        known = queries.categories()
        names = {leaf.pk: [leaf.name, leaf.name_en] for leaf in known.leaves}
        return suggest(self.voice.tokens, near, names, self.rare)


@dataclass(frozen=True)
class Ground:
    """What is usual here: how rare words are, about how many cases there are, and the last of them."""

    rare: Rarity
    total: int
    last: int

    def among(self, sites: frozenset[int] | None, most: int) -> search.Among:
        """For the index."""
        return search.Among(sites, self.last, most)


_AMONG, _BLOCK = 20_000, 256
_kept: dict[tuple[int, int], Ground] = {}
"""The ground of the last block of cases: in a large house it hardly changes from one case to the next."""


def ground() -> Ground:
    """From a sample of the newest cases; one for all that is asked at a time."""
    ends = search.ends()
    if ends is None:
        return Ground(rarity([]), 0, 0)
    first, last = ends
    total = last - first + 1
    if total < _AMONG:
        return _sampled(first, last, total)
    block = (first, last // _BLOCK)
    kept = _kept.get(block)
    if kept is None:
        kept = _sampled(last - _AMONG, last, total)
        _kept.clear()
        _kept[block] = kept
    return replace(kept, total=total, last=last)


def _sampled(first: int, last: int, total: int) -> Ground:
    return Ground(rarity([_compared(one) for one in search.sample(first, last, SAMPLE)]), total, last)


def around(user: User, voice: Voice, *, here: Ground | None = None, there: Collection[int] | None = None) -> Around:
    """What lies near a voice at its site, of the cases that `user` may see. `here`, `there`: when they are known, what
    `ground` and `at_place` gave."""
    here = here or ground()
    rare, texts = here.rare, _texts(user, voice, frozenset({voice.site}), here, there)
    known = {pk: likeness(voice.tokens, there, rare) for pk, there in texts.items()}
    nearest = sorted(known, key=lambda pk: -known[pk])[:_READ]
    # A text that comes again and again would leave no room for those of the last days.
    newest = sorted((pk for pk, value in known.items() if value >= LEAST_TEXT), reverse=True)[:_READ]
    cases = rows_of(user, {*nearest, *newest})
    return Around(voice, rare, texts, cases, known | _of_targets(user, cases, known))


def _texts(
    user: User, voice: Voice, sites: frozenset[int] | None, here: Ground, there: Collection[int] | None = None
) -> dict[int, frozenset[str]]:
    """What the candidates are compared by."""
    needles = here.rare.needles(voice.tokens, total=here.total, hits=2 * MOST_CANDIDATES)
    found = {pk: _compared(said) for pk, said in search.with_any(needles, here.among(sites, MOST_CANDIDATES))}
    there = at_place(voice.place, sites, here) if there is None else there
    more = {*there, *_of_customers(user, voice)} - found.keys()
    if more:
        keys = [(pk << 20) | 1 for pk in more]
        rows = SearchText.objects.filter(pk__in=keys).values_list("pk", "text")
        found |= {key >> 20: _compared(said) for key, said in rows}
    return found


def _compared(normalised: str) -> frozenset[str]:
    """Of an indexed text the subject and the words: numbers and names between them are no matter."""
    lines = normalised.split("\n")
    return tokens_of_normal(lines[0] if len(lines) == 1 else f"{lines[0]} {lines[-1]}")


def at_place(place: str, sites: frozenset[int] | None, here: Ground) -> list[int]:
    """The newest cases that name this place."""
    if not place.strip():
        return []
    needles = here.rare.pairs(tokens(place))[:_PLACE_NEEDLES]
    return search.naming(place, needles, here.among(sites, _NAMING))[:_AT_PLACE]


def _of_customers(user: User, voice: Voice) -> Iterable[int]:
    if not voice.customers:
        return []
    rows = hiding.known_to(user, Case.objects.filter(customer__in=voice.customers)).order_by("-pk")
    return rows.values_list("pk", flat=True)[:_OF_CUSTOMER]


def rows_of(user: User, ids: Collection[int], rows: QuerySet[Case] | None = None) -> list[Case]:
    """These cases (of `rows`), newest first, as far as `user` may see them and as they may."""
    if not ids:
        return []
    found = (queries.visible(user) if rows is None else rows).filter(pk__in=ids)
    return hiding.hide(user, found.select_related("customer").defer(*_HEAVY).order_by("-pk"))


def _of_targets(user: User, cases: list[Case], known: Mapping[int, float]) -> dict[int, float]:
    """What was joined stands for the case that is worked on: that is read too, and is as like as its likest part."""
    values: dict[int, float] = {}
    for case in cases:
        if (target := case.joined_into_id) is not None:
            values[target] = max(values.get(target, known.get(target, 0.0)), known.get(case.pk, 0.0))
    cases.extend(rows_of(user, values.keys() - {case.pk for case in cases}))
    return values


# --- what was solved before ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Past:
    """A like case that has ended: how, after how long, and in which words it was told and done."""

    case: Case
    score: float
    words: Sequence[str]
    took: timedelta
    done: str
    told: str


def similar(user: User, voice: Voice, *, most: int = 5) -> list[Past]:
    """The likest cases that have ended, by words and place: those of the same site, and when these are few, of all that
    `user` may see."""
    here = ground()
    found = _ended(user, voice, frozenset({voice.site}), here)[:most]
    if len(found) < most:
        reach = access.reach(user, Verb.VIEW)
        sites = None if reach.everywhere else reach.sites | reach.department_sites
        if sites is None or sites - {voice.site}:
            known = {one.case.pk for one in found}
            found += [one for one in _ended(user, voice, sites, here) if one.case.pk not in known]
    return _with_words(found[:most])


def _ended(user: User, voice: Voice, sites: frozenset[int] | None, here: Ground) -> list[Past]:
    rare, texts = here.rare, _texts(user, voice, sites, here)
    known = {pk: likeness(voice.tokens, there, rare) for pk, there in texts.items() if pk != voice.case}
    near = sorted((pk for pk, value in known.items() if value >= LEAST_TEXT), key=lambda pk: -known[pk])
    rows = queries.visible(user).filter(resolved_at__isnull=False, joined_into__isnull=True)
    past = []
    for case in rows_of(user, near[: 2 * _READ], rows):
        place = (same_place(voice.place, case.place) or 0.0) if case.veil is None else 0.0
        score = 0.8 * known[case.pk] + 0.2 * place
        assert case.resolved_at is not None
        words = shared(voice.text, texts[case.pk], rare, _REASONS)
        past.append(Past(case, score, words, case.resolved_at - case.received_at, "", ""))
    return sorted(past, key=lambda one: (-one.score, -one.case.pk))


_TOLD = (EventKind.RESOLVED, EventKind.DECLINED, EventKind.REFUSED)


def _with_words(found: list[Past]) -> list[Past]:
    """What was done and told in the end, as the row was given out."""
    by_id = {one.case.pk: one.case for one in found}
    ends = CaseEvent.objects.filter(case=OuterRef("case"), seq=OuterRef("seq"), kind__in=_TOLD)
    said: dict[int, dict[str, str]] = defaultdict(dict)
    last: dict[int, int] = {}
    for message in Message.objects.filter(Exists(ends), case__in=list(by_id)).order_by("seq"):
        hiding.cover_words(by_id[message.case_id], [message])
        if last.get(message.case_id) != message.seq:  # it was reopened since: only the last end counts
            said[message.case_id], last[message.case_id] = {}, message.seq
        said[message.case_id][message.part] = message.text
    return [
        replace(one, done=said[one.case.pk].get("done", ""), told=said[one.case.pk].get("text", "")) for one in found
    ]

"""Full-text search over the words of cases, made for Chinese: characters and overlapping pairs, no dictionary.

The index finds candidates that hold every pair of the query, newest case first; each is then rechecked as a substring
of the normalised text, so an answer is never wrong. SQLite: an FTS5 table without content, which is read in the order
of its keys. PostgreSQL: a tsvector column with a GIN index, which knows no order: it is asked stretch by stretch, the
newest cases first, so that a common word is not fetched from a million texts to show fifty.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection

from huiyin.base import text
from huiyin.db.rows import insert_rows, send, send_copy

from .models import SearchText

_SHIFT = 20
_CHUNK = 200
_MOST_NEEDLES = 48
_LEVELS, _SITE_LEVEL = (10, 15), 12
_STRETCHES = ((10, 4), (15, 4), (15, 32))
"""How PostgreSQL is asked: among the newest four thousand cases, then the next hundred thousand, then a million; each
stretch is so many groups of 2ⁿ cases, whose names are tokens. What is older is asked for at once."""
_SITE_STRETCHES, _MOST_SITES = ((_SITE_LEVEL, 4), (_SITE_LEVEL, 16), (15, 32)), 4
"""The same at so few sites: there a group of 2¹² cases of one site has a name of its own. By the name of the whole
group nearly all that is looked through would be of other sites."""
_FEW = 500
"""Hits that may be fetched together: when a stretch was so thin that no more are to be expected in all that is older,
the next question is the last."""

# A text has a hundred tokens, each on a page of its own; written one by one they are twenty times the log of the whole
# rest of a case. New texts therefore wait on a short list, which each search reads too: 64 kB is some eight pages.
_GIN = """CREATE INDEX IF NOT EXISTS cases_searchtext_tokens ON cases_searchtext USING gin (tokens)
WITH (fastupdate = on, gin_pending_list_limit = 64)"""
INSTALL = {
    "sqlite": (
        """CREATE VIRTUAL TABLE IF NOT EXISTS cases_searchindex USING fts5
        (tokens, content='', detail=none, columnsize=0, tokenize='ascii')""",
    ),
    "postgresql": ("ALTER TABLE cases_searchtext ADD COLUMN IF NOT EXISTS tokens tsvector", _GIN),
}
"""Statements that make the index, by database; run by the migration."""


@contextmanager
def loading() -> Iterator[None]:
    """While an empty installation is filled: PostgreSQL makes its index from all texts at once, in a fifth of the time.

    What a killed filling left without an index gets it from the next one.
    """
    later = connection.vendor == "postgresql" and not connection.in_atomic_block and not SearchText.objects.exists()
    if later:
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX IF EXISTS cases_searchtext_tokens")
    try:
        yield
    finally:
        if connection.vendor == "postgresql" and not connection.in_atomic_block:
            with connection.cursor() as cursor:
                cursor.execute("SET maintenance_work_mem = '256MB'")
                cursor.execute(_GIN)
                cursor.execute("RESET maintenance_work_mem")


@dataclass(frozen=True)
class Entry:
    """Words to be found: of which case and event, at which site."""

    case: int
    seq: int
    site: int
    words: Sequence[str]

    @property
    def key(self) -> int:
        """Newer cases have higher keys."""
        return (self.case << _SHIFT) | self.seq


class TooShort(ValueError):
    """The query has nothing that the index could look up; it needs two letters or one Chinese character."""


def _site_token(site: int) -> str:
    # Longer than two characters, so it can't be a pair from a text.
    return f"site{site}"


def _group_token(level: int, group: int, place: str = "") -> str:
    return f"{place}by{level}x{group}"


def add(entries: Sequence[Entry]) -> None:
    """Index new texts, in the caller's transaction."""
    if not entries:
        return
    rows = [(e.key, e.site, "\n".join(filter(None, map(text.normalise, e.words)))) for e in entries]
    tokens = [[*text.tokens(words), _site_token(site)] for _key, site, words in rows]
    if connection.vendor == "postgresql":
        plain = [(*row, " ".join([*found, *_groups(*row[:2])])) for row, found in zip(rows, tokens, strict=True)]
        # Letters and digits only, so a vector reads as it is written.
        if send_copy("cases_searchtext", ("id", "site_id", "text", "tokens"), plain):
            return
        holes = ", ".join(["(%s, %s, %s, array_to_tsvector(string_to_array(%s, ' ')))"] * len(rows))
        values = [value for row in plain for value in row]
        send(f"INSERT INTO cases_searchtext (id, site_id, text, tokens) VALUES {holes}", values)  # noqa: S608
        return
    insert_rows(SearchText, ("id", "site_id", "text"), rows)
    pairs = [(key, " ".join(found)) for (key, _site, _words), found in zip(rows, tokens, strict=True)]
    many = len(pairs) > 1
    send("INSERT INTO cases_searchindex (rowid, tokens) VALUES (%s, %s)", pairs if many else pairs[0], many=many)


def _groups(key: int, site: int) -> list[str]:
    """Tokens of the groups of cases that a text belongs to."""
    case = key >> _SHIFT
    whole = [_group_token(level, case >> level) for level in _LEVELS]
    return [*whole, _group_token(_SITE_LEVEL, case >> _SITE_LEVEL, _site_token(site))]


def remove(keys: Sequence[int]) -> None:
    """Take texts out of the index (a lawful erasure). FTS5 without content needs their tokens again."""
    rows = list(SearchText.objects.filter(pk__in=keys))
    if connection.vendor == "sqlite":
        gone = [(row.pk, " ".join([*text.tokens(row.text), _site_token(row.site_id)])) for row in rows]
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO cases_searchindex (cases_searchindex, rowid, tokens) VALUES ('delete', %s, %s)", gone
            )
    SearchText.objects.filter(pk__in=keys).delete()


def find(
    query: str,
    *,
    sites: frozenset[int] | None,
    before: int | None = None,
    keep: Callable[[Sequence[int]], set[int]] = set,
) -> Iterator[int]:
    """Ids of cases with a text that holds every word of `query`, newest case first, each once.

    `sites`: None for everywhere. `before`: go on below this case id. `keep`: takes ids, gives those that pass the
    caller's other filters. Raises `TooShort`.
    """
    terms = text.terms(query)
    needles = list(dict.fromkeys(needle for term in terms for needle in text.needles(term)))[:_MOST_NEEDLES]
    if not needles:
        raise TooShort(query)
    if sites is not None and not sites:
        return
    for stretch in _stretches(before, sites):
        hits = yield from _found_in(stretch, terms, needles, keep)
        if stretch.first and hits * stretch.first <= _FEW * (stretch.end - stretch.first):
            yield from _found_in(Stretch(0, stretch.first, _places(sites)), terms, needles, keep)
            return


Choices = Sequence[Sequence[str]]
"""Tokens: a text has one of each."""


@dataclass(frozen=True)
class Stretch:
    """Cases from `first` on and before `end`; what else their texts must have, to be of it and of the right sites."""

    first: int
    end: int
    choices: Choices = ()


def _places(sites: frozenset[int] | None) -> Choices:
    return [[_site_token(site) for site in sorted(sites)]] if sites is not None else []


def _stretches(before: int | None, sites: frozenset[int] | None) -> Iterator[Stretch]:
    if connection.vendor == "sqlite":
        yield Stretch(0, before or 1 << 42, _places(sites))
        return
    newest = SearchText.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    yield from stretches(min((newest >> _SHIFT) + 1, before or 1 << 42), sites)


def stretches(end: int, sites: frozenset[int] | None = None) -> Iterator[Stretch]:
    """All cases before `end` at these sites (None: everywhere), newest first, in stretches that grow."""
    places = _places(sites)
    few = sites is not None and len(sites) <= _MOST_SITES
    for level, count in _SITE_STRETCHES if few else _STRETCHES:
        if end <= 0:
            return
        last = (end - 1) >> level
        lowest = max(last - count + 1, 0)
        groups = range(lowest, last + 1)
        if few and level == _SITE_LEVEL:
            choices: Choices = [[_group_token(level, group, place) for place in places[0] for group in groups]]
        else:
            choices = [*places, [_group_token(level, group) for group in groups]]
        yield Stretch(lowest << level, end, choices)
        end = lowest << level
    if end > 0:
        yield Stretch(0, end, places)


def _found_in(
    stretch: Stretch,
    terms: list[str],
    needles: list[str],
    keep: Callable[[Sequence[int]], set[int]],
) -> Generator[int, None, int]:
    """The cases; in the end how many texts the index gave."""
    query = _query(needles, *stretch.choices)
    first, key, last, size = stretch.first << _SHIFT, stretch.end << _SHIFT, -1, _CHUNK
    hits = 0
    while candidates := _candidates(query, first, key, size):
        right = (found >> _SHIFT for found, said in candidates if text.contains(said, terms))
        cases = dict.fromkeys(case for case in right if case != last)
        kept = keep(list(cases)) if cases else set[int]()
        hits += len(candidates)
        yield from (case for case in cases if case in kept)
        if len(candidates) < size:
            break
        key, last = candidates[-1][0], next(reversed(cases), last)
        size = min(size * 4, 5_000)
    return hits


def _query(needles: Sequence[str], *choices: Iterable[str]) -> str:
    """Every needle and one of each of the choices, as this database writes it."""
    sqlite = connection.vendor == "sqlite"
    every, some = (" AND ", " OR ") if sqlite else (" & ", " | ")
    quote = '"{}"' if sqlite else "'{}'"
    alternatives = [[quote.format(token) for token in one] for one in choices]
    return every.join([*map(quote.format, needles), *(f"({some.join(one)})" for one in alternatives if one)])


# Hits are fetched before they are put in order: left to itself PostgreSQL may read all texts from the newest on.
_NEWEST = {
    "sqlite": "SELECT rowid AS id FROM cases_searchindex WHERE cases_searchindex MATCH %s"
    " AND rowid >= %s AND rowid < %s ORDER BY rowid DESC LIMIT %s",
    "postgresql": "WITH hits AS MATERIALIZED (SELECT id FROM cases_searchtext WHERE tokens @@ %s::tsquery)"
    " SELECT id FROM hits WHERE id >= %s AND id < %s ORDER BY id DESC LIMIT %s",
}
_WITH_TEXT = "SELECT id, text FROM ({}) AS newest JOIN cases_searchtext USING (id) ORDER BY id DESC"


# Of each case only the text it began with: what was said to its customer later is like too much else.
_FIRST_TEXTS = {
    "sqlite": _NEWEST["sqlite"].replace(" ORDER", " AND rowid & 1048575 = 1 ORDER"),
    "postgresql": _NEWEST["postgresql"].replace(" ORDER", " AND id & 1048575 = 1 ORDER"),
}


@dataclass(frozen=True)
class Among:
    """Where like texts are looked for: at which sites (None: everywhere), up to which case, how many at most."""

    sites: frozenset[int] | None
    last: int
    most: int


def with_any(needles: Sequence[str], among: Among) -> list[tuple[int, str]]:
    """(case id, normalised words) of the newest cases that began with words which hold one of these tokens.

    For likeness: give few and rare tokens, else it is newest cases that come back, whatever they are about.
    """
    return _newest_firsts((), needles, among) if needles else []


def naming(words: str, needles: Sequence[str], among: Among) -> list[int]:
    """The newest cases that began with words which name this, a place say. `needles`: its rarest tokens; the cases are
    looked for among so many that have all of them, so that numbers which stand everywhere lead to no long search."""
    found = _newest_firsts(needles, (), among) if needles else []
    terms = text.terms(words)
    return [case for case, said in found if text.contains(said, terms)]


def _newest_firsts(every: Sequence[str], some: Sequence[str], among: Among) -> list[tuple[int, str]]:
    if among.sites is not None and not among.sites:
        return []
    end = among.last + 1
    whole = [Stretch(0, end, _places(among.sites))]
    parts = whole if connection.vendor == "sqlite" else list(stretches(end, among.sites))
    asked: list[Any] = []
    for part in parts:
        asked += [_query(every, some, *part.choices), part.first << _SHIFT, part.end << _SHIFT, among.most]
    # One after the other and no further than to the limit: a stretch that isn't reached costs nothing.
    found = " UNION ALL ".join([f"SELECT * FROM ({_FIRST_TEXTS[connection.vendor]}) AS stretch"] * len(parts))  # noqa: S608 (our own text)
    with connection.cursor() as cursor:
        cursor.execute(_WITH_TEXT.format(f"{found} LIMIT %s"), [*asked, among.most])
        return [(key >> _SHIFT, said) for key, said in cursor.fetchall()]


_ENDS = "SELECT (SELECT min(id) FROM cases_searchtext), (SELECT max(id) FROM cases_searchtext)"


def ends() -> tuple[int, int] | None:
    """The first and the last case that has words; None before there is one."""
    with connection.cursor() as cursor:
        cursor.execute(_ENDS)
        found: tuple[int | None, int | None] = cursor.fetchone()
    first, last = found
    return None if first is None or last is None else (first >> _SHIFT, last >> _SHIFT)


def sample(first: int, last: int, most: int) -> list[str]:
    """The normalised words that some of these cases began with, evenly taken, so that one night's storm isn't all there
    is."""
    step = max((last - first + 1) // most, 1)
    keys = [(case << _SHIFT) | 1 for case in range(last, first - 1, -step)]
    return list(SearchText.objects.filter(pk__in=keys[:most]).values_list("text", flat=True))


def _candidates(query: str, first: int, before: int, limit: int) -> list[tuple[int, str]]:
    """Keys and texts, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(_WITH_TEXT.format(_NEWEST[connection.vendor]), [query, first, before, limit])
        return list(cursor.fetchall())

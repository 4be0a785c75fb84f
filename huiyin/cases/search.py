"""Full-text search over the words of cases, made for Chinese: characters and overlapping pairs, no dictionary.

The index finds candidates that hold every pair of the query, newest case first; each is then rechecked as a substring
of the normalised text, so an answer is never wrong. SQLite: an FTS5 table without content. PostgreSQL: a tsvector
column with a GIN index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection

from huiyin.base import text
from huiyin.db.rows import insert_rows, send

from .models import SearchText

_SHIFT = 20
_CHUNK = 200
_MOST_NEEDLES = 48

INSTALL = {
    "sqlite": (
        """CREATE VIRTUAL TABLE IF NOT EXISTS cases_searchindex USING fts5
        (tokens, content='', detail=none, columnsize=0, tokenize='ascii')""",
    ),
    "postgresql": (
        "ALTER TABLE cases_searchtext ADD COLUMN IF NOT EXISTS tokens tsvector",
        """CREATE INDEX IF NOT EXISTS cases_searchtext_tokens ON cases_searchtext
        USING gin (tokens) WITH (fastupdate = off)""",
    ),
}
"""Statements that make the index, by database; run by the migration."""


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


def add(entries: Sequence[Entry]) -> None:
    """Index new texts, in the caller's transaction."""
    if not entries:
        return
    rows = [(e.key, e.site, "\n".join(filter(None, map(text.normalise, e.words)))) for e in entries]
    tokens = [[*text.tokens(words), _site_token(site)] for _key, site, words in rows]
    if connection.vendor == "postgresql":
        holes = ", ".join(["(%s, %s, %s, array_to_tsvector(string_to_array(%s, ' ')))"] * len(rows))
        values = [value for row, found in zip(rows, tokens, strict=True) for value in (*row, " ".join(found))]
        send(f"INSERT INTO cases_searchtext (id, site_id, text, tokens) VALUES {holes}", values)  # noqa: S608
        return
    insert_rows(SearchText, ("id", "site_id", "text"), rows)
    pairs = [(key, " ".join(found)) for (key, _site, _words), found in zip(rows, tokens, strict=True)]
    many = len(pairs) > 1
    send("INSERT INTO cases_searchindex (rowid, tokens) VALUES (%s, %s)", pairs if many else pairs[0], many=many)


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
    key, last, size = (before << _SHIFT) if before is not None else 1 << 62, -1, _CHUNK
    while keys := _candidates(needles, sites, key, size):
        found = dict.fromkeys(case for case in _recheck(keys, terms) if case != last)
        kept = keep(list(found))
        yield from (case for case in found if case in kept)
        key, last = keys[-1], next(reversed(found), last)
        size = min(size * 4, 5_000)


def _recheck(keys: list[int], terms: list[str]) -> Iterator[int]:
    texts = dict(SearchText.objects.filter(pk__in=keys).values_list("pk", "text"))
    return (key >> _SHIFT for key in keys if text.contains(texts.get(key, ""), terms))


def _candidates(needles: list[str], sites: frozenset[int] | None, before: int, limit: int) -> list[int]:
    sqlite = connection.vendor == "sqlite"
    every, some = (" AND ", " OR ") if sqlite else (" & ", " | ")
    quote = '"{}"' if sqlite else "'{}'"
    query = every.join(quote.format(needle) for needle in needles)
    if sites is not None:
        query += every + "(" + some.join(quote.format(_site_token(site)) for site in sorted(sites)) + ")"
    statement = (
        "SELECT rowid FROM cases_searchindex WHERE cases_searchindex MATCH %s AND rowid < %s"
        " ORDER BY rowid DESC LIMIT %s"
        if sqlite
        else "SELECT id FROM cases_searchtext WHERE tokens @@ %s::tsquery AND id < %s ORDER BY id DESC LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [query, before, limit])
        return [key for (key,) in cursor.fetchall()]

"""Search finds what a scan over every normalised text would find, no less and no more."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice, product

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from huiyin.base.tables import cell_text, read_table
from huiyin.base.text import contains, needles, normalise, terms
from huiyin.cases import imports, intake, queries, search, timeline
from huiyin.cases.actions import By
from huiyin.cases.intake import NewCase
from huiyin.cases.letters import Recipe
from huiyin.cases.models import Case, Message
from huiyin.cases.queries import Filter
from huiyin.cases.workflow import EventKind
from huiyin.customers.actions import Person
from huiyin.org.models import Site, User
from tests.cases.shared_letters import LETTERS, MAP, REPLY, needs_letters
from tests.conftest import Opener
from tests.examples import examples
from tests.people import Company

WORDS = examples(500)

Texts = dict[int, list[str]]
"""Of each case its texts, normalised: what was known when it came in, and each later word."""


def write(texts: Sequence[tuple[str, Site]], now: datetime) -> Texts:
    """Cases with these texts; what a search should look at."""
    by = By(None, now)
    with transaction.atomic():
        changes = [intake.draft(NewCase("complaint", "phone", site, "事", text), by, None) for text, site in texts]
        timeline.write(changes)
    return {
        change.case.pk: ["\n".join(map(normalise, ("事", change.case.number, text.strip())))]
        for change, (text, _site) in zip(changes, texts, strict=True)
    }


def scan(texts: Texts, query: str) -> list[int]:
    """The cases a query should find, newest first."""
    wanted = terms(query)
    return sorted((pk for pk, said in texts.items() if any(contains(one, wanted) for one in said)), reverse=True)


def pages(user: User, query: str, *, limit: int) -> list[int]:
    """The cases a query does find, page by page."""
    found: list[int] = []
    before = None
    while True:
        page = queries.page(user, Filter(q=query), before=before, limit=limit)
        assert len(page.items) <= limit
        found += [case.pk for case in page.items]
        if page.next is None:
            return found
        assert len(page.items) == limit
        before = page.next


def random_words(texts: Iterable[str], chance: random.Random) -> Iterator[str]:
    """Two to six characters cut from texts, all of which the index can look up."""
    pool = [text for text in texts if len(text) >= 2]
    while True:
        text = chance.choice(pool)
        size = chance.randint(2, 6)
        start = chance.randrange(max(1, len(text) - size))
        word = text[start : start + size]
        if any(map(needles, terms(word))):
            yield word


@pytest.mark.slow
@needs_letters
def test_random_words_of_public_letters_are_found_as_by_a_scan(company: Company, now: datetime) -> None:
    recipe = Recipe(MAP | REPLY, company.fly, "complaint")
    for _part in imports.run(read_table(LETTERS).rows, recipe, By(None, now)):
        pass
    rows = {
        cell_text(row.values["留言编号"]): {k: cell_text(v) for k, v in row.values.items()}
        for row in read_table(LETTERS).rows
    }
    texts: Texts = {}
    for case in Case.objects.all():
        row = rows[case.external_number]
        first = (case.number, *(row[MAP[name]] for name in ("external_number", "customer", "subject", "text")))
        texts[case.pk] = ["\n".join(map(normalise, first)), normalise(row["答复意见"])]
    chance = random.Random(20260311)
    of_letters = random_words(
        [row[name] for row in rows.values() for name in ("留言详情", "答复意见", "留言主题")], chance
    )
    of_numbers = random_words([f"{row['留言用户']}{row['留言编号']}a3区" for row in rows.values()], chance)
    words = [next(of_letters) for _ in range(WORDS * 8 // 10)] + [next(of_numbers) for _ in range(WORDS // 10)]
    words += [f"{chance.randrange(10_000)}" + chance.choice(["", "区", "a", "年"]) for _ in range(WORDS // 10)]
    hits = 0
    for word in (word for word in words if any(map(needles, terms(word)))):
        expected = scan(texts, word)
        hits += bool(expected)
        assert queries.total(company.chenjia, Filter(q=word)) == len(expected), word
        assert pages(company.chenjia, word, limit=100) == expected, word
        assert queries.total(company.linxiao, Filter(q=word)) == 0, word
    assert hits > WORDS * 8 // 10


# Characters that meet often, so that queries hit; wide and narrow forms, marks, and what is folded away.
mixed = st.text(alphabet="电梯坏了3区Ａa1 ,，-_\u3000\u200bé々𠮷ß\n", min_size=1, max_size=24)
rolled_back = settings(
    deadline=None, max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@rolled_back
@given(said=st.lists(mixed, min_size=1, max_size=9), cut=st.tuples(st.integers(0, 30), st.integers(1, 6)), other=mixed)
@example(said=["电梯", "梯", "电"], cut=(0, 1), other="梯")
@example(said=["a 1区", "1区 ａ"], cut=(0, 4), other="区")
def test_any_query_finds_what_a_scan_finds(
    company: Company, now: datetime, said: list[str], cut: tuple[int, int], other: str
) -> None:
    sites = [company.fly, company.ljf]
    with transaction.atomic():
        texts = write([(f"件{text}", sites[i % 2]) for i, text in enumerate(said)], now)
        at_fly = {pk: text for i, (pk, text) in enumerate(texts.items()) if i % 2 == 0}
        for query in (said[0][cut[0] % len(said[0]) :][: cut[1]], other, f"{said[-1]} {other}"):
            if not any(map(needles, terms(query))):
                with pytest.raises(search.TooShort):
                    queries.page(company.admin, Filter(q=query or " "))
                continue
            assert pages(company.admin, query, limit=2) == scan(texts, query)
            assert pages(company.chenjia, query, limit=2) == scan(at_fly, query)
            assert queries.total(company.admin, Filter(q=query)) == len(scan(texts, query))
            assert queries.total(company.admin, Filter(q=query, sites=frozenset({company.fly.pk}))) == len(
                scan(at_fly, query)
            )
        transaction.set_rollback(True)


@rolled_back
@given(said=st.lists(mixed, min_size=2, max_size=6, unique=True), gone=st.integers(0, 5))
def test_an_erased_text_is_found_no_more_and_all_others_are(
    company: Company, now: datetime, said: list[str], gone: int
) -> None:
    with transaction.atomic():
        texts = write([(f"件{text}", company.fly) for text in said], now)
        victim = list(texts)[gone % len(said)]
        search.remove([(victim << 20) | 1])
        del texts[victim]
        for query in ("件", *(f"件{text}" for text in said)):
            assert pages(company.admin, query, limit=3) == scan(texts, query)
        transaction.set_rollback(True)


def test_one_chinese_character_is_enough_to_search(company: Company, now: datetime) -> None:
    write([("楼道漏水", company.fly), ("电梯停了", company.fly)], now)
    assert len(pages(company.admin, "漏", limit=5)) == 1


@pytest.mark.parametrize("query", ["a", "7", "！", "- -"])
def test_a_query_with_nothing_to_look_up_is_refused(company: Company, query: str) -> None:
    with pytest.raises(search.TooShort):
        queries.page(company.admin, Filter(q=query))


def test_all_words_of_a_query_must_stand_in_one_text(company: Company, now: datetime) -> None:
    write([("三号楼漏水", company.fly), ("三号楼停电", company.fly)], now)
    assert len(pages(company.admin, "三号楼 停电", limit=5)) == 1
    assert pages(company.admin, "漏水 停电", limit=5) == []


def test_number_name_and_phone_are_found_in_any_part(open_case: Opener, company: Company) -> None:
    case = open_case(person=Person("欧阳女士", "138 0013 8765")).case
    open_case()
    for query in (case.number, case.number[2:], "欧阳", "0013 8765", "1380013", "+8613800138765"):
        assert case.pk in pages(company.admin, query, limit=5), query
    assert pages(company.admin, "欧阳", limit=5) == [case.pk]


def test_other_filters_narrow_a_search_down(open_case: Opener, company: Company) -> None:
    repair = open_case(kind="repair").case
    open_case()
    wanted = Filter(q="电梯", kinds=frozenset({"repair"}))
    assert [case.pk for case in queries.page(company.admin, wanted).items] == [repair.pk]
    assert queries.total(company.admin, wanted) == 1


def test_a_case_with_many_hits_is_listed_once(company: Company, open_case: Opener, now: datetime) -> None:
    case = open_case().case
    with timeline.editing(case.pk, at=now, actor=None) as change:
        for _turn in range(3):
            change.add(EventKind.WROTE, {}, words={"text": "电梯还是没好"}, public={"text"})
    assert pages(company.admin, "电梯", limit=1) == [case.pk]
    assert queries.total(company.admin, Filter(q="电梯")) == 1


def test_a_search_that_hits_everything_is_counted_up_to_its_limit(company: Company, now: datetime) -> None:
    write([(f"同一件事{i}", company.fly) for i in range(450)], now)
    assert queries.total(company.admin, Filter(q="同一件事"), most=300) == 300
    assert pages(company.admin, "同一件事", limit=100) == scan(
        {pk: ["同一件事"] for pk in Case.objects.values_list("pk", flat=True)}, "同一件事"
    )
    assert Message.objects.count() == 450


@given(end=st.integers(0, 1 << 24), sites=st.none() | st.frozensets(st.integers(1, 9), min_size=1, max_size=6))
@example(end=0, sites=None)
@example(end=1, sites=None)
@example(end=1 << 15, sites=frozenset({7}))
def test_stretches_cover_every_case_once_newest_first(end: int, sites: frozenset[int] | None) -> None:
    parts = list(search.stretches(end, sites))
    edges = [part.end for part in parts] + [0]
    assert edges[0] == end or not parts
    assert [part.first for part in parts] == edges[1:] or not parts
    for part in parts:
        assert part.first < part.end
        for case, site in product((part.first, part.end - 1), sites or (1,)):
            texts = {search._site_token(site), *search._groups(case << 20, site)}
            assert all(texts & set(tokens) for tokens in part.choices)
        stranger = search._groups(part.first << 20, 99)
        assert sites is None or not all({*stranger, "site99"} & set(tokens) for tokens in part.choices)


def test_hits_far_apart_are_found_page_by_page_in_every_stretch(company: Company, now: datetime) -> None:
    site, wanted = company.fly.pk, [3, 40_000, 900_000, 1_300_000, 1_399_000, 1_400_000]
    with transaction.atomic():
        search.add([search.Entry(case, 1, site, ["电梯停运"]) for case in wanted])
        found = list(search.find("电梯", sites=frozenset({site}), keep=set))
        below = list(search.find("电梯", sites=None, before=900_001, keep=set))
        transaction.set_rollback(True)
    assert found == wanted[::-1]
    assert below == [900_000, 40_000, 3]


def test_a_rare_word_is_asked_for_twice_however_old_its_texts_are(company: Company) -> None:
    """Once among the newest, and once in all the rest: its hits are few."""
    site, wanted = company.fly.pk, [3, 900_000, 1_400_000]
    with transaction.atomic():
        search.add([search.Entry(case, 1, site, ["电梯停运"]) for case in wanted])
        with CaptureQueriesContext(connection) as seen:
            assert list(search.find("电梯", sites=None)) == wanted[::-1]
        transaction.set_rollback(True)
    asked = [query for query in seen if "MATCH" in query["sql"] or "@@" in query["sql"]]
    assert len(asked) == (1 if connection.vendor == "sqlite" else 2)


def test_a_word_of_many_texts_is_asked_for_stretch_by_stretch(company: Company) -> None:
    """A page takes what it needs from the newest and asks no further."""
    site, newest = company.fly.pk, range(1_399_700, 1_400_000)
    with transaction.atomic():
        search.add([search.Entry(case, 1, site, ["电梯停运"]) for case in (*range(1, 50), *newest)])
        found = search.find("电梯", sites=None)
        with CaptureQueriesContext(connection) as seen:
            assert list(islice(found, 100)) == list(newest)[:-101:-1]
        assert len(list(found)) == 249
        transaction.set_rollback(True)
    assert len([query for query in seen if "MATCH" in query["sql"] or "@@" in query["sql"]]) == 1

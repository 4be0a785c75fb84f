"""Filters written as words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.cases import asking
from huiyin.cases.filters import PARAMETERS, Filter
from tests.conftest import Opener
from tests.people import Company


@pytest.mark.parametrize(
    ("query", "params"),
    [
        ("state:open site:LJF older:3d", {"open": "1", "site": "LJF", "older": "3d"}),
        ("状态：未结 项目：临江府 超过：3天", {"open": "1", "site": "LJF", "older": "3d"}),
        ('site:"枫林苑"', {"site": "FLY"}),
        ("status:resolved,closed", {"status": "resolved,closed"}),
        ("等级:P1，P2 类型:投诉", {"severity": "P1,P2", "kind": "complaint"}),
        ("渠道:phone 部门:工程部", {"channel": "phone", "department": "engineering"}),
        ("overridden:yes handovers:2+", {"overridden": "1", "handovers": "2"}),
        ("人工干预：是 转派：3次以上", {"overridden": "1", "handovers": "3"}),
        ("owner:me handler:none", {"owner": "me", "handler": "none"}),
        ("经办：我 since:2026-03-01 until:2026-03-09", {"handler": "me", "since": "2026-03-01", "until": "2026-03-09"}),
    ],
)
def test_a_filter_is_read_in_either_language(company: Company, query: str, params: dict[str, str]) -> None:
    asked = asking.read(query)
    assert (asked.params, asked.words, asked.wrong) == (params, [], [])
    assert set(params) <= set(PARAMETERS)


def test_people_are_named_by_name_or_log_in(company: Company) -> None:
    key = str(company.hemin.pk)
    assert [asking.read(f"owner:{who}").params for who in ("hemin", "何敏", "@何敏")] == [{"owner": key}] * 3


def test_other_words_are_looked_for(company: Company) -> None:
    asked = asking.read("电梯 10:30 state:open 停运")
    assert (asked.params, asked.words) == ({"open": "1"}, ["电梯", "10:30", "停运"])
    assert asked.address() == {"open": "1", "q": "电梯 10:30 停运"}


@pytest.mark.parametrize(
    "query",
    [
        *("state:foo", "site:Atlantis", "older:soon", "since:yesterday", "owner:nobody", "标签:没有"),
        *("overridden:no", "handovers:often", "handovers:0+", "handovers:2"),
    ],
)
def test_what_is_not_understood_is_named_and_nothing_is_guessed(company: Company, query: str) -> None:
    asked = asking.read(query)
    assert asked.wrong == [query]
    assert query in asking.help_on(asked.wrong)


@pytest.mark.django_db
@given(st.text(max_size=60))
def test_any_text_is_taken_apart_without_loss_of_words(text: str) -> None:
    asked = asking.read(text)
    assert asked.params or asked.wrong or "".join(asked.words) == "".join(text.split())


def test_the_words_make_the_filter_that_they_say(company: Company, open_case: Opener) -> None:
    wanted = Filter.from_params(asking.read("状态:未结 等级:P1 项目:临江府").address())
    assert (wanted.open, wanted.severities, wanted.sites) == (True, frozenset({"P1"}), frozenset({company.ljf.pk}))

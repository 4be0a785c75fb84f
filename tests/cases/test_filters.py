"""What an address asks of a list, and the address that asks it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiyin.cases import tags
from huiyin.cases.actions import By
from huiyin.cases.filters import PARAMETERS, Filter
from huiyin.cases.models import Channel, Kind
from huiyin.cases.severity import Severity
from huiyin.cases.workflow import Status
from tests.conftest import Opener
from tests.examples import examples
from tests.people import NOW, Company


def some(values: list[str]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(values), max_size=3)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(60))
@given(data=st.data())
def test_an_address_says_a_filter_and_comes_back_as_the_same(
    company: Company, open_case: Opener, data: st.DataObject
) -> None:
    organisation = [company.hq, company.fly, company.ljf]
    site = data.draw(st.sampled_from([None, *organisation]))
    people = st.none() | st.integers(1, 99_999)
    handler = data.draw(people)
    moments = st.none() | st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
    wanted = Filter(
        q=data.draw(st.sampled_from(["", "电梯 停运", "a,b~c&d=e"])),
        statuses=data.draw(some(Status.values)),
        open=data.draw(st.booleans()),
        sites={
            None: None,
            company.hq: frozenset(one.pk for one in organisation),
        }.get(site, frozenset({site.pk}) if site else None),
        kinds=data.draw(some(Kind.values)),
        channels=data.draw(some(Channel.values)),
        severities=data.draw(some(Severity.values)),
        categories=data.draw(st.sampled_from([None, frozenset({company.lift.pk}), frozenset({company.tap.pk})])),
        owner=data.draw(people),
        handler=handler,
        unassigned=handler is None and data.draw(st.booleans()),
        department=data.draw(st.sampled_from([None, company.engineering.pk, company.security.pk])),
        supervised=data.draw(st.booleans()),
        deciding=data.draw(st.booleans()),
        overridden=data.draw(st.booleans()),
        hand_overs=data.draw(st.integers(0, 99)),
        since=data.draw(moments),
        before=data.draw(moments),
    )
    said = wanted.to_params()
    assert Filter.from_params(said) == wanted
    assert set(said) <= set(PARAMETERS)


@timezone.override(ZoneInfo("Asia/Shanghai"))
def test_days_begin_and_end_where_the_reader_is(company: Company) -> None:
    wanted = Filter.from_params({"since": "2026-03-10", "until": "2026-03-10"})
    assert wanted.since == datetime(2026, 3, 9, 16, tzinfo=UTC)
    assert wanted.before == datetime(2026, 3, 10, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "age"), [("3d", timedelta(days=3)), ("12h", timedelta(hours=12)), ("2w", timedelta(weeks=2))]
)
def test_older_is_reckoned_from_now(company: Company, text: str, age: timedelta) -> None:
    assert Filter.from_params({"older": text}, now=NOW).before == NOW - age
    assert Filter.from_params({"older": text, "until": "2020-01-01"}, now=NOW).before == datetime(
        2020, 1, 2, tzinfo=UTC
    )


def test_me_is_whoever_reads(company: Company) -> None:
    assert Filter.from_params({"handler": "me", "owner": "me"}, me=7) == Filter(handler=7, owner=7)
    assert Filter.from_params({"handler": "none"}, me=7) == Filter(unassigned=True)


def test_a_category_stands_for_all_under_it_and_a_tag_for_its_word(company: Company, open_case: Opener) -> None:
    tags.tag(open_case().case.pk, By(company.linxiao, NOW), name="VIP 回访")
    top = company.tap.code.split("/")[0]
    wanted = Filter.from_params({"category": top, "tag": "ｖｉｐ 回访"})
    assert wanted.categories is not None
    assert company.tap.pk in wanted.categories
    assert wanted.tag is not None
    assert wanted.to_params() == {"category": top, "tag": "VIP 回访"}


NONSENSE = ["", "x", "-1", "0d", "99999d", "~", "2026-13-45", "9" * 30, "\x00", ",", "一二三", "9999-12-31"]


@pytest.mark.parametrize("text", NONSENSE)
def test_what_it_can_not_mean_is_ignored(company: Company, text: str) -> None:
    names = set(PARAMETERS) - {"q", "open", "deciding", "reviewing", "supervised", "overridden", "since", "until"}
    for name in names:
        assert Filter.from_params({name: text}, me=1, now=NOW) in (Filter(), Filter(before=NOW), Filter(since=NOW)), (
            name
        )
    Filter.from_params({"since": text, "until": text})

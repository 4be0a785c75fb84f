"""Choosing people in the filter of a list: by name, of those who work where one sees cases."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.cases import actions
from huiyin.cases.actions import By
from huiyin.org import actions as org
from huiyin.org.models import Role, User
from huiyin.web.models import SavedView
from tests.conftest import Opener
from tests.people import PASSWORD, Company, TestClock

from .test_inbox import MOST_QUERIES, subjects
from .test_saved_views import save

ClientFor = Callable[[User], Client]


def suggested(client: Client, path: str = "/inbox/all/") -> list[str]:
    page = client.get(path).content.decode()
    names = re.search(r'<datalist id="people">(.*?)</datalist>', page, re.S)
    return re.findall(r'value="([^"]*)"', names[1]) if names else []


def field(client: Client, path: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', client.get(path).content.decode())
    return found[1] if found else ""


@pytest.fixture
def given(company: Company, open_case: Opener, clock: TestClock) -> dict[str, int]:
    """Cases in the hands of 林晓 and 何敏, and one in nobody's."""
    made = {"林晓的": company.linxiao, "何敏的": company.hemin}
    for subject, user in made.items():
        actions.accept(open_case(subject=subject).case.pk, By(user, clock.now))
    open_case(subject="没人接的")
    return {subject: user.pk for subject, user in made.items()}


def test_whoever_works_where_one_sees_cases_is_suggested(client_for: ClientFor, company: Company) -> None:
    names = suggested(client_for(company.linxiao))
    assert names[:2] == ["me", "nobody"]
    assert set(names[2:]) == {"何敏", "周工", "林晓", "管理员", "赵主管", "审计"}
    assert "林晓" not in suggested(client_for(company.chenjia))
    assert "陈佳" in suggested(client_for(company.zhougong))


def test_a_name_a_log_in_and_a_number_mean_the_same(
    client_for: ClientFor, company: Company, given: dict[str, int]
) -> None:
    desk = client_for(company.linxiao)
    for text in ("何敏", "hemin", "HeMin", str(company.hemin.pk)):
        assert subjects(desk, f"/inbox/all/?handler={text}") == ["何敏的"], text
        assert subjects(desk, f"/inbox/all/?owner={text}") == ["何敏的"], text
        assert field(desk, f"/inbox/all/?handler={text}", "handler") == "何敏"
    assert subjects(desk, "/inbox/all/?handler=me") == ["林晓的"]
    assert subjects(desk, "/inbox/all/?handler=nobody") == ["没人接的"]


def test_two_of_one_name_are_told_apart_by_their_log_in(
    client_for: ClientFor, company: Company, given: dict[str, int]
) -> None:
    org.add_user("hemin2", "何敏", password=PASSWORD, department=None, grants=((Role.AGENT, company.ljf),))
    desk = client_for(company.linxiao)
    assert {"何敏 (hemin)", "何敏 (hemin2)"} <= set(suggested(desk))
    assert subjects(desk, "/inbox/all/?handler=何敏 (hemin)") == ["何敏的"]
    assert subjects(desk, "/inbox/all/?handler=何敏 (hemin2)") == []
    assert "Nobody who works here is called" in desk.get("/inbox/all/?handler=何敏").content.decode()


@pytest.mark.parametrize("text", ["没有这个人", "陈佳", "chenjia", "<b>"])
def test_a_name_that_nobody_has_here_is_named_and_kept(client_for: ClientFor, company: Company, text: str) -> None:
    page = client_for(company.linxiao).get("/inbox/all/", {"owner": text}).content.decode()
    assert 'role="alert">Nobody who works here is called' in page
    assert "<b>”" not in page
    assert field(client_for(company.linxiao), f"/inbox/all/?owner={text}", "owner")


def test_the_number_of_somebody_elsewhere_tells_no_name(client_for: ClientFor, company: Company) -> None:
    page = client_for(company.linxiao).get(f"/inbox/all/?handler={company.chenjia.pk}").content.decode()
    assert "陈佳" not in page


def test_a_saved_view_keeps_the_person_and_not_the_name(
    client_for: ClientFor, company: Company, given: dict[str, int]
) -> None:
    desk = client_for(company.linxiao)
    path = save(desk, "何敏的工单", "handler=何敏")
    assert SavedView.objects.get().params == {"handler": str(company.hemin.pk)}
    assert subjects(desk, path) == ["何敏的"]


def test_who_has_left_is_suggested_no_longer(client_for: ClientFor, company: Company) -> None:
    desk = client_for(company.linxiao)
    assert "何敏" in suggested(desk)
    org.set_active(company.hemin, active=False)
    assert "何敏" not in suggested(desk)


def test_the_names_cost_no_question_for_each_page(
    client_for: ClientFor, company: Company, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    desk = client_for(company.zhaozhuguan)
    desk.get("/inbox/all/?handler=何敏&owner=林晓")
    with django_assert_max_num_queries(MOST_QUERIES) as counted:
        desk.get("/inbox/all/?handler=何敏&owner=林晓")
    assert not [one["sql"] for one in counted.captured_queries if "org_grant" in one["sql"]]

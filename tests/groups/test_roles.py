"""Who is who in a group: changed by hand, with a reason, in the group's own log; nothing depends on it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.cases.actions import BadInput
from huiyin.cases.models import Case, CaseEvent
from huiyin.clocks.models import Clock
from huiyin.groups import actions as acts
from huiyin.groups import queries
from huiyin.groups.models import Entry, Group
from huiyin.org.access import Forbidden
from huiyin.org.models import User
from tests.conftest import Mover
from tests.groups.conftest import Voices, swept
from tests.people import Company, TestClock

WHY = "代表九栋各户来谈"


@pytest.fixture
def cases(voices: Voices, clock: TestClock) -> list[Case]:
    """Three neighbours, and the first of them a second time."""
    made = [*voices(3), *voices(1)]
    swept(clock)
    return made


@pytest.fixture
def group(cases: list[Case]) -> Group:
    return Group.objects.get()


def roles(user: User, group: Group) -> dict[int, str]:
    return {case: role.value for case, role in queries.roles(queries.get(user, group.pk)).items()}


def test_a_role_is_given_with_a_reason_holds_for_all_cases_of_the_customer_and_keeps_its_history(
    company: Company, cases: list[Case], group: Group, by: Mover
) -> None:
    first, again = cases[0].pk, cases[3].pk
    acts.give_role(group.pk, by(company.linxiao), case_id=again, role="spokesperson", reason=WHY)
    assert roles(company.linxiao, group) == {first: "spokesperson", again: "spokesperson"}
    acts.give_role(group.pk, by(company.linxiao), case_id=first, role="expert", reason="出示了监理证")
    assert roles(company.linxiao, group) == {first: "expert", again: "expert"}
    acts.give_role(group.pk, by(company.linxiao), case_id=first, role="ordinary", reason="不再代表")
    assert roles(company.linxiao, group) == {}
    kept = Entry.objects.filter(group=group, what="role").order_by("pk")
    assert [(one.data["role"], one.reason, one.by) for one in kept] == [
        ("spokesperson", WHY, company.linxiao),
        ("expert", "出示了监理证", company.linxiao),
        ("ordinary", "不再代表", company.linxiao),
    ]
    group.refresh_from_db()
    assert (group.kept, group.version) == (True, 4)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE groups_entry SET reason = '' WHERE id = %s", [kept[0].pk])


def test_one_who_speaks_again_has_the_role_already(
    company: Company, cases: list[Case], group: Group, voices: Voices, clock: TestClock, by: Mover
) -> None:
    acts.give_role(group.pk, by(company.linxiao), case_id=cases[1].pk, role="expert", reason="建筑师")
    (later,) = voices(1, first=1)
    swept(clock)
    assert roles(company.linxiao, group)[later.pk] == "expert"


def test_other_aims_are_an_observation_in_the_log_and_no_label(
    company: Company, cases: list[Case], group: Group, by: Mover
) -> None:
    acts.observe(group.pk, by(company.linxiao), case_id=cases[1].pk, text="三次来电只问赔多少，不谈施工")
    assert roles(company.linxiao, group) == {}
    entry = Entry.objects.get(what="aims")
    assert (entry.case_id, entry.reason) == (cases[1].pk, "三次来电只问赔多少，不谈施工")


def test_nothing_of_it_is_in_the_case(company: Company, cases: list[Case], group: Group, by: Mover) -> None:
    def standing() -> object:
        rows = Case.objects.order_by("pk").values_list("pk", "seq", "severity", "handler", "status")
        clocks = Clock.objects.order_by("pk").values_list("pk", "due_at")
        return list(rows), list(clocks), CaseEvent.objects.count()

    before = standing()
    acts.give_role(group.pk, by(company.linxiao), case_id=cases[0].pk, role="expert", reason=WHY)
    acts.observe(group.pk, by(company.linxiao), case_id=cases[0].pk, text=WHY)
    assert standing() == before


def test_what_is_wrong_is_said_and_who_may_not_join_may_not_say(
    company: Company, cases: list[Case], group: Group, by: Mover
) -> None:
    who = by(company.linxiao)
    for field, wrong in (
        ("role", {"role": "troublemaker"}),
        ("role", {"role": "ordinary"}),
        ("reason", {"reason": ""}),
    ):
        given = {"role": "expert", "reason": WHY} | wrong
        with pytest.raises(BadInput) as error, transaction.atomic():
            acts.give_role(group.pk, who, case_id=cases[0].pk, **given)
        assert error.value.field == field
    with pytest.raises(BadInput), transaction.atomic():
        acts.observe(group.pk, who, case_id=cases[0].pk, text=" ")
    with pytest.raises(Forbidden), transaction.atomic():
        acts.give_role(group.pk, by(company.auditor), case_id=cases[0].pk, role="expert", reason=WHY)
    with pytest.raises(Group.DoesNotExist), transaction.atomic():
        acts.observe(group.pk, by(company.chenjia), case_id=cases[0].pk, text=WHY)


def test_the_page_of_the_group_shows_roles_and_what_happened(
    company: Company,
    cases: list[Case],
    group: Group,
    client_for: Callable[[User], Client],
    monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    monkeypatch.setattr(settings, "LANGUAGE_CODE", "en")
    browser, page = client_for(company.linxiao), f"/groups/{group.pk}/"
    sent = {"case": cases[0].pk, "role": "spokesperson", "reason": WHY}
    assert 'name="role" value="expert"' in browser.get(f"{page}role/").content.decode()
    assert browser.post(f"{page}role/", sent | {"reason": ""}).status_code == 422
    assert browser.post(f"{page}role/", sent).status_code == 302
    assert browser.post(f"{page}aims/", {"case": cases[1].pk, "text": "只问赔多少"}).status_code == 302
    with django_assert_max_num_queries(12):
        shown = browser.get(page).content.decode()
    assert shown.count("<strong>Role in the group</strong> spokesperson") == 2  # both cases of the same person
    assert "Role: spokesperson" in shown
    assert "Other aims observed" in shown
    assert "只问赔多少" in shown

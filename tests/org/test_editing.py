"""Sites, departments and staff as an administrator edits them, and the history of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from huiyin.cases import actions as cases
from huiyin.cases import intake
from huiyin.cases.actions import BadInput, By
from huiyin.org import access, actions, editing, history, queries, staffing
from huiyin.org.editing import DepartmentValues, SiteValues
from huiyin.org.history import BadSetting, Editor, Stale
from huiyin.org.models import ApiToken, Grant, Role, SettingsEntry, Site
from huiyin.org.staffing import PersonValues
from tests import people
from tests.conftest import Opener
from tests.people import PASSWORD, Company, TestClock

SHANGHAI = "Asia/Shanghai"


@pytest.fixture
def editor(company: Company, clock: TestClock) -> Editor:
    """The administrator, now."""
    return Editor(company.admin, clock.now)


def last() -> Any:
    return SettingsEntry.objects.latest("pk")


def values(code: str) -> SiteValues:
    return editing.site_values(editing.site(code))


def test_a_site_is_added_renamed_and_moved_and_each_is_a_row_of_history(company: Company, editor: Editor) -> None:
    editing.add_site("NORTH", SiteValues("北区", "HQ", SHANGHAI), editor)
    assert (last().before, last().after["name"], last().actor) == (None, "北区", company.admin)
    editing.change_site("LJF", replace(values("LJF"), name="临江府二期", parent="NORTH"), editor)
    assert last().before == {"name": "临江府", "parent": "HQ"}
    assert last().after == {"name": "临江府二期", "parent": "NORTH"}
    assert queries.organisation().below(editing.site("NORTH").pk) == {editing.site("NORTH").pk, company.ljf.pk}


def test_nothing_changed_is_no_row(company: Company, editor: Editor) -> None:
    editing.change_site("LJF", values("LJF"), editor)
    assert not SettingsEntry.objects.exists()


@pytest.mark.parametrize("code", ["", "ljf", "a b", "new", "x" * 33])
def test_a_code_that_is_taken_or_ill_formed_is_refused(code: str, company: Company, editor: Editor) -> None:
    with pytest.raises(BadSetting) as caught:
        editing.add_site(code, SiteValues("北区", "HQ", SHANGHAI), editor)
    assert caught.value.field == "code"


def test_a_site_never_stands_below_itself_or_its_own(company: Company, editor: Editor) -> None:
    editing.add_site("A", SiteValues("A", "LJF", SHANGHAI), editor)
    for parent in ("LJF", "A", "", "nowhere"):
        with pytest.raises(BadSetting) as caught:
            editing.change_site("LJF", replace(values("LJF"), parent=parent), editor)
        assert caught.value.field == "parent"
    with pytest.raises(BadSetting):
        editing.change_site("HQ", replace(values("HQ"), parent="LJF"), editor)


def test_what_moving_does_to_roles_and_departments_is_known_before(company: Company, editor: Editor) -> None:
    effect = editing.move_effect("LJF", "FLY")
    assert (effect.lose, effect.departments_lost) == ([], [])
    assert set(effect.gain) == {"陈佳", "周工"}
    editing.change_site("LJF", replace(values("LJF"), parent="FLY"), editor)
    assert access.may(company.chenjia, access.Verb.VIEW, company.ljf.pk)


def test_a_site_out_of_use_takes_no_new_case_and_keeps_the_old_ones(
    company: Company, editor: Editor, open_case: Opener
) -> None:
    old = open_case().case
    editing.change_site("LJF", replace(values("LJF"), active=False), editor)
    closed = Site.objects.get(code="LJF")
    with pytest.raises(BadInput) as caught:
        intake.open_case(people.voice(closed), By(company.linxiao, editor.at))
    assert caught.value.field == "site"
    assert [site.code for site in queries.organisation().doors] == ["FLY"]
    cases.accept(old.pk, By(company.linxiao, editor.at))


def test_a_site_above_others_in_use_stays_in_use(company: Company, editor: Editor) -> None:
    editing.add_site("A", SiteValues("A", "LJF", SHANGHAI), editor)
    with pytest.raises(BadSetting, match="A"):
        editing.change_site("LJF", replace(values("LJF"), active=False), editor)
    with pytest.raises(BadSetting):
        editing.change_site("HQ", replace(values("HQ"), active=False), editor)


def test_a_department_out_of_use_takes_no_new_hand_over(company: Company, editor: Editor, open_case: Opener) -> None:
    case = open_case().case
    before = editing.department_values(company.engineering)
    editing.change_department("engineering", replace(before, active=False), editor)
    with pytest.raises(BadInput) as caught:
        unit = editing.department("engineering")
        cases.hand_over(case.pk, By(company.linxiao, editor.at), department=unit, task="去看")
    assert caught.value.field == "department"


def test_whoever_looked_at_old_values_is_told(company: Company, editor: Editor) -> None:
    seen = history.version(values("LJF"))
    editing.change_site("LJF", replace(values("LJF"), name="甲"), replace(editor, expect=seen))
    with pytest.raises(Stale) as caught:
        editing.change_site("LJF", replace(values("LJF"), name="乙"), replace(editor, expect=seen))
    assert caught.value.version == history.version(values("LJF"))
    assert values("LJF").name == "甲"


@pytest.mark.parametrize("name", ["linxiao", "zhougong", "zhaozhuguan", "auditor"])
def test_only_administrators_edit(name: str, company: Company, editor: Editor) -> None:
    with pytest.raises(access.Forbidden):
        editing.add_department("x", DepartmentValues("X", "back", "HQ"), replace(editor, user=getattr(company, name)))


def test_a_person_is_added_with_roles_and_logs_in(company: Company, editor: Editor) -> None:
    staffing.add_person("xiaofang", PersonValues("小方", "frontdesk", "en", ("agent@LJF",)), PASSWORD, editor)
    found = staffing.person("xiaofang")
    assert found.check_password(PASSWORD)
    assert found.language == "en"
    assert access.may(found, access.Verb.CREATE, company.ljf.pk)
    assert PASSWORD not in str(last().after)


def test_a_weak_first_password_names_its_field_and_adds_nobody(company: Company, editor: Editor) -> None:
    with pytest.raises(BadSetting) as caught:
        staffing.add_person("xiaofang", PersonValues("小方"), "short", editor)
    assert caught.value.field == "password"
    assert not SettingsEntry.objects.exists()


def test_roles_are_added_and_taken_away_in_one_go(company: Company, editor: Editor) -> None:
    before = staffing.person_values(company.linxiao)
    staffing.change_person("linxiao", replace(before, grants=("supervisor@FLY",)), editor)
    assert [(grant.role, grant.site) for grant in Grant.objects.filter(user=company.linxiao)] == [
        ("supervisor", company.fly)
    ]
    assert (last().before, last().after) == ({"grants": ["agent@LJF"]}, {"grants": ["supervisor@FLY"]})


def test_all_access_of_a_leaver_ends_and_does_not_come_back_with_the_person(company: Company, editor: Editor) -> None:
    token = actions.issue_token(company.linxiao, "tablet", at=editor.at)
    staffing.let_go("linxiao", editor)
    assert queries.user_by_token(token, at=editor.at) is None
    staffing.take_back("linxiao", editor)
    assert queries.user_by_token(token, at=editor.at) is None
    assert access.may(staffing.person("linxiao"), access.Verb.VIEW, company.ljf.pk)


def test_the_last_administrator_stays_and_nobody_shuts_themselves_out(company: Company, editor: Editor) -> None:
    nobody = Editor(None, editor.at)
    for by in (editor, nobody):
        with pytest.raises(BadSetting):
            staffing.let_go("admin", by)
        before = staffing.person_values(company.admin)
        with pytest.raises(BadSetting):
            staffing.change_person("admin", replace(before, grants=("agent@HQ",)), by)
    actions.add_user("second", "另一位", password=None, grants=((Role.ADMINISTRATOR, company.hq),))
    with pytest.raises(BadSetting):
        staffing.let_go("admin", editor)
    staffing.let_go("admin", replace(editor, user=staffing.person("second")))
    assert not staffing.person("admin").is_active


def test_a_token_is_ended_by_the_administrator(company: Company, editor: Editor) -> None:
    token = actions.issue_token(company.linxiao, "tablet", at=editor.at)
    staffing.end_token("linxiao", ApiToken.objects.get().pk, editor)
    assert queries.user_by_token(token, at=editor.at) is None
    assert last().before == {"token": "tablet"}


def test_the_history_is_never_altered(company: Company, editor: Editor) -> None:
    editing.add_site("A", SiteValues("A", "LJF", SHANGHAI), editor)
    for wrong in (lambda: SettingsEntry.objects.update(thing="B"), lambda: SettingsEntry.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            wrong()


def test_the_history_goes_on_page_by_page(company: Company, editor: Editor) -> None:
    for n in range(5):
        editing.change_site("LJF", replace(values("LJF"), name=f"府{n}"), editor)
        editing.change_site("FLY", replace(values("FLY"), name=f"苑{n}"), editor)
    first = history.page("site", "LJF", limit=3)
    rest = history.page("site", "LJF", before=first.next, limit=3)
    assert [(entry.after or {})["name"] for entry in first.items + rest.items] == [f"府{n}" for n in (4, 3, 2, 1, 0)]
    assert rest.next is None

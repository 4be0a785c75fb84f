"""Views that people save: under a name, for themselves or for all who work somewhere."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from huiyin.cases import tags
from huiyin.cases.actions import By
from huiyin.org.models import User
from huiyin.web.models import SavedView
from tests.conftest import Opener
from tests.people import Company, TestClock

from .test_inbox import subjects

ClientFor = Callable[[User], Client]


def save(client: Client, name: str, params: str, **more: str) -> str:
    """Save a list; the address of the view."""
    answer = client.post("/views/new/", {"name": name, "params": params, "position": "0", **more})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


def rail(client: Client) -> list[str]:
    page = client.get("/inbox/all/").content.decode()
    return re.findall(r'<a href="/views/\d+/"[^>]*><span class="name">([^<]+)</span>', page)


def test_a_saved_view_shows_what_was_filtered_in_its_order_and_columns(
    client_for: ClientFor, company: Company, open_case: Opener, clock: TestClock
) -> None:
    first, second = open_case(subject="先来的", take=True).case, open_case(subject="后来的", take=True).case
    open_case(subject="没有标签", take=True)
    for case in (first, second):
        tags.tag(case.pk, By(company.linxiao, clock.move(1)), name="重点")
    desk = client_for(company.linxiao)
    path = save(desk, "我的重点", "handler=me&tag=重点&sort=oldest&col=owner,number&nonsense=1")
    page = desk.get(path).content.decode()
    assert subjects(desk, path) == ["先来的", "后来的"]
    assert "Owner 林晓" in page
    assert '<span class="fact site">' not in page
    assert SavedView.objects.get().params == {
        "handler": "me",
        "tag": "重点",
        "sort": "oldest",
        "col": "owner,number",
    }
    assert rail(desk) == ["我的重点"]
    assert re.search(r'我的重点</span> <span class="count">2</span>', page)


def test_me_in_a_shared_view_is_whoever_reads_and_nobody_sees_more_than_they_may(
    client_for: ClientFor, company: Company, open_case: Opener, clock: TestClock
) -> None:
    open_case(subject="临江府的", take=True)
    open_case(subject="枫林苑的", site=company.fly, by=By(company.chenjia, clock.now), take=True)
    lead = client_for(company.zhaozhuguan)
    mine = save(lead, "各自的", "handler=me", site="HQ")
    everything = save(lead, "全部未结", "open=1", site="HQ")
    desk, other = client_for(company.linxiao), client_for(company.chenjia)
    assert (subjects(desk, mine), subjects(other, mine), subjects(lead, mine)) == (["临江府的"], ["枫林苑的"], [])
    assert (subjects(desk, everything), subjects(other, everything)) == (["临江府的"], ["枫林苑的"])
    assert len(subjects(lead, everything)) == 2


def test_a_view_is_there_for_those_it_is_shared_with_and_no_others(client_for: ClientFor, company: Company) -> None:
    lead = client_for(company.zhaozhuguan)
    path = save(lead, "枫林苑的", "site=FLY", site="FLY")
    own = save(client_for(company.linxiao), "只给自己", "open=1")
    assert client_for(company.chenjia).get(path).status_code == 200
    assert client_for(company.linxiao).get(path).status_code == 404
    assert client_for(company.admin).get(own).status_code == 404
    assert rail(client_for(company.chenjia)) == ["枫林苑的"]
    assert rail(client_for(company.linxiao)) == ["只给自己"]


@pytest.mark.parametrize("person", ["linxiao", "chenjia", "zhougong", "hemin", "auditor"])
def test_who_may_not_share_saves_for_themselves_only(client_for: ClientFor, company: Company, person: str) -> None:
    client = client_for(getattr(company, person))
    assert 'name="site"' not in client.get("/views/new/?open=1").content.decode()
    save(client, "我的", "open=1", site="LJF")
    assert SavedView.objects.get().site is None


def test_a_shared_view_is_changed_and_deleted_by_who_may_share_there(client_for: ClientFor, company: Company) -> None:
    lead, desk = client_for(company.zhaozhuguan), client_for(company.linxiao)
    path = save(lead, "临江府", "open=1", site="LJF")
    for way in ("change", "delete"):
        assert desk.get(f"{path}{way}/").status_code == 403
        assert desk.post(f"{path}{way}/", {"name": "x", "position": "0"}).status_code == 403
        assert client_for(company.chenjia).get(f"{path}{way}/").status_code == 404
    other = client_for(company.admin)
    assert (
        other.post(f"{path}change/", {"name": "新名字", "position": "3", "site": "LJF", "params": "open=1"}).status_code
        == 302
    )
    assert rail(desk) == ["新名字"]
    assert "untouched" in lead.get(f"{path}delete/").content.decode()
    assert rail(desk) == ["新名字"]
    assert lead.post(f"{path}delete/").status_code == 302
    assert rail(desk) == []


def test_views_stand_by_their_place_then_by_name(client_for: ClientFor, company: Company) -> None:
    desk = client_for(company.linxiao)
    for name, position in (("乙", "2"), ("丙", "1"), ("甲", "2")):
        save(desk, name, "open=1", position=position)
    assert rail(desk)[0] == "丙"
    assert set(rail(desk)[1:]) == {"甲", "乙"}


def test_narrowing_a_saved_view_offers_to_save_the_change(
    client_for: ClientFor, company: Company, open_case: Opener
) -> None:
    open_case(subject="投诉")
    open_case(subject="报修", kind="repair")
    desk = client_for(company.linxiao)
    path = save(desk, "未结", "open=1")
    assert "Save the change" not in desk.get(path).content.decode()
    assert subjects(desk, f"{path}?open=1&kind=repair") == ["报修"]
    page = desk.get(f"{path}?open=1&kind=repair").content.decode()
    found = re.search(r'href="([^"]+/change/\?[^"]+)"', page)
    assert found
    form = desk.get(found[1].replace("&amp;", "&")).content.decode()
    params = re.search(r'name="params" value="([^"]*)"', form)
    assert params
    desk.post(f"{path}change/", {"name": "未结", "position": "0", "params": params[1].replace("&amp;", "&")})
    assert subjects(desk, path) == ["报修"]


def test_a_view_without_a_name_is_asked_for_one_and_keeps_its_list(client_for: ClientFor, company: Company) -> None:
    answer = client_for(company.linxiao).post(
        "/views/new/", {"name": "", "params": "open=1&kind=repair", "position": "0"}
    )
    assert answer.status_code == 422
    assert 'value="open=1&amp;kind=repair"' in answer.content.decode()


def test_how_close_rows_stand_is_kept_with_the_person(
    client_for: ClientFor, company: Company, open_case: Opener
) -> None:
    open_case()
    desk = client_for(company.linxiao)
    assert (
        desk.post("/density/", {"density": "dense", "next": "/inbox/all/?open=1"}).headers["Location"]
        == "/inbox/all/?open=1"
    )
    assert 'class="cases inbox dense"' in client_for(company.linxiao).get("/inbox/all/").content.decode()
    assert (
        desk.post("/density/", {"density": "calm", "next": "https://elsewhere.example/"}).headers["Location"]
        == "/inbox/"
    )
    assert 'class="cases inbox"' in desk.get("/inbox/all/").content.decode()

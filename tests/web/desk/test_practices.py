"""Work standards on the desk: as a table, and beside the step itself."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from huiyin.org.history import Editor
from huiyin.org.models import User
from huiyin.standards import practices
from huiyin.standards.practices import Values
from tests.conftest import Opener
from tests.people import NOW, Company

ClientFor = Callable[[User], Client]


def test_it_stands_beside_the_step_and_in_the_table(company: Company, open_case: Opener, client_for: ClientFor) -> None:
    values = Values("resolve", "办结前核对", behaviour_en="Check first", saying_en="It is done", minutes=20)
    practices.add(values, Editor(company.admin, NOW))
    case, client = open_case(take=True).case, client_for(company.linxiao)
    form = client.get(f"/cases/{case.number}/resolve/").content.decode()
    assert "How it is done here" in form
    assert "Check first" in form
    assert "within 20 minutes" in form
    assert "How it is done here" not in client.get(f"/cases/{case.number}/note/").content.decode()
    table = client.get("/standards/").content.decode()
    assert "It is done" in table
    assert "settings/practices" not in table
    assert "/settings/practices/" in client_for(company.admin).get("/standards/").content.decode()


def test_it_is_edited_taken_out_of_use_and_put_back(company: Company, client_for: ClientFor) -> None:
    client = client_for(company.admin)
    wrong = client.post("/settings/practices/new/", {"step": "visit"})
    assert wrong.status_code == 422
    assert "Write it in one language at least." in wrong.content.decode()
    assert client.post("/settings/practices/new/", {"step": "visit", "behaviour": "先报姓名"}).status_code == 302
    (made,) = practices.every()
    assert client.post(f"/settings/practices/{made.pk}/use/").status_code == 302
    assert practices.table() == []
    page = client.get(f"/settings/practices/{made.pk}/").content.decode()
    assert "先报姓名" in page
    assert "Work standards" in client.get("/settings/history/?area=practices").content.decode()


def test_nothing_written_says_what_it_would_be_good_for(company: Company, client_for: ClientFor) -> None:
    assert "No standards yet" in client_for(company.linxiao).get("/standards/").content.decode()

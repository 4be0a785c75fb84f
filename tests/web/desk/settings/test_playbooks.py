"""Failures and recovery plans in the settings: effects are shown first, drafts are put in force by a second click."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from huiyin.org.models import User
from huiyin.playbooks import editing
from huiyin.recovery import failures
from tests.people import Company

TYPE = {"name": "修后又坏", "group": "delivery", "categories": "repair/plumbing", "starts": "", "source": ""}
STEP = {
    "place": "1",
    "title": "经理上门",
    "amount_n": "2",
    "amount_u": "h",
    "calendar": "always",
    "bearer": "us",
}


@pytest.fixture
def admin(client_for: Callable[[User], Client], company: Company) -> Client:
    """管理员."""
    return client_for(company.admin)


def test_what_a_type_changes_is_shown_before_it_holds(admin: Client, company: Company) -> None:
    sent = TYPE | {"starts": company.tap.code}
    shown = admin.post("/settings/failures/again/", sent)
    assert "Begins with" in shown.content.decode()
    assert failures.find("again").starts == ""  # type: ignore[union-attr]
    seen = shown.content.decode().split('name="seen" value="')[1].split('"')[0]
    assert admin.post("/settings/failures/again/", sent | {"seen": seen}).status_code == 302
    assert failures.find("again").starts == company.tap.code  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"starts": "no/such"}, "There is no category"),
        ({"duty": "on"}, "Say on which law"),
        ({"name": " "}, "required"),
    ],
)
def test_a_wrong_type_is_told_and_nothing_is_lost(admin: Client, wrong: dict[str, str], text: str) -> None:
    answer = admin.post("/settings/failures/again/", TYPE | {"basis": "", "source": "自己定的"} | wrong)
    page = answer.content.decode()
    assert text in page or answer.status_code == 422
    assert "自己定的" in page


def test_a_type_and_a_grade_are_added_and_taken_out_of_use(admin: Client) -> None:
    assert admin.post("/settings/failures/new/", TYPE | {"code": "leak", "name": "漏水"}).status_code == 302
    assert admin.post("/settings/failures/leak/use/").status_code == 302
    assert [row.active for row in failures.every()] == [True, False]
    assert admin.post("/settings/grades/new/", {"code": "dire", "name": "极重", "position": "40"}).status_code == 302
    assert [code for code, _name in failures.gravities()] == ["minor", "major", "critical", "dire"]
    for code in ("minor", "major", "critical"):
        assert admin.post(f"/settings/grades/{code}/use/").status_code == 302
    assert admin.post("/settings/grades/dire/use/").status_code == 422


def test_steps_are_a_draft_until_they_are_put_in_force(admin: Client) -> None:
    sent = {f"1-{name}": value for name, value in STEP.items()}
    sent |= {f"2-{name}": value for name, value in (STEP | {"place": "1", "title": "先打电话"}).items()}
    assert admin.post("/settings/playbooks/worst/", sent).status_code == 302
    book = editing.by_code("worst")
    assert editing.current(book).number == 1  # type: ignore[union-attr]
    page = admin.get("/settings/playbooks/worst/").content.decode()
    assert "Step 2 is new: 先打电话" in page
    assert "No plan runs by it." in admin.get("/settings/playbooks/worst/2/put-in-force/").content.decode()
    assert admin.post("/settings/playbooks/worst/2/put-in-force/").status_code == 302
    assert [one.phase for one in editing.versions(book)] == ["force", "past"]
    assert "先打电话" in admin.get("/settings/playbooks/worst/2/").content.decode()


def test_a_wrong_step_says_so_at_its_field(admin: Client) -> None:
    sent = {f"1-{name}": value for name, value in (STEP | {"kind": "voucher"}).items()}
    answer = admin.post("/settings/playbooks/worst/", sent)
    assert answer.status_code == 422
    assert "nothing without an amount" in answer.content.decode()
    gone = {f"1-{name}": value for name, value in (STEP | {"title": ""}).items()}
    assert "Between one and" in admin.post("/settings/playbooks/worst/", gone).content.decode()


def test_a_playbook_is_added_and_its_purpose_changed(admin: Client) -> None:
    sent = {"code": "quick", "name": "快办", "failure": "again"}
    assert admin.post("/settings/playbooks/new/", sent).status_code == 302
    assert admin.post("/settings/playbooks/quick/meant/", {"name": "慢办", "failure": "again"}).status_code == 302
    assert admin.post("/settings/playbooks/quick/use/").status_code == 302
    assert (str(editing.by_code("quick")), editing.by_code("quick").active) == ("慢办", False)

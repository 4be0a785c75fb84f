"""Who gets which answer at which address of the desk: every role, in its part of the tree and outside of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from huiyin.cases import actions
from huiyin.cases.actions import By
from huiyin.cases.intake import Opened
from huiyin.org.models import User
from huiyin.web.desk.bulk import VERBS as BULK
from huiyin.web.desk.verbs import ACTS
from tests.people import Company, TestClock

ClientFor = Callable[[User], Client]
Opener = Callable[..., Opened]

PEOPLE = ("linxiao", "chenjia", "zhougong", "hemin", "zhaozhuguan", "auditor", "admin")
DESK = {"linxiao", "hemin", "zhaozhuguan", "admin"}
"""Who may work on a case at LJF; 陈佳 is of another site."""
LEAD = {"zhaozhuguan", "admin"}
VIEWS = ("mine", "unassigned", "due", "supervised", "all")
OPEN_TO_ALL = (
    *(f"/inbox/{view}/{more}" for view in VIEWS for more in ("", "news/")),
    *("/search/?q=电梯", "/palette/?q=电梯", "/words/", "/account/", "/views/new/?open=1"),
)
DOES = {
    "reply": LEAD | {"zhougong"},
    **dict.fromkeys(("refuse", "review"), LEAD),
    **dict.fromkeys(("note", "check", "fill", "arrive", "contain"), DESK | {"zhougong"}),
    "sign": LEAD | {"zhougong"},
    **dict.fromkeys(("deliver", "step"), DESK | {"zhougong"}),
    "approve": {"zhaozhuguan"},
    "ask-back": LEAD | {"zhougong"},
    "return": LEAD | {"zhougong"},
    "pass-on": LEAD | {"zhougong"},
    "extend": DESK | {"zhougong"},
    **dict.fromkeys(("override", "supervise", "end-supervision", "decide", "decide-plan", "tier"), LEAD),
}
"""Verbs that not just the desk does, or not all of it."""


@pytest.fixture
def number(company: Company, open_case: Opener, clock: TestClock) -> str:
    """A case at LJF, taken by 林晓 and handed to engineering."""
    case = open_case().case
    actions.accept(case.pk, By(company.linxiao, clock.move(1)))
    actions.hand_over(case.pk, By(company.linxiao, clock.move(1)), department=company.engineering, task="去看")
    return case.number


def expected_pages() -> list[tuple[str, str, int]]:
    """(person, path, status) of every page; NUMBER stands for the case."""
    rows = [(person, path, 200) for person in PEOPLE for path in OPEN_TO_ALL]
    for person in PEOPLE:
        sees = 404 if person == "chenjia" else 200
        of_case = ("", "tell/", "words/", "similar/", "evidence/")
        rows += [(person, f"/cases/NUMBER/{path}", sees) for path in of_case]
        none = ("/cases/NUMBER/files/1/", "/cases/NUMBER/files/1/look/")
        rows += [(person, path, 404) for path in none]
        copies = sees if sees == 404 or person not in ("linxiao", "zhougong", "hemin") else 403
        rows.append((person, "/cases/NUMBER/evidence/987/", 404 if copies == 200 else copies))
        creates = 403 if person in ("zhougong", "auditor") else 200
        rows += [(person, path, creates) for path in ("/cases/new/", "/visits/")]
        rows.append((person, "/inbox/to-decide/", 404 if person in ("zhougong", "auditor") else 200))
        rows.append((person, "/inbox/department/", 404 if person in ("auditor", "admin") else 200))
        rows.append((person, "/inbox/review/", 200 if person in LEAD else 404))
        rows.append((person, "/inbox/nonsense/", 404))
        rows.append((person, "/inbox/nonsense/news/", 404))
        rows += [(person, f"/views/987/{way}", 404) for way in ("", "news/", "change/", "delete/")]
        rows += [(person, "/bulk/987/", 404), (person, "/bulk/nonsense/", 404)]
        bulk = 403 if person in ("zhougong", "auditor") else 200
        rows += [(person, f"/bulk/{act}/?case=NUMBER", bulk) for act in BULK]
        rows.append((person, "/cases/NUMBER/nonsense/", 404))
        rows.append((person, "/cases/1234567/", 404))
        for verb in ACTS:
            allowed = DOES.get(verb, DESK)
            rows.append(
                (person, f"/cases/NUMBER/{verb}/", 404 if person == "chenjia" else 200 if person in allowed else 403)
            )
    return rows


def test_every_role_gets_the_page_that_is_theirs_and_no_other(
    client_for: ClientFor, company: Company, number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    browsers = {person: client_for(getattr(company, person)) for person in PEOPLE}
    rows = expected_pages()
    wrong = [
        (person, path, status, answer)
        for person, path, status in rows
        if (answer := browsers[person].get(path.replace("NUMBER", number)).status_code) != status
    ]
    with capsys.disabled():
        print(f"\n{len(rows)} pages of the desk looked at by {len(PEOPLE)} people")
    assert wrong == []


def test_every_role_does_what_is_theirs_and_nothing_else(client_for: ClientFor, company: Company, number: str) -> None:
    """Empty forms: who may do it is told what is missing (422), or that it can't be now (409), or does it (302)."""
    wrong = []
    for person in PEOPLE:
        browser = client_for(getattr(company, person))
        for verb in ACTS:
            answer = browser.post(f"/cases/{number}/{verb}/", {"version": "0"}).status_code
            if person == "chenjia":
                fits = answer == 404
            elif person in DOES.get(verb, DESK):
                fits = answer in (422, 409, 412) or (verb == "link" and answer == 302)
            else:
                fits = answer == 403
            if not fits:
                wrong.append((person, verb, answer))
    assert wrong == []


def test_only_who_takes_cases_in_sees_who_may_be_calling(client_for: ClientFor, company: Company, number: str) -> None:
    answers = {
        person: client_for(getattr(company, person)).post("/cases/new/check/", {"site": "LJF", "name": "王"})
        for person in PEOPLE
    }
    assert {person for person, answer in answers.items() if answer.status_code == 403} == {"zhougong", "auditor"}
    assert {person for person, answer in answers.items() if "王女士" in answer.content.decode()} == DESK


def test_nobody_gets_in_without_logging_in(client: Client, company: Company, number: str) -> None:
    pages = [
        *OPEN_TO_ALL,
        "/inbox/",
        "/inbox/department/",
        "/visits/",
        "/cases/new/",
        "/cases/NUMBER/",
        "/cases/NUMBER/tell/",
        "/cases/NUMBER/words/",
        "/cases/NUMBER/similar/",
    ]
    paths = [path.replace("NUMBER", number) for path in pages]
    assert {client.get(path).headers["Location"].split("?")[0] for path in paths} == {"/login/"}
    posts = ["/cases/new/", "/cases/new/check/", "/words/check/", f"/cases/{number}/words/", "/bulk/tag/"]
    posts += ["/bulk/1/undo/", "/views/new/", "/density/", *(f"/cases/{number}/{verb}/" for verb in ACTS)]
    assert {client.post(path).headers["Location"].split("?")[0] for path in posts} == {"/login/"}


def test_other_methods_are_refused(client_for: ClientFor, company: Company, number: str) -> None:
    browser = client_for(company.admin)
    pages = (
        "/inbox/mine/",
        "/search/",
        "/palette/",
        "/visits/",
        "/words/",
        f"/cases/{number}/",
        f"/cases/{number}/tell/",
        f"/cases/{number}/similar/",
    )
    for path in pages:
        assert browser.post(path).status_code == 405, path
    for path in (f"/cases/{number}/together/", f"/cases/{number}/draft/answer/", "/cases/new/check/"):
        assert browser.get(path).status_code == 405, path
    for path in ("/cases/new/", f"/cases/{number}/answer/", "/login/", "/account/"):
        assert browser.delete(path).status_code == 405, path


def test_pages_of_the_desk_are_kept_by_no_cache(client_for: ClientFor, company: Company, number: str) -> None:
    for path in ("/inbox/mine/", f"/cases/{number}/"):
        assert "no-store" in client_for(company.linxiao).get(path).headers["Cache-Control"]


def test_a_form_from_elsewhere_is_refused(company: Company, number: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(company.linxiao)
    assert browser.post(f"/cases/{number}/note/", {"text": "从别处来"}).status_code == 403


def test_the_rail_offers_what_one_may_do(client_for: ClientFor, company: Company) -> None:
    def offered(user: User) -> set[str]:
        page = client_for(user).get("/inbox/all/").content.decode()
        views = (f"/inbox/{view}/" for view in ("unassigned", "to-decide", "supervised", "department"))
        return {link for link in ("/cases/new/", "/visits/", *views) if f'href="{link}"' in page}

    agents = {"/cases/new/", "/visits/", "/inbox/unassigned/", "/inbox/department/", "/inbox/to-decide/"}
    assert offered(company.linxiao) == agents
    assert offered(company.zhaozhuguan) == agents | {"/inbox/supervised/"}
    assert offered(company.zhougong) == {"/inbox/department/"}
    assert offered(company.auditor) == set()

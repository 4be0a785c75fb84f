"""A protected customer stands on no page and in no answer for those who may not know them: every address that can be
read, asked by every person. An address with a part that isn't known here fails, so that new ones are looked at too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from huiyin.alerts import incidents
from huiyin.cases import actions
from huiyin.cases.actions import By
from huiyin.cases.files import store
from huiyin.cases.models import Case, File
from huiyin.customers.actions import Person
from huiyin.groups import actions as groups
from huiyin.org.actions import issue_token
from huiyin.rates.queries import Rate
from huiyin.web.desk.groups import ACTS as GROUP_ACTS
from huiyin.web.desk.incidents import ACTS as INCIDENT_ACTS
from huiyin.web.desk.marks import MARK_ACTS
from huiyin.web.desk.verbs import ACTS
from huiyin.worth.queries import Figure
from tests.conftest import Mover, Opener
from tests.people import PEOPLE, Company

KNOW = {"linxiao", "zhaozhuguan"}
"""林晓 owns the cases, 赵主管 leads."""
GIVEAWAYS = ("赵明理", "13712345678", "137-1234-5678", "137 1234 5678", "mingli@example.com")
NOT_READ = ("p/", "r/<", "login/", "logout/", "settings/")
"""The doors of customers, whose link is the key, that of log-in, and pages about the house alone."""
SOURCE = Path(__file__).parents[2] / "huiyin"


def routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    """Every address below a resolver, with its open parts."""
    for one in resolver.url_patterns:
        here = before + str(one.pattern)
        if isinstance(one, URLPattern):
            yield here.removesuffix("$").replace("^", "")
        else:
            yield from routes(one, here)


@pytest.fixture
def values(company: Company, open_case: Opener, by: Mover) -> dict[str, list[str]]:
    """What the open parts of addresses may be: two reports in an incident, one of them waiting for its visit."""
    case, resolved = _report(open_case, company, by), _report(open_case, company, by)
    actions.resolve(resolved.pk, by(company.linxiao), cause="赵明理说的", done="已办", text="赵明理您好")
    title = By(company.zhaozhuguan, by(company.zhaozhuguan).at)
    storm = incidents.open_incident(company.ljf, title, title="收费", case_ids=[case.pk])
    neighbours = [open_case().case.pk, open_case().case.pk]
    group = groups.make(title, case_ids=neighbours, reason="同一处")
    files = File.objects.values_list("pk", flat=True)
    return {
        "number": [case.number, resolved.number],
        "verb": list(ACTS),
        "file_id": [str(pk) for pk in files],
        "incident_id": [str(storm.pk)],
        "notice_id": ["1"],
        "group_id": [str(group.pk)],
        "act": list(dict.fromkeys([*INCIDENT_ACTS, *GROUP_ACTS, *MARK_ACTS])),
        "rate": list(Rate),
        "figure": list(Figure),
        "view": ["mine", "unassigned", "due", "department", "all", "to-decide", "supervised"],
    }


def _report(open_case: Opener, company: Company, by: Mover) -> Case:
    photo = store(SimpleUploadedFile("赵明理.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 64))
    text = "我是赵明理，电话137-1234-5678，邮箱MingLi@example.com，经理收钱。"
    person = Person("赵明理", "13712345678", email="mingli@example.com")
    new = open_case(kind="report", subject="赵明理举报", text=text, files=[photo], person=person)
    key = new.case.pk
    actions.accept(key, by(company.linxiao))
    actions.hand_over(key, by(company.linxiao), department=company.engineering, task="核对赵明理家")
    actions.phone(key, by(company.linxiao), text="打给赵明理 137 1234 5678")
    for holder in (company.hemin, company.linxiao):
        actions.assign(key, by(company.linxiao), to=holder)
    return new.case


def addresses(values: dict[str, list[str]]) -> list[str]:
    """Every address of the desk and the API that the installation has, filled in with what is there."""
    found: list[str] = []
    for route in routes(get_resolver()):
        if route.startswith(NOT_READ):
            continue
        filled = [f"/{route}"]
        for part in re.findall(r"<(?:\w+:)?\w+>", route):
            name = part.strip("<>").rpartition(":")[2]
            options = values.get(name, ["1"] if name in NOT_OF_CASES else None)
            assert options is not None, f"Say in this test what {part} of {route} may be."
            filled = [address.replace(part, option) for address in filled for option in options]
        found += filled[: len(ACTS)] if "<slug:verb>" in route else filled  # every verb once
    searched = [f"/{page}/?q={q}" for page in ("search", "palette") for q in ("经理收钱", *GIVEAWAYS)]
    searched += [f"/search/?q={q}&in=customers" for q in GIVEAWAYS]
    return found + searched + [f"/api/v1/cases?q={q}" for q in GIVEAWAYS]


NOT_OF_CASES = ("code", "pk", "username", "name", "year", "fact_id", "exclusion_id", "leaving_id", "warning_id")
"""Parts of addresses that name something else than a case."""


@pytest.mark.slow
def test_no_address_gives_a_protected_customer_away(
    company: Company, values: dict[str, list[str]], by: Mover, capsys: pytest.CaptureFixture[str]
) -> None:
    asked, met, wrong = addresses(values), set[str](), []
    for person in PEOPLE:
        user = getattr(company, person)
        client = Client(headers={"Authorization": f"Bearer {issue_token(user, 'test', at=by(user).at)}"})
        client.force_login(user)
        for address in asked:
            answer: Any = client.get(address)
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            told = content.decode(errors="replace") + str(answer.headers)
            if any(
                f"q={word}" in address for word in GIVEAWAYS
            ):  # the page may repeat what was asked, and finds nothing
                told = " ".join(
                    number for number in values["number"] if f"/cases/{number}" in told or f'"{number}"' in told
                )
                wrong += [(person, address)] if told else []
            if any(word in told for word in GIVEAWAYS):
                met.add(person)
                if person not in KNOW:
                    wrong.append((person, address))
    with capsys.disabled():
        print(f" [{len(asked)} addresses asked by {len(PEOPLE)} people]", end="")
    assert wrong == []
    assert met == KNOW


def test_whoever_reads_cases_with_their_customers_hides_them_or_leaves_them_out() -> None:
    careless = []
    for path in sorted(SOURCE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        reads = re.search(r'select_related\([^)]*"(case__)?customer"', text) or "select_related(*_ROW" in text
        if reads and "hiding.hide(" not in text and "~Exists(protected)" not in text:
            careless.append(path.relative_to(SOURCE).as_posix())
    assert careless == []

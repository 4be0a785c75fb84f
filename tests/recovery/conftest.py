"""What the tests of recovery share: a case at LJF, a site manager, and the ledger asked after each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from huiyin.cases import actions
from huiyin.cases.models import Case
from huiyin.org import actions as org
from huiyin.org.models import Role, User
from huiyin.recovery import ledger
from tests.conftest import Mover, Opener
from tests.people import Company


@pytest.fixture(autouse=True)
def true_ledger(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each test: every balance is what the postings say."""
    yield
    if "db" in request.fixturenames or "transactional_db" in request.fixturenames:
        assert list(ledger.faults()) == []


@pytest.fixture
def case(company: Company, open_case: Opener, by: Mover) -> Case:
    """A repair at LJF that 林晓 has taken."""
    found = open_case(kind="repair", category=company.tap).case
    actions.accept(found.pk, by(company.linxiao))
    return found


@pytest.fixture
def manager(company: Company) -> User:
    """郑经理, manager at LJF."""
    return org.add_user(
        "zheng", "郑经理", password=None, department=company.frontdesk, grants=((Role.MANAGER, company.ljf),)
    )


@pytest.fixture
def director(company: Company) -> User:
    """A second manager, of the whole company."""
    return org.add_user("luo", "罗总", password=None, department=None, grants=((Role.MANAGER, company.hq),))

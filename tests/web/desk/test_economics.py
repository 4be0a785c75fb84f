"""The pages of the economics: the settings, beside a decision, the report, equal treatment."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from huiyin.cases.models import Case
from huiyin.org import reference
from huiyin.org.models import User
from huiyin.recovery import actions as recovery
from huiyin.recovery import failures, giving
from huiyin.recovery.wanted import Option, Wanted
from huiyin.worth import priors, tallying
from huiyin.worth.models import Prior, SiteWorth, Worth
from tests.conftest import Mover, Opener
from tests.people import NOW, Company, TestClock

ClientFor = Callable[[User], Client]
PAGES = ("/reports/recovery/", "/reports/recovery.csv", "/reports/recovery/cost/", "/reports/recovery/kept/")


@pytest.fixture
def case(company: Company, open_case: Opener, by: Mover) -> Case:
    """With a failure, of a customer who is worth 10,000."""
    priors.furnish("property")
    case = open_case().case
    assert case.customer_id
    values = {"low": 9_000_00, "value": 10_000_00, "high": 11_000_00, "at": NOW, "priors": ""}
    Worth.objects.create(customer_id=case.customer_id, method="sbg", basis=3, **values)
    SiteWorth.objects.create(site=company.hq, customers=9, low=1, value=2_000_00, high=3_000_00, at=NOW, priors="")
    failures.name(case.pk, by(company.linxiao), failure="again", gravity="major")
    return case


def page(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, url
    return answer.content.decode()


def test_beside_a_proposal_the_desk_reads_the_average_and_who_leads_the_customers_own(
    company: Company, case: Case, client_for: ClientFor
) -> None:
    url = f"/cases/{case.number}/remedy/"
    desk, above = page(client_for(company.linxiao), url), page(client_for(company.zhaozhuguan), url)
    assert "Average customer" in desk
    assert "10,000" not in desk
    assert "remaining value</dt><dd>¥10,000" in above
    assert "¥10,000 (¥9,000 to ¥11,000)" in above
    for text in (desk, above):
        assert "authority in good faith is never a fault" in text


def test_what_is_owed_by_law_is_not_weighed(company: Company, case: Case, client_for: ClientFor, by: Mover) -> None:
    owed = [Option([Wanted("compensation", 200_00, finding="ours")])]
    recovery.propose(case.pk, by(company.linxiao), options=owed, reason="我方责任，依法应当赔偿")
    text = page(client_for(company.zhaozhuguan), f"/cases/{case.number}/approve/")
    assert "Owed by law" in text
    assert "Breaks even" not in text
    assert "Net with" not in text


def test_goodwill_that_costs_more_than_it_keeps_is_hinted_at(
    company: Company, case: Case, client_for: ClientFor, by: Mover
) -> None:
    Worth.objects.update(low=90_00, value=100_00, high=110_00)
    much = [Option([Wanted("goodwill", 450_00)])]
    recovery.propose(case.pk, by(company.linxiao), options=much, reason="客户非常不满意，要求补偿")
    text = page(client_for(company.zhaozhuguan), f"/cases/{case.number}/approve/")
    assert "it costs more than it keeps" in text


def test_without_priors_or_values_the_page_stands(company: Company, case: Case, client_for: ClientFor) -> None:
    Worth.objects.all().delete()
    SiteWorth.objects.all().delete()
    assert "Decide by what comparable cases got" in page(client_for(company.linxiao), f"/cases/{case.number}/remedy/")
    Prior.objects.all().delete()
    reference.changed()
    assert "What it costs and keeps" not in page(client_for(company.linxiao), f"/cases/{case.number}/remedy/")


def test_the_report_is_for_those_who_measure(
    company: Company, case: Case, client_for: ClientFor, by: Mover, clock: TestClock
) -> None:
    recovery.propose(case.pk, by(company.linxiao), options=[Option([Wanted("voucher", 30_00)])])
    giving.deliver(case.pk, by(company.linxiao), remedy=1)
    while tallying.sweep(clock.now):
        pass
    for user in (company.zhaozhuguan, company.auditor, company.admin):
        for url in PAGES:
            page(client_for(user), url)
    for user in (company.linxiao, company.chenjia, company.zhougong, company.hemin):
        for url in PAGES:
            page(client_for(user), url, 403)
    client = client_for(company.zhaozhuguan)
    assert "¥30" in page(client, "/reports/recovery/?month=2026-03&site=LJF")
    assert "LJF,2026-03,cost,voucher/us,1,30.00,30.00,30.00" in page(client, "/reports/recovery.csv?month=2026-03")
    assert case.number in page(client, "/reports/recovery/cost/?month=2026-03")
    assert case.number not in page(client, "/reports/recovery/cost/?month=2026-02")
    for wrong in ("?month=März", "?site=XX", "?month=2026-13"):
        page(client, f"/reports/recovery/{wrong}", 404)
    page(client, "/reports/recovery/nothing/", 404)


def test_equal_treatment_is_for_whoever_proposes(company: Company, case: Case, client_for: ClientFor) -> None:
    for user in (company.linxiao, company.chenjia, company.zhaozhuguan, company.admin, company.auditor):
        page(client_for(user), "/reports/treatment/")
    page(client_for(company.zhougong), "/reports/treatment/", 403)
    asked = "/reports/treatment/cases/?failure=again&gravity=major&by=person&key="
    page(client_for(company.zhaozhuguan), f"{asked}{company.linxiao.pk}")
    page(client_for(company.linxiao), f"{asked}{company.linxiao.pk}")
    page(client_for(company.linxiao), f"{asked}{company.hemin.pk}", 404)
    page(client_for(company.zhaozhuguan), f"{asked}x", 404)


def test_a_prior_is_changed_on_its_page(company: Company, case: Case, client_for: ClientFor) -> None:
    client = client_for(company.admin)
    assert "margin: what of a yuan" in page(client, "/settings/priors/")
    form = {"low": "5", "value": "9", "high": "12", "source": "财务部", "said_on": "2026-03-01", "caveat": ""}
    answer = client.post("/settings/priors/value/margin/", form | {"low": "10"})
    assert answer.status_code == 422
    assert "above the likely one" in answer.content.decode()
    assert client.post("/settings/priors/value/margin/", form | {"low": "0.001"}).status_code == 422
    assert client.post("/settings/priors/value/margin/", form).status_code == 302
    assert Prior.objects.get(code="value/margin").value == 900
    assert "财务部" in page(client, "/settings/priors/")
    page(client_for(company.zhaozhuguan), "/settings/priors/", 403)


def test_what_customers_are_worth_moves_no_case_in_no_list(
    company: Company, case: Case, client_for: ClientFor, open_case: Opener
) -> None:
    for _number in range(3):
        open_case()
    client = client_for(company.linxiao)
    numbers = [row.pk for row in Case.objects.order_by("pk")]
    before = [client.get(f"/inbox/all/?sort={sort}").content.decode() for sort in ("newest", "severity", "due")]
    Worth.objects.update(value=10**12, high=10**12)
    after = [client.get(f"/inbox/all/?sort={sort}").content.decode() for sort in ("newest", "severity", "due")]
    assert numbers == [row.pk for row in Case.objects.order_by("pk")]
    for first, second in zip(before, after, strict=True):
        assert [n for n in first.split('"') if n.startswith("/cases/")] == [
            n for n in second.split('"') if n.startswith("/cases/")
        ]

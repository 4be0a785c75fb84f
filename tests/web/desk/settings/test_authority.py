"""Limits and budgets are edited in the settings, with their history."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from huiyin.org import actions as org
from huiyin.org.models import Role, SettingsEntry, User
from huiyin.recovery import ledger
from huiyin.recovery.models import Budget, Entry, Limit
from tests.people import PASSWORD, Company

ClientFor = Callable[[User], Client]
LIMIT = {"role": "agent", "severity": "P1", "per_case": "200", "per_customer": "", "per_month": "1,000.50"}
LIMIT |= {"two_above": "", "currency": "CNY"}


def test_a_limit_is_added_changed_put_back_and_removed(client_for: ClientFor, company: Company) -> None:
    admin = client_for(company.admin)
    assert admin.post("/settings/limits/new/", LIMIT).status_code == 302
    row = Limit.objects.get(severity="P1")
    assert (row.per_case, row.per_customer, row.per_month) == (200_00, None, 1000_50)
    page = admin.get(f"/settings/limits/{row.pk}/").content.decode()
    assert 'value="1000.50"' in page
    assert admin.post(f"/settings/limits/{row.pk}/", LIMIT | {"per_case": "50"}).status_code == 302
    entry = SettingsEntry.objects.filter(area="limits").latest("pk")
    assert (entry.before, entry.after) == ({"per_case": 200_00}, {"per_case": 50_00})
    assert "¥50.00" in admin.get("/settings/limits/").content.decode()
    assert admin.post(f"/settings/history/{entry.pk}/restore/").status_code == 302
    row.refresh_from_db()
    assert row.per_case == 200_00
    assert admin.post(f"/settings/limits/{row.pk}/remove/").status_code == 302
    assert not Limit.objects.filter(severity="P1").exists()
    assert admin.get("/settings/history/").status_code == 200


def test_a_second_limit_for_the_same_is_refused_and_what_was_typed_is_kept(
    client_for: ClientFor, company: Company
) -> None:
    admin = client_for(company.admin)
    reply = admin.post("/settings/limits/new/", LIMIT | {"severity": "", "per_case": "77"})
    assert (reply.status_code, "There is a limit" in reply.content.decode()) == (422, True)
    assert 'value="77"' in reply.content.decode()
    reply = admin.post("/settings/limits/new/", LIMIT | {"per_case": "so much"})
    assert (reply.status_code, "Write an amount like" in reply.content.decode()) == (422, True)


def test_a_budget_is_set_enlarged_and_never_below_what_is_used(client_for: ClientFor, company: Company) -> None:
    admin = client_for(company.admin)
    values = {"site": "LJF", "department": "engineering", "month": "2026-04", "total": "500", "currency": "CNY"}
    assert admin.post("/settings/budgets/new/", values).status_code == 302
    assert admin.post("/settings/budgets/new/", values).status_code == 422
    row = Budget.objects.get(site=company.ljf)
    assert admin.post(f"/settings/budgets/{row.pk}/", {"total": "800.25"}).status_code == 302
    row.refresh_from_db()
    assert (row.total, ledger.balances(row.pk)["free"]) == (800_25, 800_25)
    Budget.objects.filter(pk=row.pk).update(reserved=100_00)
    reply = admin.post(f"/settings/budgets/{row.pk}/", {"total": "99.99"})
    assert (reply.status_code, "¥100.00 of it is reserved" in reply.content.decode()) == (422, True)
    assert Entry.objects.filter(budget=row).count() == 2
    assert "¥800.25" in admin.get("/settings/budgets/?month=2026-04").content.decode()
    assert admin.get("/settings/budgets/?month=May").status_code == 404


def test_sites_where_no_second_person_may_say_yes_are_named(client_for: ClientFor, company: Company) -> None:
    admin = client_for(company.admin)
    told = "but fewer than two may at"
    assert "枫林苑" in admin.get("/settings/limits/").content.decode().split(told)[1][:60]
    for name in ("zheng", "guo"):
        org.add_user(name, name, password=PASSWORD, department=None, grants=((Role.MANAGER, company.hq),))
    assert told not in admin.get("/settings/limits/").content.decode()

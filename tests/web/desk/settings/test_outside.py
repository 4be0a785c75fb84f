"""The register of outside bodies, edited in the settings."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from huiyin.cases import outside
from huiyin.cases.outside_models import OutsideBody
from huiyin.org.models import SettingsEntry, User
from tests.conftest import Mover, Opener
from tests.people import NOW, Company

from .test_pages import typed

ClientFor = Callable[[User], Client]
NEW = {
    "sort": "mediator",
    "name": "社区调解委员会",
    "name_en": "Mediators",
    "sites": ["LJF", "FLY"],
    "categories": ["repair", "fee"],
    "phone": "021-5555",
    "days": "30",
    "source": "居委会公示",
    "said_on": "2026-03-01",
}


def sites(row: OutsideBody) -> set[str]:
    return {site.code for site in row.sites.all()}


@pytest.fixture
def browser(client_for: ClientFor, company: Company) -> Client:
    """The administrator's."""
    return client_for(company.admin)


def test_a_body_is_added_changed_put_back_and_taken_out_of_use(browser: Client) -> None:
    assert "No outside bodies yet" in browser.get("/settings/outside/").content.decode()
    assert browser.post("/settings/outside/new/", NEW).status_code == 302
    row = OutsideBody.objects.get()
    assert (row.categories, row.days, sites(row)) == ("repair\nfee", 30, {"LJF", "FLY"})
    path = f"/settings/outside/{row.pk}/"
    sent = typed(browser, path) | {"categories": ["repair", "fee"], "sites": ["LJF", "FLY"], "phone": "021-6666"}
    assert browser.post(path, sent).status_code == 302
    assert "Phone: <del>021-5555</del> → <ins>021-6666</ins>" in browser.get(path).content.decode()
    entry = SettingsEntry.objects.latest("pk")
    assert browser.post(f"/settings/history/{entry.pk}/restore/").status_code == 302
    assert OutsideBody.objects.get().phone == "021-5555"
    assert browser.post(f"{path}use/").status_code == 302
    assert [one.active for one in outside.every()] == [False]
    listed = browser.get("/settings/outside/").content.decode()
    assert "out of use" in listed
    assert "30 days to apply" in listed


def test_the_long_list_of_categories_is_folded_and_says_what_is_chosen(browser: Client) -> None:
    fold = re.compile(r'<details class="fold"><summary>([^<]*)</summary>')
    assert fold.findall(browser.get("/settings/outside/new/").content.decode()) == [
        "Choose one at least",
        "All; choose some",
    ]
    browser.post("/settings/outside/new/", NEW)
    path = f"/settings/outside/{OutsideBody.objects.get().pk}/"
    for said in fold.findall(browser.get(path).content.decode()):
        assert said.count(", ") == 1  # both by name


def test_one_body_serves_several_sites_and_no_other(
    browser: Client, company: Company, open_case: Opener, by: Mover
) -> None:
    browser.post("/settings/outside/new/", NEW | {"sites": ["FLY"], "categories": []})
    path = f"/settings/outside/{OutsideBody.objects.get().pk}/"
    assert outside.fitting(open_case().case) == []
    sent = typed(browser, path) | {"sites": ["FLY", "LJF"], "categories": []}
    assert browser.post(path, sent).status_code == 302
    for site in (company.ljf, company.fly):
        assert len(outside.fitting(open_case(site=site, by=by(company.admin)).case)) == 1
    page = browser.get(path).content.decode()
    assert f"Sites: <del>{company.fly.name}</del> → <ins>" in page
    entry = SettingsEntry.objects.latest("pk")
    assert browser.post(f"/settings/history/{entry.pk}/restore/").status_code == 302
    assert sites(OutsideBody.objects.get()) == {"FLY"}


def test_what_was_changed_when_there_was_one_site_can_be_put_back(browser: Client) -> None:
    browser.post("/settings/outside/new/", NEW)
    row = OutsideBody.objects.get()
    old = SettingsEntry.objects.create(
        area="outside", thing=str(row.pk), before={"site": "HQ"}, after={"site": "LJF"}, at=NOW
    )
    assert browser.post(f"/settings/history/{old.pk}/restore/").status_code == 302
    assert sites(OutsideBody.objects.get()) == {"HQ"}


def test_what_is_wrong_is_said(browser: Client) -> None:
    for given, said in (
        ({"phone": ""}, "how to reach them"),
        ({"web": "nowhere"}, "https://"),
        ({"days": "0"}, "Please write 1 or more."),
        ({"source": ""}, "required"),
        ({"sites": []}, "required"),
    ):
        reply = browser.post("/settings/outside/new/", NEW | given)
        assert reply.status_code == 422
        assert said in reply.content.decode()
    assert not OutsideBody.objects.exists()

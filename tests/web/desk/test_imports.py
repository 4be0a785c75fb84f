"""The import in the browser, step by step, without script."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from huiyin.cases.actions import By
from huiyin.cases.models import Case
from huiyin.imports import actions, advance, store
from huiyin.imports.models import Import, SavedMap
from huiyin.org import reference
from huiyin.org.models import Grant, User
from tests.people import Company, TestClock

ClientFor = Callable[[User], Client]
CSV = (
    "留言编号,留言用户,留言主题,留言时间,留言详情,类别\r\n"
    "1,U1,路灯,2026-03-02 09:30,路灯不亮,电梯停运\r\n"
    "2,U2,电梯,去年冬天,=1+1,电梯停运\r\n"
    "3,U3,水管,2026-03-02 10:30,漏水,龙头漏\r\n"
)
PEOPLE = ("linxiao", "chenjia", "zhougong", "hemin", "zhaozhuguan", "auditor", "admin")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.HUIYIN_DATA_DIR = tmp_path
    advance._opened.clear()
    advance._tidied.clear()
    return tmp_path / "imports"


def upload(browser: Client, content: str | bytes = CSV, *, site: str = "FLY", name: str = "来信.csv") -> int:
    data = content.encode() if isinstance(content, str) else content
    answer = browser.post("/imports/new/", {"site": site, "file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 302, answer.content.decode()
    return Import.objects.latest("pk").pk


def mapped(browser: Client, pk: int, **changes: str) -> None:
    form = browser.get(f"/imports/{pk}/columns/").context["form"]
    values = {field.html_name: field.value() or "" for field in form} | {"kind": "complaint"} | changes
    answer = browser.post(f"/imports/{pk}/columns/", values)
    assert answer.status_code == 302, answer.content.decode()


@pytest.fixture
def lead(client_for: ClientFor, company: Company) -> Client:
    return client_for(company.zhaozhuguan)


def run(pk: int, clock: TestClock) -> Import:
    for _ in range(20):
        advance.sweep(clock.move(0.1))
    return Import.objects.get(pk=pk)


def test_a_file_goes_its_way_from_upload_to_the_failed_rows(lead: Client, clock: TestClock, folder: Path) -> None:
    pk = upload(lead)
    page = lead.get(f"/imports/{pk}/columns/").content.decode()
    assert "留言详情　路灯不亮 · =1+1" in page
    mapped(lead, pk)
    page = lead.get(f"/imports/{pk}/preview/").content.decode()
    assert "All 3 rows were tried" in page
    assert "“去年冬天” is no date" in page
    assert "There is no category 龙头漏. Did you mean 龙头漏水?" in page
    assert not Case.objects.exists()
    assert lead.post(f"/imports/{pk}/preview/").headers["Location"] == f"/imports/{pk}/"
    page = lead.get(f"/imports/{pk}/").content.decode()
    assert 'max="3"' in page
    assert 'http-equiv="refresh"' in page
    one = run(pk, clock)
    assert (one.state, one.imported, one.failed) == ("done", 1, 2)
    page = lead.get(f"/imports/{pk}/").content.decode()
    assert "Download the failed rows" in page
    assert 'http-equiv="refresh"' not in page
    file = b"".join(lead.get(f"/imports/{pk}/failed.csv"))
    assert file.startswith(codecs.BOM_UTF8)
    text = file.decode("utf-8-sig")
    assert text.splitlines()[0].endswith(",类别,why it was not imported")
    assert "'=1+1" in text
    assert "row 3: 留言时间: “去年冬天” is no date" in text
    assert "路灯" in lead.get(f"/imports/{pk}/cases/").content.decode()
    assert list(folder.iterdir()) == []


def test_failed_rows_that_are_mended_come_in_with_the_same_mapping(lead: Client, clock: TestClock) -> None:
    pk = upload(lead)
    mapped(lead, pk, save_as="来信")
    lead.post(f"/imports/{pk}/preview/")
    run(pk, clock)
    file = b"".join(lead.get(f"/imports/{pk}/failed.csv"))
    mended = file.decode().replace("去年冬天", "2026-01-02").replace("龙头漏,", "龙头漏水,")
    again = upload(lead, mended)
    page = lead.get(f"/imports/{again}/columns/")
    assert "Filled in from “来信”" in page.content.decode()
    assert page.context["form"]["kind"].value() == "complaint"
    mapped(lead, again)
    lead.post(f"/imports/{again}/preview/")
    one = run(again, clock)
    assert (one.imported, one.known, one.failed) == (2, 0, 0)


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (b"", "empty"),
        ("编号,内容\n".encode(), "no row below"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "This is no table"),
        (b"a,b\n\xff\xff\xff,1\n", "neither UTF-8 nor GB18030"),
        (b"text\n" + b"x" * 2_000_000, "larger than 1 MB"),
    ],
)
def test_a_file_that_can_not_be_taken_is_answered_with_its_reason_and_leaves_nothing(
    lead: Client, settings: Settings, folder: Path, content: bytes, hint: str
) -> None:
    settings.HUIYIN_IMPORT_MB = 1
    answer = lead.post("/imports/new/", {"site": "FLY", "file": SimpleUploadedFile("a.csv", content)})
    assert answer.status_code == 422
    assert hint in answer.content.decode()
    assert not folder.exists() or list(folder.iterdir()) == []
    assert not Import.objects.exists()


def test_heads_that_are_data_or_come_twice_are_told(lead: Client) -> None:
    pk = upload(lead, "2026-03-02 10:00,漏水,漏水\n1,2,3\n")
    page = lead.get(f"/imports/{pk}/columns/").content.decode()
    assert "looks like data" in page
    assert "More than one column is called 漏水" in page


def test_a_mapping_without_words_or_kind_names_what_is_missing_and_keeps_what_was_chosen(lead: Client) -> None:
    pk = upload(lead)
    answer = lead.post(f"/imports/{pk}/columns/", {"column-place": "类别", "channel": "import", "source": "旧"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Say which column holds the words" in page
    assert '<option value="类别" selected>' in page
    values = {"column-text": "留言详情", "channel": "import", "source": "旧"}
    assert "Choose the kind" in lead.post(f"/imports/{pk}/columns/", values).content.decode()


def test_a_row_may_name_a_site_below_the_chosen_one_and_no_other(lead: Client, clock: TestClock) -> None:
    content = "编号,内容,site\n1,一,LJF\n2,二,FLY\n"
    for site, counts in (("HQ", (2, 0)), ("FLY", (0, 1))):
        pk = upload(lead, content, site=site)
        mapped(lead, pk)
        lead.post(f"/imports/{pk}/preview/")
        one = run(pk, clock)
        assert (one.imported, one.failed) == counts


def test_a_draft_is_discarded_and_a_running_import_cancelled(lead: Client, folder: Path) -> None:
    pk = upload(lead)
    assert lead.post(f"/imports/{pk}/cancel/").headers["Location"] == "/imports/"
    assert not Import.objects.exists()
    pk = upload(lead)
    mapped(lead, pk)
    lead.post(f"/imports/{pk}/preview/")
    assert lead.post(f"/imports/{pk}/cancel/").headers["Location"] == f"/imports/{pk}/"
    assert "Cancelled after 0 of 3 rows" in lead.get(f"/imports/{pk}/").content.decode()
    assert list(folder.iterdir()) == []


def test_nobody_fills_the_disk_with_files_that_are_never_started(lead: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_DRAFTS", 1)
    upload(lead)
    answer = lead.post("/imports/new/", {"site": "FLY", "file": SimpleUploadedFile("a.csv", CSV.encode())})
    assert "discard some" in answer.content.decode()


def test_a_saved_map_is_renamed_and_deleted_after_a_question(lead: Client) -> None:
    for name in ("来信", "另一"):
        mapped(lead, upload(lead), save_as=name)
    kept = SavedMap.objects.get(name="来信")
    assert "来信" in lead.get("/imports/maps/").content.decode()
    assert lead.post(f"/imports/maps/{kept.pk}/", {"name": "另一"}).status_code == 422
    assert lead.post(f"/imports/maps/{kept.pk}/", {"name": "新名"}).status_code == 302
    assert "新名" in lead.get(f"/imports/maps/{kept.pk}/delete/").content.decode()
    assert SavedMap.objects.count() == 2
    assert lead.post(f"/imports/maps/{kept.pk}/delete/").status_code == 302
    assert SavedMap.objects.get().name == "另一"


def test_the_list_goes_on_page_by_page(lead: Client, company: Company, clock: TestClock) -> None:
    rows = [
        Import(
            site=company.fly,
            made_by=company.admin,
            made_at=clock.now,
            file_name=f"f{n}.csv",
            header=[],
            rows=1,
            state="done",
        )
        for n in range(31)
    ]
    Import.objects.bulk_create(rows)
    page = lead.get("/imports/")
    assert "f30.csv" in page.content.decode()
    assert "f0.csv" not in page.content.decode()
    assert "f0.csv" in lead.get("/imports/" + page.context["older_url"]).content.decode()


@pytest.fixture
def at_fly(company: Company, client_for: ClientFor) -> int:
    """An import at FLY by its supervisor, 陈佳 for this test."""
    Grant.objects.create(user=company.chenjia, role="supervisor", site=company.fly)
    reference.changed()
    return upload(client_for(company.chenjia))


@pytest.mark.parametrize(
    ("path", "some"),
    [
        ("/imports/", {"chenjia", "zhaozhuguan", "admin"}),
        ("/imports/new/", {"chenjia", "zhaozhuguan", "admin"}),
        ("/imports/maps/", {"chenjia", "zhaozhuguan", "admin"}),
        ("/imports/PK/columns/", {"chenjia", "zhaozhuguan", "admin"}),
        ("/imports/PK/preview/", {"chenjia", "zhaozhuguan", "admin"}),
        ("/imports/PK/failed.csv", {"chenjia", "zhaozhuguan", "admin"}),
        ("/imports/PK/cases/", {"chenjia", "zhaozhuguan", "admin"}),
        ("/imports/maps/MAP/", {"chenjia", "zhaozhuguan", "admin"}),
        ("/imports/maps/MAP/delete/", {"chenjia", "zhaozhuguan", "admin"}),
    ],
)
def test_every_role_gets_the_pages_of_the_import_that_are_theirs(
    client_for: ClientFor, client: Client, company: Company, at_fly: int, path: str, some: set[str]
) -> None:
    mapped(client_for(company.chenjia), at_fly, save_as="来信")
    path = path.replace("PK", str(at_fly)).replace("MAP", str(SavedMap.objects.get().pk))
    answers = {person: client_for(getattr(company, person)).get(path).status_code for person in PEOPLE}
    assert {person for person, status in answers.items() if status == 200} == some
    assert {status for person, status in answers.items() if person not in some} <= {403, 404}
    assert client.get(path).headers["Location"].startswith("/login/")


def test_a_file_for_another_site_is_not_taken(client_for: ClientFor, company: Company, at_fly: int) -> None:
    browser = client_for(company.chenjia)
    answer = browser.post("/imports/new/", {"site": "LJF", "file": SimpleUploadedFile("a.csv", CSV.encode())})
    assert answer.status_code == 422
    for path in ("cancel/", "preview/"):
        assert client_for(company.linxiao).post(f"/imports/{at_fly}/{path}").status_code == 404


def test_who_loses_the_right_sees_what_became_of_it_but_no_rows(
    client_for: ClientFor, company: Company, clock: TestClock, at_fly: int
) -> None:
    browser = client_for(company.chenjia)
    mapped(browser, at_fly)
    browser.post(f"/imports/{at_fly}/preview/")
    Grant.objects.filter(user=company.chenjia, role="supervisor").delete()
    reference.changed()
    one = run(at_fly, clock)
    assert (one.state, one.stop, one.done) == ("stopped", "right", 0)
    assert "no right to import there any more" in browser.get(f"/imports/{at_fly}/").content.decode()
    assert browser.get(f"/imports/{at_fly}/failed.csv").status_code == 403
    assert not store.path_of(one.stored).exists()


def test_old_uploads_and_old_failed_rows_are_forgotten(lead: Client, clock: TestClock, folder: Path) -> None:
    upload(lead)
    advance.tidy(clock.now + timedelta(hours=2))
    assert Import.objects.exists()
    advance.tidy(clock.now + timedelta(days=1, hours=1))
    assert not Import.objects.exists()


def test_an_import_runs_in_the_name_of_who_starts_it(
    client_for: ClientFor, company: Company, clock: TestClock, at_fly: int
) -> None:
    mapped(client_for(company.chenjia), at_fly)
    client_for(company.admin).post(f"/imports/{at_fly}/preview/")
    one = run(at_fly, clock)
    assert (one.made_by, one.imported) == (company.admin, 1)
    statuses = {name: client_for(getattr(company, name)).get(f"/imports/{at_fly}/").status_code for name in PEOPLE}
    assert {name for name, status in statuses.items() if status == 200} == {"chenjia", "zhaozhuguan", "admin"}


def test_a_map_for_no_site_is_changed_by_its_maker_and_those_over_all_only(
    client_for: ClientFor, company: Company, clock: TestClock, at_fly: int
) -> None:
    wishes = actions.Wishes({"text": "内容"}, "old", "complaint", "import")
    kept = actions.save_map("总部的", wishes, None, By(company.zhaozhuguan, clock.now))
    browser = client_for(company.chenjia)
    page = browser.get("/imports/maps/").content.decode()
    assert "总部的" in page
    assert f'href="/imports/maps/{kept.pk}/"' not in page
    assert browser.post(f"/imports/maps/{kept.pk}/delete/").status_code == 403
    assert client_for(company.admin).post(f"/imports/maps/{kept.pk}/delete/").status_code == 302


def test_the_menu_offers_imports_to_those_who_may(client_for: ClientFor, company: Company) -> None:
    offered = {
        name
        for name in PEOPLE
        if 'href="/imports/"' in client_for(getattr(company, name)).get("/inbox/all/").content.decode()
    }
    assert offered == {"zhaozhuguan", "admin"}


def test_other_methods_are_refused(lead: Client) -> None:
    pk = upload(lead)
    for path in ("", f"{pk}/", f"{pk}/failed.csv", f"{pk}/cases/", "maps/"):
        assert lead.post(f"/imports/{path}").status_code == 405
    assert lead.get(f"/imports/{pk}/cancel/").status_code == 405

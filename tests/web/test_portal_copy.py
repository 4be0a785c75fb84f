"""A customer's own copy: it proves what is public to them, holds nothing else, and the case knows who took it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huiyin.cases import actions
from huiyin.cases.customer_side import customer_writes
from huiyin.cases.files import store
from huiyin.cases.models import Case, CaseEvent
from huiyin.evidence.models import Handling
from tests.conftest import Mover, Opener
from tests.evidence.conftest import check, events, members, pack, resign
from tests.people import Company

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def saved(client: Client, link: str, path: Path) -> Path:
    """The copy as a file."""
    answer: Any = client.get(f"/r/{link}/copy.zip")
    assert answer.status_code == 200
    path.write_bytes(b"".join(answer))
    return path


@pytest.fixture
def opened(open_case: Opener, company: Company, by: Mover) -> tuple[Case, str]:
    """A case with a photo, a note among colleagues, an answer, and words of the customer."""
    photo = store(SimpleUploadedFile("门.png", PNG + b"mine"))
    new = open_case(text="门坏了", files=[photo])
    actions.accept(new.case.pk, by(company.linxiao))
    secret = store(SimpleUploadedFile("inside.png", PNG + b"inside"))
    actions.note(new.case.pk, by(company.linxiao), text="只有我们知道", files=[secret])
    actions.answer(new.case.pk, by(company.linxiao), text="明早来修")
    customer_writes(new.case.pk, text="好的", at=by(company.linxiao).at, files=[photo])
    return new.case, new.link


def test_it_passes_and_says_what_it_leaves_out(client: Client, opened: tuple[Case, str], tmp_path: Path) -> None:
    done = check(saved(client, opened[1], tmp_path / "a.zip"))
    assert (done.status, "events are withheld" in done.said) == (0, True), done.said


def test_it_proves_what_is_public_and_shows_nothing_of_our_work(
    client: Client, opened: tuple[Case, str], tmp_path: Path
) -> None:
    content = members(saved(client, opened[1], tmp_path / "a.zip"))
    rows = events(content)
    whole = {row["entry"]["kind"] for row in rows if "entry" in row}  # type: ignore[index]
    assert whole == {"answered", "wrote"}
    said = [words["text"] for row in rows for words in row.get("words", {}).values()]  # type: ignore[attr-defined]
    assert said == ["门坏了", "明早来修", "好的"]
    told = json.dumps(rows, ensure_ascii=False)
    assert [word for word in ("只有我们知道", "inside.png", '"grade"', "severity") if word in told] == []
    assert not any(name.startswith("seals") for name in content)


def test_a_change_of_what_was_said_is_missed(client: Client, opened: tuple[Case, str], tmp_path: Path) -> None:
    path = saved(client, opened[1], tmp_path / "a.zip")
    content = members(path)
    content["events.jsonl"] = content["events.jsonl"].replace("明早来修".encode(), "明晚来修".encode())
    assert check(pack(resign(content), path)).status == 1


def test_the_case_knows_of_it_once_until_something_new_happens(
    client: Client, opened: tuple[Case, str], tmp_path: Path, company: Company, by: Mover
) -> None:
    case, link = opened
    taken = CaseEvent.objects.filter(case=case, topic="evidence")
    for number in range(3):
        saved(client, link, tmp_path / f"{number}.zip")
    assert [event.data for event in taken] == [{"what": "copied", "events": case.seq + 4, "by": "customer"}]
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()
    actions.answer(case.pk, by(company.linxiao), text="修好了")
    saved(client, link, tmp_path / "4.zip")
    assert taken.all().count() == 2
    assert {(row.act, row.user_id) for row in Handling.objects.filter(case=case)} == {("copied", None)}


def test_what_came_in_after_joining_is_in_the_copy_and_others_words_are_not(
    client: Client, opened: tuple[Case, str], open_case: Opener, company: Company, by: Mover, tmp_path: Path
) -> None:
    case, link = opened
    common = open_case(text="别人的话")
    actions.accept(common.case.pk, by(company.linxiao))
    actions.join(case.pk, by(company.linxiao), into=common.case.pk)
    later = store(SimpleUploadedFile("后来.png", PNG + b"later"))
    customer_writes(case.pk, text="还是坏的", at=by(company.linxiao).at, files=[later])
    for customer, mine, others in ((link, "还是坏的", "别人的话"), (common.link, "别人的话", "还是坏的")):
        path = saved(client, customer, tmp_path / f"{mine}.zip")
        told = b"".join(members(path).values()).decode(errors="replace")
        assert (mine in told, others in told, check(path).status) == (True, False, 0), check(path).said
    assert "后来.png" in " ".join(members(tmp_path / "还是坏的.zip"))


def test_a_protected_customer_gets_their_own_words(client: Client, open_case: Opener, tmp_path: Path) -> None:
    new = open_case(kind="report", text="我是赵明理")
    assert "我是赵明理" in members(saved(client, new.link, tmp_path / "a.zip"))["events.jsonl"].decode()


def test_a_file_opened_by_the_link_is_written_down(client: Client, opened: tuple[Case, str]) -> None:
    case, link = opened
    photo = case.file_set.earliest("pk")
    assert client.get(f"/r/{link}/files/{photo.pk}").status_code == 200
    assert [(row.act, row.user_id) for row in Handling.objects.all()] == [("shown", None)]

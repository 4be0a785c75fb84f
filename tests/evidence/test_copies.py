"""What a copy holds, for whom, and that the case knows of it."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from huiyin.base.ids import grouped
from huiyin.cases import actions, dispatch, files
from huiyin.cases.files import store
from huiyin.cases.models import Case, CaseEvent
from huiyin.customers.actions import Person
from huiyin.evidence import actions as evidence
from huiyin.evidence import copying, lines, paper, pdf, queries
from huiyin.evidence.models import Copy, Handling, State
from huiyin.evidence.pdf import NoPaper
from huiyin.org import reference as org_reference
from huiyin.org.access import Forbidden
from tests.conftest import Mover, Opener
from tests.evidence.conftest import PNG, Taker, check, events, members
from tests.people import Company


def test_a_copy_holds_everything_and_nothing_depends_on_when_it_was_made(take: Taker, case: Case) -> None:
    found = members(take())
    numbers = [row["seq"] for row in events(found)]
    assert numbers == list(range(1, case.seq + 1))
    names = {name.rsplit("/", 1)[-1] for name in found if name.startswith("files/")}
    assert names == {"楼道 7_2.png", "检验报告.pdf"}
    assert {"README.txt", "README.zh.txt", "case.pdf", "custody.jsonl", "seals.jsonl", "verify.py"} <= found.keys()
    assert [json.loads(row)["act"] for row in found["custody.jsonl"].splitlines()] == ["added", "added"]


def test_the_same_state_gives_the_same_bytes(case: Case, quick: None) -> None:
    def written() -> bytes:
        file = io.BytesIO()
        row = Case.objects.select_related("site", "customer__home", "category", "owner").get(pk=case.pk)
        copying.write(copying.for_staff(lines.for_staff(row), "zh-hans"), file)
        return file.getvalue()

    assert written() == written()


def test_who_took_a_copy_is_an_event_with_its_digest(take: Taker, case: Case, company: Company) -> None:
    path = take()
    event = CaseEvent.objects.get(case=case, topic="evidence")
    assert event.actor == company.zhaozhuguan
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert event.data == {"what": "copied", "events": case.seq, "sha256": digest, "by": "desk"}
    assert sorted(Handling.objects.filter(case=case).values_list("act", flat=True)) == ["copied", "copied"]
    assert "copied" in [json.loads(row)["act"] for row in members(take(name="b.zip"))["custody.jsonl"].splitlines()]


@pytest.mark.parametrize(("username", "refused"), [("linxiao", Forbidden), ("chenjia", Case.DoesNotExist)])
def test_whoever_may_not_gets_none(
    take: Taker, company: Company, tmp_path: Path, username: str, refused: type[Exception]
) -> None:
    with pytest.raises(refused):
        take(getattr(company, username))
    assert list(tmp_path.iterdir()) == []


def test_a_case_about_somebody_is_not_there_for_them(
    take: Taker, case: Case, company: Company, by: Mover, tmp_path: Path
) -> None:
    dispatch.concern(case.pk, by(company.linxiao), users=[company.zhaozhuguan], departments=[], reason="投诉的就是主管")
    with pytest.raises(Case.DoesNotExist):
        take()
    assert take(company.auditor).is_file()


GIVEAWAYS = ("赵明理", "13712345678", "137-1234-5678", "mingli@example.com")


def test_a_protected_customer_stands_in_no_copy_of_whoever_may_not_know_them(
    take: Taker, open_case: Opener, company: Company, by: Mover
) -> None:
    photo = store(SimpleUploadedFile("赵明理.png", PNG + b"1"))
    person = Person("赵明理", "13712345678", email="mingli@example.com")
    text = "我是赵明理，电话137-1234-5678，邮箱MingLi@example.com，经理收钱。"
    new = open_case(kind="report", subject="赵明理举报", text=text, files=[photo], person=person).case
    actions.accept(new.pk, by(company.linxiao))
    hidden, open_ = take(company.auditor, "a.zip", new.number), take(company.zhaozhuguan, "b.zip", new.number)
    told = [_all_text(members(path)) for path in (hidden, open_)]
    assert [word for word in GIVEAWAYS if word.lower() in told[0].lower()] == []
    assert "经理收钱" in told[0]
    assert all(word.lower() in told[1].lower() for word in ("赵明理", "137-1234-5678", "mingli@example.com"))
    assert [check(path).status for path in (hidden, open_)] == [0, 0]
    assert "words are withheld or crossed out" in check(hidden).said
    assert "salt" not in events(members(hidden))[0]["words"]["text"]  # type: ignore[index]


def _all_text(content: dict[str, bytes]) -> str:
    decoded = [data.decode(errors="replace") + name for name, data in content.items()]
    return "\n".join(decoded).encode().decode("unicode_escape", errors="replace") + "\n".join(decoded)


def test_the_pdf_can_be_read(case: Case, company: Company, by: Mover, tmp_path: Path) -> None:
    evidence.take(case.number, tmp_path / "a.zip", by(company.zhaozhuguan), language="zh-hans")
    reader = pypdf.PdfReader(io.BytesIO(members(tmp_path / "a.zip")["case.pdf"]))
    text = "\n".join(page.extract_text() for page in reader.pages)
    for words in (
        grouped(case.number),
        "三号楼电梯停运",
        "电梯停了三天。",
        "师傅明早到场。",
        "林晓",
        "检验报告.pdf",
        case.digest[:16],
    ):
        assert words in text, text
    assert text.index("电梯停了三天。") < text.index("报告在此") < text.index("师傅明早到场。")
    assert check(tmp_path / "a.zip").status == 0


@pytest.mark.parametrize(("status", "why"), [(3, "font"), (4, "typst"), (1, "other")])
def test_what_is_missing_for_a_pdf_is_named(monkeypatch: pytest.MonkeyPatch, status: int, why: str) -> None:
    monkeypatch.setattr(pdf, "COMMAND", ["sh", "-c", f"exit {status}"])
    with pytest.raises(NoPaper) as error:
        pdf.pdf_of({})
    assert error.value.why == why


def test_a_free_font_with_chinese_letters_is_chosen() -> None:
    assert paper.chosen(["Arial", "WenQuanYi Zen Hei", "Noto Sans CJK SC"]) == "Noto Sans CJK SC"
    assert paper.chosen(["Arial"]) is None


@pytest.mark.tampers
def test_a_file_that_is_lost_is_said_to_be_lost(take: Taker, open_case: Opener) -> None:
    photo = store(SimpleUploadedFile("丢失.png", PNG + b"lost"))
    new = open_case(files=[photo]).case
    files.path_of(photo.sha256).unlink()
    done = check(take(number=new.number))
    assert (done.status, "丢失.png was already gone when the copy was made" in done.said) == (1, True)


def test_a_case_that_moves_while_it_is_copied_is_copied_anew(
    case: Case, company: Company, by: Mover, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moves = iter([True, False])

    def slow(document: object) -> bytes:
        if next(moves):
            actions.note(case.pk, by(company.linxiao), text="又来电")
        return b"%PDF"

    monkeypatch.setattr("huiyin.evidence.copying.pdf_of", slow)
    evidence.take(case.number, tmp_path / "a.zip", by(company.zhaozhuguan), language="en")
    assert "又来电" in members(tmp_path / "a.zip")["events.jsonl"].decode()
    assert check(tmp_path / "a.zip").status == 0


def test_an_imported_or_fresh_case_without_seal_and_files_is_copied_too(
    take: Taker, company: Company, open_case: Opener
) -> None:
    new = open_case().case
    done = check(take(number=new.number))
    assert (done.status, "under no seal" in done.said) == (0, True)


# --- asked for at the desk -------------------------------------------------------------------------------------------


class Ended:
    """A process that has ended."""

    def poll(self) -> int:
        """Its exit status."""
        return 1


def test_a_copy_asked_for_is_made_by_a_process_of_its_own_and_cleared_away_after_a_day(
    case: Case, company: Company, by: Mover, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[int] = []

    def spawn(copy_id: int) -> Ended:
        started.append(copy_id)
        return Ended()

    monkeypatch.setattr(evidence, "_running", [])
    monkeypatch.setattr(evidence, "spawn", spawn)
    asked = evidence.ask(company.zhaozhuguan, case.number, language="zh-hans", at=by(company.zhaozhuguan).at)
    assert evidence.ask(company.zhaozhuguan, case.number, language="en", at=asked.asked_at) == asked
    now = by(company.zhaozhuguan).at
    assert (evidence.sweep(now), evidence.sweep(now)) == (1, 0)
    assert started == [asked.pk]
    made = evidence.make(asked.pk, now)
    path = queries.path_of(made)
    assert (made.state, path.stat().st_size, check(path).status) == (State.READY, made.size, 0)
    assert evidence.make(asked.pk, now) == made
    assert evidence.sweep(now + evidence.KEPT + evidence.AGAIN) == 1
    assert (Copy.objects.get().state, path.exists()) == (State.GONE, False)


def test_a_copy_whose_process_dies_is_begun_again_and_given_up_at_last(
    case: Case, company: Company, by: Mover, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "_running", [])
    monkeypatch.setattr(evidence, "spawn", lambda copy_id: Ended())
    now = by(company.zhaozhuguan).at
    evidence.ask(company.zhaozhuguan, case.number, language="en", at=now)
    tries = [evidence.sweep(now + n * 2 * evidence.AGAIN) for n in range(evidence.TRIES + 2)]
    assert tries == [1, 1, 1, 1, 0]
    assert (Copy.objects.get().state, Copy.objects.get().problem) == (State.FAILED, "other")


def test_whoever_may_not_any_more_when_it_is_made_gets_none(case: Case, company: Company, by: Mover) -> None:
    asked = evidence.ask(company.zhaozhuguan, case.number, language="en", at=by(company.zhaozhuguan).at)
    company.zhaozhuguan.grants.all().delete()
    org_reference.changed()
    assert evidence.make(asked.pk, by(company.admin).at).problem == "forbidden"


def test_a_copy_without_a_font_says_what_to_install(
    case: Case, company: Company, by: Mover, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "COMMAND", ["sh", "-c", "exit 3"])
    asked = evidence.ask(company.zhaozhuguan, case.number, language="en", at=by(company.zhaozhuguan).at)
    made = evidence.make(asked.pk, by(company.zhaozhuguan).at)
    assert (made.state, made.problem) == (State.FAILED, "font")
    assert "fonts-noto-cjk" in str(queries.PROBLEMS["font"])
    assert not CaseEvent.objects.filter(case=case, topic="evidence").exists()

"""verify.py: a copy that wasn't touched passes on any machine; one that was doesn't, and it says where."""

from __future__ import annotations

import ast
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiyin.base import ledger
from huiyin.cases import guard
from huiyin.cases.models import Case, Message, Seal
from huiyin.evidence import verifier
from tests.conftest import Mover, Opener
from tests.evidence.conftest import VERIFIER, Taker, check, events, lines, members, pack, resign
from tests.examples import examples
from tests.people import Company


def faults(path: Path) -> list[str]:
    """What is wrong, without a process: for many tries."""
    copy = verifier.Copy(path)
    verifier.check(copy, [])
    return [english for english, _chinese in copy.faults]


def test_a_good_copy_passes_packed_and_unpacked(take: Taker, tmp_path: Path) -> None:
    path = take()
    assert check(path).status == 0, check(path).said
    assert "与写入时一致" in check(path).said
    with zipfile.ZipFile(path) as packed:
        packed.extractall(tmp_path / "out")
    done = check(tmp_path / "out")
    assert (done.status, "✗" in done.said) == (0, False)
    (tmp_path / "out" / "case.pdf").unlink()
    (tmp_path / "out" / "mine.txt").write_text("hello", encoding="utf-8")
    done = check(tmp_path / "out")
    assert done.status == 1
    assert "case.pdf is missing" in done.said
    assert "缺少 case.pdf" in done.said
    assert "mine.txt is no part of the copy" in done.said


def test_it_is_written_for_python_3_8() -> None:
    tree = ast.parse(VERIFIER.read_text(encoding="utf-8"), feature_version=(3, 8))
    used = {name.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    used |= {str(node.module).split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert used == {"__future__", "hashlib", "json", "pathlib", "sys", "typing", "zipfile"}


@settings(max_examples=examples(150), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_single_byte_of_any_member_is_missed(data: st.DataObject, good: dict[str, bytes], tmp_path: Path) -> None:
    name = data.draw(st.sampled_from(sorted(good)))
    at = data.draw(st.integers(0, len(good[name]) - 1))
    changed = data.draw(st.integers(1, 255))
    damaged = bytearray(good[name])
    damaged[at] ^= changed
    assert faults(pack({**good, name: bytes(damaged)}, tmp_path / "damaged.zip")) != []


def test_a_line_that_cannot_be_read_is_named_in_words(good: dict[str, bytes], tmp_path: Path) -> None:
    rows = good["events.jsonl"].split(b"\n")
    for spoilt in (b"{" + rows[1], b"\xff" + rows[1][1:], b"7"):
        changed = good | {"events.jsonl": b"\n".join([rows[0], spoilt, *rows[2:]])}
        done = check(pack(changed, tmp_path / "copy.zip"))
        assert done.status == 1
        assert "events.jsonl: line 2 can't be read" in done.said
        assert "events.jsonl 第 2 行无法读取" in done.said
        assert "Error" not in done.said


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_manifest_made_to_fit_hides_no_change_of_the_record(
    data: st.DataObject, good: dict[str, bytes], tmp_path: Path
) -> None:
    proven = [name for name in good if name.startswith(("files/", "seals/", "events"))]
    name = data.draw(st.sampled_from(sorted(proven)))
    damaged = bytearray(good[name])
    damaged[data.draw(st.integers(0, len(damaged) - 1))] ^= data.draw(st.integers(1, 127))
    try:
        same = [json.loads(line) for line in bytes(damaged).splitlines()] == events(good)
    except ValueError:
        same = False
    untouched = name == "events.jsonl" and _without_names(bytes(damaged)) == _without_names(good[name])
    assert same or untouched or faults(pack(resign({**good, name: bytes(damaged)}), tmp_path / "d.zip")) != []


def _without_names(content: bytes) -> object:
    """The lines of events without the names of files: they are what somebody called them, no event proves them."""
    try:
        rows = [json.loads(line) for line in content.splitlines()]
        return [{**row, "files": [{**file, "name": ""} for file in row.get("files", [])]} for row in rows]
    except (ValueError, TypeError, AttributeError):
        return content


@pytest.fixture
def good(take: Taker) -> dict[str, bytes]:
    """The members of a good copy."""
    return members(take())


@pytest.mark.parametrize("gone", [0, 1, 2, -1])
def test_an_event_taken_out_is_missed(good: dict[str, bytes], tmp_path: Path, gone: int) -> None:
    rows = events(good)
    del rows[gone]
    assert check(pack(resign({**good, "events.jsonl": lines(rows)}), tmp_path / "a.zip")).status == 1
    for number, row in enumerate(rows, 1):
        row["seq"] = number
    assert check(pack(resign({**good, "events.jsonl": lines(rows)}), tmp_path / "b.zip")).status == 1


def test_events_in_another_order_are_seen(good: dict[str, bytes], tmp_path: Path) -> None:
    rows = events(good)
    rows[1], rows[2] = rows[2], rows[1]
    done = check(pack(resign({**good, "events.jsonl": lines(rows)}), tmp_path / "a.zip"))
    assert (done.status, "event 2 is missing or out of its place" in done.said) == (1, True)


def test_a_tail_cut_off_with_all_that_tells_of_it_is_missed_by_the_seal(good: dict[str, bytes], tmp_path: Path) -> None:
    rows = events(good)[:-1]
    manifest = json.loads(good["manifest.json"])
    manifest["case"] |= {"events": len(rows), "digest": rows[-1]["digest"]}
    forged = {**good, "events.jsonl": lines(rows), "manifest.json": json.dumps(manifest).encode()}
    done = check(pack(resign(forged), tmp_path / "a.zip"))
    assert (done.status, "seal 2" in done.said) == (1, True)


def test_a_whole_record_made_anew_is_missed_by_a_seal_that_was_kept_elsewhere(
    good: dict[str, bytes], tmp_path: Path
) -> None:
    kept = Seal.objects.latest("pk").digest
    path = pack(good, tmp_path / "good.zip")
    assert check(path, "--seal", kept).status == 0
    assert check(path, "--seal", "0" * 64).status == 1


def test_a_file_that_is_missing_or_another_is_named(good: dict[str, bytes], tmp_path: Path) -> None:
    name = next(name for name in good if name.endswith("7_2.png"))
    without = {key: data for key, data in good.items() if key != name}
    done = check(pack(resign(without), tmp_path / "a.zip"))
    assert (done.status, "楼道 7:2.png is missing" in done.said) == (1, True)
    done = check(pack(resign({**good, name: good[name] + b"0"}), tmp_path / "b.zip"))
    assert (done.status, "is not the file of this digest" in done.said) == (1, True)
    added = {**good, f"files/{'0' * 64}/a.png": b"0"}
    assert check(pack(resign(added), tmp_path / "c.zip")).status == 1


def test_words_that_were_changed_added_or_taken_away_are_named(good: dict[str, bytes], tmp_path: Path) -> None:
    for number, words in enumerate(({"text": {"text": "没事", "salt": "00" * 16}}, {})):
        rows = events(good)
        rows[0]["words"] = words
        done = check(pack(resign({**good, "events.jsonl": lines(rows)}), tmp_path / f"{number}.zip"))
        assert (done.status, "event 1: words" in done.said) == (1, True)
    rows = events(good)
    rows[0]["words"]["other"] = {"text": "x", "salt": "00" * 16}  # type: ignore[index]
    assert "words were added" in check(pack(resign({**good, "events.jsonl": lines(rows)}), tmp_path / "c.zip")).said


def test_words_with_every_sort_of_line_end_in_them_pass(take: Taker, open_case: Opener) -> None:
    new = open_case(text="一\r\n二\u2028三\x0b四\x85五\x1e六").case
    assert check(take(number=new.number)).status == 0


def test_erased_words_pass_as_erased(take: Taker, case: Case, by: Mover, company: Company) -> None:
    Message.objects.filter(case=case, seq=1).update(text="", salt=b"", erased_at=by(company.admin).at)
    path = take()
    done = check(path)
    assert (done.status, "event 1: words were erased by law (text)" in done.said) == (0, True)
    assert events(members(path))[0]["words"] == {"text": {"erased": True}}


@pytest.mark.tampers
def test_a_copy_of_a_record_that_was_tampered_with_says_so(take: Taker, case: Case) -> None:
    with guard.lifted():
        case.caseevent_set.filter(seq=2).update(data={"by": 987})
    done = check(take())
    assert (done.status, "event 2 was changed" in done.said) == (1, True)


@pytest.mark.parametrize("rubbish", [b"", b"PK\x03\x04rubbish", b"\0" * 100])
def test_what_is_no_copy_at_all_is_said_to_be_none(tmp_path: Path, rubbish: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(rubbish)
    assert check(tmp_path / "a.zip").status == 1
    assert check(tmp_path / "nothing.zip").status == 1
    (tmp_path / "empty").mkdir()
    assert check(tmp_path / "empty").status == 1


def test_the_digests_are_those_of_the_ledger() -> None:
    entry = {"b": "回音", "a": [1, True, None], "seq": 1}
    assert verifier.link(verifier.genesis("u"), entry) == ledger.link(ledger.genesis("u"), entry)

"""A case with words, files, a seal, and a copy of it."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from huiyin.base import ledger
from huiyin.cases import actions, seals
from huiyin.cases.files import store
from huiyin.cases.models import Case
from huiyin.evidence import actions as evidence
from huiyin.org.models import User
from tests.conftest import Mover, Opener
from tests.people import Company

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
VERIFIER = Path(evidence.__file__).with_name("verifier.py")


@dataclass(frozen=True)
class Checked:
    """What verify.py said."""

    status: int
    said: str


def check(path: Path, *more: str) -> Checked:
    """Run verify.py as a stranger would: with nothing but the standard library."""
    command = [sys.executable, "-I", "-S", str(VERIFIER), str(path), *more]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    return Checked(done.returncode, done.stdout.decode() + done.stderr.decode())


def members(path: Path) -> dict[str, bytes]:
    """All members of an archive."""
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def pack(content: dict[str, bytes], path: Path) -> Path:
    """An archive of these members."""
    with zipfile.ZipFile(path, "w") as packed:
        for name, data in content.items():
            packed.writestr(name, data)
    return path


def resign(content: dict[str, bytes]) -> dict[str, bytes]:
    """The manifest made to fit, as somebody would who knows how a copy is made."""
    manifest = json.loads(content["manifest.json"])
    rest = {name: data for name, data in content.items() if not name.startswith("manifest.")}
    manifest["members"] = {name: {"sha256": _sha(data), "size": len(data)} for name, data in rest.items()}
    text = json.dumps(manifest).encode()
    return {**rest, "manifest.json": text, "manifest.sha256": f"{_sha(text)}  manifest.json\n".encode()}


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def events(content: dict[str, bytes]) -> list[dict[str, object]]:
    """The lines of the events."""
    return [json.loads(line) for line in content["events.jsonl"].splitlines()]


def lines(rows: list[dict[str, object]]) -> bytes:
    """Lines of events, as they are written."""
    return b"".join(ledger.canonical(row) + b"\n" for row in rows)


@pytest.fixture
def case(open_case: Opener, company: Company, by: Mover) -> Case:
    """A complaint with a photo of the customer and a paper among colleagues; sealed, and gone on since."""
    photo = store(SimpleUploadedFile("楼道 7:2.png", PNG))
    found = open_case(subject="三号楼电梯停运", text="电梯停了三天。", files=[photo]).case
    actions.accept(found.pk, by(company.linxiao))
    seals.seal_now(by(company.linxiao).at)
    paper = store(SimpleUploadedFile("检验报告.pdf", PDF))
    actions.note(found.pk, by(company.linxiao), text="报告在此", files=[paper])
    actions.answer(found.pk, by(company.linxiao), text="师傅明早到场。")
    seals.seal_now(by(company.linxiao).at)
    return Case.objects.get(pk=found.pk)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the PDF isn't what is looked at: none is set."""
    monkeypatch.setattr("huiyin.evidence.copying.pdf_of", lambda document: b"%PDF-1.7 " + json.dumps(document).encode())


Taker = Callable[..., Path]


@pytest.fixture
def take(case: Case, by: Mover, company: Company, tmp_path: Path, quick: None) -> Taker:
    """`take(user)`: the copy that this person gets of the case, as a file."""

    def taken(user: User | None = None, name: str = "copy.zip", number: str = "") -> Path:
        evidence.take(number or case.number, tmp_path / name, by(user or company.zhaozhuguan), language="zh-hans")
        return tmp_path / name

    return taken

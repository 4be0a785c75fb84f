"""Files are what their first bytes say, and stay what they were."""

from __future__ import annotations

import hashlib
import threading
from io import BytesIO
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from huiyin.cases import files
from huiyin.cases.files import BadFile

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + b"photo" * 20
PDF = b"%PDF-1.7\n" + b"paper" * 20
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 60
HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


class Sent(BytesIO):
    """An upload as a form hands it over."""

    def __init__(self, content: bytes, name: str | None = "photo.png") -> None:
        super().__init__(content)
        self.name, self.size = name, len(content)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.HUIYIN_DATA_DIR = tmp_path
    return tmp_path


def kept(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(("content", "kind"), [(PNG, "image/png"), (PDF, "application/pdf")])
def test_the_type_is_that_of_the_first_bytes_whatever_the_name(content: bytes, kind: str) -> None:
    stored = files.store(Sent(content, "harmless.exe"))
    assert (stored.media_type, stored.size, stored.name) == (kind, len(content), "harmless.exe")


def test_the_bytes_lie_under_their_digest(folder: Path) -> None:
    stored = files.store(Sent(PNG))
    digest = hashlib.sha256(PNG).hexdigest()
    assert stored.sha256 == digest
    assert kept(folder) == [folder / "files" / digest[:2] / digest]
    assert kept(folder)[0].read_bytes() == PNG


def test_the_same_bytes_are_kept_once(folder: Path) -> None:
    first, second = files.store(Sent(PNG, "a.png")), files.store(Sent(PNG, "b.png"))
    assert first.sha256 == second.sha256
    assert len(kept(folder)) == 1


def test_the_same_bytes_sent_by_many_at_once_are_kept_once(folder: Path) -> None:
    ready, stored = threading.Barrier(8), []

    def send() -> None:
        ready.wait()
        stored.append(files.store(Sent(PDF * 10_000)).sha256)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stored) == 8
    assert len(kept(folder)) == 1
    assert files.intact(stored[0])


@pytest.mark.parametrize("content", [EXE, HTML, SVG, b"just text", b"PK\x03\x04" + b"\x00" * 60], ids=lambda c: c[:8])
def test_other_types_are_refused_whatever_their_name(content: bytes, folder: Path) -> None:
    with pytest.raises(BadFile) as caught:
        files.store(Sent(content, "photo.png"))
    assert (caught.value.code, kept(folder)) == ("type", [])


def test_an_empty_file_is_refused(folder: Path) -> None:
    with pytest.raises(BadFile) as caught:
        files.store(Sent(b""))
    assert (caught.value.code, kept(folder)) == ("empty", [])


def test_the_limit_is_that_of_the_settings(folder: Path, settings: Settings) -> None:
    settings.HUIYIN_UPLOAD_MB = 1
    most = 1024 * 1024
    assert files.store(Sent(PNG.ljust(most, b"x"))).size == most
    with pytest.raises(BadFile) as caught:
        files.store(Sent(PNG.ljust(most + 1, b"x")))
    assert caught.value.code == "too_large"
    assert len(kept(folder)) == 1


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\楼道.jpg", "楼道.jpg"),
        ("/", "file"),
        ("..", "file"),
        ("a/..", "file"),
        (" . ", "file"),
        ("", "file"),
        (None, "file"),
        ("a\x00b\r\nSet-Cookie: x.png", "abSet-Cookie: x.png"),
        ("x" * 300 + ".png", "x" * 116 + ".png"),
        ("cod\u202egnp.exe", "codgnp.exe"),
    ],
)
def test_a_name_leads_nowhere(typed: str | None, name: str, folder: Path) -> None:
    stored = files.store(Sent(PNG, typed))
    assert stored.name == name
    assert [path.parent.parent for path in kept(folder)] == [folder / "files"]


def test_changed_and_lost_bytes_are_noticed() -> None:
    stored = files.store(Sent(PNG))
    assert files.intact(stored.sha256)
    files.path_of(stored.sha256).write_bytes(PNG + b"!")
    assert not files.intact(stored.sha256)
    files.path_of(stored.sha256).unlink()
    assert not files.intact(stored.sha256)

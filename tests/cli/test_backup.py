"""`huiyin backup` and `huiyin restore`: nothing is lost, nobody waits, and nothing is ever half restored."""

from __future__ import annotations

import json
import shutil
import tarfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.cli.installations import Installation

pytestmark = pytest.mark.slow
ON_SQLITE = "sqlite3" in settings.DATABASES["default"]["ENGINE"]
COUNTS = "from huiyin.cases.models import Case, CaseEvent; print(Case.objects.count(), CaseEvent.objects.count())"
NEW = """
from django.utils import timezone
from huiyin.cases import intake
from huiyin.cases.actions import By
from tests import people

company = people.company()
print(intake.open_case(people.voice(company.ljf), By(company.linxiao, timezone.now())).case.pk)
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation with five cases and five photos, sealed."""
    made = Installation.empty(tmp_path_factory.mktemp("source")).make()
    made.run("seal")
    return made


@pytest.fixture(scope="module")
def backup(source: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its backup. Tests that change it change a copy."""
    file = tmp_path_factory.mktemp("backups") / "huiyin.tar"
    done = source.run("backup", str(file))
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{file}: 5 cases, 10 events, 5 files.\n"
    return file


@pytest.fixture
def other(tmp_path: Path) -> Installation:
    """Another, empty installation."""
    return Installation.empty(tmp_path / "other")


def members(file: Path) -> dict[str, bytes]:
    with tarfile.open(file) as archive:
        return {info.name: found.read() for info in archive if (found := archive.extractfile(info))}


def written(path: Path, content: dict[str, bytes], *extra: tarfile.TarInfo) -> Path:
    with tarfile.open(path, "w") as archive:
        for info in extra:
            archive.addfile(info, BytesIO(b"x" * info.size))
        for name, data in content.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, BytesIO(data))
    return path


def test_a_backup_restored_elsewhere_is_the_same_and_goes_on(
    source: Installation, backup: Path, other: Installation
) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600
    done = other.run("restore", str(backup))
    assert done.returncode == 0, done.stderr
    assert "5 cases, 10 events: everything is as it was written." in done.stdout
    assert "Restored and verified: the backup of 20" in done.stdout
    assert other.script(COUNTS) == "5 10"
    seal = source.run("seal").stdout.split()[-1]
    assert other.run("verify", "--seal", seal).returncode == 0
    assert other.run("check").returncode == 0
    photos = {path.name: path.read_bytes() for path in (source.folder / "files").rglob("*") if path.is_file()}
    assert {path.name: path.read_bytes() for path in (other.folder / "files").rglob("*") if path.is_file()} == photos
    assert int(other.script(NEW)) > int(
        source.script("from huiyin.cases.models import Case; print(Case.objects.last().pk)")
    )
    assert other.run("verify").returncode == 0


def test_a_backup_holds_no_key_and_nobody_who_is_logged_in(
    source: Installation, backup: Path, other: Installation, tmp_path: Path
) -> None:
    key = (source.folder / "secret_key").read_bytes().strip()
    assert all(key not in data for data in members(backup).values())
    source.script(
        "from django.contrib.sessions.backends.db import SessionStore; s = SessionStore(); s['a'] = 1; s.save()"
    )
    file = tmp_path / "again.tar"
    assert source.run("backup", str(file)).returncode == 0
    assert other.run("restore", str(file)).returncode == 0
    sessions = "from django.contrib.sessions.models import Session; print(Session.objects.count())"
    assert (source.script(sessions), other.script(sessions)) == ("1", "0")


def test_a_backup_while_others_write_holds_all_that_was_saved_before(tmp_path: Path, other: Installation) -> None:
    busy = Installation.empty(tmp_path / "busy").make()
    writers = [busy.writing() for _ in range(2)]
    try:
        saved = [int(str(writer.stdout and writer.stdout.readline())) for writer in writers for _ in range(10)]
        file = tmp_path / "busy.tar"
        done = busy.run("backup", str(file))
        went_on = [int(str(writer.stdout and writer.stdout.readline())) for writer in writers]
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()
    assert done.returncode == 0, done.stderr
    assert len(went_on) == 2
    restored = other.run("restore", str(file))
    assert restored.returncode == 0, restored.stdout + restored.stderr
    there = set(
        map(
            int,
            other.script(
                "from huiyin.cases.models import Case; print(*Case.objects.values_list('pk', flat=True))"
            ).split(),
        )
    )
    assert set(saved) <= there
    assert other.run("verify").returncode == 0
    assert busy.run("verify").returncode == 0
    assert int(other.script(NEW)) > max(there)


def test_what_is_there_is_not_replaced_unless_asked_for(backup: Path, tmp_path: Path) -> None:
    there = Installation.empty(tmp_path / "there").make()
    there.script(NEW)
    refused = there.run("restore", str(backup))
    assert refused.returncode == 1
    assert "This installation isn't empty: it has 6 cases." in refused.stderr
    unanswered = there.run("restore", str(backup), "--replace")
    assert unanswered.returncode == 1
    assert there.script(COUNTS) == "6 11"
    done = there.run("restore", str(backup), "--replace", "--yes")
    assert done.returncode == 0, done.stderr
    assert there.script(COUNTS) == "5 10"
    assert there.run("verify").returncode == 0


def test_processes_that_go_on_see_the_restored_installation(backup: Path, tmp_path: Path) -> None:
    there = Installation.empty(tmp_path / "there").make()
    writer = there.writing()
    try:
        assert writer.stdout is not None
        writer.stdout.readline()
        done = there.run("restore", str(backup), "--replace", "--yes")
        writer.stdout.readline()
    finally:
        writer.kill()
        writer.wait()
    assert done.returncode == 0, done.stderr
    assert there.run("verify").returncode == 0


def cut(content: dict[str, bytes]) -> dict[str, bytes]:
    return {name: data for name, data in content.items() if name != "manifest.json"}


def damaged_file(content: dict[str, bytes]) -> dict[str, bytes]:
    name = next(name for name in content if name.startswith("files/"))
    return {**content, name: content[name][:-1] + b"!"}


def damaged_database(content: dict[str, bytes]) -> dict[str, bytes]:
    name = next(name for name in content if name.startswith("database/"))
    return {**content, name: content[name][:-9] + b"!" + content[name][-8:]}


def told(**values: Any) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    def change(content: dict[str, bytes]) -> dict[str, bytes]:
        manifest = {**json.loads(content["manifest.json"]), **values}
        return {**content, "manifest.json": json.dumps(manifest).encode()}

    return change


def left_out(content: dict[str, bytes]) -> dict[str, bytes]:
    name = next(name for name in content if name.startswith("files/"))
    return {other: data for other, data in content.items() if other != name}


WRONGS: tuple[tuple[Callable[[dict[str, bytes]], dict[str, bytes]], str], ...] = (
    (cut, "is no whole backup of Huiyin: its manifest is missing"),
    (damaged_file, "in the backup is damaged: its digest is another one"),
    (damaged_database, "in the backup is damaged: its digest is another one"),
    (left_out, "doesn't hold what its manifest says"),
    (told(format=2), "was made by a newer Huiyin"),
    (told(migrations=[["cases", "0999_later"]]), "was made by a newer Huiyin"),
    (told(database="oracle"), "The backup is one of oracle"),
    (told(counts={"cases": 4, "events": 10, "files": 5}), "doesn't hold what its manifest says"),
    (lambda content: {**content, "manifest.json": b"[]"}, "can't be read"),
    (lambda content: {**content, "manifest.json": b"{"}, "can't be read"),
)


@pytest.mark.parametrize(("change", "said"), WRONGS)
def test_a_wrong_archive_is_refused_and_changes_nothing(
    change: Callable[[dict[str, bytes]], dict[str, bytes]], said: str, backup: Path, other: Installation, tmp_path: Path
) -> None:
    wrong = written(tmp_path / "wrong.tar", change(members(backup)))
    done = other.run("restore", str(wrong))
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in other.folder.iterdir() if path.name.endswith((".restoring", ".part"))] == []
    assert other.run("verify").returncode == 2, "still empty"


def link(name: str, kind: bytes) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, "/etc/passwd"
    return info


@pytest.mark.parametrize(
    "member",
    [
        tarfile.TarInfo("../../evil"),
        tarfile.TarInfo("/tmp/evil"),
        tarfile.TarInfo("files/../../evil"),
        tarfile.TarInfo("files/ab/" + "cd" * 32),
        tarfile.TarInfo("secret_key"),
        link("files/ab/" + "ab" * 32, tarfile.SYMTYPE),
        link("files/ab/" + "ab" * 32, tarfile.LNKTYPE),
        link("files/ab/" + "ab" * 32, tarfile.CHRTYPE),
    ],
    ids=lambda info: info.name[:20],
)
def test_a_member_that_is_none_of_ours_is_refused_by_name(
    member: tarfile.TarInfo, backup: Path, other: Installation, tmp_path: Path
) -> None:
    wrong = written(tmp_path / "wrong.tar", members(backup), member)
    done = other.run("restore", str(wrong))
    assert done.returncode == 1
    assert f"{member.name!r} is not a part of a backup of Huiyin" in done.stderr
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("size", [0, 700, 20_000])
def test_a_backup_that_was_cut_off_is_refused(size: int, backup: Path, other: Installation, tmp_path: Path) -> None:
    part = tmp_path / "part.tar"
    part.write_bytes(backup.read_bytes()[:size])
    done = other.run("restore", str(part))
    assert done.returncode == 1
    assert "is no whole backup of Huiyin" in done.stderr


def test_faults_that_a_backup_brings_along_are_named_and_must_be_accepted(tmp_path: Path, other: Installation) -> None:
    there = Installation.empty(tmp_path / "there").make()
    there.script(
        "from huiyin.cases import guard\nfrom huiyin.cases.models import CaseEvent\n"
        "with guard.lifted(): CaseEvent.objects.filter(seq=2).update(kind='answered')"
    )
    shutil.rmtree(next(path for path in (there.folder / "files").iterdir()))
    file = tmp_path / "faulty.tar"
    made = there.run("backup", str(file))
    assert made.returncode == 1
    assert "1 files were lost or damaged before this backup" in made.stderr
    refused = other.run("restore", str(file))
    assert refused.returncode == 1
    assert "event changed" in refused.stdout
    assert "The backup has the faults above. Nothing was changed" in refused.stderr
    assert other.run("verify").returncode == 2, "still empty"
    assert other.run("restore", str(file), "--despite-faults").returncode == 0
    assert other.script(COUNTS) == "5 10"


def test_backups_in_a_folder_are_named_by_time_and_the_oldest_go(source: Installation, tmp_path: Path) -> None:
    for day in ("01", "02", "03"):
        (tmp_path / f"huiyin-202001{day}-000000.tar").touch()
    (tmp_path / "huiyin-notes.tar").touch()
    done = source.run("backup", str(tmp_path), "--keep", "2")
    assert done.returncode == 0, done.stderr
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept[0] == "huiyin-20200103-000000.tar"
    assert len(kept) == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["there.tar"], "there.tar exists already: choose another name"),
        (["nowhere/backup.tar"], "There is no folder"),
        (["there.tar", "--keep", "2"], "--keep is for a folder"),
    ],
)
def test_a_place_that_can_not_be_is_named(
    arguments: list[str], said: str, source: Installation, tmp_path: Path
) -> None:
    (tmp_path / "there.tar").touch()
    done = source.run("backup", str(tmp_path / arguments[0]), *arguments[1:])
    assert done.returncode != 0
    assert said in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["there.tar"]


@pytest.mark.skipif(not ON_SQLITE, reason="elsewhere the database itself says so")
def test_no_database_to_back_up_is_said(other: Installation, tmp_path: Path) -> None:
    done = other.run("backup", str(tmp_path / "none.tar"))
    assert done.returncode == 1
    assert "nothing to back up" in done.stderr
    assert not (other.folder / "huiyin.sqlite3").exists()

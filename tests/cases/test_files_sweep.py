"""Files whose form was never finished."""

import io
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from huiyin.cases import files, intake
from huiyin.cases.actions import By
from huiyin.cases.change import StoredFile
from tests.people import Company

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


class _Upload(io.BytesIO):
    name: str | None = "photo.png"


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    settings.HUIYIN_DATA_DIR = tmp_path


def _stored(extra: bytes = b"") -> StoredFile:
    return files.store(_Upload(PNG + extra))


def _age(stored: StoredFile, now: datetime, hours: int) -> None:
    then = (now - timedelta(hours=hours)).timestamp()
    os.utime(files.path_of(stored.sha256), (then, then))


def _sweep_everything(now: datetime) -> int:
    return sum(files.sweep(now + timedelta(minutes=minute)) for minute in range(256))


@pytest.mark.tampers  # its folder is gone when everything is checked after the test
@pytest.mark.django_db
def test_a_file_without_a_row_goes_after_a_day_and_one_with_a_row_stays(company: Company, now: datetime) -> None:
    kept, orphan, young = _stored(), _stored(b"1"), _stored(b"2")
    new = intake.NewCase("repair", "portal", company.ljf, "灯", "灯不亮", files=(kept,))
    intake.open_case(new, By(None, now))
    for stored, hours in ((kept, 40), (orphan, 40), (young, 1)):
        _age(stored, now, hours)
    assert _sweep_everything(now) == 1
    assert [files.intact(one.sha256) for one in (kept, orphan, young)] == [True, False, True]


@pytest.mark.django_db
def test_a_file_that_is_sent_again_is_young_again(company: Company, now: datetime) -> None:
    orphan = _stored()
    _age(orphan, now, 40)
    _stored()
    assert files.path_of(orphan.sha256).stat().st_mtime > (now - timedelta(hours=40)).timestamp()


@pytest.mark.django_db
def test_a_folder_is_looked_at_once_a_minute(company: Company, now: datetime) -> None:
    orphan = _stored()
    _age(orphan, now, 40)
    turn = int(orphan.sha256[:2], 16)
    minute = int(now.timestamp()) // 60
    at = now + timedelta(minutes=(turn - minute) % 256)
    assert files.sweep(at) == 1
    _stored()
    _age(orphan, now, 40)
    assert files.sweep(at + timedelta(seconds=1)) == 0

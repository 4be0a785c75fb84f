"""How an installation begins."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.core.exceptions import ValidationError

from huiyin.cases import intake
from huiyin.cases.actions import By
from huiyin.cases.intake import NewCase
from huiyin.org.access import Verb, may, roles
from huiyin.org.models import Role, Site, User
from huiyin.packs import start

ZONE = "Asia/Shanghai"


def begin(at: datetime, password: str = "an-echo-for-each-voice") -> start.Started:
    return start.begin(at=at, time_zone=ZONE, password=password)


def test_an_empty_folder_gets_one_site_one_administrator_and_the_presets(bare: None, now: datetime) -> None:
    assert start.is_new()
    begun = begin(now)
    site, admin = Site.objects.get(), User.objects.get()
    assert (site.code, site.parent, admin.username) == ("HQ", None, "admin")
    assert admin.check_password("an-echo-for-each-voice")
    assert roles(admin) == {Role.ADMINISTRATOR}
    assert may(admin, Verb.ADMINISTER, site.pk)
    assert begun.there == {"sites": 1, "people": 1, "departments": 8, "cases": 0}
    assert not start.is_new()


def test_a_password_is_made_up_when_none_is_given_and_told_once(bare: None, now: datetime) -> None:
    first, second = begin(now, ""), begin(now, "")
    assert first.password is not None
    assert User.objects.get().check_password(first.password)
    assert second.password is None
    assert not second.administrator


def test_beginning_again_changes_nothing(bare: None, now: datetime) -> None:
    begin(now)
    Site.objects.update(name="青禾物业")
    again = begin(now, "quite-another-password")
    assert not again.anything
    assert Site.objects.get().name == "青禾物业"
    assert User.objects.get().check_password("an-echo-for-each-voice")


def test_a_weak_password_is_refused_and_leaves_nothing_behind(bare: None, now: datetime) -> None:
    with pytest.raises(ValidationError):
        begin(now, "short")
    assert start.is_new()


def test_receipt_numbers_begin_above_one_hundred_thousand(bare: None, now: datetime) -> None:
    begin(now)
    site = Site.objects.get()
    opened = intake.open_case(NewCase("inquiry", "portal", site, "问一下", "几点下班？"), By(None, now))
    assert opened.case.pk == 100_001

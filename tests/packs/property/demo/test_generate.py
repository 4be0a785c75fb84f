"""The invented company: the same each time, believable, and as true as any other."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from huiyin.cases import intake, queries
from huiyin.cases.actions import By
from huiyin.cases.intake import NewCase
from huiyin.cases.models import Case, CaseEvent, Message
from huiyin.cases.queries import Filter
from huiyin.cases.workflow import OPEN, EventKind, Status
from huiyin.clocks.models import Clock
from huiyin.clocks.queries import due_soon
from huiyin.customers.models import Customer, Home
from huiyin.org.models import Site, User
from huiyin.packs import start
from huiyin.packs.property.demo import generate
from huiyin.packs.property.demo.generate import AlreadyThere, Demo, Made
from huiyin.packs.property.demo.texts import Texts
from huiyin.packs.property.demo.volume import shares
from huiyin.returns.models import ReturnVisit, State

pytestmark = [pytest.mark.slow, pytest.mark.once]  # on PostgreSQL the ninety days show it

PASSWORD = "an-echo-for-each-voice"


def make(until: datetime, *, cases: int = 200, seed: int = 7, force: bool = False, days: int = 90) -> Made:
    return generate.found(Demo(until, seed=seed, cases=cases, days=days), password=PASSWORD, force=force)


def digest() -> str:
    """All that was said and done, without salts, secrets and row ids of anything but cases."""
    mark = hashlib.sha256()
    for event in CaseEvent.objects.order_by("case_id", "seq").select_related("actor"):
        name = event.actor.username if event.actor else ""
        plain = {key: value for key, value in event.data.items() if key in ("what", "reached", "satisfied", "outcome")}
        mark.update(repr((event.case_id, event.seq, event.kind, event.at, name, plain)).encode())
    for message in Message.objects.order_by("case_id", "seq", "part"):
        mark.update(repr((message.case_id, message.seq, message.part, message.public, message.text)).encode())
    for customer in Customer.objects.order_by("phone").select_related("home", "site"):
        mark.update(repr((customer.phone, customer.name, customer.site.code, str(customer.home))).encode())
    return mark.hexdigest()


def made_digest(until: datetime, seed: int) -> str:
    """The digest of an organisation that is taken away again."""
    with transaction.atomic():
        make(until, cases=150, seed=seed)
        found = digest()
        transaction.set_rollback(True)
    return found


def test_the_same_seed_makes_the_same_organisation_and_another_seed_another(bare: None, now: datetime) -> None:
    first = made_digest(now, 7)
    assert made_digest(now, 7) == first
    assert made_digest(now, 8) != first


def test_the_inbox_is_alive_at_the_last_moment(bare: None, now: datetime) -> None:
    make(now, cases=500, days=30)
    admin = User.objects.get(username="admin")
    assert Case.objects.filter(status__in=OPEN).count() >= 12
    assert Case.objects.filter(received_at__gte=now - timedelta(hours=6)).exists()
    assert Clock.objects.filter(outcome="", breached_at__isnull=False).exists()
    assert due_soon(admin, now).items
    zhougong = User.objects.select_related("department").get(username="zhougong")
    assert zhougong.department is not None
    assert queries.page(zhougong, Filter(department=zhougong.department.pk)).items
    assert ReturnVisit.objects.filter(state=State.OPEN, mode="phone").exists()


@pytest.mark.parametrize(("end", "seed"), [("2026-12-25T10:07", 7), ("2027-01-02T16:30", 3)])
def test_any_moment_can_be_the_last(bare: None, end: str, seed: int) -> None:
    until = datetime.fromisoformat(end).replace(tzinfo=UTC)
    assert make(until, cases=1000, seed=seed).cases == 1000
    assert not CaseEvent.objects.filter(at__gt=until).exists()


def test_homes_contacts_and_numbers_are_those_of_the_company(bare: None, now: datetime) -> None:
    make(now, cases=20)
    assert Home.objects.count() == 1706
    assert Customer.objects.count() == 1920
    assert Counter(Customer.objects.values_list("site__code", flat=True)) == {"FLY": 830, "LJF": 960, "YGZ": 130}
    assert not Customer.objects.exclude(phone__startswith="+86142").exists()
    assert Case.objects.order_by("pk").values_list("pk", flat=True).first() == 100_001


def test_staff_log_in_with_the_one_password_and_the_link_of_a_customer_opens(bare: None, now: datetime) -> None:
    made = make(now, cases=400)
    assert made.administrator
    for username in ("admin", "linxiao", "zhougong", "hemin", "zhaozhuguan", "zhengjingli", "auditor"):
        assert User.objects.get(username=username).check_password(PASSWORD)
    assert queries.by_link(made.receipt).customer is not None


def test_the_demo_is_never_made_twice(bare: None, now: datetime) -> None:
    make(now, cases=10)
    with pytest.raises(AlreadyThere) as caught:
        make(now, cases=10, force=True)
    assert caught.value.sites == ["FLY", "LJF", "YGZ"]
    assert Case.objects.count() == 10


def test_cases_of_others_are_refused_unless_forced(bare: None, now: datetime) -> None:
    start.begin(at=now, time_zone="Asia/Shanghai", password=PASSWORD)
    site = Site.objects.get()
    intake.open_case(NewCase("inquiry", "portal", site, "问一下", "几点下班？"), By(None, now))
    with pytest.raises(AlreadyThere) as caught:
        make(now, cases=10)
    assert (caught.value.cases, caught.value.sites) == (1, [])
    assert not make(now, cases=10, force=True).administrator
    assert Case.objects.count() == 11


def test_every_matter_has_voices_outcomes_and_a_share() -> None:
    texts = Texts()
    assert set(texts.matters) == set(texts.voices) == set(texts.outcomes) == set(shares())
    assert 95 <= sum(shares().values()) <= 102
    assert all(texts.has(matter, "estate") or texts.has(matter, "office") for matter in texts.matters)


def test_who_left_has_no_open_case_and_no_access(bare: None, now: datetime) -> None:
    make(now, cases=600)
    leaver = User.objects.get(username="xiaosun")
    assert not leaver.is_active
    assert not Case.objects.filter(handler=leaver, status__in=OPEN).exists()
    assert CaseEvent.objects.filter(actor=leaver).exists()
    assert not CaseEvent.objects.filter(actor=leaver, at__gt=now - timedelta(days=30)).exists()


def test_two_messages_about_one_thing_are_joined_and_know_each_other(bare: None, now: datetime) -> None:
    make(now, cases=600)
    joined = Case.objects.filter(status=Status.JOINED)
    assert joined.exists()
    for case in joined.select_related("joined_into"):
        assert case.joined_into is not None
        assert case.joined_into.customer_id == case.customer_id
        absorbed = CaseEvent.objects.filter(case=case.joined_into, kind=EventKind.ABSORBED)
        assert case.pk in [event.data["case"] for event in absorbed]

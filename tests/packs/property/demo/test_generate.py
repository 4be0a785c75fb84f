"""The invented company: the same each time, believable, and as true as any other."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from huiyin.cases import intake, queries
from huiyin.cases.actions import _LEADS_TO, By
from huiyin.cases.intake import NewCase
from huiyin.cases.models import Case, CaseEvent, Message
from huiyin.cases.queries import Filter
from huiyin.cases.workflow import OPEN, EventKind, Status
from huiyin.clocks.models import Clock, ClockKind, Outcome
from huiyin.clocks.queries import due_soon
from huiyin.customers.models import Customer, Home
from huiyin.org import access, reference
from huiyin.org.access import Verb
from huiyin.org.models import Site, User
from huiyin.packs import start
from huiyin.packs.property.demo import generate, measure
from huiyin.packs.property.demo.generate import AlreadyThere, Demo, Made
from huiyin.packs.property.demo.handling import BY_STAFF
from huiyin.packs.property.demo.texts import Texts
from huiyin.packs.property.demo.volume import shares
from huiyin.returns.models import ReturnVisit, State

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


def test_the_shares_come_out_as_a_manager_would_find_them(bare: None, now: datetime) -> None:
    make(now, cases=1500)
    found = measure.figures()
    assert found.cases == 1500
    assert 560 <= found.customers <= 760
    for name, (least, most) in {
        "respond_late": (4, 7),
        "resolve_late": (6.5, 11.5),
        "reply_late": (8, 15),
        "at_once": (18, 26),
        "reopened": (3.5, 7.5),
        "declined": (1.6, 3.6),
        "refused": (0.8, 2.6),
        "joined": (2, 5),
        "commitments": (1.2, 1.9),
        "kept": (88, 95),
        "returned": (3.5, 8),
        "returns_granted": (35, 65),
        "asked_back": (4, 9),
        "assisted": (2.5, 6.5),
        "extensions": (2.5, 6),
        "extensions_granted": (65, 95),
        "withdrawn": (0.4, 1.8),
        "decided": (90, 99.5),
        "transferred": (1.5, 3.5),
        "supervised": (0.6, 3),
        "stepped_aside": (8, 32),
        "to_decide": (1, 12),
        "under_supervision": (1, 8),
        "reached": (82, 92),
        "satisfied": (64, 80),
        "average": (3.7, 4.2),
    }.items():
        assert least <= getattr(found, name) <= most, f"{name}: {getattr(found, name)}"
    for level, (least, most) in {"P1": (0.8, 2.8), "P2": (14, 24), "P3": (44, 58), "P4": (24, 36)}.items():
        assert least <= found.severities[level] <= most, found.severities
    for count, (least, most) in {0: (24, 36), 1: (44, 58), 2: (9, 18), 3: (2.5, 7), 4: (1, 4)}.items():
        assert least <= found.hand_overs[count] <= most, found.hand_overs
    for times, (least, most) in {0: (68, 80), 1: (13, 22), 2: (6, 13)}.items():
        assert least <= found.chased[times] <= most, found.chased
    for stars, (least, most) in {5: (34, 46), 4: (30, 41), 3: (11, 21), 2: (3, 9), 1: (1, 7)}.items():
        assert least <= found.ratings[stars] <= most, found.ratings


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


def test_nothing_happens_after_the_last_moment_or_before_the_first(bare: None, now: datetime) -> None:
    make(now)
    assert CaseEvent.objects.filter(at__gt=now).count() == 0
    assert CaseEvent.objects.filter(at__lt=now - timedelta(days=90)).count() == 0
    assert not CaseEvent.objects.filter(kind=EventKind.CLOSED, case__closed_at=None).exists()


def test_what_happened_was_written_down_when_it_happened(bare: None, now: datetime) -> None:
    make(now)
    for event in CaseEvent.objects.exclude(topic="clocks"):
        assert event.recorded_at == event.at
    for case in Case.objects.all()[:100]:
        moments = [entry.event.at for entry in queries.timeline(case)]
        assert moments == sorted(moments)


def test_no_deadline_of_the_past_stands_unmarked(bare: None, now: datetime) -> None:
    make(now)
    assert not Clock.objects.filter(outcome="", paused=False, breached_at=None, due_at__lt=now).exists()
    late = Clock.objects.filter(outcome=Outcome.LATE)
    assert late.exists()
    assert not late.filter(breached_at=None).exists()


def test_clocks_of_ended_cases_are_still(bare: None, now: datetime) -> None:
    make(now)
    ended = Clock.objects.filter(case__status__in=[Status.CLOSED, Status.JOINED])
    assert ended.exists()
    assert not ended.filter(outcome="").exists()
    running = Clock.objects.filter(case__status__in=OPEN, kind=ClockKind.RESOLVE, outcome="").values("case").distinct()
    simple = Case.objects.filter(status__in=OPEN).exclude(complexity="project")
    assert running.count() >= simple.count()


def test_every_visit_that_is_over_says_how_it_ended(bare: None, now: datetime) -> None:
    make(now, cases=400)
    done = ReturnVisit.objects.filter(state=State.DONE)
    assert done.exists()
    assert not done.filter(visited_at=None).exists()
    assert not ReturnVisit.objects.filter(case__status=Status.CLOSED, close_at__isnull=False).exists()
    assert not ReturnVisit.objects.filter(close_at__lt=now).exists()
    visits = CaseEvent.objects.filter(kind=EventKind.VISITED).exclude(actor=None)
    assert {visit.actor.username for visit in visits.select_related("actor") if visit.actor} == {"hemin"}


def test_who_left_has_no_open_case_and_no_access(bare: None, now: datetime) -> None:
    make(now, cases=600)
    leaver = User.objects.get(username="xiaosun")
    assert not leaver.is_active
    assert not Case.objects.filter(handler=leaver, status__in=OPEN).exists()
    assert CaseEvent.objects.filter(actor=leaver).exists()
    assert not CaseEvent.objects.filter(actor=leaver, at__gt=now - timedelta(days=30)).exists()


def test_back_office_answers_only_for_its_own_department(bare: None, now: datetime) -> None:
    make(now)
    departments = {user.username: user.department_id for user in User.objects.all()}
    given = {}
    told = CaseEvent.objects.filter(kind__in=[EventKind.HANDED_OVER, EventKind.REPLIED]).order_by("case_id", "seq")
    for event in told.select_related("actor"):
        if event.kind == EventKind.HANDED_OVER:
            given[event.case_id, event.seq] = event.data["department"]
        else:
            assert event.actor is not None
            assert departments[event.actor.username] == given[event.case_id, event.data["hand_over"]]


def test_nobody_does_what_their_role_forbids(bare: None, now: datetime) -> None:
    make(now, cases=400)
    verbs = {kind: verb for verb, kind in _LEADS_TO.items()} | {EventKind.RECEIVED: Verb.CREATE}
    verbs[EventKind.KEPT] = Verb.ARRIVE  # who comes to an appointment keeps or breaks it by that
    del verbs[EventKind.REFERRED]  # follows by itself from what a department or the desk did
    with reference.pinned():
        for event in CaseEvent.objects.exclude(actor=None).select_related("actor", "case"):
            actor, verb = event.actor, verbs.get(EventKind(event.kind))
            if actor is None or verb is None or not actor.is_active:
                continue
            departments = frozenset({actor.department_id or 0})
            assert access.may(actor, verb, event.case.site_id, departments), f"{actor.username} {verb}"


def test_homes_contacts_and_numbers_are_those_of_the_company(bare: None, now: datetime) -> None:
    make(now, cases=20)
    assert Home.objects.count() == 1706
    assert Customer.objects.count() == 1920
    assert Counter(Customer.objects.values_list("site__code", flat=True)) == {"FLY": 830, "LJF": 960, "YGZ": 130}
    assert not Customer.objects.exclude(phone__startswith="+86142").exists()
    assert Case.objects.order_by("pk").values_list("pk", flat=True).first() == 100_001


def test_the_order_of_numbers_is_the_order_in_which_cases_came(bare: None, now: datetime) -> None:
    make(now)
    received = list(Case.objects.order_by("pk").values_list("received_at", flat=True))
    assert received == sorted(received)


def test_staff_log_in_with_the_one_password_and_the_link_of_a_customer_opens(bare: None, now: datetime) -> None:
    made = make(now, cases=400)
    assert made.administrator
    for username in ("admin", "linxiao", "zhougong", "hemin", "zhaozhuguan", "zhengjingli", "auditor"):
        assert User.objects.get(username=username).check_password(PASSWORD)
    assert queries.by_link(made.receipt).customer is not None


def test_two_messages_about_one_thing_are_joined_and_know_each_other(bare: None, now: datetime) -> None:
    make(now, cases=600)
    joined = Case.objects.filter(status=Status.JOINED)
    assert joined.exists()
    for case in joined.select_related("joined_into"):
        assert case.joined_into is not None
        assert case.joined_into.customer_id == case.customer_id
        absorbed = CaseEvent.objects.filter(case=case.joined_into, kind=EventKind.ABSORBED)
        assert case.pk in [event.data["case"] for event in absorbed]


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


def test_no_text_keeps_an_unfilled_slot(bare: None, now: datetime) -> None:
    make(now, cases=400)
    assert not Message.objects.filter(text__contains="{").exists()
    assert not Case.objects.filter(subject__contains="{").exists()


def test_cases_by_phone_are_entered_by_staff_and_those_of_the_portal_by_nobody(bare: None, now: datetime) -> None:
    make(now)
    first = CaseEvent.objects.filter(kind=EventKind.RECEIVED)
    assert not first.filter(case__channel__in=BY_STAFF, actor=None).exists()
    assert not first.filter(case__channel="portal").exclude(actor=None).exists()

"""What happened in the demo's ninety days beyond the ordinary: found again in the rows, day by day."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from huiyin.alerts.models import Heard, IncidentWord
from huiyin.cases import queries, verify
from huiyin.cases.actions import _LEADS_TO
from huiyin.cases.incident_models import Incident
from huiyin.cases.models import Case, CaseEvent, Category, HandOver, Message
from huiyin.cases.queries import Filter
from huiyin.cases.workflow import OPEN, EventKind, Status
from huiyin.clocks import plans
from huiyin.clocks import queries as clocks
from huiyin.clocks.models import OPEN_CLOCK, Clock, ClockKind, Outcome
from huiyin.customers.models import Customer
from huiyin.org import access, reference
from huiyin.org.access import Verb
from huiyin.org.models import User
from huiyin.packs.property.demo import measure
from huiyin.packs.property.demo.group import BAD, GOOD, IN_THE_END, NIGHT
from huiyin.packs.property.demo.handling import BY_STAFF
from huiyin.packs.property.demo.last_year import OTHERS, SEASON, SOURCE
from huiyin.packs.property.demo.storm import CHAIN, REPORTS
from huiyin.rates.definitions import Rate
from huiyin.rates.models import Fact
from huiyin.returns import plan
from huiyin.returns.models import HelpAsked, ReturnVisit, State
from huiyin.standards import foreseeing
from huiyin.standards.models import Foreseen, Why

pytestmark = [pytest.mark.usefixtures("ninety_days", "db"), pytest.mark.reads]
NIGHT_WORD, STORM_WORD, LIFT_WORD = "【公开答复", "【统一答复", "【专项跟进】"


def day_of(moment: datetime, now: datetime) -> int:
    zone = ZoneInfo(settings.HUIYIN_TIME_ZONE)
    last: date = now.astimezone(zone).date()
    return (last - moment.astimezone(zone).date()).days


def having_heard(words: str) -> list[Case]:
    said = Message.objects.filter(text__startswith=words, public=True).values("case")
    return list(Case.objects.filter(pk__in=said).select_related("customer", "handler").order_by("pk"))


def test_the_storm_fills_its_days_and_ends_in_disputed_bills(now: datetime) -> None:
    cases = Case.objects.select_related("category", "site")
    days = Counter(day_of(case.received_at, now) for case in cases)
    planned = {day: sum(kinds.values()) for day, _start, _end, kinds in REPORTS}
    assert (planned[38] + 2, planned[37]) == (31, 44)  # two more are told by name: the first water, the lift
    for day, count in planned.items():
        assert count <= days[day] <= count + 36, days
    assert days[38] + days[37] >= 2 * (days[41] + days[40])
    trapped = [c for c in cases.filter(category__code__endswith="lift/trapped") if day_of(c.received_at, now) == 38]
    freed = [case.resolved_at - case.received_at for case in trapped if case.resolved_at]
    assert timedelta(minutes=26) in [timedelta(minutes=round(took.total_seconds() / 60)) for took in freed]
    disputes = cases.filter(category__code="office/fees/dispute", site__code="LJF")
    after = [case for case in disputes if 26 <= day_of(case.received_at, now) <= 31]
    assert len(after) >= sum(a + b for a, b in CHAIN.values()) == 20
    assert all(case.referred == "" for case in after)
    assert CaseEvent.objects.filter(case__in=after, kind=EventKind.DECIDED, actor__username="zhengjingli").exists()


def test_all_who_wait_for_the_lifts_hear_the_same_word_every_six_hours_and_twice_late(now: datetime) -> None:
    waiting = having_heard(STORM_WORD)
    assert sum("电梯停运" in case.subject for case in waiting) >= 20
    assert len({case.customer_id for case in waiting}) == len(waiting)
    words = Message.objects.filter(case__in=waiting, text__startswith=STORM_WORD)
    at = {m.text: CaseEvent.objects.get(case=m.case_id, seq=m.seq).at for m in words.order_by("pk")}
    moments = sorted(at.values())
    assert len(moments) == 8
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert sum(gap > timedelta(hours=6) for gap in gaps) == 2
    granted = Clock.objects.filter(case__in=waiting, kind=ClockKind.RESOLVE, outcome=Outcome.MET)
    assert any(clock.due_at > clock.first_due_at for clock in granted)


def test_a_complaint_over_our_heads_brings_its_deadline_and_is_watched(now: datetime) -> None:
    case = Case.objects.get(subject__startswith="车辆泡水理赔（越级）")
    assert case.channel == "transfer"
    assert case.outside_due_at is not None
    assert day_of(case.outside_due_at, now) == 23
    assert CaseEvent.objects.filter(case=case, kind=EventKind.SUPERVISED).exists()
    assert case.resolved_at is not None
    assert case.resolved_at <= case.outside_due_at


def test_the_night_works_are_one_group_of_26_customers_and_end_well(now: datetime) -> None:
    group = having_heard(NIGHT_WORD)
    assert len({case.customer_id for case in group}) == len(group) == 1 + sum(count for *_when, count in NIGHT) == 26
    assert {case.status for case in group} == {Status.CLOSED}
    first = group[0]
    assert CaseEvent.objects.filter(case=first, kind=EventKind.DECLINED).exists()  # the wrong answer
    visits = ReturnVisit.objects.filter(case__in=group)
    bad = visits.filter(solved=False)
    assert (bad.count(), visits.filter(state=State.UNREACHED).count()) == (4, 5)
    good = visits.filter(state=State.DONE, solved=True)
    assert good.count() == 21
    ratings = [visit.satisfied for visit in good if visit.satisfied is not None]
    assert sorted(ratings) == sorted((*GOOD, *IN_THE_END))
    assert round(sum(ratings) / len(ratings), 1) == 3.9
    assert sorted(visit.satisfied for visit in bad if visit.satisfied is not None) == sorted(BAD)
    again = Case.objects.filter(pk__in=bad.values("case")).select_related("handler")
    assert {case.handler.username for case in again if case.handler} == {"chenjia"}
    assert {day_of(visit.visited_at, now) for visit in visits if visit.visited_at} == {14, 6}


def test_the_lift_of_block_16_stays_open_with_a_word_each_week_and_something_to_decide(now: datetime) -> None:
    (lead,) = having_heard(LIFT_WORD)
    assert lead.status in OPEN
    assert lead.complexity == "project"
    assert Case.objects.filter(joined_into=lead).count() == 8
    said = CaseEvent.objects.filter(case=lead, kind=EventKind.ANSWERED, actor__username="zhengjingli")
    weeks = sorted(day_of(event.at, now) for event in said)
    assert weeks == list(range(4, 61, 7))
    steps = plans.milestones(queries.timeline(lead), clocks.of_case(lead))
    assert [(day_of(one.first_due_at, now), day_of(one.due_at, now), one.state) for one in steps] == [
        (52, 52, "done"),
        (44, 44, "done"),
        (14, -6, "todo"),
        (-10, -32, "todo"),
    ]
    assert not Clock.objects.filter(case=lead, outcome="", due_at__lt=now).exists()
    manager, supervisor = (User.objects.get(username=name) for name in ("zhengjingli", "zhaozhuguan"))
    assert lead in queries.page(manager, Filter(deciding=True)).items
    assert lead in queries.page(supervisor, Filter(supervised=True)).items


def test_who_leaves_hands_over_about_23_cases_by_a_list_that_names_each_promise(now: datetime) -> None:
    lines = Message.objects.filter(text__startswith="交接清单").order_by("pk")
    assert 15 <= lines.count() <= 32
    for line in lines:
        assigned = CaseEvent.objects.get(case=line.case_id, seq=line.seq + 1)
        assert assigned.kind == EventKind.ASSIGNED
        made = CaseEvent.objects.filter(case=line.case_id, seq__lt=line.seq, kind=EventKind.COMMITTED)
        settled = CaseEvent.objects.filter(case=line.case_id, seq__lt=line.seq, kind=EventKind.KEPT)
        still = {event.seq for event in made} - {event.data["commitment"] for event in settled}
        assert all(f"第{seq}条" in line.text for seq in still)
        assert ("未兑现的承诺：" in line.text) == bool(still)


def test_nobody_works_on_a_complaint_about_themselves(now: datetime) -> None:
    for event in CaseEvent.objects.filter(kind=EventKind.CONCERNED):
        for user in event.data["users"]:
            assert not CaseEvent.objects.filter(case=event.case_id, actor=user).exists()
            assert not Case.objects.filter(pk=event.case_id, handler=user).exists()
    serious = Category.objects.filter(conduct=True)
    assert (
        not Case.objects.filter(category__in=serious, kind="complaint")
        .exclude(pk__in=CaseEvent.objects.filter(kind=EventKind.REFERRED).values("case"))
        .exists()
    )


def test_a_refusal_says_what_instead_and_how_to_have_it_reviewed(now: datetime) -> None:
    refusals = CaseEvent.objects.filter(kind=EventKind.REFUSED)
    assert refusals.count() >= 10
    for event in refusals:
        words = dict(Message.objects.filter(case=event.case_id, seq=event.seq).values_list("part", "text"))
        assert words["basis"]
        for part in ("您希望", "我们核对了", "可以为您做的是", "申请复核", "调解"):
            assert part in words["text"]


def test_everything_in_the_demo_is_as_it_was_written(now: datetime) -> None:
    assert not [fault for ids in verify.batches() for fault in verify.check_batch(ids)]


def test_storm_and_night_works_are_incidents_whose_words_were_heard_by_those_named(now: datetime) -> None:
    _dark, storm, night = Incident.objects.order_by("pk")
    assert (storm.lead.username, night.lead.username) == ("zhaozhuguan", "zhengjingli")
    assert storm.closed_at is not None
    assert storm.closed_at < now
    assert len(Case.objects.filter(incident=storm)) > 40
    assert not Case.objects.filter(incident=storm).exclude(site=storm.site).exists()
    assert set(having_heard(NIGHT_WORD)) <= set(Case.objects.filter(incident=night))
    for word in IncidentWord.objects.all():
        heard = Heard.objects.filter(word=word).values_list("case", flat=True)
        assert word.cases == len(heard) > 0
        said = CaseEvent.objects.filter(kind=EventKind.ANSWERED, data__word=word.pk)
        assert sorted(said.values_list("case", flat=True)) == sorted(heard)


def test_the_shares_come_out_as_a_manager_would_find_them(now: datetime) -> None:
    found = measure.figures()
    assert found.cases == 1500 + SEASON + OTHERS
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


def test_nothing_happens_after_the_last_moment_or_before_the_first(now: datetime) -> None:
    assert CaseEvent.objects.filter(at__gt=now).count() == 0
    early = CaseEvent.objects.filter(at__lt=now - timedelta(days=90))
    assert not early.exclude(case__source=SOURCE).exists()
    assert not CaseEvent.objects.filter(kind=EventKind.CLOSED, case__closed_at=None).exists()


def test_what_happened_was_written_down_when_it_happened(now: datetime) -> None:
    for event in CaseEvent.objects.exclude(topic="clocks").exclude(case__source=SOURCE):
        assert event.recorded_at == event.at
    for case in Case.objects.all()[:100]:
        moments = [entry.event.at for entry in queries.timeline(case)]
        assert moments == sorted(moments)


def test_no_deadline_of_the_past_stands_unmarked(now: datetime) -> None:
    assert not Clock.objects.filter(outcome="", paused=False, breached_at=None, due_at__lt=now).exists()
    late = Clock.objects.filter(outcome=Outcome.LATE)
    assert late.exists()
    assert not late.filter(breached_at=None).exists()


def test_clocks_of_ended_cases_are_still(now: datetime) -> None:
    ended = Clock.objects.filter(case__status__in=[Status.CLOSED, Status.JOINED])
    assert ended.exists()
    assert not ended.filter(outcome="").exists()
    running = Clock.objects.filter(case__status__in=OPEN, kind=ClockKind.RESOLVE, outcome="").values("case").distinct()
    simple = Case.objects.filter(status__in=OPEN).exclude(complexity="project")
    assert running.count() >= simple.count()


def test_every_visit_that_is_over_says_how_it_ended(now: datetime) -> None:
    done = ReturnVisit.objects.filter(state=State.DONE)
    assert done.exists()
    assert not done.filter(visited_at=None).exists()
    assert not ReturnVisit.objects.filter(case__status=Status.CLOSED, close_at__isnull=False).exists()
    # What was promised, or is asked for, holds a case open.
    overdue = ReturnVisit.objects.filter(close_at__lt=now).select_related("case")
    assert all(one.case.open_commitments or one.case.open_requests for one in overdue)
    visits = CaseEvent.objects.filter(kind=EventKind.VISITED).exclude(actor=None)
    assert {visit.actor.username for visit in visits.select_related("actor") if visit.actor} == {"hemin"}


def test_back_office_answers_only_for_its_own_department(now: datetime) -> None:
    departments = {user.username: user.department_id for user in User.objects.all()}
    given = {}
    told = CaseEvent.objects.filter(kind__in=[EventKind.HANDED_OVER, EventKind.REPLIED]).order_by("case_id", "seq")
    for event in told.select_related("actor"):
        if event.kind == EventKind.HANDED_OVER:
            given[event.case_id, event.seq] = event.data["department"]
        else:
            assert event.actor is not None
            assert departments[event.actor.username] == given[event.case_id, event.data["hand_over"]]


def test_nobody_does_what_their_role_forbids(now: datetime) -> None:
    verbs = {kind: verb for verb, kind in _LEADS_TO.items()} | {EventKind.RECEIVED: Verb.CREATE}
    verbs[EventKind.KEPT] = Verb.ARRIVE  # who comes to an appointment keeps or breaks it by that
    verbs[EventKind.NOTED] = Verb.NOTE  # several verbs leave one; a note asks least of them
    del verbs[EventKind.REFERRED]  # follows by itself from what a department or the desk did
    with reference.pinned():
        for event in CaseEvent.objects.exclude(actor=None).select_related("actor", "case"):
            actor, verb = event.actor, verbs.get(EventKind(event.kind))
            if actor is None or verb is None or not actor.is_active:
                continue
            departments = frozenset({actor.department_id or 0})
            assert access.may(actor, verb, event.case.site_id, departments), f"{actor.username} {verb}"


def test_the_order_of_numbers_is_the_order_in_which_cases_came(now: datetime) -> None:
    received = list(Case.objects.order_by("pk").values_list("received_at", flat=True))
    assert received == sorted(received)


def test_no_text_keeps_an_unfilled_slot(now: datetime) -> None:
    assert not Message.objects.filter(text__contains="{").exists()
    assert not Case.objects.filter(subject__contains="{").exists()


def test_cases_by_phone_are_entered_by_staff_and_those_of_the_portal_by_nobody(now: datetime) -> None:
    first = CaseEvent.objects.filter(kind=EventKind.RECEIVED)
    assert not first.filter(case__channel__in=BY_STAFF, actor=None).exists()
    assert not first.filter(case__channel="portal").exclude(actor=None).exists()


def test_answers_are_judged_and_some_cases_closed_by_hand_and_nothing_runs_on_in_what_is_closed() -> None:
    judged = Counter(Fact.objects.filter(rate=Rate.USABLE).values_list("good", flat=True))
    assert judged[True] > 5 * judged[False] > 0
    by_hand = Case.objects.filter(outcome="overridden")
    assert by_hand.count() >= 5
    assert set(by_hand.values_list("overrides", "overridden", "status")) == {(1, "closing", Status.CLOSED)}
    assert not Clock.objects.filter(OPEN_CLOCK, case__status=Status.CLOSED).exists()


def test_departments_heard_of_bad_answers_and_most_said_what_would_have_helped(now: datetime) -> None:
    asked = list(HelpAsked.objects.select_related("case", "department", "asked_by"))
    assert len(asked) >= 10
    for row in asked:
        visit = CaseEvent.objects.get(case=row.case_id, seq=row.visit)
        assert plan.is_bad(visit.data["solved"], visit.data["satisfied"])
        assert visit.at <= row.asked_at < row.due_at
        assert HandOver.objects.filter(
            case=row.case_id, department=row.department, replied_at__lt=row.asked_at
        ).exists()
        assert CaseEvent.objects.get(case=row.case_id, seq=row.seq).actor is None  # the department isn't told who
        answer = CaseEvent.objects.filter(case=row.case_id, seq=row.answer or 0).first()
        assert (answer.data["helps"] if answer else "") == row.helps
        assert row.answered_at is None or row.answered_at <= row.due_at
        assert row.told_at == (row.due_at if row.answered_at is None and row.due_at <= now else None)
    assert {row.department.code for row in asked} >= {"engineering", "security"}
    assert len({row.helps for row in asked}) >= 4
    assert 0.4 <= sum(bool(row.helps) for row in asked) / len(asked) < 1


def test_some_customers_have_a_tier_and_rates_know_it(now: datetime) -> None:
    found = Counter(Customer.objects.exclude(tier=None).values_list("tier__code", flat=True))
    assert set(found) == {"care", "committee", "key"}
    assert min(found.values()) >= 15
    assert not Customer.objects.filter(tier__code="key").exclude(site__code="YGZ").exists()
    assert all(Fact.objects.filter(rate=Rate.SATISFIED, tier__code=code).exists() for code in found)
    tier = dict(Customer.objects.values_list("pk", "tier"))
    facts = Fact.objects.exclude(case__customer=None).values_list("case__customer", "tier")
    assert all(tier[customer] == known for customer, known in facts)


def test_what_is_solved_and_what_customers_say_counts_for_the_department_that_did_the_work() -> None:
    for rate in (Rate.ONCE, Rate.SATISFIED):
        facts = Fact.objects.filter(rate=rate)
        assert not facts.filter(department=None, case__hand_overs__gt=0).exists()
        assert facts.exclude(department=None).values("department").distinct().count() >= 3
        assert not facts.exclude(department=None).filter(case__hand_overs=0).exists()


def test_what_came_in_the_same_season_last_year_is_worth_a_warning(now: datetime) -> None:
    old = Case.objects.filter(source=SOURCE)
    assert set(old.values_list("status", "site__code")) == {(Status.CLOSED, "YGZ")}
    assert not old.filter(received_at__gte=now - timedelta(days=90)).exists()
    while foreseeing.sweep(now):
        pass
    found = Foreseen.objects.get(why=Why.SEASON)
    assert (found.site.code, found.customers) == ("YGZ", SEASON)
    ahead = now.date() + timedelta(days=21 - 364)
    assert found.first_day == ahead
    assert set(found.first_cases) <= set(old.filter(category=found.category_id).values_list("pk", flat=True))
    assert (
        Foreseen.objects.filter(why=Why.NOW, site__code="LJF").count() <= 3
    )  # a past elsewhere makes nothing new here

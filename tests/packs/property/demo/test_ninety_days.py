"""What happened in the demo's ninety days beyond the ordinary: found again in the rows, day by day."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.conf import settings

from huiyin.alerts.models import Heard, IncidentWord
from huiyin.cases import queries, verify
from huiyin.cases.incident_models import Incident
from huiyin.cases.models import Case, CaseEvent, Category, Message
from huiyin.cases.queries import Filter
from huiyin.cases.workflow import OPEN, EventKind, Status
from huiyin.clocks import plans
from huiyin.clocks import queries as clocks
from huiyin.clocks.models import Clock, ClockKind, Outcome
from huiyin.org.models import User
from huiyin.packs.property.demo import generate
from huiyin.packs.property.demo.generate import Demo
from huiyin.packs.property.demo.group import BAD, GOOD, IN_THE_END, NIGHT
from huiyin.packs.property.demo.storm import CHAIN, REPORTS
from huiyin.returns.models import ReturnVisit, State

PASSWORD = "an-echo-for-each-voice"
NIGHT_WORD, STORM_WORD, LIFT_WORD = "【公开答复", "【统一答复", "【专项跟进】"


def make(until: datetime) -> None:
    generate.found(Demo(until, seed=7), password=PASSWORD)


def day_of(moment: datetime, now: datetime) -> int:
    zone = ZoneInfo(settings.HUIYIN_TIME_ZONE)
    last: date = now.astimezone(zone).date()
    return (last - moment.astimezone(zone).date()).days


def having_heard(words: str) -> list[Case]:
    said = Message.objects.filter(text__startswith=words, public=True).values("case")
    return list(Case.objects.filter(pk__in=said).select_related("customer", "handler").order_by("pk"))


def test_the_storm_fills_its_days_and_ends_in_disputed_bills(bare: None, now: datetime) -> None:
    make(now)
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


def test_all_who_wait_for_the_lifts_hear_the_same_word_every_six_hours_and_twice_late(
    bare: None, now: datetime
) -> None:
    make(now)
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


def test_a_complaint_over_our_heads_brings_its_deadline_and_is_watched(bare: None, now: datetime) -> None:
    make(now)
    case = Case.objects.get(subject__startswith="车辆泡水理赔（越级）")
    assert case.channel == "transfer"
    assert case.outside_due_at is not None
    assert day_of(case.outside_due_at, now) == 23
    assert CaseEvent.objects.filter(case=case, kind=EventKind.SUPERVISED).exists()
    assert case.resolved_at is not None
    assert case.resolved_at <= case.outside_due_at


def test_the_night_works_are_one_group_of_26_customers_and_end_well(bare: None, now: datetime) -> None:
    make(now)
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


def test_the_lift_of_block_16_stays_open_with_a_word_each_week_and_something_to_decide(
    bare: None, now: datetime
) -> None:
    make(now)
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


def test_who_leaves_hands_over_about_23_cases_by_a_list_that_names_each_promise(bare: None, now: datetime) -> None:
    make(now)
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


def test_nobody_works_on_a_complaint_about_themselves(bare: None, now: datetime) -> None:
    make(now)
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


def test_a_refusal_says_what_instead_and_how_to_have_it_reviewed(bare: None, now: datetime) -> None:
    make(now)
    refusals = CaseEvent.objects.filter(kind=EventKind.REFUSED)
    assert refusals.count() >= 10
    for event in refusals:
        words = dict(Message.objects.filter(case=event.case_id, seq=event.seq).values_list("part", "text"))
        assert words["basis"]
        for part in ("您希望", "我们核对了", "可以为您做的是", "申请复核", "调解"):
            assert part in words["text"]


def test_everything_in_the_demo_is_as_it_was_written(bare: None, now: datetime) -> None:
    make(now)
    assert not [fault for ids in verify.batches() for fault in verify.check_batch(ids)]


def test_storm_and_night_works_are_incidents_whose_words_were_heard_by_those_named(bare: None, now: datetime) -> None:
    make(now)
    storm, night = Incident.objects.order_by("pk")
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

"""What the demo's bigger things have in common: a chain, one plan for all, and who is what in a group."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

import pytest

from huiyin.alerts import linking
from huiyin.alerts.models import ChainLink, Heard, IncidentWord
from huiyin.cases import outside
from huiyin.cases.incident_models import Incident
from huiyin.cases.models import Case, CaseEvent, Message
from huiyin.cases.workflow import EventKind
from huiyin.groups.models import Entry, Group, Member, Role, What
from huiyin.packs.property.demo import measure
from huiyin.packs.property.demo.refusals import NAMING
from huiyin.packs.property.demo.storm import CHAIN
from huiyin.playbooks.models import Outcome, Plan, PlanStep, Rollout, StepState

from .test_ninety_days import day_of

pytestmark = [pytest.mark.usefixtures("ninety_days", "db"), pytest.mark.reads]


def test_the_storm_has_its_chain_told_once_to_all_and_what_came_of_it(now: datetime) -> None:
    incident = Incident.objects.get(title__contains="B1 车库进水")
    links = list(ChainLink.objects.filter(incident=incident, effect_incident=None).order_by("pk"))
    assert [(link.cause, link.effect) for link in links] == list(pairwise(incident.story[0]))
    told = IncidentWord.objects.filter(incident=incident, text__contains=" → ")
    assert [word.text.splitlines()[-1] for word in told] == [" → ".join(incident.story[0][:-1])]
    assert Heard.objects.filter(word__in=told).count() >= 15
    after = Case.objects.filter(consequence__incident=incident).select_related("category")
    disputes = after.filter(category__code="office/fees/dispute")
    assert disputes.count() == sum(a + b for a, b in CHAIN.values()) == 20
    assert {day_of(case.received_at, now) for case in disputes} == set(CHAIN)
    events = CaseEvent.objects.filter(kind=EventKind.GATHERED, data__effect=True)
    assert set(events.values_list("case", flat=True)) == set(after.values_list("pk", flat=True))
    assert not any(event.at > (incident.closed_at or now) for event in events)


def test_the_storm_led_to_another_incident_and_one_word_went_on_to_its_customers(now: datetime) -> None:
    storm = Incident.objects.get(title__contains="B1 车库进水")
    dark = Incident.objects.get(title__startswith="单元停电")
    assert linking.effects([storm.pk]) == {dark.pk}
    link = ChainLink.objects.get(incident=storm, effect_incident=dark)
    assert storm.story[1:] == [[link.cause, dark.pk]]
    assert link.cause in storm.story[0]
    onward = IncidentWord.objects.get(incident=dark)
    assert onward.followed is not None
    assert (onward.followed.incident, onward.followed.text) == (storm, onward.text)
    heard = {
        word: set(Heard.objects.filter(word=word).values_list("case__customer", flat=True))
        for word in (onward, onward.followed)
    }
    assert [len(heard[word]) for word in heard] == [word.cases for word in heard]
    assert heard[onward]
    assert not heard[onward] & heard[onward.followed]
    assert set(dark.case_set.values_list("category__code", flat=True)) <= {
        "repair-public/power/outage",
        "repair-public/power/corridor-light",
    }


def test_all_who_wait_for_the_lifts_share_one_plan_of_which_one_step_is_late(now: datetime) -> None:
    rollout = Rollout.objects.get()
    lead = Plan.objects.get(rollout=rollout, lead=None)
    led = Plan.objects.filter(lead=lead)
    assert rollout.begun == Plan.objects.filter(rollout=rollout).count() >= 5
    assert led.filter(rollout=None).count() >= 15  # they came later, and go by it all the same
    assert {plan.outcome for plan in (lead, *led)} == {Outcome.DONE}
    shared = lead.steps.filter(shared=True).order_by("number")
    assert [row.number for row in shared if row.at and row.at > row.due_at] == [5]
    assert {row.by.username for row in shared if row.by} == {"maqiang", "zhougong", "zhaozhuguan"}
    assert measure.figures().led == led.count()
    rows = PlanStep.objects.filter(plan__in=led, shared=True, by_lead=True)
    for row in shared:
        assert set(rows.filter(number=row.number).values_list("at", flat=True)) == {row.at}
    own = PlanStep.objects.filter(plan__in=led, shared=False)
    assert not own.exclude(state=StepState.DONE).exists()
    assert own.values("at").distinct().count() > led.count() / 2


def test_the_neighbours_are_a_group_with_a_spokesperson_and_an_expert(now: datetime) -> None:
    group = Group.objects.get(incident__title="隔壁工地夜间施工")
    assert (group.size, group.customers, group.lead.username if group.lead else "") == (26, 26, "zhengjingli")
    named = {row.role: row.case for row in Member.objects.filter(group=group).exclude(role=Role.ORDINARY)}
    assert set(named) == {Role.SPOKESPERSON, Role.EXPERT}
    for role, word in ((Role.SPOKESPERSON, "签名"), (Role.EXPERT, "律师")):
        assert Message.objects.filter(case=named[role], seq=1, text__contains=word).exists()
    log = list(Entry.objects.filter(group=group).order_by("pk"))
    assert all(earlier.at <= later.at for earlier, later in pairwise(log))
    assert all(entry.reason and entry.by for entry in log if entry.what == What.ROLE)
    grouped = CaseEvent.objects.filter(topic="groups", data__what="grouped")
    assert grouped.count() == 26


def test_two_refusals_say_whom_outside_the_customer_may_turn_to(now: datetime) -> None:
    said = [event for event in CaseEvent.objects.filter(kind=EventKind.REFUSED) if outside.PART in event.data]
    assert len(said) == NAMING
    for event in said:
        (body,) = [outside.named(one["body"]) for one in event.data[outside.PART]]
        assert body.active
        text = Message.objects.get(case=event.case_id, seq=event.seq, part=outside.PART)
        assert (text.text, text.public) == (body.name, True)  # a hotline: its number is in its name

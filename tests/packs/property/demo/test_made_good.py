"""What the demo holds of repetitions, complaints over heads, remedies, recovery plans and the mark."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db.models import F

from huiyin.cases import refusing
from huiyin.cases.models import Case, CaseEvent
from huiyin.cases.workflow import REFUSAL, EventKind
from huiyin.fairness.models import Escalation, Mark, Objection, Origin, Repeat
from huiyin.fairness.rules import rule
from huiyin.packs.property.demo import measure
from huiyin.playbooks.models import Outcome, Plan, PlanStep, StepState
from huiyin.recovery import failures, ledger
from huiyin.recovery.models import Bearer, Kind, Limit, Proposal, Remedy, Standing, State
from huiyin.worth import tallying
from huiyin.worth.models import MonthSum, Purchase, Tally

pytestmark = [pytest.mark.usefixtures("ninety_days", "db"), pytest.mark.reads]


def test_about_eight_in_a_hundred_come_again_and_are_dealt_with_as_the_rule_says(now: datetime) -> None:
    found = Repeat.objects.select_related("case__category", "earlier__category")
    assert 5 <= 100 * len(found) / Case.objects.count() <= 11
    for one in found:
        assert one.case.customer_id == one.earlier.customer_id
        assert timedelta() < one.case.received_at - one.earlier.received_at <= timedelta(days=rule().repeat_days)
        for case, other in ((one.case, one.earlier), (one.earlier, one.case)):
            assert CaseEvent.objects.filter(case=case, data__what="related", data__case=other.pk).exists()
    raised = CaseEvent.objects.filter(kind=EventKind.GRADED, actor=None, case__in=found.values("case"))
    assert raised.count() > len(found) / 2


def test_a_few_go_over_heads_each_to_another_person_and_some_with_an_outside_deadline(now: datetime) -> None:
    found = Escalation.objects.select_related("case")
    assert 8 <= len(found) <= 40
    assert all(one.was_id != one.handler_id for one in found)
    assert {one.origin for one in found} >= {Origin.MANAGER, Origin.COMPANY, Origin.AUTHORITY}
    above = [one.case for one in found if one.origin == Origin.AUTHORITY]
    assert above
    assert all(case.outside_due_at for case in above)


def test_refusals_are_asked_for_in_three_ways_and_said_by_another(now: datetime) -> None:
    asked = [
        event
        for event in CaseEvent.objects.filter(kind=EventKind.APPROVING).select_related("case")
        if event.data["about"] == REFUSAL
    ]
    assert {event.data["mode"] for event in asked} == set(refusing.Mode.values)
    for event in asked:
        said = CaseEvent.objects.filter(case=event.case_id, kind=EventKind.REFUSED).first()
        assert said is None or said.actor_id != event.actor_id


def test_about_110_times_something_is_made_good_within_limits_and_budgets(now: datetime) -> None:
    found = measure.figures()
    assert 85 <= found.proposals <= 150
    assert 40 <= found.words_only <= 62
    assert 52_000 <= found.yuan <= 70_000
    assert max(Proposal.objects.values_list("amount", flat=True)) < 10_000_00
    assert 3 <= found.waited <= 8
    assert list(ledger.faults()) == []
    bounds = {row.role: row for row in Limit.objects.all()}
    for one in Proposal.objects.filter(standing=Standing.GRANTED, amount__gt=0):
        assert one.amount <= bounds[one.role].per_case
        assert one.granter_id != one.asker_id or one.role != "manager"
        two = bounds[one.role].two_above
        assert two is None or one.amount <= two or one.first_id not in (None, one.granter_id)
    bearers = set(Remedy.objects.values_list("bearer", flat=True))
    assert bearers == {Bearer.US, Bearer.INSURER, Bearer.DEVELOPER}
    kinds = set(Remedy.objects.values_list("kind", flat=True))
    assert kinds >= {Kind.APOLOGY, Kind.REDO, Kind.VOUCHER, Kind.REDUCTION, Kind.GOODWILL, Kind.COMPENSATION}
    assert Remedy.objects.filter(state=State.CONFIRMED).exists()
    assert Proposal.objects.filter(standing=Standing.WAITING).exists()


def test_what_is_promised_is_not_called_kept_before_it_is_there(now: datetime) -> None:
    for row in Remedy.objects.filter(commitment__isnull=False, delivered_at__isnull=False):
        kept = CaseEvent.objects.filter(case=row.case_id, kind=EventKind.KEPT, data__commitment=row.commitment)
        assert all(event.at >= row.delivered_at for event in kept)  # type: ignore[operator]
    promised = Remedy.objects.filter(state=State.PROMISED).select_related("case")
    assert all(row.commitment in row.case.open_commitments for row in promised)


def test_two_vouchers_are_unlike_those_of_comparable_cases(now: datetime) -> None:
    rows = Proposal.objects.filter(standing=Standing.GRANTED, failure__code="promise", gravity="major")
    amounts = sorted(rows.filter(remedy__kind=Kind.VOUCHER).values_list("counted", flat=True))
    like = failures.described(amounts[:-2], "CNY")
    assert like.says_something
    assert not like.usual(amounts[-1])
    assert not like.usual(amounts[-2])
    assert like.usual(amounts[-3])


def test_plans_run_in_many_cases_with_steps_done_late_passed_over_and_left(now: datetime) -> None:
    plans = Plan.objects.exclude(case__incident__isnull=False)
    books = Counter(plans.values_list("version__playbook__code", flat=True))
    assert set(books) >= {"lift-trapped", "power-cut", "water-leak", "conduct", "missed-promise"}
    assert books.total() >= 60
    assert {*plans.values_list("outcome", flat=True)} == {"", Outcome.DONE, Outcome.ENDED}
    steps = PlanStep.objects.all()
    assert {*steps.values_list("state", flat=True)} == set(StepState.values)
    assert steps.filter(at__gt=F("due_at")).exists()
    skipped = CaseEvent.objects.filter(topic="playbooks", data__what="skipped")
    assert skipped.exists()
    assert all("words" in event.data for event in skipped)
    assert CaseEvent.objects.filter(topic="playbooks", data__what="overdue").exists()
    resolved = PlanStep.objects.filter(required=True, state=StepState.OPEN, plan__case__resolved_at__isnull=False)
    assert not resolved.filter(plan__case__reopened=0, plan__case__outcome="done").exists()


def test_one_customer_is_marked_until_a_day_and_has_contested_it(now: datetime) -> None:
    mark = Mark.objects.select_related("customer").get()
    assert mark.ended_at is None
    assert mark.until > now.date()
    assert mark.customer.marked_until == mark.until
    assert Case.objects.filter(customer=mark.customer).count() >= 6
    objection = Objection.objects.get(mark=mark)
    assert objection.upheld is False
    assert objection.told_at is not None
    assert objection.decided_by_id != mark.set_by_id


def test_the_monthly_report_and_that_of_equal_treatment_have_something_to_say(now: datetime) -> None:
    assert Purchase.objects.count() > 500  # fees by month of every eighth home
    while tallying.sweep(now):
        pass
    assert MonthSum.objects.values("month").distinct().count() >= 3
    groups = Counter(Tally.objects.exclude(failure=None).values_list("failure__code", "gravity", "site"))
    assert sum(count >= 5 for count in groups.values()) >= 6
    assert tallying.differences() == []


def test_nobody_decides_on_what_they_asked_for(now: datetime) -> None:
    for event in CaseEvent.objects.filter(kind=EventKind.APPROVED):
        asked = CaseEvent.objects.get(case=event.case_id, seq=event.data["request"])
        assert asked.actor_id != event.actor_id

"""Thousands of rows in every table that grows, for plans to be asked about."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from django.db import connection

from huiyin.alerts.models import ChainLink, Consequence
from huiyin.cases import search, timeline
from huiyin.cases.expectation_models import Expectation
from huiyin.cases.incident_models import Incident
from huiyin.cases.models import Case, CaseEvent, File, HandOver, Message, Seal, Unsealed
from huiyin.cases.tag_models import CaseTag, Tag
from huiyin.cases.workflow import EventKind
from huiyin.clocks.models import Clock
from huiyin.customers.models import Customer
from huiyin.db.rows import insert_rows
from huiyin.evidence.models import Copy, Handling
from huiyin.groups.models import Again, Alone, Entry, Group, Member, Progress
from huiyin.messages.models import Link, Mail, Proof
from huiyin.org.models import SettingsEntry
from huiyin.playbooks.models import Plan, PlanStep, PlaybookVersion
from huiyin.rates.models import DaySum, Fact
from huiyin.recovery.models import Budget, CaseFailure, FailureType, Proposal, Remedy, Running
from huiyin.recovery.models import Entry as Posted
from huiyin.returns.models import HelpAsked, ReturnVisit
from huiyin.standards.models import CustomerNotice
from huiyin.worth.models import Contract, Leaving, Line, MonthSum, Purchase, Tally, Worth
from tests.people import NOW, Company

MANY = 3000


def fill(company: Company) -> list[int]:
    """Thousands of cases of three sites, in every table that grows; rows without a true record, the same each time."""
    chance = random.Random(7)
    sites = [company.hq, company.fly, company.ljf]
    rows = [
        (Customer(site=site, name=f"人{n}", phone=f"+86138{n:08d}", email=f"c{n}@example.com"))
        for n, site in zip(range(MANY), sites * MANY, strict=False)
    ]
    Customer.objects.bulk_create(rows)
    made = [_case(chance, chance.choice(sites).pk, row.pk, company) for row in rows]
    storm = _storm(company)
    for case in made[::60]:
        case.incident = storm
    timeline.give_ids(made)
    _fill(Case, made)
    ids = [case.pk for case in made]
    _fill_beside(company, made)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return ids


def _storm(company: Company) -> Incident:
    """An incident with a long chain, beside others."""
    user = company.linxiao
    found = Incident.objects.bulk_create(
        Incident(site=company.ljf, title=str(n), lead=user, opened_by=user, opened_at=NOW) for n in range(200)
    )
    ChainLink.objects.bulk_create(
        ChainLink(incident=one, cause=str(n), effect=str(n + 1), by=user, at=NOW) for one in found for n in range(10)
    )
    return found[-1]


def _case(chance: random.Random, site: int, customer: int, company: Company) -> Case:
    status = chance.choices(("received", "accepted", "resolved", "closed"), (2, 10, 8, 80))[0]
    handler = chance.choice([company.linxiao, company.chenjia, company.hemin]) if status != "received" else None
    case = Case(uid="0" * 32, link_digest=f"{customer:064x}", kind="repair", channel="phone", site_id=site)
    case.customer_id, case.subject, case.status, case.severity = customer, "电梯", status, "P3"
    case.complexity, case.received_at, case.handler, case.digest = "simple", NOW, handler, "0" * 64
    case.resolved_at = NOW if status in ("resolved", "closed") else None
    case.source, case.external_number = "letters", str(customer)
    case.email = f"c{customer}@example.com"
    case.owner, case.category, case.changed_at = handler, company.lift if customer % 50 == 0 else company.tap, NOW
    case.received_at = case.changed_at = NOW - timedelta(seconds=7 * customer)
    case.severity = ("P1", "P2", "P3", "P4")[customer % 4]
    case.hand_overs, case.overridden = customer % 20 // 18 + 1, "clock" if customer % 100 == 7 else ""
    if customer % 200 == 0 and case.resolved_at is None:
        case.decide_since, case.referred, case.supervised_by = NOW, "asked", company.zhaozhuguan
    return case


def _fill_beside(company: Company, made: list[Case]) -> None:
    def each(model: type[Any], **values: Any) -> list[Any]:
        return [model(case=case, **{name: _of(value, case) for name, value in values.items()}) for case in made]

    far = NOW + timedelta(days=30)
    _fill(CaseEvent, each(CaseEvent, seq=1, kind=EventKind.RECEIVED, at=NOW, recorded_at=NOW, data={}, digest=""))
    _fill(Message, each(Message, seq=1, part="text", public=True, text="电梯停运", salt=b""))
    _fill(File, each(File, seq=1, public=True, sha256=lambda c: f"{c.pk:064x}", name="a", media_type="a/b", size=1))
    units = [company.engineering, company.security, company.finance, company.quality]
    replied = lambda c: None if c.pk % 80 < 8 else NOW  # noqa: E731
    _fill(HandOver, each(HandOver, seq=2, department=lambda c: units[c.pk % 4], asked_at=NOW, replied_at=replied))
    ended = lambda c: "" if c.pk % 8 == 0 else "met"  # noqa: E731
    tag = Tag.objects.create(name="重点", key="重点")
    _fill(CaseTag, [CaseTag(case=case, tag=tag) for case in made[::40]])
    _fill(Unsealed, [Unsealed(case_id=case.pk, first=1, last=1, digest="") for case in made])
    Seal.objects.create(pk=1, at=NOW, cases=0, events=0, entries=b"", digest="")
    due = lambda c: NOW + timedelta(minutes=c.pk % 10_000)  # noqa: E731
    _fill(
        Clock,
        each(Clock, kind="resolve", ref=1, started_at=NOW, first_due_at=far, due_at=due, warn_at=due, outcome=ended),
    )
    state = lambda c: "open" if c.pk % 8 == 0 else "done"  # noqa: E731
    asker = lambda c: c.handler if c.pk % 40 == 1 else None  # noqa: E731
    said = {"method": "call_back", "solved": True, "visited_at": due, "asked_by": asker}
    _fill(ReturnVisit, each(ReturnVisit, seq=3, mode="phone", state=state, next_at=due, close_at=None, **said))
    asked = {"department": lambda c: units[c.pk % 4], "visit": 3, "asked_at": due, "due_at": due}
    answered = lambda c: None if c.pk % 80 < 8 else NOW  # noqa: E731
    _fill(HelpAsked, each(HelpAsked, seq=4, answered_at=answered, told_at=answered, **asked))
    _fill_good(made)
    over = lambda c: None if c.pk % 100 == 0 else NOW  # noqa: E731
    waits = lambda c: NOW if c.pk % 100 == 0 else None  # noqa: E731
    to = lambda c: f"c{c.pk}@example.com"  # noqa: E731
    _fill(Mail, each(Mail, to=to, subject="a", body="", what="news", made_at=NOW, next_at=waits, ended_at=over))
    _fill(Link, each(Link, digest=lambda c: f"{c.pk:064x}", ends_at=due))
    proofs = [Proof(email=_of(to, c), digest=f"{c.pk:064x}", asked_at=NOW, ends_at=_of(due, c)) for c in made]
    Proof.objects.bulk_create(proofs)
    areas = ("site", "person", "levels", "year")
    entries = [SettingsEntry(at=NOW, area=areas[c.pk % 4], thing=str(c.pk % 100), before={}, after={}) for c in made]
    SettingsEntry.objects.bulk_create(entries)
    _fill_counted(made)
    _fill_notices(company, made)
    _fill_groups(made)
    _fill_evidence(company, made)
    found = ("mistaken", *["too-high"] * 98, "over-promised")
    expected = [Expectation(case=c, kind=found[c.pk % 100], settled="taught", received_at=c.received_at) for c in made]
    _fill(Expectation, expected)
    _fill_worth(made)
    settled = lambda c: None if c.pk % 8 else NOW - timedelta(minutes=c.pk)  # noqa: E731
    state = lambda c: "open" if c.pk % 8 else "won"  # noqa: E731
    left = {"since": NOW.date(), "why": "contract", "found_at": NOW, "settled_at": settled, "state": state}
    _fill(Leaving, each(Leaving, customer=lambda c: c.customer, site=lambda c: c.site, stake=1, **left))
    search.add([search.Entry(case.pk, 1, case.site_id, ["电梯停运", str(1_000_000 + case.pk)]) for case in made])


def _fill_groups(made: list[Case]) -> None:
    """A third of the cases two by two in groups."""
    site = {case.pk: case.site_id for case in made}
    pairs = list(zip(made[::6], made[1::6], strict=False))
    groups = Group.objects.bulk_create(
        Group(site_id=site[one.pk], size=2, customers=2, first_at=NOW, last_at=NOW, made_at=NOW)
        for one, _other in pairs
    )
    for group, pair in zip(groups, pairs, strict=True):
        Member.objects.bulk_create(Member(group=group, case=case, who=f"c{case.customer_id}", at=NOW) for case in pair)
        Entry.objects.bulk_create(Entry(group=group, what="joined", case=case, at=NOW) for case in pair)
    Alone.objects.bulk_create(Alone(case=case) for case in made[2::6])
    Again.objects.bulk_create(Again(case=case, since=NOW) for case in made[3::6])
    Progress.objects.create(pk=1, upto=made[-20].pk, gaps=[[made[5].pk, NOW.isoformat()]])


def _fill_notices(company: Company, made: list[Case]) -> None:
    """Years of notices to customers, of which few still run."""
    wrote = {"written_by": company.zhaozhuguan, "written_at": NOW, "title": "停水", "text": "洗水箱", "kind": "work"}
    rows = [CustomerNotice(site_id=c.site_id, state="approved", approved_at=NOW, **wrote) for c in made]
    for n, row in enumerate(rows):
        row.show_from = NOW - timedelta(days=n + 1)
        row.until = NOW + timedelta(days=9) if n % 200 == 0 else row.show_from + timedelta(hours=9)
        row.withdrawn_at = NOW if n % 4 == 1 else None
    CustomerNotice.objects.bulk_create(rows)


def _fill_counted(made: list[Case]) -> None:
    for rate, ref in (("once", 0), ("respond", 1)):
        Fact.objects.bulk_create([_fact(case, rate, ref) for case in made])
    counts = {"due": 9, "good": 8, "half": 0, "excluded": 0}
    sites, days = sorted({case.site_id for case in made}), [NOW.date() - timedelta(days=n) for n in range(300)]
    DaySum.objects.bulk_create(
        DaySum(by=by, value=value, site_id=site, day=one, rate="once", **counts)
        for by, value in (("", ""), ("person", "1"), ("channel", "phone"))
        for site in sites
        for one in days
    )


def _fact(case: Case, rate: str, ref: int) -> Fact:
    at = NOW - timedelta(days=case.pk % 300)
    fact = Fact(case=case, rate=rate, ref=ref, at=at, day=at.date(), channel="phone", person=case.handler, mark="met")
    fact.good, fact.dirty, fact.began = case.pk % 9 > 0, case.pk % 100 == 0, NOW
    fact.site_id, fact.category_id, fact.customer_id = case.site_id, case.category_id, case.customer_id
    return fact


def _fill_good(made: list[Case]) -> None:
    """What was made good: something in every case, for one of sixty failures."""
    types = [FailureType.objects.create(code=f"f{n}", group="system", name="失误") for n in range(60)]
    budget = Budget.objects.get()
    values = {"seq": 3, "number": 1, "standing": "granted", "asked_at": NOW, "granted_at": NOW, "amount": 1}
    proposals = [Proposal(case=c, failure=types[c.pk % 60], gravity="minor", counted=1, **values) for c in made]
    _fill(Proposal, proposals)
    keys = dict(Proposal.objects.values_list("case", "pk"))
    remedies = [
        Remedy(case=c, proposal_id=keys[c.pk], number=1, kind="voucher", amount=1, state="approved") for c in made
    ]
    _fill(Remedy, remedies)
    posted = {"at": NOW, "source": "free", "target": "reserved", "amount": 1, "currency": "CNY", "bearer": "us"}
    other = Budget.objects.create(site=budget.site, month=NOW.date().replace(month=1, day=1))
    _fill(Posted, [Posted(case=c, budget=budget if c.pk % 100 == 0 else other, **posted) for c in made])
    sums = [Running(customer_id=c.customer_id, period="2026", currency="CNY", used=1) for c in made]
    _fill(Running, sums)
    _fill(CaseFailure, [CaseFailure(case=c, failure=types[c.pk % 60], gravity="minor") for c in made])
    _fill_plans(made)


def _fill_plans(made: list[Case]) -> None:
    """A plan of three steps in every case; few still run, and of few steps somebody is to be told."""
    version, failure = PlaybookVersion.objects.get(), FailureType.objects.order_by("pk").first()
    version.steps *= 3
    version.save()
    over = {True: None, False: NOW}
    rows = [
        Plan(case=c, number=1, failure=failure, version=version, seq=2, started_at=NOW, ended_at=over[c.pk % 100 == 0])
        for c in made
    ]
    _fill(Plan, rows)
    gathered = Plan.objects.filter(case__in=[case.pk for case in made[::60]])
    first = gathered.earliest("pk")
    gathered.update(ended_at=None)
    gathered.exclude(pk=first.pk).update(lead=first)
    came = [Consequence(incident=case.incident, case=case) for case in made[::600] if case.incident is not None]
    Consequence.objects.bulk_create(came)
    keys = dict(Plan.objects.values_list("case", "pk"))
    steps = [
        PlanStep(plan_id=keys[c.pk], number=n, due_at=NOW, notice_at=NOW if c.pk % 100 == 0 else None, shared=n == 1)
        for c in made
        for n in (1, 2, 3)
    ]
    _fill(PlanStep, steps)


def _fill_worth(made: list[Case]) -> None:
    """Every case is one of recovery, in one of thirty months, and its customer buys."""
    types = list(FailureType.objects.order_by("pk"))
    months = [date(2024 + n // 12, n % 12 + 1, 1) for n in range(30)]
    day = NOW.date()
    tallies = [
        Tally(case=c, site_id=c.site_id, failure=types[c.pk % len(types)], gravity="minor", at=NOW) for c in made
    ]
    for one in tallies:
        one.dirty = one.case_id % 100 == 0
    Tally.objects.bulk_create(tallies)
    Line.objects.bulk_create(
        Line(case=c, site_id=c.site_id, month=months[c.pk % 30], figure=("cost", "labour", "kept")[c.pk % 3], amount=1)
        for c in made
    )
    MonthSum.objects.bulk_create(
        MonthSum(site_id=site, month=month, figure="cost", value=str(value), amount=1)
        for site in sorted({c.site_id for c in made})
        for month in months
        for value in range(20)
    )
    people = [c.customer_id for c in made if c.customer_id is not None]
    numbers = {"value": 1, "low": 1, "high": 1, "basis": 1, "at": NOW}
    Worth.objects.bulk_create(Worth(customer_id=pk, method="simple", **numbers) for pk in people)
    Purchase.objects.bulk_create(
        Purchase(customer_id=pk, on=day, amount=1, source="t", reference=str(pk)) for pk in people
    )
    Contract.objects.bulk_create(
        Contract(customer_id=pk, began=day, fee=1, source="t", reference=str(pk)) for pk in people
    )


def _fill_evidence(company: Company, made: list[Case]) -> None:
    files = dict(File.objects.values_list("case_id", "pk"))
    rows = [Handling(case=case, file_id=files[case.pk], user=company.hemin, act="shown", at=NOW) for case in made]
    _fill(Handling, rows)
    copies = [Copy(case=case, user=company.hemin, asked_at=NOW, state="gone") for case in made]
    for copy in copies:
        if copy.case_id % 400 == 0:
            copy.state = "ready"
        if copy.case_id % 500 == 0:
            copy.state = "waiting"
    Copy.objects.bulk_create(copies)


def _of(value: Any, case: Case) -> Any:
    return value(case) if callable(value) else value


def _fill(model: type[Any], rows: list[Any]) -> None:
    names = tuple(f.attname for f in model._meta.concrete_fields if not f.primary_key or model is Case)
    insert_rows(model, names, [[getattr(row, name) for name in names] for row in rows])

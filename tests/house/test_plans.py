"""No page and no sweep reads a whole table: each has an index, on both databases."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiyin.alerts import linking
from huiyin.alerts import queries as incidents
from huiyin.cases import alike, counting, expecting, listing, sealed, seals
from huiyin.cases import queries as cases
from huiyin.cases.alike import Voice
from huiyin.cases.arriving import Typed, arriving
from huiyin.cases.incident_models import Incident
from huiyin.cases.listing import Sort
from huiyin.cases.models import Case
from huiyin.cases.queries import Filter
from huiyin.cases.tag_models import Tag
from huiyin.clocks import actions as clocks
from huiyin.clocks import deciding
from huiyin.clocks import listing as deadlines
from huiyin.clocks import queries as clock_queries
from huiyin.customers import queries as customers
from huiyin.customers.actions import Person, recognise, recognise_all
from huiyin.evidence import actions as copies
from huiyin.evidence import queries as evidence
from huiyin.groups import candidates, joining
from huiyin.groups import queries as groups
from huiyin.groups.candidates import Edge
from huiyin.groups.matching import Facts, Reason
from huiyin.groups.models import Group, Progress
from huiyin.imports import reconciling
from huiyin.messages import queries as mail
from huiyin.messages import sending
from huiyin.messages.actions import may_get
from huiyin.messages.models import Mail, What
from huiyin.org import history
from huiyin.org.models import User
from huiyin.playbooks import actions as plan_actions
from huiyin.playbooks import beforehand, kin, rollout, shared, spreading
from huiyin.playbooks import editing as playbook_editing
from huiyin.playbooks import queries as playbooks
from huiyin.playbooks.models import Plan, PlanStep
from huiyin.rates import queries as rates
from huiyin.rates import validity, walking
from huiyin.rates.models import DIRTY, Fact
from huiyin.recovery import authority, failures
from huiyin.recovery import queries as recovery
from huiyin.recovery.models import Budget, FailureType
from huiyin.returns import actions as returns
from huiyin.returns import heard
from huiyin.returns import queries as return_queries
from huiyin.returns.models import UNANSWERED, HelpAsked
from huiyin.standards import announced, foreseeing
from huiyin.standards.warning import Bars
from huiyin.worth import facts, known, leavers, treatment, valuing
from huiyin.worth import queries as worth
from huiyin.worth.models import Line, Purchase, Tally
from tests.house.many import fill
from tests.people import NOW, Company

pytestmark = pytest.mark.slow

SQLITE = connection.vendor == "sqlite"
BIG = (
    "cases_case",
    "cases_caseevent",
    "cases_message",
    "cases_file",
    "cases_handover",
    "cases_casetag",
    "cases_searchtext",
    "cases_unsealed",
    "cases_expectation",
)
MAIL = ("huiyin_messages_mail", "huiyin_messages_link", "huiyin_messages_proof")
COUNTED = ("rates_fact", "rates_daysum")
WORTH = (
    "worth_tally",
    "worth_line",
    "worth_monthsum",
    "worth_worth",
    "worth_purchase",
    "worth_contract",
    "worth_leaving",
)
GROUPS = ("groups_group", "groups_member", "groups_entry", "groups_alone", "groups_again")
GOOD = ("recovery_proposal", "recovery_remedy", "recovery_entry", "recovery_running", "recovery_casefailure")
PLANS = ("playbooks_plan", "playbooks_planstep", "playbooks_rollout", "alerts_chainlink", "alerts_consequence")
EVIDENCE = ("evidence_handling", "evidence_copy")
OTHERS = ("clocks_clock", "returns_returnvisit", "returns_helpasked", "customers_customer", "org_settingsentry")
TABLES = (*BIG, *MAIL, *COUNTED, *WORTH, *GROUPS, *GOOD, *PLANS, *EVIDENCE, *OTHERS)


@pytest.fixture
def many(company: Company) -> list[int]:
    """Thousands of cases of three sites."""
    return fill(company)


def read_whole(act: Callable[[], object]) -> list[str]:
    """The tables that the plans of what `act` asks read whole, although they grow."""
    with CaptureQueriesContext(connection) as captured:
        act()
    asked = [query["sql"] for query in captured.captured_queries if query["sql"].startswith("SELECT")]
    return [found for text in asked if any(table in text for table in TABLES) for found in _whole(text)]


def _whole(text: str) -> list[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # then one is left only where no index could do
            cursor.execute(f"EXPLAIN (FORMAT JSON) {text.replace('%', '%%')}")
            plan = json.dumps(cursor.fetchone()[0])
            cursor.execute("SET LOCAL enable_seqscan = on")
            return [table for table in re.findall(r'"Seq Scan".*?"Relation Name": "(\w+)"', plan) if table in TABLES]
        cursor.execute(f"EXPLAIN QUERY PLAN {text}")
        scans = [str(row[3]) for row in cursor.fetchall() if re.match(rf"SCAN (?:{'|'.join(TABLES)})$", str(row[3]))]
    # In the order of the key, until the page is full, is fine: `steps` sees it when it never gets full.
    return (
        []
        if scans in (["SCAN cases_case"], ["SCAN cases_unsealed"], ["SCAN org_settingsentry"]) and "LIMIT" in text
        else scans
    )


def steps(act: Callable[[], object]) -> int:
    """Thousands of steps of SQLite's machine: eight or more when a table of ours is read whole. 0 elsewhere."""
    if not SQLITE:
        act()
        return 0
    count = 0

    def tick() -> int:
        nonlocal count
        count += 1
        return 0

    connection.ensure_connection()
    connection.connection.set_progress_handler(tick, 1000)
    try:
        act()
    finally:
        connection.connection.set_progress_handler(None, 0)
    return count


def lists(company: Company) -> list[tuple[str, User, Filter, str]]:
    """Filters of an inbox, for somebody of one site and for somebody of all, in every order."""
    one = frozenset
    tag = Tag.objects.get().pk
    chosen = {
        "open": Filter(open=True),
        "severity": Filter(open=True, severities=one({"P3"})),
        "category": Filter(categories=one({company.lift.pk})),
        "tag": Filter(tag=tag),
        "owner": Filter(owner=company.linxiao.pk),
        "set by hand": Filter(overridden=True),
        "expectation": Filter(expectations=one({"mistaken"})),
        "handed over often": Filter(hand_overs=2),
        "handed over often and set by hand": Filter(hand_overs=2, overridden=True),
        "age": Filter(before=NOW - timedelta(days=1)),
        "nothing by site, kind, channel": Filter(
            sites=one({company.ljf.pk, company.fly.pk}), kinds=one({"praise"}), channels=one({"letter"})
        ),
        "tag and channel": Filter(tag=tag, channels=one({"letter"})),
    }
    people = (company.linxiao, company.admin)
    return [(name, user, wanted, sort) for name, wanted in chosen.items() for user in people for sort in Sort]


def _counted(user: User, wanted: Filter) -> Callable[[], object]:
    return lambda: counting.read({"": counting.of_list(user, wanted)})


def _listed(user: User, wanted: Filter, sort: str) -> Callable[[], object]:
    if sort == Sort.DUE:
        return lambda: deadlines.by_deadline(user, wanted, limit=10)
    return lambda: listing.page(user, wanted, sort=sort, limit=10)


@pytest.mark.tampers
def test_no_list_reads_more_than_it_says(company: Company, many: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """With stretches as small beside this table as the real ones are beside a large one."""
    monkeypatch.setattr(listing, "STRETCHES", (20, 60))
    monkeypatch.setattr(deadlines, "STRETCHES", (20, 60))
    monkeypatch.setattr(listing, "FEW", 30)
    monkeypatch.setattr(counting, "LOOKED_AT", 30)
    acts = {f"{name}, {user}, {sort}": _listed(user, wanted, sort) for name, user, wanted, sort in lists(company)}
    for name, user, wanted, _sort in lists(company):
        acts[f"how many: {name}, {user}"] = _counted(user, wanted)
    assert {name: count for name, act in acts.items() if (count := steps(act)) > 6} == {}
    assert {name: found for name, act in acts.items() if (found := read_whole(act))} == {}


def _compared(pk: int) -> tuple[Facts, frozenset[str]]:
    return candidates.facts([pk])[pk], frozenset(candidates.texts([pk])[pk])


@pytest.mark.tampers
def test_no_page_and_no_sweep_reads_a_whole_table(
    company: Company, many: list[int], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SAMPLE", "MOST_CANDIDATES", "_NAMING", "_READ"):  # so few that reading more than that is seen
        monkeypatch.setattr(alike, name, 10)
    for name in ("SAMPLE", "CANDIDATES", "_NAMING"):
        monkeypatch.setattr(candidates, name, 10)
    candidates.forget()
    agent, office, admin = company.linxiao, company.zhougong, company.admin
    some = Case.objects.get(pk=many[-9])
    theirs = cases.visible(agent).order_by("pk")[0]
    mine, everywhere = frozenset({company.ljf.pk}), frozenset({company.hq.pk, company.fly.pk, company.ljf.pk})
    week = rates.Period(NOW.date() - timedelta(days=7), NOW.date())
    group = Group.objects.filter(pk__in=groups.visible(agent)).latest("pk")
    grouped = Case.objects.filter(member__group=group)[0]
    storm = Incident.objects.latest("pk")
    leading = Plan.objects.filter(lead__isnull=False).earliest("pk").lead
    loose = Case.objects.filter(incident=storm).latest("pk")
    assert leading is not None
    monkeypatch.setattr(announced, "KEPT", 10)
    monkeypatch.setattr(copies, "_running", [])
    some_failure = FailureType.objects.latest("pk").pk
    monkeypatch.setattr(copies, "spawn", lambda copy_id: None)
    acts: dict[str, Callable[[], object]] = {
        "groups": lambda: groups.page(admin, shared=True, limit=10),
        "groups that I see a case of": lambda: groups.page(agent, limit=10),
        "one group": lambda: groups.get(agent, group.pk),
        "its cases": lambda: groups.members(agent, group),
        "what is special with them": lambda: groups.remarks(groups.members(agent, group)[0]),
        "what happened to it": lambda: groups.log(agent, groups.get(agent, group.pk)),
        "the group of a case": lambda: groups.of_case(agent, grouped),
        "the groups of a page": lambda: groups.marks(agent, many[:50]),
        "who has the same fault": lambda: groups.same_fault(agent, grouped),
        "where the sweep of groups goes on": lambda: joining._late(Progress.objects.get()),
        "cases like one": lambda: candidates.edges(*_compared(many[-9])),
        "where these stand": lambda: joining._linked([Edge(pk, Reason("same", "same", 900)) for pk in many[:50]]),
        "everything": lambda: cases.page(admin, Filter(), limit=10),
        "everything, further on": lambda: cases.page(admin, Filter(), before=many[2000], limit=10),
        "all of my site": lambda: cases.page(agent, Filter(), limit=10),
        "of one site": lambda: cases.page(admin, Filter(sites=mine), limit=10),
        "by status": lambda: cases.page(admin, Filter(statuses=frozenset({"accepted"})), limit=10),
        "unassigned": lambda: cases.page(agent, Filter(unassigned=True), limit=10),
        "mine": lambda: cases.page(agent, Filter(handler=agent.pk), limit=10),
        "handed to my department": lambda: cases.page(office, Filter(department=company.engineering.pk), limit=10),
        "a customer's earlier ones": lambda: cases.page(admin, Filter(customer=some.customer_id), limit=10),
        "cases of an import": lambda: cases.page(
            admin, Filter(source="letters", between=(many[7], many[99])), limit=10
        ),
        "search": lambda: cases.page(agent, Filter(q=f"电梯 {1_000_000 + many[7]}"), limit=10),
        "one case": lambda: cases.get(agent, theirs.number),
        "its timeline": lambda: cases.timeline(some),
        "its hand-overs": lambda: cases.hand_overs(some),
        "its promises": lambda: cases.commitments(some),
        "its clocks": lambda: clock_queries.of_case(some),
        "its visit": lambda: return_queries.planned(some),
        "the receipt page": lambda: Case.objects.get(link_digest=some.link_digest),
        "a known outside number, as a program asks for it": lambda: listing.page(
            admin, Filter(source="letters", external_number="7"), limit=10
        ),
        "what is due soon, by a filter": lambda: deadlines.by_deadline(
            agent,
            Filter(kinds=frozenset({"repair"})),
            due=deadlines.which("soon", now + timedelta(minutes=50)),
            limit=10,
        ),
        "what is late": lambda: deadlines.by_deadline(
            admin, Filter(), due=deadlines.which("late", now + timedelta(minutes=50)), limit=10
        ),
        "other protected cases of a customer": lambda: list(
            Case.objects.filter(customer=some.customer_id, protected=True).exclude(pk=some.pk)
        ),
        "mail of a case that waits": lambda: list(Mail.objects.filter(case=some, next_at__isnull=False)),
        "customers of a file by their addresses": lambda: recognise_all(
            [(Person(email=f"c{n}@example.com"), company.ljf.pk) for n in range(20)]
        ),
        "clocks of a page": lambda: clock_queries.open_by_case(many[:50]),
        "due soon": lambda: clock_queries.due_soon(agent, now + timedelta(minutes=50), limit=10),
        "to decide": lambda: deciding.to_decide(agent, Filter(), limit=10),
        "under supervision": lambda: cases.page(agent, Filter(supervised=True), limit=10),
        "return visits": lambda: return_queries.queue(company.hemin, limit=10),
        "known outside numbers": lambda: cases.by_outside_number("letters", ["7", "8"]),
        "the caller's number": lambda: recognise(Person("某人", "13800000007"), site=company.ljf.pk),
        "whoever writes from an address": lambda: recognise(Person(email="c7@example.com"), site=company.ljf.pk),
        "the cases of an address": lambda: mail.cases_of("c7@example.com"),
        "a link of a mail": lambda: list(mail.linked(f"{many[7]:064x}", now)),
        "the share of an address": lambda: may_get("c7@example.com", What.NEWS, now),
        "mail that is due": lambda: list(sending._due(now)),
        "mail and links to forget": lambda: sending._forget(now - timedelta(days=1)),
        "customers by the beginning of a number": lambda: customers.by_phone("1380000", mine),
        "by that of a name": lambda: customers.by_name("人12", mine),
        "what is known while a new case is typed": lambda: arriving(
            agent, Typed(company.ljf.pk, "人1", "138", f"{1_000_000 + many[7]}", f"电梯停运 {1_000_000 + many[9]}"), now
        ),
        "like cases that have ended": lambda: alike.similar(
            agent, Voice(f"停运 {1_000_000 + many[9]}", company.ljf.pk, now)
        ),
        "what customers said at visits": lambda: return_queries.results(many[:50]),
        "the history of the settings": lambda: history.page(limit=10),
        "of one part": lambda: history.page("site", limit=10),
        "of one thing": lambda: history.page("site", "nothing", limit=10),
        "a leaver's work": lambda: cases.work_of(agent),
        "what waits at a department": lambda: cases.waiting_at(company.engineering.pk),
        "open cases of a site": lambda: cases.open_at(company.ljf.pk),
        "what is made good in a case": lambda: recovery.book(some),
        "what went wrong in a case": lambda: failures.of_case(some),
        "the plans of a case": lambda: playbooks.of_case(some),
        "steps before resolving": lambda: playbooks.required(some),
        "the plan by which one begins": lambda: kin.leader(loose, storm.pk, some_failure, leading.version),
        "that of a group": lambda: kin.leader(grouped, None, some_failure, leading.version),
        "plans of cases that come to others": lambda: kin._free(many[:50]),
        "those that have left them": lambda: kin._strays(many[:50]),
        "who goes by a plan": lambda: Plan.objects.filter(lead=leading).exists(),
        "what is done once for all": lambda: shared.of_fault(agent, ("incident", storm.pk)),
        "in a group": lambda: shared.of_fault(agent, ("group", group.pk)),
        "deeds to spread": lambda: spreading.sweep(now),
        "who is to hear of one": lambda: spreading._next(PlanStep.objects.get(plan=leading, number=1), 0),
        "plans begun for all": lambda: rollout.sweep(now),
        "steps before resolving an incident": lambda: list(beforehand._left(storm, [])),
        "the chain of an incident": lambda: linking.chain(agent, storm),
        "what came of incidents": lambda: linking._from_each({storm.pk}),
        "the cases of one": lambda: incidents.member_page(agent, storm, limit=10),
        "its figures": lambda: incidents.figures(agent, storm),
        "plans by a playbook": lambda: playbook_editing.running(playbook_editing.by_code("worst")),
        "plans of cases that are over": lambda: plan_actions.end_all({some.pk: now}),
        "steps to tell of": lambda: list(plan_actions.due(now - timedelta(days=1))),
        "cases by numbers of others": lambda: cases.by_any_number(agent, "t", ["7", "8"]),
        "journeys of a period": lambda: walking.through(admin, walking.of_period(week, everywhere), at=now),
        "what is here and not on a list": lambda: reconciling._extra(
            admin, "t", {}, reconciling.Span(date(2026, 3, 1), date(2026, 3, 2))
        ),
        "what like cases got": lambda: failures.like(some, "CNY", now),
        "the report on recovery": lambda: worth.report(everywhere, date(2026, 3, 1)),
        "by site": lambda: worth.by_site(everywhere, date(2026, 3, 1)),
        "the rows behind a figure of it": lambda: worth.page(
            admin, worth.Wanted(worth.Figure.COST, date(2026, 3, 1), mine), limit=10
        ),
        "what some customers are worth": lambda: known.values(many[:20]),
        "comparable cases": lambda: list(
            treatment._rows(treatment.Wanted(some_failure, "minor", "site", everywhere, NOW + timedelta(days=1)))[:10]
        ),
        "where the comparison begins": treatment.first,
        "cases to add up": lambda: list(Tally.objects.filter(pk__gt=0, dirty=True).order_by("pk")[:50]),
        "what cases of recovery add": lambda: facts.records(many[:20]),
        "their lines": lambda: list(Line.objects.filter(case__in=many[:20])),
        "what some customers bought": lambda: valuing.data_of(many[:20]),
        "purchases that are known": lambda: list(Purchase.objects.filter(source="t", reference__in=["7", "8"])),
        "a change to a case of recovery": lambda: Tally.objects.filter(case__in=many[:5], dirty=False).update(
            dirty=True
        ),
        "what a yes would come to": lambda: authority.load_of(some, None, 1, year="2026", currency="CNY"),
        "approvals of a page": lambda: authority.settleable(company.zhaozhuguan, many[:50]),
        "the ledger of a budget": lambda: recovery.entries(
            Budget.objects.get(month=NOW.date().replace(day=1)).pk, limit=10
        ),
        "clocks that run": clock_queries.running,
        "provisional deadlines": clock_queries.provisional,
        "the sweep of clocks": lambda: clocks._due(now),
        "the sweep of seals, which finds nothing due": lambda: seals.sweep(now),
        "the seals' proof of a few cases": lambda: sealed.digests_of([(case, 1) for case in many[:50]]),
        "figures of a site": lambda: rates.figures(mine, week),
        "figures of answers by who asks": lambda: validity.parts(mine, week, rates.By.PERSON),
        "how alike the answers are": lambda: validity.askers(admin, everywhere, week),
        "figures by channel": lambda: rates.broken_down(mine, week, rates.By.CHANNEL),
        "one's own figures": lambda: rates.own(agent, week),
        "what stands behind a figure": lambda: rates.page(
            admin, rates.Wanted(rates.Rate.RESPOND, week, everywhere), limit=10
        ),
        "what stands behind that of a site": lambda: rates.page(
            admin, rates.Wanted(rates.Rate.RESPOND, week, mine), limit=10
        ),
        "what stands behind one's own": lambda: rates.page(
            agent, rates.Wanted(rates.Rate.RESPOND, week, person=agent.pk), limit=10
        ),
        "the sweep of rates": lambda: list(Fact.objects.filter(DIRTY).order_by("pk")[:10]),
        "resolutions of some customers": lambda: list(
            Fact.objects.filter(customer__in=[some.customer_id], rate="once").exclude(category=None)
        ),
        "who was given the files of a case": lambda: evidence.handled(some, most=10),
        "the files of a case": lambda: evidence.files_of(some),
        "one's copies of a case": lambda: evidence.copies_of(company.hemin, some),
        "the sweep of copies": lambda: copies._start(now - timedelta(days=9)),
        "copies to clear away": lambda: copies._clear(NOW),
        "notices to customers that are kept in memory": announced._load,
        "those that run or come": lambda: announced.current(agent, NOW),
        "those that are over": lambda: announced.over(agent, NOW, limit=10),
        "those of the whole company that are over": lambda: announced.over(admin, NOW, limit=10),
        "what was expected": lambda: expecting.month(admin, NOW - timedelta(minutes=7), NOW),
        "what we promised too much": lambda: expecting.over_promised(admin, NOW - timedelta(minutes=7), NOW),
        "a site looked ahead, of late": lambda: foreseeing._met(company.ljf, date(2029, 3, 1), Bars()),
        "who leaves": lambda: leavers.going(admin, everywhere, NOW.date(), limit=10),
        "who was won back": lambda: leavers.settled(admin, everywhere, (NOW.date(), NOW.date()), "won", limit=10),
        "what a department is asked": lambda: heard.waiting(company.zhougong),
        "what departments were asked in a month": lambda: heard.page(
            admin, NOW, NOW + timedelta(days=1), department=None, limit=10
        ),
        "the sweep of what was asked": lambda: list(
            HelpAsked.objects.filter(UNANSWERED, told_at=None, due_at__lte=now).order_by("due_at")[:10]
        ),
        "the sweep of visits": lambda: list(returns._due(now)[:200]),
    }
    assert steps(lambda: Case.objects.filter(place="nowhere").first()) >= (8 if SQLITE else 0), "sees no scan"
    assert {name: count for name, act in acts.items() if (count := steps(act)) > 4} == {}
    # It reads many rows of one site, by the index of the site.
    acts["looking ahead"] = lambda: foreseeing._met(company.ljf, NOW.date() + timedelta(days=1), Bars())
    assert {name: found for name, act in acts.items() if (found := read_whole(act))} == {}

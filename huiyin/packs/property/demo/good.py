"""What the demo's company makes good: budgets, vouchers given, an approval that waits, a choice that a customer has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from huiyin.cases.actions import By
from huiyin.cases.models import Case
from huiyin.cases.workflow import Status
from huiyin.org.models import User
from huiyin.recovery import actions, giving, ledger
from huiyin.recovery.ledger import Posting
from huiyin.recovery.models import Budget, Kind, Running
from huiyin.recovery.wanted import Option, Wanted

from .organisation import Company

MONTHS = 4
TOTALS = {"HQ": 40_000_00, "LJF": 20_000_00, "FLY": 15_000_00}
VOUCHERS = 3
LATE = "比答复的时间晚，客户请假在家等了半天"
SENT = "让您多等了，我们在三天内把服务券送到您家。"
AGAIN = [
    Option([Wanted(Kind.REDO), Wanted(Kind.VOUCHER, 50_00)], "本周内重新维修，并送 50 元服务券"),
    Option([Wanted(Kind.REFUND, 80_00)], "退还维修费 80 元"),
]


def make_good(company: Company, until: datetime) -> None:
    """Remedies in some of the latest cases."""
    found = [case for case in _latest(until) if company.sites["LJF"].pk == case.site_id]
    ended = [case for case in found if case.status == Status.RESOLVED]
    working = [case for case in found if case.status == Status.ACCEPTED and case.handler_id]
    desk = company.staff["linxiao"]
    for number, case in enumerate(ended[:VOUCHERS]):
        _voucher(case, desk, until, 30_00 + number % 3 * 10_00)
    for case, act in zip(working, (_ask, _offer, _apologise), strict=False):
        act(case, desk, until)


def set_budgets(company: Company, until: datetime) -> None:
    """What the sites may spend in each of the last months; the head office pays for those without a budget."""
    month = until.date().replace(day=1)
    for _number in range(MONTHS):
        for code, total in TOTALS.items():
            _set(company, code, month, total, until)
        month = (month - timedelta(days=1)).replace(day=1)


def _set(company: Company, code: str, month: date, total: int, at: datetime) -> None:
    site = company.root if code == "HQ" else company.sites[code]
    row = Budget.objects.create(site=site, month=month)
    ledger.allot(row, total, Posting(at, None, row.currency, budget=row.pk))


def _latest(until: datetime) -> Sequence[Case]:
    rows = Case.objects.filter(customer__isnull=False, kind__in=("complaint", "repair"), incident=None, protected=False)
    # A desk's limit is for all that a customer gets in a year.
    given = Running.objects.filter(customer__isnull=False).values("customer")
    rows = rows.filter(proposal=None).exclude(customer__in=given)
    return [case for case in rows.order_by("-pk")[:400] if case.changed_at and case.changed_at < until]


def _clock(case: Case, until: datetime) -> Callable[[], datetime]:
    """The next instants after all that happened in the case, none after the end of the demo."""
    last = case.changed_at or until
    step = min((until - last) / 8, timedelta(hours=2))
    taken = iter(range(1, 8))
    return lambda: last + step * next(taken)


def _voucher(case: Case, desk: User, until: datetime, amount: int) -> None:
    now = _clock(case, until)
    both = [Option([Wanted(Kind.APOLOGY), Wanted(Kind.VOUCHER, amount)])]
    actions.propose(case.pk, By(desk, now()), options=both, reason=LATE)
    promised = now()
    due = promised + timedelta(days=3)
    giving.promise(case.pk, By(desk, promised), remedies=[1, 2], due_at=due, text=SENT)
    giving.deliver(case.pk, By(desk, now()), remedy=1)
    if case.pk % 3:
        giving.deliver(case.pk, By(desk, now()), remedy=2)
    if case.pk % 3 == 1:
        giving.customer_confirms(case.pk, remedy=2, ok=True, at=now())


def _ask(case: Case, desk: User, until: datetime) -> None:
    reduction = [Option([Wanted(Kind.APOLOGY), Wanted(Kind.REDUCTION, 260_00)])]
    actions.propose(case.pk, By(desk, _clock(case, until)()), options=reduction, reason=LATE)


def _offer(case: Case, desk: User, until: datetime) -> None:
    actions.propose(case.pk, By(desk, _clock(case, until)()), options=AGAIN, reason=LATE)


def _apologise(case: Case, desk: User, until: datetime) -> None:
    visit = [Option([Wanted(Kind.APOLOGY), Wanted(Kind.VISIT)])]
    actions.propose(case.pk, By(desk, _clock(case, until)()), options=visit, reason=LATE)

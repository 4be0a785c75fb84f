"""What is edited of authority: the limits of each role, and the budgets of each month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.base import money
from huiyin.cases.actions import BadInput
from huiyin.cases.severity import Severity
from huiyin.org import queries as org
from huiyin.org.history import BadSetting, Editor, begin, record, same
from huiyin.org.models import Area, Department

from . import ledger
from .authority import RANK, limits
from .ledger import Posting
from .models import Budget, Limit

ROLES = [(role.value, role.label) for role in RANK]
SEVERITIES = Severity.choices


@dataclass(frozen=True)
class LimitValues:
    """A limit. Amounts in the smallest unit; None where there is no such limit. `severity`: empty for all."""

    role: str
    per_case: int
    severity: str = ""
    per_customer: int | None = None
    per_month: int | None = None
    two_above: int | None = None
    currency: str = money.DEFAULT


@dataclass(frozen=True)
class BudgetValues:
    """The money of a site, or of a department there, for a month (`2026-03`); codes, no department for all."""

    site: str
    month: str
    total: int
    department: str = ""
    currency: str = money.DEFAULT


def find_limit(pk: int) -> Limit:
    """The limit with this id, or `Limit.DoesNotExist`."""
    found = next((row for row in limits().values() if row.pk == pk), None)
    if found is None:
        raise Limit.DoesNotExist
    return found


def limit_values(row: Limit) -> LimitValues:
    """The values of a limit as it is."""
    return LimitValues(
        row.role, row.per_case, row.severity, row.per_customer, row.per_month, row.two_above, row.currency
    )


@transaction.atomic
def add_limit(values: LimitValues, by: Editor) -> Limit:
    """Add a limit; it holds at once."""
    begin(by)
    _check_limit(values, None)
    made = Limit.objects.create(**vars(values))
    record(Area.LIMITS, str(made.pk), None, values, by)
    return made


@transaction.atomic
def change_limit(pk: int, values: LimitValues, by: Editor) -> None:
    """Change a limit; what was granted under the old one stays granted."""
    begin(by)
    before = limit_values(find_limit(pk))
    same(by, before)
    _check_limit(values, pk)
    Limit.objects.filter(pk=pk).update(**vars(values))
    record(Area.LIMITS, str(pk), before, values, by)


@transaction.atomic
def remove_limit(pk: int, by: Editor) -> None:
    """Take a limit away: the role grants nothing by it any more."""
    begin(by)
    before = limit_values(find_limit(pk))
    Limit.objects.filter(pk=pk).delete()
    record(Area.LIMITS, str(pk), before, None, by)


def _check_limit(values: LimitValues, own: int | None) -> None:
    if values.role not in dict(ROLES):
        raise BadSetting("role", _choose(dict(ROLES)))
    if values.severity and values.severity not in Severity.values:
        raise BadSetting("severity", _choose(Severity.values))
    _check_currency(values.currency)
    for field in ("per_case", "per_customer", "per_month", "two_above"):
        amount = getattr(values, field)
        if amount is not None and not 0 <= amount <= money.MOST:
            raise BadSetting(field, _("An amount is nought or more."))
    there = limits().get((values.role, values.severity, values.currency))
    if there is not None and there.pk != own:
        raise BadSetting("role", _("There is a limit for this role and severity already: change that one."))


def _choose(choices: object) -> str:
    assert isinstance(choices, dict | list)
    return _("Choose one of: %(choices)s.") % {"choices": ", ".join(choices)}


def _check_currency(currency: str) -> None:
    if currency not in money.CURRENCIES:
        raise BadSetting("currency", _choose(list(money.CURRENCIES)))


def find_budget(pk: int) -> Budget:
    """The budget with this id, or `Budget.DoesNotExist`."""
    return Budget.objects.get(pk=pk)


def budget_values(row: Budget) -> BudgetValues:
    """The values of a budget as it is."""
    found = org.organisation()
    unit = found.departments[row.department_id].code if row.department_id else ""
    return BudgetValues(found.sites[row.site_id].code, f"{row.month:%Y-%m}", row.total, unit, row.currency)


def thing(values: BudgetValues) -> str:
    """What the history calls a budget: its site, department and month."""
    return "/".join(part for part in (values.site, values.department, values.month) if part)


@transaction.atomic
def add_budget(values: BudgetValues, by: Editor) -> Budget:
    """Set a budget for a month that has none."""
    begin(by)
    month, unit = _checked(values)
    site = org.organisation().site(values.site)
    where = {"site": site, "department": unit, "month": month, "currency": values.currency}
    if Budget.objects.filter(**where).exists():
        raise BadSetting("month", _("There is a budget for this month already: change that one."))
    made = Budget.objects.create(**where)
    _allot(made, values.total, by)
    record(Area.BUDGETS, thing(values), None, values, by)
    return made


@transaction.atomic
def change_budget(pk: int, total: int, by: Editor) -> None:
    """Make a budget larger or smaller; not smaller than what is reserved and spent."""
    begin(by)
    row = Budget.objects.select_for_update().get(pk=pk)
    before = budget_values(row)
    same(by, before)
    if not 0 <= total <= money.MOST:
        raise BadSetting("total", _("An amount is nought or more."))
    _allot(row, total, by)
    after = BudgetValues(before.site, before.month, total, before.department, before.currency)
    record(Area.BUDGETS, thing(before), before, after, by)


def _allot(row: Budget, total: int, by: Editor) -> None:
    try:
        ledger.allot(row, total, Posting(by.at, by.user, row.currency, budget=row.pk))
    except BadInput as error:
        raise BadSetting("total", error.text) from error


def _checked(values: BudgetValues) -> tuple[date, Department | None]:
    if org.organisation().site(values.site) is None:
        raise BadSetting("site", _("Choose the site for which it holds."))
    _check_currency(values.currency)
    if not 0 <= values.total <= money.MOST:
        raise BadSetting("total", _("An amount is nought or more."))
    unit = org.organisation().department(values.department) if values.department else None
    if values.department and unit is None:
        raise BadSetting("department", _("There is no such department."))
    return month_of(values.month), unit


def month_of(text: str) -> date:
    """`2026-03` → its first day. Raises `BadSetting`."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise BadSetting("month", _("A month is written like 2026-03.")) from error

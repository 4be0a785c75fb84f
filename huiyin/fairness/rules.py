"""What counts as a repetition: one row that a manager edits; the pack brings the first one along."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from huiyin.org import reference
from huiyin.org.history import BadSetting, Editor, begin, record, same
from huiyin.org.models import Area
from huiyin.org.reference import Reference

from .models import FairRule

THING = "repeat"
DAYS, LEAST, MOST, MOST_SOURCE = 30, 1, 366, 300
SOURCE = gettext_noop("Usual in service hotlines: the same matter within a month is a repetition")


@dataclass(frozen=True)
class RuleValues:
    """`repeat_days`: within so many days the same matter of the same customer is a repetition."""

    repeat_days: int = DAYS
    source: str = SOURCE


def _load() -> RuleValues:
    row = FairRule.objects.first()
    return RuleValues(row.repeat_days, row.source) if row is not None else RuleValues()


_rule = Reference(_load)


def rule() -> RuleValues:
    """The rule as it is now."""
    return _rule.get()


@transaction.atomic
def change(values: RuleValues, by: Editor) -> None:
    """Change the rule; cases that were looked at already stay as they are."""
    begin(by)
    before = rule()
    same(by, before)
    if not LEAST <= values.repeat_days <= MOST:
        raise BadSetting("repeat_days", _("From %(least)d to %(most)d.") % {"least": LEAST, "most": MOST})
    source = values.source.strip()
    if not source or len(source) > MOST_SOURCE:
        raise BadSetting("source", _("Say where the numbers are from, in at most %(most)d characters.") % {"most": 300})
    values = replace(values, source=source)
    FairRule.objects.update_or_create(pk=1, defaults=vars(values))
    record(Area.FAIRNESS, THING, before, values, by)


def furnish(days: int) -> int:
    """What a pack brings along where there is no rule yet; how many rows."""
    if FairRule.objects.exists():
        return 0
    FairRule.objects.create(pk=1, repeat_days=days, source=SOURCE)
    reference.changed()
    return 1

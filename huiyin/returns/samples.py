"""Answers that a third party got in a survey of its own, from a file: each comes in once, however often it is given.

A row is known again by its case, day and who asked. Given again with another answer it corrects itself; the entry of
before stays in the timeline.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext as _

from huiyin.base.taking import Bad, Taken
from huiyin.cases import queries as cases
from huiyin.cases import timeline
from huiyin.cases.actions import BadInput
from huiyin.cases.change import Change
from huiyin.cases.models import Message
from huiyin.cases.workflow import EventKind, NotAllowed
from huiyin.org import queries as org

from .actions import LINK_DAYS, Result, settle
from .methods import Method

TARGETS: Mapping[str, tuple[str, ...]] = {
    "number": ("工单号", "受理编号", "case", "receipt number"),
    "on": ("日期", "调查日期", "date", "asked on"),
    "asked_by": ("调查机构", "调查方", "asked by", "surveyor"),
    "satisfied": ("满意度", "评分", "grade"),
    "solved": ("是否解决", "是否已解决"),
    "words": ("意见", "客户原话", "comment"),
}
"""Targets of the columns, and what such columns are usually called."""
_YES, _NO = frozenset({"yes", "y", "1", "true", "是", "已解决"}), frozenset({"no", "n", "0", "false", "否", "未解决"})
_MOST_ASKED_BY = 40


@dataclass(frozen=True)
class _Answer:
    on: date
    asked_by: str
    result: Result


def take(rows: Sequence[Mapping[str, str]], now: datetime) -> Taken:
    """Take answers in, a transaction each: one that can't be taken is told with its reason and stops no other."""
    total = Taken()
    for place, row in enumerate(rows):
        try:
            total += _one(row, now)
        except BadInput as error:
            total += Taken(bad=(Bad(place, error.field, error.text),))
        except (NotAllowed, ObjectDoesNotExist):
            text = _("There is no case with this number that was resolved by then.")
            total += Taken(bad=(Bad(place, "number", text),))
    return total


def _one(row: Mapping[str, str], now: datetime) -> Taken:
    answer = _answer(row)
    with timeline.editing(cases.key_of(row.get("number", "")), at=now, actor=None) as change:
        known = _known(change, answer)
        said = answer.result.solved, answer.result.satisfied
        if known and (known[-1]["solved"], known[-1]["satisfied"]) == said:
            return Taken(known=1)
        at = _when(change, answer.on)
        data = answer.result.data() | {"on": answer.on.isoformat()}
        # What was said long ago is counted; the matter of then is not begun anew.
        settle(change, answer.result, data, at=at, words={"asked_by": answer.asked_by}, anew=now - at <= LINK_DAYS)
    return Taken(corrected=1) if known else Taken(new=1)


def _known(change: Change, answer: _Answer) -> list[dict[str, object]]:
    """The entries of this very question, in order."""
    events = change.case.caseevent_set.filter(kind=EventKind.VISITED).order_by("seq")
    day = answer.on.isoformat()
    of_day = {one.seq: one.data for one in events if one.data.get("on") == day}
    said = Message.objects.filter(case=change.case, seq__in=of_day, part="asked_by", text=answer.asked_by)
    return [of_day[seq] for seq in said.order_by("seq").values_list("seq", flat=True)]


def _when(change: Change, on: date) -> datetime:
    """Noon of that day at the site; after the case was resolved, and never in the future."""
    zone = ZoneInfo(org.organisation().sites[change.case.site_id].time_zone)
    resolved = change.now.resolved_at
    if resolved is None or on < resolved.astimezone(zone).date():
        raise NotAllowed(EventKind.VISITED, change.now.status)
    if on > change.at.astimezone(zone).date():
        raise BadInput("on", _("This lies in the future."))
    return min(max(datetime.combine(on, time(12), zone), resolved), change.at)


def _answer(row: Mapping[str, str]) -> _Answer:
    try:
        on = date.fromisoformat(row.get("on", "").strip()[:10])
    except ValueError as error:
        raise BadInput("on", _("Give a day like 2026-03-31.")) from error
    asked_by = row.get("asked_by", "").strip()
    if not 0 < len(asked_by) <= _MOST_ASKED_BY:
        raise BadInput("asked_by", _("Say who asked, in at most %(most)d characters.") % {"most": _MOST_ASKED_BY})
    grade = row.get("satisfied", "").strip()
    if grade and grade not in ("1", "2", "3", "4", "5"):
        raise BadInput("satisfied", _("A number from 1 to 5."))
    result = Result(
        Method.SAMPLE,
        reached=True,
        solved=_yes_no(row.get("solved", "")),
        satisfied=int(grade) if grade else None,
        words=row.get("words", ""),
    )
    result.check()
    return _Answer(on, asked_by, result)


def _yes_no(text: str) -> bool | None:
    said = text.strip().casefold()
    if said and said not in _YES | _NO:
        raise BadInput("solved", _("Say yes or no, or leave it empty."))
    return said in _YES if said else None

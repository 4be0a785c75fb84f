"""Tags and filters of every page: the echo ring, times as people say them, numbers as people read them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from math import cos, radians, sin
from typing import NamedTuple

from django import template
from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from huiyin.base import ids, money
from huiyin.cases import words
from huiyin.customers import tiers

register = template.Library()

STATES: Mapping[str, tuple[str, str | Promise]] = {  # a sign and a word for each state: never colour alone
    "done": ("✓", pgettext_lazy("step state", "done")),
    "now": ("●", pgettext_lazy("step state", "in progress")),
    "soon": ("●", pgettext_lazy("step state", "due soon")),
    "late": ("▲", pgettext_lazy("step state", "overdue")),
    "wait": ("◌", pgettext_lazy("step state", "waiting")),
    "todo": ("○", pgettext_lazy("step state", "to come")),
}


class Step(NamedTuple):
    name: str
    state: str
    sign: str
    word: str


def named_steps(states: Sequence[str]) -> list[Step]:
    """The four steps with their names; a case without a return visit has three states and shows three."""
    return _steps(step_names(), states)


def step_names() -> tuple[str, ...]:
    """What the steps are called here."""
    return tuple(words.called("step", code) for code in words.STEPS)


def _steps(names: Sequence[str], states: Sequence[str]) -> list[Step]:
    return [
        Step(name, state, STATES[state][0], str(STATES[state][1])) for name, state in zip(names, states, strict=False)
    ]


@register.filter
def status_name(code: str) -> str:
    """`case.status|status_name`: a status as this house calls it."""
    return words.status(code)


# --- the echo ring ---------------------------------------------------------------------------------------------------

RADIUS = 15.0  # of the line through every arc, in a box of 36 × 36


class Shape(NamedTuple):
    """What differs between the ring in a list and the large one: small ones need weight to be seen."""

    gap: float  # degrees between two arcs
    half: float  # half the thickness of a late arc
    notch: float  # half the width in degrees of the bite that tells a late arc from any other


SMALL, LARGE = Shape(gap=26, half=3, notch=10), Shape(gap=14, half=2.2, notch=6)


def point(angle: float, radius: float) -> str:
    """A point of the ring; 0 degrees is at twelve o'clock, onwards as a clock's hand goes."""
    return f"{18 + radius * sin(radians(angle)):.2f} {18 - radius * cos(radians(angle)):.2f}"


def arc(start: float, end: float, radius: float) -> str:
    return f"A{radius:g} {radius:g} 0 {int(abs(end - start) > 180)} {int(end > start)} {point(end, radius)}"


def arc_path(state: str, index: int, count: int, shape: Shape = SMALL) -> str:
    """SVG path of one arc: a line, or for a late one an outline with a notch in the middle of its outer edge."""
    turn = 360 / count
    start, end = index * turn + shape.gap / 2, (index + 1) * turn - shape.gap / 2
    if state != "late":
        return f"M{point(start, RADIUS)}{arc(start, end, RADIUS)}"
    middle, outer, inner = (start + end) / 2, RADIUS + shape.half, RADIUS - shape.half
    left, right = middle - shape.notch, middle + shape.notch
    return (
        f"M{point(start, outer)}{arc(start, left, outer)}L{point(middle, RADIUS - shape.half / 3)}"
        f"L{point(right, outer)}{arc(right, end, outer)}L{point(end, inner)}{arc(end, start, inner)}Z"
    )


@register.simple_tag
def ring(steps: Sequence[str], size: int = 18, title: str = "") -> SafeString:
    """The echo ring: one arc a step. `title` is what a screen reader says; by default each step with its state."""
    return _drawn(tuple(steps), size, title, get_language(), step_names())


@lru_cache(maxsize=512)
def _drawn(steps: tuple[str, ...], size: int, title: str, language: str | None, names: tuple[str, ...]) -> SafeString:
    """Kept, because a list draws fifty of a few dozen different ones; `language` is part of what it depends on."""
    named = _steps(names, steps)
    shape = LARGE if size > 60 else SMALL
    arcs = [{"state": step.state, "path": arc_path(step.state, i, len(named), shape)} for i, step in enumerate(named)]
    said = title or _(", ").join(f"{step.name}{_(': ')}{step.word}" for step in named)
    facts = {"arcs": arcs, "size": size, "title": said, "large": shape is LARGE}
    return render_to_string("includes/ring.html", facts)


@register.filter
def steps_named(states: Sequence[str]) -> list[Step]:
    """`row.steps|steps_named`: name, state, sign and word of each step, for a strip or a list."""
    return named_steps(states)


@register.simple_tag
def tier(tier_id: int | None) -> SafeString:
    """The chip of a customer's tier; nothing for none. Asks no question: tiers are kept like all reference data."""
    row = tiers.of(tier_id)
    if row is None:
        return SafeString("")
    return format_html('<span class="chip tier {}" title="{}">{}</span>', row.tone, _("customer tier"), row)


# --- times -----------------------------------------------------------------------------------------------------------

SOON = timedelta(hours=1)  # where the clock doesn't say itself from when on it warns
NEAR = timedelta(hours=3)  # nearer than this a person counts hours and minutes, else names the hour
DAYS = {
    -1: gettext_lazy("yesterday {time}"),
    0: gettext_lazy("today {time}"),
    1: gettext_lazy("tomorrow {time}"),
}


@register.filter
def when(value: datetime | None, now: datetime) -> str:
    """`item.at|when:now`: "今天 10:02", "6月3日 10:02", with the year when it isn't this one."""
    if value is None:
        return ""
    local, today = timezone.localtime(value), timezone.localtime(now)
    clock = formats.date_format(local, "H:i")
    day = DAYS.get((local.date() - today.date()).days)
    if day is not None:
        return str(day).format(time=clock)
    style = "MONTH_DAY_FORMAT" if local.year == today.year else "DATE_FORMAT"
    return f"{formats.date_format(local, style).lstrip('0')} {clock}"  # nobody says 06月3日


@register.filter
def until(due: datetime | None, now: datetime) -> str:
    """`due|until:now`: "还剩 18 分", "明天 09:00", "已超时 4 分". The browser counts on in the same words."""
    if due is None:
        return ""
    left = due - now
    if left >= NEAR:
        return when(due, now)
    minutes = max(1, int(abs(left).total_seconds()) // 60)
    hours, rest = divmod(minutes, 60)
    if left > timedelta(0):
        return (_("{h} h {m} min left") if hours else _("{m} min left")).format(h=hours, m=rest)
    if hours >= 48:
        return ngettext("{d} day over", "{d} days over", hours // 24).format(d=hours // 24)
    if hours >= 3:
        return _("{h} h over").format(h=hours)
    return (_("{h} h {m} min over") if hours else _("{m} min over")).format(h=hours, m=rest)


@register.simple_tag
def clock_state(due: datetime | None, now: datetime, warn_at: datetime | None = None) -> str:
    """CSS class of a clock: late, due-soon or ok; `warn_at` is when the clock itself begins to warn."""
    if due is None:
        return "ok"
    if due <= now:
        return "late"
    return "due-soon" if (warn_at or due - SOON) <= now else "ok"


@register.filter
def clock_class(due: datetime | None, now: datetime) -> str:
    """`due|clock_class:now`, for a clock that doesn't know when it begins to warn."""
    return clock_state(due, now)


# --- numbers ---------------------------------------------------------------------------------------------------------


@register.filter
def masked_phone(value: str | None) -> str:
    """138…21: enough to recognise a number, too little to call it."""
    number = (value or "").removeprefix("+86").strip()
    if len(number) < 7:
        return number and f"…{number[-2:]}"
    return f"{number[:3]}…{number[-2:]}"


@register.filter
def yuan(amount: int) -> str:
    """An amount of the smallest unit as people read it."""
    return money.show(amount)


@register.filter
def grouped(number: str) -> str:
    """A receipt number in the groups in which it is read out on the phone."""
    return ids.grouped(str(number))

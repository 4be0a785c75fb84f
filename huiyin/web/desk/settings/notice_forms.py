"""The forms of notices to customers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from huiyin.org import queries as org
from huiyin.org.access import Verb
from huiyin.standards import announced, announcing
from huiyin.standards.announcing import MOST, NoticeValues, stamp
from huiyin.web.desk.fields import local_text, moment, pick, prose, radios
from huiyin.web.desk.reach import sites_of
from huiyin.web.plain import PlainForm

from .door import EditForm
from .outside import branches

if TYPE_CHECKING:
    from huiyin.cases.given import Unfit
    from huiyin.org.models import User
    from huiyin.standards.models import CustomerNotice

_TIMES = ("show_from", "begins_at", "until", "next_at")
_USUAL = timedelta(days=7)


def _words(name: str, label: Any, help_text: Any = "", *, rows: int = 2, required: bool = False) -> forms.CharField:
    # No limit in the browser: what is too long comes back with its number of characters, and nothing is cut off.
    area = forms.Textarea(attrs={"rows": rows, "data-outgoing": True})
    return forms.CharField(
        label=label, widget=area, required=required, help_text=help_text, max_length=MOST[name], strip=True
    )


def _number(label: Any) -> forms.IntegerField:
    field = forms.IntegerField(label=label, required=False, min_value=1, max_value=2**31 - 1)
    field.size = "short"  # type: ignore[attr-defined]
    return field


class NoticeForm(EditForm):
    """A notice: what is told, to whom, and when."""

    unfit: Unfit | None = None

    kind = radios(gettext_lazy("What it is"), announced.KINDS)
    site = forms.ChoiceField(label=gettext_lazy("Site"), help_text=gettext_lazy("With all below it."))
    title = forms.CharField(label=pgettext_lazy("of a notice", "Title"), max_length=MOST["title"])
    text = _words("text", gettext_lazy("What customers are told"), rows=3, required=True)
    cause = _words(
        "cause",
        gettext_lazy("Why it is so, as far as it is known"),
        gettext_lazy("Facts only, nobody's fault. A statement says it even if it is “not known yet”."),
    )
    doing = _words("doing", gettext_lazy("What we do"))
    advice = _words("advice", gettext_lazy("What the customer can do"))
    begins_at = moment(
        gettext_lazy("Begins"), required=False, help_text=gettext_lazy("Of work or an outage; else left empty.")
    )
    until = moment(gettext_lazy("Ends, and is shown until"))
    show_from = moment(gettext_lazy("Shown from"), help_text=gettext_lazy("Early enough to prepare for it."))
    next_at = moment(
        gettext_lazy("When customers hear more"),
        required=False,
        help_text=gettext_lazy("Needed in a public statement; it is a promise."),
    )
    categories = pick(gettext_lazy("For cases about"), help_text=gettext_lazy("None ticked: for all."))
    incident = _number(gettext_lazy("Number of the incident"))
    title_en = forms.CharField(
        label=gettext_lazy("Title in English"),
        max_length=MOST["title_en"],
        required=False,
        help_text=gettext_lazy("English is left out altogether, or written for all that stands in Chinese."),
    )
    text_en = _words("text_en", gettext_lazy("What customers are told, in English"), rows=3)
    cause_en = _words("cause_en", gettext_lazy("Why it is so, in English"))
    doing_en = _words("doing_en", gettext_lazy("What we do, in English"))
    advice_en = _words("advice_en", gettext_lazy("What the customer can do, in English"))

    def __init__(self, data: Any, *, user: User, values: NoticeValues, version: str = "") -> None:
        zone = _zone(values.site)
        times = {name: _local(getattr(values, name), zone) for name in _TIMES}
        chosen = {"categories": values.categories.split("\n"), "version": version}
        super().__init__(data, initial=asdict(values) | times | chosen)
        offered = [(site.code, site.name) for site in sites_of(user, Verb.NOTICE) if site.active]
        self.offer("site", offered)
        self.offer("categories", known := branches(values.categories))
        ticked = self["categories"].value() or []
        named = _(", ").join(name for code, name in known if code in ticked)
        self.fields["categories"].fold = named or _("All; choose some")  # type: ignore[attr-defined]

    @property
    def parts(self) -> tuple[list[forms.BoundField], list[forms.BoundField]]:
        """What stands in Chinese or has no language, and what is for readers of English."""
        fields = self.visible_fields()
        english = [one for one in fields if one.name.endswith("_en")]
        return [one for one in fields if one not in english], english

    @property
    def says_english(self) -> bool:
        """Is that part to be open?"""
        return any(one.value() or one.errors for one in self.parts[1])

    def values(self) -> NoticeValues:
        """What was typed; times are those of the clock at the site."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        zone = _zone(given["site"])
        for name in _TIMES:
            at = given[name]
            given[name] = stamp(timezone.make_aware(timezone.make_naive(at), zone)) if at is not None else ""
        return NoticeValues(**given | {"categories": "\n".join(given["categories"])})


class WithdrawForm(PlainForm):
    """Why it is taken back."""

    reason = prose(gettext_lazy("Reason"), rows=2, help_text=gettext_lazy("For colleagues; customers don't read it."))


def _zone(code: str) -> ZoneInfo:
    site = org.organisation().site(code) or org.organisation().root
    return ZoneInfo(site.time_zone)


def _local(text: str, zone: ZoneInfo) -> str:
    return local_text(datetime.fromisoformat(text).astimezone(zone)) if text else ""


def _season(asked: Mapping[str, str], now: datetime) -> tuple[datetime, datetime] | None:
    """From a week before a season begins, or from now, until it ends."""
    try:
        begins = datetime.combine(date.fromisoformat(asked.get("begins", "")), time(), _zone(asked.get("site", "")))
        days = min(int(asked.get("days", "")), announcing.MOST_DAYS)
    except ValueError:
        return None
    if not now < begins < now + timedelta(days=announcing.MOST_DAYS - days):
        return None
    return max(now, begins - _USUAL), begins + timedelta(days=days)


def beginning(asked: Mapping[str, str], earlier: CustomerNotice | None, now: datetime) -> NoticeValues:
    """What the form of a new one is filled with: the word before it, or the site and category that were asked for."""
    until = now + _USUAL
    if earlier is not None:
        return replace(
            announcing.values_of(earlier), show_from=stamp(now), until=stamp(max(until, earlier.until)), next_at=""
        )
    shown, until = _season(asked, now) or (now, until)
    return NoticeValues(
        kind=asked.get("kind", "work"),
        site=asked.get("site", ""),
        title="",
        text="",
        show_from=stamp(shown),
        until=stamp(until),
        categories=asked.get("category", ""),
    )

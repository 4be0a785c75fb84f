"""Calendars: working hours of the week, and the days of a year that differ."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from huiyin.clocks import actions as clock_actions
from huiyin.clocks import calendars as editing
from huiyin.clocks import editing as level_editing
from huiyin.clocks import queries as clocks
from huiyin.clocks.calendars import CalendarValues, Days
from huiyin.org import history
from huiyin.org.history import BadSetting
from huiyin.web.desk.door import StaffRequest

from .door import EditForm, done, editor, page, reader, saved
from .sites import CODE_HELP

_ALL = range(7)


class CalendarForm(EditForm):
    """The working hours of seven days."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=32, help_text=CODE_HELP)
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=64)
    holidays = forms.BooleanField(label=gettext_lazy("Holidays and make-up days count"), required=False)

    def __init__(self, data: Any = None, *, values: CalendarValues | None = None) -> None:
        initial: dict[str, Any] = {"version": history.version(values)} if values else {}
        if values is not None:
            initial |= {"name": values.name, "holidays": values.holidays}
            initial |= {f"day{n}": text for n, text in enumerate(values.week)}
        super().__init__(data, initial=initial)
        if values is not None:
            del self.fields["code"]
        for n in _ALL:
            hint = forms.TextInput(attrs={"placeholder": _("Day of rest")})
            self.fields[f"day{n}"] = forms.CharField(label=WEEKDAYS[n], required=False, max_length=120, widget=hint)

    def week(self) -> list[forms.BoundField]:
        """The seven days, for the page."""
        return [self[f"day{n}"] for n in _ALL]

    def plain_fields(self) -> list[forms.BoundField]:
        """All other fields."""
        return [field for field in self.visible_fields() if not field.name.startswith("day")]

    def copy_monday(self, days: int) -> None:
        """Monday's hours for as many days of the week."""
        self.data = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict at this point
        for n in range(1, days):
            self.data[f"day{n}"] = self.data.get("day0", "")  # type: ignore[index]

    def values(self) -> CalendarValues:
        """What was typed."""
        given = self.cleaned_data
        return CalendarValues(given["name"], tuple(given[f"day{n}"] for n in _ALL), given["holidays"])


@reader
def calendars(request: StaffRequest) -> HttpResponseBase:
    """The calendars and the years."""
    rows = [
        {"row": row, "week": editing.calendar_values(row).week, "levels": editing.levels_in(row, request.now)}
        for row in level_editing.calendars()
    ]
    years = editing.years()
    following = years[0].year + 1 if years else request.now.year
    left = clock_actions.days_of_data_left(request.now)
    context = {
        "rows": rows,
        "years": years,
        "following": following,
        "days_left": left,
        "warn": left is not None and left < 60,
    }
    return page(request, "settings/calendars.html", context, area="year")


def _copied(request: StaffRequest, form: CalendarForm) -> bool:
    wanted = request.POST.get("copy", "")
    if wanted in ("5", "7"):
        form.copy_monday(int(wanted))
    return wanted in ("5", "7")


@editor
def new_calendar(request: StaffRequest) -> HttpResponseBase:
    """Add one."""
    form = CalendarForm(request.POST or None)
    copied = _copied(request, form)
    if (
        not copied
        and form.is_valid()
        and saved(request, form, lambda by: editing.add_calendar(form.cleaned_data["code"], form.values(), by))
    ):
        return done(request, _("%(name)s is added.") % form.cleaned_data, "settings_calendars")
    return page(request, "settings/calendar.html", {"form": form, "title": _("New calendar")})


@editor
def calendar(request: StaffRequest, code: str) -> HttpResponseBase:
    """The hours of the week."""
    found = editing.calendar(code)
    form = CalendarForm(request.POST or None, values=editing.calendar_values(found))
    copied = _copied(request, form)
    if (
        not copied
        and form.is_valid()
        and saved(request, form, lambda by: editing.change_calendar(code, form.values(), by))
    ):
        return done(request, _("Saved."), "settings_calendar", code)
    context = {"form": form, "title": found.name, "code": code, "levels": editing.levels_in(found, request.now)}
    return page(request, "settings/calendar.html", context, area="calendar", thing=code)


class YearForm(EditForm):
    """The days of a year, a line each."""

    days = forms.CharField(
        label=gettext_lazy("Days that differ from the week"),
        widget=forms.Textarea(attrs={"rows": 14, "data-draft": True}),
        required=False,
        help_text=gettext_lazy(
            "A line each: 2027-01-01 holiday 元旦, or 2027-02-05..2027-02-11 holiday 春节, or 2027-02-14 works 补班."
        ),
    )
    source = forms.CharField(
        label=gettext_lazy("Source"), max_length=64, help_text=gettext_lazy("Where the days were published.")
    )

    def __init__(self, data: Any = None, *, year: int) -> None:
        there, source = editing.days_of(year), editing.source_of(year)
        token = history.version(editing.year_values(year, there, source))
        initial = {"days": editing.write_days(there), "source": source, "version": token}
        super().__init__(data, initial=initial)
        self.year = year

    def clean_days(self) -> Days:
        """The days."""
        try:
            return editing.read_days(self.cleaned_data["days"], self.year)
        except BadSetting as error:
            raise forms.ValidationError(error.text) from error


@editor
def year(request: StaffRequest, year: int) -> HttpResponseBase:
    """The days of a year; what it touches is shown before it is saved."""
    if not editing.FIRST <= year <= editing.LAST:
        raise Http404
    form, effect, moved = YearForm(request.POST or None, year=year), None, list[int]()
    if form.is_valid():
        given = form.cleaned_data
        if "save" in request.POST and saved(
            request, form, lambda by: moved.append(editing.change_year(year, given["days"], given["source"], by))
        ):
            text = ngettext("Saved; {n} case got another deadline.", "Saved; {n} cases got another deadline.", moved[0])
            return done(request, text.format(n=moved[0]), "settings_calendars")
        effect = _effect(year, given["days"])
    context = {"form": form, "title": _("Holidays of %(year)d") % {"year": year}}
    context["effect"] = effect if not form.errors else None
    return page(request, "settings/year.html", context, area="year", thing=str(year))


def _effect(year: int, days: Days) -> dict[str, Any]:
    old = editing.days_of(year)
    return {
        "added": sorted(set(days) - set(old)),
        "removed": sorted(set(old) - set(days)),
        "changed": sorted(day for day in set(old) & set(days) if old[day] != days[day]),
        "provisional": clocks.provisional(),
    }

"""The register of outside bodies: who mediates, decides or assesses outside this house."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from typing import Any

from django import forms
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from huiyin.cases import outside, outside_editing
from huiyin.cases import queries as cases
from huiyin.cases.outside_editing import MOST, MOST_DAYS, BodyValues
from huiyin.org import history
from huiyin.org import queries as org
from huiyin.web.desk.door import StaffRequest
from huiyin.web.desk.fields import pick

from .door import EditForm, ask, done, editor, page, reader, saved
from .sites import site_choices

_BRANCHES = 2
"""Categories of the first two levels are offered: those of the third are too many to tick."""


def _line(name: str, label: Any, help_text: Any = "", *, required: bool = False) -> forms.CharField:
    return forms.CharField(label=label, max_length=MOST[name], required=required, help_text=help_text)


class BodyForm(EditForm):
    """An outside body."""

    sort = forms.ChoiceField(label=pgettext_lazy("of an outside body", "Sort"), choices=outside.SORTS)
    name = _line("name", pgettext_lazy("of a thing", "Name"), required=True)
    name_en = _line("name_en", gettext_lazy("English name"))
    sites = pick(gettext_lazy("Sites"), help_text=gettext_lazy("It serves all below them too."))
    categories = pick(gettext_lazy("For cases about"), help_text=gettext_lazy("None ticked: for all."))
    phone = _line("phone", gettext_lazy("Phone"))
    address = _line("address", gettext_lazy("Address"))
    web = _line("web", gettext_lazy("Web page"))
    hours = _line("hours", gettext_lazy("Hours"))
    days = forms.IntegerField(
        label=gettext_lazy("Days to apply"),
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        help_text=gettext_lazy("Counted from our no; the customer reads the last day. Empty: no end."),
    )
    note = _line("note", gettext_lazy("Note"), gettext_lazy("For colleagues; the customer doesn't see it."))
    source = _line("source", gettext_lazy("Source"), gettext_lazy("Who said this, or where it stands."), required=True)
    said_on = forms.DateField(
        label=gettext_lazy("Of which day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, data: Any = None, *, values: BodyValues | None = None) -> None:
        initial: dict[str, Any] = {}
        if values is not None:
            initial = asdict(values) | {"version": history.version(values)}
            initial |= {name: getattr(values, name).split("\n") for name in ("sites", "categories")}
            initial |= {"source": _(values.source)}
        super().__init__(data, initial=initial)
        self.fields["sites"].required = True
        self._fold("sites", site_choices(*initial.get("sites", ())), _("Choose one at least"))
        self._fold("categories", branches(values.categories if values else ""), _("All; choose some"))

    def _fold(self, name: str, known: list[tuple[str, str]], nothing: str) -> None:
        """Offer many to tick, folded up, so that what is chosen can be read at a glance."""
        self.offer(name, known)
        ticked = self[name].value() or []
        named = _(", ").join(label.strip() for code, label in known if code in ticked)
        self.fields[name].fold = named or nothing  # type: ignore[attr-defined]

    def values(self, *, active: bool = True) -> BodyValues:
        """What was typed."""
        given = {one.name: self.cleaned_data[one.name] for one in fields(BodyValues) if one.name != "active"}
        given |= {name: "\n".join(given[name]) for name in ("sites", "categories")}
        given |= {"said_on": given["said_on"].isoformat()}
        return BodyValues(**given, active=active)


def branches(kept: str) -> list[tuple[str, str]]:
    """The branches of categories that are offered, and those that are chosen already."""
    known = cases.categories()
    chosen = set(kept.split("\n"))
    found = []
    for one in known.by_id.values():
        line = known.line(one)
        if (len(line) <= _BRANCHES and one.active) or one.code in chosen:
            found.append((one.code, " · ".join(str(part) for part in line)))
    return sorted(found)


@reader
def bodies(request: StaffRequest) -> HttpResponseBase:
    """The register, the gentlest way first."""
    known, root = cases.categories().by_code, org.organisation().root
    rows = [
        {
            "row": row,
            "sites": [site.name for site in row.sites.all() if site.pk != root.pk],
            "about": [str(known[code]) for code in row.categories.split("\n") if code in known],
        }
        for row in outside.every()
    ]
    return page(request, "settings/outside.html", {"rows": rows}, area="outside")


@editor
def new_body(request: StaffRequest) -> HttpResponseBase:
    """Add one."""
    form = BodyForm(request.POST or None)
    if form.is_valid() and saved(request, form, lambda by: outside_editing.add(form.values(), by)):
        return done(request, _("%(name)s is added.") % form.cleaned_data, "settings_outside")
    context = {"form": form, "title": _("New outside body"), "up": "settings_outside"}
    return page(request, "settings/edit.html", context)


@editor
def body(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Change one."""
    found = outside.named(pk)
    before = outside_editing.values_of(found)
    form = BodyForm(request.POST or None, values=before)
    if form.is_valid() and saved(
        request, form, lambda by: outside_editing.change(pk, form.values(active=before.active), by)
    ):
        return done(request, _("Saved."), "settings_outside")
    context = {"form": form, "title": str(found), "thing_row": found, "up": "settings_outside"}
    context |= {"use": "settings_outside_use", "use_key": pk}
    context["note"] = _("Refusals that name it keep what they said.")
    return page(request, "settings/edit.html", context, area="outside", thing=str(pk))


@editor
def use_body(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Take one out of use, or back."""
    found = outside.named(pk)
    values, names = outside_editing.values_of(found), {"name": found}
    title = _("Take %(name)s out of use") if values.active else _("Take %(name)s into use again")
    told = _("%(name)s is out of use.") if values.active else _("%(name)s is in use again.")
    context: dict[str, Any] = {"title": title % names, "button": title % names, "told": told % names}
    text = _("It is offered no longer; refusals that name it keep it.") if values.active else _("It is offered again.")
    context |= {"text": text, "danger": values.active}
    turned = replace(values, active=not values.active)
    return ask(request, context, lambda by: outside_editing.change(pk, turned, by), "settings_outside")

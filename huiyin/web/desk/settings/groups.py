"""What makes a group complaint: numbers with their source, for the whole company and for single sites."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from typing import Any

from django import forms
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.groups import rules
from huiyin.groups.rules import LIMITS, RuleValues
from huiyin.org import history
from huiyin.org import queries as org
from huiyin.web.desk.door import StaffRequest

from .door import EditForm, ask, done, editor, page, reader, saved
from .sites import site_choices


def _number(name: str, label: Any, help_text: Any = "") -> forms.IntegerField:
    least, most = LIMITS[name]
    return forms.IntegerField(label=label, min_value=least, max_value=most, help_text=help_text)


_PER_MILLE = gettext_lazy("In thousandths: 1000 for the very same words.")


class RuleForm(EditForm):
    """The numbers of a site."""

    site = forms.ChoiceField(label=gettext_lazy("Site"), help_text=gettext_lazy("It holds for all below it too."))
    several = _number("several", gettext_lazy("Several customers from"))
    collective = _number("collective", gettext_lazy("Many customers from"))
    fast_customers = _number("fast_customers", gettext_lazy("Or so many new customers"))
    fast_hours = _number("fast_hours", gettext_lazy("within so many hours"))
    days = _number("days", gettext_lazy("At most so many days apart"))
    place = _number("place", gettext_lazy("Words alike: same place"), _PER_MILLE)
    building = _number("building", gettext_lazy("Words alike: same building"), _PER_MILLE)
    words = _number("words", gettext_lazy("Words alike: place not known"), _PER_MILLE)
    elsewhere = _number("elsewhere", gettext_lazy("Words alike: different places"), _PER_MILLE)
    around = forms.CharField(
        label=gettext_lazy("Categories whose cause lies around the places"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Their codes, one a line. All others are one fault at one place only."),
    )
    own = forms.CharField(
        label=gettext_lazy("Categories that are each customer's own matter"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Their codes, one a line. No groups are made of these."),
    )
    source = forms.CharField(label=gettext_lazy("Where the numbers are from"), max_length=rules.MOST_SOURCE)

    def __init__(self, data: Any = None, *, values: RuleValues, new: bool = False) -> None:
        super().__init__(data, initial=_initial(values, new=new))
        self.offer("site", site_choices(values.site))
        self.fields["site"].disabled = not new

    def values(self) -> RuleValues:
        """What was typed."""
        names = [one.name for one in fields(RuleValues)]
        return RuleValues(**{name: self.cleaned_data[name] for name in names})


def _initial(values: RuleValues, *, new: bool) -> dict[str, Any]:
    told = {"source": _(values.source) if values.source else "", "version": "" if new else history.version(values)}
    return asdict(values) | told


@reader
def group_rules(request: StaffRequest) -> HttpResponseBase:
    """Every row."""
    root = org.organisation().root.code
    rows = [
        {
            "values": one,
            "name": rule_name(one.site),
            "whole": one.site == root,
            "around": len(one.around.split()),
            "source": _(one.source),
        }
        for one in rules.all_rules()
    ]
    return page(request, "settings/groups.html", {"rows": rows}, area="groups")


def rule_name(code: str) -> str:
    """What the row of a site is called."""
    site = org.organisation().site(code)
    return site.name if site is not None else code


@editor
def new_rule(request: StaffRequest) -> HttpResponseBase:
    """Numbers of its own for a site, which begin as those of the company."""
    values = replace(rules.all_rules()[0], source="")
    form = RuleForm(request.POST or None, values=values, new=True)
    if form.is_valid() and saved(request, form, lambda by: rules.put(form.values(), by, new=True)):
        return done(request, _("Saved."), "settings_groups")
    context = {"form": form, "title": _("Group complaints of a site"), "up": "settings_groups"}
    return page(request, "settings/edit.html", context)


@editor
def rule(request: StaffRequest, code: str) -> HttpResponseBase:
    """Change the numbers of a site."""
    form = RuleForm(request.POST or None, values=rules.find(code))
    if form.is_valid() and saved(request, form, lambda by: rules.put(form.values(), by)):
        return done(request, _("Saved."), "settings_groups")
    context: dict[str, Any] = {"form": form, "title": rule_name(code), "up": "settings_groups"}
    if code != org.organisation().root.code:
        context["remove"] = reverse("settings_group_rule_remove", args=[code])
    context["note"] = _("Groups that are there stay until they are found anew: huiyin groups --rebuild.")
    return page(request, "settings/edit.html", context, area="groups", thing=code)


@editor
def remove_rule(request: StaffRequest, code: str) -> HttpResponseBase:
    """Let what holds above hold here again."""
    rules.find(code)
    context: dict[str, Any] = {"title": _("Remove %(name)s") % {"name": rule_name(code)}, "danger": True}
    context |= {"button": _("Remove the numbers"), "told": _("The numbers are removed."), "facts": []}
    context["text"] = _("The numbers of the next site above hold here again.")
    return ask(request, context, lambda by: rules.remove(code, by), "settings_groups")

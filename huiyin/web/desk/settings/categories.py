"""Categories."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from django import forms
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from huiyin.cases import categories as editing
from huiyin.cases import queries as cases
from huiyin.cases.categories import CategoryValues
from huiyin.org import history
from huiyin.web.desk.door import StaffRequest
from huiyin.web.desk.inbox import number

from .door import EditForm, ask, done, editor, page, reader, saved
from .people import department_choices
from .sites import CODE_HELP

_OF_LEAVES = ("kind", "severity", "floor", "department", "on_site")


class CategoryForm(EditForm):
    """A category; what is usual is asked of the third level alone."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=32, help_text=CODE_HELP)
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=100)
    name_en = forms.CharField(label=gettext_lazy("English name"), max_length=100, required=False)
    parent = forms.ChoiceField(label=gettext_lazy("Stands below"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=cases.KINDS)
    severity = forms.ChoiceField(label=gettext_lazy("Usual severity"), choices=editing.SEVERITIES)
    floor = forms.ChoiceField(
        label=gettext_lazy("Never below"), required=False, choices=[("", gettext_lazy("No floor")), *editing.SEVERITIES]
    )
    department = forms.ChoiceField(label=gettext_lazy("Usual department"), required=False)
    on_site = forms.BooleanField(label=gettext_lazy("Needs work on site"), required=False)
    checklist = forms.CharField(
        label=gettext_lazy("Checklist"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "A task a line, for this category and all below it. Before a colon may stand its step:"
            " receive, handle, answer or visit."
        ),
    )
    extra_fields = forms.CharField(
        label=gettext_lazy("Fields"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "A field a line: name | kind | choices. Kinds: text, number, date, choice, yes-no. A star after"
            " the name: to be filled in before the case is resolved. For example: Cause * | choice | door, power, other"
        ),
    )

    def __init__(self, data: Any = None, *, level: int, values: CategoryValues, new: bool = False) -> None:
        token = "" if new else history.version(values)
        super().__init__(data, initial=asdict(values) | {"version": token})
        self.left = values
        if not new:
            del self.fields["code"]
        if level == 1 or new:
            del self.fields["parent"]
        else:
            self.offer(
                "parent",
                [(one.code, str(one)) for one in cases.categories().by_id.values() if editing.depth(one) == level - 1],
            )
        if level < cases.LEVELS:
            for name in _OF_LEAVES:
                del self.fields[name]
        else:
            self.offer("department", department_choices(values.department))

    def values(self) -> CategoryValues:
        """What was typed; what wasn't asked stays."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("version", "code")}
        return replace(self.left, **given)


@reader
def categories(request: StaffRequest) -> HttpResponseBase:
    """The tree."""
    known = cases.categories()
    below: dict[int | None, list[Any]] = {}
    for one in known.by_id.values():
        below.setdefault(one.parent_id, []).append(one)
    tree = [
        {"row": top, "groups": [{"row": group, "leaves": below.get(group.pk, [])} for group in below.get(top.pk, [])]}
        for top in below.get(None, [])
    ]
    return page(request, "settings/categories.html", {"tree": tree}, area="category")


@editor
def new_category(request: StaffRequest) -> HttpResponseBase:
    """Add one, below another or on top."""
    pk = number(request.GET.get("below"))
    above = editing.by_key(pk) if pk is not None else None
    level = editing.depth(above) + 1 if above else 1
    values = CategoryValues("", parent=above.code if above else "", kind="complaint", severity="P3")
    form = CategoryForm(request.POST or None, level=level, values=values, new=True)
    if form.is_valid() and saved(request, form, lambda by: editing.add(form.cleaned_data["code"], form.values(), by)):
        return done(request, _("%(name)s is added.") % form.cleaned_data, "settings_categories")
    title = _("New category below %(name)s") % {"name": above} if above else _("New category")
    return page(request, "settings/edit.html", {"form": form, "title": title, "up": "settings_categories"})


@editor
def category(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Rename it, move it, set what is usual."""
    found = editing.by_key(pk)
    form = CategoryForm(request.POST or None, level=editing.depth(found), values=editing.values_of(found))
    if form.is_valid() and saved(request, form, lambda by: editing.change(found.code, form.values(), by)):
        return done(request, _("Saved."), "settings_category", pk)
    context = {"form": form, "title": str(found), "thing_row": found, "up": "settings_categories"}
    context |= {"use": "settings_category_use", "use_key": pk}
    context["note"] = _(
        "Cases that hang on it keep their severity; the category is used for what comes in from now on."
    )
    return page(request, "settings/edit.html", context, area="category", thing=found.code)


@editor
def use_category(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Take it out of use, or back."""
    found = editing.by_key(pk)
    values, names = editing.values_of(found), {"name": found}
    title = _("Take %(name)s out of use") if found.active else _("Take %(name)s into use again")
    told = _("%(name)s is out of use.") if found.active else _("%(name)s is in use again.")
    context: dict[str, Any] = {"title": title % names, "button": title % names, "told": told % names}
    context |= {"danger": found.active, "out": found.active}
    context["text"] = _("It is offered no longer, nor is anything below it. Cases that hang on it keep it.")
    turned = replace(values, active=not values.active)
    return ask(request, context, lambda by: editing.change(found.code, turned, by), "settings_category", pk)

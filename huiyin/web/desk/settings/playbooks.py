"""Recovery plans: what they are for, their steps, and their versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from django import forms
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from huiyin.cases import queries as cases
from huiyin.org import history
from huiyin.playbooks import editing, queries
from huiyin.playbooks.editing import PlaybookValues
from huiyin.playbooks.steps import read
from huiyin.recovery import failures
from huiyin.web.desk.door import StaffRequest

from .door import EditForm, ask, done, editor, page, reader, saved
from .sites import CODE_HELP
from .steps import PlanForm, difference_words, told

if TYPE_CHECKING:
    from huiyin.playbooks.models import Playbook, PlaybookVersion


class PlaybookForm(EditForm):
    """For what it is meant, and what it is called."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=32, help_text=CODE_HELP)
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=editing.MOST_NAME)
    name_en = forms.CharField(label=gettext_lazy("English name"), max_length=editing.MOST_NAME, required=False)
    failure = forms.ChoiceField(label=gettext_lazy("For which failure"))
    category = forms.ChoiceField(
        label=gettext_lazy("Only for this branch"),
        required=False,
        help_text=gettext_lazy("The plan of the nearest branch is taken; one without a branch is for all others."),
    )
    gravity = forms.ChoiceField(label=gettext_lazy("Only when it is so bad"), required=False)

    def __init__(self, data: Any = None, *, values: PlaybookValues | None = None) -> None:
        super().__init__(data, initial=asdict(values) | {"version": history.version(values)} if values else {})
        if values is not None:
            del self.fields["code"]
        kept = values.failure if values else ""
        types = [row for row in failures.every() if row.active or row.code == kept]
        self.offer("failure", [("", "–"), *((row.code, str(row)) for row in types)])
        self.offer("category", [("", _("all categories")), *_branches()])
        self.offer("gravity", [("", _("however bad it is")), *((row.code, str(row)) for row in failures.grades())])

    def values(self, *, active: bool = True) -> PlaybookValues:
        """What was typed."""
        names = ("name", "failure", "name_en", "category", "gravity")
        return PlaybookValues(**{name: self.cleaned_data[name] for name in names}, active=active)


def _branches() -> list[tuple[str, str]]:
    known = cases.categories()
    rows = ((one.code, [str(part) for part in known.line(one)]) for one in known.by_id.values())
    return sorted(((code, " · ".join(names)) for code, names in rows), key=lambda row: row[0])


def _meant_for(row: Playbook) -> str:
    failure = next((one for one in failures.every() if one.pk == row.failure_id), None)
    branch = cases.categories().by_code.get(row.category)
    parts = [str(failure or ""), str(branch or row.category), failures.gravity_name(row.gravity) if row.gravity else ""]
    return " · ".join(part for part in parts if part)


@reader
def playbooks(request: StaffRequest) -> HttpResponseBase:
    """All recovery plans, and for what each is meant."""
    rows = [{"row": row, "meant": _meant_for(row), "held": editing.current(row)} for row in queries.playbooks()]
    return page(request, "settings/playbooks.html", {"rows": rows}, area="playbooks")


@editor
def new_playbook(request: StaffRequest) -> HttpResponseBase:
    """Add one; its steps come next."""
    form = PlaybookForm(request.POST or None)
    if form.is_valid() and saved(request, form, lambda by: editing.add(form.cleaned_data["code"], form.values(), by)):
        code = form.cleaned_data["code"].strip()
        return done(request, _("The plan is added; write down its steps now."), "settings_playbook", code)
    title = _("New recovery plan")
    return page(request, "settings/edit.html", {"form": form, "title": title, "up": "settings_playbooks"})


@editor
def meant(request: StaffRequest, code: str) -> HttpResponseBase:
    """Rename it, say for what it is meant."""
    found = editing.by_code(code)
    before = editing.values_of(found)
    form = PlaybookForm(request.POST or None, values=before)
    if form.is_valid() and saved(request, form, lambda by: editing.change(code, form.values(active=before.active), by)):
        return done(request, _("Saved."), "settings_playbook", code)
    context = {"form": form, "title": str(found), "thing_row": found, "up": "settings_playbooks"}
    context |= {"use": "settings_playbook_use"}
    context["note"] = _running_words(found)
    return page(request, "settings/edit.html", context, area="playbooks", thing=code)


@editor
def use_playbook(request: StaffRequest, code: str) -> HttpResponseBase:
    """Take it out of use, or back."""
    found = editing.by_code(code)
    values = editing.values_of(found)
    turned = replace(values, active=not values.active)
    title = _("Take “%(name)s” out of use") if values.active else _("Take “%(name)s” into use again")
    text = _("It begins no longer.") if values.active else _("It begins again where it fits.")
    told_ = _("It is out of use.") if values.active else _("It is in use again.")
    context: dict[str, Any] = {"title": title % {"name": found}, "told": told_, "danger": values.active}
    context["text"] = f"{text} {_running_words(found)}"
    context["button"] = _("Take it out of use") if values.active else _("Take it into use again")
    return ask(request, context, lambda by: editing.change(code, turned, by), "settings_playbooks")


def _running_words(row: Playbook) -> str:
    count = editing.running(row)
    if not count:
        return _("No plan runs by it.")
    text = ngettext("%(count)d running plan keeps its version.", "%(count)d running plans keep their version.", count)
    return text % {"count": count}


@editor
def playbook(request: StaffRequest, code: str) -> HttpResponseBase:
    """The steps: as they are in force, or as they are being prepared. Saved, they are a draft."""
    found = editing.by_code(code)
    looked = editing.looked_at(found)
    form = PlanForm(request.POST or None, steps=read(looked["steps"]), token=history.version(looked))  # type: ignore[arg-type]
    if form.is_valid() and saved(request, form, lambda by: editing.save_draft(code, form.steps(), by)):
        return done(
            request, _("The draft is kept; look at what changes, then put it in force."), "settings_playbook", code
        )
    drafted = editing.draft(found)
    context: dict[str, Any] = {"form": form, "row": found, "meant": _meant_for(found), "draft": drafted}
    context |= {"changes": _changes(found, drafted), "running": _running_words(found), "held": editing.current(found)}
    context["versions"] = editing.versions(found)
    return page(request, "settings/playbook.html", context, area="playbooks", thing=code)


def _changes(row: Playbook, version: PlaybookVersion | None) -> Sequence[str]:
    return [difference_words(one) for one in editing.changes(row, version)] if version else []


@reader
def version(request: StaffRequest, code: str, number: int) -> HttpResponseBase:
    """A version to be read, with what differs from the one before."""
    found = editing.by_code(code)
    wanted = editing.version(found, number)
    context: dict[str, Any] = {"row": found, "version": wanted, "changes": _changes(found, wanted)}
    context["steps"] = [told(one) for one in read(wanted.steps)]
    return page(request, "settings/playbook_version.html", context)


@editor
def put_in_force(request: StaffRequest, code: str, number: int) -> HttpResponseBase:
    """The second click: what changes, and that running plans keep theirs."""
    found = editing.by_code(code)
    wanted = editing.version(found, number)
    if wanted.phase == "force":
        return redirect("settings_playbook", code)
    held = editing.current(found)
    changes = _changes(found, wanted) if wanted.phase == "draft" else []
    context: dict[str, Any] = {
        "title": _("Put “%(name)s”, version %(number)d, in force") % {"name": found, "number": number},
        "text": _("Plans that begin from now on run by it.") + " " + _running_words(found),
        "facts": [(_("In force until now"), held.number if held else "–")]
        + [(_("What changes") if not place else "", line) for place, line in enumerate(changes)],
        "button": _("Put it in force"),
        "told": _("It is in force."),
    }
    return ask(request, context, lambda by: editing.put_in_force(code, number, by), "settings_playbook", code)


@editor
def discard(request: StaffRequest, code: str) -> HttpResponseBase:
    """Throw the draft away."""
    found = editing.by_code(code)
    context: dict[str, Any] = {"title": _("Discard the draft of “%(name)s”") % {"name": found}, "danger": True}
    context |= {"text": _("What is in force stays as it is."), "button": _("Discard the draft")}
    context |= {"told": _("The draft is gone."), "back": reverse("settings_playbook", args=[code])}
    return ask(request, context, lambda by: editing.discard(code, by), "settings_playbook", code)

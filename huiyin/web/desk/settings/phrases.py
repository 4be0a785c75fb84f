"""Phrases, and words that had better not be said."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from django import forms
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.org import history
from huiyin.standards import editing, queries
from huiyin.standards.editing import PatternValues, PhraseValues
from huiyin.web.desk.door import StaffRequest

from .door import EditForm, ask, done, editor, page, reader, saved

BLANKS = gettext_lazy(
    "{customer}, {number}, {due}, {agent}, {site} and {mediator} are filled in from the case"
    " ({客户}, {编号}, {时限}, {客服}, {小区}, {调解机构} too);"
    " any other word in braces is a blank for whoever writes."
)


def _area(rows: int = 2) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class PhraseForm(EditForm):
    """A phrase."""

    situation = forms.ChoiceField(label=gettext_lazy("Situation"), choices=editing.SITUATIONS)
    temperament = forms.ChoiceField(label=gettext_lazy("Temperament"), choices=editing.TEMPERAMENTS)
    use = forms.ChoiceField(label=gettext_lazy("Spoken or written"), choices=editing.USES, required=False)
    zh = forms.CharField(
        label=gettext_lazy("In Chinese"),
        required=False,
        max_length=editing.MOST_TEXT,
        widget=_area(3),
        help_text=BLANKS,
    )
    en = forms.CharField(
        label=gettext_lazy("In English"), required=False, max_length=editing.MOST_TEXT, widget=_area(3)
    )
    code = forms.CharField(
        label=gettext_lazy("Short name"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("Letters and digits: whoever types :: and this, then Tab, gets the phrase."),
    )

    def __init__(self, data: Any = None, *, values: PhraseValues | None = None) -> None:
        initial = asdict(values) | {"version": history.version(values)} if values else {}
        super().__init__(data, initial=initial)

    def values(self, *, active: bool = True) -> PhraseValues:
        """What was typed."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return PhraseValues(**given, active=active)


class PatternForm(EditForm):
    """Words that had better not be said."""

    example = forms.CharField(
        label=gettext_lazy("What had better not be said"),
        max_length=editing.MOST_REASON,
        help_text=gettext_lazy("A whole sentence, as somebody might say it."),
    )
    pattern = forms.CharField(
        label=gettext_lazy("The words to look for"),
        max_length=200,
        help_text=gettext_lazy(
            "Plain words, or: a|b this or that, [大小] one of these, . any character, x? or not,"
            " x{0,6} so often; a sign itself with \\ before it."
        ),
    )
    timeless = forms.BooleanField(
        label=gettext_lazy("Only where the sentence names no time"),
        required=False,
        help_text=gettext_lazy("For “soon” and the like: with a time it is a promise."),
    )
    level = forms.ChoiceField(label=gettext_lazy("How strongly"), choices=editing.LEVELS)
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=editing.MOST_REASON)
    better = forms.CharField(
        label=gettext_lazy("Better wording"), required=False, max_length=editing.MOST_BETTER, widget=_area()
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=editing.LANGUAGES)

    def __init__(self, data: Any = None, *, values: PatternValues | None = None) -> None:
        initial: dict[str, Any] = {"level": "warn"}
        if values:
            initial = asdict(values) | {"version": history.version(values), "reason": _(values.reason)}
        super().__init__(data, initial=initial)

    def values(self, *, active: bool = True) -> PatternValues:
        """What was typed."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return PatternValues(**given, active=active)


@reader
def phrases(request: StaffRequest) -> HttpResponseBase:
    """All phrases by situation, those out of use too."""
    rows = queries.lexicon().phrases
    groups = [(name, [row for row in rows if row.situation == code]) for code, name in editing.SITUATIONS]
    context = {"groups": [group for group in groups if group[1]]}
    return page(request, "settings/phrases.html", context, area="phrases")


@editor
def new_phrase(request: StaffRequest) -> HttpResponseBase:
    """Add one."""
    form = PhraseForm(request.POST or None)
    if form.is_valid() and saved(request, form, lambda by: editing.add_phrase(form.values(), by)):
        return done(request, _("The phrase is added."), "settings_phrases")
    return page(request, "settings/edit.html", {"form": form, "title": _("New phrase"), "up": "settings_phrases"})


@editor
def phrase(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Change one."""
    found = queries.phrase(pk)
    before = editing.phrase_values(found)
    form = PhraseForm(request.POST or None, values=before)
    if form.is_valid() and saved(
        request, form, lambda by: editing.change_phrase(pk, form.values(active=before.active), by)
    ):
        return done(request, _("Saved."), "settings_phrases")
    context = {"form": form, "title": str(found)[:40], "thing_row": found, "up": "settings_phrases"}
    context |= {"use": "settings_phrase_use", "use_key": pk}
    return page(request, "settings/edit.html", context, area="phrases", thing=str(pk))


@editor
def use_phrase(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Take one out of use, or back."""
    found = queries.phrase(pk)
    values = editing.phrase_values(found)
    turned = replace(values, active=not values.active)
    text = _("It is offered no longer; its short name stays taken.") if values.active else _("It is offered again.")
    context = _use(str(found), text, out=values.active)
    return ask(request, context, lambda by: editing.change_phrase(pk, turned, by), "settings_phrases")


def _use(name: str, text: str, *, out: bool) -> dict[str, Any]:
    title = _("Take “%(name)s” out of use") if out else _("Take “%(name)s” into use again")
    button = _("Take it out of use") if out else _("Take it into use again")
    told = _("It is out of use.") if out else _("It is in use again.")
    return {"title": title % {"name": name[:40]}, "text": text, "button": button, "told": told, "danger": out}


@reader
def patterns(request: StaffRequest) -> HttpResponseBase:
    """All words that had better not be said, the strictest first."""
    order = {code: place for place, (code, _name) in enumerate(editing.LEVELS)}
    rows = sorted(queries.lexicon().forbidden, key=lambda row: (not row.active, -order[row.level]))
    return page(request, "settings/forbidden.html", {"rows": rows}, area="forbidden")


@editor
def new_pattern(request: StaffRequest) -> HttpResponseBase:
    """Add one, after showing what it would have found."""
    form = PatternForm(request.POST or None)
    effect = None
    if form.is_valid():
        effect = _effect(request, form, form.values())
        if (
            effect is None
            and not form.errors
            and saved(request, form, lambda by: editing.add_pattern(form.values(), by))
        ):
            return done(
                request, _("Added: every word to a customer is checked for it from now on."), "settings_forbidden"
            )
    context = {"form": form, "title": _("New words not to say"), "up": "settings_forbidden", "effect": effect}
    return page(request, "settings/edit.html", context | {"effect_page": "settings/forbidden_effect.html"})


@editor
def pattern(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Change one, after showing what it would have found when that changes."""
    found = queries.forbidden(pk)
    before = editing.pattern_values(found)
    form = PatternForm(request.POST or None, values=before)
    effect = None
    if form.is_valid():
        wanted = form.values(active=before.active)
        touched = (wanted.pattern, wanted.level, wanted.timeless) != (before.pattern, before.level, before.timeless)
        effect = _effect(request, form, wanted) if touched else None
        if (
            effect is None
            and not form.errors
            and saved(request, form, lambda by: editing.change_pattern(pk, wanted, by))
        ):
            return done(request, _("Saved."), "settings_forbidden")
    context = {"form": form, "title": str(found)[:40], "thing_row": found, "up": "settings_forbidden"}
    context |= {"use": "settings_pattern_use", "use_key": pk, "effect": effect}
    context["effect_page"] = "settings/forbidden_effect.html"
    return page(request, "settings/edit.html", context, area="forbidden", thing=str(pk))


def _effect(request: StaffRequest, form: PatternForm, values: PatternValues) -> dict[str, Any] | None:
    """What the words would find, until that was looked at. What can't be taken is said first."""
    seen = history.version({"pattern": values.pattern, "level": values.level, "timeless": values.timeless})
    if request.POST.get("seen") == seen:
        return None
    try:
        wanted = editing.checked_pattern(values)
    except history.BadSetting as error:
        form.add_error(error.field or None, error.text)
        return None
    return {"shown": editing.effect(wanted), "seen": seen}


@editor
def use_pattern(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Take one out of use, or back."""
    found = queries.forbidden(pk)
    values = editing.pattern_values(found)
    turned = replace(values, active=not values.active)
    text = _("Words to customers are no longer checked for it.")
    if not values.active:
        text = _("Every word to a customer is checked for it again.")
    context = _use(str(found), text, out=values.active)
    return ask(request, context, lambda by: editing.change_pattern(pk, turned, by), "settings_forbidden")

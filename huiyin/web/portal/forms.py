"""The forms that customers fill in, with errors in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.base.ids import new_secret
from huiyin.cases.change import StoredFile
from huiyin.cases.files import TYPES, BadFile, store
from huiyin.cases.intake import MOST_TEXT
from huiyin.customers.actions import NOT_A_PHONE, BadEmail, BadPhone, to_e164, to_email
from huiyin.returns.actions import REASONS
from huiyin.web.plain import PlainForm
from huiyin.web.uploads import WORDS, FilesInput

MOST_PHOTOS = 5
KINDS = (
    ("repair", gettext_lazy("Repair")),
    ("complaint", gettext_lazy("Complaint")),
    ("inquiry", gettext_lazy("Question")),
    ("suggestion", gettext_lazy("Suggestion")),
    ("praise", gettext_lazy("Praise")),
    ("report", gettext_lazy("Report a breach")),
)
CALL_BACK = frozenset({"repair", "complaint"})
"""Kinds that can't be worked on without asking back."""


class PhotosField(forms.FileField):
    """Up to five photos or other files. They are stored by `Anyone.kept` and not here: a form that anybody may send
    must be good, and not one too many, before it may fill our disk."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        """The files as they came, none being fine."""
        files = [file for file in data or () if file is not None]
        if len(files) > MOST_PHOTOS:
            raise forms.ValidationError(_("At most %(most)d files at once.") % {"most": MOST_PHOTOS})
        return files


def _photos() -> PhotosField:
    widget = FilesInput(attrs={"multiple": True, "accept": ",".join(sorted(TYPES)), "data-shrink": True})
    return PhotosField(label=gettext_lazy("Photos or a recording"), required=False, widget=widget)


class Anyone(PlainForm):
    """A form without a log-in: `token` makes it one sending, `website` is left empty by people."""

    token = forms.CharField(required=False, widget=forms.HiddenInput, max_length=64, initial=new_secret)
    website = forms.CharField(required=False, label=gettext_lazy("Leave this empty"))

    def clean(self) -> dict[str, Any]:
        """Nothing is thrown away: somebody whose browser filled the hidden field in just sends it again."""
        values = super().clean() or self.cleaned_data
        if values.get("website"):
            self.data = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict at this point
            self.data["website"] = ""  # type: ignore[index]
            self.add_error(None, _("A field that people don't see was filled in, as robots do. Please send it again."))
        return values

    def kept(self) -> Sequence[StoredFile]:
        """Store the files. One that can't be taken becomes an error of the field, so ask `is_valid` once more."""
        found: list[StoredFile] = []
        for upload in self.cleaned_data["photos"]:
            try:
                found.append(store(upload))
            except BadFile as error:
                self.add_error("photos", str(WORDS[error.code]) % {"name": error.name})
        return found

    @property
    def lost_photos(self) -> bool:
        """Were photos chosen that the page can't show as chosen when it comes back?"""
        return self.is_bound and any(self.files.getlist("photos"))


class SayForm(Anyone):
    """A new voice. A repair or complaint needs a way to ask back."""

    use_required_attribute = False  # what is required depends on the kind, which a page without script can't follow

    kind = forms.ChoiceField(
        label=gettext_lazy("What it is"),
        choices=KINDS,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Please choose one.")},
    )
    place = forms.CharField(
        label=gettext_lazy("Place"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Building, unit, floor, device: where somebody has to go."),
    )
    text = forms.CharField(
        label=gettext_lazy("What happened"),
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5, "data-draft": "say"}),
        error_messages={"required": gettext_lazy("Please say in a few words what happened.")},
    )
    photos = _photos()
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
        help_text=gettext_lazy("Only to call you back about this. Questions, suggestions and praise need none."),
        error_messages={
            "required": gettext_lazy("Please leave a number, so that we can ask back and make an appointment.")
        },
    )

    email = forms.CharField(
        label=gettext_lazy("E-mail"),
        required=False,
        max_length=254,
        widget=forms.TextInput(attrs={"type": "email", "autocomplete": "email", "inputmode": "email"}),
        help_text=gettext_lazy("For news of this, and to find this page again if you lose it."),
    )

    protected = forms.BooleanField(
        label=gettext_lazy("Keep secret who I am"),
        required=False,
        help_text=gettext_lazy(
            "Only the one who handles it and the management learn your name and number. A report of a breach is always "
            "kept so, and may be sent without a name."
        ),
    )

    def clean_phone(self) -> str:
        """As typed; what can't be dialled is refused here, where it can be mended."""
        typed: str = self.cleaned_data["phone"]
        if typed:
            try:
                to_e164(typed)
            except BadPhone as error:
                raise forms.ValidationError(str(NOT_A_PHONE)) from error
        return typed

    def clean_email(self) -> str:
        """In the form in which it is kept."""
        return email_of(self.cleaned_data["email"])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.data.get("kind") if self.is_bound else ""
        # A complaint can be answered in writing; a repair needs somebody to open the door.
        written = kind == "complaint" and bool(self.data.get("email"))
        self.fields["phone"].required = not self.is_bound or (kind in CALL_BACK and not written)


def email_of(typed: str) -> str:
    """An address as it is kept, or nothing for nothing; a ValidationError says what one looks like."""
    if not typed.strip():
        return ""
    try:
        return to_email(typed)
    except BadEmail as error:
        raise forms.ValidationError(_("This is not an e-mail address: it looks like name@example.com.")) from error


class WriteForm(Anyone):
    """More words about a case."""

    use_required_attribute = False

    text = forms.CharField(
        label=gettext_lazy("Add something"),
        required=False,
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3, "data-draft": "write"}),
    )
    photos = _photos()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = not self.is_bound  # photos alone will do, but nobody need be told

    def clean(self) -> dict[str, Any]:
        """Words or photos, one of them."""
        values = super().clean()
        if not values.get("text") and not values.get("photos") and not self.errors:
            self.add_error("text", _("Please write something or choose a photo."))
        return values


class RateForm(PlainForm):
    """Is it solved, and how was it?"""

    solved = forms.ChoiceField(
        label=gettext_lazy("Solved or not"),
        choices=(("yes", gettext_lazy("Solved")), ("no", gettext_lazy("Not solved"))),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Please say whether it is solved.")},
    )
    satisfied = forms.TypedChoiceField(
        label=gettext_lazy("How satisfied you are"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=tuple((number, str(number)) for number in range(1, 6)),
        widget=forms.RadioSelect,
        help_text=gettext_lazy("1 very dissatisfied, 3 fairly satisfied, 5 very satisfied"),
    )
    reasons = forms.MultipleChoiceField(
        label=gettext_lazy("Why"), required=False, choices=REASONS, widget=forms.CheckboxSelectMultiple
    )
    words = forms.CharField(
        label=gettext_lazy("What we should know"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    shown_at = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=2**40)
    """When the page was made, in seconds since 1970: how long somebody looked at the questions."""


class AppealForm(PlainForm):
    """Why the customer wants another person to look at it."""

    text = forms.CharField(
        label=gettext_lazy("What we should look at again"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Please say what we should look at again.")},
    )


class AnotherForm(PlainForm):
    """Why somebody else should look at it."""

    text = forms.CharField(
        label=gettext_lazy("What somebody else should know"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Please say what somebody else should look at.")},
    )


class WithdrawForm(PlainForm):
    """Why it is taken back, if the customer likes to say."""

    reason = forms.CharField(
        label=gettext_lazy("Why, if you like to tell us"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

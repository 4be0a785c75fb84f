"""A form field for several files, stored as soon as they are found good."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from huiyin.cases import files
from huiyin.cases.change import StoredFile
from huiyin.cases.files import BadFile, Upload

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

MOST = 10
WORDS: Mapping[str, StrPromise] = {
    "too_large": _("%(name)s is larger than 10 MB; choose a smaller one."),
    "empty": _("%(name)s is empty; choose it again."),
    "type": _("%(name)s is not a photo, a PDF, a sound or a video."),
}
_ACCEPT = ",".join(sorted(files.TYPES))


class FilesInput(forms.ClearableFileInput):
    """`<input type=file multiple>`; pictures are made smaller by the browser."""

    allow_multiple_selected = True


class CameraInput(FilesInput):
    """The same with a second input that opens the camera of a telephone; what is taken goes with the chosen files."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Both inputs."""
        chosen = super().render(name, value, attrs, renderer)
        camera = '<input type="file" name="{}" accept="image/*" capture="environment" data-shrink>'
        taken = format_html(camera, name)
        return format_html('{}<label class="camera">{} {}</label>', chosen, _("Take a photo"), taken)


class FilesField(forms.FileField):
    """Up to ten files, none needed. Gives `StoredFile`s: their bytes lie on disk before any row speaks of them."""

    def __init__(self, *, camera: bool = False) -> None:
        look = CameraInput if camera else FilesInput
        widget = look(attrs={"accept": _ACCEPT, "data-shrink": True})
        super().__init__(required=False, label=_("Photos and papers"), widget=widget)

    def clean(self, data: Any, initial: Any = None) -> list[StoredFile]:
        """The stored files; a ValidationError names the one that can't be taken."""
        uploads = [upload for upload in (data if isinstance(data, list) else [data]) if upload]
        if len(uploads) > MOST:
            raise ValidationError(_("At most %(most)d files at once."), params={"most": MOST})
        return [_store(upload) for upload in uploads]


def _store(upload: UploadedFile[Any]) -> StoredFile:
    try:
        return files.store(cast("Upload", upload))
    except BadFile as error:
        raise ValidationError(WORDS[error.code], params={"name": error.name}) from error

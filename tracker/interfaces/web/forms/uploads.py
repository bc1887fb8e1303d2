"""Take an uploaded file for what its bytes say it is, not for what its name says."""

from __future__ import annotations

import zipfile
from pathlib import PurePath

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

# The first bytes of each kind that is taken. Office files and OFD are zip archives; old Office files are OLE.
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
STARTS = {
    ".pdf": b"%PDF-",
    ".png": b"\x89PNG\r\n\x1a\n",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
    ".docx": _ZIP,
    ".xlsx": _ZIP,
    ".pptx": _ZIP,
    ".ofd": _ZIP,
    ".wps": _OLE,
    ".doc": _OLE,
    ".xls": _OLE,
}
# An archive that says it unpacks to more than this, or to so many files, was made to fill a disk.
MOST_UNPACKED = 200 * 1024 * 1024
MOST_ENTRIES = 5000


class EvidenceFileField(forms.FileField):
    """Accept a document or a picture whose content is what its name says, up to `TRACKER_MAX_UPLOAD` bytes."""

    widget = forms.FileInput(attrs={"accept": ",".join(STARTS)})

    def clean(self, data: UploadedFile | None, initial: object = None) -> UploadedFile | None:
        file: UploadedFile | None = super().clean(data, initial)
        if file:
            _check(file)
        return file


def _check(file: UploadedFile) -> None:
    size, limit = file.size or 0, settings.TRACKER_MAX_UPLOAD
    if size > limit:
        raise ValidationError(
            _("The file has %(size)d MB; at most %(limit)d MB are taken. Give its document number or a link instead.")
            % {"size": -(-size // 1048576), "limit": limit // 1048576}
        )
    suffix = PurePath(file.name or "").suffix.lower()
    start = STARTS.get(suffix)
    if start is None:
        raise ValidationError(
            _("Files of this kind are not taken. Use PDF, OFD, Word, Excel or a picture (PNG, JPEG).")
        )
    head = file.read(len(start))
    file.seek(0)
    if head != start:
        raise ValidationError(
            _("The content of the file is not what its name says. Save it again as %(kind)s.") % {"kind": suffix}
        )
    if start == _ZIP:
        _check_archive(file)


def _check_archive(file: UploadedFile) -> None:
    try:
        entries = zipfile.ZipFile(file).infolist()
    except zipfile.BadZipFile as error:
        raise ValidationError(_("The file is damaged. Open it, save it again and try once more.")) from error
    finally:
        file.seek(0)
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise ValidationError(_("The file unpacks to too much. Give its document number or a link instead."))

"""Take a ledger in: upload, look at the plan, apply what is ticked."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tracker.audit.actors import Role
from tracker.commitments.models import BatchRow
from tracker.commitments.selectors import batches
from tracker.commitments.services import importing
from tracker.interfaces.sheets import reading
from tracker.interfaces.web.county_columns import COUNTY, HEADINGS, ONE_OF
from tracker.interfaces.web.http import WebRequest, page
from tracker.interfaces.web.views.ledger import IMPORTERS


def routes() -> list[URLPattern]:
    """Return the addresses at which a ledger comes in."""
    return [
        path("ledger/import/", import_, name="ledger_import"),
        path("ledger/batches/<int:pk>/again/", again, name="ledger_batch_again"),
    ]


class LedgerFileForm(forms.Form):
    """Ask for the spreadsheet."""

    file = forms.FileField(
        label=gettext_lazy("Excel file (.xlsx)"),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        allow_empty_file=True,
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        limit = settings.TRACKER_MAX_UPLOAD
        if (file.size or 0) > limit:
            raise forms.ValidationError(
                _("The file has %(size)d MB; at most %(limit)d MB are taken. Take a part of the ledger.")
                % {"size": -(-(file.size or 0) // 1048576), "limit": limit // 1048576}
            )
        return file


@page(*IMPORTERS)
def import_(request: WebRequest) -> HttpResponse:
    """Ask for a ledger; POST reads it and shows what it would change. Nothing is changed by the upload."""
    if request.method != "POST":
        return _show(request, LedgerFileForm())
    form = LedgerFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, form, status=422)
    file: UploadedFile = form.cleaned_data["file"]
    data = file.read()
    try:
        table = reading.read(data, HEADINGS, one_of=ONE_OF, most_rows=settings.TRACKER_IMPORT_ROWS)
    except reading.Unreadable as error:
        form.add_error("file", _said(error))
        return _show(request, form, status=422)
    batch = importing.plan_import(
        rows=[(record.number, _cells(record)) for record in table.records],
        file=data,
        file_name=file.name or "",
        stored_as=f"{secrets.token_hex(16)}.xlsx",
        digest=hashlib.sha256(data).hexdigest(),
        how_read={
            "sheet": table.sheet,
            "unknown": list(table.unknown),
            "hidden": table.hidden,
            "others": list(table.others),
        },
        by=request.actor,
        now=request.now,
    )
    return HttpResponseRedirect(reverse("web:ledger_batch", args=[batch.pk]), status=303)


def _cells(record: reading.Record) -> dict[str, list[Any]]:
    return {key: [cell.address, _plain(cell.value), cell.fault] for key, cell in record.cells.items()}


def _plain(value: reading.Value) -> Any:
    return {"day": value.isoformat()} if isinstance(value, date) else value


@require_POST
@page(*IMPORTERS)
def again(request: WebRequest, pk: int) -> HttpResponse:
    """Look at an upload anew: with what the person said is meant, and against the tasks as they are now."""
    plan = batches.own(request.actor).filter(pk=pk).first()
    if plan is None:
        raise Http404
    choices: dict[int, int | None] = {}
    for row in plan.rows.filter(outcome=BatchRow.Outcome.ASKED):
        said = request.POST.get(f"meant-{row.place}", "")
        if said == "none":
            choices[row.place] = None
        elif said.isdecimal() and int(said) in row.cells.get("may_be", []):
            choices[row.place] = int(said)
    importing.replan(batch=plan, choices=choices, by=request.actor, now=request.now)
    return HttpResponseRedirect(reverse("web:ledger_batch", args=[pk]), status=303)


def _show(request: WebRequest, form: LedgerFileForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "open": list(batches.open_imports(request.actor)[:20]),
        "columns": [column for column in COUNTY if not column.hidden],
        "office": request.actor.has(Role.SUPERVISION),
        "most": settings.TRACKER_IMPORT_ROWS,
    }
    return render(request, "web/ledger_import.html", context, status=status)


def _said(error: reading.Unreadable) -> str:
    match error.why:
        case "not_excel":
            return _("This is no Excel workbook (.xlsx). Open it in Excel or WPS and save it as .xlsx.")
        case "old_excel":
            return _(
                "This is a workbook of the old kind (.xls), or one that is locked by a password. Open it in Excel or WPS, "
                "take the password off, and save it as .xlsx."
            )
        case "text":
            return _("This is a text file (.csv). Open it in Excel or WPS and save it as .xlsx.")
        case "other_office":
            return _("This is a workbook of another kind (.xlsb, .ods). Open it in Excel or WPS and save it as .xlsx.")
        case "no_column":
            return _(
                "Row %(row)s looks like the heading, but no column of it is headed “duty” or “number”. Head the column that "
                "names the duties 事项."
            ) % {"row": error.detail}
        case "damaged":
            return _("The file is damaged. Open it, save it again and try once more.")
        case "too_much":
            return _("The file unpacks to too much. Copy the table into a new workbook and upload that.")
        case "too_many_rows":
            return _("The table has %(rows)s rows; at most %(most)d are taken at once. Upload it in parts.") % {
                "rows": error.detail,
                "most": settings.TRACKER_IMPORT_ROWS,
            }
        case "too_long":
            return _("Reading the file took too long. Copy the table into a new workbook and upload that.")
    return _(
        "No heading was found. One row must name at least three columns of the ledger, “duty” or “number” among them."
    )

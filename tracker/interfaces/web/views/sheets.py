"""Take the ledger out as an Excel file, and take one in: upload, look at the plan, apply what is ticked."""

from __future__ import annotations

import hashlib
import secrets
import tempfile
from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tracker.audit.actors import Role
from tracker.commitments.models import BatchRow
from tracker.commitments.selectors import batches, lines
from tracker.commitments.selectors.standing import standings_of
from tracker.commitments.services import exporting, importing
from tracker.interfaces.sheets import reading, writing
from tracker.interfaces.web.columns import Column
from tracker.interfaces.web.county_columns import COUNTY, HEADINGS, ONE_OF
from tracker.interfaces.web.http import WebRequest, page
from tracker.interfaces.web.navigation import WORKERS
from tracker.interfaces.web.templatetags.tracker_web import day
from tracker.interfaces.web.views.ledger import IMPORTERS, Asked, filter_of
from tracker.interfaces.web.wording import mark


def routes() -> list[URLPattern]:
    """Return the addresses at which the ledger goes out and comes in."""
    return [
        path("ledger/export/", export, name="ledger_export"),
        path("ledger/import/", import_, name="ledger_import"),
        path("ledger/batches/<int:pk>/again/", again, name="ledger_batch_again"),
    ]


@page(*WORKERS)
def export(request: WebRequest) -> FileResponse:
    """Answer with the tasks the address asks for, in its order, in the county's columns and the chosen further ones."""
    exporting.may_export(by=request.actor, now=request.now)
    asked = Asked(request, request.GET)
    shown = {column.key for column in COUNTY}
    extra = [column for column in asked.display.columns if column.key not in shown]
    columns = [writing.SheetColumn(str(one.heading), one.width, one.centred, one.hidden) for one in COUNTY]
    columns += [
        writing.SheetColumn(str(one.label).capitalize(), one.width, one.kind in {"day", "num"}) for one in extra
    ]
    title = _("Ledger of %(county)s") % {"county": settings.TRACKER_COUNTY}
    note = _("As of %(day)s. %(filters)s") % {"day": day(asked.today), "filters": _filters(asked)}
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the answer once it is sent
    sheet = writing.Sheet(_("Ledger"), title, columns, _rows(asked, extra, request), note)
    number = writing.write(sheet, file)
    exporting.record_export(
        filters=filter_of(request.GET),
        rows=number,
        columns=[column.key for column in extra],
        by=request.actor,
        now=request.now,
    )
    file.seek(0)
    answer = FileResponse(file, content_type=writing.CONTENT_TYPE)
    answer["Content-Disposition"] = writing.attachment(f"{title}{asked.today:%Y%m%d}.xlsx")
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _filters(asked: Asked) -> str:
    chosen = asked.form.chosen()
    return "；".join(f"{label}：{value}" for _name, label, value in chosen) if chosen else _("Open duties.")


def _rows(asked: Asked, extra: list[Column], request: WebRequest) -> Iterator[list[Any]]:
    keys = [column.key for column in COUNTY[1:]]
    further = [column.key for column in extra]
    chunks = lines.chunks(asked.found, sort=asked.display.order, groups=asked.groups, unit_ids=request.actor.unit_ids)
    place = 0
    for chunk in chunks:
        # Where tasks stand is asked for by the hundred, and only where the column is wanted.
        standings = standings_of([line.task for line in chunk], today=asked.today) if "standing" in further else {}
        for line in chunk:
            place += 1
            cells = dict(line.cells)
            if standings:
                cells["standing"] = str(mark(standings[line.task.pk]).words)
            yield [place, *(cells[key] for key in keys), *(cells[key] for key in further)]


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
        case "damaged":
            return _("The file is damaged. Open it, save it anew and try again.")
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

"""Show a year's working days and correct one of them, after showing which dates move."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.forms import Form
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from tracker.audit.actors import Role
from tracker.commitments.services import correct_workday, withdraw_correction
from tracker.commitments.services.recounting import moved_by
from tracker.interfaces.web.forms import administration as forms
from tracker.interfaces.web.http import WebRequest, page
from tracker.interfaces.web.navigation import RECORDS
from tracker.interfaces.web.parts import Change
from tracker.interfaces.web.templatetags.tracker_web import day as write_day
from tracker.interfaces.web.views.administration.frame import crumbs
from tracker.interfaces.web.views.asking import Ask, answer
from tracker.interfaces.web.wording import Words
from tracker.org import selectors as org
from tracker.org.models import WorkdayOverride
from tracker.rules.workdays import WorkdayCalendar


@dataclass(frozen=True, slots=True)
class Day:
    """Be one day of a month's grid; `sign` is what stands beside its number, `kind` how it is drawn."""

    on: date
    kind: str
    sign: str
    name: str


def routes() -> list[URLPattern]:
    return [
        path("administration/workdays/", workdays, name="admin_workdays"),
        path("administration/workdays/new/", correct, name="admin_workday_new"),
        path("administration/workdays/<int:pk>/withdraw/", withdraw, name="admin_workday_withdraw"),
    ]


@require_GET
@page(*RECORDS)
def workdays(request: WebRequest) -> HttpResponse:
    """Show the year asked for, this year's otherwise, with the county's corrections."""
    calendar = org.workdays()
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and 2000 <= int(asked) <= 2100 else request.today.year
    corrections = WorkdayOverride.objects.filter(day__year=year)
    corrected = {row.day for row in corrections if row.withdrawn_at is None}
    grid = Calendar()
    months = [
        (
            date(year, month, 1),
            [
                [_day(calendar, day, corrected) if day.month == month else None for day in week]
                for week in grid.monthdatescalendar(year, month)
            ],
        )
        for month in range(1, 13)
    ]
    days = [day for _first, weeks in months for week in weeks for day in week if day is not None]
    context = {
        "year": year,
        "weekdays": [_("Mo"), _("Tu"), _("We"), _("Th"), _("Fr"), _("Sa"), _("Su")],
        "months": months,
        "known": calendar.known_from <= year <= calendar.known_through,
        "known_from": calendar.known_from,
        "known_through": calendar.known_through,
        "workdays": sum(calendar.is_workday(day.on) for day in days),
        "corrections": corrections,
        "may_change": request.actor.has(Role.SUPERVISION),
    }
    return render(request, "web/administration/workdays.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Role.SUPERVISION)
def correct(request: WebRequest) -> HttpResponseBase:
    """Correct one day, after showing which tasks' dates move."""
    form = forms.WorkdayForm(request.POST or None, auto_id="day-%s")

    def do() -> str:
        data = form.cleaned_data
        moved = correct_workday(
            day=data["day"],
            is_workday=data["is_workday"],
            reason=data["reason"],
            source=data["source"],
            by=request.actor,
            now=request.now,
        )
        if not moved:
            return _("The calendar is corrected; no task's date moved.")
        return _("The calendar is corrected; dates moved: %(number)d. Each earlier date stays visible.") % {
            "number": len(moved)
        }

    def preview() -> list[Change]:
        data = form.cleaned_data
        calendar = org.workdays_with(data["day"], is_workday=data["is_workday"], reason=data["reason"])
        return _changes(request, data["day"], calendar)

    return answer(request, _ask(form, _("Correct a day of the calendar"), _("Correct it"), do, preview))


@require_http_methods(["GET", "HEAD", "POST"])
@page(Role.SUPERVISION)
def withdraw(request: WebRequest, pk: int) -> HttpResponseBase:
    """Take a correction back, after showing which tasks' dates move."""
    row = get_object_or_404(WorkdayOverride, pk=pk, withdrawn_at=None)
    form = forms.ReasonForm(request.POST or None, auto_id="day-%s")

    def do() -> str:
        moved = withdraw_correction(
            correction=row, reason=form.cleaned_data["reason"], by=request.actor, now=request.now
        )
        if not moved:
            return _("The correction is taken back; no task's date moved.")
        return _("The correction is taken back; dates moved: %(number)d.") % {"number": len(moved)}

    def preview() -> list[Change]:
        return _changes(request, row.day, org.workdays_with(row.day, is_workday=None, reason=""))

    note = f"{write_day(row.day)} · {row.reason}"
    return answer(request, _ask(form, _("Take a correction back"), _("Take it back"), do, preview, note=note))


def _ask(
    form: Form,
    title: Words,
    button: Words,
    do: Callable[[], str],
    preview: Callable[[], list[Change]],
    *,
    note: str = "",
) -> Ask:
    return Ask(
        form=form,
        title=title,
        note=note
        or _(
            "Only a State Council notice, or one of the province, changes a working day. Extended "
            "dates and dates that have passed do not move."
        ),
        button=button,
        back=reverse("web:admin_workdays"),
        act=do,
        preview=preview,
        crumbs=crumbs((_("Work calendar"), reverse("web:admin_workdays"))),
    )


def _changes(request: WebRequest, day: date, calendar: WorkdayCalendar) -> list[Change]:
    was, now = (_kind(one, day) for one in (org.workdays(), calendar))
    moved = moved_by(calendar, today=request.today)
    changes = [
        Change(
            f"{one.task.title} · {one.task.lead}",
            write_day(one.task.due),
            write_day(one.reckoned.due),
            address=reverse("web:task", args=[one.task.pk]),
        )
        for one in moved
    ]
    if not moved:
        changes.append(
            Change(_("dates of tasks"), "", _("none moves; reminders and steps counted in working days follow"))
        )
    return [Change(write_day(day), was, now), *changes]


def _kind(calendar: WorkdayCalendar, day: date) -> str:
    return _("working day") if calendar.is_workday(day) else _("day off")


def _day(calendar: WorkdayCalendar, day: date, corrected: set[date]) -> Day:
    name = calendar.makeup.get(day) or calendar.holidays.get(day) or ""
    if calendar.is_workday(day):
        kind = "makeup" if day in calendar.makeup else "work"
    else:
        kind = "holiday" if day in calendar.holidays else "weekend"
    signs = {"makeup": pgettext("sign in a calendar", "work"), "holiday": pgettext("sign in a calendar", "off")}
    return Day(day, f"{kind} corrected" if day in corrected else kind, signs.get(kind, ""), name)

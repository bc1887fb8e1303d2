"""Answer the forms about indicators: enter a value, correct or withdraw one, enter a whole table, set the expected path."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from tracker.audit.actors import NotPermitted, Role
from tracker.audit.errors import Invalid, Refusal, WrongState
from tracker.commitments import services
from tracker.commitments.models import Indicator, IndicatorPath, IndicatorValue
from tracker.commitments.selectors import indicators as selectors
from tracker.commitments.services import InvalidRows, ValueDraft
from tracker.interfaces.web import trends
from tracker.interfaces.web.forms import indicators as forms
from tracker.interfaces.web.http import WebRequest, done, page
from tracker.interfaces.web.parts import Act
from tracker.interfaces.web.templatetags.tracker_web import day as say_day
from tracker.interfaces.web.views.asking import Ask, answer
from tracker.interfaces.web.views.indicators import visible_indicator
from tracker.org.models import Unit
from tracker.rules.measure import said

REPORTERS = (Role.LIAISON, Role.UNIT_HEAD, Role.SUPERVISION)
_form = require_http_methods(["GET", "HEAD", "POST"])


def routes() -> list[URLPattern]:
    """Return the addresses of the forms."""
    return [
        path("indicators/entry/", entry, name="indicator_entry"),
        path("indicators/<int:pk>/value/", enter, name="indicator_value"),
        path("indicators/<int:pk>/path/", set_path, name="indicator_path"),
        path("indicators/values/<int:pk>/correct/", correct, name="indicator_correct"),
        path("indicators/values/<int:pk>/withdraw/", withdraw, name="indicator_withdraw"),
    ]


@_form
@page()
def enter(request: WebRequest, pk: int) -> HttpResponseBase:
    """Enter a value."""
    one = visible_indicator(request, pk)
    _entering(one, request)
    form = forms.ValueForm(request.POST or None, indicator=one, today=request.today)

    def do() -> str:
        data = form.cleaned_data
        services.record_value(
            indicator=one,
            day=data["day"],
            value=data["value"],
            source=data["source"],
            by=request.actor,
            now=request.now,
        )
        return _("Entered: %(value)s for %(day)s.") % {
            "value": said(data["value"], one.unit),
            "day": say_day(data["day"]),
        }

    return answer(request, _ask(one, form, _("Enter a value"), _("Enter"), do))


@_form
@page()
def correct(request: WebRequest, pk: int) -> HttpResponseBase:
    """Correct a value."""
    value, one = _value(request, pk)
    form = forms.CorrectForm(
        request.POST or None, indicator=one, today=request.today, initial=forms.CorrectForm.start_from(value)
    )

    def do() -> str:
        data = form.cleaned_data
        services.correct_value(
            value=value,
            day=data["day"],
            number=data["value"],
            source=data["source"],
            reason=data["reason"],
            by=request.actor,
            now=request.now,
        )
        return _("Corrected; the old value stays on record.")

    return answer(request, _ask(one, form, _("Correct a value"), _("Correct"), do))


@_form
@page()
def withdraw(request: WebRequest, pk: int) -> HttpResponseBase:
    """Withdraw a value."""
    value, one = _value(request, pk)
    form = forms.ReasonForm(request.POST or None)
    title = _("Withdraw %(value)s for %(day)s") % {"value": said(value.value, one.unit), "day": say_day(value.day)}

    def do() -> str:
        services.withdraw_value(value=value, reason=form.cleaned_data["reason"], by=request.actor, now=request.now)
        return _("Withdrawn: the value counts no more and stays on record.")

    return answer(request, _ask(one, form, title, _("Withdraw"), do))


@_form
@page()
def set_path(request: WebRequest, pk: int) -> HttpResponseBase:
    """Set the expected path."""
    one = visible_indicator(request, pk)
    if not selectors.may_set_path(one, request.actor):
        raise NotPermitted(
            _("Only a lead unit's head or the supervision office sets the expected path. Ask one of them.")
        )
    form = forms.PathForm(request.POST or None, indicator=one, initial=_path_as_it_is(one))

    def do() -> str:
        data = form.cleaned_data
        services.set_path(
            indicator=one,
            kind=IndicatorPath.Kind(data["kind"]),
            baseline_on=data["baseline_on"],
            baseline=data["baseline"],
            milestones=data["milestones"],
            reason=data["reason"],
            by=request.actor,
            now=request.now,
        )
        return _("The path is set; how the indicator stands is judged by it from now on.")

    return answer(request, _ask(one, form, _("Set the expected path"), _("Set the path"), do))


def _path_as_it_is(one: Indicator) -> dict[str, Any]:
    row = selectors.newest_paths([one]).get(one.pk)
    if row is None:
        return {"kind": selectors.path_of(one, None).kind.value}
    return {
        "kind": row.kind,
        "baseline_on": row.baseline_on,
        "baseline": said(row.baseline) if row.baseline is not None else "",
        "milestones": "\n".join(f"{day} {said(float(value))}" for day, value in row.milestones),
    }


def _value(request: WebRequest, pk: int) -> tuple[IndicatorValue, Indicator]:
    """Return a value and its indicator, for whoever may correct it."""
    value = IndicatorValue.objects.filter(pk=pk).first()
    if value is None:
        raise Http404
    one = visible_indicator(request, value.indicator_id)
    _entering(one, request)
    if value.superseded_at is not None:
        raise WrongState(_("This value was corrected already. Open the indicator to see the one that counts."))
    return value, one


def _entering(one: Indicator, request: WebRequest) -> None:
    """Say before anything is typed that the values are not this person's to enter; the service has the last word."""
    if not selectors.may_enter(one, request.actor):
        raise NotPermitted(
            _("Values are entered by the lead unit's liaison or head, or by the supervision office. Ask one of them.")
        )


def _ask(one: Indicator, form: Form, title: str, button: str, act: Callable[[], str]) -> Ask:
    commitment, back = one.commitment, reverse("web:indicator", args=[one.pk])
    return Ask(
        form=form,
        title=title,
        button=button,
        back=back,
        act=act,
        slot=f"slot-indicator-{one.pk}",
        heading=one.name,
        note=f"{trends.target_words(one)} · {commitment.document.number} {commitment.clause.label}",
        crumbs=[Act(one.name, back)],
    )


@_form
@page(*REPORTERS)
def entry(request: WebRequest) -> HttpResponse:
    """Enter one statistic that holds values of many indicators of a unit: one day, one source, all rows or none."""
    units = _reporting_units(request)
    slug = request.POST.get("unit") or request.GET.get("unit", "")
    unit = next((one for one, _number in units if one.slug == slug), units[0][0] if len(units) == 1 else None)
    readings = selectors.readings(selectors.own_indicators(unit), today=request.today) if unit else []
    rows = [reading.indicator for reading in readings]
    form = forms.TableForm(request.POST or None, indicators=rows, today=request.today) if unit else None
    status, said_so = 200, ""
    if form is not None and request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                entered = _enter_table(form, request)
            except InvalidRows as error:
                said_so = str(error)
            except Refusal as error:
                form.add_error(None, str(error))
            else:
                said = ngettext("%(number)d value entered.", "%(number)d values entered.", entered) % {
                    "number": entered
                }
                return done(request, said, f"{reverse('web:indicators')}?unit={unit.slug if unit else ''}")
        said_so = said_so or _("Nothing was entered yet: correct what is marked below and send the table again.")
    context = {
        "unit": unit,
        "units": units,
        "form": form,
        "said": said_so,
        "rows": [
            {
                "reading": reading,
                "field": form[forms.TableForm.name_of(reading.indicator)],
                "target": trends.target_words(reading.indicator),
                "latest": reading.values[-1] if reading.values else None,
                "latest_words": said_value(reading),
            }
            for reading in readings
        ]
        if form is not None
        else [],
    }
    return render(request, "web/indicators/entry.html", context, status=status)


def said_value(reading: selectors.Reading) -> str:
    """Say the newest value of an indicator; "" where there is none."""
    return said(reading.values[-1].value, reading.indicator.unit) if reading.values else ""


def _enter_table(form: forms.TableForm, request: WebRequest) -> int:
    """Enter what was given and return how many; what is wrong with a row is put to its field, and raised on."""
    given = form.given()
    data = form.cleaned_data
    drafts = [ValueDraft(one, data["day"], number, data["source"]) for one, number in given]
    try:
        return len(services.record_values(rows=drafts, by=request.actor, now=request.now))
    except InvalidRows as error:
        shared = {str(one) for one in error.errors.values() if isinstance(one, Invalid) and one.field == "source"}
        for place, one in error.errors.items():
            field = "source" if str(one) in shared else form.name_of(given[place][0])
            if str(one) not in form.errors.get(field, []):
                form.add_error(field, str(one))
        raise


def _reporting_units(request: WebRequest) -> list[tuple[Unit, int]]:
    """Return the units the actor enters values for, each with how many indicators it answers for; all for the office."""
    everything = request.actor.has(Role.SUPERVISION)
    units = None if everything else request.actor.unit_ids
    counts = Counter(selectors.units_that_report(units))
    found = Unit.objects.filter(pk__in=counts).order_by("kind", "name")
    return [(unit, counts[unit.pk]) for unit in found]

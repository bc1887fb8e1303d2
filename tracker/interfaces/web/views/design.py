"""Show every part pages are made of, in all its states, with invented matter: what docs/design.md says, to be looked at."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from tracker.documents.selectors import Line, Segment
from tracker.documents.selectors import Mark as TextMark
from tracker.interfaces.web import charts
from tracker.interfaces.web.forms.tasks import DateInput, Text
from tracker.interfaces.web.http import WebRequest, page
from tracker.interfaces.web.parts import Act, Change, Changes, Chosen, Fact, Pager, Preview, Progress, Tab, Tile
from tracker.interfaces.web.wording import Mark
from tracker.rules.due import Status

HERE = "#"

SWATCHES = (
    "sample-ink",
    "sample-ink-2",
    "sample-ink-3",
    "sample-rule",
    "sample-field",
    "sample-focus",
    "sample-late",
    "sample-soon",
    "sample-ok",
    "sample-wait",
    "sample-none",
)


class SampleForm(forms.Form):
    """Have a field of each kind, one of them refused."""

    text = Text(label=_("what was done"), help_text=_("One sentence is enough."))
    day = forms.DateField(label=_("done on"), widget=DateInput)
    percent = forms.IntegerField(label=_("progress in percent"), required=False, max_value=100)
    unit = forms.ChoiceField(label=_("unit"), choices=[("1", "蔡村乡人民政府"), ("2", "县统计局")])
    decision = forms.ChoiceField(
        label=_("decision"),
        choices=[("yes", _("Grant the new date")), ("no", _("Refuse: the old date stands"))],
        widget=forms.RadioSelect,
    )


class SampleFilter(forms.Form):
    """Have the fields of a filter."""

    unit = forms.ChoiceField(label=_("unit"), required=False, choices=[("", _("all")), ("1", "蔡村乡人民政府")])
    due_from = forms.DateField(label=_("due from"), required=False, widget=DateInput)


@page()
def design(request: WebRequest) -> HttpResponse:
    """Show the parts."""
    refused = SampleForm({"text": "", "day": "", "percent": "120", "unit": "1"}, auto_id="refused-%s")
    refused.is_valid()
    late, soon = Mark("late", _("overdue")), Mark("soon", _("due today"))
    load = SimpleNamespace(overdue=3, soon=4, open=15)
    context = {
        "marks": [
            late,
            soon,
            Mark("ok", _("closed")),
            Mark("wait", _("awaiting review")),
            Mark("none", _("on track")),
        ],
        "swatches": SWATCHES,
        "crumbs": [Act(_("Ledger"), HERE), Act("经济普查", HERE)],
        "acts": [
            Act(_("Report progress"), HERE, primary=True),
            Act(_("Print"), HERE, icon="printer"),
            Act(_("Cancel"), HERE, quiet=True),
        ],
        "mark": late,
        "tabs": [Tab(_("To sign"), HERE, current=True, count=2), Tab(_("Issued"), HERE, count=14), Tab(_("All"), HERE)],
        "filter": SampleFilter(auto_id="filter-%s"),
        "chosen": [Chosen(_("unit"), "蔡村乡人民政府", HERE), Chosen(_("standing"), _("overdue"), HERE)],
        "tiles": [
            Tile(_("overdue"), 9, "最早自6月2日起", HERE, "late"),
            Tile(_("due within 30 days"), 37, "", HERE, "soon"),
            Tile(_("closed on time this year"), 92, "23 / 25", HERE, "ok", unit="%"),
            Tile(_("targets"), None, _("no data"), tone="none"),
        ],
        "facts": [Fact(_("document"), "稷政发〔2023〕7号", HERE), Fact(_("unit"), "县统计局"), Fact(_("remark"), "")],
        "pager": Pager(_("50 on this page"), HERE, HERE, HERE),
        "form": SampleForm(auto_id="sample-%s"),
        "refused": refused,
        "preview": Preview(
            Changes(
                [
                    Change(
                        "设立普查领导小组", "6月2日", "6月9日", HERE, soon, tag="2023年", notes=["经济普查 四（三）"]
                    ),
                    Change(
                        "完成县级自检",
                        "6月10日",
                        "",
                        HERE,
                        fault=_("The date lies before the old one: choose a later one."),
                    ),
                ]
            ),
            HERE,
            _("Change one date"),
            HERE,
        ),
        "ladders": [
            (_("What comes next as it runs now"), [_rung("逾期提醒单位负责人", request.today + timedelta(days=2))]),
            (
                _("What comes next after re-basing"),
                [
                    _rung("提请普查领导小组办公室协调", request.today + timedelta(days=2)),
                    _rung("发出督办通知书", request.today + timedelta(days=7), signed=True),
                ],
            ),
        ],
        "progresses": [
            Progress(_("Reading the file"), "", 312, 426),
            Progress(_("Making the simulation"), ""),
            Progress(_("Reading the file"), "", over=True, result=HERE),
            Progress(
                _("Reading the file"), "", over=True, fault=_("Sheet 1 has no column “完成时限”. Add it and try again.")
            ),
        ],
        "bulk": [Act(_("Remind"), HERE), Act(_("Change the lead unit"), HERE)],
        "bars": [
            SimpleNamespace(row=SimpleNamespace(name=name, load=load), address=HERE, overdue_address=HERE, parts=parts)
            for name, parts in (("县统计局", _BAR), ("蔡村乡人民政府", _BAR[:2]))
        ],
        "lines": [
            Line(
                6,
                (
                    Segment("各乡（镇）人民政府", frozenset(), ()),
                    Segment("于", frozenset({TextMark.QUOTE}), ()),
                    Segment("2023年6月2日前", frozenset({TextMark.QUOTE, TextMark.PHRASE}), ()),
                    Segment("设立普查领导小组", frozenset({TextMark.QUOTE}), ()),
                    Segment("，认真组织好本辖区内的普查实施工作。", frozenset(), ()),
                ),
                False,
            )
        ],
        "steps": [
            ("done", request.today - timedelta(days=3), "到期前提醒单位联络员", ""),
            ("due", request.today, "逾期提醒单位负责人", ""),
            ("", request.today + timedelta(days=2), "提请普查领导小组办公室协调", "负责普查工作的具体组织实施和协调"),
            ("sign", request.today + timedelta(days=7), "发出督办通知书", ""),
            ("hushed", None, "列入通报", ""),
        ],
        "rows": [
            _row("设立普查领导小组及其办公室", request.today - timedelta(days=3), late, percent=60),
            _row("完成集体土地所有权县级自检", request.today, soon, supports=True),
            _row("定期梳理产业链招商情况", None, Mark("none", _("no date"))),
        ],
    }
    return render(request, "web/design.html", context)


_BAR = [
    SimpleNamespace(tone="late", x=0, width=charts.BAR_WIDTH // 5),
    SimpleNamespace(tone="soon", x=charts.BAR_WIDTH // 5, width=charts.BAR_WIDTH // 4),
    SimpleNamespace(tone="rest", x=charts.BAR_WIDTH * 9 // 20, width=charts.BAR_WIDTH // 3),
]


def _rung(title: str, on: date, *, signed: bool = False) -> tuple[SimpleNamespace, str]:
    """Return what a rung of a ladder is drawn from, of no real policy, with its title."""
    basis = SimpleNamespace(quote="负责普查工作的具体组织实施和协调", clause="四（二）") if signed else None
    step = SimpleNamespace(needs_signature=signed)
    planned = SimpleNamespace(on=on, step=step, status=Status.COMING, basis=basis)
    return SimpleNamespace(planned=planned, address=SimpleNamespace(text="蔡村乡人民政府负责人")), title


def _row(title: str, due: object, mark: Mark, *, supports: bool = False, percent: int | None = None) -> SimpleNamespace:
    """Return what a work row is drawn from, of no real task."""
    document = SimpleNamespace(short="经济普查", number="稷政发〔2023〕7号", slug="census")
    commitment = SimpleNamespace(document=document, clause=SimpleNamespace(label="四（三）"), quote="")
    task = SimpleNamespace(
        pk=len(title), title=title, due=due, percent=percent, commitment=commitment, lead="县统计局", blocker_id=None
    )
    return SimpleNamespace(
        task=task, mark=mark, deeds=[], supports=supports, unit=None, next=None, quote=False, instruction=None
    )

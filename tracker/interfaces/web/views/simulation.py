"""Show what would be sent in a period, to whom and why, without writing anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from tracker.commitments.models import Task
from tracker.commitments.selectors import ledger as ledger_selectors
from tracker.commitments.selectors import visible_tasks
from tracker.escalation.simulation import Event, Simulation, simulate
from tracker.interfaces.web.charts import BASE, CHART_HEIGHT, CHART_WIDTH, COLUMN_HEIGHT
from tracker.interfaces.web.forms.simulation import SimulationForm
from tracker.interfaces.web.http import WebRequest, page
from tracker.interfaces.web.navigation import READERS
from tracker.interfaces.web.wording import say
from tracker.messaging.sentences import sentence
from tracker.notices.models import Notice
from tracker.org.models import Post
from tracker.rules.followup import ENDED
from tracker.rules.simulate import Behaviour

PAGE = 50
# More than this is played for longer than anybody waits at a page; the command has no such limit.
MOST = 5000


@dataclass(frozen=True, slots=True)
class DayBar:
    """Be one day of the chart that something is told on."""

    on: date
    number: int
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def has_room(self) -> bool:
        """Tell whether three figures fit above the bar without meeting those of the next day."""
        return self.width >= 18


@dataclass(frozen=True, slots=True)
class Said:
    """Be one message as it would be worded, with the post it goes to."""

    post: Post
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """Be one thing that would happen: its words, the messages it makes, the notice it drafts, how its day was counted."""

    event: Event
    said: list[Said]
    notice: Notice | None
    working: list[str]

    @property
    def paragraphs(self) -> list[str]:
        return self.notice.body.splitlines() if self.notice else []


@page(*READERS)
def simulation(request: WebRequest) -> HttpResponse:
    """Play the tasks the reader may see through the period asked for."""
    seen = visible_tasks(request.actor)
    form = SimulationForm(
        request.GET,
        documents=[(slug, f"{number} {short}") for slug, number, short in ledger_selectors.documents_of(seen)],
        units=[(unit.slug, unit.name) for unit in ledger_selectors.units_with_tasks()],
        today=request.today,
    )
    context: dict[str, object] = {"form": form, "most": MOST}
    if form.is_valid():
        data = form.cleaned_data
        behaviour = Behaviour(data["behaviour"])
        tasks = seen if behaviour is Behaviour.AS_HISTORY else seen.exclude(state__in=ENDED)
        if data["document"]:
            tasks = tasks.filter(commitment__document__slug=data["document"])
        if data["unit"]:
            tasks = tasks.filter(lead__slug=data["unit"])
        related = ("commitment__document", "commitment__clause", "lead__parent")
        chosen: Sequence[Task] = list(tasks.select_related(*related).defer("ics").order_by("pk")[: MOST + 1])
        context["too_many"] = len(chosen) > MOST
        if len(chosen) <= MOST:
            played = simulate(
                chosen, first=data["first"], last=data["last"], behaviour=behaviour,
                assume_signed=not data["unsigned"], now=request.now,
            )  # fmt: skip
            context |= _shown(request, played)
    return render(request, "web/simulation.html", context)


def _shown(request: WebRequest, played: Simulation) -> dict[str, object]:
    told = list(played.told())
    shown = Paginator(told, PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return {
        "played": played,
        "count": len(told),
        "bars": list(_bars(played)),
        "chart": {"width": CHART_WIDTH, "height": CHART_HEIGHT, "base": BASE},
        "units": played.per_unit().most_common(),
        "busiest": played.busiest(),
        "shown": shown,
        "lines": [_line(played, event) for event in shown],
        "notices": [f"{name} {number}" for name, number in played.notices().most_common()],
        "query": query.urlencode(),
    }


def _bars(played: Simulation) -> Iterable[DayBar]:
    counts = played.per_day()
    most = max(counts.values(), default=1)
    days = (played.last - played.first) // timedelta(days=1) + 1
    step = CHART_WIDTH / days
    for on, number in sorted(counts.items()):
        height = round(max(COLUMN_HEIGHT * number / most, 2), 1)
        x = round((on - played.first).days * step, 1)
        yield DayBar(on, number, x, BASE - height, round(max(min(step * 0.8, 27), 1.5), 1), height)


def _line(played: Simulation, event: Event) -> Line:
    said = [Said(item.post, sentence(item, today=event.on)) for item in event.items]
    return Line(event, said, played.draft(event), [say(note) for note in event.action.counting])

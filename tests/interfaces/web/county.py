"""Make a small county with somebody in every place, and open its pages as each of them."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests import factories as make
from tracker.audit.actors import Actor, Role
from tracker.commitments.models import Commitment, Task
from tracker.documents.models import Document, NotCommitment
from tracker.org.models import Portfolio, Unit, UnitKind, User
from tracker.rules.followup import State

TEXT = "\n".join(
    [
        "关于做好普查工作的通知",
        "稷政发〔2023〕7号",
        "四、普查组织实施",
        "（一）县领导小组负责重大问题的研究和决策。",
        "",
        "（三）各乡（镇）人民政府于2023年6月2日前设立普查领导小组，村委会于6月8日前设立普查工作组。",
        "（四）做好经费保障。",
    ]
)
QUOTE = "于2023年6月2日前设立普查领导小组"

PEOPLE = (
    "anonymous",
    "nobody",  # an account without a post
    "liaison",  # of the lead unit
    "head",  # of the lead unit
    "helper",  # liaison of the supporting unit
    "stranger",  # liaison of a unit without a part
    "leader",  # who supervises the lead unit
    "office",
    "county_head",
    "auditor",
    "administrator",
)


class County:
    """Be one document with one promise laid on two units, a task late for one of them, and a person in every place."""

    def __init__(self) -> None:
        self.lead: Unit = make.unit("蔡村乡人民政府")
        self.other: Unit = make.unit("太阳乡人民政府")
        self.support: Unit = make.unit("县统计局", kind=UnitKind.COUNTY_DEPARTMENT)
        self.office: Unit = make.unit("县政府办公室", kind=UnitKind.COUNTY_DEPARTMENT)
        self.document: Document = make.document(number="稷政发〔2023〕7号", short="经济普查")
        self.document.gazette.text = TEXT
        self.document.gazette.save()
        self.document.last_line = 7
        self.document.save()
        NotCommitment.objects.create(
            gazette=self.document.gazette, line=2, phrase="稷政发〔2023〕7号", reason="cited document"
        )
        self.commitment: Commitment = make.commitment(
            self.document,
            title="设立普查领导小组",
            due=date(2023, 6, 2),
            quote=QUOTE,
            phrase="2023年6月2日前",
            each=True,
        )
        self.commitment.line = 6
        self.commitment.save()
        self.task: Task = make.task(self.lead, self.support, of=self.commitment, due=date(2023, 6, 2))
        self.sibling: Task = make.task(self.other, of=self.commitment, due=date(2023, 6, 2))
        self.post = make.post(make.unit("稷山县人民政府"), Role.LEADER)
        Portfolio.objects.create(post=self.post, unit=self.lead, relation="分管")
        self.users: dict[str, User] = {
            "liaison": make.user(make.post(self.lead, Role.LIAISON)),
            "head": make.user(make.post(self.lead, Role.UNIT_HEAD)),
            "helper": make.user(make.post(self.support, Role.LIAISON)),
            "stranger": make.user(make.post(make.unit(), Role.LIAISON)),
            "leader": make.user(self.post),
            "office": make.user(make.post(self.office, Role.SUPERVISION)),
            "county_head": make.user(make.post(self.office, Role.COUNTY_HEAD)),
            "auditor": make.user(make.post(self.office, Role.AUDITOR)),
            "administrator": make.user(make.post(self.office, Role.ADMINISTRATOR)),
            "nobody": make.user(),
        }

    @cached_property
    def _clients(self) -> dict[str, Client]:
        return {}

    def client(self, who: str) -> Client:
        """Return the browser of a person, signed in."""
        if who not in self._clients:
            client = Client()
            if who != "anonymous":
                client.force_login(self.users[who], backend="django.contrib.auth.backends.ModelBackend")
            self._clients[who] = client
        return self._clients[who]

    def actor(self, who: str) -> Actor:
        return make.actor(self.users[who])

    def get(self, who: str, route: str, *args: Any, **query: Any) -> HttpResponse:
        """Open a page as somebody."""
        return self.client(who).get(reverse(f"web:{route}", args=args), query)

    def post_to(self, who: str, route: str, *args: Any, **data: Any) -> HttpResponse:
        """Send a form as somebody."""
        return self.client(who).post(reverse(f"web:{route}", args=args), data)

    def do(self, who: str, deed: str, task: Task | None = None, **data: Any) -> HttpResponse:
        """Send a deed's form on the task as it is now."""
        task = Task.objects.get(pk=(task or self.task).pk)
        return self.post_to(who, f"task_{deed}", task.pk, **{"version": task.version, **data})

    def set_state(self, state: State) -> None:
        Task.objects.filter(pk=self.task.pk).update(state=state)


def text_of(response: HttpResponse) -> str:
    """Return a page's source."""
    return response.content.decode()

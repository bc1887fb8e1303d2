"""Serve tasks and the reports on them."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tracker.audit.actors import NotPermitted
from tracker.audit.errors import Invalid
from tracker.commitments import services
from tracker.commitments.models import ProgressReport, Task
from tracker.commitments.selectors import visible_tasks
from tracker.commitments.selectors.ledger import for_table
from tracker.commitments.selectors.standing import standings_of
from tracker.interfaces.api.common import ApiView, errors
from tracker.interfaces.api.errors import NotHere
from tracker.interfaces.api.filters import ReportFilters, TaskFilters
from tracker.interfaces.api.pages import NewestFirst, TaskPages
from tracker.interfaces.api.serializers import ReportIn, ReportRow, TaskDetail, TaskRow
from tracker.org.models import Unit


class TaskView(ApiView):
    """Be a route about one task."""

    queryset = Task.objects.none()

    def task(self, pk: int, tasks: QuerySet[Task]) -> Task:
        """Return the task from those the person may see.

        Raises `NotHere` whether it does not exist or is not the person's to see; the second goes on record.
        """
        found = tasks.filter(pk=pk).first()
        if found is None:
            sentence = _("There is no such task, or it is not yours to see.")
            raise NotHere(sentence, hidden=Task.objects.filter(pk=pk).exists())
        return found


class Tasks(ApiView):
    """Be the list of tasks."""

    queryset = Task.objects.none()
    serializer_class = TaskRow
    pagination_class = TaskPages
    filterset_class = TaskFilters

    @extend_schema(operation_id="tasks_list", responses={200: TaskRow(many=True)} | errors(400, 401))
    def get(self, request: Request) -> Response:
        """List the tasks you may see, by due date, undated last; withdrawn ones are left out.

        The supervision office, the county head and auditors see all; a leader those led by units of the portfolio; a
        liaison or unit head those in which the unit has a part.
        """
        found = self.filter_queryset(visible_tasks(self.actor))
        tasks = self.paginate_queryset(for_table(found)) or []
        context = {"standings": standings_of(tasks, today=self.today)}
        return self.get_paginated_response(TaskRow(tasks, many=True, context=context).data)


class OneTask(TaskView):
    """Be one task."""

    serializer_class = TaskDetail

    @extend_schema(operation_id="tasks_retrieve", responses={200: TaskDetail} | errors(400, 401, 404))
    def get(self, request: Request, pk: int) -> Response:
        """Return a task with its words, every date it has had and why, and each unit's part."""
        tasks = for_table(visible_tasks(self.actor)).select_related("blocker").prefetch_related("deadlines")
        task = self.task(pk, tasks)
        context = {"standings": standings_of([task], today=self.today)}
        return Response(TaskDetail(task, context=context).data)


def _reports(tasks: QuerySet[Task]) -> QuerySet[ProgressReport]:
    reports = ProgressReport.objects.filter(task__in=tasks.order_by().values("pk"))
    named = Prefetch("task", Task.objects.only("pk", "key", "title", "version", "state"))
    return reports.select_related("unit").prefetch_related(named, "evidence")


class Reports(ApiView):
    """Be the list of reports on all tasks."""

    queryset = ProgressReport.objects.none()
    serializer_class = ReportRow
    pagination_class = NewestFirst
    filterset_class = ReportFilters

    @extend_schema(operation_id="reports_list", responses={200: ReportRow(many=True)} | errors(400, 401))
    def get(self, request: Request) -> Response:
        """List the reports on the tasks you may see, the newest first."""
        reports = self.paginate_queryset(self.filter_queryset(_reports(visible_tasks(self.actor))))
        return self.get_paginated_response(ReportRow(reports, many=True).data)


class ReportsOnTask(TaskView):
    """Be the reports on one task."""

    queryset = ProgressReport.objects.none()  # type: ignore[assignment]
    serializer_class = ReportRow
    pagination_class = NewestFirst

    @extend_schema(operation_id="tasks_reports_list", responses={200: ReportRow(many=True)} | errors(400, 401, 404))
    def get(self, request: Request, pk: int) -> Response:
        """List the reports on a task, the newest first."""
        task = self.task(pk, visible_tasks(self.actor).only("pk"))
        reports = self.paginate_queryset(_reports(Task.objects.filter(pk=task.pk)))
        return self.get_paginated_response(ReportRow(reports, many=True).data)

    @extend_schema(
        operation_id="tasks_reports_create",
        request=ReportIn,
        responses={201: ReportRow} | errors(400, 401, 403, 404, 409),
    )
    def post(self, request: Request, pk: int) -> Response:
        """Report on a task for your unit: progress, no change, or an application to close.

        Only the liaison or the head of a unit with a part in the task may report, and only its lead may apply to close.
        The task's date, units and state cannot be set here.
        """
        task = self.task(pk, visible_tasks(self.actor))
        given = ReportIn(data=request.data)
        given.is_valid(raise_exception=True)
        report = self._report(task, given)
        return Response(ReportRow(report).data, status=status.HTTP_201_CREATED)

    def _report(self, task: Task, given: ReportIn) -> ProgressReport:
        data: dict[str, Any] = given.validated_data
        unit = self._unit(task, data.get("reporting_unit"))
        common: dict[str, Any] = {
            "task": task,
            "unit": unit,
            "text": data["text"],
            "evidence": given.drafts(),
            "version": data["version"],
            "by": self.actor,
            "now": self.now,
        }
        if data["kind"] == ProgressReport.Kind.CLOSE:
            return services.apply_to_close(done_on=data.get("done_on"), **common)
        return services.report_progress(kind=ProgressReport.Kind(data["kind"]), percent=data.get("percent"), **common)

    def _unit(self, task: Task, slug: str | None) -> Unit:
        """Return which of the person's units reports.

        Raises `NotPermitted` when none has a part in the task, `Invalid` when several have and none is named.
        """
        own = list(Unit.objects.filter(pk__in=self.actor.unit_ids, assignments__task=task).order_by("pk"))
        if slug is not None:
            own = [unit for unit in own if unit.slug == slug]
        if not own:
            raise NotPermitted(
                _("Only the liaison or the head of a unit that has a part in this task may report on it.")
            )
        if len(own) > 1:
            names = ", ".join(unit.slug for unit in own)
            raise Invalid("reporting_unit", _("Say which of your units reports: %(names)s.") % {"names": names})
        return own[0]

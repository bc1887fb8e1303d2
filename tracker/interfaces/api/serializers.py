"""Say what rows look like to programs. Days are ISO dates in Asia/Shanghai, instants ISO with their offset.

Nothing is decided here: a body becomes values for one call of a service, and a row becomes JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from tracker.commitments.links import LinkValidator
from tracker.commitments.models import (
    Assignment,
    Certainty,
    Deadline,
    Evidence,
    Kind,
    ProgressReport,
    Responsibility,
    Task,
)
from tracker.commitments.services import EvidenceDraft
from tracker.commitments.working import notes
from tracker.interfaces.api.common import Strict
from tracker.rules.followup import State
from tracker.rules.standing import Place, Standing
from tracker.rules.wording import Language, explain

Row = serializers.Serializer[Any]

LONGEST_TEXT = 4000


class Choice(serializers.ChoiceField):
    """Be one of a few words."""

    def __init__(self, words: Any, **options: Any) -> None:
        super().__init__(choices=[str(getattr(word, "value", word)) for word in words], **options)


class UnitName(Row):
    """Name a unit."""

    slug = serializers.SlugField()
    name = serializers.CharField()


class UnitRow(UnitName):
    """Be a unit with its spellings."""

    kind = serializers.CharField()
    parent = serializers.SlugField(  # type: ignore[assignment]
        source="parent.slug", default=None, allow_null=True
    )
    aliases = serializers.SerializerMethodField()
    active = serializers.BooleanField()

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_aliases(self, unit: Any) -> list[str]:
        return [alias.name for alias in unit.aliases.all()]


class DocumentName(Row):
    """Name a document."""

    slug = serializers.SlugField()
    number = serializers.CharField()
    short = serializers.CharField()


class DocumentRow(DocumentName):
    """Be a document."""

    title = serializers.CharField()
    issuer = serializers.CharField()
    issued_on = serializers.DateField()
    gazette = serializers.SlugField(source="gazette.slug")
    first_line = serializers.IntegerField(help_text="In the gazette's text, counted from 1.")
    last_line = serializers.IntegerField()
    superseded_by = serializers.SlugField(source="superseded_by.slug", default=None, allow_null=True)
    repealed_on = serializers.DateField(allow_null=True)


class ClauseRow(Row):
    """Be one place of a document."""

    label = serializers.CharField()  # type: ignore[assignment]
    line = serializers.IntegerField()
    text = serializers.CharField()


class DocumentDetail(DocumentRow):
    """Be a document with the clauses that commitments stand in."""

    why_empty = serializers.CharField(help_text="Why it holds no commitment.")
    clauses = ClauseRow(many=True)


class ClausePlace(Row):
    """Name a place of a document."""

    label = serializers.CharField()  # type: ignore[assignment]
    line = serializers.IntegerField()


class StandingRow(Row):
    """Say where a task stands today. Days left include the due date, days late begin the day after it."""

    place = Choice(Place)
    days_left = serializers.IntegerField(allow_null=True)
    workdays_left = serializers.IntegerField(allow_null=True)
    days_late = serializers.IntegerField()
    workdays_late = serializers.IntegerField()


class TaskRow(Row):
    """Be a task. `version` goes back with a report, so that nobody's change is overwritten."""

    id = serializers.IntegerField()
    key = serializers.CharField()
    version = serializers.IntegerField()
    title = serializers.CharField()
    state = Choice(State)
    standing = serializers.SerializerMethodField()
    due = serializers.DateField(allow_null=True)
    start = serializers.DateField(allow_null=True)
    provisional = serializers.BooleanField(help_text="The date needs a year whose holidays are not announced yet.")
    period = serializers.CharField()
    kind = Choice(Kind, source="commitment.kind")
    certainty = Choice(Certainty, source="commitment.certainty")
    responsibility = Choice(Responsibility, source="commitment.responsibility")
    document = DocumentName(source="commitment.document")
    clause = ClausePlace(source="commitment.clause")
    lead = UnitName()
    supporting = serializers.SerializerMethodField()
    percent = serializers.IntegerField(allow_null=True)
    opened_at = serializers.DateTimeField()
    reported_at = serializers.DateTimeField(allow_null=True)
    applied_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    done_on = serializers.DateField(allow_null=True)
    changed_at = serializers.DateTimeField()
    page = serializers.SerializerMethodField(help_text="The task's page for people.")

    @extend_schema_field(StandingRow)
    def get_standing(self, task: Task) -> Mapping[str, Any]:
        standings: Mapping[int, Standing] = self.context["standings"]
        return StandingRow(standings[task.pk]).data

    @extend_schema_field(UnitName(many=True))
    def get_supporting(self, task: Task) -> list[Mapping[str, Any]]:
        return [UnitName(part.unit).data for part in task.assignments.all() if part.role == "support"]

    def get_page(self, task: Task) -> str:
        return f"{settings.TRACKER_SITE_URL}/tasks/{task.pk}/"


class DeadlineRow(Row):
    """Be one date a task has had; `working` says in the request's language how it was counted."""

    version = serializers.IntegerField()
    due = serializers.DateField(allow_null=True)
    start = serializers.DateField(allow_null=True)
    provisional = serializers.BooleanField()
    convention = serializers.CharField()
    working = serializers.SerializerMethodField()
    reason = serializers.CharField()
    set_at = serializers.DateTimeField()
    set_by = serializers.CharField()

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_working(self, deadline: Deadline) -> list[str]:
        language: Language = "en" if (get_language() or "").startswith("en") else "zh-hans"
        return [explain(note, language) for note in notes(deadline.working)]


class PartRow(Row):
    """Be one unit's part in a task."""

    unit = UnitName()
    role = Choice(("lead", "support"))
    state = Choice(Assignment.PartState)
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    done_at = serializers.DateTimeField(allow_null=True)


class TaskDetail(TaskRow):
    """Be a task with its words, its dates and each unit's part."""

    quote = serializers.CharField(source="commitment.quote")
    phrase = serializers.CharField(source="commitment.phrase")
    asks_report = serializers.BooleanField(source="commitment.asks_report")
    blocker = UnitName(allow_null=True)
    blocker_note = serializers.CharField()
    deadlines = DeadlineRow(many=True)
    parts = PartRow(many=True, source="assignments")


class EvidenceRow(Row):
    """Be one piece of evidence; of a file the name only."""

    kind = Choice(Evidence.Kind)
    value = serializers.CharField()


class ReportedTask(Row):
    """Name the task of a report as it stands now."""

    id = serializers.IntegerField()
    key = serializers.CharField()
    title = serializers.CharField()
    version = serializers.IntegerField()
    state = Choice(State)


class ReportRow(Row):
    """Be one report of a unit on a task."""

    id = serializers.IntegerField()
    task = ReportedTask()
    unit = UnitName()
    kind = Choice(ProgressReport.Kind)
    text = serializers.CharField()
    percent = serializers.IntegerField(allow_null=True)
    done_on = serializers.DateField(allow_null=True)
    at = serializers.DateTimeField()
    by = serializers.CharField()
    by_post = serializers.CharField()
    evidence = EvidenceRow(many=True)


class EvidenceIn(Strict):
    """Give a document number or a link; files are handed in on the task's page."""

    kind = Choice((Evidence.Kind.NUMBER, Evidence.Kind.LINK))
    value = serializers.CharField(max_length=500)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return the evidence. Raises `ValidationError` for a link that a browser must not follow."""
        if attrs["kind"] == Evidence.Kind.LINK:
            serializers.CharField(validators=[LinkValidator()]).run_validation(attrs["value"])
        return attrs


class ReportIn(Strict):
    """Report on a task for one's unit: progress, no change, or an application to close.

    A task's date, units and state are not the reporter's to set: there are no fields for them.
    """

    version = serializers.IntegerField(
        help_text="The task's version this report rests on; 409 when it has changed since."
    )
    kind = Choice((ProgressReport.Kind.PROGRESS, ProgressReport.Kind.NO_CHANGE, ProgressReport.Kind.CLOSE))
    text = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=LONGEST_TEXT, help_text="Needed only when overdue."
    )
    percent = serializers.IntegerField(required=False, min_value=0, max_value=100, help_text="With progress only.")
    done_on = serializers.DateField(
        required=False, help_text="With an application to close: the day it was done, today when left out."
    )
    evidence = serializers.ListField(child=EvidenceIn(), required=False, default=list, max_length=20)
    reporting_unit = serializers.SlugField(
        required=False, help_text="Which of your units reports; needed only if several have a part in the task."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return the values. Raises `ValidationError` for a value that does not belong to this kind of report."""
        belongs = {"percent": ProgressReport.Kind.PROGRESS, "done_on": ProgressReport.Kind.CLOSE}
        for name, kind in belongs.items():
            if name in attrs and attrs["kind"] != kind:
                raise ValidationError({name: [_("This goes only with kind “%(kind)s”.") % {"kind": kind.value}]})
        return attrs

    def drafts(self) -> list[EvidenceDraft]:
        """Return the evidence as the service takes it."""
        return [EvidenceDraft(Evidence.Kind(one["kind"]), one["value"]) for one in self.validated_data["evidence"]]


class TokenIn(Strict):
    """Give user name and password."""

    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=1000, trim_whitespace=False, style={"input_type": "password"})


class TokenRow(Row):
    """Be a token, to be sent as `Authorization: Token …`."""

    token = serializers.CharField(source="key")
    expires_at = serializers.DateTimeField()

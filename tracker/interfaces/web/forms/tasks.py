"""Read what people say of a task.

A form knows the version of the task it was opened on, so that nobody's change is overwritten unseen.
"""

from __future__ import annotations

import secrets
from datetime import date
from pathlib import PurePath
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.audit.actors import Actor
from tracker.commitments.links import LinkValidator
from tracker.commitments.models import Evidence, Extension, Review, Task
from tracker.commitments.selectors.noting import LONGEST_REMARK
from tracker.commitments.services import EvidenceDraft
from tracker.escalation.selectors.findings import questions_on
from tracker.interfaces.web.forms.units import UnitBoxes
from tracker.interfaces.web.forms.uploads import EvidenceFileField
from tracker.org.models import Unit, UnitKind
from tracker.rules.civil import start_of_day


class DateInput(forms.DateInput):
    """Be a browser's own date field; it takes and gives ISO dates whatever the language."""

    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class Text(forms.CharField):
    """Be a text of some lines."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 4000)
        super().__init__(widget=forms.Textarea(attrs={"rows": 3}), **kwargs)


class TaskForm(forms.Form):
    """Be a form about one task: the version it was opened on, and where to go afterwards.

    `role` names the parts among which the actor's unit is chosen: any part ("") or the lead's; None when the deed is not
    a unit's. One unit is taken without asking.
    """

    role: str | None = None
    version = forms.IntegerField(widget=forms.HiddenInput)
    next = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, task: Task, actor: Actor, today: date, **kwargs: Any) -> None:
        self.task, self.actor, self.today = task, actor, today
        kwargs.setdefault("auto_id", f"task{task.pk}-%s")
        kwargs["initial"] = {"version": task.version} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        if self.role is not None:
            self._ask_for_unit()
        self.prepare()

    def prepare(self) -> None:
        """Fit fields to the task."""

    def _ask_for_unit(self) -> None:
        units = Unit.objects.filter(pk__in=self.actor.unit_ids, assignments__task=self.task)
        if self.role:
            units = units.filter(assignments__role=self.role, assignments__task=self.task)
        units = units.distinct()
        self.fields["unit"] = forms.ModelChoiceField(units, label=_("for the unit"), empty_label=None)
        known = list(units[:2])
        self._only_unit = known[0] if len(known) == 1 else None
        if len(known) < 2:
            self.fields["unit"].widget = forms.HiddenInput()
            self.fields["unit"].required = not known
            self.initial["unit"] = known[0].pk if known else None

    def clean_unit(self) -> Unit | None:
        return self.cleaned_data.get("unit") or self._only_unit

    def shown(self) -> list[forms.BoundField]:
        """Return the fields a person sees, evidence apart."""
        return [field for field in self.visible_fields() if field.name not in EVIDENCE]

    def evidence_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in EVIDENCE if name in self.fields]


EVIDENCE = ("evidence_number", "evidence_link", "evidence_file")


class LinkField(forms.CharField):
    """Read the address of a page; without its scheme a name with a dot is taken for one over https, a word is not."""

    widget = forms.URLInput
    default_validators = [LinkValidator()]

    def to_python(self, value: Any) -> str:
        said = str(super().to_python(value))
        return f"https://{said}" if "://" not in said and "." in said.split("/")[0] else said


class EvidenceForm(TaskForm):
    """Add evidence to a form: a document number, a link, a file, none of them compulsory."""

    evidence_number = forms.CharField(label=_("document number"), required=False, max_length=200)
    evidence_link = LinkField(
        label=_("link"),
        required=False,
        max_length=500,
        error_messages={"invalid": _("Enter an address that begins with http:// or https://, or leave this empty.")},
    )
    evidence_file = EvidenceFileField(label=_("file"), required=False)

    def evidence(self) -> list[EvidenceDraft]:
        """Return the evidence that was given."""
        data, drafts = self.cleaned_data, []
        if data["evidence_number"]:
            drafts.append(EvidenceDraft(Evidence.Kind.NUMBER, data["evidence_number"]))
        if data["evidence_link"]:
            drafts.append(EvidenceDraft(Evidence.Kind.LINK, data["evidence_link"]))
        if file := data["evidence_file"]:
            # Kept under a name nobody can guess; the one it came with is what people read.
            name = file.name
            file.name = f"{secrets.token_hex(16)}{PurePath(name).suffix.lower()}"
            drafts.append(EvidenceDraft(Evidence.Kind.FILE, name, file))
        return drafts


class AcknowledgeForm(TaskForm):
    role = ""


class ReportForm(EvidenceForm):
    role = ""
    text = Text(label=_("how it stands"), required=False)
    percent = forms.IntegerField(
        label=_("progress in percent"),
        required=False,
        min_value=0,
        max_value=100,
        widget=forms.NumberInput,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), _("Enter a whole number from 0 to 100, or leave this empty.")
        ),
    )
    field_order = ["unit", "text", "percent"]

    def prepare(self) -> None:
        late = self.task.due is not None and self.today > self.task.due
        self.fields["text"].required = late
        if late:
            self.fields["text"].help_text = _("The task is overdue: say how it stands and what is in the way.")


class NoChangeForm(TaskForm):
    role = ""
    text = Text(label=_("how it stands"), required=False)

    def prepare(self) -> None:
        if self.task.due is not None and self.today > self.task.due:
            self.fields["text"].required = True
            self.fields["text"].help_text = _("The task is overdue: say how it stands and what is in the way.")
        else:
            del self.fields["text"]


class PartDoneForm(EvidenceForm):
    role = ""
    text = Text(label=_("what was done"), required=False)


class ApplyToCloseForm(EvidenceForm):
    role = "lead"
    text = Text(
        label=_("what was done"),
        required=False,
        help_text=_("One sentence is enough; it may be left out where a document number, link or file shows it."),
    )
    done_on = forms.DateField(
        label=_("done on"),
        widget=DateInput,
        help_text=_("Lateness is measured by this day, not by the day of the review."),
    )
    field_order = ["unit", "text", "done_on"]

    def prepare(self) -> None:
        self.initial.setdefault("done_on", self.today)
        self.fields["done_on"].widget.attrs["max"] = self.today.isoformat()


class ReviewForm(TaskForm):
    decision = forms.ChoiceField(
        label=_("decision"),
        choices=[
            (Review.Decision.CLOSED, _("Close: the duty is fulfilled")),
            (Review.Decision.RETURNED, _("Return for more work")),
            (Review.Decision.NOT_ACHIEVED, _("Close as not achieved")),
        ],
        widget=forms.RadioSelect,
    )
    reason = Text(
        label=_("reason"),
        required=False,
        help_text=_("Needed unless you simply close; the unit and later readers see it."),
    )


class ConfirmBackfillForm(EvidenceForm):
    role = "lead"
    done = forms.TypedChoiceField(
        label=_("how it stands"),
        choices=[("yes", _("It was done on the day below")), ("no", _("It will be done by the day below"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    day = forms.DateField(label=_("day"), widget=DateInput)
    text = Text(label=_("remark"), required=False)
    field_order = ["unit", "done", "day", "text"]


class RecordFindingForm(TaskForm):
    """Ask whether what a step of the policy needs has been found; of several steps one is chosen."""

    step = forms.ChoiceField(label=_("step"), widget=forms.RadioSelect)
    holds = forms.TypedChoiceField(
        label=_("finding"),
        choices=[("yes", _("Found: the step is carried out today")), ("no", _("Not found: the step rests"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = Text(
        label=_("reason"), max_length=2000, help_text=_("Facts that a reader can check; they stay in the history.")
    )

    def prepare(self) -> None:
        self.questions = questions_on(self.task, now=start_of_day(self.today))
        field = self.fields["step"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.step.key, one.step.title) for one in self.questions]
        if len(self.questions) == 1:
            field.widget = forms.HiddenInput()
            self.initial["step"] = self.questions[0].step.key

    def clean(self) -> dict[str, Any]:
        if not self.questions:
            raise forms.ValidationError(
                _("No step of this task waits for a finding. Open the task to see how it stands."), code="not_asked"
            )
        return super().clean() or {}


class RecordEventForm(TaskForm):
    happened_on = forms.DateField(label=_("happened on"), widget=DateInput)
    evidence = forms.CharField(
        label=_("document number or link"),
        required=False,
        max_length=300,
        help_text=_("For example the approval's number."),
    )

    def prepare(self) -> None:
        self.fields["happened_on"].widget.attrs["max"] = self.today.isoformat()


class RequestExtensionForm(TaskForm):
    role = "lead"
    new_due = forms.DateField(label=_("new date"), widget=DateInput)
    reason = Text(label=_("reason"))
    progress = Text(label=_("progress so far"))
    field_order = ["unit", "new_due", "reason", "progress"]


class AgreeExtensionForm(TaskForm):
    role = "lead"
    agreed = forms.TypedChoiceField(
        label=_("decision"),
        choices=[
            ("yes", _("Agree: the supervision office decides next")),
            ("no", _("Do not agree: the request ends in the unit, the old date stands")),
        ],
        coerce=lambda value: value == "yes",
        initial="yes",
        widget=forms.RadioSelect,
    )
    reason = Text(
        label=_("reason"), required=False, help_text=_("Needed when you do not agree; whoever asked sees it.")
    )


class DecideExtensionForm(TaskForm):
    granted = forms.TypedChoiceField(
        label=_("decision"),
        choices=[("yes", _("Grant the new date")), ("no", _("Refuse: the old date stands"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = Text(label=_("reason"), required=False, help_text=_("Needed when you refuse; the unit sees it."))


class SuspendForm(TaskForm):
    reason = Text(
        label=_("reason"),
        help_text=_("Why the unit cannot act, and what has to happen first. The clock stands still meanwhile."),
    )


class ResumeForm(TaskForm):
    pass


class InstructForm(TaskForm):
    text = Text(label=_("words of the instruction"), max_length=2000)


class NameBlockerForm(TaskForm):
    blocker = forms.ModelChoiceField(
        Unit.objects.none(), label=_("the unit that holds it up"), required=False, empty_label=_("nobody any more")
    )
    note = forms.CharField(label=_("what is waited for"), required=False, max_length=300)

    def prepare(self) -> None:
        parts = Unit.objects.filter(assignments__task=self.task).exclude(pk=self.task.lead_id)
        self.fields["blocker"].queryset = parts  # type: ignore[attr-defined]
        self.initial.setdefault("blocker", self.task.blocker_id)
        self.initial.setdefault("note", self.task.blocker_note)


class TaskRemarkForm(TaskForm):
    text = Text(
        label=_("words of the remark"),
        required=False,
        max_length=LONGEST_REMARK,
        help_text=_("Stands under “remarks” in the ledger; empty takes it away."),
    )

    def prepare(self) -> None:
        self.initial.setdefault("text", self.task.remark)


class ReturnForm(TaskForm):
    role = "lead"
    reason = Text(label=_("reason"), help_text=_("Why the task is not yours, and whose it is."))


class DecideReturnForm(TaskForm):
    accepted = forms.TypedChoiceField(
        label=_("decision"),
        choices=[
            ("yes", _("Accept: the task is taken from the unit")),
            ("no", _("Refuse: the task stays with the unit")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = Text(label=_("reason"), required=False, help_text=_("Needed when you refuse; the unit sees it."))


class BreakDownForm(TaskForm):
    units = forms.ModelMultipleChoiceField(
        Unit.objects.filter(active=True).exclude(kind=UnitKind.COLLECTIVE),
        label=_("units"),
        widget=UnitBoxes,
        help_text=_("Each gets a task of its own with the same date; the general one is withdrawn."),
    )
    settled = forms.BooleanField(
        label=_("all of these owe it already and nobody else does: only withdraw the general one"), required=False
    )


def open_extension(task: Task, state: Extension.State) -> Extension | None:
    """Return the task's extension request that stands at `state`, or None."""
    return task.extensions.filter(state=state).select_related("unit").first()

"""Name everything that can be done to a task: one form, one service call and one sentence each.

How a deed's address answers is decided in `doing` and `task_doing`; whether a deed is offered, by the pages.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tracker.audit.errors import WrongState
from tracker.commitments import services
from tracker.commitments.models import Extension, ProgressReport, Return, Review, Task
from tracker.commitments.selectors.my_unit import Do
from tracker.commitments.services.remarking import remark
from tracker.escalation.services import record_finding
from tracker.interfaces.web.forms import tasks as forms
from tracker.interfaces.web.templatetags.tracker_web import day as say_day
from tracker.interfaces.web.templatetags.tracker_web import joined
from tracker.interfaces.web.views.doing import Deed
from tracker.interfaces.web.wording import Words
from tracker.org import answering
from tracker.org.models import Unit
from tracker.rules.civil import civil_day
from tracker.rules.transitions import Verb


def _acknowledge(task: Task, form: forms.AcknowledgeForm, by: dict[str, Any]) -> Words:
    services.acknowledge(task=task, unit=form.cleaned_data["unit"], **by)
    return _("Acknowledged: “%(title)s”.") % {"title": task.title}


def _report(task: Task, form: forms.ReportForm, by: dict[str, Any]) -> Words:
    data = form.cleaned_data
    services.report_progress(
        task=task,
        unit=data["unit"],
        kind=ProgressReport.Kind.PROGRESS,
        text=data["text"],
        percent=data["percent"],
        evidence=form.evidence(),
        **by,
    )
    return _("Reported on “%(title)s”; you are not reminded of it again for a while.") % {"title": task.title}


def _no_change(task: Task, form: forms.NoChangeForm, by: dict[str, Any]) -> Words:
    data = form.cleaned_data
    services.report_progress(
        task=task, unit=data["unit"], kind=ProgressReport.Kind.NO_CHANGE, text=data.get("text", ""), **by
    )
    return _("Reported “no change” on “%(title)s”.") % {"title": task.title}


def _part_done(task: Task, form: forms.PartDoneForm, by: dict[str, Any]) -> Words:
    data = form.cleaned_data
    services.report_part_done(task=task, unit=data["unit"], text=data["text"], evidence=form.evidence(), **by)
    return _("Your unit's part in “%(title)s” is done; the lead unit sees it.") % {"title": task.title}


def _apply_to_close(task: Task, form: forms.ApplyToCloseForm, by: dict[str, Any]) -> Words:
    data = form.cleaned_data
    services.apply_to_close(
        task=task, unit=data["unit"], text=data["text"], done_on=data["done_on"], evidence=form.evidence(), **by
    )
    return _("Applied to close “%(title)s”; the supervision office reviews it.") % {"title": task.title}


def _review(task: Task, form: forms.ReviewForm, by: dict[str, Any]) -> Words:
    data = form.cleaned_data
    review = services.review(task=task, decision=Review.Decision(data["decision"]), reason=data["reason"], **by)
    return _("%(decision)s: “%(title)s”") % {"decision": review.get_decision_display(), "title": task.title}


def _confirm_backfill(task: Task, form: forms.ConfirmBackfillForm, by: dict[str, Any]) -> Words:
    data = form.cleaned_data
    services.confirm_backfill(
        task=task,
        unit=data["unit"],
        done=data["done"],
        day=data["day"],
        text=data["text"],
        evidence=form.evidence(),
        **by,
    )
    return _("Recorded how “%(title)s” stands.") % {"title": task.title}


def _record_event(task: Task, form: forms.RecordEventForm, by: dict[str, Any]) -> Words:
    data = form.cleaned_data
    by.pop("version")
    dated = services.record_event(
        commitment=task.commitment, happened_on=data["happened_on"], evidence=data["evidence"], **by
    )
    due = next((one.due for one in dated if one.due), None)
    if due is None:
        return _("The event is recorded.")
    return _("The event is recorded; “%(title)s” is due on %(day)s.") % {"title": task.title, "day": say_day(due)}


def _request_extension(task: Task, form: forms.RequestExtensionForm, by: dict[str, Any]) -> Words:
    data = form.cleaned_data
    extension = services.request_extension(
        task=task, unit=data["unit"], new_due=data["new_due"], reason=data["reason"], progress=data["progress"], **by
    )
    if extension.state == Extension.State.AGREED:
        return _("The extension is asked for with the unit head's agreement; the supervision office decides.")
    (answer,) = answering.answers(Unit.objects.filter(pk=extension.unit_id), on=civil_day(by["now"]))
    if not any(seat.reached for seat in answer.heads):
        return _(
            "The extension is asked for, but the unit head who has to agree first has no account. "
            "Ask the supervision office to register one; until then the old date stands."
        )
    return _("The extension is asked for. The unit head agrees first, then the supervision office decides.")


def _agree_extension(task: Task, form: forms.AgreeExtensionForm, by: dict[str, Any]) -> Words:
    by.pop("version")
    data = form.cleaned_data
    extension = services.agree_extension(
        extension=_extension(task, Extension.State.REQUESTED), agreed=data["agreed"], reason=data["reason"], **by
    )
    if extension.state == Extension.State.AGREED:
        return _("Agreed; the supervision office decides on the extension.")
    return _("Not agreed to; whoever asked is told, and the old date of “%(title)s” stands.") % {"title": task.title}


def _decide_extension(task: Task, form: forms.DecideExtensionForm, by: dict[str, Any]) -> Words:
    by.pop("version")
    data = form.cleaned_data
    extension = services.decide_extension(
        extension=_extension(task, Extension.State.AGREED), granted=data["granted"], reason=data["reason"], **by
    )
    if extension.state == Extension.State.GRANTED:
        return _("Granted: “%(title)s” is now due on %(day)s; the old date stays on record.") % {
            "title": task.title,
            "day": say_day(extension.new_due),
        }
    return _("Refused; the old date of “%(title)s” stands.") % {"title": task.title}


def _record_finding(task: Task, form: forms.RecordFindingForm, by: dict[str, Any]) -> Words:
    data = form.cleaned_data
    made = record_finding(task=task, step=data["step"], holds=data["holds"], reason=data["reason"], **by)
    if made.holds:
        return _("Found: “%(step)s” takes effect today and goes to %(who)s.") % {
            "step": made.step.title,
            "who": made.step.addressee,
        }
    return _("Not found: “%(step)s” rests; the reason stays in the history.") % {"step": made.step.title}


def _suspend(task: Task, form: forms.SuspendForm, by: dict[str, Any]) -> Words:
    services.suspend(task=task, reason=form.cleaned_data["reason"], **by)
    return _("Suspended: the clock of “%(title)s” stands still.") % {"title": task.title}


def _resume(task: Task, form: forms.ResumeForm, by: dict[str, Any]) -> Words:
    services.resume(task=task, **by)
    return _("Resumed: the days “%(title)s” stood still are added to its date.") % {"title": task.title}


def _instruct(task: Task, form: forms.InstructForm, by: dict[str, Any]) -> Words:
    by.pop("version")
    services.instruct(task=task, text=form.cleaned_data["text"], **by)
    return _("The instruction is on record and goes to the units concerned.")


def _name_blocker(task: Task, form: forms.NameBlockerForm, by: dict[str, Any]) -> Words:
    data = form.cleaned_data
    services.name_blocker(task=task, blocker=data["blocker"], note=data["note"], **by)
    if data["blocker"]:
        return _("Named: “%(title)s” waits for %(unit)s.") % {"title": task.title, "unit": data["blocker"]}
    return _("Nothing holds “%(title)s” up any more.") % {"title": task.title}


def _return(task: Task, form: forms.ReturnForm, by: dict[str, Any]) -> Words:
    services.return_task(task=task, reason=form.cleaned_data["reason"], **by)
    return _("Handed back to the supervision office; until it decides, the date stands.")


def _decide_return(task: Task, form: forms.DecideReturnForm, by: dict[str, Any]) -> Words:
    by.pop("version")
    claim = task.returns.filter(state=Return.State.CLAIMED).first()
    if claim is None:
        raise WrongState(
            _("The task is not handed back, or this has been decided. Open the task to see how it stands.")
        )
    data = form.cleaned_data
    claim = services.decide_return(claim=claim, accepted=data["accepted"], reason=data["reason"], **by)
    if claim.state == Return.State.ACCEPTED:
        return _("“%(title)s” is taken from %(unit)s; lay it on the unit it belongs to.") % {
            "title": task.title,
            "unit": task.lead,
        }
    return _("“%(title)s” stays with %(unit)s.") % {"title": task.title, "unit": task.lead}


def _break_down(task: Task, form: forms.BreakDownForm, by: dict[str, Any]) -> Words:
    units = list(form.cleaned_data["units"])
    made = services.break_down(task=task, units=units, settled=form.cleaned_data["settled"], **by)
    if not made:
        return _("%(units)s owe “%(title)s” already; the duty that named no unit is withdrawn.") % {
            "units": joined(units),
            "title": task.title,
        }
    kept = [unit for unit in units if unit.pk not in {one.lead_id for one in made}]
    said = ngettext("%(number)d unit now owes “%(title)s”.", "%(number)d units now owe “%(title)s”.", len(made))
    told = said % {"number": len(made), "title": task.title}
    return told + _(" %(units)s had it already and keep it as it is.") % {"units": joined(kept)} if kept else told


def _extension(task: Task, state: Extension.State) -> Extension:
    extension = forms.open_extension(task, state)
    if extension is None:
        raise WrongState(_("There is no extension request that waits for this. Open the task to see how it stands."))
    return extension


def _remark(task: Task, form: forms.TaskRemarkForm, by: dict[str, Any]) -> Words:
    remark(task=task, text=form.cleaned_data["text"], **by)
    return _("The remark on “%(title)s” is kept.") % {"title": task.title}


DEEDS: tuple[Deed[Task], ...] = (
    Deed(
        "acknowledge",
        Verb.ACKNOWLEDGE,
        gettext_lazy("Acknowledge"),
        gettext_lazy("Acknowledge"),
        forms.AcknowledgeForm,
        _acknowledge,
        one_click=True,
        amend=("return", gettext_lazy("Not your unit's? Hand it back")),
    ),
    Deed(
        "confirm-backfill",
        Verb.CONFIRM_BACKFILL,
        gettext_lazy("Say how it stands"),
        gettext_lazy("Record how it stands"),
        forms.ConfirmBackfillForm,
        _confirm_backfill,
    ),
    Deed(
        "record-event",
        Verb.RECORD_EVENT,
        gettext_lazy("Record the event"),
        gettext_lazy("Record the event"),
        forms.RecordEventForm,
        _record_event,
    ),
    Deed(
        "record-finding",
        Verb.RECORD_FINDING,
        gettext_lazy("Decide on the finding"),
        gettext_lazy("Record the finding"),
        forms.RecordFindingForm,
        _record_finding,
    ),
    Deed("review", Verb.ACCEPT, gettext_lazy("Review"), gettext_lazy("Decide"), forms.ReviewForm, _review),
    Deed(
        "apply-to-close",
        Verb.APPLY_TO_CLOSE,
        gettext_lazy("Apply to close"),
        gettext_lazy("Apply to close"),
        forms.ApplyToCloseForm,
        _apply_to_close,
    ),
    Deed(
        "part-done",
        Verb.REPORT,
        gettext_lazy("Our part is done"),
        gettext_lazy("Report as done"),
        forms.PartDoneForm,
        _part_done,
        amend=("report", gettext_lazy("Something to add? Report again")),
    ),
    Deed(
        "report",
        Verb.REPORT,
        gettext_lazy("Report progress"),
        gettext_lazy("Hand in the report"),
        forms.ReportForm,
        _report,
        amend=("report", gettext_lazy("Something wrong? Report again")),
    ),
    Deed(
        "no-change",
        Verb.REPORT,
        gettext_lazy("No change"),
        gettext_lazy("Report “no change”"),
        forms.NoChangeForm,
        _no_change,
        one_click=True,
        quiet=True,
        amend=("report", gettext_lazy("Something has changed after all? Report it")),
    ),
    Deed(
        "agree-extension",
        Verb.AGREE_EXTENSION,
        gettext_lazy("Answer the request for more time"),
        gettext_lazy("Answer"),
        forms.AgreeExtensionForm,
        _agree_extension,
    ),
    Deed(
        "decide-extension",
        Verb.DECIDE_EXTENSION,
        gettext_lazy("Decide on the extension"),
        gettext_lazy("Decide"),
        forms.DecideExtensionForm,
        _decide_extension,
    ),
    Deed(
        "request-extension",
        Verb.REQUEST_EXTENSION,
        gettext_lazy("Ask for an extension"),
        gettext_lazy("Ask for the extension"),
        forms.RequestExtensionForm,
        _request_extension,
        quiet=True,
    ),
    Deed(
        "name-blocker",
        Verb.NAME_BLOCKER,
        gettext_lazy("Say what holds it up"),
        gettext_lazy("Save"),
        forms.NameBlockerForm,
        _name_blocker,
        quiet=True,
    ),
    Deed(
        "return",
        Verb.RETURN,
        gettext_lazy("Hand back: not ours"),
        gettext_lazy("Hand back"),
        forms.ReturnForm,
        _return,
        quiet=True,
    ),
    Deed(
        "decide-return",
        Verb.DECIDE_RETURN,
        gettext_lazy("Decide on the return"),
        gettext_lazy("Decide"),
        forms.DecideReturnForm,
        _decide_return,
        ends=True,
    ),
    Deed(
        "break-down",
        Verb.WITHDRAW,
        gettext_lazy("Assign to named units"),
        gettext_lazy("Assign to these units"),
        forms.BreakDownForm,
        _break_down,
        ends=True,
    ),
    Deed(
        "instruct",
        Verb.INSTRUCT,
        gettext_lazy("Write an instruction"),
        gettext_lazy("Put on record"),
        forms.InstructForm,
        _instruct,
    ),
    Deed(
        "suspend",
        Verb.SUSPEND,
        gettext_lazy("Suspend"),
        gettext_lazy("Suspend the task"),
        forms.SuspendForm,
        _suspend,
        quiet=True,
    ),
    Deed("resume", Verb.RESUME, gettext_lazy("Resume"), gettext_lazy("Resume the task"), forms.ResumeForm, _resume),
    Deed(
        "remark",
        Verb.REMARK,
        gettext_lazy("Remark"),
        gettext_lazy("Keep the remark"),
        forms.TaskRemarkForm,
        _remark,
        quiet=True,
    ),
)
BY_NAME = {deed.name: deed for deed in DEEDS}


def deed_for(do: Do) -> Deed[Task]:
    """Return the deed a row's next action stands for."""
    return BY_NAME[do.value.replace("_", "-")]

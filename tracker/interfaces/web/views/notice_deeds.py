"""Name everything that can be done to a notice: one form, one service call and one sentence each.

How a deed's address answers is decided in `doing` and `notice_doing`; whether a deed is offered, by the pages.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.interfaces.web.forms import notices as forms
from tracker.interfaces.web.views.doing import Deed
from tracker.interfaces.web.wording import Words
from tracker.notices import services
from tracker.notices.life import Verb
from tracker.notices.models import Notice


def _edit(notice: Notice, form: forms.EditForm, by: dict[str, Any]) -> Words:
    names = ("title", "body", "addressee", "copies", "reply_by")
    services.edit(notice=notice, **{name: form.cleaned_data[name] for name in names}, **by)
    return _("Saved. Look at the preview, then hand the notice in for signature.")


def _refresh(notice: Notice, form: forms.PlainForm, by: dict[str, Any]) -> Words:
    services.refresh(notice=notice, **by)
    return _("Drafted again with today's figures.")


def _find(notice: Notice, form: forms.FindingForm, by: dict[str, Any]) -> Words:
    data = form.cleaned_data
    changed = services.record_finding(
        notice=notice,
        holds=data["holds"],
        finding=data["finding"],
        reason=data["reason"],
        measures=data.get("measures", ""),
        **by,
    )
    return _("The finding is recorded.") if changed.finding and data["holds"] else _("The proposal is dismissed.")


def _submit(notice: Notice, form: forms.PlainForm, by: dict[str, Any]) -> Words:
    services.submit(notice=notice, **by)
    return _("Handed in; another person signs it.")


def _send_back(notice: Notice, form: forms.ReasonForm, by: dict[str, Any]) -> Words:
    services.send_back(notice=notice, reason=form.cleaned_data["reason"], **by)
    return _("Sent back to those who prepare it.")


def _sign(notice: Notice, form: forms.PlainForm, by: dict[str, Any]) -> Words:
    signed = services.sign(notice=notice, **by)
    return _("Signed as %(number)s; it can be issued now.") % {"number": signed.number_text}


def _issue(notice: Notice, form: forms.PlainForm, by: dict[str, Any]) -> Words:
    services.issue(notice=notice, **by)
    return _("Issued: the text is frozen and the addressee is told.")


def _receive(notice: Notice, form: forms.ReceiptForm, by: dict[str, Any]) -> Words:
    data = form.cleaned_data
    services.record_receipt(notice=notice, unit=data["unit"], received_by=data.get("received_by", ""), **by)
    return _("Receipt recorded.")


def _reply(notice: Notice, form: forms.ReplyForm, by: dict[str, Any]) -> Words:
    data = form.cleaned_data
    services.reply(notice=notice, unit=data["unit"], text=data["text"], reference=data["reference"], **by)
    return _("The reply is on record.")


def _close(notice: Notice, form: forms.OptionalReasonForm, by: dict[str, Any]) -> Words:
    services.close(notice=notice, reason=form.cleaned_data["reason"], **by)
    return _("The matter of the notice is closed.")


def _dismiss(notice: Notice, form: forms.ReasonForm, by: dict[str, Any]) -> Words:
    services.dismiss(notice=notice, reason=form.cleaned_data["reason"], **by)
    return _("The proposal is dismissed.")


def _withdraw(notice: Notice, form: forms.ReasonForm, by: dict[str, Any]) -> Words:
    services.withdraw(notice=notice, reason=form.cleaned_data["reason"], **by)
    return _("Withdrawn; its number stays taken.")


def _deed(
    verb: Verb,
    title: Words,
    button: Words,
    form: type[forms.NoticeForm],
    perform: Callable[[Notice, Any, dict[str, Any]], Words],
    *,
    first: bool = False,
    quiet: bool = False,
) -> Deed[Notice]:
    name = verb.replace("_", "-")
    return Deed(name, verb, title, button, form, perform, first=first, quiet=quiet, of="notice")


DEEDS: tuple[Deed[Notice], ...] = (
    _deed(
        Verb.FIND,
        gettext_lazy("Record the finding"),
        gettext_lazy("Record the finding"),
        forms.FindingForm,
        _find,
        first=True,
    ),
    _deed(
        Verb.SUBMIT,
        gettext_lazy("Hand in for signature"),
        gettext_lazy("Hand in for signature"),
        forms.PlainForm,
        _submit,
        first=True,
    ),
    _deed(Verb.SIGN, gettext_lazy("Sign"), gettext_lazy("Sign and number"), forms.PlainForm, _sign, first=True),
    _deed(Verb.ISSUE, gettext_lazy("Issue"), gettext_lazy("Issue"), forms.PlainForm, _issue, first=True),
    _deed(
        Verb.RECEIVE,
        gettext_lazy("Record the receipt"),
        gettext_lazy("Record the receipt"),
        forms.ReceiptForm,
        _receive,
        first=True,
    ),
    _deed(Verb.REPLY, gettext_lazy("Reply"), gettext_lazy("Hand in the reply"), forms.ReplyForm, _reply, first=True),
    _deed(Verb.EDIT, gettext_lazy("Edit"), gettext_lazy("Save"), forms.EditForm, _edit),
    _deed(Verb.CLOSE, gettext_lazy("Close"), gettext_lazy("Close"), forms.OptionalReasonForm, _close),
    _deed(Verb.SEND_BACK, gettext_lazy("Send back"), gettext_lazy("Send back"), forms.ReasonForm, _send_back),
    _deed(
        Verb.REFRESH, gettext_lazy("Draft again"), gettext_lazy("Draft again"), forms.PlainForm, _refresh, quiet=True
    ),
    _deed(Verb.DISMISS, gettext_lazy("Dismiss"), gettext_lazy("Dismiss"), forms.ReasonForm, _dismiss, quiet=True),
    _deed(Verb.WITHDRAW, gettext_lazy("Withdraw"), gettext_lazy("Withdraw"), forms.ReasonForm, _withdraw, quiet=True),
)

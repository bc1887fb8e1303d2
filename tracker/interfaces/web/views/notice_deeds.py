"""Name everything that can be done to a notice, and answer each one's address: GET with its form, POST by doing it.

Nothing typed is lost: what a service refuses comes back in the form, and so does what was sent on an outdated version.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.audit.actors import NotPermitted
from tracker.audit.errors import Invalid, Stale, WrongState
from tracker.interfaces.web import keeping
from tracker.interfaces.web.forms import notices as forms
from tracker.interfaces.web.http import View, WebRequest, done, page, where_next
from tracker.interfaces.web.wording import Words
from tracker.notices import selectors, services
from tracker.notices.drafting.marks import reply_date
from tracker.notices.life import MOVES, Verb
from tracker.notices.models import Notice
from tracker.notices.paper.content import Paper, paper
from tracker.notices.paper.layout import Page, laid_out
from tracker.org.selectors import workdays

Perform = Callable[[Notice, Any, dict[str, Any]], Words]


@dataclass(frozen=True, slots=True)
class NoticeDeed:
    """Be one thing that can be done to a notice.

    `perform` calls the one service and returns what to tell the person. `first` puts it before the others, `quiet` after.
    """

    verb: Verb
    title: Words
    button: Words
    form: type[forms.NoticeForm]
    perform: Perform
    first: bool = False
    quiet: bool = False

    @property
    def name(self) -> str:
        return self.verb.replace("_", "-")

    @property
    def route(self) -> str:
        return f"notice_{self.verb}"

    def address(self, notice: Notice) -> str:
        return reverse(f"web:{self.route}", args=[notice.pk])


def _edit(notice: Notice, form: forms.EditForm, by: dict[str, Any]) -> Words:
    names = ("title", "body", "addressee", "copies", "reply_by")
    services.edit(notice=notice, **{name: form.cleaned_data[name] for name in names}, **by)
    return _("Saved. Look at the preview, then hand the notice in for signature.")


def _refresh(notice: Notice, form: forms.PlainForm, by: dict[str, Any]) -> Words:
    services.refresh(notice=notice, **by)
    return _("Drafted anew with today's figures.")


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


DEEDS: tuple[NoticeDeed, ...] = (
    NoticeDeed(
        Verb.FIND,
        gettext_lazy("Record the finding"),
        gettext_lazy("Record the finding"),
        forms.FindingForm,
        _find,
        first=True,
    ),
    NoticeDeed(
        Verb.SUBMIT,
        gettext_lazy("Hand in for signature"),
        gettext_lazy("Hand in for signature"),
        forms.PlainForm,
        _submit,
        first=True,
    ),
    NoticeDeed(Verb.SIGN, gettext_lazy("Sign"), gettext_lazy("Sign and number"), forms.PlainForm, _sign, first=True),
    NoticeDeed(Verb.ISSUE, gettext_lazy("Issue"), gettext_lazy("Issue"), forms.PlainForm, _issue, first=True),
    NoticeDeed(
        Verb.RECEIVE,
        gettext_lazy("Record the receipt"),
        gettext_lazy("Record the receipt"),
        forms.ReceiptForm,
        _receive,
        first=True,
    ),
    NoticeDeed(
        Verb.REPLY, gettext_lazy("Reply"), gettext_lazy("Hand in the reply"), forms.ReplyForm, _reply, first=True
    ),
    NoticeDeed(Verb.EDIT, gettext_lazy("Edit"), gettext_lazy("Save"), forms.EditForm, _edit),
    NoticeDeed(Verb.CLOSE, gettext_lazy("Close"), gettext_lazy("Close"), forms.OptionalReasonForm, _close),
    NoticeDeed(Verb.SEND_BACK, gettext_lazy("Send back"), gettext_lazy("Send back"), forms.ReasonForm, _send_back),
    NoticeDeed(
        Verb.REFRESH, gettext_lazy("Draft anew"), gettext_lazy("Draft anew"), forms.PlainForm, _refresh, quiet=True
    ),
    NoticeDeed(Verb.DISMISS, gettext_lazy("Dismiss"), gettext_lazy("Dismiss"), forms.ReasonForm, _dismiss, quiet=True),
    NoticeDeed(
        Verb.WITHDRAW, gettext_lazy("Withdraw"), gettext_lazy("Withdraw"), forms.ReasonForm, _withdraw, quiet=True
    ),
)


def routes() -> list[URLPattern]:
    """Return one address for each deed, and that of proposing a notice anew, which leads to another notice."""
    deeds = [path(f"notices/<int:pk>/{deed.name}/", _view(deed), name=deed.route) for deed in DEEDS]
    return [*deeds, path("notices/<int:pk>/replace/", replace, name="notice_replace")]


def visible_notice(request: WebRequest, pk: int) -> Notice:
    """Return the notice with what its page shows.

    Raises `Http404` when there is none, `NotPermitted` when it is not this person's to see.
    """
    notices = selectors.visible_notices(request.actor).select_related(
        "document", "issuer", "to_unit", "to_post__unit", "series", "replaces"
    )
    notice = notices.prefetch_related("matters__task__lead", "matters__unit", "deeds").filter(pk=pk).first()
    if notice is not None:
        return notice
    if Notice.objects.filter(pk=pk).exists():
        raise NotPermitted(_("This notice is not yours to see, or it has not been issued yet."))
    raise Http404


def printed(notice: Notice, request: WebRequest) -> tuple[Paper, list[Page]]:
    """Return the notice as it prints now."""
    content = paper(notice, now=request.now)
    return content, laid_out(content)


@page()
def replace(request: WebRequest, pk: int) -> HttpResponse:
    """Propose a dismissed or withdrawn notice anew, and show the new proposal."""
    notice = visible_notice(request, pk)
    _refuse_strangers(Verb.REPLACE, notice, request)
    if request.method != "POST":
        raise WrongState(_("Open the notice and propose it anew from there."))
    new = services.replace(notice=notice, by=request.actor, now=request.now)
    return done(request, _("Proposed anew with today's figures."), reverse("web:notice", args=[new.pk]))


def _view(deed: NoticeDeed) -> View[[int]]:
    @page()
    def view(request: WebRequest, pk: int) -> HttpResponse:
        notice = visible_notice(request, pk)
        _refuse_strangers(deed.verb, notice, request)
        if request.method == "POST":
            return _do(request, deed, notice)
        if deed.verb not in selectors.open_verbs(notice, request.actor, on=request.today):
            raise WrongState(_("This cannot be done to the notice as it stands. Open the notice to see what can."))
        form = deed.form(notice=notice, actor=request.actor)
        form.initial["next"] = where_next(request, "")
        if before := keeping.kept(request):
            form.initial = {**form.initial, **before.initial()}
        return _show(request, deed, notice, form, restored=before is not None)

    return view


def _refuse_strangers(verb: Verb, notice: Notice, request: WebRequest) -> None:
    """Say before anything is typed or read that a deed is not this person's; the service has the last word."""
    if not selectors.capacities(notice, request.actor, on=request.today) & MOVES[verb].who:
        raise NotPermitted(_("This is done by the supervision office or by %(unit)s.") % {"unit": notice.issuer_name})


def _do(request: WebRequest, deed: NoticeDeed, notice: Notice) -> HttpResponse:
    form = deed.form(request.POST, notice=notice, actor=request.actor)
    if not form.is_valid():
        return _show(request, deed, notice, form, status=422)
    by = {"by": request.actor, "now": request.now, "version": form.cleaned_data["version"]}
    try:
        said = deed.perform(notice, form, by)
    except Invalid as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _show(request, deed, notice, form, status=422)
    except Stale as error:
        # What was typed stays; the form now stands on the version that is shown, so it can be sent again knowingly.
        notice = visible_notice(request, notice.pk)
        data = request.POST.copy()
        data["version"] = str(notice.version)
        form = deed.form(data, notice=notice, actor=request.actor)
        return _show(request, deed, notice, form, status=409, stale=str(error))
    except WrongState as error:
        form.add_error(None, str(error))
        return _show(request, deed, notice, form, status=409)
    return done(request, said, where_next(request, reverse("web:notice", args=[notice.pk])))


def _show(
    request: WebRequest,
    deed: NoticeDeed,
    notice: Notice,
    form: forms.NoticeForm,
    *,
    status: int = 200,
    stale: str = "",
    restored: bool = False,
) -> HttpResponse:
    content, pages = printed(notice, request)
    context = {
        "notice": notice,
        "deed": deed,
        "form": form,
        "action": deed.address(notice),
        "stale": stale,
        "restored": restored,
        "pages": pages,
        "number": content.number,
        "reply_by": reply_date(notice, request.today, workdays()),
        "why": _warning(deed, notice),
    }
    return render(request, "web/notices/deed.html", context, status=status)


def _warning(deed: NoticeDeed, notice: Notice) -> str:
    """Say what a person should know before sending the form."""
    match deed.verb:
        case Verb.SIGN:
            return _(
                "Signing numbers the notice, sets today's date on it and makes the step effective. It cannot be edited"
                " afterwards, only withdrawn; the number stays taken."
            )
        case Verb.ISSUE:
            return _("Issuing freezes the text under its digest, gives it a verification code and tells the addressee.")
        case Verb.REFRESH:
            return _("What was edited into the text is lost; what was found stays.")
        case Verb.EDIT if notice.state == "to_sign":
            return _("The notice waits for its signature; an edit takes it back.")
        case Verb.DISMISS:
            return _("Steps that count from this one wait until the date of the task changes or it is proposed anew.")
    return ""

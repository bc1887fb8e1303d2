"""Say what deeds on notices need to know: whose they are, how the notice prints, what is said before deciding."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.audit.actors import NotPermitted
from tracker.audit.errors import WrongState
from tracker.interfaces.web.forms import notices as forms
from tracker.interfaces.web.http import WebRequest, done, page, where_next
from tracker.interfaces.web.views import doing
from tracker.interfaces.web.views.doing import Deed
from tracker.interfaces.web.views.notice_deeds import DEEDS
from tracker.interfaces.web.wording import Words
from tracker.notices import selectors, services
from tracker.notices.drafting.marks import reply_date
from tracker.notices.life import MOVES, Verb
from tracker.notices.models import Notice
from tracker.notices.paper.content import Paper, paper
from tracker.notices.paper.layout import Page, laid_out
from tracker.org.selectors import workdays


class NoticeMatter(doing.Matter[Notice]):
    """Be the matter of the deeds on notices; each form stands beside the notice as it prints."""

    closed = gettext_lazy("This cannot be done to the notice as it stands. Open the notice to see what can.")

    def found(self, request: WebRequest, pk: int) -> Notice:
        return visible_notice(request, pk)

    def refuse_strangers(self, request: WebRequest, deed: Deed[Notice], thing: Notice) -> None:
        _refuse_strangers(deed.verb, thing, request)

    def is_open(self, request: WebRequest, deed: Deed[Notice], thing: Notice) -> bool:
        return deed.verb in selectors.open_verbs(thing, request.actor, on=request.today)

    def form(self, request: WebRequest, deed: Deed[Notice], thing: Notice, *sent: Any) -> forms.NoticeForm:
        form: forms.NoticeForm = deed.form(*sent, notice=thing, actor=request.actor)
        return form

    def show(
        self,
        request: WebRequest,
        deed: Deed[Notice],
        thing: Notice,
        form: Any,
        *,
        status: int = 200,
        stale: str = "",
        restored: bool = False,
    ) -> HttpResponse:
        content, pages = printed(thing, request)
        context = {
            "notice": thing,
            "deed": deed,
            "form": form,
            "action": deed.address(thing),
            "back": form["next"].value() or reverse("web:notice", args=[thing.pk]),
            "stale": stale,
            "restored": restored,
            "pages": pages,
            "number": content.number,
            "reply_by": reply_date(thing, request.today, workdays()),
            "why": _warning(deed, thing),
        }
        return render(request, "web/notices/deed.html", context, status=status)

    def over(self, request: WebRequest, deed: Deed[Notice], thing: Notice, said: Words) -> HttpResponse:
        return done(request, said, where_next(request, reverse("web:notice", args=[thing.pk])))


def routes() -> list[URLPattern]:
    """Return one address for each deed, and that of proposing a notice anew, which leads to another notice."""
    return [
        *doing.routes("notices", DEEDS, NoticeMatter()),
        path("notices/<int:pk>/replace/", replace, name="notice_replace"),
    ]


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
    return done(request, _("Proposed again with today's figures."), reverse("web:notice", args=[new.pk]))


def _refuse_strangers(verb: Verb, notice: Notice, request: WebRequest) -> None:
    """Say before anything is typed or read that a deed is not this person's; the service has the last word."""
    if not selectors.capacities(notice, request.actor, on=request.today) & MOVES[verb].who:
        raise NotPermitted(_("This is done by the supervision office or by %(unit)s.") % {"unit": notice.issuer_name})


def _warning(deed: Deed[Notice], notice: Notice) -> str:
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

"""Let everybody say what is in their way (意见建议), and the office and the administrator answer."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Case, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tracker.audit.actors import Role
from tracker.audit.errors import Invalid
from tracker.interfaces.web.forms.administration import AnswerForm, RemarkForm
from tracker.interfaces.web.forms.refusals import refused
from tracker.interfaces.web.http import WebRequest, done, page
from tracker.org import services
from tracker.org.models import Remark

PAGE = 30
ANSWERERS = (Role.SUPERVISION, Role.ADMINISTRATOR)


def routes() -> list[URLPattern]:
    """Return the addresses of remarks and their answers."""
    return [
        path("remarks/", remarks, name="remarks"),
        path("remarks/<int:pk>/answer/", answer, name="remark_answer"),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@page()
def remarks(request: WebRequest) -> HttpResponse:
    """Take a remark, and show the own ones with their answers; those who answer see everybody's, open ones first."""
    form = RemarkForm(
        request.POST if request.method == "POST" else None,
        initial={"page": request.GET.get("page_of", "")[:300]},
        auto_id="remark-%s",
    )
    if form.is_valid():
        try:
            services.send_remark(
                user=request.user,
                text=form.cleaned_data["text"],
                page=form.cleaned_data["page"],
                by=request.actor,
                now=request.now,
            )
        except Invalid as error:
            refused(form, error)
        else:
            return done(request, _("Thank you. The answer will stand here."), reverse("web:remarks"))
    return _show(request, form, 422 if form.errors else 200)


@require_POST
@page(*ANSWERERS)
def answer(request: WebRequest, pk: int) -> HttpResponse:
    """Answer a remark; its sender sees the answer."""
    remark = get_object_or_404(Remark, pk=pk)
    form = AnswerForm(request.POST)
    if form.is_valid():
        services.answer_remark(remark=remark, answer=form.cleaned_data["answer"], by=request.actor, now=request.now)
        return done(request, _("Answered."), reverse("web:remarks"))
    return _show(request, RemarkForm(auto_id="remark-%s"), 422, failed=(remark.pk, form))


def _show(
    request: WebRequest, form: RemarkForm, status: int, failed: tuple[int, AnswerForm] | None = None
) -> HttpResponse:
    answers = request.actor.has(*ANSWERERS)
    rows = Remark.objects.all() if answers else Remark.objects.filter(user=request.user)
    open_first = rows.order_by(Case(When(answered_at=None, then=0), default=1), "-at", "-pk")
    shown = Paginator(open_first, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": shown,
        "rows": [(row, _answer_form(row, failed) if answers and row.answered_at is None else None) for row in shown],
        "answers": answers,
    }
    return render(request, "web/remarks.html", context, status=status)


def _answer_form(row: Remark, failed: tuple[int, AnswerForm] | None) -> AnswerForm:
    return failed[1] if failed and failed[0] == row.pk else AnswerForm(auto_id=f"answer{row.pk}-%s")

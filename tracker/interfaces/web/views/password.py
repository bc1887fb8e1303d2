"""Let people choose their own password; whoever has a one-time password does so before anything else."""

from __future__ import annotations

from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tracker.audit.errors import Invalid
from tracker.interfaces.web.forms.people import PasswordForm
from tracker.interfaces.web.forms.refusals import refused
from tracker.interfaces.web.http import WebRequest, done, page
from tracker.org import services


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@page()
def password(request: WebRequest) -> HttpResponse:
    """Change the own password: this browser stays signed in, all others and the programs' tokens end."""
    form = PasswordForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        try:
            user = services.change_password(
                user=request.user, password=form.cleaned_data["new_password1"], by=request.actor, now=request.now
            )
        except Invalid as error:
            refused(form, error)
        else:
            update_session_auth_hash(request, user)
            return done(request, _("Your password is changed."), reverse("web:home"))
    context = {"form": form, "first": request.user.must_change_password}
    return render(request, "web/password.html", context, status=422 if form.errors else 200)

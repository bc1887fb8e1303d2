"""Show the stored tables to administrators, to look something up: nothing can be added, changed or removed here.

Every change goes through a service, which checks, refuses and records; a table edited by hand would do neither. Who may
open it follows from the post held today, as everywhere, not from a flag on the account.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tracker.audit.actors import NotPermitted, Role


class ReadOnlySite(admin.AdminSite):
    """Be Django's admin without a way to write, for those who administer today."""

    site_header = site_title = "—"

    def has_permission(self, request: HttpRequest) -> bool:
        actor = getattr(request, "actor", None)
        return bool(actor and actor.has(Role.ADMINISTRATOR))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send whoever is not signed in to the sign-in page, and refuse everybody else."""
        if not request.user.is_authenticated:
            return HttpResponseRedirect(f"{reverse('web:login')}?next={reverse('admin:index')}")
        raise NotPermitted(_("The stored tables are for administrators. Ask one of them what you need to know."))

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Use the page that puts the change on record."""
        return redirect("web:password")

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        named = {"site_header": _("Tables as stored: nothing can be changed here"), "site_title": _("Tables as stored")}
        return super().each_context(request) | named | {"site_url": reverse("web:administration")}

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register models without a way to write, whatever their app had in mind."""
        named = [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        models_named: list[Any] = named
        for model in models_named:
            if model._meta.label_lower in SECRET:
                continue
            base = admin_class or admin.ModelAdmin
            super().register(model, type(f"ReadOnly{model.__name__}", (ReadOnly, base), {}), **options)


# Tables that hold keys: whoever reads one could act as somebody else.
SECRET = frozenset({"authtoken.tokenproxy", "authtoken.token", "auth.group"})
HIDDEN = frozenset({"password", "token_hash"})


class ReadOnly:
    """Let a table be read, and its rows not be touched."""

    actions = None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Leave out what is secret."""
        model: type[models.Model] = self.model  # type: ignore[attr-defined]
        return [field.name for field in model._meta.get_fields() if field.name in HIDDEN]


class TablesConfig(AdminConfig):
    """Put the read-only site in the place of Django's own."""

    default_site = "tracker.interfaces.web.admin_site.ReadOnlySite"

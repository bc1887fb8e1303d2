"""Hold what every route does: say who asks and when, and refuse what it does not know instead of passing it over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema_serializer
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request

from tracker.audit.actors import Actor
from tracker.org.selectors import actor_for


def instant(text: str) -> datetime:
    """Read an instant with its offset and return it in UTC. Raises `ValueError` for anything else.

    In UTC, because an offset that ISO allows may be more than a database takes.
    """
    read = datetime.fromisoformat(text)
    if read.utcoffset() is None:
        raise ValueError("an instant needs its offset")
    try:
        return read.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("there is no such instant") from error


class Strict(serializers.Serializer[Any]):
    """Read a body that holds known fields only: a field that cannot be set here is an error, not something to ignore."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the validated values. Raises `ValidationError` naming each unknown field."""
        if isinstance(data, Mapping):
            unknown = [str(name) for name in data if name not in self.fields]
            if unknown:
                sentence = _("This cannot be set here. Known are: %(known)s.") % {"known": ", ".join(self.fields)}
                raise ValidationError({name: [sentence] for name in unknown})
        return super().to_internal_value(data)


class ApiView(GenericAPIView[Any]):
    """Be a route; `actor`, `now` and `today` (the civil day) hold for the whole request."""

    actor: Actor
    now: datetime
    today: date
    filterset_class: Any = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Name the actor; the instant is the one the request came in at."""
        self.now, self.today = request._request.now, request._request.today  # type: ignore[attr-defined]
        super().initial(request, *args, **kwargs)
        if getattr(request.user, "must_change_password", False):
            raise PermissionDenied(_("Choose a password of your own first: sign in on the pages and change it there."))
        self.actor = actor_for(request.user, on=self.today, source=request.META.get("REMOTE_ADDR", ""))
        self._check_parameters(request)

    def parameters(self) -> set[str]:
        """Return the names of the query parameters this route knows."""
        names: set[str] = set()
        if self.request.method in {"GET", "HEAD"}:
            names |= set(self.filterset_class.base_filters) if self.filterset_class else set()
            names |= set(getattr(self.pagination_class, "parameters", ()))
        return names

    def _check_parameters(self, request: Request) -> None:
        # A misspelt filter that filters nothing, or of two values the last, would look like an answer.
        known = self.parameters()
        unknown = _("There is no such parameter. Known are: %(known)s.") % {"known": ", ".join(sorted(known)) or "–"}
        unclear = _("Give this parameter once and with a value, or leave it out.")
        wrong = {name: [unknown] for name in request.query_params if name not in known} or {
            name: [unclear] for name, values in request.query_params.lists() if len(values) > 1 or not values[0]
        }
        if wrong:
            raise ValidationError(wrong)


@extend_schema_serializer(component_name="Error")
class ErrorSerializer(serializers.Serializer[Any]):
    """Say what was wrong and what to do."""

    detail = serializers.CharField(help_text="A sentence in the request's language.")
    code = serializers.CharField(help_text="A word for programs.")
    fields = serializers.DictField(  # type: ignore[assignment]
        required=False, help_text="The sentences of each value that cannot be taken."
    )


_WHEN = {
    400: "A value, a field or a parameter cannot be taken.",
    401: "No valid token.",
    403: "The posts held do not allow this; the attempt is on record.",
    404: "There is no such thing, or it is not yours to see.",
    409: "Somebody else changed it since (`stale`), or its state does not allow this (`wrong_state`).",
    429: "Too many attempts; `Retry-After` says how many seconds to wait.",
}


def errors(*codes: int) -> dict[int, OpenApiResponse]:
    """Return how the schema describes these errors."""
    return {code: OpenApiResponse(ErrorSerializer, description=_WHEN[code]) for code in codes}

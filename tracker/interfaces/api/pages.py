"""Cut lists into pages by key: the next page begins after the last row given, so that every page costs the same.

Nothing is given twice or left out when rows change between two pages. A cursor is opaque; one that no page gave is an
error.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from tracker.commitments.selectors import ledger
from tracker.interfaces.api.common import instant

SIZE, LARGEST = 50, 200
ORDERS = ("due", "-due", "-changed")


class Pages(BasePagination):
    """Be a list in pages; a subclass says in which order and how a cursor names a place in it."""

    parameters = frozenset({"cursor", "limit"})

    def paginate_queryset(  # type: ignore[override]
        self, queryset: QuerySet[Any], request: Request, view: APIView | None = None
    ) -> list[Any]:
        """Return the rows of the page that the request asks for."""
        self.request = request
        size = self._size(request.query_params.get("limit"))
        rows, self.after = self.cut(queryset, request.query_params.get("cursor", ""), size)
        return rows

    def cut(self, queryset: QuerySet[Any], cursor: str, size: int) -> tuple[list[Any], str | None]:
        """Return up to `size` rows after `cursor` ("" begins) and the next page's cursor, None on the last page."""
        raise NotImplementedError

    def get_paginated_response(self, data: Any) -> Response:
        """Return the page: `results`, and in `next` the address of the page after it or null."""
        address = self.request.build_absolute_uri()
        following = replace_query_param(address, "cursor", self.after) if self.after else None
        return Response({"next": following, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe a page."""
        following = {
            "type": "string",
            "format": "uri",
            "nullable": True,
            "description": "The next page, null on the last.",
        }
        return {"type": "object", "required": ["next", "results"], "properties": {"next": following, "results": schema}}

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Describe the parameters."""
        size = {"type": "integer", "minimum": 1, "maximum": LARGEST, "default": SIZE}
        return [
            _parameter("cursor", "The place to go on from, as an earlier page gave it in `next`.", {"type": "string"}),
            _parameter("limit", "How many rows a page holds.", size),
        ]

    def _size(self, given: str | None) -> int:
        if given is None:
            return SIZE
        if not (given.isascii() and given.isdecimal() and 1 <= int(given[:9]) <= LARGEST):
            raise ValidationError({"limit": [_("Give a whole number from 1 to %(most)d.") % {"most": LARGEST}]})
        return int(given)


class TaskPages(Pages):
    """Be tasks in the ledger's order: by due date, undated last; or the last changed first."""

    parameters = Pages.parameters | {"order"}

    def cut(self, queryset: QuerySet[Any], cursor: str, size: int) -> tuple[list[Any], str | None]:
        """Return a page of the ledger."""
        order = self.request.query_params.get("order", ORDERS[0])
        if order not in ORDERS:
            raise ValidationError({"order": [_("Choose one of %(known)s.") % {"known": ", ".join(ORDERS)}]})
        found = ledger.page(queryset, sort=order, after=_checked(cursor, order) if cursor else "", size=size)
        return found.tasks, found.after

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Describe the parameters."""
        orders = {"type": "string", "enum": list(ORDERS), "default": ORDERS[0]}
        return [*super().get_schema_operation_parameters(view), _parameter("order", "What to sort by.", orders)]


class NewestFirst(Pages):
    """Be rows with an instant `at`, the newest first."""

    def cut(self, queryset: QuerySet[Any], cursor: str, size: int) -> tuple[list[Any], str | None]:
        """Return rows older than the cursor's."""
        if cursor:
            pk, _separator, given = cursor.partition("~")
            number = _number(pk)
            try:
                at = instant(given)
            except ValueError:
                raise _no_cursor() from None
            queryset = queryset.filter(Q(at__lt=at) | Q(at=at, pk__lt=number))
        rows = list(queryset.order_by("-at", "-pk")[: size + 1])
        last = rows[size - 1] if len(rows) > size else None
        return rows[:size], f"{last.pk}~{last.at.isoformat()}" if last else None


class ByNumber(Pages):
    """Be rows in the order they were entered."""

    def cut(self, queryset: QuerySet[Any], cursor: str, size: int) -> tuple[list[Any], str | None]:
        """Return rows after the cursor's."""
        if cursor:
            queryset = queryset.filter(pk__gt=_number(cursor))
        rows: Sequence[Any] = list(queryset.order_by("pk")[: size + 1])
        return list(rows[:size]), str(rows[size - 1].pk) if len(rows) > size else None


def _number(text: str) -> int:
    # Nineteen digits hold every key of a database.
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise _no_cursor()
    return int(text)


def _checked(cursor: str, order: str) -> str:
    """Return the ledger's key that a cursor is; the ledger would begin anew at one it cannot read."""
    pk, mark, value = cursor.partition("~")
    _number(pk)
    try:
        if order == "-changed":
            return f"{pk}~{instant(value).isoformat()}"
        if value:
            date.fromisoformat(value)
    except ValueError:
        mark = ""
    if not mark:
        raise _no_cursor()
    return cursor


def _no_cursor() -> ValidationError:
    return ValidationError({"cursor": [_("This is no cursor of this list. Begin without one, then follow “next”.")]})


def _parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}

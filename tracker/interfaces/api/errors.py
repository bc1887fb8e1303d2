"""Answer what cannot be done: a status, a sentence in the request's language that says what to do, and a word for programs.

Every error has the same shape: `detail` is the sentence, `code` the word, `fields` (where values were wrong) the sentences
of each field.
"""

from __future__ import annotations

import logging
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from tracker.audit.actors import NotPermitted
from tracker.audit.errors import Invalid, Refusal, Stale, WrongState
from tracker.audit.services import record_refusal

log = logging.getLogger(__name__)


class NotHere(exceptions.NotFound):
    """Say that something is not there, or not this person's to see: the answer does not tell which.

    With `hidden` it is there, and the attempt to see it goes on record.
    """

    def __init__(self, sentence: str, *, hidden: bool = False) -> None:
        super().__init__(sentence)
        self.hidden = hidden


def answer(error: Exception, context: dict[str, Any]) -> Response:
    """Return the answer to an error, also to a fault of ours, which goes to the log."""
    match error:
        case NotPermitted():
            _record_refusal(context, str(error))
            return _say(status.HTTP_403_FORBIDDEN, "not_permitted", str(error))
        case Stale():
            return _say(status.HTTP_409_CONFLICT, "stale", str(error))
        case WrongState():
            return _say(status.HTTP_409_CONFLICT, "wrong_state", str(error))
        case Invalid():
            return _say(status.HTTP_400_BAD_REQUEST, "invalid", str(error), {error.field: [str(error)]})
        case Refusal():
            return _say(status.HTTP_400_BAD_REQUEST, "invalid", str(error))
        case OperationalError():
            log.error("The database could not serve the API.", exc_info=error)
            sentence = _("The database cannot serve this at the moment, and nothing was saved. Try again later.")
            return _say(status.HTTP_503_SERVICE_UNAVAILABLE, "unavailable", sentence)
        case NotHere(hidden=True):
            _record_refusal(context, str(error.detail))
    response = exception_handler(error, context)
    if response is None:
        log.error("The API failed.", exc_info=error)
        sentence = _("Something of ours failed, and it is on record. Tell the administrator if it happens again.")
        return _say(status.HTTP_500_INTERNAL_SERVER_ERROR, "failed", sentence)
    response.data = _shaped(error, response.data)
    return response


@csrf_exempt
def no_such_address(request: HttpRequest, anything: str) -> JsonResponse:
    """Answer an address that the API does not have."""
    sentence = _("The API has no such address. /api/v1/schema lists those it has.")
    return JsonResponse({"detail": sentence, "code": "not_found"}, status=status.HTTP_404_NOT_FOUND)


def _say(code: int, word: str, sentence: str, fields: dict[str, list[str]] | None = None) -> Response:
    return Response({"detail": sentence, "code": word} | ({"fields": fields} if fields else {}), status=code)


def _shaped(error: Exception, data: Any) -> dict[str, Any]:
    match error:
        case exceptions.ValidationError():
            fields = data if isinstance(data, dict) else {"": data}
            return {"detail": _("Some values cannot be taken; “fields” says why."), "code": "invalid", "fields": fields}
        case exceptions.NotAuthenticated():
            sentence = _("Sign in first: get a token from /api/v1/token and send it as “Authorization: Token …”.")
            return {"detail": sentence, "code": "not_authenticated"}
        case exceptions.APIException():
            return {"detail": str(error.detail), "code": str(error.get_codes())}
    return {"detail": str(data.get("detail", "")), "code": "error"}


def _record_refusal(context: dict[str, Any], why: str) -> None:
    view, request = context["view"], context["request"]
    record_refusal(
        by=view.actor,
        now=view.now,
        action="api.refused",
        route="api.route",
        path=request.path,
        method=request.method or "",
        why=why,
    )

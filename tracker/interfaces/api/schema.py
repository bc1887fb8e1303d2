"""Serve the description of the API, for programs and, drawn from our own static files, for people."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

# The page that draws the description sets styles on elements; scripts still come from files of ours only.
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


class Schema(SpectacularAPIView):
    """Be the OpenAPI description; it holds nothing secret, so that generators can read it without a token."""


class Docs(SpectacularSwaggerSplitView):
    """Be the page that shows the description."""

    url_name = "api:v1:schema"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer with a policy that fits the page."""
        answer = super().dispatch(request, *args, **kwargs)
        answer.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        return answer

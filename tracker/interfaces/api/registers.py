"""Serve what tasks speak of: documents and units."""

from __future__ import annotations

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tracker.documents.models import Document
from tracker.documents.selectors import documents
from tracker.interfaces.api.common import ApiView, errors
from tracker.interfaces.api.errors import NotHere
from tracker.interfaces.api.filters import UnitFilters
from tracker.interfaces.api.pages import ByNumber
from tracker.interfaces.api.serializers import DocumentDetail, DocumentRow, UnitRow
from tracker.org.models import Unit


class Documents(ApiView):
    """Be the list of documents."""

    queryset = Document.objects.none()
    serializer_class = DocumentRow
    pagination_class = ByNumber

    @extend_schema(operation_id="documents_list", responses={200: DocumentRow(many=True)} | errors(400, 401))
    def get(self, request: Request) -> Response:
        """List the documents, which are public, in the order they were entered."""
        found = self.paginate_queryset(documents())
        return self.get_paginated_response(DocumentRow(found, many=True).data)


class OneDocument(ApiView):
    """Be one document."""

    queryset = Document.objects.none()
    serializer_class = DocumentDetail

    @extend_schema(operation_id="documents_retrieve", responses={200: DocumentDetail} | errors(400, 401, 404))
    def get(self, request: Request, slug: str) -> Response:
        """Return a document with the clauses that its commitments stand in."""
        document = documents().prefetch_related("clauses").filter(slug=slug).first()
        if document is None:
            raise NotHere(_("There is no such document."))
        return Response(DocumentDetail(document).data)


class Units(ApiView):
    """Be the list of units."""

    queryset = Unit.objects.none()
    serializer_class = UnitRow
    pagination_class = ByNumber
    filterset_class = UnitFilters

    @extend_schema(operation_id="units_list", responses={200: UnitRow(many=True)} | errors(400, 401))
    def get(self, request: Request) -> Response:
        """List the units with their spellings, in the order they were entered."""
        units = Unit.objects.select_related("parent").prefetch_related("aliases")
        found = self.paginate_queryset(self.filter_queryset(units))
        return self.get_paginated_response(UnitRow(found, many=True).data)


class OneUnit(ApiView):
    """Be one unit."""

    queryset = Unit.objects.none()
    serializer_class = UnitRow

    @extend_schema(operation_id="units_retrieve", responses={200: UnitRow} | errors(400, 401, 404))
    def get(self, request: Request, slug: str) -> Response:
        """Return a unit."""
        unit = Unit.objects.select_related("parent").prefetch_related("aliases").filter(slug=slug).first()
        if unit is None:
            raise NotHere(_("There is no such unit."))
        return Response(UnitRow(unit).data)

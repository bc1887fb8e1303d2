"""Join the interfaces' addresses."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include("tracker.interfaces.api.urls")),
    path("calendar/", include("tracker.interfaces.ics.urls")),
    path("", include("tracker.interfaces.web.urls")),
]

handler500 = "tracker.interfaces.web.errors.server_error"

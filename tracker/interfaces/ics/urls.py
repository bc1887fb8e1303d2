"""Name the addresses."""

from django.urls import URLPattern

app_name = "ics"
urlpatterns: list[URLPattern] = []

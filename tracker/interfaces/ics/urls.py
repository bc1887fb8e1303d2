"""Name the addresses of calendars."""

from django.urls import path

from tracker.interfaces.ics import views

app_name = "ics"
urlpatterns = [
    path("task/<int:pk>.ics", views.task_file, name="task"),
    path("<str:secret>/<slug:name>.ics", views.feed, name="feed"),
]

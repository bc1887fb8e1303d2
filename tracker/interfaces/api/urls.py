"""Name the API's addresses."""

from django.urls import include, path

from tracker.interfaces.api import errors, registers, schema, tasks, tokens

app_name = "api"

v1 = [
    path("token", tokens.TokenView.as_view(), name="token"),
    path("tasks", tasks.Tasks.as_view(), name="tasks"),
    path("tasks/<int:pk>", tasks.OneTask.as_view(), name="task"),
    path("tasks/<int:pk>/reports", tasks.ReportsOnTask.as_view(), name="task_reports"),
    path("reports", tasks.Reports.as_view(), name="reports"),
    path("documents", registers.Documents.as_view(), name="documents"),
    path("documents/<slug:slug>", registers.OneDocument.as_view(), name="document"),
    path("units", registers.Units.as_view(), name="units"),
    path("units/<slug:slug>", registers.OneUnit.as_view(), name="unit"),
    path("schema", schema.Schema.as_view(), name="schema"),
    path("docs", schema.Docs.as_view(), name="docs"),
]
urlpatterns = [
    path("v1/", include((v1, "v1"))),
    # A program must not be answered with a page.
    path("<path:anything>", errors.no_such_address),
]

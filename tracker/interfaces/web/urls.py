"""Name the pages."""

from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, path

from tracker.interfaces.web.views import (
    audit,
    calendar,
    dashboard,
    demonstration,
    documents,
    doing,
    health,
    inbox,
    ledger,
    month,
    notices,
    policies,
    session,
    simulation,
    tasks,
    work,
)

app_name = "web"
urlpatterns: list[URLPattern] = [
    path("", session.home, name="home"),
    path("login/", session.SignIn.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("language/", session.language, name="language"),
    path("theme/", session.theme, name="theme"),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("my-unit/", work.my_unit, name="my_unit"),
    path("my-unit/acknowledge/", work.acknowledge_all, name="my_unit_acknowledge"),
    path("desk/", work.desk, name="desk"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("tasks/<int:pk>/", tasks.task, name="task"),
    *doing.routes(),
    *notices.routes(),
    path("evidence/<int:pk>/", tasks.evidence, name="evidence"),
    path("documents/", documents.documents, name="documents"),
    path("documents/<slug:slug>/", documents.document, name="document"),
    path("simulation/", simulation.simulation, name="simulation"),
    path("policies/<slug:key>/", policies.policy, name="policy"),
    path("tasks/<int:pk>/rebase/", policies.rebasing, name="task_rebase"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.read, name="inbox_read"),
    *month.routes(),
    path("subscriptions/", calendar.calendar, name="calendar"),
    path("subscriptions/<int:pk>/rotate/", calendar.rotate, name="calendar_rotate"),
    path("subscriptions/<int:pk>/revoke/", calendar.revoke, name="calendar_revoke"),
    path("audit/", audit.audit, name="audit"),
    path("audit/verify/", audit.verify, name="audit_verify"),
    path("health/", health.health, name="health"),
    path("health", health.status, name="status"),
    path("demonstration/advance/", demonstration.advance, name="advance"),
    path("demonstration/sign-in/<str:username>/", demonstration.sign_in_as, name="sign_in_as"),
]

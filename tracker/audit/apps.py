from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "tracker.audit"
    verbose_name = "Audit"

from django.apps import AppConfig


class EscalationConfig(AppConfig):
    name = "tracker.escalation"
    verbose_name = "Escalation"

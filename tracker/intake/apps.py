from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "tracker.intake"
    verbose_name = "Intake"

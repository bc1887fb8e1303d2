from django.apps import AppConfig


class IcsConfig(AppConfig):
    name = "tracker.interfaces.ics"

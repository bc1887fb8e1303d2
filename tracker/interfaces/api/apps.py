from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "tracker.interfaces.api"

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "tracker.interfaces.web"

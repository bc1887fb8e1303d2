from django.apps import AppConfig


class CliConfig(AppConfig):
    name = "tracker.interfaces.cli"

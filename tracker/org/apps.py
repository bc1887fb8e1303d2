from django.apps import AppConfig


class OrgConfig(AppConfig):
    name = "tracker.org"
    verbose_name = "Organisation"

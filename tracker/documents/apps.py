from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "tracker.documents"
    verbose_name = "Documents"

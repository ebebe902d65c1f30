from django.apps import AppConfig


class AlumniConfig(AppConfig):
    name = "apps.alumni"

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class InstallationConfig(AppConfig):
    name = "apps.installation"

    def ready(self) -> None:
        """Look at each connection as it is made: is this database ours?"""
        # the model can be imported only now
        from apps.installation.belonging import look  # noqa: PLC0415 - as above

        connection_created.connect(look)

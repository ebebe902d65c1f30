from django.apps import AppConfig


class FindingConfig(AppConfig):
    name = "apps.finding"

    def ready(self) -> None:
        """Ask on the student's first page who they met."""
        # models can be imported only now
        from apps.finding.for_today import SOURCE  # noqa: PLC0415 - as above
        from apps.today.agenda import bring  # noqa: PLC0415 - as above

        bring(SOURCE)

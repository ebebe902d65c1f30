from django.apps import AppConfig


class CohortsConfig(AppConfig):
    name = "apps.cohorts"

    def ready(self) -> None:
        """Bring what a student's cohort is asked to do to their first page."""
        # models can be imported only now
        from apps.cohorts.for_today import SOURCE  # noqa: PLC0415 - as above
        from apps.today.agenda import bring  # noqa: PLC0415 - as above

        bring(SOURCE)

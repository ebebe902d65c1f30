from django.apps import AppConfig


class CoachingConfig(AppConfig):
    name = "apps.coaching"

    def ready(self) -> None:
        """Bring what a coach wrote and said of texts to the student's first page."""
        # models can be imported only now
        from apps.coaching.for_today import COMMENTS, SOURCE  # noqa: PLC0415 - as above
        from apps.today.agenda import bring  # noqa: PLC0415 - as above

        bring(SOURCE)
        bring(COMMENTS)

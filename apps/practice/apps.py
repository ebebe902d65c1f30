from django.apps import AppConfig


class PracticeConfig(AppConfig):
    name = "apps.practice"

    def ready(self) -> None:
        """Bring what comes, and what a coach noticed, to the student's first page; hear of accounts that close."""
        # models can be imported only now
        from apps.accounts.closing import concerns  # noqa: PLC0415 - as above
        from apps.practice import closing  # noqa: PLC0415 - as above
        from apps.practice.for_today import SOURCE  # noqa: PLC0415 - as above
        from apps.today.agenda import bring  # noqa: PLC0415 - as above

        bring(SOURCE)
        concerns(closing.CONCERN)

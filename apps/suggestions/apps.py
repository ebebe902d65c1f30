from django.apps import AppConfig


class SuggestionsConfig(AppConfig):
    name = "apps.suggestions"

    def ready(self) -> None:
        """Bring what is suggested to the student's first page; hear of closed accounts and of blocked students."""
        # models can be imported only now
        from apps.accounts.closing import concerns  # noqa: PLC0415 - as above
        from apps.alumni.blocking import heeds  # noqa: PLC0415 - as above
        from apps.suggestions import answering, closing  # noqa: PLC0415 - as above
        from apps.suggestions.for_today import SOURCE  # noqa: PLC0415 - as above
        from apps.today.agenda import bring  # noqa: PLC0415 - as above

        bring(SOURCE)
        concerns(closing.CONCERN)
        heeds(answering.end_blocked)

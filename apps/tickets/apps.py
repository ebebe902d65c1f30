from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "apps.tickets"

    def ready(self) -> None:
        """Bring a question and its answer to the student's first page."""
        # models can be imported only now
        from apps.tickets.for_today import SOURCE  # noqa: PLC0415 - as above
        from apps.today.agenda import bring  # noqa: PLC0415 - as above

        bring(SOURCE)

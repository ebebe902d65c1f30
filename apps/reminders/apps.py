from django.apps import AppConfig


class RemindersConfig(AppConfig):
    name = "apps.reminders"

    def ready(self):
        """Let the mailer ask the rules again just before a reminder leaves, and know what its readers call them."""
        from apps.mail import outbox  # noqa: PLC0415 - models can be imported only now
        from apps.reminders.preferences import topics  # noqa: PLC0415 - the same
        from apps.reminders.recheck import still_due  # noqa: PLC0415 - the same

        outbox.recheck_with(still_due)
        outbox.call_topics(topics())

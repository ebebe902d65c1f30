from django.apps import AppConfig


class RemindersConfig(AppConfig):
    name = "apps.reminders"

    def ready(self):
        """Let the mailer ask the rules again just before a reminder leaves."""
        from apps.mail import outbox  # noqa: PLC0415 - models can be imported only now
        from apps.reminders.recheck import still_due  # noqa: PLC0415

        outbox.recheck_with(still_due)

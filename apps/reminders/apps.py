from django.apps import AppConfig


class RemindersConfig(AppConfig):
    name = "apps.reminders"

    def ready(self) -> None:
        """Let the mailer ask the rules again just before a reminder leaves, know what its readers call them, and tell
        the office when the sweep is in trouble."""
        # models can be imported only now
        from apps.mail import alerts, outbox  # noqa: PLC0415 - as above
        from apps.reminders import preferences, recheck, sweep  # noqa: PLC0415 - as above

        outbox.recheck_with(recheck.still_due)
        outbox.call_topics(preferences.topics())
        alerts.look_at("reminders", sweep.trouble)

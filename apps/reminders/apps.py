from django.apps import AppConfig


class RemindersConfig(AppConfig):
    name = "apps.reminders"

    def ready(self) -> None:
        """Let the mailer ask the rules again just before a reminder leaves, know what its readers call them, and tell
        the office when the sweep is in trouble."""
        from apps.mail import outbox, watch  # noqa: PLC0415 - models can be imported only now
        from apps.reminders import preferences, recheck, sweep  # noqa: PLC0415 - the same

        outbox.recheck_with(recheck.still_due)
        outbox.call_topics(preferences.topics())
        watch.look_at("reminders", sweep.trouble)

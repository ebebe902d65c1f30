from django.apps import AppConfig


class RemindersConfig(AppConfig):
    name = "apps.reminders"

    def ready(self) -> None:
        """Let the mailer ask the rules again just before a reminder leaves, know what its readers call them, tell
        the office when the sweep is in trouble, and Today what a student said of the things on their list."""
        # models can be imported only now
        from apps.mail import alerts, outbox  # noqa: PLC0415 - as above
        from apps.reminders import for_today, preferences, recheck, sweep  # noqa: PLC0415 - as above
        from apps.today import agenda  # noqa: PLC0415 - as above

        outbox.recheck_with(recheck.still_due)
        outbox.call_topics(preferences.topics())
        alerts.look_at("reminders", sweep.trouble)
        agenda.heed(for_today.THE_LIST)

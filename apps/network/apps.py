from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "apps.network"

    def ready(self) -> None:
        """Tell which mail of ours somebody may refuse."""
        # models can be imported only now
        from apps.mail import outbox  # noqa: PLC0415 - as above
        from apps.network import update_mails  # noqa: PLC0415 - as above

        outbox.call_topics({update_mails.KIND: update_mails.TOPIC})

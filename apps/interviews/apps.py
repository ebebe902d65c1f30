from django.apps import AppConfig


class InterviewsConfig(AppConfig):
    name = "apps.interviews"

    def ready(self) -> None:
        """Tell what hangs on an account."""
        # models can be imported only now
        from apps.accounts.closing import concerns  # noqa: PLC0415 - as above
        from apps.interviews import closing  # noqa: PLC0415 - as above

        concerns(closing.CONCERN)

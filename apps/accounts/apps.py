from django.apps import AppConfig

from apps.accounts import checks  # noqa: F401 - registers what is asked before the start


class AccountsConfig(AppConfig):
    name = "apps.accounts"

    def ready(self) -> None:
        """Take a second step that was just set up for the proof of who one is that it is."""
        # models can be imported only now
        from allauth.mfa.signals import authenticator_added  # noqa: PLC0415 - as above

        from apps.accounts.second_factor import prove_by  # noqa: PLC0415 - as above

        authenticator_added.connect(prove_by)

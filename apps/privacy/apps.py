from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "apps.privacy"

    def ready(self) -> None:
        """Offer the way back to whoever signs in while their account is to be deleted."""
        # models can be imported only now
        from apps.accounts.arrivals import leads  # noqa: PLC0415 - as above
        from apps.privacy.erasures import way_back  # noqa: PLC0415 - as above

        leads(way_back)

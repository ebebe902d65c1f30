from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "apps.mail"

    def ready(self) -> None:
        """Tell what the post does when an address changes."""
        # models can be imported only now
        from apps.accounts.address import followed_by  # noqa: PLC0415 - as above
        from apps.mail import own_address  # noqa: PLC0415 - as above

        followed_by(own_address.follow)

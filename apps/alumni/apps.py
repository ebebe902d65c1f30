from django.apps import AppConfig


class AlumniConfig(AppConfig):
    name = "apps.alumni"

    def ready(self) -> None:
        """Tell what hangs on being an alum, and on an alum's address."""
        # models can be imported only now
        from apps.accounts.address import followed_by  # noqa: PLC0415 - as above
        from apps.accounts.closing import Concern, concerns  # noqa: PLC0415 - as above
        from apps.accounts.models import Role  # noqa: PLC0415 - as above
        from apps.accounts.roles import needs  # noqa: PLC0415 - as above
        from apps.alumni import accounts, invitations  # noqa: PLC0415 - as above
        from apps.mail import outbox  # noqa: PLC0415 - as above

        needs(Role.ALUM, given=accounts.begin, taken=accounts.end)
        followed_by(accounts.follow_address)
        outbox.call_topics({invitations.KIND: invitations.TOPIC})
        concerns(Concern(accounts.foresee, accounts.close, accounts.reopen))

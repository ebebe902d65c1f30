from django.apps import AppConfig


class StudentsConfig(AppConfig):
    name = "apps.students"

    def ready(self) -> None:
        """Tell what hangs on the roles that this room knows."""
        # models can be imported only now
        from apps.accounts.closing import Concern, concerns  # noqa: PLC0415 - as above
        from apps.accounts.models import Role  # noqa: PLC0415 - as above
        from apps.accounts.roles import needs  # noqa: PLC0415 - as above
        from apps.students import roles  # noqa: PLC0415 - as above

        needs(Role.STUDENT, given=roles.begin, taken=roles.end)
        needs(Role.COACH, taken=roles.coach_no_more)
        concerns(Concern(roles.foresee, roles.close))

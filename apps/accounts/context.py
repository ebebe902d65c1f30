"""The role a signed-in person is in now, for the masthead."""

from django.http import HttpRequest

from apps.accounts.models import Role

FIRST = (Role.STUDENT, Role.COACH, Role.OFFICE, Role.ALUM)  # work before being an alum: staff are often alumni as well


def roles(request: HttpRequest) -> dict[str, str | None]:
    return {"role": current_role(request) if hasattr(request, "user") else None}


def current_role(request: HttpRequest) -> str | None:
    """Return the role the person switched to, else the first of FIRST that they hold, else None."""
    held = request.user.roles if request.user.is_authenticated else []
    chosen = request.session.get("role")
    if chosen in held:
        return chosen
    return next((role for role in FIRST if role in held), None)

"""The role a signed-in person is in now, for the masthead."""

from apps.accounts.models import Role


def roles(request):
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"role": None}
    return {"role": current_role(request)}


def current_role(request):
    """Return the role the person switched to, else the first they hold, else None."""
    held = request.user.roles
    chosen = request.session.get("role")
    if chosen in held:
        return chosen
    return next((role for role in Role.values if role in held), None)

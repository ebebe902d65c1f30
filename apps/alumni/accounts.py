"""The account behind a directory entry: made when somebody first asks (docs/adr/0002)."""

from apps.accounts.models import Role, User
from apps.alumni.models import AlumniProfile
from apps.web.addresses import folded


def account_of(alum: AlumniProfile) -> User:
    """Return the person behind an entry, making the account on the first request. Call it inside a transaction."""
    alum = AlumniProfile.objects.select_for_update(no_key=True, of=("self",)).select_related("user").get(pk=alum.pk)
    if alum.user is not None:
        return alum.user
    person = _person(alum)
    AlumniProfile.objects.filter(user=person).exclude(pk=alum.pk).update(user=None)  # an older entry, listed no more
    AlumniProfile.objects.filter(pk=alum.pk).update(user=person)
    return person


def _person(alum: AlumniProfile) -> User:
    """Return the person with the entry's address (a student may be an alum too), or a new one without a password."""
    email = folded(alum.email)
    person = User.objects.filter(email__iexact=email).first()
    if person is None:
        return User.objects.create_user(
            email,
            name=alum.name,
            preferred_name=alum.preferred_name,
            pronouns=alum.pronouns,
            roles=[Role.ALUM],
            time_zone=alum.time_zone,
            is_zone_chosen=False,
        )
    if Role.ALUM not in person.roles:
        person.roles = [*person.roles, Role.ALUM]
        person.save(update_fields=["roles"])
    return person

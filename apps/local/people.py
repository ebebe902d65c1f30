"""The four people of the demo world whom one may enter as."""

from typing import NamedTuple

from apps.accounts.models import Role


class DemoPerson(NamedTuple):
    email: str
    name: str
    line: str


DEMO_PEOPLE = {
    Role.STUDENT: DemoPerson(
        "noor.haddad@tamarack.example", "Noor Haddad", "A student with a thank-you to write and a talk tomorrow."
    ),
    Role.ALUM: DemoPerson(
        "ingrid.solheim@alumni.example", "Ingrid Solheim", "An alum in Dublin, asked for twenty minutes."
    ),
    Role.COACH: DemoPerson("ruth.amsel@tamarack.example", "Ruth Amsel", "A coach who sees who needs her today."),
    Role.OFFICE: DemoPerson(
        "denise.achterberg@tamarack.example", "Denise Achterberg", "The career office: people, mail, policy."
    ),
}

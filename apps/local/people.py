"""The four people of the demo world whom one may enter as."""

from typing import NamedTuple

from apps.accounts.models import Role


class DemoPerson(NamedTuple):
    email: str
    name: str
    title: str  # as the README calls them
    line: str


DEMO_PEOPLE = {
    Role.STUDENT: DemoPerson(
        "noor.haddad@tamarack.example",
        "Noor Haddad",
        "Noor, a student",
        "A thank-you to write, a conversation tomorrow.",
    ),
    Role.ALUM: DemoPerson(
        "ingrid.solheim@alumni.example", "Ingrid Solheim", "Ingrid, an alum", "In Dublin, asked for 20 minutes."
    ),
    Role.COACH: DemoPerson(
        "ruth.amsel@tamarack.example", "Ruth Amsel", "Ruth, a coach", "Who needs her today, and why."
    ),
    Role.OFFICE: DemoPerson(
        "denise.achterberg@tamarack.example",
        "Denise Achterberg",
        "The office",
        "People, emails and settings, as Denise.",
    ),
}

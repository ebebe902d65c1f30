"""One student's shared network, as their coach sees it: the reach, the picture, the pipeline; every look is logged."""

from apps.network.models import Contact, Relation
from apps.network.picture import draw
from apps.network.standing import standing, with_standing
from apps.network.story import line
from apps.students.models import Look

GROUPS = [
    ("Family and friends", [Relation.FAMILY, Relation.FRIEND]),
    ("Professors and staff", [Relation.PROFESSOR, Relation.COACH]),
    ("Alumni and people who were suggested", [Relation.ALUM, Relation.REFERRED]),
    ("Work and volunteering", [Relation.WORK]),
    ("Events and online", [Relation.EVENT, Relation.LINKEDIN, Relation.WEBSITE]),
]


def log_look(student, *, viewer, what, now):
    """Write down that somebody looked at a student's record (R232): the student can read it."""
    Look.objects.create(student=student, viewer=viewer, viewer_name=viewer.called, what=what, at=now)


def shared_people(student, coach, now):
    """Return the contacts that `student` shares with `coach`, with their standing."""
    rows = Contact.objects.visible_to(coach).filter(student=student, archived_at=None).select_related("organization")
    return list(with_standing(rows, now).order_by("sort_key", "pk"))


def reach(people):
    """Return (label, number of people, number talked with, one flag per person) for each kind of acquaintance."""
    table = []
    for label, relations in GROUPS:
        members = [person for person in people if person.relation in relations]
        talked = sum(1 for person in members if person.talked_at)
        dots = [(8 + 16 * n, "on" if n < talked else "off") for n in range(min(len(members), 30))]
        table.append(
            {"label": label, "people": len(members), "talked": talked, "dots": dots, "width": max(16, 16 * len(dots))}
        )
    return table


def picture(people, coach, now):
    return draw([(person, standing(person, now), line(person, coach, now)) for person in people])

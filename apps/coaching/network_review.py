"""One student's shared network, as their coach sees it: reach, picture, pipeline, timeline; every look is logged.

It starts from what `visible_to(coach)` holds and shows nothing else: no private person, not even as an introducer,
and no notes.
"""

from django.db.models.fetch_modes import FETCH_RAISE

from apps.accounts import times
from apps.network.models import Contact, Relation, Touch
from apps.network.picture import draw
from apps.network.standing import LABELS, standing, with_standing
from apps.network.story import line
from apps.reminders import today
from apps.students.models import Look

TIMELINE = 12

GROUPS = [
    ("Family and friends", [Relation.FAMILY, Relation.FRIEND]),
    ("Professors and staff", [Relation.PROFESSOR, Relation.COACH]),
    ("Alumni and people who were suggested", [Relation.ALUM, Relation.REFERRED]),
    ("Work and volunteering", [Relation.WORK]),
    ("Events and online", [Relation.EVENT, Relation.LINKEDIN, Relation.WEBSITE]),
]


HAPPENED = {
    Touch.Kind.MET: "Met {}",
    Touch.Kind.ASKED: "Asked {} for a conversation",
    Touch.Kind.ANSWERED: "{} answered",
    Touch.Kind.TALKED: "Talked with {}",
    Touch.Kind.THANKED: "Thanked {}",
    Touch.Kind.WROTE: "Wrote to {}",
    Touch.Kind.HEARD: "Heard from {}",
    Touch.Kind.UPDATED: "Told {} how it went",
}


def log_look(student, *, viewer, what, now):
    """Write down that somebody looked at a student's record (R232): the student can read it."""
    room = Look._meta.get_field("what").max_length
    Look.objects.create(student=student, viewer=viewer, viewer_name=viewer.called, what=what[:room], at=now)


def shared_people(student, coach, now):
    """Return the contacts that `student` shares with `coach`, with their standing; no word of the others."""
    rows = Contact.objects.visible_to(coach).filter(student=student, archived_at=None).select_related("organization")
    people = list(with_standing(rows, now).order_by("sort_key", "pk").fetch_mode(FETCH_RAISE))
    shared = {person.pk for person in people}
    for person in people:
        if person.referrer_pk not in shared:
            person.referrer_pk, person.referrer_name, person.name_permission = None, "", ""
    return people


def listed(people, now):
    """Put what a row of the list says onto each person: where they stand, and since when."""
    for person in people:
        person.standing_icon, person.standing_colour, person.standing_label = LABELS[standing(person, now)]
        person.last_said = times.ago(person.last_touch_at, now) if person.last_touch_at else "Not yet"
    return people


def stages(student, coach):
    """Return how many of the shared people stand at each stage of the method."""
    return today.stages(Contact.objects.visible_to(coach).filter(student=student))


def story(student, coach):
    """Return (moment, sentence) for what happened last with the people who are shared, the newest first."""
    rows = Touch.objects.visible_to(coach).filter(student=student).select_related("contact")
    newest = rows.order_by("-at", "-pk").fetch_mode(FETCH_RAISE)[:TIMELINE]
    return [(touch.at, HAPPENED[touch.kind].format(touch.contact.name)) for touch in newest]


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

"""A contact with something of every kind in the timeline."""

from datetime import timedelta

from django.utils import timezone

from apps.interviews.debriefing.models import Debrief, LiveNote
from apps.network import actions
from apps.network.models import ActionStep, Outcome
from tests import world

DAY = timedelta(days=1)


def everything_with(student, name="Daniel Ferreira"):
    now = timezone.now()
    contact = world.contact(student, name, title="Program director", city="Duluth", phone="(218) 555-0142")
    contact.organization = actions.organization("Riverkeep Alliance", student=student)
    contact.save()
    osei = world.contact(student, "Dr. Samuel Osei", email="osei@x.example")
    world.referral(osei, contact, at=now - 112 * DAY, name_permission="yes")
    world.referral(contact, world.contact(student, "Leila Brandt"), at=now - 100 * DAY)
    talk = world.interview(student, contact, starts_at=now - 102 * DAY, status="completed")
    actions.touch(contact, "talked", at=talk.talked_until, key=f"talked:{talk.pk}")
    world.interview(student, contact, starts_at=now - 104 * DAY, status="cancelled", change_note="The train was late")
    LiveNote.objects.create(
        interview=talk, text="Café in Cloquet is where they meet", at=talk.starts_at, kind="quote", finding="new"
    )
    Debrief.objects.create(
        interview=talk,
        learned="Rivers are sampled in spring",
        quote="Make a map before you learn another formula",
        finished_at=now - 101 * DAY,
    )
    of = {"student": student, "contact": contact}
    ActionStep.objects.create(text="Sign up for the mapping course", done_at=now - 28 * DAY, **of)
    ActionStep.objects.create(text="Send a first map", due_on=(now + 9 * DAY).date(), **of)
    Outcome.objects.create(kind="insight", note="Who decides on sites", happened_on=(now - 90 * DAY).date(), **of)
    actions.touch(contact, "heard", at=now - 95 * DAY, note="Passed it to my whole team. More of this please.")
    actions.touch(contact, "wrote", at=now - 96 * DAY, note="Sent him the class reading on nitrates.")
    actions.touch(contact, "note", at=now - 2 * DAY, note="He likes short letters")
    return contact

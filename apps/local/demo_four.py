"""The stories of the people one enters the demo world as: Noor Haddad, a student, and Ingrid Solheim, an alum.

Noor stands where the design's pages show her: a thank-you with the clock running, a talk tomorrow, a draft with her
coach's comments, a loop to close. Ingrid has answered students for two years. Ruth and Denise see all of it.
"""

import json
from datetime import timedelta

from apps.alumni.models import SavedAlum
from apps.interviews.lifecycle import RequestStatus
from apps.interviews.models import PromisedStep
from apps.local import demo_talks as talks
from apps.local.demo_people import DATA
from apps.local.demo_talks import DAY, H, Letter, day_at, on_the_hour
from apps.network import actions as network
from apps.network.models import ActionStep, Contact, NamePermission, Outcome, Referral, Relation, Touch
from apps.students.models import Look

NOOR = json.loads((DATA / "noor.json").read_text())
OF_INGRID = [
    ("Owen Gallagher", 320),
    ("Leila Farahani", 265),
    ("Lena Hartmann", 180),
    ("Mei Lin Chow", 150),
    ("Fatima Zahra Idrissi", 96),
    ("Yara Nassar", 62),
]


class Story:
    """Noor's network while it is written."""

    def __init__(self, term):
        self.term, self.now = term, term.now
        self.noor = term.students["Noor Haddad"]
        self.ruth = self.noor.student_profile.coach

    def knows(self, name, title, relation, **more):
        return Contact.objects.create(student=self.noor, name=name, title=title, relation=relation, **more)

    def of_directory(self, name, **changes):
        """Return a directory alum as Noor's contact, with how she came to them."""
        _, _, contact = self.term.meet("Noor Haddad", name)
        for field, value in changes.items():
            setattr(contact, field, value)
        contact.save()
        return contact

    def letter(self, key):
        parts = NOOR[key]
        return Letter(**{name: parts[name] for name in ("subject", "who", "connection", "why", "ask")})

    def ask(self, key, contact, *, days, status, answered_after=None, **more):
        """Write Noor's request `key`, sent so many days ago."""
        sent_at = self.now - days * DAY
        return talks.request(
            self.noor,
            contact,
            self.letter(key),
            status=status,
            created_at=sent_at - DAY,
            sent_at=sent_at,
            answered_at=sent_at + answered_after if answered_after else None,
            **more,
        )

    def names(self, referrer, contact, permission, *, days, note="", closed=None):
        at = self.now - days * DAY
        return Referral.objects.create(
            student=self.noor,
            referrer=referrer,
            contact=contact,
            name_permission=permission,
            note=note,
            named_at=at,
            loop_closed_at=closed,
        )


def noor(term):
    """Write Noor's year."""
    story = Story(term)
    osei = story.knows("Dr. Samuel Osei", "Your adviser, biology", Relation.PROFESSOR, pronouns="he/him")
    varga = story.knows("Prof. Helen Varga", "Teaches you statistics", Relation.PROFESSOR, pronouns="she/her")
    _daniel(story, osei)
    yuki = _yuki(story)
    _jonah(story)
    _aisha(story)
    _marcus(story, varga)
    _teresa(story)
    _ingrid_draft(story, yuki)
    _family(story)
    _looked_at(story)


def _daniel(story, osei):
    """Eleven weeks quiet, and his advice taken: the reason to write today."""
    daniel = story.of_directory("Daniel Ferreira", relation=Relation.REFERRED, source="Dr. Osei introduced you")
    network.touch(osei, Touch.Kind.WROTE, at=story.now - 63 * DAY, note="You asked him about a methods class.")
    story.names(osei, daniel, NamePermission.YES, days=106, note="Runs a program on volunteers and wells")
    row = story.ask("daniel", daniel, days=104, status=RequestStatus.ACCEPTED, answered_after=2 * DAY)
    starts_at = on_the_hour(story.now - 96 * DAY, story.noor.zone, 18)
    talks.windows(row, [starts_at, starts_at + DAY])
    story.term.book.take([story.noor.pk, daniel.alum.user_id], starts_at, 60)
    made = talks.held(row, starts_at=starts_at, agreed_at=row.answered_at, talked_minutes=31, format="phone")
    written = talks.debrief(
        made, finished_at=made.talked_until + 2 * H, talk=NOOR["daniel"], may_connect=True, may_stay_in_touch=True
    )
    leila = talks.name(
        written, "Leila Brandt", "On the Riverkeep board", permission=NamePermission.NOT_ASKED, at=made.talked_until
    )
    Contact.objects.filter(pk=leila.contact_id).update(alum=story.term.alumni["Leila Brandt"], pronouns="she/her")
    talks.thank(made, NOOR["daniel"]["thanks"], sent_at=made.talked_until + 19 * H)
    network.set_cadence(daniel, months=3, now=made.talked_until)
    network.touch(daniel, Touch.Kind.WROTE, at=story.now - 93 * DAY, note=NOOR["daniel"]["sent_note"])
    network.touch(daniel, Touch.Kind.HEARD, at=story.now - 92 * DAY, note=NOOR["daniel"]["heard_note"])
    ActionStep.objects.create(
        student=story.noor,
        contact=daniel,
        text="Sign up for the mapping course",
        due_on=(story.now - 30 * DAY).date(),
        done_at=story.now - 22 * DAY,
    )
    Outcome.objects.create(
        student=story.noor,
        contact=daniel,
        kind=Outcome.Kind.TRAINING,
        note="The mapping course",
        happened_on=(story.now - 22 * DAY).date(),
    )


def _yuki(story):
    """Thanked in time, in touch, and she named Ingrid with her blessing."""
    yuki = story.of_directory("Yuki Tanabe")
    row = story.ask("yuki", yuki, days=48, status=RequestStatus.ACCEPTED, answered_after=30 * H)
    starts_at = on_the_hour(story.now - 41 * DAY, story.noor.zone, 16)
    talks.windows(row, [starts_at, starts_at + 2 * DAY])
    story.term.book.take([story.noor.pk, yuki.alum.user_id], starts_at, 60)
    made = talks.held(row, starts_at=starts_at, agreed_at=row.answered_at, talked_minutes=24)
    talks.debrief(
        made, finished_at=made.talked_until + 3 * H, talk=NOOR["yuki"], may_connect=True, may_stay_in_touch=True
    )
    talks.thank(made, NOOR["yuki"]["thanks"], sent_at=made.talked_until + 22 * H)
    network.set_cadence(yuki, months=3, now=made.talked_until)
    return yuki


def _jonah(story):
    jonah = story.of_directory("Jonah Tremblay")
    row = story.ask(
        "jonah",
        jonah,
        days=33,
        status=RequestStatus.DECLINED,
        answered_after=4 * DAY,
        note=NOOR["jonah"]["declined"],
    )
    talks.windows(row, [row.sent_at + 6 * DAY])


def _aisha(story):
    """Waiting: five days, with times of next week on offer."""
    aisha = story.of_directory("Aisha Rahmani", source="Ruth suggested her")
    row = story.ask("aisha", aisha, days=5, status=RequestStatus.SENT)
    starts = [(story.now + ahead * DAY).replace(hour=16, minute=0, second=0, microsecond=0) for ahead in (5, 6, 8)]
    talks.windows(row, starts)


def _marcus(story, varga):
    """Tomorrow, with six questions of eight."""
    marcus = story.of_directory("Marcus Adeyemi", relation=Relation.REFERRED, source="Professor Varga suggested him")
    network.touch(varga, Touch.Kind.HEARD, at=story.now - 20 * DAY, note="She told you about Marcus and the map.")
    story.names(varga, marcus, NamePermission.YES, days=20, note="Argued with her over a map in 2019")
    row = story.ask("marcus", marcus, days=9, status=RequestStatus.ACCEPTED, answered_after=2 * DAY)
    starts_at = day_at(story.now, story.noor.zone, days=1, hour=12, minute=30)
    talks.windows(row, [starts_at, starts_at + DAY])
    story.term.book.take([story.noor.pk, marcus.alum.user_id], starts_at, 60)
    made = talks.interview(row, starts_at=starts_at, agreed_at=row.answered_at)
    parts = NOOR["marcus"]
    research = ("about_person", "about_organization", "about_field", "one_thing", "goals", "tailored_line")
    questions = [(text, theme, minutes, must, None) for text, theme, minutes, must in parts["questions"]]
    talks.plan(made, questions, **{name: parts[name] for name in research})


def _teresa(story):
    """Yesterday afternoon: written down, not thanked yet, the clock running."""
    teresa = story.of_directory("Teresa Quiroga")
    row = story.ask("teresa", teresa, days=11, status=RequestStatus.ACCEPTED, answered_after=26 * H)
    ended = day_at(story.now, story.noor.zone, days=-1, hour=15, minute=52)
    starts_at = ended - timedelta(minutes=22)
    talks.windows(row, [starts_at - H, starts_at + DAY])
    story.term.book.take([story.noor.pk, teresa.alum.user_id], starts_at, 60)
    made = talks.held(row, starts_at=starts_at, agreed_at=row.answered_at, talked_minutes=22)
    talks.notes(made, NOOR["teresa"]["notes"])
    written = talks.debrief(
        made,
        finished_at=ended + H,
        talk=NOOR["teresa"],
        may_connect=True,
        may_stay_in_touch=True,
        asked_for_resume=True,
        fit_before=3,
        fit_after=4,
    )
    grace = talks.name(written, "Grace Otieno", "Asthma program, county", permission=NamePermission.YES, at=ended)
    Contact.objects.filter(pk=grace.contact_id).update(
        alum=story.term.alumni["Grace Otieno"], class_year=2013, pronouns="she/her"
    )
    talks.name(written, "Beatriz", "A data class for nurses, surname?", permission=NamePermission.NOT_ASKED, at=ended)
    for number, text in enumerate(NOOR["teresa"]["steps"]):
        due_on = (story.now + timedelta(days=[3, 6, 1][number])).date()
        step = ActionStep.objects.create(student=story.noor, contact=teresa, text=text, due_on=due_on)
        PromisedStep.objects.create(debrief=written, text=text, due_on=due_on, step=step)


def _ingrid_draft(story, yuki):
    """The draft that is nearly ready, with Ruth's comments of last night."""
    ingrid = story.of_directory("Ingrid Solheim", relation=Relation.REFERRED, source="Yuki Tanabe suggested her")
    referral = story.names(yuki, ingrid, NamePermission.YES, days=41, note="They shared a room in Ashby Hall")
    created_at = story.now - 3 * DAY
    row = talks.request(
        story.noor,
        ingrid,
        story.letter("ingrid"),
        status=RequestStatus.DRAFT,
        created_at=created_at,
        referral=referral,
    )
    starts = [(story.now + ahead * DAY).replace(hour=14, minute=0, second=0, microsecond=0) for ahead in (6, 8, 9)]
    talks.windows(row, starts)
    asked_at, answered_at = story.now - 20 * H, story.now - 13 * H
    talks.was_returned(row, story.ruth, asked_at=asked_at, answered_at=answered_at, comments=NOOR["ingrid"]["comments"])


def _family(story):
    """The rest of the map: thirty-odd people, most of them not asked."""
    story.knows("Samira Haddad", "Your aunt", Relation.FAMILY, pronouns="she/her", notes="Knows half of Fargo.")
    story.knows(
        "Omar Lund",
        "Hospital pharmacist in Fargo",
        Relation.REFERRED,
        pronouns="he/him",
        source="Your aunt suggested him",
    )
    story.knows("Ruth Amsel", "Your coach", Relation.COACH, pronouns="she/her")
    for relation, names in NOOR["extra_people"].items():
        network.add_names(story.noor, names, relation=relation)
    for name in ("Corvane Medical", "State Department of Health"):
        target = network.organization(name, student=story.noor)
        target.is_target = True
        target.save()
    for name in ("Peter Lindgren", "Miriam Falk"):
        SavedAlum.objects.create(student=story.noor, alum=story.term.alumni[name])


def _looked_at(story):
    """Ruth looked at the network twice; Noor can see that she did. A private goal that only Noor sees."""
    profile = story.noor.student_profile
    profile.private_goal = "A place in the Madison program in two years."
    profile.save()
    for days in (20, 1):
        Look.objects.create(
            student=story.noor,
            viewer=story.ruth,
            viewer_name=story.ruth.called,
            what="Your network",
            at=story.now - days * DAY,
        )


# --- the alum ---------------------------------------------------------------------------------------------------------


def ingrid(term):
    """Two years of answering students: six talks, a kind no, one coming, one waiting for her."""
    for student, days in OF_INGRID:
        starts_at = on_the_hour(term.now - days * DAY, term.students[student].zone, 10)
        made = term.finished(student, "Ingrid Solheim", starts_at)
        if student in NOOR["ingrid_history"]:
            note = NOOR["ingrid_history"][student]
            network.touch(made.contact, Touch.Kind.UPDATED, at=term.now - timedelta(days=days // 8), note=note)
    sent_at = term.now - 130 * DAY
    row = term.asked(
        "Caleb Yang",
        "Ingrid Solheim",
        status=RequestStatus.DECLINED,
        sent_at=sent_at,
        answered_at=sent_at + 2 * DAY,
        note="We have an inspection all month. Please ask me again in the summer.",
    )
    talks.windows(row, [sent_at + 5 * DAY])
    row = term.asked("Zainab Yusuf", "Ingrid Solheim", status=RequestStatus.SENT, sent_at=term.now - 2 * DAY)
    zone = row.alum.user.zone
    talks.windows(row, [day_at(term.now, zone, days=ahead, hour=15) for ahead in (4, 6, 7)])
    starts_at = on_the_hour(term.now + 5 * DAY, zone, 16)
    row = term.agreed("Anjali Desai", "Ingrid Solheim", starts_at, answered_at=term.now - 32 * DAY)
    made = talks.interview(row, starts_at=starts_at, agreed_at=row.answered_at)
    term.book.take([made.student_id, made.alum.user_id], starts_at, 60)
    term.ask_questions(made, 7)

"""The stories of the people one enters the demo world as: Noor Haddad, a student, and Ingrid Solheim, an alum.

Noor stands where the design's pages show her: a thank-you with the clock running, a talk tomorrow, a draft with her
coach's comments, a loop to close. Ingrid has answered students for two years. Ruth and Denise see all of it.
"""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from apps.accounts.models import Role, User
from apps.alumni.models import SavedAlum
from apps.clock import times
from apps.database.promised import promised
from apps.growth.models import Path, SelfRating
from apps.interviews.asking.models import CommentReply, ReviewComment
from apps.interviews.debriefing.models import LiveNote, PromisedStep
from apps.interviews.lifecycle.models import Interview, InterviewRequest
from apps.interviews.lifecycle.moves import RequestStatus
from apps.local import demo_talks as talks
from apps.local.demo_people import DATA
from apps.local.demo_talks import DAY, Comment, H, Letter, Planned, day_at, on_the_hour
from apps.local.demo_term import Term
from apps.local.people import DEMO_PEOPLE
from apps.network import actions as network
from apps.network import adding
from apps.network.models import ActionStep, Contact, NamePermission, Outcome, Referral, Relation, Touch
from apps.network.pasted import Named
from apps.students.models import Disclosure

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

    def __init__(self, term: Term) -> None:
        self.term, self.now = term, term.now
        self.noor = term.students["Noor Haddad"]
        self.ruth = User.objects.get(email=DEMO_PEOPLE[Role.COACH].email)

    def knows(self, name: str, title: str, relation: Relation, **more: str) -> Contact:
        return Contact.objects.create(student=self.noor, name=name, title=title, relation=relation, **more)

    def of_directory(self, name: str, **changes: str) -> Contact:
        """Return a directory alum as Noor's contact, with how she came to them."""
        _, _, contact = self.term.meet("Noor Haddad", name)
        for field, value in changes.items():
            setattr(contact, field, value)
        contact.save()
        return contact

    def letter(self, key: str) -> Letter:
        parts = NOOR[key]
        return Letter(**{name: parts[name] for name in ("subject", "who", "connection", "why", "ask")})

    def ask(
        self,
        key: str,
        contact: Contact,
        *,
        days: int,
        status: RequestStatus,
        answered_after: timedelta | None = None,
        note: str = "",
    ) -> InterviewRequest:
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
            note=note,
        )

    def take(self, name: str, starts_at: datetime) -> None:
        """Nobody else talks with Noor or with this alum in the hour from `starts_at` on."""
        self.term.book.take([self.noor.pk, self.term.alumni[name].user_id], starts_at, 60)

    def names(
        self, referrer: Contact, contact: Contact, permission: NamePermission, *, days: int, note: str = ""
    ) -> Referral:
        return Referral.objects.create(
            student=self.noor,
            referrer=referrer,
            contact=contact,
            name_permission=permission,
            note=note,
            named_at=self.now - days * DAY,
        )


def noor(term: Term) -> None:
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
    _growth(story)
    _looked_at(story)


def _daniel(story: Story, osei: Contact) -> None:
    """Eleven weeks quiet, and his advice taken: the reason to write today."""
    daniel = story.of_directory("Daniel Ferreira", relation=Relation.REFERRED, source="Dr. Osei introduced you")
    network.touch(osei, Touch.Kind.WROTE, at=story.now - 63 * DAY, note="You asked him about a methods class.")
    story.names(osei, daniel, NamePermission.YES, days=106, note="Runs a program on volunteers and wells")
    row = story.ask("daniel", daniel, days=104, status=RequestStatus.ACCEPTED, answered_after=2 * DAY)
    starts_at = on_the_hour(story.now - 96 * DAY, story.noor.zone, 18)
    talks.windows(row, [starts_at, starts_at + DAY])
    story.take("Daniel Ferreira", starts_at)
    made = talks.held(row, starts_at=starts_at, agreed_at=row.answered_at, talked_minutes=31, format="phone")
    written = talks.debrief(
        made, finished_at=made.over_at + 2 * H, talk=NOOR["daniel"], may_connect=True, may_stay_in_touch=True
    )
    leila = talks.name(
        written, "Leila Brandt", "On the Riverkeep board", permission=NamePermission.NOT_ASKED, at=made.over_at
    )
    Contact.objects.filter(pk=leila.contact_id).update(alum=story.term.alumni["Leila Brandt"], pronouns="she/her")
    talks.thank(made, NOOR["daniel"]["thanks"], sent_at=made.over_at + 19 * H)
    network.set_cadence(daniel, months=3, now=made.over_at)
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


def _yuki(story: Story) -> Contact:
    """Thanked in time, in touch, and she named Ingrid with her blessing."""
    yuki = story.of_directory("Yuki Tanabe")
    row = story.ask("yuki", yuki, days=48, status=RequestStatus.ACCEPTED, answered_after=30 * H)
    starts_at = on_the_hour(story.now - 41 * DAY, story.noor.zone, 16)
    talks.windows(row, [starts_at, starts_at + 2 * DAY])
    story.take("Yuki Tanabe", starts_at)
    made = talks.held(row, starts_at=starts_at, agreed_at=row.answered_at, talked_minutes=24)
    talks.debrief(made, finished_at=made.over_at + 3 * H, talk=NOOR["yuki"], may_connect=True, may_stay_in_touch=True)
    talks.thank(made, NOOR["yuki"]["thanks"], sent_at=made.over_at + 22 * H)
    network.set_cadence(yuki, months=3, now=made.over_at)
    return yuki


def _jonah(story: Story) -> None:
    jonah = story.of_directory("Jonah Tremblay")
    row = story.ask(
        "jonah",
        jonah,
        days=33,
        status=RequestStatus.DECLINED,
        answered_after=4 * DAY,
        note=NOOR["jonah"]["declined"],
    )
    talks.windows(row, [story.now - 27 * DAY])


def _aisha(story: Story) -> None:
    """Waiting: five days, with times of next week on offer."""
    aisha = story.of_directory("Aisha Rahmani", source="Ruth suggested her")
    row = story.ask("aisha", aisha, days=5, status=RequestStatus.SENT)
    starts = [(story.now + ahead * DAY).replace(hour=16, minute=0, second=0, microsecond=0) for ahead in (5, 6, 8)]
    talks.windows(row, starts)


def _marcus(story: Story, varga: Contact) -> None:
    """Tomorrow, with six questions of eight."""
    marcus = story.of_directory("Marcus Adeyemi", relation=Relation.REFERRED, source="Professor Varga suggested him")
    network.touch(varga, Touch.Kind.HEARD, at=story.now - 20 * DAY, note="She told you about Marcus and his work.")
    story.names(varga, marcus, NamePermission.YES, days=20, note="Argued with her over a map in 2019")
    row = story.ask("marcus", marcus, days=9, status=RequestStatus.ACCEPTED, answered_after=2 * DAY)
    starts_at = day_at(story.now, story.noor.zone, days=1, hour=12, minute=30)
    talks.windows(row, [starts_at, starts_at + DAY])
    story.take("Marcus Adeyemi", starts_at)
    made = talks.interview(row, starts_at=starts_at, agreed_at=row.answered_at)
    parts = NOOR["marcus"]
    research = ("about_person", "about_organization", "about_field", "one_thing", "goals", "tailored_line")
    questions = [Planned(*question) for question in parts["questions"]]
    talks.plan(made, questions, **{name: parts[name] for name in research})


def _teresa(story: Story) -> None:
    """Yesterday afternoon: written down, not thanked yet, the clock running."""
    teresa = story.of_directory("Teresa Quiroga")
    row = story.ask("teresa", teresa, days=11, status=RequestStatus.ACCEPTED, answered_after=26 * H)
    ended = day_at(story.now, story.noor.zone, days=-1, hour=15, minute=52)
    starts_at = ended - timedelta(minutes=22)
    talks.windows(row, [starts_at - H, starts_at + DAY])
    story.take("Teresa Quiroga", starts_at)
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
        talked_on = times.local_date(ended, story.noor.zone)
        step = ActionStep.objects.create(
            student=story.noor, contact=teresa, text=text, due_on=due_on, talked_on=talked_on
        )
        PromisedStep.objects.create(debrief=written, text=text, due_on=due_on, step=step)


def _ingrid_draft(story: Story, yuki: Contact) -> None:
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
    comments = [Comment(*comment) for comment in NOOR["ingrid"]["comments"]]
    talks.was_returned(row, story.ruth, asked_at=asked_at, answered_at=answered_at, comments=comments)
    _thread(row, story)


def _thread(row: InterviewRequest, story: Story) -> None:
    """Below Ruth's second comment Noor asked back, and Ruth answered; both have read it."""
    comment = ReviewComment.objects.filter(review__request=row).order_by("pk")[1]
    said = zip((story.noor, story.ruth), NOOR["ingrid"]["thread"], (11 * H, 10 * H), strict=True)
    for author, text, ago in said:
        CommentReply.objects.create(
            comment=comment,
            author=author,
            is_by_student=author == story.noor,
            text=text,
            said_at=story.now - ago,
            read_at=story.now - ago + H / 2,
        )


def _family(story: Story) -> None:
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
        adding.add_names(story.noor, map(Named, names), relation=relation)
    for name in ("Corvane Medical", "State Department of Health"):
        target = promised(network.organization(name, student=story.noor))
        target.is_target = True
        target.save()
    for name in ("Peter Lindgren", "Miriam Falk"):
        SavedAlum.objects.create(student=story.noor, alum=story.term.alumni[name])


def _growth(story: Story) -> None:
    """Write the paths she compares, how she rated herself in her first term and last week, and what her notes were."""
    growth, today = NOOR["growth"], story.now.date()
    for values in growth["paths"]:
        said = {name: value for name, value in values.items() if name != "with"}
        path = Path.objects.create(student=story.noor, **said)
        path.talks.set(Interview.objects.filter(student=story.noor, contact__name__in=values["with"]))
    for days, when in ((420, "before"), (6, "now")):
        SelfRating.objects.create(student=story.noor, rated_on=today - days * DAY, **growth[when])
    notes = LiveNote.objects.filter(interview__student=story.noor).order_by("at")
    for note, finding in zip(notes, growth["findings"], strict=False):
        LiveNote.objects.filter(pk=note.pk).update(finding=finding)


def _looked_at(story: Story) -> None:
    """Ruth looked at the network twice; Noor can see that she did. A private goal that only Noor sees."""
    profile = story.noor.student_profile
    profile.private_goal = "A place in the Madison program in two years."
    profile.save()
    for days in (20, 1):
        Disclosure.objects.create(
            student=story.noor,
            viewer=story.ruth,
            viewer_name=story.ruth.called,
            what="Your network",
            at=story.now - days * DAY,
        )


# --- the alum ---------------------------------------------------------------------------------------------------------


def ingrid(term: Term) -> None:
    """Two years of answering students: six talks, a kind no, one coming, one waiting for her."""
    for student, days in OF_INGRID:
        starts_at = on_the_hour(term.now - days * DAY, term.students[student].zone, 10)
        made = term.finished(student, "Ingrid Solheim", starts_at)
        if student in NOOR["ingrid_history"]:
            note = NOOR["ingrid_history"][student]
            network.touch(made.contact, Touch.Kind.UPDATED, at=term.now - timedelta(days=days // 8), note=note)
    sent_at = term.now - 130 * DAY
    row = term.request(
        "Caleb Yang",
        "Ingrid Solheim",
        status=RequestStatus.DECLINED,
        sent_at=sent_at,
        answered_at=sent_at + 2 * DAY,
        note="We have an inspection all month. Please ask me again in the summer.",
    )
    talks.windows(row, [sent_at + 5 * DAY])
    row = term.request("Zainab Yusuf", "Ingrid Solheim", status=RequestStatus.SENT, sent_at=term.now - 2 * DAY)
    alum = term.alumni["Ingrid Solheim"]
    zone = ZoneInfo(alum.time_zone)
    talks.windows(row, [day_at(term.now, zone, days=ahead, hour=15) for ahead in (4, 6, 7)])
    starts_at = on_the_hour(term.now + 5 * DAY, zone, 16)
    row = term.agreed("Anjali Desai", "Ingrid Solheim", starts_at, answered_at=term.now - 32 * DAY)
    made = talks.interview(row, starts_at=starts_at, agreed_at=row.answered_at)
    term.book.take([made.student_id, alum.user_id], starts_at, 60)
    term.ask_questions(made, 7)

"""A term of everybody else: what sixty students and some alumni do, and where they stand now.

`present` puts particular people into every state that the product knows, with every clock running; what they did in the
last year is demo_past.py's. The texts come from data/stories.json.
"""

import zoneinfo
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from apps.accounts.models import User
from apps.alumni.models import AlumniProfile
from apps.clock import times
from apps.interviews.debriefing.models import Debrief
from apps.interviews.lifecycle.models import Interview, InterviewRequest, TimeWindow
from apps.interviews.lifecycle.moves import InterviewStatus, RequestStatus
from apps.interviews.preparing.models import Question
from apps.local import demo_talks as talks
from apps.local.demo_people import PEOPLE, STORIES, StudentRow, who
from apps.local.demo_talks import DAY, Book, Comment, H, Letter, Planned, Talk, day_at, half_hour
from apps.network import actions as network
from apps.network.models import ActionStep, Contact, NamePermission, Touch
from apps.policy.models import Policy
from apps.wording.studies import in_a_sentence


class StoryTalk(Talk):
    """A talk as the stories have it: with whom, what follows from it, and the sentence that thanks for it."""

    group: str
    by: str
    step: str
    named: tuple[str, str] | None  # somebody, and what they do
    thanks: str


ROWS: Mapping[str, StudentRow] = {row["name"]: row for row in PEOPLE["students"]}
GROUP_OF = {
    **dict.fromkeys(["Health pathways"], "health"),
    **dict.fromkeys(["Public Policy", "Political Science", "Social Work", "Sociology", "History"], "public"),
    **dict.fromkeys(["Computer Science", "Mathematics", "Accounting", "Mechanical Engineering"], "tech"),
    **dict.fromkeys(["Economics", "Philosophy", "Library Science"], "public"),
    **dict.fromkeys(["Civil Engineering", "Statistics", "Data Science", "Physics", "Chemistry"], "tech"),
}
GROUPS = ["health", "public", "tech", "culture"]
UNSTARTED = {"Ben Okoro", "Theo Marsh", "Omar Siddiqui", "Dmitri Volkov"}
NOT_YET_TALKED = {"Hana Sato", "Dalia Brooks", "Isaac Mbatha"}
APART = UNSTARTED | NOT_YET_TALKED | {"Noor Haddad", "Emeka Nwosu"}
PERMISSIONS = [NamePermission.YES, NamePermission.NOT_ASKED, NamePermission.YES, NamePermission.INTRO_FIRST]
ONE_BY: Mapping[str, StoryTalk] = {talk["by"]: talk for talk in STORIES["talks"]}


def group_of(name: str) -> str:
    """Return the group of subjects in which a student looks for people."""
    row = ROWS[name]
    return GROUP_OF.get(row["cohort"]) or GROUP_OF.get(row["program"], "culture")


class Term:
    """The demo world while it is written: who there is, whose time is taken, who already talked with whom."""

    def __init__(self, now: datetime, students: dict[str, User], alumni: dict[str, AlumniProfile]) -> None:
        self.now = now
        self.zone = zoneinfo.ZoneInfo(Policy.now().time_zone)
        self.students, self.alumni = students, alumni
        self.book = Book()
        self.pairs: set[tuple[str, str]] = set()  # who has met whom
        self.load = dict.fromkeys(students, 0)
        self.asked_of: dict[str, int] = {}  # how often, by alum
        self.talked_with: dict[str, int] = {}
        self.turn = 0
        self.thanked: Counter[int | None] = Counter()  # notes that were written, by alum
        self.bank = list(Question.objects.filter(is_closing=False).order_by("pk"))

    def next[T](self, items: Sequence[T]) -> T:
        """Return one of `items`, another one every time."""
        self.turn += 1
        return items[self.turn % len(items)]

    # --- texts ---

    def letter(self, student: User, alum: AlumniProfile) -> Letter:
        """Compose a request from the stories: four parts, fitted to the alum, and never the same twice to one alum."""
        title = alum.title.lower()
        facts = {
            "title": title,
            "a_title": f"{'an' if title[0] in 'aeiou' else 'a'} {title}",
            "employer": alum.employer,
            "city": alum.city,
            "major": in_a_sentence(alum.majors[0]),
            "field": alum.field.lower(),
        }
        subject = self.next(STORIES["subject"]).format(**facts)
        return Letter(
            subject=subject[:1].upper() + subject[1:],
            who=f"{who(ROWS[student.name])} {ROWS[student.name]['skills']}",
            connection=self.next(STORIES["connection"]),
            why=self._why(student, alum).format(**facts),
            ask=self.next(STORIES["ask"]),
            goals=ROWS[student.name]["hopes"],
        )

    def _why(self, student: User, alum: AlumniProfile) -> str:
        """Return a reason that nobody has given to this alum yet: the one written for them first."""
        group = ONE_BY[alum.name]["group"] if alum.name in ONE_BY else group_of(student.name)
        number = self.asked_of.setdefault(alum.name, 0)
        self.asked_of[alum.name] += 1
        general = STORIES["why"][group]
        start = list(self.alumni).index(alum.name)
        return STORIES["why"][alum.name][0] if number == 0 else general[(start + number) % len(general)]

    def talk_of(self, alum: AlumniProfile, student: User) -> StoryTalk:
        """Return what was said in a talk with this alum: in turn, so that no two students wrote down the same."""
        talk = ONE_BY.get(alum.name) or next(t for t in STORIES["talks"] if t["group"] == group_of(student.name))
        number = self.talked_with.setdefault(alum.name, 0)
        self.talked_with[alum.name] += 1
        if number == 0:
            return talk
        thanks = STORIES["thanks"][(number + list(self.alumni).index(alum.name)) % len(STORIES["thanks"])]
        step = talk["step"][0].lower() + talk["step"][1:]
        is_odd = bool(number % 2)
        return {
            **talk,
            "learned": talk["surprised"] if is_odd else talk["learned"],
            "surprised": talk["learned"] if is_odd else talk["surprised"],
            "named": talk["named"] if is_odd else None,
            "thanks": thanks.format(step=step),
        }

    # --- one story ---

    def meet(self, student_name: str, alum_name: str) -> tuple[User, AlumniProfile, Contact]:
        """Return the student, the alum, and the alum as the student's contact."""
        self.pairs.add((student_name, alum_name))
        self.load[student_name] += 1
        student, alum = self.students[student_name], self.alumni[alum_name]
        return student, alum, network.contact_for(alum, student=student)

    def unmet(self, student_name: str, alum_name: str) -> bool:
        return (student_name, alum_name) not in self.pairs

    def request(
        self,
        student_name: str,
        alum_name: str,
        *,
        status: str,
        sent_at: datetime | None = None,
        created_at: datetime | None = None,
        **more: Any,  # what else stands in the row
    ) -> InterviewRequest:
        """Write a request by this student to this alum, begun a day and a half before it was sent."""
        student, alum, contact = self.meet(student_name, alum_name)
        return talks.request(
            student,
            contact,
            self.letter(student, alum),
            status=status,
            created_at=created_at or (sent_at or self.now) - 1.5 * DAY,
            sent_at=sent_at,
            **more,
        )

    def agreed(
        self, student_name: str, alum_name: str, starts_at: datetime, *, answered_at: datetime | None = None
    ) -> InterviewRequest:
        """Write a request that was accepted for `starts_at`. Returns the request."""
        answered_at = answered_at or starts_at - 4 * DAY - 3 * H
        sent_at = answered_at - timedelta(hours=17 + 23 * (self.turn % 4))
        row = self.request(
            student_name, alum_name, status=RequestStatus.ACCEPTED, sent_at=sent_at, answered_at=answered_at
        )
        talks.windows(row, [starts_at, starts_at + 1 * DAY, starts_at + 2 * DAY])
        return row

    def ask_questions(self, made: Interview, count: int) -> None:
        """Plan some questions of the bank for a conversation."""
        start = self.turn * 5
        chosen = [self.bank[(start + 7 * number) % len(self.bank)] for number in range(count)] if self.bank else []
        questions = [
            Planned(question.text, question.theme, question.minutes, is_must=number < 3, bank=question)
            for number, question in enumerate(dict.fromkeys(chosen))
        ]
        talks.plan(
            made, questions, goals=ROWS[made.student.name]["goal"], one_thing=made.alum.quote[:240] if made.alum else ""
        )

    def talked(self, student_name: str, alum_name: str, starts_at: datetime) -> tuple[Interview, StoryTalk]:
        """Write a conversation that took place, with its plan. Returns (interview, talk)."""
        student, alum = self.students[student_name], self.alumni[alum_name]
        starts_at = self.book.free([student.pk, alum.user_id], starts_at)
        row = self.agreed(student_name, alum_name, starts_at)
        made = talks.held(
            row, starts_at=starts_at, agreed_at=row.answered_at, format=self.next(["video", "video", "phone"])
        )
        self.ask_questions(made, 6)
        return made, self.talk_of(alum, student)

    def write_down(self, made: Interview, talk: StoryTalk, *, finished_at: datetime) -> Debrief:
        """Write the debrief, who was named in it, and what was promised."""
        may_stay = self.turn % 3 != 0
        written = talks.debrief(
            made,
            finished_at=finished_at,
            talk=talk,
            may_connect=True,
            may_stay_in_touch=may_stay,
            asked_for_resume=self.turn % 5 == 0,
            fit_before=2 + self.turn % 3,
            fit_after=2 + (self.turn + self.turn // 3) % 4,
        )
        if may_stay:
            network.set_cadence(made.contact, months=[3, 6, 3, 12][self.turn % 4], now=finished_at)
        self._promise(made, talk, finished_at)
        if talk["named"]:
            self._name(written, *talk["named"], at=finished_at)
        return written

    def _promise(self, made: Interview, talk: StoryTalk, at: datetime) -> None:
        due_on = (at + timedelta(days=5 + self.turn % 4)).date()
        is_done = at < self.now - 8 * DAY and self.turn % 9 != 4
        step = ActionStep.objects.create(
            student=made.student,
            contact=made.contact,
            text=talk["step"],
            due_on=due_on,
            talked_on=times.local_date(made.over_at, made.student.zone),
            done_at=at + 4 * DAY if is_done else None,
        )
        ActionStep.objects.filter(pk=step.pk).update(created_at=at)

    def _name(self, written: Debrief, person: str, about: str, *, at: datetime) -> None:
        if person == written.interview.contact.name:
            return
        referral = talks.name(written, person, about, permission=self.next(PERMISSIONS), at=at)
        alum = self.alumni.get(person)
        if alum and not Contact.objects.filter(student_id=referral.student_id, alum=alum).exists():
            Contact.objects.filter(pk=referral.contact_id, alum=None).update(alum=alum, class_year=alum.class_year)

    def thank(self, made: Interview, talk: StoryTalk, *, sent_at: datetime) -> None:
        """Write the thank-you, in the student's own words."""
        number = self.thanked[made.alum_id] + (made.alum_id or 0)  # no two notes to one alum begin or end the same
        self.thanked[made.alum_id] += 1
        said = (STORIES[f"thanks_{part}"] for part in ("open", "close", "subject"))
        first, last, subject = (sentences[number % len(sentences)] for sentences in said)
        body = f"Dear {made.contact.first_name},\n\n{first} {talk['thanks']}\n\n{last}\n\n"
        words = f"{body}With thanks,\n{made.student.first_name}"
        talks.thank(made, words, sent_at=sent_at, subject=subject)

    def finished(self, student_name: str, alum_name: str, starts_at: datetime) -> Interview:
        """Write a whole story: asked, talked, written down, thanked."""
        made, talk = self.talked(student_name, alum_name, starts_at)
        self.write_down(made, talk, finished_at=made.over_at + 2 * H)
        hours = [3, 17, 22, 30, 44, 51][self.turn % 6]
        self.thank(made, talk, sent_at=made.over_at + hours * H)
        return made


# --- the present ------------------------------------------------------------------------------------------------------


def present(term: Term) -> None:
    """Put particular people into every state, with every clock running."""
    _drafts(term)
    _waiting(term)
    _countered(term)
    _coming(term)
    _moved(term)
    _just_over(term)


def _drafts(term: Term) -> None:
    begun = [
        ("Dalia Brooks", "Leila Brandt", 12),
        ("Noah Feldman", "Theodora Blake", 3),
        ("Isaac Mbatha", "Erin Voss", 1),
    ]
    for student, alum, days in begun:
        term.request(student, alum, status=RequestStatus.DRAFT, created_at=term.now - days * DAY)
    row = term.request("Mai Vang", "Pang Thao", status=RequestStatus.DRAFT, created_at=term.now - 2 * DAY)
    _returned(term, row)
    for number, pair in enumerate(
        [
            ("Kai Lindholm", "Stellan Ek"),
            ("Sofie Dahl", "Tobias Grand"),
            ("Zainab Yusuf", "Samuel Kiprop"),
            ("Selam Tesfaye", "Priscilla Owens"),
        ]
    ):
        asked_at = term.now - timedelta(hours=2 + 4 * number)
        row = term.request(*pair, status=RequestStatus.IN_REVIEW, created_at=asked_at, wants_review=True)
        talks.windows(row, _days_ahead(term, row.student, 6, 8, 9))
        talks.review(row, row.student.student_profile.coach, asked_at=asked_at)


def _returned(term: Term, request: InterviewRequest) -> None:
    comments = [Comment(line["part"], "", line["text"], line["suggestion"]) for line in STORIES["comments"][:3]]
    coach = request.student.student_profile.coach
    talks.was_returned(request, coach, asked_at=term.now - 30 * H, answered_at=term.now - 14 * H, comments=comments)


def _days_ahead(term: Term, student: User, *days: int) -> list[datetime]:
    """Return ten in the morning, or five in the afternoon, on the weekdays that follow so many days from now."""
    hours = [10, 17, 13, 18]
    found = []
    for number, ahead in enumerate(days):
        local = (term.now + ahead * DAY).astimezone(student.zone)
        local += timedelta(days=(7 - local.weekday()) % 7 if local.weekday() > 4 else 0)
        found.append(
            local.replace(hour=hours[number % 4], minute=0, second=0, microsecond=0).astimezone(term.now.tzinfo)
        )
    return found


def _waiting(term: Term) -> None:
    """Sent, and with the alum."""
    for number, (student, alum, days) in enumerate(
        [
            ("Ivy Larsen", "Camille Durand", 1.2),
            ("Jasper Cole", "Piotr Zawada", 4),
            ("Nina Castellano", "Lionel Baptiste", 3.3),
            ("Kofi Boateng", "Ngozi Uche", 5),
            ("Freya Nilsen", "Gus Halloran", 0.3),
            ("Ruta Jankauskas", "Gideon Marsh", 2.1),
            ("Luke Hanson", "Abel Tesfaye-Lind", 4.6),
        ]
    ):
        row = term.request(student, alum, status=RequestStatus.SENT, sent_at=term.now - days * DAY)
        talks.windows(row, _days_ahead(term, row.student, 3 + number % 3, 6, 8))


def _countered(term: Term) -> None:
    """Answered with other times: three wait for the student, one for the alum."""
    for student, alum, hours, turn in [
        ("Priya Raman", "Hatsue Mori", 30, "student"),
        ("Owen Gallagher", "Abel Tesfaye-Lind", 5, "student"),
        ("Lars Pedersen", "Renske de Boer", 50, "student"),
        ("Carmen Ortega", "Odile Marchand", 12, "alum"),
    ]:
        answered_at = term.now - hours * H
        row = term.request(
            student,
            alum,
            status=RequestStatus.COUNTERED,
            sent_at=answered_at - 1.4 * DAY,
            answered_at=answered_at,
            note=term.next(STORIES["counters"]),
            turn=turn,
        )
        talks.windows(row, _days_ahead(term, row.student, 4, 5))
        by = "alum" if turn == "student" else "student"
        zone = term.alumni[alum].time_zone if by == "alum" else row.student.time_zone
        talks.windows(row, _days_ahead(term, row.student, 7, 9), by=by, zone=zone)
        if turn == "alum":
            countered = RequestStatus.COUNTERED
            talks.tell(row, "offer_again", was=countered, became=countered, by=row.student, at=answered_at + 2 * H)


def _book(term: Term, student: str, alum: str, starts_at: datetime, **more: Any) -> Interview:
    """Write an agreed conversation of the future. Returns the interview."""
    starts_at = term.book.free([term.students[student].pk, term.alumni[alum].user_id], starts_at)
    row = term.agreed(student, alum, starts_at, answered_at=min(starts_at, term.now) - 3 * DAY)
    return talks.interview(row, starts_at=starts_at, agreed_at=row.answered_at, **more)


def _coming(term: Term) -> None:
    """One going on now, one within the hour, the others on days to come."""
    soon, begun = half_hour(term.now), term.now.replace(second=0, microsecond=0) - timedelta(minutes=6)
    for student, alum, starts_at, format, questions in [
        ("Simon Okada", "Ines Carvalho", begun, "video", 7),
        ("Amina Diallo", "Winona Red Cloud", soon + H, "phone", 8),
        ("Hana Sato", "Sunniva Aas", _on(term, 1, 13), "in_person", 5),
        ("Malik Johnson", "Oluwaseun Bright", _on(term, 3, 7, 30), "video", 3),
        ("Lucía Ferrer", "Kenji Watari", _on(term, 6, 10), "in_person", 6),
        ("Arjun Mehta", "Karin Holt", _on(term, 8, 9), "in_person", 0),
        ("Thandi Mokoena", "Grace Otieno", _on(term, 9, 16), "phone", 2),
        ("Marek Dvorak", "Renske de Boer", _on(term, 11, 18), "video", 0),
    ]:
        made = _book(term, student, alum, starts_at, format=format)
        if questions:
            term.ask_questions(made, questions)


def _on(term: Term, days: int, hour: int, minute: int = 0) -> datetime:
    """Return a time of day in the university's zone, some days from now."""
    return day_at(term.now, term.zone, days=days, hour=hour, minute=minute)


def _moved(term: Term) -> None:
    """Appointments that were moved once, and one that somebody would like to move."""
    for student, alum, starts_at, by in [
        ("Yara Nassar", "Rafael Benítez", _on(term, 1, 8), "alum"),
        ("Grace Adeoye", "Lionel Baptiste", _on(term, 2, 11), "student"),
        ("Samir Haddad", "Ngozi Uche", _on(term, 5, 17), "alum"),
    ]:
        why = term.next(STORIES["moved"])
        made = _book(term, student, alum, starts_at, sequence=1, change_note=why, changed_by=by)
        scheduled = InterviewStatus.SCHEDULED
        talks.happened(made, "reschedule", was=scheduled, became=scheduled, actor=by, at=term.now - 20 * H, note=why)
        term.ask_questions(made, 6)
    made = _book(term, "Jonah Eastman", "Tobias Grand", _on(term, 4, 12))
    why, scheduled = STORIES["moved"][0], InterviewStatus.SCHEDULED
    talks.happened(made, "propose", was=scheduled, became=scheduled, actor="alum", at=term.now - 5 * H, note=why)
    for start in _days_ahead(term, made.student, 6, 7):
        TimeWindow.objects.create(
            interview=made, offered_by="alum", starts_at=start, ends_at=start + 2 * H, zone=made.alum_zone
        )


def _just_over(term: Term) -> None:
    """Talks of the last days: nothing written yet, a thank-you due, a thank-you late."""
    for student, alum, hours in [("Asha Venkat", "Hatsue Mori", 3), ("Peter Nowak", "Gideon Marsh", 26)]:
        _book(term, student, alum, half_hour(term.now - hours * H))
    for student, alum, hours in [("Chloe Tremblay", "Dag Eriksen", 8), ("Rowan Kelly", "Lionel Baptiste", 15)]:
        term.talked(student, alum, _ended(term, hours))
    for student, alum, hours in [
        ("Josephine Abara", "Hatsue Mori", 6),
        ("Leila Farahani", "Frida Lund", 22),
        ("Diego Campos", "Anders Kjellberg", 41),
        ("Tomasz Wilk", "Erin Voss", 54),
        ("Nadia Petrenko", "Vivian Ostrander", 75),
        ("Eero Makinen", "Gus Halloran", 121),
    ]:
        made, talk = term.talked(student, alum, _ended(term, hours))
        term.write_down(made, talk, finished_at=made.over_at + H)


def _ended(term: Term, hours: int) -> datetime:
    """Return when a talk began that ended so many hours ago."""
    return term.now.replace(second=0, microsecond=0) - hours * H - timedelta(minutes=23)


# --- everybody knows somebody -----------------------------------------------------------------------------------------


def acquaintances(term: Term) -> None:
    """Put a few people from outside the directory on every map, and two talks that Rapport did not arrange."""
    for number, (name, student) in enumerate(term.students.items()):
        if name in UNSTARTED or name == "Noor Haddad":
            continue
        for step in range(2 + number % 4):
            person, title, relation = STORIES["outside"][(number * 3 + step) % len(STORIES["outside"])]
            contact = Contact.objects.create(student=student, name=person, title=title, relation=relation)
            if step == 0:
                contact.notes = STORIES["contact_notes"][number % len(STORIES["contact_notes"])]
                contact.save()
                at = term.now - timedelta(days=15 + number)
                network.touch(contact, Touch.Kind.MET, at=at, note="Over coffee, by chance.")
    _own_steps(term)


def _own_steps(term: Term) -> None:
    """Steps that belong to no conversation; some are due today."""
    for number, text in enumerate(STORIES["steps"]):
        name = list(term.students)[1 + number * 5]
        due_on = (term.now + timedelta(days=number - 2)).date()
        ActionStep.objects.create(student=term.students[name], text=text, due_on=due_on)

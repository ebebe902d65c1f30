"""Three newcomers on their first day, as each of them sees it: a student who knows nobody, an alum, a coach.

Every step is done by one pair of hands (hands.py). It names what a person reads, a button, a link, a field; where a
page gives several ways on, it takes the one that the page puts first.
"""

import csv
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from apps.alumni.accounts import account_of
from apps.interviews.asking import actions as asking
from apps.policy.models import Policy
from tests import world
from tests.browser.hands import HANDS
from tests.browser.journey import HERE, REGISTRAR, first
from tests.interviews import steps
from tests.stack import until

ADDRESS = "{}@tamarack.example"


@dataclass(frozen=True)
class Cast:
    """Who plays in one way of using a page. Nobody plays in two: a code is asked for once, a letter written once."""

    number: int
    office: str  # its first name; each journey has an office of its own
    student: str  # the brand-new one
    alum: str  # whom the brand-new student finds; listed, and without an account
    invited: str  # the alum whom the office adds
    asked: str  # the alum of whom a student's letter asks something
    asker: str  # who wrote it
    coach: str  # the brand-new one
    writer: str  # a student with a draft


CASTS = {
    "keyboard": Cast(
        1, "Olive", "Wilma Newcomb", "Orla Quinn", "Ines Carvalho", "Saoirse Devlin",
        "Amira Haddad", "Ruth Amsel", "Tomasz Wilk",
    ),
    "phone": Cast(
        2, "Petra", "Kofi Mensah", "Niamh Byrne", "Rafael Ortega", "Una Farrell",
        "Tilda Wilkes", "Dele Okafor", "Mina Park",
    ),
    "no_scripts": Cast(
        3, "Grace", "Lucia Ferro", "Cormac Walsh", "Hana Sato", "Deirdre Nolan",
        "Jonas Berg", "Imani Brooks", "Sofia Reyes",
    ),
}  # fmt: skip


OFFICES = {"student": "Marsh", "alum": "Lindqvist", "coach": "Holm"}


def address(name):
    return ADDRESS.format(name.lower().replace(" ", "."))


# --- who is there before ----------------------------------------------------------------------------------------------


def settle():
    """Bring in, inside the stack, whoever was there before the newcomers: offices, alumni, two students who write.

    Returns {name: session} of those who have signed in before.
    """
    signed_in = []
    for cast in CASTS.values():
        for family in OFFICES.values():
            signed_in.append(world.office(f"{cast.office} {family}"))
        _alum(cast.alum, f"Archivist {cast.number}")
        with transaction.atomic():
            asked = account_of(_alum(cast.asked, f"Cartographer {cast.number}"))
        now = timezone.now()
        student, writer = (world.student(name, welcomed_at=now) for name in (cast.asker, cast.writer))
        letter = steps.draft(student, asked, now)
        steps.draft(writer, asked, now)
        asking.send(letter, by=student, now=now)
        signed_in.append(writer)
    Policy.objects.update(review_rule="first")  # as it is at first; `steps` has turned it off
    return {person.name: _session(person) for person in signed_in}


def _session(person):
    client = Client()
    client.force_login(person, backend="apps.accounts.backends.Backend")
    return client.cookies["session"].value


def _alum(name, title):
    return world.alum_profile(name, email=address(name), title=title, time_zone="America/Chicago")


@dataclass
class Day:
    """The stage: a running stack, and everybody of one cast at a browser of their own, used with the same hands."""

    stack: object
    sessions: dict
    browser: object
    newcomer: str
    hands: str
    folder: object
    people: dict = field(default_factory=dict)

    @property
    def cast(self):
        return CASTS[self.hands]

    @property
    def office(self):
        return f"{self.cast.office} {OFFICES[self.newcomer]}"

    def seat(self, name):
        """Return somebody's browser."""
        if name not in self.people:
            hands, options = HANDS[self.hands]
            self.people[name] = hands(self.browser, self.stack.url, name=name, **options)
            if name in self.sessions:
                cookie = {"name": "session", "value": self.sessions[name], "url": self.stack.url}
                self.people[name].context.add_cookies([cookie])
        return self.people[name]

    def mail(self, name, subject, number=1):
        return self.stack.mail(address(name), subject, number)

    def opens_mail(self, person, mail):
        person.opens(f"/local/mail/{mail.name}/html/")

    def close(self):
        for person in self.people.values():
            person.close()


# --- what everybody does ----------------------------------------------------------------------------------------------

GREETING = r"^(Welcome|Good (morning|afternoon|evening)), {}\.$"  # on the first day, and later


def signs_in(day, name):
    """With the code from the mail. Returns their browser, on the first page of theirs."""
    person = day.seat(name)
    person.opens("/")
    person.sees("Twenty minutes with someone who does the work")
    person.writes("Your email address", address(name))
    subject = " is your code for Rapport"
    before = len(day.stack.mails(address(name), subject))
    person.presses("Send me a code")
    person.sees("Check your email")
    person.writes("6-digit code", day.mail(name, subject, before + 1).subject.split()[0])
    person.presses("Sign in")
    person.page.wait_for_url(lambda url: "/accounts/" not in url, wait_until="domcontentloaded")
    return person


def the_office_adds(day, name, role):
    office = day.seat(day.office)
    office.opens("/")
    goes_to(office, "People")
    office.follows("Add a person")
    office.sees("Add a person")
    office.writes("Name", name)
    office.writes(re.compile("^E-?mail"), address(name))
    office.chooses("checkbox", role)
    office.presses("Add person")
    office.sees(name)
    office.hears(f"{name} can now sign in with a code.")
    return office


# --- the student ------------------------------------------------------------------------------------------------------

GOAL = "Find out what happens in an archive before I choose a master’s."
INTRODUCTION = {
    "I am": "I study public history, because my grandmother kept every letter she ever got.",
    "I’m good at": "I read old handwriting, and I ran the oral history table at the county fair.",
    "I’d like to find out": "How somebody decides what is kept, and what it feels like to throw the rest away.",
}
KNOWN = (("Helen Varga", "Uncle Bo"), ("Teresa Ruiz", "Marcus Adeyemi", "Jun Ito"))
SUBJECT = "A Tamarack student with questions about archives"
LETTER = {
    "who": "I’m {student}, a junior in public history at Tamarack, and I help in the county museum on Saturdays.",
    "connection": "I found you in the alumni directory.",
    "why": "You went from biology to keeping the papers of a hospital. I would like to know what surprised you most.",
    "ask": "Could I have 20 minutes of your time, by phone or video, in the next two weeks?",
}


def the_student_is_added(day):
    the_office_adds(day, day.cast.student, "Student")


def the_student_is_welcomed(day):
    student = signs_in(day, day.cast.student)
    student.sees(f"Welcome, {first(day.cast.student)}")
    student.writes("What you study", "Public History")
    student.chooses("radio", "I’m still looking around")
    student.writes("What do you want to find out this term?", GOAL)
    student.presses("Get started")
    student.sees(re.compile(GREETING.format(first(day.cast.student))))
    expect(student.page.get_by_role("main")).to_contain_text(GOAL)


def the_student_introduces_themselves(day):
    student = day.people[day.cast.student]
    way = student.page.get_by_role("link", name=re.compile("introduction", re.IGNORECASE))
    if way.count():
        student.press(way.first)
    else:
        student.opens("/me/introduction/")
    student.sees("Your introduction")
    for label, text in INTRODUCTION.items():
        student.writes(label, text)
    student.presses("Save")
    expect(student.page.get_by_role("main")).to_contain_text(re.compile("saved", re.IGNORECASE))
    student.sees("Your introduction")


def the_student_sets_a_goal(day):
    student = day.people[day.cast.student]
    goes_to(student, "Today")
    student.follows(re.compile("^(Edit goal|Your goal)"))
    student.sees("Your goal this term")
    student.writes("How many conversations this term?", "4")
    student.writes("Fields and places you’re curious about", "Archives, museums")
    student.presses("Save goal")
    student.is_at(re.compile(GREETING.format(first(day.cast.student))))
    expect(student.page.get_by_role("main")).to_contain_text("0 of 4")


def goes_to(person, entry):
    person.follows(entry, within=person.page.get_by_role("navigation", name="Main"))


def the_student_maps_five_people(day):
    """In two rings: first names are enough, several at once with commas."""
    student = day.people[day.cast.student]
    goes_to(student, "Network")
    student.sees("Your network")
    student.follows(re.compile("^Map "))
    student.is_at("Who do you already know?")
    main = student.page.get_by_role("main")
    for ring, names in enumerate(KNOWN):
        student.write(main.get_by_role("textbox").nth(ring), ", ".join(names))
        student.press(main.get_by_role("button", name=re.compile("^Add")).nth(ring))
        for name in names:
            expect(main).to_contain_text(name)
    student.sees("Who do you already know?")
    student.follows("See my network")
    student.sees("Your network")
    for name in (name for names in KNOWN for name in names):
        expect(main.get_by_role("link", name=name).first).to_be_visible()


def the_student_finds_an_alum(day):
    student, alum = day.people[day.cast.student], day.cast.alum
    goes_to(student, "Find people")
    student.sees("Find someone to talk to")
    student.write(student.page.get_by_role("searchbox"), f"archivist {day.cast.number}")
    student.presses("Search")
    expect(student.page.get_by_role("heading", name="1 person", exact=True)).to_be_visible()
    student.follows(alum)
    student.sees(f"{alum} ’14")
    student.presses(f"Ask {first(alum)} for a conversation")
    student.sees("Start with 5 minutes of research")
    student.writes(f"{first(alum)}, in one line", "From biology to the papers of a hospital.")
    student.writes("Corvane Medical", "Keeps everything since 1911.")
    student.writes("The field", "More and more of it was never on paper.")
    student.presses("Continue to your request")
    student.sees(f"Ask {alum} ’14")


def the_student_writes(day):
    student = day.people[day.cast.student]
    student.writes("Subject", SUBJECT)
    for part, text in LETTER.items():
        student.write(student.page.locator(f"[name=part_{part}]"), text.format(student=day.cast.student))
    today = datetime.now(HERE).date()
    for n in (3, 4, 5):
        fold = student.unfolds("Type a time instead", within=student.page.locator("#times"))
        student.writes("Day", f"{today + timedelta(days=n):%Y-%m-%d}", within=fold)
        student.writes("From", "14:00", within=fold)
        student.writes("To", "15:00", within=fold)
        student.presses("Add this time", within=fold)
        expect(student.page.locator(".rp-slots > li")).to_have_count(n - 2)
    student.sees(f"Ask {day.cast.alum} ’14")


def the_student_sends(day):
    """Five minutes it can be taken back; then it leaves, to the alum's mailbox."""
    student, cast, stack = day.people[day.cast.student], day.cast, day.stack
    student.presses(f"Send to {first(cast.alum)}")
    student.sees(f"Your request to {cast.alum}")
    expect(student.page.get_by_role("button", name="Undo sending")).to_be_visible()
    assert stack.mails(address(cast.alum)) == []
    the_minutes_pass(day, cast.alum)
    mail = day.mail(cast.alum, SUBJECT)
    (reply_to,) = mail.message["Reply-To"].addresses
    assert reply_to.addr_spec == address(cast.student)
    assert LETTER["why"] in " ".join(mail.text.split())
    goes_to(student, "Conversations")
    expect(student.page.get_by_role("main")).to_contain_text(cast.alum)


def the_minutes_pass(day, name):
    """Time alone is moved by hand: the minutes of taking back are over."""
    with day.stack.database.transaction():
        for statement in LEFT:
            assert day.stack.change(statement, address(name)) == 1
    day.stack.celery.send_task("apps.mail.tasks.deliver")


LEFT = (
    "UPDATE interviews_interviewrequest SET leaves_at = now(), sent_at = now() - interval '5 minutes'"
    " WHERE status = 'sent' AND alum_id = (SELECT id FROM alumni_alumniprofile WHERE email = %s)",
    "UPDATE mail_outboundmessage SET due_at = now(), next_at = now() WHERE state = 'pending' AND recipient = %s",
)


# --- the alum ---------------------------------------------------------------------------------------------------------

QUOTE = "I drew maps for a county for ten years. Most of it was asking people what they call a place."


def the_alum_is_invited(day):
    the_office_adds(day, day.cast.invited, "Alum")


def the_alum_is_told_what_to_do(day):
    alum = signs_in(day, day.cast.invited)
    alum.sees(re.compile(GREETING.format(first(day.cast.invited))))
    expect(alum.page.get_by_role("main")).to_contain_text("Students can’t find you yet")
    alum.follows("Write your profile")
    alum.sees("Your alumni profile")


def the_alum_enters_the_directory(day):
    """What was written is saved with the same press that lists it."""
    alum = day.people[day.cast.invited]
    alum.writes("In your words", QUOTE)
    alum.chooses("checkbox", "A 20-minute conversation")
    alum.chooses("checkbox", "Video")
    alum.selects("Monthly limit", "1 request")  # the office allows 2
    alum.writes("Job title", f"Surveyor {day.cast.number}")
    alum.presses("Save and join the directory")
    alum.hears("Your profile is saved, and students can find it now.")
    alum.sees("Your alumni profile")
    expect(alum.page.get_by_label("In your words")).to_have_value(QUOTE)
    goes_to(alum, "Home")
    expect(alum.page.get_by_role("main")).to_contain_text(re.compile("Open to 1 request a month, 1 left"))


def the_letter_is_answered(day):
    """An alum of the university's file, without an account, opens a student's letter, and takes a time."""
    cast = day.cast
    the_minutes_pass(day, cast.asked)
    alum, (letter,) = day.seat(cast.asked), letters_to(day, cast.asked)
    day.opens_mail(alum, letter)
    alum.follows("Pick a time, or say not now")
    alum.sees(f"{first(cast.asker)} would like 20 minutes of your time")
    alum.choose(alum.page.locator("input[name=slot]").first)
    alum.chooses("radio", "Video")
    alum.presses(re.compile("^(Yes, |Accept this time)"), exact=False)
    alum.sees(f"Thank you, {first(cast.asked)}. Your conversation is scheduled.")
    assert "Ingrid" not in alum.page.content()
    until(lambda: letters_to(day, cast.asker), or_say="The student was not told.")


def letters_to(day, name):
    return until(lambda: day.stack.mails(address(name)), or_say=f"No mail to {name}.")


def the_asked_alum_sets_limits(day):
    alum = signs_in(day, day.cast.asked)
    alum.sees(re.compile(GREETING.format(first(day.cast.asked))))
    expect(alum.page.get_by_role("main")).to_contain_text(day.cast.asker)
    alum.follows("Edit your profile")
    alum.sees("Your alumni profile")
    alum.selects("Monthly limit", "1 request")
    alum.writes("Rather not", "Salaries")
    alum.presses("Save profile")
    alum.hears("Your profile is saved.")
    goes_to(alum, "Home")
    expect(alum.page.get_by_role("main")).to_contain_text(re.compile("Open to 1 request a month, none left"))


# --- the coach --------------------------------------------------------------------------------------------------------

COMMENT = "Say what drew you to it. It shows that you read about her."


def the_coach_is_added(day):
    the_office_adds(day, day.cast.coach, "Coach")


def the_coach_gets_a_student(day):
    """With the registrar's file, which names the coach and the cohort of somebody who is there already."""
    cast, office, file = day.cast, day.people[day.office], day.folder / f"students{day.cast.number}.csv"
    given, family = cast.writer.split()
    row = {"student_id": f"S{cast.number}", "first_name": given, "last_name": family, "email": address(cast.writer)}
    with file.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, REGISTRAR, restval="")
        writer.writeheader()
        writer.writerow(row | {"advisor_email": address(cast.coach), "cohort": f"Makers {cast.number}"})
    goes_to(office, "People")
    office.follows("Import students")
    office.sees("Import students")
    office.page.get_by_label(re.compile("registrar")).set_input_files(file)
    office.presses("Preview import")
    office.sees("1 student to import")
    office.presses("Import 1 student")
    office.hears("0 new, 1 updated, 0 skipped.")


def the_coach_sees_the_caseload(day):
    coach = signs_in(day, day.cast.coach)
    coach.sees(re.compile(GREETING.format(first(day.cast.coach))))
    main = coach.page.get_by_role("main")
    if not main.get_by_role("link", name=day.cast.writer).count():  # nobody needs the coach today: the page says where
        coach.press(main.locator("a.btn-primary"))
    expect(main.get_by_role("link", name=day.cast.writer).first).to_be_visible()
    coach.looks()


def the_student_asks_for_a_reading(day):
    cast, student = day.cast, day.seat(day.cast.writer)
    student.opens("/")
    goes_to(student, "Conversations")
    student.follows(cast.asked)
    student.sees(f"Ask {cast.asked} ’14")
    expect(student.page.locator("#sending summary")).to_contain_text(f"{first(cast.coach)} reviews it first.")
    fold = student.unfolds("Change", within=student.page.locator(".rp-send"))
    expect(fold.get_by_role("radio", name=re.compile(f"^{first(cast.coach)} reviews it first"))).to_be_checked()
    student.presses(f"Send to {first(cast.asked)}")
    student.sees(f"Your request to {cast.asked}")
    expect(student.page.get_by_role("main")).to_contain_text(f"{first(cast.coach)} is reviewing it")


def the_coach_comments(day):
    """From the caseload's next step to the answer."""
    cast, coach = day.cast, day.people[day.cast.coach]
    goes_to(coach, "Caseload")
    coach.is_at(re.compile(GREETING.format(first(cast.coach))))
    row = coach.page.get_by_role("row").filter(has_text=cast.writer)
    coach.press(row.get_by_role("link").last)
    coach.sees(f"{first(cast.writer)}’s request to {cast.asked}")
    fold = coach.unfolds("Comment", within=coach.page.locator("[data-part=why]"))
    coach.writes("Your comment", COMMENT, within=fold)
    coach.presses("Add comment", within=fold)
    coach.hears("Comment added.")
    coach.chooses("radio", "Return with comments")
    coach.writes(f"Message to {first(cast.writer)}", "Nearly there.")
    coach.presses(f"Send review to {first(cast.writer)}")
    coach.sees("Drafts to review")
    coach.hears(f"Returned to {first(cast.writer)} with comments.")


def the_student_reads_the_comment(day):
    cast, student = day.cast, day.people[day.cast.writer]
    mail = day.mail(cast.writer, f"commented on your request to {cast.asked}")
    assert "Nearly there." in mail.text
    day.opens_mail(student, mail)
    student.follows("Open your request")
    student.sees(f"Ask {cast.asked} ’14")
    expect(student.page.get_by_role("main")).to_contain_text("Nearly there.")
    student.follows("Read the comment on “Why you’re asking them”")
    expect(student.page.get_by_text(COMMENT)).to_be_in_viewport()


JOURNEYS = {
    "student": (
        *(the_student_is_added, the_student_is_welcomed, the_student_introduces_themselves, the_student_sets_a_goal),
        *(the_student_maps_five_people, the_student_finds_an_alum, the_student_writes, the_student_sends),
    ),
    "alum": (
        *(the_alum_is_invited, the_alum_is_told_what_to_do, the_alum_enters_the_directory),
        *(the_letter_is_answered, the_asked_alum_sets_limits),
    ),
    "coach": (
        *(the_coach_is_added, the_coach_gets_a_student, the_coach_sees_the_caseload),
        *(the_student_asks_for_a_reading, the_coach_comments, the_student_reads_the_comment),
    ),
}

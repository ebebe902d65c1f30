"""One informational interview from the office's first file to staying in touch, step by step, as four people see it.

Every step is what somebody does in their own browser, and what they then read. Mails are those that reached the mail
server; their links are pressed in the mail as it arrived. Time alone is moved by hand, on the rows of one interview.
"""

import csv
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar
from playwright.sync_api import expect

from apps.accounts.models import Role
from tests.browser import scanner
from tests.browser.person import PHONE, Person
from tests.stack import until

HERE, THERE = ZoneInfo("America/Chicago"), ZoneInfo("Europe/Dublin")
EXPORT = [
    *("Constituent ID", "Full Name", "Preferred Name", "Email", "Home Phone", "Class", "Degrees", "Employer"),
    *("Job Title", "Industry", "City", "State/Province", "Country", "Time Zone", "LinkedIn", "Willing To Help"),
    *("Max Requests / Month", "Do Not Contact", "Deceased", "Directory Opt-In", "Last Updated", "Notes"),
]
REGISTRAR = [
    *("student_id", "first_name", "last_name", "preferred_name", "pronouns", "email", "program", "degree"),
    *("expected_term", "advisor_email", "cohort"),
]


@dataclass(frozen=True)
class Cast:
    """Who plays. Each run has people of its own, so that none meets another's."""

    number: int
    student: str
    alum: str
    coach: str
    office: str

    def address(self, name):
        place = "alumni.example" if name == self.alum else "tamarack.example"
        return f"{name.lower().replace(' ', '.')}@{place}"


def first(name):
    return name.split()[0]


def clock(moment, zone):
    return f"{moment.astimezone(zone):%-I:%M %p}".lower()


def day(moment, zone):
    return f"{moment.astimezone(zone):%A, %B %-d}"


@dataclass
class Play:
    """The stage: a running stack, four people at their browsers, and what they have agreed so far."""

    stack: object
    browser: object
    cast: Cast
    folder: object
    scripts: bool = True
    people: dict = field(default_factory=dict)
    interview: int = 0
    request: int = 0
    times: list = field(default_factory=list)
    uid: str = ""
    questions: list = field(default_factory=list)

    def __post_init__(self):
        cast, has_none = self.cast, {"scripts": self.scripts}
        self.student = self._seat(cast.student, **has_none)
        self.alum = self._seat(cast.alum, size=PHONE, zone="Europe/Dublin", **has_none)
        self.coach = self._seat(cast.coach)
        self.office = self._seat(cast.office)

    def _seat(self, name, **options):
        self.people[name] = Person(self.browser, self.stack.url, name=name, **options)
        return self.people[name]

    def mail(self, name, subject, number=1):
        return self.stack.mail(self.cast.address(name), subject, number)

    def opens_mail(self, person, mail):
        """Open a mail as its reader shows it."""
        person.opens(f"/local/mail/{mail.name}/html/")

    @property
    def troubles(self):
        return [trouble for person in self.people.values() for trouble in person.troubles]

    def close(self):
        for person in self.people.values():
            person.close()


# --- the office brings everybody in -----------------------------------------------------------------------------------


def the_office_opens(play):
    """The first person of an installation is made on its machine; everybody else comes in through the pages."""
    name = play.cast.office
    play.stack.run(
        "from apps.accounts.models import User\n"
        f"User.objects.create_user({play.cast.address(name)!r}, name={name!r}, roles=[{Role.OFFICE.value!r}])"
    )
    signs_in(play, play.office)


def signs_in(play, person):
    """With the code from the mail."""
    person.opens("/")
    person.sees("Twenty minutes with someone who does the work")
    person.writes("Your email address", play.cast.address(person.name))
    person.presses("Send me a code")
    person.sees("Check your email")
    subject = play.mail(person.name, " is your code for Rapport").subject
    person.writes("6-digit code", re.fullmatch(r"(\d{6}) is your code for Rapport", subject)[1])
    person.presses("Sign in")


def the_office_adds_the_coach(play):
    office, name = play.office, play.cast.coach
    office.opens("/office/people/add/")
    office.sees("Add a person")
    office.writes("Name", name)
    office.page.get_by_label("Email address").fill(play.cast.address(name))
    office.chooses("Coach")
    office.presses("Add person")
    office.sees(name)
    office.hears(f"{name} can now sign in with a code.")


def the_office_reads_in_the_students(play):
    office, cast = play.office, play.cast
    file = play.folder / "students.csv"
    row = {
        "student_id": f"S{cast.number}001",
        "first_name": first(cast.student),
        "last_name": cast.student.split()[1],
        "pronouns": "she/her",
        "email": cast.address(cast.student),
        "program": "Public Health",
        "degree": "BS",
        "expected_term": "Spring 2028",
        "advisor_email": cast.address(cast.coach),
        "cohort": "",
    }
    _write(file, REGISTRAR, [row])
    office.opens("/office/people/students/")
    office.sees("Import students")
    office.page.locator("input[type=file]").set_input_files(file)
    office.presses("Preview import")
    office.sees("1 student to import")
    office.presses("Import 1 student")
    office.hears("1 new, 0 updated, 0 skipped.")


def the_office_brings_in_the_alumni(play):
    """An export with its habits: two who may be listed, one who said no, one who has died."""
    office, file = play.office, play.folder / "alumni.csv"
    _write(file, EXPORT, _export(play.cast))
    office.opens("/office/import/")
    office.sees("Import alumni")
    office.page.locator("input[type=file]").set_input_files(file)
    office.presses("Preview import")
    office.waits_for("Ready to review: 4 rows")
    assert _tally(office) == ["4 new", "0 updated", "2 not listed", "0 need review"]
    office.presses("Import 4 rows")
    office.waits_for("Imported 4 rows")
    expect(office.page.locator("main .rp-lead")).to_have_text("2 of these people are in the directory.")


def _write(file, columns, rows):
    with file.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def _export(cast):
    shared = {"City": "Dublin", "Country": "IE", "Time Zone": "Europe/Dublin", "Directory Opt-In": "Y"}
    shared |= {"Willing To Help": "informational interview", "Last Updated": "2026-03-02"}
    given, family = cast.alum.split()
    yield shared | {
        "Constituent ID": f"T{cast.number}0001",
        "Full Name": f"{family}, {given}",
        "Email": cast.address(cast.alum),
        "Class": "'14",
        "Degrees": "BS Biology 2014",
        "Employer": "Corvane Medical",
        "Job Title": f"Regulatory Affairs Manager {cast.number}",
        "Industry": "Healthcare",
    }
    for number, name, more in (
        (2, "Quinn, Orla", {"Job Title": "Archivist"}),
        (3, "Byrne, Niall", {"Directory Opt-In": "N"}),
        (4, "Walsh, Aoife", {"Deceased": "Y"}),
    ):
        email = f"{name.split(', ')[1].lower()}{cast.number}@alumni.example"
        yield shared | {"Constituent ID": f"T{cast.number}000{number}", "Full Name": name, "Email": email} | more


def _tally(office):
    return [" ".join(text.split()) for text in office.page.locator(".rp-tally > li").all_inner_texts()]


# --- the student begins -----------------------------------------------------------------------------------------------

GOAL = "Find out what regulatory work is like before I choose a master’s."


def the_student_is_welcomed(play):
    """The first page asks four things, once; then there is Today."""
    student = play.student
    signs_in(play, student)
    student.sees(f"Welcome, {first(play.cast.student)}")
    expect(student.page.get_by_label("What you study")).to_have_value("Public Health")
    student.page.get_by_label("What do you want to find out this term?").fill(GOAL)
    student.page.get_by_label("My coach can see my network").check()
    student.presses("Get started")
    student.sees(re.compile(rf"^(Welcome|Good (morning|afternoon|evening)), {first(play.cast.student)}\.$"))
    expect(student.page.locator("main")).to_contain_text(GOAL)


# --- the student finds somebody ---------------------------------------------------------------------------------------


def the_student_searches_with_a_typo(play):
    student = play.student
    student.page.get_by_role("link", name="Find people").first.click()
    student.is_at("Find someone to talk to")
    student.page.get_by_role("searchbox").fill(f"regulatry affairs {play.cast.number}")
    student.presses("Search")
    expect(student.page.locator("#found")).to_have_text("1 person")
    expect(student.page.get_by_text("No results for “regulatry”.")).to_have_text(
        "No results for “regulatry”. Showing results for “regulatory”."
    )
    student.sees("Find someone to talk to")


def the_student_opens_the_profile(play):
    student, name = play.student, play.cast.alum
    student.page.get_by_role("link", name=name).click()
    student.sees(f"{name} ’14")
    assert play.cast.address(name) not in student.page.content()
    student.presses(f"Ask {first(name)} for a conversation")
    student.sees("Start with 5 minutes of research")
    student.writes(f"{first(name)}, in one line", "From biology to taking devices through approval.")
    student.writes("Corvane Medical", "Makes devices for the heart.")
    student.writes("The field", "A new rule for clinical data comes this year.")
    student.presses("Continue to your request")
    student.sees(f"Ask {name} ’14")
    play.request = int(re.fullmatch(r".*/requests/(\d+)/", student.page.url)[1])


# --- the student writes -----------------------------------------------------------------------------------------------

WHY = "You went from biology to taking devices through approval at Corvane. I would like to know what surprised you."
JOB = "Are there any open positions on your team?"
ASK = "Could I have 20 minutes of your time, by phone or video, in the next days?"


def the_student_writes(play):
    student, cast = play.student, play.cast
    who = f"I’m {cast.student}, a junior in public health at Tamarack, and I help in a clinic on Saturdays."
    student.writes("Subject", "A Tamarack student with questions about regulatory work")
    student.page.locator("[name=part_who]").fill(who)
    student.page.locator("[name=part_connection]").fill("I found you in the alumni directory.")
    student.page.locator("[name=part_why]").fill(WHY)
    student.page.locator("[name=part_ask]").fill(f"{ASK} {JOB}")
    if not play.scripts:
        student.presses("Save draft")
        student.hears("Saved. Come back whenever you like.")


def the_hint_about_a_job_is_taken(play):
    """It says what reads like asking for a job, suggests another sentence, and puts it in when asked to."""
    student = play.student
    hint = student.page.locator("#hints-ask .rp-note").filter(has_text="sounds like asking for a job")
    expect(hint).to_have_count(1)
    expect(student.page.locator("#letter mark")).to_have_text(JOB)
    suggestion = re.search(r"“([^“”]+)”\s*$", hint.locator("p").nth(1).inner_text())[1]
    student.looks()
    student.presses("Use this sentence", within=hint)
    expect(student.page.locator("[name=part_ask]")).to_have_value(f"{ASK} {suggestion}")
    expect(hint).to_have_count(0)
    expect(student.page.locator("#letter mark")).to_have_count(0)


def the_student_offers_three_times(play):
    """On three days, at two in the afternoon at home; each is shown in the alum's zone too."""
    student = play.student
    today = datetime.now(HERE).date()
    for n in (3, 4, 5):
        start = datetime.combine(today + timedelta(days=n), datetime.min.time(), HERE).replace(hour=14)
        fold = student.unfolds("Type a time instead", within=student.page.locator("#times"))
        fold.get_by_label("Day").fill(f"{start:%Y-%m-%d}")
        fold.get_by_label("From").fill("14:00")
        fold.get_by_label("To").fill("15:00")
        student.presses("Add this time", within=fold)
        play.times.append(start)
        offered = student.page.locator(".rp-slots > li")
        expect(offered).to_have_count(len(play.times))
        said = f"{start:%a, %b %-d} 2:00 to 3:00 pm {_span(start, THERE)} for them."
        read = " ".join(offered.last.locator("> span").all_inner_texts())
        assert " ".join(read.split()) == said  # an hour and its half hold together
    student.sees(f"Ask {play.cast.alum} ’14")


def _span(start, zone):
    """8:00 to 9:00 pm, as a reader of another zone sees an hour."""
    begins, ends = start.astimezone(zone), (start + timedelta(hours=1)).astimezone(zone)
    assert f"{begins:%p}" == f"{ends:%p}"
    return f"{begins:%-I:%M} to {ends:%-I:%M %p}".lower()


def the_student_asks_the_coach_to_read(play, again=""):
    student, cast = play.student, play.cast
    student.unfolds("Change", within=student.page.locator(".rp-send")).get_by_role(
        "radio", name=re.compile(rf"^(Ask )?{first(cast.coach)} (to review|reviews) it first")
    ).check()
    student.presses(f"Send to {first(cast.alum)}")
    student.sees(f"Your request to {cast.alum}")
    expect(student.page.locator("main .rp-lead").first).to_have_text(
        re.compile(rf"^{first(cast.coach)} is reviewing it and will reply by .+\.$")
    )


# --- the coach reads --------------------------------------------------------------------------------------------------


def the_coach_signs_in(play):
    signs_in(play, play.coach)
    play.coach.sees(re.compile(rf"^Good (morning|afternoon|evening), {first(play.cast.coach)}\.$"))


def the_coach_opens_the_letter_from_the_mail(play, number=1):
    coach, cast = play.coach, play.cast
    mail = play.mail(cast.coach, f"{cast.student}’s request to {cast.alum}", number)
    play.opens_mail(coach, mail)
    coach.follows("Review it")
    coach.sees(f"{first(cast.student)}’s request to {cast.alum}")


def the_coach_comments_and_returns_it(play):
    coach, cast = play.coach, play.cast
    row = coach.page.locator("[data-part=why]")
    fold = coach.unfolds("Comment", within=row)
    fold.get_by_label("Selected text").fill("taking devices through approval")
    fold.get_by_label("Your comment").fill("Say which devices. It shows that you read about her.")
    coach.presses("Add comment", within=fold)
    coach.hears("Comment added.")
    expect(row.locator("mark")).to_have_text("taking devices through approval")
    coach.sees(f"{first(cast.student)}’s request to {cast.alum}")
    coach.chooses(re.compile("^Return with comments"))
    coach.page.get_by_label("Message to").fill("Nearly there.")
    coach.presses(f"Send review to {first(cast.student)}")
    coach.sees("Drafts to review")
    coach.hears(f"Returned to {first(cast.student)} with comments.")


def the_student_mends_it(play):
    student, cast = play.student, play.cast
    mail = play.mail(cast.student, f"commented on your request to {cast.alum}")
    assert "Nearly there." in mail.text
    play.opens_mail(student, mail)
    student.follows("Open your request")
    student.sees(f"Ask {cast.alum} ’14")
    expect(student.page.locator("#part-why")).to_contain_text("Say which devices. It shows that you read about her.")
    student.page.locator("[name=part_why]").fill(WHY.replace("devices", "heart pumps"))
    the_student_asks_the_coach_to_read(play)


def the_coach_approves(play):
    coach, cast = play.coach, play.cast
    the_coach_opens_the_letter_from_the_mail(play, number=2)
    coach.chooses(re.compile("^Approve and send"))
    coach.presses(f"Send review to {first(cast.student)}")
    coach.is_at("Drafts to review")
    coach.hears(f"Approved. The request is on its way in {first(cast.student)}’s name.")


# --- the alum answers from the mail -----------------------------------------------------------------------------------


def the_letter_arrives(play):
    """As any mail a person writes: in the student's name, and Reply goes to the student."""
    cast = play.cast
    mail = play.mail(cast.alum, "A Tamarack student with questions about regulatory work")
    _is_from_the_student(mail, cast)
    assert WHY.replace("devices", "heart pumps") in " ".join(mail.text.split())
    assert JOB not in mail.text
    return mail


def _is_from_the_student(mail, cast):
    (sender,), (reply_to,) = mail.message["From"].addresses, mail.message["Reply-To"].addresses
    assert sender.display_name == f"{cast.student} via Tamarack Career Office"
    assert reply_to.addr_spec == cast.address(cast.student)


def looking_at_the_letter_changes_nothing(play):
    scanner.looks_at(play.stack, play.browser, [the_letter_arrives(play)])


def looking_at_every_mail_changes_nothing(play):
    scanner.looks_at(play.stack, play.browser, play.stack.mails())


def the_alum_accepts(play):
    alum, cast, mail = play.alum, play.cast, the_letter_arrives(play)
    play.opens_mail(alum, mail)
    alum.follows("Pick a time, or say not now")
    alum.sees(f"{first(cast.student)} would like 20 minutes of your time")
    start = play.times[0].astimezone(UTC)
    expect(alum.page.get_by_role("heading", level=3).first).to_have_text(day(start, THERE))
    choice = alum.page.get_by_role("radio", name=re.compile(rf"^{clock(start, THERE)}")).first
    choice.check()
    alum.chooses(re.compile("^Video"))
    alum.page.get_by_role("button", name=re.compile("^(Yes, |Accept this time)")).first.click()
    alum.sees(f"Thank you, {first(cast.alum)}. Your conversation is scheduled.")
    expect(alum.page.locator(".rp-event")).to_contain_text(f"{cast.student}, 20 minutes")
    play.interview = play.stack.rows("SELECT id FROM interviews_interview WHERE request_id = %s", play.request)[0][0]


def the_first_invitation_is_in_both_calendars(play):
    play.uid = _both_have_it(play, 0, play.times[0])


def the_second_invitation_is_in_both_calendars(play):
    """The same event again, one number later."""
    assert _both_have_it(play, 1, play.times[1]) == play.uid


def _both_have_it(play, sequence, start):
    """Return the UID of the event that both have: times in UTC, each addressed to its reader alone."""
    cast, uids = play.cast, set()
    for name in (cast.student, cast.alum):
        event = _invitation(play, name, sequence)
        assert event["sequence"] == sequence
        assert event.start == start.astimezone(UTC)
        assert event.end - event.start == timedelta(minutes=20)
        assert event["attendee"].lower() == f"mailto:{cast.address(name)}"
        uids.add(str(event["uid"]))
    (uid,) = uids
    return uid


def _invitation(play, name, sequence):
    """Return the event of the newest invitation to somebody: the part says the same method as the calendar in it."""

    def parts():
        mails = play.stack.mails(play.cast.address(name))
        return [part for mail in mails for part in mail.message.walk() if part.get_content_type() == "text/calendar"]

    found = until(lambda: len(parts()) > sequence and parts(), or_say=f"No invitation {sequence} to {name}.")
    assert len(found) == sequence + 1
    calendar = Calendar.from_ical(found[-1].get_payload(decode=True))
    assert (found[-1].get_param("method"), calendar["method"]) == ("REQUEST", "REQUEST")
    (event,) = calendar.walk("VEVENT")
    return event


def the_alum_moves_it(play):
    alum, cast, start = play.alum, play.cast, play.times[1].astimezone(UTC)
    fold = alum.unfolds("Reschedule")
    choice = fold.get_by_role("radio", name=re.compile(rf"^{clock(start, THERE)}"))
    day_of = fold.locator(".rp-times").filter(has=alum.page.locator(f"input[value='{start:%Y%m%dT%H%MZ}']"))
    day_of.get_by_role("radio", name=re.compile(rf"^{clock(start, THERE)}")).check()
    assert choice.count() >= 1
    alum.page.get_by_role("button", name=re.compile("^Reschedule to ")).first.click()
    alum.sees(f"Thank you, {first(cast.alum)}. Your conversation is scheduled.")
    expect(alum.page.locator(".rp-event")).to_contain_text(day(start, THERE))


# --- the student prepares, talks, and writes it down ------------------------------------------------------------------

QUOTE = "Half of the work is listening to people who are afraid."
LEARNED = "Approval is mostly writing, and most of the writing is done before the device exists."


def the_student_prepares(play):
    """Six questions to begin with, one of one's own, one that must be asked."""
    student, name = play.student, f"{play.cast.alum} ’14"
    student.opens(f"/conversations/{play.interview}/prepare/")
    student.sees(name)
    student.presses("Start with 6 questions")
    questions = student.page.locator("#qs > li")
    expect(questions).to_have_count(6)
    student.page.get_by_label("Or write your own").fill("What did your first year teach you?")
    student.presses("Add")
    expect(questions).to_have_count(7)
    expect(questions.last.locator(".rp-q-text")).to_have_text("What did your first year teach you?")
    star = student.page.get_by_role("button", name="Must ask question 7")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    play.questions = questions.locator(".rp-q-text").all_inner_texts()
    student.sees(name)
    student.opens(f"/conversations/{play.interview}/prepare/list/")
    student.sees(name)


def the_hour_comes(play):
    """Time is moved by hand: the conversation began a minute ago."""
    starts_at = play.stack.rows("SELECT starts_at FROM interviews_interview WHERE id = %s", play.interview)[0][0]
    time_passes(play, starts_at - datetime.now(UTC) + timedelta(minutes=1))


MOVED = (
    "UPDATE interviews_interview SET starts_at = starts_at - %(by)s, ends_at = ends_at - %(by)s,"
    " started_at = started_at - %(by)s, talked_until = talked_until - %(by)s WHERE id = %(interview)s",
    "UPDATE interviews_participanttime SET during = tstzrange(lower(during) - %(by)s, upper(during) - %(by)s)"
    " WHERE interview_id = %(interview)s",
    "UPDATE interviews_livenote SET at = at - %(by)s WHERE interview_id = %(interview)s",
    "UPDATE interviews_thankyou SET sent_at = sent_at - %(by)s, leaves_at = leaves_at - %(by)s"
    " WHERE interview_id = %(interview)s",
    "UPDATE mail_outboundmessage SET due_at = due_at - %(by)s, next_at = next_at - %(by)s"
    " WHERE state = 'pending' AND key LIKE %(thanks)s",
)


def time_passes(play, by):
    """Put everything about the conversation `by` earlier, as if that long had passed since."""
    values = {"by": by, "interview": play.interview, "thanks": f"thank-you:{play.interview}:%"}
    with play.stack.database.transaction():
        for statement in MOVED:
            play.stack.database.execute(statement, values)


def they_talk(play):
    student, cast = play.student, play.cast
    student.opens(f"/conversations/{play.interview}/live/")
    student.sees(f"Talk with {cast.alum}")
    student.page.get_by_role("button", name="Start the 20 minutes").click()
    expect(student.page.locator("#now")).to_have_text(play.questions[0])
    student.looks()
    for kind, text in (("Their words", QUOTE), ("Note", LEARNED), ("To do", "Read the first guidance on heart pumps")):
        student.page.get_by_role("textbox", name="Notes on this question").fill(text)
        student.page.locator(".rp-quick").get_by_role("button", name=kind).click()
        expect(student.page.get_by_role("list", name="Saved notes").get_by_role("listitem").first).to_contain_text(text)
    student.presses("Asked. Next")
    expect(student.page.locator("#now")).to_have_text(play.questions[1])


def they_close(play):
    """Thank, say what one takes along, ask for leave to stay in touch, and who else to talk to."""
    student = play.student
    student.page.get_by_role("link", name="Wrap up", exact=True).click()
    expect(student.page.get_by_role("heading", name="Before you say goodbye")).to_be_visible()
    student.looks()
    student.page.locator("#summary").fill("Writing comes first, and I will read the guidance.")
    student.page.locator("input[name=may_connect][value=true]").check()
    student.page.locator("input[name=may_stay_in_touch][value=true]").check()
    student.page.get_by_label("Name", exact=True).fill("Declan Moore")
    student.page.get_by_label("Role and workplace").fill("Clinical trials, Galway")
    student.page.locator("#permission").select_option(label="Yes")
    student.presses("Add", within=student.page.locator(".rp-live-person"))
    expect(student.page.locator(".rp-live-people")).to_contain_text("Declan Moore")
    student.presses("End conversation")


def the_student_debriefs(play):
    student, cast = play.student, play.cast
    if play.scripts:  # the page waits until everything has reached the server, then goes on by itself
        student.page.wait_for_url(f"**/conversations/{play.interview}/debrief/")
    student.sees(f"What did you learn from {first(cast.alum)}?")
    student.page.get_by_label("Something you didn’t know before").fill(LEARNED)
    student.page.get_by_label("One sentence to keep").fill(QUOTE)
    expect(student.page.locator("input[name=may_stay_in_touch][value=true]")).to_be_checked()
    expect(student.page.locator("input[value='Declan Moore']")).to_have_count(1)
    student.page.locator("input[name$='-text']").first.fill("Read the first guidance on heart pumps")
    student.presses("Save and write your thank-you")
    student.sees(f"Thank {first(cast.alum)}")


# --- the thank-you ----------------------------------------------------------------------------------------------------

REMINDER = "Thank {alum} by "


def the_student_is_reminded(play):
    """Twenty hours after the talk, by the real worker; not a minute before."""
    cast, stack = play.cast, play.stack
    subject = REMINDER.format(alum=cast.alum)
    stack.sweeps()
    assert stack.mails(cast.address(cast.student), subject) == []
    time_passes(play, timedelta(hours=20))
    stack.sweeps()
    mail = play.mail(cast.student, subject)
    assert "List-Unsubscribe" in dict(mail.headers)
    play.opens_mail(play.student, mail)
    play.student.page.get_by_role("link").first.click()
    play.student.sees(f"Thank {first(cast.alum)}")


def the_student_thanks(play):
    student, cast = play.student, play.cast
    note = student.page.get_by_label("Your note", exact=True)
    assert QUOTE in note.input_value()
    student.presses("Send thank-you note")
    student.sees(re.compile(r"^Your note will be sent at \d+:\d\d\s[ap]m$"))
    assert play.stack.mails(cast.address(cast.alum), "Thank you for talking with me") == []
    time_passes(play, timedelta(minutes=5))
    play.stack.celery.send_task("apps.mail.tasks.deliver")


def the_alum_is_thanked(play):
    cast = play.cast
    mail = play.mail(cast.alum, "Thank you for talking with me")
    _is_from_the_student(mail, cast)
    assert QUOTE in " ".join(mail.text.split())


def nobody_is_reminded_again(play):
    """Neither at forty hours nor when the two days are over."""
    cast, stack = play.cast, play.stack
    before = [mail.name for mail in stack.mails(cast.address(cast.student), cast.alum)]
    for hours in (20, 9):
        time_passes(play, timedelta(hours=hours))
        stack.sweeps()
    assert [mail.name for mail in stack.mails(cast.address(cast.student), cast.alum)] == before


def the_student_stays_in_touch(play):
    student, cast = play.student, play.cast
    student.opens(f"/conversations/{play.interview}/thanked/")
    student.sees(f"You thanked {first(cast.alum)}")
    student.chooses(re.compile("^Every 6 months"))
    student.presses("Save")
    student.sees(f"{cast.alum} ’14")
    expect(student.page.locator("main")).to_contain_text("You chose every 6 months.")
    student.opens("/network/")
    student.sees("Your network")
    expect(student.page.locator("main")).to_contain_text("Declan Moore")


# --- the coach looks, and the student sees that -----------------------------------------------------------------------


def the_coach_sees_the_network(play):
    coach, cast = play.coach, play.cast
    coach.opens("/coach/?view=all")
    coach.page.get_by_role("link", name=cast.student, exact=True).first.click()
    coach.sees(cast.student)
    expect(coach.page.locator(".rp-pipeline .rp-figure")).to_have_text(["2", "1", "1", "1", "1", "1"])
    expect(coach.page.locator("main")).to_contain_text(GOAL)


def the_student_sees_who_looked(play):
    student, cast = play.student, play.cast
    student.opens("/me/looks/")
    student.sees("Who viewed your information")
    looks = student.page.locator("tbody tr")
    seen = [(row.locator("th").inner_text(), row.locator("td").first.inner_text()) for row in looks.all()]
    letter = f"Your request to {cast.alum}"
    assert seen[0] == (cast.coach, "Your network and conversations")
    assert letter in {what for who, what in seen if who == cast.coach}
    in_lists = {what for _, what in seen} - {letter, "Your network and conversations"}
    assert all("list" in what or "caseload" in what or "reviews" in what for what in in_lists), in_lists


STEPS = (
    *(the_office_opens, the_office_adds_the_coach, the_office_reads_in_the_students, the_office_brings_in_the_alumni),
    *(the_student_is_welcomed, the_student_searches_with_a_typo, the_student_opens_the_profile),
    *(the_student_writes, the_hint_about_a_job_is_taken, the_student_offers_three_times),
    *(the_student_asks_the_coach_to_read, the_coach_signs_in, the_coach_opens_the_letter_from_the_mail),
    *(the_coach_comments_and_returns_it, the_student_mends_it, the_coach_approves),
    *(looking_at_the_letter_changes_nothing, the_alum_accepts, the_first_invitation_is_in_both_calendars),
    *(the_alum_moves_it, the_second_invitation_is_in_both_calendars),
    *(the_student_prepares, the_hour_comes, they_talk, they_close, the_student_debriefs),
    *(the_student_is_reminded, the_student_thanks, the_alum_is_thanked, nobody_is_reminded_again),
    *(the_student_stays_in_touch, the_coach_sees_the_network, the_student_sees_who_looked),
    looking_at_every_mail_changes_nothing,
)

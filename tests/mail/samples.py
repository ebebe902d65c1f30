"""A sample context for every mail, without the names that the outbox adds itself (site, policy, person).

`tests/mail/test_templates.py` fails for a template that has no sample here. A mail that reads differently to its two
sides has a sample for each: the words after the kind say which. Values are functions, so that what they build is fresh
for each test; they may use the database.
"""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace as Sample

from django.conf import settings

from apps.interviews.asking.letter import letter_of


def _notice(**changes):
    fields = {"title": "Thank Teresa Quiroga", "text": "You talked yesterday.", "url": "/talks/3/thanks/"}
    fields |= {"action": "Write the note", "off_url": _page(f"n/{'k' * 43}/"), "quote": "Sit beside people first."}
    fields |= {"aside": "Already thanked them in another way? Tell us:", "aside_url": "/talks/3/thanked/"}
    return Sample(**(fields | changes))


NAMES = {
    "student_name": "Amira Haddad",
    "student_first": "Amira",
    "contact_name": "Ingrid Solheim",
    "contact_first": "Ingrid",
    "alum_first": "Ingrid",
}
TIMES = ["Monday, November 30, 2:00 to 4:00 pm", "Tuesday, December 1, 3:00 to 5:00 pm"]
OFFER = {"lines": TIMES, "zone_words": "Dublin time"}
CLOSES = "Thursday, November 26"


MEET_BY = datetime(2026, 12, 10, 16, 40, tzinfo=UTC)


def _introduced():
    return {
        "student_name": "Amira Haddad",
        "student_first": "Amira",
        "studies": "Public Health",
        "alum_name": "Ingrid Solheim",
        "alum_first": "Ingrid",
        "work": "Epidemiologist at Corvane",
        "words": "Amira has mapped every well in her county.",
        "author": "Ruth Amsel",
    }


def _meeting():
    """What the question to the alum of a warm introduction knows besides."""
    stop = {"stop_url": _page(f"alum/stop/{'s' * 43}/")}
    return {"answer_by": MEET_BY, "answer_url": _page(f"meet/{'k' * 43}/")} | stop


def _page(path):
    return f"{settings.SITE_URL}/{path}"


def _answer():
    return _page("a/mXo0yRkq1y7Q3v5Jm2n8bT4cW6dF9gH1jK0lZ2xV4pA/")


def _said(note):
    return {"note": note, "quoted": "\n".join(f"> {line}" for line in note.splitlines())}


def _practice(**changes):
    fields = {"to_coach": False, "other": "Ruth Amsel", "other_first": "Ruth", "place": "Ashby 204", "before": ""}
    fields |= {"time": "Tuesday, December 1, 2:00 to 2:30 pm", "plays": "Ingrid Solheim", "is_changed": False}
    return fields | {"url": _page("practice/")} | changes


def _letter():
    asked = Sample(
        subject="A Tamarack student with a few questions about your work",
        parts=(
            "I’m Amira Haddad, a junior at Tamarack studying public health.",
            "Yuki Tanabe said that you were the person to ask, and that I could use her name.",
            "You went from a biology degree to taking medical devices through approval in two countries.",
            "Could I have 20 minutes of your time, by phone or video? I will come with questions and keep to the time.",
        ),
        contact=Sample(first_name="Ingrid", time_zone="Europe/Dublin"),
        alum=Sample(first_name="Ingrid", time_zone="Europe/Dublin"),
        student=Sample(
            called="Amira Haddad",
            first_name="Amira",
            time_zone="America/Chicago",
            student_profile=Sample(class_year=2028),
        ),
    )
    starts_at = datetime(2026, 11, 30, 14, 0, tzinfo=UTC)
    days = [starts_at + timedelta(days=n) for n in range(3)]
    windows = [Sample(starts_at=day, ends_at=day + timedelta(hours=2)) for day in days]
    return letter_of(asked, windows, university="Tamarack University")


def _entry(*, is_last):
    """What the yearly question to an alum knows."""
    work = {"title": "Regulatory Affairs Manager", "employer": "Corvane Medical", "place": "Dublin, Ireland"}
    alum = Sample(first_name="Ingrid", called="Ingrid Solheim", class_mark="’14", **work)
    until = datetime(2026, 12, 12, 16, 40, tzinfo=UTC)
    return {"alum": alum, "is_last": is_last, "until": until, "answer_url": _page(f"e/{'k' * 43}/")}


def _read_over(**how):
    return NAMES | {"coach_name": "Ruth Amsel", "url": _page("requests/7/")} | _said("") | how


def _trouble(name):
    said = Sample(channel_error="535 5.7.8 this password is wrong")
    return {"trouble": name, "health": said, "now": datetime(2026, 11, 12, 16, 40, tzinfo=UTC)}


def _talk(*, to_alum):
    """What a mail about a conversation knows: each side sees its own time first."""
    day = "Monday, November 30"
    dublin, chicago = f"{day}, 3:00 to 3:20 pm Dublin time", f"{day}, 9:00 to 9:20 am Central Time"
    return NAMES | {
        "to_alum": to_alum,
        "other_name": "Amira Haddad" if to_alum else "Ingrid Solheim",
        "time": dublin if to_alum else chicago,
        "other_time": chicago if to_alum else dublin,
        "how": "By phone. Amira calls Ingrid.",
        "url": _page("talks/3/"),
        "answer_url": _answer(),
    }


def _erasure(*, by_office):
    return {"due": "Thursday, November 19, 10:40 am", "url": _page("me/data/delete/"), "by_office": by_office}


SAMPLES = {
    "report_handled": lambda: {"first": "Amira"},
    "conduct_warning": lambda: {"first": "Ingrid", "body": "Please be kind.\n\nIf you see it differently, reply."},
    "coach_letter": lambda: {
        "subject": "Your first conversation",
        "body": "Dear Amira,\n\nListen more than you talk.\n\nRuth",
        "coach_name": "Ruth Amsel",
        "url": _page("today/"),
        "stop_url": _page(f"coach/said/stop/{'k' * 43}/"),
    },
    "new_coach": lambda: {
        "first": "Amira",
        "coach": "Dele Okafor",
        "coach_first": "Dele",
        "coach_email": "dele.okafor@tamarack.example",
        "before": "Ruth Amsel",
        "url": _page("goal/"),
    },
    "practice_booked": lambda: _practice(),
    "practice_booked to-coach": lambda: _practice(to_coach=True),
    "practice_booked moved": lambda: _practice(before="Monday, November 30, 3:00 pm", is_changed=True),
    "practice_booked moved-to-coach": lambda: _practice(
        to_coach=True, before="Monday, November 30, 3:00 pm", is_changed=True
    ),
    "practice_booked changed": lambda: _practice(is_changed=True),
    "practice_cancelled": lambda: _practice() | {"is_own": False} | _said("I’m away that day. I’m sorry."),
    "practice_cancelled own": lambda: _practice() | {"is_own": True} | _said(""),
    "practice_cancelled to-coach": lambda: _practice(to_coach=True) | {"is_own": False} | _said(""),
    "help_request_asked": lambda: {
        "student": "Amira Haddad",
        "wanted": "A biostatistician in Duluth",
        "words": "How does a small hospital use statistics?",
        "needed_by": date(2026, 12, 4),
        "url": _page("help-requests/3/"),
    },
    "introduction_asked": lambda: _introduced() | _meeting(),
    "introduction_asked outside": lambda: (
        _introduced()
        | {"answer_by": MEET_BY, "answer_url": _page(f"meet/{'k' * 43}/"), "is_outside": True, "work": "A nurse"}
    ),
    "introduction_asked coach left": lambda: _introduced() | _meeting() | {"author": "", "studies": ""},
    "introduction_made": lambda: (
        _introduced() | {"alum_email": "ingrid@alum.example", "student_email": "amira@tamarack.example"}
    ),
    "introduction_declined": lambda: _introduced() | {"url": _page("people/")},
    "help_request_answered": lambda: {
        "first": "Amira",
        "wanted": "A biostatistician in Duluth",
        "words": "These 2 know the region.\n\nTell me how it goes.",
        "people": [{"name": "Peder Aune", "why": "Counts everything."}, {"name": "Lise Maki", "why": ""}],
        "author": "Ruth Amsel",
        "url": _page("ask/#question-3"),
    },
    "reminder": lambda: {"notices": [_notice()]},
    "digest": lambda: {"notices": [_notice(), _notice(title="Save what you learned", text="")]},
    "alum_invitation": lambda: {"alum": _entry(is_last=False)["alum"], "claim_url": _page(f"c/{'k' * 43}/")},
    "profile_check": lambda: _entry(is_last=False),
    "profile_check last": lambda: _entry(is_last=True),
    "sign_in_code": lambda: {"code": "KQ7-3MX"},
    "address_code": lambda: {"code": "482071"},
    "no_account": dict,
    "password_link": lambda: {
        "password_reset_url": f"{settings.SITE_URL}/accounts/password/reset/key/1-d0c3xy-{'3f2a9b7c' * 4}/"
    },
    "security_notice": lambda: {
        "what": "Your password was changed.",
        "timestamp": datetime(2026, 11, 12, 16, 40, tzinfo=UTC),
        "ip": "192.0.2.7",
    },
    "data_ready": lambda: {
        "url": _page(f"data/{'k' * 43}/"),
        "until": "Friday, November 13, 10:40 am",
        "by_office": False,
    },
    "data_ready office": lambda: {
        "url": _page(f"data/{'k' * 43}/"),
        "until": "Friday, November 13, 10:40 am",
        "by_office": True,
    },
    "erasure_asked": lambda: _erasure(by_office=False),
    "erasure_asked office": lambda: _erasure(by_office=True),
    "erasure_soon": lambda: _erasure(by_office=False),
    "office_alert": lambda: {
        "count": 2,
        "messages": [
            Sample(
                recipient="a@x.example", shown_subject="A request", last_error="550 nobody", get_state_display="Failed"
            ),
            Sample(
                recipient="b@x.example", shown_subject="A note", last_error="", get_state_display="Delivery unconfirmed"
            ),
        ],
    },
    "office_alert of the mail server": lambda: _trouble("channel"),
    "office_alert of late mail": lambda: _trouble("late"),
    "office_alert of reminders": lambda: _trouble("reminders"),
    "reply_forwarded": lambda: {
        "about": "Your conversation with Amira",
        "writer": "ingrid@corvane.example",
        "words": "Thank you, Tuesday is fine.\n\nIngrid",
    },
    "request_sent_to_alum": lambda: {"letter": _letter(), "cap": 2, "answer_url": _answer()},
    "request_nudge": lambda: NAMES | {"asked": Sample(minutes=20), "answer_url": _answer(), "closes": CLOSES},
    "request_countered to the alum": lambda: (
        NAMES | OFFER | {"to_alum": True, "answer_url": _answer()} | _said("Earlier in the day suits me, too.")
    ),
    "request_countered to the student": lambda: NAMES | OFFER | {"url": _page("requests/7/")} | _said(""),
    "request_countered in words": lambda: (
        NAMES | {"lines": [], "zone_words": "Dublin time", "url": _page("requests/7/")} | _said("Any Friday after 4.")
    ),
    "request_question to the student": lambda: (
        NAMES
        | {"closes": CLOSES, "url": _page("requests/7/")}
        | _said("What would you like to know?\nA line is enough.")
    ),
    "request_question answered with times": lambda: (
        NAMES
        | OFFER
        | {"to_alum": True, "closes": CLOSES, "answer_url": _answer()}
        | _said("How an approval is really reached.")
    ),
    "request_question answered": lambda: (
        NAMES
        | {"lines": [], "zone_words": "Dublin time", "to_alum": True, "closes": CLOSES, "answer_url": _answer()}
        | _said("How an approval is really reached.")
    ),
    "request_reopened": lambda: NAMES | {"closes": CLOSES, "url": _page("requests/7/")},
    "request_declined": lambda: NAMES | {"url": _page("requests/7/")} | _said("This month is too full. Good luck."),
    "request_declined with a name": lambda: (
        NAMES | {"url": _page("requests/7/"), "suggested_name": "Marcus Adeyemi", "may_use_name": True} | _said("")
    ),
    "request_declined and still open": lambda: (
        NAMES
        | {"url": _page("requests/7/"), "suggested_name": "Marcus Adeyemi", "may_use_name": False, "is_open": True}
        | _said("He knows more about it.")
    ),
    "request_expired": lambda: (
        NAMES
        | {"url": _page("requests/7/"), "others": ["Erin Voss, Nurse", "Bo Larsen, Analyst", "Kim O’Hara, Editor"]}
    ),
    "request_held_back": lambda: (
        NAMES
        | {
            "url": _page("requests/7/"),
            "reason": "Ingrid isn’t taking requests until April 1. Save this profile and check back.",
        }
    ),
    "request_expired alone": lambda: NAMES | {"url": _page("requests/7/"), "others": []},
    "request_expired though they had answered": lambda: (
        NAMES | {"url": _page("requests/7/"), "others": [], "was_mine": True}
    ),
    "request_withdrawn by silence": lambda: NAMES | {"answer_url": _answer(), "is_lapsed": True} | _said(""),
    "request_withdrawn": lambda: (
        NAMES | {"answer_url": _answer()} | _said("My plans have changed. Thank you all the same.")
    ),
    "review_waiting": lambda: NAMES | {"due": "Friday, November 13, 10:40 am", "url": _page("coach/reviews/7/")},
    "review_done on its way": lambda: _read_over(is_sent=True, is_lapsed=False),
    "review_done by itself": lambda: _read_over(is_sent=True, is_lapsed=True),
    "review_done unread": lambda: (
        _read_over(is_sent=False, is_lapsed=True) | _said("Ingrid has reached this month’s limit.")
    ),
    "review_done with comments": lambda: _read_over(is_sent=False, is_lapsed=False) | _said("Nearly there."),
    "text_to_review": lambda: (
        NAMES
        | {"what": "thank-you note to Ingrid Solheim", "due": "Friday, November 13, 10:40 am"}
        | {"url": _page("coach/reviews/texts/7/")}
    ),
    "text_reviewed": lambda: (
        {"coach_name": "Ruth Amsel", "what": "introduction", "count": 2, "url": _page("me/reviews/7/")}
        | _said("Nearly there.")
    ),
    "thank_you": lambda: (
        NAMES
        | {
            "subject": "Thank you for Monday",
            "body": "Dear Ingrid,\n\nYour story about the recall has stayed with me.\n\nWith thanks,\nAmira",
        }
    ),
    "progress_update": lambda: (
        NAMES
        | {
            "subject": "An update from Amira Haddad",
            "body": "Dear Ingrid,\n\nI sat in on a design review, as you suggested.\n\nWith thanks,\nAmira",
            "stop_url": _page(f"network/stop/{'k' * 43}/"),
        }
    ),
    "interview_scheduled to the alum": lambda: _talk(to_alum=True) | {"goals": "How approval works in two countries."},
    "interview_scheduled to the student": lambda: _talk(to_alum=False) | {"goals": "", "by_alum": True},
    "interview_scheduled by the student": lambda: _talk(to_alum=False) | {"goals": "", "by_alum": False},
    "interview_move_offered after all, to the alum": lambda: _talk(to_alum=True) | OFFER | {"is_off": True} | _said(""),
    "interview_move_offered after all": lambda: _talk(to_alum=False) | OFFER | {"is_off": True} | _said("I am well."),
    "interview_kept to the alum": lambda: _talk(to_alum=True) | _said(""),
    "interview_kept to the student": lambda: _talk(to_alum=False) | _said("Friday is full after all."),
    "interview_move_offered to the alum": lambda: _talk(to_alum=True) | OFFER | _said("I have an exam that day."),
    "interview_move_offered to the student": lambda: _talk(to_alum=False) | OFFER | _said(""),
    "interview_moved to the alum": lambda: _talk(to_alum=True) | {"by_alum": False} | _said("Thank you for moving it."),
    "interview_moved to the student": lambda: _talk(to_alum=False) | {"by_alum": True} | _said(""),
    "interview_moved to a place": lambda: _talk(to_alum=True) | {"only_place": True} | _said(""),
    "interview_moved for longer, to the alum": lambda: _talk(to_alum=True) | {"longer": True} | _said(""),
    "interview_moved for longer": lambda: _talk(to_alum=False) | {"longer": True} | _said(""),
    "interview_cancelled by the alum, to the alum": lambda: _talk(to_alum=True) | {"by_alum": True} | _said(""),
    "interview_cancelled by the alum": lambda: _talk(to_alum=False) | {"by_alum": True} | _said("A new project began."),
    "interview_cancelled by the student, to the alum": lambda: _talk(to_alum=True) | {"by_alum": False} | _said(""),
    "interview_cancelled by the student": lambda: _talk(to_alum=False) | {"by_alum": False} | _said(""),
    "interview_cancelled outside": lambda: _talk(to_alum=False) | {"by_alum": False, "is_outside": True} | _said(""),
}

"""Rows for tests: plain functions with sensible defaults; name only what the test is about."""

from datetime import UTC, datetime, timedelta

from apps.accounts.models import Role, User
from apps.alumni.models import AlumniProfile, Format, Help, Listing
from apps.interviews.lifecycle.models import Interview, InterviewRequest, TimeWindow
from apps.network.models import Contact, Referral, Relation
from apps.students.models import StudentProfile

NOW = datetime(2026, 11, 12, 16, 40, tzinfo=UTC)  # Thursday, November 12, 2026, 10:40 am in Chicago
PASSWORD = "a long enough passphrase"


def person(name="Ada Example", *roles, email=None, zone="America/Chicago", password=None, **fields):
    """Make a person; the address is made from the name."""
    email = email or f"{name.lower().replace(' ', '.')}@tamarack.example"
    return User.objects.create_user(email, password, name=name, roles=list(roles), time_zone=zone, **fields)


def student(name="Amira Student", coach=None, **fields):
    user = person(name, Role.STUDENT)
    StudentProfile.objects.create(user=user, coach=coach, **{"program": "Public Health", "class_year": 2028} | fields)
    return user


def coach(name="Ruth Coach"):
    return person(name, Role.COACH)


def office(name="Olive Office"):
    return person(name, Role.OFFICE)


def alum_profile(name="Ingrid Solheim", user=None, **fields):
    """Make a listed directory entry that may be asked."""
    defaults = {
        "user": user,
        "name": name,
        "email": user.email if user else f"{name.lower().replace(' ', '.')}@alum.example",
        "listing": Listing.LISTED,
        "class_year": 2014,
        "majors": ["Biology"],
        "employer": "Corvane Medical",
        "title": "Regulatory Affairs Manager",
        "field": "Healthcare",
        "city": "Dublin",
        "country": "IE",
        "time_zone": "Europe/Dublin",
        "helps": [Help.TALK],
        "formats": [Format.VIDEO, Format.PHONE],
    }
    return AlumniProfile.objects.create(**defaults | fields)


def alum(name="Ingrid Solheim", **fields):
    """Make an alum with an account. Returns the person; their entry is `.alumni_profile`."""
    user = person(name, Role.ALUM, email=f"{name.lower().replace(' ', '.')}@alum.example", zone="Europe/Dublin")
    alum_profile(name, user=user, **fields)
    return user


def contact(student, name="Helen Varga", **fields):
    return Contact.objects.create(student=student, name=name, **{"relation": Relation.PROFESSOR} | fields)


def referral(referrer, named, *, at=NOW, **fields):
    return Referral.objects.create(
        student_id=referrer.student_id, referrer=referrer, contact=named, named_at=at, **fields
    )


def interview_request(student, contact, **fields):
    """Make a request with four believable parts and one window a week from NOW."""
    defaults = {
        "alum": contact.alum,
        "subject": "A Tamarack student with a few questions about your work",
        "part_who": f"I’m {student.name}, a junior at Tamarack studying public health.",
        "part_connection": "I found you in the alumni directory.",
        "part_why": "You went from a biology degree to taking medical devices through approval in two countries.",
        "part_ask": "Could I have 20 minutes of your time, by phone or video, next week?",
        "formats": [Format.VIDEO, Format.PHONE],
    }
    request = InterviewRequest.objects.create(student=student, contact=contact, **defaults | fields)
    window(request)
    return request


def sent_request(student, contact, *, at=NOW, **fields):
    """Make a request that waits for the alum's answer."""
    times = {"sent_at": at, "leaves_at": at, "deadline_at": at + timedelta(days=14), "turn": "alum", "status": "sent"}
    return interview_request(student, contact, **times | fields)


def window(request, *, starts_at=None, hours=2, by="student", zone="America/Chicago"):
    starts_at = starts_at or NOW + timedelta(days=7)
    return TimeWindow.objects.create(
        request=request, offered_by=by, starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours), zone=zone
    )


def interview(student, contact, *, starts_at=None, minutes=20, **fields):
    """Make a conversation, scheduled unless `status` says otherwise; a completed one ended when it should."""
    starts_at = starts_at or NOW + timedelta(days=1)
    ends_at = starts_at + timedelta(minutes=minutes)
    zone = contact.time_zone or student.time_zone
    if fields.get("status") == "completed":
        fields.setdefault("talked_until", ends_at)
    return Interview.objects.create(
        student=student,
        contact=contact,
        **{
            "alum": contact.alum,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "minutes": minutes,
            "zone": zone,
            "agreed_wall_clock": f"{starts_at:%Y-%m-%dT%H:%M}",
            "student_zone": student.time_zone,
            "alum_zone": zone,
        }
        | fields,
    )

"""The office's first page at 2,000 students and their requests: goal 40 bare pages, the same statements as at 200."""

from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from apps.interviews.lifecycle.models import Interview, InterviewRequest
from apps.interviews.thanking.models import ThankYou
from apps.network.models import Contact
from tests import bench, world


def main():
    desk = world.person("Bench Office", "office", email="office@bench.example")
    made = 0
    for size in (200, 2000):
        term(made, size)
        made = size
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as autovacuum does where rows come one by one
        with bench.served(desk) as (floor, get):
            floors, ours = bench.alternating(floor, lambda: get("/office/"), times=15)
        bench.say(f"office_{size}_vs_bare", bench.ratio(ours, floors), "ratio")
        client = bench.client(desk)
        client.get("/office/")  # what is kept for a while
        queries, compressed = bench.queries_and_bytes(client, "/office/")
        bench.say(f"office_{size}_queries", queries, "queries")
        bench.say(f"office_{size}_bytes", compressed, "bytes")


@transaction.atomic
def term(first, last):
    """Make students with three requests each, of which two were answered, one talked about, and most thanked for."""
    now = timezone.now()
    coach = world.person("Bench Coach", "coach", email=f"coach{first}@bench.example")
    for number in range(first, last):
        student = world.student(f"Bench Student{number}", coach=coach)
        entry = world.alum_profile(f"Bench Alum{number}", email=f"alum{number}@bench.example")
        requests(student, [entry, None, None], now)


def requests(student, entries, now):
    sent = now - timedelta(days=9)
    contacts = [
        Contact(student=student, name=f"Person {n}", sort_key=f"person {n}", relation="professor", alum=entry)
        for n, entry in enumerate(entries)
    ]
    Contact.objects.bulk_create(contacts)
    rows = [
        InterviewRequest(
            student=student,
            contact=contact,
            alum=contact.alum,
            status="accepted" if n < 2 else "sent",
            sent_at=sent,
            leaves_at=sent,
            deadline_at=now + timedelta(days=5),
            answered_at=now - timedelta(days=6) if n < 2 else None,
        )
        for n, contact in enumerate(contacts)
    ]
    InterviewRequest.objects.bulk_create(rows)
    starts = now - timedelta(days=3)
    talk = Interview(
        student=student,
        contact=contacts[0],
        alum=entries[0],
        request=rows[0],
        status="completed",
        starts_at=starts,
        ends_at=starts + timedelta(minutes=20),
        minutes=20,
        talked_until=starts + timedelta(minutes=20),
        zone=student.time_zone,
        student_zone=student.time_zone,
        alum_zone=student.time_zone,
        agreed_wall_clock="2026-11-30T15:00",
    )
    talk.save()
    if student.pk % 5:
        ThankYou.objects.create(interview=talk, body="Thank you.", sent_at=now)

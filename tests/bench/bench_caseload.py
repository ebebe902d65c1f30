"""A coach's caseload of 50, 500 and 2,000: goal 40 bare pages, the same statements, 12 KB compressed, at any size."""

from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from apps.network.models import Touch
from tests import bench, world


def main():
    for size in (50, 500, 2000):
        coach = caseload(size)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as autovacuum does where rows come one by one
        with bench.served(coach) as (floor, get):
            floors, ours = bench.alternating(floor, lambda: get("/coach/"), times=15)
        bench.say(f"caseload_{size}_vs_bare", bench.ratio(ours, floors), "ratio")
        client = bench.client(coach)
        client.get("/coach/")  # what is kept for a while
        queries, compressed = bench.queries_and_bytes(client, "/coach/")
        bench.say(f"caseload_{size}_queries", queries, "queries")
        bench.say(f"caseload_{size}_bytes", compressed, "bytes")


@transaction.atomic
def caseload(size):
    """Make a coach with so many students; some to thank, with a draft, quiet, waiting, with nothing."""
    now = timezone.now()
    coach = world.person("Bench Coach", "coach", email=f"coach{size}@bench.example")
    for number in range(size):
        student = world.student(f"Bench Student{number} of {size}", coach=coach, goal_conversations=5)
        contact = world.contact(student) if number % 5 else None
        if number % 5 == 1:
            world.interview(student, contact, starts_at=now - timedelta(hours=60 + number), status="completed")
        elif number % 5 == 2:
            world.interview_request(student, contact, created_at=now - timedelta(days=12))
        elif number % 5 == 3:
            Touch.objects.create(student=student, contact=contact, kind=Touch.Kind.WROTE, at=now - timedelta(days=30))
        elif number % 5 == 4:
            world.sent_request(student, contact, at=now - timedelta(days=2))
    return coach

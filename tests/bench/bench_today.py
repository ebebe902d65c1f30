"""The student's first page in the demo world, against a bare Django page: goal 15 times, 12 statements."""

from django.db import connection
from django.utils import timezone

from apps.accounts.models import Role, User
from apps.local import demo
from apps.local.people import DEMO_PEOPLE
from tests import bench


def main():
    reader = noor()
    with bench.served(reader) as (floor, get):
        floors, ours = bench.alternating(floor, lambda: get("/today/"))
    bench.say("bare_page", bench.p(floors, 0.5) * 1000, "ms")
    bench.say("today_vs_bare", bench.ratio(ours, floors), "ratio")
    bench.say("today_p95_vs_p50", bench.p(ours, 0.95) / bench.p(ours, 0.5), "ratio")
    queries, size = bench.queries_and_bytes(bench.client(reader), "/today/")
    bench.say("today_queries", queries, "queries")
    bench.say("today_bytes", size, "bytes")


def noor():
    """Return the student of the demo world, built if it is not there."""
    demo.build(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the server does by itself within a minute
    return User.objects.get(email=DEMO_PEOPLE[Role.STUDENT].email)

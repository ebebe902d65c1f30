"""One sweep that finds 100,000 things due: notices a second, and the memory it takes (reliability.md 7, A25).

Four people in five are in Chicago. Each of 2,000 students has 50 steps whose day has begun; the mails are measured with
the delivery, so here nobody wishes for any.

What bounds it, of 10 s on two shared cores: 4.7 s to ask for the rows and make objects of them (most of that is
Django making 100,000 objects and handing each its student), 3.3 s for the database to insert them with six indexes
and a foreign key, 1.2 s to put them into words, 0.8 s to write them as JSON, 0.2 s to ask what is missing. To
prefetch what is joined, or to ask in larger batches, changed nothing that could be measured.
"""

import time
from datetime import UTC, datetime

from django.db import connection
from django.urls import reverse

from apps.accounts.models import Role, User
from apps.network.models import ActionStep
from apps.reminders import sweep
from apps.reminders.models import How, Notice, Preference
from apps.reminders.rules import BY_NAME
from tests.bench import cpu_of_database, forget_peak, peak_mb, say

STUDENTS, STEPS = 2_000, 50
ZONES = ("America/Chicago",) * 4 + ("America/New_York",)


def main():
    now = datetime.now(UTC)
    _world()
    reverse("today")  # a worker has loaded its pages
    forget_peak()
    before, cpu, served, start = peak_mb(), time.process_time(), cpu_of_database(), time.perf_counter()
    for rule in BY_NAME.values():
        sweep.notice(rule, now)
    say("sweep_100k", time.perf_counter() - start, "s")
    say("sweep_100k_cpu", time.process_time() - cpu, "s")
    say("sweep_100k_database_cpu", cpu_of_database() - served, "s")
    say("sweep_100k_memory", peak_mb() - before, "MB more")
    inserted = Notice.objects.filter(rule="action-step").count()
    if inserted != STUDENTS * STEPS:
        raise RuntimeError(f"{inserted} were inserted.")
    say("sweep_100k_again", _timed(lambda: [sweep.notice(rule, now) for rule in BY_NAME.values()]), "s")
    ActionStep.objects.update(done_at=now)
    say("sweep_100k_gone", _timed(lambda: [sweep.close_gone(rule, now) for rule in BY_NAME.values()]), "s")


def _world():
    people = [
        User(email=f"s{n}@bench.example", name=f"Student N{n}", roles=[Role.STUDENT], time_zone=ZONES[n % 5])
        for n in range(STUDENTS)
    ]
    User.objects.bulk_create(people)
    Preference.objects.bulk_create(Preference(person=one, rule="action-step", how=How.NEVER) for one in people)
    with connection.cursor() as cursor:
        cursor.execute(MANY_STEPS, [STEPS])
        cursor.execute("ANALYZE")


MANY_STEPS = """
    INSERT INTO network_actionstep (student_id, text, due_on, created_at)
    SELECT person.id, 'Sign up for course ' || n, current_date - 2, now()
    FROM accounts_user person, generate_series(1, %s) n WHERE person.email LIKE '%%@bench.example'
"""


def _timed(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start

"""A network of any size: people, half of them in touch, some introduced by others, with what happened."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from apps.interviews.lifecycle.models import Interview
from apps.network.models import Contact, Organization, Referral, Relation, Touch

FIRST = (
    "Ana",
    "Ben",
    "Carla",
    "Dara",
    "Emil",
    "Farah",
    "Goran",
    "Hana",
    "Ivo",
    "Jada",
    "Kenji",
    "Lena",
    "Marco",
    "Nadia",
)
RELATIONS = list(Relation)


def people(student, count, entries=0):
    """Make so many contacts, and `entries` of what happened beside one for every second of them."""
    now = timezone.now()
    places = Organization.objects.bulk_create(
        Organization(student=student, name=f"Organization {n}") for n in range(min(count, 50))
    )
    made = [_person(student, n, places, now) for n in range(count)]
    for contact in made:
        contact.compose()
    Contact.objects.bulk_create(made)
    Referral.objects.bulk_create(
        Referral(student=student, referrer=made[n // 7], contact=made[n], named_at=now - timedelta(days=n % 90))
        for n in range(1, count)
        if n % 3 == 0
    )
    Interview.objects.bulk_create(_talk(student, made[n], now - timedelta(days=n + 1)) for n in range(0, count, 10))
    touches = max(entries, count // 2)
    Touch.objects.bulk_create(
        Touch(
            student=student, contact=made[n * 2 % count], kind="wrote", at=now - timedelta(days=n % 400), note="Hello"
        )
        for n in range(touches)
    )
    counted(Organization, Contact, Referral, Interview, Touch)
    return made


def counted(*models):
    """Tell the planner how many rows there are, as autovacuum does where they come one by one."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(model._meta.db_table for model in models)}")


def _person(student, n, places, now):
    return Contact(
        student=student,
        name=f"{FIRST[n % len(FIRST)]} Example{n}",
        relation=RELATIONS[n % len(RELATIONS)],
        title="Policy analyst",
        organization=places[n % len(places)],
        email=f"person{n}@example.org",
        last_touch_at=now - timedelta(days=n % 400) if n % 2 == 0 else None,
    )


def _talk(student, contact, at):
    over = at + timedelta(minutes=20)
    return Interview(
        student=student,
        contact=contact,
        status="completed",
        starts_at=at,
        ends_at=over,
        talked_until=over,
        minutes=20,
        zone="America/Chicago",
        agreed_wall_clock=f"{at:%Y-%m-%dT%H:%M}",
        student_zone="America/Chicago",
        alum_zone="America/Chicago",
    )

"""The year before: conversations of the past, spread over alumni and students, and what came of them."""

from collections.abc import Iterator
from datetime import timedelta

from apps.alumni.models import AlumniProfile
from apps.interviews.lifecycle.models import Interview, InterviewRequest
from apps.interviews.lifecycle.moves import InterviewStatus
from apps.local import demo_talks as talks
from apps.local.demo_people import STORIES
from apps.local.demo_talks import DAY, H, on_the_hour
from apps.local.demo_term import APART, ONE_BY, ROWS, Term, group_of
from apps.network import actions as network
from apps.network.models import Outcome, Referral, Touch

LONG_ENOUGH_HERE = ("senior", "junior", "second-year master’s student")
AGES = [(12, 40), (44, 70), (130, 200), (270, 330)]  # days ago: twice this term, once in spring, once last fall
FALLS_THROUGH = ["declined", "expired", "withdrawn", "cancelled", "no_show"]


def history(term: Term) -> None:
    """Give every alum who has a story four conversations of the last year and one that came to nothing."""
    for place, alum_name in enumerate(ONE_BY):
        group = ONE_BY[alum_name]["group"]
        for slot, (newest, oldest) in enumerate(AGES):
            days = newest + (place * 11 + slot * 17) % (oldest - newest)
            student = _student_for(term, group, alum_name, long_ago=slot > 1)
            starts_at = on_the_hour(term.now - days * DAY, term.students[student].zone, 9 + (place + slot) % 8)
            made = term.finished(student, alum_name, starts_at)
            if slot > 1 and place % 2:
                _kept_up(term, made)
        _fell_through(term, place, alum_name, group)
    _quiet_since_september(term)
    _loops(term)
    _outcomes(term)


def _student_for(term: Term, group: str, alum_name: str, *, long_ago: bool = False) -> str:
    """Return the student with the fewest talks so far who looks in this field and has not met this alum."""
    names = [name for name in term.students if name not in APART and term.unmet(name, alum_name)]
    if long_ago:
        names = [name for name in names if ROWS[name]["year"] in LONG_ENOUGH_HERE]
    return min(names, key=lambda name: (term.load[name] + 4 * (group_of(name) != group), list(ROWS).index(name)))


def _kept_up(term: Term, made: Interview) -> None:
    """They were in touch again since."""
    at = term.now - timedelta(days=20 + term.turn % 60)
    network.touch(made.contact, Touch.Kind.WROTE, at=at, note=term.next(STORIES["loops"]))


def _fell_through(term: Term, place: int, alum_name: str, group: str) -> None:
    """One request or appointment per alum that came to nothing, each in its own way."""
    kind = FALLS_THROUGH[place % len(FALLS_THROUGH)]
    student = _student_for(term, group, alum_name)
    sent_at = on_the_hour(term.now - (24 + place) * DAY, term.students[student].zone, 10)
    if kind in ("declined", "expired", "withdrawn"):
        answered_at = {"declined": sent_at + 2 * DAY, "withdrawn": sent_at + 3 * DAY}.get(kind)
        note = term.next(STORIES["declines"]) if kind == "declined" and place % 2 == 0 else ""
        row = term.request(student, alum_name, status=kind, sent_at=sent_at, answered_at=answered_at, note=note)
        talks.windows(row, [sent_at + 6 * DAY, sent_at + 8 * DAY])
        return
    starts_at = on_the_hour(sent_at + 7 * DAY, term.students[student].zone, 14)
    row = term.agreed(student, alum_name, starts_at, answered_at=starts_at - 5 * DAY)
    by = "alum" if place % 2 else "student"
    why = term.next(STORIES["cancelled"]) if kind == "cancelled" else ""
    made = talks.interview(
        row,
        starts_at=starts_at,
        agreed_at=row.answered_at,
        status=kind,
        change_note=why,
        changed_by=by if kind == "cancelled" else "",
        sequence=1 if kind == "cancelled" else 0,
    )
    event, actor = ("cancel", by) if kind == "cancelled" else ("no_show", "student")
    at = starts_at - DAY if kind == "cancelled" else starts_at + H
    talks.happened(made, event, was=InterviewStatus.SCHEDULED, became=kind, actor=actor, at=at, note=why)


def _quiet_since_september(term: Term) -> None:
    """Emeka had two good talks and has been quiet for seven weeks."""
    for days, alum in ((58, "Halima Abdi"), (66, "Karin Holt")):
        term.finished("Emeka Nwosu", alum, on_the_hour(term.now - days * DAY, term.students["Emeka Nwosu"].zone, 11))


def _loops(term: Term) -> None:
    """Some students went on to talk with the person who was named; half of the referrers have heard of it."""
    for number, (made, referral, alum) in enumerate(list(_named_alumni(term))[:10]):
        starts_at = on_the_hour(term.now - timedelta(days=5 + number), made.contact.student.zone, 8 + number)
        term.finished(made.student.name, alum.name, starts_at)
        referral.followed_up_at = starts_at - 8 * DAY
        referral.save(update_fields=["followed_up_at"])
        if number % 2:
            network.close_loop(referral, now=starts_at + DAY, note=term.next(STORIES["loops"]))


def _named_alumni(term: Term) -> Iterator[tuple[Interview, Referral, AlumniProfile]]:
    """Yield (interview, referral, alum) where a directory alum was named whom the student has not asked yet."""
    rows = (
        Interview.objects.filter(debrief__named_people__referral__contact__alum__isnull=False)
        .filter(starts_at__lt=term.now - 20 * DAY)
        .select_related("student", "contact__student")
        .order_by("starts_at", "pk")
    )
    students = set()
    for made in rows:
        named = made.debrief.named_people.select_related("referral__contact__alum").first()
        referral = named.referral if named else None
        alum = referral.contact.alum if referral else None
        name = made.student.name
        if referral and alum and name not in students and term.unmet(name, alum.name):
            students.add(name)
            yield made, referral, alum


def _outcomes(term: Term) -> None:
    """What came of some older talks: four students applied because of one, and two have said so."""
    held = Interview.objects.filter(status=InterviewStatus.COMPLETED, starts_at__lt=term.now - 120 * DAY)
    lines = [
        (Outcome.Kind.APPLIED, "Applied to the summer program that we spoke about."),
        (Outcome.Kind.PATH, "Had not thought of the county at all."),
        (Outcome.Kind.OFFER, "The observatory said yes for June."),
        (Outcome.Kind.TRAINING, "The mapping course in November."),
        (Outcome.Kind.APPLIED, "Applied for the master’s in Madison, with her reading list in mind."),
        (Outcome.Kind.SHADOW, "A day on the ward in March."),
        (Outcome.Kind.OFFER, "Started at the archive on two afternoons."),
        (Outcome.Kind.INSIGHT, "Know now how a quiet week looks."),
    ]
    for number, made in enumerate(held.select_related("contact").order_by("starts_at", "pk")[: len(lines)]):
        kind, note = lines[number]
        day = term.now - timedelta(days=3 + 4 * number)
        row = Outcome.objects.create(
            student_id=made.student_id, contact=made.contact, kind=kind, note=note, happened_on=day.date()
        )
        if number >= 4 and kind in (Outcome.Kind.APPLIED, Outcome.Kind.OFFER):
            network.thanked_again(row, now=day + DAY)


def first_read() -> None:
    """A coach read the first request of every student before it left."""
    sent = InterviewRequest.objects.exclude(sent_at=None).select_related("student__student_profile__coach", "alum")
    first = {row.student_id: row for row in sent.order_by("-sent_at", "-pk")}
    for row in first.values():
        talks.was_read(row, row.student.student_profile.coach)

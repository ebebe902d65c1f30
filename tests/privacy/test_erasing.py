"""Somebody is deleted: a word that stood only in their rows stands nowhere any more (K5), and others keep theirs."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.accounts.models import User
from apps.alumni.models import AlumniProfile
from apps.audit.models import AuditEntry
from apps.interviews.debriefing.models import ImpactNote
from apps.interviews.lifecycle.models import Interview, InterviewRequest, LifecycleEvent
from apps.interviews.scheduling.models import ChosenTimes
from apps.mail import outbox
from apps.mail.models import OutboundMessage
from apps.moderation.models import Report
from apps.network.models import Contact, LetterDraft
from apps.privacy import erasures
from apps.privacy.models import Erasure, Hold
from apps.students.models import Disclosure, EarlierIntroduction
from apps.web.answers import Refused
from tests.privacy import canaries


def furnish(stage):
    """Rows of kinds that the stage lacks, in which either side writes."""
    for side in ("student", "alum"):
        ChosenTimes.objects.create(request=stage.rows.sent, side=side, note="After lunch")
    for side, row in (("student", stage.rows.accepted), ("alum", stage.rows.sent)):
        LifecycleEvent.objects.create(
            request=row,
            event="question",
            became="sent",
            actor=side,
            by=getattr(stage, side),
            note="A word",
            at=stage.now,
        )
    InterviewRequest.objects.filter(pk=stage.rows.sent.pk).update(answer_note="Which day?")
    Interview.objects.filter(pk=stage.rows.talk.pk).update(change_note="Moved", changed_by="alum")
    Report.objects.create(
        reporter=stage.student, about=stage.alum, reason="other", words="It was rude", created_at=stage.now
    )
    Report.objects.create(
        reporter=stage.alum, about=stage.student, reason="job", words="They asked", created_at=stage.now
    )
    LetterDraft.objects.create(contact=stage.rows.asked, about="reason=news", body="Dear Ingrid")
    ImpactNote.objects.create(
        interview=stage.rows.talk, body="I changed my major", is_shared=True, written_at=stage.now
    )


@pytest.mark.parametrize("name", ["student", "alum", "coach"])
def test_no_word_of_theirs_is_left_in_any_table(everybody, stage, name):
    person = everybody[name]
    furnish(stage)
    planted = canaries.plant(person)
    fresh = User.objects.get(pk=person.pk)
    assert len(planted) > 12
    assert canaries.found(*planted)
    erasures.at_once(fresh, now=timezone.now())
    assert canaries.found(*planted) == set()
    assert canaries.found(fresh.email, fresh.name, fresh.called) == set()
    assert Erasure.objects.get().state == "done"


@pytest.mark.parametrize("name", ["student", "alum", "coach", "office"])
def test_no_name_or_address_of_theirs_is_left_in_any_table(everybody, stage, name):
    """Not what was planted in columns of theirs, but what Rapport itself has written about them to others."""
    person = everybody[name]
    if name == "office":
        User.objects.create_user("second@x.example", name="Second Person", roles=["office"])
    context = {"what": f"{person.name} wrote to {person.email}.", "timestamp": stage.now, "ip": "192.0.2.7"}
    for key in ("security:1", f"request:{stage.rows.accepted.pk}:told"):
        outbox.queue("security_notice", to="other@x.example", occasion=outbox.Occasion(key), context=context)
    assert AuditEntry.objects.filter(after__email=person.email).exists()
    erasures.at_once(User.objects.get(pk=person.pk), now=timezone.now())
    assert canaries.found(person.email, person.name) == set()


def test_the_alum_keeps_a_conversation_with_a_former_student(everybody, stage, as_):
    erasures.at_once(stage.student, now=timezone.now())
    talk = Interview.objects.get(pk=stage.rows.talk.pk)
    assert (talk.status, talk.student.called, talk.student.first_name) == (
        "cancelled",
        "A former student",
        "A former student",
    )
    assert InterviewRequest.objects.filter(pk=stage.rows.accepted.pk, alum=stage.rows.alum).exists()
    assert not InterviewRequest.objects.filter(pk=stage.rows.draft.pk).exists()
    people = as_(everybody["office"]).get("/office/people/").content.decode()
    assert "A former student" not in people
    page = as_(stage.alum).get("/alum/").content.decode()
    assert "A former student" in page
    for address in (f"/alum/requests/{stage.rows.accepted.pk}/", f"/alum/requests/{stage.rows.sent.pk}/"):
        assert as_(stage.alum).get(address).status_code in (200, 404)


def test_students_keep_their_conversation_with_an_alum(everybody, stage, as_):
    erasures.at_once(stage.alum, now=timezone.now())
    talk = Interview.objects.get(pk=stage.rows.talk.pk)
    contact = Contact.objects.get(pk=stage.rows.asked.pk)
    assert (talk.status, talk.student, contact.name) == ("cancelled", stage.student, "An alum")
    client = as_(stage.student)
    for address in (contact.get_absolute_url(), talk.get_absolute_url(), "/conversations/", "/network/?view=list"):
        page = client.get(address)
        assert page.status_code == 200, address
        assert "An alum" in page.content.decode(), address
    entry = AlumniProfile.objects.get(pk=stage.rows.alum.pk)
    assert (entry.listing, entry.email, entry.user, entry.search_text.strip().lower()) == (
        "removed",
        "",
        None,
        entry.search_text.strip().lower(),
    )
    assert not User.objects.filter(pk=stage.alum.pk).exists()
    assert as_(everybody["other_student"]).get(entry.get_absolute_url()).status_code == 404


def test_the_student_keeps_their_own_words_about_the_alum(everybody, stage):
    debrief = stage.rows.talk_debrief
    debrief.learned = (
        "Ingrid told me to shadow a nurse. Ingrid Solheim's lab is small; write to ingrid.solheim@alum.example"
    )
    debrief.save()
    before = stage.rows.introduction_before
    EarlierIntroduction.objects.filter(pk=before.pk).update(who="Ingrid Solheim taught me to read maps.")
    erasures.at_once(stage.alum, now=timezone.now())
    debrief.refresh_from_db()
    before.refresh_from_db()
    assert before.who == "An alum taught me to read maps."
    assert debrief.learned == "An alum told me to shadow a nurse. An alum's lab is small; write to an alum"


def test_others_are_told_kindly_before(everybody, stage):
    OutboundMessage.objects.all().delete()
    erasures.at_once(stage.alum, now=timezone.now())
    [told] = OutboundMessage.objects.filter(kind="interview_cancelled", person=stage.student)
    assert told.state == "pending"
    assert "An alum no longer takes part in Rapport" in told.text
    assert OutboundMessage.objects.filter(kind="request_expired", person=stage.student).exists()


def test_what_somebody_else_looked_at_stays_with_its_student(everybody, stage):
    erasures.at_once(stage.coach, now=timezone.now())
    look = Disclosure.objects.get(pk=stage.rows.look.pk)
    assert (look.viewer, look.viewer_name, look.student) == (None, "A former coach", stage.student)


def test_a_hold_stops_everybody(everybody, stage):
    hold = Hold.objects.create(person=stage.student, reason="Case 12", set_at=timezone.now(), set_by=stage.office)
    with pytest.raises(Refused, match="legal hold"):
        erasures.at_once(stage.student, now=timezone.now())
    with pytest.raises(CommandError, match="legal hold"):
        call_command("erase_person", stage.student.email, "--yes")
    with pytest.raises(Refused, match="legal hold"):
        erasures.ask(stage.student, by="person", now=timezone.now())
    assert User.objects.filter(pk=stage.student.pk, is_active=True).exists()
    assert Interview.objects.get(pk=stage.rows.talk.pk).status == "scheduled"
    Hold.objects.filter(pk=hold.pk).update(lifted_at=timezone.now())
    call_command("erase_person", stage.student.email, "--yes")
    assert User.objects.get(pk=stage.student.pk).roles == []


def test_the_last_of_the_office_stays(office):
    with pytest.raises(Refused, match="last person who runs the office"):
        erasures.at_once(office, now=timezone.now())

"""One student who may not ask an alum again: said on every page of theirs, quiet for the student, and undone (R204)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from apps.alumni import blocking, limits
from apps.alumni.models import AlumniProfile, BlockedStudent
from apps.directory import search, suggestions
from apps.directory.queries import DirectoryQuery, Reader
from apps.interviews import deadlines
from apps.interviews.answering import actions as answering
from apps.interviews.asking import actions as asking
from apps.interviews.lifecycle.models import Interview, InterviewRequest
from apps.interviews.lifecycle.moves import RequestStatus
from apps.interviews.scheduling import actions as scheduling
from apps.mail.models import OutboundMessage
from apps.network import actions as network
from apps.network import update_mails
from apps.policy.models import Policy
from apps.suggestions import actions as suggesting
from apps.suggestions import answering as suggested
from apps.suggestions.actions import Proposal
from apps.tickets import actions as tickets
from apps.tickets.models import Ticket
from apps.web.answers import Refused
from tests import world
from tests.interviews import steps
from tests.interviews.answering.pages import act, page

QUIET = "Ingrid isn’t taking requests right now. Save this profile and check back."
PAUSED = "Paused for now. You can save this profile for later"
DAY = timedelta(days=1)


def block(alum, student, at):
    answering.block(alum.alumni_profile, student, by=alum, now=at)


def long_ago(asked, at):
    """Let a request have been so long ago that nothing but a block is in the way of the next."""
    InterviewRequest.objects.filter(pk=asked.pk).update(
        status="declined", turn="", sent_at=at - 400 * DAY, leaves_at=at - 400 * DAY
    )


# --- where it is said -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("door", ["answer", "alum"])
def test_after_a_not_now_one_press_blocks_and_one_undoes_it(as_, visitor, asked, alum, student, at, door):
    client = visitor if door == "answer" else as_(alum)
    InterviewRequest.objects.update(leaves_at=at - timedelta(minutes=1))
    act(client, asked, "decline", door=door)
    assert not BlockedStudent.objects.exists()
    shown = act(client, asked, "block", door=door).content.decode()
    assert f"You’ve blocked {student.first_name}, who can’t ask you again and isn’t told." in shown
    assert limits.refusal(alum.alumni_profile, student, at + 800 * DAY) == QUIET
    shown = act(client, asked, "unblock", door=door).content.decode()
    assert f"Block {student.first_name} from asking again" in shown
    assert limits.refusal(alum.alumni_profile, student, at + 800 * DAY) is None


def test_it_can_be_said_with_the_not_now(visitor, asked, alum, student, at):
    InterviewRequest.objects.update(leaves_at=at - timedelta(minutes=1))
    assert f"Also block {student.first_name} from asking me again" in page(visitor, asked)
    act(visitor, asked, "decline", {"note": "Not my field", "block": "1"})
    asked.refresh_from_db()
    assert (asked.status, asked.answer_note) == (RequestStatus.DECLINED, "Not my field")
    assert blocking.is_blocked(alum.alumni_profile.pk, student.pk)


def test_to_block_a_student_who_waits_says_not_now_to_the_request(visitor, asked, alum, student, at):
    InterviewRequest.objects.update(leaves_at=at - timedelta(minutes=1))
    act(visitor, asked, "block")
    asked.refresh_from_db()
    assert asked.status == RequestStatus.DECLINED
    (mail,) = OutboundMessage.objects.filter(kind="request_declined")
    assert mail.person == student
    assert "block" not in (mail.subject + mail.text).lower()


def test_a_conversation_that_is_scheduled_stays(visitor, asked, alum, student, at):
    act(visitor, asked, "accept", {"slot": steps.slot(asked, at), "format": "video"})
    shown = act(visitor, asked, "block").content.decode()
    assert Interview.objects.get().status == "scheduled"
    assert "You’ve blocked" in shown


def test_to_look_changes_nothing(visitor, asked):
    page(visitor, asked)
    assert visitor.get(reverse("answer_act", args=[asked.pk, "block"])).status_code == 405
    assert not BlockedStudent.objects.exists()


# --- the alum's list --------------------------------------------------------------------------------------------------


def test_the_alum_sees_whom_they_blocked_and_lets_them_ask_again(as_, asked, alum, student, at):
    client = as_(alum)
    InterviewRequest.objects.update(leaves_at=at - timedelta(minutes=1))
    shown = client.get(reverse("alum_blocked")).content.decode()
    assert "You haven’t blocked anyone." in shown
    assert reverse("alum_blocked") in client.get(reverse("alum_home")).content.decode()
    shown = client.post(reverse("alum_block", args=[student.pk]), follow=True).content.decode()
    assert f"{student.first_name} can’t ask you again. We don’t tell {student.first_name}." in shown
    assert "Unblock" in shown
    shown = client.post(reverse("alum_block", args=[student.pk]), {"undo": "1"}, follow=True).content.decode()
    assert f"{student.first_name} can ask you again." in shown
    assert not BlockedStudent.objects.exists()


def test_whoever_never_asked_is_not_there_to_block(as_, asked, alum, other_student, at):
    """A request that has not left yet is not known either: whose it is stays the student’s."""
    assert as_(alum).post(reverse("alum_block", args=[other_student.pk])).status_code == 404
    assert as_(alum).post(reverse("alum_block", args=[asked.student_id])).status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_asks_the_same_number_of_questions(as_, alum, at, count, django_assert_num_queries):
    for n in range(count):
        for kind in ("Blocked", "Asking"):
            one = world.student(f"{kind} N{n}")
            world.sent_request(one, world.contact(one, alum.name, alum=alum.alumni_profile), at=at - DAY)
            if kind == "Blocked":
                BlockedStudent.objects.create(alum=alum.alumni_profile, student=one, at=at)
    client = as_(alum)
    client.get(reverse("alum_blocked"))
    with django_assert_num_queries(8):
        client.get(reverse("alum_blocked"))


# --- nobody asks ------------------------------------------------------------------------------------------------------


def test_no_request_begins_and_no_draft_leaves(alum, student, at):
    asked = steps.draft(student, alum, at)
    block(alum, student, at)
    with pytest.raises(Refused, match=QUIET):
        asking.send(asked, by=student, now=at)
    InterviewRequest.objects.all().delete()
    with pytest.raises(Refused, match=QUIET):
        asking.open_draft(alum.alumni_profile, by=student, now=at)


def test_what_is_on_its_way_is_held_back(asked, alum, student, at):
    block(alum, student, at)
    asked.refresh_from_db()
    assert asked.status == RequestStatus.SENT  # the alum has not seen it, and says nothing to it
    deadlines.hold_back(asked.leaves_at)
    asked.refresh_from_db()
    assert asked.status == RequestStatus.DRAFT
    (mail,) = OutboundMessage.objects.filter(kind="request_held_back")
    assert QUIET in " ".join(mail.text.split())


def test_what_was_called_off_is_not_asked_for_again(alum, student, at):
    talk = steps.agreed(student, alum, at)
    scheduling.cancel(talk, actor="alum", by=alum, now=at)
    block(alum, student, at)
    again = {"windows": [(at + 9 * DAY, at + 9 * DAY + timedelta(hours=2), "America/Chicago")], "note": "", "now": at}
    with pytest.raises(Refused, match=QUIET):
        scheduling.propose(talk, actor="student", by=student, **again)
    scheduling.propose(talk, actor="alum", by=alum, **again)  # of their own accord they may


def test_no_yes_is_written_down_for_an_alum_who_blocked(asked, alum, student, at):
    long_ago(asked, at)
    block(alum, student, at)
    with pytest.raises(Refused, match=QUIET):
        answering.arrange(asked, starts_at=at + DAY, format="video", by=student, now=at)


def test_no_update_of_the_student_is_mailed(alum, student, at):
    contact = network.contact_for(alum.alumni_profile, student=student)
    world.interview(student, contact, starts_at=at - DAY, status="completed")
    assert update_mails.ways([contact], student, at)[contact.pk].to == alum
    block(alum, student, at)
    assert update_mails.ways([contact], student, at)[contact.pk].why == f"Rapport can’t email {contact.name}."


# --- what the student sees, and others do -----------------------------------------------------------------------------


def test_the_alum_looks_as_one_who_pauses_to_this_student_alone(as_, alum, student, other_student, at):
    block(alum, student, at)
    entry = alum.alumni_profile
    client = as_(student)
    shown = client.get(reverse("alum", args=[entry.pk])).content.decode()
    assert QUIET in shown
    assert "block" not in shown.split("<main")[1].lower()
    assert PAUSED in client.get(reverse("people")).content.decode()
    assert PAUSED not in as_(other_student).get(reverse("people")).content.decode()


def test_it_is_the_very_page_of_a_pause(as_, alum, student, at):
    """Nothing tells the one from the other: neither words nor what stands there besides."""
    client, url = as_(student), reverse("alum", args=[alum.alumni_profile.pk])
    block(alum, student, at)
    blocked = main_of(client.get(url))
    BlockedStudent.objects.all().delete()
    assert main_of(client.get(url)) != blocked
    AlumniProfile.objects.update(is_paused=True)
    assert main_of(client.get(url)) == blocked


def main_of(answer):
    return answer.content.decode().split("<main")[1].partition("csrfmiddlewaretoken")[0]


def test_taking_requests_now_leaves_them_out(alum, student, other_student, at):
    policy, query = Policy.now(), DirectoryQuery(flags=frozenset({"free"}))

    def found(person):
        return search.find(query, Reader(pk=person.pk), now=at, policy=policy)

    assert [found(one).total for one in (student, other_student)] == [1, 1]
    block(alum, student, at)
    assert [found(one).total for one in (student, other_student)] == [0, 1]
    assert found(student).counts.get("flag:free", 0) == 0


def test_they_are_suggested_no_more(alum, student, other_student, at):
    major = alum.alumni_profile.majors or ["Biology"]
    AlumniProfile.objects.update(majors=major)
    readers = [Reader(pk=one.pk, majors=tuple(major)) for one in (student, other_student)]

    def suggested_to():
        return [len(found) for found in suggestions.suggested_to(readers, now=at, policy=Policy.now())]

    assert suggested_to() == [1, 1]
    block(alum, student, at)
    assert suggested_to() == [0, 1]


def test_they_are_no_alternative_to_somebody_else(asked, other_alum, student, at):
    assert asking.alternatives(asked, at) == [other_alum.alumni_profile]
    block(other_alum, student, at)
    assert asking.alternatives(asked, at) == []


def test_no_coach_suggests_or_introduces_them(alum, student, other_student, coach, at):
    proposal = Proposal(alum.alumni_profile, "", "", "They work on rivers.", "Would you talk with a student of mine?")
    suggesting.suggest([student], proposal, by=coach, now=at)
    before = student.suggestions.get()
    block(alum, student, at)
    with pytest.raises(Refused, match=QUIET):
        suggested.agree(before, now=at)
    with pytest.raises(Refused, match=QUIET):
        suggested.ask(before, now=at)
    before.delete()
    made = suggesting.suggest([student, other_student], proposal, by=coach, now=at)
    called = alum.alumni_profile.called
    assert made.to == [other_student]
    assert made.left_out == [(student, f"{called} can’t be asked by {student.first_name} right now.")]


def test_the_office_does_not_name_them_in_an_answer(alum, student, office, at):
    ticket = Ticket.objects.create(student=student, wanted="Who knows rivers?", needed_by=at, asked_at=at)
    block(alum, student, at)
    with pytest.raises(Refused, match="can’t be asked right now"):
        tickets.answer(ticket, by=office, text="Ask Ingrid.", people={alum.alumni_profile: ""}, now=at)


def test_the_office_sees_how_many_and_neither_who_nor_why(as_, office, alum, student, at):
    block(alum, student, at)
    shown = as_(office).get(reverse("office_person", args=[student.pk])).content.decode()
    assert f"1 alum blocked {student.first_name} from asking again." in shown
    assert alum.alumni_profile.called not in shown.split("<main")[1]

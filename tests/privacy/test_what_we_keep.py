"""“What we keep, and for how long” promises nothing that no test holds: each sentence names the one that does."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from apps.privacy import reach
from apps.privacy.models import Retention

ROOT = Path(settings.BASE_DIR)
KEPT, ERASED, CLEANED = "privacy/test_what_we_keep", "privacy/test_erasing", "privacy/test_cleaning"
ASKED, ROWS, BROUGHT = "privacy/test_erasures", "access/test_rows", "network/test_contact_import"
# How a sentence begins -> the test that holds it; or, after a colon, why none can.
HELD = {
    "Everything is stored on": ": where the server stands is the university’s to say",
    "We don’t sell anything": f"{KEPT}.py::test_nothing_is_loaded_from_elsewhere",
    "Your name, address and field of study": f"{KEPT}.py::test_the_kinds_that_are_named_are_in_the_export",
    "And what you write here": f"{KEPT}.py::test_the_kinds_that_are_named_are_in_the_export",
    "We keep them until your account is deleted": f"{ERASED}.py::test_no_word_of_theirs_is_left_in_any_table",
    "We keep a file of people you import": f"{BROUGHT}.py::test_a_file_that_nobody_chose_from_is_not_kept",
    "Then we delete it, with everyone": f"{BROUGHT}.py::test_a_file_that_nobody_chose_from_is_not_kept",
    "When you make 2 entries one": f"{CLEANED}.py::test_two_entries_as_they_were_are_kept_for_thirty_days",
    "Alumni see the request you send": f"{ROWS}.py::test_the_alum_reads_what_their_mail_said",
    "No one else reads the notes": f"{ROWS}.py::test_a_coach_reads_nothing_private",
    "The people in your network": f"{ROWS}.py::test_everybody_sees_exactly_their_rows",
    "They do not see people you marked": f"{ROWS}.py::test_a_coach_reads_nothing_private",
    "You can also hide your whole": f"{ROWS}.py::test_a_coach_sees_nothing_of_a_network_that_is_not_shared",
    "Each time a coach or the office": "audit/test_disclosures.py::test_whatever_page_shows_their_words_writes_a_line",
    "See who looked": "audit/test_disclosures.py::test_the_student_reads_theirs_folded_by_day",
    "No one can change a line": "audit/test_app_role.py::test_neither_log_loses_or_changes_a_line",
    "We delete a line after": f"{CLEANED}.py::test_the_logs_grow_old_by_the_settings_also_for_rapports_own_role",
    "What the alumni office of": f"{KEPT}.py::test_the_kinds_that_are_named_are_in_the_export",
    "Students do not see your address": f"{ROWS}.py::test_a_student_reads_no_note_meant_for_coaches",
    "We keep who asked you": "alumni/test_limits.py::test_",
    "You can pause requests or leave": "alumni/test_profile.py::test_leaving_is_done_at_once",
    "From that moment": f"{ROWS}.py::test_an_alum_who_left_is_found_by_nobody",
    "We keep every email we send": f"{CLEANED}.py::test_each_kind_goes_after_its_days_and_not_before",
    "Codes and links stop working": "accounts/test_sign_in.py::test_a_code_works_for_ten_minutes",
    "The office’s pages do not show": "office/test_mail_pages.py::test_",
    "We store your password": f"{KEPT}.py::test_a_password_is_stored_as_a_hash",
    "For each device you sign in": f"{CLEANED}.py::test_sessions_and_dead_links_go",
    "We set three cookies": f"{KEPT}.py::test_three_cookies_are_set",
    "When someone changes an account": "audit/test_triggers.py::test_a_line_says_who_did_it_and_from_where",
    "We delete reminders": f"{CLEANED}.py::test_each_kind_goes_after_its_days_and_not_before",
    "We delete a file of alumni": f"{CLEANED}.py::test_import_files_lose_content_and_names_and_keep_counts",
    "We delete a closed account": f"{CLEANED}.py::test_an_account_closed_long_ago_is_deleted_with_notice",
    "We wait 7 days": f"{ASKED}.py::test_seven_days_a_mail_at_the_start_and_before_the_end",
    "Then what you wrote goes": f"{ERASED}.py::test_no_word_of_theirs_is_left_in_any_table",
    "Each side keeps its own record": f"{ERASED}.py::test_students_keep_their_conversation_with_an_alum",
    "If the university’s next file": "privacy/test_guards.py::test_the_next_file_does_not_bring_them_back",
    "If the law requires the office": f"{ERASED}.py::test_a_hold_stops_everybody",
    "You can read why": f"{ASKED}.py::test_the_office_sets_a_hold_which_its_person_reads_and_lifts_it",
    "Emails in other people’s inboxes": ": out of our reach; docs/operations.md says how old backups get",
    "Get a copy of everything": "privacy/test_copies.py::test_everybody_asks_and_fetches_a_zip_once",
    "Sign in, then get a copy": "privacy/test_copies.py::test_everybody_asks_and_fetches_a_zip_once",
    "Or write to the": f"{ASKED}.py::test_the_office_asks_for_somebody_and_each_view_is_written_down",
    "They can start either": f"{ASKED}.py::test_the_office_asks_for_somebody_and_each_view_is_written_down",
}


class Paragraphs(HTMLParser):
    """The words of every paragraph in the middle of a page."""

    def __init__(self, text):
        super().__init__()
        self.found, self.is_in = [], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag == "p":
            self.found.append("")
            self.is_in = True

    def handle_endtag(self, tag):
        if tag == "p":
            self.is_in = False

    def handle_data(self, data):
        if self.is_in:
            self.found[-1] += data


def sentences(page):
    text = page.content.decode()
    middle = text[text.index("<main") : text.index("</main>")]
    for paragraph in Paragraphs(middle).found:
        if "@" not in paragraph:
            yield from re.split(r"(?<=\.)\s+(?=[A-Z])", " ".join(paragraph.split()))


@pytest.mark.parametrize("reader", [None, "student", "alum", "office"])
def test_each_sentence_is_held_by_a_test(everybody, as_, reader):
    page = as_(everybody[reader or "visitor"]).get(reverse("what_we_keep"))
    said = [sentence for sentence in sentences(page) if sentence]
    assert len(said) > 25
    assert [one for one in said if not any(one.startswith(begins) for begins in HELD)] == []


def test_each_test_that_holds_one_is_there():
    for begins, where in HELD.items():
        if not where.startswith(":"):
            file, _, name = where.partition("::")
            assert f"def {name}" in (ROOT / "tests" / file).read_text(), begins


def test_the_days_are_those_that_the_office_set(as_, student):
    Retention.now()
    Retention.objects.update(
        mails=123, notices=45, imports=6, import_notes=78, disclosures=910, audit=1112, closed=1314
    )
    text = " ".join(sentences(as_(student).get(reverse("what_we_keep"))))
    for days in ("123", "45", "6", "78", "910", "1,112", "1,314"):
        assert f"{days} days" in text
    assert "for up to 6 days" in text


def test_the_kinds_that_are_named_are_in_the_export():
    named = {"students.StudentProfile", "students.Introduction", "network.Contact", "interviews.InterviewRequest"}
    named |= {"interviews.LiveNote", "interviews.PlannedQuestion", "interviews.ThankYou", "alumni.AlumniProfile"}
    assert named <= reach.THEIRS.keys()


def test_a_password_is_stored_as_a_hash(student):
    student.set_password("a long enough passphrase")
    assert "passphrase" not in student.password


def test_nothing_is_loaded_from_elsewhere(client, db):
    assert "default-src 'self'" in client.get("/").headers["Content-Security-Policy"]


def test_three_cookies_are_set(as_, student):
    client = as_(student)
    client.get(reverse("account"))
    assert {*client.cookies} == {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "known"}

"""Say whom a search of the directory finds, in which order, and why: for support, and for tests. It changes nothing."""

import json
from dataclasses import replace
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.http import QueryDict
from django.utils import timezone

from apps.accounts.models import User
from apps.alumni.listed import Listed
from apps.directory import cards, plain_words, search
from apps.directory.queries import SORTS, DirectoryQuery, Reader
from apps.directory.readers import reader_of
from apps.directory.word_trial import told
from apps.policy.models import Policy

SHOWN = 100


class Command(BaseCommand):
    help = "Search the directory as a student does, and show which words were corrected or widened."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("words", nargs="+", help="what someone types into the search")
        parser.add_argument("--as", dest="student", metavar="STUDENT", help="the email address of the student")
        parser.add_argument("--most", type=int, default=SHOWN, help=f"how many people to print; {SHOWN} if not set")
        parser.add_argument("--json", action="store_true", help="Print one JSON object, and nothing else.")

    def handle(self, *args: object, student: str | None, most: int, **options: Any) -> None:
        text = " ".join(options["words"])
        reader = _reader(student) if student else Reader()
        answer, people = _found(text, reader, most)
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(text, answer, people, reader), ensure_ascii=False))
        else:
            self._say(text, answer, people, reader)

    def _say(self, text: str, answer: search.Answer, people: list[Listed], reader: Reader) -> None:
        self.stdout.write(f"{answer.counted} for “{text}”, sorted by {SORTS[answer.query.order].lower()}")
        for typed, meant in answer.corrected.items():
            self.stdout.write(f"corrected: {typed} -> {meant}")
        for typed, others in answer.widened.items():
            self.stdout.write(f"widened: {typed}: {', '.join(others)}")
        if answer.occupations:
            who = "few have" if answer.has_words else "no one has"
            self.stdout.write(f"occupations: {'; '.join(answer.occupations)} ({who} these exact words)")
        elif meant_ := plain_words.meant(text):
            self.stdout.write(f"occupations: {'; '.join(one.name for one in meant_)} (not looked for)")
        for alum in people:
            why = cards.why(alum, reader)
            self.stdout.write(f"  {' | '.join(told(alum))}{f' | {why}' if why else ''}")
        if answer.shown > len(people):
            self.stdout.write(f"  and {answer.shown - len(people):,} more")


def _reader(address: str) -> Reader:
    student = User.objects.filter(email__iexact=address.strip()).first()
    profile = getattr(student, "student_profile", None)
    if student is None or not student.is_student or profile is None:
        raise CommandError(f"No student has the address {address}.")
    return reader_of(student, profile)


def _found(text: str, reader: Reader, most: int) -> tuple[search.Answer, list[Listed]]:
    """Return the answer, and its first people: as many as were asked for, by the pages that the directory shows."""
    get = QueryDict(mutable=True)
    get["q"] = text
    query, now, policy = DirectoryQuery.of(get), timezone.now(), Policy.now()
    answer = search.find(query, reader, now=now, policy=policy)
    people = list(answer.rows)
    for page in range(2, answer.pages + 1):
        if len(people) >= most:
            break
        people += search.find(replace(query, page=page), reader, now=now, policy=policy).rows
    return answer, people[: max(most, 0)]


def _as_json(text: str, answer: search.Answer, people: list[Listed], reader: Reader) -> dict[str, Any]:
    return {
        "query": text,
        "words": answer.words,
        "total": answer.total,
        "sorted_by": answer.query.order,
        "corrected": answer.corrected,
        "widened": answer.widened,
        "occupations": [{"code": one.code, "name": one.name} for one in plain_words.meant(text)],
        "by_occupation": bool(answer.occupations),
        "people": [
            {
                "id": alum.pk,
                "name": alum.called,
                "class_year": alum.class_year,
                "role": alum.title,
                "employer": alum.employer,
                "place": cards.home(alum) if alum.city else "",
                "why": cards.why(alum, reader),
            }
            for alum in people
        ],
    }

"""Whether a sentence stood in an earlier request of the same student: as it is, or nearly (R56)."""

import itertools
from collections.abc import Iterable

from django.db.models import QuerySet

from apps.interviews.lifecycle.models import InterviewRequest
from apps.wording import rulebook
from apps.wording.names import WORD
from apps.wording.text import folded

type Pairs = set[tuple[str, str]]  # the neighbouring words of a sentence

SHORTEST_AGAIN, SAME = 8, 0.8  # words; the share of pairs of words that two sentences have in common


def earlier(request: InterviewRequest) -> QuerySet[InterviewRequest]:
    rows = InterviewRequest.objects.filter(student=request.student, sent_at__isnull=False).exclude(pk=request.pk)
    rows = rows.exclude(contact=request.contact_id).select_related("contact").order_by("-sent_at", "-pk")
    return rows[:40]


def sentences(letter: InterviewRequest) -> list[Pairs]:
    both = f"{letter.part_connection}\n{letter.part_why}"
    return [pairs for sentence in rulebook.sentences(both) if (pairs := _pairs(sentence))]


def stands_in(sentence: str, sentences: Iterable[Pairs]) -> bool:
    pairs = _pairs(sentence)
    return bool(pairs) and any(len(pairs & other) / len(pairs | other) >= SAME for other in sentences)


def _pairs(sentence: str) -> Pairs:
    """Return the neighbouring words of a sentence, two and two; nothing for a short one."""
    words = [folded(word) for word in WORD.findall(sentence)]
    return set(itertools.pairwise(words)) if len(words) >= SHORTEST_AGAIN else set()

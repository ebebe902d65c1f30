"""Reading a thank-you over: what is good about it, what could be better, what cannot go (R102 to R105, R118).

It reads and says; it changes nothing. What blocks is what would embarrass the student: an empty letter, a gap that
still waits for words. The rest can be kept.
"""

import re
from collections.abc import Iterable, Iterator

from apps.clock import regions
from apps.interviews.debriefing.models import Debrief
from apps.interviews.lifecycle.models import Interview
from apps.interviews.thanking.first_draft import GAP, pieces_of
from apps.interviews.thanking.models import ThanksChannel, ThankYou
from apps.wording import rulebook
from apps.wording.hints import PLACEHOLDER, Hint, nearly, stems
from apps.wording.names import WORD
from apps.wording.pronouns import pronouns_of
from apps.wording.text import folded

FEWEST_WORDS, MOST_WORDS = 40, 180
FORWARD = re.compile(  # what the student does next, or has begun; good wishes and memories are not that
    r"\bI(?:(?:’|')ll| will)(?: also| then| now)? "
    r"(?!also|never|not|always|remember|forget|be (?:grateful|thankful)|miss)\w"
    r"|\bI(?:(?:’|')m| am) (?:going|planning) to\b|\bI (?:also )?(?:plan|mean|intend) to\b|\bI(?:’|')?d like to try\b"
    r"|\bI(?:(?:’|')ve| have)(?: already| just)? (?:put|set|signed|registered|booked|ordered|started|begun|written"
    r"|emailed|asked|applied|arranged|scheduled|enrolled|reached|downloaded|borrowed)\b"
)
ASK = re.compile(
    r"\?|\b(?:could|would|can|may|might) (?:you|I)\b|\bplease (?:send|tell|let|share|introduce)\b"
    r"|\bI would appreciate\b",
    re.IGNORECASE,
)
GREETING = re.compile(r"^\s*(?:Dear|Hi|Hello)\s+([^,\n]+)", re.IGNORECASE)
RESUME = re.compile(r"\br[ée]sum[ée]\b|\bCV\b", re.IGNORECASE)
ATTACHED = re.compile(  # of their own résumé: a chart that somebody else attached is another matter
    r"\b(?:résumé|resume|CV)\b[^.!?\n]{0,40}\b(?:attached|enclosed)\b(?! to my)"
    r"|\b(?:résumé|resume|CV)\b[.!] It(?:’|')?s? (?:is )?attached\b"
    r"|\b(?:attach|attached|attaching|enclose|enclosing|enclosed)\b[^.!?\n]{0,25}\b(?:résumé|resume|CV)\b",
    re.IGNORECASE,
)
ABOUT_A_RESUME = {"pass_on_resume", "resume_attached"}
INSTEAD = "I will write again and tell you how it goes."


def review(note: ThankYou, interview: Interview, debrief: Debrief | None) -> list[Hint]:
    """Return every remark on a note, good and less good; what the student keeps is left out."""
    found = [hint for check in CHECKS for hint in check(note, interview, debrief)]
    return [hint for hint in found if not (hint.can_keep and hint.key in note.kept)]


def blocking(note: ThankYou, interview: Interview, debrief: Debrief | None) -> list[Hint]:
    return [hint for hint in review(note, interview, debrief) if hint.blocks]


def _missing(note: ThankYou, interview: Interview, debrief: Debrief | None) -> Iterator[Hint]:
    if not note.subject.strip():
        yield Hint("missing", "subject", "brick", "Give it a subject.", "“Thank you” is enough.")
    if not note.body.strip():
        yield Hint("missing", "body", "brick", "Your note is empty.", "Three honest sentences are enough.")


def _gaps(note: ThankYou, interview: Interview, debrief: Debrief | None) -> Iterator[Hint]:
    for match in PLACEHOLDER.finditer(f"{note.subject}\n{note.body}"):
        title = f"“{match.group()}” is a placeholder. Replace it with your own words."
        yield Hint("placeholder", "body", "brick", title, sentence=match.group())


def _specific(note: ThankYou, interview: Interview, debrief: Debrief | None) -> Iterator[Hint]:
    """Whether it speaks of something from the notes (R104)."""
    if not note.body.strip() or GAP in note.body:
        return
    first, pronouns = interview.contact.first_name, pronouns_of(interview.contact.pronouns)
    if _speaks_of(_noted(interview, debrief), note.body, _said_anyway(interview)):
        yield Hint("specific", "body", "moss", "Specific.", f"Only {first} could have received this.")
        return
    piece = next(iter(pieces_of(interview, debrief)), None)
    yield Hint(
        "specific",
        "body",
        "gold",
        "This could go to anyone who gave you their time.",
        f"Name one thing {pronouns.subject} said. It’s how {first} will remember you.",
        suggestion=piece.sentence if piece else "",
        can_keep=True,
    )


def _own_words(body: str) -> str:
    """Return the letter without its greeting: a name alone says nothing."""
    return GREETING.sub("", body, count=1)


def _noted(interview: Interview, debrief: Debrief | None) -> list[str]:
    """Return everything that was written down, sentence by sentence."""
    texts = [note.text for note in interview.notes.all()]
    if debrief is not None:
        texts += [debrief.learned, debrief.surprised, debrief.quote, debrief.agreed]
        texts += [step.text for step in debrief.promised_steps.all()]
        texts += [f"{person.name} {person.about}" for person in debrief.named_people.all()]
    return [sentence for text in texts for line in text.splitlines() for sentence in rulebook.sentences(line)]


BY_EVERYBODY = "thank thanks grateful helpful interesting conversation advice insight insights team career"


def _said_anyway(interview: Interview) -> set[str]:
    return stems(f"{interview.contact.name} {BY_EVERYBODY}")


def _speaks_of(noted: Iterable[str], body: str, common: set[str]) -> bool:
    """Whether one sentence of a letter shares two telling words with one that was written down, or all it has."""
    said = [stems(sentence) - common for sentence in rulebook.sentences(_own_words(body))]
    telling = [words for words in (stems(sentence) - common for sentence in noted) if words]
    return any(len(words & sentence) >= min(2, len(words)) for words in telling for sentence in said)


def _forward(note: ThankYou, interview: Interview, debrief: Debrief | None) -> Iterator[Hint]:
    if FORWARD.search(note.body):
        yield Hint("forward", "body", "moss", "Looks ahead.", "You say what you’ll do.")
        return
    step = next((piece for piece in pieces_of(interview, debrief) if piece.key.startswith("step-")), None)
    if step:
        title = "Say what you’ll do with it."
        yield Hint("forward", "body", "gold", title, "That’s the best thanks.", suggestion=step.sentence, can_keep=True)


def _length(note: ThankYou, interview: Interview, debrief: Debrief | None) -> Iterator[Hint]:
    words, pronouns = len(note.body.split()), pronouns_of(interview.contact.pronouns)
    if words > MOST_WORDS:
        text = f"{words} words. People read a note under {MOST_WORDS} words right away."
        yield Hint("length", "body", "gold", "A little long.", text, can_keep=True)
    elif words >= FEWEST_WORDS:
        text = f"{words} words. That’s quick to read."
        yield Hint("length", "body", "moss", "Short.", text)
    elif words:
        text = f"{words} word{'s' if words > 1 else ''}. Add one more sentence about what {pronouns.subject} told you."
        yield Hint("length", "body", "gold", "Very short.", text, can_keep=True)


def _asks(note: ThankYou, interview: Interview, debrief: Debrief | None) -> Iterator[Hint]:
    """No ask, or one small one; a thank-you is not a second request (R118)."""
    asks = [sentence for sentence in rulebook.sentences(_own_words(note.body)) if ASK.search(sentence)]
    if len(asks) == 1:
        yield Hint("ask", "body", "moss", "One small request.", "That’s fine. A second would be too many.")
    elif asks:
        text = "Keep the smallest one, or none. The others can wait for another email."
        title = f"You’re asking for {len(asks)} things."
        yield Hint("asks", "body", "gold", title, text, sentence=asks[1], can_keep=True)


def _job(note: ThankYou, interview: Interview, debrief: Debrief | None) -> Iterator[Hint]:
    for one in rulebook.caught(note.body):
        if one.rule in ABOUT_A_RESUME and debrief is not None and debrief.asked_for_resume:
            continue
        words = one.words.rstrip(".?!,; ")
        title = f"“{words[:1].upper()}{words[1:]}” sounds like asking for a job."
        yield Hint("job", "body", "gold", title, one.explanation, one.sentence, INSTEAD, can_keep=True)


def _names(note: ThankYou, interview: Interview, debrief: Debrief | None) -> Iterator[Hint]:
    contact = interview.contact
    greeted = GREETING.search(note.body)
    own = {folded(word) for word in WORD.findall(contact.name)}
    names = {word for word in WORD.findall(contact.name) if len(word) > 3}
    wrong = dict(nearly(f"{note.subject}\n{note.body}", names))
    for written, right in wrong.items():
        title = f"You wrote “{written}”. The name is spelled “{right}”."
        yield Hint("spelling", "body", "gold", title, sentence=written, suggestion=right, can_keep=True)
    if greeted and not wrong and not own & {folded(word) for word in WORD.findall(greeted.group(1))}:
        title = f"You wrote to “{greeted.group(1).strip()}”, but this note goes to {contact.name}."
        yield Hint("greeting", "body", "gold", title, sentence=greeted.group(1), can_keep=True)


def _resume(note: ThankYou, interview: Interview, debrief: Debrief | None) -> Iterator[Hint]:
    pronouns, resume = pronouns_of(interview.contact.pronouns), regions.spelled("résumé")
    is_said = bool(RESUME.search(note.body))
    if note.resume_id and not is_said:
        yield Hint(
            "resume", "body", "gold", f"Say that your {resume} is attached.", "One short sentence.", can_keep=True
        )
    elif debrief is not None and debrief.asked_for_resume and not is_said:
        title = f"{pronouns.subject.capitalize()} asked for your {resume}."
        yield Hint("resume", "body", "gold", title, "Attach it to this note, or add a link.", can_keep=True)
    elif note.channel == ThanksChannel.RAPPORT and not note.resume_id and ATTACHED.search(note.body):
        title = f"You wrote that your {resume} is attached, but nothing is attached."
        yield Hint("attached", "body", "brick", title, "Choose a version to attach, or change the sentence.")


CHECKS = (_missing, _gaps, _specific, _forward, _length, _asks, _job, _names, _resume)

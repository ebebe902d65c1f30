"""One draft, said five ways, for somebody Rapport does not write to; and which way is best for them, with the reason.

It renders what the student wrote (R49) and advises (R50). It sends nothing, and it adds no ask of its own.
"""

from dataclasses import dataclass
from urllib.parse import quote

from apps.interviews.asking import samples
from apps.interviews.asking.letter import INTENT, INTENT_IN_SHORT, Letter, tidied
from apps.interviews.lifecycle.models import Channel, InterviewRequest
from apps.network.models import Contact, Relation
from apps.wording import rulebook

NOTE_LIMIT, TEXT_LIMIT = 300, 320  # characters: LinkedIn cuts a note there; two text messages
CLOSE = (Relation.FAMILY, Relation.FRIEND)


@dataclass(frozen=True)
class Rendering:
    """The draft as it goes through one channel. `limit`: characters, 0 for none."""

    key: str
    channel: str
    label: str
    sign: str
    why: str
    text: str = ""
    limit: int = 0
    link: str = ""
    link_words: str = ""
    steps: tuple[tuple[str, str], ...] = ()  # of a call: (step, what to say)

    @property
    def count(self) -> int:
        return len(self.text)

    @property
    def is_too_long(self) -> bool:
        return bool(self.limit) and self.count > self.limit


def renderings(request: InterviewRequest, letter: Letter) -> list[Rendering]:
    """Return the draft in every channel, the advised one first."""
    contact, versions = request.contact, _Versions(request, letter)
    body = quote(letter.text.replace("\n", "\r\n"))  # RFC 6068, section 5
    mail = f"mailto:{quote(contact.email, safe='@')}?subject={quote(letter.subject)}&body={body}"
    found = [
        Rendering(
            "email",
            Channel.EMAIL,
            "Email",
            "envelope",
            _why_email(contact),
            letter.text,
            link=mail,
            link_words="Open in my email app" if contact.email else "Open in my email app, without an address",
        ),
        Rendering(
            "linkedin_note",
            Channel.LINKEDIN,
            "LinkedIn note",
            "linkedin",
            f"It goes with an invitation to connect and holds up to {NOTE_LIMIT} characters. Many people read it late.",
            versions.note(NOTE_LIMIT),
            limit=NOTE_LIMIT,
            link=contact.linkedin,
            link_words="Open LinkedIn profile",
        ),
        Rendering(
            "linkedin",
            Channel.LINKEDIN,
            "LinkedIn message",
            "linkedin",
            "For someone you’re already connected with. Some people check it once a month.",
            versions.message,
            link=contact.linkedin,
            link_words="Open LinkedIn profile",
        ),
        Rendering(
            "text",
            Channel.TEXT,
            "Text message",
            "chat-dots",
            _why_text(contact),
            versions.note(TEXT_LIMIT),
            limit=TEXT_LIMIT,
        ),
        Rendering("phone", Channel.PHONE, "Phone", "telephone", _why_phone(contact), steps=versions.script),
    ]
    best = advised(contact)
    return sorted(found, key=lambda rendering: rendering.key != best)


def wording(request: InterviewRequest, letter: Letter) -> str:
    """Return the words as they went through the channel that was used."""
    versions = _Versions(request, letter)
    if request.channel == Channel.TEXT:
        return versions.note(TEXT_LIMIT)
    return versions.message if request.channel == Channel.LINKEDIN else letter.text


def advised(contact: Contact) -> str:
    """Return which channel to take: e-mail where there is an address; a text only to those who are close."""
    if contact.email:
        return "email"
    if contact.phone:
        return "text" if contact.relation in CLOSE else "phone"
    return "linkedin_note" if contact.linkedin else "email"


def _why_email(contact: Contact) -> str:
    if contact.email:
        return "Best for most people. They can read it when they have time, and forward it."
    return "Best for most people, once you have an address. The person who told you about them may know it."


def _why_text(contact: Contact) -> str:
    if contact.relation in CLOSE:
        return "Fine between people who know each other well. Keep it this short."
    return "Only for someone who already texts you. A text from a stranger is easy to miss."


def _why_phone(contact: Contact) -> str:
    if contact.relation in CLOSE or contact.relation in (Relation.PROFESSOR, Relation.WORK):
        return "Good for someone who knows your voice. Ask for another day. Don’t start the conversation itself."
    return "Harder than an email, and easier to say no to. Ask for another day, not for the conversation itself."


@dataclass(frozen=True)
class _Versions:
    request: InterviewRequest
    letter: Letter

    @property
    def first(self) -> list[str]:
        """The first sentence of each part that says something."""
        return [first[0] for part in self.request.parts if (first := rulebook.sentences(tidied(part)))]

    @property
    def _hello(self) -> str:
        return self.letter.greeting.replace("Dear", "Hello")

    def note(self, limit: int) -> str:
        """Return the first sentences, as many as fit: who and the ask before the rest. The ask alone may be cut.

        Where it fits besides, it says that this is not about a job.
        """
        *before, ask = self.first or [""]
        end = f"{self.letter.farewell} {self.letter.signature}"
        short = f"{INTENT_IN_SHORT} {end}" if self.letter.adds_intent else end
        for most in (3, 2, 1, 0):
            for close in (short, end):
                text = " ".join(part for part in (self._hello, *before[:most], ask, close) if part)
                if len(text) <= limit:
                    return text
        return f"{self._hello} {_cut(ask, limit - len(self._hello) - len(end) - 2)} {end}"

    @property
    def message(self) -> str:
        parts = [paragraph.text for paragraph in self.letter.paragraphs]
        return "\n\n".join([self._hello, *parts, f"{self.letter.farewell}\n{self.letter.signature}"])

    @property
    def script(self) -> tuple[tuple[str, str], ...]:
        """Return (step, what to say) for a call: the student's own words, and the questions between them."""
        request, steps = self.request, samples.phone_script()
        ask = f"{request.part_ask} {INTENT}" if request.part_ask and self.letter.adds_intent else request.part_ask
        own = {0: request.part_who, 2: request.part_connection, 3: request.part_why, 4: ask}
        lines = [(steps[at]["step"], tidied(own.get(at, steps[at]["say"]))) for at in (0, 1, 2, 3, 4, 5)]
        no = next((step["step"], step["say"]) for step in steps if step["step"] == "If they say no")
        return tuple((step, words) for step, words in [*lines, no] if words)


def _cut(text: str, most: int) -> str:
    """Return as many whole words as fit before an ellipsis."""
    return f"{text[: max(most - 1, 0)].rpartition(' ')[0]}…"

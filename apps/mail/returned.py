"""What a mail says that came back about one of ours: refused, delayed, an automatic reply, or somebody's answer.

Read are delivery reports (RFC 3464), the forms of mail servers that follow no standard, and automatic replies
(RFC 3834). It decides what a mail says, not whether that is true: incoming.py asks for our own name of the message in
it. Whatever comes in, it is read in bounded time and raises nothing.
"""

import binascii
import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime

from flufl.bounce import all_failures

from apps.mail.models import ReceivedMail
from apps.tables.cells import moment
from apps.web.addresses import folded

MOST_BYTES = 512 * 1024  # of a mail that are looked at: what was returned follows after a page of words
MOST_LINE, MOST_FOLDS = 998, 20  # bytes of a line; lines of one header
MOST_PARTS, MOST_WORDS, MOST_ANSWER = 100, 20_000, 5_000
DETECTED_IN = 64 * 1024  # bytes in which the forms without a standard are looked for
Sort = ReceivedMail.Sort

OURS = re.compile(r"<([0-9a-f]{32}@[^<>\s]{1,150})>", re.IGNORECASE)
RETURNED_ID = re.compile(r"message-id:\s*<([0-9a-f]{32}@[^<>\s]{1,150})>", re.IGNORECASE)
RETURNED_DATE = re.compile(r"^[> \t]{0,8}date:[ \t]*([^\n]{10,60})$", re.IGNORECASE | re.MULTILINE)
ENVELOPE = re.compile(r"\+([0-9a-f]{32})@", re.IGNORECASE)  # as letter.return_path writes it
STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
REPLY_CODE = re.compile(r"\b([45])\d\d[ -]")


@dataclass(frozen=True)
class Report:
    """What one mail says. `about` are our names of messages in it, `addresses` those it says something of."""

    sort: Sort | None  # None: nothing that concerns a mail of ours
    sender: str = ""
    about: list[str] = field(default_factory=list)
    envelope: str = ""  # our own id of a message, from the address it came to
    addresses: frozenset[str] = frozenset()
    is_nobody_there: bool = False
    words: str = ""
    answer: str = ""  # what a person wrote, without what they quote and without any link that opens a door
    back_on: date | None = None
    written_at: datetime | None = None  # when the copy that came back was written
    fingerprint: str = ""


def read(data: bytes, *, to: str = "") -> Report:
    """Return what a mail says that was sent to the address `to` of ours."""
    data = _bounded(data)
    try:
        mail = message_from_bytes(data)
        parts = list(_parts(mail))
    except (RecursionError, MessageError, ValueError, LookupError):  # deeper than any mail, or not one
        return Report(None, words="We can’t read this as an email.")
    return _Mail(mail, parts, data, to).report()


def _bounded(data: bytes) -> bytes:
    """Return of a mail what is looked at: no more than so much, in lines and headers of no more than so much."""
    lines, folds = [], 0
    for line in data[:MOST_BYTES].replace(b"\x00", b"").splitlines():
        folds = folds + 1 if line[:1] in (b" ", b"\t") else 0
        if folds <= MOST_FOLDS:
            lines.append(line[:MOST_LINE])
    return b"\n".join(lines)


def _parts(mail: Message) -> Iterator[Message]:
    """Yield a mail and what is in it, as far as anybody looks."""
    waiting, count = [mail], 0
    while waiting and count < MOST_PARTS:
        part, count = waiting.pop(0), count + 1
        yield part
        inner = part.get_payload()
        if isinstance(inner, list):
            waiting[:0] = [one for one in inner if isinstance(one, Message)]


@dataclass
class _Mail:
    mail: Message
    parts: list[Message]
    data: bytes
    to: str

    def report(self) -> Report:
        sender = parseaddr(self.header("from"))[1][:254].lower()
        text = self.text()
        sort, addresses, status, words = self._said(sender, text)
        seen = self.returned()
        about = [*RETURNED_ID.findall(seen), *OURS.findall(f"{self.header('in-reply-to')} {self.header('references')}")]
        return Report(
            sort=sort,
            sender=sender,
            about=list(dict.fromkeys(name.lower() for name in about))[:20],
            envelope=self.envelope(),
            addresses=frozenset(map(folded, addresses)),
            is_nobody_there=sort == Sort.CAME_BACK and is_nobody_there(status, words),
            words=_line(words or self.header("subject")),
            answer=_answer(text) if sort == Sort.REPLY else "",
            back_on=_back_on(f"{self.header('subject')}\n{text}", self.date()) if sort == Sort.AUTOMATIC else None,
            written_at=_written_at(seen),
            fingerprint=self.fingerprint(),
        )

    def header(self, name: str) -> str:
        """Return a header in words; what is encoded in no way that we know, as it stands."""
        value = str(self.mail.get(name, ""))
        try:
            return str(make_header(decode_header(value)))
        except (MessageError, LookupError, ValueError):
            return value

    def date(self) -> date:
        return (_moment(self.header("date")) or datetime.now(UTC)).date()

    def fingerprint(self) -> str:
        own = self.header("message-id").strip()
        return hashlib.sha256(own.encode(errors="replace") if own else self.data).hexdigest()

    def envelope(self) -> str:
        """Return our id of the message, from the address that this mail came to."""
        names = ("delivered-to", "x-original-to", "envelope-to", "to")
        for address in (self.to, *(self.header(name) for name in names)):
            if found := ENVELOPE.search(address):
                return found[1].lower()
        return ""

    def text(self) -> str:
        """Return what the mail says in words of its own, above what it returns."""
        said = ""
        for part in self.parts:
            kind = part.get_content_type()
            if kind.startswith("message/") or kind == "text/rfc822-headers" or len(said) > MOST_WORDS:
                break
            if kind.startswith("text/"):
                words = _words(part)
                said += re.sub(r"<[^<>]{0,500}>", " ", words) if kind == "text/html" else words
        return said[:MOST_WORDS]

    def returned(self) -> str:
        """Return everything in which the headers of a mail of ours may stand."""
        below = [f"Message-ID: {part['message-id']}\nDate: {part['date']}" for part in self.parts[1:] if part["date"]]
        return "\n".join([*below, *(_words(part) for part in self.parts if not part.is_multipart())])

    def _said(self, sender: str, text: str) -> tuple[Sort | None, set[str], str, str]:
        """Return what it is, of which addresses, with which status, and in which words."""
        if blocks := self._blocks():
            return _of_blocks(blocks)
        if self.mail.get_content_type() == "multipart/report":  # a receipt that it was read, or a complaint
            return None, set(), "", self.header("subject")
        if self._looks_returned(sender):
            delayed, failed = self._detected()
            if failed or self._is_refusal(text):
                return Sort.CAME_BACK, failed or set(_ADDRESS.findall(text)), *_reason(text)
            if delayed:
                return Sort.DELAYED, delayed, *_reason(text)
            return None, set(), "", self.header("subject")
        is_automatic = self._is_automatic()
        words = f"{self.header('subject')}: {text}" if is_automatic else text
        return (Sort.AUTOMATIC if is_automatic else Sort.REPLY), {sender}, "", words

    def _blocks(self) -> list[Message]:
        """Return what a delivery report says of each recipient; it has nothing to do with any other part."""
        reports = [part for part in self.parts if part.get_content_type().endswith("delivery-status")]
        blocks = [block for report in reports for block in _headers_in(report)]
        return [block for block in blocks if block["action"] and (block["final-recipient"] or _of_block(block))]

    def _looks_returned(self, sender: str) -> bool:
        is_machine = re.match(r"(mailer-?daemon|postmaster|mail-?daemon|mdaemon|bounces?\b)", sender) is not None
        subject = self.header("subject")
        return bool(self.mail["x-failed-recipients"]) or is_machine or RETURNED_SUBJECT.search(subject) is not None

    def _detected(self) -> tuple[set[str], set[str]]:
        """Return who is delayed, and who was refused, in one of the forms that follow no standard."""
        try:
            found = all_failures(message_from_bytes(self.data[:DETECTED_IN]))
        except Exception:  # its detectors meet what nobody foresaw
            return set(), set()
        delayed, failed = ({address.decode("ascii", "replace") for address in some} for some in found)
        return delayed, failed

    def _is_refusal(self, text: str) -> bool:
        return NOBODY_THERE.search(text) is not None or REFUSED.search(text) is not None

    def _is_automatic(self) -> bool:
        submitted = self.header("auto-submitted").strip().lower()
        told = bool(submitted) and not submitted.startswith("no")
        told = told or any(self.mail[name] for name in AUTOMATIC_HEADERS)
        told = told or self.header("precedence").strip().lower() in ("auto_reply", "bulk", "junk")
        empty = self.header("return-path").strip() == "<>"
        return told or empty or AUTOMATIC_SUBJECT.search(self.header("subject")) is not None


AUTOMATIC_HEADERS = (
    *("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "x-mail-autoreply", "x-autoreply-from"),
    *("x-ms-exchange-inbox-rules-loop", "x-vacation-message"),
)
AUTOMATIC_SUBJECT = re.compile(
    r"^\s*(?:\[?auto(?:matic|mated|matische?|matisk[at]?)?[ -]?(?:reply|response|answer|antwort|antwoord|svar)\b"
    r"|auto(?:reply)?:|out[ -]of[ -](?:the[ -])?office|(?:on )?(?:vacation|holiday|annual leave|leave)\b"
    r"|(?:away|absence)\b|abwesen|r[ée]ponse automatique|absence du bureau|respuesta autom|fuera de la oficina"
    r"|risposta automatica|fuori ufficio|resposta autom|afwezig|automaattinen|autosvar|自动回复|自動返信|不在通知)",
    re.IGNORECASE,
)
RETURNED_SUBJECT = re.compile(
    r"undeliver|delivery (?:status|failure|has failed|notification|delayed|report)|failure notice|returned mail"
    r"|mail delivery|non remis|unzustellbar|no se puede entregar|mail system error|could not be delivered"
    r"|message delayed|warning: could not send",
    re.IGNORECASE,
)
NOBODY_THERE = re.compile(
    r"(?:user|recipient|mailbox|address|account)(?:[ \w'’<>@.\-]{0,80})\b(?:unknown|not found|does(?:n['’]t| not) exist"
    r"|invalid|disabled|inactive|unavailable|no longer|couldn['’]t be found|could not be found|wasn['’]t found)"
    r"|(?:unknown|no such|invalid|bad destination|nonexistent) (?:local )?(?:user|recipient|mailbox|address|account)"
    r"|no mailbox (?:here )?by that name|does(?:n['’]t| not) have an? [\w.-]{1,60} account|unrouteable address"
    r"|recipient(?: address)? rejected|RecipNotFound|RecipientNotFound|NoSuchUser|not our customer|not a valid mailbox"
    r"|(?:host|domain) (?:[\w.\-]{0,100} )?(?:not found|does not exist|unknown)|couldn['’]t find any host named"
    r"|isn['’]t found at|nobody of that name|unable to find",
    re.IGNORECASE,
)
MAY_PASS = re.compile(
    r"quota|mailbox (?:is )?full|over ?limit|too (?:large|big|many)|size limit|insufficient|temporar|try again later"
    r"|spam|blacklist|block ?list|blocked|reputation|policy|spf|dkim|dmarc|virus|content rejected|greylist"
    r"|access denied to us|timed? ?out|loop",
    re.IGNORECASE,
)
REFUSED = re.compile(
    r"could(?:n['’]t| not) be delivered|was(?:n['’]t| not) delivered|permanent (?:fatal )?error"
    r"|delivery (?:has )?failed",
    re.IGNORECASE,
)
QUOTED = re.compile(
    r"\n[ \t]{0,8}(?:>|-{2,} ?original|_{10,}|-{10,}|from: |on [^\n]{10,200} wrote:|am [^\n]{10,200} schrieb"
    r"|le [^\n]{10,200} écrit)",
    re.IGNORECASE,
)
RETURNED_COPY = re.compile(
    r"\n[> \t-]{0,20}(?:-{3,}|received:|return-path:|message-id:|original message)", re.IGNORECASE
)
_ADDRESS = re.compile(r"[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
NOBODY = re.compile(r"5\.1\.(?:0|1|2|3|6|10)|5\.2\.1|5\.4\.(?:4|310)")  # of RFC 3463, and Exchange's own


def is_nobody_there(status: str, words: str) -> bool:
    """Whether a refusal says for good that the address is wrong; a full mailbox, or a block, may pass."""
    if status.startswith("4"):
        return False
    says_so = NOBODY_THERE.search(words) is not None
    if MAY_PASS.search(words) and not says_so:
        return False
    if status.startswith("5.7") or re.match(r"5\.(?:2\.[2-4]|3|6)", status):
        return says_so and re.match(r"5\.(?:2|6)", status) is None
    return says_so or NOBODY.fullmatch(status) is not None


def _of_blocks(blocks: list[Message]) -> tuple[Sort | None, set[str], str, str]:
    """Return what a report in the standard form says: the worst of it, and of whom."""
    sorts = {"failed": Sort.CAME_BACK, "error": Sort.CAME_BACK, "delayed": Sort.DELAYED, "delivered": Sort.ARRIVED}
    found = [(sorts.get(re.split(r"[\s(;]", str(block["action"]).strip().lower())[0]), block) for block in blocks]
    for sort in (Sort.CAME_BACK, Sort.DELAYED, Sort.ARRIVED):
        some = [block for one, block in found if one == sort]
        if some:
            block = some[0]
            told = str(block["diagnostic-code"] or "")
            told = re.sub(r"^\s*(?:smtp|x-[\w-]+)\s*;\s*", "", " ".join(told.split()), flags=re.IGNORECASE)
            status = STATUS.search(str(block["status"] or "")) or STATUS.search(told)
            number = status[1] if status else ""
            return sort, {one for block in some for one in _of_block(block)}, number, told or f"Status {number}"
    return None, set(), "", ""


def _of_block(block: Message) -> set[str]:
    names = ("original-recipient", "final-recipient", "x-actual-recipient")
    values = [str(value) for name in names for value in block.get_all(name, [])]
    found = (value.partition(";")[2] if ";" in value else value for value in values)
    return {one.strip().strip("<>") for one in found if "@" in one}


def _headers_in(report: Message) -> list[Message]:
    """Return the blocks of a report: the parser takes them apart, but for those that came encoded."""
    inner = report.get_payload()
    if isinstance(inner, list) and any(isinstance(one, Message) and one["action"] for one in inner):
        return [one for one in inner if isinstance(one, Message)]
    text = "".join(str(one.get_payload()) for one in inner if isinstance(one, Message))
    if str(report["content-transfer-encoding"]).strip().lower() == "base64":
        with suppress(ValueError):
            text = binascii.a2b_base64(text.encode("ascii", "replace")).decode("utf-8", "replace")
    return [message_from_bytes(block.encode(errors="replace")) for block in re.split(r"\n\s*\n", text)[:MOST_PARTS]]


def _reason(text: str) -> tuple[str, str]:
    """Return the status and the words in which a report without a form says why."""
    above = re.split(
        r"\n[>\s-]*(?:-{3,}|received:|return-path:|message-id:|original message)", text, flags=re.IGNORECASE
    )
    lines = [line.strip() for line in above[0].splitlines() if line.strip()]
    telling = [line for line in lines if STATUS.search(line) or REPLY_CODE.search(line) or NOBODY_THERE.search(line)]
    words = " ".join(telling[:3] or lines[:6])
    status = STATUS.search(words)
    code = REPLY_CODE.search(words)
    return (status[1] if status else f"{code[1]}.0.0" if code else ""), words


def _answer(text: str) -> str:
    """Return what somebody wrote above what they quote; no word in it is long enough to open a door."""
    own = QUOTED.split("\n" + text, maxsplit=1)[0]
    return re.sub(r"[\w-]{40,}", "…", own.encode(errors="replace").decode()).strip()[:MOST_ANSWER]


def _words(part: Message) -> str:
    """Return a part as text, whatever it says of its own encoding."""
    inner = part.get_payload(decode=True)
    if not isinstance(inner, bytes):
        return ""
    charset = part.get_param("charset", "utf-8")
    try:
        return inner.decode(charset if isinstance(charset, str) else "utf-8", "replace").replace("\x00", "")
    except (LookupError, ValueError):
        return inner.decode("latin-1").replace("\x00", "")


def _line(words: str) -> str:
    """Return words on one line, as a row can keep them."""
    return " ".join(words.encode(errors="replace").decode().replace("\x00", "").split())[:300]


def _moment(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    try:
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _written_at(returned: str) -> datetime | None:
    """Return when the copy of our mail was written that came back; the first date beside its name."""
    at = RETURNED_ID.search(returned)
    if at is None:
        return None
    near = returned[max(0, at.start() - 4000) : at.end() + 4000]
    dates = [found for text in RETURNED_DATE.findall(near) if (found := _moment(text.strip()))]
    return dates[0] if dates else None


# --- when they are back -----------------------------------------------------------------------------------------------

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_DAY = (
    r"\d{4}-\d\d?-\d\d?|\d{1,2}[./]\d{1,2}[./]\d{2,4}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\.?\s+(?:of\s+)?{_MONTH}(?:,?\s+\d{{4}})?"
    rf"|{_MONTH}\s+(?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+\d{{4}})?"
)
_BACK = r"be back|back (?:on|in|at)|return(?:ing)?|available again|resume|zurück|wieder|retour|de regreso|rientr"
_UNTIL = r"until|till|through|thru|bis|jusqu|hasta|fino al|\bt/m|to"
_MONTHS = {
    "januar": "January", "februar": "February", "märz": "March", "mai": "May", "juni": "June", "juli": "July",
    "oktober": "October", "dezember": "December", "janvier": "January", "février": "February", "mars": "March",
    "avril": "April", "juin": "June", "juillet": "July", "août": "August", "septembre": "September",
    "octobre": "October", "novembre": "November", "décembre": "December", "enero": "January", "febrero": "February",
    "marzo": "March", "abril": "April", "mayo": "May", "junio": "June", "julio": "July", "agosto": "August",
    "septiembre": "September", "octubre": "October", "noviembre": "November", "diciembre": "December",
}  # fmt: skip
_FOREIGN = re.compile(rf"\b({'|'.join(_MONTHS)})\b", re.IGNORECASE)


def _back_on(text: str, written_on: date) -> date | None:
    """Return the day from which an automatic reply says that they read their mail again, where it says one."""
    text = _FOREIGN.sub(lambda found: _MONTHS[found[1].lower()], " ".join(text[:4000].split()))
    text = re.sub(r"(\d)\.? de (?=[A-Z])", r"\1 ", text)
    for sign in (_BACK, _UNTIL):
        for found in re.finditer(rf"(?:{sign})\b(?P<rest>.{{0,80}})", text, re.IGNORECASE):
            for day in re.findall(_DAY, found["rest"], re.IGNORECASE):
                if back := _day(day, written_on):
                    return back
    return None


def _day(text: str, written_on: date) -> date | None:
    """Return a day as people write it, without its year the next such day; None for one that can be no return."""
    text = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b|(?<=\d)\.(?=\s)|\b(?:of|the)\b", "", text)
    text = " ".join(text.replace(",", " ").split())
    is_whole = re.search(r"\d{4}|[./]\d\d$", text) is not None
    for year in [written_on.year] if is_whole else [written_on.year, written_on.year + 1]:
        found = moment(text if is_whole else f"{text} {year}")
        if found and written_on <= found.date() <= written_on + timedelta(days=400):
            return found.date()
    return None

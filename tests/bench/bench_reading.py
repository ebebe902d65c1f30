"""How hard it is to read: the Flesch-Kincaid grade of every page of the demo world and every kind of mail.

Goal: a median of at most 7 for pages and for mails (words.md 1, rule 10). A sentence is what ends with a mark and has
at least five words: a label, a name, a card’s line are read at a glance. What people of the demo wrote counts with the
rest. Syllables are those at which a word may be divided; by the CMU dictionary the medians are up to half a grade more.
"""

import re
from statistics import median

import pyphen

from apps.accounts.models import Role, User
from apps.local.people import DEMO_PEOPLE
from apps.mail import outbox
from tests import bench
from tests.bench import bench_today, pages
from tests.mail.samples import SAMPLES

FEWEST_WORDS = 5
WORST = 5
WORD = re.compile(r"[A-Za-z][A-Za-z’'-]*")
END = re.compile(r"(?<=[.!?])[”’)]*\s+(?=[“‘(]*[A-Z0-9])")
A_SENTENCE = re.compile(r"[.!?][”’)]*$")
_divided = pyphen.Pyphen(lang="en_US")


def main():
    bench_today.noor()
    read = {f"{role} {path}": pages.Text(html).blocks for role, path, html in pages.found()}
    mails = {sample: _mail(sample) for sample in SAMPLES}
    for kind, all_of in (("page", read), ("mail", mails)):
        grades = {name: grade(said) for name, blocks in all_of.items() if (said := sentences(blocks))}
        bench.say(f"reading_{kind}s", len(grades), f"{kind}s")
        bench.say(f"reading_{kind}s_median_grade", float(median(grades.values())), "grade, goal 7")
        for name, value in sorted(grades.items(), key=lambda one: -one[1])[:WORST]:
            bench.say(f"reading_hardest_{kind}", value, f"grade: {name}")
    for value, sentence in hardest([one for blocks in (*read.values(), *mails.values()) for one in sentences(blocks)]):
        bench.say("reading_hardest_sentence", value, f"grade: {sentence}")


def _mail(sample):
    """The text of a mail as it would leave, paragraph by paragraph, without quoted lines and addresses."""
    reader = User.objects.get(email=DEMO_PEOPLE[Role.STUDENT].email)
    made = outbox.queue(sample.split()[0], to=reader, occasion=outbox.Occasion(sample), context=SAMPLES[sample]())
    kept = [line for line in made.text.splitlines() if not line.startswith(">")]
    return [made.subject, *("\n".join(kept).split("\n\n"))]


def sentences(blocks):
    """Return the sentences of some blocks of words; what is read at a glance is left out."""
    found = [sentence for block in blocks for sentence in END.split(re.sub(r"https?://\S+|\S+@\S+", "", block))]
    return [one for one in found if A_SENTENCE.search(one) and len(WORD.findall(one)) >= FEWEST_WORDS]


def grade(some):
    """Return the Flesch-Kincaid grade of sentences."""
    words = [word for sentence in some for word in WORD.findall(sentence)]
    return 0.39 * len(words) / len(some) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def syllables(word):
    return len(_divided.positions(word)) + 1


def hardest(some):
    """Return the hardest of the sentences, each once, with its grade."""
    return sorted(((grade([one]), one) for one in set(some)), reverse=True)[:WORST]

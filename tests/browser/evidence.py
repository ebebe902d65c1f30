"""What a failed test leaves for whoever reads it: what each person saw, the last mails, what the stack said."""

import shutil
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

RESULTS = Path(settings.BASE_DIR) / "test-results"
LAST_MAILS = 12


@contextmanager
def evidence(name, stack, people):
    """Run the block, then hold any trouble that anybody had against it. A failure leaves evidence in test-results/."""
    folder = RESULTS / name
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield
        troubles = [trouble for person in people.values() for trouble in person.troubles]
        assert troubles == [], "\n\n".join(dict.fromkeys(troubles))
    except BaseException:
        _keep(folder, stack, people)
        raise


def _keep(folder, stack, people):
    folder.mkdir(parents=True)
    for name, person in people.items():
        seen = folder / f"{name.replace(' ', '-')}.png"
        person.page.screenshot(path=seen, full_page=True)
        seen.with_suffix(".html").write_text(person.page.content())
    for mail in stack.mails()[-LAST_MAILS:]:
        shutil.copy(mail.path, folder)
    (folder / "stack.log").write_text("".join(stack.said))
    troubles = [trouble for person in people.values() for trouble in person.troubles]
    (folder / "troubles.txt").write_text("\n\n".join(troubles))

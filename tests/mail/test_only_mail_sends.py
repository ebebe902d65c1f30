"""Nobody sends mail but apps/mail, nothing is put on a timer, and no page waits for a broker (reliability.md 2)."""

import re
from pathlib import Path

FORBIDDEN = {
    r"django\.core\.mail|smtplib|anymail(?!\.backends\.)|send_mail|\bEmailMessage\(": "apps/mail/",
    r"\beta=|countdown=|\bapply_async\((?!.*\bretry=False)|(?<!outcomes)\.delay\(": None,
    r"select_for_update\((?![^)]*no_key=)": None,
}


def test_nobody_else_does():
    found = []
    for path in [*Path("apps").rglob("*.py"), *Path("config").rglob("*.py")]:
        lines = path.read_text().splitlines()
        for pattern, owner in FORBIDDEN.items():
            if not (owner and str(path).startswith(owner)):
                found += [f"{path}:{n}: {line.strip()}" for n, line in enumerate(lines, 1) if re.search(pattern, line)]
    assert found == []

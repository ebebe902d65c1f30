"""Ask once more what failed beside others: `python -m tests.again`, after a whole run on a machine that was too busy.

Thousands of tests with real processes share two cores, and now and then a step that takes a moment takes half a minute.
Three failures at most are played again, twice each and with the machine to themselves; they are named whatever comes of
it. What is broken fails again. More than three, or a run that did not come to its end, have no second chance.
"""

import json
import subprocess
import sys
from pathlib import Path

MOST = 3
TIMES = 2
FAILED = Path(".pytest_cache/v/cache/lastfailed")  # what pytest's --last-failed reads


def main() -> int:
    failed = list(json.loads(FAILED.read_text())) if FAILED.exists() else []
    if not 1 <= len(failed) <= MOST:
        return say(f"{len(failed)} failed: no second chance, which at most {MOST} have.", *failed)
    for _ in range(TIMES):
        if code := subprocess.run([sys.executable, "-m", "pytest", "-n", "0", *failed]).returncode:
            say("Failed again, alone:", *failed)
            return code
    say(f"Failed beside others and passed {TIMES} times alone. Each waits for a moment instead of a thing:", *failed)
    return 0


def say(*lines: str) -> int:
    print(*lines, sep="\n  ", flush=True)  # noqa: T201  # the only output of this program
    return 1


if __name__ == "__main__":
    sys.exit(main())

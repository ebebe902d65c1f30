"""What the W3C’s own checker (vnu) says of every kind of page of the demo world: goal 0 errors besides `hx-*`."""

import json
import re
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

from tests import bench
from tests.bench import bench_today, node, pages

OURS = re.compile(r"Attribute “?hx-[a-z-]+”? not allowed")
MOST_SHOWN = 15


def main():
    try:
        checker = node.package("vnu-jar", "java") / "build" / "dist" / "vnu.jar"
    except node.Missing as missing:
        return bench.say("vnu_errors", str(missing), "")
    bench_today.noor()
    with tempfile.TemporaryDirectory() as folder:
        names = {}
        for number, (role, path, html) in enumerate(pages.found()):
            Path(folder, f"{number}.html").write_text(html)
            names[f"{number}.html"] = f"{role} {path}"
        errors = [error for error in checked(checker, folder) if not OURS.search(error["message"])]
    bench.say("vnu_pages", len(names), "pages")
    bench.say("vnu_errors", len(errors), "errors, goal 0")
    for message, count in Counter(error["message"] for error in errors).most_common(MOST_SHOWN):
        first = next(error for error in errors if error["message"] == message)
        where = names[Path(first["url"]).name]
        bench.say("vnu_error", count, f"times: {message} First in {where}: {first.get('extract', '')!r}")
    return None


def checked(checker, folder):
    """Return the errors of every page in a folder."""
    command = ["java", "-jar", str(checker), "--errors-only", "--format", "json", "--exit-zero-always", folder]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stderr)["messages"]

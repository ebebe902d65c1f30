"""A start that is cut short at any moment, and started again at once, comes up (the local stack; reliability.md J)."""

import os
import shutil
import signal

from tests.faults.ground import scaled, wait
from tests.stack import Stack, environment, fresh_folder, start

LATEST_S = 15  # into a first start: the cluster, the roles, the migrations, the parts


def test_a_start_that_is_killed_at_any_moment_starts_again(dice, record_property):
    folder, moments = fresh_folder(), []
    port = environment(folder)["PORT"]
    try:
        for _ in range(scaled(5)):
            moments.append(dice.uniform(0.3, LATEST_S))
            process = start(environment(folder, PORT=port), "--empty")
            wait(moments[-1])
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        stack = Stack(folder, "--empty", PORT=port)
        try:
            assert stack.get("/healthz")[0] == 200
            assert stack.get("/accounts/login/")[0] == 200
        finally:
            stack.close()
        cuts = ",".join(f"{moment:.1f}s" for moment in moments)
        record_property("fault", f"fault: cut starts={len(moments)} at={cuts} left={stack.left()}")
        assert stack.left() == []
    finally:
        shutil.rmtree(folder, ignore_errors=True)

"""An operation whose process ends in the middle of it: a fresh instance goes on from the journal, and nothing is sent twice."""

from __future__ import annotations

import json
import time

from defender import Entry, Operation, Plugin, resume_operation, run_operation
from harness import Stub

from .expect import COMMENT, MACHINE, expect, present, say
from .sessions import configured


class Killed(Exception):
    pass


def operations(plugin: Plugin, harness: str) -> None:
    requests = 0
    kept = ""
    is_alive = True

    def keep(entry: Entry, operation: Operation | None) -> None:
        nonlocal requests, kept
        requests += operation.usage.requests if operation else 0
        # The process ends when the isolation has been sent, before the journal says so.
        if is_alive and operation and operation.next == "look":
            raise Killed
        kept = json.dumps(vars(entry))

    with Stub(harness, {"pendingSeconds": 0.2, "runningSeconds": 0}) as stub:
        with configured(plugin, stub) as connector:
            try:
                run_operation(connector, "isolateHost", {"id": MACHINE, "comment": COMMENT, "wait": {"pollSeconds": 1}}, keep)
            except Killed:
                is_alive = False
        expect(not is_alive, "it was not killed")
        entry = Entry(**json.loads(kept))
        expect(entry.is_sending and entry.next == "send", kept)
        # By then the isolation has ended: the service would take another one.
        time.sleep(0.5)
        with configured(plugin, stub) as connector:
            outcome = present(resume_operation(connector, entry, keep), "there is no outcome")
            expect(outcome.job and outcome.job.state == "succeeded", f"{outcome}")
            expect(json.loads(kept)["next"] == "none", kept)
            # The machine's jobs show how often it was isolated.
            jobs = connector.execute("getActions", {"machineId": MACHINE, "type": "Isolate"}).rows()
            expect(len(jobs) == 1, f"{jobs}")
            # One that is so already ends with its plan.
            ensured = run_operation(connector, "isolateHost", {"id": MACHINE, "comment": COMMENT, "ensure": True}, keep)
            expect(ensured.job and ensured.job.adopted, f"{ensured}")
    say("operations", f"killed inside a step, another instance found the isolation: sent once, {requests} requests")

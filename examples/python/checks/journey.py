"""The example: what a host does with a connector, from `describe` to a file that is read in pieces."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from typing import Any

from defender import Connector, Retry

from .expect import COMMENT, expect, present, refused, say

POLL_SECONDS = 1.0
MAX_POLLS = 30  # the stub takes about three seconds over an action


def journey(connector: Connector, config: Mapping[str, Any], secrets: Mapping[str, Any], origins: set[str]) -> None:
    found = connector.describe()
    expect("isolateHost" in [action.name for action in found.actions], "isolateHost is not described")
    say("describe", f"{found.id} {found.version}, {len(found.actions)} actions")

    error = refused(connector.execute, "getAgentList")
    expect(error.kind == "not-configured", error.kind)
    error = refused(connector.configure, {"tenantId": "?"}, {})
    expect(error.kind == "invalid-config" and error.retry == Retry("never"), error.kind)
    say("configure", f"a wrong one is refused, with {len(error.details)} problems")
    configured = connector.configure(config, secrets)
    # Before the first request: this is where a host compares them with what it lets out.
    expect({origin.pattern for origin in configured.origins} == origins, f"origins: {configured.origins}")
    expect(any(origin.purpose == "sign-in" and origin.required for origin in configured.origins), f"{configured.origins}")
    say("configure", f"{configured.name}: will call {', '.join(sorted(origins))}")

    report = connector.test()
    expect(report.passed and all(step.status != "failed" for step in report.steps), f"{report}")
    expect(all(permission.granted for permission in report.permissions), f"{report.permissions}")
    say("test", f"{len(report.steps)} checks, none failed; {len(report.permissions)} actions permitted")

    machines = connector.execute("getAgentList", {"healthStatus": "Active"}).data["value"]
    machine = next(one for one in machines if one["osPlatform"].startswith("Windows"))
    say("getAgentList", f"{len(machines)} active machines; this one is {machine['computerDnsName']}")
    reason = {"id": machine["id"], "comment": COMMENT}

    error = refused(connector.execute, "isolateHost", {"comment": COMMENT})
    expect(error.kind == "invalid-params" and error.source == "user" and error.status is None, error.kind)
    error = refused(connector.execute, "isolateHost", {"id": "0" * 40, "comment": COMMENT})
    expect((error.kind, error.status, error.retry) == ("not-found", 404, Retry("never")), error.kind)
    expect(error.code and error.request_id, "code or request id of the service is lost")
    say("isolateHost", f"an unknown machine is refused: {error.kind}, {error.status} {error.code}, {error.request_id}")

    follow(connector, start(connector, "isolateHost", reason))
    script = start(connector, "runScript", {**reason, "parameters": {"scriptName": "triage.ps1"}})
    follow(connector, script)

    results = connector.execute("getActionResults", {"id": script}).data
    output = results["script_output"]
    expect("triage of" in output and results["exit_code"] == 0, f"{results}")
    say("getActionResults", f"exit code 0, output {output!r}")
    # The texts are fit to show; what was taken out of them is in `raw`.
    download(connector, script, results.get("raw", results)["script_output"])

    follow(connector, start(connector, "releaseHost", reason))


def download(connector: Connector, script: str, output: str) -> None:
    """Reads the same result as a file: in small pieces, so that there are several."""
    digest, content = hashlib.sha256(), b""
    with connector.open("getActionResults", {"id": script}) as file:
        expect(file.sha256 is None, "a sum before the end")
        while piece := file.read(64):
            digest.update(piece)
            content += piece
        expect(file.size in (None, len(content)), f"{file.size} bytes promised, {len(content)} read")
        expect(file.sha256 == digest.hexdigest(), f"{file.sha256} is not {digest.hexdigest()}")
        say("open", f"{file.name!r}, {len(content)} bytes, sha256 {file.sha256}")
    expect(json.loads(content)["script_output"] == output, "the file is not what getActionResults showed")
    with connector.open("getActionResults", {"id": script}) as file:
        file.read(1)
    say("open", "again, and left after one byte")


def start(connector: Connector, action: str, params: Mapping[str, Any]) -> str:
    """Starts a machine action."""
    begun = present(connector.execute(action, params).job, f"{action} started no job")
    say(action, f"machine action {begun.id} is {begun.state}")
    return begun.id


def follow(connector: Connector, action: str) -> None:
    """Polls a machine action to its end, of which `Succeeded` is the only good one."""
    for poll in range(1, MAX_POLLS + 1):
        time.sleep(POLL_SECONDS)
        status = connector.execute("getActions", {"id": action}).data["value"][0]["status"]
        if status == "Succeeded":
            say("getActions", f"Succeeded after {poll} polls")
            return
        expect(status in ("Pending", "InProgress"), f"the action ended as {status}")
    raise AssertionError(f"the action had not ended after {MAX_POLLS} polls")

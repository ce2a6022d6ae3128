"""Example and check: isolates, runs a script on and releases a machine of the stub service, then restores the sign-in.

    python3 examples/python/check.py target/debug/host-harness

The stub and the component come from `host-harness`. Whatever is not as it should be ends it with an exception and exit status 1.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Callable, TypeVar

from defender import Connector, ConnectorError, Outcome, Plugin, Retry

T = TypeVar("T")

COMMENT = "example in Python"
POLL_SECONDS = 1.0
MAX_POLLS = 30  # the stub takes about three seconds over an action


def say(step: str, detail: object) -> None:
    print(f"{step:<18} {detail}", flush=True)


def expect(holds: object, what: str) -> None:
    # Not `assert`: `python -O` would leave that out.
    if not holds:
        raise AssertionError(what)


def present(value: T | None, what: str) -> T:
    if value is None:
        raise AssertionError(what)
    return value


def refused(call: Callable[..., Any], *arguments: Any) -> ConnectorError:
    try:
        call(*arguments)
    except ConnectorError as error:
        return error
    raise AssertionError(f"{arguments} should have been refused")


@contextmanager
def stub(harness: str) -> Iterator[Mapping[str, Any]]:
    """A running stub service: yields the first line it prints, which says where it is and what to configure."""
    server = subprocess.Popen([harness, "stub", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True)
    try:
        line = present(server.stdout, "no pipe").readline()
        expect(line, "the stub did not start")
        yield json.loads(line)
    finally:
        server.terminate()
        server.wait()


def start(connector: Connector, action: str, params: Mapping[str, Any]) -> str:
    """Starts a machine action."""
    begun = present(connector.execute(action, params).machine_action, f"{action} yielded no machine action")
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


def main(harness: str) -> None:
    with tempfile.TemporaryDirectory() as directory, stub(harness) as service:
        path = Path(directory, "defender_connector.wasm")
        subprocess.run([harness, "component", "-o", str(path)], check=True, stdout=subprocess.DEVNULL)
        began = time.monotonic()
        plugin = Plugin(path)
        say("load", f"{path.stat().st_size} bytes, compiled in {time.monotonic() - began:.1f} s")
        connector = plugin.connector()
        journey(connector, service)
        sessions(plugin, connector, service)


def journey(connector: Connector, service: Mapping[str, Any]) -> None:
    found = connector.describe()
    expect("isolateHost" in [action.name for action in found.actions], "isolateHost is not described")
    say("describe", f"{found.id} {found.version}, {len(found.actions)} actions")

    error = refused(connector.execute, "getAgentList")
    expect(error.kind == "not-configured", error.kind)
    error = refused(connector.configure, {"tenantId": "?"}, {})
    expect(error.kind == "invalid-config" and error.retry == Retry("never"), error.kind)
    say("configure", f"a wrong one is refused, with {len(error.details)} problems")
    configured = connector.configure(service["config"], service["secrets"])
    # Before the first request: this is where a host compares them with what it lets out.
    expect(set(configured.origins) == {service["url"], service["storageUrl"]}, f"origins: {configured.origins}")
    say("configure", f"{configured.name}: will call {', '.join(configured.origins)}")

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


def sessions(plugin: Plugin, connector: Connector, service: Mapping[str, Any]) -> None:
    """A sign-in outlives its instance: one request is the read alone, two are a token and the read."""
    snapshot = present(connector.save(), "there is nothing to keep")

    def first_read(restored: bool) -> Outcome:
        fresh = plugin.connector()
        fresh.configure(service["config"], service["secrets"])
        if restored:
            fresh.restore(snapshot)
        return fresh.execute("getAgentList", {"pageSize": 1})

    without, restored = (first_read(way).usage.requests for way in (False, True))
    expect((without, restored) == (2, 1), f"{without} requests without the session, {restored} with it")
    say("save, restore", "a fresh instance sends 2 requests for its first read, a restored one 1: no token")

    stranger = plugin.connector()
    stranger.configure({**service["config"], "clientId": "somebody-else"}, service["secrets"])
    error = refused(stranger.restore, snapshot)
    expect(error.kind == "invalid-params", error.kind)
    say("restore", f"under other settings it is refused: {error.kind}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} PATH-OF-HOST-HARNESS")
    main(sys.argv[1])
    print("all as it should be")

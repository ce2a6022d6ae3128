"""Runs the table in `tests/conformance`, which Rust and Node run too.

    python3 examples/python/conformance.py target/debug/host-harness

What each request is, the Rust test compares; the stub tells another process only how many there were, so here they are counted:
by `usage` for a call that succeeds, and all of a case.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from defender import Connector, ConnectorError, Plugin

TABLE = Path(__file__).parent.parent.parent / "tests" / "conformance"


class Stub:
    """A running stub service; `stop` says how many requests it served."""

    def __init__(self, harness: str, scenario: Mapping[str, Any], directory: str) -> None:
        path = Path(directory, "scenario.json")
        path.write_text(json.dumps(scenario))
        command = [harness, "stub", "--listen", "127.0.0.1:0", "--scenario", str(path)]
        self._server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        said = json.loads(self._server.stdout.readline())
        self.config, self.secrets = said["config"], said["secrets"]

    def stop(self) -> int:
        self._server.send_signal(signal.SIGINT)
        _, said = self._server.communicate()
        return int(re.search(r"(\d+) requests served", said)[1])


class Case:
    """A case under way: the instance that its next call goes to."""

    def __init__(self, plugin: Plugin, stub: Stub, case: Mapping[str, Any]) -> None:
        self._plugin = plugin
        self._config = {**stub.config, **case.get("config", {})}
        self._secrets = stub.secrets
        self._connector = self._fresh() if case.get("configured", True) else plugin.connector()

    def _fresh(self) -> Connector:
        connector = self._plugin.connector()
        connector.configure(self._config, self._secrets)
        return connector

    def call(self, step: Mapping[str, Any]) -> Any:
        connector, call = self._connector, step["call"]
        if call == "execute":
            return asdict(connector.execute(step["action"], step.get("params")))
        if call == "configure":
            return asdict(connector.configure(step["config"], step["secrets"]))
        if call == "restore":
            return connector.restore(step["snapshot"]) or {}
        if call == "test":
            return asdict(connector.test())
        if call == "open":
            with connector.open(step["action"], step.get("params")) as file:
                content = b"".join(iter(lambda: file.read(64), b""))
                return {"name": file.name, "sha256": file.sha256, "json": json.loads(content)}
        if call == "renew":
            self._connector = self._fresh()
            return self._connector.restore(connector.save()) or {}
        raise ValueError(f"there is no call {call}")


def snake(name: str) -> str:
    return re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), name)


def check(holds: object, problem: str) -> None:
    if not holds:
        raise AssertionError(problem)


def member(found: Mapping[str, Any], name: str) -> Any:
    """The table's names are in camel case; so is what comes from the service, but not the members of our classes."""
    return found.get(name, found.get(snake(name)))


def match(expected: Any, found: Any, at: str = "") -> None:
    """Of an object the members that are named, of a list every item; "*" is anything but null."""
    problem = f"{at} is {found!r} and not {expected!r}"
    if expected == "*":
        check(found is not None, problem)
    elif isinstance(expected, dict):
        check(isinstance(found, dict), problem)
        for name, value in expected.items():
            match(value, member(found, name), f"{at}/{name}")
    elif isinstance(expected, list):
        check(isinstance(found, list) and len(found) == len(expected), problem)
        for index, value in enumerate(expected):
            match(value, found[index], f"{at}/{index}")
    else:
        check(expected == found, problem)


def filled_in(value: Any, kept: Mapping[str, Any]) -> Any:
    """The same with "$name" replaced by what an earlier step kept."""
    if isinstance(value, dict):
        return {name: filled_in(inner, kept) for name, inner in value.items()}
    if isinstance(value, list):
        return [filled_in(inner, kept) for inner in value]
    return kept.get(value, value) if isinstance(value, str) else value


def take(case: Case, step: Mapping[str, Any], kept: dict[str, Any]) -> None:
    step = filled_in(step, kept)
    try:
        found = case.call(step)
    except ConnectorError as error:
        if "fails" not in step:
            raise
        return match(step["fails"], {**vars(error), "retry": error.retry.kind})
    check("fails" not in step, f"it did not fail: {found}")
    match(step.get("gives", {}), found)
    if "usage" in found:
        requests = found["usage"]["requests"]
        check(requests == len(step["sends"]), f"{requests} requests and not {len(step['sends'])}")
    for name, pointer in step.get("keep", {}).items():
        value = found
        for part in pointer.split("/")[1:]:
            value = member(value, part)
        kept[f"${name}"] = value


def run(plugin: Plugin, harness: str, directory: str, case: Mapping[str, Any]) -> None:
    stub, kept = Stub(harness, case.get("scenario", {}), directory), {}
    try:
        running = Case(plugin, stub, case)
        for step in case["steps"]:
            take(running, step, kept)
    finally:
        served = stub.stop()
    expected = sum(len(step["sends"]) for step in case["steps"])
    check(served == expected, f"{served} requests and not {expected}")


def main(harness: str) -> int:
    count, failed = 0, 0
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "defender_connector.wasm")
        subprocess.run([harness, "component", "-o", str(path)], check=True, stdout=subprocess.DEVNULL)
        plugin = Plugin(path)
        for file in sorted(TABLE.glob("*.json")):
            for case in json.loads(file.read_text()):
                count += 1
                try:
                    run(plugin, harness, directory, case)
                except (AssertionError, ConnectorError) as error:
                    failed += 1
                    print(f"FAILED {file.name}: {case['name']}: {error}")
    print(f"conformance: {count} cases, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} PATH-OF-HOST-HARNESS")
    sys.exit(main(sys.argv[1]))

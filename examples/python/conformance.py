"""Runs the table in `tests/conformance`, which Rust and Node run too.

    python examples/python/conformance.py [PATH-OF-HOST-HARNESS]

What each request is, the Rust test compares; the stub tells another process only how many there were, so here they are counted:
by `usage`, and all of a case.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from checks.matching import check, filled_in, match, member
from defender import Connector, ConnectorError, Plugin
from harness import ROOT, Stub, harness, plugin

TABLE = ROOT / "tests" / "conformance"


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
            connector.restore(step["snapshot"])
            return {}
        if call == "test":
            return asdict(connector.test())
        if call == "open":
            with connector.open(step["action"], step.get("params")) as file:
                content = b"".join(iter(lambda: file.read(64), b""))
                return {"name": file.name, "sha256": file.sha256, "json": json.loads(content)}
        if call == "renew":
            self._connector = self._fresh()
            self._connector.restore(connector.save() or "")
            return {}
        raise ValueError(f"there is no call {call}")


def take(case: Case, step: Mapping[str, Any], kept: dict[str, Any]) -> None:
    step = filled_in(step, kept)
    try:
        found = case.call(step)
    except ConnectorError as error:
        if "fails" not in step:
            raise
        usage = error.usage and asdict(error.usage)
        if usage:
            check(usage["requests"] == len(step["sends"]), f"{usage['requests']} requests and not {len(step['sends'])}")
        return match(step["fails"], {**vars(error), "retry": error.retry.kind, "usage": usage})
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


def run(component: Plugin, harness: str, case: Mapping[str, Any]) -> None:
    kept: dict[str, Any] = {}
    with Stub(harness, case.get("scenario")) as stub:
        running = Case(component, stub, case)
        for step in case["steps"]:
            take(running, step, kept)
        served = stub.stop()
    expected = sum(len(step["sends"]) for step in case["steps"])
    check(served == expected, f"{served} requests and not {expected}")


def main(harness: str) -> int:
    count, failed = 0, 0
    component, _ = plugin(harness)
    for file in sorted(TABLE.glob("*.json")):
        for case in json.loads(file.read_text()):
            count += 1
            try:
                run(component, harness, case)
            except (AssertionError, ConnectorError) as error:
                failed += 1
                print(f"FAILED {file.name}: {case['name']}: {error}")
    print(f"conformance: {count} cases, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(harness(sys.argv)))

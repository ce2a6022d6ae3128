"""Runs the table in `tests/conformance`, which Rust and Node run too.

    python examples/python/conformance.py [PATH-OF-HOST-HARNESS]

What each request is, the Rust test compares; the stub tells another process only how many there were, so here they are counted:
by `usage`, and all of a case.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from checks.matching import check, filled_in, match, member
from defender import Connector, ConnectorError, Operation, Plugin
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
        if call == "plan":
            return operation(connector.plan(step["action"], step.get("params")))
        if call == "advance":
            return [result(one, operation) for one in connector.advance(step["checkpoints"])]
        if call == "recover":
            return operation(connector.recover(step["checkpoint"]))
        if call == "open":
            with connector.open(step["action"], step.get("params")) as file:
                content = b"".join(iter(lambda: file.read(64), b""))
                return {"name": file.name, "sha256": file.sha256, "json": json.loads(content)}
        if call == "renew":
            self._connector = self._fresh()
            self._connector.restore(connector.save() or "")
            return {}
        raise ValueError(f"there is no call {call}")


def failure(error: ConnectorError | None) -> Any:
    """A failure as the table has it."""
    return error and {**vars(error), "retry": error.retry.kind, "usage": error.usage and asdict(error.usage)}


def result(value: Any, ok: Callable[[Any], Any]) -> dict[str, Any]:
    """A result inside of a value as the table has it."""
    return {"err": failure(value)} if isinstance(value, ConnectorError) else {"ok": ok(value)}


def operation(progress: Operation) -> dict[str, Any]:
    """An operation as the table has it."""
    targets = [
        {**vars(target), "job": target.job and asdict(target.job), "error": failure(target.error)} for target in progress.targets
    ]
    return {
        **vars(progress),
        "targets": targets,
        "trouble": failure(progress.trouble),
        "outcome": progress.outcome and result(progress.outcome, asdict),
        "usage": asdict(progress.usage),
    }


def cost(found: Any) -> int | None:
    """How many requests a call says that it sent, if it does."""
    usages = [one["ok"]["usage"] for one in found if "ok" in one] if isinstance(found, list) else [found.get("usage")]
    return None if None in usages else sum(usage["requests"] for usage in usages)


def take(case: Case, step: Mapping[str, Any], kept: dict[str, Any]) -> None:
    step = filled_in(step, kept)
    time.sleep(step.get("waitMs", 0) / 1000)
    try:
        found = case.call(step)
    except ConnectorError as error:
        if "fails" not in step:
            raise
        if error.usage:
            check(error.usage.requests == len(step["sends"]), f"{error.usage.requests} requests and not {len(step['sends'])}")
        return match(step["fails"], failure(error))
    check("fails" not in step, f"it did not fail: {found}")
    match(step.get("gives", {}), found)
    requests = cost(found)
    if requests is not None:
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

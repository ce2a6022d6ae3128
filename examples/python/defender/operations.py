"""Carries out an action step by step, so that it survives the process: each machine is isolated once, whenever the process ends.

    outcome = run_operation(connector, "isolateHost", {"ids": ids, "comment": "case 1042", "wait": {}}, keep)

`keep` is the journal: it puts the entry in the place of the one before, and returns once it is on the disk. Another process, whose
connector has the same settings, goes on from there: `resume_operation(connector, Entry(**kept), keep)`. An operation has one owner:
no two processes may go on from one entry.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Optional

from .contract import ConnectorError, Operation, Outcome
from .host import Connector


@dataclass(frozen=True)
class Entry:
    """What a journal keeps: `json.dumps(vars(entry))`. It holds no secret."""

    checkpoint: str
    next: str
    wait_ms: int
    is_sending: bool = False


Keep = Callable[[Entry, Optional[Operation]], None]
"""The operation is what a step gave: how far its targets are, and, given once, what they yielded. `None` before a step."""


MAX_WAIT_MS = 3_600_000
"""Longest wait before a step: an early one is allowed."""


def run_operation(connector: Connector, action: str, params: Mapping[str, Any], keep: Keep) -> Outcome:
    """Plans an action, which sends nothing that changes anything, and takes all steps.

    What an operation that fails has come to is raised as `ConnectorError`. After anything else that is raised, a trap or an error of
    the journal, make a new instance and resume.
    """
    return _follow(connector, connector.plan(action, params), keep)


def resume_operation(connector: Connector, entry: Entry, keep: Keep) -> Outcome | None:
    """Takes the steps that are left, from the entry that was kept last; `None` if it had ended before."""
    return None if entry.next == "none" else _follow(connector, _step(connector, entry, keep), keep)


def _follow(connector: Connector, operation: Operation, keep: Keep) -> Outcome:
    while True:
        entry = Entry(operation.checkpoint, operation.next, operation.wait_ms)
        keep(entry, operation)
        if isinstance(operation.outcome, ConnectorError):
            raise operation.outcome
        if operation.outcome is not None:
            return operation.outcome
        operation = _step(connector, entry, keep)


def _step(connector: Connector, entry: Entry, keep: Keep) -> Operation:
    time.sleep(min(entry.wait_ms, MAX_WAIT_MS) / 1000)
    if entry.is_sending:
        # The process that kept this ended before it knew what became of the request, which is searched for and never sent again.
        return connector.recover(entry.checkpoint)
    if entry.next == "send":
        keep(replace(entry, is_sending=True), None)
    (advanced,) = connector.advance([entry.checkpoint])
    if isinstance(advanced, ConnectorError):
        keep(entry, None)  # It was not used.
        raise advanced
    return advanced

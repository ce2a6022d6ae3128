"""The contract's values (`wit/types.wit`) in Python: what comes from the component, and what it raises."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from wasmtime.component import Record, Variant

from . import notebook

T = TypeVar("T")


@dataclass(frozen=True)
class Action:
    """One row of `Descriptor.actions`."""

    name: str
    title: str
    summary: str
    effect: str  # "read", "change", "policy" or "disrupt"
    roles: list[list[str]]
    params_schema: Any
    result_schema: Any
    deprecated: str | None
    docs: str
    category: str
    file_action: str | None
    read_posts: list[str]


@dataclass(frozen=True)
class Descriptor:
    """What the connector is and can do."""

    id: str
    name: str
    version: str
    config_schema: Any
    secrets_schema: Any
    error_details_schema: Any
    actions: list[Action]

    def _repr_html_(self) -> str:
        return notebook.table([{name: vars(one)[name] for name in ("name", "effect", "summary")} for one in self.actions])


@dataclass(frozen=True)
class Origin:
    """Where the connector may call: `https://host[:port]`, or `https://*.host`."""

    pattern: str
    purpose: str
    required: bool


@dataclass(frozen=True)
class Configured:
    """What the settings mean for the host: `origins` is all that the connector may call."""

    name: str
    origins: list[Origin]


@dataclass(frozen=True)
class Step:
    """One check of `Connector.test`."""

    name: str
    status: str  # "passed", "failed" or "skipped"
    detail: str
    duration_ms: int
    code: str | None
    help: str | None


@dataclass(frozen=True)
class Permission:
    """Whether the credentials allow an action."""

    action: str
    granted: bool
    missing: list[str]


@dataclass(frozen=True)
class Report:
    """What `Connector.test` found."""

    passed: bool
    steps: list[Step]
    permissions: list[Permission]

    def _repr_html_(self) -> str:
        missing = [permission for permission in self.permissions if not permission.granted]
        return notebook.table([vars(step) for step in self.steps]) + notebook.table([vars(one) for one in missing])


@dataclass(frozen=True)
class Job:
    """A job that the service runs in its own time: only the state "succeeded" is success."""

    id: str
    state: str
    adopted: bool


@dataclass(frozen=True)
class Usage:
    """What a call cost; requests for tokens are counted in. Each request carried `call_id` as `client-request-id`."""

    call_id: str
    requests: int
    retries: int
    request_bytes: int
    response_bytes: int
    waited_ms: int


@dataclass(frozen=True)
class OutcomeWarning:
    """Something to know about a success; `code` is stable."""

    code: str
    message: str
    details: Any


@dataclass(frozen=True)
class Outcome:
    """What an action yielded."""

    data: Any
    job: Job | None
    usage: Usage
    warnings: list[OutcomeWarning] = field(default_factory=list)

    def rows(self) -> list[Any]:
        """The records of a list, one of a single record: what `pandas.DataFrame` takes."""
        data = self.data
        if isinstance(data, dict):
            data = next((data[name] for name in ("value", "results") if isinstance(data.get(name), list)), data)
        return data if isinstance(data, list) else [data]

    def _repr_html_(self) -> str:
        return notebook.table(self.rows())


@dataclass(frozen=True)
class Target:
    """One target of an operation; `data` is given once, by the step in which it ended."""

    name: Any
    state: str  # "unsent", "in-doubt", "running", "succeeded" or "failed"
    job: Job | None
    data: Any
    error: ConnectorError | None


@dataclass(frozen=True)
class Operation:
    """An operation between two steps; `outcome` is given once, by the last."""

    checkpoint: str
    next: str  # "look", "send" or "none"
    wait_ms: int
    targets: list[Target]
    trouble: ConnectorError | None
    outcome: Outcome | ConnectorError | None
    usage: Usage


@dataclass(frozen=True)
class Retry:
    """Whether the same call may be made again: "never", "after" this number of milliseconds, or "unknown": look before you repeat."""

    kind: str
    after_ms: int | None = None


class ConnectorError(Exception):
    """A failure that the connector reports; `str()` of it is a human-readable sentence."""

    def __init__(self, record: Record) -> None:
        error = plain(record)
        super().__init__(error["message"])
        self.kind: str = error["kind"]
        self.message: str = error["message"]
        self.source: str = error["source"]  # "user", "service" or "host"
        retry = error["retry"]
        self.retry = Retry("after" if retry.tag == "after-ms" else retry.tag, retry.payload)
        self.status: int | None = error["status"]
        self.code: str | None = error["code"]
        self.request_id: str | None = error["request_id"]
        self.details: Any = None if error["details"] is None else json.loads(error["details"])
        self.usage: Usage | None = None if error["usage"] is None else Usage(**error["usage"])


def outcome_of(record: Record) -> Outcome:
    found = plain(record)
    return Outcome(
        data=json.loads(found["data"]),
        job=found["job"] and Job(**found["job"]),
        usage=Usage(**found["usage"]),
        warnings=[
            OutcomeWarning(one["code"], one["message"], one["details"] and json.loads(one["details"]))
            for one in found["warnings"]
        ],
    )


def operation_of(record: Record) -> Operation:
    members = vars(record)
    outcome = members["outcome"]
    return Operation(
        checkpoint=members["checkpoint"],
        next=members["next"],
        wait_ms=members["wait-ms"],
        targets=[target_of(target) for target in members["targets"]],
        trouble=error_of(members["trouble"]),
        outcome=None if outcome is None else result_of(outcome, outcome_of),
        usage=Usage(**plain(members["usage"])),
    )


def target_of(record: Record) -> Target:
    members = vars(record)
    return Target(
        name=json.loads(members["name"]),
        state=members["state"],
        job=members["job"] and Job(**plain(members["job"])),
        data=None if members["data"] is None else json.loads(members["data"]),
        error=error_of(members["error"]),
    )


def error_of(record: Record | None) -> ConnectorError | None:
    return None if record is None else ConnectorError(record)


def result_of(result: Any, convert: Callable[[Record], T]) -> T | ConnectorError:
    """A result inside of a value, which is not raised."""
    return convert(result.payload) if result.tag == "ok" else ConnectorError(result.payload)


def to_json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, allow_nan=False)


def unwrap(value: Any) -> Any:
    """The good side of a `result`, or the bad side raised.

    wasmtime-py tags a result only where both sides have the same Python type. Our bad side is always a record: an untagged
    record is the bad side.
    """
    if isinstance(value, Variant):
        if value.tag == "ok":
            return value.payload
        value = value.payload
    if isinstance(value, Record):
        raise ConnectorError(value)
    return value


def plain(value: Any) -> Any:
    """Records, whose members are named in kebab-case, as dictionaries that fit the classes above."""
    if isinstance(value, Record):
        return {name.replace("-", "_"): plain(member) for name, member in vars(value).items()}
    if isinstance(value, list):
        return [plain(member) for member in value]
    return value

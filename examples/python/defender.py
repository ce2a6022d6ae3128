"""Runs a connector component (`wit/`, `connector:plugin@0.1.0`) in wasmtime-py.

    plugin = Plugin("defender_connector.wasm")              # compiles: once per process
    connector = plugin.connector()                          # an instance: cheap, one call at a time
    connector.configure({"tenantId": ..., "clientId": ...}, {"clientSecret": ...})
    outcome = connector.execute("isolateHost", {"id": ..., "comment": "case 1042"})

What the component reports is raised as `ConnectorError`. A `wasmtime.WasmtimeError` is a trap: that instance has ended, make a
new one.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from os import PathLike
from typing import Any

from wasmtime import Engine, Store, WasiConfig
from wasmtime.component import Component, Func, Linker, Record, ResourceAny, ResultType, Variant

CONNECTOR = "connector:plugin/connector@0.1.0"
DOWNLOADS = "connector:plugin/downloads@0.1.0"
SESSION = "connector:plugin/session@0.1.0"

# `add_wasip2` links files and sockets as well: a component that imports them is refused before it is linked.
LENT = (
    "connector:plugin/types@",
    "wasi:cli/",
    "wasi:clocks/",
    "wasi:http/",
    "wasi:io/",
    "wasi:random/",
)

MEMORY_BYTES = 256 << 20
"""What an instance may use; about three times `limits.maxResponseBytes` must fit in."""

CHUNK_BYTES = 64 << 10


@dataclass(frozen=True)
class Action:
    """One row of `Descriptor.actions`."""

    name: str
    title: str
    summary: str
    effect: str  # "read", "change" or "disrupt"
    roles: list[list[str]]
    params_schema: Any
    result_schema: Any
    deprecated: str | None
    docs: str


@dataclass(frozen=True)
class Descriptor:
    """What the connector is and can do."""

    id: str
    name: str
    version: str
    config_schema: Any
    secrets_schema: Any
    actions: list[Action]


@dataclass(frozen=True)
class Configured:
    """What the settings in force come down to: `origins` is all that the connector may call."""

    name: str
    origins: list[str]


@dataclass(frozen=True)
class Step:
    """One check of `Connector.test`."""

    name: str
    status: str  # "passed", "failed" or "skipped"
    detail: str
    duration_ms: int


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


@dataclass(frozen=True)
class MachineAction:
    """An action that goes on at the service: only the state "succeeded" is success."""

    id: str
    state: str
    adopted: bool


@dataclass(frozen=True)
class Usage:
    """What a call cost; requests for tokens are counted in."""

    requests: int
    retries: int
    request_bytes: int
    response_bytes: int
    waited_ms: int


@dataclass(frozen=True)
class Outcome:
    """What an action yielded."""

    data: Any
    machine_action: MachineAction | None
    usage: Usage


@dataclass(frozen=True)
class Retry:
    """Whether the same call may be made again: "never", "after" so many milliseconds, or "unknown": look before you repeat."""

    kind: str
    after_ms: int | None = None


class ConnectorError(Exception):
    """A failure that the connector reports; `str()` of it is a sentence for people."""

    def __init__(self, record: Record) -> None:
        error = _plain(record)
        super().__init__(error["message"])
        self.kind: str = error["kind"]
        self.message: str = error["message"]
        self.source: str = error["source"]  # "user", "service" or "host"
        self.retry = Retry(error["retry"].tag, error["retry"].payload)
        self.status: int | None = error["status"]
        self.code: str | None = error["code"]
        self.request_id: str | None = error["request_id"]
        self.details: Any = None if error["details"] is None else json.loads(error["details"])


class Plugin:
    """A compiled component. Threads may share it."""

    def __init__(self, path: str | PathLike[str]) -> None:
        self._engine = Engine()
        self._component = Component.from_file(self._engine, path)
        foreign = [name for name in self._component.type.imports(self._engine) if not name.startswith(LENT)]
        if foreign:
            raise ValueError(f"{path} asks for what is not lent: {', '.join(sorted(foreign))}")

    def connector(self) -> Connector:
        """A fresh instance."""
        linker = Linker(self._engine)
        linker.add_wasip2()
        linker.add_wasi_http()
        store = Store(self._engine)
        store.set_limits(memory_size=MEMORY_BYTES)
        # No arguments, environment, files or input. What the component says before it traps goes to our stderr.
        wasi = WasiConfig()
        wasi.inherit_stderr()
        # Both: where one is missing, the process aborts when the component needs it; there is no exception to catch.
        store.set_wasi(wasi)
        store.set_wasi_http()
        return Connector(store, linker.instantiate(store, self._component))


class Connector:
    """One instance. Threads may share it: their calls wait for each other."""

    def __init__(self, store: Store, instance: Any) -> None:
        self._store = store
        self._instance = instance
        # wasmtime-py lets go of the GIL during a call and does not guard the store: two calls at once would corrupt it.
        self._lock = threading.Lock()

    def describe(self) -> Descriptor:
        found = _plain(self._call(CONNECTOR, "describe"))
        schemas = {name: json.loads(found.pop(name)) for name in ("config_schema", "secrets_schema")}
        actions = []
        for action in found.pop("actions"):
            for name in ("params_schema", "result_schema"):
                action[name] = json.loads(action[name])
            actions.append(Action(**action))
        return Descriptor(**found, **schemas, actions=actions)

    def configure(self, config: Mapping[str, Any], secrets: Mapping[str, Any]) -> Configured:
        """Puts settings in force; sends nothing."""
        return Configured(**_plain(self._call(CONNECTOR, "configure", _json(config), _json(secrets))))

    def test(self) -> Report:
        """Checks sign-in, audience, permissions and one read; changes nothing. A failed check is no exception."""
        found = _plain(self._call(CONNECTOR, "test"))
        return Report(
            passed=found["passed"],
            steps=[Step(**step) for step in found["steps"]],
            permissions=[Permission(**permission) for permission in found["permissions"]],
        )

    def execute(self, action: str, params: Mapping[str, Any] | None = None) -> Outcome:
        """Carries out one action."""
        found = _plain(self._call(CONNECTOR, "execute", action, _json(params or {})))
        machine_action = found["machine_action"]
        return Outcome(
            data=json.loads(found["data"]),
            machine_action=None if machine_action is None else MachineAction(**machine_action),
            usage=Usage(**found["usage"]),
        )

    def open(self, action: str, params: Mapping[str, Any] | None = None) -> Download:
        """Opens the file that an action yields. Use it in a `with`."""
        return Download(self, self._call(DOWNLOADS, "open", action, _json(params or {})))

    def save(self) -> str | None:
        """The sign-in, worth keeping for `restore`. It holds an access token: keep it as you keep the client secret."""
        return self._call(SESSION, "save")

    def restore(self, snapshot: str) -> None:
        """Puts a saved sign-in in force; call it after `configure`, with the same settings."""
        self._call(SESSION, "restore", snapshot)

    def _call(self, interface: str, name: str, *arguments: Any) -> Any:
        with self._lock:
            function = self._function(interface, name)
            value = function(self._store, *arguments)
            return _unwrap(value) if isinstance(function.type(self._store).result, ResultType) else value

    def _drop(self, resource: ResourceAny) -> None:
        with self._lock:
            resource.drop(self._store)

    def _function(self, interface: str, name: str) -> Func:
        parent = self._instance.get_export_index(self._store, interface)
        index = parent and self._instance.get_export_index(self._store, name, parent)
        function = index and self._instance.get_func(self._store, index)
        if not function:
            raise NotImplementedError(f"the component has no {interface} {name}")
        return function


class Download:
    """A file of the service, read in pieces; iterating yields `bytes`. Leaving the `with` early is no error."""

    def __init__(self, connector: Connector, resource: ResourceAny) -> None:
        self._connector = connector
        self._resource: ResourceAny | None = resource

    @property
    def name(self) -> str:
        """As the service gives it, from a machine that may be hostile: never use it as a path."""
        return self._method("name")

    @property
    def size(self) -> int | None:
        return self._method("size")

    @property
    def sha256(self) -> str | None:
        """Of all that was read; `None` before the end."""
        return self._method("sha256")

    def read(self, max_bytes: int = CHUNK_BYTES) -> bytes:
        """The next piece; empty at the end."""
        return self._method("read", max_bytes)

    def close(self) -> None:
        # Python's garbage collector frees the handle only, not what the component holds: that takes a drop.
        resource, self._resource = self._resource, None
        if resource is not None:
            self._connector._drop(resource)

    def __enter__(self) -> Download:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.read, b"")

    def _method(self, name: str, *arguments: Any) -> Any:
        if self._resource is None:
            raise ValueError("the download is closed")
        return self._connector._call(DOWNLOADS, f"[method]file.{name}", self._resource, *arguments)


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, allow_nan=False)


def _unwrap(value: Any) -> Any:
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


def _plain(value: Any) -> Any:
    """Records, whose members are named in kebab-case, as dictionaries that fit the classes above."""
    if isinstance(value, Record):
        return {name.replace("-", "_"): _plain(member) for name, member in vars(value).items()}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    return value

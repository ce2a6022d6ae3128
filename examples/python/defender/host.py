"""Runs a connector component in wasmtime-py: a compiled component, and its instances."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping
from os import PathLike
from typing import Any

from wasmtime import Engine, Store, WasiConfig
from wasmtime.component import Component, Func, Linker, ResourceAny, ResultType

from .contract import Action, Configured, ConnectorError, Descriptor, Operation, Origin, Outcome, Permission, Report, Step
from .contract import operation_of, outcome_of, plain, result_of, to_json, unwrap
from .download import DOWNLOADS, Download

CONNECTOR = "connector:plugin/connector@0.1.0"
OPERATIONS = "connector:plugin/operations@0.1.0"
SESSION = "connector:plugin/session@0.1.0"

# `add_wasip2` links files and sockets as well: a component that imports them is refused before it is linked.
GRANTED = (
    "connector:plugin/types@",
    "wasi:cli/",
    "wasi:clocks/",
    "wasi:http/",
    "wasi:io/",
    "wasi:random/",
)

MEMORY_BYTES = 256 << 20
"""What an instance may use; about three times `limits.maxResponseBytes` must fit in."""


class Plugin:
    """A compiled component. Threads may share it."""

    def __init__(self, path: str | PathLike[str]) -> None:
        self._engine = Engine()
        self._component = Component.from_file(self._engine, path)
        foreign = [name for name in self._component.type.imports(self._engine) if not name.startswith(GRANTED)]
        if foreign:
            raise ValueError(f"{path} asks for what is not granted: {', '.join(sorted(foreign))}")

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
    """One instance. Threads may share it: their calls wait for each other. In a `with` it ends there, with its memory."""

    def __init__(self, store: Store, instance: Any) -> None:
        self._store = store
        self._instance = instance
        # wasmtime-py lets go of the GIL during a call and does not guard the store: two calls at once would corrupt it.
        self._lock = threading.Lock()

    def __enter__(self) -> Connector:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def close(self) -> None:
        """Ends the instance; its session, if it was saved, goes on in another."""
        with self._lock:
            self._instance = None
            self._store.close()

    def describe(self) -> Descriptor:
        found = plain(self._call(CONNECTOR, "describe"))
        schemas = {name: json.loads(found.pop(name)) for name in ("config_schema", "secrets_schema", "error_details_schema")}
        actions = []
        for action in found.pop("actions"):
            for name in ("params_schema", "result_schema"):
                action[name] = json.loads(action[name])
            actions.append(Action(**action))
        return Descriptor(**found, **schemas, actions=actions)

    def configure(self, config: Mapping[str, Any], secrets: Mapping[str, Any]) -> Configured:
        """Puts settings in force; sends nothing."""
        found = plain(self._call(CONNECTOR, "configure", to_json(config), to_json(secrets)))
        return Configured(name=found["name"], origins=[Origin(**origin) for origin in found["origins"]])

    def test(self) -> Report:
        """Checks sign-in, audience, permissions and one read; changes nothing. A failed check is no exception."""
        found = plain(self._call(CONNECTOR, "test"))
        return Report(
            passed=found["passed"],
            steps=[Step(**step) for step in found["steps"]],
            permissions=[Permission(**permission) for permission in found["permissions"]],
        )

    def execute(self, action: str, params: Mapping[str, Any] | None = None) -> Outcome:
        """Carries out one action."""
        return outcome_of(self._call(CONNECTOR, "execute", action, to_json(params or {})))

    def plan(self, action: str, params: Mapping[str, Any] | None = None) -> Operation:
        """Begins an operation: checks and resolves, and sends nothing that changes anything."""
        return operation_of(self._call(OPERATIONS, "plan", action, to_json(params or {})))

    def advance(self, checkpoints: Iterable[str]) -> list[Operation | ConnectorError]:
        """Takes one step with each: with any number of which the next is a look, or with one of which it is a send.

        An error in an operation's place means that its checkpoint was not used. `operations.py` shows how to call it.
        """
        return [result_of(result, operation_of) for result in self._call(OPERATIONS, "advance", list(checkpoints))]

    def recover(self, checkpoint: str) -> Operation:
        """Goes on from a checkpoint of which it is not known whether it was advanced. Never sends what may have been sent."""
        return operation_of(self._call(OPERATIONS, "recover", checkpoint))

    def open(self, action: str, params: Mapping[str, Any] | None = None) -> Download:
        """Opens the file that an action yields. Use it in a `with`."""
        return Download(self, self._call(DOWNLOADS, "open", action, to_json(params or {})))

    def save(self) -> str | None:
        """The sign-in, worth keeping for `restore`. It holds an access token: keep it as you keep the client secret."""
        snapshot: str | None = self._call(SESSION, "save")
        return snapshot

    def restore(self, snapshot: str) -> None:
        """Puts a saved sign-in in force; call it after `configure`, with the same settings."""
        self._call(SESSION, "restore", snapshot)

    def _call(self, interface: str, name: str, *arguments: Any) -> Any:
        with self._lock:
            if self._instance is None:
                raise ValueError("the connector is closed")
            function = self._function(interface, name)
            value = function(self._store, *arguments)
            return unwrap(value) if isinstance(function.type(self._store).result, ResultType) else value

    def _drop(self, resource: ResourceAny) -> None:
        with self._lock:
            if self._instance is not None:
                resource.drop(self._store)

    def _function(self, interface: str, name: str) -> Func:
        parent = self._instance.get_export_index(self._store, interface)
        index = parent and self._instance.get_export_index(self._store, name, parent)
        function: Func | None = index and self._instance.get_func(self._store, index)
        if not function:
            raise NotImplementedError(f"the component has no {interface} {name}")
        return function

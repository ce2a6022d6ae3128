"""Instances that come and go: what a fresh one needs from the one before, and what it costs."""

from __future__ import annotations

import time
from typing import Callable

from defender import Connector, Plugin
from harness import Stub

from .expect import MACHINE, expect, present, refused, say

CALLS = 5


def sessions(plugin: Plugin, stub: Stub) -> None:
    """The stateless way: for each call a fresh instance, with the session of the call before. The stub counts what it costs."""
    first = configured(plugin, stub)
    requests = first.execute("getAgentList", {"pageSize": 1}).usage.requests
    expect(requests == 2, f"{requests} requests for a token and a read")
    kept = timed(lambda: first.execute("getAgentDetails", {"id": MACHINE}))
    session = present(first.save(), "there is nothing to keep")
    estranged(plugin, stub, session)

    def call() -> None:
        nonlocal session
        with configured(plugin, stub) as connector:
            connector.restore(session)
            requests = connector.execute("getAgentDetails", {"id": MACHINE}).usage.requests
            expect(requests == 1, f"{requests} requests for a read")
            session = present(connector.save(), "there is nothing to keep")

    fresh = timed(call)
    tokens = stub.stop() - 2 - 2 * CALLS
    expect(tokens == 0, f"{tokens} more requests than calls")
    say("save, restore", f"{CALLS} calls by {CALLS} fresh instances: 0 requests for tokens; {fresh} a call, {kept} by one that is kept")


def estranged(plugin: Plugin, stub: Stub, session: str) -> None:
    with plugin.connector() as stranger:
        stranger.configure({**stub.config, "clientId": "00000000-1111-2222-3333-444444444444"}, stub.secrets)
        error = refused(stranger.restore, session)
        expect(error.kind == "invalid-params", error.kind)
        say("restore", f"under other settings it is refused: {error.kind}")
    try:
        stranger.describe()
    except ValueError:
        return
    raise AssertionError("a connector that is closed was called")


def configured(plugin: Plugin, stub: Stub) -> Connector:
    connector = plugin.connector()
    connector.configure(stub.config, stub.secrets)
    return connector


def timed(call: Callable[[], object]) -> str:
    """What each of the calls takes."""
    began = time.monotonic()
    for _ in range(CALLS):
        call()
    return f"{(time.monotonic() - began) / CALLS * 1000:.1f} ms"

"""What the checks have in common."""

from __future__ import annotations

from typing import Any, Callable, TypeVar

from defender import ConnectorError

T = TypeVar("T")

COMMENT = "example in Python"
MACHINE = "9a3f0c51be7724d06e1188f2c4d53aa07be61d92"
"""The stub's workstation."""


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

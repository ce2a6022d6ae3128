"""Whether what came back is what a table of cases expects."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any


def snake(name: str) -> str:
    return re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), name)


def check(holds: object, problem: str) -> None:
    if not holds:
        raise AssertionError(problem)


def member(found: Any, name: str) -> Any:
    """The table's names are in camel case; so is what comes from the service, but not the members of our classes."""
    if isinstance(found, list):
        return found[int(name)]
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
    """The same with "$name" replaced by what an earlier step kept, and "${name}" within a longer text too."""
    if isinstance(value, dict):
        return {name: filled_in(inner, kept) for name, inner in value.items()}
    if isinstance(value, list):
        return [filled_in(inner, kept) for inner in value]
    if not isinstance(value, str):
        return value
    return kept[value] if value in kept else re.sub(r"\$\{(\w+)\}", lambda found: kept[f"${found[1]}"], value)

"""Tables for notebooks. What they show is from machines that may be hostile: every text is escaped."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

MAX_ROWS = 50
"""More than that nobody reads; `Outcome.rows` has them all."""

MAX_CHARACTERS = 200
"""Of one cell: the output of a script may be a megabyte."""


def table(rows: Sequence[Any]) -> str:
    """Rows with the same members as an HTML table; a single one upright, a member a line."""
    records = [row if isinstance(row, Mapping) else {"": row} for row in rows]
    if len(records) == 1:
        return _html("".join(f"<tr><th>{escape(str(name))}</th>{_cell(value)}</tr>" for name, value in records[0].items()))
    shown = records[:MAX_ROWS]
    names = list(dict.fromkeys(name for record in shown for name in record))
    lines = ["".join(f"<th>{escape(str(name))}</th>" for name in names)]
    lines += ["".join(_cell(record.get(name)) for name in names) for record in shown]
    more = len(records) - len(shown)
    return _html("".join(f"<tr>{line}</tr>" for line in lines)) + (f"<p>{more} more</p>" if more else "")


def _html(lines: str) -> str:
    return f"<table>{lines}</table>" if lines else ""


def _cell(value: Any) -> str:
    if value is None:
        return "<td></td>"
    text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    return f"<td>{escape(text if len(text) <= MAX_CHARACTERS else text[: MAX_CHARACTERS - 1] + '…')}</td>"

"""Events between processes that trust each other but little: one line of JSON each."""

from __future__ import annotations

import json
from typing import Any


def tell(file: Any, event: dict) -> None:
    """Write an event as one line."""
    file.write(json.dumps(event).encode() + b"\n")


def heard(line: bytes) -> dict:
    """Return the event of a line; what is none is noise."""
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return {"event": "noise"}
    return event if isinstance(event, dict) else {"event": "noise"}

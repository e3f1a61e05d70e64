"""One cell of a dataset, as HTML and as text: texts, lists, conversations, whatever is nested."""

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from helpers.checks.evidence import is_list
from helpers.looking.shown import printable, safe
from helpers.messages import say

SHORT, LONG = 1_200, 20_000
"""Letters: a longer text is folded, and one that is longer still is cut."""

_PREVIEW = 300
_ITEMS = 40  # of a list
_DEEP = 4
_EDGE = "border-left:3px solid rgba(127,127,127,.45);padding-left:.7em;margin:.15em 0 .4em"
_TEXT = "white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate"
_FAINT = "opacity:.75"


def plain(value: Any) -> Any:
    """Return a cell as plain Python; what pandas writes for a missing one is `None`.

    >>> plain(float("nan")) is None
    True
    """
    if value is None or type(value) in (str, int, bool):
        return value
    if isinstance(value, float) and math.isnan(value):
        return None
    if type(value).__name__ in ("NAType", "NaTType"):
        return None
    if isinstance(value, Mapping):
        return {name: plain(part) for name, part in value.items()}
    if is_list(value):
        return [plain(part) for part in value]
    return value.item() if hasattr(value, "item") else value


def is_conversation(value: Any) -> bool:
    """Tell whether a cell is a list of messages, each with a role and a content.

    >>> is_conversation([{"role": "user", "content": "Why?"}])
    True
    """
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(one, dict) and {"role", "content"} <= set(one) for one in value)
    )


def contains(value: Any, search: str) -> bool:
    """Tell whether a text stands in a cell, in capitals or not, however deep."""
    if isinstance(value, dict):
        return any(contains(part, search) for part in value.values())
    if isinstance(value, list):
        return any(contains(part, search) for part in value)
    return value is not None and search.lower() in str(value).lower()


def as_text(value: Any, most: int = 400) -> str:
    """Return a cell as text for a terminal, cut where it grows too long.

    >>> as_text([{"role": "user", "content": "Why?"}])
    'user: Why?'
    """
    if is_conversation(value):
        return "\n".join(f"{one['role']}: {as_text(one['content'], most)}" for one in value)
    if isinstance(value, list) and all(isinstance(part, str) for part in value[:_ITEMS]):
        items = [
            f"{number}. {as_text(part, most)}" for number, part in enumerate(value[:_ITEMS], 1)
        ]
        return "\n".join(items) or "[]"
    text = value if isinstance(value, str) else _json(value)
    text = printable(text[: most + 1])
    return f"{text[:most]}…" if len(text) > most else text


def as_html(value: Any, search: str = "", deep: int = 0) -> str:
    """Return a cell as HTML in which nothing is markup that came from the data.

    Args:
        value: the cell, as `plain` returns it.
        search: a text to mark wherever it stands.
        deep: how many lists or dictionaries it is in.
    """
    if value is None:
        return f'<span style="{_FAINT};font-style:italic">None</span>'
    if isinstance(value, str):
        return _text(value, search, LONG if deep < 2 else SHORT)
    if is_conversation(value):
        return "".join(_message(one, search, deep) for one in value)
    if deep >= _DEEP or not isinstance(value, (list, dict)):
        return _text(_json(value), search, SHORT)
    if isinstance(value, dict):
        return _dictionary(value, search, deep)
    items = "".join(
        f'<li style="margin:.1em 0">{as_html(part, search, deep + 1)}</li>'
        for part in value[:_ITEMS]
    )
    more = len(value) - _ITEMS
    rest = (
        f"<div>{safe(say('look.more', 'and {count} more', count=more))}</div>" if more > 0 else ""
    )
    return f'<ol style="margin:0;padding-left:1.8em">{items}</ol>{rest}' if value else "[]"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _message(message: dict, search: str, deep: int) -> str:
    extra = {name: part for name, part in message.items() if name not in ("role", "content")}
    return (
        f'<div style="{_EDGE}"><b style="{_FAINT}">{safe(message["role"])}</b>'
        f"{as_html(message['content'], search, deep + 1)}"
        f"{_dictionary(extra, search, deep + 1) if any(extra.values()) else ''}</div>"
    )


def _dictionary(value: dict, search: str, deep: int) -> str:
    lines = "".join(
        f'<div style="{_EDGE}"><b style="{_FAINT}">{safe(name)}</b> '
        f"{as_html(part, search, deep + 1)}</div>"
        for name, part in list(value.items())[:_ITEMS]
    )
    if deep:
        return lines
    names = ", ".join(str(name) for name in value)
    names = names if len(names) <= 100 else f"{names[:100]}…"
    is_open = " open" if search and contains(value, search) else ""
    return f"<details{is_open}><summary>{safe(names) or '{}'}</summary>{lines}</details>"


def _text(text: str, search: str, most: int) -> str:
    cut = ""
    if len(text) > most:
        note = say("look.cut", "… cut here. The whole text has {count} letters.", count=len(text))
        cut = f'<div style="{_FAINT}">{safe(note)}</div>'
    shown = text[:most]
    if len(text) <= SHORT:
        return f'<div dir="auto" style="{_TEXT}">{marked(shown, search)}</div>{cut}'
    if search and search.lower() in shown[_PREVIEW:].lower():
        fold = "<details open>"
    else:
        fold = "<details>"
    begin = re.sub(r"\s+\S*$", "", shown[:_PREVIEW]) or shown[:_PREVIEW]
    letters = safe(say("look.letters", "{count} letters", count=len(text)))
    return (
        f'{fold}<summary dir="auto" style="{_TEXT};cursor:pointer">{marked(begin, search)}… '
        f'<span style="{_FAINT}">({letters})</span></summary>'
        f'<div dir="auto" style="{_TEXT}">{marked(shown[len(begin) :].lstrip(), search)}</div>'
        f"{cut}</details>"
    )


def marked(text: str, search: str) -> str:
    """Return a text as HTML, with a searched text marked wherever it stands.

    >>> marked("a <b> Cat", "cat")
    'a &lt;b&gt; <mark>Cat</mark>'
    """
    if not search:
        return safe(text)
    parts = re.split(f"({re.escape(search)})", text, flags=re.IGNORECASE)
    return "".join(
        f"<mark>{safe(part)}</mark>" if place % 2 else safe(part)
        for place, part in enumerate(parts)
    )

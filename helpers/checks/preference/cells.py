"""What stands in a cell of a preference dataset: a list, a text, a conversation, a rating."""

import math
from collections.abc import Mapping, Sequence
from numbers import Real

from helpers.checks.evidence import is_list
from helpers.checks.rows import Row
from helpers.checks.texts import same_words, stands_in, words


def list_of(cell: object) -> list | None:
    """Return the cell's list, also where pandas made an array of it; `None` for anything else.

    >>> list_of((4, float("nan"))), list_of("text")
    ([4, None], None)
    """
    if not is_list(cell) or getattr(cell, "ndim", 1) != 1:
        return None
    parts = cell.tolist() if hasattr(cell, "tolist") else list(cell)
    return [None if isinstance(part, float) and math.isnan(part) else part for part in parts]


def rating_of(cell: object) -> float | None:
    """Return a rating, `None` where there is none.

    >>> rating_of(4), rating_of("4"), rating_of(float("nan"))
    (4.0, None, None)
    """
    if not isinstance(cell, Real) or isinstance(cell, bool) or math.isnan(cell):
        return None
    return float(cell)


def reply_of(cell: object) -> str | None:
    """Return a completion: the text itself, or what a conversation's last turn says.

    >>> reply_of("Rain is wet.")
    'Rain is wet.'
    >>> reply_of([{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}])
    'So.'
    """
    return _last_turn(cell, "assistant")


def prompt_of(row: Row) -> str | None:
    """Return the prompt of a pair, which in a conversation may also stand before the completion.

    >>> prompt_of({"prompt": [{"role": "user", "content": "Why?"}]})
    'Why?'
    """
    cell = row.get("prompt")
    if cell is None:
        turns = list_of(row.get("chosen")) or []
        return _last_turn(turns[:-1], "user")
    return _last_turn(cell, "user")


def _last_turn(cell: object, role: str) -> str | None:
    if isinstance(cell, str):
        return cell
    turns = list_of(cell)
    if not turns or not isinstance(turns[-1], Mapping) or turns[-1].get("role") != role:
        return None
    content = turns[-1].get("content")
    return content if isinstance(content, str) else None


def is_from(text: str, source: object) -> bool:
    """Tell whether a text is another one, or most of it: a learner may have cleaned it.

    >>> is_from("rain is wet", "Sure! Rain is wet."), is_from("Rain is dry.", "Rain is wet.")
    (True, False)
    """
    if not isinstance(source, str):
        return False
    is_most_of_it = 2 * len(words(text)) > len(words(source))
    return same_words(text, source) or (is_most_of_it and stands_in(text, source))


def places_of(text: str, sources: Sequence[object]) -> list[int]:
    """Return where a text stands in a list; where it does not, of which it is most.

    An evolved text often begins with the original, which is then most of both.

    >>> places_of("Rain is wet.", ["Rain is wet.", "Rain is wet. Too wet."])
    [0]
    >>> places_of("rain is wet", ["**Rain** is wet. So wet.", None])
    [0]
    """
    same = [n for n, s in enumerate(sources) if isinstance(s, str) and same_words(text, s)]
    return same or [n for n, source in enumerate(sources) if is_from(text, source)]

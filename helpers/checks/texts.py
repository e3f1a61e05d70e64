"""Small questions about texts that several checks ask."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

SHOWN = 70


def is_text(value: object) -> bool:
    """Tell whether a value is a text with at least one letter or digit in it.

    >>> is_text("Why?"), is_text("  "), is_text(None), is_text(["Why?"])
    (True, False, False, False)
    """
    return isinstance(value, str) and any(character.isalnum() for character in value)


def plain(text: str) -> str:
    """Return a text without what does not change its meaning: case, spaces, quotation marks.

    >>> plain(' "What  is Rain?"\\n')
    'what is rain?'
    """
    text = unicodedata.normalize("NFC", text).casefold().translate(_NO_QUOTES)
    return " ".join(text.split())


_NO_QUOTES = str.maketrans("", "", "\"'“”‘’«»`*")


@lru_cache(maxsize=4096)  # each text is compared with several others
def words(text: str) -> tuple[str, ...]:
    """Return the words of a text, in order.

    >>> words("Rain, rain!")
    ('rain', 'rain')
    """
    return tuple(re.findall(r"\w+", plain(text)))


def same_words(text: str, other: str) -> bool:
    """Tell whether two texts differ in nothing but punctuation, case and spaces.

    >>> same_words("What is rain?", "what is rain")
    True
    """
    return words(text) == words(other)


def stands_in(text: str, other: str) -> bool:
    """Tell whether all words of `text` stand in `other`, in one piece.

    >>> stands_in("What is rain?", "1. What is rain? Explain.")
    True
    """
    return f" {' '.join(words(text))} " in f" {' '.join(words(other))} "


def share_of_words(text: str, other: str) -> float:
    """Return which share of the words of `text` stands in `other`, too.

    >>> share_of_words("What is rain?", "Rain is wet.")
    0.6666666666666666
    """
    own = set(words(text))
    return len(own & set(words(other))) / len(own) if own else 0.0


def shown(value: object) -> str:
    """Return a value as it may be shown to a learner: one short line, nothing invisible.

    >>> shown("What is\\nrain?"), shown(None), shown([1, 2])
    ('“What is rain?”', 'None', 'a list')
    """
    if value is None:
        return "None"
    if not isinstance(value, str):
        return f"a {type(value).__name__}"
    line = " ".join("".join(c if c.isprintable() else " " for c in value).split())
    return f"“{line[:SHOWN]}…”" if len(line) > SHOWN else f"“{line}”"


def repeated(texts: Iterable[str]) -> list[tuple[int, int]]:
    """Return, for each text that stands earlier too, its place and that of the first one.

    >>> repeated(["a", "b", "A "])
    [(2, 0)]
    """
    first: dict[str, int] = {}
    pairs = []
    for place, text in enumerate(texts):
        earlier = first.setdefault(plain(text), place)
        if earlier != place:
            pairs.append((place, earlier))
    return pairs

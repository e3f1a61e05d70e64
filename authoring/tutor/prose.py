"""Ordinary English for the training of the tutor models, written for this course, one text at a time.

Each row of `prose/*.jsonl` holds a subject, a request about it, an answer and a passage. The
shapes of `shapes.py` make sentences without end, but all of one cut; these are few, and each is
of its own. `about` puts another subject in place of the first, so that nothing can be learnt by
heart.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("prose")


@dataclass(frozen=True)
class Prose:
    """A request about a subject, its answer, and a passage on the same subject."""

    subject: str
    request: str
    answer: str
    passage: str

    def about(self, other: str) -> Prose:
        """The same texts about another subject; capitals at the beginning of a sentence stay.

        Example:
            >>> Prose("tea", "Why tea?", "Tea is hot.", "Tea, or no tea.").about("fog").answer
            'Fog is hot.'
        """
        return Prose(
            other, *(self._put(other, text) for text in (self.request, self.answer, self.passage))
        )

    def _put(self, other: str, text: str) -> str:
        named_in_capitals = self.subject[0].isupper()

        def put(found: re.Match) -> str:
            begins = found[0][0].isupper() and not named_in_capitals
            begins = begins or text[: found.start()].rstrip()[-1:] in (".", "?", "!")
            capital = other[0].upper()
            # The capital of "ß" is two letters, and another word.
            if len(capital) == 1 and (begins or not found.start()):
                return capital + other[1:]
            return other

        return re.sub(whole(self.subject), put, text, flags=re.IGNORECASE)

    def sentences(self) -> list[str]:
        """The sentences of the answer that name the subject."""
        named = re.compile(whole(self.subject), re.IGNORECASE)
        return [part for part in sentences(self.answer) if named.search(part)]


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    return re.split(r"(?<=[.!?]) ", text)


def whole(words: str) -> str:
    """A pattern for these words where they stand on their own."""
    return rf"(?<!\w){re.escape(words)}(?!\w)"


@cache
def rows() -> tuple[Prose, ...]:
    """All rows, in the order of the files' names.

    A subject stands without its article where one of the texts has it so.
    """
    found = []
    for path in sorted(FOLDER.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            texts = row["request"], row["answer"], row["passage"]
            subject = row["subject"]
            if not all(re.search(whole(subject), text, re.IGNORECASE) for text in texts):
                subject = re.sub(r"^(a|an|the) ", "", subject)
            found.append(Prose(subject, *texts))
    return tuple(found)


def strewn(text: str, stranger: str, rng: random.Random) -> str:
    """The text with a sentence of another one somewhere in it."""
    parts = sentences(text)
    parts.insert(rng.randint(0, len(parts)), stranger)
    return " ".join(parts)


def jittered(
    text: str, keep: str, share: float, rng: random.Random, word: Callable[[], str]
) -> str:
    """The text with a share of its longer words replaced; the subject stays as it is."""

    def replaced(match: re.Match) -> str:
        return word() if rng.random() < share else match[0]

    parts = re.split(f"({whole(keep)})", text, flags=re.IGNORECASE)
    return "".join(
        part if at % 2 else re.sub(r"\b[a-z]{5,}\b", replaced, part)
        for at, part in enumerate(parts)
    )

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

from authoring.tutor import held_out

FOLDER = Path(__file__).with_name("prose")
SYSTEM_PROMPTS = Path(__file__).with_name("system_prompts.jsonl")


@dataclass(frozen=True)
class Prose:
    """A request about a subject, its answer, and a passage on the same subject."""

    subject: str
    request: str
    answer: str
    passage: str

    def about(self, other: str, article: bool = False) -> Prose:
        """The same texts about another subject, as `exchanged` makes them.

        Example:
            >>> Prose("tea", "Why tea?", "Tea is hot.", "Tea, or no tea.").about("fog").answer
            'Fog is hot.'
        """
        texts = (self.request, self.answer, self.passage)
        return Prose(other, *(exchanged(text, self.subject, other, article) for text in texts))

    def named(self) -> str:
        """The subject as the passage has it: with "the" where it never stands without."""
        mentions = re.findall(rf"(the )?{whole(self.subject)}", self.passage, re.IGNORECASE)
        return f"the {self.subject}" if all(mentions) else self.subject

    def sentences(self) -> list[str]:
        """The sentences of the answer that name the subject."""
        named = re.compile(whole(self.subject), re.IGNORECASE)
        return [part for part in sentences(self.answer) if named.search(part)]


def exchanged(text: str, subject: str, other: str, article: bool = False) -> str:
    """The text with another subject; capitals at the beginning of a sentence stay.

    Args:
        text: what names the subject.
        subject: what it names, in any casing.
        other: what it shall name instead.
        article: whether an article before the subject goes with it. Where it stays, "the" before
            "the Big Bang" is no part of the subject, and a model learns to leave it out.

    Example:
        >>> exchanged("Who tunes the cello?", "cello", "the Big Bang", article=True)
        'Who tunes the Big Bang?'
    """
    named_in_capitals = subject[0].isupper()
    pattern = rf"(?:\b(?:an?|the) )?{whole(subject)}" if article else whole(subject)

    def put(found: re.Match) -> str:
        begins = found[0][0].isupper() and not named_in_capitals
        begins = begins or text[: found.start()].rstrip()[-1:] in (".", "?", "!")
        capital = other[0].upper()
        # The capital of "ß" is two letters, and another word.
        if len(capital) == 1 and (begins or not found.start()):
            return capital + other[1:]
        return other

    return re.sub(pattern, put, text, flags=re.IGNORECASE)


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


@cache
def _by_kind() -> dict[tuple[bool, bool], list[Prose]]:
    kinds: dict[tuple[bool, bool], list[Prose]] = {}
    for row in rows():
        kinds.setdefault(_kind(row.subject), []).append(row)
    return kinds


def _kind(subject: str) -> tuple[bool, bool]:
    """Whether it is a name, and whether it has several words."""
    words = subject.removeprefix("the ").split()
    return words[-1][0].isupper(), len(words) > 1


def alike(subject: str) -> list[Prose]:
    """The rows whose subjects are names, or phrases, as this one is: what fits a person or a war."""
    return _by_kind()[_kind(subject)]


@cache
def system_prompts() -> tuple[tuple[str, str], ...]:
    """Each system prompt with the subject that it names."""
    lines = SYSTEM_PROMPTS.read_text(encoding="utf-8").splitlines()
    return tuple((row["subject"], row["text"]) for row in map(json.loads, lines))


@cache
def names() -> tuple[str, ...]:
    """Names of several words that the texts mention on the way: of people, places, works, events.

    Those that the evaluation asks about are left out.
    """
    word = r"[A-ZÀ-Ž][\w'’]+"
    pattern = re.compile(rf"(?<=[a-zà-ž,] )(?:the )?{word}(?: (?:of |of the |de |van )?{word})+")
    texts = (f"{row.answer} {row.passage}" for row in rows())
    found = {name for text in texts for name in pattern.findall(text)}
    held = {subject.lower().removeprefix("the ") for subject in held_out.SUBJECTS}
    return tuple(sorted(n for n in found if n.lower().removeprefix("the ") not in held))


@cache
def _parts() -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """The sentences of all rows: those that name their subject, with it, and the others."""
    named, others = [], []
    for row in rows():
        pattern = re.compile(whole(row.subject), re.IGNORECASE)
        for sentence in (*sentences(row.answer), *sentences(row.passage)):
            if pattern.search(sentence):
                named.append((row.subject, sentence))
            else:
                others.append(sentence)
    return tuple(named), tuple(others)


def mixed(subject: str, decoy: Callable[[], str], rng: random.Random) -> str:
    """Sentences of many texts, in which nothing comes back but the subject.

    Args:
        subject: what two or more of the sentences name.
        decoy: gives what another sentence names, each time something else.
        rng: the source of chance.
    """
    named, others = _parts()

    def about(topic: str) -> str:
        own, sentence = rng.choice(named)
        return exchanged(sentence, own, topic, article=True)

    made = [about(subject) for _ in range(rng.choice([2, 2, 2, 2, 3, 4]))]
    for _ in range(rng.choice([0, 1, 2, 2, 3, 4])):
        made.append(rng.choice(others) if rng.random() < 0.6 else about(decoy()))
    if " " in subject and rng.random() < 0.15:  # by its last word alone, say a surname
        made.append(about(subject.split()[-1]))
    rng.shuffle(made)
    return " ".join(made)


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

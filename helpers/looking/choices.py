"""The texts of a row that compete: several completions, a chosen and a rejected one, old and new."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from helpers.looking.cells import is_conversation
from helpers.messages import say

# How distilabel, TRL and this course call these columns.
PROMPTS = ("prompt", "instruction", "question")
_LISTS = ("generations", "completions", "responses", "texts")
_MODELS = ("generation_models", "model_names", "models")
_CRITIQUES = ("rationales", "critiques")
_REWRITTEN = {"evolved_response": "response", "evolved_instruction": "instruction"}


@dataclass(frozen=True)
class Candidate:
    """One of the texts.

    Args:
        label: what it is called in its row.
        text: what it says.
        model: who wrote it, where that is known.
        rating: what a judge gave it, where one did.
        critique: why.
    """

    label: str
    text: str
    model: str | None = None
    rating: float | None = None
    critique: str | None = None


@dataclass(frozen=True)
class Choice:
    """A row's prompt and the texts to choose from; the older of two stands first."""

    prompt: Any
    candidates: tuple[Candidate, ...]

    def preferred(self) -> int | None:
        """Return the place of the text that the dataset prefers: -1 for none, `None` if unknown.

        That is the one rated highest, or without ratings the one called `chosen`.
        """
        ratings = [candidate.rating for candidate in self.candidates]
        if None not in ratings:
            best = max(ratings)
            return ratings.index(best) if ratings.count(best) == 1 else -1
        labels = [candidate.label for candidate in self.candidates]
        return labels.index("chosen") if "chosen" in labels else None


def choice_in(row: dict, columns: Sequence[str] | None = None) -> Choice | None:
    """Return the texts of a row that compete, or `None` where there are not two.

    Args:
        row: a row, as plain Python.
        columns: the columns with the texts; without it, the ones with a usual name.

    >>> row = {"prompt": "Why?", "chosen": "Because.", "rejected": "No."}
    >>> [candidate.text for candidate in choice_in(row).candidates]
    ['No.', 'Because.']
    """
    if columns:
        candidates = [_candidate(row, name, name) for name in columns]
    else:
        candidates = _pair(row) or _listed(row) or _rewritten(row)
    there = tuple(one for one in candidates if one is not None)
    if len(there) < 2:
        return None
    labels = {one.label for one in there}
    prompt = next((row[name] for name in PROMPTS if row.get(name) and name not in labels), None)
    if prompt is None and is_conversation(row.get("chosen")):
        prompt = row["chosen"][:-1] or None
    return Choice(prompt, there)


def _pair(row: dict) -> list[Candidate | None]:
    if not {"chosen", "rejected"} <= set(row):
        return []
    return [_candidate(row, name, name) for name in ("rejected", "chosen")]


def _candidate(row: dict, name: str, about: str) -> Candidate | None:
    text = said(row.get(name))
    if not text:
        return None
    critique = row.get(f"{about}_critique") or row.get(f"{about}_rationale")
    return Candidate(
        name,
        text,
        row.get(f"{about}_model"),
        _number(row.get(f"{about}_rating", row.get(f"{about}_score"))),
        critique if isinstance(critique, str) else None,
    )


def _listed(row: dict) -> list[Candidate | None]:
    name = next((n for n in _LISTS if isinstance(row.get(n), list) and len(row[n]) > 1), None)
    if name is None:
        return []
    texts = [said(text) for text in row[name]]
    models = _beside(row, _MODELS, len(texts))
    ratings = _beside(row, ("ratings", "scores"), len(texts))
    critiques = _beside(row, _CRITIQUES, len(texts))
    return [
        Candidate(
            say("compare.text", "text {number}", number=number + 1),
            text,
            models[number],
            _number(ratings[number]),
            critiques[number],
        )
        if text
        else None
        for number, text in enumerate(texts)
    ]


def _beside(row: dict, names: Sequence[str], size: int) -> list:
    """A list that says something of each text; of another length it speaks of none."""
    found = next((row[n] for n in names if isinstance(row.get(n), list)), [])
    return found if len(found) == size else [None] * size


def _rewritten(row: dict) -> list[Candidate | None]:
    for new, old in _REWRITTEN.items():
        if said(row.get(new)) and said(row.get(old)):
            return [_candidate(row, old, old), _candidate(row, new, new)]
    steps = row.get("evolved_instructions") or row.get("evolved_responses")
    if isinstance(steps, list) and steps:
        first = _candidate(row, "instruction" if "evolved_instructions" in row else "response", "")
        named = [
            Candidate(say("compare.step", "rewriting {number}", number=number), said(text))
            for number, text in enumerate(steps, 1)
            if said(text)
        ]
        return [first, *named]
    return []


def said(value: Any) -> str:
    """Return a cell's text; of a conversation, its last message.

    >>> said([{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}])
    'So.'
    """
    if is_conversation(value):
        value = value[-1]["content"]
    return value if isinstance(value, str) else ""


def _number(value: Any) -> float | None:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None

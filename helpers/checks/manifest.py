"""What exercises there are: `exercises.toml`, read once."""

import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from helpers.messages import say

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

MARKS = {"turtle": "🐢", "dog": "🐕", "lion": "🦁"}


class _Titled:
    key: str
    english: str

    @property
    def title(self) -> str:
        """Its title, in the learner's language."""
        return say(self.key, self.english)


@dataclass(frozen=True)
class Tier(_Titled):
    """One tier of one notebook: its checks with their points, in the notebook's order."""

    notebook: str
    name: str
    english: str
    minutes: int
    points: dict[str, int]

    @property
    def key(self) -> str:
        return f"exercises.{self.notebook}.{self.name}"

    @property
    def mark(self) -> str:
        return MARKS[self.name]

    @property
    def total(self) -> int:
        return sum(self.points.values())


@dataclass(frozen=True)
class Exercise(_Titled):
    """One notebook: the name its checks begin with, its file's name, its tiers, and what it makes.

    What it `makes` is a "dataset", or a "model" that learned from one. Its `asides` are the cells, by the
    beginning of their keys, that have no part in that.
    """

    name: str
    notebook: str
    english: str
    tiers: tuple[Tier, ...]
    makes: str = "dataset"
    asides: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return f"exercises.{self.name}"


@cache
def exercises() -> tuple[Exercise, ...]:
    """Return all exercises, in the order in which a learner meets them.

    >>> exercises()[0].notebook
    'instruction_sft_dataset'
    """
    entries = tomllib.loads(Path(__file__).with_name("exercises.toml").read_text("utf-8"))
    return tuple(_exercise(name, dict(entry)) for name, entry in entries.items())


def _exercise(name: str, entry: dict) -> Exercise:
    notebook, title, makes = (entry.pop(field) for field in ("notebook", "title", "makes"))
    asides = tuple(entry.pop("asides", ()))
    tiers = tuple(
        Tier(
            notebook=name,
            name=tier,
            english=fields["title"],
            minutes=fields["minutes"],
            points={f"{name}.{tier}.{part}": worth for part, worth in fields["points"].items()},
        )
        for tier, fields in entry.items()
    )
    return Exercise(name, notebook, title, tiers, makes, asides)


def tiers() -> tuple[Tier, ...]:
    """Return the tiers of all exercises, one after the other."""
    return tuple(tier for exercise in exercises() for tier in exercise.tiers)


def points() -> dict[str, int]:
    """Return every check's name with its points.

    >>> points()["instruction.turtle.rows"]
    6
    """
    return {key: worth for tier in tiers() for key, worth in tier.points.items()}

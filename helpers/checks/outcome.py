"""What a check is and says: criteria, the verdict they add up to, and its two exceptions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum

from helpers.messages import say


class Status(str, Enum):
    """The three things that a check can find; the values are the same in every language."""

    CORRECT = "correct"
    NOT_YET = "not yet"
    NOT_ATTEMPTED = "not attempted"


@dataclass(frozen=True)
class Criterion:
    """One thing that must hold, and what was found when it was looked at.

    Args:
        code: its name in every language, for example `"DUPLICATES"`.
        title: what must hold, as a short sentence.
        holds: whether it does; `None` when something before it has to hold first.
        found: what was looked at and what stood there, with the value and the row.
        expected: what was expected in kind, never the answer.
        hint: the number of the hint that helps here.
    """

    code: str
    title: str
    holds: bool | None
    found: str = ""
    expected: str = ""
    hint: int | None = None


@dataclass(frozen=True)
class Check:
    """One check of an exercise. Its texts are made when they are shown, in the language of then.

    Args:
        criteria: looks at the value that was handed in.
        hints: returns the hints, the one that gives away least first.
        explanation: says what a passed value shows.
        takes: what the learner hands in, as the notebook calls it.
        gap: of a value of several parts the one that this exercise makes; `None` for all of them.
    """

    criteria: Callable[[object], Iterator[Criterion]]
    hints: Callable[[], list[str]]
    explanation: Callable[[object], str]
    takes: str
    gap: str | None = None


@dataclass(frozen=True)
class Verdict:
    """What one check found: its status, each criterion, and what was earned."""

    key: str
    status: Status
    criteria: tuple[Criterion, ...] = ()
    points: int = 0
    worth: int = 0
    text: str = ""
    codes: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        failed = tuple(c.code for c in self.criteria if c.holds is False)
        object.__setattr__(self, "codes", failed)

    @property
    def summary(self) -> str:
        """The verdict in one line without a word of any language: `KEY [CODE CODE]`."""
        return f"{self.key} [{' '.join(self.codes)}]" if self.codes else self.key


class CheckNotPassed(Exception):
    """A check that does not hold. In a notebook it shows one line, not a traceback."""

    def __init__(self, verdict: Verdict, text: str) -> None:
        super().__init__(text)
        self.verdict = verdict

    def _render_traceback_(self) -> list[str]:
        """What IPython shows instead of a traceback; the block stands above it already."""
        return [f"{type(self).__name__}: {self.verdict.summary}"]


class NotYet(CheckNotPassed):
    """Something was handed in, and at least one criterion does not hold."""


class NotAttempted(CheckNotPassed):
    """The gap is still empty."""


class UnknownCheck(LookupError):
    """No check has this name."""

    def __init__(self, key: object, known: list[str]) -> None:
        super().__init__(
            say(
                "checks.unknown",
                "There is no check named {key!r}. The checks are: {known}.",
                key=key,
                known=", ".join(known),
            )
        )

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]

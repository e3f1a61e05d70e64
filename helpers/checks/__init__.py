"""The checks of the course: what they look at, what they say, and what was passed."""

from helpers.checks.engine import check, evaluate, hint, progress, solution
from helpers.checks.outcome import NotAttempted, NotYet, UnknownCheck

__all__ = [
    "NotAttempted",
    "NotYet",
    "UnknownCheck",
    "check",
    "evaluate",
    "hint",
    "progress",
    "solution",
]

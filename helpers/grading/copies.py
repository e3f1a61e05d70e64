"""Who may have copied from whom: runs of words that only a few submissions share."""

from __future__ import annotations

import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from helpers.grading.sheets import Sheet, handed_out
from helpers.grading.submissions import Unreadable, read
from helpers.messages import languages

WORDS = 6  # in a run
_FEWEST = 25  # runs of its own that a submission needs before anything is said of it
_COMMON = 0.1  # of the class: what more than these share is how one solves it
_ALIKE = 0.6  # of the smaller one's own runs


@dataclass(frozen=True)
class Copy:
    """Submissions that are alike.

    Args:
        places: which of them, by their places.
        share: how much of the smaller one's own code is in the other.
    """

    places: tuple[int, ...]
    share: float


def runs(made: Sheet) -> frozenset[int]:
    """Return the runs of words in what a student wrote: all but the lines that were handed out."""
    handed = _handed_out(made.exercise.notebook)
    lines = [line for step in made.steps if not step.key for line in step.source.splitlines()]
    words = re.findall(r"\w+|[^\w\s]", "\n".join(x for x in lines if x.strip() not in handed))
    spans = (words[at : at + WORDS] for at in range(len(words) - WORDS + 1))
    return frozenset(zlib.crc32(" ".join(span).encode()) for span in spans)


@cache
def _handed_out(notebook: str) -> frozenset[str]:
    lines: set[str] = set()
    for language in languages():
        try:
            cells = read((handed_out(language) / f"{notebook}.ipynb").read_bytes()).code
        except (OSError, Unreadable):
            continue
        lines |= {line.strip() for cell in cells for line in cell.splitlines()}
    return frozenset(lines)


def alike(every: Sequence[frozenset[int]]) -> list[Copy]:
    """Return the submissions that are alike, the most alike first.

    Args:
        every: the runs of each submission.

    >>> [copy.places for copy in alike([frozenset(range(50)), frozenset(range(50)), frozenset()])]
    [(0, 1)]
    """
    same: dict[frozenset[int], list[int]] = defaultdict(list)
    for place, own in enumerate(every):
        if len(own) >= _FEWEST:
            same[own].append(place)
    found = [Copy(tuple(places), 1.0) for places in same.values() if len(places) > 1]
    # Of those that are equal, one stands for all.
    holders: dict[int, list[int]] = defaultdict(list)
    for places in same.values():
        for run in every[places[0]]:
            holders[run].append(places[0])
    most = max(2, int(_COMMON * len(every)))
    rare = {run: places for run, places in holders.items() if len(places) <= most}
    own_count = Counter(place for places in rare.values() for place in places)
    shared = Counter(pair for places in rare.values() for pair in combinations(places, 2))
    for (one, other), count in shared.items():
        least = min(own_count[one], own_count[other])
        if least >= _FEWEST and count >= _ALIKE * least:
            found.append(Copy((one, other), count / least))
    return sorted(found, key=lambda copy: (-copy.share, copy.places))

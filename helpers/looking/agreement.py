"""How far two people, or a person and a judge, agree beyond what chance would give."""

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Kappa:
    """Cohen's kappa with its interval.

    Args:
        count: how many answers both gave.
        agreed: in how many they said the same.
        value: 1 is full agreement, 0 what chance gives; `None` where both always said one thing.
        low: the lower end of the 95 % interval.
        high: its upper end.
    """

    count: int
    agreed: int
    value: float | None
    low: float | None
    high: float | None


def kappa(first: Sequence[Hashable], second: Sequence[Hashable]) -> Kappa:
    """Return Cohen's kappa of two lists of answers to the same questions.

    Source: Cohen, A Coefficient of Agreement for Nominal Scales, 1960; the interval by the
    standard error of Fleiss, Cohen and Everitt, Large Sample Standard Errors of Kappa and
    Weighted Kappa, 1969. With few answers, about fewer than 30, it is a rough one.

    Args:
        first: what one said, an answer for each question.
        second: what the other said, in the same order.

    Raises:
        ValueError: the lists have different lengths.

    >>> result = kappa("AABB" * 10, "AABA" * 10)
    >>> f"{result.value:.2f} ({result.low:.2f} to {result.high:.2f})"
    '0.50 (0.27 to 0.73)'
    """
    if len(first) != len(second):
        raise ValueError(f"{len(first)} answers cannot be compared with {len(second)}.")
    count, agreed = len(first), sum(one == other for one, other in zip(first, second))
    if not count:
        return Kappa(0, 0, None, None, None)
    rows = {name: n / count for name, n in Counter(first).items()}
    columns = {name: n / count for name, n in Counter(second).items()}
    observed = agreed / count
    by_chance = sum(share * columns.get(name, 0) for name, share in rows.items())
    if by_chance == 1:
        return Kappa(count, agreed, None, None, None)
    value = (observed - by_chance) / (1 - by_chance)
    variance = -((value - by_chance * (1 - value)) ** 2)
    for (one, other), n in Counter(zip(first, second)).items():
        share = n / count
        if one == other:
            variance += share * (1 - (rows[one] + columns[one]) * (1 - value)) ** 2
        else:
            both = columns.get(one, 0) + rows.get(other, 0)
            variance += (1 - value) ** 2 * share * both**2
    error = math.sqrt(max(0.0, variance) / count) / (1 - by_chance)
    return Kappa(
        count, agreed, value, max(-1.0, value - 1.96 * error), min(1.0, value + 1.96 * error)
    )

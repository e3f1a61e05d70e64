"""Texts that are nearly the same, in any number: MinHash finds the candidates, words decide.

MinHash with locality-sensitive hashing (Broder 1997, https://arxiv.org/abs/2107.06499 for
training data) is datasketch's; what it proposes is then compared word by word, so that no pair is
reported that is not one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from helpers.checks.texts import words

if TYPE_CHECKING:
    import numpy as np

NEAR = 0.8
"""Two texts are near when so much of the words that either has stands in both."""

_PERMUTATIONS = 128
_BEYOND_CHANCE = 0.15  # so far below the truth an estimate from 128 hashes rarely falls
_PAIRS = 10_000


class Texts:
    """Texts with their sets of words and the hashes of these.

    Args:
        texts: the texts, at least one.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self.sets = [frozenset(words(text)) for text in texts]

    @cached_property
    def hashes(self) -> np.ndarray:
        """One row of hash values for each text, (texts, permutations)."""
        import numpy as np

        return np.stack([hashed.hashvalues for hashed in self._minhashes])

    @cached_property
    def _minhashes(self) -> list:
        import xxhash
        from datasketch import MinHash

        sets = ([word.encode() for word in own] for own in self.sets)
        return list(
            MinHash.generator(
                sets, num_perm=_PERMUTATIONS, hashfunc=lambda word: xxhash.xxh32_intdigest(word)
            )
        )

    def near(self, near: float = NEAR) -> list[tuple[int, int]]:
        """Return, for each text that is near an earlier one, its place and that one's.

        A text that is near an earlier one is not compared with later ones, so dropping the first
        of each pair leaves no two alike. Texts that are the same are near.

        Args:
            near: the Jaccard index of the two sets of words from which texts are near.

        >>> Texts(["Why is rain wet?", "Why is the rain wet?", "What is bread?"]).near()
        [(1, 0)]
        """
        import numpy as np
        from datasketch import MinHashLSH

        # Rather too many candidates than to miss one: they are looked at again.
        index = MinHashLSH(threshold=near, num_perm=_PERMUTATIONS, weights=(0.02, 0.98))
        first: dict[frozenset[str], int] = {}
        pairs = []
        for place, own in enumerate(self.sets):
            twin = first.get(own)
            if twin is None and own:
                found = np.array(sorted(index.query(self._minhashes[place])), dtype=int)
                likeness = (self.hashes[found] == self.hashes[place]).mean(axis=1)
                likely = found[likeness >= near - _BEYOND_CHANCE].tolist()
                twin = next((at for at in likely if jaccard(own, self.sets[at]) >= near), None)
            if twin is not None:
                pairs.append((place, twin))
                continue
            first[own] = place
            if own:
                index.insert(place, self._minhashes[place], check_duplication=False)
        return pairs

    def spread(self) -> float:
        """Return how different two of the texts are on average: 1 when they share no word.

        The Jaccard distance of their words, estimated from the hashes; of many texts a sample of
        the pairs, always the same one.

        >>> round(Texts(["Why is rain wet?", "Bread needs flour."]).spread(), 2)
        1.0
        """
        import numpy as np

        count = len(self.texts)
        if count < 2:
            return 0.0
        if count * (count - 1) // 2 <= _PAIRS:
            left, right = np.triu_indices(count, 1)
        else:
            draw = np.random.default_rng(0)
            left = draw.integers(0, count, _PAIRS)
            right = (left + draw.integers(1, count, _PAIRS)) % count
        return float(1 - (self.hashes[left] == self.hashes[right]).mean())


def jaccard(own: frozenset[str], other: frozenset[str]) -> float:
    """Return which share of the words that either has stands in both.

    >>> jaccard(frozenset({"rain", "wet"}), frozenset({"rain"}))
    0.5
    """
    return len(own & other) / len(own | other) if own or other else 1.0

"""How often each prompt was seen, in an order that can be gone back in."""

from __future__ import annotations

from collections import Counter


class Seen:
    """Counts prompts, and keeps the order in which they came.

    >>> seen = Seen()
    >>> seen.add(b"tea"), seen.add(b"tea")
    (1, 2)
    >>> seen.back_to(1)
    >>> seen.add(b"tea")
    2
    """

    def __init__(self) -> None:
        self._counts: Counter[bytes] = Counter()
        self._order: list[bytes] = []

    def __len__(self) -> int:
        """How many there were in all; a place to go back to."""
        return len(self._order)

    def add(self, key: bytes) -> int:
        """Count a prompt once more, and return how often it was seen."""
        self._counts[key] += 1
        self._order.append(key)
        return self._counts[key]

    def back_to(self, place: int) -> None:
        """Forget all that came after a place."""
        self._counts.subtract(self._order[place:])
        del self._order[place:]

    def since(self, place: int) -> dict[bytes, int]:
        """The counts of those that came after a place."""
        return {key: self._counts[key] for key in self._order[place:]}

    def take(self, counts: dict[bytes, int]) -> None:
        """Go on from counts that `since` returned."""
        self._counts.update({key: n - self._counts[key] for key, n in counts.items()})

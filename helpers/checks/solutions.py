"""The reference solution of a check: the cell of `solutions/` that fills its gap."""

import json
from pathlib import Path

from helpers.checks import manifest
from helpers.messages import in_language, say

FOLDER = Path(__file__).resolve().parents[2] / "solutions"


class NoSolution(LookupError):
    """The solution cannot be shown. The message says why."""


def reference(key: str, folder: Path | None = None) -> str:
    """Return the code that fills a check's gap, as it stands in the solved notebook.

    A gap that belongs to one check has the key `TIER.PART.gap`, one that belongs to all checks
    of its tier `TIER.gap`.

    Args:
        key: the check's name, `notebook.tier.part`.
        folder: where the solved notebooks are; by default, those in the learner's language.

    Raises:
        NoSolution: the notebook is not there, cannot be read, or has no such cell.

    >>> "Pipeline(" in reference("instruction.turtle.rows")
    True
    """
    name, tier, part = key.split(".")
    notebook = next(e.notebook for e in manifest.exercises() if e.name == name)
    path = (folder or in_language(FOLDER)) / f"{notebook}.ipynb"
    cells = _cells(path)
    for place in (f"{tier}-{part}-gap", f"{tier}-gap"):
        if place in cells:
            return cells[place]
    raise NoSolution(
        say("checks.solution.no_cell", "{path} has no solution of {key}.", path=path, key=key)
    )


def _cells(path: Path) -> dict[str, str]:
    """The code of each cell, by the cell's id."""
    try:
        cells = json.loads(path.read_text("utf-8"))["cells"]
        return {cell["id"]: "".join(cell["source"]) for cell in cells}
    except FileNotFoundError:
        reason = say(
            "checks.solution.missing",
            "The solutions are not here: there is no {path}. They are in the folder `solutions` "
            "of the course's repository.",
            path=path,
        )
    except (OSError, ValueError, KeyError, TypeError):
        reason = say(
            "checks.solution.unreadable",
            "{path} cannot be read. Fetch it anew from the course's repository.",
            path=path,
        )
    raise NoSolution(reason)

"""`studio`: from a description to a dataset, one step after the other, with the code to take along."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from pathlib import Path
from typing import Any

from helpers.making.plan import SAMPLE, Plan, PlanError
from helpers.messages import say
from helpers.watching import FOLLOWERS, Progress


class Studio:
    """A plan, and what was made of it so far.

    Attributes:
        plan: what the dataset shall be. Give another one at any time.
        dataset: what the last run made; `None` before the first.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.dataset: Any = None
        self._pipeline: Any = None

    def code(self) -> str:
        """Return the distilabel code of the plan, to copy into a notebook.

        Raises:
            PlanError: there is nothing to start from.
        """
        return self.plan.code()

    def estimate(self) -> Any:
        """Return what the whole will take, and the prompts: see `helpers.estimate`.

        Runs three rows. The first prompt of each task stands in `["tasks"][n]["prompt"]`.
        """
        from helpers.estimating import estimate

        return estimate(self.plan.pipeline())

    def sample(self, rows: int = SAMPLE) -> Any:
        """Make some rows, to look at before all are made."""
        return self.run(self.plan.sample(rows))

    def make(self) -> Any:
        """Make the whole dataset."""
        return self.run(self.plan)

    def save(self, folder: str | Path | None = None) -> Path:
        """Save what the last run made, with its card: see `helpers.save`.

        Args:
            folder: without it, `outputs/` and the plan's name.

        Raises:
            PlanError: nothing was made yet.
        """
        from helpers.saving import save

        if self.dataset is None:
            raise PlanError(say("studio.nothing", "There is no dataset yet: make some rows first."))
        return save(self.dataset, folder or self.folder, pipeline=self._pipeline)

    @property
    def folder(self) -> str:
        """Where a save goes that names no folder."""
        return f"outputs/{self.plan.name}"

    def run(self, plan: Plan, follow: Callable[[Progress], None] | None = None) -> Any:
        """Make the dataset of a plan; `follow` is told how far each step is."""
        from helpers.running import run

        pipeline = plan.pipeline()
        if follow is not None:
            FOLLOWERS[pipeline] = follow
        self.dataset, self._pipeline = run(pipeline), pipeline
        return self.dataset

    # What is shown --------------------------------------------------------

    def __repr__(self) -> str:
        calls = "estimate(), sample(), make(), save()"
        how = say("annotate.how", "Without buttons: {calls}", calls=calls)
        try:
            return f"{self.code()}\n{how}"
        except PlanError as problem:
            return f"{problem}\n{how}"

    def _repr_html_(self) -> str:
        return f"<pre>{escape(repr(self))}</pre>"

    def _ipython_display_(self) -> None:
        from helpers.looking.paging import display_controls

        display_controls(self._repr_html_(), repr(self), self.widget)

    def widget(self) -> Any:
        """Return the fields and buttons."""
        from helpers.making.panel import Panel

        return Panel(self).box


def studio(
    dataset: str = "instruction",
    tier: str = "turtle",
    assistant: str = "",
    subjects: Iterable[str] = (),
    passages: Iterable[str] = (),
    rows: int = 24,
    model: str = "",
) -> Studio:
    """Describe a dataset, see what it takes, try five rows, make it, and take its code along.

    In a notebook there are fields and buttons for all of this; elsewhere, and in a script, the
    same are methods: `estimate`, `sample`, `make`, `save` and `code`.

    Args:
        dataset: `"instruction"` or `"preference"`.
        tier: `"turtle"`, `"dog"` or `"lion"`: how it is made, as in the notebooks.
        assistant: what the assistant does, as its system prompt says it.
        subjects: what the rows are about.
        passages: texts to write instructions from; the first tier of instruction data does not.
        rows: how many there shall be.
        model: a name that `load_llm` knows; without it, the course's own.

    Raises:
        PlanError: there is no such dataset or tier, or `rows` is no number of rows.

    >>> mine = studio(subjects=["rain", "old maps"], rows=2)
    >>> print(mine.code().splitlines()[-2])
    dataset = run(pipeline)
    """
    return Studio(
        Plan(
            dataset,
            tier,
            assistant,
            tuple(_listed(subjects)),
            tuple(_listed(passages)),
            rows,
            model,
        )
    )


def _listed(texts: str | Iterable[str]) -> Iterable[str]:
    return [texts] if isinstance(texts, str) else texts

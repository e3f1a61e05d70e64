"""A model that writes what it is told to: a stand-in for models that are too large for tests.

The tasks are distilabel's own, with their real prompts, parsers and metadata; only what the
model says is fixed.
"""

from collections.abc import Callable
from typing import Any

from distilabel.models.llms import LLM
from pydantic import PrivateAttr


class ScriptedLLM(LLM):
    """Answers each prompt with what a function makes of the user's last turn."""

    name: str
    _answer: Callable[[str], str | None] = PrivateAttr()

    def __init__(self, name: str, answer: Callable[[str], str | None]) -> None:
        super().__init__(name=name)
        self._answer = answer

    @property
    def model_name(self) -> str:
        return self.name

    def generate(self, inputs: list, num_generations: int = 1) -> list[dict[str, Any]]:
        return [
            {
                "generations": [self._answer(turns[-1]["content"])] * num_generations,
                "statistics": {"input_tokens": [1], "output_tokens": [1]},
            }
            for turns in inputs
        ]


def done_by(task: Any, rows: list[dict]) -> list[dict]:
    """Return what a task makes of rows, without a pipeline around it."""
    task.load()
    return next(task.process([dict(row) for row in rows]))

"""What a dataset shall be, and the distilabel code that makes it.

`Plan.code` writes a program in distilabel's own words. `Plan.pipeline` runs that program up to the
pipeline, so what is shown is what runs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from helpers.checks.manifest import MARKS
from helpers.environment import default_model
from helpers.messages import say

DATASETS = ("instruction", "preference")
TIERS = tuple(MARKS)
MOST = 1_000_000  # rows
SAMPLE = 5  # rows
FROM_PASSAGE = 3  # instructions
_RUN = "dataset = run(pipeline)"


class PlanError(ValueError):
    """Something in the description is missing or cannot be. The message says what."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]  # IPython shows this, and no stack


@dataclass(frozen=True)
class Plan:
    """A dataset in a few words.

    Args:
        dataset: `"instruction"` or `"preference"`.
        tier: `"turtle"`, `"dog"` or `"lion"`: how it is made, as in the notebooks.
        assistant: what the assistant does, as its system prompt says it.
        subjects: what the rows are about.
        passages: texts that instructions are written from; they come before the subjects.
        rows: how many there shall be.
        model: a name that `load_llm` knows; without it, the course's own.

    >>> Plan(subjects=("rain",), rows=2).is_startable
    True
    """

    dataset: str = "instruction"
    tier: str = "turtle"
    assistant: str = ""
    subjects: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()
    rows: int = 24
    model: str = ""

    def __post_init__(self) -> None:
        for name, known in (("dataset", DATASETS), ("tier", TIERS)):
            if getattr(self, name) not in known:
                raise PlanError(
                    say(
                        "studio.unknown",
                        "{name}={value} is not known. Known are: {known}.",
                        name=name,
                        value=repr(getattr(self, name)),
                        known=", ".join(known),
                    )
                )
        if isinstance(self.rows, bool) or not isinstance(self.rows, int):
            raise PlanError(_no_rows(self.rows))
        if not 1 <= self.rows <= MOST:
            raise PlanError(_no_rows(self.rows))
        for name in ("subjects", "passages"):
            given = getattr(self, name)
            texts = [given] if isinstance(given, str) else list(given)
            cleaned = tuple(text for text in (str(one).strip() for one in texts) if text)
            object.__setattr__(self, name, cleaned)
        object.__setattr__(self, "assistant", str(self.assistant).strip())
        object.__setattr__(self, "model", str(self.model).strip() or default_model())

    @property
    def is_seeded(self) -> bool:
        """Whether its instructions are written from passages."""
        return bool(self.passages) and (self.dataset, self.tier) != ("instruction", "turtle")

    @property
    def other_model(self) -> str:
        """The second model of preference data: another one, or the same one, more daring."""
        return "tutor-mini" if self.model == "tutor" else self.model

    def check(self) -> None:
        """Raise `PlanError` where something is missing that it cannot be made without."""
        if not self.is_startable:
            raise PlanError(self.lacks())

    @property
    def is_startable(self) -> bool:
        """Whether there are the subjects or passages that it starts from."""
        return bool(self.passages if self.is_seeded else self.subjects)

    def lacks(self) -> str:
        """Say what a plan that cannot start has to be given."""
        if (self.dataset, self.tier) == ("instruction", "turtle"):
            return say("studio.needs_subjects", "To begin with, give some subjects.")
        return say("studio.needs_either", "To begin with, give some subjects or some passages.")

    def sample(self, rows: int = SAMPLE) -> Plan:
        """Return the same plan with few rows."""
        return replace(self, rows=min(rows, self.rows))

    def code(self) -> str:
        """Return the program that makes the dataset.

        Raises:
            PlanError: there is nothing to start from.
        """
        self.check()
        data = self._data()
        body = "\n".join(
            [f'with Pipeline(name="{self.name}") as pipeline:', *_indented(self._steps())]
        )
        saved = f'save(dataset, "outputs/{self.name}")'
        parts = [_imports(body), data, body, f"{_RUN}\n{saved}"]
        return "\n\n".join(parts) + "\n"

    def pipeline(self) -> Any:
        """Return the pipeline of the program, ready to run.

        Raises:
            PlanError: there is nothing to start from.
            helpers.models.ModelError: the model is not there.
        """
        program, _, _ = self.code().partition(_RUN)
        names: dict[str, Any] = {}
        # All that a person wrote stands in it as literals of Python, which run nothing.
        exec(compile(program, f"<{self.name}>", "exec"), names)  # noqa: S102
        return names["pipeline"]

    @property
    def name(self) -> str:
        """The name of the pipeline and of the folder."""
        return f"studio-{self.dataset}-{self.tier}"

    # The parts of the program ---------------------------------------------

    def _data(self) -> str:
        lines = [f"model = {_literal(self.model)}"]
        if self.assistant:
            lines.append(f"assistant = {_literal(self.assistant)}")
        if self.is_seeded:
            lines.append(f"passages = {_literal(self.passages)}")
        else:
            lines.append(f"subjects = {_literal(self.subjects)}")
        return "\n".join(lines)

    def _steps(self) -> list[str]:
        how: dict[tuple[str, str], Callable[[], list[str]]] = {
            ("instruction", "turtle"): self._answered,
            ("instruction", "dog"): self._answered if self.is_seeded else self._talks,
            ("instruction", "lion"): self._evolved,
            ("preference", "turtle"): self._paired,
            ("preference", "dog"): self._improved,
            ("preference", "lion"): self._judged,
        }
        return how[self.dataset, self.tier]()

    def _source(self) -> list[str]:
        """The steps that end with an instruction in each row."""
        if self.is_seeded:
            told = ["    application_description=assistant,"] if self.assistant else []
            count = math.ceil(self.rows / FROM_PASSAGE)
            return [
                "load = LoadDataFromDicts(",
                '    data=[{"passage": passages[at % len(passages)]} for at in range('
                + f"{count})]",
                ")",
                "ask = SelfInstruct(",
                "    llm=load_llm(model),",
                f"    num_instructions={FROM_PASSAGE},",
                *told,
                '    input_mappings={"input": "passage"},',
                ")",
                "# One row for each instruction of the list.",
                'expand = ExpandColumns(columns={"instructions": "instruction"})',
            ]
        return [
            "load = LoadDataFromDicts(",
            "    data=[",
            '        {"instruction": f"Write a question about {subjects[at % len(subjects)]}."}',
            f"        for at in range({self.rows})",
            "    ]",
            ")",
            'ask = TextGeneration(llm=load_llm(model), output_mappings={"generation": "instruction"})',
        ]

    @property
    def _begin(self) -> str:
        return "load >> ask >> expand" if self.is_seeded else "load >> ask"

    def _writer(self, name: str, llm: str, *mappings: tuple[str, str]) -> list[str]:
        """A task that answers the instruction."""
        told = ["    system_prompt=assistant,"] if self.assistant else []
        mapped = ", ".join(f'"{own}": "{column}"' for own, column in mappings)
        mapping = [f"    output_mappings={{{mapped}}},"] if mapped else []
        return [f"{name} = TextGeneration(", f"    llm={llm},", *told, *mapping, ")"]

    def _answer(self) -> list[str]:
        return self._writer("answer", "load_llm(model)", ("generation", "response"))

    def _answered(self) -> list[str]:
        return [*self._source(), *self._answer(), f"{self._begin} >> answer"]

    def _talks(self) -> list[str]:
        told = "{assistant} Its users ask"
        if not self.assistant:
            told = "You are an assistant that helps people with questions"
        return [
            "load = LoadDataFromDicts(",
            "    data=[",
            '        {"system_prompt": f"' + told + ' about {subjects[at % len(subjects)]}."}',
            f"        for at in range({self.rows})",
            "    ]",
            ")",
            "talk = Magpie(llm=load_llm(model, temperature=0.9, max_new_tokens=256))",
            "load >> talk",
        ]

    def _evolved(self) -> list[str]:
        return [
            *self._source(),
            "evolve = EvolInstruct(llm=load_llm(model), num_evolutions=1)",
            *self._writer("answer", "load_llm(model)", ("generation", "response"))[:-1],
            '    input_mappings={"instruction": "evolved_instruction"},',
            ")",
            f"{self._begin} >> evolve >> answer",
        ]

    def _two_writers(self, *of_each: tuple[tuple[str, str], ...]) -> list[str]:
        other = f"load_llm({_literal(self.other_model)})"
        if self.other_model == self.model:
            other = "load_llm(model, temperature=1.3)"
        careful, daring = of_each or ((), ())
        return [
            *self._writer("careful", "load_llm(model)", *careful),
            *self._writer("daring", other, *daring),
        ]

    def _paired(self) -> list[str]:
        columns = [
            (("generation", side), ("model_name", f"{side}_model"))
            for side in ("chosen", "rejected")
        ]
        return [
            *self._source(),
            "# The better model's answer is taken for the better one; no judge has read it.",
            *self._two_writers(*columns),
            f"{self._begin} >> careful >> daring",
        ]

    def _improved(self) -> list[str]:
        return [
            *self._source(),
            *self._writer("answer", "load_llm(model)", ("generation", "rejected")),
            "improve = EvolQuality(",
            "    llm=load_llm(model),",
            "    num_evolutions=1,",
            '    input_mappings={"response": "rejected"},',
            '    output_mappings={"evolved_response": "chosen"},',
            ")",
            f"{self._begin} >> answer >> improve",
        ]

    def _judged(self) -> list[str]:
        return [
            *self._source(),
            *self._two_writers(),
            "both = GroupColumns(",
            '    columns=["generation", "model_name"],',
            '    output_columns=["generations", "generation_models"],',
            ")",
            "# A judge should be of one opinion: temperature 0 gives its likeliest words.",
            'judge = UltraFeedback(llm=load_llm(model, temperature=0), aspect="overall-rating")',
            f"{self._begin} >> [careful, daring] >> both >> judge",
        ]


def _no_rows(value: object) -> str:
    return say(
        "studio.rows",
        "rows={value} is no number of rows: give a whole number from 1 to {most}.",
        value=repr(value),
        most=f"{MOST:,}",
    )


def _literal(value: str | tuple[str, ...]) -> str:
    """A text, or a list with a text in each line, as it stands in a program."""
    if isinstance(value, str):
        plain = value.isprintable() and not set(value) & {'"', "\\"}
        return f'"{value}"' if plain else repr(value)
    return "\n".join(["[", *(f"    {_literal(text)}," for text in value), "]"])


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


# From where the names of a program come.
_HOMES = {
    "distilabel.steps": ("ExpandColumns", "GroupColumns", "LoadDataFromDicts"),
    "distilabel.steps.tasks": (
        *("EvolInstruct", "EvolQuality", "Magpie", "SelfInstruct", "TextGeneration"),
        "UltraFeedback",
    ),
}


def _imports(body: str) -> str:
    lines = ["from distilabel.pipeline import Pipeline"]
    for home, names in _HOMES.items():
        if used := [name for name in names if re.search(rf"\b{name}\(", body)]:
            lines.append(f"from {home} import {', '.join(used)}")
    return "\n".join([*lines, "", "from helpers import load_llm, run, save"])

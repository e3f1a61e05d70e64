"""The prompts of distilabel's tasks, rendered by distilabel itself.

The tutor models must answer exactly what the tasks send, so nothing is copied here: each
function fills the template of the installed distilabel. `fixed_phrases` lists the parts of
those templates that never change; the tokenizer gives each of them one token, which makes a
judge's prompt of 700 words as short as the texts that it judges.
"""

from __future__ import annotations

import logging
import re
from functools import cache

from distilabel.models.llms.base import LLM
from distilabel.steps.tasks import (
    ComplexityScorer,
    EvolInstruct,
    EvolQuality,
    QualityScorer,
    SelfInstruct,
    UltraFeedback,
)
from distilabel.steps.tasks.magpie.base import MAGPIE_MULTI_TURN_SYSTEM_PROMPT

__all__ = [
    "ASPECTS",
    "EVOL_INSTRUCT_MUTATIONS",
    "EVOL_QUALITY_MUTATIONS",
    "MAGPIE_MULTI_TURN_SYSTEM_PROMPT",
    "complexity_scorer",
    "evol_instruct",
    "evol_quality",
    "fixed_phrases",
    "quality_scorer",
    "self_instruct",
    "task",
    "ultrafeedback",
]

Chat = list[dict[str, str]]

ASPECTS = [
    "overall-rating",
    "helpfulness",
    "honesty",
    "instruction-following",
    "truthfulness",
]
EVOL_INSTRUCT_MUTATIONS = [
    "CONSTRAINTS",
    "DEEPENING",
    "CONCRETIZING",
    "INCREASED_REASONING_STEPS",
    "BREADTH",
]
EVOL_QUALITY_MUTATIONS = ["HELPFULNESS", "RELEVANCE", "DEEPENING", "CREATIVITY", "DETAILS"]


class NoLLM(LLM):
    """Stands where a task wants an LLM, for tasks that only render prompts and parse outputs."""

    @property
    def model_name(self) -> str:
        return "none"

    def generate(self, inputs: list, num_generations: int = 1) -> list:
        raise RuntimeError("This task renders prompts and parses outputs; it has no model.")


@cache
def task(kind: type, **attributes: object):
    """A loaded task of distilabel without a model.

    Example:
        >>> task(UltraFeedback, aspect="honesty").format_output(None, {"generations": ["a"]})
        {'ratings': [None], 'rationales': [None]}
    """
    name = f"prompts_{kind.__name__.lower()}"
    # distilabel warns of a step outside a pipeline; here that is meant.
    logging.getLogger(f"distilabel.step.{name}").setLevel(logging.ERROR)
    made = kind(name=name, llm=NoLLM(), **attributes)
    made.load()
    return made


def self_instruct(
    context: str, num_instructions: int, criteria: str | None = None, application: str | None = None
) -> Chat:
    """What SelfInstruct sends for one input."""
    made = task(SelfInstruct)
    made.num_instructions = num_instructions
    fields = SelfInstruct.model_fields
    made.criteria_for_query_generation = criteria or fields["criteria_for_query_generation"].default
    made.application_description = application or fields["application_description"].default
    return made.format_input({"input": context})


def evol_instruct(mutation: str, instruction: str) -> Chat:
    """What EvolInstruct sends for one instruction and one of its five mutations."""
    made = task(EvolInstruct, num_evolutions=1)
    return made.format_input(made.mutation_templates[mutation].replace("<PROMPT>", instruction))


def evol_quality(mutation: str, instruction: str, response: str) -> Chat:
    """What EvolQuality sends for one response and one of its five mutations."""
    made = task(EvolQuality, num_evolutions=1)
    prompt = made.mutation_templates[mutation].replace("<PROMPT>", instruction)
    return made.format_input(prompt.replace("<RESPONSE>", response))


def ultrafeedback(aspect: str, instruction: str, generations: list[str]) -> Chat:
    """What UltraFeedback sends for an instruction and its completions."""
    made = task(UltraFeedback, aspect=aspect)
    return made.format_input({"instruction": instruction, "generations": generations})


def complexity_scorer(instructions: list[str]) -> Chat:
    """What ComplexityScorer sends for a list of instructions."""
    return task(ComplexityScorer).format_input({"instructions": instructions})


def quality_scorer(instruction: str, responses: list[str]) -> Chat:
    """What QualityScorer sends for an instruction and its responses."""
    sent = {"instruction": instruction, "responses": responses}
    return task(QualityScorer).format_input(sent)


def fixed_phrases() -> list[str]:
    """The parts of the tasks' prompts that are the same for every row.

    Every prompt is rendered with a marker in each of its fields and cut at the markers; parts
    of fewer than three characters are left to the tokenizer.
    """
    mark = "\x00"
    chats = [
        self_instruct(mark, n, criteria, application)
        for n in range(1, 11)
        for criteria in (None, mark)
        for application in (None, mark)
    ]
    chats += [evol_instruct(mutation, mark) for mutation in EVOL_INSTRUCT_MUTATIONS]
    chats += [evol_quality(mutation, mark, mark) for mutation in EVOL_QUALITY_MUTATIONS]
    chats += [ultrafeedback(aspect, mark, [mark] * n) for aspect in ASPECTS for n in (1, 2, 3, 4)]
    chats += [complexity_scorer([mark] * n) for n in range(1, 7)]
    chats += [quality_scorer(mark, [mark] * n) for n in range(1, 5)]
    phrases = {MAGPIE_MULTI_TURN_SYSTEM_PROMPT}
    for chat in chats:
        for message in chat:
            phrases.update(re.split(mark, message["content"]))
    return sorted(phrase for phrase in phrases if len(phrase) >= 3)

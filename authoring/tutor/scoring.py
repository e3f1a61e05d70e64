"""What counts as right in the evaluation of the tutor models.

Small functions without a model, so that each definition can be read and tested on its own.

- A text is **on the subject** when the subject occurs in it as it was given, as whole words and
  without regard to casing.
- A text is **a request** when it is one line of at most 30 words and no refusal: what was to be asked
  for was not written itself.
- An output **parses** when distilabel's own parser finds all that the task promises: for a judge
  a whole rating for each text and in range, for the others a text that is not empty.
- An **evolution** is right when it differs from its input in its words, is on the subject and
  keeps at least half of the input's content words. BREADTH asks for a new instruction, so there
  it is enough to differ and to stay on the subject.
- A **judge** is right about two texts when it rates the better one strictly higher, in both
  orders of the texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any

from distilabel.steps.tasks import (
    ComplexityScorer,
    EvolInstruct,
    EvolQuality,
    QualityScorer,
    SelfInstruct,
    UltraFeedback,
)

from authoring.tutor import prompts
from authoring.tutor.writer import QUALITIES
from helpers.checks.texts import is_refusal


def words(text: str) -> list[str]:
    """The words of a text, lower-case and without punctuation."""
    return re.findall(r"\w+", text.casefold())


# Words that say nothing about what a text is about.
_SMALL_WORDS = frozenset(
    words(
        "a an and any are as at be by can do does for from has have how i if in is it its me my "
        "not of on one or so some than that the their them then there they this to was what when "
        "where which who why will with would you your"
    )
)


def content_words(text: str) -> set[str]:
    """The words of a text that say what it is about."""
    return set(words(text)) - _SMALL_WORDS


def on_subject(subject: str, text: str) -> bool:
    """Say whether the subject occurs in the text as it was given.

    Example:
        >>> on_subject("IQ", "What is an IQ?"), on_subject("IQ", "Be unique!")
        (True, False)
    """
    folded = " ".join(text.casefold().split())
    return re.search(rf"(?<!\w){re.escape(subject.casefold())}(?!\w)", folded) is not None


def is_request(text: str) -> bool:
    """Say whether a text asks for something, and is not the poem, the letter or the answer itself.

    Example:
        >>> is_request("Write a poem about tea."), is_request("O tea,\\nyou are the best of me.")
        (True, False)
    """
    one_line = len(text.strip().splitlines()) == 1 and len(words(text)) <= 30
    return one_line and not is_refusal(text)


def differs(before: str, after: str) -> bool:
    """Say whether a text differs from another in its words, not in punctuation alone."""
    return words(before) != words(after)


def kept_share(before: str, after: str) -> float:
    """The share of the content words of a text that come again in another."""
    asked = content_words(before)
    return len(asked & content_words(after)) / len(asked) if asked else 1.0


def evolved_well(before: str, after: str, subject: str, mutation: str = "") -> bool:
    """Say whether an evolution differs from its input and keeps it recognisable.

    Example:
        >>> evolved_well("Explain tea.", "Explain tea to a child.", "tea")
        True
        >>> evolved_well("Explain tea.", "Explain TEA", "tea")
        False
    """
    if not differs(before, after) or not on_subject(subject, after):
        return False
    return mutation == "BREADTH" or kept_share(before, after) >= 0.5


def distinct_share(texts: Sequence[str]) -> float:
    """How many of the texts differ from all that came before them, as a share."""
    return len({tuple(words(text)) for text in texts}) / len(texts) if texts else 0.0


# --- parsing ----------------------------------------------------------------------------------


def evolved_instruction(output: str) -> str:
    """What EvolInstruct makes of an output: it cuts it before it calls `format_output`."""
    cut = output.split("Prompt#:")[-1].strip()
    return prompts.task(EvolInstruct, num_evolutions=1).format_output([cut])["evolved_instruction"]


def evolved_response(output: str) -> str:
    """What EvolQuality makes of an output."""
    return prompts.task(EvolQuality, num_evolutions=1).format_output([output])["evolved_response"]


def self_instruct_lines(output: str) -> list[str]:
    """The instructions that SelfInstruct finds in an output."""
    return prompts.task(SelfInstruct).format_output(output)["instructions"]


def as_many_distinct_lines(lines: list[str], asked: int) -> bool:
    """Say whether there are exactly as many lines as asked, none blank and no two alike."""
    return len(lines) == asked and all(words(line) for line in lines) and distinct_share(lines) == 1


def ratings(aspect: str, output: str, generations: list[str]) -> list[int | None]:
    """The ratings that UltraFeedback finds, one for each text, `None` where it finds none."""
    found = _formatted(
        prompts.task(UltraFeedback, aspect=aspect), output, {"generations": generations}
    )
    return _one_each(found.get("ratings"), len(generations), range(1, 6))


def critiques_are_whole(aspect: str, output: str, generations: list[str]) -> bool:
    """Say whether UltraFeedback finds a rating and every rationale for each text."""
    task = prompts.task(UltraFeedback, aspect=aspect)
    found = _formatted(task, output, {"generations": generations})
    columns = [name for name in task.outputs if name.startswith("rationales")]
    texts = [found.get(name) or [] for name in columns]
    return None not in ratings(aspect, output, generations) and all(
        len(column) == len(generations) and all(text and text.strip() for text in column)
        for column in texts
    )


def complexity_scores(output: str, instructions: list[str]) -> list[int | None]:
    """The scores that ComplexityScorer finds, one for each instruction."""
    sent = {"instructions": instructions}
    found = _formatted(prompts.task(ComplexityScorer), output, sent)
    return _one_each(found.get("scores"), len(instructions), range(1, len(instructions) + 2))


def quality_scores(output: str, responses: list[str]) -> list[int | None]:
    """The scores that QualityScorer finds, one for each response."""
    found = _formatted(prompts.task(QualityScorer), output, {"responses": responses})
    return _one_each(found.get("scores"), len(responses), range(1, len(responses) + 2))


def _formatted(task: Any, output: str, sent: dict) -> dict[str, Any]:
    """What a task's parser returns; nothing where it raises, as distilabel drops such a row."""
    try:
        return task.format_output(output, sent)
    except (IndexError, ValueError):  # "Rating: four" has no number to convert
        return {}


def _one_each(found: list | None, number: int, allowed: range) -> list[int | None]:
    """The values found if there is one for each text, `None` for those out of range."""
    if found is None or len(found) != number:
        return [None] * number
    return [int(value) if value is not None and value in allowed else None for value in found]


# --- judging ----------------------------------------------------------------------------------


def right_pairs(
    qualities: Sequence[str],
    rated: Sequence[int | None],
    rated_in_reverse: Sequence[int | None],
) -> list[bool]:
    """For each two texts of different quality, whether the judge knows the better one.

    Args:
        qualities: the quality of each text, in the order of the first judgement.
        rated: the ratings of the texts in that order.
        rated_in_reverse: the ratings when the texts were given in reverse order.

    Example:
        >>> right_pairs(["cut", "complete"], [2, 5], [4, 2])
        [True]
        >>> right_pairs(["cut", "complete"], [2, 5], [2, 4])
        [False]
    """
    again = list(reversed(rated_in_reverse))
    level = [QUALITIES.index(quality) for quality in qualities]
    verdicts = []
    for one, other in combinations(range(len(qualities)), 2):
        if level[one] == level[other]:
            continue
        worse, better = sorted((one, other), key=lambda at: level[at])
        verdicts.append(all(_higher(given[better], given[worse]) for given in (rated, again)))
    return verdicts


def _higher(better: int | None, worse: int | None) -> bool:
    return better is not None and worse is not None and better > worse


def preference(first_order: Sequence[int | None], second_order: Sequence[int | None]) -> float:
    """How far the judge prefers text A over text B: 1, 0, or 0.5 for a tie.

    Args:
        first_order: the ratings of A and B when A was given first.
        second_order: the ratings of B and A when B was given first.

    The ratings of both orders are added up. A judgement that does not parse says nothing, so
    the other one decides; if neither parses it is a tie.
    """
    lead = 0
    if None not in first_order:
        lead += first_order[0] - first_order[1]
    if None not in second_order:
        lead += second_order[1] - second_order[0]
    return 0.5 if lead == 0 else float(lead > 0)


def share(verdicts: Iterable[float]) -> float:
    """The mean of verdicts between 0 and 1; 0 where there are none."""
    listed = list(verdicts)
    return sum(listed) / len(listed) if listed else 0.0

"""`evaluate_model`, `prefer`: what a training did, on prompts that no training has seen."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from helpers.checks.texts import is_text, stands_in, words
from helpers.messages import say
from helpers.models import BatchedLLM, chat_template_of, load_llm, source_of
from helpers.training import EFFECT
from helpers.training.models import BASE, chatml
from helpers.training.training import Trained

HELD_OUT = Path(__file__).with_name("held_out.jsonl")
NAMES = ("ends", "in_format", "on_subject", "follows")
MOST_TOKENS = 160  # of an answer; what has not ended by then does not end
_ROLES = re.compile(r"^(?:system|user|assistant)\s*$", re.MULTILINE)
_QUESTION = re.compile(r"[^-*•\d:][^:]*\?")  # no item of a list, and no part of a dialogue
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)")
Row = Mapping[str, Any]


# --- the prompts --------------------------------------------------------------


@cache
def held_out() -> tuple[dict[str, Any], ...]:
    """Return the prompts to measure with, each with its `subject`, some with a `constraint`.

    >>> held_out()[0]
    {'prompt': 'What is compound interest?', 'subject': 'compound interest'}
    """
    lines = HELD_OUT.read_text("utf-8").splitlines()
    return tuple(json.loads(line) for line in lines)


def leaked(prompts: Iterable[str], rows: Sequence[Row] | None = None) -> list[str]:
    """Return the held-out prompts that a training has seen: a measurement on them says nothing.

    A prompt counts as seen where its words are those of a training prompt, or where its subject
    stands in one.

    Args:
        prompts: the prompts of the training, such as `trained.prompts`.
        rows: the held-out rows; without it those of the course.

    >>> leaked(["Write about falconry.", "Why is rain wet?"])
    ['What is falconry?']
    """
    prompts = list(prompts)
    seen = {words(prompt) for prompt in prompts}
    told = [_singular(prompt) for prompt in prompts]

    def is_told(subject: str) -> bool:
        return any(_singular(subject) in text for text in told)

    return [
        row["prompt"]
        for row in (held_out() if rows is None else rows)
        if words(row["prompt"]) in seen or (row.get("subject") and is_told(row["subject"]))
    ]


# --- one model ----------------------------------------------------------------


@dataclass(frozen=True)
class Share:
    """So many of so many, with the interval that holds the true share 19 times of 20.

    >>> Share(45, 60)
    75 % (63–84)
    """

    count: int
    of: int

    @property
    def value(self) -> float:
        return self.count / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """By Wilson's formula (1927), which also holds for shares near 0 and 1."""
        from scipy.stats import binomtest

        if not self.of:
            return 0.0, 1.0
        found = binomtest(self.count, self.of).proportion_ci(0.95, method="wilson")
        return float(found.low), float(found.high)

    def __repr__(self) -> str:
        low, high = self.interval
        return f"{100 * self.value:.0f} % ({100 * low:.0f}–{100 * high:.0f})"


@dataclass(frozen=True)
class Evaluation:
    """How a model answered prompts that it had not seen.

    Args:
        model: its name.
        answers: for each prompt a row with `prompt`, `subject`, `answer` and, true or false,
            `ends`, `in_format`, `on_subject` and `follows` (`None` where there is no constraint).
        seconds: how long it took.
    """

    model: str
    answers: list[dict[str, Any]] = field(repr=False)
    seconds: float = field(default=0.0, repr=False)

    def share(self, name: str) -> Share:
        """Of the answers for which this can be said, so many.

        Args:
            name: "ends", "in_format", "on_subject" or "follows".
        """
        told = [row[name] for row in self.answers if row[name] is not None]
        return Share(sum(told), len(told))

    @property
    def ends(self) -> float:
        """The share of answers that end by themselves."""
        return self.share("ends").value

    @property
    def in_format(self) -> float:
        """The share of answers that are one turn of the assistant, and no other's."""
        return self.share("in_format").value

    @property
    def on_subject(self) -> float:
        """The share of answers that stay on what was asked for."""
        return self.share("on_subject").value

    @property
    def follows(self) -> float:
        """Of the prompts with a constraint, the share of answers that follow it."""
        return self.share("follows").value

    @property
    def good(self) -> float:
        """The share of answers for which all of this holds that can be said of them."""
        found = [all(row[name] is not False for name in NAMES) for row in self.answers]
        return sum(found) / len(found) if found else 0.0

    @property
    def distinct(self) -> float:
        """The share of pairs of neighbouring words, in all answers, that are different ones."""
        pairs = [
            pair
            for row in self.answers
            for pair in zip(words(row["answer"]), words(row["answer"])[1:])
        ]
        return len(set(pairs)) / len(pairs) if pairs else 0.0

    def __str__(self) -> str:
        return str(Effect([self]))

    def _repr_html_(self) -> str:
        return Effect([self])._repr_html_()


def evaluate_model(
    model: Trained | str | Path = BASE, prompts: Any = None, max_new_tokens: int = MOST_TOKENS
) -> Evaluation:
    """Let a model answer prompts that no training has seen, and look at the answers.

    An answer **ends** where the model says so itself, within `max_new_tokens`. It is **in format** where it
    is one turn of the assistant. It stays **on the subject** where it names it and where nothing
    follows that belongs to another text. It **follows** a constraint where the sentences are as many
    as asked for, or the word stands in it. The model always takes its likeliest token.

    Args:
        model: what `train` returned, a name as `load_model` takes it, or a folder.
        prompts: rows with `prompt` and `subject`, and perhaps a `constraint`, `{"sentences": 2}`
            or `{"word": "river"}`; without it the 60 of the course.
        max_new_tokens: how long an answer may be; 160 tokens of the tutor are some 65 words.

    Returns:
        The figures; `answers` holds each answer.

    Raises:
        ModelError: the model is not there.
        ValueError: there are no prompts, a row lacks its prompt or subject, or a constraint is none
            of the two.

    >>> evaluate_model("tutor-base", [{"prompt": "What is rain?", "subject": "rain"}]).ends
    0.0
    """
    rows = _rows(prompts)
    folder = model.folder if isinstance(model, Trained) else model
    began = time.monotonic()
    llm = _llm(str(folder))
    llm.load()
    try:
        outputs = llm.generate_outputs(
            inputs=[[{"role": "user", "content": row["prompt"]}] for row in rows],
            temperature=0,
            max_new_tokens=max_new_tokens,
        )
    finally:
        llm.unload()
    answers = [
        _looked_at(
            row,
            output["generations"][0],
            ends=output["statistics"]["output_tokens"][0] < max_new_tokens,
        )
        for row, output in zip(rows, outputs)
    ]
    return Evaluation(_name(model), answers, time.monotonic() - began)


def _rows(prompts: Any) -> list[Row]:
    rows = list(held_out() if prompts is None else prompts)
    for number, row in enumerate(rows):
        if not (
            isinstance(row, Mapping) and is_text(row.get("prompt")) and is_text(row.get("subject"))
        ):
            raise ValueError(
                say(
                    "evaluate.row",
                    "Row {row} of the prompts is {found}. Each row needs a `prompt` and a `subject`.",
                    row=number,
                    found=repr(row)[:80],
                )
            )
        if set(row.get("constraint") or {}) - {"sentences", "word"}:
            raise ValueError(
                say(
                    "evaluate.constraint",
                    "Row {row} of the prompts has the constraint {found}. Known are {known}.",
                    row=number,
                    found=repr(row["constraint"])[:80],
                    known='{"sentences": 2}, {"word": "river"}',
                )
            )
    if not rows:
        raise ValueError(say("evaluate.no_rows", "There are no prompts to measure with."))
    return rows


def _llm(name: str) -> BatchedLLM:
    """Also a base model, which has no chat template of its own."""
    source = source_of(name)
    if chat_template_of(Path(source)) is None:
        return BatchedLLM(model=source, chat_template=chatml())
    return load_llm(source)


def _name(model: Trained | str | Path) -> str:
    if isinstance(model, Trained):
        return f"{model.base} + {model.kind}"
    return Path(model).name if Path(model).is_dir() else str(model)


def _looked_at(row: Row, text: str | None, ends: bool) -> dict[str, Any]:
    answer = text or ""
    # A column of a Dataset has each key in each row.
    constraint = {k: v for k, v in (row.get("constraint") or {}).items() if v is not None}
    return {
        "prompt": row["prompt"],
        "subject": row["subject"],
        "answer": answer,
        "ends": text is not None and ends,
        "in_format": bool(answer.strip()) and not _ROLES.search(answer),
        "on_subject": stays_on(row["subject"], answer),
        "follows": follows(constraint, answer) if constraint else None,
    }


def stays_on(subject: str, answer: str) -> bool:
    """Tell whether an answer names its subject, and nothing of another text follows.

    Another text begins where somebody asks the next question.

    >>> stays_on("tides", "A tide turns.\\n\\nIt rises."), stays_on("tides", "It is.\\n\\nWhy tides?")
    (True, False)
    """
    asked = [line for line in answer.strip().splitlines()[1:] if _QUESTION.fullmatch(line.strip())]
    return speaks_of(subject, answer) and not asked


def speaks_of(subject: str, text: str) -> bool:
    """Tell whether a text names a subject, one of its kind or many.

    >>> speaks_of("windmills", "How does a windmill work?"), speaks_of("rain", "A train.")
    (True, False)
    """
    return _singular(subject) in _singular(text)


def _singular(text: str) -> str:
    """The words of a text, each without the s at its end, between spaces."""
    return f" {' '.join(word.removesuffix('s') for word in words(text))} "


def follows(constraint: Mapping[str, Any], answer: str) -> bool:
    """Tell whether an answer has as many sentences as asked for, or the word.

    >>> follows({"sentences": 2}, "One. Two."), follows({"word": "river"}, "The rivers rise.")
    (True, False)
    """
    if "sentences" in constraint:
        return len(_SENTENCE_END.findall(answer)) == constraint["sentences"]
    return stands_in(constraint["word"], answer)


# --- before and after -----------------------------------------------------------


def effect(*evaluations: Evaluation) -> Effect:
    """Return the figures of several evaluations side by side, with their intervals.

    >>> effect(Evaluation("before", []), Evaluation("after", []))  # doctest: +ELLIPSIS
                                           before             after
    ...
    """
    return Effect(list(evaluations))


@dataclass(frozen=True)
class Effect:
    """The figures of several models side by side."""

    evaluations: list[Evaluation]

    def rows(self) -> list[tuple[str, list[str]]]:
        """What is measured, and for each model its figure."""
        named = {
            "ends": say("evaluate.ends", "ends by itself"),
            "in_format": say("evaluate.in_format", "is one turn of the assistant"),
            "on_subject": say("evaluate.on_subject", "stays on the subject"),
            "follows": say("evaluate.follows", "follows a constraint"),
        }
        made = [
            (title, [str(one.share(name)) for one in self.evaluations])
            for name, title in named.items()
        ]
        distinct = [f"{100 * one.distinct:.0f} %" for one in self.evaluations]
        return [*made, (say("evaluate.distinct", "different word pairs"), distinct)]

    def __str__(self) -> str:
        names = [one.model for one in self.evaluations]
        lines = [("", names), *self.rows()]
        first = max(len(title) for title, _ in lines)
        widths = [max(len(cells[at]) for _, cells in lines) for at in range(len(names))]
        return "\n".join(
            f"{title:<{first}}  " + "  ".join(f"{c:>{w}}" for c, w in zip(cells, widths))
            for title, cells in lines
        )

    __repr__ = __str__

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        record = [
            {"model": one.model} | {name: str(one.share(name)) for name in NAMES}
            for one in self.evaluations
        ]
        return {"text/plain": str(self), "text/html": self._repr_html_(), EFFECT: record}

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(one.model)}</th>" for one in self.evaluations)
        body = "".join(
            f'<tr><td style="text-align:left">{escape(title)}</td>'
            + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
            + "</tr>"
            for title, cells in self.rows()
        )
        return f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{body}</tbody></table>"


@dataclass(frozen=True)
class Preference:
    """Which of two models' answers a judge prefers, asked in both orders.

    Args:
        better: prompts for which it rates the second model's answer higher in both orders.
        worse: prompts for which it rates the first model's answer higher in both orders.
        undecided: the others: alike, of two opinions, or a judgement that did not parse.
        rows: for each prompt both answers with their ratings.
    """

    better: int
    worse: int
    undecided: int
    rows: list[dict[str, Any]] = field(repr=False)

    @property
    def share(self) -> Share:
        """Of all prompts those with a better answer in both orders."""
        return Share(self.better, self.better + self.worse + self.undecided)

    def __str__(self) -> str:
        return say(
            "prefer.shown",
            "In both orders the judge prefers the second model on {better} of {prompts} prompts: "
            "{share}. The first: {worse}. Undecided: {undecided}.",
            better=self.better,
            prompts=self.share.of,
            share=self.share,
            worse=self.worse,
            undecided=self.undecided,
        )

    __repr__ = __str__

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        record = {"better": self.better, "worse": self.worse, "undecided": self.undecided}
        return {"text/plain": str(self), "text/html": f"<p>{escape(str(self))}</p>", EFFECT: record}


def prefer(before: Evaluation, after: Evaluation, judge: str | None = None) -> Preference:
    """Ask a judge which answers are the better ones, twice, with the two in both orders.

    The judge is distilabel's `UltraFeedback` with the aspect "overall-rating".

    Args:
        before: the answers of one model.
        after: those of another one, to the same prompts.
        judge: a model, as `load_llm` takes it.

    Raises:
        ValueError: the prompts are not the same.
    """
    from distilabel.pipeline import Pipeline
    from distilabel.steps.tasks import UltraFeedback

    asked = [row["prompt"] for row in before.answers]
    if asked != [row["prompt"] for row in after.answers]:
        raise ValueError(
            say(
                "prefer.other_prompts",
                "The two evaluations are of different prompts, so their answers cannot be compared.",
            )
        )
    both = [(a["answer"], b["answer"]) for a, b in zip(before.answers, after.answers)]
    inputs = [
        {"instruction": prompt, "generations": list(texts)} for prompt, texts in zip(asked, both)
    ]
    inputs += [row | {"generations": row["generations"][::-1]} for row in inputs]
    with Pipeline():
        task = UltraFeedback(llm=load_llm(judge, temperature=0), aspect="overall-rating")
    task.load()
    try:
        judged = [row["ratings"] for row in next(task.process(inputs))]
    finally:
        task.unload()
    rows = []
    for number, (prompt, (first, second)) in enumerate(zip(asked, both)):
        ratings = judged[number]
        reverse = (judged[number + len(asked)] or [])[::-1]
        rows.append(
            {
                "prompt": prompt,
                "before": first,
                "after": second,
                "ratings": [ratings, reverse or None],
                "verdict": _verdict(ratings, reverse),
            }
        )
    verdicts = [row["verdict"] for row in rows]
    return Preference(
        verdicts.count("better"), verdicts.count("worse"), verdicts.count("undecided"), rows
    )


def _verdict(ratings: Any, reverse: Any) -> str:
    told = [r for r in (ratings, reverse) if r and len(r) == 2 and None not in r]
    if len(told) == 2 and all(second > first for first, second in told):
        return "better"
    if len(told) == 2 and all(first > second for first, second in told):
        return "worse"
    return "undecided"

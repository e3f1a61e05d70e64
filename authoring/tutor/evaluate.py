"""Measure the tutor models on subjects and sentences that training never saw.

    python -m authoring.tutor.evaluate                      both models, all figures
    python -m authoring.tutor.evaluate --model FOLDER       one model, say a checkpoint
    python -m authoring.tutor.evaluate --quick              a tenth of the items
    python -m authoring.tutor.evaluate --markdown           tables for the model cards

Prompts are built and outputs parsed by distilabel's own tasks; `scoring.py` defines what counts
as right. Subjects come from `held_out.py`, instructions, answers and passages from the
writer with the sentence shapes kept out of training, and some from people: the rows that say
"ordinary English". Everything is measured greedily and sampled at temperature 0.7; Magpie only
sampled, its user turns at 0.9. The command ends with status 1 when a figure misses its target.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from itertools import cycle, islice
from multiprocessing import get_context
from pathlib import Path

import torch
from distilabel.steps.tasks.magpie.base import MAGPIE_MULTI_TURN_SYSTEM_PROMPT

from authoring.shipped import SUBJECTS as EVERYDAY
from authoring.tutor import held_out, prompts, scoring
from authoring.tutor.generating import Chat, ChatModel, Output
from authoring.tutor.writer import Writer

TUTORS = Path(__file__).resolve().parents[2] / "helpers" / "tutor"
ITEMS = 160
MAGPIE_TURNS = 200
SEED = 20_250


@dataclass(frozen=True)
class Group:
    """A line of the table of targets. A target of None means that none was set."""

    title: str
    tutor: float | None
    mini: float | None
    at_most: bool = False


GROUPS = {
    "parses": Group("output parses, each task and aspect", 0.99, 0.95),
    "on subject": Group("on the subject", 0.97, 0.85),
    "lines": Group("SelfInstruct: as many distinct lines as asked (3-8)", 0.98, 0.85),
    "evolution": Group("evolution differs and stays recognisable, each mutation", 0.97, 0.85),
    "judge": Group("judge: better text rated higher, in both orders", 0.97, None),
    "judge, ordinary": Group("judge: ordinary English, good above bad, both orders", 0.85, None),
    "Magpie distinct": Group("Magpie: distinct user turns", 0.85, 0.70),
    "Magpie on subject": Group("Magpie: user turns on the subject", 0.90, 0.75),
    "preferred": Group("answers preferred over those of the other model", 0.75, None),
    "limit": Group("answers that run into the token limit", 0.01, 0.01, at_most=True),
    "also": Group("also measured, without a target", None, None),
}


@dataclass(frozen=True)
class Figure:
    """One measured share, with the number of items behind it and its target."""

    group: str
    name: str
    model: str
    sampled: bool
    value: float
    items: int
    target: float | None

    @property
    def passes(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        if self.target is None:
            return None
        if GROUPS[self.group].at_most:
            return self.value < self.target
        return self.value >= self.target


@dataclass
class Evaluation:
    """Asks one model at one temperature and keeps the verdicts.

    Args:
        model: the model that is measured.
        temperature: 0 for greedy.
        scale: the share of the items to use, 1.0 for all.
    """

    model: ChatModel
    temperature: float
    scale: float = 1.0
    verdicts: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    # instruction -> answer, to be compared with another model's
    answers: dict[str, str] = field(default_factory=dict)

    def number(self, items: int) -> int:
        return max(4, round(items * self.scale))

    def writer(self, measure: str) -> Writer:
        """A writer of held-out sentences; the same for every model and temperature."""
        return Writer(random.Random(f"{SEED} {measure}"), held_out=True)

    def subjects(self, measure: str, items: int) -> list[str]:
        """Held-out subjects of all kinds, each as often as the others."""
        shuffled = random.Random(f"{SEED} {measure} subjects").sample(
            held_out.SUBJECTS, len(held_out.SUBJECTS)
        )
        return list(islice(cycle(shuffled), self.number(items)))

    def add(self, group: str, name: str, *verdicts: float) -> None:
        self.verdicts.setdefault((group, name), []).extend(float(verdict) for verdict in verdicts)

    def ask(self, rendered: list[str], temperature: float | None = None) -> list[Output]:
        """The model's outputs; all count for the share that runs into the token limit."""
        temperature = self.temperature if temperature is None else temperature
        outputs = self.model.generate(rendered, temperature, SEED)
        self.add("limit", "all prompts", *(not output.ended for output in outputs))
        return outputs

    def ask_chats(self, chats: list[Chat]) -> list[Output]:
        return self.ask([self.model.render(chat) for chat in chats])

    def figures(self, targets: str) -> list[Figure]:
        """The figures in the order of the table.

        Args:
            targets: "tutor" or "mini", whose targets apply.
        """
        return [
            Figure(
                group,
                name,
                self.model.name,
                self.temperature > 0,
                scoring.share(verdicts),
                len(verdicts),
                getattr(GROUPS[group], targets),
            )
            for (group, name), verdicts in sorted(
                self.verdicts.items(), key=lambda item: list(GROUPS).index(item[0][0])
            )
        ]


def _user(text: str) -> Chat:
    return [{"role": "user", "content": text}]


def _is_text(output: Output) -> bool:
    """Say whether there is something to read and no torn piece of the chat template."""
    return bool(output.text.strip()) and output.clean


# --- what is measured -------------------------------------------------------------------------


def text_generation(run: Evaluation) -> None:
    """Questions from a seed prompt, and answers to an instruction, on every held-out subject.

    Questions are also asked for as the first notebook does it, once about the subjects of the rows
    that it ships, of which the training knows some.
    """
    write = run.writer("text generation")
    subjects = run.subjects("text generation", len(held_out.SUBJECTS))
    plain, everyday = "Write a question about {}.", "question about an everyday subject, so"
    asked = {
        "question from a seed prompt": [(s, write.seed_prompt(s)) for s in subjects],
        "question, in the notebook's words": [(s, plain.format(s)) for s in subjects],
        everyday: [(s, plain.format(s)) for s in EVERYDAY[: run.number(len(EVERYDAY))]],
        "answer": [(s, str(write.instruction(s))) for s in subjects],
    }
    for name, about in asked.items():
        outputs = run.ask_chats([_user(text) for _, text in about])
        for (subject, _), output in zip(about, outputs):
            hit = scoring.on_subject(subject, output.text)
            if name != "answer":
                hit &= scoring.is_request(output.text)
            run.add("parses", f"TextGeneration, {name}", _is_text(output))
            run.add("on subject", name, hit)
            if name != everyday:
                run.add("also", f"on the subject, {held_out.kind_of(subject)}", hit)
        if name == "answer":
            run.answers = {text: output.text for (_, text), output in zip(about, outputs)}


def self_instruct(run: Evaluation) -> None:
    """Lines from the writer's passages, from ordinary passages, and from an instruction."""
    write = run.writer("self-instruct")
    ordinary = list(islice(cycle(held_out.PASSAGES), run.number(ITEMS)))
    later = list(islice(cycle(held_out.LATER_PASSAGES), run.number(ITEMS)))
    contexts = {
        "passages": [(s, write.passage(s)) for s in run.subjects("passages", ITEMS)],
        "passages in ordinary English": ordinary,
        "passages in ordinary English, written later": later,
        "passages in ordinary English under a heading": [
            (subject, f"# {subject}\n\n{text}") for subject, text in ordinary
        ],
        "an instruction as context": [
            (s, str(write.instruction(s))) for s in run.subjects("instructions", ITEMS)
        ],
    }
    for name, about in contexts.items():
        asked = [3 + (at + at // 40) % 6 for at in range(len(about))]
        chats = [prompts.self_instruct(text, n) for n, (_, text) in zip(asked, about)]
        for n, (subject, _), output in zip(asked, about, run.ask_chats(chats)):
            lines = scoring.self_instruct_lines(output.text)
            run.add("parses", f"SelfInstruct, {name}", _is_text(output) and bool(lines))
            run.add("lines", name, scoring.as_many_distinct_lines(lines, n))
            named = [scoring.on_subject(subject, line) for line in lines]
            run.add("on subject", f"SelfInstruct lines, {name}", *(named or [False]))


def evol_instruct(run: Evaluation) -> None:
    """Each mutation of EvolInstruct, on instructions of the writer and of ordinary English."""
    ordinary = [pair.instruction for pair in held_out.PAIRS]
    for mutation in prompts.EVOL_INSTRUCT_MUTATIONS:
        write = run.writer(f"evol-instruct {mutation}")
        subjects = run.subjects(f"evol-instruct {mutation}", ITEMS)
        texts = [str(write.instruction(subject)) for subject in subjects]
        name = f"EvolInstruct {mutation}"
        outputs = run.ask_chats([prompts.evol_instruct(mutation, text) for text in texts])
        for subject, text, output in zip(subjects, texts, outputs):
            evolved = scoring.evolved_instruction(output.text)
            run.add("parses", name, _is_text(output) and bool(evolved))
            run.add("on subject", name, scoring.on_subject(subject, evolved))
            run.add("evolution", name, scoring.evolved_well(text, evolved, subject, mutation))
        outputs = run.ask_chats([prompts.evol_instruct(mutation, text) for text in ordinary])
        least, what = (0.25, "a quarter") if mutation == "BREADTH" else (0.5, "half")
        for text, output in zip(ordinary, outputs):
            evolved = scoring.evolved_instruction(output.text)
            good = scoring.differs(text, evolved) and scoring.kept_share(text, evolved) >= least
            run.add("also", f"{name}, ordinary English: differs and keeps {what}", good)


def evol_quality(run: Evaluation) -> None:
    """Each mutation of EvolQuality, on brief and complete answers and on ordinary English."""
    for mutation in prompts.EVOL_QUALITY_MUTATIONS:
        write = run.writer(f"evol-quality {mutation}")
        subjects = run.subjects(f"evol-quality {mutation}", ITEMS)
        rows = []
        for subject in subjects:
            instruction = write.instruction(subject)
            quality = write.rng.choice(["brief", "complete"])
            rows.append((str(instruction), write.answer(instruction, subject, quality)))
        name = f"EvolQuality {mutation}"
        outputs = run.ask_chats([prompts.evol_quality(mutation, *row) for row in rows])
        for subject, (_, response), output in zip(subjects, rows, outputs):
            evolved = scoring.evolved_response(output.text)
            run.add("parses", name, _is_text(output))
            run.add("on subject", name, scoring.on_subject(subject, evolved))
            run.add("evolution", name, scoring.evolved_well(response, evolved, subject))
        ordinary = [(pair.instruction, pair.good) for pair in held_out.PAIRS]
        outputs = run.ask_chats([prompts.evol_quality(mutation, *row) for row in ordinary])
        for (_, response), output in zip(ordinary, outputs):
            good = scoring.differs(response, output.text)
            good &= scoring.kept_share(response, output.text) >= 0.5
            run.add("also", f"{name}, ordinary English: differs and keeps half", good)


def _judged(run: Evaluation, measure: str) -> Iterable[tuple[str, list[str], list[str]]]:
    """Instructions with two, three or four answers of different quality, in random order.

    An off-topic answer is a complete one to another instruction, on another held-out subject.
    """
    write = run.writer(measure)
    subjects = run.subjects(measure, ITEMS // 2)
    for at, subject in enumerate(subjects):
        qualities = write.rng.sample(scoring.QUALITIES, 2 + at % 3)
        instruction = write.instruction(subject)
        other = subjects[at - 1]
        stray = write.instruction(other)
        texts = [
            write.answer(stray, other, "complete")
            if quality == "off_topic"
            else write.answer(instruction, subject, quality)
            for quality in qualities
        ]
        yield str(instruction), qualities, texts


def ultrafeedback(run: Evaluation) -> None:
    """The judge's ratings in each aspect, of texts in one order and in the other."""
    for aspect in prompts.ASPECTS:
        rows = list(_judged(run, f"ultrafeedback {aspect}"))
        orders = [texts for _, _, texts in rows] + [texts[::-1] for _, _, texts in rows]
        asked = [instruction for instruction, _, _ in rows] * 2
        chats = [prompts.ultrafeedback(aspect, i, texts) for i, texts in zip(asked, orders)]
        rated = []
        for texts, output in zip(orders, run.ask_chats(chats)):
            whole = scoring.critiques_are_whole(aspect, output.text, texts)
            run.add("parses", f"UltraFeedback {aspect}", whole)
            rated.append(scoring.ratings(aspect, output.text, texts))
        for at, (_, qualities, texts) in enumerate(rows):
            right = scoring.right_pairs(qualities, rated[at], rated[at + len(rows)])
            run.add("judge", aspect, *right)
            run.add("also", f"judge, {len(texts)} texts", *right)


def scorers(run: Evaluation) -> None:
    """QualityScorer's and ComplexityScorer's scores."""
    rows = [*_judged(run, "quality-scorer"), *_judged(run, "quality-scorer again")]
    orders = [texts for _, _, texts in rows] + [texts[::-1] for _, _, texts in rows]
    asked = [instruction for instruction, _, _ in rows] * 2
    chats = [prompts.quality_scorer(i, texts) for i, texts in zip(asked, orders)]
    scored = []
    for texts, output in zip(orders, run.ask_chats(chats)):
        scored.append(scoring.quality_scores(output.text, texts))
        run.add("parses", "QualityScorer", None not in scored[-1])
    for at, (_, qualities, _) in enumerate(rows):
        right = scoring.right_pairs(qualities, scored[at], scored[at + len(rows)])
        run.add("also", "QualityScorer: better response scored higher, both orders", *right)

    write = run.writer("complexity-scorer")
    lists = [
        [str(write.instruction(subject)) for subject in run.subjects(f"complexity {at}", 6)[:size]]
        for at, size in enumerate(islice(cycle([1, 2, 3, 4, 5, 6]), run.number(ITEMS)))
    ]
    outputs = run.ask_chats([prompts.complexity_scorer(instructions) for instructions in lists])
    for instructions, output in zip(lists, outputs):
        scores = scoring.complexity_scores(output.text, instructions)
        run.add("parses", "ComplexityScorer", None not in scores)


def ordinary_pairs(run: Evaluation) -> None:
    """Good and bad answers in ordinary English, in both orders."""
    pairs = held_out.PAIRS
    orders = [[pair.good, pair.bad] for pair in pairs] + [[pair.bad, pair.good] for pair in pairs]
    chats = [
        prompts.ultrafeedback("overall-rating", pair.instruction, texts)
        for pair, texts in zip([*pairs, *pairs], orders)
    ]
    outputs = run.ask_chats(chats)
    rated = [
        scoring.ratings("overall-rating", output.text, texts)
        for texts, output in zip(orders, outputs)
    ]
    for at, pair in enumerate(pairs):
        quality = "off_topic" if pair.kind == "off_topic" else "cut"
        right = scoring.right_pairs(["complete", quality], rated[at], rated[at + len(pairs)])
        run.add("judge, ordinary", "all pairs", *right)
        run.add("also", f"judge, ordinary English, {pair.kind}", *right)


def magpie(run: Evaluation) -> None:
    """User turns, with system prompts and without, and what comes after the first turn.

    In both renderings: distilabel's, with its stray assistant header, and the clean one. Greedy
    decoding has nothing to say here: it writes the same turn after the same prompt.
    """
    if run.temperature == 0:
        return
    turns = run.number(MAGPIE_TURNS)
    write = run.writer("magpie")
    by_people = held_out.SYSTEM_PROMPTS + held_out.LATER_SYSTEM_PROMPTS
    system = {
        "written by people": list(islice(cycle(by_people), turns)),
        "of the writer": [
            (s, write.system_prompt(s)) for s in run.subjects("magpie", MAGPIE_TURNS)
        ],
    }
    renderings = {"distilabel's rendering": run.model.render, "clean": run.model.render_clean}
    for rendering, render in renderings.items():
        for origin, about in system.items():
            name = f"system prompts {origin}, {rendering}"
            chats = [[{"role": "system", "content": text}] for _, text in about]
            outputs = run.ask([render(chat) for chat in chats], temperature=0.9)
            _score_turns(run, name, outputs)
            for (subject, _), output in zip(about, outputs):
                run.add("Magpie on subject", name, scoring.on_subject(subject, output.text))
        _conversations(run, rendering, render, system["of the writer"][: run.number(ITEMS)])
        default = [{"role": "system", "content": MAGPIE_MULTI_TURN_SYSTEM_PROMPT}]
        outputs = run.ask([render(default)] * turns, temperature=0.9)
        _score_turns(run, f"distilabel's multi-turn system prompt, {rendering}", outputs)
    # Without any prompt there is no header to go astray.
    outputs = run.ask([run.model.render([])] * turns, temperature=0.9)
    _score_turns(run, "no system prompt", outputs)


def _score_turns(run: Evaluation, name: str, outputs: list[Output]) -> None:
    run.add("parses", f"Magpie user turn, {name}", *(_is_text(output) for output in outputs))
    texts = [tuple(scoring.words(output.text)) for output in outputs]
    first_seen = {text: at for at, text in reversed(list(enumerate(texts)))}
    run.add("Magpie distinct", name, *(first_seen[text] == at for at, text in enumerate(texts)))


def _conversations(run: Evaluation, rendering: str, render, about: list[tuple[str, str]]) -> None:
    """The first answer of a conversation and its second user turn."""
    chats: list[Chat] = [[{"role": "system", "content": text}] for _, text in about]
    for role, name in (("user", ""), ("assistant", "answer"), ("user", "second user turn")):
        render_turn = render if role == "user" else run.model.render
        temperature = 0.9 if role == "user" else None
        outputs = run.ask([render_turn(chat) for chat in chats], temperature)
        for chat, (subject, _), output in zip(chats, about, outputs):
            chat.append({"role": role, "content": output.text})
            if not name:
                continue
            run.add("parses", f"Magpie {name}, {rendering}", _is_text(output))
            on = scoring.on_subject(subject, output.text)
            run.add("also", f"Magpie {name} names the subject, {rendering}", on)
            if role == "user":
                new = scoring.differs(chat[1]["content"], output.text)
                run.add("also", f"Magpie second user turn differs from the first, {rendering}", new)


def outside(run: Evaluation) -> None:
    """Prompts that the models know nothing about: they shall say something and stop."""
    repeats = 1 if run.temperature == 0 else 3
    outputs = run.ask_chats([_user(text) for text in held_out.OUTSIDE] * repeats)
    run.add("parses", "prompts outside what was learned", *(_is_text(output) for output in outputs))
    run.add("limit", "prompts outside what was learned", *(not output.ended for output in outputs))


MEASURES = [
    text_generation,
    self_instruct,
    evol_instruct,
    evol_quality,
    ultrafeedback,
    scorers,
    ordinary_pairs,
    magpie,
    outside,
]


def evaluate(
    model: ChatModel, temperature: float, scale: float = 1.0, verbose: bool = False
) -> Evaluation:
    """Run every measure on one model.

    Args:
        model: the model to measure.
        temperature: 0 for greedy; Magpie's user turns are sampled at 0.9 in any case.
        scale: the share of the items to use.
        verbose: say on stderr which measure took how long.

    Returns:
        The evaluation; `figures` gives its numbers.
    """
    run = Evaluation(model, temperature, scale)
    for measure in MEASURES:
        started = time.monotonic()
        measure(run)
        if verbose:
            took = time.monotonic() - started
            print(f"{model.name} T={temperature}: {measure.__name__} {took:.0f} s", file=sys.stderr)
    return run


def prefer(judge: ChatModel, ours: Evaluation, theirs: Evaluation) -> None:
    """Let a judge compare the answers of two models to the same instructions, in both orders.

    A tie counts half, and the share of ties is kept beside. The judge is greedy.
    """
    asked = [text for text in ours.answers if text in theirs.answers][: ours.number(ITEMS)]
    orders = [[ours.answers[text], theirs.answers[text]] for text in asked]
    orders += [texts[::-1] for texts in orders]
    chats = [
        prompts.ultrafeedback("overall-rating", text, texts)
        for text, texts in zip([*asked, *asked], orders)
    ]
    outputs = judge.generate([judge.render(chat) for chat in chats])
    rated = [
        scoring.ratings("overall-rating", output.text, texts)
        for texts, output in zip(orders, outputs)
    ]
    verdicts = [scoring.preference(rated[at], rated[at + len(asked)]) for at in range(len(asked))]
    name = f"over {theirs.model.name}, judged by {judge.name}"
    ours.add("preferred", name, *verdicts)
    ours.add("also", f"ties {name}", *(verdict == 0.5 for verdict in verdicts))


# --- tables -----------------------------------------------------------------------------------


def _cell(figure: Figure | None) -> str:
    if figure is None:
        return ""
    mark = {True: " ✓", False: " ✗", None: ""}[figure.passes]
    return f"{100 * figure.value:.1f} %{mark}"


def _worst(figures: list[Figure]) -> Figure | None:
    """The figure of a group that is furthest from good."""
    if not figures:
        return None
    pick = max if GROUPS[figures[0].group].at_most else min
    return pick(figures, key=lambda figure: figure.value)


def _target(group: str, targets: str) -> str:
    value = getattr(GROUPS[group], targets)
    if value is None:
        return "—"
    return f"{'<' if GROUPS[group].at_most else '≥'} {100 * value:.0f} %"


def targets_of(name: str) -> str:
    """Whose targets apply to a model of this name: those of "mini" or of "tutor"."""
    return "mini" if "mini" in name else "tutor"


def _line(cells: Iterable[str]) -> list[str]:
    return [cell.replace("|", "\\|") for cell in cells]


def tables(figures: list[Figure]) -> list[list[list[str]]]:
    """Two tables of text: the worst figure of each group, and every figure."""
    models = list(dict.fromkeys(figure.model for figure in figures))
    columns = [(model, sampled) for model in models for sampled in (False, True)]
    found = {(f.group, f.name, f.model, f.sampled): f for f in figures}
    head = ["measure"]
    for model in models:
        head += [f"{model}: target", "greedy", "sampled"]
    summary, details = [head], [[*head, "items"]]
    for group, about in GROUPS.items():
        names = list(dict.fromkeys(f.name for f in figures if f.group == group))
        if not names:
            continue
        worst = [about.title]
        for model, sampled in columns:
            if not sampled:
                worst.append(_target(group, targets_of(model)))
            these = [f for f in figures if (f.group, f.model, f.sampled) == (group, model, sampled)]
            worst.append(_cell(_worst(these)))
        if group != "also":
            summary.append(_line(worst))
        for name in names:
            row = [f"{group}: {name}"]
            for model, sampled in columns:
                if not sampled:
                    row.append(_target(group, targets_of(model)))
                row.append(_cell(found.get((group, name, model, sampled))))
            counts = [f.items for f in figures if (f.group, f.name) == (group, name)]
            details.append(_line([*row, str(max(counts))]))
    return [summary, details]


def as_markdown(table: list[list[str]]) -> str:
    """A table in Markdown."""
    head, *rows = table
    ruled = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in ruled)


def as_text(table: list[list[str]]) -> str:
    """A table with aligned columns, for a terminal."""
    widths = [max(map(len, column)) for column in zip(*table)]
    return "\n".join(
        "  ".join(
            [row[0].ljust(widths[0])] + [c.rjust(w) for c, w in zip(row[1:], widths[1:])]
        ).rstrip()
        for row in table
    )


def _all_runs(models: list[ChatModel], scale: float) -> list[list[Evaluation]]:
    """The evaluations of all models at each temperature, one on each core at a time."""
    jobs = [(model, temperature) for temperature in (0.0, 0.7) for model in models]
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        found = [pool.submit(_one_run, model.folder, at, scale) for model, at in jobs]
        runs = [
            Evaluation(*job, scale, *each.result()) for job, each in zip(jobs, found, strict=True)
        ]
    return [runs[: len(models)], runs[len(models) :]]


def _one_run(folder: Path, temperature: float, scale: float) -> tuple[dict, dict]:
    """The verdicts and answers of one model at one temperature, in a process of its own."""
    torch.set_num_threads(1)
    logging.getLogger("distilabel").setLevel(logging.ERROR)
    run = evaluate(ChatModel(folder), temperature, scale, verbose=True)
    return run.verdicts, run.answers


def main(arguments: list[str] | None = None) -> int:
    """The command. Returns 1 when a figure misses its target, else 0."""
    parser = argparse.ArgumentParser(
        prog="python -m authoring.tutor.evaluate", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument(
        "--model",
        nargs="+",
        default=["tutor", "tutor-mini"],
        help="tutor, tutor-mini or folders; the answers of the first are compared to the second's",
    )
    parser.add_argument("--judge", default="tutor", help="whose preference counts")
    parser.add_argument("--quick", action="store_true", help="a tenth of the items")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--markdown", action="store_true", help="print the tables in Markdown")
    chosen = parser.parse_args(arguments)
    # A task outside a pipeline warns that it is; here that is meant.
    logging.getLogger("distilabel").setLevel(logging.ERROR)

    scale = 0.1 if chosen.quick else 1.0
    loaded: dict[str, ChatModel] = {}
    for name in [*chosen.model, *([chosen.judge] if len(chosen.model) > 1 else [])]:
        folder = TUTORS / name if (TUTORS / name).is_dir() else Path(name)
        if not (folder / "config.json").is_file():
            parser.error(f"{name}: no model in {folder}; known are tutor, tutor-mini, or a folder.")
        loaded[name] = loaded.get(name) or ChatModel(folder)

    figures: list[Figure] = []
    for runs in _all_runs([loaded[name] for name in chosen.model], scale):
        if len(runs) > 1:
            prefer(loaded[chosen.judge], runs[0], runs[1])
        for run in runs:
            figures += run.figures(targets_of(run.model.name))

    summary, details = tables(figures)
    show = as_markdown if chosen.markdown else as_text
    print("The lowest figure of each measure (of token limits the highest)\n")
    print(show(summary))
    print("\nEvery figure\n")
    print(show(details))
    if chosen.json:
        rows = [{**asdict(figure), "passes": figure.passes} for figure in figures]
        chosen.json.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")
    return int(any(figure.passes is False for figure in figures))


if __name__ == "__main__":
    sys.exit(main())

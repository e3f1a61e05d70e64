"""`estimate`: what a pipeline will take, before it runs.

Three rows go through the whole pipeline. How many calls and tokens they took is counted, and
multiplied. The time of so many tokens follows from speeds, measured on this machine where the
model is here, worked out from data sheets where it is not; the result says which.
"""

from __future__ import annotations

import contextlib
import functools
import json
import math
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from helpers import processes, speeds
from helpers.messages import say
from helpers.speeds import Speed
from helpers.watching import quiet

SAMPLE = 3
_ROUND = 0.05  # seconds that distilabel takes for each batch of each step, without its work
_BASE_MEMORY = 350  # megabytes of a step's process besides weights, keys and values


class NotEstimated(RuntimeError):
    """The pipeline cannot be tried on a few rows. The message says why."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]  # IPython shows this, and no stack


@dataclass
class Call:
    """One call of a model in the dry run, with all rows of its batch."""

    rows: int
    prompt: list[int]
    new: list[int]
    seconds: float
    memory: float
    asked: Any = None  # the first prompt, as the model got it


@dataclass
class Task:
    """A step that calls a model, and what it took for the sample.

    Args:
        name: the step's name.
        llm: its model.
        before: the tasks whose rows it takes, directly or through other steps.
        batch: how many rows it takes at once.
        calls: the calls of the dry run.
        share: its part of the rows that were asked for, as a factor of the sample.
    """

    name: str
    llm: Any
    before: list[str]
    batch: int
    calls: list[Call] = field(default_factory=list)
    share: float = 1.0

    @property
    def prompts(self) -> float:
        return self.share * sum(len(call.prompt) for call in self.calls)

    @property
    def prompt_tokens(self) -> float:
        return self.share * sum(sum(call.prompt) for call in self.calls)

    @property
    def new_tokens(self) -> float:
        return self.share * sum(sum(call.new) for call in self.calls)

    @property
    def asked(self) -> Any:
        """The first prompt of the dry run: a conversation or, for Magpie, what it goes on from."""
        return self.calls[0].asked if self.calls else None

    @property
    def limit(self) -> int:
        return int((self.llm.generation_kwargs or {}).get("max_new_tokens", 512))

    @property
    def rounds(self) -> int:
        """How often it calls the model for one batch: once, or for each evolution or turn."""
        return max(1, len(self.calls))

    @property
    def batches(self) -> int:
        return max(1, math.ceil(self.prompts / self.rounds / self.batch))

    def longest(self, at_least: float = 0) -> float:
        """The tokens of the longest answer in a batch: the more rows, the longer it is."""
        lengths = [length for call in self.calls for length in call.new] or [0]
        mean = sum(lengths) / len(lengths)
        spread = math.sqrt(sum((length - mean) ** 2 for length in lengths) / len(lengths))
        rows = self.prompts / self.rounds / self.batches
        likely = mean + spread * math.sqrt(2 * math.log(max(rows, 1)))
        return min(max(likely, *lengths, at_least), self.limit)

    def seconds(self, speed: Speed, full: bool = False) -> float:
        """How long its model writes for all rows; `full` when each answer takes all tokens."""
        longest = self.limit if full else self.longest()
        new = self.limit * self.prompts if full else self.new_tokens
        return speed.seconds(self.prompt_tokens, longest * self.rounds * self.batches, new)

    def slow_start(self, speed: Speed) -> float:
        """How much longer the dry run's calls took than the speed says: the first is slower."""
        taken = sum(call.seconds for call in self.calls)
        usual = sum(speed.seconds(sum(c.prompt), max(c.new), sum(c.new)) for c in self.calls)
        return max(0.0, taken - usual)


def estimate(
    pipeline: Any,
    rows: int | None = None,
    dataset: Any = None,
    price: float | tuple[float, float] = 1.0,
) -> Any:
    """Say how many calls, tokens, seconds and bytes a pipeline will take, without running it all.

    Runs three rows through the pipeline as it is; a served model is asked for these, too. Then:

    - calls and tokens are those of the three rows, times the number of rows;
    - the time on this machine follows from the speed of each local model, which is measured
      here; its memory from that of the dry run;
    - SmolLM2-1.7B on this CPU is worked out from how fast the CPU multiplies matrices of that
      size, on a GPU from data sheets. Tokens are those of the model that ran, so these figures are
      good for an order of magnitude; a larger model writes longer answers.

    Args:
        pipeline: a distilabel `Pipeline`.
        rows: how many rows it will start from; without it, as many as its loader or `dataset` has.
        dataset: rows to start from, when the pipeline has no loader.
        price: of a million tokens, or a pair: of tokens in prompts, and of new ones.

    Returns:
        A `helpers.estimate_page.Estimate`: a dictionary that shows itself as two tables.

    Raises:
        NotEstimated: the pipeline did not run with three rows, or it is not known how to give it
            so few.
        ValueError: `rows` or `price` is no number above 0.

    >>> estimate(pipeline, rows=1000)                            # doctest: +SKIP
    """
    from helpers.estimate_page import Estimate

    prices = _prices(price)
    _check_rows(rows)
    tasks, taken = _try(pipeline, rows, dataset)
    return Estimate(figures(tasks, taken, prices))


def figures(tasks: list[Task], taken: dict[str, Any], prices: tuple[float, float]) -> dict:
    """Return the estimate as a dictionary.

    Args:
        tasks: the steps that call models, with the calls of the dry run.
        taken: of the dry run `rows` (asked for), `sample` and `seconds`.
        prices: of a million tokens in prompts, and of a million new ones.
    """
    here = {task.name: _speed_here(task) for task in tasks}
    prompt_tokens = sum(task.prompt_tokens for task in tasks)
    new_tokens = sum(task.new_tokens for task in tasks)
    most = sum(task.prompts * task.limit for task in tasks)
    started = taken["seconds"] - _critical(
        tasks, {task.name: sum(call.seconds for call in task.calls) for task in tasks}
    )
    everywhere = {
        "here": _here(tasks, here, max(started, 1.0)),
        "cpu": _smollm2_on_cpu(tasks),
        "gpu": _smollm2_on_gpu(tasks),
    }
    return {
        "rows": taken["rows"],
        "sample": taken["sample"],
        "tasks": [
            {
                "name": task.name,
                "model": task.llm.model_name,
                "prompt": task.asked,
                "calls": round(task.prompts),
                "prompt_tokens": round(task.prompt_tokens),
                "new_tokens": round(task.new_tokens),
                "most_new_tokens": round(task.prompts * task.limit),
            }
            for task in tasks
        ],
        "calls": round(sum(task.prompts for task in tasks)),
        "prompt_tokens": round(prompt_tokens),
        "new_tokens": round(new_tokens),
        "most_new_tokens": round(most),
        "places": everywhere,
        "price": {
            "per_million": list(prices),
            "cost": (prompt_tokens * prices[0] + new_tokens * prices[1]) / 1e6,
            "at_most": (prompt_tokens * prices[0] + most * prices[1]) / 1e6,
        },
    }


# --- the dry run --------------------------------------------------------------


def _try(pipeline: Any, rows: int | None, dataset: Any) -> tuple[list[Task], dict[str, Any]]:
    """Run a few rows through the pipeline and note down every call of a model."""
    from helpers.running import PipelineFailed, _can_fork, _check, run

    _check(pipeline, dataset, {})
    if not _can_fork():
        raise NotEstimated(
            say(
                "estimate.no_fork",
                "The dry run works on Linux (so on Colab, too) and in WSL. Here, run three rows "
                "and look at the tokens in `distilabel_metadata`.",
            )
        )
    tasks = _tasks_of(pipeline)
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        notes = Path(folder) / "calls.jsonl"
        total, sample, given = stack.enter_context(_few_rows(pipeline, rows, dataset))
        stack.enter_context(_noted([task.llm for task in tasks], notes))
        begun = time.perf_counter()
        try:
            with quiet():
                run(pipeline, given)
        except PipelineFailed as problem:
            raise NotEstimated(
                say(
                    "estimate.failed",
                    "The pipeline did not run with {sample} rows: {why}",
                    sample=sample,
                    why=problem,
                )
            ) from None
        seconds = time.perf_counter() - begun
        _give(tasks, notes)
    for task in tasks:
        if not any(sum(call.new) for call in task.calls):
            raise NotEstimated(
                say(
                    "estimate.silent",
                    "In the dry run the task {task} got no text from its model. Run some rows "
                    "with run(): it says why.",
                    task=f"`{task.name}`",
                )
            )
        task.share = total / sample
    return tasks, {"rows": total, "sample": sample, "seconds": seconds}


def _tasks_of(pipeline: Any) -> list[Task]:
    """The steps that call a model, in running order."""
    import networkx

    graph = pipeline.dag.G
    tasks: dict[str, Task] = {}
    for name in networkx.topological_sort(graph):
        step = graph.nodes[name]["step"]
        if getattr(step, "llm", None) is not None:
            earlier = [other for other in networkx.ancestors(graph, name) if other in tasks]
            batch = getattr(step, "input_batch_size", None) or getattr(step, "batch_size", 50)
            tasks[name] = Task(name, step.llm, earlier, batch)
    return list(tasks.values())


@contextlib.contextmanager
def _few_rows(pipeline: Any, rows: int | None, dataset: Any) -> Iterator[tuple[int, int, Any]]:
    """Make the pipeline's loader give a few rows, for as long as it takes."""
    if dataset is not None:
        from helpers.checks.rows import Unusable, rows_of

        try:
            found = rows_of(dataset, most=None)
        except Unusable as problem:
            raise NotEstimated(problem.found) from None
        few = _spread(found)
        yield rows or len(found), len(few), few
        return
    loaders = [pipeline.dag.get_step(name)["step"] for name in pipeline.dag]
    loaders = [step for step in loaders if step.is_generator]
    if len(loaders) != 1:
        raise NotEstimated(
            say(
                "estimate.loader",
                "The dry run needs a pipeline with one loader, or rows in `dataset`. "
                "Loaders here: {count}.",
                count=len(loaders),
            )
        )
    loader = loaders[0]
    name = next((n for n in ("data", "num_rows", "num_examples") if hasattr(loader, n)), None)
    if name is None:
        raise NotEstimated(
            say(
                "estimate.unknown_loader",
                "It is not known how to take three rows from a loader of the type {kind}. "
                "Give them in `dataset`, to a pipeline without it.",
                kind=type(loader).__name__,
            )
        )
    before = getattr(loader, name)
    few = _spread(before) if name == "data" else min(SAMPLE, before or SAMPLE)
    sample = len(few) if name == "data" else few
    total = rows or (len(before) if name == "data" else before)
    if not total or not sample:
        raise NotEstimated(
            say(
                "estimate.rows",
                "How many rows there will be is not known: estimate(pipeline, rows=1000).",
            )
        )
    try:
        setattr(loader, name, few)
        yield total, sample, None
    finally:
        setattr(loader, name, before)


def _spread(rows: Any) -> list:
    """The first rows, the last and those between, evenly: rows next to each other are alike."""
    rows = list(rows)
    if len(rows) <= SAMPLE:
        return rows
    return [rows[round(at * (len(rows) - 1) / (SAMPLE - 1))] for at in range(SAMPLE)]


@contextlib.contextmanager
def _noted(llms: list[Any], notes: Path) -> Iterator[None]:
    """Note down every call of these models; the steps' processes inherit this."""
    kinds = {type(llm) for llm in llms}
    own = {kind: kind.__dict__.get("generate") for kind in kinds}
    for kind in kinds:
        kind.generate = _noting(kind.generate, notes)
    try:
        yield
    finally:
        for kind, generate in own.items():
            if generate is None:
                del kind.generate
            else:
                kind.generate = generate


def _noting(generate: Any, notes: Path) -> Any:
    @functools.wraps(generate)
    def noting(self: Any, *args: Any, **kwargs: Any) -> Any:
        begun = time.perf_counter()
        outputs = generate(self, *args, **kwargs)
        seconds = time.perf_counter() - begun
        statistics = [output.get("statistics") or {} for output in outputs]
        prompt = [n for one in statistics for n in one.get("input_tokens") or [0]]
        new = [n for one in statistics for n in one.get("output_tokens") or [0]]
        step = (getattr(self, "_llm_identifier", None) or "").rpartition("-replica-")[0]
        note = {"step": step, "rows": len(outputs), "prompt": prompt, "new": new}
        note |= {"seconds": seconds, "memory": processes.own(os.getpid()) / 2**20}
        asked = kwargs.get("inputs") or next(iter(args), None) or [None]
        note["asked"] = asked[0]
        with notes.open("a") as file, _alone(file):
            file.write(json.dumps(note, default=str) + "\n")
            file.flush()
        return outputs

    return noting


@contextlib.contextmanager
def _alone(file: IO[str]) -> Iterator[None]:
    """Keep the other steps' processes from this file for as long as it takes."""
    import fcntl  # not on Windows, where there is no dry run

    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def _give(tasks: list[Task], notes: Path) -> None:
    by_name = {task.name: task for task in tasks}
    lines = notes.read_text().splitlines() if notes.exists() else []
    for note in map(json.loads, lines):
        step = by_name.get(note.pop("step")) or (tasks[0] if len(tasks) == 1 else None)
        if step is not None:
            step.calls.append(Call(**note))


# --- time and memory ----------------------------------------------------------


def _speed_here(task: Task) -> Speed:
    """How fast this task's model is where it runs now."""
    from helpers.models import BatchedLLM

    if isinstance(task.llm, BatchedLLM):
        return _measured(task.llm.model, task.llm)
    # A server, or a class that answers one prompt after the other: as in the dry run.
    new = sum(sum(call.new) for call in task.calls)
    seconds = sum(call.seconds for call in task.calls)
    return Speed(0.0, seconds / new if new else 0.0, 0.0)


_SPEEDS: dict[str, Speed] = {}


def _measured(name: str, llm: Any) -> Speed:
    if name not in _SPEEDS:
        _SPEEDS[name] = speeds.measured(llm.model_copy(deep=True))
    return _SPEEDS[name]


@functools.cache
def _cpu_speed() -> Speed:
    return speeds.on_this_cpu(speeds.SMOLLM2)


def _here(tasks: list[Task], speed: dict[str, Speed], started: float) -> dict[str, Any]:
    import os

    seconds = {
        task.name: task.seconds(speed[task.name]) + task.slow_start(speed[task.name])
        for task in tasks
    }
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    busy = sum(seconds.values()) / max(1, cores or 1)
    rounds = _ROUND * sum(task.batches for task in tasks)
    return {
        "seconds": started + max(_critical(tasks, seconds), busy) + rounds,
        "memory_gb": sum(max((c.memory for c in t.calls), default=0) for t in tasks) / 1024,
        "models": sorted({task.llm.model_name for task in tasks}),
    }


def _critical(tasks: list[Task], seconds: dict[str, float]) -> float:
    """How long the tasks take when those on different branches run at the same time.

    A task begins with the first batch of the one before, and ends no sooner than a batch after
    it.
    """
    ends: dict[str, float] = {}
    begins: dict[str, float] = {}
    for task in tasks:
        own = seconds[task.name]
        first = max((begins[n] + seconds[n] / _batches(tasks, n) for n in task.before), default=0.0)
        last = max((ends[n] for n in task.before), default=0.0)
        begins[task.name] = first
        ends[task.name] = max(first + own, last + own / task.batches)
    return max(ends.values(), default=0.0)


def _batches(tasks: list[Task], name: str) -> int:
    return next(task.batches for task in tasks if task.name == name)


def _smollm2_on_cpu(tasks: list[Task]) -> dict[str, Any]:
    """Every core works on one batch at a time, so the tasks' times add up."""
    speed = _cpu_speed()
    return {
        "seconds": speed.load + sum(task.seconds(speed) for task in tasks),
        "at_most": speed.load + sum(task.seconds(speed, full=True) for task in tasks),
        # A run's tasks share one copy of a model of this size.
        "memory_gb": (
            speeds.SMOLLM2.bytes + sum(_cache(task) + _BASE_MEMORY * 2**20 for task in tasks)
        )
        / 2**30,
    }


def _smollm2_on_gpu(tasks: list[Task]) -> dict[str, Any]:
    """The tasks share one copy of the model on the card, and its time."""
    speed = speeds.on_card(speeds.SMOLLM2, speeds.L4)
    return {
        "card": speeds.L4.name,
        "seconds": speed.load + sum(task.seconds(speed) for task in tasks),
        "at_most": speed.load + sum(task.seconds(speed, full=True) for task in tasks),
        "memory_gb": (
            speeds.SMOLLM2.bytes + _BASE_MEMORY * 2**20 + sum(_cache(task) for task in tasks)
        )
        / 2**30,
        "has_gb": speeds.L4.memory,
    }


def _cache(task: Task) -> float:
    """Bytes of the keys and values of a batch."""
    rows = min(task.batch, task.prompts / task.rounds)
    prompt = task.prompt_tokens / task.prompts if task.prompts else 0
    return rows * (prompt + task.longest()) * speeds.SMOLLM2.bytes_per_token


# --- arguments ----------------------------------------------------------------


def _prices(price: Any) -> tuple[float, float]:
    pair = tuple(price) if isinstance(price, (tuple, list)) else (price, price)
    if len(pair) == 2 and all(_is_number(p) and p >= 0 for p in pair):
        return float(pair[0]), float(pair[1])
    raise ValueError(
        say(
            "estimate.price",
            "`price` is the price of a million tokens, or a pair: of tokens in prompts, and of "
            "new ones. Got: {found}.",
            found=repr(price),
        )
    )


def _check_rows(rows: Any) -> None:
    if rows is None or (_is_number(rows) and rows >= 1 and rows == int(rows)):
        return
    raise ValueError(
        say(
            "estimate.rows_number",
            "`rows` is a whole number, 1 or more. Got: {found}.",
            found=repr(rows),
        )
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)

"""The dataset card: how a dataset was made, in words and figures that anybody can check."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import yaml

from helpers.checks.evidence import METADATA, models, traces
from helpers.checks.rows import Row
from helpers.messages import say

# The line by which `save` and `publish` know their own work again.
OURS = "<!-- Made by helpers.save; the next save may replace this folder. -->"


def is_ours(folder: Path) -> bool:
    """Tell whether `save` wrote a folder: its card says so."""
    readme = folder / "README.md"
    return readme.is_file() and OURS in readme.read_text("utf-8", errors="replace")


_LIBRARIES = ("distilabel", "transformers", "torch")
_MEASURED_ROWS = 2_000
_PROMPT_LETTERS = 2_500
_EXAMPLE_LETTERS = 600
# What of a step is shown. Other settings may hold keys, headers or folders of the machine.
_SETTINGS = (
    "num_instructions",
    "num_evolutions",
    "num_generations",
    "n_turns",
    "aspect",
    "data_budget",
    "diversity_threshold",
)


def card(
    name: str,
    parts: Mapping[str, Mapping[str, Any]],
    *,
    pipelines: Iterable[Any] = (),
    history: Iterable[tuple[str, int, Mapping[str, int]]] = (),
    license: str | None = None,
) -> str:
    """Return the dataset card as Markdown, with the front matter that the Hub reads.

    Args:
        name: the dataset's name.
        parts: the datasets by configuration and split.
        pipelines: distilabel's pipelines, or what `Pipeline.dump` gives of them.
        history: filters with how many rows they got and what they removed, as `Kept` holds it.
        license: an identifier of the Hub, such as `"cc-by-4.0"`.
    """
    tables = [rows for splits in parts.values() for rows in splits.values()]
    rows = [row for table in tables for row in table]
    columns = list(dict.fromkeys(column for table in tables for column in table.column_names))
    largest = max(tables, key=len)
    sections = [
        f"---\n{yaml.safe_dump(_front(parts, license), sort_keys=False)}---",
        f"# {_line(name)}",
        OURS,
        say(
            "save.card.intro",
            "A synthetic dataset of {rows} rows, made with "
            "[distilabel](https://distilabel.argilla.io/latest/). Language models wrote it: "
            "read it before you rely on it.",
            rows=len(rows),
        ),
        "## " + say("save.card.made", "How it was made"),
        "\n".join(_made(rows, columns)),
        *_pipelines(pipelines),
        *_counts(history, len(rows)),
        *_prompts(rows),
        *_quality(largest),
        *_example(largest),
        "## " + say("save.card.limits", "Licence and limits"),
        "\n".join(_limits(rows, license)),
    ]
    return "\n\n".join(sections) + "\n"


def file_of(config: str, split: str) -> str:
    """Return where the rows of a split stand.

    >>> file_of("default", "train"), file_of("answers", "train")
    ('train.parquet', 'answers/train.parquet')
    """
    return f"{split}.parquet" if config == "default" else f"{config}/{split}.parquet"


def _front(parts: Mapping[str, Mapping[str, Any]], license: str | None) -> dict:
    front: dict[str, Any] = {"license": license} if license else {}
    return front | {
        "configs": [
            {
                "config_name": config,
                "data_files": [
                    {"split": split, "path": file_of(config, split)} for split in splits
                ],
            }
            for config, splits in parts.items()
        ],
        "tags": ["synthetic", "distilabel"],
    }


def _made(rows: list[Row], columns: list[str]) -> Iterable[str]:
    tasks = list(dict.fromkeys(task for row in rows for task in sorted(traces(row))))
    unknown = say("save.card.unknown", "unknown")
    yield "- " + say(
        "save.card.tasks",
        "Tasks that called a model: {tasks}",
        tasks=", ".join(map(_code, tasks)) or unknown,
    )
    yield "- " + say(
        "save.card.models",
        "Models: {models}",
        models=", ".join(map(_code, models(rows))) or unknown,
    )
    yield "- " + say(
        "save.card.columns", "Columns: {columns}", columns=", ".join(map(_code, columns))
    )
    yield "- " + say("save.card.versions", "Made with: {versions}", versions=", ".join(_versions()))
    if METADATA in columns:
        yield "- " + say(
            "save.card.metadata",
            "`{column}` holds, for each row, what distilabel noted down: how many tokens each "
            "task read and wrote, and for most tasks the texts themselves.",
            column=METADATA,
        )


def _versions() -> Iterable[str]:
    for name in _LIBRARIES:
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            continue


# --- pipelines and counts -----------------------------------------------------


def _pipelines(pipelines: Iterable[Any]) -> Iterable[str]:
    """A table for each pipeline: its steps in order, with their models and settings."""
    for pipeline in pipelines:
        inner = _dumped(pipeline)["pipeline"]
        yield "### " + say(
            "save.card.pipeline", "Pipeline {name}", name=_code(inner.get("name") or "")
        )
        heads = (
            say("save.card.step", "Step"),
            say("save.card.kind", "Kind"),
            say("save.card.model", "Model"),
            say("save.card.settings", "Settings"),
        )
        yield _table(heads, [_step(step["step"]) for step in inner["steps"]])


def _dumped(pipeline: Any) -> Mapping[str, Any]:
    if isinstance(pipeline, Mapping):
        return pipeline
    with warnings.catch_warnings():  # distilabel 1.5.3 under pydantic 2.14
        warnings.simplefilter("ignore")
        return pipeline.dump()


def _step(step: Mapping[str, Any]) -> tuple[str, ...]:
    llm = step.get("llm") or {}
    settings = {key: step[key] for key in _SETTINGS if step.get(key) is not None}
    if settings.get("num_generations") == 1:
        del settings["num_generations"]
    settings |= llm.get("generation_kwargs") or {}
    if llm and "seed" not in settings and llm.get("type_info", {}).get("name") == "BatchedLLM":
        settings["seed"] = 0  # what `load_llm` takes when it is told nothing
    model = str(llm.get("model") or "")
    if model and Path(model).is_absolute():
        model = Path(model).name  # which is nobody's home
    revision = llm.get("revision")
    if model and revision and revision != "main":
        model = f"{model}@{revision}"
    return (
        _code(step["name"]),
        _code(step.get("type_info", {}).get("name", "")),
        _code(model),
        _code(", ".join(f"{key}={value!r}" for key, value in settings.items())),
    )


def _counts(history: Iterable[tuple[str, int, Mapping[str, int]]], rows: int) -> Iterable[str]:
    history = list(history)
    if not history:
        return
    yield "### " + say("save.card.filters", "What was removed")
    heads = (
        say("save.card.filter", "Filter"),
        say("save.card.before", "Rows before"),
        say("save.card.removed", "Removed"),
    )
    lines = [
        (
            _code(name),
            str(before),
            _cell("; ".join(f"{count} × {why}" for why, count in removed.items()) or "0"),
        )
        for name, before, removed in history
    ]
    yield _table(heads, [*lines, (say("save.card.left", "Rows left"), str(rows), "")])


# --- prompts, quality, an example ---------------------------------------------


def _prompts(rows: list[Row]) -> Iterable[str]:
    """For each task, what its model was given for the first row that says so."""
    seen: dict[str, str] = {}
    for row in rows[:200]:
        notes = row.get(METADATA)
        for note in notes if isinstance(notes, (list, tuple)) else [notes]:
            for name, given in note.items() if isinstance(note, Mapping) else ():
                if name.startswith("raw_input_") and given and name not in seen:
                    seen[name] = _conversation(given)
    if not any(seen.values()):
        return
    yield "## " + say("save.card.prompts", "Prompts")
    yield say("save.card.prompts.intro", "What each task gave to its model for one of the rows:")
    for name, text in seen.items():
        if text:
            yield f"{_code(name.removeprefix('raw_input_'))}\n\n{_fenced(text, _PROMPT_LETTERS)}"


def _conversation(given: Any) -> str:
    if isinstance(given, str):
        return given
    if isinstance(given, Mapping):
        return f"{given.get('role')}: {given.get('content')}"
    return "\n\n".join(_conversation(part) for part in given if part is not None)


def _quality(table: Any) -> Iterable[str]:
    from helpers.quality import measure

    step = max(1, len(table) // _MEASURED_ROWS)
    rows = table.select(range(0, len(table), step)).to_list()[:_MEASURED_ROWS]
    found = measure(rows, model=None)
    heads = (
        say("save.card.column", "Column"),
        say("save.card.missing", "Missing"),
        say("save.card.exact", "Duplicates"),
        say("save.card.near", "Near-duplicates"),
        say("save.card.refusals", "Refusals"),
        say("save.card.cut", "Cut short"),
        say("save.card.spread", "Spread"),
    )
    lines = [
        (
            _code(name),
            f"{found['missing'][name]:.1%}",
            *(
                f"{found[key][name]:.1%}"
                for key in (
                    "exact_duplicates",
                    "near_duplicates",
                    "refusals",
                    "cut_short",
                    "spread",
                )
            ),
        )
        for name in found["spread"]
    ]
    if not lines:
        return
    yield "## " + say("save.card.quality", "Quality")
    yield say(
        "save.card.quality.intro",
        "Measured by counting words, on {rows} rows. Spread: how few words two texts share on "
        "average, 100 % when they share none.",
        rows=len(rows),
    )
    yield _table(heads, lines)


def _example(table: Any) -> Iterable[str]:
    row = {name: _short(cell) for name, cell in table[0].items() if name != METADATA}
    yield "## " + say("save.card.example", "One row")
    text = json.dumps(row, ensure_ascii=False, indent=1, default=str)
    yield _fenced(text, 10 * _EXAMPLE_LETTERS, "json")


def _short(cell: Any) -> Any:
    if isinstance(cell, str) and len(cell) > _EXAMPLE_LETTERS:
        return cell[:_EXAMPLE_LETTERS] + "…"
    if isinstance(cell, list):
        return [_short(part) for part in cell[:10]]
    if isinstance(cell, Mapping):
        return {name: _short(part) for name, part in cell.items()}
    return cell


def _limits(rows: list[Row], license: str | None) -> Iterable[str]:
    if license:
        yield "- " + say("save.card.license", "Licence: {license}", license=_code(license))
    else:
        yield "- " + say(
            "save.card.no_license",
            "Licence: none was chosen, so nobody else may use this dataset yet.",
        )
    yield "- " + say(
        "save.card.terms",
        "The licence of each model that wrote a text may limit what may be done with it.",
    )
    yield "- " + say(
        "save.card.facts", "Nobody has checked what the texts claim. Models state errors fluently."
    )
    if any(name.startswith("tutor") for name in models(rows)):
        yield "- " + say(
            "save.card.tutor",
            "The tutor models of this course know no facts: their texts show forms, nothing else.",
        )


# --- Markdown -------------------------------------------------------------------


def _line(text: object) -> str:
    """A text in one line, without what Markdown or HTML would obey."""
    line = " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())
    return re.sub(r"([\\`*_\[\]#|])", r"\\\1", line.replace("&", "&amp;").replace("<", "&lt;"))


def _cell(text: object) -> str:
    return _line(text)


def _code(text: object) -> str:
    """A name in a code font; nothing for nothing."""
    line = " ".join(str(text).replace("`", "'").split())
    return f"`{line}`" if line else ""


def _table(heads: Iterable[str], lines: Iterable[Iterable[str]]) -> str:
    def row(cells: Iterable[str]) -> str:
        # A bar ends a cell, also within code.
        return "| " + " | ".join(re.sub(r"(?<!\\)\|", r"\\|", cell) for cell in cells) + " |"

    heads = list(heads)
    return "\n".join([row(heads), "|" + "---|" * len(heads), *map(row, lines)])


def _fenced(text: str, letters: int, kind: str = "text") -> str:
    """A block of code around a text, longer than any fence that stands in it."""
    if len(text) > letters:
        text = text[:letters] + "…"
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{kind}\n{text}\n{fence}"

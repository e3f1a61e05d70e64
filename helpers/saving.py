"""`save`: a dataset as a folder that any library loads, with a card that says how it was made."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from helpers.checks.evidence import METADATA, models, traces
from helpers.checks.rows import Unusable, rows_of
from helpers.messages import say

# The line by which `save` knows its own folders again.
OURS = "<!-- Made by helpers.save; the next save may replace this folder. -->"


class NotOurFolder(Exception):
    """The folder holds something that `save` did not write, so it is left alone."""


def save(dataset: Any, folder: str | Path) -> Path:
    """Write a dataset as Parquet with a dataset card, in place of an earlier save.

    The folder is complete or as it was before: the new one is written beside it and then takes
    its name. `datasets.load_dataset(folder)` reads it.

    Args:
        dataset: a Distiset, DatasetDict, Dataset, DataFrame or list of dictionaries.
        folder: where to write it, for example `"outputs/instruction"`.

    Returns:
        The folder.

    Raises:
        NotOurFolder: there is a file or a folder of this name that `save` did not write.
        ValueError: there are no rows to save.

    >>> rows = [{"instruction": "Why?", "response": "Because."}]
    >>> folder = save(rows, Path(tempfile.mkdtemp()) / "mine")  # doctest: +ELLIPSIS
    Rows saved in ...mine: 1
    """
    folder = Path(folder)
    _refuse_what_is_not_ours(folder)
    parts = _parts(dataset)
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        new = beside / "new"
        new.mkdir()
        for config, splits in parts.items():
            for split, rows in splits.items():
                path = new / _file(config, split)
                path.parent.mkdir(parents=True, exist_ok=True)
                rows.to_parquet(path)
        (new / "README.md").write_text(card(folder.name, parts), "utf-8")
        _take_place(new, folder, beside / "old")
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    count = sum(len(rows) for splits in parts.values() for rows in splits.values())
    print(say("save.done", "Rows saved in {folder}: {rows}", rows=count, folder=folder))
    return folder


def _take_place(new: Path, folder: Path, old: Path) -> None:
    if not folder.exists():
        new.rename(folder)
        return
    folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        old.rename(folder)
        raise


def _refuse_what_is_not_ours(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise NotOurFolder(
            say("save.is_file", "{folder} is a file. Choose another name.", folder=folder)
        )
    entries = list(folder.iterdir())
    if not entries:
        return
    readme = folder / "README.md"
    if not readme.is_file() or OURS not in readme.read_text("utf-8", errors="replace"):
        raise NotOurFolder(
            say(
                "save.not_ours",
                "{folder} is not empty, and save() did not write it. "
                "Choose another name, or move that folder away.",
                folder=folder,
            )
        )
    others = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".parquet" and path != readme
    )
    if others:
        raise NotOurFolder(
            say(
                "save.others",
                "{folder} also holds {files}, which save() did not write and would remove. "
                "Move them away first.",
                folder=folder,
                files=", ".join(others[:5]),
            )
        )


def _parts(dataset: Any) -> dict[str, dict[str, Any]]:
    """The datasets in a value, by configuration and split."""
    from datasets import Dataset

    if isinstance(dataset, Mapping) and dataset:
        values = list(dataset.values())
        if all(isinstance(value, Mapping) for value in values):
            parts = {name: dict(splits) for name, splits in dataset.items()}
        elif all(isinstance(value, Dataset) for value in values):
            parts = {"default": dict(dataset)}
        else:
            parts = {"default": {"train": Dataset.from_list(_rows(dataset))}}
    elif isinstance(dataset, Dataset):
        parts = {"default": {"train": dataset}}
    else:
        parts = {"default": {"train": Dataset.from_list(_rows(dataset))}}
    if not any(len(rows) for splits in parts.values() for rows in splits.values()):
        raise ValueError(say("save.empty", "There are no rows to save."))
    return parts


def _rows(dataset: Any) -> list[dict]:
    try:
        return rows_of(dataset, most=None)
    except Unusable as problem:
        raise ValueError(problem.found) from None


def _file(config: str, split: str) -> str:
    return f"{split}.parquet" if config == "default" else f"{config}/{split}.parquet"


def card(name: str, parts: dict[str, dict[str, Any]]) -> str:
    """Return the dataset card: how many rows, which tasks and models made them, one example."""
    tables = [rows for splits in parts.values() for rows in splits.values()]
    front = {
        "configs": [
            {
                "config_name": config,
                "data_files": [{"split": split, "path": _file(config, split)} for split in splits],
            }
            for config, splits in parts.items()
        ],
        "tags": ["synthetic", "distilabel"],
    }
    rows = [row for table in tables for row in table]
    tasks = list(dict.fromkeys(task for row in rows for task in sorted(traces(row))))
    columns = list(dict.fromkeys(column for table in tables for column in table.column_names))
    lines = [
        f"---\n{yaml.safe_dump(front, sort_keys=False)}---",
        f"# {name}",
        OURS,
        say(
            "save.card.intro",
            "A synthetic dataset of {rows} rows, made with "
            "[distilabel](https://distilabel.argilla.io/latest/). Language models wrote it: "
            "read it before you rely on it.",
            rows=len(rows),
        ),
        "## " + say("save.card.made", "How it was made"),
        "- "
        + say(
            "save.card.tasks",
            "Tasks that called a model: {tasks}",
            tasks=", ".join(f"`{task}`" for task in tasks) or say("save.card.unknown", "unknown"),
        ),
        "- "
        + say(
            "save.card.models",
            "Models: {models}",
            models=", ".join(f"`{model}`" for model in models(rows))
            or say("save.card.unknown", "unknown"),
        ),
        "- "
        + say(
            "save.card.columns",
            "Columns: {columns}",
            columns=", ".join(f"`{column}`" for column in columns),
        ),
    ]
    if METADATA in columns:
        lines.append(
            "- "
            + say(
                "save.card.metadata",
                "`{column}` holds, for each row, what distilabel noted down: how many tokens each "
                "task read and wrote, and for most tasks the texts themselves.",
                column=METADATA,
            )
        )
    return "\n\n".join(lines[:5]) + "\n\n" + "\n".join(lines[5:]) + "\n"

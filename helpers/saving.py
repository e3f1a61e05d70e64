"""`save`: a dataset as a folder that any library loads, with a card that says how it was made."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from helpers.cards import card, file_of, is_ours
from helpers.checks.rows import Unusable, rows_of
from helpers.messages import say


class NotOurFolder(Exception):
    """The folder holds something that `save` did not write, so it is left alone."""


class NotWritten(OSError):
    """The folder could not be written; what was there before is as it was."""


def save(
    dataset: Any, folder: str | Path, *, pipeline: Any = None, license: str | None = None
) -> Path:
    """Write a dataset as Parquet with a dataset card, in place of an earlier save.

    The folder is complete or as it was before: the new one is written beside it and then takes
    its name. `datasets.load_dataset(folder)` reads it. The card says how the dataset was made:
    pipeline, prompts, models and versions, what was filtered, figures of quality, licence.

    Args:
        dataset: a Distiset, DatasetDict, Dataset, DataFrame or list of dictionaries.
        folder: where to write it, for example `"outputs/instruction"`.
        pipeline: the pipeline that made it, or a list of several, for the card; without it
            that of a Distiset.
        license: what others may do with it, an identifier of the Hub such as `"cc-by-4.0"`.

    Returns:
        The folder.

    Raises:
        NotOurFolder: there is a file or a folder of this name that `save` did not write.
        NotWritten: there is no space, or no permission.
        ValueError: there are no rows to save.

    >>> rows = [{"instruction": "Why?", "response": "Because."}]
    >>> folder = save(rows, Path(tempfile.mkdtemp()) / "mine")  # doctest: +ELLIPSIS
    Rows saved in ...mine: 1
    """
    folder = Path(folder)
    parts = parts_of(dataset)
    try:
        _refuse_what_is_not_ours(folder)
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            new = beside / "new"
            write(new, folder.name, dataset, parts, pipeline, license)
            _take_place(new, folder, beside / "old")
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise NotWritten(
            say(
                "save.not_written",
                "Not saved: {why}. Folder: {folder}. What was there before is as it was.",
                why=error.strerror or str(error),
                folder=folder,
            )
        ) from error
    count = sum(len(rows) for splits in parts.values() for rows in splits.values())
    print(say("save.done", "Rows saved in {folder}: {rows}", rows=count, folder=folder))
    return folder


def write(
    folder: Path, name: str, dataset: Any, parts: dict, pipeline: Any, license: str | None
) -> None:
    """Write a dataset's files and its card into a new folder."""
    folder.mkdir()
    for config, splits in parts.items():
        for split, rows in splits.items():
            path = folder / file_of(config, split)
            path.parent.mkdir(parents=True, exist_ok=True)
            rows.to_parquet(path)
    text = card(
        name,
        parts,
        pipelines=_pipelines_of(dataset, pipeline),
        history=getattr(dataset, "history", ()),
        license=license,
    )
    (folder / "README.md").write_text(text, "utf-8")


def _pipelines_of(dataset: Any, pipeline: Any) -> list[Any]:
    """The pipelines that were named, or else what a Distiset says of its own."""
    given = list(pipeline) if isinstance(pipeline, (list, tuple)) else [pipeline]
    given = [one for one in given if one is not None]
    for one in given:
        if not hasattr(one, "dump"):
            raise ValueError(
                say(
                    "save.no_pipeline",
                    "`pipeline` takes the pipeline that made the dataset, or a list of several. "
                    "Got: {found}.",
                    found=type(one).__name__,
                )
            )
    path = getattr(dataset, "pipeline_path", None)
    if not given and path is not None and Path(path).is_file():
        return [yaml.safe_load(Path(path).read_text("utf-8"))]
    return given


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
    if not is_ours(folder):
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
        if path.is_file() and path.suffix != ".parquet" and path != folder / "README.md"
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


def parts_of(dataset: Any) -> dict[str, dict[str, Any]]:
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

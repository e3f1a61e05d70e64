"""What was handed in: notebooks in folders and zips, read as plain JSON.

nbformat would take over a second to import and stops at a notebook that breaks its schema; a
submission that a student could open deserves to be read.
"""

from __future__ import annotations

import json
import os
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from helpers.messages import say

MOST_BYTES = 50 * 2**20
_IGNORED = {".ipynb_checkpoints", "__MACOSX"}

PATTERNS = (
    # Moodle: "Ann Lee_12345_assignsubmission_file_/anything.ipynb"
    r"(?:^|/)(?P<student>[^/]+)_\d+_assignsubmission_[^/]*/",
    # Canvas: "leeann_LATE_12345_67890_anything.ipynb"
    r"(?:^|/)(?P<student>[^/_]+)_(?:LATE_)?\d+_\d+_[^/]*$",
    # A folder for each student, or a file for each.
    r"^(?P<student>[^/]+)/",
    r"^(?P<student>.+)\.ipynb$",
)
"""Where the student stands in a submission's path; the first that fits is taken."""


class Unreadable(ValueError):
    """This file is no notebook. The message says why."""


class NoSubmissions(ValueError):
    """There is nothing to grade there. The message says what was looked for."""


@dataclass(frozen=True)
class Notebook:
    """The cells of a notebook, as text.

    Args:
        code: the sources of its code cells.
        prose: the sources of the others.
    """

    code: tuple[str, ...]
    prose: tuple[str, ...] = ()


@dataclass(frozen=True)
class Submission:
    """One file that was handed in.

    Args:
        path: where it stands below what was given, with `/`.
        student: whose it is, by its path.
        name: what its results are called; no two are called the same.
        load: returns its bytes.
    """

    path: str
    student: str
    name: str
    load: Callable[[], bytes] = field(repr=False, compare=False)


def find(place: str | Path, pattern: str | None = None) -> list[Submission]:
    """Return all notebooks below a folder or in a zip, or the one file that was named.

    Args:
        place: a folder, a zip or a notebook. Zips in folders are looked into, too.
        pattern: a regular expression with a group `student`, looked for in each path.

    Raises:
        NoSubmissions: there is no such place, or no notebook in it.
        ValueError: the pattern is none, or has no such group.
    """
    patterns = _patterns(pattern)
    place = Path(place)
    if not place.exists():
        raise NoSubmissions(say("grading.no_place", "There is no {place}.", place=place))
    # A name that is no UTF-8 is one, all the same; what it cannot say is shown as a sign.
    named = ((_text(path), load) for path, load in _files(place))
    found = sorted(named, key=lambda pair: pair[0])
    if not found:
        raise NoSubmissions(
            say("grading.none", "No notebook (*.ipynb) was found in {place}.", place=place)
        )
    submissions, names = [], set()
    for path, load in found:
        student = _student(path, patterns)
        name = base = re.sub(r"[^\w.-]+", "_", student).strip("._") or "submission"
        number = 1
        while name.lower() in names:
            number += 1
            name = f"{base}-{number}"
        names.add(name.lower())
        submissions.append(Submission(path, student, name, load))
    return submissions


def _patterns(pattern: str | None) -> list[re.Pattern]:
    try:
        given = [re.compile(pattern)] if pattern else []
    except re.error as problem:
        raise ValueError(f"--student: {pattern!r}: {problem}") from None
    if given and "student" not in given[0].groupindex:
        raise ValueError(
            say(
                "grading.no_group",
                "--student: {pattern} has no group (?P<student>...).",
                pattern=repr(pattern),
            )
        )
    return [*given, *map(re.compile, PATTERNS)]


def _student(path: str, patterns: list[re.Pattern]) -> str:
    for pattern in patterns:
        if found := pattern.search(path):
            return found["student"].strip() or path
    return path


def _files(place: Path) -> Iterator[tuple[str, Callable[[], bytes]]]:
    if place.is_file():
        yield from _in_file(place, place.name)
        return
    for folder, folders, files in os.walk(place, followlinks=False, onerror=lambda error: None):
        folders[:] = [name for name in folders if name not in _IGNORED]
        for name in files:
            path = Path(folder, name)
            yield from _in_file(path, path.relative_to(place).as_posix())


def _in_file(path: Path, shown: str) -> Iterator[tuple[str, Callable[[], bytes]]]:
    if path.suffix.lower() == ".ipynb" and not path.name.startswith("._"):
        yield shown, lambda: _read_file(path)
    elif path.suffix.lower() == ".zip":
        try:
            with zipfile.ZipFile(path) as archive:
                entries = [entry for entry in archive.infolist() if _is_notebook(entry)]
        except (zipfile.BadZipFile, OSError, NotImplementedError):
            entries = []
        for entry in entries:
            # Nothing is unpacked, so where the name would lead is of no matter.
            inside = "/".join(
                p for p in PurePosixPath(entry.filename).parts if p not in ("..", "/")
            )
            yield inside, lambda entry=entry: _read_entry(path, entry)


def _is_notebook(entry: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(entry.filename)
    hidden = path.name.startswith("._") or _IGNORED & set(path.parts)
    return path.suffix.lower() == ".ipynb" and not hidden


def _too_big(size: int) -> Unreadable:
    return Unreadable(
        say(
            "grading.too_big",
            "It has {size} MB, and {most} are read at most. Clear its outputs and hand it in again.",
            size=size // 2**20,
            most=MOST_BYTES // 2**20,
        )
    )


def _read_file(path: Path) -> bytes:
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise _too_big(size)
    return path.read_bytes()


def _read_entry(path: Path, entry: zipfile.ZipInfo) -> bytes:
    with zipfile.ZipFile(path) as archive, archive.open(entry) as file:
        data = file.read(MOST_BYTES + 1)  # what the entry says of its size may be wrong
    if len(data) > MOST_BYTES:
        raise _too_big(max(entry.file_size, len(data)))
    return data


def read(data: bytes) -> Notebook:
    """Return a notebook's cells, of nbformat 3 to 4.5 and of Colab.

    Outputs, counts, tags and all other metadata are left behind: they are the student's word.

    Raises:
        Unreadable: it is no notebook.

    >>> read(b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": ["1 +", " 1"]}]}').code
    ('1 + 1',)
    """
    if not data.strip():
        raise Unreadable(say("grading.empty", "The file is empty."))
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as problem:
        raise Unreadable(
            say("grading.no_json", "It is no JSON: {why}", why=str(problem)[:120])
        ) from None
    cells = found.get("cells") if isinstance(found, dict) else None
    if cells is None and isinstance(found, dict) and isinstance(found.get("worksheets"), list):
        sheets = [sheet for sheet in found["worksheets"] if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets for cell in sheet.get("cells") or []]
    if not isinstance(cells, list):
        raise Unreadable(say("grading.no_cells", "It is no notebook: it has no list of cells."))
    code, prose = [], []
    for cell in cells:
        if isinstance(cell, dict):
            source = _text(cell.get("source", cell.get("input", "")))
            (code if cell.get("cell_type") == "code" else prose).append(source)
    return Notebook(tuple(code), tuple(prose))


def _text(source: object) -> str:
    lines = source if isinstance(source, list) else [source]
    text = "".join(line for line in lines if isinstance(line, str))
    return text.encode("utf-8", "replace").decode("utf-8")

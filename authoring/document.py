"""A notebook's source as a small document: cells with keys, and the texts to translate.

The source is a Python file in jupytext's percent format, in English, with the solution in
it. Every cell has a key, from which its id and the names of its texts follow:

    # %% [markdown] key="turtle.task"
    # %% key="turtle.pipeline"

In a code cell the solution stands between two comments, and what the learner reads in its
place in comments that begin with `gap:`.

    # solution
    # gap: Load the subjects.
    loader = ...
    # end solution
"""

import io
import re
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import jupytext

MARKER = re.compile(r"^# %%")
KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")
SOLUTION, END = "solution", "end solution"
GAP = "gap:"


class SourceError(Exception):
    """A mistake in a source file: where it is, and what it is."""

    def __init__(self, path: Path, line: int, mistake: str) -> None:
        super().__init__(f"{path}:{line}: {mistake}")


@dataclass(frozen=True)
class Unit:
    """One text to translate: a whole Markdown cell, or one line of comment in code.

    Args:
        context: its name in the catalogue, `notebook.key` or `notebook.key.n`.
        text: the English text, a comment's without its `#`.
        line: where it begins in its cell, counted from 0.
    """

    context: str
    text: str
    line: int = 0


@dataclass(frozen=True)
class Cell:
    """One cell of the source, with the line of the file on which it begins."""

    key: str
    is_code: bool
    source: str
    line: int


@dataclass(frozen=True)
class Document:
    """A notebook's source: its name and its cells."""

    name: str
    path: Path
    cells: tuple[Cell, ...]


# From a unit to the text that a reader gets; in English that is the unit's own.
Translate = Callable[[Unit], str]


def english(unit: Unit) -> str:
    """Translate into English: the text as it stands.

    >>> english(Unit("notebook.intro", "Welcome"))
    'Welcome'
    """
    return unit.text


def read(path: Path) -> Document:
    """Read a source file.

    Raises:
        SourceError: a cell without a key or with a key that is taken, a marker of a
            solution that is not closed, or code that is not Python.
    """
    text = path.read_text("utf-8")
    lines = [n for n, line in enumerate(text.splitlines(), 1) if MARKER.match(line)]
    if not lines:
        raise SourceError(path, 1, "there is no cell: cells begin with `# %%`")
    notebook = jupytext.reads(text, fmt={"extension": ".py", "format_name": "percent"})
    if len(notebook.cells) != len(lines):
        raise SourceError(path, 1, "there is text before the first cell: cells begin with `# %%`")
    cells: list[Cell] = []
    for line, found in zip(lines, notebook.cells):
        key = found.metadata.get("key")
        if key is None:
            raise SourceError(path, line, 'this cell has no key: write `# %% key="tier.part"`')
        if not isinstance(key, str) or not KEY.fullmatch(key) or len(key) > 64:
            raise SourceError(
                path,
                line,
                f"the key {key!r} is not made of lower-case words and dots, 64 letters at most",
            )
        taken = next((cell.line for cell in cells if cell.key == key), None)
        if taken:
            raise SourceError(path, line, f"the key {key!r} is taken by the cell on line {taken}")
        cell = Cell(key, found.cell_type == "code", found.source, line)
        _look_for_mistakes(path, cell)
        cells.append(cell)
    return Document(path.stem, path, tuple(cells))


def _look_for_mistakes(path: Path, cell: Cell) -> None:
    if not cell.is_code:
        return
    opened = None
    for number, line in enumerate(cell.source.splitlines(), cell.line + 1):
        comment = _comment(line)
        if comment == SOLUTION:
            if opened:
                raise SourceError(path, number, f"the solution of line {opened} is still open")
            opened = number
        elif comment == END:
            if not opened:
                raise SourceError(path, number, "no solution is open here")
            opened = None
        elif comment.startswith(GAP) and not opened:
            raise SourceError(path, number, "a `gap:` comment stands outside of a solution")
    if opened:
        raise SourceError(path, opened, f"this solution has no `# {END}`")
    try:
        compile(cell.source, str(path), "exec")
    except SyntaxError as error:
        line = cell.line + (error.lineno or 0)
        raise SourceError(path, line, f"this is not Python: {error.msg}") from None


def _comment(line: str) -> str:
    """The text of a line that holds nothing but a comment; else nothing."""
    line = line.strip()
    return line[1:].strip() if line.startswith("#") else ""


def units(document: Document) -> Iterator[Unit]:
    """Yield all texts to translate, in order: first of one cell, then of the next."""
    for cell in document.cells:
        yield from units_of(document.name, cell)


def units_of(notebook: str, cell: Cell) -> Iterator[Unit]:
    """Yield the texts of one cell."""
    context = f"{notebook}.{cell.key}"
    if not cell.is_code:
        yield Unit(context, cell.source)
        return
    number = 0
    for token in comments(cell.source):
        text = token.string.removeprefix("#").strip()
        if text in (SOLUTION, END):
            continue
        number += 1
        text = text.removeprefix(GAP).strip()
        yield Unit(f"{context}.{number}", text, token.start[0] - 1)


def comments(source: str) -> Iterator[tokenize.TokenInfo]:
    """Yield the comments of a piece of Python."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return (token for token in tokens if token.type == tokenize.COMMENT)


def translated(notebook: str, cell: Cell, translate: Translate) -> Cell:
    """Return a cell with its texts translated and its code as it was."""
    if not cell.is_code:
        return replace(cell, source=translate(next(units_of(notebook, cell))))
    lines = cell.source.splitlines()
    texts = {unit.line: unit for unit in units_of(notebook, cell)}
    for token in comments(cell.source):
        line, column = token.start[0] - 1, token.start[1]
        if line in texts:
            prefix = "# gap: " if _comment(lines[line]).startswith(GAP) else "# "
            lines[line] = lines[line][:column] + prefix + translate(texts[line])
    return replace(cell, source="\n".join(lines))


def exercise(cell: Cell) -> Cell:
    """Return a code cell with a gap in place of each solution."""
    lines: list[str] = []
    indent = None
    for line in cell.source.splitlines():
        comment = _comment(line)
        if comment == SOLUTION:
            indent = line[: len(line) - len(line.lstrip())]
        elif comment == END:
            lines.append(f"{indent}...")
            indent = None
        elif indent is None:
            lines.append(line)
        elif comment.startswith(GAP):
            lines.append(f"{indent}# {comment.removeprefix(GAP).strip()}")
    return replace(cell, source="\n".join(lines))


def solution(cell: Cell) -> Cell:
    """Return a code cell with its solution, without the markers and the gap's comments."""
    lines = [
        line
        for line in cell.source.splitlines()
        if _comment(line) not in (SOLUTION, END) and not _comment(line).startswith(GAP)
    ]
    return replace(cell, source="\n".join(lines))

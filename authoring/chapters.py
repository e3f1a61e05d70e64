"""Run the code of the chapters, and write what it printed below it.

`python -m authoring.chapters` runs every page of docs/ from top to bottom, each in a session of
its own as a notebook would, on the tutor model. Below each Python block it writes what the block
printed, and at the end of the page from which code and weights that came. `--check` runs nothing
and fails where code, outputs or weights have changed since; `make build-check` calls it.

    ```python
    print(1 + 1)
    ```

    ```text output
    2
    ```

    <!-- holds: 1 + 1 == 2 -->

A sentence that leans on an output is backed by such a comment, on its own line. It is run at its
place and no reader sees it; a page whose comment does not hold is reported.

The libraries that test code in Markdown (Sybil, pytest-markdown-docs, mktestdocs) run it and do
not write outputs. So the blocks are found by markdown-it-py, and run by nbclient.
"""

from __future__ import annotations

import argparse
import difflib
import hashlib
import os
import re
import sys
import tempfile
import textwrap
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat
from markdown_it import MarkdownIt
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from authoring.pages import OUTPUT

ROOT = Path(__file__).resolve().parents[1]
HOLDS = re.compile(r"<!-- holds: (.+?) -->", re.DOTALL)
STAMP = re.compile(r"\n*<!-- Run by `make chapters`: [^>]*-->\s*\Z")
WIDTH = 92  # what a page shows without scrolling, in characters
ALIKE = 0.8  # the share of lines that must be equal: on another CPU a rounding may differ


class ChapterError(Exception):
    """A page's code failed. The message says on which line of the page, and why."""


@dataclass(frozen=True)
class Block:
    """A Python block, or a condition that is run at its place.

    Args:
        code: what is run.
        line: where it begins, counted from 0.
        end: the first line below it.
        output: what the page shows as its output, `None` where it shows none.
        output_line: where the output begins; `end` where there is none.
        output_end: the first line below the output; `end` where there is none.
        holds: whether it is a condition.
    """

    code: str
    line: int
    end: int
    output: str | None = None
    output_line: int = 0
    output_end: int = 0
    holds: bool = False


def pages(root: Path = ROOT) -> list[Path]:
    """Return the chapters, in the order of their names."""
    found = sorted((root / "docs").glob("*.md"))
    return [path for path in found if "\n```python\n" in path.read_text("utf-8")]


def blocks(text: str, name: str = "") -> list[Block]:
    """Return what a page runs, from top to bottom.

    Raises:
        ChapterError: a condition stands inside a sentence, where it would not be run.

    >>> [block.code for block in blocks("```python\\nx = 1\\n```\\n<!-- holds: x == 1 -->")]
    ['x = 1\\n', 'x == 1']
    """
    found: list[Block] = []
    code = -1  # the place of the last Python block
    for token in MarkdownIt().parse(text):
        if token.map is None:
            continue
        begin, end = token.map
        if token.type == "fence" and token.info == "python":
            code = len(found)
            found.append(Block(token.content, begin, end, output_line=end, output_end=end))
        elif token.type == "fence" and token.info == OUTPUT and code >= 0:
            found[code] = replace(
                found[code], output=token.content, output_line=begin, output_end=end
            )
        elif token.type == "html_block":
            for condition in HOLDS.findall(token.content):
                found.append(Block(condition, begin, end, holds=True))
        for part in token.children or []:
            if part.type == "html_inline" and HOLDS.match(part.content):
                line = begin + token.content[: token.content.index(part.content)].count("\n") + 1
                raise ChapterError(
                    f"docs/{name}:{line}: {part.content} stands inside a sentence and is not run; "
                    "put it on its own line below"
                )
    return found


def execute(text: str, name: str, root: Path = ROOT) -> tuple[list[str], list[str]]:
    """Run a page; return each Python block's output, and a sentence per broken condition.

    Raises:
        ChapterError: a block failed, or a condition stands inside a sentence.
    """
    run = blocks(text, name)
    cells = [nbformat.v4.new_code_cell(_cell(block)) for block in run]
    notebook = nbformat.v4.new_notebook(cells=cells)
    with tempfile.TemporaryDirectory() as folder:
        progress = str(Path(folder) / "progress.txt")
        client = NotebookClient(
            notebook,
            kernel_name="python3",
            timeout=500,  # a machine may be busy
            resources={"metadata": {"path": str(root)}},
            extra_arguments=["--Application.log_level=ERROR"],
        )
        environment = {**os.environ, "COURSE_LLM": "tutor", "COURSE_PROGRESS": progress}
        try:
            client.execute(env=environment)
        except CellExecutionError as error:
            # The cell that failed is the last one that was run.
            line = [b.line for b, c in zip(run, cells) if c.execution_count][-1] + 1
            raise ChapterError(f"docs/{name}:{line}: {error.ename}: {error.evalue}") from error
    outputs, broken = [], []
    for block, cell in zip(run, cells):
        if not block.holds:
            outputs.append(_printed(cell))
        elif "'text/plain': 'True'" not in str(cell.outputs):
            broken.append(f"docs/{name}:{block.line + 1}: this does not hold: {block.code}")
    return outputs, broken


def _cell(block: Block) -> str:
    return f"bool({block.code})" if block.holds else block.code


def _printed(cell: nbformat.NotebookNode) -> str:
    """What a block wrote to standard output, its long lines wrapped."""
    streams = [o.text for o in cell.outputs if o.output_type == "stream" and o.name == "stdout"]
    lines = []
    for line in "".join(streams).rstrip().splitlines():
        indent = " " * (len(line) - len(line.lstrip()) + 4)
        options = {"break_long_words": False, "break_on_hyphens": False, "drop_whitespace": True}
        lines += textwrap.wrap(line, WIDTH, subsequent_indent=indent, **options) or [""]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def written(text: str, outputs: list[str], weights: str) -> str:
    """Return a page with these outputs below its blocks, and its stamp.

    An output that differs in nothing but seconds stays as it is, so that running a page again
    changes no byte.
    """
    lines = STAMP.sub("\n", text).splitlines()
    code = [block for block in blocks(text) if not block.holds]
    for block, output in reversed(list(zip(code, outputs, strict=True))):
        if block.output is not None and _timeless(block.output) == _timeless(output):
            output = block.output
        shown = ["", f"```{OUTPUT}", *output.splitlines(), "```"] if output else []
        begin = block.output_line
        while not lines[begin - 1].strip():
            begin -= 1
        lines[begin : block.output_end] = shown
    body = "\n".join(lines).rstrip() + "\n"
    return f"{body}\n{stamp(body, weights)}\n"


def _timeless(output: str) -> str:
    return re.sub(r"\d+(\.\d+)? s\b", "0 s", output)


def stamp(text: str, weights: str) -> str:
    """Return the comment that says from which code, outputs and weights a page is."""
    shown = [f"{block.code}\n{block.output}" for block in blocks(text)]
    return f"<!-- Run by `make chapters`: page {_digest(*shown)}, models {weights}. -->"


def weights_of(root: Path = ROOT) -> str:
    """Return a short name of the tutor models' present weights."""
    files = sorted((root / "helpers" / "tutor").glob("*/model.safetensors"))
    return _digest(*(path.read_bytes() for path in files))


def _digest(*parts: str | bytes) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(part.encode() if isinstance(part, str) else part)
        total.update(b"\0")
    return total.hexdigest()[:12]


def differences(root: Path = ROOT) -> list[str]:
    """Return a sentence for each page whose outputs are not of its code and these models."""
    found, weights = [], weights_of(root)
    for path in pages(root):
        text = path.read_text("utf-8")
        name = path.relative_to(root)
        try:
            blocks(text, path.name)
        except ChapterError as error:
            found.append(str(error))
            continue
        if f"models {weights}. -->" not in text:
            found.append(f"{name} shows outputs of other weights than helpers/tutor/ has")
        elif not text.endswith(stamp(text, weights) + "\n"):
            found.append(f"{name} has code or outputs that were edited after it was run")
    return found


def likeness(text: str, outputs: list[str]) -> float:
    """Return which share of the shown lines are what a run has printed, from 0 to 1.

    >>> page = "```python\\nprint(1)\\n```\\n\\n```text output\\n1\\n```\\n"
    >>> likeness(page, ["1\\n"]), likeness(page, ["2\\n"])
    (1.0, 0.0)
    """
    code = [block for block in blocks(text) if not block.holds]
    shown = [line for block in code for line in _timeless(block.output or "").splitlines()]
    printed = [line for output in outputs for line in _timeless(output).splitlines()]
    return difflib.SequenceMatcher(None, shown, printed, autojunk=False).ratio()


def main(arguments: list[str] | None = None) -> int:
    """Run the pages and write them, or check their stamps; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m authoring.chapters", description=__doc__)
    parser.add_argument("pages", nargs="*", type=Path, help="which pages; all without any")
    parser.add_argument("--check", action="store_true", help="run nothing, fail on a stale page")
    options = parser.parse_args(arguments)
    if options.check:
        found = differences()
        print("\n".join(found), end="\n" if found else "", file=sys.stderr)
        return 1 if found else 0
    problems = []
    for path in options.pages or pages():
        text = path.read_text("utf-8")
        try:
            outputs, broken = execute(text, path.name)
        except ChapterError as error:
            problems.append(f"{error}\ndocs/{path.name} was left as it is.")
            continue
        problems += broken
        path.write_text(written(text, outputs, weights_of()), "utf-8")
        print(f"docs/{path.name}: {len(outputs)} blocks run.")
    print("\n".join(problems), end="\n" if problems else "", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

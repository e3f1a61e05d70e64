"""The pages of the course as texts to translate: README.md and the chapters.

A page is cut where Markdown cuts it: a heading, a paragraph, a list or a table is one text, and so
is a comment in a block of code. Code, outputs and HTML stay as they are. A text is named after the
page and the heading above it, so that a new paragraph renames no other.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath

from markdown_it import MarkdownIt

from authoring.document import Translate, Unit, comments

TEXTS = ("heading_open", "paragraph_open", "bullet_list_open", "ordered_list_open")
OUTPUT = "text output"
DERIVED = re.compile(r"<!-- (\w+): written by `make build` -->\n.*?<!-- end of \1 -->", re.DOTALL)
LINK = re.compile(r"(\]\()([^)\s]+)(\))")
SHELL_COMMENT = re.compile(r"(?:^|\s)#\s(.*)$")


@dataclass(frozen=True)
class Part:
    """Lines of a page, from `begin` to before `end`, that are one text.

    Args:
        column: where a comment begins in its line; `None` for whole lines.
    """

    unit: Unit
    begin: int
    end: int
    column: int | None = None


def slug(heading: str) -> str:
    """The anchor that GitHub gives a heading.

    >>> slug("3. SelfInstruct: from a `seed` text")
    '3-selfinstruct-from-a-seed-text'
    """
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def headings(text: str) -> list[str]:
    """The headings of a page, without their marks."""
    tokens = MarkdownIt().parse(text)
    return [
        following.content for token, following in pairwise(tokens) if token.type == "heading_open"
    ]


def parts(name: str, text: str) -> list[Part]:
    """The texts of a page to translate, from top to bottom.

    Args:
        name: of the page, with which the names of its texts begin.
    """
    lines = text.splitlines()
    derived = [
        (text[: found.start()].count("\n"), text[: found.end()].count("\n"))
        for found in DERIVED.finditer(text)
    ]
    made: list[Part] = []
    context = name
    tokens = MarkdownIt().parse(text)
    for token, following in zip(tokens, [*tokens[1:], None]):
        if token.level or token.map is None:
            continue
        begin, end = token.map
        if any(first <= begin <= last for first, last in derived):
            continue
        if token.type == "heading_open":
            context = f"{name}#{slug(following.content)}"
        if token.type in TEXTS:
            while not lines[end - 1].strip():
                end -= 1
            made.append(Part(Unit(context, "\n".join(lines[begin:end]), begin), begin, end))
        elif token.type == "fence" and token.info != OUTPUT:
            made += _comments(context, token.info, token.content, begin + 1)
    return made


def _comments(context: str, info: str, code: str, first: int) -> list[Part]:
    """The comments of a block of code."""
    if info == "python":
        found = [
            (token.start[0] - 1, token.start[1], token.string.removeprefix("#").strip())
            for token in comments(code)
        ]
    else:
        matches = [SHELL_COMMENT.search(line) for line in code.splitlines()]
        found = [
            (number, match.start(1) - 2, match[1]) for number, match in enumerate(matches) if match
        ]
    return [
        Part(Unit(context, text, first + line), first + line, first + line + 1, column)
        for line, column, text in found
    ]


def translated(name: str, text: str, translate: Translate) -> str:
    """The page with its texts translated."""
    lines = text.splitlines()
    for part in reversed(parts(name, text)):
        said = translate(part.unit)
        if part.column is not None:
            said = f"{lines[part.begin][: part.column]}# {said}"
        lines[part.begin : part.end] = said.splitlines()
    return "\n".join(lines) + "\n"


def anchors(text: str, other: str) -> dict[str, str]:
    """From the anchors of a page to those of its translation."""
    return dict(zip(map(slug, headings(text)), map(slug, headings(other)), strict=True))


def relinked(
    text: str,
    source: PurePosixPath,
    target: PurePosixPath,
    siblings: Mapping[PurePosixPath, PurePosixPath],
    anchored: Mapping[PurePosixPath, Mapping[str, str]],
) -> str:
    """A translated text whose links stay inside its language.

    Args:
        text: its links are those of the English file.
        source: the English file, from the course's folder.
        target: the file that the text is written to.
        siblings: from each English file to the one of this language.
        anchored: for each English page, from its anchors to those of its translation.
    """

    def put(found: re.Match) -> str:
        link, _, anchor = found[2].partition("#")
        if re.match(r"[a-z]+:|/", link):
            return found[0]
        meant = source
        if link:
            meant = PurePosixPath(os.path.normpath(source.parent / link))
            there = siblings.get(meant, meant)
            folder = "/" if link.endswith("/") else ""
            link = Path(os.path.relpath(there, target.parent)).as_posix() + folder
        anchor = anchored.get(meant, {}).get(anchor, anchor)
        return f"{found[1]}{link}{'#' if anchor else ''}{anchor}{found[3]}"

    return LINK.sub(put, text)

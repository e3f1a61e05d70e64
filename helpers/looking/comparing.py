"""`compare`: the texts of a row side by side, with who wrote them, how they were rated, and why."""

import difflib
import re
from collections.abc import Sequence
from typing import Any

from helpers.looking.cells import LONG, as_html, as_text, marked
from helpers.looking.choices import Candidate, Choice, choice_in
from helpers.looking.paging import Pages
from helpers.looking.shown import NothingToShow, printable, safe
from helpers.looking.tables import table_of
from helpers.messages import say

ROWS = 2
"""Rows on a page."""

ALIKE = 0.5
"""So much of two texts must be the same words for their difference to be of any help."""

_MOST_WORDS = 3_000
_WORDS = re.compile(r"\s+|[\u3040-\u30ff\u3400-\u9fff]|\w+|[^\w\s]")
_CARD = (
    "border:1px solid rgba(127,127,127,.5);border-radius:6px;padding:.4em .7em;min-width:0;"
    "line-height:1.5"
)
_SIDE = (
    "display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,17em),1fr));gap:.6em;"
    "margin:.4em 4px .4em 0"
)
_MARKS = {
    "-": "text-decoration:line-through;background:rgba(181,94,29,.22)",
    "+": "text-decoration:underline;background:rgba(39,134,81,.25);font-weight:600",
}


def compare(
    dataset: Any, columns: Sequence[str] | None = None, search: str = "", rows: int = ROWS
) -> Pages:
    """Show the texts of each row side by side: completions, pairs, or a text and its rewriting.

    Of two texts that share words the second one shows what changed: new words are underlined,
    removed ones are struck out.

    Args:
        dataset: what `run` returns, a Dataset, a DataFrame or a list of dictionaries, with the
            columns `generations`, `chosen` and `rejected`, or `response` and `evolved_response`.
        columns: the columns with the texts, where they are called differently.
        search: show only rows that hold this text, in capitals or not.
        rows: how many rows to show on a page.

    Returns:
        What a notebook shows with buttons, a page without a kernel as HTML, and a terminal as
        text.

    Raises:
        NothingToShow: there are no rows, or no texts to compare in them.

    >>> compare([{"prompt": "Why?", "response": "It is wet.", "evolved_response": "It is very wet."}])
    Row 0
      Why?
      - response
        It is wet.
      - evolved_response
        It is {+very +}wet.
    Rows 1 to 1 of 1
    """
    table = table_of(dataset, "compare")
    columns = None if columns is None else table.chosen(columns)
    firsts = range(min(200, len(table)))
    if not any(choice_in(table.row(number), columns) for number in firsts):
        raise NothingToShow(no_choice("compare", table.columns))

    def html(numbers: Sequence[int], searched: str) -> str:
        choices = ((number, choice_in(table.row(number), columns)) for number in numbers)
        return "".join(_row_html(number, choice, searched) for number, choice in choices)

    def text(numbers: Sequence[int], searched: str) -> str:
        choices = ((number, choice_in(table.row(number), columns)) for number in numbers)
        return "\n".join(_row_text(number, choice) for number, choice in choices)

    return Pages(table, html, text, max(1, int(rows)), search.strip())


def no_choice(function: str, columns: list[str]) -> str:
    """Say that no row has two texts to put beside each other."""
    return say(
        "compare.no_choice",
        "No row has two texts to put beside each other. {function}() looks for `generations` (a "
        "list), `chosen` and `rejected`, or `response` and `evolved_response`; name others with "
        '`columns=["one", "other"]`. There are: {columns}',
        function=function,
        columns=", ".join(columns),
    )


def prompt_html(prompt: Any, search: str = "") -> str:
    """Return what the texts answer, or nothing."""
    if prompt is None:
        return ""
    return f'<div style="margin:.2em 0">{as_html(prompt, search)}</div>'


def side_by_side(cards: Sequence[str]) -> str:
    """Return cards beside each other, or below each other where there is no room."""
    inner = "".join(f'<div style="{_CARD}">{card}</div>' for card in cards)
    return f'<div style="{_SIDE}">{inner}</div>'


def _row_html(number: int, choice: Choice | None, search: str) -> str:
    title = safe(say("look.row", "Row {number}", number=number))
    if choice is None:
        body = f"<div>{safe(_nothing())}</div>"
    else:
        changes = _changes_of(choice)
        cards = [
            _card(candidate, changes if place else None, search)
            for place, candidate in enumerate(choice.candidates)
        ]
        body = prompt_html(choice.prompt, search) + side_by_side(cards)
    return (
        '<div style="border-top:1px solid rgba(127,127,127,.5);padding:.5em 0;line-height:1.5">'
        f"<b>{title}</b>{body}</div>"
    )


def _nothing() -> str:
    return say("compare.nothing", "Fewer than two texts in this row.")


def _card(candidate: Candidate, changes: list[tuple[str, str]] | None, search: str) -> str:
    about = "".join(
        f' · <span style="opacity:.75">{safe(part)}</span>' for part in _about(candidate)
    )
    body = as_html(candidate.text, search) if changes is None else _changes_html(changes, search)
    critique = ""
    if candidate.critique:
        label = safe(say("compare.critique", "Critique"))
        critique = (
            '<div style="border-top:1px dashed rgba(127,127,127,.6);margin-top:.4em;'
            f'padding-top:.3em"><b style="opacity:.75">{label}</b>'
            f"{as_html(candidate.critique, search)}</div>"
        )
    return f"<div><b>{safe(candidate.label)}</b>{about}</div>{body}{critique}"


def _about(candidate: Candidate) -> list[str]:
    parts = [candidate.model] if candidate.model else []
    if candidate.rating is not None:
        parts.append(say("compare.rating", "rating {rating}", rating=f"{candidate.rating:g}"))
    return parts


def _row_text(number: int, choice: Choice | None) -> str:
    lines = [say("look.row", "Row {number}", number=number)]
    if choice is None:
        return "\n".join([*lines, f"  {_nothing()}"])
    if choice.prompt is not None:
        lines += [f"  {line}" for line in as_text(choice.prompt).split("\n")]
    changes = _changes_of(choice)
    for place, candidate in enumerate(choice.candidates):
        lines.append(f"  - {', '.join([candidate.label, *map(printable, _about(candidate))])}")
        text = candidate.text if changes is None or not place else _changes_text(changes)
        lines += [f"    {line}" for line in as_text(text, most=800).split("\n")]
        if candidate.critique:
            label = say("compare.critique", "Critique")
            lines.append(f"    ({label}: {as_text(candidate.critique)})")
    return "\n".join(lines)


def _changes_of(choice: Choice) -> list[tuple[str, str]] | None:
    if len(choice.candidates) != 2:
        return None
    return word_changes(*(candidate.text for candidate in choice.candidates))


def word_changes(before: str, after: str) -> list[tuple[str, str]] | None:
    """Return what became of a text, word by word, or `None` where the two have little in common.

    Args:
        before: the text as it was.
        after: what it was rewritten to.

    Returns:
        Pairs of a sign and a text: `=` for what stayed, `-` for what went, `+` for what came.

    >>> word_changes("It is wet.", "It was wet.")
    [('=', 'It '), ('-', 'is'), ('+', 'was'), ('=', ' wet.')]
    """
    if max(len(before), len(after)) > LONG:
        return None
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(old), len(new)) > _MOST_WORDS:
        return None
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    same = sum(
        1 for block in matcher.get_matching_blocks()
        for word in old[block.a : block.a + block.size] if word.isalnum()
    )  # fmt: skip
    fewer = min(sum(word.isalnum() for word in words) for words in (old, new))
    if not fewer or same / fewer < ALIKE:
        return None
    changes = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            changes.append(("=", "".join(old[a:b])))
            continue
        if b > a:
            changes.append(("-", "".join(old[a:b])))
        if d > c:
            changes.append(("+", "".join(new[c:d])))
    return changes


def _changes_html(changes: list[tuple[str, str]], search: str) -> str:
    tags = {"-": "del", "+": "ins"}
    parts = [
        marked(text, search)
        if sign == "="
        else f'<{tags[sign]} style="{_MARKS[sign]}">{marked(text, search)}</{tags[sign]}>'
        for sign, text in changes
    ]
    return (
        '<div dir="auto" style="white-space:pre-wrap;overflow-wrap:anywhere">'
        f"{''.join(parts)}</div>"
    )


def _changes_text(changes: list[tuple[str, str]]) -> str:
    frames = {"=": "{}", "-": "[-{}-]", "+": "{{+{}+}}"}
    return "".join(frames[sign].format(text) for sign, text in changes)

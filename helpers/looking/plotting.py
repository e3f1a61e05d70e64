"""`plot`: lengths, ratings and diversity as one picture; and what a filter changed."""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from helpers.looking.cells import is_conversation
from helpers.looking.charts import GREY, STYLES, figure_as_svg
from helpers.looking.choices import Candidate, choice_in, said
from helpers.looking.shown import NothingToShow, Picture, printable
from helpers.looking.tables import Table, table_of
from helpers.messages import say

MOST_ROWS = 20_000
"""Of a larger dataset, so many rows are looked at, spread over all of it."""

_COLUMNS = 4  # texts in one picture
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|\w+")


@dataclass
class _Series:
    """What there is to say of one column: of all its texts, in the rows' order."""

    name: str
    words: list[int] = field(default_factory=list)
    grown: list[tuple[int, int]] = field(default_factory=list)
    pairs: int = 0
    different: set = field(default_factory=set)

    def add(self, text: str) -> None:
        """Take one more text."""
        words = [word.lower() for word in _WORD.findall(text)]
        self.words.append(len(words))
        self.pairs += max(0, len(words) - 1)
        self.different.update(hash(pair) for pair in itertools.pairwise(words))
        self.grown.append((self.pairs, len(self.different)))

    @property
    def diversity(self) -> float:
        """The share of word pairs that are different ones (distinct-2)."""
        return len(self.different) / self.pairs if self.pairs else 0.0


def plot(dataset: Any, before: Any = None, columns: Iterable[str] | None = None) -> Picture:
    """Plot how long the texts are, how they were rated, and how much they repeat themselves.

    Diversity is shown as a curve: how many different pairs of neighbouring words there are after
    so many. It bends down where texts repeat what others said. Its end is distinct-2 (Li et al., A
    Diversity-Promoting Objective Function, 2016).

    Args:
        dataset: what `run` returns, a Dataset, a DataFrame or a list of dictionaries.
        before: the dataset before a filter or a rewriting, to compare with.
        columns: the columns with the texts; without it, those that hold sentences.

    Returns:
        A picture, which a terminal shows as text.

    Raises:
        NothingToShow: there are no rows, no texts in them, or no column of such a name.

    >>> plot([{"response": "Rain is water."}, {"response": "Rain is wet."}])
    Rows: 2
    response: words 3 to 3, half of the texts up to 3; different word pairs 75 %
    """
    table = table_of(dataset, "plot")
    earlier = None if before is None else table_of(before, "plot")
    names = _text_columns(table, columns)
    after_label = say("plot.after", "after") if earlier else ""
    parts = [(table, after_label)]
    if earlier:
        parts.insert(0, (earlier, say("plot.before", "before")))
        names = [name for name in names if name in earlier.columns][: _COLUMNS // 2]
        if not names:
            raise NothingToShow(
                say("plot.nothing_shared", "Both datasets have no column with texts in common.")
            )
    series, ratings = [], {}
    for part, label in parts:
        made = [_Series(_named(name, label)) for name in names]
        ratings |= _read(part, names, made, label)
        series += made
    series = [one for one in series if one.words]
    if not series:
        raise NothingToShow(_no_texts(table.columns))
    counts = [(label, len(part)) for part, label in parts]
    text = _text(counts, series, ratings)
    return Picture(_svg(counts, series, ratings), text.replace("\n", "; "), text)


def _text_columns(table: Table, columns: Iterable[str] | None) -> list[str]:
    if columns is not None:
        return table.chosen(columns)[:_COLUMNS]
    found: dict[str, None] = {}
    for number in range(min(50, len(table))):
        for name, value in table.row(number).items():
            if "model" not in name and any(" " in text for text in _texts(value)):
                found[name] = None
    names = [name for name in table.columns if name in found]
    if not names:
        raise NothingToShow(_no_texts(table.columns))
    critiques = [name for name in names if "critique" in name or "rational" in name]
    return [name for name in names if name not in critiques][:_COLUMNS] or critiques


def _no_texts(columns: list[str]) -> str:
    return say(
        "plot.no_texts",
        'There are no texts to plot. Name the columns that hold them: plot(dataset, columns=["..."])'
        ". There are: {columns}",
        columns=", ".join(columns),
    )


def _texts(value: Any) -> Iterator[str]:
    """The texts of a cell: itself, its items, or the last message of a conversation."""
    if isinstance(value, str):
        yield value
    elif is_conversation(value):
        yield said(value)
    elif isinstance(value, list):
        yield from (part for part in value if isinstance(part, str))


def _read(table: Table, names: list[str], series: list[_Series], label: str) -> dict[str, dict]:
    """Fill the series, and return how often each rating was given, by whose text it was for."""
    ratings: dict[str, dict] = {}
    steps = max(1, -(-len(table) // MOST_ROWS))
    for number in range(0, len(table), steps):
        row = table.row(number)
        for name, one in zip(names, series):
            for text in _texts(row.get(name)):
                one.add(text)
        choice = choice_in(row)
        for candidate in choice.candidates if choice else ():
            if candidate.rating is not None or _is_judged(row):
                whose = _named(_whose(candidate), label)
                of_it = ratings.setdefault(whose, {})
                of_it[candidate.rating] = of_it.get(candidate.rating, 0) + 1
    return ratings


def _is_judged(row: dict) -> bool:
    return any("rating" in name or "score" in name for name in row)


def _whose(candidate: Candidate) -> str:
    if candidate.label in ("chosen", "rejected"):
        return candidate.label
    return candidate.model or say("plot.all_texts", "all texts")


def _text(counts: list, series: list[_Series], ratings: dict[str, dict]) -> str:
    lines = [f"{_named(say('plot.rows', 'Rows'), label)}: {count}" for label, count in counts]
    for one in series:
        ordered = sorted(one.words)
        lines.append(
            say(
                "plot.words",
                "{name}: words {least} to {most}, half of the texts up to {middle}; different "
                "word pairs {share} %",
                name=one.name,
                least=ordered[0],
                most=ordered[-1],
                middle=ordered[(len(ordered) - 1) // 2],
                share=round(100 * one.diversity),
            )
        )
    for whose, given in ratings.items():
        each = ", ".join(f"{_rating(r)}: {given[r]}" for r in sorted(given, key=_none_last))
        lines.append(say("plot.ratings", "Ratings of {whose}: {each}", whose=whose, each=each))
    return "\n".join(lines)


def _named(name: str, label: str) -> str:
    return printable(f"{name} ({label})" if label else name)


def _rating(rating: float | None) -> str:
    return say("plot.no_rating", "none") if rating is None else f"{rating:g}"


def _none_last(rating: float | None) -> tuple[bool, float]:
    return rating is None, rating or 0.0


# --- the picture -----------------------------------------------------------


def _svg(counts: list, series: list[_Series], ratings: dict[str, dict]) -> str:
    """The panels that there is something for."""
    panels = [partial(_draw_lengths, series=series), partial(_draw_diversity, series=series)]
    if ratings:
        panels.insert(1, partial(_draw_ratings, ratings=ratings))
    if len(counts) > 1:
        panels.append(partial(_draw_counts, counts=counts))
    return figure_as_svg(panels)


def _draw_lengths(axes: Any, series: list[_Series]) -> None:
    import numpy as np

    longest = max(max(one.words) for one in series)
    edges = np.linspace(0, longest + 1, min(30, longest + 1) + 1)
    for one, (colour, line, hatch, _) in zip(series, STYLES):
        counts, _ = np.histogram(one.words, edges)
        axes.stairs(counts, edges, color=colour, linestyle=line, linewidth=1.8, label=one.name)
        axes.stairs(counts, edges, fill=True, color=colour, alpha=0.14, hatch=hatch)
    axes.set_title(say("plot.lengths", "How long the texts are"))
    axes.set_xlabel(say("plot.lengths.x", "words"))
    axes.set_ylabel(say("plot.lengths.y", "texts"))
    _legend(axes)


def _draw_diversity(axes: Any, series: list[_Series]) -> None:
    farthest = max(one.pairs for one in series)
    axes.plot([0, farthest], [0, farthest], color=GREY, linewidth=0.8)
    for one, (colour, line, _, mark) in zip(series, STYLES):
        few = one.grown[:: max(1, len(one.grown) // 200)]
        x, y = zip((0, 0), *few, one.grown[-1])
        axes.plot(x, y, color=colour, linestyle=line, linewidth=1.8, label=one.name)
        axes.plot(x[-1], y[-1], color=colour, marker=mark)
    axes.set_title(say("plot.diversity", "How much is new"))
    axes.set_xlabel(say("plot.diversity.x", "word pairs read"))
    axes.set_ylabel(say("plot.diversity.y", "different ones (thin line: all)"))
    _legend(axes)


def _draw_ratings(axes: Any, ratings: dict[str, dict]) -> None:
    values = sorted({rating for given in ratings.values() for rating in given}, key=_none_last)
    shown = list(ratings.items())[: len(STYLES)]
    width = 0.8 / len(shown)
    for number, ((whose, given), (colour, _, hatch, _)) in enumerate(zip(shown, STYLES)):
        places = [place - 0.4 + width * (number + 0.5) for place in range(len(values))]
        heights = [given.get(value, 0) for value in values]
        # Twice: matplotlib 3.11 draws no hatching in an SVG's see-through colour.
        axes.bar(places, heights, width * 0.92, color=colour, alpha=0.18)
        edge = {"facecolor": "none", "edgecolor": colour, "hatch": hatch, "linewidth": 1.2}
        bars = axes.bar(places, heights, width * 0.92, label=whose, **edge)
        axes.bar_label(bars, [height or "" for height in heights], fontsize=7.5)
    axes.set_xticks(range(len(values)), [_rating(value) for value in values])
    axes.set_title(say("plot.ratings.title", "How they were rated"))
    axes.set_xlabel(say("plot.ratings.x", "rating"))
    axes.set_ylabel(say("plot.lengths.y", "texts"))
    _legend(axes)


def _draw_counts(axes: Any, counts: Sequence[tuple[str, int]]) -> None:
    for number, ((label, count), (colour, _, hatch, _)) in enumerate(zip(counts, STYLES)):
        axes.barh(number, count, 0.6, color=colour, alpha=0.18)
        edge = {"facecolor": "none", "edgecolor": colour, "hatch": hatch, "linewidth": 1.2}
        axes.barh(number, count, 0.6, **edge)
        axes.text(count, number, f" {count} ", va="center", fontweight="bold")
    axes.set_yticks(range(len(counts)), [label for label, _ in counts])
    axes.invert_yaxis()
    axes.set_xlim(0, 1.15 * max(count for _, count in counts))
    axes.set_title(say("plot.rows", "Rows"))


def _legend(axes: Any) -> None:
    """Say which is which, with room above the figures; what is counted has whole numbers."""
    lines = len(axes.get_legend_handles_labels()[0])
    axes.set_ylim(0, axes.get_ylim()[1] * (1.08 + 0.1 * lines))
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.legend(loc="upper left", frameon=False, fontsize=8.5, labelcolor=GREY)

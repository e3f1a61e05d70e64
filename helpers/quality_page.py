"""What a quality report looks like: a table of figures, each with how to read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from helpers.checks.rendering import GREEN, ORANGE, Block, html_page, marked
from helpers.messages import say

BAR = 15  # letters


@dataclass(frozen=True)
class Figure:
    """One line of the report.

    Args:
        name: what was measured.
        values: what came out, by column, or under "" for the whole dataset.
        reading: one sentence on how to read it.
        look: whether it deserves a look before the dataset is used.
    """

    name: str
    values: dict[str, str]
    reading: str
    look: bool = False


class Report(dict):
    """The figures as a dictionary, which shows itself as a table."""

    def figures(self) -> list[Figure]:
        """Return the lines of the report."""
        return [figure for figure in _figures(self) if figure.values]

    def write(self, path: str | Path) -> Path:
        """Write the report as a page of HTML that needs nothing else; return its path.

        Raises:
            FileExistsError: there is a file of this name that is not such a report.
        """
        path = Path(path)
        if path.exists() and OURS not in path.read_text("utf-8", errors="replace"):
            raise FileExistsError(
                say(
                    "quality.page.exists",
                    "{path} exists and is no quality report. Choose another name.",
                    path=path,
                )
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.page(), "utf-8")
        return path

    def page(self) -> str:
        """Return the report as a page of HTML."""
        return html_page(_title(self), f"{OURS}\n{self._table()}")

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, object]:
        return Block(_framed(self._table()), str(self))._repr_mimebundle_()

    def __str__(self) -> str:
        lines = [_title(self)]
        for figure in self.figures():
            lines.append(f"{'!' if figure.look else ' '} {figure.name}")
            for column, value in figure.values.items():
                label = f"{column}: " if column else ""
                lines += [
                    f"      {label if at == 0 else ' ' * len(label)}{line}"
                    for at, line in enumerate(value.splitlines())
                ]
            lines.append(f"      {figure.reading}")
        return "\n".join(lines)

    __repr__ = __str__

    def _table(self) -> str:
        rows = "".join(_row(figure) for figure in self.figures())
        heads = "".join(
            f'<th scope="col" style="{_CELL}">{escape(text)}</th>'
            for text in (
                say("quality.page.figure", "Figure"),
                say("quality.page.value", "Value"),
                say("quality.page.reading", "How to read it"),
            )
        )
        return (
            f'<h2 style="margin:.2em 0 .5em;font-size:1.15em">{escape(_title(self))}</h2>'
            '<div style="overflow-x:auto"><table style="border-collapse:collapse;width:100%">'
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
        )


def _title(figures: dict) -> str:
    return say("quality.page.title", "Quality of a dataset, rows: {rows}", rows=figures["rows"])


def _row(figure: Figure) -> str:
    sign = f'<b style="color:{ORANGE}">!</b> ' if figure.look else ""
    title = f' title="{escape(say("quality.page.look", "Have a look"))}"' if figure.look else ""
    values = "".join(
        f'<div style="white-space:pre-wrap">{_label(column)}<bdi>{escape(value)}</bdi></div>'
        for column, value in figure.values.items()
    )
    return (
        f'<tr><th scope="row" style="{_CELL};min-width:9em"{title}>{sign}{escape(figure.name)}</th>'
        f'<td style="{_CELL};min-width:12em">{values}</td>'
        f'<td style="{_CELL};min-width:16em">{marked(figure.reading)}</td></tr>'
    )


def _label(column: str) -> str:
    return f'<span style="opacity:.75">{escape(column)}:</span> ' if column else ""


_CELL = (
    "text-align:left;vertical-align:top;padding:.35em 1em .35em 0;font-weight:normal;"
    "overflow-wrap:normal;"
    "border-bottom:1px solid rgba(127,127,127,.3)"
)


def _framed(body: str) -> str:
    return (
        f'<div style="border-left:4px solid {GREEN};padding:.5em .9em;margin:.3em 0;'
        f'background:rgba(127,127,127,.08);border-radius:0 4px 4px 0;line-height:1.5">{body}</div>'
    )


# --- the figures ----------------------------------------------------------------


def _figures(found: dict[str, Any]) -> Iterator[Figure]:
    yield _shares(
        found, "missing", say("quality.missing", "Missing texts"),
        say("quality.missing.reading", "A row without its text teaches nothing: drop it."),
        0,
    )  # fmt: skip
    if found["failed"]:
        reasons = "\n".join(f"{count} × {why}" for why, count in found["failed"].items())
        yield Figure(
            say("quality.failed", "Failed rows"), {"": reasons},
            say("quality.failed.reading", "These are the reasons that `run` noted down."), True,
        )  # fmt: skip
    yield _shares(
        found, "exact_duplicates", say("quality.exact", "Duplicates"),
        say("quality.exact.reading", "Share of texts that stand in an earlier row too, but for "
            "capitals and spaces. `deduplicate` removes them."),
        0,
    )  # fmt: skip
    yield _shares(
        found, "near_duplicates", say("quality.near_duplicates", "Near-duplicates"),
        say("quality.near_duplicates.reading", "Share of texts that have four fifths of their "
            "words in common with an earlier one, duplicates included."),
        0.1,
    )  # fmt: skip
    yield from _diversity(found)
    yield _shares(
        found, "refusals", say("quality.refusals", "Refusals"),
        say("quality.refusals.reading", "A model that trains on refusals learns to refuse."), 0,
    )  # fmt: skip
    yield _shares(
        found, "cut_short", say("quality.cut_short", "Cut short"),
        say("quality.cut_short.reading", "Texts that break off. If there are many, raise "
            "`max_new_tokens`."),
        0.05,
    )  # fmt: skip
    yield _shares(
        found, "leaked", say("quality.leaked", "Text of the prompt"),
        say("quality.leaked.reading", "Rows that repeat what only the model was told: a task's "
            "prompt or signs of its chat template."),
        0,
    )  # fmt: skip
    yield Figure(
        say("quality.tokens", "Length in tokens"),
        {name: _length(lengths) for name, lengths in found["tokens"].items()},
        say("quality.tokens.reading", "Counted in tokens of {model}. What is longer than the "
            "trainer's `max_length` is cut.", model=found["tokens_of"]),
    )  # fmt: skip
    yield from _judgements(found)


def _shares(
    found: dict, key: str, name: str, reading: str, most: float, look: Callable | None = None
) -> Figure:
    shares = found[key]
    look = look or (lambda share: share > most)
    values = {column: f"{share:.1%}" for column, share in shares.items()}
    if len(set(values.values())) == 1:
        values = {"": values[next(iter(values))]}  # the same in all columns
    return Figure(
        name,
        values,
        reading,
        any(look(share) for share in shares.values()),
    )


def _diversity(found: dict) -> Iterator[Figure]:
    yield Figure(
        say("quality.distinct", "Different words and pairs of words"),
        {
            name: f"{found['distinct_1'][name]:.2f}, {found['distinct_2'][name]:.2f}"
            for name in found["distinct_2"]
        },
        say("quality.distinct.reading", "distinct-1 and distinct-2, of up to 1,000 texts: 1 when "
            "no word, or no pair of words, stands there twice. Compare datasets of like size."),
    )  # fmt: skip
    yield _shares(
        found, "spread", say("quality.spread", "Spread"),
        say("quality.spread.reading", "How few words two texts share on average: 100 % when they "
            "share none. Below 70 % they are all alike."),
        0, look=lambda share: share < 0.7,
    )  # fmt: skip
    yield Figure(
        say("quality.opening", "Commonest beginning"),
        {name: f"{head} … ({share:.0%})" for name, (head, share) in found["opening"].items()},
        say("quality.opening.reading", "If half of all texts begin alike, the prompt that made "
            "them is too narrow."),
        any(share > 0.5 for _, share in found["opening"].values()) and found["rows"] > 1,
    )  # fmt: skip


def _length(lengths: dict[str, int]) -> str:
    return say(
        "quality.tokens.value",
        "median {median}, 95 % up to {most_of_them}, longest {most}",
        **{name: lengths[name] for name in ("median", "most_of_them", "most")},
    )


def _judgements(found: dict) -> Iterator[Figure]:
    if ratings := found.get("ratings"):
        most = max(ratings.values())
        bars = "\n".join(
            f"{rating:>4} {'█' * max(1, round(BAR * count / most))} {count}"
            for rating, count in ratings.items()
        )
        yield Figure(
            say("quality.ratings", "Ratings"), {"": bars},
            say("quality.ratings.reading", "A judge that gives nearly all texts one rating tells "
                "you little. `None` is a judgement that did not parse."),
            most > 0.8 * sum(ratings.values()) or "None" in ratings,
        )  # fmt: skip
    if (longer := found.get("longer_chosen")) is not None:
        yield Figure(
            say("quality.longer", "Chosen text is the longer one"), {"": f"{longer:.0%}"},
            say("quality.longer.reading", "Far above 50 %, a model learns from these pairs to "
                "be long."),
            longer > 0.75,
        )  # fmt: skip
    if position := found.get("position"):
        yield Figure(
            say("quality.position", "Judge and position"),
            {
                say("quality.position.lead", "first place above last"):
                    f"{position['first_minus_last']:+.2f}",
                say("quality.position.same", "same winner in both orders"):
                    f"{position['same_winner']:.0%}",
            },
            say("quality.position.reading", "Every text was judged at both places, so a fair "
                "judge has 0 here and 100 %. Rows compared: {rows}.", rows=position["rows"]),
            abs(position["first_minus_last"]) > 0.3 or position["same_winner"] < 0.8,
        )  # fmt: skip


OURS = "<!-- Made by helpers.quality_report -->"

"""What an estimate looks like: the tasks with their tokens, and what they take where."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from helpers.checks.rendering import GREY, Block, marked
from helpers.messages import say


class Estimate(dict):
    """The figures as a dictionary, which shows itself as two tables."""

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, object]:
        return Block(_html(self), str(self))._repr_mimebundle_()

    def __str__(self) -> str:
        parts = [_title(self), *_lines(_tasks(self)), "", *_lines(_places(self))]
        return "\n".join([*parts, "", *_notes(self)])

    __repr__ = __str__


def _title(found: dict) -> str:
    return say(
        "estimate.title",
        "Estimate for {rows} rows, from a dry run of {sample}",
        rows=f"{found['rows']:,}",
        sample=found["sample"],
    )


def _tasks(found: dict) -> Iterator[tuple[str, ...]]:
    yield (
        say("estimate.task", "Task"),
        say("estimate.model", "Model"),
        say("estimate.calls", "Calls"),
        say("estimate.prompt_tokens", "Prompt tokens"),
        say("estimate.new_tokens", "New tokens"),
        say("estimate.most", "At most"),
    )
    total = {"name": say("estimate.total", "Total"), "model": "", **found}
    for task in (*found["tasks"], total):
        counts = ("calls", "prompt_tokens", "new_tokens", "most_new_tokens")
        yield (task["name"], task["model"], *(f"{task[count]:,}" for count in counts))


def _places(found: dict) -> Iterator[tuple[str, ...]]:
    yield (
        say("estimate.place", "Where"),
        say("estimate.time", "Time"),
        say("estimate.time.most", "At most"),
        say("estimate.memory", "Memory"),
        say("estimate.how", "How we know"),
    )
    here, cpu, gpu = (found["places"][name] for name in ("here", "cpu", "gpu"))
    yield (
        say("estimate.here", "{models}, here", models=", ".join(here["models"])),
        duration(here["seconds"]),
        "",
        f"{here['memory_gb']:.1f} GB",
        say("estimate.how.measured", "speed and memory measured here"),
    )
    yield (
        say("estimate.cpu", "SmolLM2-1.7B, this CPU"),
        duration(cpu["seconds"]),
        duration(cpu["at_most"]),
        f"{cpu['memory_gb']:.1f} GB",
        say("estimate.how.cpu", "modelled, from products of matrices measured here"),
    )
    memory = f"{gpu['memory_gb']:.1f} GB"
    if gpu["memory_gb"] > gpu["has_gb"]:
        memory += " " + say("estimate.too_much", "(of {has} GB)", has=gpu["has_gb"])
    yield (
        say("estimate.gpu", "SmolLM2-1.7B, one GPU ({card})", card=gpu["card"]),
        duration(gpu["seconds"]),
        duration(gpu["at_most"]),
        memory,
        say("estimate.how.gpu", "modelled, from data sheets"),
    )


def _notes(found: dict) -> list[str]:
    price = found["price"]
    reading, writing = price["per_million"]
    return [
        say(
            "estimate.price.line",
            "At {reading} for a million tokens of prompts and {writing} for a million new ones: "
            "{cost}, at most {most}.",
            reading=f"{reading:g}",
            writing=f"{writing:g}",
            cost=_money(price["cost"]),
            most=_money(price["at_most"]),
        ),
        say(
            "estimate.caution",
            "Tokens are those of the model that ran. A larger model writes longer answers, up to "
            "`max_new_tokens`: that is what stands under At most.",
        ),
    ]


def duration(seconds: float) -> str:
    """Return a time as people say it, not more exact than an estimate is.

    >>> duration(7.4), duration(600), duration(9000), duration(300_000)
    ('7 s', '10 min', '2.5 h', '3.5 days')
    """
    if seconds < 90:
        return say("estimate.seconds", "{count} s", count=f"{seconds:.0f}")
    if seconds < 90 * 60:
        return say("estimate.minutes", "{count} min", count=f"{seconds / 60:.0f}")
    if seconds < 48 * 3600:
        return say("estimate.hours", "{count} h", count=f"{seconds / 3600:.1f}")
    return say("estimate.days", "{count} days", count=f"{seconds / 86400:.1f}")


def _money(amount: float) -> str:
    return f"{amount:.2f}" if amount >= 0.1 or amount == 0 else f"{amount:.2g}"


def _lines(table: Iterator[tuple[str, ...]]) -> list[str]:
    rows = list(table)
    widths = [max(map(len, column)) for column in zip(*rows)]
    is_number = [all(cell[:1].isdigit() or not cell for cell in c[1:]) for c in zip(*rows)]
    return [
        "  ".join(
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(row, widths, is_number)
        ).rstrip()
        for row in rows
    ]


def _html(found: dict) -> str:
    body = "".join(_table(table) for table in (_tasks(found), _places(found)))
    notes = "".join(f'<p style="margin:.4em 0 0">{marked(note)}</p>' for note in _notes(found))
    return (
        f'<div style="border-left:4px solid {GREY};padding:.5em .9em;margin:.3em 0;'
        f'background:rgba(127,127,127,.08);border-radius:0 4px 4px 0;line-height:1.5">'
        f"<div><b>{escape(_title(found))}</b></div>{body}{notes}</div>"
    )


_CELL = (
    "text-align:left;vertical-align:top;padding:.25em 1.2em .25em 0;"
    "border-bottom:1px solid rgba(127,127,127,.3)"
)


def _cell(text: str) -> str:
    # A number and its unit stay together.
    together = ";white-space:nowrap" if len(text) <= 10 else ""
    return f'<td style="{_CELL}{together}">{escape(text)}</td>'


def _table(rows: Iterator[tuple[str, ...]]) -> str:
    heads = "".join(f'<th scope="col" style="{_CELL}">{escape(text)}</th>' for text in next(rows))
    lines = "".join("<tr>" + "".join(map(_cell, row)) + "</tr>" for row in rows)
    return (
        '<div style="overflow-x:auto"><table style="border-collapse:collapse;margin:.5em 0">'
        f"<thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table></div>"
    )

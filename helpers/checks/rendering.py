"""How verdicts, hints and the board look: as HTML in a notebook, as text elsewhere.

The HTML takes its letters and ground from the page and only adds a coloured edge, so that
it reads well in light and in dark themes. Whatever comes from data is escaped.
"""

from dataclasses import dataclass
from html import escape

from helpers.checks.manifest import Exercise, Tier
from helpers.checks.outcome import Criterion, Status, Verdict
from helpers.messages import say

# Each reads on white and on black alike (contrast of 4 or more with both).
GREEN, ORANGE, GREY = "#2a8f57", "#c4661f", "#7a7f87"
SIGNS = {Status.CORRECT: "✓", Status.NOT_YET: "✗", Status.NOT_ATTEMPTED: "○"}
EDGES = {Status.CORRECT: GREEN, Status.NOT_YET: ORANGE, Status.NOT_ATTEMPTED: GREY}


@dataclass(frozen=True)
class Block:
    """The same thing twice: as HTML, and as text for a terminal."""

    html: str
    text: str

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}


def show(block: Block, also_as_text: bool) -> None:
    """Display a block in IPython; elsewhere print its text, if asked to."""
    try:
        shell = get_ipython()  # type: ignore[name-defined]  # IPython puts it there
    except NameError:
        shell = None
    if shell is None:
        if also_as_text:
            print(block.text)
        return
    from IPython.display import display

    display(block)


def verdict_block(verdict: Verdict) -> Block:
    """Render a verdict: one line for each criterion, and more for those that do not hold."""
    head = _headline(verdict)
    lines = [f"{SIGNS[verdict.status]} {verdict.key} · {head}"]
    body = []
    for criterion in verdict.criteria:
        if criterion.holds is not None:
            lines += _criterion_text(verdict.key, criterion)
            body.append(_criterion_html(verdict.key, criterion))
    later = sum(criterion.holds is None for criterion in verdict.criteria)
    if later:
        note = say("checks.later", "Looked at when these hold: {count} more", count=later)
        lines.append(f"  · {note}")
        body.append(f'<div style="opacity:.7">· {escape(note)}</div>')
    if verdict.text:
        lines.append(f"  {verdict.text}")
        body.append(f'<p style="margin:.5em 0 0">{_code(verdict.text)}</p>')
    title = (
        f"<b>{SIGNS[verdict.status]} {escape(head)}</b> "
        f'<code style="color:inherit;background:none;opacity:.75">{escape(verdict.key)}</code>'
    )
    return Block(_frame(EDGES[verdict.status], title, "".join(body)), "\n".join(lines))


def _headline(verdict: Verdict) -> str:
    if verdict.status is Status.CORRECT:
        return say(
            "checks.correct", "correct, {points} of {worth} points",
            points=verdict.points, worth=verdict.worth,
        )  # fmt: skip
    if verdict.status is Status.NOT_ATTEMPTED:
        return say("checks.not_attempted.title", "not attempted yet")
    return say("checks.not_yet.title", "not yet")


def _sign(criterion: Criterion) -> str:
    return "✓" if criterion.holds else "✗"


def _details(key: str, criterion: Criterion) -> list[tuple[str, str]]:
    """What follows a criterion that does not hold, as pairs of a label and a text."""
    details = []
    if criterion.found:
        details.append((say("checks.found", "Found"), criterion.found))
    if criterion.expected:
        details.append((say("checks.expected", "Expected"), criterion.expected))
    if criterion.hint:
        call = f'hint("{key}", {criterion.hint})'
        details.append((say("checks.see", "Help"), f"`{call}`"))
    return details


def _criterion_text(key: str, criterion: Criterion) -> list[str]:
    if criterion.holds:
        return [f"  {_sign(criterion)} {criterion.title}"]
    lines = [f"  {_sign(criterion)} {criterion.title} [{criterion.code}]"]
    return lines + [f"      {label}: {text}" for label, text in _details(key, criterion)]


def _criterion_html(key: str, criterion: Criterion) -> str:
    color = GREEN if criterion.holds else ORANGE
    sign = f'<span style="color:{color};font-weight:bold">{_sign(criterion)}</span>'
    title = _code(criterion.title)
    if criterion.holds:
        return f"<div>{sign} {title}</div>"
    rows = "".join(
        f'<div style="margin-left:1.4em"><span style="opacity:.7">{escape(label)}:</span> '
        f"{_code(text)}</div>"
        for label, text in _details(key, criterion)
    )
    code = (
        f'<code style="color:inherit;background:none;opacity:.6">[{escape(criterion.code)}]</code>'
    )
    return f"<div>{sign} <b>{title}</b> {code}{rows}</div>"


def hint_block(key: str, number: int, last: int, text: str) -> Block:
    """Render one hint."""
    head = say("checks.hint.title", "Hint {number} of {last}", number=number, last=last)
    title = (
        f"<b>{escape(head)}</b> "
        f'<code style="color:inherit;background:none;opacity:.75">{escape(key)}</code>'
    )
    return Block(_frame(GREY, title, f"<div>{_code(text)}</div>"), f"{head} · {key}\n  {text}")


def board_block(exercises: tuple[Exercise, ...], passed: set[str], is_kept: bool) -> Block:
    """Render the board: for each tier its checks and points."""
    lines, body = [], []
    for exercise in exercises:
        lines.append(f"{exercise.title} ({exercise.notebook})")
        body.append(f"<div><b>{escape(exercise.title)}</b></div>")
        for tier in exercise.tiers:
            text, html = _tier(tier, passed)
            lines += text
            body.append(html)
    if not is_kept:
        note = say(
            "checks.progress.not_kept",
            "This folder cannot be written to, so the course forgets your points when you stop.",
        )
        lines.append(note)
        body.append(f"<div>{escape(note)}</div>")
    head = say("checks.progress.title", "Your progress")
    return Block(_frame(GREY, f"<b>{escape(head)}</b>", "".join(body)), "\n".join([head, *lines]))


def _tier(tier: Tier, passed: set[str]) -> tuple[list[str], str]:
    earned = sum(worth for key, worth in tier.points.items() if key in passed)
    line = say(
        "checks.progress.tier",
        "{mark} {title}: {earned} of {total} points",
        mark=tier.mark, title=tier.title, earned=earned, total=tier.total,
    )  # fmt: skip
    parts = [("✓" if key in passed else "○", key) for key in tier.points]
    text = [f"  {line}"] + [f"     {sign} {key}" for sign, key in parts]
    cells = " &nbsp; ".join(
        f'<span style="color:{GREEN if sign == "✓" else GREY};font-weight:bold">{sign}</span> '
        f'<code style="color:inherit;background:none">{escape(key)}</code>'
        for sign, key in parts
    )
    bar = (
        '<div style="height:6px;max-width:24em;margin:.3em 0;background:rgba(127,127,127,.25);'
        f'border-radius:3px"><div style="height:6px;width:{100 * earned // tier.total}%;'
        f'background:{GREEN};border-radius:3px"></div></div>'
    )
    return text, f'<div style="margin:.4em 0 0 1em">{escape(line)}{bar}<div>{cells}</div></div>'


def _frame(color: str, title: str, body: str) -> str:
    return (
        f'<div style="border-left:4px solid {color};padding:.5em .9em;margin:.3em 0;'
        f'background:rgba(127,127,127,.08);border-radius:0 4px 4px 0;line-height:1.5">'
        f"<div>{title}</div>{body}</div>"
    )


def _code(text: str) -> str:
    """Escape a text, and set what stands between backquotes in a code font."""
    parts = escape(text).split("`")
    if len(parts) % 2 == 0:  # a lone backquote, so none of them marks code
        return escape(text)
    return "".join(
        f'<code style="color:inherit">{part}</code>' if place % 2 else part
        for place, part in enumerate(parts)
    )

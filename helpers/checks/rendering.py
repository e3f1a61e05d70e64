"""How verdicts, hints and the board look: as HTML in a notebook, as text elsewhere.

The HTML takes its letters and ground from the page and only adds a coloured edge, so that
it reads well in light and in dark themes. Whatever comes from data is escaped.
"""

from dataclasses import dataclass, field
from html import escape
from typing import ClassVar

from helpers.checks.manifest import Exercise, Tier
from helpers.checks.outcome import Criterion, Status, Verdict
from helpers.messages import language, say

# Each reads on white and on black alike (contrast of 4.5 or more with both).
GREEN, ORANGE, GREY = "#278651", "#b55e1d", "#71767e"
BLUE, PURPLE = "#3879ba", "#9a5db3"
SIGNS = {Status.CORRECT: "✓", Status.NOT_YET: "✗", Status.NOT_ATTEMPTED: "○"}
EDGES = {Status.CORRECT: GREEN, Status.NOT_YET: ORANGE, Status.NOT_ATTEMPTED: GREY}


VERDICT = "application/vnd.course.verdict+json"
"""In a notebook a verdict comes with its key, status and codes for programs to read."""


@dataclass(frozen=True)
class Block:
    """The same thing twice: as HTML, and as text for a terminal; and what programs read of it."""

    html: str
    text: str
    data: dict[str, dict] = field(default_factory=dict)

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, object]:
        return {"text/html": self.html, "text/plain": self.text, **self.data}


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


def html_page(title: str, body: str, style: str = "") -> str:
    """Return a page of HTML that needs nothing but itself and runs no script.

    Args:
        title: plain text; it is escaped.
        body: HTML, in which all data is escaped already.
        style: CSS beside that which every page has.
    """
    return _PAGE.format(language=language(), title=escape(title), style=style, body=body)


_PAGE = """\
<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 16px/1.55 system-ui, sans-serif; margin: 0; overflow-wrap: anywhere; }}
main {{ max-width: 64rem; margin: 0 auto; padding: 1rem; }}
{style}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


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
        note = say("checks.later", "Looked at once the ones above hold: {count}", count=later)
        lines.append(f"  · {note}")
        body.append(f'<div style="opacity:.7">· {escape(note)}</div>')
    if verdict.text:
        lines.append(f"  {verdict.text}")
        body.append(f'<p style="margin:.5em 0 0">{marked(verdict.text)}</p>')
    title = _title(f"{SIGNS[verdict.status]} {head}", verdict.key)
    data = {
        "key": verdict.key,
        "status": verdict.status.value,
        "codes": list(verdict.codes),
        "points": verdict.points,
        "worth": verdict.worth,
        "text": verdict.text,
    }
    html = _frame(EDGES[verdict.status], title, "".join(body))
    return Block(html, "\n".join(lines), {VERDICT: data})


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
    title = marked(criterion.title)
    if criterion.holds:
        return f"<div>{sign} {title}</div>"
    rows = "".join(
        f'<div style="margin-left:1.4em"><span style="opacity:.7">{escape(label)}:</span> '
        f"{marked(text)}</div>"
        for label, text in _details(key, criterion)
    )
    code = (
        f'<code style="color:inherit;background:none;opacity:.6">[{escape(criterion.code)}]</code>'
    )
    return f"<div>{sign} <b>{title}</b> {code}{rows}</div>"


def hint_block(key: str, number: int, last: int, text: str) -> Block:
    """Render one hint."""
    head = say("checks.hint.title", "Hint {number} of {last}", number=number, last=last)
    return _note(key, head, text)


def locked_block(key: str, text: str) -> Block:
    """Render why a solution is not shown."""
    return _note(key, say("checks.solution.locked.title", "No solution yet"), text)


def solution_block(key: str, code: str) -> Block:
    """Render a reference solution, its words coloured by what they are in Python."""
    head = say("checks.solution.title", "One solution of many")
    body = (
        '<pre style="margin:.5em 0 0;overflow-x:auto;background:none;color:inherit">'
        f"{_highlighted(code)}</pre>"
    )
    lines = "\n".join(f"  {line}".rstrip() for line in code.splitlines())
    return Block(_frame(GREY, _title(head, key), body), f"{head} · {key}\n{lines}")


def _highlighted(code: str) -> str:
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer
    from pygments.style import Style
    from pygments.token import Comment, Keyword, Name, Number, Operator, String

    class OnAnyGround(Style):
        styles: ClassVar = {
            Comment: f"italic {GREY}",
            Keyword: f"bold {PURPLE}",
            Operator.Word: f"bold {PURPLE}",
            Name.Function: BLUE,
            Name.Class: BLUE,
            Name.Decorator: BLUE,
            Name.Builtin: BLUE,
            String: GREEN,
            Number: ORANGE,
        }

    formatter = HtmlFormatter(style=OnAnyGround, noclasses=True, nowrap=True)
    return highlight(code, PythonLexer(), formatter)


def _note(key: str, head: str, text: str) -> Block:
    body = f"<div>{marked(text)}</div>"
    return Block(_frame(GREY, _title(head, key), body), f"{head} · {key}\n  {text}")


def _title(head: str, key: str) -> str:
    return (
        f"<b>{escape(head)}</b> "
        f'<code style="color:inherit;background:none;opacity:.75">{escape(key)}</code>'
    )


def board_block(exercises: tuple[Exercise, ...], passed: set[str], notes: list[str]) -> Block:
    """Render the board: for each tier its checks and points.

    Args:
        exercises: what there is to pass.
        passed: the names of the checks that were passed.
        notes: what there is to say of the file that keeps them.
    """
    tiers = [tier for exercise in exercises for tier in exercise.tiers]
    head = say(
        "checks.progress.title",
        "Your progress: {earned} of {total} points",
        earned=sum(_earned(tier, passed) for tier in tiers),
        total=sum(tier.total for tier in tiers),
    )
    lines, columns = [head], []
    for exercise in exercises:
        lines.append(f"{exercise.title} ({exercise.notebook})")
        lines += [line for tier in exercise.tiers for line in _tier_text(tier, passed)]
        columns.append(
            f'<div style="flex:1 1 22em"><div style="margin-top:.5em"><b>{escape(exercise.title)}'
            "</b></div>" + "".join(_tier_html(tier, passed) for tier in exercise.tiers) + "</div>"
        )
    body = f'<div style="display:flex;flex-wrap:wrap;gap:0 2em">{"".join(columns)}</div>'
    body += "".join(f'<div style="margin-top:.5em">{escape(note)}</div>' for note in notes)
    return Block(_frame(GREY, f"<b>{escape(head)}</b>", body), "\n".join([*lines, *notes]))


def _earned(tier: Tier, passed: set[str]) -> int:
    return sum(worth for key, worth in tier.points.items() if key in passed)


def _tier_line(tier: Tier, passed: set[str]) -> str:
    return say(
        "checks.progress.tier",
        "{mark} {title}: {earned} of {total} points",
        mark=tier.mark,
        title=tier.title,
        earned=_earned(tier, passed),
        total=tier.total,
    )


def _tier_text(tier: Tier, passed: set[str]) -> list[str]:
    parts = [f"     {'✓' if key in passed else '○'} {key}" for key in tier.points]
    return [f"  {_tier_line(tier, passed)}", *parts]


def _tier_html(tier: Tier, passed: set[str]) -> str:
    cells = "".join(
        f'<div><span style="color:{GREEN if key in passed else GREY};font-weight:bold">'
        f"{'✓' if key in passed else '○'}</span> "
        f'<code style="color:inherit;background:none">{escape(key)}</code></div>'
        for key in tier.points
    )
    share = 100 * _earned(tier, passed) // tier.total
    bar = (
        '<div style="height:6px;max-width:24em;margin:.3em 0;background:rgba(127,127,127,.25);'
        f'border-radius:3px"><div style="height:6px;width:{share}%;'
        f'background:{GREEN};border-radius:3px"></div></div>'
    )
    line = escape(_tier_line(tier, passed))
    return f'<div style="margin:.5em 0 0 1em">{line}{bar}{cells}</div>'


def _frame(color: str, title: str, body: str) -> str:
    return (
        f'<div style="border-left:4px solid {color};padding:.5em .9em;margin:.3em 0;'
        f'background:rgba(127,127,127,.08);border-radius:0 4px 4px 0;line-height:1.5">'
        f"<div>{title}</div>{body}</div>"
    )


def marked(text: str) -> str:
    """Return a text as HTML: escaped, and what stands between backquotes in a code font.

    >>> marked("Is `a < b`?")
    'Is <code style="color:inherit">a &lt; b</code>?'
    """
    parts = escape(text).split("`")
    if len(parts) % 2 == 0:  # a lone backquote, so none of them marks code
        return escape(text)
    return "".join(
        f'<code style="color:inherit">{part}</code>' if place % 2 else part
        for place, part in enumerate(parts)
    )

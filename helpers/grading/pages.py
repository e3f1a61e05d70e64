"""The pages for people: feedback for each student, and a picture of the class."""

from __future__ import annotations

import contextlib
import os
from collections import Counter, defaultdict
from collections.abc import Iterator

from helpers.checks.engine import find
from helpers.checks.manifest import exercises
from helpers.checks.outcome import Status
from helpers.checks.rendering import GREEN, GREY, ORANGE, html_page, marked
from helpers.grading.copies import alike
from helpers.grading.grader import Result
from helpers.grading.judging import TAMPERED
from helpers.looking.shown import printable, safe
from helpers.messages import VARIABLE, say

_STYLE = """
h1 { font-size: 1.4em; } h2 { font-size: 1.1em; margin: 1.6em 0 .4em; }
table { border-collapse: collapse; margin-bottom: 1.2em; } .wide { overflow-x: auto; }
th, td { text-align: left; vertical-align: top; padding: .25rem 1rem .25rem 0; border-bottom: 1px solid rgba(127, 127, 127, .3); overflow-wrap: normal; }
td.number, th.number { text-align: right; white-space: nowrap; }
section { border-left: 4px solid; padding: .1em 1em .6em; margin: .8em 0; background: rgba(127, 127, 127, .08); }
h1, td, li, p { unicode-bidi: isolate; } section h2 { margin: .5em 0; } ul { padding-left: 1.2em; margin: .3em 0; } section ul { list-style: none; padding-left: .2em; } .dim { opacity: .75; }
pre { white-space: pre-wrap; }
"""
_MOST_CELLS, _MOST_COPIES = 8, 100


@contextlib.contextmanager
def _speaking(language: str) -> Iterator[None]:
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = language
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before


def feedback(result: Result) -> str:
    """Return a student's page, in the language of the submission."""
    with _speaking(result.language):
        title = say("grading.page.title", "Feedback for {student}", student=result.student)
        parts = [f"<h1>{safe(title)}</h1>"]
        if result.status != "graded":
            parts.append(f"<p><b>{safe(result.text)}</b></p>")
        else:
            points = say(
                "grading.page.points",
                "Points: {points} of {worth}",
                points=result.points,
                worth=result.worth,
            )
            parts.append(f"<p><b>{safe(points)}</b> · {safe(result.file)}</p>")
            parts += [_check(check) for check in result.checks]
            parts += _remarks(result)
        return html_page(title, "\n".join(parts), _STYLE)


def _check(check: dict) -> str:
    right = check["status"] == Status.CORRECT.value
    color = GREEN if right else GREY if check["status"] in ("not attempted", "not run") else ORANGE
    sign = "✓" if right else "○" if color == GREY else "✗"
    head = f"{sign} {check['key']} · {check['points']} / {check['worth']}"
    lines = []
    for one in check["criteria"]:
        mark = {True: "✓", False: "✗", None: "·"}[one["holds"]]
        line = f"{mark} {safe(one['title'])}"
        if one["holds"] is False:
            if one["found"]:
                line += f"<br>{marked(printable(one['found']))}"
            if one["expected"]:
                wanted = say("grading.page.expected", "Expected: {what}", what=one["expected"])
                line += f"<br>{marked(printable(wanted))}"
            if text := _hint(check["key"], one["hint"]):
                hinted = say("grading.page.hint", "Hint: {text}", text=text)
                line += f'<br><span class="dim">{marked(printable(hinted))}</span>'
        lines.append(f"<li>{line}</li>")
    body = f"<ul>{''.join(lines)}</ul>" if lines else ""
    if not right and (text := _status_text(check)):
        body = f"<p>{marked(printable(text))}</p>{body}"
    return f'<section style="border-color:{color}"><h2>{safe(head)}</h2>{body}</section>'


def _hint(key: str, number: int | None) -> str:
    try:
        hints = find(key).hints()
    except LookupError:  # a hidden check
        return ""
    return hints[number - 1] if number and 0 < number <= len(hints) else ""


def _status_text(check: dict) -> str:
    said = {
        "not run": say(
            "grading.page.not_run", "This check did not run: the notebook ended before it."
        ),
        "tampered": say(
            "grading.page.tampered",
            "The checks were no longer the course's own when this one was reached ({what}).",
            what=check["text"],
        ),
        "error": say(
            "grading.page.error", "What the check looks at is not there: {what}", what=check["text"]
        ),
    }
    return said.get(check["status"], check["text"])


def _remarks(result: Result) -> list[str]:
    lines = []
    for kind, keys in result.notes.items():
        names = ", ".join(f"`{key}`" for key in keys)
        lines.append(
            {
                "edited": say(
                    "grading.page.edited",
                    "Check cells that were changed; the course's own were used: {keys}",
                    keys=names,
                ),
                "missing": say(
                    "grading.page.missing",
                    "Check cells that were gone; they were looked at in the end: {keys}",
                    keys=names,
                ),
                "duplicated": say(
                    "grading.page.duplicated",
                    "Check cells that are there twice: {keys}",
                    keys=names,
                ),
                "moved": say("grading.page.moved", "The checks stand in another order."),
            }[kind]
        )
    whys = {
        "time": say("grading.page.time", "A cell took too long and was ended."),
        "total": say("grading.page.total", "The whole notebook took too long and was ended."),
        "memory": say("grading.page.memory", "The notebook took too much memory and was ended."),
        "output": say("grading.page.output", "The notebook wrote too much and was ended."),
        "exit": say("grading.page.exit", "A cell ended Python itself."),
        "forged": say(
            "grading.page.forged", "The notebook wrote results of its own; they do not count."
        ),
    }
    lines += [whys.get(event["why"], event["why"]) for event in result.events]
    cells = [
        f"<li>{safe(cell['error'].splitlines()[0][:300])}</li>"
        for cell in result.cells[:_MOST_CELLS]
        if cell["error"]
    ]
    parts = [f"<p>{marked(printable(line))}</p>" for line in lines]
    if cells:
        title = say("grading.page.cells", "Cells that ended with an error")
        parts.append(f"<h2>{safe(title)}</h2><ul>{''.join(cells)}</ul>")
    return parts


# --- the class -------------------------------------------------------------


def class_page(results: list[Result]) -> str:
    """Return the page of the class, for the instructor."""
    title = say("grading.class.title", "The class: {count} submissions", count=len(results))
    parts = [f"<h1>{safe(title)}</h1>"]
    for exercise in exercises():
        graded = [r for r in results if r.exercise == exercise.name and r.status == "graded"]
        if graded:
            parts.append(f"<h2>{safe(exercise.title)}</h2>")
            parts.append(_distribution(graded))
            parts.append(_failures(graded))
    parts.append(_copies(results))
    parts.append(_suspicious(results))
    parts.append(_all(results))
    active = Counter(", ".join(r.protections) for r in results if r.protections)
    for names, count in active.items():
        line = say(
            "grading.class.protections",
            "Active protections ({count}): {names}",
            count=count,
            names=names,
        )
        parts.append(f'<p class="dim">{safe(line)}</p>')
    return html_page(title, "\n".join(filter(None, parts)), _STYLE)


def _distribution(graded: list[Result]) -> str:
    """How many have how many points, as bars with their numbers."""
    counts = Counter(r.points for r in graded)
    most = max(counts.values())
    rows = [
        f'<tr><td class="number">{points}</td><td class="number">{count}</td>'
        f'<td><svg role="img" aria-label="{count}" width="240" height="12"><rect width="'
        f'{max(2, round(240 * count / most))}" height="12" fill="{GREEN}"/></svg></td></tr>'
        for points, count in sorted(counts.items(), reverse=True)
    ]
    mean = sum(r.points for r in graded) / len(graded)
    line = say(
        "grading.class.mean",
        "Submissions: {count}. Mean: {mean} of {worth} points.",
        count=len(graded),
        mean=f"{mean:.1f}",
        worth=max(r.worth for r in graded),
    )
    heads = (say("grading.class.points", "Points"), say("grading.class.count", "Submissions"), "")
    return f"<p>{safe(line)}</p>" + _table(heads, rows, numbers=2)


def _failures(graded: list[Result]) -> str:
    """Which checks fail how often, and by which codes."""
    by_key: dict[str, Counter] = defaultdict(Counter)
    failed: Counter = Counter()
    for result in graded:
        for check in result.checks:
            if not check["points"] and check["worth"]:
                failed[check["key"]] += 1
                by_key[check["key"]].update(check["codes"] or [check["status"]])
    if not failed:
        return ""
    rows = [
        f'<tr><td>{safe(key)}</td><td class="number">{count}</td>'
        f'<td class="number">{100 * count / len(graded):.0f} %</td>'
        f"<td>{safe(', '.join(f'{c} {n}' for c, n in by_key[key].most_common(6)))}</td></tr>"
        for key, count in failed.most_common()
    ]
    heads = (
        say("grading.class.check", "Check"),
        say("grading.class.failed", "Not passed"),
        "%",
        say("grading.class.codes", "By code"),
    )
    return _table(heads, rows)


def _copies(results: list[Result]) -> str:
    rows = []
    for copy in alike([result.runs for result in results]):
        names = ", ".join(results[place].student for place in copy.places)
        rows.append(
            f'<tr><td class="number">{100 * copy.share:.0f} %</td><td>{safe(names)}</td></tr>'
        )
    if not rows:
        return ""
    title = say("grading.class.copies", "Code in common that few others have")
    heads = (
        say("grading.class.share", "Of the shorter one"),
        say("grading.class.student", "Student"),
    )
    return f"<h2>{safe(title)}</h2>" + _table(heads, rows[:_MOST_COPIES], numbers=1)


def _suspicious(results: list[Result]) -> str:
    lines = []
    for result in results:
        said = [f"{kind} {len(keys)}" for kind, keys in result.notes.items()]
        said += [f"ended by {event['why']}" for event in result.events]
        said += [TAMPERED] if any(c["status"] == TAMPERED for c in result.checks) else []
        if said:
            lines.append(f"<li>{safe(result.student)}: {safe('; '.join(said))}</li>")
    if not lines:
        return ""
    title = say("grading.class.look", "Worth a look")
    return f"<h2>{safe(title)}</h2><ul>{''.join(lines)}</ul>"


def _all(results: list[Result]) -> str:
    rows = [
        f'<tr><td><a href="feedback/{safe(r.name)}.html">{safe(r.student)}</a></td>'
        f'<td>{safe(r.status)}</td><td class="number">{r.points} / {r.worth}</td>'
        f'<td class="number">{r.seconds:.1f} s</td><td>{safe(r.text)}</td></tr>'
        for r in results
    ]
    heads = (
        say("grading.class.student", "Student"),
        say("grading.class.status", "Status"),
        say("grading.class.points", "Points"),
        say("grading.class.time", "Time"),
        "",
    )
    title = say("grading.class.all", "All submissions")
    return f"<h2>{safe(title)}</h2>" + _table(heads, rows)


def _table(heads: tuple[str, ...], rows: list[str], numbers: int = 0) -> str:
    cells = "".join(
        f'<th scope="col"{" class=number" if at < numbers else ""}>{safe(head)}</th>'
        for at, head in enumerate(heads)
    )
    return (
        f'<div class="wide"><table><thead><tr>{cells}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )

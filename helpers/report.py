"""The report of a run: one page that says what was made, and shows some of it.

The page needs nothing but itself. What a model wrote stands on it as text: everything is
escaped, and the page's own rules forbid scripts.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from helpers.checks.evidence import models
from helpers.checks.manifest import Exercise
from helpers.checks.rendering import VERDICT, html_page, marked
from helpers.messages import say
from helpers.training import EFFECT
from helpers.watching import RECORD

SHOWN_ROWS = 6
SHOWN_LETTERS = 900
# What to show of a row, in this order: the first group whose columns are all there.
SHOWN_COLUMNS = (
    ("prompt", "chosen", "rejected"),
    ("instruction", "chosen", "rejected"),
    ("instruction", "response"),
)


@dataclass
class Made:
    """One notebook after its run.

    Args:
        exercise: which one.
        notebook: the notebook with its outputs.
        folder: where it saved its dataset.
        seconds: how long it took.
        problem: what stopped it, or nothing.
    """

    exercise: Exercise
    notebook: Any
    folder: Path
    seconds: float
    problem: str = ""
    rows: list[dict] = field(default_factory=list)


def rows_in(folder: Path) -> list[dict]:
    """Return the rows of a saved dataset: of its first file, if it has several."""
    import pyarrow.parquet

    files = sorted(folder.glob("*.parquet")) or sorted(folder.rglob("*.parquet"))
    return pyarrow.parquet.read_table(files[0]).to_pylist() if files else []


def shown_columns(rows: list[dict]) -> list[str]:
    """Return the columns of a dataset that a reader looks at first.

    >>> shown_columns([{"id": 1, "response": "Water.", "instruction": "What is rain?"}])
    ['instruction', 'response']
    """
    there = list(rows[0]) if rows else []
    for group in SHOWN_COLUMNS:
        if set(group) <= set(there):
            return list(group)
    return [column for column in there if isinstance(rows[0][column], str)][:3]


def text_of(value: object) -> str:
    """Return a cell as text; of a conversation, its last message.

    >>> text_of([{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}])
    'So.'
    """
    if isinstance(value, list) and value and isinstance(value[-1], dict):
        value = value[-1].get("content", value)
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def page(made: list[Made], title: str) -> str:
    """Return the report as HTML.

    Args:
        made: the notebooks that ran, in order.
        title: its heading.
    """
    datasets = [one for one in made if one.exercise.makes == "dataset"]
    parts = [
        f"<h1>{_text(title)}</h1>",
        f"<p>{_text(_summary(made))}</p>",
        '<div class="side">' + "".join(_dataset(one) for one in datasets) + "</div>",
        f"<h2>{_text(say('report.stages', 'From stage to stage'))}</h2>",
        f"<p>{_text(_about_stages())}</p>",
        "".join(_stages(one) for one in made),
        f"<h2>{_text(say('report.rows', 'Some of the rows'))}</h2>",
        '<div class="side">' + "".join(_rows(one) for one in datasets) + "</div>",
        f"<h2>{_text(say('report.quality', 'How good they are'))}</h2>",
        "".join(_quality(one) for one in datasets),
        "".join(_effect(one) for one in made if one not in datasets),
        f"<h2>{_text(say('report.next', 'How to go on'))}</h2>",
        f"<p>{marked(_next())}</p>",
    ]
    body = "\n".join(parts)
    return html_page(_printable(title), body, STYLE)


def _summary(made: list[Made]) -> str:
    return say(
        "report.summary",
        "Language models wrote every row of this. {seconds} seconds, {setup}",
        seconds=round(sum(one.seconds for one in made)),
        setup=_setup_line(made),
    )


def _setup_line(made: list[Made]) -> str:
    """What `setup` printed in the first notebook: versions, model, device."""
    for one in made:
        for cell in one.notebook.cells:
            for output in cell.get("outputs", []):
                if cell.get("id") == "setup" and output.get("name") == "stdout":
                    return output["text"].strip().splitlines()[-1]
    return ""


def _dataset(made: Made) -> str:
    facts = {
        say("report.fact.rows", "Rows"): str(len(made.rows)),
        say("report.fact.models", "Models"): ", ".join(models(made.rows)) or "–",
        say("report.fact.columns", "Columns"): ", ".join(made.rows[0]) if made.rows else "–",
        say("report.fact.folder", "Folder"): f"{made.folder.parent.name}/{made.folder.name}",
        say("report.fact.time", "Time"): f"{made.seconds:.0f} s",
    }
    items = "".join(f"<dt>{_text(k)}</dt><dd>{_text(v)}</dd>" for k, v in facts.items())
    problem = f'<pre class="problem">{_text(made.problem)}</pre>' if made.problem else ""
    head = f"<h3>{_text(made.exercise.title)}</h3>"
    return f'<section>{head}<dl class="facts">{items}</dl>{problem}</section>'


def _about_stages() -> str:
    return say(
        "report.stages.about",
        "Each line is a step of a pipeline: how many rows went in, how many came out, and how "
        "many of these came to nothing, with the reason. Below stands what the check of that "
        "stage found.",
    )


def _stages(made: Made) -> str:
    parts = [f"<h3>{_text(made.exercise.title)}</h3>"]
    for tier in made.exercise.tiers:
        cells = [cell for cell in made.notebook.cells if _is_of(tier.name, cell)]
        tables = "".join(_run(record) for record in _data(cells, RECORD))
        verdicts = "".join(_verdict(verdict) for verdict in _data(cells, VERDICT))
        if tables or verdicts:
            head = f"<h4>{_text(f'{tier.mark} {tier.title}')}</h4>"
            parts.append(f"{head}{tables}<ul>{verdicts}</ul>")
    return "".join(parts)


def _is_of(tier: str, cell: Any) -> bool:
    """Tell whether a cell belongs to a tier's task, and not to an example on the way."""
    words = cell.get("id", "").split("-")
    return words[0] == tier and "mini" not in words


def _run(record: dict) -> str:
    heads = (
        say("report.step", "Step"),
        say("report.in", "In"),
        say("report.out", "Out"),
        say("report.lost", "Lost"),
    )
    head = "".join(f"<th>{_text(text)}</th>" for text in heads)
    lines = "".join(_step(step) for step in record["steps"])
    return f'<div class="wide"><table><tr>{head}</tr>{lines}</table></div>'


def _data(cells: list[Any], kind: str) -> Iterator[Any]:
    """What outputs of these cells hold of a kind: figures for programs, or HTML."""
    return (output["data"][kind] for output in _outputs(cells, kind))


def _outputs(cells: list[Any], kind: str) -> Iterator[Any]:
    for cell in cells:
        for output in cell.get("outputs", []):
            if kind in output.get("data", {}):
                yield output


def _step(step: dict) -> str:
    lost = "; ".join(f"{count} × {reason}" for reason, count in step["lost"].items())
    cells = [step["name"], step["taken"] if step["before"] else "–", step["made"], lost or "0"]
    return "<tr>" + "".join(f"<td>{_text(cell)}</td>" for cell in cells) + "</tr>"


def _verdict(verdict: dict) -> str:
    sign = "✓" if verdict["status"] == "correct" else "✗"
    codes = f" [{' '.join(verdict['codes'])}]" if verdict["codes"] else ""
    head = f"{sign} {verdict['key']}{codes}"
    return f"<li><b>{_text(head)}</b><br>{marked(_printable(verdict['text']))}</li>"


def _rows(made: Made) -> str:
    columns = shown_columns(made.rows)
    blocks = []
    for row in made.rows[:SHOWN_ROWS]:
        items = "".join(
            f'<dt>{_text(column)}</dt><dd class="text" dir="auto">{_text(text_of(row[column]))}'
            "</dd>"
            for column in columns
        )
        blocks.append(f"<dl>{items}</dl>")
    more = len(made.rows) - SHOWN_ROWS
    if more > 0:
        blocks.append(
            f"<p>{_text(say('report.more', 'Rows not shown here: {count}', count=more))}</p>"
        )
    return f"<section><h3>{_text(made.exercise.title)}</h3>{''.join(blocks)}</section>"


def _quality(made: Made) -> str:
    """The figures of a dataset, as the notebook's `quality_report` shows them."""
    cells = [cell for cell in made.notebook.cells if cell.get("id") == "quality"]
    figures = "".join(_data(cells, "text/html"))
    return f"<h3>{_text(made.exercise.title)}</h3>{figures}" if figures else ""


def _effect(made: Made) -> str:
    """What a model learned from the datasets: the notebook's tables, before and after."""
    problem = f'<pre class="problem">{_text(made.problem)}</pre>' if made.problem else ""
    about = say(
        "report.effect",
        "The same small model before and after it learned from these rows, on prompts that it had "
        "not seen. In brackets: where the true share lies, 19 times out of 20. The judge is undecided "
        "where both answers get the same rating, say the highest.",
    )
    tables = "".join(
        f'<div class="wide">{output["data"]["text/html"]}</div>'
        for output in effects(made.notebook)
    )
    head = say("report.effect.title", "What a model learned from them")
    return f"<h2>{_text(head)}</h2><p>{_text(about)}</p>{problem}{tables}"


def effects(notebook: Any) -> Iterator[Any]:
    """The outputs that compare a model before and after a training."""
    return (
        output for output in _outputs(notebook.cells, EFFECT) if len(output["data"][EFFECT]) > 1
    )


def _text(value: object) -> str:
    """A text as it may stand on the page."""
    return escape(_printable(str(value)))


def _printable(text: str) -> str:
    """A text without invisible letters, cut where it grows too long for the page."""
    kept = "".join(c if c.isprintable() or c == "\n" else " " for c in text)
    return f"{kept[:SHOWN_LETTERS]}…" if len(kept) > SHOWN_LETTERS else kept


def _next() -> str:
    return say(
        "report.next.text",
        "Read some rows before you use any. Then write these pipelines yourself: `make lab` opens "
        "the notebooks. Each folder loads with `datasets.load_dataset`, and its `README.md` says "
        "how it was made.",
    )


STYLE = """
main { max-width: 72rem; }
h1, h2, h3, h4 { line-height: 1.25; margin: 1.6em 0 .5em; }
h1 { margin-top: .5em; }
.side { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); align-items: start; }
section { background: rgba(127, 127, 127, .08); border-radius: 6px; padding: .2rem 1rem 1rem; min-width: 0; }
section h3 { margin: .8em 0 .4em; }
dl { margin: 0 0 1rem; }
section > dl + dl { border-top: 1px solid rgba(127, 127, 127, .4); padding-top: .6rem; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; }
.facts dt, .facts dd { font-size: 1em; margin: 0; }
dt { font-size: .85em; opacity: .75; }
dd { margin: 0 0 .5rem; }
dd.text { white-space: pre-wrap; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin-bottom: 1rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem 1rem .25rem 0; border-bottom: 1px solid rgba(127, 127, 127, .3); overflow-wrap: normal; }
ul { padding-left: 1.2em; }
.problem { white-space: pre-wrap; border-left: 4px solid #b55e1d; padding-left: .8rem; }
"""

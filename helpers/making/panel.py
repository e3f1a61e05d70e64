"""The studio's fields and buttons."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from helpers.checks.evidence import METADATA
from helpers.checks.manifest import MARKS, exercises
from helpers.looking.browsing import browse
from helpers.looking.cells import as_html
from helpers.looking.paging import button, line
from helpers.looking.shown import safe
from helpers.making.plan import MOST, SAMPLE, TIERS, Plan
from helpers.messages import say
from helpers.models import KNOWN
from helpers.watching import Progress, as_table, quiet

_WIDE = {"width": "100%", "max_width": "46em"}
_LABELS = {"description_width": "8.5em"}


class Panel:
    """What to make, in fields; below them the buttons, and what came of the last one.

    Args:
        studio: the `Studio` that holds the plan and does the work.
    """

    def __init__(self, studio: Any) -> None:
        self.studio = studio
        plan = studio.plan
        titles = [(one.title, one.name) for one in exercises() if one.makes == "dataset"]
        self.dataset = self._field(
            widgets.Dropdown, say("studio.dataset", "Dataset"), plan.dataset, options=titles
        )
        self.tier = self._field(
            widgets.Dropdown, say("studio.tier", "Tier"), plan.tier, options=_tiers(plan.dataset)
        )
        self.assistant = self._field(
            widgets.Text,
            say("studio.assistant", "Assistant"),
            plan.assistant,
            placeholder=say("studio.assistant.how", "You are an assistant that helps with …"),
        )
        self.subjects = self._field(
            widgets.Textarea,
            say("studio.subjects", "Subjects"),
            "\n".join(plan.subjects),
            placeholder=say("studio.subjects.how", "one to a line"),
            rows=4,
        )
        self.passages = self._field(
            widgets.Textarea,
            say("studio.passages", "Passages"),
            "\n\n".join(plan.passages),
            placeholder=say(
                "studio.passages.how",
                "an empty line between two; instructions are written from them",
            ),
            rows=4,
        )
        self.rows = self._field(
            widgets.BoundedIntText, say("studio.count", "Rows"), plan.rows, min=1, max=MOST
        )
        self.model = self._field(
            widgets.Combobox,
            say("studio.model", "Model"),
            plan.model,
            options=list(KNOWN),
            placeholder="owner/model, ./folder, openai:MODEL@URL",
        )
        self.look = button(say("studio.look", "Prompts and estimate"))
        self.sample = button(say("studio.sample", "Make {rows} rows", rows=SAMPLE))
        self.make = button(say("studio.make", "Make all rows"))
        self.folder = widgets.Text(
            value=studio.folder,
            description=say("studio.folder", "Folder"),
            style={"description_width": "initial"},
            layout={"width": "24em"},
        )
        self.save = button(say("studio.save", "Save"))
        self.message, self.result = widgets.HTML(), widgets.VBox(layout={"width": "100%"})
        self.code = widgets.HTML(layout={"width": "100%"})
        self.look.on_click(lambda _: self._do(self._look))
        self.sample.on_click(lambda _: self._do(lambda: self._run(studio.plan.sample())))
        self.make.on_click(lambda _: self._do(lambda: self._run(studio.plan)))
        self.save.on_click(lambda _: self._do(self._save))
        fields = (self.dataset, self.tier, self.assistant, self.subjects, self.passages)
        fields += (self.rows, self.model)
        self.dataset.observe(lambda change: self._name_tiers(), "value")
        for field in fields:
            field.observe(lambda change: self._read(), "value")
        self.box = widgets.VBox(
            [
                *fields,
                line([self.look, self.sample, self.make]),
                line([self.folder, self.save]),
                self.message,
                self.result,
                self.code,
            ],
            layout={"width": "100%"},
        )
        self._show()

    def _field(self, kind: type, label: str, value: Any, **more: Any) -> Any:
        return kind(
            value=value,
            description=label,
            style=_LABELS,
            layout=_WIDE,
            **({} if kind is widgets.Dropdown else {"continuous_update": False}),
            **more,
        )

    def _name_tiers(self) -> None:
        """Give the tiers the titles that they have in this dataset; the chosen one stays."""
        chosen = self.tier.value
        self.tier.options = _tiers(self.dataset.value)  # which chooses the first one
        self.tier.value = chosen

    def _read(self) -> None:
        """Make a plan of the fields, and show its code."""
        had = self.studio.folder
        self.studio.plan = Plan(
            self.dataset.value,
            self.tier.value,
            self.assistant.value,
            tuple(self.subjects.value.splitlines()),
            tuple(re.split(r"\n\s*\n", self.passages.value)),
            self.rows.value,
            self.model.value,
        )
        if self.folder.value == had:
            self.folder.value = self.studio.folder
        self._show()

    def _show(self) -> None:
        lacking = not self.studio.plan.is_startable
        for one in (self.look, self.sample, self.make):
            one.disabled = lacking
        self.save.disabled = self.studio.dataset is None
        if lacking:
            self.code.value = f"<div>{safe(self.studio.plan.lacks())}</div>"
            return
        title = say("studio.code", "The code that runs, to copy into a notebook")
        self.code.value = _folded(title, f"<pre>{safe(self.studio.code())}</pre>")

    # The buttons ----------------------------------------------------------

    def _do(self, action: Callable[[], None]) -> None:
        buttons = (self.look, self.sample, self.make, self.save)
        for one in buttons:
            one.disabled = True
        self.message.value = safe(say("studio.works", "Working …"))
        try:
            action()
        except KeyboardInterrupt:
            self.message.value = safe(say("studio.stopped", "Stopped. Nothing is left running."))
        except Exception as problem:  # noqa: BLE001  (else it would be written where nobody looks)
            self.message.value = (
                f'<b role="alert">{safe(f"{type(problem).__name__}: {problem}")}</b>'
            )
        self._show()

    def _look(self) -> None:
        found = self.studio.estimate()
        shown = found._repr_mimebundle_()["text/html"]
        for task in found["tasks"]:
            title = say("studio.prompt", "The first prompt of {task}", task=task["name"])
            shown += _folded(title, _prompt(task["prompt"]))
        self.result.children = [widgets.HTML(shown, layout={"width": "100%"})]
        self.message.value = ""

    def _run(self, plan: Plan) -> None:
        steps = widgets.HTML(layout={"width": "100%"})
        self.result.children = [steps]

        def follow(progress: Progress) -> None:
            steps.value = as_table(progress.lines())

        with quiet() as printed:
            rows = self.studio.run(plan, follow)["default"]["train"]
        columns = [name for name in rows.column_names if name != METADATA]
        self.result.children = [steps, browse(rows, columns, rows=SAMPLE).widget()]
        self.message.value = f"<pre>{safe(printed.getvalue().strip())}</pre>"

    def _save(self) -> None:
        with quiet() as printed:
            self.studio.save(self.folder.value.strip() or None)
        self.message.value = safe(printed.getvalue().strip())


def _tiers(dataset: str) -> list[tuple[str, str]]:
    """The tiers of a dataset with their titles, as a Dropdown takes them."""
    titles = {e.name: {tier.name: tier.title for tier in e.tiers} for e in exercises()}[dataset]
    return [(f"{MARKS[name]} {titles[name]}", name) for name in TIERS]


def _prompt(prompt: Any) -> str:
    """A prompt as HTML: a conversation, or what a model goes on from."""
    if isinstance(prompt, (list, tuple)) and prompt and isinstance(prompt[0], (list, tuple)):
        prompt = prompt[0]  # beside it stands the form of the output
    return as_html(prompt if isinstance(prompt, (str, list)) else json.dumps(prompt, default=str))


def _folded(title: str, html: str) -> str:
    return f'<details><summary style="cursor:pointer">{safe(title)}</summary>{html}</details>'

"""Rows page by page: with buttons where a notebook runs, as the first page everywhere else."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from helpers.looking.shown import safe
from helpers.looking.tables import Table
from helpers.messages import say
from helpers.watching import in_notebook

WIDGET = "application/vnd.jupyter.widget-view+json"


def display_controls(html: str, text: str, widget: Callable[[], Any]) -> None:
    """Display something with buttons, and as it stands wherever buttons do not run.

    Both are displayed, and where the buttons run they hide the other by a line of CSS. A page
    made of the notebook, offline or on GitHub, then shows what there was to see: nbconvert 7 shows
    of one output with a widget and HTML only the widget, which it fetches from the internet.

    Args:
        html: it, as it stands.
        text: the same for a terminal.
        widget: makes the widget.
    """
    if not in_notebook():
        print(text)
        return
    import ipywidgets as widgets
    from IPython.display import display

    name = f"course-{uuid.uuid4().hex}"
    display({"text/html": f'<div class="{name}">{html}</div>', "text/plain": text}, raw=True)
    hides = widgets.HTML(f"<style>.{name} {{display: none}}</style>", layout={"display": "none"})
    box = widgets.VBox([widget(), hides], layout={"width": "100%"})
    # What ipywidgets 8 calls `_repr_mimebundle_`, version 7, which Colab has, does not know.
    view = {"version_major": 2, "version_minor": 0, "model_id": box.model_id}
    display({WIDGET: view, "text/plain": ""}, raw=True)


@dataclass
class Pages:
    """A dataset to page through.

    Args:
        table: its rows.
        html: makes a page's HTML of the numbers of its rows, and of what was searched for.
        text: makes the text of a page for a terminal, of the same two.
        size: rows on a page.
        search: a text that the rows must hold.
    """

    table: Table
    html: Callable[[Sequence[int], str], str]
    text: Callable[[Sequence[int], str], str]
    size: int
    search: str = ""
    page: int = 0
    where: tuple[str, Any] | None = None
    _found: Sequence[int] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        self.look()

    def look(self) -> None:
        """Find the rows that match, and stand on the first page of them."""
        self._found = self.table.matching(self.search, self.where)
        self.page = 0

    @property
    def last(self) -> int:
        """The number of the last page, from 0."""
        return max(0, (len(self._found) - 1) // self.size)

    def turn(self, page: int) -> None:
        """Go to a page; beyond the first and the last there is none."""
        self.page = min(max(page, 0), self.last)

    def numbers(self) -> Sequence[int]:
        """The numbers of the rows on this page."""
        return self._found[self.page * self.size : (self.page + 1) * self.size]

    def position(self) -> str:
        """Say which rows are shown, and of how many."""
        if not self._found:
            return say("look.none_found", "No row matches.")
        first = self.page * self.size + 1
        line = say(
            "look.position",
            "Rows {first} to {last} of {count}",
            first=first,
            last=first + len(self.numbers()) - 1,
            count=len(self._found),
        )
        if len(self._found) == len(self.table):
            return line
        every = say("look.of_all", "found among {count}", count=len(self.table))
        return f"{line} ({every})"

    def page_html(self) -> str:
        """Return the page as HTML."""
        note = f"<div>{safe(self.table.note)}</div>" if self.table.note else ""
        return note + self.html(self.numbers(), self.search)

    def __repr__(self) -> str:
        notes = [self.table.note] if self.table.note else []
        return "\n".join([*notes, self.text(self.numbers(), self.search), self.position()])

    def _repr_html_(self) -> str:
        return f'{self.page_html()}<div style="opacity:.75">{safe(self.position())}</div>'

    def _ipython_display_(self) -> None:
        display_controls(self._repr_html_(), repr(self), self.widget)

    def widget(self) -> Any:
        """Return the page with its controls."""
        return _Controls(self).box


class _Controls:
    """The buttons and fields above a page, and what they do."""

    def __init__(self, pages: Pages) -> None:
        import ipywidgets as widgets

        self.pages = pages
        wide = {"description_width": "initial"}
        self.search = widgets.Text(
            value=pages.search,
            description=say("look.search", "Search"),
            placeholder=say("look.search.how", "a word, then Enter"),
            continuous_update=False,
            style=wide,
            layout={"width": "19em"},
        )
        self.column = widgets.Dropdown(
            options=[(say("look.all_rows", "all rows"), None), *_few_valued(pages.table)],
            description=say("look.only", "Show"),
            style=wide,
            layout={"width": "17em"},
        )
        self.value = widgets.Dropdown(
            options=[], description="=", style=wide, layout={"width": "17em", "display": "none"}
        )
        self.before = button("◀ " + say("look.before", "Previous"))
        self.next = button(say("look.next", "Next") + " ▶")
        self.number = widgets.BoundedIntText(
            value=1,
            min=1,
            max=pages.last + 1,
            description=say("look.page", "Page"),
            style=wide,
            layout={"width": "9em"},
        )
        self.of, self.position = widgets.HTML(), widgets.HTML()
        self.page = widgets.HTML(layout={"width": "100%"})
        finding = line([self.search, self.column, self.value])
        turning = line([self.before, self.number, self.of, self.next, self.position])
        self.box = widgets.VBox([finding, turning, self.page], layout={"width": "100%"})
        self.search.observe(lambda change: self._find(), "value")
        self.column.observe(lambda change: self._choose_column(), "value")
        self.value.observe(lambda change: self._find(), "value")
        self.number.observe(lambda change: self._turn(change["new"] - 1), "value")
        self.before.on_click(lambda button: self._turn(self.pages.page - 1))
        self.next.on_click(lambda button: self._turn(self.pages.page + 1))
        self._show()

    def _choose_column(self) -> None:
        counts = self.pages.table.values(self.column.value) if self.column.value else None
        options = sorted((counts or {}).items(), key=lambda item: (item[0] is None, str(item[0])))
        with self.value.hold_trait_notifications():
            self.value.options = [(f"{value} ({n})", (value,)) for value, n in options]
        self.value.layout.display = "none" if counts is None else ""
        self._find()

    def _find(self) -> None:
        pages, column = self.pages, self.column.value
        chosen = self.value.value if column else None
        wanted = (self.search.value.strip(), (column, chosen[0]) if chosen else None)
        if wanted != (pages.search, pages.where):
            pages.search, pages.where = wanted
            pages.look()
            self._show()

    def _turn(self, page: int) -> None:
        if page != self.pages.page:
            self.pages.turn(page)
            self._show()

    def _show(self) -> None:
        pages = self.pages
        self.before.disabled, self.next.disabled = pages.page == 0, pages.page == pages.last
        # The new maximum may pull the number down, which turns to a page that is shown already.
        self.number.max, self.number.value = pages.last + 1, pages.page + 1
        self.of.value = safe(say("look.of", "of {pages}", pages=pages.last + 1))
        self.position.value = safe(pages.position())
        self.page.value = pages.page_html()


def _few_valued(table: Table) -> list[tuple[str, str]]:
    """The columns that can be filtered by value, as a Dropdown takes them."""
    names = [name for name in table.columns if table.values(name) is not None]
    return [(say("look.rows_with", "rows with {column}", column=name), name) for name in names]


def button(text: str) -> Any:
    """Return a button as wide as its text."""
    import ipywidgets as widgets

    return widgets.Button(description=text, layout={"width": "auto"})


def line(parts: list) -> Any:
    """Controls beside each other, and below each other where there is no room."""
    import ipywidgets as widgets

    return widgets.Box(parts, layout={"flex_flow": "row wrap", "align_items": "center"})

"""`draw`: a pipeline as a picture, with its steps, their columns and their mappings.

distilabel 1.5.3 draws pipelines on a server, mermaid.ink, and raises ValueError offline. Here the
steps are laid out in layers, each below those that it waits for, and written as SVG.
"""

import itertools
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from helpers.looking.shown import NothingToShow, Picture, safe
from helpers.messages import say
from helpers.watching import FOLLOWERS, Progress, StepProgress, in_notebook

# Dark letters on light boxes read on a light page and on a dark one; what stands on the page
# itself is of a grey that does, too.
INK, GREY = "#22303c", "#71767e"
LOADER, TASK, OTHER = ("#f4e8d0", "#a67f2e"), ("#d8e8f6", "#2f6a9e"), ("#dcefdc", "#35753a")

_FONT = "system-ui, sans-serif"
_NAME, _SMALL = 15, 13  # pixels
_LINE, _PAD, _GAP, _BETWEEN = 20, 14, 28, 46
_LONGEST = 52  # letters of a line


@dataclass(frozen=True)
class Box:
    """A step as it is drawn.

    Args:
        name: the step's name.
        kind: its class, and the model it asks.
        takes: the columns it reads, as `input ← column` where they are called differently.
        gives: the columns it writes, as `output → column` where they are called differently.
        before: the names of the steps it waits for.
        colours: of its ground and of its edge.
        state: how far it is, while the pipeline runs.
        share: the part of its rows that is done, from 0 to 1.
    """

    name: str
    kind: str
    takes: tuple[str, ...]
    gives: tuple[str, ...]
    before: tuple[str, ...]
    colours: tuple[str, str]
    state: str = ""
    share: float | None = None

    def lines(self) -> list[str]:
        """What stands in the box below its name."""
        lines = [self.kind]
        if self.takes:
            lines += _wrapped(say("draw.takes", "takes {columns}", columns=", ".join(self.takes)))
        if self.gives:
            lines += _wrapped(say("draw.gives", "gives {columns}", columns=", ".join(self.gives)))
        return lines + ([self.state] if self.state else [])


@dataclass
class Drawing:
    """A drawn pipeline. In a notebook it follows the pipeline's runs."""

    name: str
    boxes: list[Box]
    _display: Any = field(default=None, repr=False)

    def picture(self) -> Picture:
        """Return the picture as it is now."""
        return Picture(_svg(self.boxes, self._alt()), self._alt(), self._text())

    def _alt(self) -> str:
        steps = "; ".join(
            f"{', '.join(box.before)} → {box.name}" if box.before else box.name
            for box in self.boxes
        )
        return say("draw.alt", "Pipeline {name}: {steps}", name=self.name, steps=steps)

    def _text(self) -> str:
        lines = [say("draw.title", "Pipeline {name}", name=self.name)]
        for box in self.boxes:
            after = f"  ({', '.join(box.before)} →)" if box.before else ""
            lines.append(f"■ {box.name}{after}")
            lines += [f"    {line}" for line in box.lines()]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return self._text()

    def _repr_html_(self) -> str:
        return self.picture()._repr_html_()

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return self.picture()._repr_mimebundle_()

    def _ipython_display_(self) -> None:
        from IPython.display import display

        if in_notebook():
            self._display = display(self._repr_mimebundle_(), raw=True, display_id=True)
        else:
            print(self)

    def follow(self, progress: Progress) -> None:
        """Show how far each step is; called by `run` while the pipeline runs."""
        if self._display is None:
            return
        self.boxes = [_with_state(box, progress) for box in self.boxes]
        self._display.update(self._repr_mimebundle_(), raw=True)


def draw(pipeline: Any) -> Drawing:
    """Draw a pipeline: its steps, the columns each takes and gives, and how they are renamed.

    Works without the internet. In a notebook, the picture follows a run of the pipeline: it shows
    how many rows each step has done.

    Args:
        pipeline: distilabel's `Pipeline`, with its steps.

    Returns:
        What a notebook shows as a picture, and a terminal as text.

    Raises:
        NothingToShow: it is no pipeline, or it has no steps.

    >>> from distilabel.pipeline import Pipeline
    >>> from distilabel.steps import LoadDataFromDicts
    >>> with Pipeline(name="small") as pipeline:
    ...     load = LoadDataFromDicts(name="load", data=[{"instruction": "Why?"}])
    >>> draw(pipeline)
    Pipeline small
    ■ load
        LoadDataFromDicts
        gives instruction
    """
    dag = getattr(pipeline, "dag", None)
    if dag is None or not hasattr(dag, "get_step_predecessors"):
        raise NothingToShow(
            say(
                "draw.no_pipeline",
                "draw() takes a distilabel Pipeline, and got {kind}. Give it the pipeline itself, "
                "not what a run of it returns.",
                kind=type(pipeline).__name__,
            )
        )
    if not len(dag):
        raise NothingToShow(
            say(
                "draw.empty",
                "The pipeline has no steps yet. Create them inside `with Pipeline() as pipeline:`.",
            )
        )
    drawing = Drawing(pipeline.name, _boxes(dag))
    FOLLOWERS[pipeline] = drawing.follow
    return drawing


def _boxes(dag: Any) -> list[Box]:
    import networkx

    boxes: list[Box] = []
    there: dict[str, set[str]] = {}  # after each step, the columns so far
    for name in networkx.lexicographical_topological_sort(dag.G, key=list(dag.G).index):
        step = dag.get_step(name)["step"]
        before = tuple(dag.get_step_predecessors(name))
        columns = set().union(*(there[one] for one in before))
        takes = [
            _renamed(own, step.input_mappings.get(own, own), "←")
            for own, needed in _columns(step, "inputs").items()
            if needed or step.input_mappings.get(own, own) in columns
        ]
        gives = {own: step.output_mappings.get(own, own) for own in _columns(step, "outputs")}
        there[name] = columns | set(gives.values())
        colours = LOADER if step.is_generator else OTHER
        kind, llm = type(step).__name__, getattr(step, "llm", None)
        if llm is not None:
            kind, colours = f"{kind} · {getattr(llm, 'model_name', type(llm).__name__)}", TASK
        renamed = tuple(_renamed(own, column, "→") for own, column in gives.items())
        boxes.append(Box(name, kind, tuple(takes), renamed, before, colours))
    return boxes


def _columns(step: Any, side: str) -> dict[str, bool]:
    """A step's own names for its columns, and whether it cannot do without them."""
    try:
        names = getattr(step, side)
    except Exception:  # noqa: BLE001  (a step may know its columns only once it is loaded)
        return {}
    return dict(names) if isinstance(names, Mapping) else dict.fromkeys(names, True)


def _renamed(own: str, column: str, arrow: str) -> str:
    return own if own == column else f"{own} {arrow} {column}"


def _with_state(box: Box, progress: Progress) -> Box:
    step = progress.steps.get(box.name)
    if step is None or not (step.ended or step.done or step.begun):
        return replace(box, state=say("draw.waiting", "○ waits"), share=0.0)
    total = progress.total(step)
    if step.ended:
        return replace(box, state=_done(step), share=1.0)
    working = say("draw.working", "▶ {done} of {total} rows", done=step.done, total=total or "?")
    return replace(box, state=working, share=min(1.0, step.done / total) if total else 0.0)


def _done(step: StepProgress) -> str:
    if not step.lost:
        return say("draw.done", "✓ rows: {rows}", rows=step.made)
    lost = sum(step.lost.values())
    return say("draw.done_with_loss", "! rows: {rows}, lost: {lost}", rows=step.made, lost=lost)


# --- laying out ------------------------------------------------------------


@dataclass
class _Place:
    """Where a box stands, or where a line passes through a layer on its way."""

    width: float
    height: float
    box: Box | None = None
    x: float = 0.0  # of its middle
    y: float = 0.0  # of its upper edge


def _svg(boxes: list[Box], alt: str) -> str:
    layers, lines = _layers(boxes)
    width = max(sum(p.width for p in layer) + _GAP * (len(layer) - 1) for layer in layers) + 4
    y = 2.0
    for layer in layers:
        x = (width - sum(p.width for p in layer) - _GAP * (len(layer) - 1)) / 2
        for place in layer:
            place.x, place.y = x + place.width / 2, y
            x += place.width + _GAP
        tallest = max(place.height for place in layer)
        for place in layer:
            if place.box is None:
                place.height = tallest
        y += tallest + _BETWEEN
    height = y - _BETWEEN + 2
    places = [place for layer in layers for place in layer]
    body = [_path(points) for points in lines] + [_drawn(p) for p in places if p.box]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="{safe(alt)}" '
        f'font-family="{_FONT}"><title>{safe(alt)}</title>{"".join(body)}</svg>'
    )


def _layers(boxes: list[Box]) -> tuple[list[list[_Place]], list[list[_Place]]]:
    """The places of each layer from left to right, and of each line those that it passes."""
    depth: dict[str, int] = {}
    for box in boxes:  # each stands after those it waits for
        depth[box.name] = max((depth[name] + 1 for name in box.before), default=0)
    layers: list[list[_Place]] = [[] for _ in range(max(depth.values()) + 1)]
    places = {box.name: _place(box) for box in boxes}
    lines, centre = [], {}
    for box in boxes:
        for name in box.before:
            passed = [_Place(_GAP, 0.0) for _ in range(depth[name] + 1, depth[box.name])]
            for between, place in enumerate(passed, start=depth[name] + 1):
                layers[between].append(place)
            lines.append([places[name], *passed, places[box.name]])
        layers[depth[box.name]].append(places[box.name])
    before: dict[int, list[_Place]] = {}
    for line in lines:
        for upper, lower in itertools.pairwise(line):
            before.setdefault(id(lower), []).append(upper)
    for layer in layers:  # each place below the middle of those that lead to it
        for number, place in enumerate(layer):
            above = [centre[id(one)] for one in before.get(id(place), ())]
            centre[id(place)] = sum(above) / len(above) if above else number
        layer.sort(key=lambda place: centre[id(place)])
        for number, place in enumerate(layer):
            centre[id(place)] = number - (len(layer) - 1) / 2
    return layers, lines


def _place(box: Box) -> _Place:
    widest = max([_width(box.name, _NAME * 1.18), *(_width(line, _SMALL) for line in box.lines())])
    height = 2 * _PAD + _NAME + _LINE * len(box.lines())
    return _Place(widest + 2 * _PAD, height + (6 if box.share is not None else 0), box)


def _width(text: str, size: float) -> float:
    """About how wide a text is: fonts differ, so a little more than most need."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return size * (0.57 * (len(text) - wide) + wide)


def _wrapped(text: str) -> list[str]:
    """A long line as several: broken behind commas where that is possible."""
    lines = [""]
    for part in text.split(", "):
        part = part if len(part) <= _LONGEST else f"{part[: _LONGEST - 1]}…"
        if lines[-1] and len(lines[-1]) + len(part) > _LONGEST:
            lines[-1] += ","
            lines.append(f"  {part}")
        else:
            lines[-1] += f", {part}" if lines[-1] else part
    return lines


def _path(points: list[_Place]) -> str:
    """A line from the lower edge of one box to the upper edge of another, with its head."""
    start, end = points[0], points[-1]
    x, y = start.x, start.y + start.height
    path = f"M{x:.0f} {y:.0f}"
    for place in points[1:]:
        tip = place.y - (7 if place is end else 0)
        middle = (y + tip) / 2
        path += f"C{x:.0f} {middle:.0f} {place.x:.0f} {middle:.0f} {place.x:.0f} {tip:.0f}"
        x, y = place.x, tip
        if place is not end:
            y = place.y + place.height
            path += f"V{y:.0f}"
    head = f"M{end.x - 5:.0f} {end.y - 8:.0f}h10l-5 8z"
    return (
        f'<path d="{path}" fill="none" stroke="{GREY}" stroke-width="1.8"/>'
        f'<path d="{head}" fill="{GREY}"/>'
    )


def _drawn(place: _Place) -> str:
    box, (ground, edge) = place.box, place.box.colours
    left, top = place.x - place.width / 2, place.y
    parts = [
        (
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{place.width:.1f}" '
            f'height="{place.height:.1f}" rx="9" fill="{ground}" stroke="{edge}" stroke-width="1.5"/>'
        ),
        (
            f'<text x="{left + _PAD:.1f}" y="{top + _PAD + _NAME - 2:.1f}" font-size="{_NAME}" '
            f'font-weight="600" fill="{INK}">{safe(box.name)}</text>'
        ),
    ]
    for number, line in enumerate(box.lines(), start=1):
        y = top + _PAD + _NAME - 2 + number * _LINE
        weight = ' font-weight="600"' if line == box.state else ""
        parts.append(
            f'<text x="{left + _PAD:.1f}" y="{y:.1f}" font-size="{_SMALL}" fill="{INK}"{weight} '
            f'xml:space="preserve">{safe(line)}</text>'
        )
    if box.share is not None:
        bottom, wide = top + place.height - 11, place.width - 2 * _PAD
        for share, opacity in ((1.0, 0.2), (box.share, 1.0)):
            parts.append(
                f'<rect x="{left + _PAD:.1f}" y="{bottom:.1f}" width="{wide * share:.1f}" '
                f'height="5" rx="2.5" fill="{edge}" opacity="{opacity}"/>'
            )
    return f"<g>{''.join(parts)}</g>"

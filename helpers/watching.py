"""How far a run is: one line per step, in a notebook and outside."""

from __future__ import annotations

import contextlib
import html
import io
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from helpers.messages import say

_RATE = 0.4  # seconds between two looks for the eye
_BAR = 20  # characters
RECORD = "application/vnd.course.run+json"
"""In a notebook the last lines of a run come with the same figures for programs to read."""

FOLLOWERS: WeakKeyDictionary[Any, Callable[[Progress], None]] = WeakKeyDictionary()
"""Who else is told how far a run of a pipeline is: the picture that was drawn of it last."""


@dataclass
class StepProgress:
    """What is known of one step.

    Attributes:
        size: rows that a loader will give, if it knows.
        taken: rows that came back from the step's batches.
        made: rows that the step made of them.
        partial: rows done of the batch it is working on.
        lost: how many rows came to nothing, by reason.
        reused: rows that an earlier run had finished.
        anew: the others of a run that resumes.
        was: what the earlier run knew of this step: nothing (""), the "same", or it was "changed".
        retried: outputs that were asked for again.
        mended: those of them that could then be read.
    """

    name: str
    before: list[str] = field(default_factory=list)
    size: int | None = None
    taken: int = 0
    made: int = 0
    partial: int = 0
    ended: bool = False
    begun: float | None = None
    lost: Counter = field(default_factory=Counter)
    reused: int = 0
    anew: int = 0
    was: str = ""
    retried: int = 0
    mended: int = 0

    @property
    def done(self) -> int:
        return self.taken + self.partial if self.before else self.made


class Progress:
    """Takes the events of a pipeline's run and shows the steps' lines."""

    def __init__(self, pipeline: Any = None) -> None:
        self._tell = None if pipeline is None else FOLLOWERS.get(pipeline)
        self.steps: dict[str, StepProgress] = {}
        self.begun = time.monotonic()
        self._shown_at = 0.0
        self._screen = _Notebook() if in_notebook() else _Terminal()

    def take(self, event: dict[str, Any]) -> None:
        """Note what a process of the run has told."""
        kind, step = event["kind"], self.steps.get(event.get("name") or event.get("step"))
        if kind == "step":
            name = event["name"]
            self.steps[name] = StepProgress(name, event["before"], event["size"])
        elif step is None:
            return
        elif kind == "sent":
            step.begun = step.begun or time.monotonic()
        elif kind == "progress":
            step.partial = event["rows"]
        elif kind == "batch":
            step.taken += event["taken"]
            step.made += event["made"]
            step.partial = 0
            step.ended = event["last"]
            step.lost.update(event["lost"])
        elif kind == "reused":
            step.reused += event["rows"]
        elif kind == "anew":
            step.anew += event["rows"]
            step.was = event["was"]
        elif kind == "retried":
            step.retried += event["rows"]
            step.mended += event["mended"]

    def total(self, step: StepProgress) -> int | None:
        """How many rows a step will take; an estimate until those before it end."""
        if step.ended:
            return step.done
        if not step.before:
            return step.size
        source = self.steps.get(step.before[0])
        if source is None:
            return None
        if source.ended:
            return source.made
        total = self.total(source)
        if total is not None and source.before and source.taken:
            total = round(total * source.made / source.taken)
        return None if total is None else max(total, step.done)

    def seconds_left(self, step: StepProgress) -> float | None:
        total = self.total(step)
        if step.ended or step.begun is None or not step.done or not total:
            return None
        return (time.monotonic() - step.begun) / step.done * (total - step.done)

    def show(self) -> None:
        """Draw the lines, if it is time to."""
        if self.steps and time.monotonic() - self._shown_at >= _RATE:
            self._shown_at = time.monotonic()
            self._screen.draw(self.lines())
            self._tell_follower()

    def close(self) -> None:
        """Draw the lines for the last time."""
        if self.steps:
            self._screen.draw(self.lines(), self._record())
            self._tell_follower()
        self._screen.close()

    def _tell_follower(self) -> None:
        if self._tell is not None:
            self._tell(self)

    def _record(self) -> dict[str, Any]:
        steps = [
            {
                "name": step.name,
                "before": step.before,
                "taken": step.taken,
                "made": step.made,
                "lost": dict(step.lost),
            }
            for step in self.steps.values()
        ]
        return {"seconds": round(time.monotonic() - self.begun, 1), "steps": steps}

    def lines(self) -> list[Line]:
        """Return each step as it is shown."""
        return [
            Line(step.name, step.done, self.total(step), self.seconds_left(step), step.ended)
            for step in self.steps.values()
        ]

    def summary(self, distiset: Any) -> None:
        """Print how many rows there are, and how many each step lost, and why."""
        rows = {name: sum(map(len, splits.values())) for name, splits in distiset.items()}
        seconds = f"{time.monotonic() - self.begun:.1f}"
        for name, count in rows.items():
            label = "" if len(rows) == 1 else f"{name}: "
            print(
                label + say("run.done", "{rows} rows in {seconds} s.", rows=count, seconds=seconds)
            )
        self._say_what_was_reused()
        for step in self.steps.values():
            if step.retried:
                print(
                    say(
                        "run.retried",
                        "{step} asked again for {count} outputs that did not parse; {mended} then did.",
                        step=step.name,
                        count=step.retried,
                        mended=step.mended,
                    )
                )
            if step.lost:
                print(
                    say(
                        "run.lost",
                        "{step} lost {lost} of {taken} rows: {reasons}",
                        step=step.name,
                        lost=sum(step.lost.values()),
                        taken=max(step.taken, step.made),
                        reasons="; ".join(f"{n} × {why}" for why, n in step.lost.most_common(5)),
                    )
                )

    def _say_what_was_reused(self) -> None:
        """Where a run resumed: what each step took from before, and why it made the rest anew."""
        if not any(step.reused or step.was for step in self.steps.values()):
            return
        whys = {
            "": say("run.resume.new", "this step is new"),
            "changed": say("run.resume.changed", "this step, its model or a library was changed"),
            "same": say("run.resume.rows", "these rows are new, changed, or were not finished"),
        }
        for step in self.steps.values():
            if step.reused and not step.anew:
                print(
                    say(
                        "run.resume.all",
                        "{step}: all {rows} rows from before.",
                        step=step.name,
                        rows=step.reused,
                    )
                )
            elif step.anew:
                print(
                    say(
                        "run.resume.some",
                        "{step}: {reused} rows from before, {anew} made anew: {why}.",
                        step=step.name,
                        reused=step.reused,
                        anew=step.anew,
                        why=whys[step.was],
                    )
                )


@dataclass
class Line:
    """One step as it is shown."""

    name: str
    done: int
    total: int | None
    seconds_left: float | None
    ended: bool

    @property
    def share(self) -> float:
        return 1.0 if self.ended else min(1.0, self.done / self.total) if self.total else 0.0

    @property
    def count(self) -> str:
        return f"{self.done}/{'?' if self.total is None else self.total}"

    @property
    def left(self) -> str:
        if self.seconds_left is None:
            return ""
        minutes, seconds = divmod(round(self.seconds_left), 60)
        time_left = f"{minutes}:{seconds:02d}" if minutes else f"{seconds} s"
        return say("run.eta", "{time} left", time=time_left)

    def text(self) -> str:
        full = round(self.share * _BAR)
        bar = "█" * full + "░" * (_BAR - full)
        return f"{self.name:<28} {bar} {self.count:>11}  {self.left}".rstrip()

    def html(self) -> str:
        cells = (
            html.escape(self.name),
            f'<progress max="1" value="{self.share:.3f}"></progress>',
            self.count,
            html.escape(self.left),
        )
        return "<tr>" + "".join(f'<td style="text-align:left">{c}</td>' for c in cells) + "</tr>"


def as_table(lines: list[Line]) -> str:
    """Return the lines of all steps as HTML."""
    return "<table>" + "".join(line.html() for line in lines) + "</table>"


def in_notebook() -> bool:
    """Whether this session's output goes to a notebook."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return getattr(shell, "kernel", None) is not None


@contextlib.contextmanager
def quiet() -> Iterator[io.StringIO]:
    """Show nothing of what is printed or displayed meanwhile; yields what was printed."""
    printed = io.StringIO()
    with contextlib.ExitStack() as stack:
        if in_notebook():
            from IPython.utils.capture import capture_output

            stack.enter_context(capture_output())
        stack.enter_context(contextlib.redirect_stdout(printed))
        stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
        yield printed


class _Notebook:
    """One output that is updated; a stored notebook keeps its last state."""

    def __init__(self) -> None:
        self._handle: Any = None

    def draw(self, lines: list[Line], record: dict | None = None) -> None:
        from IPython.display import display

        bundle = {
            "text/plain": "\n".join(line.text() for line in lines),
            "text/html": as_table(lines),
        }
        if record is not None:
            bundle[RECORD] = record
        if self._handle is None:
            self._handle = display(bundle, raw=True, display_id=True)
        else:
            self._handle.update(bundle, raw=True)

    def close(self) -> None:
        pass


class _Terminal:
    """Lines that are drawn over; where nobody watches, one line per finished step."""

    def __init__(self) -> None:
        self._drawn = 0
        self._finished: set[str] = set()

    def draw(self, lines: list[Line], record: dict | None = None) -> None:
        if sys.stderr.isatty():
            up = f"\033[{self._drawn}F" if self._drawn else ""
            body = "".join(f"\033[2K{line.text()}\n" for line in lines)
            print(up + body, end="", file=sys.stderr, flush=True)
            self._drawn = len(lines)
            return
        for line in lines:
            if line.ended and line.name not in self._finished:
                self._finished.add(line.name)
                print(line.text(), file=sys.stderr, flush=True)

    def close(self) -> None:
        pass

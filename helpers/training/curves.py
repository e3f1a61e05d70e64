"""How a training goes: a line, and in a notebook a picture of the loss and the rewards."""

from __future__ import annotations

import math
import sys
import time
from typing import Any

from transformers import TrainerCallback

from helpers.looking.charts import STYLES, figure_as_svg
from helpers.looking.shown import Picture
from helpers.messages import say
from helpers.watching import Line, in_notebook

_RATE = 2.0  # seconds between two pictures, which take a tenth of one
CHOSEN, REJECTED = "rewards/chosen", "rewards/rejected"


class Curves(TrainerCallback):
    """Draws what a trainer notes while it trains. In a terminal that is one line, drawn over."""

    def __init__(self, trainer: Any) -> None:
        self.kind = type(trainer).__name__.removesuffix("Trainer")
        self.losses: list[float] = []
        self.rewards: dict[str, list[float]] = {CHOSEN: [], REJECTED: []}
        self.steps: list[int] = []
        self.kept_out: list[tuple[int, float]] = []  # the loss on rows that are only measured with
        self._done = self._total = 0
        self._began, self._first, self._shown_at = time.monotonic(), 0, 0.0
        self._handle: Any = None

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._began, self._first = time.monotonic(), state.global_step
        self._done, self._total = state.global_step, state.max_steps
        for note in state.log_history:  # of a training that goes on
            self._note(note, note.get("step", 0))

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
        self._done = state.global_step
        self._note(logs or {}, state.global_step)
        if self.losses and not math.isfinite(self.losses[-1]):
            control.should_training_stop = True  # no step from here leads anywhere
        if time.monotonic() - self._shown_at >= _RATE:
            self._show()

    def _note(self, note: dict[str, Any], step: int) -> None:
        if "eval_loss" in note:
            self.kept_out.append((step, float(note["eval_loss"])))
        if "loss" not in note:
            return
        self.steps.append(step)
        self.losses.append(float(note["loss"]))
        for name, values in self.rewards.items():
            if name in note:
                values.append(float(note[name]))

    def close(self) -> None:
        """Draw for the last time."""
        self._show()
        if not in_notebook() and sys.stderr.isatty():
            print(file=sys.stderr)

    def line(self) -> str:
        """How far it is, in words."""
        return self._line().text()

    def _line(self) -> Line:
        left, gone = None, self._done - self._first
        if 0 < gone and self._done < self._total:
            left = (time.monotonic() - self._began) / gone * (self._total - self._done)
        name = self.kind
        if self.losses:
            loss = f"{self.losses[-1]:.3f}"
            name = say("training.line", "{kind}, loss {loss}", kind=self.kind, loss=loss)
        return Line(name, self._done, self._total or None, left, self._done >= self._total > 0)

    def _show(self) -> None:
        self._shown_at = time.monotonic()
        if not in_notebook():
            if sys.stderr.isatty():
                print(f"\r\033[2K{self.line()}", end="", file=sys.stderr, flush=True)
            return
        from IPython.display import display

        line, picture = self._line(), self.picture()
        shown = f"<table>{line.html()}</table>" + (picture._repr_html_() if picture else "")
        text = "\n".join([line.text(), *([picture.text] if picture else [])])
        bundle = {"text/plain": text, "text/html": shown}
        if self._handle is None:
            self._handle = display(bundle, raw=True, display_id=True)
        else:
            self._handle.update(bundle, raw=True)

    def picture(self) -> Picture | None:
        """The loss at each step, and beside it the rewards; nothing before two steps."""
        if len(self.losses) < 2:
            return None
        text = say(
            "training.curves",
            "Steps: {steps}. Loss: {first} at first, {last} at last.",
            steps=self.steps[-1],
            first=f"{self.losses[0]:.3f}",
            last=f"{self.losses[-1]:.3f}",
        )
        panels = [self._draw_loss]
        if len(self.rewards[CHOSEN]) > 1:
            panels.append(self._draw_rewards)
        return Picture(figure_as_svg(panels, height=2.6), text, text)

    def _draw_loss(self, axes: Any) -> None:
        colour, line, _, _ = STYLES[0]
        label = say("training.learnt_from", "rows to learn from")
        axes.plot(self.steps, self.losses, color=colour, linestyle=line, linewidth=1.6, label=label)
        if len(self.kept_out) > 1:
            colour, line, _, mark = STYLES[1]
            label = say("training.kept_out", "rows kept out")
            axes.plot(*zip(*self.kept_out), mark, color=colour, linestyle=line, label=label)
            axes.legend(frameon=False, fontsize=8.5, labelcolor="linecolor")
        axes.set_title(say("training.loss", "Loss"))
        axes.set_xlabel(say("training.step", "step"))
        axes.set_ylim(bottom=0)

    def _draw_rewards(self, axes: Any) -> None:
        names = {
            CHOSEN: say("training.chosen", "chosen"),
            REJECTED: say("training.rejected", "rejected"),
        }
        for (name, label), (colour, line, _, _) in zip(names.items(), STYLES):
            values = self.rewards[name]
            steps = self.steps[-len(values) :]
            axes.plot(steps, values, color=colour, linestyle=line, linewidth=1.6, label=label)
        axes.set_title(say("training.rewards", "Rewards"))
        axes.set_xlabel(say("training.step", "step"))
        axes.legend(frameon=False, fontsize=8.5, labelcolor="linecolor")

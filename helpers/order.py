"""A cell that runs before the one it needs: what a learner reads then."""

import html
import sys
from types import TracebackType
from typing import Any

from helpers.checks.rendering import Block, show
from helpers.messages import say


def explain_missing_names() -> None:
    """Let this notebook say, after a NameError of a cell, which cells to run.

    The error stays as it is, for readers and for nbval. Outside of IPython nothing changes.
    """
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is not None:
        shell.set_custom_exc((NameError,), _explain)


def _explain(
    shell: Any,
    kind: type[BaseException],
    error: NameError,
    trace: TracebackType,
    tb_offset: int | None = None,
) -> None:
    shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
    while trace.tb_next:
        trace = trace.tb_next
    in_a_cell = trace.tb_frame.f_code.co_name == "<module>"
    if kind is NameError and in_a_cell and error.name:
        text = say(
            "order.missing",
            "There is no {name} in this kernel. If a cell above makes it, that cell has not run "
            "since the kernel started: run the cells from the top, in order. If none does, look "
            "at how it is spelt.",
            name=error.name,
        )
        show(Block(f"<p>{html.escape(text)}</p>", text), also_as_text=True)

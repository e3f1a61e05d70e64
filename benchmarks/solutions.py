"""The reference solutions, run cell by cell with some of the course's functions replaced."""

from __future__ import annotations

import contextlib
import io
import json
import os
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def run_all(**own: Any) -> None:
    """Run every solution in its own folder, silently.

    Args:
        own: what stands in place of functions of `helpers`. Nothing is saved or displayed.
    """
    import helpers

    own = {"check": lambda *_: None, "save": lambda *_, **__: None, **own}
    before = {name: getattr(helpers, name) for name in own}
    here, silent = Path.cwd(), io.StringIO()
    vars(helpers).update(own)
    try:
        for notebook in sorted((ROOT / "solutions").glob("*.ipynb")):
            os.chdir(notebook.parent)
            names: dict[str, Any] = {"__name__": "notebook", "display": lambda *_: None}
            with contextlib.redirect_stdout(silent), contextlib.redirect_stderr(silent):
                for cell in json.loads(notebook.read_text("utf-8"))["cells"]:
                    if cell["cell_type"] == "code":
                        exec("".join(cell["source"]), names)  # noqa: S102  (our own notebooks)
    finally:
        os.chdir(here)
        vars(helpers).update(before)

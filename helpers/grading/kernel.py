"""The second engine: the same steps, run by pytest with nbval in a kernel of Jupyter's own.

nbval runs a copy of the submission that holds nothing but its steps. Its kernel is IPython's, except
that a check is looked at by the judge, as in the other engine, and that it tells what came of each
step. So a verdict never rests on what nbval believes of a notebook.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

NAME = "grading"
_STEP = re.compile(r"# grading: (\d+|end)\n")


def start(job: dict, steps: list[tuple[int, dict]]) -> tuple[subprocess.Popen, socket.socket]:
    """Start nbval on some steps; return its process, and the socket on which its kernel waits.

    Raises:
        RuntimeError: the kernel did not start.
    """
    folder = Path(os.environ["TMPDIR"], "nbval")
    spec = folder / "kernels" / NAME
    spec.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-W", "ignore", "-m", "helpers.grading.kernel", "-f"]
    (spec / "kernel.json").write_text(
        json.dumps({"argv": [*command, "{connection_file}"], "display_name": NAME})
    )
    marked = [(f"# grading: {at}\n", step["source"]) for at, step in steps]
    cells = [_cell(at, head + source) for at, (head, source) in enumerate(marked)]
    cells.append(_cell(len(cells), "# grading: end\n"))
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    (folder / "submission.ipynb").write_text(json.dumps(notebook))
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "steps.json").write_text(json.dumps(dict(steps)))
    path = folder / "socket"
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen(1)
        listening.settimeout(180)
        own = {"JUPYTER_PATH": str(folder), "COURSE_LANG": job["language"], "GRADING": str(folder)}
        process = subprocess.Popen(
            [
                *(sys.executable, "-W", "ignore", "-m", "pytest", "-q", "-p", "no:cacheprovider"),
                *("--noconftest", "-c", str(folder / "pytest.ini"), "--nbval-lax"),
                *("--nbval-kernel-name", NAME, "--nbval-cell-timeout", str(job["total"] + 60)),
                str(folder / "submission.ipynb"),
            ],
            env=os.environ | own | {"COURSE_GRADING_JOB": job["id"]},
            cwd=job["folder"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            connection, _ = listening.accept()
        except TimeoutError:
            process.kill()
            process.wait()
            raise RuntimeError("nbval's kernel did not start") from None
    return process, connection


def _cell(at: int, source: str) -> dict[str, Any]:
    return {
        "cell_type": "code", "source": source, "outputs": [], "execution_count": None,
        "metadata": {}, "id": f"step-{at}",
    }  # fmt: skip


def main() -> None:
    """Be the kernel: `python -m helpers.grading.kernel -f CONNECTION`."""
    from ipykernel.ipkernel import IPythonKernel
    from ipykernel.kernelapp import IPKernelApp

    from helpers.grading import warm
    from helpers.grading.judging import Judge

    folder = Path(os.environ.pop("GRADING"))
    steps = {int(at): step for at, step in json.loads((folder / "steps.json").read_text()).items()}
    warm.import_the_heavy()
    judge = Judge()
    warm.seed()
    # Time counts from here on.
    link = socket.socket(socket.AF_UNIX)
    link.connect(str(folder / "socket"))
    speak, hear = link.makefile("wb", buffering=0), link.makefile("rb")

    class Kernel(IPythonKernel):
        """IPython's, which judges a check where a step is one."""

        async def do_execute(self, code: str, *arguments: Any, **options: Any) -> Any:
            found = _STEP.match(code)
            if found is None:  # what nbval itself sends
                return await super().do_execute(code, *arguments, **options)
            if found[1] == "end":
                warm.tell(speak, {"event": "asks"})
                for at, step in json.loads(hear.readline() or b"[]"):
                    await self._step(at, step, arguments, options)
                warm.tell(speak, {"event": "done"})
                return await super().do_execute("", *arguments, **options)
            return await self._step(int(found[1]), steps[int(found[1])], arguments, options)

        async def _step(self, at: int, step: dict, arguments: tuple, options: dict) -> Any:
            warm.tell(speak, {"event": "step", "at": at})
            begun = time.monotonic()
            reply = await super().do_execute("", *arguments, **options) if step["key"] else None
            if reply is not None:
                told = {"verdict": judge.look(step, self.shell.user_ns)}
            else:
                reply = await super().do_execute(step["source"], *arguments, **options)
                told = {"error": _error(reply)}
            seconds = round(time.monotonic() - begun, 3)
            warm.tell(speak, {"event": "ran", "at": at, "seconds": seconds, **told})
            return reply

    IPKernelApp.launch_instance(kernel_class=Kernel)


def _error(reply: dict) -> str:
    if reply.get("status") == "ok":
        return ""
    if reply.get("ename") == "KeyboardInterrupt":
        return "Timeout"
    return f"{reply.get('ename')}: {reply.get('evalue')}"[:600]


if __name__ == "__main__":
    main()

"""The second engine: the same steps, run by pytest with nbval in a kernel of Jupyter's own.

nbval runs a copy of the submission that holds nothing but its steps. Two processes are forked for
it: one becomes pytest, unmodified, and the other the kernel that pytest asks Jupyter for, through a
kernel provisioner. The kernel is IPython's, except that a check is looked at by the judge, as in the
other engine, and that it tells what came of each step: a verdict never rests on what nbval believes
of a notebook.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

from helpers.grading.telling import tell
from helpers.processes import is_dead

NAME = "grading"
_STEP = re.compile(r"# grading: (\d+|end)\n")
_SECONDS = 10**6  # nbval's own time limit for a cell: ours is kept outside


def import_all() -> None:
    """Import what pytest and the kernel need, without computing anything."""
    for name in ("ipykernel.kernelapp", "jupyter_client.provisioning", "nbval.plugin", "pytest"):
        importlib.import_module(name)


def lay_out(folder: Path, steps: list[tuple[int, dict]]) -> Path:
    """Write the notebook that nbval runs, and the kernel's specification; return the notebook."""
    spec = folder / "kernels" / NAME
    spec.mkdir(parents=True, exist_ok=True)
    provisioner = {"kernel_provisioner": {"provisioner_name": NAME}}
    (spec / "kernel.json").write_text(
        json.dumps({"argv": [NAME], "display_name": NAME, "metadata": provisioner})
    )
    (folder / "pytest.ini").write_text("[pytest]\n")
    marked = [(f"# grading: {at}\n", step["source"]) for at, step in steps]
    cells = [_cell(at, head + source) for at, (head, source) in enumerate(marked)]
    cells.append(_cell(len(cells), "# grading: end\n"))
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    path = folder / "submission.ipynb"
    path.write_text(json.dumps(notebook))
    return path


def _cell(at: int, source: str) -> dict[str, Any]:
    return {
        "cell_type": "code", "source": source, "outputs": [], "execution_count": None,
        "metadata": {}, "id": f"step-{at}",
    }  # fmt: skip


def be_pytest(notebook: Path, kernel: int, door: int) -> NoReturn:
    """Run nbval on a notebook, in this process, and end.

    Args:
        notebook: what `lay_out` returned.
        kernel: the process that becomes the kernel.
        door: where that process reads the path of its connection file.
    """
    os.environ["JUPYTER_PATH"] = str(notebook.parent)
    from types import SimpleNamespace

    import pytest
    from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

    class Provisioner(LocalProvisioner):
        """Gives Jupyter the kernel that was forked already."""

        async def launch_kernel(self, cmd: list[str], **options: Any) -> dict:
            os.write(door, self.parent.connection_file.encode() + b"\n")
            self.process, self.pid = _Forked(kernel), kernel
            return self.connection_info

    # In the place of an entry point, which would have to be installed.
    entry = SimpleNamespace(load=lambda: Provisioner)
    KernelProvisionerFactory.instance().provisioners[NAME] = entry
    folder = notebook.parent
    pytest.main(
        [
            *("-q", "-p", "no:cacheprovider", "--noconftest", "-c", str(folder / "pytest.ini")),
            *("--nbval-lax", "--nbval-kernel-name", NAME, "--nbval-cell-timeout", str(_SECONDS)),
            str(notebook),
        ]
    )
    os._exit(0)


class _Forked:
    """A process of another parent, as Jupyter expects one."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        return 1 if is_dead(self.pid) else None

    def wait(self) -> None:
        """There is nothing to wait for: its parent buries it."""

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    terminate = kill


def be_kernel(
    judge: Any, steps: list[tuple[int, dict]], link: socket.socket, door: int
) -> NoReturn:
    """Wait for a connection file, and be the kernel that it describes.

    Args:
        judge: looks at the checks.
        steps: the cells by their places.
        link: where to tell what comes of each, and to hear of further ones.
        door: where the connection file's path comes from.
    """
    from ipykernel.ipkernel import IPythonKernel
    from ipykernel.kernelapp import IPKernelApp

    known = dict(steps)
    speak, hear = link.makefile("wb", buffering=0), link.makefile("rb")

    class Kernel(IPythonKernel):
        """IPython's, which judges a check where a step is one."""

        was_check = False

        async def do_execute(self, code: str, *arguments: Any, **options: Any) -> Any:
            found = _STEP.match(code)
            if found is None:  # what nbval itself sends
                return await super().do_execute(code, *arguments, **options)
            if found[1] == "end":
                tell(speak, {"event": "asks"})
                for at, step in json.loads(hear.readline() or b"[]"):
                    await self._step(at, step, arguments, options)
                tell(speak, {"event": "done"})
                return await super().do_execute("", *arguments, **options)
            return await self._step(int(found[1]), known[int(found[1])], arguments, options)

        async def _step(self, at: int, step: dict, arguments: tuple, options: dict) -> Any:
            tell(speak, {"event": "step", "at": at})
            begun = time.monotonic()
            is_check = bool(step["key"])
            code = "" if is_check else step["source"]
            reply = await super().do_execute(code, *arguments, **options)
            if is_check:
                told = {"verdict": judge.look(step, self.shell.user_ns, self.was_check)}
            else:
                told = {"error": _error(reply)}
            self.was_check = is_check
            seconds = round(time.monotonic() - begun, 3)
            tell(speak, {"event": "ran", "at": at, "seconds": seconds, **told})
            return reply

    with open(door) as file:
        connection = file.readline().strip()
    sys.argv = [NAME]
    IPKernelApp.launch_instance(argv=["-f", connection], kernel_class=Kernel)
    os._exit(0)


def _error(reply: dict) -> str:
    if reply.get("status") == "ok":
        return ""
    if reply.get("ename") == "KeyboardInterrupt":
        return "Timeout"
    return f"{reply.get('ename')}: {reply.get('evalue')}"[:600]

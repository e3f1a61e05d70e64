"""Where submissions run: in bubblewrap where it works, with limits everywhere.

Inside are Python and its packages, the course without its solutions, and an empty /tmp; no network,
no other submission, no file of the instructor's. See https://github.com/containers/bubblewrap.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from helpers.grading.sheets import COURSE
from helpers.messages import ENGLISH

SCRATCH = 2 * 2**30
"""Bytes that a submission can write."""

OF_THE_COURSE = ("helpers", "notebooks", "pyproject.toml", "requirements.txt", "constraints.txt")
"""What a notebook needs of the course; solutions, tests and authors' files are not there."""

# Of /etc only what programs look up: run by root, a submission could read /etc/shadow.
_ETC = (
    "/etc/alternatives", "/etc/fonts", "/etc/group", "/etc/hosts", "/etc/ld.so.cache",
    "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime", "/etc/mime.types",
    "/etc/nsswitch.conf", "/etc/passwd", "/etc/ssl/certs",
)  # fmt: skip


@dataclass(frozen=True)
class Sandbox:
    """How submissions are kept apart from the machine.

    Args:
        is_wrapped: whether bubblewrap is around them.
        why_not: what it said, where it does not work.
    """

    is_wrapped: bool
    why_not: str = ""

    @property
    def protections(self) -> list[str]:
        """What was active, in the words of a result."""
        always = ["memory", "time", "file-size", "no-core-dumps"]
        if not self.is_wrapped:
            return always
        return [
            "bubblewrap", "no-network", "own-files", "read-only-system", "own-processes",
            "no-capabilities", *always,
        ]  # fmt: skip

    def command(self, *arguments: str) -> list[str]:
        """Return the command that starts Python in here."""
        python = [sys.executable, "-W", "ignore", *arguments]
        return [*_bubblewrap(), *python] if self.is_wrapped else python


def environment(scratch: str = "/tmp") -> dict[str, str]:
    """Return all that a submission sees of the environment; it may write in `scratch`."""
    return {
        "COURSE_LANG": ENGLISH,
        "COURSE_LLM": "tutor",
        "COURSE_PROGRESS": f"{scratch}/progress.txt",
        "HF_HUB_OFFLINE": "1",
        "HF_HOME": f"{scratch}/huggingface",
        "HOME": scratch,
        "IPYTHONDIR": f"{scratch}/ipython",
        # Threads of the warm parent would not live on in its children, so it has none.
        "JE_ARROW_MALLOC_CONF": "background_thread:false",
        "LANG": "C.UTF-8",
        "MPLBACKEND": "agg",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PATH": "/usr/bin:/bin",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": str(COURSE),
        "TMPDIR": scratch,
        "XDG_CACHE_HOME": f"{scratch}/cache",
    }


@functools.cache
def probed() -> Sandbox:
    """Return the sandbox that works on this machine; bubblewrap is tried."""
    if not sys.platform.startswith("linux"):
        return Sandbox(False, f"no bubblewrap on {sys.platform}")
    if shutil.which("bwrap") is None:
        return Sandbox(False, "bwrap is not installed")
    try:
        tried = subprocess.run(
            [*_bubblewrap(), sys.executable, "-c", "print('inside')"],
            check=False, capture_output=True, text=True, timeout=30,
            env=environment(),
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as problem:
        return Sandbox(False, str(problem))
    if tried.stdout.strip() != "inside":
        return Sandbox(False, (tried.stderr.strip().splitlines() or ["bwrap failed"])[-1][:200])
    return Sandbox(True)


def _bubblewrap() -> list[str]:
    command = ["bwrap", "--unshare-all", "--unshare-user", "--uid", "65534", "--gid", "65534"]
    command += ["--cap-drop", "ALL", "--new-session", "--die-with-parent", "--hostname", "grading"]
    # The empty folders come first: Python or the course may themselves be in one of them.
    command += ["--proc", "/proc", "--dev", "/dev", "--size", str(SCRATCH), "--tmpfs", "/tmp"]
    command += ["--size", str(SCRATCH), "--tmpfs", "/dev/shm"]
    for place in _system():
        command += ["--ro-bind", place, place]
    for name in OF_THE_COURSE:
        if (COURSE / name).exists():
            command += ["--ro-bind", str(COURSE / name), str(COURSE / name)]
    outputs = str(COURSE / "outputs")
    return [*command, "--size", str(SCRATCH), "--tmpfs", outputs, "--chdir", "/tmp"]


def _system() -> Iterator[str]:
    """The folders that Python runs from: the system's, its own and those of its packages."""
    places = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", *_ETC]
    places += [sys.prefix, sys.base_prefix, *map(str, map(Path, _packages()))]
    seen: list[str] = []
    for place in places:
        real = os.path.realpath(place)
        for one in dict.fromkeys((place, real)):
            inside = any(one == other or one.startswith(f"{other}/") for other in seen)
            if os.path.exists(one) and not inside and one != "/":
                seen.append(one)
                yield one


def _packages() -> list[str]:
    paths = sysconfig.get_paths()
    return [paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")]

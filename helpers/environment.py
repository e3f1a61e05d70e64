"""`setup`, the first cell: is everything here, and which model is it going to be?"""

from __future__ import annotations

import os
import sys
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from helpers import guards
from helpers.messages import VARIABLE, language, languages, say
from helpers.order import explain_missing_names
from helpers.watching import in_notebook

PYTHON = ((3, 10), (3, 13))
"""The oldest and the newest Python that the tests run with."""

REQUIREMENTS = Path(__file__).parent.parent / "requirements.txt"

_SHOWN = ("distilabel", "transformers", "torch", "datasets")
_default_model = "tutor"


class NotReady(RuntimeError):
    """The course cannot run here. The message says what mends it."""


def setup(lang: str | None = None, model: str | None = None) -> None:
    """Check the environment, choose language and model, and print one line.

    Args:
        lang: the language of all that the course says: `en`, `zh`, `ko` or `vi`. Without it,
            `COURSE_LANG` in the environment decides, or else the notebook's folder.
        model: the model that `load_llm()` gives when it is not told which; any
            name that `load_llm` knows. `COURSE_LLM` in the environment wins.

    Raises:
        NotReady: a library is missing, too old or too new, or Python is; or the course does
            not speak that language.

    >>> setup()                                                  # doctest: +SKIP
    Python 3.11 · distilabel 1.5.3 · transformers 5.23.0 · ... · model: tutor on cpu
    """
    global _default_model
    _default_model = model or _default_model
    guards.install()
    os.environ[VARIABLE] = _spoken(lang)
    if problems := python_problem(sys.version_info[:2]) + library_problems():
        raise NotReady("\n".join(problems))
    explain_missing_names()
    versions = [f"Python {sys.version_info.major}.{sys.version_info.minor}"]
    versions += [f"{name} {version(name)}" for name in _SHOWN]
    print(
        say(
            "setup.line",
            "{versions} · model: {model} on {device}",
            versions=" · ".join(versions),
            model=default_model(),
            device=_device(),
        )
    )


def _spoken(lang: str | None) -> str:
    """The language that was asked for, or else the one of the notebook's folder."""
    asked = lang or os.environ.get(VARIABLE) or language()
    if asked in languages():
        return asked
    raise NotReady(
        say(
            "setup.language",
            "The course does not speak {asked}. It speaks {languages}: write for example "
            '`setup(lang="{example}")`, or set {variable} in the environment.',
            asked=repr(asked),
            languages=", ".join(languages()),
            example=languages()[-1],
            variable=VARIABLE,
        )
    )


def default_model() -> str:
    """The model that a notebook means when it names none."""
    return os.environ.get("COURSE_LLM") or _default_model


def python_problem(found: tuple[int, int]) -> list[str]:
    """Return what is wrong with this version of Python, if anything is."""
    oldest, newest = PYTHON
    if oldest <= found <= newest:
        return []
    text = say(
        "setup.python",
        "Python {found} cannot run the course: it needs {oldest} to {newest}. Install one of "
        "these, for example with `uv python install {newest}`, and start again with it.",
        found="{}.{}".format(*found),
        oldest="{}.{}".format(*oldest),
        newest="{}.{}".format(*newest),
    )
    return [text]


def library_problems(requirements: Path = REQUIREMENTS) -> list[str]:
    """Compare what is installed with the ranges of requirements.txt.

    A course installed without its folder has the same list in its metadata.
    """
    from packaging.requirements import Requirement

    if requirements.is_file():
        lines = requirements.read_text(encoding="utf-8").splitlines()
    else:
        lines = requires("synthetic-data-course") or []
    problems = []
    for line in lines:
        line = line.partition("#")[0].strip()
        if not line:
            continue
        wanted = Requirement(line)
        if wanted.marker is not None and not wanted.marker.evaluate({"extra": ""}):
            continue
        try:
            found = version(wanted.name)
        except PackageNotFoundError:
            found = None
        if found is None or not wanted.specifier.contains(found, prereleases=True):
            problems.append(_library_problem(f"{wanted.name}{wanted.specifier}", found))
    return problems


def _library_problem(wanted: str, found: str | None) -> str:
    pip = "%pip install" if in_notebook() else f"{sys.executable} -m pip install"
    mend = f'{pip} "{wanted}"'
    if found is None:
        return say(
            "setup.missing",
            "{wanted} is missing. Install it and restart:  {mend}",
            wanted=wanted,
            mend=mend,
        )
    return say(
        "setup.version",
        "{wanted} is needed, but version {found} is installed. Change it and restart:  {mend}",
        wanted=wanted,
        found=found,
        mend=mend,
    )


def _device() -> str:
    """What a model would run on; imports torch, which the next cells need anyway.

    The GPU's name would cost the GPU: after asking for it no step could use it.
    """
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"

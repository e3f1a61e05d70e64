"""One check, looked at in the process in which a student's code has run.

Student's code and check share a process, so nobody can promise that the one never fools the other.
What is promised: the check is the course's own, put here after the student's code; it is called
through functions that were taken aside before that code ran; and where the checks, Python's own
functions or the course's modules are no longer what they were, or a wrong value passes, it is said.
"""

from __future__ import annotations

import builtins
import importlib
import pkgutil
import sys
from dataclasses import asdict
from types import CodeType, FunctionType
from typing import Any

import helpers.checks
from helpers.checks import engine, manifest
from helpers.checks.outcome import Status, Verdict
from helpers.checks.rows import rows_of

TAMPERED, ERROR = "tampered", "error"
_LETTERS = 600


class Judge:
    """The checks as they are now, before a student's code runs; `look` is called after it."""

    def __init__(self) -> None:
        for module in pkgutil.walk_packages(helpers.checks.__path__, "helpers.checks."):
            importlib.import_module(module.name)
        self._evaluate, self._rows_of = engine.evaluate, rows_of
        self._builtins = dict(vars(builtins))
        self._snapshot = _snapshot()
        self._modules = {n: m for n, m in sys.modules.items() if n.startswith("helpers.")}

    def look(
        self, step: dict[str, Any], names: dict[str, Any], after_check: bool = False
    ) -> dict[str, Any]:
        """Return the verdict of one check on what stands under the student's names.

        Args:
            step: a check of the course, as it was handed out, or one of an instructor's own, whose
                key begins with `hidden.` and which passes where nothing is raised.
            names: the names of the student's session; they are left as they are.
            after_check: whether no code of the student's ran since the last check, which has seen
                that all is as it was.
        """
        key, is_hidden = step["key"], step["key"].startswith("hidden.")
        worth = step["worth"] if is_hidden else manifest.points()[key]
        nothing = {"key": key, "points": 0, "worth": worth, "codes": [], "criteria": [], "text": ""}
        if not after_check and (changed := self._changed(key)):
            return nothing | {"status": TAMPERED, "text": changed}
        seen: list[Verdict] = []
        own = {"check": lambda name, *values: seen.append(self._evaluate(name, *values))}
        scope = {**names, **({"rows_of": self._rows_of} if is_hidden else own)}
        try:
            exec(compile(step["source"], f"<{key}>", "exec"), scope)  # noqa: S102  (not a student's)
        except Exception as problem:  # noqa: BLE001  (a name that is not there, most often)
            if is_hidden and isinstance(problem, AssertionError):
                return nothing | {"status": Status.NOT_YET.value, "text": _text(problem)}
            text = f"{type(problem).__name__}: {_text(problem)}"
            return nothing | {"status": ERROR, "text": text}
        if changed := self._changed(key):
            return nothing | {"status": TAMPERED, "text": changed}
        if is_hidden:
            return nothing | {"status": Status.CORRECT.value, "points": worth}
        verdict = next((one for one in seen if one.key == key), None)
        return nothing | ({"status": ERROR} if verdict is None else _told(verdict))

    def _changed(self, key: str) -> str:
        """What is no longer as it was; "" where all is."""
        for name, value in self._builtins.items():
            if name not in ("_", "__debug__") and vars(builtins).get(name) is not value:
                return f"builtins.{name}"
        for name, module in self._modules.items():
            if sys.modules.get(name) is not module:
                return name
        for owner, name, value, code in self._snapshot:
            if vars(owner).get(name, self) is not value or _code_of(value) is not code:
                return f"{owner.__name__}.{name}"
        # Canaries: a value that is none, and one that no check can be content with.
        if key in manifest.points():
            if self._evaluate(key, ...).status is not Status.NOT_ATTEMPTED:
                return f"{key} (...)"
            if self._evaluate(key, [{"canary": 1}]).status is not Status.NOT_YET:
                return f"{key} (canary)"
        return ""


def _snapshot() -> list[tuple[Any, str, Any, CodeType | None]]:
    """All that decides what a check says: the names of its modules and classes, and their code."""
    found = []
    for name in sorted(sys.modules):
        module = sys.modules[name]
        if not name.startswith("helpers.checks") and name != "helpers.messages":
            continue
        owners = [module, *(v for v in vars(module).values() if _is_ours(v))]
        for owner in owners:
            for attribute, value in list(vars(owner).items()):
                if attribute not in ("__doc__", "__builtins__", "__warningregistry__"):
                    found.append((owner, attribute, value, _code_of(value)))
    return found


def _is_ours(value: Any) -> bool:
    return isinstance(value, type) and value.__module__.startswith("helpers.")


def _code_of(value: Any) -> CodeType | None:
    function = getattr(value, "__func__", getattr(value, "fget", value))
    return function.__code__ if isinstance(function, FunctionType) else None


def _told(verdict: Verdict) -> dict[str, Any]:
    """A verdict as it is told to the grader, which cuts what is long."""
    return {
        "status": verdict.status.value,
        "points": verdict.points,
        "codes": list(verdict.codes),
        "text": verdict.text,
        "criteria": [asdict(criterion) for criterion in verdict.criteria],
    }


def _text(problem: BaseException) -> str:
    try:
        return str(problem)[:_LETTERS]  # a student's own error may say any amount
    except Exception:  # noqa: BLE001  (an error that cannot say what it is)
        return ""

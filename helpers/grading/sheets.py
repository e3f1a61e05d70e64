"""What is run of a submission: the student's cells, with the course's own checks between them."""

from __future__ import annotations

import ast
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from helpers.checks.manifest import Exercise, exercises
from helpers.grading.submissions import Notebook, Unreadable, read
from helpers.messages import ENGLISH, languages, say

COURSE = Path(__file__).resolve().parents[2]
_KEY = re.compile(r"""\bcheck\(\s*["']([a-z_]+\.[a-z_]+\.[a-z_]+)["']""")
_HEAD = re.compile(r"#\s*([a-z_]+)\s+(\d+)\b")
_LANGUAGE = re.compile(r"""\bsetup\([^)]*\blang\s*=\s*["']([a-z]+)["']""")


def handed_out(language: str = ENGLISH, course: Path = COURSE) -> Path:
    """The folder of the notebooks in a language, as learners get them."""
    return course / "notebooks" / ("" if language == ENGLISH else language)


@dataclass(frozen=True)
class Step:
    """One cell to run.

    Args:
        source: its code.
        key: the check that it is; "" for the student's own code.
        tier: the tier that it belongs to, or "" before the first.
        worth: the points of a hidden check; those of the course's own stand in the manifest.
    """

    source: str
    key: str = ""
    tier: str = ""
    worth: int = 0


@dataclass(frozen=True)
class Reference:
    """What an exercise hands out: its setup cell and its checks, in order."""

    exercise: Exercise
    setup: str
    checks: dict[str, str]


@dataclass
class Sheet:
    """A submission, ready to run.

    Args:
        exercise: the notebook that it answers.
        language: the one that it is written in.
        steps: its cells.
        notes: what was done to the checks: `edited`, `missing`, `duplicated`, `moved`, by key.
    """

    exercise: Exercise
    language: str
    steps: list[Step]
    notes: dict[str, list[str]] = field(default_factory=dict)


@cache
def references(course: Path = COURSE) -> dict[str, Reference]:
    """Return the exercises by name, as the notebooks hand them out."""
    found = {}
    for exercise in exercises():
        handed = read((handed_out(course=course) / f"{exercise.notebook}.ipynb").read_bytes())
        checks = {key: source for source in handed.code for key in keys_in(source)}
        setup = next(source for source in handed.code if "setup()" in source)
        found[exercise.name] = Reference(exercise, setup, checks)
    return found


def hidden_checks(folder: Path) -> list[Step]:
    """Return an instructor's own checks: each `.py` file of a folder is one.

    A file passes where it ends without an error. It sees the student's names, and `rows_of`, which
    gives any dataset as a list of dictionaries. Its first line may say what it is for and worth:
    `# instruction 2`.

    Raises:
        Unreadable: there is none, or one is no Python.
    """
    steps = []
    for path in sorted(folder.glob("*.py")) if folder.is_dir() else ():
        source = path.read_text("utf-8")
        try:
            ast.parse(source)
        except SyntaxError as problem:
            raise Unreadable(f"{path}: {problem}") from None
        head = _HEAD.match(source)
        name, worth = (head[1], int(head[2])) if head else ("", 0)
        steps.append(Step(source, f"hidden.{path.stem}", name, worth))
    if not steps:
        raise Unreadable(
            say("grading.no_hidden", "There is no hidden check (*.py) in {folder}.", folder=folder)
        )
    return steps


def keys_in(source: str) -> list[str]:
    """Return the checks that a cell calls.

    >>> keys_in('check("instruction.turtle.rows", dataset)')
    ['instruction.turtle.rows']
    """
    return _KEY.findall(source)


def sheet(submission: Notebook, path: str = "") -> Sheet:
    """Lay the course's checks between the cells of a submission.

    A cell with a check is replaced by the check as it was handed out; what else stands in that
    cell runs before it. A check that is gone is looked at in the end.

    Args:
        submission: its cells.
        path: its name, which tells the exercise where no check does.

    Raises:
        Unreadable: it is none of this course's exercises.
    """
    reference = _reference_of(submission, path)
    order = list(reference.checks)
    steps, places, edited = [], [], []
    tier = ""
    for source in submission.code:
        keys = [key for key in keys_in(source) if key in reference.checks]
        if not keys:
            steps.append(Step(source, tier=tier))
            continue
        if rest := without_checks(source):
            steps.append(Step(rest, tier=_tier_of(keys[0])))
        for key in dict.fromkeys(keys):
            steps.append(Step(reference.checks[key], key, _tier_of(key)))
            places.append(key)
            if not _is_same(source, reference.checks[key]):
                edited.append(key)
        last_of_tier = [key for key in order if _tier_of(key) == _tier_of(keys[-1])][-1]
        tier = _tier_of(keys[-1])
        if keys[-1] == last_of_tier:
            tier = _next_tier(tier, order)
    missing = [key for key in order if key not in places]
    steps += [Step(reference.checks[key], key, _tier_of(key)) for key in missing]
    firsts = list(dict.fromkeys(places))
    notes = {
        "edited": list(dict.fromkeys(edited)),
        "missing": missing,
        "duplicated": [key for key, count in Counter(places).items() if count > 1],
        "moved": [] if firsts == sorted(firsts, key=order.index) else firsts,
    }
    notes = {name: keys for name, keys in notes.items() if keys}
    return Sheet(reference.exercise, language_of(submission, reference), steps, notes)


def _reference_of(submission: Notebook, path: str) -> Reference:
    found = references()
    counts = Counter(
        key.split(".")[0] for source in submission.code for key in set(keys_in(source))
    )
    known = [name for name, _ in counts.most_common() if name in found]
    if known:
        return found[known[0]]
    for reference in found.values():
        if reference.exercise.notebook in path:
            return reference
    prose = set(submission.prose)
    for reference in found.values():
        if any(prose & _prose(reference.exercise.notebook, code) for code in languages()):
            return reference
    raise Unreadable(
        say(
            "grading.not_ours",
            "There is no check of this course in it, and its name is none of {names}.",
            names=", ".join(reference.exercise.notebook for reference in found.values()),
        )
    )


def _tier_of(key: str) -> str:
    return key.split(".")[1]


def _next_tier(tier: str, order: list[str]) -> str:
    tiers = list(dict.fromkeys(map(_tier_of, order)))
    return tiers[min(tiers.index(tier) + 1, len(tiers) - 1)]


def without_checks(source: str) -> str:
    """Return what stands in a cell beside its calls of `check`; "" where there is nothing else.

    >>> without_checks('rows = 3\\ncheck("instruction.turtle.rows", rows)')
    'rows = 3'
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # A cell with a magic, or one that does not run: without the lines that call a check.
        lines = [line for line in source.splitlines() if not _KEY.search(line)]
        return "\n".join(lines).strip()
    kept = [part for part in tree.body if not _is_check(part)]
    return "\n".join(ast.unparse(part) for part in kept)


def _is_check(part: ast.stmt) -> bool:
    call = part.value if isinstance(part, ast.Expr) else None
    return (
        isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "check"
    )


def _is_same(source: str, canonical: str) -> bool:
    """Whether a check cell says what was handed out, comments and spaces aside."""
    try:
        return ast.dump(ast.parse(source)) == ast.dump(ast.parse(canonical))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def language_of(submission: Notebook, reference: Reference) -> str:
    """Return the language of a submission: what its `setup` says, or that of its own prose."""
    for source in submission.code:
        if (found := _LANGUAGE.search(source)) and found[1] in languages():
            return found[1]
    prose = set(submission.prose)
    shared = {code: len(prose & _prose(reference.exercise.notebook, code)) for code in languages()}
    best = max(shared, key=lambda code: shared[code])
    return best if shared[best] else ENGLISH


@cache
def _prose(notebook: str, language: str) -> frozenset[str]:
    try:
        return frozenset(read((handed_out(language) / f"{notebook}.ipynb").read_bytes()).prose)
    except (OSError, Unreadable):
        return frozenset()

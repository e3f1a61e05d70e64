"""All texts of the course that are translated, collected from where they stand.

The prose and comments of the notebooks and pages, the messages of `helpers`, the titles of the
exercises, the labels of the pictures, and what `make build` itself writes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from authoring import document, pages, pictures
from authoring.document import SourceError, Unit
from helpers.checks.manifest import exercises

# What the builder writes into a page or a notebook that is not all translated.
UNTRANSLATED = Unit("build.untranslated", "Paragraphs that are still in English: {count}")
# The head of the table of exercises, and what stands in it.
TABLE = {
    name: Unit(f"build.table.{name}", text)
    for name, text in {
        "head": "| exercise | tiers | open |",
        "tier": "{mark} {title} ({minutes} minutes, {points} points)",
        "notebook": "notebook",
        "solution": "solution",
        "colab": "Open in Colab",
    }.items()
}


@dataclass(frozen=True)
class Text:
    """A text to translate, and the file that it comes from."""

    unit: Unit
    path: Path

    @property
    def spoken(self) -> bool:
        """Whether `helpers` says it while a notebook runs."""
        return "helpers" in self.path.parts


def page_paths(root: Path) -> list[Path]:
    """README.md and the chapters."""
    return [root / "README.md", *sorted((root / "docs").glob("*.md"))]


def collect(root: Path) -> list[Text]:
    """Return all texts to translate, in the order in which a learner meets their files.

    Raises:
        SourceError: a source has a mistake, or a message is not written as plain text.
    """
    found = []
    for path in page_paths(root):
        for part in pages.parts(path.stem, path.read_text("utf-8")):
            found.append(Text(part.unit, path))
    for path in sorted((root / "authoring" / "notebooks").glob("*.py")):
        found += [Text(unit, path) for unit in document.units(document.read(path))]
    for path in sorted((root / "helpers").rglob("*.py")):
        found += [Text(unit, path) for unit in messages(path)]
    manifest = root / "helpers" / "checks" / "exercises.toml"
    for exercise in exercises():
        for titled in (exercise, *exercise.tiers):
            found.append(Text(Unit(titled.key, titled.english), manifest))
    found += [Text(unit, root / "authoring" / "pictures.py") for unit in pictures.units()]
    built = (UNTRANSLATED, *TABLE.values())
    found += [Text(unit, root / "authoring" / "build.py") for unit in built]
    # The same message may be said at two places.
    return list({(text.unit.context, text.unit.text): text for text in found}.values())


def messages(path: Path) -> Iterator[Unit]:
    """Yield what a module says to learners: the arguments of its calls of `say`.

    Raises:
        SourceError: a key or a text is put together at run time, so nobody could translate it.
    """
    for call in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not (isinstance(call, ast.Call) and getattr(call.func, "id", "") == "say"):
            continue
        values = [value.value for value in call.args if isinstance(value, ast.Constant)]
        if len(values) == 2 and all(isinstance(value, str) for value in values):
            yield Unit(*values, call.lineno)
        elif not _is_title(call):
            raise SourceError(path, call.lineno, "`say` takes a key and a text as plain strings")


def _is_title(call: ast.Call) -> bool:
    """Whether it says a title of the manifest, which is collected there."""
    return all(isinstance(value, ast.Attribute) for value in call.args)

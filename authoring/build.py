"""Derive what learners get from what authors write.

`python -m authoring.build` reads authoring/notebooks/*.py and writes, for each, the exercise
(notebooks/) and the reference solution (solutions/), and the table of exercises in README.md.
`--check` writes nothing and fails on any difference. Everything is derived before anything is
written: a mistake in a source leaves the derived files as they were.
"""

import argparse
import re
import sys
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

import nbformat

from authoring import chapters, document, pictures
from authoring.document import Cell, Document, SourceError, Translate
from helpers.checks.manifest import Exercise, exercises

ROOT = Path(__file__).resolve().parents[1]
PLACEHOLDER = re.compile(r"@([a-z]+(?:[.:][a-z_]+)*)@")
BADGE = "https://colab.research.google.com/assets/colab-badge.svg"
TABLE = ("<!-- exercises: written by `make build` -->", "<!-- end of exercises -->")


def repository(root: Path = ROOT) -> str:
    """Return the repository's address, which stands in pyproject.toml and nowhere else.

    >>> repository().startswith("https://")
    True
    """
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    return project["urls"]["Repository"]


def facts(root: Path = ROOT) -> dict[str, str]:
    """Return what `@name@` in a source stands for: the repository, and the manifest's figures."""
    values = {"repository": repository(root)}
    for exercise in exercises():
        for tier in exercise.tiers:
            name = f"{exercise.name}.{tier.name}"
            values[f"{name}.minutes"] = str(tier.minutes)
            values[f"{name}.points"] = str(tier.total)
    return values


def derive(root: Path = ROOT, translate: Translate = document.english) -> dict[Path, str]:
    """Return the path and the content of every derived file.

    Raises:
        SourceError: there is a mistake in a source.
    """
    known = facts(root)
    files: dict[Path, str] = {}
    for path in sorted((root / "authoring" / "notebooks").glob("*.py")):
        source = document.read(path)
        _check_placeholders(source, known)
        for folder, kind in (("notebooks", document.exercise), ("solutions", document.solution)):
            cells = [
                _filled(cell if not cell.is_code else kind(cell), known)
                for cell in (document.translated(source.name, c, translate) for c in source.cells)
            ]
            files[root / folder / f"{source.name}.ipynb"] = notebook(cells)
    readme = root / "README.md"
    files[readme] = _with_table(readme, known["repository"])
    return files


def _check_placeholders(source: Document, known: dict[str, str]) -> None:
    for cell in source.cells:
        for offset, line in enumerate(cell.source.splitlines(), cell.line + 1):
            for name in PLACEHOLDER.findall(line):
                if name not in known:
                    mistake = f"@{name}@ stands for nothing; known are {', '.join(known)}"
                    raise SourceError(source.path, offset, mistake)


def _filled(cell: Cell, known: dict[str, str]) -> Cell:
    source = PLACEHOLDER.sub(lambda match: known[match[1]], cell.source)
    return Cell(cell.key, cell.is_code, source, cell.line)


def notebook(cells: list[Cell]) -> str:
    """Return cells as the text of a notebook: no outputs, and ids that follow from the keys."""
    made = nbformat.v4.new_notebook(
        metadata={
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    for cell in cells:
        new = nbformat.v4.new_code_cell if cell.is_code else nbformat.v4.new_markdown_cell
        made.cells.append(new(cell.source, id=cell.key.replace(".", "-")))
    nbformat.validate(made)
    return nbformat.writes(made) + "\n"


def _with_table(readme: Path, address: str) -> str:
    """README.md with its table of exercises written anew."""
    text = readme.read_text("utf-8")
    begin, end = (text.find(mark) for mark in TABLE)
    if begin < 0 or end < begin:
        raise SourceError(readme, 1, f"the lines {TABLE[0]} and {TABLE[1]} are missing")
    return text[:begin] + f"{TABLE[0]}\n\n{table(exercises(), address)}\n\n" + text[end:]


def table(listed: tuple[Exercise, ...], address: str) -> str:
    """Return the exercises as a Markdown table."""
    rows = ["| exercise | tiers | open |", "|---|---|---|"]
    colab = address.replace("https://github.com", "https://colab.research.google.com/github")
    for exercise in listed:
        file = f"notebooks/{exercise.notebook}.ipynb"
        tiers = "<br>".join(
            f"{tier.mark} {tier.title} ({tier.minutes} minutes, {tier.total} points)"
            for tier in exercise.tiers
        )
        rows.append(
            f"| {exercise.title} | {tiers} | [notebook]({file}), "
            f"[![Open in Colab]({BADGE})]({colab}/blob/main/{file}), "
            f"[solution](solutions/{exercise.notebook}.ipynb) |"
        )
    return "\n".join(rows)


def differences(files: dict[Path, str], root: Path = ROOT) -> list[str]:
    """Return a sentence for each derived file that is not what its source says."""
    found = []
    for path, content in files.items():
        if not path.exists():
            found.append(f"{path.relative_to(root)} is missing")
        elif path.read_bytes() != content.encode():
            found.append(f"{path.relative_to(root)} differs from its source")
    for folder in ("notebooks", "solutions"):
        for path in sorted((root / folder).glob("**/*.ipynb")):
            if path not in files and ".ipynb_checkpoints" not in path.parts:
                found.append(f"{path.relative_to(root)} has no source")
    return found


def main(arguments: list[str] | None = None) -> int:
    """Build, or check what was built; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m authoring.build", description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail on any difference")
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    root = options.root.resolve()
    try:
        files = derive(root)
    except SourceError as mistake:
        print(f"{mistake}\nNothing was written.", file=sys.stderr)
        return 1
    found = differences(files, root)
    if options.check:
        # Made by `make chapters`, which takes a minute; whether they are stale shows at once.
        stale = chapters.differences(root) + pictures.differences(root)
        for difference in found + stale:
            print(difference, file=sys.stderr)
        for command, wrong in (("make build", found), ("make chapters", stale)):
            if wrong:
                print(f"Run `{command}`, then commit what it wrote.", file=sys.stderr)
        return 1 if found or stale else 0
    for path, content in files.items():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode())
    print(f"Derived {len(files)} files.")
    for difference in found:
        if difference.endswith("has no source"):
            print(f"{difference}: remove it, or add its source.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())

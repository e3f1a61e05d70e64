"""Derive what learners get from what authors write, in every language.

`python -m authoring.build` reads authoring/notebooks/*.py, README.md, docs/*.md and the catalogues
of authoring/locale/. It writes, for each language, the exercises (notebooks/), the reference
solutions (solutions/), the pages (docs/) and what `helpers` says (helpers/locale/), and into the
English pages what is derived in them: the links to the other languages, the table of exercises.

`--check` writes nothing and fails on any difference. Everything is derived before anything is
written: a mistake in a source or in a catalogue leaves the derived files as they were.
"""

import argparse
import os
import re
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

import nbformat

from authoring import catalogues, chapters, document, gallery, pages, pictures, texts
from authoring.catalogues import ENGLISH, Translation
from authoring.document import Cell, Document, SourceError, Unit
from helpers.checks.manifest import Exercise, Tier, exercises

ROOT = Path(__file__).resolve().parents[1]
PLACEHOLDER = re.compile(r"@([a-z]+(?:[.:][a-z_]+)*)@")
BADGE = "https://colab.research.google.com/assets/colab-badge.svg"
KINDS = {"notebooks": document.exercise, "solutions": document.solution}


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


# --- what stands where ------------------------------------------------------------------------


def place(path: PurePosixPath, language: str) -> PurePosixPath:
    """Where a file stands in a language, given where it stands in English.

    >>> place(PurePosixPath("README.md"), "ko"), place(PurePosixPath("docs/images/a.png"), "ko")
    (PurePosixPath('docs/ko/README.md'), PurePosixPath('docs/images/ko/a.png'))
    """
    if language == ENGLISH:
        return path
    return (path.parent if path.parent.name else PurePosixPath("docs")) / language / path.name


@dataclass
class Edition:
    """The course in one language: everything that is derived for it.

    Args:
        language: its code.
        translate: gives its texts.
        languages: the codes of all languages, in the order in which a page lists them.
        sources: the notebooks' sources.
        pages: each page in English, by where it stands.
        known: what a placeholder of a notebook stands for.
    """

    language: str
    translate: Translation
    languages: list[str]
    sources: list[Document]
    pages: dict[PurePosixPath, str]
    known: dict[str, str]

    def files(self) -> dict[PurePosixPath, str]:
        """The notebooks, solutions and pages of this language, by where they stand."""
        made = {place(path, self.language): self.page(path) for path in self.pages}
        for source in self.sources:
            for folder in KINDS:
                path = PurePosixPath(folder, f"{source.name}.ipynb")
                made[place(path, self.language)] = self.notebook(source, path)
        return made

    @cached_property
    def translated_pages(self) -> dict[PurePosixPath, str]:
        """The pages in this language, with the links of the English ones."""
        return {
            path: pages.translated(path.stem, text, self.translate)
            for path, text in self.pages.items()
        }

    @cached_property
    def siblings(self) -> dict[PurePosixPath, PurePosixPath]:
        """From each English file that exists in all languages to that of this one."""
        notebooks = [PurePosixPath(k, f"{s.name}.ipynb") for k in KINDS for s in self.sources]
        images = [PurePosixPath("docs/images", name) for name in pictures.PICTURES]
        return {path: place(path, self.language) for path in [*self.pages, *notebooks, *images]}

    @cached_property
    def anchors(self) -> dict[PurePosixPath, dict[str, str]]:
        """For each English page, from its anchors to those of its translation."""
        translated = self.translated_pages
        return {path: pages.anchors(self.pages[path], translated[path]) for path in self.pages}

    def linked(self, text: str, path: PurePosixPath) -> str:
        """A text of the file `path` with its links turned to the files of this language."""
        target = place(path, self.language)
        return pages.relinked(text, path, target, self.siblings, self.anchors)

    def page(self, path: PurePosixPath) -> str:
        """A page: README.md or a chapter."""
        english = self.pages[path]
        text = english
        if self.language != ENGLISH:
            text = self.linked(self.translated_pages[path], path)
            text = chapters.STAMP.sub("\n", text)
        lacking = sum(self.translate.lacks(part.unit) for part in pages.parts(path.stem, english))
        text = with_derived(text, path, "languages", self.bar(path, lacking))
        if path.name == "README.md":
            text = with_derived(text, path, "exercises", self.table())
        return text

    def notebook(self, source: Document, path: PurePosixPath) -> str:
        """A notebook, with gaps or with solutions as its folder says."""
        kind = KINDS[path.parts[0]]
        lacking = sum(self.translate.lacks(unit) for unit in document.units(source))
        cells = []
        for number, english in enumerate(source.cells):
            cell = document.translated(source.name, english, self.translate)
            text = self.linked(cell.source, path)
            if number == 0 and not cell.is_code:
                text += f"\n\n{self.bar(path, lacking)}"
            if cell.is_code:
                text = kind(cell).source
            text = PLACEHOLDER.sub(lambda match: self.known[match[1]], text)
            cells.append(Cell(cell.key, cell.is_code, text, cell.line))
        return notebook(cells)

    def bar(self, path: PurePosixPath, lacking: int) -> str:
        """The links from a file to itself in the other languages, and what is not translated."""
        here = place(path, self.language).parent
        names = []
        for language in self.languages:
            name = catalogues.name_of(language)
            if language != self.language:
                name = f"[{name}]({os.path.relpath(place(path, language), here)})"
            names.append(name)
        line = " · ".join(names)
        if lacking:
            line += f"\n\n*{self.translate(texts.UNTRANSLATED).format(count=lacking)}*"
        return line

    def table(self) -> str:
        """The exercises as a Markdown table for README.md."""
        rows = [self.translate(texts.TABLE["head"]), "|---|---|---|"]
        return "\n".join([*rows, *map(self._table_row, exercises())])

    def _table_row(self, exercise: Exercise) -> str:
        here = place(PurePosixPath("README.md"), self.language).parent
        file = place(PurePosixPath("notebooks", f"{exercise.notebook}.ipynb"), self.language)
        solved = place(PurePosixPath("solutions", f"{exercise.notebook}.ipynb"), self.language)
        colab = self.known["repository"].replace(
            "https://github.com", "https://colab.research.google.com/github"
        )
        words = {name: self.translate(unit) for name, unit in texts.TABLE.items()}

        def tier_line(tier: Tier) -> str:
            title = self.translate(Unit(tier.key, tier.english))
            return words["tier"].format(
                mark=tier.mark, title=title, minutes=tier.minutes, points=tier.total
            )

        return (
            f"| {self.translate(Unit(exercise.key, exercise.english))} "
            f"| {'<br>'.join(map(tier_line, exercise.tiers))} "
            f"| [{words['notebook']}]({os.path.relpath(file, here)}), "
            f"[![{words['colab']}]({BADGE})]({colab}/blob/main/{file}), "
            f"[{words['solution']}]({os.path.relpath(solved, here)}) |"
        )


def with_derived(text: str, path: PurePosixPath, name: str, content: str) -> str:
    """The page with what is derived in it written anew, between the lines that mark it."""
    begin, end = f"<!-- {name}: written by `make build` -->", f"<!-- end of {name} -->"
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise SourceError(Path(path), 1, f"the lines {begin} and {end} are missing")
    return f"{before}{begin}\n\n{content}\n\n{end}{after}"


def _check_placeholders(source: Document, known: dict[str, str]) -> None:
    for cell in source.cells:
        for offset, line in enumerate(cell.source.splitlines(), cell.line + 1):
            for name in PLACEHOLDER.findall(line):
                if name not in known:
                    mistake = f"@{name}@ stands for nothing; known are {', '.join(known)}"
                    raise SourceError(source.path, offset, mistake)


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


# --- the whole course -------------------------------------------------------------------------


def derive(root: Path = ROOT) -> dict[Path, bytes]:
    """Return the path and the content of every derived file, in all languages.

    Raises:
        SourceError: there is a mistake in a source or in a catalogue.
    """
    known = facts(root)
    sources = [document.read(path) for path in sorted((root / "authoring/notebooks").glob("*.py"))]
    for source in sources:
        _check_placeholders(source, known)
    english = {
        PurePosixPath(path.relative_to(root).as_posix()): path.read_text("utf-8")
        for path in texts.page_paths(root)
    }
    translations = catalogues.translations(root)
    collected = texts.collect(root)
    files: dict[Path, bytes] = {}
    for language, translate in translations.items():
        edition = Edition(language, translate, list(translations), sources, english, known)
        for path, text in edition.files().items():
            files[root / path] = text.encode()
        if language != ENGLISH:
            messages = root / "helpers/locale" / language / "LC_MESSAGES/helpers.mo"
            files[messages] = catalogues.compiled(translate, collected)
    return files


def differences(files: dict[Path, bytes], root: Path = ROOT) -> list[str]:
    """Return a sentence for each derived file that is not what its source says."""
    found = []
    for path, content in files.items():
        if not path.exists():
            found.append(f"{path.relative_to(root)} is missing")
        elif path.read_bytes() != content:
            found.append(f"{path.relative_to(root)} differs from its source")
    derived = (
        "notebooks/**/*.ipynb",
        "solutions/**/*.ipynb",
        "docs/*/*.md",
        "helpers/locale/**/*.mo",
    )
    for path in sorted(path for pattern in derived for path in root.glob(pattern)):
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
        stale = chapters.differences(root)
        stale += gallery.differences(catalogues.translations(root), root)
        for difference in found + stale:
            print(difference, file=sys.stderr)
        for command, wrong in (("make build", found), ("make chapters", stale)):
            if wrong:
                print(f"Run `{command}`, then commit what it wrote.", file=sys.stderr)
        return 1 if found or stale else 0
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    print(f"Derived {len(files)} files.")
    for line in catalogues.summary(root):
        print(line)
    for difference in found:
        if difference.endswith("has no source"):
            print(f"{difference}: remove it, or add its source.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())

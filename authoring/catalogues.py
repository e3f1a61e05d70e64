"""The translations: one catalogue per language, in gettext's PO format, kept by Babel.

`make messages` brings the catalogues of authoring/locale/ up to date with the English texts. A
sentence that was reworded keeps its old translation, marked as fuzzy; what is fuzzy or missing is
shown in English. With `MINOR=1` a translation stays good where nothing but punctuation or case has
changed, and `NEW=fr` begins a language.
"""

from __future__ import annotations

import argparse
import datetime
import io
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, unescape, write_po

from authoring import lint, texts
from authoring.document import SourceError, Unit
from authoring.texts import Text

ROOT = Path(__file__).resolve().parents[1]
ENGLISH = "en"
# The history of the files says when they changed; a date in them would make each build another.
DATE = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
HEADER = """\
# The course in {name}. `make messages` keeps this file up to date with the English texts.
# What each text is named after, and how to mend a translation: see CONTRIBUTING.md."""


def folder(root: Path = ROOT) -> Path:
    return root / "authoring" / "locale"


def languages(root: Path = ROOT) -> list[str]:
    """The languages that have a catalogue; English has none."""
    return sorted(path.stem for path in folder(root).glob("*.po"))


def name_of(language: str) -> str:
    """What a language calls itself.

    >>> name_of("ko")
    '한국어'
    """
    name = Locale.parse(language).get_language_name(language)
    return name[0].upper() + name[1:]


def read(path: Path) -> Catalog:
    """Read a catalogue.

    Raises:
        SourceError: the file is not a PO file.
    """
    try:
        with path.open("rb") as file:
            catalogue = read_po(file, locale=path.stem, abort_invalid=True)
    except PoFileError as error:
        line = getattr(error, "lineno", None) or 0
        raise SourceError(path, line + 1, f"this is not a PO file: {error}") from None
    except UnicodeDecodeError as error:
        raise SourceError(path, 1, f"this is not UTF-8: {error}") from None
    for message in catalogue:  # babel reads what a text was before ("#|") as a comment of ours
        before = " ".join(c[1:] for c in message.user_comments if c.startswith("|"))
        message.user_comments = [c for c in message.user_comments if not c.startswith("|")]
        if before and message.fuzzy:
            lines = re.findall(r'"(?:\\.|[^"\\])*"', before)
            message.previous_id = ["".join(map(unescape, lines))]
    return catalogue


@dataclass(frozen=True)
class Translation:
    """One language: called with a unit, it gives the text that a reader gets.

    Args:
        catalogue: its translations; English has none.
    """

    catalogue: Catalog | None = None

    def __call__(self, unit: Unit) -> str:
        message = self.found(unit)
        return message.string if message else unit.text

    def found(self, unit: Unit) -> Message | None:
        """The translation of a unit that may be shown, if there is one."""
        if self.catalogue is None:
            return None
        message = self.catalogue.get(unit.text, unit.context)
        return message if message and message.string and not message.fuzzy else None

    def lacks(self, unit: Unit) -> bool:
        """Whether a reader of this language gets English here."""
        return self.catalogue is not None and self.found(unit) is None


def translations(root: Path = ROOT) -> dict[str, Translation]:
    """Every language of the course, English first.

    Raises:
        SourceError: a catalogue is malformed, or lint finds a mistake in it.
    """
    made = {ENGLISH: Translation()}
    for language in languages(root):
        path = folder(root) / f"{language}.po"
        catalogue = read(path)
        for message in catalogue:
            if message.id and message.string and not message.fuzzy:
                for mistake in lint.mistakes(message.id, message.string, language):
                    line = line_of(path, message)
                    raise SourceError(path, line, f"{message.context}: {mistake}")
        made[language] = Translation(catalogue)
    return made


def line_of(path: Path, message: Message) -> int:
    """The line of a catalogue on which a message's name stands."""
    lines = path.read_text("utf-8").splitlines()
    wanted = f'msgctxt "{message.context}"'
    return next((number for number, line in enumerate(lines, 1) if line == wanted), 1)


def template(collected: list[Text], root: Path, language: str) -> Catalog:
    """The English texts as a catalogue without translations."""
    made = Catalog(
        locale=language,
        project="synthetic-data-course",
        header_comment=HEADER.format(name=Locale.parse(language).get_language_name("en")),
        creation_date=DATE,
        revision_date=DATE,
        last_translator="",
        language_team="",
        copyright_holder="",
        fuzzy=False,
    )
    for text in collected:
        place = (text.path.relative_to(root).as_posix(), 1)
        # No formats: a brace in a text is a placeholder in one place and code in another.
        made.add(text.unit.text, context=text.unit.context, locations=[place])
        made.get(text.unit.text, text.unit.context).flags.clear()
    return made


def refreshed(old: Catalog | None, collected: list[Text], root: Path, language: str) -> Catalog:
    """The catalogue of a language with the English texts as they are now.

    A text that was reworded takes its old translation with it as fuzzy: from the text of the same
    name where there is one, else from the one most like it.
    """
    new = template(collected, root, language)
    if old is None:
        return new
    known = {(message.context, message.id): message.previous_id for message in old}
    doubtful: dict[str, set[str | None]] = {}
    for message in old:
        if message.id and message.fuzzy:
            doubtful.setdefault(message.id, set()).add(message.context)
    old.update(new, update_creation_date=False)
    old.header_comment = new.header_comment
    for message in old:
        if (name := (message.context, message.id)) in known:
            message.previous_id = known[name] if message.fuzzy else []
            continue
        previous = message.previous_id[0] if message.previous_id else None
        if previous in doubtful and message.context not in doubtful[previous]:
            # A guess made of a guess: it would look like the translation of this very text.
            message.string, message.previous_id = "", []
            message.flags.discard("fuzzy")
    before = {m.context: m for m in old.obsolete.values() if m.string}
    for message in old:
        if message.id and not message.string and message.context in before:
            message.string = before[message.context].string
            message.previous_id = [before[message.context].id]
            message.flags.add("fuzzy")
    old.obsolete.clear()
    return old


def keep_minor(catalogue: Catalog) -> list[Message]:
    """Keep the translations of texts in which only punctuation or case has changed."""
    kept = []
    for message in catalogue:
        before = message.previous_id if message.id and message.fuzzy else []
        if before and _words(before[0]) == _words(message.id):
            message.flags.discard("fuzzy")
            message.previous_id = []
            kept.append(message)
    return kept


def _words(text: str) -> str:
    """A text without punctuation and case; what stands in code, links and braces counts whole."""
    kept = " ".join(lint.fixed_parts(text))
    return kept + "|" + " ".join(re.sub(r"[.,;:!?…'\"“”‘’()-]", " ", text.casefold()).split())


def written(catalogue: Catalog) -> bytes:
    """The catalogue as a PO file."""
    catalogue.revision_date = catalogue.creation_date = DATE
    file = io.BytesIO()
    write_po(file, catalogue, width=None, include_lineno=False, include_previous=True)
    return file.getvalue()


def compiled(translation: Translation, collected: list[Text]) -> bytes:
    """What `helpers` says in this language, in gettext's MO format."""
    locale = translation.catalogue.locale
    made = Catalog(locale=locale, creation_date=DATE, revision_date=DATE)
    for text in collected:
        message = translation.found(text.unit)
        if text.spoken and message:
            made.add(message.id, message.string, context=message.context)
    file = io.BytesIO()
    write_mo(file, made)
    return file.getvalue()


def figures(catalogue: Catalog, collected: list[Text]) -> tuple[int, int, int]:
    """How many of the texts are translated, missing and fuzzy."""
    messages = [catalogue.get(text.unit.text, text.unit.context) for text in collected]
    fuzzy = sum(bool(m and m.fuzzy) for m in messages)
    done = sum(bool(m and m.string and not m.fuzzy) for m in messages)
    return done, len(messages) - done - fuzzy, fuzzy


def summary(root: Path = ROOT) -> list[str]:
    """A line per language: how many texts are translated, missing and fuzzy."""
    collected = texts.collect(root)
    return [
        _figures_line(language, read(folder(root) / f"{language}.po"), collected)
        for language in languages(root)
    ]


def _figures_line(language: str, catalogue: Catalog, collected: list[Text]) -> str:
    done, missing, fuzzy = figures(catalogue, collected)
    return (
        f"{language}: {done} of {len(collected)} texts translated, {missing} missing, {fuzzy} fuzzy"
    )


def main(arguments: list[str] | None = None) -> int:
    """Refresh the catalogues; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m authoring.catalogues",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--minor", action="store_true", help="keep what differs in nothing else")
    parser.add_argument("--new", metavar="LANGUAGE", help="begin a language, such as fr")
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    root = options.root.resolve()
    wanted = languages(root)
    try:
        if options.new and options.new not in wanted:
            Locale.parse(options.new)
            wanted.append(options.new)
        collected = texts.collect(root)
        old = {
            language: read(path)
            for language in wanted
            if (path := folder(root) / f"{language}.po").exists()
        }
    except (UnknownLocaleError, ValueError):
        example = "a code such as fr or pt_BR"
        print(f"There is no language {options.new!r}: {example} is expected.", file=sys.stderr)
        return 1
    except SourceError as mistake:
        print(f"{mistake}\nNothing was written.", file=sys.stderr)
        return 1
    for language in wanted:
        catalogue = refreshed(old.get(language), collected, root, language)
        kept = keep_minor(catalogue) if options.minor else []
        folder(root).mkdir(exist_ok=True)
        (folder(root) / f"{language}.po").write_bytes(written(catalogue))
        line = _figures_line(language, catalogue, collected)
        print(line + (f", {len(kept)} carried over" if kept else ""))
    return 0


if __name__ == "__main__":
    sys.exit(main())

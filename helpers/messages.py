"""Every text that a learner reads passes through `say`, which knows the learner's language.

The key names the text in the message catalogue; the English text stands in the call, so that the
code reads by itself and a missing translation shows English. The translations stand in
`locale/LANGUAGE/`, in gettext's format, and are derived from the authors' catalogues.
"""

import gettext
import os
from functools import cache
from pathlib import Path

LOCALE = Path(__file__).with_name("locale")
ENGLISH = "en"
VARIABLE = "COURSE_LANG"
"""The environment's variable that names the language."""

_FOLDERS = ("notebooks", "solutions", "docs")


@cache
def languages() -> tuple[str, ...]:
    """The languages that the course speaks, English first.

    >>> languages()[0]
    'en'
    """
    found = sorted(path.parts[-3] for path in LOCALE.glob("*/LC_MESSAGES/helpers.mo"))
    return (ENGLISH, *found)


def language() -> str:
    """The language of what is said now.

    The environment's `COURSE_LANG` decides, which `setup(lang=...)` sets; without it the folder
    that a notebook stands in, such as notebooks/ko; else it is English.
    """
    named = os.environ.get(VARIABLE)
    if named in languages():
        return named
    *_, above, folder = ("", "", *_working_folder().parts)
    return folder if above in _FOLDERS and folder in languages() else ENGLISH


def _working_folder() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError:  # it was removed under our feet
        return Path()


@cache
def _catalogue(code: str) -> gettext.NullTranslations:
    return gettext.translation("helpers", LOCALE, [code], fallback=True)


def in_language(folder: Path) -> Path:
    """The part of a folder that is in the learner's language; English stands in the folder itself.

    >>> in_language(Path("solutions")).name
    'solutions'
    """
    there = folder / language()
    return there if there.is_dir() else folder


def say(key: str, text: str, /, **values: object) -> str:
    """Return the text behind `key`, in the learner's language, with its placeholders filled in.

    Args:
        key: the text's name in the catalogue, for example `"setup.line"`.
        text: the English text, with placeholders such as `{model}`.
        values: what each placeholder stands for. Braces inside a value are safe.

    Raises:
        KeyError: a placeholder of the text has no value.

    >>> say("setup.line", "Ready, with {model}.", model="tutor")
    'Ready, with tutor.'
    """
    return _catalogue(language()).pgettext(key, text).format(**values)


_WHOLE_SENTENCES = {"DistilabelUserError", "ClusterError", "NotLoaded"}


def reason_of(error: BaseException) -> str:
    """One short line that says what went wrong."""
    name, lines = type(error).__name__, str(error).strip().splitlines()
    if not lines:
        return name
    return lines[0][:600] if name in _WHOLE_SENTENCES else f"{name}: {lines[0][:300]}"

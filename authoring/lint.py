"""What a translation has to have in common with its English text."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from markdown_it import MarkdownIt

CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)|(https?://[^\s)>\]，。、]+[^\s)>\]，。、.,:;])")
PLACEHOLDER = re.compile(r"(?<!\{)\{\w*(?:![ars])?(?::[^{}]*)?\}(?!\})|@[a-z]+(?:[.:][a-z_]+)*@")
TAG = re.compile(r"</?[a-z]+[^<>]*>|<!--.*?-->", re.DOTALL)
CITED = re.compile(r"\[[A-Z_]{3,}\]")
MARKS = "🐢🐕🦁"
HEADING = re.compile(r"^(#{1,6}) ", re.MULTILINE)
# A particle whose form depends on the sound before it, straight after a value that is not known.
PARTICLE = re.compile(
    r"(\{\w*[^{}]*\})[`*\"'”’)\]]*(은|는|이|가|을|를|와|과|로|으로|이나|나|랑|이랑|아|야)(?![가-힣])"
)


def _codes(text: str) -> list[str]:
    return [" ".join(found[2].split()) for found in CODE.finditer(FENCE.sub("", text))]


def _links(text: str) -> list[str]:
    return [one or other for one, other in LINK.findall(text)]


PARTS = {
    "blocks of code": lambda text: FENCE.findall(text),
    "code": _codes,
    "links": _links,
    "placeholders": lambda text: PLACEHOLDER.findall(text),
    "HTML tags": lambda text: TAG.findall(CODE.sub("", FENCE.sub("", text))),
    "codes of outcomes": lambda text: CITED.findall(CODE.sub("", text)),
    "tier marks": lambda text: [letter for letter in text if letter in MARKS],
    "headings": lambda text: HEADING.findall(FENCE.sub("", text)),
}


def fixed_parts(text: str) -> list[str]:
    """What no translation may change: code, links, placeholders and the like.

    >>> fixed_parts("See `run` at {place}.")
    ['run', '{place}']
    """
    return [part for find in PARTS.values() for part in find(text)]


def mistakes(english: str, translation: str, language: str) -> Iterator[str]:
    """Yield what is wrong with a translation, one sentence each.

    >>> list(mistakes("{n} rows", "rows", "vi"))
    ['placeholders: {n} is missing']
    """
    for name, find in PARTS.items():
        wanted, there = Counter(find(english)), Counter(find(translation))
        for part in wanted - there:
            yield f"{name}: {part} is missing"
        for part in there - wanted:
            yield f"{name}: {part} is not in the English text"
    if unicodedata.normalize("NFC", translation) != translation:
        yield "it is not in Unicode's composed form (NFC)"
    if language == "ko":
        for value, particle in PARTICLE.findall(translation):
            yield f"the particle {particle} stands straight after {value}, whose sound is not known"
    if left := left_over(translation):
        yield f"emphasis that Markdown leaves as it is: {left}"
    for edge, name in (((0, 1), "begins"), ((-1, None), "ends")):
        if english[slice(*edge)].isspace() != translation[slice(*edge)].isspace():
            yield f"it {name} with a space or a new line, or its English text does"


def left_over(text: str) -> str:
    """The first line in which rendered Markdown still shows stars, or nothing.

    >>> left_over("**`num_rows`**를 보라")
    '**num_rows**를 보라'
    """
    for token in MarkdownIt().parse(text):
        words = "".join(t.content for t in token.children or [] if t.type == "text")
        if "**" in words:
            return "".join(t.content for t in token.children or [])
    return ""

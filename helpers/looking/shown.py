"""What is shown: made safe to show, and kept in the forms that notebooks and terminals take."""

import base64
import re
from dataclasses import dataclass
from html import escape

# What neither HTML nor SVG may hold, or what moves a terminal's cursor.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class NothingToShow(ValueError):
    """There is nothing here that can be shown. The message says why, and what can be."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]  # IPython shows this, and no stack


def printable(text: object) -> str:
    """Return a text without control characters; letters, emoji and line breaks stay.

    >>> printable("one\\x1b[2J\\r\\ntwo")
    'one�[2J\\ntwo'
    """
    return _UNPRINTABLE.sub("\ufffd", str(text).replace("\r\n", "\n").replace("\r", "\n"))


def safe(text: object) -> str:
    """Return a text as it may stand in HTML or SVG: nothing in it is markup any more.

    >>> safe("<script>alert(1)</script>")
    '&lt;script&gt;alert(1)&lt;/script&gt;'
    """
    return escape(printable(text))


@dataclass(frozen=True)
class Picture:
    """A picture for the eye, and the same in words.

    Args:
        svg: the picture, sharp at any size.
        alt: one line that says what it shows.
        text: what it shows, for terminals.
    """

    svg: str
    alt: str
    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        """As an image: no text in it can act on the page, and a screen reader says its line."""
        data = base64.b64encode(self.svg.encode("utf-8")).decode("ascii")
        return (
            f'<img alt="{safe(self.alt)}" style="max-width:100%;height:auto" '
            f'src="data:image/svg+xml;base64,{data}">'
        )

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {
            "text/html": self._repr_html_(),
            "image/svg+xml": self.svg,
            "text/plain": self.text,
        }

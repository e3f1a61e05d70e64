"""Draw the pictures of the chapters, in every language.

`python -m authoring.gallery` writes docs/images/*.png and docs/images/LANGUAGE/*.png where they are
missing or stale. English is written in the font that comes with Pillow, so that the same Pillow draws
the same pixels everywhere. The other languages need Noto Sans CJK (Debian: `fonts-noto-cjk`, or
`COURSE_FONT=FILE`). Each picture holds the digest of what it was drawn from, and so whether it is stale
shows without the font.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageChops
from PIL.PngImagePlugin import PngInfo

from authoring import catalogues, pictures
from authoring.document import Unit

ROOT = Path(__file__).resolve().parents[1]
FONTS = [
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/Library/Fonts/NotoSansCJK-Regular.ttc",
]
ALIKE = 8  # of 255: what two builds of Pillow may differ in at an edge


def folder(language: str, root: Path = ROOT) -> Path:
    """Where the pictures of a language are."""
    return root / "docs" / "images" / ("" if language == "en" else language)


def stamp(said: dict[str, str]) -> str:
    """A digest of what a picture is drawn from: its code and its labels."""
    drawn_by = Path(pictures.__file__).read_text("utf-8")
    return hashlib.sha256(f"{drawn_by}{sorted(said.items())}".encode()).hexdigest()[:16]


def differences(translations: dict[str, Callable[[Unit], str]], root: Path = ROOT) -> list[str]:
    """Return a sentence for each picture that is not what its code draws.

    Args:
        translations: how each language translates a label, English included.
        root: the course's folder.
    """
    found = []
    wanted = set()
    for language, translate in translations.items():
        for name, draw in pictures.PICTURES.items():
            path = folder(language, root) / name
            wanted.add(path)
            shown = path.relative_to(root).as_posix()
            said = pictures.labels(name, translate)
            if not path.exists():
                found.append(f"{shown} is missing")
            elif Image.open(path).info.get("source") != stamp(said):
                found.append(f"{shown} is not what authoring/pictures.py draws")
            elif language == "en" and not _alike(Image.open(path), draw(said.__getitem__)):
                found.append(f"{shown} has other pixels than authoring/pictures.py draws")
    for path in sorted((root / "docs" / "images").rglob("*.png")):
        if path not in wanted:
            found.append(f"{path.relative_to(root)} is not drawn by authoring/pictures.py")
    return found


def _alike(one: Image.Image, other: Image.Image) -> bool:
    if one.size != other.size:
        return False
    channels = ImageChops.difference(one.convert("RGBA"), other).getextrema()
    return max(highest for _, highest in channels) <= ALIKE


def _font() -> str:
    """The file of a font that has the letters of all languages.

    Raises:
        FileNotFoundError: there is none on this computer.
    """
    named = os.environ.get("COURSE_FONT")
    for path in [named] if named else FONTS:
        if Path(path).exists():
            return path
    raise FileNotFoundError(
        f"No font with the letters of all languages at {named or ', '.join(FONTS)}. "
        "Install Noto Sans CJK (Debian: fonts-noto-cjk), or name a font file in COURSE_FONT."
    )


def main() -> int:
    """Draw what is missing or stale; return the exit status."""
    for language, translate in catalogues.translations(ROOT).items():
        for name, draw in pictures.PICTURES.items():
            path = folder(language) / name
            said = pictures.labels(name, translate)
            if path.exists() and Image.open(path).info.get("source") == stamp(said):
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            about = PngInfo()
            about.add_text("source", stamp(said))
            font = "" if language == "en" else _font()
            draw(said.__getitem__, font).save(path, optimize=True, pnginfo=about)
            print(f"{path.relative_to(ROOT).as_posix()} drawn.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The pictures of the chapters: what is drawn, with labels in any language.

A picture is a card with a background of its own, so that it reads on a light page and on a dark one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from authoring.document import Unit

FINE = 2  # drawn so many times larger, then made smaller: edges become smooth
PAPER, INK, GREY = "#fbfaf7", "#22303c", "#5d6b76"
BLUE, GREEN, PURPLE, SAND = "#d8e8f6", "#dcefdc", "#e7def3", "#f4e8d0"
EDGES = {BLUE: "#2f6a9e", GREEN: "#35753a", PURPLE: "#6c4c9e", SAND: "#a67f2e"}


@dataclass
class Card:
    """A picture with its own background, drawn in pixels from the upper left corner.

    Args:
        width: of the finished picture, in pixels.
        height: of the finished picture, in pixels.
        font: a font file; without one, Pillow's own.
    """

    width: int
    height: int
    font: str = ""
    image: Image.Image = field(init=False)

    def __post_init__(self) -> None:
        self.image = Image.new("RGBA", (self.width * FINE, self.height * FINE), (0, 0, 0, 0))
        self._pen = ImageDraw.Draw(self.image)
        self.box(0, 0, self.width - 1, self.height - 1, PAPER, radius=28, edge="#d9d5cb")

    def box(
        self, x: int, y: int, width: int, height: int, fill: str, radius: int = 18, edge: str = ""
    ) -> None:
        """A box with round corners."""
        corners = [x * FINE, y * FINE, (x + width) * FINE, (y + height) * FINE]
        edge = edge or EDGES[fill]
        self._pen.rounded_rectangle(corners, radius * FINE, fill=fill, outline=edge, width=2 * FINE)

    def text(
        self, x: int, y: int, text: str, size: int = 26, colour: str = INK, bold: bool = False
    ) -> None:
        """Text whose middle is at (x, y)."""
        font = ImageFont.load_default(size * FINE)
        if self.font:
            font = ImageFont.truetype(self.font, round(size * FINE * 0.94))
        self._pen.text(
            (x * FINE, y * FINE),
            text,
            fill=colour,
            font=font,
            anchor="mm",
            align="center",
            stroke_width=FINE // 2 if bold else 0,
            stroke_fill=colour,
            spacing=10 * FINE,
        )

    def arrow(self, x: int, y: int, to_x: int, to_y: int) -> None:
        """A straight arrow."""
        angle = math.atan2(to_y - y, to_x - x)
        neck = (to_x - 16 * math.cos(angle), to_y - 16 * math.sin(angle))
        line = [(x * FINE, y * FINE), (neck[0] * FINE, neck[1] * FINE)]
        self._pen.line(line, fill=GREY, width=4 * FINE)
        head = [(to_x, to_y)]
        for side in (-1, 1):
            turned = angle + side * math.pi / 2
            head.append((neck[0] + 10 * math.cos(turned), neck[1] + 10 * math.sin(turned)))
        self._pen.polygon([(a * FINE, b * FINE) for a, b in head], fill=GREY)

    def finished(self) -> Image.Image:
        return self.image.resize((self.width, self.height), Image.Resampling.LANCZOS)


# From a picture's English label to that of another language.
Label = Callable[[str], str]


def taxonomy(label: Label, font: str = "") -> Image.Image:
    """The three families of synthetic data for language models, and where they are taught."""
    card = Card(1500, 700, font)
    card.box(450, 50, 600, 100, SAND)
    card.text(750, 100, label("Synthetic data for language models"), 32, bold=True)
    families = [
        (BLUE, "Instructions", "an instruction\nand its response",
         "SelfInstruct\nEvolInstruct\nMagpie", "chapter 1"),
        (GREEN, "Preferences", "a prompt, a better\nand a worse response",
         "several models\nEvolQuality\nUltraFeedback", "chapter 2"),
        (PURPLE, "Critiques", "a rating of a text\nand a reason for it",
         "quality scores\nUltraFeedback\nrewriting", "inside both chapters"),
    ]  # fmt: skip
    for number, (colour, name, row, techniques, chapter) in enumerate(families):
        middle = 270 + 480 * number
        card.arrow(750 + 180 * (number - 1), 152, middle, 248)
        card.box(middle - 215, 250, 430, 400, colour)
        card.text(middle, 296, label(name), 34, bold=True)
        card.text(middle, 376, label(row), 26)
        card.text(middle, 510, label(techniques), 28, EDGES[colour], bold=True)
        card.text(middle, 615, label(chapter), 24, GREY)
    return card.finished()


def pipeline(label: Label, font: str = "") -> Image.Image:
    """A pipeline of three steps, and the columns that a row has after each of them."""
    card = Card(1500, 520, font)
    steps = [
        (SAND, "LoadDataFromDicts", "gives rows", ["prompt"]),
        (BLUE, "TextGeneration", "reads prompt,\nwrites instruction", ["prompt", "instruction"]),
        (BLUE, "TextGeneration", "reads instruction,\nwrites response",
         ["prompt", "instruction", "response"]),
        (GREEN, "Distiset", "the finished rows", ["prompt", "instruction", "response"]),
    ]  # fmt: skip
    for number, (colour, name, does, columns) in enumerate(steps):
        middle = 195 + 370 * number
        card.box(middle - 150, 60, 300, 190, colour)
        card.text(middle, 110, name, 28, bold=True)
        card.text(middle, 185, label(does), 24)
        if number < 3:
            card.arrow(middle + 153, 155, middle + 217, 155)
        for place, column in enumerate(columns):
            new = place == len(columns) - 1 and number < 3
            top = 300 + 60 * place
            card.box(middle - 110, top, 220, 46, "#ffffff", 12, EDGES[colour] if new else "#c3c8cc")
            card.text(middle, top + 23, column, 24, INK if new or number == 3 else GREY, bold=new)
    return card.finished()


PICTURES = {"taxonomy-synthetic-data.png": taxonomy, "pipeline.png": pipeline}


def units() -> list[Unit]:
    """The labels of all pictures, to be translated."""
    found: list[Unit] = []

    for name, draw in PICTURES.items():

        def note(text: str, context: str = f"pictures.{Path(name).stem}") -> str:
            found.append(Unit(context, text))
            return text

        draw(note)
    return found


def labels(name: str, translate: Callable[[Unit], str]) -> dict[str, str]:
    """From the English labels of a picture to the translated ones."""
    context = f"pictures.{Path(name).stem}"
    return {unit.text: translate(unit) for unit in units() if unit.context == context}

"""Charts as SVG, drawn by matplotlib without a screen, that read well in light and in dark themes."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Sequence
from typing import Any

GREY = "#71767e"
# Told apart by lightness and by the kind of line, too: each reads on white and on black.
STYLES = (
    ("#3879ba", "-", "", "o"),
    ("#b55e1d", "--", "////", "s"),
    ("#278651", ":", "----", "^"),
    ("#9a5db3", "-.", "xxxx", "D"),
)


def figure_as_svg(panels: Sequence[Callable[[Any], None]], height: float = 3.2) -> str:
    """Return a figure of one or several panels.

    Args:
        panels: each draws on the axes that it is given; more than three stand in two columns.
        height: of one line of panels, in inches.
    """
    import matplotlib
    from matplotlib.figure import Figure

    # Letters stay letters: sharp at any size, and in whatever script the reader's fonts know.
    own = {
        "svg.fonttype": "none",
        "svg.hashsalt": "course",
        "font.family": "sans-serif",
        "font.size": 9.5,
        "text.parse_math": False,  # a column may be called $x$
        "hatch.linewidth": 0.8,
        **dict.fromkeys(
            ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"), GREY
        ),
    }
    with matplotlib.rc_context(own), warnings.catch_warnings():
        # It measures letters in its own font, which need not know all of them.
        warnings.filterwarnings("ignore", message="Glyph")
        across = len(panels) if len(panels) < 4 else 2
        lines = -(-len(panels) // across)
        figure = Figure(figsize=(9.2, height * lines), layout="constrained")
        figure.patch.set_alpha(0)
        for number, draw in enumerate(panels, 1):
            axes = figure.add_subplot(lines, across, number)
            axes.patch.set_alpha(0)
            axes.spines[["top", "right"]].set_visible(False)
            draw(axes)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()

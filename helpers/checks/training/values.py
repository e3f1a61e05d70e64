"""What a single value is: an object of a class, a number, a truth; and how it may be shown."""

import math
from numbers import Real

from helpers.messages import say


def is_a(value: object, name: str) -> bool:
    """Tell whether a value is of the class of this name; that class need not be imported.

    >>> is_a(True, "int"), is_a("text", "int")
    (True, False)
    """
    return any(kind.__name__ == name for kind in type(value).__mro__)


def is_truth(value: object) -> bool:
    """Tell whether a value is True or False, of Python or of NumPy.

    >>> is_truth(False), is_truth(0), is_truth("True")
    (True, False, False)
    """
    kind = type(value)
    return kind is bool or (kind.__module__ == "numpy" and kind.__name__ in ("bool", "bool_"))


def number_of(value: object) -> float | None:
    """Return a number, of Python or of NumPy; `None` for anything else.

    >>> number_of(1), number_of("1"), number_of(True), number_of(float("nan"))
    (1.0, None, None, None)
    """
    if not isinstance(value, Real) or is_truth(value):
        return None
    return float(value) if math.isfinite(value) else None


def what_it_is(value: object) -> str:
    """Return a sentence that says of what type a value is."""
    if callable(value) and hasattr(value, "__name__"):
        return say(
            "training.values.not_called",
            "This is `{name}` itself, not what it returns: call it, with brackets.",
            name=value.__name__,
        )
    return say("training.values.kind", "This is of type {kind}.", kind=type(value).__name__)


def rounded(number: float) -> str:
    """Return a figure with two places, or as many as it needs to differ from 0.

    >>> rounded(0.5), rounded(0.0041)
    ('0.50', '0.0041')
    """
    return f"{number:.2f}" if not number or abs(number) >= 0.01 else f"{number:.2g}"

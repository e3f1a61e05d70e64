"""Every text that a learner reads passes through `say`.

The key names the text in the message catalogue; the English text stands in the
call, so that the code reads by itself and a missing translation shows English.
"""


def say(key: str, text: str, /, **values: object) -> str:
    """Return the text behind `key`, with its named placeholders filled in.

    Args:
        key: the text's name in the catalogue, for example `"setup.line"`.
        text: the English text, with placeholders such as `{model}`.
        values: what each placeholder stands for. Braces inside a value are safe.

    Raises:
        KeyError: a placeholder of the text has no value.

    >>> say("setup.line", "Ready, with {model}.", model="tutor")
    'Ready, with tutor.'
    """
    return text.format(**values)

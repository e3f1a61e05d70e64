"""`to_sft`, `to_dpo`, `to_argilla`: the same rows, in the shape that others take.

A row that does not fit is left out and counted, with the reason; nothing is guessed.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from numbers import Real
from typing import TYPE_CHECKING, Any

from helpers.checks.evidence import is_list
from helpers.checks.rows import Row, Unusable, rows_of
from helpers.checks.texts import is_text, plain
from helpers.messages import say

if TYPE_CHECKING:
    from datasets import Dataset

Messages = list[dict[str, str]]

TALKS = ("messages", "conversation")
# A response of the course answers the evolved instruction, where there is one.
INSTRUCTIONS = ("evolved_instruction", "instruction", "prompt")
RESPONSES = ("response", "generation", "completion", "chosen")
PROMPTS = ("prompt", "evolved_instruction", "instruction")
SFT_FORMS = ("messages", "conversational", "flat")
DPO_FORMS = ("conversational", "flat")


class LeftOut(Exception):
    """This row does not fit; the message says why."""


def to_sft(
    dataset: Any,
    form: str = "messages",
    *,
    instruction: str | None = None,
    response: str | None = None,
) -> Dataset:
    """Return a dataset that TRL's `SFTTrainer` takes as it is.

    Takes conversations from a column `messages` or `conversation`, or else makes them of an
    instruction and a response; a text in `system_prompt` becomes the system message. The forms
    are those of https://huggingface.co/docs/trl/dataset_formats:

    - `"messages"`: one column of whole conversations;
    - `"conversational"`: `prompt` and `completion`, lists of messages; the loss is taken on
      the completion only;
    - `"flat"`: `prompt` and `completion`, two texts without a chat template.

    Args:
        dataset: what `run` returns, a Dataset, a DataFrame or a list of dictionaries.
        form: one of the three above.
        instruction: the column with the instruction; without it the first there is of
            `evolved_instruction`, `instruction` and `prompt`.
        response: the column with the response; without it the first there is of `response`,
            `generation`, `completion` and `chosen`.

    Returns:
        A `datasets.Dataset` with exactly these columns. Rows that do not fit are left out,
        and the reasons are printed.

    Raises:
        ValueError: there is no such form, a column is missing, or no row fits.

    >>> rows = [{"instruction": "What is rain?", "response": "Water that falls."}]
    >>> to_sft(rows, "flat")[0]
    Rows for SFTTrainer: 1 (columns read: instruction, response)
    {'prompt': 'What is rain?', 'completion': 'Water that falls.'}
    """
    _check_form(form, SFT_FORMS)
    rows = _rows(dataset)
    columns = _columns_of(rows)
    talk = None if instruction or response else _first(TALKS, columns)
    if talk:
        read = (talk,)
    else:
        read = (
            _column("instruction", instruction, INSTRUCTIONS, columns),
            _column("response", response, RESPONSES, columns),
        )

    def shaped(row: Row) -> Row:
        talk_of_row = _talk(row, read)
        if form == "messages":
            return {"messages": talk_of_row}
        prompt, completion = talk_of_row[:-1], talk_of_row[-1:]
        if form == "conversational":
            return {"prompt": prompt, "completion": completion}
        return {"prompt": _flat(prompt), "completion": completion[0]["content"]}

    return _dataset(rows, shaped, "SFTTrainer", read)


def to_dpo(dataset: Any, form: str = "conversational", *, prompt: str | None = None) -> Dataset:
    """Return a dataset that TRL's `DPOTrainer` takes as it is.

    Takes pairs from the columns `chosen` and `rejected`, texts or conversations with or without
    their prompt. Without these it makes a pair of the best and the worst of `generations`, by
    their `ratings`; a row whose ratings are missing or all alike makes none. The form is that of
    https://huggingface.co/docs/trl/dataset_formats#preference.

    Args:
        dataset: what `run` returns, a Dataset, a DataFrame or a list of dictionaries.
        form: `"conversational"` for lists of messages, `"flat"` for texts.
        prompt: the column with the prompt; without it the first there is of `prompt`,
            `evolved_instruction` and `instruction`.

    Returns:
        A `datasets.Dataset` with the columns `prompt`, `chosen` and `rejected`. Rows that make
        no pair are left out, and the reasons are printed.

    Raises:
        ValueError: there is no such form, a column is missing, or no row makes a pair.

    >>> rows = [{"instruction": "Why?", "generations": ["So.", "No."], "ratings": [2, 5]}]
    >>> to_dpo(rows, "flat")[0]
    Rows for DPOTrainer: 1 (columns read: instruction, generations, ratings)
    {'prompt': 'Why?', 'chosen': 'No.', 'rejected': 'So.'}
    """
    _check_form(form, DPO_FORMS)
    rows = _rows(dataset)
    columns = _columns_of(rows)
    sides = _sides(columns)
    # Whole conversations bring their prompt along.
    asked = prompt or _first(PROMPTS, columns)
    if prompt or sides != ("chosen", "rejected"):
        asked = _column("prompt", prompt, PROMPTS, columns)

    def shaped(row: Row) -> Row:
        before, chosen, rejected = pair_of(row, sides, asked)
        if form == "conversational":
            return {"prompt": before, "chosen": chosen, "rejected": rejected}
        return {
            "prompt": _flat(before),
            "chosen": _flat(chosen),
            "rejected": _flat(rejected),
        }

    return _dataset(rows, shaped, "DPOTrainer", (asked, *sides) if asked else sides)


def to_argilla(dataset: Any) -> list[dict]:
    """Return records for human review, in the shape that Argilla's `Record.from_dict` takes.

    The names of fields and questions are those of distilabel's `PreferenceToArgilla` (where
    there are several generations) and `TextGenerationToArgilla`. What a judge said becomes a
    suggestion; who wrote a text goes into the metadata, which an annotator need not see. See
    https://docs.argilla.io/latest/reference/argilla/records/records/.

    Args:
        dataset: what `run` returns, a Dataset, a DataFrame or a list of dictionaries.

    Returns:
        A list of dictionaries with `id`, `fields`, `suggestions` and `metadata`.

    Raises:
        ValueError: the columns with the texts are missing, or no row has them.

    >>> to_argilla([{"instruction": "Why?", "generations": ["So.", "No."], "ratings": [2, 5]}])
    Rows for Argilla: 1 (columns read: instruction, generations)
    [{'id': '0', 'fields': {'instruction': 'Why?', 'generations-0': 'So.', 'generations-1': 'No.'},
      'suggestions': {'generations-0-rating': {'value': 2}, 'generations-1-rating': {'value': 5}},
      'metadata': {}}]
    """
    rows = _rows(dataset)
    columns = _columns_of(rows)
    asked = _column("instruction", None, PROMPTS, columns)
    several = "generations" in columns or {"chosen", "rejected"} <= set(columns)
    if several:
        read = (asked, *(("generations",) if "generations" in columns else ("chosen", "rejected")))
    else:
        read = (asked, _column("response", None, RESPONSES, columns))
    number = iter(range(len(rows)))

    def shaped(row: Row) -> dict:
        place = str(next(number))
        question = _flat(_messages(row.get(asked), "user"))
        if not several:
            fields = {"instruction": question, "generation": _last(row.get(read[1]))}
            metadata = {"model": row["model_name"]} if is_text(row.get("model_name")) else {}
            return {"id": place, "fields": fields, "suggestions": {}, "metadata": metadata}
        return {"id": place, **_review(row, question)}

    return _shaped(rows, shaped, "Argilla", read)


def pair_of(row: Row, sides: tuple[str, ...], asked: str | None) -> tuple[Messages, ...]:
    """Return a row's prompt, its chosen and its rejected answer, each a list of messages.

    Args:
        row: the row.
        sides: `("chosen", "rejected")` or `("generations", "ratings")`.
        asked: the column with the prompt; `None` when the answers bring it along.

    Raises:
        LeftOut: the row makes no pair.
    """
    if sides == ("chosen", "rejected"):
        chosen = _messages(row.get("chosen"), "assistant")
        rejected = _messages(row.get("rejected"), "assistant")
    else:
        better, worse = _best_and_worst(row)
        chosen, rejected = _messages(better, "assistant"), _messages(worse, "assistant")
    before, chosen, rejected = _apart(chosen, rejected)
    if not before:
        before = _with_system(row, _messages(row.get(asked) if asked else None, "user"))
    _check_talk([*before, *chosen])
    _check_talk([*before, *rejected])
    return before, chosen, rejected


# --- rows -------------------------------------------------------------------


def _rows(dataset: Any) -> list[Row]:
    try:
        return rows_of(dataset, most=None)
    except Unusable as problem:
        raise ValueError(problem.found) from None


def _columns_of(rows: list[Row]) -> list[str]:
    """The columns that hold something in any row, in their order."""
    if not rows:
        raise ValueError(say("formats.empty", "There are no rows in this dataset."))
    names = dict.fromkeys(name for row in rows for name in row)
    return [name for name in names if any(row.get(name) is not None for row in rows)]


def _first(names: Iterable[str], columns: list[str]) -> str | None:
    return next((name for name in names if name in columns), None)


def _column(role: str, named: str | None, names: Iterable[str], columns: list[str]) -> str:
    found = _first([named] if named else names, columns)
    if found:
        return found
    raise ValueError(
        say(
            "formats.column",
            "No column for the {role}. Looked for: {names}. Columns that hold something: "
            "{columns}. Rename one, or name it in the call.",
            role=role,
            names=named or ", ".join(names),
            columns=", ".join(columns) or "–",
        )
    )


def _sides(columns: list[str]) -> tuple[str, str]:
    for sides in (("chosen", "rejected"), ("generations", "ratings")):
        if set(sides) <= set(columns):
            return sides
    raise ValueError(
        say(
            "formats.sides",
            "A pair needs the columns `chosen` and `rejected`, or `generations` and `ratings`. "
            "Columns that hold something: {columns}.",
            columns=", ".join(columns) or "–",
        )
    )


def _check_form(form: str, known: tuple[str, ...]) -> None:
    if form not in known:
        raise ValueError(
            say(
                "formats.form",
                "There is no form {form}. Known forms: {known}.",
                form=repr(form),
                known=", ".join(map(repr, known)),
            )
        )


def _dataset(
    rows: list[Row], shaped: Callable[[Row], Row], taker: str, read: Iterable[str]
) -> Dataset:
    from datasets import Dataset

    return Dataset.from_list(_shaped(rows, shaped, taker, read))


def _shaped(
    rows: list[Row], shaped: Callable[[Row], dict], taker: str, read: Iterable[str]
) -> list[dict]:
    """Shape each row; say how many there are, and how many are left out and why."""
    made, reasons = [], Counter()
    for row in rows:
        try:
            made.append(shaped(row))
        except LeftOut as reason:
            reasons[str(reason)] += 1
    left_out = say(
        "formats.left_out",
        "Rows left out: {count} ({reasons})",
        count=sum(reasons.values()),
        reasons="; ".join(f"{count} × {reason}" for reason, count in reasons.most_common()),
    )
    if not made:
        raise ValueError(say("formats.none", "No row fits {taker}.", taker=taker) + "\n" + left_out)
    print(
        say(
            "formats.made",
            "Rows for {taker}: {rows} (columns read: {columns})",
            taker=taker,
            rows=len(made),
            columns=", ".join(read),
        )
    )
    if reasons:
        print(left_out)
    return made


# --- conversations ----------------------------------------------------------


def _talk(row: Row, read: tuple[str, ...]) -> Messages:
    """The whole conversation of a row, from one column or from two."""
    if len(read) == 1:
        talk = _with_system(row, _messages(row.get(read[0]), "user"))
    else:
        before = _messages(row.get(read[0]), "user")
        answer = _messages(row.get(read[1]), "assistant")
        # A conversation that holds its prompt, too.
        begun = answer[: len(before)] == before and len(answer) > len(before)
        talk = _with_system(row, answer if begun else [*before, *answer])
    _check_talk(talk)
    return talk


def _messages(value: object, role: str) -> Messages:
    """A text as one message of this role, or a conversation as plain messages."""
    if isinstance(value, str):
        if not value.strip():
            raise LeftOut(say("formats.missing", "a text is missing or empty"))
        return [{"role": role, "content": value}]
    if value is None or (is_list(value) and len(value) == 0):
        raise LeftOut(say("formats.missing", "a text is missing or empty"))
    if is_list(value) and all(isinstance(message, Mapping) for message in value):
        talk = [{key: message.get(key) for key in ("role", "content")} for message in value]
        if all(isinstance(text, str) and text.strip() for m in talk for text in m.values()):
            return talk
    raise LeftOut(
        say("formats.no_talk", "neither a text nor a list of messages with role and content")
    )


def _with_system(row: Row, talk: Messages) -> Messages:
    told = row.get("system_prompt")
    if isinstance(told, str) and told.strip() and talk[0]["role"] != "system":
        return [{"role": "system", "content": told}, *talk]
    return talk


def _check_talk(talk: Messages) -> None:
    """A conversation may begin with a system message; then user and assistant take turns."""
    turns = [message["role"] for message in talk]
    turns = turns[1:] if turns[:1] == ["system"] else turns
    in_turn = all(role == ("user", "assistant")[place % 2] for place, role in enumerate(turns))
    if len(turns) < 2 or len(turns) % 2 or not in_turn:
        raise LeftOut(
            say(
                "formats.turns",
                "user and assistant do not take turns, with the assistant at the end",
            )
        )


def _apart(chosen: Messages, rejected: Messages) -> tuple[Messages, Messages, Messages]:
    """What both conversations begin with, and how each ends."""
    if [plain(m["content"]) for m in chosen] == [plain(m["content"]) for m in rejected]:
        raise LeftOut(say("formats.same", "chosen and rejected are the same"))
    shared = 0
    for one, other in zip(chosen[:-1], rejected[:-1]):
        if one != other:
            break
        shared += 1
    return chosen[:shared], chosen[shared:], rejected[shared:]


def _best_and_worst(row: Row) -> tuple[str, str]:
    texts, ratings = row.get("generations"), row.get("ratings")
    if not is_list(texts) or not is_list(ratings) or len(texts) != len(ratings) or len(texts) < 2:
        raise LeftOut(say("formats.ratings", "not a rating for each of several texts"))
    if not all(_is_number(rating) for rating in ratings):
        raise LeftOut(say("formats.no_rating", "a rating is missing"))
    ordered = sorted(zip(ratings, texts), key=lambda pair: pair[0])
    if ordered[0][0] == ordered[-1][0]:
        raise LeftOut(say("formats.tie", "all texts are rated alike"))
    return next(t for r, t in ordered if r == ordered[-1][0]), ordered[0][1]


def _is_number(value: object) -> bool:
    # Of pandas and NumPy, too; a rating that is missing there is NaN.
    return isinstance(value, Real) and not isinstance(value, bool) and not math.isnan(value)


def _flat(talk: Messages) -> str:
    """One message as its text, a system message before it in the paragraph above."""
    roles = [message["role"] for message in talk]
    if len(talk) > 1 and roles != ["system", "user"]:
        raise LeftOut(say("formats.several", "several turns, which a flat text cannot hold"))
    return "\n\n".join(message["content"] for message in talk)


# --- for people who review --------------------------------------------------


def _last(value: object) -> str:
    return _messages(value, "assistant")[-1]["content"]


def _review(row: Row, question: str) -> dict:
    """The fields, suggestions and metadata of a row with several texts to compare."""
    if is_list(row.get("generations")):
        sides = [f"generations-{place}" for place in range(len(row["generations"]))]
        texts = list(row["generations"])
        ratings, reasons, models = (
            _aligned(row.get(name), len(texts))
            for name in ("ratings", "rationales", "generation_models")
        )
    else:
        # In an order that does not say which is which.
        sides = sorted(("chosen", "rejected"), key=lambda side: _digest(_last(row.get(side))))
        texts, ratings, reasons, models = (
            [row.get(f"{side}{kind}") for side in sides]
            for kind in ("", "_rating", "_critique", "_model")
        )
    fields, suggestions, metadata = {"instruction": question}, {}, {}
    for place, side in enumerate(sides):
        name = f"generations-{place}"
        fields[name] = _last(texts[place])
        if _is_number(ratings[place]) and ratings[place] in (1, 2, 3, 4, 5):
            suggestions[f"{name}-rating"] = {"value": int(ratings[place])}
        if is_text(reasons[place]):
            suggestions[f"{name}-rationale"] = {"value": reasons[place]}
        if is_text(models[place]):
            metadata[f"{name}-model"] = models[place]
        if side == "chosen":
            metadata["chosen"] = name
    return {"fields": fields, "suggestions": suggestions, "metadata": metadata}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _aligned(values: object, count: int) -> list:
    """A list that goes with the texts, or nothing for each of them."""
    return list(values) if is_list(values) and len(values) == count else [None] * count

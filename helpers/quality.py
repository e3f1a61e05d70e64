"""`quality_report`, `deduplicate`, `filter_rows`: is a dataset any good, and what to drop.

Every figure comes with a sentence that says how to read it. Nothing is downloaded and no model
is asked: these are counts of rows and words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from helpers.checks.evidence import METADATA, calls, failures, is_list
from helpers.checks.rows import Row, Unusable, rows_of
from helpers.checks.texts import is_cut_short, is_refusal, is_text, plain, words
from helpers.messages import say
from helpers.similarity import NEAR, Texts

ASKED = ("evolved_instruction", "instruction", "prompt")
ANSWERED = (
    "response",
    "evolved_response",
    "generation",
    "completion",
    "chosen",
    "rejected",
    "generations",
)
_SAMPLE = 1000  # texts; how many different words there are depends on how many are counted
_LEAKED_WORDS = 8
_MARKS = re.compile(
    r"<\|(?:im_start|im_end|endoftext|begin_of_text|eot_id)\|>|\[/?INST\]|#+ ?(?:Given|Rewritten|"
    r"Created) (?:Prompt|Response)|^#+ ?(?:Task Description|Criteria for Queries|Input|Output)\b|"
    r"^(?:system|assistant)\n",
    re.IGNORECASE | re.MULTILINE,
)


# --- reading rows -------------------------------------------------------------


def rows_in(dataset: Any) -> list[Row]:
    """Return all rows of a dataset, or say plainly why there are none."""
    try:
        rows = rows_of(dataset, most=None)
    except Unusable as problem:
        raise ValueError(problem.found) from None
    if not rows:
        raise ValueError(say("quality.empty", "There are no rows in this dataset."))
    return rows


def text_columns(rows: list[Row]) -> list[str]:
    """Return the columns that hold what was asked and answered, in this order.

    A dataset with other names is read by its own columns of text.

    >>> text_columns([{"id": "1", "response": "Wet.", "instruction": "What is rain?"}])
    ['instruction', 'response']
    """
    there = dict.fromkeys(name for row in rows for name in row)
    found = [name for name in (*ASKED, *ANSWERED) if name in there]
    found = found or [name for name in ("messages", "conversation") if name in there]
    if found:
        return found
    return [name for name in there if any(is_text(row.get(name)) for row in rows[:100])][:4]


def texts_in(cell: object) -> list[str | None]:
    """Return the texts of a cell: one, or those of a list; of a conversation its last message.

    >>> texts_in("Why?"), texts_in([{"role": "user", "content": "Why?"}]), texts_in(["a", None])
    (['Why?'], ['Why?'], ['a', None])
    """
    if is_list(cell) and len(cell):
        if isinstance(cell[-1], Mapping):
            return texts_in(cell[-1].get("content"))
        return [text for part in cell for text in texts_in(part)]
    return [cell if is_text(cell) else None]


# --- one row ------------------------------------------------------------------


def leaked(row: Row, column: str) -> str | None:
    """Return what a text shows of the prompt that made it, or `None`.

    Signs of a chat template or of a task's prompt; or eight words in a row of the text that its
    model was given, which stand in no other column.

    Args:
        row: the row, with `distilabel_metadata` if it is there.
        column: the column with the text.

    >>> leaked({"response": "#Rewritten Prompt#: Why?"}, "response")
    '#Rewritten Prompt'
    """
    for text in filter(None, texts_in(row.get(column))):
        if found := _MARKS.search(text):
            return found.group().strip()
        own = words(text)
        if len(own) < _LEAKED_WORDS or not (given := _given(row, text)):
            continue
        others = [
            f" {' '.join(words(other))} "
            for name, cell in row.items()
            if name not in (column, METADATA, "system_prompt")
            for other in filter(None, texts_in(cell))
        ]
        for start in range(len(own) - _LEAKED_WORDS + 1):
            run = f" {' '.join(own[start : start + _LEAKED_WORDS])} "
            if any(run in one for one in given) and not any(run in one for one in others):
                return run.strip()
    return None


def _given(row: Row, text: str) -> list[str]:
    """What the model that wrote a text was given, as words with spaces around."""
    told = row.get("system_prompt")
    given = [told] if is_text(told) else []
    wanted = plain(text)
    for call in calls(row) if row.get(METADATA) else ():
        if any(wanted in plain(output) for output in call.outputs):
            given += call.inputs
    return [f" {' '.join(words(one))} " for one in given]


def fault_of(row: Row, columns: Iterable[str] | None = None) -> str | None:
    """Return the first thing that is wrong with a row, or `None`.

    Looked for, in this order: a text that is missing, a refusal, a text that breaks off, text of
    the prompt that stands in it.

    >>> fault_of({"instruction": "Why?", "response": "I'm sorry, but I cannot help with that."})
    'refusal (response)'
    """
    columns = text_columns([row]) if columns is None else list(columns)
    texts = {column: texts_in(row.get(column)) for column in columns}
    for column, found in texts.items():
        if None in found:
            return say("quality.fault.missing", "missing ({column})", column=column)
    for column, found in texts.items():
        if any(is_refusal(text) for text in found):
            return say("quality.fault.refusal", "refusal ({column})", column=column)
    for column, found in texts.items():
        if any(is_cut_short(text) for text in found):
            return say("quality.fault.cut", "cut short ({column})", column=column)
    for column in columns:
        if leaked(row, column):
            return say("quality.fault.leaked", "text of the prompt ({column})", column=column)
    return None


# --- dropping rows --------------------------------------------------------------


class Kept(list):
    """The rows that were kept, a list like any other, and what became of the rest.

    Attributes:
        left_out: the rows that were removed, each with the reason.
        history: for each filter so far its name, how many rows it got, and how many it removed
            for which reason; `save` writes it into the dataset's card.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        super().__init__(rows)
        self.left_out: list[tuple[Row, str]] = []
        self.history: list[tuple[str, int, Counter]] = []

    @property
    def removed(self) -> Counter:
        """How many rows the last filter removed, by reason."""
        return self.history[-1][2] if self.history else Counter()


def filter_rows(dataset: Any, fault: Callable[[Row], str | None] | None = None) -> Kept:
    """Keep the rows with which nothing is wrong; say how many were removed, and why.

    Args:
        dataset: what `run` returns, a Dataset, a DataFrame or a list of dictionaries.
        fault: names what is wrong with a row, or returns `None`. Without it: a text is missing,
            is a refusal, breaks off, or shows text of the prompt.

    Returns:
        The rows that were kept. `removed` counts the others by reason, `left_out` holds them.

    Raises:
        ValueError: there are no rows.
        TypeError: `fault` is no function.

    >>> rows = [{"instruction": "Why?", "response": "So."}, {"instruction": "Who?", "response": ""}]
    >>> kept = filter_rows(rows)
    Rows kept by filter_rows: 1 of 2. Removed: 1 × missing (response)
    """
    if fault is not None and not callable(fault):
        raise TypeError(
            say(
                "quality.no_function",
                "`fault` takes a function that gets a row and returns a reason or None. "
                "Got: {found}.",
                found=type(fault).__name__,
            )
        )
    rows = rows_in(dataset)
    columns = text_columns(rows)
    reasons = (fault(row) if fault else fault_of(row, columns) for row in rows)
    return _sifted("filter_rows", dataset, rows, reasons)


def deduplicate(dataset: Any, column: str | None = None, near: float = NEAR) -> Kept:
    """Keep the first of all rows that say the same, or nearly; say how many were removed.

    Two texts are nearly the same when `near` of the words that either has stand in both (the
    Jaccard index), found by MinHash (https://arxiv.org/abs/2107.06499).

    Args:
        dataset: what `run` returns, a Dataset, a DataFrame or a list of dictionaries.
        column: the column to compare; without it what was asked: `evolved_instruction`,
            `instruction` or `prompt`.
        near: from 0 to 1; with 1 only texts of the same words are removed.

    Returns:
        The rows that were kept. `removed` counts the others by reason, `left_out` holds them.

    Raises:
        ValueError: there are no rows, no such column, or `near` is out of range.

    >>> rows = [{"prompt": "Why is rain wet?"}, {"prompt": "Why is the rain wet?"}]
    >>> kept = deduplicate(rows)
    Rows kept by deduplicate: 1 of 2. Removed: 1 × near-duplicate (prompt)
    """
    if not 0 < near <= 1:
        raise ValueError(
            say("quality.near", "`near` is a share above 0, up to 1. Got: {found}.", found=near)
        )
    rows = rows_in(dataset)
    columns = text_columns(rows)
    named = column or next(iter(columns), None)
    if named is None or not any(named in row for row in rows):
        raise ValueError(
            say(
                "quality.column",
                "No column {name} in this dataset. Columns: {columns}.",
                name=repr(column),
                columns=", ".join(dict.fromkeys(str(name) for row in rows for name in row)) or "–",
            )
        )
    texts = ["\n".join(filter(None, texts_in(row.get(named)))) for row in rows]
    exact = say("quality.fault.exact", "duplicate ({column})", column=named)
    almost = say("quality.fault.near", "near-duplicate ({column})", column=named)
    filled = [place for place, text in enumerate(texts) if text]  # no text is like no other
    reasons: dict[int, str] = {}
    if filled:
        for place, twin in Texts([texts[place] for place in filled]).near(near):
            at, other = filled[place], filled[twin]
            reasons[at] = exact if plain(texts[at]) == plain(texts[other]) else almost
    return _sifted("deduplicate", dataset, rows, (reasons.get(at) for at in range(len(rows))))


def _sifted(name: str, dataset: Any, rows: list[Row], reasons: Iterable[str | None]) -> Kept:
    kept, left_out = [], []
    for row, reason in zip(rows, reasons):
        if reason:
            left_out.append((row, str(reason)))
        else:
            kept.append(row)
    result = Kept(kept)
    result.left_out = left_out
    removed = Counter(reason for _, reason in left_out)
    result.history = [*getattr(dataset, "history", ()), (name, len(rows), removed)]
    counted = "; ".join(f"{count} × {reason}" for reason, count in removed.most_common())
    print(
        say(
            "quality.kept",
            "Rows kept by {name}: {kept} of {rows}. Removed: {removed}",
            name=name,
            kept=len(kept),
            rows=len(rows),
            removed=counted or "0",
        )
    )
    return result


# --- the figures ----------------------------------------------------------------


def measure(dataset: Any, judged_again: Any = None, model: str | None = "tutor") -> dict[str, Any]:
    """Return the figures of a quality report as a dictionary; shares are from 0 to 1.

    Args:
        dataset: what `run` returns, a Dataset, a DataFrame or a list of dictionaries.
        judged_again: the same texts judged in the opposite order, if there is such a dataset.
        model: whose tokens lengths are counted in: any local name that `load_llm` takes;
            `None` for no lengths.
    """
    rows = rows_in(dataset)
    columns = text_columns(rows)
    cells = {name: [texts_in(row.get(name)) for row in rows] for name in columns}
    texts = {name: [t for cell in found for t in cell if t] for name, found in cells.items()}
    filled = {name: found for name, found in texts.items() if found}
    likeness = {name: Texts(found) for name, found in filled.items()}
    found: dict[str, Any] = {
        "rows": len(rows),
        "columns": columns,
        "missing": {n: sum(None in cell for cell in c) / len(rows) for n, c in cells.items()},
        "failed": dict(Counter(reason for row in rows for reason in failures(row))),
        "exact_duplicates": {name: _exact(texts) for name, texts in filled.items()},
        "near_duplicates": {n: len(t.near()) / len(t.texts) for n, t in likeness.items()},
        "distinct_1": {name: _distinct(texts, 1) for name, texts in filled.items()},
        "distinct_2": {name: _distinct(texts, 2) for name, texts in filled.items()},
        "spread": {name: texts.spread() for name, texts in likeness.items()},
        "opening": {name: _opening(texts) for name, texts in filled.items()},
        "refusals": {n: _share(map(is_refusal, texts)) for n, texts in filled.items()},
        "cut_short": {n: _share(map(is_cut_short, texts)) for n, texts in filled.items()},
        "leaked": {
            name: sum(leaked(row, name) is not None for row in rows) / len(rows) for name in filled
        },
        "tokens": _lengths(filled, model) if model else {},
        "tokens_of": model,
    }
    if ratings := _ratings(rows):
        found["ratings"] = ratings
    if (longer := _longer_chosen(rows)) is not None:
        found["longer_chosen"] = longer
    if position := _position(rows, rows_in(judged_again) if judged_again is not None else rows):
        found["position"] = position
    return found


def _share(truths: Iterable[bool]) -> float:
    truths = list(truths)
    return sum(truths) / len(truths)


def _exact(texts: list[str]) -> float:
    return 1 - len({plain(text) for text in texts}) / len(texts)


def _sampled(texts: list[str]) -> list[str]:
    """So many texts at most, from all over: figures of datasets of any size compare."""
    step = max(1, len(texts) // _SAMPLE)
    return texts[::step][:_SAMPLE]


def _distinct(texts: list[str], size: int) -> float:
    """The share of runs of so many words that are different (https://arxiv.org/abs/1510.03055)."""
    runs = Counter()
    for text in _sampled(texts):
        own = words(text)
        runs.update(zip(*(own[at:] for at in range(size))))
    return len(runs) / runs.total() if runs else 0.0


def _opening(texts: list[str]) -> tuple[str, float]:
    """The commonest first two words, and which share of the texts begins with them."""
    heads = Counter(" ".join(words(text)[:2]) for text in texts)
    head, count = heads.most_common(1)[0]
    return head, count / len(texts)


def _lengths(texts: Mapping[str, list[str]], model: str) -> dict[str, dict[str, int]]:
    tokenizer = tokenizer_of(model)
    lengths = {}
    for name, found in texts.items():
        encoded = tokenizer(found, add_special_tokens=False)["input_ids"]
        ordered = sorted(map(len, encoded))
        last = len(ordered) - 1
        lengths[name] = {
            "least": ordered[0],
            "median": ordered[last // 2],
            "most_of_them": ordered[round(0.95 * last)],
            "most": ordered[last],
        }
    return lengths


def tokenizer_of(model: str) -> Any:
    """Return the tokenizer of a model by its name, from this machine."""
    from transformers import AutoTokenizer

    from helpers.models import KNOWN

    try:
        return AutoTokenizer.from_pretrained(KNOWN.get(model, model), local_files_only=True)
    except (OSError, ValueError):
        raise ValueError(
            say(
                "quality.tokenizer",
                "No tokenizer of {model} on this machine. Load the model once, or count in the "
                'tokens of the course\'s own: model="tutor".',
                model=repr(model),
            )
        ) from None


def _ratings(rows: list[Row]) -> dict[str, int]:
    counts: Counter = Counter()
    for row in rows:
        for name in ("ratings", "rating", "scores", "score", "chosen_rating", "rejected_rating"):
            if name in row:
                values = row[name] if is_list(row[name]) else [row[name]]
                counts.update(_number(value) for value in values)
    ordered = sorted(value for value in counts if value is not None)
    ordered += [None] if None in counts else []
    return {"None" if value is None else f"{value:g}": counts[value] for value in ordered}


def _number(value: object) -> float | None:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return None if number != number else number  # noqa: PLR0124  (that is NaN)


def _longer_chosen(rows: list[Row]) -> float | None:
    """In which share of the pairs the chosen text has more words; half of those of equal length."""
    wins = []
    for row in rows:
        chosen, rejected = (texts_in(row.get(side))[-1] for side in ("chosen", "rejected"))
        if chosen and rejected:
            more = len(words(chosen)) - len(words(rejected))
            wins.append(0.5 if more == 0 else float(more > 0))
    return sum(wins) / len(wins) if wins else None


def _position(rows: list[Row], others: list[Row]) -> dict[str, float] | None:
    """What a judge does when the same texts come in the opposite order.

    Each text stands at both places once, so a difference between the places is the judge's.
    """
    turned = {_order(row): row for row in others if is_list(row.get("generations"))}
    pairs = []
    for row in rows:
        if not is_list(row.get("generations")) or len(row["generations"]) < 2:
            continue
        asked, texts = _order(row)
        other = turned.get((asked, texts[::-1]))
        if other is None or texts == texts[::-1]:
            continue
        here, there = (_all_numbers(one.get("ratings"), len(texts)) for one in (row, other))
        if here and there:
            pairs.append((here, there))
    if not pairs:
        return None
    first = sum(here[0] + there[0] for here, there in pairs)
    last = sum(here[-1] + there[-1] for here, there in pairs)
    same = sum(_winner(here) == _winner(there[::-1]) for here, there in pairs)
    return {
        "rows": len(pairs),
        "first_minus_last": (first - last) / (2 * len(pairs)),
        "same_winner": same / len(pairs),
    }


def _order(row: Row) -> tuple[object, tuple[str, ...]]:
    asked = next((str(row[name]) for name in ASKED if is_text(row.get(name))), None)
    return asked, tuple(map(str, row["generations"]))


def _all_numbers(values: object, count: int) -> list[float] | None:
    if not is_list(values) or len(values) != count:
        return None
    numbers = [_number(value) for value in values]
    return None if None in numbers else numbers


def _winner(ratings: list[float]) -> tuple[int, ...]:
    return tuple(at for at, rating in enumerate(ratings) if rating == max(ratings))


# --- the report -----------------------------------------------------------------


def quality_report(dataset: Any, judged_again: Any = None, model: str = "tutor") -> Any:
    """Measure a dataset: what is missing, what repeats, how different the rows are.

    Show it as the last line of a notebook's cell, print it, or write it as a page with
    `report.write("report.html")`. It is a dictionary, too: `report["near_duplicates"]`.

    Args:
        dataset: what `run` returns, a Dataset, a DataFrame or a list of dictionaries.
        judged_again: the same texts judged in the opposite order, to see whether the judge goes
            by the place of a text. Not needed when both orders stand in `dataset`.
        model: whose tokens lengths are counted in: any name that `load_llm` takes and whose
            files are on this machine.

    Returns:
        A `helpers.quality_page.Report`.

    Raises:
        ValueError: there are no rows, or the model's tokenizer is not on this machine.

    >>> report = quality_report([{"instruction": "What is rain?", "response": "Water."}] * 4)
    >>> report["rows"], report["exact_duplicates"]["response"]
    (4, 0.75)
    """
    from helpers.quality_page import Report

    return Report(measure(dataset, judged_again, model))

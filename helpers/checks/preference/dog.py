"""🐕 of the preference notebook: evolved responses, and pairs with the originals."""

from collections.abc import Iterator

from helpers.checks.criteria import by_a_model, few, row_shown
from helpers.checks.evidence import calls, failures, rewrote, traces
from helpers.checks.outcome import Check, Criterion
from helpers.checks.preference.cells import is_from
from helpers.checks.preference.pairs import (
    Pair,
    answering,
    no_other_texts,
    off_in,
    once_each,
    pairs_in,
)
from helpers.checks.preference.parts import parts_of, prompts_in, rows_in
from helpers.checks.rows import Row, rows_of
from helpers.checks.texts import is_cut_short, is_refusal, is_text, plain, same_words, shown, words
from helpers.messages import say

ROWS, PAIRS = 24, 12
COLUMNS = ("instruction", "response", "evolved_response")


def evolved_criteria(value: object) -> Iterator[Criterion]:
    """Look at evolved responses and at the pairs: which evolutions were kept?"""
    parts = yield from parts_of(value, ("evolved", "pairs"), hint=1)
    rows = yield from rows_in(
        parts,
        "evolved",
        COLUMNS,
        say(
            "preference.dog.evolved.NO_COLUMN.expected",
            "the prompt, the response as it was, and the response as EvolQuality made it",
        ),
        hint=2,
    )
    yield from _evolutions(rows)
    pairs = yield from pairs_in(parts, (), PAIRS, hint=1, hint_few=5)
    known = _known(rows)
    origins = [_origin(known, pair) for pair in pairs]
    of_rows = [pair for pair, origin in zip(pairs, origins) if origin]
    yield no_other_texts(
        pairs,
        [pair for pair, origin in zip(pairs, origins) if not origin],
        "evolved",
        hint=3,
        may_be_looked_at=bool(rows),
    )
    yield from _which_way_round(of_rows, [origin for origin in origins if origin])
    yield from _worth_keeping(pairs)
    yield answering(pairs, hint=3)
    yield once_each(pairs, hint=3)


# --- the evolved dataset ---------------------------------------------------------------


def _evolutions(rows: list[Row]) -> Iterator[Criterion]:
    prompts = prompts_in(rows)
    yield Criterion(
        "FEW_EVOLVED",
        say(
            "preference.dog.evolved.FEW_EVOLVED",
            "There are evolutions for at least {rows} prompts",
            rows=ROWS,
        ),
        prompts >= ROWS if rows else None,
        say(
            "preference.dog.evolved.FEW_EVOLVED.found",
            "Rows: {rows}. Different prompts: {prompts}.",
            rows=len(rows),
            prompts=prompts,
        ),
        say("preference.dog.evolved.FEW_EVOLVED.expected", "{rows} prompts or more", rows=ROWS),
        hint=5,
    )
    unknown = {n: "evolved_response" for n, row in enumerate(rows) if not _was_made(row)}
    yield by_a_model(rows, unknown, len(rows), hint=6)
    yield few(
        "NOT_EVOLVED",
        say(
            "preference.dog.evolved.NOT_EVOLVED",
            "`response` and `evolved_response` are texts, and most of them differ",
        ),
        [n for n, row in enumerate(rows) if not _is_evolved(row)] if rows else None,
        len(rows),
        lambda n: _evolution_shown(n, rows[n]),
        say(
            "preference.dog.evolved.NOT_EVOLVED.expected",
            "in `response` the text before the evolution, in `evolved_response` the one after it",
        ),
        hint=2,
        # Models do not manage to change every text; the pairs leave those out.
        tolerated=0.7,
    )


def _was_made(row: Row) -> bool:
    """Whether a task made the evolved response; of one that is missing nobody claims that."""
    before, after = row["response"], row["evolved_response"]
    if not is_text(after):
        return bool(traces(row))
    return rewrote(row, calls(row), before if is_text(before) else "", after)


def _is_evolved(row: Row) -> bool:
    before, after = row["response"], row["evolved_response"]
    return is_text(before) and is_text(after) and not same_words(before, after)


def _evolution_shown(number: int, row: Row) -> str:
    found = row_shown(number, row, ("response", "evolved_response"))
    reasons = failures(row)
    if not reasons:
        return found
    reason = say("preference.dog.evolved.reason", "the step said: {text}", text=shown(reasons[0]))
    return f"{found} ({reason})"


# --- the pairs -------------------------------------------------------------------------

# For each prompt the responses, before and after the evolution.
Known = dict[str, list[tuple[str, str]]]


def _known(rows: list[Row]) -> Known:
    known: Known = {}
    for row in rows:
        texts = (row["response"], row["evolved_response"])
        if is_text(row["instruction"]) and all(map(is_text, texts)):
            known.setdefault(plain(row["instruction"]), []).append(texts)
    return known


def _origin(known: Known, pair: Pair) -> tuple[str, str] | None:
    """The response and its evolution that a pair was made of, either way round."""
    for before, after in known.get(plain(pair.prompt), ()):
        straight = is_from(pair.chosen, after) and is_from(pair.rejected, before)
        if straight or (is_from(pair.chosen, before) and is_from(pair.rejected, after)):
            return before, after
    return None


def _which_way_round(pairs: list[Pair], origins: list[tuple[str, str]]) -> Iterator[Criterion]:
    yield off_in(
        pairs,
        "SWAPPED",
        say("preference.dog.evolved.SWAPPED", "Chosen is the evolved response"),
        [
            pair
            for pair, (before, after) in zip(pairs, origins)
            if not (is_from(pair.chosen, after) and is_from(pair.rejected, before))
        ],
        say(
            "preference.dog.evolved.SWAPPED.expected",
            "`chosen` from `evolved_response`, `rejected` from `response`",
        ),
        hint=3,
        tolerated=0,
    )


def _worth_keeping(pairs: list[Pair]) -> Iterator[Criterion]:
    """Evolutions that are unchanged, broken or shorter were dropped."""
    unchanged = [pair for pair in pairs if same_words(pair.chosen, pair.rejected)]
    yield off_in(
        pairs,
        "UNCHANGED",
        say("preference.dog.evolved.UNCHANGED", "Every chosen text was really changed"),
        unchanged,
        say(
            "preference.dog.evolved.UNCHANGED.expected",
            "texts that differ in more than capitals, spaces and punctuation",
        ),
        hint=4,
        tolerated=0,
    )
    yield off_in(
        pairs,
        "BROKEN",
        say("preference.dog.evolved.BROKEN", "Every chosen text is whole"),
        [pair for pair in pairs if _is_broken(pair)],
        say(
            "preference.dog.evolved.BROKEN.expected",
            "texts that come to their end and are an answer, not a refusal",
        ),
        hint=4,
        tolerated=0,
        describe=lambda pair: say(
            "preference.dog.evolved.BROKEN.found",
            "the chosen text of pair {row} begins with {begin} and ends with {end}",
            row=pair.number,
            begin=shown(pair.chosen[:40]),
            end=shown(pair.chosen[-40:]),
        ),
    )
    same = {pair.number for pair in unchanged}
    yield off_in(
        pairs,
        "SHORTENED",
        say("preference.dog.evolved.SHORTENED", "No chosen text is shorter than the original"),
        [
            pair
            for pair in pairs
            if pair.number not in same and len(words(pair.chosen)) < len(words(pair.rejected))
        ],
        say("preference.dog.evolved.SHORTENED.expected", "as many words or more"),
        hint=4,
        tolerated=0,
        describe=lambda pair: say(
            "preference.dog.evolved.SHORTENED.found",
            "pair {row} has {after} words as chosen and {before} words as rejected: {text}",
            row=pair.number,
            after=len(words(pair.chosen)),
            before=len(words(pair.rejected)),
            text=shown(pair.chosen),
        ),
    )


def _is_broken(pair: Pair) -> bool:
    text = pair.chosen
    return is_cut_short(text) or is_refusal(text) or "#rewritten response#" in text.casefold()


# --- hints and explanation -------------------------------------------------------------


def _hints() -> list[str]:
    return [
        say(
            "preference.dog.evolved.hint.1",
            "`build_evolution` returns a pipeline, `evolved_pairs` a list of dictionaries with the "
            "keys `prompt`, `chosen` and `rejected`. Each of the three is one text.",
        ),
        say(
            "preference.dog.evolved.hint.2",
            "Three steps in a row: load, answer, evolve. `EvolQuality` reads `instruction` and "
            "`response`; which name does `TextGeneration` give to what it writes? Leave "
            "`response` in place, so that both texts stand side by side in the end.",
        ),
        say(
            "preference.dog.evolved.hint.3",
            "Everything in a pair comes from one row: `prompt` from `instruction`, `chosen` from "
            "`evolved_response`, `rejected` from `response`.",
        ),
        say(
            "preference.dog.evolved.hint.4",
            "Compare both texts before you make a pair of them. Are they the same without "
            "capitals and punctuation? How many words has each (`text.split()`)? Does the evolved "
            "one end like a sentence? If one answer is wrong, go on to the next row.",
        ),
        say(
            "preference.dog.evolved.hint.5",
            "Pairs that you drop are missing in the end. Give `build_evolution` more prompts, or "
            "evolve twice with `num_evolutions=2`. If hardly any evolution is a text, this model cannot "
            "do the task: take another one.",
        ),
        say(
            "preference.dog.evolved.hint.6",
            "Give the check the dataset as it comes out of `run`. What the models did stands in "
            "`distilabel_metadata`.",
        ),
    ]


def _explanation(value: object) -> str:
    rows, pairs = rows_of(value["evolved"], wanted=COLUMNS), rows_of(value["pairs"])
    return say(
        "preference.dog.evolved.explanation",
        "Evolutions: {rows}. Pairs: {pairs}. What is left out would have taught a model that the "
        "same text, or half of one, is better.",
        rows=len(rows),
        pairs=len(pairs),
    )


CHECKS = {
    "preference.dog.evolved": Check(evolved_criteria, _hints, _explanation, "pairs"),
}

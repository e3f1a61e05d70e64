"""🐢 of the preference notebook: two completions for each prompt, and pairs of them."""

from collections import Counter
from collections.abc import Iterator

from helpers.checks.criteria import (
    by_a_model,
    columns_there,
    enough,
    few,
    no_row_twice,
    readable,
    row_shown,
)
from helpers.checks.evidence import RESPONSE_LIKENESS, Call, calls, writer
from helpers.checks.outcome import Check, Criterion
from helpers.checks.preference.cells import list_of, places_of, rating_of
from helpers.checks.preference.pairs import (
    Pair,
    answering,
    differing,
    no_other_texts,
    off_in,
    once_each,
    pairs_in,
)
from helpers.checks.preference.parts import parts_of, prompts_in, rows_in
from helpers.checks.rows import Row, rows_of
from helpers.checks.texts import is_text, plain, same_words, shown
from helpers.messages import say

ROWS, PROMPTS, PAIRS = 24, 20, 20
COLUMNS = ("instruction", "generations", "generation_models")
# The weaker of the course's two models, whatever stands beside it.
WEAKER = "tutor-mini"


# --- preference.turtle.completions -----------------------------------------------------


def completions_criteria(dataset: object) -> Iterator[Criterion]:
    """Look at the completions: two for each prompt, by two models, each with its name."""
    rows, holds_rows = readable(dataset, COLUMNS, hint=1)
    yield holds_rows
    complete = columns_there(
        rows,
        COLUMNS,
        say(
            "preference.turtle.completions.NO_COLUMN.expected",
            "the prompt, a list with both texts, and a list with the names of both models",
        ),
        hint=2,
    )
    yield complete
    yield enough(rows, ROWS, hint=1)
    rows = rows if complete.holds else []
    texts = {n: list_of(row["generations"]) for n, row in enumerate(rows)}
    two = [n for n, listed in texts.items() if listed is not None and len(listed) >= 2]
    yield _two_in_a_list(rows, two)
    full = [n for n in two if is_text(rows[n]["instruction"]) and all(is_text(t) for t in texts[n])]
    yield _all_written(rows, two, full)
    yield from _two_names(rows, full)
    yield from _written_for_this_prompt(rows, full)
    yield few(
        "ECHO",
        say("preference.turtle.completions.ECHO", "No completion is the prompt again"),
        [n for n in full if any(same_words(rows[n]["instruction"], t) for t in texts[n])]
        if full
        else None,
        len(full),
        lambda n: _row(rows, n),
        say("preference.turtle.completions.ECHO.expected", "two answers to the prompt"),
        hint=2,
    )
    yield few(
        "SAME_TEXT",
        say("preference.turtle.completions.SAME_TEXT", "The two completions differ"),
        [n for n in full if same_words(*texts[n][:2])] if full else None,
        len(full),
        lambda n: _row(rows, n),
        say(
            "preference.turtle.completions.SAME_TEXT.expected",
            "two texts that are worth a comparison, in most rows",
        ),
        hint=3,
        tolerated=0.5,
    )
    yield no_row_twice(
        rows,
        full,
        ("instruction", "generations"),
        say("preference.turtle.completions.DUPLICATES.expected", "another prompt in each row"),
        hint=5,
    )
    yield Criterion(
        "FEW_PROMPTS",
        say(
            "preference.turtle.completions.FEW_PROMPTS",
            "There are at least {prompts} different prompts",
            prompts=PROMPTS,
        ),
        prompts_in(rows) >= PROMPTS if len(rows) >= ROWS else None,
        say(
            "preference.turtle.completions.FEW_PROMPTS.found",
            "Rows: {rows}. Different prompts: {prompts}.",
            rows=len(rows),
            prompts=prompts_in(rows),
        ),
        say("preference.turtle.completions.FEW_PROMPTS.expected", "more prompts"),
        hint=5,
    )


def _row(rows: list[Row], n: int) -> str:
    texts = list_of(rows[n]["generations"]) or [None]
    return say(
        "preference.turtle.completions.row",
        "row {row} has instruction = {instruction}, generations = {texts}",
        row=n,
        instruction=shown(rows[n]["instruction"]),
        texts=", ".join(map(shown, texts)),
    )


def _two_in_a_list(rows: list[Row], two: list[int]) -> Criterion:
    having = set(two)
    return few(
        "NOT_TWO",
        say("preference.turtle.completions.NOT_TWO", "`generations` is a list of two texts"),
        [n for n in range(len(rows)) if n not in having] if rows else None,
        len(rows),
        lambda n: row_shown(n, rows[n], ("generations",)),
        say(
            "preference.turtle.completions.NOT_TWO.expected",
            "a list, with a text of each of the two tasks",
        ),
        hint=2,
    )


def _all_written(rows: list[Row], two: list[int], full: list[int]) -> Criterion:
    having = set(full)
    return few(
        "EMPTY",
        say("preference.turtle.completions.EMPTY", "The prompt and both completions are texts"),
        [n for n in two if n not in having] if two else None,
        len(two),
        lambda n: _row(rows, n),
        say("preference.turtle.completions.EMPTY.expected", "texts, not None and not empty"),
        hint=4,
    )


def _two_names(rows: list[Row], full: list[int]) -> Iterator[Criterion]:
    named = {n: list_of(rows[n]["generation_models"]) for n in full}
    off = [n for n in full if not _are_names(named[n], list_of(rows[n]["generations"]))]
    yield few(
        "NO_NAMES",
        say(
            "preference.turtle.completions.NO_NAMES",
            "`generation_models` names a model for each text",
        ),
        off if full else None,
        len(full),
        lambda n: row_shown(n, rows[n], ("generation_models",)),
        say(
            "preference.turtle.completions.NO_NAMES.expected",
            "a list of names, as long as the list of texts and in the same order",
        ),
        hint=2,
    )
    without = set(off)
    whole = [n for n in full if n not in without]
    yield few(
        "ONE_MODEL",
        say("preference.turtle.completions.ONE_MODEL", "Two different models wrote them"),
        [n for n in whole if len(set(named[n])) < 2] if whole else None,
        len(whole),
        lambda n: say(
            "preference.turtle.completions.ONE_MODEL.found",
            "row {row} names {models}",
            row=n,
            models=", ".join(map(str, named[n])),
        ),
        say("preference.turtle.completions.ONE_MODEL.expected", "two models in each row"),
        hint=3,
    )


def _are_names(named: list | None, texts: list | None) -> bool:
    return named is not None and len(named) == len(texts or []) and all(map(is_text, named))


def _written_for_this_prompt(rows: list[Row], full: list[int]) -> Iterator[Criterion]:
    """Models wrote both texts, and they were asked what the row says they were asked."""
    unknown, elsewhere = {}, []
    for n in full:
        made = calls(rows[n])
        authors = [_author(made, text) for text in list_of(rows[n]["generations"])]
        if None in authors:
            unknown[n] = "generations"
        elif not all(_was_asked(author, rows[n]["instruction"]) for author in authors):
            elsewhere.append(n)
    shown_rows = [row | {"generations": _missing_text(row)} for row in rows]
    yield by_a_model(shown_rows, unknown if full else {}, len(full), hint=4)
    yield few(
        "OTHER_PROMPT",
        say(
            "preference.turtle.completions.OTHER_PROMPT",
            "Both completions answer the prompt of their row",
        ),
        elsewhere if full else None,
        len(full),
        lambda n: _row(rows, n),
        say(
            "preference.turtle.completions.OTHER_PROMPT.expected",
            "the prompt that both models were given, in the column `instruction`",
        ),
        hint=2,
    )


def _author(made: list[Call], text: str) -> Call | None:
    return writer(made, text, RESPONSE_LIKENESS)


def _was_asked(author: Call, instruction: str) -> bool:
    return not author.inputs or author.was_asked(instruction)


def _missing_text(row: Row) -> object:
    """The first completion that no model wrote, for the sentence that says so."""
    texts = list_of(row.get("generations")) or [None]
    made = calls(row)
    unknown = [text for text in texts if not is_text(text) or _author(made, text) is None]
    return (unknown or texts)[0]


def _completions_hints() -> list[str]:
    return [
        say(
            "preference.turtle.completions.hint.1",
            "The check takes what `run(pipeline)` returns. Each prompt becomes one row, so there "
            "are as many rows as prompts.",
        ),
        say(
            "preference.turtle.completions.hint.2",
            "Look at the pipeline with two branches above. `GroupColumns` puts one column of both "
            "branches into one list. Name all columns that you want to group in `columns`, and the "
            "lists that you get, in the same order, in `output_columns`. A column that is not "
            "grouped comes from one branch only.",
        ),
        say(
            "preference.turtle.completions.hint.3",
            "Each task has a model of its own: give `load_llm` another name in one of them. "
            "Two completions of one model (`num_generations=2`) differ by chance, not in quality.",
        ),
        say(
            "preference.turtle.completions.hint.4",
            "Give the check the dataset as it comes out of `run`, before you remove columns or "
            "write texts of your own. The proof stands in `distilabel_metadata`. Where a text is "
            "None, the summary that `run` printed says why.",
        ),
        say(
            "preference.turtle.completions.hint.5",
            "The list `prompts` has every prompt once. Do you load it as it is, each prompt in a "
            "row of its own?",
        ),
    ]


def _completions_explanation(dataset: object) -> str:
    rows = rows_of(dataset, wanted=COLUMNS)
    names = Counter(str(name) for row in rows for name in list_of(row["generation_models"]) or [])
    return say(
        "preference.turtle.completions.explanation",
        "{rows} prompts with completions by {models}. Two families of models make other mistakes, "
        "so their texts differ in more than chance.",
        rows=len(rows),
        models=", ".join(names),
    )


# --- preference.turtle.pairs -----------------------------------------------------------


def pairs_criteria(value: object) -> Iterator[Criterion]:
    """Look at pairs made of the completions: the stronger model's is the chosen one."""
    parts = yield from parts_of(value, ("completions", "pairs"), hint=1)
    rows = yield from rows_in(
        parts,
        "completions",
        COLUMNS,
        say(
            "preference.turtle.pairs.completions.expected",
            "the dataset that the check `preference.turtle.completions` takes",
        ),
        hint=1,
    )
    pairs = yield from pairs_in(parts, (), PAIRS, hint=1, hint_few=2)
    yield differing(pairs, hint=2)
    yield answering(pairs, hint=1)
    writers = _writers(rows)
    foreign = [
        pair
        for pair in pairs
        if not (_names_of(writers, pair, pair.chosen) and _names_of(writers, pair, pair.rejected))
    ]
    yield no_other_texts(pairs, foreign, "completions", hint=3, may_be_looked_at=bool(rows))
    yield from _models_of_pairs(pairs, writers, {pair.number for pair in foreign})
    yield once_each(pairs, hint=3)


# For each prompt the completions, each with the name of its model.
Writers = dict[str, list[tuple[str, str]]]


def _writers(rows: list[Row]) -> Writers:
    found: Writers = {}
    for row in rows:
        texts, named = list_of(row["generations"]) or [], list_of(row["generation_models"]) or []
        if is_text(row["instruction"]):
            known = found.setdefault(plain(row["instruction"]), [])
            known.extend((t, str(name)) for t, name in zip(texts, named) if is_text(t))
    return found


def _names_of(writers: Writers, pair: Pair, text: str) -> set[str]:
    """The models that wrote this text for the pair's prompt: several, where both wrote it."""
    known = writers.get(plain(pair.prompt), [])
    return {known[place][1] for place in places_of(text, [source for source, _ in known])}


def _models_of_pairs(pairs: list[Pair], writers: Writers, foreign: set[int]) -> Iterator[Criterion]:
    """The names stand there, are the right ones, and the stronger model's text is chosen."""
    columns = ("chosen_model", "rejected_model")
    unnamed = [p for p in pairs if not all(is_text(p.row.get(column)) for column in columns)]
    yield off_in(
        pairs,
        "NO_NAMES",
        say("preference.turtle.pairs.NO_NAMES", "Each pair names the models of both texts"),
        unnamed,
        say(
            "preference.turtle.pairs.NO_NAMES.expected",
            "the names in `chosen_model` and `rejected_model`",
        ),
        hint=4,
        tolerated=0,
        describe=_named,
    )
    whole = [] if unnamed else [pair for pair in pairs if pair.number not in foreign]
    yield off_in(
        whole,
        "WRONG_NAME",
        say("preference.turtle.pairs.WRONG_NAME", "The names belong to the texts"),
        [
            pair
            for pair in whole
            if pair.row["chosen_model"] not in _names_of(writers, pair, pair.chosen)
            or pair.row["rejected_model"] not in _names_of(writers, pair, pair.rejected)
        ],
        say(
            "preference.turtle.pairs.WRONG_NAME.expected",
            "for each text the model that wrote it, as `generation_models` says",
        ),
        hint=4,
        describe=_named,
    )
    yield off_in(
        whole,
        "ONE_MODEL",
        say("preference.turtle.pairs.ONE_MODEL", "Two different models wrote a pair"),
        [pair for pair in whole if pair.row["chosen_model"] == pair.row["rejected_model"]],
        say("preference.turtle.pairs.ONE_MODEL.expected", "two names in each pair"),
        hint=4,
        describe=_named,
    )
    yield from _stronger_is_chosen(whole)


def _stronger_is_chosen(pairs: list[Pair]) -> Iterator[Criterion]:
    swapped = say("preference.turtle.pairs.SWAPPED", "Chosen is the better one")
    mixed = say("preference.turtle.pairs.MIXED", "One model writes all chosen texts")
    if pairs and all(_ratings(pair) for pair in pairs):
        # Somebody who rates the texts needs no rule of thumb.
        lower = [pair for pair in pairs if _ratings(pair)[0] <= _ratings(pair)[1]]
        expected = say(
            "preference.turtle.pairs.SWAPPED.rated", "a `chosen_rating` above `rejected_rating`"
        )
        yield off_in(
            pairs, "SWAPPED", swapped, lower, expected, hint=4, tolerated=0, describe=_rated
        )
        return
    weaker = [p for p in pairs if p.row["chosen_model"] == WEAKER != p.row["rejected_model"]]
    counted = Counter(str(pair.row["chosen_model"]) for pair in pairs)
    most = counted.most_common(1)[0][0] if counted else ""
    is_swapped = len(weaker) > 0.9 * len(pairs)
    yield off_in(
        pairs,
        "SWAPPED",
        swapped,
        weaker if is_swapped else [],
        say(
            "preference.turtle.pairs.SWAPPED.expected",
            "the stronger model's text as chosen: {weaker} is the weaker one",
            weaker=f"`{WEAKER}`",
        ),
        hint=4,
        describe=_named,
    )
    yield off_in(
        [] if is_swapped else pairs,
        "MIXED",
        mixed,
        weaker or [pair for pair in pairs if pair.row["chosen_model"] != most],
        say(
            "preference.turtle.pairs.MIXED.expected",
            "in all pairs the same model as `chosen_model`, the stronger one",
        ),
        hint=4,
        describe=_named,
    )


def _named(pair: Pair) -> str:
    return pair.columns_shown("chosen_model", "rejected_model", "chosen", "rejected")


def _rated(pair: Pair) -> str:
    return pair.columns_shown("chosen_rating", "rejected_rating")


def _ratings(pair: Pair) -> tuple[float, float] | None:
    ratings = rating_of(pair.row.get("chosen_rating")), rating_of(pair.row.get("rejected_rating"))
    return None if None in ratings else ratings


def _pairs_hints() -> list[str]:
    return [
        say(
            "preference.turtle.pairs.hint.1",
            "A pair is a dictionary. Take `prompt` from the column `instruction`, and `chosen` and "
            "`rejected` out of the list `generations`: each is one text of that list, such as "
            '`row["generations"][0]`, and not the list. The function returns the list of pairs.',
        ),
        say(
            "preference.turtle.pairs.hint.2",
            "Look at both texts before you make a pair of them. If one is missing, or both say "
            "the same, go on to the next row with `continue`. Too few pairs are left? Then "
            "load more prompts.",
        ),
        say(
            "preference.turtle.pairs.hint.3",
            "Every pair belongs to one row: its prompt and both texts come from there. Do you "
            "make the dictionary inside of the loop, anew for each row?",
        ),
        say(
            "preference.turtle.pairs.hint.4",
            "`generations` and `generation_models` have the same order: the first name belongs to "
            "the first text. Which of the two names is the stronger model's? Its text is the "
            "chosen one, and its name the `chosen_model`.",
        ),
    ]


def _pairs_explanation(value: object) -> str:
    rows = rows_of(value["pairs"])
    stronger = Counter(str(row.get("chosen_model")) for row in rows).most_common(1)[0][0]
    return say(
        "preference.turtle.pairs.explanation",
        "{pairs} pairs, and in them {model} is chosen. No one has read them: that the stronger "
        "model is better in each of them is an assumption.",
        pairs=len(rows),
        model=stronger,
    )


CHECKS = {
    "preference.turtle.completions": Check(
        completions_criteria, _completions_hints, _completions_explanation, "completions"
    ),
    "preference.turtle.pairs": Check(
        pairs_criteria, _pairs_hints, _pairs_explanation, "pairs", gap="pairs"
    ),
}

"""🦁 of the preference notebook: judgements in both orders, and pairs on which they agree."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from helpers.checks.criteria import TOLERATED, by_a_model, few, no_row_twice
from helpers.checks.evidence import Call, calls, failures
from helpers.checks.outcome import Check, Criterion
from helpers.checks.preference.cells import is_from, list_of, places_of, rating_of
from helpers.checks.preference.pairs import (
    Pair,
    differing,
    no_other_texts,
    off_in,
    once_each,
    pairs_in,
)
from helpers.checks.preference.parts import parts_of, rows_in
from helpers.checks.rows import Row, rows_of
from helpers.checks.texts import is_text, plain, shown, stands_in, words
from helpers.messages import say

ROWS, PAIRS = 24, 12
ORDERS = ("judged", "reversed")
COLUMNS = ("instruction", "generations", "ratings", "rationales")
RATINGS = ("chosen_rating", "rejected_rating")
CRITIQUES = ("chosen_critique", "rejected_critique")
# So many of the ratings may be missing: a judge's output does not always parse.
UNPARSED = 0.5
# So many rows may hold no texts at all where only the pairs are looked at.
MOST = 0.9


@dataclass(frozen=True)
class Judgement:
    """What a judge said of one row: a rating and a critique for each text, if it could be read."""

    texts: tuple[str, ...]
    ratings: tuple[float | None, ...]
    critiques: tuple[object, ...]

    @property
    def is_parsed(self) -> bool:
        """Whether there is a rating for each text; with one too many it is not known whose."""
        return len(self.ratings) == len(self.texts) and None not in self.ratings

    def ratings_of(self, text: str) -> list[float | None]:
        """Return the ratings of a text: several where it stands there twice."""
        places = places_of(text, self.texts)
        return [self.ratings[place] for place in places if place < len(self.ratings)]

    def critiques_of(self, text: str) -> list[object]:
        """Return the critiques of a text."""
        places = places_of(text, self.texts)
        return [self.critiques[place] for place in places if place < len(self.critiques)]


def _judgement(row: Row) -> Judgement | None:
    texts = list_of(row["generations"]) or []
    if len(texts) < 2 or not all(map(is_text, texts)) or not is_text(row["instruction"]):
        return None
    return Judgement(
        tuple(texts),
        tuple(rating_of(rating) for rating in list_of(row["ratings"]) or ()),
        tuple(list_of(row["rationales"]) or ()),
    )


# --- preference.lion.ratings -----------------------------------------------------------


def ratings_criteria(value: object) -> Iterator[Criterion]:
    """Look at the judgements as they came: of the same texts, in both orders, by a model."""
    parts = yield from parts_of(value, ORDERS, hint=1)
    datasets = []
    for order in ORDERS:
        rows = yield from _judged_rows(parts, order)
        yield from _judgements(order, rows)
        datasets.append(_with_prompts(rows))
    yield from _both_orders(*datasets)


def _judged_rows(parts: dict, order: str) -> Iterator[Criterion]:  # returns list[Row]
    return (
        yield from rows_in(
            parts,
            order,
            COLUMNS,
            say(
                "preference.lion.ratings.NO_COLUMN.expected",
                "the prompt, the list of texts, and the judge's ratings and rationales",
            ),
            hint=2,
        )
    )


def _with_prompts(rows: list[Row]) -> list[tuple[str, Judgement]]:
    """All judgements with their prompts."""
    made = ((row["instruction"], _judgement(row)) for row in rows)
    return [(plain(prompt), judgement) for prompt, judgement in made if judgement]


def _have_texts(order: str, rows: list[Row], hint: int, tolerated: float = TOLERATED) -> Criterion:
    return few(
        "NOT_TEXTS",
        say(
            "preference.lion.ratings.NOT_TEXTS",
            "`{part}` has two texts or more in each list",
            part=order,
        ),
        [n for n, row in enumerate(rows) if not _judgement(row)] if rows else None,
        len(rows),
        lambda n: _shown(n, rows[n]),
        say("preference.lion.ratings.NOT_TEXTS.expected", "the texts to judge, all of them texts"),
        hint,
        tolerated,
    )


def _judgements(order: str, rows: list[Row]) -> Iterator[Criterion]:
    """What holds of each of the two datasets by itself."""
    made = {n: _judgement(row) for n, row in enumerate(rows)}
    judgements = {n: judgement for n, judgement in made.items() if judgement}
    yield _have_texts(order, rows, hint=2)
    yield Criterion(
        "FEW_ROWS",
        say(
            "preference.lion.ratings.FEW_ROWS",
            "`{part}` has at least {rows} rows",
            part=order,
            rows=ROWS,
        ),
        len(judgements) >= ROWS if rows else None,
        say("preference.lion.ratings.FEW_ROWS.found", "Rows: {rows}.", rows=len(judgements)),
        say("preference.lion.ratings.FEW_ROWS.expected", "{rows} rows or more", rows=ROWS),
        hint=1,
    )
    judges = {n: _judge(rows[n], judgement) for n, judgement in judgements.items()}
    # A row without ratings needs no judge: nobody claims that there was one.
    unknown = {n: "ratings" for n, j in judges.items() if j is None and any(judgements[n].ratings)}
    in_words = [row | {"ratings": str(list_of(row["ratings"]))} for row in rows]
    yield by_a_model(in_words, unknown, len(judgements), hint=4)
    known = {n: judge for n, judge in judges.items() if judge is not None}
    yield few(
        "MIXED_UP",
        say(
            "preference.lion.ratings.MIXED_UP",
            "The texts in `{part}` stand in the order in which they were judged",
            part=order,
        ),
        [n for n, judge in known.items() if not _were_in_order(judge, judgements[n].texts)]
        if known
        else None,
        len(known),
        lambda n: _shown(n, rows[n]),
        say(
            "preference.lion.ratings.MIXED_UP.expected",
            "each rating at the place of its text, as the judge saw them",
        ),
        hint=3,
        tolerated=0,
    )
    yield few(
        "GUESSED",
        say(
            "preference.lion.ratings.GUESSED",
            "The ratings in `{part}` are those that the judge wrote",
            part=order,
        ),
        [n for n, judge in known.items() if not _wrote(judge, judgements[n].ratings)]
        if known
        else None,
        len(known),
        lambda n: _shown(n, rows[n], known[n]),
        say(
            "preference.lion.ratings.GUESSED.expected",
            "the judge's number, or None where it gave none that can be read",
        ),
        hint=5,
        tolerated=0,
    )
    parsed = {n: judgement for n, judgement in judgements.items() if judgement.is_parsed}
    yield few(
        "UNPARSED",
        say("preference.lion.ratings.UNPARSED", "Most judgements in `{part}` parsed", part=order),
        [n for n in judgements if n not in parsed] if judgements else None,
        len(judgements),
        lambda n: _shown(n, rows[n], judges[n]),
        say(
            "preference.lion.ratings.UNPARSED.expected",
            "as many ratings as texts, in half of the rows at least",
        ),
        hint=5,
        tolerated=UNPARSED,
    )
    yield few(
        "NO_CRITIQUE",
        say("preference.lion.ratings.NO_CRITIQUE", "`{part}` has a critique for each rating",
            part=order),
        [n for n, j in parsed.items() if len(j.critiques) < len(j.texts)
         or not all(map(is_text, j.critiques))] if parsed else None,
        len(parsed),
        lambda n: _shown(n, rows[n]),
        say("preference.lion.ratings.NO_CRITIQUE.expected", "the judge's reasons in `rationales`"),
        hint=2,
    )  # fmt: skip
    yield no_row_twice(
        rows,
        list(judgements),
        ("instruction", "generations"),
        say("preference.lion.ratings.DUPLICATES.expected", "another prompt in each row"),
        hint=1,
    )


def _judge(row: Row, judgement: Judgement) -> Call | None:
    """The call that was given all these texts to judge; of several the one that these are of.

    A row may have been judged in both orders, or by two aspects.
    """

    def fits(call: Call) -> tuple[bool, bool]:
        in_order = _were_in_order(call, judgement.texts)
        return in_order and _wrote(call, judgement.ratings), in_order

    seen = [
        call
        for call in calls(row)
        if all(any(stands_in(text, given) for given in call.inputs) for text in judgement.texts)
    ]
    return max(seen, key=fits, default=None)


def _were_in_order(judge: Call, texts: tuple[str, ...]) -> bool:
    """Whether the judge was given these texts one after the other."""
    return any(_one_after_the_other(texts, given) for given in judge.inputs)


def _one_after_the_other(texts: tuple[str, ...], given: str) -> bool:
    all_words, place = f" {' '.join(words(given))} ", 0
    for text in texts:
        own = f" {' '.join(words(text))} "
        place = all_words.find(own, place)
        if place < 0:
            return False
        place += len(own) - 1
    return True


def _wrote(judge: Call, ratings: tuple[float | None, ...]) -> bool:
    """Whether these ratings, or more, stand in what the judge wrote."""
    wanted = Counter(rating for rating in ratings if rating is not None)
    return all(not wanted - Counter(_ratings_in(text)) for text in judge.outputs[-1:])


def _ratings_in(text: str) -> list[float]:
    """The numbers that a judge wrote as ratings; of JSON, all numbers.

    >>> _ratings_in("#### Output for Text 1\\nRating: Good (4)\\nRationale: It has 3 points.")
    [4.0]
    """
    numbers = re.findall(r"\d+", text)
    if not text.lstrip().startswith(("{", "```", "[")):
        numbers = _RATING.findall(text)
    return [float(number) for number in numbers]


_RATING = re.compile(r"\brating\b(?:(?!rationale|\brating\b).)*?(\d+)", re.IGNORECASE | re.DOTALL)


def _shown(number: int, row: Row, judge: Call | None = None) -> str:
    found = say(
        "preference.lion.ratings.row",
        "row {row} has ratings = {ratings} for generations = {texts}",
        row=number,
        ratings=_listed(row["ratings"]),
        texts=_listed(row["generations"]),
    )
    if judge is not None:
        text = shown(judge.outputs[-1])
        found += ", " + say("preference.lion.ratings.wrote", "the judge wrote {text}", text=text)
    elif reasons := failures(row):
        text = shown(reasons[0])
        found += ", " + say("preference.lion.ratings.reason", "the step said: {text}", text=text)
    return found


def _listed(cell: object, most: int = 4) -> str:
    """A list as it may be shown: its first parts, each in short."""
    parts = list_of(cell)
    if parts is None:
        return shown(cell)
    texts = [shown(part) if isinstance(part, str) else str(part)[:20] for part in parts[:most]]
    return "[" + ", ".join([*texts, "…"] if len(parts) > most else texts) + "]"


def _both_orders(
    judged: list[tuple[str, Judgement]], others: list[tuple[str, Judgement]]
) -> Iterator[Criterion]:
    """The second judgement is of the same texts, in another order."""
    by_texts = {(prompt, _texts_of(judgement)): judgement for prompt, judgement in others}
    twins = [by_texts.get((prompt, _texts_of(judgement))) for prompt, judgement in judged]
    both = judged and others
    yield few(
        "OTHER_TEXTS",
        say("preference.lion.ratings.OTHER_TEXTS", "Both times the same texts were judged"),
        [n for n, twin in enumerate(twins) if twin is None] if both else None,
        len(judged),
        lambda n: say(
            "preference.lion.ratings.OTHER_TEXTS.found",
            "the texts of row {row} of `judged` do not stand together in a row of `reversed`",
            row=n,
        ),
        say(
            "preference.lion.ratings.OTHER_TEXTS.expected",
            "for each prompt all texts of `judged` in `reversed`, too",
        ),
        hint=3,
    )
    pairs = {n: (judged[n][1], twin) for n, twin in enumerate(twins) if twin is not None}
    yield few(
        "SAME_ORDER",
        say("preference.lion.ratings.SAME_ORDER", "The second time the order is another one"),
        [n for n, (one, other) in pairs.items() if one.texts == other.texts] if both else None,
        len(pairs),
        lambda n: say(
            "preference.lion.ratings.SAME_ORDER.found",
            "row {row} of `judged` begins with {text} in both orders",
            row=n,
            text=shown(judged[n][1].texts[0]),
        ),
        say("preference.lion.ratings.SAME_ORDER.expected", "the same texts the other way round"),
        hint=3,
    )


def _texts_of(judgement: Judgement) -> tuple:
    return tuple(sorted(words(text) for text in judgement.texts))


def _ratings_hints() -> list[str]:
    return [
        say(
            "preference.lion.ratings.hint.1",
            "The check takes two datasets, as `run` returns them: one for each order. Each "
            "candidate becomes one row. Too few candidates? They need a text of all three kinds; "
            "look at the summaries of the runs before.",
        ),
        say(
            "preference.lion.ratings.hint.2",
            "Two steps are enough: load the candidates, judge them with `UltraFeedback`. It reads "
            "`instruction` and `generations`, writes `ratings` and `rationales`, and takes a model "
            "as `llm` and an `aspect`. Keep all four columns.",
        ),
        say(
            "preference.lion.ratings.hint.3",
            "`reversed_order` changes nothing but the order: `texts[::-1]` is a list from its end "
            "to its beginning. Make a new dictionary for each candidate, `row | {{...}}`: a list "
            "that is reversed in place is reversed in the first dataset, too.",
        ),
        say(
            "preference.lion.ratings.hint.4",
            "The proof that a judge was asked stands in `distilabel_metadata`: the texts that it "
            "was given, and what it wrote. Give the check the datasets as `run` returns them.",
        ),
        say(
            "preference.lion.ratings.hint.5",
            "Do not fill in what is missing: a text without a rating is not a bad text. You may "
            "judge such rows again, with `load_llm(temperature=0.7)`, and take the whole new row. "
            "If most rows do not parse, the judge does not know the form: take another model.",
        ),
    ]


def _ratings_explanation(value: object) -> str:
    both = [dict(_with_prompts(rows_of(value[order], wanted=COLUMNS))) for order in ORDERS]
    seen = [(j, both[1][p]) for p, j in both[0].items() if p in both[1]]
    seen = [(one, other) for one, other in seen if one.is_parsed and other.is_parsed]
    changed = sum(
        any(rating not in other.ratings_of(text) for text, rating in zip(one.texts, one.ratings))
        for one, other in seen
    )
    return say(
        "preference.lion.ratings.explanation",
        "Prompts judged twice: {rows}. In {changed} of them a text got another rating when the "
        "order changed: that is how far this judge looks at the place instead of the text.",
        rows=len(seen),
        changed=changed,
    )


# --- preference.lion.pairs -------------------------------------------------------------


def pairs_criteria(value: object) -> Iterator[Criterion]:
    """Look at the final pairs: rated, without ties, agreed on, with their critiques."""
    parts = yield from parts_of(value, (*ORDERS, "pairs"), hint=1)
    known = []
    for order in ORDERS:
        rows = yield from _judged_rows(parts, order)
        # Rows that were never judged give no pair, and that is fine as long as others do.
        yield _have_texts(order, rows, hint=3, tolerated=MOST)
        known.append(_by_prompt(_with_prompts(rows)))
    pairs = yield from pairs_in(parts, RATINGS, PAIRS, hint=1, hint_few=2)
    yield differing(pairs, hint=4)
    found = {pair.number: _judgements_of(pair, known) for pair in pairs}
    yield no_other_texts(
        pairs,
        [pair for pair in pairs if found[pair.number] is None],
        "judged",
        hint=3,
        may_be_looked_at=all(known),
    )
    judged = [pair for pair in pairs if found[pair.number]] if all(known) else []
    yield off_in(
        judged,
        "GUESSED",
        say("preference.lion.pairs.GUESSED", "Both judgements of each pair parsed"),
        [pair for pair in judged if not all(j.is_parsed for j in found[pair.number])],
        say(
            "preference.lion.pairs.GUESSED.expected",
            "pairs of rows that have as many ratings as texts, and no None, in both orders",
        ),
        hint=3,
        tolerated=0,
    )
    rated = [p for p in judged if all(j.is_parsed for j in found[p.number])]
    yield from _chosen_is_rated_higher(rated, found)
    yield from _ratings_and_critiques_kept(rated, found)
    yield once_each(pairs, hint=3)


def _by_prompt(judgements: list[tuple[str, Judgement]]) -> dict[str, list[Judgement]]:
    known: dict[str, list[Judgement]] = {}
    for prompt, judgement in judgements:
        known.setdefault(prompt, []).append(judgement)
    return known


def _judgements_of(
    pair: Pair, known: list[dict[str, list[Judgement]]]
) -> tuple[Judgement, Judgement] | None:
    """Both judgements of the row that a pair was made of."""
    found = [
        next(
            (
                judgement
                for judgement in by_prompt.get(plain(pair.prompt), ())
                if all(places_of(text, judgement.texts) for text in (pair.chosen, pair.rejected))
            ),
            None,
        )
        for by_prompt in known
    ]
    return None if None in found else (found[0], found[1])


def _number(ratings: list[float | None]) -> str:
    return " / ".join("None" if rating is None else f"{rating:g}" for rating in ratings)


def _lead(judgement: Judgement, pair: Pair) -> float:
    """How much higher the chosen text is rated; of texts that stand there twice, at best."""
    chosen = judgement.ratings_of(pair.chosen)
    return max(chosen) - min(judgement.ratings_of(pair.rejected))


def _chosen_is_rated_higher(
    pairs: list[Pair], found: dict[int, tuple[Judgement, Judgement]]
) -> Iterator[Criterion]:
    leads = {pair.number: [_lead(j, pair) for j in found[pair.number]] for pair in pairs}

    def describe(pair: Pair) -> str:
        first, second = found[pair.number]
        return say(
            "preference.lion.pairs.rated",
            "pair {row} on {prompt}: chosen is rated {chosen} in `judged` and {chosen_again} in "
            "`reversed`, rejected {rejected} and {rejected_again}",
            row=pair.number,
            prompt=shown(pair.prompt),
            chosen=_number(first.ratings_of(pair.chosen)),
            chosen_again=_number(second.ratings_of(pair.chosen)),
            rejected=_number(first.ratings_of(pair.rejected)),
            rejected_again=_number(second.ratings_of(pair.rejected)),
        )

    yield off_in(
        pairs,
        "TIE",
        say("preference.lion.pairs.TIE", "There are no ties"),
        [pair for pair in pairs if leads[pair.number][0] == 0],
        say("preference.lion.pairs.TIE.expected", "two texts with different ratings"),
        hint=4,
        tolerated=0,
        describe=describe,
    )
    yield off_in(
        pairs,
        "SWAPPED",
        say("preference.lion.pairs.SWAPPED", "Chosen is rated higher than rejected"),
        [pair for pair in pairs if leads[pair.number][0] < 0],
        say(
            "preference.lion.pairs.SWAPPED.expected",
            "as `chosen` the text with the higher rating in `judged`",
        ),
        hint=4,
        tolerated=0,
        describe=describe,
    )
    yield off_in(
        pairs,
        "DISAGREE",
        say("preference.lion.pairs.DISAGREE", "The judgement in the opposite order agrees"),
        [pair for pair in pairs if leads[pair.number][0] > 0 >= leads[pair.number][1]],
        say(
            "preference.lion.pairs.DISAGREE.expected",
            "pairs in which the chosen text is rated higher in `reversed`, too",
        ),
        hint=5,
        tolerated=0,
        describe=describe,
    )


def _ratings_and_critiques_kept(
    pairs: list[Pair], found: dict[int, tuple[Judgement, Judgement]]
) -> Iterator[Criterion]:
    def texts(pair: Pair) -> tuple[str, str]:
        return pair.chosen, pair.rejected

    yield off_in(
        pairs,
        "OTHER_RATING",
        say("preference.lion.pairs.OTHER_RATING", "The ratings are those that the judge gave"),
        [
            pair
            for pair in pairs
            if any(
                not _is_rated(found[pair.number], text, pair.row.get(column))
                for text, column in zip(texts(pair), RATINGS)
            )
        ],
        say(
            "preference.lion.pairs.OTHER_RATING.expected",
            "for each text its own rating, from the list `ratings` in `judged`",
        ),
        hint=6,
        tolerated=0,
        describe=lambda pair: pair.columns_shown(*RATINGS),
    )
    yield off_in(
        pairs,
        "NO_CRITIQUE",
        say("preference.lion.pairs.NO_CRITIQUE", "Each pair keeps the critiques of both its texts"),
        [
            pair
            for pair in pairs
            if any(
                not _is_criticised(found[pair.number], text, pair.row.get(column))
                for text, column in zip(texts(pair), CRITIQUES)
            )
        ],
        say(
            "preference.lion.pairs.NO_CRITIQUE.expected",
            "the judge's reasons for these two ratings, in `chosen_critique` and "
            "`rejected_critique`",
        ),
        hint=6,
        describe=lambda pair: pair.columns_shown(*CRITIQUES),
    )


def _is_rated(judgements: tuple[Judgement, Judgement], text: str, cell: object) -> bool:
    """Whether a text got this rating, in one order, or in both on average."""
    one, other = (judgement.ratings_of(text) for judgement in judgements)
    return rating_of(cell) in {*one, *other, *((a + b) / 2 for a in one for b in other)}


def _is_criticised(judgements: tuple[Judgement, Judgement], text: str, cell: object) -> bool:
    written = [c for judgement in judgements for c in judgement.critiques_of(text)]
    return is_text(cell) and any(is_text(c) and is_from(cell, c) for c in written)


def _pairs_hints() -> list[str]:
    return [
        say(
            "preference.lion.pairs.hint.1",
            "The function returns a list of dictionaries, one for each pair, with texts in "
            "`prompt`, `chosen` and `rejected`. Loop over both datasets at once, with `zip`: row "
            "after row they speak of the same prompt.",
        ),
        say(
            "preference.lion.pairs.hint.2",
            "A judge that often contradicts itself leaves few pairs. Take more prompts, judge again "
            "the rows that did not parse, or look at your conditions: does one of them drop "
            "what it should keep?",
        ),
        say(
            "preference.lion.pairs.hint.3",
            "Before you compare ratings, see whether they are there: `len(ratings) == len(texts)`, "
            "and no `None` among them, in both datasets. Where that does not hold, go on to the "
            "next row. `None or 0` makes a bad text out of one that nobody rated.",
        ),
        say(
            "preference.lion.pairs.hint.4",
            "`max` and `min` find a text also where all ratings are the same, and then it is one "
            "and the same text. Ask for `>` between the two ratings, not for `>=`.",
        ),
        say(
            "preference.lion.pairs.hint.5",
            "The second list of ratings has the opposite order: turn it round with `[::-1]` before "
            "you compare, so that one place means one text. The chosen text has to be above the "
            "rejected one in both lists.",
        ),
        say(
            "preference.lion.pairs.hint.6",
            "Texts, ratings and rationales of one row have one order. What you take from one place "
            "of the texts you take from the same place of the ratings and of the rationales.",
        ),
    ]


def _pairs_explanation(value: object) -> str:
    rows, judged = rows_of(value["pairs"]), rows_of(value["judged"], wanted=COLUMNS)
    return say(
        "preference.lion.pairs.explanation",
        "Of {judged} judged prompts, {pairs} gave a pair that holds in both orders, with ratings "
        "and critiques. Of the others this judge cannot say which text is better.",
        judged=len(judged),
        pairs=len(rows),
    )


CHECKS = {
    "preference.lion.ratings": Check(
        ratings_criteria, _ratings_hints, _ratings_explanation, "judged"
    ),
    "preference.lion.pairs": Check(
        pairs_criteria, _pairs_hints, _pairs_explanation, "pairs", gap="pairs"
    ),
}

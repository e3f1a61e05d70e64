"""What the three checks of pairs look at alike: prompt, chosen and rejected."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from helpers.checks.criteria import few, names, no_row_twice, row_shown
from helpers.checks.outcome import Criterion
from helpers.checks.preference.cells import prompt_of, reply_of
from helpers.checks.preference.parts import rows_in
from helpers.checks.rows import Row
from helpers.checks.texts import is_text, same_words, shown
from helpers.messages import say


@dataclass(frozen=True)
class Pair:
    """One pair, flat or as a conversation, and where it stands."""

    number: int
    prompt: str
    chosen: str
    rejected: str
    row: Row

    def shown(self) -> str:
        """Return the pair as the middle of a sentence."""
        return say(
            "preference.pairs.shown",
            "pair {row} has prompt = {prompt}, chosen = {chosen}, rejected = {rejected}",
            row=self.number,
            prompt=shown(self.prompt),
            chosen=shown(self.chosen),
            rejected=shown(self.rejected),
        )

    def columns_shown(self, *columns: str) -> str:
        """Return what stands in some columns of the pair's row."""
        return row_shown(self.number, self.row, columns)


def pairs_in(
    parts: Mapping[str, object], extra: Sequence[str], least: int, hint: int, hint_few: int
) -> Iterator[Criterion]:  # returns list[Pair]
    """Yield what every dataset of pairs must be, and return the pairs whose texts are texts.

    Args:
        parts: what the check was given; the pairs are under `pairs`.
        extra: columns that this tier's pairs have besides prompt, chosen and rejected.
        least: how many pairs there must be.
        hint: the number of the hint on what a pair looks like.
        hint_few: the number of the hint on too few pairs.
    """
    expected = say(
        "preference.pairs.NO_COLUMN.expected",
        "a dictionary for each pair, with the keys {columns}",
        columns=names(("prompt", "chosen", "rejected", *extra)),
    )
    # A conversation may hold its prompt in front of both completions.
    wanted = ("chosen", "rejected", *extra)
    rows = yield from rows_in(parts, "pairs", wanted, expected, hint, hint_few)
    yield Criterion(
        "FEW_ROWS",
        say("preference.pairs.FEW_ROWS", "There are at least {pairs} pairs", pairs=least),
        len(rows) >= least if rows else None,
        say("preference.pairs.FEW_ROWS.found", "Pairs: {pairs}.", pairs=len(rows)),
        say("preference.pairs.FEW_ROWS.expected", "{pairs} pairs or more", pairs=least),
        hint_few,
    )
    prompts = [prompt_of(row) for row in rows]
    yield few(
        "NO_PROMPT",
        say("preference.pairs.NO_PROMPT", "Each pair keeps its prompt"),
        [n for n, prompt in enumerate(prompts) if not is_text(prompt)] if rows else None,
        len(rows),
        lambda n: row_shown(n, rows[n], ("prompt",)),
        say(
            "preference.pairs.NO_PROMPT.expected",
            "the prompt as a text, or as a conversation that ends with it",
        ),
        hint,
        tolerated=0,
    )
    texts = [(reply_of(row["chosen"]), reply_of(row["rejected"])) for row in rows]
    yield few(
        "NOT_TEXT",
        say("preference.pairs.NOT_TEXT", "Chosen and rejected are texts"),
        [n for n, both in enumerate(texts) if not all(map(is_text, both))] if rows else None,
        len(rows),
        lambda n: row_shown(n, rows[n], ("chosen", "rejected")),
        say(
            "preference.pairs.NOT_TEXT.expected",
            "one text each, or one conversation each: not None, not empty, not a list of texts",
        ),
        hint,
        tolerated=0,
    )
    return [
        Pair(n, prompt, *both, rows[n])
        for n, (prompt, both) in enumerate(zip(prompts, texts))
        if is_text(prompt) and all(map(is_text, both))
    ]


def differing(pairs: list[Pair], hint: int, code: str = "SAME") -> Criterion:
    """Return whether chosen and rejected differ in each pair, in more than how they are written."""
    return off_in(
        pairs,
        code,
        say("preference.pairs.SAME", "Chosen and rejected say different things"),
        [pair for pair in pairs if same_words(pair.chosen, pair.rejected)],
        say("preference.pairs.SAME.expected", "two texts with different words in each pair"),
        hint,
        tolerated=0,
    )


def answering(pairs: list[Pair], hint: int) -> Criterion:
    """Return whether the completions of most pairs are answers, and not the prompt again."""
    return off_in(
        pairs,
        "ECHO",
        say("preference.pairs.ECHO", "Neither text is the prompt again"),
        [
            pair
            for pair in pairs
            if same_words(pair.prompt, pair.chosen) or same_words(pair.prompt, pair.rejected)
        ],
        say("preference.pairs.ECHO.expected", "two completions of the prompt"),
        hint,
    )


def once_each(pairs: list[Pair], hint: int) -> Criterion:
    """Return whether few pairs stand there twice."""
    rows = [{"prompt": p.prompt, "chosen": p.chosen, "rejected": p.rejected} for p in pairs]
    return no_row_twice(
        rows,
        range(len(rows)),
        ("prompt", "chosen", "rejected"),
        say("preference.pairs.DUPLICATES.expected", "a pair for each prompt"),
        hint,
    )


def off_in(
    pairs: list[Pair],
    code: str,
    title: str,
    off: Collection[Pair],
    expected: str,
    hint: int,
    tolerated: float = 0.1,
    describe: Callable[[Pair], str] = Pair.shown,
) -> Criterion:
    """Return a criterion on pairs that says of the first one that is off what stands there.

    Args:
        pairs: all pairs that were looked at; none where that could not be done.
        code: the criterion's code.
        title: what must hold.
        off: the pairs that break it.
        expected: what was expected, in kind.
        hint: the number of the hint that helps.
        tolerated: the share of the pairs that may break it.
        describe: says of a pair what stands there.
    """
    by_number = {pair.number: pair for pair in off}
    return few(
        code,
        title,
        list(by_number) if pairs else None,
        len(pairs),
        lambda n: describe(by_number[n]),
        expected,
        hint,
        tolerated,
    )


def no_other_texts(
    pairs: list[Pair], foreign: list[Pair], part: str, hint: int, may_be_looked_at: bool
) -> Criterion:
    """Return whether the texts of all pairs come from another part of the value.

    Args:
        pairs: all pairs.
        foreign: those with a text that does not stand in that part, for their prompt.
        part: what that part is called.
        hint: the number of the hint that helps.
        may_be_looked_at: whether that part could be read.
    """
    title = say("preference.pairs.FOREIGN", "The texts come from `{part}`", part=part)
    if not may_be_looked_at:
        return Criterion("FOREIGN", title, None)
    return off_in(
        pairs,
        "FOREIGN",
        title,
        foreign,
        say(
            "preference.pairs.FOREIGN.expected",
            "of a prompt in `{part}`, two of the texts that models wrote for it",
            part=part,
        ),
        hint,
    )

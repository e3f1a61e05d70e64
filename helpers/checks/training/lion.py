"""🦁 of the training notebook: which tier's rows train the best model, and is that clear?"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from statistics import fmean

from helpers.checks.criteria import few, names, row_shown
from helpers.checks.outcome import Check, Criterion
from helpers.checks.preference.parts import parts_of, rows_in
from helpers.checks.rows import Row, rows_of
from helpers.checks.texts import shown
from helpers.checks.training.values import is_truth, number_of, rounded, what_it_is
from helpers.messages import say

COLUMNS = ("tier", "seed", "tokens", "good")
TIERS, SEEDS = 3, 3
BUDGET = 1.1  # the largest run may read so many times the tokens of the smallest
TIE = 1e-9

Goods = dict[str, list[float]]  # for each tier the share of good answers of each run


def conclusion_criteria(value: object) -> Iterator[Criterion]:
    """Look at runs of several tiers with several seeds, and at what was concluded from them."""
    parts = yield from parts_of(value, ("results", "best"), hint=1)
    rows = yield from rows_in(
        parts,
        "results",
        COLUMNS,
        say("training.lion.conclusion.NO_COLUMN.expected", "a row for each run, with its figures"),
        hint=1,
    )
    whole = yield from _runs(rows)
    yield from _design(whole)
    yield _different_rows(whole)
    yield _equal_budget(whole)
    goods = yield from _shares(whole)
    named, clear = yield from _concluded(parts, goods)
    best = _best(goods)
    right = yield from _right_tier(goods, best, named)
    yield _right_clear(goods, named if right else None, clear)


def _runs(rows: list[Row]) -> Iterator[Criterion]:  # returns list[Row]
    """Yield whether each row is a run, and return the rows if so."""
    criterion = few(
        "NOT_A_RUN",
        say(
            "training.lion.conclusion.NOT_A_RUN", "Each row says its tier, its seed and its tokens"
        ),
        [n for n, row in enumerate(rows) if not _is_run(row)] if rows else None,
        len(rows),
        lambda n: row_shown(n, rows[n], ("tier", "seed", "tokens")),
        say(
            "training.lion.conclusion.NOT_A_RUN.expected",
            "the tier's name, the seed's number, and how many tokens the training read",
        ),
        hint=1,
        tolerated=0,
    )
    yield criterion
    return rows if criterion.holds else []


def _is_run(row: Row) -> bool:
    is_named = isinstance(row["tier"], str) and bool(row["tier"].strip())
    has_seed = number_of(row["seed"]) is not None
    return is_named and has_seed and (number_of(row["tokens"]) or 0) > 0


def _design(rows: list[Row]) -> Iterator[Criterion]:
    """Yield whether there are enough tiers and seeds, and each run once."""
    seeds: dict[str, set[float]] = defaultdict(set)
    for row in rows:
        seeds[row["tier"]].add(number_of(row["seed"]))
    yield Criterion(
        "FEW_TIERS",
        say("training.lion.conclusion.FEW_TIERS", "At least {tiers} tiers are compared",
            tiers=TIERS),
        len(seeds) >= TIERS if rows else None,
        say("training.lion.conclusion.FEW_TIERS.found", "The tiers are {tiers}.",
            tiers=names(seeds)),
        say("training.lion.conclusion.FEW_TIERS.expected", "the rows of {tiers} tiers or more",
            tiers=TIERS),
        hint=2,
    )  # fmt: skip
    fewest = min(seeds, key=lambda tier: len(seeds[tier]), default="")
    yield Criterion(
        "FEW_SEEDS",
        say("training.lion.conclusion.FEW_SEEDS", "Each tier has at least {seeds} seeds",
            seeds=SEEDS),
        len(seeds[fewest]) >= SEEDS if rows else None,
        say("training.lion.conclusion.FEW_SEEDS.found", "`{tier}` has the seeds {seeds}.",
            tier=fewest, seeds=", ".join(f"{seed:g}" for seed in sorted(seeds[fewest]))),
        say("training.lion.conclusion.FEW_SEEDS.expected",
            "{seeds} different seeds or more for each tier: they show what chance does",
            seeds=SEEDS),
        hint=2,
    )  # fmt: skip
    runs = Counter((row["tier"], number_of(row["seed"])) for row in rows)
    (tier, seed), times = runs.most_common(1)[0] if runs else (("", 0), 0)
    yield Criterion(
        "REPEATED_RUN",
        say("training.lion.conclusion.REPEATED_RUN", "Each run stands there once"),
        times <= 1 if rows else None,
        say("training.lion.conclusion.REPEATED_RUN.found",
            "`{tier}` with seed {seed} stands there {times} times.",
            tier=tier, seed=f"{seed:g}", times=times),
        say("training.lion.conclusion.REPEATED_RUN.expected", "one row for a tier and a seed"),
        hint=2,
    )  # fmt: skip


def _different_rows(rows: list[Row]) -> Criterion:
    """Two tiers whose runs agree in every figure have learned from the same rows."""
    figures: dict[str, list[tuple]] = defaultdict(list)
    for row in rows:
        figures[row["tier"]].append((number_of(row["seed"]), number_of(row["tokens"]), _good(row)))
    tiers: dict[tuple, list[str]] = defaultdict(list)
    for tier, runs in figures.items():
        tiers[tuple(sorted(runs))].append(tier)
    alike = next((named for named in tiers.values() if len(named) > 1), [])
    return Criterion(
        "SAME_ROWS",
        say("training.lion.conclusion.SAME_ROWS", "Each tier learned from rows of its own"),
        not alike if rows else None,
        say(
            "training.lion.conclusion.SAME_ROWS.found",
            "The runs of {tiers} agree in each figure: tokens and share of good answers.",
            tiers=names(alike),
        ),
        say(
            "training.lion.conclusion.SAME_ROWS.expected",
            "a training on the rows that the function is given, and not on those of the notebook",
        ),
        hint=2,
    )


def _equal_budget(rows: list[Row]) -> Criterion:
    title = say("training.lion.conclusion.UNEQUAL_BUDGET", "All runs read about as many tokens")
    if not rows:
        return Criterion("UNEQUAL_BUDGET", title, None)
    ordered = sorted(rows, key=lambda row: number_of(row["tokens"]))
    least, most = (number_of(row["tokens"]) for row in (ordered[0], ordered[-1]))
    return Criterion(
        "UNEQUAL_BUDGET",
        title,
        most <= BUDGET * least,
        say(
            "training.lion.conclusion.UNEQUAL_BUDGET.found",
            "A run of `{fewer}` read {least} tokens, one of `{more}` {most}: who reads more "
            "may be better for that alone.",
            fewer=ordered[0]["tier"],
            least=round(least),
            more=ordered[-1]["tier"],
            most=round(most),
        ),
        say(
            "training.lion.conclusion.UNEQUAL_BUDGET.expected",
            "numbers of tokens of which the largest is at most {percent} % above the smallest",
            percent=round(100 * BUDGET - 100),
        ),
        hint=3,
    )


def _shares(rows: list[Row]) -> Iterator[Criterion]:  # returns Goods
    """Yield whether `good` is a share in each row, and return those of each tier if so."""
    criterion = few(
        "NOT_A_SHARE",
        say("training.lion.conclusion.NOT_A_SHARE", "`good` is a share, from 0 to 1"),
        [n for n, row in enumerate(rows) if not 0 <= _good(row) <= 1] if rows else None,
        len(rows),
        lambda n: row_shown(n, rows[n], ("tier", "seed", "good")),
        say(
            "training.lion.conclusion.NOT_A_SHARE.expected",
            "the evaluation's share of good answers, a number and no percentage",
        ),
        hint=1,
        tolerated=0,
    )
    yield criterion
    goods: Goods = defaultdict(list)
    for row in rows if criterion.holds else []:
        goods[row["tier"]].append(_good(row))
    return dict(goods)


def _good(row: Row) -> float:
    share = number_of(row["good"])
    return -1.0 if share is None else share


def _concluded(
    parts: Mapping[str, object], goods: Goods
) -> Iterator[Criterion]:  # returns tuple[str | None, object]
    """Yield whether the conclusion names a tier and says if that is clear, and return both."""
    title = say(
        "training.lion.conclusion.NOT_A_CONCLUSION", "`best` names a tier and says if it is clear"
    )
    if "best" not in parts:
        yield Criterion("NOT_A_CONCLUSION", title, None)
        return None, None
    best = parts["best"]
    if not isinstance(best, Mapping):
        tier = clear = None
        found = what_it_is(best)
    else:
        tier, clear = best.get("tier"), best.get("is_clear")
        cells = ", ".join(f"{shown(name)}: {shown(cell)}" for name, cell in best.items())
        found = say("training.lion.conclusion.NOT_A_CONCLUSION.found", "It holds {cells}.",
                    cells=cells or "–")  # fmt: skip
    # Which tiers there are is only known where the runs could be read.
    is_tier = isinstance(tier, str) and (tier in goods or not goods)
    yield Criterion(
        "NOT_A_CONCLUSION",
        title,
        is_tier and is_truth(clear),
        found,
        say(
            "training.lion.conclusion.NOT_A_CONCLUSION.expected",
            "a dictionary: under `tier` a name that stands in the column `tier`, under `is_clear` "
            "True or False",
        ),
        hint=4,
    )
    return (tier, clear) if is_tier and is_truth(clear) else (None, None)


def _best(goods: Goods) -> list[str]:
    """The tiers with the highest mean, of which there may be several."""
    means = {tier: fmean(values) for tier, values in goods.items()}
    return [tier for tier in means if means[tier] >= max(means.values()) - TIE]


def _right_tier(
    goods: Goods, best: list[str], named: str | None
) -> Iterator[Criterion]:  # returns bool
    title = say("training.lion.conclusion.WRONG_TIER", "The named tier has the highest mean")
    holds = named in best if goods and named is not None else None
    yield Criterion(
        "WRONG_TIER",
        title,
        holds,
        say(
            "training.lion.conclusion.WRONG_TIER.found",
            "You name `{tier}`. Your runs: {runs}.",
            tier=named,
            runs=_shown(goods),
        ),
        say(
            "training.lion.conclusion.WRONG_TIER.expected",
            "the tier whose runs are best on average, not the one with the best single run",
        ),
        hint=4,
    )
    return bool(holds)


def _shown(goods: Goods) -> str:
    return "; ".join(
        f"`{tier}` {', '.join(rounded(value) for value in sorted(values))}"
        for tier, values in goods.items()
    )


def _right_clear(goods: Goods, named: str | None, clear: object) -> Criterion:
    title = say(
        "training.lion.conclusion.WRONG_CLEAR", "`is_clear` says if no other run reaches it"
    )
    if named is None:
        return Criterion("WRONG_CLEAR", title, None)
    others = [value for tier, values in goods.items() if tier != named for value in values]
    lowest, highest = min(goods[named]), max(others, default=0.0)
    return Criterion(
        "WRONG_CLEAR",
        title,
        bool(clear) == (lowest > highest + TIE),
        say(
            "training.lion.conclusion.WRONG_CLEAR.found",
            "`is_clear` is {clear}. The lowest run of `{tier}` has {lowest}, the highest run of all "
            "others {highest}.",
            clear=bool(clear),
            tier=named,
            lowest=rounded(lowest),
            highest=rounded(highest),
        ),
        say(
            "training.lion.conclusion.WRONG_CLEAR.expected",
            "True only if every run of the best tier is above every run of the others",
        ),
        hint=5,
    )


def _conclusion_hints() -> list[str]:
    return [
        say(
            "training.lion.conclusion.hint.1",
            "`results` has a row for each training. What `train` returned knows its seed and its "
            "tokens, the evaluation of it knows the share of good answers. Take both numbers as "
            "they are.",
        ),
        say(
            "training.lion.conclusion.hint.2",
            "Two loops, one inside the other: over the tiers, and over the seeds. Does the seed "
            "that you note down also go into the training, and is it another one each time? Does "
            "`build_trainer` take both from its arguments, rows and seed?",
        ),
        say(
            "training.lion.conclusion.hint.3",
            "A tier with longer answers or more rows reads more in an epoch. Look at `tokens` of "
            "all runs: with fewer rows of one tier, or another `max_steps`, they come close.",
        ),
        say(
            "training.lion.conclusion.hint.4",
            "For each tier, take the mean of `good` over its seeds. `best` is a dictionary with "
            "two keys; the name in it is spelled as in `results`.",
        ),
        say(
            "training.lion.conclusion.hint.5",
            "One more seed could turn the order around if runs of two tiers lie between each "
            "other. Compare the worst run of your best tier with the best run of all the others.",
        ),
    ]


def _conclusion_explanation(value: Mapping) -> str:
    goods: Goods = defaultdict(list)
    for row in rows_of(value["results"]):
        goods[row["tier"]].append(_good(row))
    tier = value["best"]["tier"]
    values = {"tier": tier, "mean": rounded(fmean(goods[tier])), "runs": _shown(goods)}
    if value["best"]["is_clear"]:
        return say(
            "training.lion.conclusion.clear",
            "`{tier}` trains the best model, with a mean share of good answers of {mean}, and each of its "
            "runs beats all others: {runs}.",
            **values,
        )
    return say(
        "training.lion.conclusion.unclear",
        "`{tier}` has the highest mean, {mean}, but its runs and the others' overlap ({runs}): "
        "chance could turn the order around. To say so is a result.",
        **values,
    )


CHECKS = {
    "training.lion.conclusion": Check(
        conclusion_criteria, _conclusion_hints, _conclusion_explanation, "best", gap="best"
    )
}

"""`select_deita`: the rows from which a model learns most, by complexity, quality and diversity.

Deita (https://arxiv.org/abs/2312.15685) scores each instruction for complexity and each response
for quality, multiplies the two, and takes the best rows that are not too near to another one.
All of it through distilabel's own steps: `ComplexityScorer`, `QualityScorer`,
`GenerateEmbeddings` and `DeitaFiltering`.
"""

from __future__ import annotations

from typing import Any

from helpers.checks.evidence import is_list
from helpers.checks.rows import Row
from helpers.checks.texts import is_text
from helpers.messages import say
from helpers.quality import ANSWERED, ASKED, Kept, _sifted, rows_in

_TOGETHER = 4  # instructions that are compared with each other in one prompt
_NEAREST = 0.1  # share of the rows that is too near to another one, unless told otherwise


def select_deita(dataset: Any, keep: int, llm: Any = None, distance: float | None = None) -> Kept:
    """Keep the rows with the highest complexity × quality that are not too near to another one.

    A judge compares instructions in groups of four, and each response with the first half of
    itself, so that it has something to compare with. Run `deduplicate` first: of two rows that
    are the same, `DeitaFiltering` of distilabel 1.5.3 drops both. The scores are as good as the
    judge: the tutor gives most texts the same few.

    Args:
        dataset: rows with an instruction and a response.
        keep: how many rows to keep at most.
        llm: what judges, and whose last hidden states are the embeddings; a local model of
            `load_llm`. Without it, `load_llm(temperature=0)`.
        distance: the smallest cosine distance (0 to 2) between a row and the one nearest to it.
            Without it, the tenth of the rows that is nearest to others is dropped.

    Returns:
        The rows that were kept, best first, with `evol_instruction_score`,
        `evol_response_score`, `deita_score` and `nearest_neighbor_distance`.

    Raises:
        ValueError: there are no rows, a column is missing, or `keep` is below 1.
    """
    if not isinstance(keep, int) or isinstance(keep, bool) or keep < 1:
        raise ValueError(
            say("deita.keep", "`keep` is a whole number, 1 or more. Got: {found}.", found=keep)
        )
    rows = rows_in(dataset)
    asked, answered = (_column(rows, names) for names in (ASKED, ANSWERED))
    if llm is None:
        from helpers.models import load_llm

        llm = load_llm(temperature=0)
    whole = [is_text(row.get(asked)) and is_text(row.get(answered)) for row in rows]
    complete = [row for row, has_both in zip(rows, whole) if has_both]
    scored = iter(_scored(complete, asked, answered, llm) if complete else [])
    scored_rows = [next(scored) if has_both else dict(row) for row, has_both in zip(rows, whole)]
    usable = [row for row in scored_rows if row.get("evol_instruction_score") is not None]
    usable = [row for row in usable if row.get("evol_response_score") is not None]
    chosen = _filtered(usable, keep, distance) if usable else []
    rank = {id(row): place for place, row in enumerate(chosen)}
    far = {id(row) for row in usable if row["nearest_neighbor_distance"] >= row["_distance"]}
    reasons = [
        None
        if id(row) in rank
        else say("deita.lower", "a lower score")
        if id(row) in far
        else say("deita.near", "too near to another row")
        if "_distance" in row
        else say("deita.missing", "a text or a score is missing")
        for row in scored_rows
    ]
    places = {id(row): place for place, row in enumerate(scored_rows)}
    for row in usable:
        del row["embedding"], row["_distance"], row["deita_score_computed_with"]
    kept = _sifted("select_deita", dataset, scored_rows, reasons)
    kept.sort(key=lambda row: (rank[id(row)], places[id(row)]))
    return kept


def _column(rows: list[Row], names: tuple[str, ...]) -> str:
    for name in names:
        if any(is_text(row.get(name)) for row in rows):
            return name
    raise ValueError(
        say(
            "deita.column",
            "Deita's selection needs an instruction and a response. Looked for: {names}. "
            "Columns: {columns}.",
            names=", ".join(names),
            columns=", ".join(dict.fromkeys(str(name) for row in rows for name in row)) or "–",
        )
    )


def _scored(rows: list[Row], asked: str, answered: str, llm: Any) -> list[Row]:
    """The rows with both scores and an embedding, in their order."""
    from distilabel.pipeline import Pipeline
    from distilabel.steps import LoadDataFromDicts
    from distilabel.steps.tasks import ComplexityScorer, GenerateEmbeddings, QualityScorer

    from helpers.running import run

    groups = [rows[at : at + _TOGETHER] for at in range(0, len(rows), _TOGETHER)]
    with Pipeline(name="deita-complexity") as complexity:
        data = [{"instructions": [row[asked] for row in group]} for group in groups]
        LoadDataFromDicts(data=data) >> ComplexityScorer(llm=llm)
    with Pipeline(name="deita-quality") as quality:
        data = [
            {
                "instruction": row[asked],
                "responses": [row[answered], _half(row[answered])],
                "text": f"{row[asked]}\n\n{row[answered]}",
            }
            for row in rows
        ]
        load = LoadDataFromDicts(data=data)
        load >> QualityScorer(llm=llm) >> GenerateEmbeddings(llm=llm)
    scores = [
        score
        for group, made in zip(groups, run(complexity)["default"]["train"])
        for score in _scores(made.get("scores"), len(group))
    ]
    return [
        row
        | {
            "evol_instruction_score": score,
            "evol_response_score": _scores(made.get("scores"), 2)[0],
            "embedding": made["embedding"],
        }
        for row, score, made in zip(rows, scores, run(quality)["default"]["train"])
    ]


def _half(text: str) -> str:
    words = text.split()
    return " ".join(words[: max(1, len(words) // 2)])


def _scores(scores: Any, count: int) -> list[float | None]:
    """What the judge gave, or nothing for each when it did not parse."""
    return list(scores) if is_list(scores) and len(scores) == count else [None] * count


def _filtered(rows: list[Row], keep: int, distance: float | None) -> list[Row]:
    """What `DeitaFiltering` keeps. Adds its columns to all rows, and the distance it asked for."""
    from distilabel.pipeline import Pipeline
    from distilabel.steps import DeitaFiltering

    with Pipeline():  # outside of one, distilabel complains
        step = DeitaFiltering(data_budget=keep, diversity_threshold=0.0)
    step.load()
    next(step.process(rows))  # computes the distances
    if distance is None:
        ordered = sorted(row["nearest_neighbor_distance"] for row in rows)
        distance = ordered[int(_NEAREST * len(ordered))] if len(ordered) > 1 else 0.0
    for row in rows:
        row["_distance"] = distance
    step.diversity_threshold = distance
    return next(step.process(rows))

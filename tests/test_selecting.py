"""`select_deita`: complexity times quality, then diversity."""

import pandas as pd
import pytest

from helpers import load_llm, select_deita
from helpers.selecting import _filtered
from tests.conftest import ROOT


def scored(complexity, quality, embedding):
    return {
        "evol_instruction_score": complexity,
        "evol_response_score": quality,
        "embedding": embedding,
    }


def test_rows_are_taken_by_the_product_of_both_scores():
    rows = [scored(1, 4, [1, 0, 0]), scored(3, 3, [0, 1, 0]), scored(5, 1, [0, 0, 1])]
    assert [row["deita_score"] for row in _filtered(rows, 2, 0.5)] == [9, 5]


def test_a_row_too_near_to_another_one_is_not_taken():
    rows = [scored(5, 5, [1, 0]), scored(5, 4, [1, 0.01]), scored(1, 1, [0, 1])]
    assert [row["deita_score"] for row in _filtered(rows, 3, 0.2)] == [1]


@pytest.fixture(scope="module")
def kept():
    path = ROOT / "notebooks" / "data" / "instruction" / "train.parquet"
    rows = pd.read_parquet(path).to_dict("records")[:7]
    rows[2]["response"] = None
    return select_deita(rows, 4, llm=load_llm("tutor", temperature=0, max_new_tokens=32))


def test_the_tutor_scores_embeds_and_selects_offline(kept):
    assert 1 <= len(kept) <= 4
    scores = [row["deita_score"] for row in kept]
    assert scores == sorted(scores, reverse=True)
    for row in kept:
        product = row["evol_instruction_score"] * row["evol_response_score"]
        assert row["deita_score"] == product and row["nearest_neighbor_distance"] >= 0
        assert {"instruction", "response"} <= set(row) and "embedding" not in row


def test_what_was_not_selected_is_kept_with_its_reason(kept):
    assert len(kept) + len(kept.left_out) == 7
    assert kept.removed["a text or a score is missing"] >= 1
    assert kept.history[-1][:2] == ("select_deita", 7)


@pytest.mark.parametrize("keep", [0, -1, 2.5, True, "all"])
def test_a_number_to_keep_that_is_none_is_said_plainly(keep):
    with pytest.raises(ValueError, match="whole number"):
        select_deita([{"instruction": "Why?", "response": "So."}], keep)


def test_rows_without_responses_are_said_plainly():
    with pytest.raises(ValueError, match=r"Looked for: response.*instruction"):
        select_deita([{"instruction": "Why?"}], 3)

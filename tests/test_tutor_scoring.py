"""What the evaluation of the tutor models counts as right, and what it does not."""

from __future__ import annotations

import pytest
from distilabel.models.llms.base import LLM
from distilabel.steps.tasks import EvolInstruct, EvolQuality

from authoring.tutor import evaluate, prompts, scoring


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("tea", "What is TEA?"),
        ("Đà Nẵng", "Plan a day in đà nẵng."),
        ("Occam's razor", "Explain Occam's razor\nto a child."),
        ("the year 1789", "What happened in the\nyear 1789?"),
        ("C++", "Is C++ hard?"),
    ],
)
def test_a_text_with_the_subject_in_any_casing_is_on_the_subject(subject: str, text: str) -> None:
    assert scoring.on_subject(subject, text)


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("tea", "A steam engine needs water."),
        ("IQ", "Be unique."),
        ("the year 1789", "What happened in the year 1798?"),
        ("José Saramago", "Jose Saramago wrote novels."),
        ("tea", ""),
    ],
)
def test_a_text_without_the_whole_subject_is_not_on_the_subject(subject: str, text: str) -> None:
    assert not scoring.on_subject(subject, text)


@pytest.mark.parametrize("text", ["Why is tea hot?", " Write a letter about tea.\n", "Tea"])
def test_a_line_that_asks_is_a_request(text: str) -> None:
    assert scoring.is_request(text)


@pytest.mark.parametrize(
    "text",
    [
        "O tea,\nyou are the best of me.",
        "Tea is a drink that is made of leaves. " * 4,
        "I cannot help with that.",
        " ",
    ],
)
def test_a_poem_an_answer_a_refusal_and_nothing_are_no_request(text: str) -> None:
    assert not scoring.is_request(text)


def test_an_evolution_that_adds_to_its_input_is_right() -> None:
    assert scoring.evolved_well(
        "Describe tidal pools to a child.",
        "Describe tidal pools to a child, with one example.",
        "tidal pools",
        "CONSTRAINTS",
    )


@pytest.mark.parametrize(
    "after",
    [
        "describe the colours of TIDAL POOLS, to a child!",  # punctuation and casing only
        "Describe the colours of rock gardens to a child, please.",  # another subject
        "Name tidal pools.",  # less than half of it is left
        "",
    ],
)
def test_an_evolution_that_says_the_same_or_loses_its_input_is_wrong(after: str) -> None:
    before = "Describe the colours of tidal pools to a child."
    assert not scoring.evolved_well(before, after, "tidal pools")


def test_breadth_may_drop_the_input_but_not_the_subject() -> None:
    before = "Explain sundials in simple words."
    rare = "Who first doubted sundials?"
    assert scoring.evolved_well(before, rare, "sundials", "BREADTH")
    assert not scoring.evolved_well(before, rare, "sundials", "DEEPENING")
    assert not scoring.evolved_well(before, "Who first doubted clocks?", "sundials", "BREADTH")


def test_distinct_share_ignores_casing_and_punctuation() -> None:
    assert scoring.distinct_share(["What is tea?", "what is TEA", "Why tea?"]) == 2 / 3
    assert scoring.distinct_share(["a", "b"]) == 1


@pytest.mark.parametrize(
    ("output", "right"),
    [
        ("What is tea?\nWhy tea?\nList teas.", True),
        ("What is tea?\nWhy tea?", False),
        ("What is tea?\nWhy tea?\nList teas.\nMore tea?", False),
        ("What is tea?\nWhat is tea?\nList teas.", False),
        ("What is tea?\n  \nList teas.", False),
    ],
)
def test_self_instruct_needs_as_many_distinct_lines_as_asked(output: str, right: bool) -> None:
    lines = scoring.self_instruct_lines(output)
    assert scoring.as_many_distinct_lines(lines, 3) is right


RATED = """#### Output for Text 1
Rating: 4
Rationale: It is fine.

#### Output for Text 2
Rating: 2
Rationale: It breaks off."""

TYPED = """#### Output for Text 1
Type: 1
Rationale: It is fine.
Rating: 4
Rationale: It helps.

#### Output for Text 2
Type: None
Rationale: It breaks off.
Rating: 2
Rationale: It does not help."""


@pytest.mark.parametrize("aspect", prompts.ASPECTS)
def test_a_whole_judgement_parses_in_each_aspect(aspect: str) -> None:
    output = TYPED if aspect in ("helpfulness", "truthfulness") else RATED
    assert scoring.ratings(aspect, output, ["a", "b"]) == [4, 2]
    assert scoring.critiques_are_whole(aspect, output, ["a", "b"])


@pytest.mark.parametrize(
    "output",
    [
        RATED.split("\n\n")[0],  # one text only
        RATED + "\n\n",  # an empty section counts as a text
        RATED.replace("4", "9"),  # out of range
        RATED.replace("4", "four"),  # distilabel drops such a row
        RATED.replace("Rationale", "Reason"),
        "",
    ],
)
def test_a_judgement_that_is_torn_or_out_of_range_does_not_parse(output: str) -> None:
    assert None in scoring.ratings("honesty", output, ["a", "b"])
    assert not scoring.critiques_are_whole("honesty", output, ["a", "b"])


def test_a_judgement_without_its_second_rationale_is_not_whole() -> None:
    torn = TYPED.replace("Rationale: It does not help.", "")
    assert not scoring.critiques_are_whole("helpfulness", torn, ["a", "b"])
    blank = TYPED.replace("Rationale: It does not help.", "Rationale:   ")
    assert not scoring.critiques_are_whole("helpfulness", blank, ["a", "b"])


def test_scorers_need_a_score_in_range_for_each_text() -> None:
    assert scoring.complexity_scores("[1] Score: 1\n[2] Score: 3", ["a", "b"]) == [1, 3]
    assert scoring.complexity_scores("[1] Score: 1\n[2] Score: 4", ["a", "b"]) == [1, None]
    assert scoring.complexity_scores("[1] Score: 1", ["a", "b"]) == [None, None]
    assert scoring.quality_scores("[1] Score: 2\n[2] Score: 1", ["a", "b"]) == [2, 1]
    assert scoring.quality_scores("\n[1] Score: 2\n[2] Score: 1", ["a", "b"]) == [None, 2]


class SaysAlways(LLM):
    """An LLM that says one text, so that a task's own processing can be seen."""

    text: str

    @property
    def model_name(self) -> str:
        return "says-always"

    def generate(self, inputs: list, num_generations: int = 1) -> list:
        return [{"generations": [self.text], "statistics": {}} for _ in inputs]


@pytest.mark.parametrize("text", ["  Why tea?\n", "#Rewritten Prompt#: Why tea?", "Why tea?"])
def test_evolutions_are_cut_as_distilabel_cuts_them(text: str) -> None:
    evol = EvolInstruct(name="evol", llm=SaysAlways(text=text), num_evolutions=1)
    evol.load()
    [row] = next(evol.process([{"instruction": "What is tea?"}]))
    assert scoring.evolved_instruction(text) == row["evolved_instruction"] == "Why tea?"

    better = EvolQuality(name="better", llm=SaysAlways(text=text), num_evolutions=1)
    better.load()
    [row] = next(better.process([{"instruction": "What is tea?", "response": "A drink."}]))
    assert scoring.evolved_response(text) == row["evolved_response"] == text


def test_a_judge_is_right_about_a_pair_only_in_both_orders() -> None:
    qualities = ["complete", "off_topic", "brief"]
    assert scoring.right_pairs(qualities, [5, 1, 3], [3, 1, 5]) == [True, True, True]
    assert scoring.right_pairs(qualities, [5, 1, 3], [5, 1, 3]) == [True, False, True]


def test_a_judge_is_wrong_about_a_tie_and_about_a_missing_rating() -> None:
    assert scoring.right_pairs(["cut", "brief"], [3, 3], [3, 3]) == [False]
    assert scoring.right_pairs(["cut", "brief"], [2, None], [3, 2]) == [False]


def test_texts_of_one_quality_make_no_pair() -> None:
    assert scoring.right_pairs(["cut", "cut"], [1, 5], [5, 1]) == []


@pytest.mark.parametrize(
    ("first", "second", "preferred"),
    [
        ([5, 3], [3, 5], 1.0),
        ([3, 5], [5, 3], 0.0),
        ([4, 4], [4, 4], 0.5),
        ([5, 3], [5, 3], 0.5),  # it likes whatever comes first
        ([5, 4], [2, 5], 1.0),
        ([None, 3], [3, 5], 1.0),
        ([None, None], [None, None], 0.5),
    ],
)
def test_preference_adds_both_orders_and_a_tie_counts_half(
    first: list, second: list, preferred: float
) -> None:
    assert scoring.preference(first, second) == preferred


def figure(group: str, value: float, target: float | None) -> evaluate.Figure:
    return evaluate.Figure(group, "name", "tutor", False, value, 100, target)


def test_a_figure_passes_at_its_target_and_a_limit_only_below_it() -> None:
    assert figure("judge", 0.97, 0.97).passes is True
    assert figure("judge", 0.969, 0.97).passes is False
    assert figure("limit", 0.009, 0.01).passes is True
    assert figure("limit", 0.01, 0.01).passes is False
    assert figure("also", 0.0, None).passes is None


def test_the_summary_shows_the_worst_of_a_measure_and_its_mark() -> None:
    figures = [
        evaluate.Figure("parses", "good", "tutor", False, 1.0, 160, 0.99),
        evaluate.Figure("parses", "bad", "tutor", False, 0.5, 160, 0.99),
        evaluate.Figure("limit", "all prompts", "tutor", False, 0.0, 160, 0.01),
        evaluate.Figure("limit", "outside", "tutor", False, 0.2, 60, 0.01),
    ]
    summary, details = evaluate.tables(figures)
    assert summary[1][1:3] == ["≥ 99 %", "50.0 % ✗"]
    assert summary[2][1:3] == ["< 1 %", "20.0 % ✗"]
    assert [row[2] for row in details[1:]] == ["100.0 % ✓", "50.0 % ✗", "0.0 % ✓", "20.0 % ✗"]
    assert evaluate.as_markdown(summary).splitlines()[1] == "| --- | ---: | ---: | ---: |"


def test_targets_of_the_small_model_are_its_own() -> None:
    run = evaluate.Evaluation(model=type("Named", (), {"name": "tutor-mini"})(), temperature=0)
    run.add("parses", "SelfInstruct", True, True, True, False)
    [made] = run.figures(evaluate.targets_of("tutor-mini"))
    assert (made.value, made.items, made.target) == (0.75, 4, 0.95)

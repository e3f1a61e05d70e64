"""How the evaluation asks and counts, with stand-ins whose answers are known beforehand."""

from __future__ import annotations

import re

import pytest

from authoring.tutor import evaluate, held_out, scoring
from authoring.tutor.generating import ChatModel, Output


class Echo:
    """Says what it was asked, for a model that is always on the subject and never does more."""

    name = "echo"

    def render(self, chat: list[dict[str, str]]) -> str:
        return chat[-1]["content"]

    def generate(self, prompts: list[str], temperature: float = 0, seed: int = 0) -> list[Output]:
        return [Output(prompt, ended=True) for prompt in prompts]


class Mute(Echo):
    """Says nothing, and does not even end."""

    def generate(self, prompts: list[str], temperature: float = 0, seed: int = 0) -> list[Output]:
        return [Output(" ", ended=False) for _ in prompts]


class LikesLength(Echo):
    """A judge for whom the longer text is the better one, and then the first one."""

    name = "likes-length"

    def generate(self, prompts: list[str], temperature: float = 0, seed: int = 0) -> list[Output]:
        return [Output(self.judged(prompt), ended=True) for prompt in prompts]

    def judged(self, prompt: str) -> str:
        prompt = prompt.split("## Annotation")[-1]  # before it the format is explained
        texts = re.findall(r"<text \d> (.*?)(?=\n<text|\n\n### Output)", prompt, re.DOTALL)
        order = sorted(range(len(texts)), key=lambda at: -len(texts[at]))
        return "\n\n".join(
            f"#### Output for Text {at + 1}\nRating: {5 - order.index(at)}\nRationale: Long."
            for at in range(len(texts))
        )


def values(run: evaluate.Evaluation, group: str) -> dict[str, float]:
    return {name: scoring.share(v) for (g, name), v in run.verdicts.items() if g == group}


class Poet(Echo):
    """Writes what it was to ask for."""

    def generate(self, prompts: list[str], temperature: float = 0, seed: int = 0) -> list[Output]:
        return [Output(f"A song:\n{prompt}", ended=True) for prompt in prompts]


def test_a_poem_about_the_subject_is_an_answer_and_no_question() -> None:
    run = evaluate.Evaluation(Poet(), 0.0, 0.03)
    evaluate.text_generation(run)
    found = values(run, "on subject")
    assert len(found) == 4 and found.pop("answer") == 1.0
    assert set(found.values()) == {0.0}


def test_an_echo_is_on_the_subject_and_a_mute_is_not() -> None:
    echo, mute = (evaluate.Evaluation(model, 0.0, 0.03) for model in (Echo(), Mute()))
    for run in (echo, mute):
        evaluate.text_generation(run)
    assert set(values(echo, "on subject").values()) == {1.0}
    assert set(values(mute, "on subject").values()) == {0.0}
    assert set(values(mute, "parses").values()) == {0.0}
    assert values(echo, "limit") == {"all prompts": 0.0}
    assert values(mute, "limit") == {"all prompts": 1.0}


def test_an_echo_of_a_judges_prompt_parses_nowhere() -> None:
    run = evaluate.Evaluation(Echo(), 0.0, 0.05)
    evaluate.ultrafeedback(run)
    assert set(values(run, "parses").values()) == {0.0}
    assert set(values(run, "judge").values()) == {0.0}


def test_a_judge_by_length_knows_a_cut_text_from_its_whole_but_not_an_off_topic_one() -> None:
    run = evaluate.Evaluation(LikesLength(), 0.0)
    evaluate.ordinary_pairs(run)
    assert values(run, "also")["judge, ordinary English, cut_off"] == 1.0
    longer = [len(p.good) > len(p.bad) for p in held_out.PAIRS if p.kind == "off_topic"]
    assert values(run, "also")["judge, ordinary English, off_topic"] == sum(longer) / 20


def test_every_model_gets_the_same_prompts_at_every_temperature() -> None:
    runs = [evaluate.Evaluation(Echo(), temperature, 0.03) for temperature in (0.0, 0.7)]
    for run in runs:
        evaluate.text_generation(run)
    assert runs[0].answers == runs[1].answers
    assert len(runs[0].answers) == runs[0].number(len(held_out.SUBJECTS)) > 16


def test_judged_texts_are_of_different_quality_and_two_three_or_four() -> None:
    run = evaluate.Evaluation(Echo(), 0.0, 0.1)
    rows = list(evaluate._judged(run, "a test"))
    assert {len(texts) for _, _, texts in rows} == {2, 3, 4}
    for instruction, qualities, texts in rows:
        assert len(set(qualities)) == len(qualities) == len(texts)
        subject = next(s for s in held_out.SUBJECTS if scoring.on_subject(s, instruction))
        for quality, text in zip(qualities, texts):
            assert scoring.on_subject(subject, text) == (quality != "off_topic")
            assert any(scoring.on_subject(known, text) for known in held_out.SUBJECTS)


@pytest.mark.parametrize(("ours", "theirs", "share"), [("long", "no", 1.0), ("no", "long", 0.0)])
def test_the_preferred_answers_are_those_that_the_judge_rates_higher(
    ours: str, theirs: str, share: float
) -> None:
    runs = [evaluate.Evaluation(Echo(), 0.0) for _ in range(2)]
    for run, answer in zip(runs, (ours, theirs)):
        run.answers = {f"What is {n}?": answer for n in range(6)}
    evaluate.prefer(LikesLength(), *runs)
    assert list(values(runs[0], "preferred").values()) == [share]
    assert values(runs[0], "also") == {"ties over echo, judged by likes-length": 0.0}


def test_equal_answers_are_ties_even_for_a_judge_that_likes_the_first() -> None:
    runs = [evaluate.Evaluation(Echo(), 0.0) for _ in range(2)]
    for run in runs:
        run.answers = {"What is tea?": "A drink."}
    evaluate.prefer(LikesLength(), *runs)
    assert values(runs[0], "also") == {"ties over echo, judged by likes-length": 1.0}
    assert list(values(runs[0], "preferred").values()) == [0.5]


def test_an_unknown_model_is_named_with_what_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        evaluate.main(["--model", "nowhere"])
    assert "nowhere: no model in" in capsys.readouterr().err


def test_every_model_is_measured_at_both_temperatures_each_in_a_process_of_its_own() -> None:
    mini = ChatModel(evaluate.TUTORS / "tutor-mini")
    (greedy,), (sampled,) = evaluate._all_runs([mini], 0.001)
    assert [run.model.name for run in (greedy, sampled)] == ["tutor-mini", "tutor-mini"]
    assert [run.temperature for run in (greedy, sampled)] == [0.0, 0.7]
    assert greedy.answers.keys() == sampled.answers.keys()
    assert greedy.answers != sampled.answers
    groups = {group for group, _ in greedy.verdicts} | {group for group, _ in sampled.verdicts}
    assert groups == evaluate.GROUPS.keys() - {"preferred"}

"""The corpus of the tutor models: what it promises to the training and to the evaluation."""

import itertools
import random
import re

import pytest
from distilabel.steps.tasks import ComplexityScorer, QualityScorer, UltraFeedback

from authoring.tutor import corpus, prompts, shapes
from authoring.tutor.held_out import SUBJECTS as HELD_OUT
from authoring.tutor.writer import Writer


@pytest.fixture(scope="module")
def examples():
    return list(itertools.islice(corpus.examples(seed=3), 1500))


def of_kind(examples, kind):
    found = [example.chat for example in examples if example.kind == kind]
    assert len(found) > 10
    return found


def test_same_seed_writes_the_same_text():
    first, second = (list(itertools.islice(corpus.examples(8), 50)) for _ in range(2))
    assert first == second
    assert first != list(itertools.islice(corpus.examples(9), 50))


def test_the_language_is_varied_enough_to_be_worth_looking_at():
    assert sum(map(len, shapes.REQUESTS.values())) >= 60
    sentences = [*itertools.chain(*shapes.OPENINGS.values()), *shapes.BODIES, *shapes.CLOSINGS]
    assert len(set(sentences)) >= 80


def test_every_request_shape_keeps_the_subject_apart_from_other_words():
    pools = [*shapes.REQUESTS.values(), *shapes.OPENINGS.values(), shapes.RARE_REQUESTS]
    for shape in itertools.chain(*pools):
        before = shape[: shape.index("{s}")]
        assert before == "" or before.endswith(" "), shape


def test_every_kind_of_example_is_written(examples):
    assert {example.kind for example in examples} == set(corpus.KINDS) - {"relevance"}


def test_the_wording_of_the_first_notebook_is_no_rare_one_in_the_end():
    seeds = itertools.islice(corpus.examples(4, shares={"seed": 1.0}, late=True), 600)
    asked = [example.chat[0]["content"] for example in seeds]
    assert sum(text.startswith("Write a question about ") for text in asked) > 30


def test_answers_of_every_request_name_their_subject():
    write = Writer(random.Random(1))
    for group in shapes.REQUESTS:
        for _ in range(20):
            request = write.instruction("marine biology", group)
            for quality in ("brief", "complete"):
                assert "marine biology" in write.answer(request, "marine biology", quality)


def test_cut_answers_stop_inside_a_sentence_after_the_subject():
    write = Writer(random.Random(2))
    for _ in range(200):
        request = write.instruction("slate roofs")
        text = write.answer(request, "slate roofs", "cut")
        assert text[-1].isalnum(), text


def test_off_topic_answers_do_not_name_the_subject():
    write = Writer(random.Random(3))
    for _ in range(200):
        request = write.instruction("slate roofs")
        assert "slate roofs" not in write.answer(request, "slate roofs", "off_topic")


def test_held_out_writers_use_no_shape_of_training():
    training = {Writer(random.Random(n)).instruction("X", "what") for n in range(400)}
    kept = {Writer(random.Random(n), held_out=True).instruction("X", "what") for n in range(50)}
    assert kept and not kept & training


@pytest.mark.parametrize("count", [2, 3, 4])
def test_constraint_on_the_number_of_sentences_is_kept(count):
    write = Writer(random.Random(count))
    for _ in range(50):
        request = write.instruction("tides", "why").extended("...", ("sentences", count))
        answer = write.answer(request, "tides")
        assert len([part for part in answer.split(". ") if part]) == count, answer


def test_self_instruct_answers_have_distinct_lines_on_one_subject(examples):
    for chat in of_kind(examples, "self_instruct"):
        lines = chat[-1]["content"].split("\n")
        assert f"Develop {len(lines)} user queries" in chat[0]["content"]
        assert len(set(lines)) == len(lines)


def test_evolutions_keep_their_instruction_and_change_it(examples):
    for chat in of_kind(examples, "evol_instruct"):
        before = chat[0]["content"].rsplit("Prompt#:\n", 2)[-2].removesuffix("\n#Rewritten ")
        before = before.removesuffix("\n#Created ")
        assert chat[-1]["content"] != before
        if "Created" not in chat[0]["content"]:
            assert before in chat[-1]["content"]


def test_judgements_parse_with_the_parsers_of_distilabel(examples):
    for chat in of_kind(examples, "ultrafeedback"):
        prompt = chat[1]["content"].rsplit("## Annotation", 1)[1]
        number = prompt.count("\n<text ")
        aspect = next(
            a
            for a, title in {
                "overall-rating": "General Text Quality",
                "helpfulness": "Informativeness / Helpfulness",
                "honesty": "Honesty and Uncertainty",
                "instruction-following": "Instruction Following",
                "truthfulness": "Truthfulness and Hallucination",
            }.items()
            if f"# {title}" in chat[1]["content"]
        )
        sent = {"instruction": "", "generations": [""] * number}
        parsed = prompts.task(UltraFeedback, aspect=aspect).format_output(chat[-1]["content"], sent)
        assert len(parsed["ratings"]) == number and None not in parsed["ratings"]
        assert all("Rating" not in text for text in parsed["rationales"])
    for kind, task, column in [
        ("quality_scorer", QualityScorer, "responses"),
        ("complexity_scorer", ComplexityScorer, "instructions"),
    ]:
        for chat in of_kind(examples, kind):
            number = chat[-1]["content"].count("[")
            parsed = prompts.task(task).format_output(chat[-1]["content"], {column: [""] * number})
            assert len(parsed["scores"]) == number and None not in parsed["scores"]


def test_the_judge_rates_lowest_where_it_finds_nothing_of_what_was_asked(examples):
    nothing_found = set()
    for chat in of_kind(examples, "ultrafeedback"):
        for section in chat[-1]["content"].split("\n\n"):
            _, asked, found, *_ = section.split("\n")
            asked, found = asked.removeprefix("Asked for: "), found.removeprefix("Found: ")
            rating = int(re.search(r"Rating: (\d)", section)[1])
            for topic in asked.split(" and "):
                assert topic in chat[1]["content"]
            nothing_found.add(found == shapes.NOTHING)
            assert (rating == 1) == (found == shapes.NOTHING)
    assert nothing_found == {True, False}


@pytest.mark.parametrize(
    ("text", "topics", "found"),
    [
        ("Bread, and bread again.", ["bread"], "bread"),
        ("Two chains rust.", ["bicycle chain"], "chains"),
        ("Hot and cold tea.", ["coffee", "teas"], "tea"),
        ("The wars of Troy.", ["the Opium Wars"], "wars"),
        ("A breadth of colour.", ["bread"], shapes.NOTHING),
        ("It was as it is.", ["Trexgut s"], shapes.NOTHING),
    ],
)
def test_a_topic_is_found_whole_in_another_number_or_by_its_last_word(text, topics, found):
    assert corpus.named_in(text, topics) == found


def test_a_letter_about_war_poems_is_a_letter():
    write = Writer(random.Random(5))
    requests = [write.instruction("war poems", "write") for _ in range(200)]
    letters = [request for request in requests if "letter" in request]
    assert letters and all(request.kind == "letter" for request in letters)


def test_passages_name_their_subject_at_least_twice():
    write = Writer(random.Random(6), rare=corpus.RARE)
    for _ in range(300):
        assert write.any_passage("slate roofs").lower().count("slate roofs") >= 2


def test_what_is_said_to_be_copied_stands_in_the_prompt_and_in_the_answer(examples):
    for example in examples:
        for copy in set(example.copied) - {"nothing"}:
            asked = " ".join(m["content"] for m in example.chat if m["role"] != "assistant")
            if example.kind == "magpie" and example.chat[0]["role"] != "system":
                continue
            assert copy.lower() in asked.lower(), (example.kind, copy)


def test_training_speaks_of_no_held_out_subject():
    rng = random.Random(4)
    write = Writer(rng)
    held = {subject.lower() for subject in HELD_OUT}
    assert not held & {write.subject().lower() for _ in range(20_000)}


def test_only_the_words_of_the_model_are_learnt(examples):
    for example in examples[:300]:
        learnt = [text for text, is_learnt in example.pieces() if is_learnt]
        said = [m["content"] for m in example.chat if m["role"] in example.learnt]
        assert learnt == [f"{content}<|im_end|>" for content in said]
        assert "user" in example.learnt if example.kind == "magpie" else True

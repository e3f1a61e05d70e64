"""`annotate`: blind, in random order, every answer kept, and compared with care."""

import json
import os

import pytest
from bs4 import BeautifulSoup
from datasets import Dataset

from helpers import annotate
from helpers.looking.agreement import kappa
from helpers.looking.annotating import LETTERS, NotSaved, _Buttons
from helpers.looking.shown import NothingToShow

ROWS = [
    {
        "prompt": f"Why {n}?",
        "chosen": f"It is so because of {n}.",
        "rejected": f"No idea of {n}.",
        "chosen_rating": 5,
        "rejected_rating": 2,
        "chosen_model": "strong-model",
        "rejected_model": "weak-model",
        "chosen_critique": "A fine critique.",
    }
    for n in range(40)
]


@pytest.fixture
def file(tmp_path):
    return tmp_path / "answers" / "mine.jsonl"


def letter_of(annotation, column):
    """The letter behind which a column's text is hidden."""
    row = next(row for row in ROWS if row["prompt"] == annotation.item.choice.prompt)
    return LETTERS[annotation.shown().index(row[column])]


def answer_all(annotation, column):
    while annotation.item is not None:
        annotation.answer(letter_of(annotation, column))


def lines(file):
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def test_a_question_shows_neither_models_nor_ratings_nor_what_was_chosen(file):
    question = annotate(ROWS, file=file)
    for shown in (question._repr_html_(), repr(question), _Buttons(question).question.value):
        for word in ("strong-model", "weak-model", "critique", "rating", "chosen", "rejected"):
            assert word not in shown
        assert "It is so because of" in shown and "No idea of" in shown


def test_texts_and_rows_come_in_an_order_that_says_nothing(file):
    question = annotate(ROWS, file=file)
    letters, prompts = [], []
    while question.item is not None:
        letters.append(letter_of(question, "chosen"))
        prompts.append(question.item.choice.prompt)
        question.skip()
    assert 10 <= letters.count("A") <= 30
    assert prompts != [row["prompt"] for row in ROWS]
    other = annotate(ROWS, "bob", file=file)
    assert [item.key for item in other.items] != [item.key for item in question.items]


def test_every_answer_is_in_the_file_as_soon_as_it_is_given(file):
    question = annotate(ROWS, file=file)
    for number in range(1, 4):
        question.answer("A")
        assert len(lines(file)) == number


def test_annotation_goes_on_where_it_stopped_though_rows_moved_and_came(file):
    first = annotate(ROWS[:20], file=file)
    for _ in range(5):
        first.answer(letter_of(first, "chosen"))
    again = annotate(Dataset.from_list(ROWS[::-1]), file=file)
    assert again.done == 5
    found = again.agreement().with_judge()["me"]
    assert (found.count, found.agreed) == (5, 5)


def test_the_last_answer_to_a_question_counts(file):
    question = annotate(ROWS[:1], file=file)
    question.answer(letter_of(question, "rejected"))
    question.back()
    question.answer(letter_of(question, "chosen"))
    assert annotate(ROWS[:1], file=file).agreement().with_judge()["me"].agreed == 1
    assert len(lines(file)) == 2


def test_a_skipped_question_comes_again(file):
    question = annotate(ROWS[:3], file=file)
    skipped = question.item
    question.skip()
    question.answer("equal")
    assert annotate(ROWS[:3], file=file).item.key == skipped.key


def test_agreement_with_the_judge_is_full_when_all_answers_are_its_own(file):
    question = annotate(ROWS, file=file)
    answer_all(question, "chosen")
    found = question.agreement().with_judge()["me"]
    assert (found.count, found.agreed, found.value) == (40, 40, 1.0)
    assert set(question.agreement().confusion("me")) == {("1", "1"), ("2", "2")}


def test_always_disagreeing_is_worse_than_chance(file):
    question = annotate(ROWS, file=file)
    answer_all(question, "rejected")
    found = question.agreement().with_judge()["me"]
    assert found.agreed == 0 and found.value < -0.8


def test_always_the_first_text_agrees_no_more_than_chance(file):
    question = annotate(ROWS, file=file)
    while question.item is not None:
        question.answer("A")
    found = question.agreement().with_judge()["me"]
    assert found.low < 0 < found.high


def test_people_are_compared_with_each_other_on_what_both_answered(file):
    ann, bob = annotate(ROWS, "ann", file=file), annotate(ROWS[:15], "bob", file=file)
    answer_all(ann, "chosen")
    answer_all(bob, "chosen")
    found = annotate(ROWS, "ann", file=file).agreement().between()["ann", "bob"]
    assert (found.count, found.value) == (15, 1.0)
    assert "ann – bob: the same answer in 15 of 15" in repr(annotate(ROWS, file=file).agreement())


def test_equal_ratings_are_the_judges_equal(file):
    row = ROWS[0] | {"chosen_rating": 2}
    question = annotate([row], file=file)
    question.answer("equal")
    assert question.agreement().confusion("me") == {("equal", "equal"): 1}


def test_without_ratings_or_chosen_there_is_no_judge_to_agree_with(file):
    question = annotate([{"prompt": "Why?", "generations": ["So.", "No."]}], file=file)
    question.answer("A")
    assert repr(question.agreement()) == "No answers to compare yet."


def test_kappa_and_its_interval_are_those_of_statsmodels():
    """statsmodels 0.14, cohens_kappa([[44, 5, 1], [7, 20, 3], [9, 5, 6]])."""
    table = [[44, 5, 1], [7, 20, 3], [9, 5, 6]]
    pairs = [(i, j) for i in range(3) for j in range(3) for _ in range(table[i][j])]
    found = kappa(*zip(*pairs))
    assert found.value == pytest.approx(0.491525, abs=1e-6)
    assert found.low == pytest.approx(0.350158, abs=1e-5)
    assert found.high == pytest.approx(0.632893, abs=1e-5)


def test_kappa_of_one_answer_only_is_unknown_and_not_full_agreement():
    assert kappa("AAA", "AAA").value is None
    assert kappa("", "").value is None


def test_a_line_that_was_cut_off_loses_no_other(file):
    question = annotate(ROWS, file=file)
    question.answer("A")
    with open(file, "a") as stream:
        stream.write('{"annotator": "me", "it')
    question.answer("B")
    again = annotate(ROWS, file=file)
    assert (again.done, again.unreadable) == (2, 1)


def test_lines_that_make_no_sense_are_passed_over(file):
    file.parent.mkdir()
    file.write_bytes(b'[1]\nnull\n{"annotator": 1}\n\xff\xfe\n' + b"[" * 100_000 + b"\n")
    question = annotate(ROWS, file=file)
    question.answer("A")
    assert annotate(ROWS, file=file).done == 1


def test_what_could_not_be_saved_is_told_and_saved_with_the_next_answer(tmp_path):
    blocked = tmp_path / "blocked"
    question = annotate(ROWS, file=blocked / "mine.jsonl")
    blocked.write_text("a file where the folder should be")
    with pytest.raises(NotSaved, match="Not saved: .*mine.jsonl"):
        question.answer("A")
    buttons = _Buttons(question)
    buttons.letters[0].click()
    assert "Not saved" in buttons.message.value and question.done == 2
    blocked.unlink()
    buttons.letters[0].click()
    assert buttons.message.value == "" and annotate(ROWS, file=question.file).done == 3


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs Linux")
def test_a_full_disk_is_told(tmp_path):
    question = annotate(ROWS, file=tmp_path / "mine.jsonl")
    question.file.symlink_to("/dev/full")
    with pytest.raises(NotSaved, match="No space left"):
        question.answer("A")


def test_a_folder_in_place_of_the_file_is_told(tmp_path):
    with pytest.raises(NothingToShow, match="cannot be read"):
        annotate(ROWS, file=tmp_path)


@pytest.mark.parametrize("wrong", ["C", "", "AB", "yes", None, 1])
def test_an_answer_that_there_is_none_of_changes_nothing(wrong, file):
    question = annotate(ROWS, file=file)
    with pytest.raises(ValueError, match="Give one of A, B, or 'equal'"):
        question.answer(wrong)
    assert question.place == 0 and not file.exists()


def test_rows_with_twice_the_same_text_are_no_question(file):
    same = {"prompt": "Why?", "chosen": "So.", "rejected": "So."}
    assert len(annotate([same, ROWS[0], ROWS[0]], file=file).items) == 1
    with pytest.raises(NothingToShow):
        annotate([same], file=file)


def test_of_a_large_dataset_everybody_gets_the_same_sample(file):
    ann, bob = (annotate(ROWS, who, file=file, rows=10) for who in ("ann", "bob"))
    assert len(ann.items) == 10
    assert {item.key for item in ann.items} == {item.key for item in bob.items}


def test_buttons_answer_skip_go_back_and_show_the_agreement(file):
    question = annotate(ROWS[:3], file=file)
    buttons = _Buttons(question)
    assert buttons.back.disabled and buttons.compare.disabled
    buttons.letters[1].click()
    buttons.skip.click()
    assert question.done == 1 and question.place == 2 and not buttons.compare.disabled
    buttons.back.click()
    buttons.equal.click()
    buttons.letters[0].click()
    assert question.done == 3 and buttons.letters[0].disabled
    assert "Cohen" in buttons.agreement.value and "last one" in buttons.question.value


def test_nothing_that_a_model_or_an_annotator_wrote_acts_on_the_page(file):
    attack = '</div><script>alert(1)</script><img src=x onerror="alert(1)">'
    row = {"prompt": attack, "chosen": attack, "rejected": f"{attack}.", "chosen_model": attack}
    question = annotate([row], attack, file=file)
    for html in (question._repr_html_(), answered(question)._repr_html_()):
        page = BeautifulSoup(html, "html.parser")
        assert not page.find_all(["script", "img"]) and attack in page.get_text()


def answered(question):
    question.answer("A")
    return question

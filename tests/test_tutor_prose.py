"""Free prose in the corpus of the tutor models."""

import itertools
import random
import re

import pytest

from authoring.tutor import corpus, held_out, prose, shapes
from authoring.tutor.prose import Prose
from authoring.tutor.writer import Writer

TEA = Prose(
    "green tea",
    "How do I make green tea?",
    "Green tea likes cool water. I drink green tea, and evergreen teas too.",
    "In 1900 green tea was rare. Green tea is common now.",
)


def test_another_subject_takes_the_place_of_the_first_in_all_texts():
    made = TEA.about("old maps")
    assert made.subject == "old maps"
    assert made.request == "How do I make old maps?"
    assert made.answer == "Old maps likes cool water. I drink old maps, and evergreen teas too."
    assert made.passage == "In 1900 old maps was rare. Old maps is common now."


def test_an_article_goes_with_the_subject_where_it_shall():
    text = "The cello is old. Who tunes a cello, or the cellos?"
    made = prose.exchanged(text, "cello", "the Big Bang", article=True)
    assert made == "The Big Bang is old. Who tunes the Big Bang, or the cellos?"
    assert prose.exchanged("I saw the cello.", "cello", "fog") == "I saw the fog."


def test_a_passage_that_always_says_the_is_about_the_subject_with_it():
    asked = ("Where is it?", "It is far.")
    always = Prose("Opera House", *asked, "The Opera House is white. I saw the Opera House.")
    once = Prose("Opera House", *asked, "The Opera House is white. I saw an Opera House.")
    assert (always.named(), once.named()) == ("the Opera House", "Opera House")


def test_alike_are_names_of_as_many_words():
    for subject, is_name, has_more in [
        ("Ada Lovelace", True, True), ("the Boer War", True, True), ("Accra", True, False),
        ("tea bags", False, True), ("the tide", False, False),
    ]:  # fmt: skip
        for row in prose.alike(subject)[::20]:
            words = row.subject.removeprefix("the ").split()
            assert words[-1][0].isupper() == is_name and (len(words) > 1) == has_more, row.subject


def test_brief_answers_are_sentences_that_name_the_subject():
    answer = "Warm the pot. Green tea needs one minute. Then drink."
    row = Prose("green tea", "Why green tea?", answer, TEA.passage)
    assert row.sentences() == ["Green tea needs one minute."]


def test_jitter_replaces_longer_words_and_leaves_the_subject():
    text = "Gardeners value compost because compost feeds plants."
    made = prose.jittered(text, "compost", 1.0, random.Random(1), lambda: "zzz")
    assert made == "Gardeners zzz compost zzz compost zzz zzz."
    assert prose.jittered(text, "compost", 0.0, random.Random(1), lambda: "zzz") == text


def test_every_row_is_about_its_subject():
    for row in prose.rows():
        named = re.compile(prose.whole(row.subject), re.IGNORECASE)
        assert named.search(row.request) and named.search(row.answer), row.subject
        assert len(named.findall(row.passage)) >= 2, row.subject
        assert row.sentences(), row.subject
        assert 15 <= len(row.answer.split()) <= 90, row.subject
        assert 30 <= len(row.passage.split()) <= 110, row.subject


def test_there_is_enough_prose_and_no_subject_twice():
    subjects = [row.subject.lower() for row in prose.rows()]
    assert len(subjects) >= 4200
    assert len(set(subjects)) == len(subjects)


def test_the_prose_is_not_that_of_the_evaluation():
    told = " ".join(f"{row.request} {row.answer} {row.passage}" for row in prose.rows())
    told += " ".join(text for _, text in prose.system_prompts())
    told = re.sub(r"\W+", " ", told.lower())
    held = [passage.text for passage in held_out.PASSAGES + held_out.LATER_PASSAGES]
    held += [text for pair in held_out.PAIRS for text in (pair.instruction, pair.good, pair.bad)]
    held += [p.text for p in held_out.SYSTEM_PROMPTS + held_out.LATER_SYSTEM_PROMPTS]
    for sentence in itertools.chain(*(re.split(r"(?<=[.!?]) ", text) for text in held)):
        words = re.sub(r"\W+", " ", sentence.lower()).strip()
        is_stock = words == "you are a helpful assistant"
        assert is_stock or words.count(" ") < 4 or words not in told, sentence
    subjects = {subject.lower() for subject in held_out.SUBJECTS}
    assert not subjects & {row.subject.lower() for row in prose.rows()}
    assert not subjects & {subject.lower() for subject, _ in prose.system_prompts()}


def test_a_system_prompt_names_its_subject_once_and_no_two_have_the_same():
    found = prose.system_prompts()
    assert len(found) >= 500 and len({subject.lower() for subject, _ in found}) == len(found)
    for subject, text in found:
        assert len(re.findall(prose.whole(subject), text)) == 1, subject
        assert 6 <= len(text.split()) <= 50, text


def test_in_mixed_sentences_nothing_comes_back_but_the_subject():
    rng = random.Random(3)
    decoys, seen = (f"decoy{number}" for number in itertools.count()), 0
    for _ in range(300):
        text = prose.mixed("slate roofs", lambda: next(decoys), rng).lower()
        assert len(re.findall(prose.whole("slate roofs"), text)) >= 2, text
        for decoy in set(re.findall(r"decoy\d+", text)):
            named = [part for part in prose.sentences(text) if re.search(prose.whole(decoy), part)]
            assert len(named) == 1, (decoy, text)
            seen += 1
    assert seen > 100


def test_late_requests_and_system_prompts_name_what_they_are_given():
    write = Writer(random.Random(7), loose=corpus.LOOSE, rare=corpus.RARE, late=True)
    for _ in range(500):
        subject = write.subject()
        texts = [write.prose_request(subject), write.system_prompt(subject)]
        for text in texts:
            assert subject.lower() in text.lower(), (subject, text)


@pytest.mark.parametrize("what", ["any_request", "system_prompt", "any_passage"])
def test_no_late_text_has_an_article_before_the_subject_that_is_no_part_of_it(what):
    """A model would learn to leave out those that are."""
    write = Writer(random.Random(9), loose=corpus.LOOSE, rare=corpus.RARE, late=True)
    for _ in range(1500):
        text = getattr(write, what)("zzinkle")
        assert not re.search(r"\b(an?|the) zzinkle\b", text, re.IGNORECASE), text


def test_late_requests_keep_the_words_beside_the_subject():
    write = Writer(random.Random(9), loose=1.0, late=True)
    for _ in range(200):
        made = write.loosened("Give me a short overview of zzinkle in a quiet room.", "zzinkle")
        assert "of zzinkle in" in made
    early = Writer(random.Random(9), loose=1.0)
    text = "Give me a short overview of zzinkle in a quiet room."
    assert any("of zzinkle" not in early.loosened(text, "zzinkle") for _ in range(200))


def test_late_subjects_have_letters_of_many_alphabets_and_are_not_held_out():
    write = Writer(random.Random(8), late=True)
    found = [write.subject() for _ in range(20_000)]
    assert {"ș", "ở", "Đ".lower(), "ẵ", "ĩ"} <= set("".join(found).lower())
    # Two letters may fall as in "IQ".
    held = {subject.lower() for subject in held_out.SUBJECTS if len(subject) > 3}
    assert not held & {subject.lower() for subject in found}


def test_the_late_judge_finds_what_was_asked_for_in_free_prose():
    late = corpus.examples(4, shares={"ultrafeedback": 1.0}, late=True)
    found_or_not = set()
    for example in itertools.islice(late, 400):
        texts = example.chat[1]["content"].rsplit("Texts:\n", 1)[1]
        for at, section in enumerate(example.chat[-1]["content"].split("\n\n"), start=1):
            _, asked, found, *_ = section.split("\n")
            asked, found = asked.removeprefix("Asked for: "), found.removeprefix("Found: ")
            text = texts.split(f"<text {at}> ")[1].split(f"<text {at + 1}> ")[0].split("\n### ")[0]
            found_or_not.add(found == shapes.NOTHING)
            if found == shapes.NOTHING:
                assert not re.search(prose.whole(asked), text, re.IGNORECASE)
            else:
                assert re.search(prose.whole(found), text, re.IGNORECASE)
    assert found_or_not == {True, False}


def test_a_stranger_stands_somewhere_among_the_sentences():
    rng = random.Random(2)
    made = {prose.strewn("One is here. Two is there.", "Fog!", rng) for _ in range(50)}
    assert made == {
        "Fog! One is here. Two is there.",
        "One is here. Fog! Two is there.",
        "One is here. Two is there. Fog!",
    }


def test_strange_prompts_get_a_plain_answer():
    late = corpus.examples(5, shares={"plain": 1.0}, late=True)
    for example in itertools.islice(late, 300):
        assert example.chat[-1]["content"] in shapes.PLAIN_ANSWERS + shapes.GREETING_ANSWERS


def test_a_writer_before_the_last_part_knows_no_prose(monkeypatch):
    monkeypatch.setattr(prose, "rows", lambda: pytest.fail("prose was read"))
    for _ in range(200):
        Writer(random.Random(1)).any_passage("tides")
    assert next(corpus.examples(1)).chat

"""The promises of the tutor's words: enough of everything, and nothing held out in training."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from authoring.tutor import held_out, words


def as_words(subject: str) -> str:
    """The words of a subject, lower-case, with a space around each."""
    return " " + " ".join(re.findall(r"\w+", subject.lower())) + " "


def content_words(text: str) -> set[str]:
    """The words of a text that carry meaning, without a final s."""
    small = "what when with should the and for how why who you your that does three give list"
    found = (word.rstrip("s") for word in re.findall(r"[a-z-]{3,}", text.lower()))
    return set(found) - {word.rstrip("s") for word in small.split()}


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("SUBJECTS", 1300),
        ("NOUNS", 700),
        ("VERBS", 300),
        ("ADJECTIVES", 350),
        ("ADVERBS", 100),
        ("PEOPLE", 80),
        ("PLACES", 80),
        ("CONNECTIVES", 40),
        ("TIMES", 40),
    ],
)
def test_there_are_enough_words_of_each_sort_and_none_twice(name: str, least: int) -> None:
    items = getattr(words, name)
    assert len(items) >= least
    assert [item for item, times in Counter(map(str.lower, items)).items() if times > 1] == []
    assert items == sorted(items, key=lambda item: (item.lower(), item))
    assert all(item == item.strip() and item for item in items)


def test_training_subjects_have_names_accents_digits_abbreviations_and_several_words() -> None:
    subjects = words.SUBJECTS
    assert {"Frédéric Chopin", "São Paulo", "World War 2", "DNA", "the 1990s"} <= set(subjects)
    assert sum(bool(re.search(r"[^\x00-\x7f]", s)) for s in subjects) >= 30
    assert sum(bool(re.search(r"\d", s)) for s in subjects) >= 30
    assert sum(s.isupper() and len(s) > 1 for s in subjects) >= 30
    assert set(range(1, 6)) <= {len(s.split()) for s in subjects}


@pytest.mark.parametrize(
    ("verb", "third", "past", "gerund"),
    [
        ("study", "studies", "studied", "studying"),
        ("teach", "teaches", "taught", "teaching"),
        ("stop", "stops", "stopped", "stopping"),
        ("open", "opens", "opened", "opening"),
        ("control", "controls", "controlled", "controlling"),
        ("stay", "stays", "stayed", "staying"),
        ("lie", "lies", "lay", "lying"),
        ("see", "sees", "saw", "seeing"),
        ("make", "makes", "made", "making"),
        ("go", "goes", "went", "going"),
        ("fix", "fixes", "fixed", "fixing"),
    ],
)
def test_verbs_are_inflected(verb: str, third: str, past: str, gerund: str) -> None:
    assert verb in words.VERBS
    assert (words.third_person(verb), words.past(verb), words.gerund(verb)) == (third, past, gerund)


def test_nouns_take_their_plural_and_their_article() -> None:
    assert [words.plural(n) for n in ("library", "knife", "box", "day", "foot")] == [
        "libraries", "knives", "boxes", "days", "feet",
    ]  # fmt: skip
    assert [words.article(n) for n in ("hour", "apple", "union", "book")] == ["an", "an", "a", "a"]


def test_there_are_320_held_out_subjects_of_each_kind_and_none_twice() -> None:
    assert len(held_out.SUBJECTS) >= 320
    assert len({subject.lower() for subject in held_out.SUBJECTS}) == len(held_out.SUBJECTS)
    assert all(len(subjects) >= 20 for subjects in held_out.SUBJECTS_BY_KIND.values())
    assert set(range(1, 6)) == {len(subject.split()) for subject in held_out.SUBJECTS}
    assert held_out.kind_of("Lake Baikal") == "places"


def test_no_held_out_subject_contains_a_training_subject_or_is_contained_in_one() -> None:
    training = {subject: as_words(subject) for subject in words.SUBJECTS}
    shared = [
        (subject, trained)
        for subject in held_out.SUBJECTS
        for trained, in_words in training.items()
        if as_words(subject) in in_words or in_words in as_words(subject)
    ]
    assert shared == []


def test_there_are_20_pairs_of_each_kind() -> None:
    kinds = Counter(pair.kind for pair in held_out.PAIRS)
    assert kinds == {"off_topic": 20, "cut_off": 20}
    assert len({pair.instruction for pair in held_out.PAIRS}) == 40


@pytest.mark.parametrize("pair", held_out.PAIRS, ids=lambda pair: pair.instruction[:40])
def test_a_pair_is_what_its_kind_says(pair: held_out.Pair) -> None:
    sentences = re.findall(r"[.!?](?= |$)", pair.good)
    assert 2 <= len(sentences) <= 4 and pair.good[-1] in ".!?"
    asked, good, bad = map(content_words, (pair.instruction, pair.good, pair.bad))
    assert asked & good
    if pair.kind == "cut_off":
        assert pair.good.startswith(pair.bad) and pair.bad[-1].isalpha()
        assert len(pair.bad) < len(pair.good)
    else:
        assert pair.bad[-1] in ".!?"
        assert len(asked & bad) < len(asked & good)


def test_outside_prompts_are_60_and_of_many_sorts() -> None:
    assert len(held_out.OUTSIDE) == len(set(held_out.OUTSIDE)) == 60
    for sign in ("*", "{", "你", "안", "ạ", "🐢", "def ", "SELECT"):
        assert any(sign in prompt for prompt in held_out.OUTSIDE), sign
    assert any(len(prompt) > 400 for prompt in held_out.OUTSIDE)


ABOUT = [
    (held_out.SYSTEM_PROMPTS, 40),
    (held_out.PASSAGES, 40),
    (held_out.LATER_SYSTEM_PROMPTS, 13),
    (held_out.LATER_PASSAGES, 37),
]


@pytest.mark.parametrize("texts, number", ABOUT)
def test_texts_name_their_held_out_subject(texts: list[held_out.About], number: int) -> None:
    assert len(texts) == len({about.subject for about in texts}) == number
    assert all(about.subject in held_out.SUBJECTS for about in texts)
    assert all(about.subject in about.text for about in texts)
    assert not any("{" in about.text for about in texts)


PASSAGES = held_out.PASSAGES + held_out.LATER_PASSAGES


@pytest.mark.parametrize("passage", PASSAGES, ids=lambda passage: passage.subject)
def test_a_passage_names_its_subject_twice_in_40_to_80_words(passage: held_out.About) -> None:
    assert passage.text.lower().count(passage.subject.lower()) >= 2
    assert 40 <= len(passage.text.split()) <= 80

"""The questions about texts that several checks ask."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.checks.texts import is_about, is_cut_short, is_refusal, near_repeated, words

few_words = st.lists(
    st.sampled_from(["rain", "is", "wet", "and", "the", "sea", "cold", "so", "warm", "too"]),
    max_size=8,
)


@settings(max_examples=300, deadline=None)
@given(
    texts=st.lists(few_words.map(" ".join), max_size=12),
    near=st.sampled_from([0.5, 0.8, 0.9, 1.0]),
)
def test_near_duplicates_are_those_that_comparing_each_with_each_finds(texts, near):
    expected, kept = [], []
    for place, text in enumerate(texts):
        own = set(words(text))
        twins = [k for k in kept if own and _jaccard(own, set(words(texts[k]))) >= near]
        expected += [(place, twins[0])] if twins else []
        kept += [] if twins else [place]
    assert near_repeated(texts, near) == expected


def _jaccard(own, other):
    return len(own & other) / len(own | other)


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, but I can't help with that.",
        "I’m very sorry, I cannot do that.",
        "As an AI language model, I do not have feelings.",
        "Sorry, that is not possible.",
        "Unfortunately, I am not able to do so.",
        '"I cannot rewrite this prompt."',
        "I can’t help you with that request.",
        "We are unable to do this.",
        "As a large language model, I have no body.",
        "Please provide the prompt that you want me to rewrite.",
    ],
)
def test_a_refusal_is_recognised(text):
    assert is_refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        "Sorry is a hard word to say.",
        "I'm sorry to hear that you sleep badly. Try tea.",
        "I couldn't sleep that night, so I looked at the stars.",
        "We could not have built trains without steel.",
        "I won't list every detail, but here are the main ones.",
        "As a large city, Lisbon has many trams.",
        "Apologize first, then explain what happened.",
        "As an example, take bread.",
        "Why do people say “I'm sorry” so often?",
        "Unfortunately, the bread did not rise.",
        "I think that rain is useful.",
        "Please provide three reasons to bake bread.",
        "Please provide a detailed plan for a week in Lisbon.",
        "",
        None,
    ],
)
def test_an_answer_about_being_sorry_is_not_a_refusal(text):
    assert not is_refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        "Bread needs flour, water and",
        "There are two reasons: first, that the",
        "Name three reasons,",
        "And what is more, bread is also",
        "The history of bread goes back many thousands of years to the first farmers who ground",
    ],
)
def test_a_text_that_breaks_off_is_recognised(text):
    assert is_cut_short(text)


@pytest.mark.parametrize(
    "text",
    [
        "What is bread?",
        "Bread is old. (It is.)",
        "He said: “Bread!”",
        "1. Flour\n2. Water\n3. Salt",
        "- a long walk along the river on a Sunday in the early spring with an old friend",
        "Lisbon",
        "| a | b |",
        "```python\nprint(1)\n```",
        "Kind regards,\nAnna",
        "Best wishes from your old friend Anna",
        "Take your bike, a map and two friends along and ride to the sea. Have fun! 😊",
        "Take a map and two friends along the river until you can see the sea 👍🏽",
        "",
        None,
    ],
)
def test_a_list_a_title_or_a_short_answer_is_not_cut_short(text):
    assert not is_cut_short(text)


def test_question_words_alone_do_not_make_two_texts_be_about_one_thing():
    assert not is_about("What is the most important thing to know?", "What do people know today?")
    assert is_about("Why did the volcano explode?", "Volcanoes are openings in the earth.")

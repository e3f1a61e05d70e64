"""`plot`: figures that are true, in a picture that is well formed."""

import xml.etree.ElementTree as ET

import pytest
from datasets import Dataset

from helpers import plot
from helpers.looking.shown import NothingToShow
from tests.test_look_rows import JUDGED

SVG = "{http://www.w3.org/2000/svg}"


def letters(picture):
    return [text.text for text in ET.fromstring(picture.svg).iter(f"{SVG}text")]


def test_lengths_are_counted_in_words():
    rows = [{"response": "one two three"}, {"response": "one"}, {"response": "one two"}]
    assert "words 1 to 3, half of the texts up to 2" in repr(plot(rows))


def test_repeated_texts_show_less_diversity():
    text = "Rain is water that falls."
    assert "different word pairs 100 %" in repr(plot([{"a": text}]))
    assert "different word pairs 25 %" in repr(plot([{"a": text}] * 4))


def test_ratings_are_counted_by_model_and_missing_ones_are_no_zeros():
    unread = JUDGED | {"ratings": [None, 2]}
    text = repr(plot(Dataset.from_list([JUDGED, JUDGED, unread])))
    assert "Ratings of tutor: 4: 2, none: 1" in text
    assert "Ratings of tutor-mini: 2: 3" in text


def test_a_filter_shows_its_rows_before_and_after():
    before = [{"response": f"Rain number {n}."} for n in range(10)]
    picture = plot(before[:4], before=before)
    assert repr(picture).startswith("Rows (before): 10\nRows (after): 4\n")
    assert {"before", "after", "response (before)", "response (after)"} <= set(letters(picture))


def test_conversations_are_measured_by_their_last_message():
    rows = [
        {
            "messages": [
                {"role": "user", "content": "Why is it so?"},
                {"role": "assistant", "content": "So it is"},
            ]
        }
    ]
    assert "messages: words 3 to 3" in repr(plot(rows))


def test_letters_stay_letters_and_names_are_no_markup():
    picture = plot([{"<b>$x$ 质量": "two words"}])
    assert any("质量" in (text or "") for text in letters(picture))
    assert "<script" not in picture._repr_html_() and 'alt="Rows: 1; ' in picture._repr_html_()


def test_the_same_dataset_gives_the_same_picture():
    assert plot([JUDGED]).svg == plot([JUDGED]).svg


def test_one_row_and_empty_texts_can_be_plotted():
    assert "words 0 to 0" in repr(plot([{"response": ""}], columns=["response"]))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: plot([]), "no rows"),
        (lambda: plot([{"n": 1}]), "no texts to plot"),
        (lambda: plot([{"n": None}], columns="n"), "no texts to plot"),
        (lambda: plot([{"a": "two words"}], columns=["b"]), "no column b"),
        (lambda: plot([{"a": "two words"}], before=[{"b": "two words"}]), "no column with texts"),
    ],
)
def test_what_cannot_be_plotted_is_told_so(call, said):
    with pytest.raises(NothingToShow, match=said):
        call()

"""`browse` and `compare`: whatever a dataset is and holds, it is shown, and never acts."""

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from datasets import Dataset, DatasetDict
from distilabel.distiset import Distiset
from distilabel.pipeline import Pipeline
from distilabel.steps import LoadDataFromDicts
from hypothesis import given, settings
from hypothesis import strategies as st
from nbclient import NotebookClient

from helpers import browse, compare, load_llm, run
from helpers.looking.cells import as_html
from helpers.looking.comparing import word_changes
from helpers.looking.paging import WIDGET, _Controls
from helpers.looking.shown import NothingToShow
from helpers.looking.tables import table_of
from tests.conftest import ROOT

ROWS = [
    {
        "instruction": f"What is number {n}?",
        "messages": [
            {"role": "user", "content": f"Tell me of {n}."},
            {"role": "assistant", "content": "Needle" if n == 7 else "It is a number."},
        ],
        "generations": ["One.", f"Two of {n}."],
        "ratings": [n % 5 + 1, None],
        "model_name": "tutor" if n % 2 else "tutor-mini",
        "distilabel_metadata": {"raw_output_ask": "It is a number."},
    }
    for n in range(12)
]
JUDGED = {
    "instruction": "Why does rain fall?",
    "generations": ["Drops grow heavy.", "Rain is wet."],
    "generation_models": ["tutor", "tutor-mini"],
    "ratings": [4, 2],
    "rationales": ["It says why.", "It says little."],
}


def forms():
    dataset = Dataset.from_list(ROWS)
    backwards = Dataset.from_list(ROWS[::-1])
    return {
        "list": ROWS,
        "dataset": dataset,
        "selected": backwards.select(range(11, -1, -1)),
        "dataframe": dataset.to_pandas(),
        "dict": DatasetDict({"train": dataset}),
        "distiset": Distiset({"default": DatasetDict({"train": dataset})}),
        "arrow": dataset.data.table,
    }


def words(shown):
    return BeautifulSoup(shown._repr_html_(), "html.parser").get_text(" ")


@pytest.mark.parametrize("form", forms())
def test_every_form_of_a_dataset_is_shown_alike(form):
    columns = [name for name in ROWS[0] if name != "ratings"]  # to pandas, 1 beside None is 1.0
    assert repr(browse(forms()[form], columns)) == repr(browse(ROWS, columns))


@pytest.mark.parametrize("form", forms())
@pytest.mark.parametrize(
    ("text", "found"), [("needle", [7]), ("NUMBER 3", [3]), ("two of 11", [11]), ("nowhere", [])]
)
def test_a_search_finds_texts_however_deep_they_stand(form, text, found):
    assert list(table_of(forms()[form], "browse").matching(text)) == found


@pytest.mark.parametrize("form", forms())
def test_rows_are_filtered_by_the_value_of_a_column(form):
    table = table_of(forms()[form], "browse")
    assert table.values("model_name") == {"tutor-mini": 6, "tutor": 6}
    assert list(table.matching("", ("model_name", "tutor"))) == [1, 3, 5, 7, 9, 11]


def test_missing_values_can_be_filtered_for():
    rows = [{"rating": 1}, {"rating": None}, {"rating": 1}]
    for dataset in (rows, Dataset.from_list(rows), pd.DataFrame(rows)):
        table = table_of(dataset, "browse")
        assert table.values("rating") == {1: 2, None: 1}
        assert list(table.matching("", ("rating", None))) == [1]


def test_only_columns_with_few_short_values_are_offered_as_filters():
    table = table_of(
        [{"text": "x" * 200 + str(n % 2), "n": n, "one": 1} for n in range(40)], "browse"
    )
    assert [name for name in table.columns if table.values(name)] == []


def test_a_page_shows_its_rows_and_no_others():
    page = browse(ROWS, rows=5)
    page.turn(2)
    assert page.numbers() == range(10, 12) and page.position() == "Rows 11 to 12 of 12"
    assert "What is number 11?" in words(page) and "What is number 9?" not in words(page)
    page.turn(99)
    assert page.page == 2


def test_a_conversation_shows_who_says_what():
    text = words(browse(ROWS, columns=["messages"], rows=1))
    assert text.index("user") < text.index("Tell me of 0.") < text.index("assistant")


def test_a_search_marks_what_it_found_and_counts_it():
    page = browse(ROWS, search="needle")
    assert "<mark>Needle</mark>" in page._repr_html_()
    assert page.position() == "Rows 1 to 1 of 1 (found among 12)"
    assert "No row matches." in words(browse(ROWS, search="nowhere"))


ATTACK = '</div><script>alert(1)</script><img src=x onerror="alert(1)">'


@pytest.mark.parametrize("show", [browse, compare])
def test_nothing_that_a_model_wrote_acts_on_the_page(show):
    row = {
        "prompt": ATTACK,
        "chosen": ATTACK,
        "rejected": f"{ATTACK} more",
        "chosen_model": ATTACK,
        "rejected_critique": ATTACK,
        "conversation": [{"role": ATTACK, "content": ATTACK}],
        ATTACK: {ATTACK: [ATTACK]},
    }
    page = BeautifulSoup(show([row], search="script")._repr_html_(), "html.parser")
    assert not page.find_all(["script", "img", "iframe", "object", "svg", "a"])
    assert not [tag for tag in page.find_all(True) if any(a.startswith("on") for a in tag.attrs)]
    assert ATTACK in page.get_text()


json = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(json)
def test_any_cell_becomes_well_formed_html_that_can_be_written_down(value):
    html = as_html(value, "a")
    html.encode("utf-8")
    names = {tag.name for tag in BeautifulSoup(html, "html.parser").find_all(True)}
    assert names <= {"div", "span", "b", "ol", "li", "details", "summary", "mark"}


def test_a_megabyte_in_one_cell_is_cut_and_says_so():
    page = browse([{"text": "word " * 250_000}])._repr_html_()
    assert len(page) < 60_000 and "The whole text has 1250000 letters." in page


def test_emoji_and_right_to_left_texts_stay_as_they_are():
    text = "مرحبا 👩‍👩‍👧 你好"
    page = BeautifulSoup(browse([{"text": text}])._repr_html_(), "html.parser")
    assert page.find(dir="auto").get_text() == text


def test_a_terminal_gets_no_control_characters():
    assert "\x1b" not in repr(browse([{"text": "\x1b[2Jgone"}]))


@pytest.mark.parametrize(
    ("dataset", "said"),
    [
        ([], "there are no rows"),
        (Dataset.from_list([]), "There are no rows in it, so browse()"),
        (pd.DataFrame(), "There are no rows in it, so browse()"),
        (7, "of type int"),
        (None, "of type NoneType"),
        (["text"], "A row is a dictionary"),
    ],
)
def test_what_has_no_rows_is_told_so(dataset, said):
    with pytest.raises(NothingToShow, match=said.replace("(", r"\(").replace(")", r"\)")):
        browse(dataset)


def test_a_pipeline_that_was_not_run_is_told_so():
    with Pipeline(name="not-run") as pipeline:
        LoadDataFromDicts(data=[{"instruction": "Why?"}])
    with pytest.raises(NothingToShow, match=r"what `run\(pipeline\)` returns"):
        browse(pipeline)


def test_a_column_that_is_not_there_is_named_with_those_that_are():
    for show in (browse, compare):
        with pytest.raises(NothingToShow, match="no column answer. There are: instruction, mess"):
            show(ROWS, columns=["answer"])


def test_the_parts_of_a_dataset_of_several_are_named():
    parts = DatasetDict({"train": Dataset.from_list(ROWS[:2]), "test": Dataset.from_list(ROWS)})
    assert "This is the part train, one of train, test." in repr(browse(parts))


def test_buttons_turn_pages_and_fields_find_rows():
    pages = browse(Dataset.from_list(ROWS), rows=5)
    controls = _Controls(pages)
    assert controls.before.disabled and not controls.next.disabled
    controls.next.click()
    assert "What is number 5?" in controls.page.value and controls.number.value == 2
    controls.search.value = "needle"
    assert pages.numbers() == [7] and controls.next.disabled and controls.number.max == 1
    controls.search.value = ""
    controls.column.value = "model_name"
    controls.value.value = ("tutor",)
    assert list(pages.numbers()) == [1, 3, 5, 7, 9]
    controls.column.value = None
    assert list(pages.numbers()) == [0, 1, 2, 3, 4]


def test_completions_stand_side_by_side_with_models_ratings_and_critiques():
    text = words(compare([JUDGED]))
    for part in ("Why does rain fall?", "tutor-mini", "rating 4", "It says little."):
        assert part in text


def test_critiques_of_another_length_speak_of_no_text():
    text = words(compare([JUDGED | {"rationales": ["It says why."], "ratings": [4]}]))
    assert "rating" not in text and "It says why." not in text


def test_changed_words_of_a_rewriting_are_marked():
    row = {"instruction": "Why?", "response": "It is wet.", "evolved_response": "It is very wet."}
    page = BeautifulSoup(compare([row])._repr_html_(), "html.parser")
    assert [tag.get_text().strip() for tag in page.find_all("ins")] == ["very"]


def test_texts_with_little_in_common_show_no_changes():
    assert (
        word_changes("Rain falls from clouds at night.", "Bread needs flour, salt, water.") is None
    )


@given(st.text(), st.text())
def test_changes_hold_both_texts(before, after):
    changes = word_changes(before, after)
    if changes is not None:
        assert "".join(text for sign, text in changes if sign != "+") == before
        assert "".join(text for sign, text in changes if sign != "-") == after


def test_chinese_is_compared_sign_by_sign():
    assert word_changes("雨是水。", "雨是冷水。") == [("=", "雨是"), ("+", "冷"), ("=", "水。")]


def test_conversations_are_compared_by_what_they_end_with():
    row = {
        "chosen": [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}],
        "rejected": [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "No."}],
    }
    text = words(compare([row]))
    assert text.count("Why?") == 1 and "So." in text and "No." in text


def test_rows_without_two_texts_are_told_how_to_name_them():
    with pytest.raises(NothingToShow, match="columns="):
        compare([{"instruction": "Why?", "answer": "So."}])
    rows = [{"instruction": "Why?", "answer": "So.", "other": "No."}]
    assert "answer" in words(compare(rows, columns=["answer", "other"]))


def test_what_a_pipeline_makes_can_be_browsed():
    from distilabel.steps.tasks import TextGeneration

    with Pipeline(name="to-look-at") as pipeline:
        load = LoadDataFromDicts(data=[{"instruction": "What is rain?"}])
        load >> TextGeneration(llm=load_llm())
    text = words(browse(run(pipeline)))
    assert "What is rain?" in text and "generation" in text and "tutor" in text


def test_a_notebook_that_ran_without_a_browser_shows_rows_and_keeps_the_buttons():
    code = "from helpers import annotate, browse\nrows = [{'prompt': 'Why?', 'chosen': 'So.', 'rejected': 'No.'}]\n"
    calls = ("browse(rows)", "annotate(rows, file='none.jsonl')")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code + c) for c in calls])
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(ROOT)}}).execute()
    for cell in notebook.cells:
        still, buttons = (output["data"] for output in cell.outputs)
        assert "Why?" in still["text/html"] and "Why?" in still["text/plain"]
        assert set(buttons) == {WIDGET, "text/plain"}

"""`draw`: a pipeline as a picture, also while it runs."""

import xml.etree.ElementTree as ET

import nbformat
import pytest
from distilabel.pipeline import Pipeline
from distilabel.steps import GroupColumns, LoadDataFromDicts
from distilabel.steps.tasks import TextGeneration, UltraFeedback
from nbclient import NotebookClient

from helpers import draw, load_llm
from helpers.looking.shown import NothingToShow
from tests.conftest import ROOT

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def pipeline():
    with Pipeline(name="two-branches") as pipeline:
        load = LoadDataFromDicts(data=[{"instruction": "What is rain?"}])
        renamed = {"generation": "response"}
        careful = TextGeneration(name="careful", llm=load_llm(), output_mappings=renamed)
        daring = TextGeneration(name="daring", llm=load_llm("tutor-mini"), output_mappings=renamed)
        group = GroupColumns(columns=["response"], output_columns=["generations"])
        judge = UltraFeedback(llm=load_llm(), input_mappings={"instruction": "instruction"})
        load >> [careful, daring] >> group >> judge
    return pipeline


def drawn(drawing):
    """The boxes of a picture: their texts, and where they stand."""
    root = ET.fromstring(drawing.picture().svg)
    boxes = {}
    for group in root.iter(f"{SVG}g"):
        texts = [text.text for text in group.iter(f"{SVG}text")]
        boxes[texts[0]] = (
            texts[1:],
            {k: float(v) for k, v in group[0].attrib.items() if k in {"x", "y", "width", "height"}},
        )
    return root, boxes


def test_a_picture_shows_steps_models_columns_and_mappings(pipeline):
    _, boxes = drawn(draw(pipeline))
    assert list(boxes) == list(pipeline.dag)
    assert boxes["careful"][0] == [
        "TextGeneration · tutor",
        "takes instruction",
        "gives generation → response, model_name",
    ]
    assert boxes["ultra_feedback_0"][0][1] == "takes instruction, generations"


def test_a_column_that_is_taken_under_another_name_shows_both():
    with Pipeline(name="renamed") as pipeline:
        load = LoadDataFromDicts(data=[{"question": "Why?"}])
        load >> TextGeneration(
            name="ask", llm=load_llm(), input_mappings={"instruction": "question"}
        )
    assert "takes instruction ← question" in drawn(draw(pipeline))[1]["ask"][0]


def test_steps_stand_below_those_they_wait_for_and_on_no_others(pipeline):
    _, boxes = drawn(draw(pipeline))
    places = {name: place for name, (_, place) in boxes.items()}
    for name in pipeline.dag:
        for before in pipeline.dag.get_step_predecessors(name):
            assert places[before]["y"] + places[before]["height"] < places[name]["y"]
    names = list(places)
    for number, one in enumerate(map(places.get, names)):
        for other in map(places.get, names[number + 1 :]):
            assert (
                one["x"] + one["width"] <= other["x"]
                or other["x"] + other["width"] <= one["x"]
                or one["y"] + one["height"] <= other["y"]
                or other["y"] + other["height"] <= one["y"]
            )


def test_every_connection_is_a_line(pipeline):
    root, _ = drawn(draw(pipeline))
    lines = [path for path in root.iter(f"{SVG}path") if path.get("fill") == "none"]
    assert len(lines) == len(pipeline.dag.G.edges)


def test_a_line_that_skips_a_layer_is_drawn_around_its_steps():
    with Pipeline(name="skip") as pipeline:
        load = LoadDataFromDicts(data=[{"instruction": "Why?"}])
        first = TextGeneration(name="first", llm=load_llm())
        group = GroupColumns(columns=["generation"])
        second = TextGeneration(name="second", llm=load_llm())
        load >> [first, second]
        first >> TextGeneration(name="third", llm=load_llm()) >> group
        second >> group
    root, boxes = drawn(draw(pipeline))
    third = boxes["third"][1]
    passing = [
        [
            float(x)
            for x in path.get("d").replace("V", " ").replace("C", " ").replace("M", " ").split()
        ]
        for path in root.iter(f"{SVG}path")
        if "V" in path.get("d")
    ]
    assert len(passing) == 1
    x = passing[0][6]
    assert not third["x"] <= x <= third["x"] + third["width"]


def test_the_picture_has_words_for_those_who_do_not_see_it(pipeline):
    drawing = draw(pipeline)
    assert 'alt="Pipeline two-branches: load_data_from_dicts_0; ' in drawing._repr_html_()
    assert "careful, daring → group_columns_0" in drawing._repr_html_()
    assert "    gives generation → response, model_name" in repr(drawing)


def test_names_of_columns_are_no_markup():
    with Pipeline(name="odd") as pipeline:
        LoadDataFromDicts(data=[{"<script>&\x1b": "Why?", "x" * 200: 1}])
    _, boxes = drawn(draw(pipeline))
    assert "gives <script>&\ufffd" in boxes["load_data_from_dicts_0"][0][1]


def test_what_is_no_pipeline_is_told_so():
    with pytest.raises(NothingToShow, match="got list"):
        draw([1])
    with pytest.raises(NothingToShow, match="no steps"):
        draw(Pipeline(name="empty"))


def test_a_drawing_in_a_notebook_follows_the_run():
    code = [
        (
            "from helpers import draw, run\n"
            "from distilabel.pipeline import Pipeline\n"
            "from distilabel.steps import LoadDataFromDicts, StepInput, step\n"
            "@step(inputs=['n'], outputs=['n'])\n"
            "def Same(inputs: StepInput):\n"
            "    yield inputs\n"
            "with Pipeline(name='p') as pipeline:\n"
            "    LoadDataFromDicts(data=[{'n': 1}] * 3) >> Same(name='same')\n"
            "draw(pipeline)"
        ),
        "rows = run(pipeline)",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in code])
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(ROOT)}}).execute()
    shown = notebook.cells[0].outputs[-1]["data"]
    assert set(shown) >= {"text/html", "text/plain", "image/svg+xml"}
    assert shown["text/plain"].count("✓ rows: 3") == 2
    assert shown["image/svg+xml"].count("✓ rows: 3") == 2

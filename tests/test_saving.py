"""`save`: a folder that loads again, and that never costs anybody their files."""

from pathlib import Path

import pytest
from datasets import Dataset, DatasetDict, load_dataset

from helpers import deduplicate, filter_rows, save
from helpers.saving import NotOurFolder, NotWritten

ROWS = [
    {
        "instruction": f"What is number {n}?",
        "response": "A number.",
        "model_name": "tutor",
        "distilabel_metadata": {"raw_output_ask": f"What is number {n}?"},
    }
    for n in range(30)
]


def loaded(folder, tmp_path, name=None):
    return load_dataset(str(folder), name, cache_dir=str(tmp_path / "cache"))


def contents(folder: Path):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_saved_rows_load_again_as_they_were(tmp_path):
    folder = save(ROWS, tmp_path / "outputs" / "mine")
    assert list(loaded(folder, tmp_path)["train"]) == ROWS


def test_card_says_how_it_was_made(tmp_path):
    text = (save(ROWS, tmp_path / "mine") / "README.md").read_text("utf-8")
    assert "30 rows" in text and "`ask`" in text and "`tutor`" in text and "`response`" in text


def test_card_names_tasks_that_noted_only_tokens_and_speaks_of_no_metadata_that_is_not_there(
    tmp_path,
):
    noted = {"statistics_magpie_0": {"output_tokens": [9]}, "raw_output_answer": "A text."}
    rows = [{"instruction": "Why?", "distilabel_metadata": noted}]
    text = (save(rows, tmp_path / "mine") / "README.md").read_text("utf-8")
    assert "`answer`, `magpie_0`" in text and "`distilabel_metadata` holds" in text
    text = (save([{"instruction": "Why?"}], tmp_path / "bare") / "README.md").read_text("utf-8")
    assert "`distilabel_metadata`" not in text


@pytest.fixture(scope="module")
def pipeline():
    from distilabel.pipeline import Pipeline
    from distilabel.steps import LoadDataFromDicts
    from distilabel.steps.tasks import TextGeneration

    from helpers import load_llm

    with Pipeline(name="made|here") as made:
        load = LoadDataFromDicts(data=[{"instruction": "Write a question about rain."}] * 3)
        load >> TextGeneration(name="ask", llm=load_llm("tutor", temperature=0.9, seed=3))
    return made


def test_card_shows_the_pipeline_with_models_seeds_and_prompts_after_a_run(pipeline, tmp_path):
    from helpers import run

    text = (save(run(pipeline), tmp_path / "mine") / "README.md").read_text("utf-8")
    assert "| `ask` | `TextGeneration` | `tutor` | `temperature=0.9, seed=3` |" in text
    assert "user: Write a question about rain." in text and "distilabel 1.5" in text


def test_card_takes_the_pipeline_of_rows_that_were_filtered_since(pipeline, tmp_path):
    kept = deduplicate(filter_rows([*ROWS, ROWS[0], ROWS[0] | {"response": None}]))
    folder = save(kept, tmp_path / "mine", pipeline=[pipeline], license="cc-by-4.0")
    text = (folder / "README.md").read_text("utf-8")
    assert "license: cc-by-4.0" in text.split("---")[1] and "Licence: `cc-by-4.0`" in text
    assert "| `filter_rows` | 32 | 1 × missing (response) |" in text
    assert "1 × duplicate (instruction)" in text and "| Rows left |" in text
    assert "`TextGeneration`" in text


def test_card_shows_no_key_header_or_folder_of_this_machine(tmp_path, monkeypatch):
    from distilabel.pipeline import Pipeline
    from distilabel.steps import LoadDataFromDicts
    from distilabel.steps.tasks import TextGeneration

    from helpers import load_llm
    from helpers.models import TUTORS

    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    with Pipeline(name="served") as pipeline:
        served = load_llm(
            "openai:m@http://inside.example/v1", default_headers={"Authorization": "sk-secret"}
        )
        load = LoadDataFromDicts(data=[{"instruction": "Why?"}])
        load >> [TextGeneration(llm=served), TextGeneration(llm=load_llm(str(TUTORS / "tutor")))]
    text = (save(ROWS, tmp_path / "mine", pipeline=pipeline) / "README.md").read_text("utf-8")
    assert "| `m` |" in text and "| `tutor` |" in text
    assert "secret" not in text and "inside.example" not in text and str(TUTORS) not in text


def test_what_models_wrote_stays_within_its_fence_and_its_cell(tmp_path):
    evil = "```\n# <script>alert(1)</script> | a"
    noted = {"raw_input_ask": [{"role": "user", "content": evil}], "raw_output_ask": evil}
    rows = [{"instruction": evil, "distilabel_metadata": noted, "model_name": "a|`b"}]
    text = (save(rows, tmp_path / "a|b<i>") / "README.md").read_text("utf-8")
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(text)
    html = [t.content for t in tokens if t.type == "html_block"]
    inline = [c.content for t in tokens for c in t.children or [] if c.type == "html_inline"]
    assert all("Made by helpers.save" in part for part in html) and inline == []
    assert sum("script" in t.content for t in tokens if t.type == "fence") == 2


def test_the_card_has_figures_of_quality_and_one_row(tmp_path):
    text = (save(ROWS, tmp_path / "mine") / "README.md").read_text("utf-8")
    assert "| `response` | 0.0% | 96.7% |" in text and '"response": "A number."' in text
    assert "know no facts" in text and "none was chosen" in text


def test_a_pipeline_that_is_none_is_said_plainly_and_nothing_is_left_behind(tmp_path):
    with pytest.raises(ValueError, match="str"):
        save(ROWS, tmp_path / "mine", pipeline="first")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("shape", ["Dataset", "DataFrame", "DatasetDict", "Distiset"])
def test_every_shape_of_a_dataset_can_be_saved(shape, tmp_path):
    dataset = Dataset.from_list(ROWS)
    value = {
        "Dataset": dataset,
        "DataFrame": dataset.to_pandas(),
        "DatasetDict": DatasetDict(train=dataset),
        "Distiset": {"default": DatasetDict(train=dataset)},
    }[shape]
    again = loaded(save(value, tmp_path / "mine"), tmp_path)["train"]
    assert again["instruction"] == dataset["instruction"]


def test_each_end_of_a_pipeline_becomes_a_configuration(tmp_path):
    dataset = Dataset.from_list(ROWS)
    value = {"ask": {"train": dataset}, "answer": {"train": dataset.select(range(3))}}
    folder = save(value, tmp_path / "mine")
    assert loaded(folder, tmp_path, "answer")["train"].num_rows == 3
    assert loaded(folder, tmp_path, "ask")["train"].num_rows == 30


def test_saving_again_replaces_the_earlier_save(tmp_path):
    folder = save(ROWS, tmp_path / "mine")
    save(ROWS[:5], folder)
    assert loaded(folder, tmp_path)["train"].num_rows == 5
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_folder_of_somebody_else_is_left_alone(tmp_path):
    folder = tmp_path / "thesis"
    folder.mkdir()
    (folder / "README.md").write_text("# My thesis")
    before = contents(folder)
    with pytest.raises(NotOurFolder, match="thesis is not empty"):
        save(ROWS, folder)
    assert contents(folder) == before


def test_files_added_to_a_saved_folder_are_not_removed(tmp_path):
    folder = save(ROWS, tmp_path / "mine")
    (folder / "notes.txt").write_text("good ones: 3, 7")
    before = contents(folder)
    with pytest.raises(NotOurFolder, match=r"notes\.txt"):
        save(ROWS[:5], folder)
    assert contents(folder) == before


def test_a_file_of_that_name_is_left_alone(tmp_path):
    (tmp_path / "mine").write_text("text")
    with pytest.raises(NotOurFolder, match="is a file"):
        save(ROWS, tmp_path / "mine")


def test_a_failure_while_writing_leaves_the_earlier_save(tmp_path, monkeypatch):
    folder = save(ROWS, tmp_path / "mine")
    before = contents(folder)

    def fail(*args, **kwargs):
        raise OSError("No space left on device")

    monkeypatch.setattr(Dataset, "to_parquet", fail)
    with pytest.raises(NotWritten, match=r"No space left.*mine"):
        save(ROWS[:5], folder)
    assert contents(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize("value", [[], {}, None, "rows.csv", Dataset.from_list([])])
def test_nothing_to_save_is_said_plainly(value, tmp_path):
    with pytest.raises(ValueError, match="rows"):
        save(value, tmp_path / "mine")
    assert not (tmp_path / "mine").exists()

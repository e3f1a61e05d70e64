"""`estimate`: what a dry run of three rows says of the whole."""

import copy

import pytest
from distilabel.pipeline import Pipeline
from distilabel.steps import ExpandColumns, LoadDataFromDicts
from distilabel.steps.tasks import EvolInstruct, SelfInstruct, TextGeneration

from helpers import estimate, load_llm, run
from helpers.estimating import Call, NotEstimated, Task, _critical, figures
from helpers.models import BatchedLLM
from helpers.speeds import L4, SMOLLM2, NotMeasured, Speed, _elsewhere, on_card

SUBJECTS = ["rain", "bread", "the moon", "old maps", "bees", "chess", "tea", "trains", "Lisbon"]
EVIL = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def pipeline():
    with Pipeline(name="two-tasks") as made:
        load = LoadDataFromDicts(
            data=[{"instruction": f"Write a question about {s}."} for s in SUBJECTS]
        )
        ask = TextGeneration(
            name="ask", llm=load_llm("tutor"), output_mappings={"generation": "instruction"}
        )
        evolve = EvolInstruct(name="evolve", llm=load_llm("tutor"), num_evolutions=2)
        load >> ask >> evolve
    return made


@pytest.fixture(scope="module")
def found(pipeline):
    return estimate(pipeline, price=(1, 2))


def test_calls_are_counted_for_every_evolution(found):
    assert found["rows"] == 9 and found["sample"] == 3
    assert [(task["name"], task["calls"]) for task in found["tasks"]] == [
        ("ask", 9), ("evolve", 18),
    ]  # fmt: skip


def test_tokens_are_near_those_of_the_whole_run(found, pipeline):
    from helpers.quality import tokenizer_of

    texts = list(run(pipeline)["default"]["train"]["instruction"])
    really = sum(map(len, tokenizer_of("tutor")(texts)["input_ids"]))
    estimated = next(t["new_tokens"] for t in found["tasks"] if t["name"] == "ask")
    assert 0.5 < estimated / really < 2  # three rows of nine


def test_the_pipeline_is_as_it_was(found, pipeline):
    loader = pipeline.dag.get_step("load_data_from_dicts_0")["step"]
    assert len(loader.data) == 9
    assert BatchedLLM.generate.__module__ == "helpers.models"
    assert "noting" not in repr(BatchedLLM.generate)


def test_more_rows_take_more_of_everything(found, pipeline):
    more = estimate(pipeline, rows=9000)
    assert more["calls"] == 27_000
    assert more["new_tokens"] == pytest.approx(1000 * found["new_tokens"], rel=0.01)
    for place in ("here", "cpu", "gpu"):
        assert more["places"][place]["seconds"] > 20 * found["places"][place]["seconds"] / 2


def test_each_place_has_time_and_memory_and_says_how_it_is_known(found):
    text = str(found)
    assert "measured here" in text and "modelled, from data sheets" in text
    assert all(p["seconds"] > 0 and p["memory_gb"] > 0 for p in found["places"].values())
    gpu, cpu = found["places"]["gpu"], found["places"]["cpu"]
    # One copy of the weights, whatever the number of tasks.
    assert 2 * SMOLLM2.bytes / 2**30 > cpu["memory_gb"] > gpu["memory_gb"] > SMOLLM2.bytes / 2**30
    assert cpu["at_most"] > cpu["seconds"] > gpu["seconds"]


def test_the_price_is_that_of_tokens_read_and_written(found):
    price = found["price"]
    assert price["cost"] == pytest.approx(
        (found["prompt_tokens"] + 2 * found["new_tokens"]) / 1e6, rel=0.01
    )
    assert price["at_most"] > price["cost"] and "At 1 for a million" in str(found)


def test_rows_that_a_step_multiplies_are_counted_behind_it():
    with Pipeline(name="lists") as lists:
        load = LoadDataFromDicts(data=[{"input": f"# {s}\n\nIt is old."} for s in SUBJECTS])
        several = SelfInstruct(name="several", llm=load_llm("tutor"), num_instructions=3)
        expand = ExpandColumns(columns={"instructions": "instruction"})
        load >> several >> expand >> TextGeneration(name="answer", llm=load_llm("tutor"))
    first, second = estimate(lists)["tasks"]
    assert first["calls"] == 9 and 15 <= second["calls"] <= 36


def test_rows_from_a_dataset_need_no_loader():
    with Pipeline(name="bare") as bare:
        TextGeneration(name="ask", llm=load_llm("tutor"))
    found = estimate(bare, dataset=[{"instruction": f"What is {s}?"} for s in SUBJECTS])
    assert found["rows"] == 9 and found["calls"] == 9


def test_names_of_steps_and_models_stand_there_as_text(found):
    evil = copy.deepcopy(dict(found))
    evil["tasks"][0]["name"] = evil["places"]["here"]["models"][0] = EVIL
    page = type(found)(evil)._repr_mimebundle_()["text/html"]
    assert EVIL not in page and "alert(1)" in page


# --- what goes wrong


@pytest.mark.parametrize("rows", [0, -3, 2.5, "many", True, float("nan")])
def test_a_number_of_rows_that_is_none_is_said_plainly(rows, pipeline):
    with pytest.raises(ValueError, match="whole number"):
        estimate(pipeline, rows)


@pytest.mark.parametrize("price", [-1, "cheap", (1, 2, 3), None])
def test_a_price_that_is_none_is_said_plainly(price, pipeline):
    with pytest.raises(ValueError, match="million tokens"):
        estimate(pipeline, price=price)


def test_a_model_that_writes_nothing_is_named():
    with Pipeline(name="served") as served:
        load = LoadDataFromDicts(data=[{"instruction": "Why?"}])
        load >> TextGeneration(name="ask", llm=load_llm("openai:m@http://127.0.0.1:9/v1"))
    with pytest.raises(NotEstimated, match="`ask` got no text"):
        estimate(served)


def test_a_pipeline_that_does_not_run_is_explained():
    from helpers.running import PipelineFailed

    with pytest.raises(PipelineFailed, match="Pipeline"):
        estimate("pipeline")
    with Pipeline(name="missing-column") as broken:
        LoadDataFromDicts(data=[{"question": "Why?"}]) >> TextGeneration(llm=load_llm("tutor"))
    with pytest.raises(NotEstimated, match=r"did not run with 1 rows.*instruction"):
        estimate(broken)


def test_a_measurement_whose_process_dies_is_no_hang():
    import os

    with pytest.raises(NotMeasured, match="ended"):
        _elsewhere(lambda: os._exit(9))


# --- the model of time


def task(name, before=(), calls=((50, 100, 20),), batch=50):
    """A task of these calls: rows, prompt tokens and new tokens of each row."""
    noted = [Call(rows, [p] * rows, [n] * rows, 0.0, 100.0) for rows, p, n in calls]
    return Task(name, load_llm("tutor", max_new_tokens=64), list(before), batch, noted)


def test_a_batch_takes_its_steps_its_tokens_and_its_prompts():
    speed = Speed(step=0.01, new=0.001, prompt=0.0001)
    assert task("ask").seconds(speed) == pytest.approx(0.01 * 20 + 0.001 * 1000 + 0.0001 * 5000)
    assert task("ask").seconds(speed, full=True) > 3 * 0.001 * 1000


def test_answers_are_never_thought_longer_than_the_limit():
    long = task("ask", calls=((2, 10, 3), (1, 10, 63)))
    assert long.longest() <= 64


def test_branches_run_at_the_same_time_and_chains_one_after_the_other():
    chain = [task("a"), task("b", ["a"])]
    branches = [task("a"), task("b")]
    seconds = {"a": 3.0, "b": 5.0}
    assert _critical(chain, seconds) == 8.0 and _critical(branches, seconds) == 5.0


def test_batches_of_a_chain_overlap():
    many = [task("a"), task("b", ["a"])]
    for one in many:
        one.share = 10
    assert _critical(many, {"a": 10.0, "b": 10.0}) == pytest.approx(11.0)
    assert _critical(many, {"a": 10.0, "b": 1.0}) == pytest.approx(10.1)


def test_a_gpu_reads_all_weights_for_each_step():
    speed = on_card(SMOLLM2, L4)
    assert speed.step >= SMOLLM2.bytes / L4.bandwidth and speed.new < speed.step / 100


def test_figures_of_no_sample_seconds_stay_positive(monkeypatch):
    monkeypatch.setattr("helpers.estimating._measured", lambda *_: Speed(0.01, 0.001, 0.0001))
    monkeypatch.setattr("helpers.estimating._cpu_speed", lambda: Speed(0.5, 0.02, 0.02))
    found = figures([task("a")], {"rows": 50, "sample": 50, "seconds": 0.1}, (1.0, 1.0))
    assert found["places"]["here"]["seconds"] > 1 and found["calls"] == 50

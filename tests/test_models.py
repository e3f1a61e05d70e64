"""`load_llm`: the names, the batches, the seeds, and the rows that cannot be answered."""

import json
import pickle
import shutil
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import torch
from distilabel.models.llms import TransformersLLM
from distilabel.pipeline import Pipeline
from distilabel.steps import LoadDataFromDicts
from distilabel.steps.tasks import Magpie, TextGeneration

from helpers import load_llm, run
from helpers.decoding import Row, Sampling, batches
from helpers.models import TUTORS, ModelError


def ask(text: str | None) -> list[dict]:
    return [{"role": "user", "content": text}]


QUESTIONS = [ask(f"What is {word}?") for word in ("rain", "a very old wooden bridge", "Ann")]
MANY = [ask(f"Explain the {a} {b}.") for a in ("old", "new", "big") for b in range(16)]


def texts(outputs: list[dict]) -> list[str | None]:
    return [text for output in outputs for text in output["generations"]]


def loaded(name: str = "tutor", **options):
    llm = load_llm(name, **options)
    llm.load()
    return llm


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """For the comparisons with `model.generate`: on a busy machine two are 50 times slower."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def tutor():
    return loaded()


@pytest.fixture
def folder(tmp_path) -> Path:
    """A model in a folder of the learner's own."""
    return Path(shutil.copytree(TUTORS / "tutor", tmp_path / "my-model"))


# --- names -----------------------------------------------------------------


@pytest.mark.parametrize("name", ["<b>none</b>", "a//b", "owner/mo del", "owner/-"])
def test_what_no_hub_would_call_a_model_is_unknown(name):
    with pytest.raises(ModelError, match="There is no model"):
        load_llm(name)


def test_the_model_goes_by_its_name_and_not_by_its_folder(tutor):
    assert tutor.model_name == "tutor"


def test_a_folder_is_a_model(folder):
    llm = loaded(str(folder))
    assert llm.model_name == "my-model"
    assert texts(llm.generate(QUESTIONS, max_new_tokens=4))


def test_course_llm_is_the_model_of_a_notebook_that_names_none(monkeypatch):
    monkeypatch.setenv("COURSE_LLM", "tutor-mini")
    assert load_llm().model_name == "tutor-mini"
    assert load_llm("tutor").model_name == "tutor"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("tuter", "no model 'tuter'.*tutor, tutor-mini, smollm2, qwen.*folder"),
        ("openai:llama", "not of the form openai:MODEL@URL"),
        ("./nowhere", "no model './nowhere'"),
    ],
)
def test_an_unknown_name_lists_what_is_known(name, message):
    with pytest.raises(ModelError, match=message):
        load_llm(name)


def test_a_folder_that_is_no_model_is_refused(tmp_path):
    with pytest.raises(ModelError, match="holds no model: config.json is missing"):
        load_llm(str(tmp_path))


def test_a_model_without_a_chat_template_is_refused(folder):
    (folder / "chat_template.jinja").unlink()
    with pytest.raises(ModelError, match="'my-model' has no chat template"):
        load_llm(str(folder))


def test_a_hub_name_without_network_says_so_at_once(monkeypatch):
    import socket

    with socket.socket() as silent:  # takes connections and never answers
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
        monkeypatch.setattr("helpers.models._SECONDS_FOR_THE_HUB", 1)
        with pytest.raises(ModelError, match="'owner/model' is not on this machine.*tutor"):
            load_llm("owner/model")


def test_a_wrong_option_lists_the_right_ones():
    with pytest.raises(ModelError, match="tutor does not know temprature.*temperature"):
        load_llm("tutor", temprature=1)


def test_num_generations_is_the_tasks():
    with pytest.raises(ModelError, match="belongs to the task"):
        load_llm("tutor", num_generations=2)


def test_the_examples_of_the_docstrings_are_true():
    import doctest

    from helpers import models

    assert doctest.testmod(models) == doctest.TestResults(failed=0, attempted=2)


# --- rows ------------------------------------------------------------------


def test_equal_prompts_give_different_rows(tutor):
    prompts = [ask("Write a question about rivers.")] * 24
    outputs = tutor.generate(prompts, max_new_tokens=32, temperature=1.5)
    assert len(set(texts(outputs))) >= 20


def test_the_same_seed_gives_the_same_rows_and_another_does_not():
    first, again = (texts(loaded().generate(MANY, max_new_tokens=16)) for _ in range(2))
    other = texts(loaded().generate(MANY, max_new_tokens=16, seed=1))
    assert first == again
    assert first != other


def test_the_batch_size_does_not_change_the_rows():
    """But for rounding, where chance falls among tokens that are one in a million each."""
    others = [
        ask(f"Why do people in town {number} care about {subject}?")
        for number in range(40)
        for subject in ("rain", "tea", "maps", "bees", "chess", "bread")
    ]
    sizes = [
        texts(loaded(batch_size=size).generate([*MANY, *others], max_new_tokens=24))
        for size in (1, 7, 64)
    ]
    differing = [row for row in zip(*sizes) if len(set(row)) > 1]
    assert len(differing) <= 0.005 * len(sizes[0]), differing


def test_a_row_does_not_depend_on_its_neighbours():
    alone = texts(loaded().generate([MANY[5]], max_new_tokens=16))
    among = texts(loaded().generate(MANY, max_new_tokens=16))
    assert alone[0] == among[5]


def test_temperature_0_is_what_transformers_takes_for_the_likeliest(tutor):
    model, tokenizer = tutor._pipeline.model, tutor._pipeline.tokenizer
    expected = []
    for question in QUESTIONS:
        prompt = tokenizer(tutor.prepare_input(question), return_tensors="pt")
        ids = model.generate(**prompt, do_sample=False, max_new_tokens=40)
        new = ids[0, prompt["input_ids"].shape[1] :]
        expected.append(tokenizer.decode(new, skip_special_tokens=True))
    assert texts(tutor.generate(QUESTIONS, temperature=0, max_new_tokens=40)) == expected
    assert texts(tutor.generate(QUESTIONS, do_sample=False, max_new_tokens=40)) == expected
    assert texts(tutor.generate(QUESTIONS, top_k=1, max_new_tokens=40)) == expected
    assert texts(tutor.generate(QUESTIONS, top_p=1e-6, max_new_tokens=40)) == expected


def test_sampling_follows_the_probabilities():
    logits = torch.tensor([[0.0, 1.0, 2.0, -torch.inf]]).repeat(20000, 1)
    chance = torch.rand(20000, generator=torch.Generator().manual_seed(0))
    drawn = Sampling(temperature=1.0).choose(logits, chance).bincount(minlength=4) / 20000
    assert torch.allclose(drawn, logits[0].softmax(-1), atol=0.01) and drawn[3] == 0


def test_a_repetition_penalty_is_taken_when_it_is_asked_for(tutor):
    plain = texts(tutor.generate(QUESTIONS, temperature=0, max_new_tokens=40))
    model, tokenizer = tutor._pipeline.model, tutor._pipeline.tokenizer
    prompt = tokenizer(tutor.prepare_input(QUESTIONS[0]), return_tensors="pt")
    ids = model.generate(**prompt, do_sample=False, max_new_tokens=40, repetition_penalty=8.0)
    expected = tokenizer.decode(ids[0, prompt["input_ids"].shape[1] :], skip_special_tokens=True)
    penalised = tutor.generate(QUESTIONS, temperature=0, max_new_tokens=40, repetition_penalty=8.0)
    assert texts(penalised)[0] == expected != plain[0]


def test_an_answer_may_be_longer_than_128_tokens(folder):
    """distilabel stops there by default, and lowers the scores of repeated words."""
    config = folder / "generation_config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "eos_token_id": None}))
    output = loaded(str(folder)).generate(QUESTIONS[:1])[0]
    assert output["statistics"]["output_tokens"] == [512]


def test_num_generations_gives_so_many_different_answers(tutor):
    outputs = tutor.generate(QUESTIONS, num_generations=3, max_new_tokens=24)
    assert [len(set(output["generations"])) for output in outputs] == [3, 3, 3]
    assert [len(output["statistics"]["output_tokens"]) for output in outputs] == [3, 3, 3]


def test_short_rows_come_first_and_no_batch_is_too_wide():
    rows = [Row([1] * length, seed=0, limit=10) for length in (50, 10, 40, 20, 30)]
    assert list(batches(rows, 2, 1000)) == [[1, 3], [4, 2], [0]]
    assert list(batches(rows, 9, 90)) == [[1, 3, 4][:2], [4], [2], [0]]


# --- rows that cannot be answered ------------------------------------------


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (ask(" \n"), "the prompt is empty"),
        (ask(None), "the user message is None, not a text"),
        ([], "there is no prompt"),
        (None, "there is no prompt"),
        (ask("word " * 5000), "and the model reads"),
    ],
    ids=["empty", "None", "no message", "no conversation", "too long"],
)
def test_a_row_that_cannot_be_answered_says_why(tutor, bad, reason):
    outputs = tutor.generate([QUESTIONS[0], bad, QUESTIONS[1]], max_new_tokens=4)
    assert [output["generations"][0] is None for output in outputs] == [False, True, False]
    assert reason in outputs[1]["statistics"]["failure"][0]


def test_a_prompt_that_fills_the_context_is_still_answered(tutor):
    tokenizer = tutor._pipeline.tokenizer
    context = tutor._pipeline.model.config.max_position_embeddings
    words = tokenizer.decode(tokenizer(" rain" * context)["input_ids"][: context - 30])
    prompt = tokenizer(tutor.prepare_input(ask(words)))["input_ids"]
    assert context - 30 < len(prompt) < context
    statistics = tutor.generate([ask(words)])[0]["statistics"]
    assert 0 < statistics["output_tokens"][0] <= context - len(prompt)


def test_a_batch_that_is_too_big_for_the_memory_is_halved(monkeypatch):
    llm = loaded()
    expected = texts(loaded().generate(MANY, max_new_tokens=8))
    model, sizes = llm._pipeline.model, []
    forward = model.forward

    def small_memory(*args, **kwargs):  # stands in for a device with little memory
        sizes.append(len(kwargs["input_ids"]))
        if len(kwargs["input_ids"]) > 10:
            raise torch.OutOfMemoryError("out of memory")
        return forward(*args, **kwargs)

    monkeypatch.setattr(model, "forward", small_memory)
    assert texts(llm.generate(MANY, max_new_tokens=8)) == expected
    assert max(sizes) == 48 and min(sizes) <= 10


# --- distilabel's ways -----------------------------------------------------


def test_an_llm_travels_without_its_model():
    llm = pickle.loads(pickle.dumps(load_llm("tutor", temperature=0.3)))
    assert llm.generation_kwargs == {"temperature": 0.3}
    assert llm._pipeline is None


def test_a_saved_pipeline_runs_again(tmp_path):
    with Pipeline() as pipeline:
        load = LoadDataFromDicts(data=[{"instruction": "What is rain?"}])
        load >> TextGeneration(llm=load_llm("tutor", max_new_tokens=8))
    pipeline.save(tmp_path / "pipeline.yaml", format="yaml")
    assert str(Path.home()) not in (tmp_path / "pipeline.yaml").read_text()
    with Pipeline.from_yaml(tmp_path / "pipeline.yaml") as again:
        again.dag.get_step("load_data_from_dicts_0")["step"].data = [{"instruction": "Why?"}]
    assert run(again)["default"]["train"]["model_name"] == ["tutor"]


def test_unloading_gives_the_model_back(tutor):
    llm = loaded()
    llm.unload()
    with pytest.raises(RuntimeError, match=r"call llm.load\(\) first"):
        llm.generate(QUESTIONS)


@pytest.mark.parametrize(
    ("conversation", "prompt"),
    [
        ([], "<|im_start|>user\n"),
        (
            [{"role": "system", "content": "S"}],
            "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\n",
        ),
        (
            [{"role": "system", "content": "S"}, *ask("Q")],
            "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nQ<|im_end|>\n<|im_start|>assistant\n",
        ),
        (
            [*ask("Q"), {"role": "assistant", "content": "A"}],
            "<|im_start|>user\nQ<|im_end|>\n<|im_start|>assistant\nA<|im_end|>\n<|im_start|>user\n",
        ),
    ],
    ids=["nothing", "system", "question", "next turn"],
)
def test_magpie_asks_for_a_user_turn_as_the_model_knows_it(conversation, prompt):
    llm = loaded()
    llm.use_magpie_template = True
    assert llm.prepare_input(conversation) == prompt


def test_magpie_makes_conversations():
    magpie = Magpie(llm=load_llm("tutor", max_new_tokens=16), n_turns=2)
    magpie.load()
    system = {"system_prompt": "You help people who cook."}
    rows = next(magpie.process_applying_mappings([system, {"system_prompt": None}]))
    roles = [message["role"] for message in rows[0]["conversation"]]
    assert roles == ["user", "assistant", "user", "assistant"]
    assert "None, not a text" in str(rows[1]["distilabel_metadata"])


def test_another_chat_format_gives_its_own_user_header(folder):
    llama3 = (
        "{{ bos_token }}{% for m in messages %}<|start_header_id|>{{ m['role'] }}"
        "<|end_header_id|>\n\n{{ m['content'] }}<|eot_id|>{% endfor %}"
    )
    (folder / "chat_template.jinja").write_text(llama3)
    header = load_llm(str(folder)).magpie_pre_query_template
    assert header == "<|start_header_id|>user<|end_header_id|>\n\n"


def test_it_is_distilabels_own_class():
    assert isinstance(load_llm("tutor"), TransformersLLM)


# --- servers ---------------------------------------------------------------


class _Chat(BaseHTTPRequestHandler):
    """Speaks as much of the OpenAI protocol as distilabel asks for."""

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(request)
        status = self.server.answer(request)
        body = {
            "id": "1",
            "object": "chat.completion",
            "created": 0,
            "model": request["model"],
            "choices": [
                {
                    "index": 0,
                    "finish_reason": "stop",
                    "message": {
                        "role": "assistant",
                        "content": "to " + request["messages"][-1]["content"],
                    },
                }
            ],
            "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
        }
        data = json.dumps(body if status == 200 else {"error": {"message": "overloaded"}}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Chat)
    server.daemon_threads, server.handle_error = True, lambda *args: None
    server.requests, server.answer = [], lambda request: 200
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def served(server, **options):
    return loaded(f"openai:small@http://127.0.0.1:{server.server_port}/v1", **options)


def test_a_server_answers(server):
    llm = served(server, temperature=0.5, max_new_tokens=7)
    outputs = llm.generate(QUESTIONS, num_generations=2, **llm.generation_kwargs)
    assert [output["generations"] for output in outputs] == [
        ["to " + question[0]["content"]] * 2 for question in QUESTIONS
    ]
    assert outputs[0]["statistics"] == {"input_tokens": [3, 3], "output_tokens": [2, 2]}
    request = server.requests[0]
    assert (request["model"], request["temperature"], request["max_tokens"]) == ("small", 0.5, 7)


def test_a_server_that_stumbles_is_asked_again(server):
    server.answer = lambda request: 500 if len(server.requests) == 1 else 200
    assert texts(served(server).generate(QUESTIONS[:1])) == ["to What is rain?"]


def test_a_server_that_fails_gives_a_reason_after_three_tries(server):
    server.answer = lambda request: 500
    output = served(server).generate(QUESTIONS[:1])[0]
    assert output["generations"] == [None] and "500" in output["statistics"]["failure"][0]
    assert len(server.requests) == 3


def test_one_bad_row_leaves_the_other_rows_of_a_server(server):
    outputs = served(server).generate([QUESTIONS[0], ask(None), QUESTIONS[1]])
    assert [output["generations"][0] is None for output in outputs] == [False, True, False]


def test_a_slow_server_is_given_up(server):
    server.answer = lambda request: time.sleep(5) or 200
    began = time.monotonic()
    outputs = served(server, timeout=1, max_retries=0).generate(QUESTIONS)
    assert texts(outputs) == [None] * 3 and time.monotonic() - began < 4
    assert "no answer from http://127.0.0.1" in outputs[0]["statistics"]["failure"][0]


def test_a_dead_server_costs_no_rows(server, capsys):
    server.shutdown()
    server.server_close()
    url = f"http://127.0.0.1:{server.server_port}/v1"
    with Pipeline() as pipeline:
        TextGeneration(llm=load_llm(f"openai:small@{url}"), input_batch_size=2)
    rows = run(pipeline, [{"instruction": f"Why {n}?"} for n in range(6)])["default"]["train"]
    assert rows["generation"] == [None] * 6 and rows["instruction"][5] == "Why 5?"
    assert f"lost 6 of 6 rows: 6 × no answer from {url}" in capsys.readouterr().out

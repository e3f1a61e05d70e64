"""The tokenizer and the training of the tutor models, on a model of a few thousand weights."""

import dataclasses
import itertools
import os
import subprocess
import sys

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from authoring.tutor import corpus, prompts, train
from authoring.tutor.held_out import SUBJECTS

SMALL = {"width": 16, "inner": 32, "layers": 1, "heads": 1, "tokens_per_step": 256}
SMALL |= {"steps": 4, "warm_up": 1, "short_steps": 2, "late_from": 4, "grown_from": None}
SMALL |= {"restarts": (), "averaged": ()}
WORKER = """
import dataclasses, pathlib, sys, torch
from authoring.tutor import train
small = dataclasses.replace(train.RECIPES["tutor"], **eval(sys.argv[1]))
train.RECIPES["tutor"], train.CACHE = small, pathlib.Path(sys.argv[2])
torch.compile = lambda module, **_: module
torch.distributed.init_process_group("gloo")
train.train("tutor", into=train.CACHE.parent / "shared")
"""


@pytest.fixture(scope="module")
def tokenizer():
    return AutoTokenizer.from_pretrained(train.SHIPPED / "tutor")


@pytest.fixture
def small(monkeypatch, tmp_path, tokenizer):
    """A recipe of four steps in a folder of its own."""
    monkeypatch.setitem(
        train.RECIPES, "tutor", dataclasses.replace(train.RECIPES["tutor"], **SMALL)
    )
    monkeypatch.setattr(train, "SHIPPED", tmp_path / "shipped")
    monkeypatch.setattr(train, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(torch, "compile", lambda module, **_: module)  # seconds, for four steps
    tokenizer.save_pretrained(tmp_path / "cache" / "tokenizer")
    return tmp_path


def weights(folder):
    return (folder / "model.safetensors").read_bytes()


def test_training_twice_gives_the_same_weights(small):
    folder = train.train("tutor")
    assert folder.is_relative_to(small)  # and not in place of what the course ships
    first = weights(folder)
    (small / "cache" / "tutor.pt").unlink()
    assert weights(train.train("tutor")) == first


def test_interrupted_training_ends_with_the_weights_of_an_undisturbed_one(small):
    undisturbed = weights(train.train("tutor"))
    (small / "cache" / "tutor.pt").unlink()
    halfway = weights(train.train("tutor", steps=2))
    assert halfway != undisturbed
    assert weights(train.train("tutor")) == undisturbed


def test_what_is_shipped_is_the_mean_of_the_weights_after_the_steps_that_are_named(
    small, monkeypatch
):
    ends = [load_file(train.train("tutor", steps=n) / "model.safetensors") for n in (2, 4)]
    (small / "cache" / "tutor.pt").unlink()
    recipe = dataclasses.replace(train.RECIPES["tutor"], averaged=(2, 4))
    monkeypatch.setitem(train.RECIPES, "tutor", recipe)
    train.train("tutor", steps=3)  # interrupted between the two
    mean = load_file(train.train("tutor") / "model.safetensors")
    assert mean.keys() == ends[0].keys()
    for name, (first, last) in ((name, [end[name] for end in ends]) for name in mean):
        assert torch.allclose(mean[name], (first + last) / 2, atol=1e-6), name
    assert any(not torch.allclose(mean[name], ends[1][name], atol=1e-5) for name in mean)


def test_two_workers_share_each_step_and_end_with_the_weights_of_one(small):
    alone = load_file(train.train("tutor") / "model.safetensors")
    (small / "cache" / "tutor.pt").unlink()
    (small / "worker.py").write_text(WORKER)
    shared = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    command = [sys.executable, *shared, small / "worker.py", repr(SMALL), small / "cache"]
    where = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(train.ROOT)}
    subprocess.run(command, check=True, timeout=200, env=where)
    together = load_file(small / "shared" / "tutor" / "model.safetensors")
    assert together.keys() == alone.keys()
    for name in alone:
        assert torch.allclose(together[name], alone[name], atol=1e-4), name


def test_a_grown_model_answers_as_the_small_one_and_every_part_of_it_learns(tokenizer):
    recipe, prompt = train.RECIPES["tutor"], "What are tides, and why do people care about them?"
    small = AutoModelForCausalLM.from_pretrained(train.SHIPPED / recipe.grown_from)
    grown = train.new_model(recipe, len(tokenizer))
    assert sum(p.numel() for p in grown.parameters()) > sum(p.numel() for p in small.parameters())
    ids = tokenizer(prompt, return_tensors="pt")["input_ids"]
    wanted = small(ids).logits.log_softmax(-1)
    assert not torch.allclose(grown(ids).logits.log_softmax(-1), wanted, atol=0.5)
    for layer in grown.model.layers:  # large at first, so that what is left of it would show
        layer.self_attn.o_proj.weight.data *= 20
    train.grow(grown, small)
    assert torch.allclose(grown(ids).logits.log_softmax(-1), wanted, atol=0.2)
    for opt in train.optimisers(recipe, grown):
        before = {name: weight.detach().clone() for name, weight in grown.named_parameters()}
        for _ in range(3):
            grown.zero_grad()
            grown(ids, labels=ids).loss.backward()
            opt.step()
        moved = [name for name, p in grown.named_parameters() if not torch.equal(p, before[name])]
        assert len(moved) == sum(len(group["params"]) for group in opt.param_groups)


def test_a_model_that_grows_keeps_the_tokenizer_of_the_smaller_one(small, monkeypatch):
    first = train.train("tutor")
    (small / "cache" / "tokenizer" / "tokenizer.json").write_text("{}", "utf-8")  # of another time
    wider = dataclasses.replace(train.RECIPES["tutor"], width=24, grown_from="tutor")
    monkeypatch.setitem(train.RECIPES, "wider", wider)
    second = train.train("wider", steps=1)
    assert (second / "tokenizer.json").read_bytes() == (first / "tokenizer.json").read_bytes()


def test_a_base_model_reads_running_text_of_which_every_token_is_learnt(tokenizer):
    recipe = train.RECIPES["tutor-base"]
    marks = [tokenizer.convert_tokens_to_ids(mark) for mark in ("<|im_start|>", "<|im_end|>")]
    for start in (0, recipe.late_from):
        for ids, next_marks in next(train.batches(recipe, tokenizer, start)):
            assert not torch.isin(ids, torch.tensor(marks)).any()
            lengths = (ids != 0).sum(1)
            assert (next_marks > 0).sum(1).tolist() == (lengths - 1).tolist()
    tutor = AutoTokenizer.from_pretrained(train.SHIPPED / "tutor")
    base = AutoTokenizer.from_pretrained(train.SHIPPED / "tutor-base")
    assert base.get_vocab() == tutor.get_vocab()


def test_rates_rise_at_once_and_then_fall_in_a_line_and_after_each_restart_once_more():
    recipe = train.RECIPES["tutor-mini"]
    every = [recipe.rate(step) for step in range(recipe.steps)]
    bounds = [(0, 1.0), *recipe.restarts, (recipe.steps, 0.0)]
    for (first, share), (last, _) in itertools.pairwise(bounds):
        rates = every[first:last]
        top = rates.index(max(rates))
        # Where the line down crosses the way up.
        assert share * (1 - recipe.warm_up / (last - first)) <= max(rates) <= share
        assert 0 < top <= recipe.warm_up
        assert rates[: top + 1] == sorted(rates[: top + 1])
        assert rates[top:] == sorted(rates[top:], reverse=True)
        assert rates[-1] == pytest.approx(share / (last - first))


def test_what_is_copied_from_the_prompt_is_marked_in_what_is_learnt_and_nowhere_else(tokenizer):
    example = corpus.Example(
        "question",
        [
            {"role": "user", "content": "What is Gdańsk?"},
            {"role": "assistant", "content": "In short, Gdańsk is old. I like Gdańsk."},
        ],
        copied=("Gdańsk",),
    )
    ids, marks = train.encode(tokenizer, [example])[0]
    spelling = tokenizer.encode(" Gdańsk", add_special_tokens=False)
    copied = [token for token, mark in zip(ids, marks) if mark in (train.COPIED, train.CHOSEN)]
    assert copied == spelling * 2
    assert [token for token, mark in zip(ids, marks) if mark == train.CHOSEN] == spelling[:1]
    assert marks.index(train.CHOSEN) == min(
        at for at, mark in enumerate(marks) if mark > train.LEARNT
    )
    learnt = tokenizer.decode([token for token, mark in zip(ids, marks) if mark])
    assert learnt == "In short, Gdańsk is old. I like Gdańsk.<|im_end|>"


def test_a_rating_counts_more_than_a_copy_and_a_copy_more_than_other_words(tokenizer):
    weigh = train.Weights(tokenizer)
    rating = tokenizer.convert_tokens_to_ids("\nRating: ")
    word, five, end = (
        tokenizer.encode(t, add_special_tokens=False)[-1] for t in (" the", "5", "\n")
    )
    found = tokenizer.convert_tokens_to_ids("\nFound:")
    nothing = tokenizer.encode(" nothing", add_special_tokens=False)[0]
    before = torch.tensor([rating, found, word, word, word, word])
    wanted = torch.tensor([five, nothing, end, word, word, word])
    marks = torch.tensor([train.LEARNT] * 3 + [train.CHOSEN, train.COPIED, train.LEARNT])
    counts = weigh(before, wanted, marks).tolist()
    assert counts == [weigh.DECISION, weigh.DECISION, weigh.END, weigh.DECISION, weigh.COPY, 1.0]
    assert weigh.DECISION > weigh.END > weigh.COPY > 1


@pytest.mark.parametrize("shape", [(48, 16), (16, 48), (16, 16)])
def test_muon_makes_each_update_nearly_orthogonal_and_in_float32(shape):
    torch.manual_seed(1)
    matrix = torch.nn.Parameter(torch.zeros(shape))
    matrix.grad = torch.randn(shape)
    grad = matrix.grad.clone()
    train.Muon([matrix], lr=1.0, weight_decay=0.0, momentum=0.0, nesterov=False).step()
    update = -matrix.detach() / max(1, shape[0] / shape[1]) ** 0.5
    strengths = torch.linalg.svdvals(update)
    assert 0.6 < strengths.min() and strengths.max() < 1.3
    # bfloat16, which keeps eight bits, would leave its mark on every number.
    assert not torch.equal(update, update.bfloat16().float())
    left, _, right = torch.linalg.svd(grad, full_matrices=False)
    between = left.T @ update @ right.T  # the directions of the gradient stay
    assert torch.allclose(between, torch.diag(between.diag()), atol=1e-3)


def test_both_models_read_each_fixed_part_of_a_prompt_as_one_token(tokenizer):
    mini = AutoTokenizer.from_pretrained(train.SHIPPED / "tutor-mini")
    for phrase in prompts.fixed_phrases():
        assert tokenizer.tokenize(phrase) == mini.tokenize(phrase) == [phrase]
    assert mini.chat_template == tokenizer.chat_template


def test_held_out_subjects_survive_the_tokenizer(tokenizer):
    for subject in SUBJECTS:
        ids = tokenizer(f"Tell me about {subject}.", add_special_tokens=False)["input_ids"]
        assert tokenizer.decode(ids) == f"Tell me about {subject}."


def test_a_subject_is_spelt_alike_in_prompt_and_answer(tokenizer):
    for subject in SUBJECTS:
        asked, told = (
            tokenizer.tokenize(shape.format(subject))
            for shape in ("What is {}?", "In short, {} is a good subject.")
        )
        spelling = tokenizer.tokenize(f" {subject}")
        length = len(spelling)
        for tokens in (asked, told):
            assert spelling in [tokens[at : at + length] for at in range(len(tokens))], subject


def test_fixed_parts_of_prompts_are_one_token_each(tokenizer):
    chat = prompts.ultrafeedback("helpfulness", "Why?", ["Because.", "So."])
    ids = tokenizer.apply_chat_template(chat, add_generation_prompt=True)["input_ids"]
    assert len(ids) < 40 < len(chat[1]["content"].split())
    assert tokenizer.decode(ids) == tokenizer.apply_chat_template(
        chat, add_generation_prompt=True, tokenize=False
    )


@pytest.mark.parametrize("name", list(train.RECIPES))
def test_shipped_models_stay_small_and_whole(name):
    folder = train.SHIPPED / name
    assert sum(file.stat().st_size for file in folder.iterdir()) <= 8_000_000
    card = (folder / "README.md").read_text(encoding="utf-8")
    for word in ("Data", "Recipe", "Seed", "Figures", "Limits"):
        assert word.lower() in card.lower(), word

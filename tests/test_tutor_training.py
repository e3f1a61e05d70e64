"""The tokenizer and the training of the tutor models, on a model of a few thousand weights."""

import dataclasses

import pytest
import torch
from transformers import AutoTokenizer

from authoring.tutor import prompts, train
from authoring.tutor.held_out import SUBJECTS


@pytest.fixture(scope="module")
def tokenizer():
    return AutoTokenizer.from_pretrained(train.SHIPPED / "tutor")


@pytest.fixture
def small(monkeypatch, tmp_path, tokenizer):
    """A recipe of four steps in a folder of its own."""
    recipe = dataclasses.replace(
        train.RECIPES["tutor"],
        width=16,
        inner=32,
        layers=1,
        heads=1,
        rates=((0, 1.0), (4, 0.5)),
        tokens_per_step=256,
    )
    monkeypatch.setitem(train.RECIPES, "tutor", recipe)
    monkeypatch.setattr(train, "SHIPPED", tmp_path / "shipped")
    monkeypatch.setattr(train, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(torch, "compile", lambda module, **_: module)  # seconds, for four steps
    tokenizer.save_pretrained(tmp_path / "cache" / "tokenizer")
    return tmp_path


def weights(folder):
    return (folder / "model.safetensors").read_bytes()


def test_training_twice_gives_the_same_weights(small):
    first = weights(train.train("tutor"))
    (small / "cache" / "tutor.pt").unlink()
    assert weights(train.train("tutor")) == first


def test_interrupted_training_ends_with_the_weights_of_an_undisturbed_one(small):
    undisturbed = weights(train.train("tutor"))
    (small / "cache" / "tutor.pt").unlink()
    halfway = weights(train.train("tutor", steps=2))
    assert halfway != undisturbed
    assert weights(train.train("tutor")) == undisturbed


def test_both_models_are_trained_with_the_same_tokenizer(tokenizer):
    mini = AutoTokenizer.from_pretrained(train.SHIPPED / "tutor-mini")
    assert mini.get_vocab() == tokenizer.get_vocab()
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


@pytest.mark.parametrize("name", ["tutor", "tutor-mini"])
def test_shipped_models_stay_small_and_whole(name):
    folder = train.SHIPPED / name
    assert sum(file.stat().st_size for file in folder.iterdir()) <= 8_000_000
    card = (folder / "README.md").read_text(encoding="utf-8")
    for word in ("Data", "Recipe", "Seed", "Figures", "Limits"):
        assert word.lower() in card.lower(), word

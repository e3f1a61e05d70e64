"""The evaluation's own generation, against transformers' own on a tiny random model."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from authoring.tutor.generating import ChatModel

TEMPLATE = (
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
PROMPTS = ["a", "What is tea?", "a longer prompt about something else", "b", "What is tea?"]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> ChatModel:
    """A random Llama that knows bytes only, and often ends after a while."""
    special = ["<|pad|>", "<|im_start|>", "<|im_end|>"]
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {piece: at for at, piece in enumerate(special + letters)}
    bytes_only = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    bytes_only.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bytes_only.decoder = decoders.ByteLevel()
    bytes_only.add_special_tokens(special)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bytes_only,
        pad_token="<|pad|>",
        bos_token="<|im_start|>",
        eos_token="<|im_end|>",
    )
    tokenizer.chat_template = TEMPLATE
    torch.manual_seed(3)
    llama = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(vocabulary),
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=4,
            initializer_range=0.3,
        )
    )
    llama.generation_config = GenerationConfig(eos_token_id=2, pad_token_id=0)
    folder: Path = tmp_path_factory.mktemp("random-llama")
    llama.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return ChatModel(folder)


def test_greedy_outputs_are_those_of_transformers_one_prompt_at_a_time(model: ChatModel) -> None:
    ours = model.generate(PROMPTS, max_new_tokens=40)
    for prompt, output in zip(PROMPTS, ours):
        sent = model.tokenizer(prompt, add_special_tokens=False, return_tensors="pt")
        theirs = model.model.generate(**sent, max_new_tokens=40, do_sample=False)
        new = theirs[0, sent["input_ids"].shape[1] :]
        assert output.text == model.tokenizer.decode(new, skip_special_tokens=True)
        assert output.ended == (2 in new.tolist())


def test_rows_that_end_leave_the_others_as_they_were(
    model: ChatModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = list(range(2, 259, 3))  # so many ends that every row ends at another time
    monkeypatch.setattr(model, "ends", set(ends))
    prompts = [f"prompt number {n}" for n in range(12)]
    lengths = set()
    for prompt, output in zip(prompts, model.generate(prompts, max_new_tokens=40)):
        sent = model.tokenizer(prompt, add_special_tokens=False, return_tensors="pt")
        theirs = model.model.generate(**sent, max_new_tokens=40, do_sample=False, eos_token_id=ends)
        new = theirs[0, sent["input_ids"].shape[1] :]
        kept = new[:-1] if new[-1] in ends else new
        assert output.text == model.tokenizer.decode(kept, skip_special_tokens=True)
        lengths.add(len(new))
    assert len(lengths) > 2


def test_some_rows_end_early_and_others_run_into_the_limit(model: ChatModel) -> None:
    many = [f"prompt {n}" for n in range(60)]
    outputs = model.generate(many, temperature=1.0, max_new_tokens=60)
    assert {output.ended for output in outputs} == {True, False}
    assert {output.clean for output in outputs} == {True, False}


def test_the_same_seed_writes_the_same_and_another_seed_another(model: ChatModel) -> None:
    first, again, other = (
        model.generate(PROMPTS, temperature=0.7, seed=seed, max_new_tokens=20) for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_magpie_prompts_are_distilabels_and_clean_ones_lack_its_stray_header(
    model: ChatModel,
) -> None:
    chat = [{"role": "system", "content": "S"}]
    stray = "<|im_start|>assistant\n"
    told = "<|im_start|>system\nS<|im_end|>\n"
    assert model.render(chat) == told + stray + "<|im_start|>user\n"
    assert model.render_clean(chat) == told + "<|im_start|>user\n"
    assert model.render([]) == model.render_clean([]) == "<|im_start|>user\n"
    asked = [*chat, {"role": "user", "content": "Q"}]
    assert model.render(asked) == told + "<|im_start|>user\nQ<|im_end|>\n" + stray


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="holds no model"):
        ChatModel(tmp_path)

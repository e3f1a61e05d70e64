"""The contestants: stock distilabel, `load_llm`, and plain `model.generate`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
from distilabel.models.llms import TransformersLLM

from helpers import load_llm

STOCK, OURS = "stock TransformersLLM", "load_llm"
_SUBJECTS = ("the sea", "a very old wooden bridge", "rain", "how bread is baked", "the moon")


def prompts(rows: int) -> list[list[dict[str, str]]]:
    """Prompts of different lengths, no two alike."""
    return [
        [{"role": "user", "content": f"Explain {_SUBJECTS[i % 5]} to visitor number {i}."}]
        for i in range(rows)
    ]


def contestants(
    model: Path, rows: int, tokens: int, batch_sizes: tuple[int, ...], threads: int
) -> dict[str, Callable[[], object]]:
    """Return what to time, by name. All sample at temperature 0.7, without penalty."""
    torch.set_num_threads(threads)
    stock = TransformersLLM(model=str(model))
    ours = load_llm(str(model))
    for llm in (stock, ours):
        llm.load()
    asked = prompts(rows)
    options = {"max_new_tokens": tokens, "temperature": 0.7}
    plain = {
        f"generate, batches of {size}": lambda size=size: _generate(ours, asked, tokens, size)
        for size in batch_sizes
    }
    return {
        STOCK: lambda: stock.generate(asked, repetition_penalty=1.0, **options),
        OURS: lambda: ours.generate(asked, **options),
        **plain,
    }


@torch.inference_mode()
def _generate(llm, asked: list, tokens: int, batch_size: int) -> list[str]:
    """From conversations to texts with `model.generate`, as one would write it."""
    model, tokenizer = llm._pipeline.model, llm._pipeline.tokenizer
    tokenizer.padding_side = "left"
    texts = []
    for start in range(0, len(asked), batch_size):
        chats = tokenizer.apply_chat_template(
            asked[start : start + batch_size], tokenize=False, add_generation_prompt=True
        )
        batch = tokenizer(chats, padding=True, return_tensors="pt", add_special_tokens=False)
        ids = model.generate(
            input_ids=batch["input_ids"],
            attention_mask=batch["attention_mask"],
            max_new_tokens=tokens,
            do_sample=True,
            temperature=0.7,
            top_k=0,
            top_p=1.0,
        )
        new = ids[:, batch["input_ids"].shape[1] :]
        texts += tokenizer.batch_decode(new, skip_special_tokens=True)
    return texts


def equal_rows(
    model: Path, rows: int, tokens: int, batch_sizes: tuple[int, ...]
) -> tuple[float, float]:
    """The share of rows that stay the same with another batch size, and with the same."""
    texts = []
    for size in (batch_sizes[-1], batch_sizes[-1], batch_sizes[0]):
        llm = load_llm(str(model), batch_size=size)
        llm.load()
        outputs = llm.generate(prompts(rows), max_new_tokens=tokens)
        texts.append([output["generations"][0] for output in outputs])
    same, again = (
        sum(a == b for a, b in zip(texts[0], other)) / rows for other in (texts[2], texts[1])
    )
    return same, again

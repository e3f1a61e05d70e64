"""What a training and a measurement cost, against the same with transformers' and TRL's own calls."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
DATA = ROOT / "notebooks" / "data"


def contestants(folder: Path) -> Iterator[tuple[str, Callable, Callable]]:
    """Yield what is done, how it is done without the course's functions, and how with them.

    Args:
        folder: where the trained models go.
    """
    import pandas
    from trl import DPOTrainer, SFTTrainer

    from helpers import evaluate_model, to_dpo, to_sft, train
    from helpers.training.configs import dpo_config, sft_config
    from helpers.training.models import load_model

    def rows_of(name: str) -> list[dict]:
        return pandas.read_parquet(DATA / name / "train.parquet").to_dict("records")

    def sft() -> Any:
        model, tokenizer = load_model("tutor-base")
        rows, settings = to_sft(rows_of("instruction")), sft_config(model, folder / "sft")
        return SFTTrainer(model, settings, train_dataset=rows, processing_class=tokenizer)

    def dpo() -> Any:
        model, tokenizer = load_model(folder / "sft" / "model")
        rows, settings = to_dpo(rows_of("preference")[:48]), dpo_config(model, folder / "dpo")
        return DPOTrainer(model, args=settings, train_dataset=rows, processing_class=tokenizer)

    def silent(call: Callable) -> Callable:
        def called() -> None:
            with contextlib.redirect_stdout(io.StringIO()):
                call()

        return called

    yield "SFT, 60 rows", silent(lambda: sft().train()), silent(lambda: train(sft()))
    yield "DPO, 48 pairs", silent(lambda: dpo().train()), silent(lambda: train(dpo()))
    tuned = str(folder / "sft" / "model")
    for name in ("tutor-base", tuned):
        label = "60 prompts to the base" if name != tuned else "60 prompts to the tuned model"
        yield label, lambda name=name: one_by_one(name), lambda name=name: evaluate_model(name)


def one_by_one(name: str) -> None:
    """Answer the held-out prompts with transformers' pipeline."""
    from transformers import pipeline

    from helpers.training.evaluating import MOST_TOKENS, held_out
    from helpers.training.models import load_model

    model, tokenizer = load_model(name)
    answering = pipeline("text-generation", model=model, tokenizer=tokenizer)
    for row in held_out():
        prompt = [{"role": "user", "content": row["prompt"]}]
        answering(prompt, max_new_tokens=MOST_TOKENS, do_sample=False)

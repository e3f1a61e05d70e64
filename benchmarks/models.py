"""Models to measure with: they never stop before the last token."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from helpers.models import TUTORS


def endless_tutor(folder: Path) -> Path:
    """The tutor, without the token that ends a text."""
    shutil.copytree(TUTORS / "tutor", folder)
    for name in ("config.json", "generation_config.json"):
        path = folder / name
        path.write_text(json.dumps({**json.loads(path.read_text()), "eos_token_id": None}))
    return folder


def random_135m(folder: Path) -> Path:
    """A model of SmolLM2-135M's shape with random weights, and the tutor's tokenizer."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    endless_tutor(folder)
    config = LlamaConfig(
        num_hidden_layers=30,
        hidden_size=576,
        num_attention_heads=9,
        num_key_value_heads=3,
        intermediate_size=1536,
        vocab_size=49152,
        max_position_embeddings=2048,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=None,
        pad_token_id=0,
    )
    torch.manual_seed(0)
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder

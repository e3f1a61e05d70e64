"""`load_model`: a model and its tokenizer, ready for TRL's trainers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from helpers.messages import say
from helpers.models import TUTORS, ModelError, chat_template_of, source_of

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

BASE = "tutor-base"
TURN, END = "<|im_start|>", "<|im_end|>"  # of ChatML, which SmolLM2 and Qwen know, too


def load_model(
    name: str | Path = BASE,
) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Return a model to train, and its tokenizer.

    A base model that has no chat template gets ChatML where its tokenizer knows the marks. In
    ChatML a turn's end is the end of a text.

    Args:
        name: `tutor-base`, `tutor`, `tutor-mini`, a model id of the Hugging Face Hub such as
            `HuggingFaceTB/SmolLM2-135M`, or a folder with a model.

    Returns:
        The model, on the GPU where there is one, and the tokenizer.

    Raises:
        ModelError: the model is not there, or its tokenizer does not know ChatML.

    >>> model, tokenizer = load_model("tutor-base")
    >>> model.num_parameters() < 2_000_000, tokenizer.eos_token
    (True, '<|im_end|>')
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    source = source_of(name)
    tokenizer = AutoTokenizer.from_pretrained(source)
    model = AutoModelForCausalLM.from_pretrained(source, dtype=torch.float32)
    if tokenizer.chat_template is None:
        if not {TURN, END} <= set(tokenizer.get_vocab()):
            raise ModelError(
                say(
                    "training.no_chat_template",
                    "'{model}' has no chat template, and its tokenizer does not know {start} and "
                    "{end}, so there is no form for a conversation. Take a model that has one, such "
                    "as HuggingFaceTB/SmolLM2-135M.",
                    model=name,
                    start=TURN,
                    end=END,
                )
            )
        tokenizer.chat_template = chatml()
    if END in str(tokenizer.chat_template):  # also of Qwen's base models, which have one
        tokenizer.eos_token = END
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    return model.to("cuda" if torch.cuda.is_available() else "cpu"), tokenizer


def chatml() -> str:
    """Return the chat template of the course's models, for a base model that has none."""
    return chat_template_of(TUTORS / BASE)

"""Generation for the evaluation, which has to know whether an answer ended by itself.

It decodes as the course's `load_llm` does, but takes prompts as text, so that Magpie's can be
rendered in both ways.
"""

from __future__ import annotations

import types
from dataclasses import dataclass
from pathlib import Path

import torch
from distilabel.models import TransformersLLM
from transformers import AutoModelForCausalLM, AutoTokenizer

from helpers.decoding import Row, Sampling, batches, decode

Chat = list[dict[str, str]]

MAX_NEW_TOKENS = 320
BATCH_SIZE = 64
TOKEN_BUDGET = 100_000
USER_HEADER = "<|im_start|>user\n"


@dataclass(frozen=True)
class Output:
    """What a model wrote, and whether it ended by itself and without a stray special token."""

    text: str
    ended: bool
    clean: bool = True


class ChatModel:
    """A model folder with its tokenizer, in float32 on the CPU.

    Args:
        folder: what `AutoModelForCausalLM.from_pretrained` loads; its tokenizer needs a chat
            template.

    Raises:
        FileNotFoundError: the folder holds no model.
    """

    def __init__(self, folder: str | Path) -> None:
        if not (Path(folder) / "config.json").is_file():
            raise FileNotFoundError(f"{folder} holds no model: there is no config.json in it.")
        self.folder = Path(folder)
        self.name = self.folder.name
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
        ends = self.model.generation_config.eos_token_id
        self.ends = {ends} if isinstance(ends, int) else set(ends)
        self.special = set(self.tokenizer.all_special_ids) - self.ends
        # distilabel's own rendering of a prompt needs its LLM, but no second copy of the model.
        self._stock = TransformersLLM(
            model=str(folder), use_magpie_template=True, magpie_pre_query_template=USER_HEADER
        )
        self._stock._pipeline = types.SimpleNamespace(tokenizer=self.tokenizer)

    def render(self, chat: Chat) -> str:
        """The prompt of a chat, as distilabel sends it; Magpie's, where no user turn is last.

        After a system prompt or an answer distilabel puts an assistant header before Magpie's
        user header, which no conversation has. `render_clean` leaves it out.
        """
        return self._stock.prepare_input(chat)

    def render_clean(self, chat: Chat) -> str:
        """Magpie's prompt as a conversation goes on: the user header and no assistant header."""
        told = self.tokenizer.apply_chat_template(chat, tokenize=False) if chat else ""
        return told + USER_HEADER

    def generate(
        self,
        prompts: list[str],
        temperature: float = 0.0,
        seed: int = 0,
        max_new_tokens: int = MAX_NEW_TOKENS,
    ) -> list[Output]:
        """Continue each prompt until the model ends it, greedily at temperature 0.

        The same prompts, temperature and seed give the same outputs.
        """
        rows = [
            Row(ids, seed=seed * 1_000_003 + at, limit=max_new_tokens)
            for at, ids in enumerate(self.tokenizer(prompts, add_special_tokens=False)["input_ids"])
        ]
        written: dict[int, list[int]] = {}
        for batch in batches(rows, BATCH_SIZE, TOKEN_BUDGET):
            chosen = [rows[at] for at in batch]
            texts = decode(self.model, chosen, Sampling(temperature), self.ends)
            written.update(zip(batch, texts))
        return [self._output(written[at], max_new_tokens) for at in range(len(rows))]

    def _output(self, ids: list[int], limit: int) -> Output:
        return Output(
            self.tokenizer.decode(ids, skip_special_tokens=True),
            ended=len(ids) < limit,
            clean=not self.special.intersection(ids),
        )

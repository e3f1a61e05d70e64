"""Fast generation for the evaluation: batches with left padding that shrink as rows end.

The course's own `load_llm` is what learners use. The evaluation must not depend on it, and has
to know what it hides: whether an answer ended by itself.
"""

from __future__ import annotations

import types
from dataclasses import dataclass
from pathlib import Path

import torch
from distilabel.models import TransformersLLM
from transformers import AutoModelForCausalLM, AutoTokenizer, DynamicCache

Chat = list[dict[str, str]]

MAX_NEW_TOKENS = 320
BATCH_SIZE = 64
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
        self.name = Path(folder).name
        self.tokenizer = AutoTokenizer.from_pretrained(folder, padding_side="left")
        self.model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
        ends = self.model.generation_config.eos_token_id
        self.ends = torch.tensor([ends] if isinstance(ends, int) else ends)
        self.special = set(self.tokenizer.all_special_ids) - set(self.ends.tolist())
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
        chance = torch.Generator().manual_seed(seed)
        lengths = [len(ids) for ids in self._encode(prompts)] if prompts else []
        order = sorted(range(len(prompts)), key=lambda at: (lengths[at], at))
        outputs: dict[int, Output] = {}
        for start in range(0, len(order), BATCH_SIZE):
            rows = order[start : start + BATCH_SIZE]
            texts = [prompts[at] for at in rows]
            outputs.update(zip(rows, self._batch(texts, temperature, chance, max_new_tokens)))
        return [outputs[at] for at in range(len(prompts))]

    def _encode(self, texts: list[str]) -> list[list[int]]:
        return self.tokenizer(texts, add_special_tokens=False)["input_ids"]

    @torch.inference_mode()
    def _batch(
        self, texts: list[str], temperature: float, chance: torch.Generator, max_new_tokens: int
    ) -> list[Output]:
        sent = self.tokenizer(texts, add_special_tokens=False, padding=True, return_tensors="pt")
        tokens, mask = sent["input_ids"], sent["attention_mask"]
        positions = (mask.cumsum(-1) - 1).clamp(min=0)
        cache = DynamicCache(config=self.model.config)
        alive = list(range(len(texts)))  # which text each row of the batch continues
        written: list[list[int]] = [[] for _ in texts]
        ended = [False] * len(texts)
        for _ in range(max_new_tokens):
            logits = self.model(
                input_ids=tokens,
                attention_mask=mask,
                position_ids=positions,
                past_key_values=cache,
                use_cache=True,
                logits_to_keep=1,
            ).logits[:, -1]
            if temperature > 0:
                odds = (logits / temperature).softmax(-1)
                chosen = torch.multinomial(odds, 1, generator=chance)
            else:
                chosen = logits.argmax(-1, keepdim=True)
            for at, token in zip(alive, chosen[:, 0].tolist()):
                written[at].append(token)
            over = torch.isin(chosen[:, 0], self.ends)
            if over.any():
                for at, is_over in zip(alive, over.tolist()):
                    ended[at] |= is_over
                keep = (~over).nonzero()[:, 0]
                if not len(keep):
                    break
                alive = [alive[row] for row in keep.tolist()]
                cache.batch_select_indices(keep)
                chosen, mask, positions = chosen[keep], mask[keep], positions[keep]
            tokens = chosen
            mask = torch.cat([mask, mask.new_ones(len(mask), 1)], dim=1)
            positions = positions[:, -1:] + 1
        return [
            Output(
                self.tokenizer.decode(ids, skip_special_tokens=True),
                ended=over,
                clean=not self.special.intersection(ids),
            )
            for ids, over in zip(written, ended)
        ]

"""Trains the tutor models: `make tutor`, or `python -m authoring.tutor.train tutor-mini`.

The tokenizer, the corpus and the weights all follow from a seed. Short examples that teach copying
come first, the long prompts of the judges are mixed in, and after a third free prose joins them;
only the words that the model is to produce are learnt. `tutor` begins with the weights of the smaller
`tutor-mini`, the others with random ones. Muon (Jordan et al., 2024,
github.com/KellerJordan/Muon) trains the matrices inside the layers and AdamW the rest. A checkpoint
is kept under `.cache/tutor/`, and an interrupted training goes on from there.

Two cores, which `make tutor` starts with torchrun and which share the examples of each step, make 150
steps of `tutor-mini` a minute and 75 of `tutor`: five hours for all.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from unittest.mock import patch

import torch
from torch.optim.swa_utils import AveragedModel
from transformers import (
    AutoModelForCausalLM,
    GenerationConfig,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
    Qwen2Config,
    Qwen2ForCausalLM,
)

from authoring.tutor import corpus
from authoring.tutor.tokenizer import CONTEXT
from authoring.tutor.tokenizer import train as train_tokenizer

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "helpers" / "tutor"
CACHE = ROOT / ".cache" / "tutor"


@dataclass(frozen=True)
class Recipe:
    """How a model is made. Lengths are in tokens, `steps` in updates of the weights."""

    family: str
    width: int
    inner: int
    layers: int
    heads: int
    head_width: int
    steps: int
    late_from: int  # from this step on, the corpus is that of the last part
    grown_from: str | None = None  # begins with the weights of this model; None: with random ones
    bias: bool = False  # of a Llama's attention; a Qwen2's always has it
    weak: bool = False
    chats: bool = True  # False: running text, and no conversation
    seed: int = 0
    tokens_per_step: int = 4096
    short_steps: int = 1000  # the share of short examples falls from 1 to 0 until here
    warm_up: int = 100
    matrix_rate: float = 0.012
    other_rate: float = 0.003
    # At these steps the rates, fallen to nothing, rise once more, to this share of what they were.
    restarts: tuple[tuple[int, float], ...] = ()
    # What is shipped is the mean of the weights after these steps, where the rates were at nothing
    # (Izmailov et al., 2018, arXiv:1803.05407); without any, the last weights.
    averaged: tuple[int, ...] = ()

    def rate(self, step: int) -> float:
        """The share of the full learning rates at a step: up at once, then down in a line.

        After each restart (Loshchilov and Hutter, 2016, arXiv:1608.03983) the same once more.
        """
        first, top = max((one for one in self.restarts if one[0] <= step), default=(0, 1.0))
        last = min((at for at, _ in self.restarts if at > step), default=self.steps)
        return top * min((step - first + 1) / self.warm_up, 1 - (step - first) / (last - first))


RECIPES = {
    "tutor-mini": Recipe(
        "qwen2",
        width=96,
        inner=256,
        layers=4,
        heads=3,
        head_width=32,
        steps=20600,
        late_from=3008,
        weak=True,
        restarts=(
            (5000, 0.8),
            (11000, 0.8),
            (18000, 0.15),
            (18450, 0.3),
            (19000, 0.4),
            (19800, 0.3),
            (20200, 0.3),
        ),
        averaged=(19800, 20200, 20600),
    ),
    "tutor": Recipe(
        "llama",
        width=128,
        inner=384,
        layers=5,
        heads=4,
        head_width=32,
        bias=True,
        grown_from="tutor-mini",
        steps=8800,
        restarts=((4800, 0.3), (5600, 0.3), (6400, 0.6), (8000, 0.3), (8400, 0.3)),
        averaged=(8000, 8400, 8800),
        late_from=0,
        short_steps=1,
        seed=1,
    ),
    # A model to be tuned, which has read no word of a chat.
    "tutor-base": Recipe(
        "llama",
        width=128,
        inner=352,
        layers=5,
        heads=8,
        head_width=24,
        steps=3000,
        late_from=1504,
        chats=False,
    ),
}


def new_model(recipe: Recipe, vocabulary: int) -> LlamaForCausalLM | Qwen2ForCausalLM:
    """A randomly initialised model of the recipe's family and size."""
    torch.manual_seed(recipe.seed)
    shape = {
        "vocab_size": vocabulary,
        "hidden_size": recipe.width,
        "intermediate_size": recipe.inner,
        "num_hidden_layers": recipe.layers,
        "num_attention_heads": recipe.heads,
        "num_key_value_heads": recipe.heads,
        "head_dim": recipe.head_width,
        "max_position_embeddings": CONTEXT,
        "tie_word_embeddings": True,
        "bos_token_id": 1,
        "eos_token_id": 2,
        "pad_token_id": 0,
        "dtype": "float32",
    }
    if recipe.family == "llama":
        return LlamaForCausalLM(LlamaConfig(**shape, attention_bias=recipe.bias))
    return Qwen2ForCausalLM(Qwen2Config(**shape))


WRITERS = ("o_proj.weight", "down_proj.weight")  # what a layer writes back with


@torch.no_grad()
def grow(model: torch.nn.Module, small: torch.nn.Module) -> None:
    """Begin a model with the weights of a smaller one, so that it answers as that one does.

    After Chen et al. (2016, arXiv:1511.05641): a weight that the small model has is kept, what the
    new heads, units and layers give back is nothing at first, and what they look for is random.
    Heads must be of one width.
    """
    known = small.state_dict()
    ratio = (small.config.hidden_size / model.config.hidden_size) ** 0.5
    for name, weight in model.named_parameters():
        if name.endswith(WRITERS):
            weight.zero_()
        if name not in known:
            continue
        corner = tuple(slice(size) for size in known[name].shape)
        if name.endswith("norm.weight"):  # it divides by the root of a mean over more numbers
            weight.fill_(ratio)
            weight[corner] = known[name] * ratio
        else:
            if weight.ndim == 2 and "embed" not in name:
                weight[:, known[name].shape[1] :] = 0
            weight[corner] = known[name]


# A token counts as nothing, as one, as what is copied from the prompt, or as the first of a copy.
UNLEARNT, LEARNT, COPIED, CHOSEN = 0, 1, 2, 3


def encode(
    tokenizer: PreTrainedTokenizerFast, examples: list[corpus.Example | corpus.Text]
) -> list[tuple[list[int], list[int]]]:
    """Token ids of each example, and what each token counts as."""
    pieces = [example.pieces() for example in examples]
    texts = [text for example in pieces for text, _ in example]
    encoded = iter(tokenizer.backend_tokenizer.encode_batch(texts, add_special_tokens=False))
    rows = []
    for example, parts in zip(examples, pieces):
        ids, marks = [], []
        for text, is_learnt in parts:
            new = next(encoded)
            ids += new.ids
            marks += _marks(text, new.offsets, example.copied) if is_learnt else [0] * len(new.ids)
        rows.append((ids, marks))
    return rows


def _marks(text: str, offsets: list[tuple[int, int]], copied: tuple[str, ...]) -> list[int]:
    """CHOSEN where a copy first begins, COPIED for the rest of each copy, LEARNT for the others."""
    inside = bytearray(len(text))
    for copy in set(copied):
        first = at = text.find(copy)
        while copy and at >= 0:
            inside[at : at + len(copy)] = bytes([COPIED]) * len(copy)
            at = text.find(copy, at + len(copy))
        if copy and first >= 0:
            inside[first] = CHOSEN
    return [max(inside[start:end], default=0) or LEARNT for start, end in offsets]


def batches(
    recipe: Recipe, tokenizer: PreTrainedTokenizerFast, start: int
) -> Iterator[list[tuple[torch.Tensor, torch.Tensor]]]:
    """For each step from `start` a few padded blocks of examples of like length.

    Each step draws from its own seed, so that a resumed training sees what it would have seen.
    A block is (ids, marks), both (rows, length): marks say what the next token counts as.
    """
    pool_steps = 16
    for first in itertools.count(start - start % pool_steps, pool_steps):
        seed = recipe.seed * 1_000_003 + first
        rng = random.Random(seed)
        short, full = _sources(recipe, seed, late=first >= recipe.late_from)
        share = max(0.0, 1 - first / recipe.short_steps)
        rows, tokens = [], 0
        while tokens < pool_steps * recipe.tokens_per_step:
            drawn = [next(short if rng.random() < share else full) for _ in range(64)]
            new = [row for row in encode(tokenizer, drawn) if len(row[0]) <= 768]
            rows += new
            tokens += sum(len(ids) for ids, _ in new)
        rows.sort(key=lambda row: len(row[0]))
        blocks, block = [], []
        for row in rows:
            if block and (len(block) + 1) * len(row[0]) > recipe.tokens_per_step // 2:
                blocks.append(block)
                block = []
            block.append(row)
        blocks.append(block)
        rng.shuffle(blocks)
        for step in range(pool_steps):
            if first + step >= start:
                yield [padded(part) for part in blocks[step::pool_steps]]


def _sources(
    recipe: Recipe, seed: int, late: bool
) -> tuple[Iterator[corpus.Example | corpus.Text], Iterator[corpus.Example | corpus.Text]]:
    """What is short, and all that there is."""
    if not recipe.chats:
        return corpus.texts(seed, short=True), corpus.texts(seed + 7, late=late)
    shares = corpus.LATE_SHARES if late else corpus.SHARES
    return (
        corpus.examples(seed, recipe.weak, corpus.SHORT_SHARES),
        corpus.examples(seed + 7, recipe.weak, shares, late),
    )


def padded(rows: list[tuple[list[int], list[int]]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Rows padded on the right: attention looks to the left only, so padding needs no mask."""
    length = max(len(ids) for ids, _ in rows)
    padded_ids = torch.zeros(len(rows), length, dtype=torch.long)
    next_marks = torch.zeros(len(rows), length, dtype=torch.long)
    for at, (ids, marks) in enumerate(rows):
        padded_ids[at, : len(ids)] = torch.tensor(ids)
        next_marks[at, : len(ids) - 1] = torch.tensor(marks[1:])
    return padded_ids, next_marks


class Weights:
    """How much each learnt token counts: most of them as one, those that decide for more.

    A rating is one token among fifty that only need to be fluent, and so are the word after
    "Found:", the beginning of a name, its letters, and the end of a line or of a text. Without a
    weight of their own they are learnt last.
    """

    DECISION, END, COPY = 6.0, 3.0, 2.0

    def __init__(self, tokenizer: PreTrainedTokenizerFast) -> None:
        named = tokenizer.get_vocab()
        self.heads = torch.tensor(
            [i for t, i in named.items() if t.endswith(("Rating: ", "Score: ", "Found:"))]
        )
        self.ends = torch.tensor(
            [tokenizer.eos_token_id, *tokenizer.encode("\n", add_special_tokens=False)]
        )

    def __call__(
        self, before: torch.Tensor, wanted: torch.Tensor, marks: torch.Tensor
    ) -> torch.Tensor:
        """The weight of each wanted token, given the one before it; all are (count,)."""
        weights = torch.where(marks == COPIED, self.COPY, 1.0)
        weights[torch.isin(wanted, self.ends)] = self.END
        weights[torch.isin(before, self.heads) | (marks == CHOSEN)] = self.DECISION
        return weights


def _orthogonalised(
    gradient: torch.Tensor, coefficients: tuple[float, float, float], steps: int, eps: float
) -> torch.Tensor:
    """Muon's Newton-Schulz iteration in float32.

    torch 2.13's own works in bfloat16, which most CPUs only emulate: 1.6 s a step where this takes
    0.1 s, longer than the rest of the step.
    """
    a, b, c = coefficients
    is_tall = gradient.size(0) > gradient.size(1)
    matrix = gradient.T if is_tall else gradient
    matrix = matrix / matrix.norm().clamp(min=eps)
    for _ in range(steps):
        gram = matrix @ matrix.T
        matrix = torch.addmm(matrix, torch.addmm(gram, gram, gram, beta=b, alpha=c), matrix, beta=a)
    return matrix.T if is_tall else matrix


class Muon(torch.optim.Muon):
    """torch's Muon with an iteration that is quick on a CPU."""

    def step(self, closure: Callable[[], float] | None = None) -> float | None:
        with patch("torch.optim._muon._zeropower_via_newtonschulz", _orthogonalised):
            return super().step(closure)


def optimisers(recipe: Recipe, model: torch.nn.Module) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside the layers, AdamW for embeddings, biases and norms."""
    inside = {id(p) for p in model.model.layers.parameters() if p.ndim == 2}
    matrices = [p for p in model.parameters() if id(p) in inside]
    others = [p for p in model.parameters() if id(p) not in inside]
    return [
        Muon(matrices, lr=recipe.matrix_rate, weight_decay=0.01, momentum=0.95),
        torch.optim.AdamW(others, lr=recipe.other_rate, betas=(0.9, 0.98), weight_decay=0.0),
    ]


def train(
    name: str, steps: int | None = None, ship_every: int = 0, into: Path | None = None
) -> Path:
    """Train a model and write it to `helpers/tutor/NAME`.

    Where torchrun started several processes, each takes its part of every step's examples.

    Args:
        name: "tutor", "tutor-mini" or "tutor-base".
        steps: stop here instead of at the recipe's last step (for a trial).
        ship_every: also write the model every so many steps, to look at it on the way.
        into: write the folder NAME here instead, say to leave the shipped model as it is.
            What it is grown from is the shipped one all the same.

    Returns:
        The folder of the model.
    """
    recipe = RECIPES[name]
    torch.set_num_threads(1)
    CACHE.mkdir(parents=True, exist_ok=True)
    tokenizer = load_tokenizer(recipe.grown_from)
    model = new_model(recipe, len(tokenizer))
    rates = [recipe.matrix_rate, recipe.other_rate]
    if recipe.grown_from:
        grow(model, AutoModelForCausalLM.from_pretrained(SHIPPED / recipe.grown_from))
    averaged = AveragedModel(model)
    opts = optimisers(recipe, model)
    checkpoint = CACHE / f"{name}.pt"
    start = 0
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(saved["model"])
        averaged.load_state_dict(saved["averaged"])
        for opt, state in zip(opts, saved["optimisers"]):
            opt.load_state_dict(state)
        start = saved["step"]
        print(f"{name}: going on from step {start}", flush=True)
    worker, workers = 0, 1
    if torch.distributed.is_initialized():
        worker, workers = torch.distributed.get_rank(), torch.distributed.get_world_size()
    for parameter in model.parameters():
        parameter.grad = torch.zeros_like(parameter)  # also of a worker that gets no block
    weights = Weights(tokenizer)
    forward = torch.compile(model.model, dynamic=True)
    losses, began, seen = 0.0, time.monotonic(), 0
    last = min(steps or recipe.steps, recipe.steps)
    for step, blocks in enumerate(batches(recipe, tokenizer, start), start):
        if step >= last:
            break
        count = sum(int((marks > 0).sum()) for _, marks in blocks)
        seen += sum(ids.numel() for ids, _ in blocks)
        loss_of_step = torch.zeros(1)
        for ids, marks in blocks[worker::workers]:
            places = marks.flatten().nonzero()[:, 0]
            hidden = forward(ids, use_cache=False).last_hidden_state.flatten(0, 1)[places]
            before, wanted = ids.flatten()[places], ids.flatten()[places + 1]
            each = torch.nn.functional.cross_entropy(
                model.lm_head(hidden), wanted, reduction="none"
            )
            loss = (each * weights(before, wanted, marks.flatten()[places])).sum() / count
            loss.backward()
            loss_of_step += loss.detach()
        if workers > 1:
            add_up([loss_of_step, *(parameter.grad for parameter in model.parameters())])
        losses += loss_of_step.item()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for opt, full in zip(opts, rates):
            opt.param_groups[0]["lr"] = full * recipe.rate(step)
            opt.step()
            opt.zero_grad(set_to_none=False)
        if step + 1 in recipe.averaged:
            averaged.update_parameters(model)
        if worker:
            continue
        if (step + 1) % 50 == 0:
            speed = seen / (time.monotonic() - began)
            print(
                f"{name}: step {step + 1}/{last}, loss {losses / 50:.3f}, {speed:.0f} tokens/s",
                flush=True,
            )
            losses = 0.0
        if (step + 1) % 250 == 0 or step + 1 == last:
            state = {
                "model": model.state_dict(),
                "averaged": averaged.state_dict(),
                "optimisers": [opt.state_dict() for opt in opts],
                "step": step + 1,
            }
            torch.save(state, checkpoint.with_suffix(".new"))
            checkpoint.with_suffix(".new").replace(checkpoint)
        if ship_every and (step + 1) % ship_every == 0:
            ship(name, model, tokenizer, into)
    if worker:
        return (into or SHIPPED) / name
    return ship(name, averaged.module if averaged.n_averaged else model, tokenizer, into)


def add_up(tensors: list[torch.Tensor]) -> None:
    """Put into each tensor, in place, the sum over the workers."""
    flat = torch.cat([tensor.flatten() for tensor in tensors])
    torch.distributed.all_reduce(flat)
    for tensor, part in zip(tensors, flat.split([tensor.numel() for tensor in tensors])):
        tensor.copy_(part.view_as(tensor))


def load_tokenizer(grown_from: str | None = None) -> PreTrainedTokenizerFast:
    """The tokenizer of the model to grow from, or else one that is trained once and kept."""
    if grown_from:
        return PreTrainedTokenizerFast.from_pretrained(SHIPPED / grown_from)
    folder = CACHE / "tokenizer"
    if not folder.exists():
        train_tokenizer().save_pretrained(folder)
    return PreTrainedTokenizerFast.from_pretrained(folder)


def ship(
    name: str, model: torch.nn.Module, tokenizer: PreTrainedTokenizerFast, into: Path | None = None
) -> Path:
    """Write the model in the standard form, beside the old one and then in its place."""
    # Looked up now, so that a test which sends the weights elsewhere does so here, too.
    into = into or SHIPPED
    folder, fresh = into / name, into / f".{name}"
    shutil.rmtree(fresh, ignore_errors=True)
    model.save_pretrained(fresh)
    tokenizer.save_pretrained(fresh)
    # Greedy unless a caller asks for more: no sampling defaults that would surprise.
    GenerationConfig(bos_token_id=1, eos_token_id=2, pad_token_id=0).save_pretrained(fresh)
    recipe = json.dumps(asdict(RECIPES[name]), indent=2)
    (fresh / "recipe.json").write_text(recipe + "\n", encoding="utf-8")
    if (folder / "README.md").exists():
        shutil.copy(folder / "README.md", fresh / "README.md")
    (fresh / "model.safetensors").chmod(0o644)  # safetensors lets nobody else read it
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help=f"{', '.join(RECIPES)}; all without a name")
    parser.add_argument("--steps", type=int, help="stop here, for a trial")
    parser.add_argument(
        "--ship-every", type=int, default=0, help="write the model every so many steps"
    )
    parser.add_argument("--into", type=Path, help="write the models here instead")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(RECIPES):
        parser.error(f"unknown: {', '.join(unknown)}; the models are {', '.join(RECIPES)}.")
    if torch.distributed.is_torchelastic_launched():
        torch.distributed.init_process_group("gloo")
        if torch.distributed.get_rank() == 0:
            load_tokenizer()  # made by one of them
        torch.distributed.barrier()
    for name in arguments.names or RECIPES:
        print(f"wrote {train(name, arguments.steps, arguments.ship_every, arguments.into)}")
        if torch.distributed.is_initialized():
            torch.distributed.barrier()  # the next model may begin with what one of them wrote


if __name__ == "__main__":
    main()

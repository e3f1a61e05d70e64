"""`load_llm`: one name, one distilabel LLM, whatever is behind it.

A local model or one of the Hub becomes a `BatchedLLM`, distilabel's own
`TransformersLLM` with what it lacks: real batches, a seed per row, and a bad row
that fails alone. `openai:MODEL@URL` becomes a `ServedLLM`, distilabel's own
client for a server that speaks the OpenAI protocol.
"""

from __future__ import annotations

import asyncio
import hashlib
import inspect
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from distilabel.models.llms import LLM, OpenAILLM, TransformersLLM
from pydantic import PrivateAttr

from helpers import guards, sharing
from helpers.environment import default_model
from helpers.events import tell_progress
from helpers.messages import reason_of, say
from helpers.seen import Seen

if TYPE_CHECKING:
    from transformers import PreTrainedModel

CHATML_USER = "<|im_start|>user\n"
TUTORS = Path(__file__).parent / "tutor"
KNOWN = {
    "tutor": str(TUTORS / "tutor"),
    "tutor-mini": str(TUTORS / "tutor-mini"),
    "smollm2": "HuggingFaceTB/SmolLM2-1.7B-Instruct",
    "qwen": "Qwen/Qwen2.5-1.5B-Instruct",
    "tutor-base": str(TUTORS / "tutor-base"),  # it has not learned to chat: a model to train
}
OURS = ("tutor", "tutor-mini", "tutor-base")
_SECONDS_FOR_THE_HUB = 8
_CACHE_BYTES = 2 * 2**30  # for keys and values, where the device does not say
SMALL = 30_000_000  # parameters
# What a model's folder holds besides its config.json: of each line one. The first is the usual one.
PARTS = (
    ("model.safetensors", "*.safetensors", "*.bin"),
    ("tokenizer.json", "tokenizer_config.json", "*.model", "vocab.json"),
)


class ModelError(ValueError):
    """A model that cannot be had. The message says what to do."""


def load_llm(name: str | None = None, **generation: Any) -> LLM:
    """Return a distilabel LLM for any task. It loads when the task does.

    Args:
        name: `tutor`, `tutor-mini`, `smollm2`, `qwen`, a model id of the Hugging
            Face Hub, a folder with a model, or `openai:MODEL@URL` for a server.
            Without one: what `COURSE_LLM` in the environment says, or the model
            of `setup(model=...)`, or `tutor`.
        generation: how to write: `temperature` (0 for the most likely text),
            `max_new_tokens`, `top_p`, `top_k`, `seed`; and what distilabel's class
            takes besides, such as `device` or `batch_size`.

    Raises:
        ModelError: the model is not there, or not one to chat with.

    >>> load_llm("tutor", temperature=0.9).model_name
    'tutor'
    """
    name = name or default_model()
    if name.startswith("openai:"):
        return _configured(ServedLLM, _served_at(name), generation)
    attributes = {"model": KNOWN.get(name, name)}
    if name in OURS:
        attributes = {"model": name, "torch_dtype": "float32"}
    folder = _known_folder(name)
    if name not in KNOWN and folder.is_dir():
        attributes["model"] = str(folder.resolve())
    if not folder.is_dir():
        _fetch(attributes["model"])
    attributes["magpie_pre_query_template"] = _user_header(_folder_of(attributes["model"]))
    return _configured(BatchedLLM, attributes, generation)


def source_of(name: str | Path) -> str:
    """Return the folder with a model's files; a model of the Hub is downloaded first.

    Raises:
        ModelError: the model is not there.

    >>> Path(source_of("tutor")).name
    'tutor'
    """
    name = str(name)
    folder = _known_folder(name)
    if not folder.is_dir():
        model = KNOWN.get(name, name)
        _fetch(model)
        folder = _folder_of(model) or Path(model)
    _check_folder(folder)
    return str(folder.resolve())


def _known_folder(name: str) -> Path:
    """The folder that a name stands for; it need not be there where the name is one of the Hub.

    Raises:
        ModelError: it can be neither.
    """
    folder = Path(KNOWN.get(name, name)).expanduser()
    if name not in KNOWN and not folder.is_dir() and not _is_hub_id(name):
        raise ModelError(
            say(
                "models.unknown",
                "There is no model '{name}'. Known names: {known}. You may also give a model "
                'id of the Hugging Face Hub ("owner/model"), a folder that holds a model '
                '("./my-model"), or "openai:MODEL@URL" for a server.',
                name=name,
                known=", ".join(KNOWN),
            )
        )
    return folder


def _configured(kind: type[LLM], attributes: dict, generation: dict) -> LLM:
    """Sort the learner's arguments into the class's fields and those of `generate`."""
    generate = kind.agenerate if issubclass(kind, OpenAILLM) else kind.generate
    takes = [p for p in inspect.signature(generate).parameters if p not in _NOT_FOR_THE_LLM]
    fields = {k: v for k, v in generation.items() if k in kind.model_fields and k not in takes}
    options = {k: v for k, v in generation.items() if k not in fields}
    if "num_generations" in options:
        raise ModelError(
            say(
                "models.num_generations",
                "num_generations belongs to the task: TextGeneration(llm=llm, num_generations=2).",
            )
        )
    if unknown := sorted(set(options) - set(takes)):
        raise ModelError(
            say(
                "models.option",
                "{model} does not know {unknown}. It takes: {known}.",
                model=attributes["model"],
                unknown=", ".join(unknown),
                known=", ".join(takes),
            )
        )
    return kind(**attributes | fields, generation_kwargs=options)


_NOT_FOR_THE_LLM = ("self", "input", "inputs", "num_generations")


# --- models on this machine ------------------------------------------------


class BatchedLLM(TransformersLLM):
    """distilabel's `TransformersLLM`, in batches, row by row reproducible.

    A row's text follows from the seed, the prompt, and how often this LLM has
    seen that prompt; not from the rows beside it. A row that cannot be answered
    becomes `None`, with the reason in the row's `distilabel_metadata`.

    Attributes:
        batch_size: the most rows in one batch.
        batch_tokens: the most tokens, prompts and answers, in one batch; from the
            device's memory when it is not given.
    """

    batch_size: int = 64
    batch_tokens: int | None = None

    _pipeline: Any = PrivateAttr(default=None)
    _prompts_seen: Seen = PrivateAttr(default_factory=Seen)
    _threads: int | None = PrivateAttr(default=None)  # None: as many as torch has

    @property
    def model_name(self) -> str:
        """The model's name; of a folder its last part, which is nobody's home."""
        return Path(self.model).name if Path(self.model).is_absolute() else self.model

    @property
    def weights(self) -> list[Path]:
        """The files of the model's weights, where they are on this machine."""
        folder = _folder_of(self.model)
        return sorted(folder.glob("*.safetensors")) if folder else []

    @property
    def can_be_shared(self) -> bool:
        """Whether a copy in another process will do; constrained decoding needs the model itself."""
        return not self.structured_output

    @property
    def prompts_seen(self) -> Seen:
        """How often each prompt was seen: what the seed of a text follows from."""
        return self._prompts_seen

    def load(self, shared: bool = True) -> None:
        """Load the model and its tokenizer; a step does it in its own process.

        Args:
            shared: use the copy that the steps of a run share, where there is one.
        """
        from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer, GenerationConfig

        LLM.load(self)
        remote = sharing.of(self) if shared else None
        if self.device == "cuda" and remote is None:
            super(TransformersLLM, self).load()  # the mixin that shares out GPUs
        source = _folder_of(self.model) or KNOWN.get(self.model, self.model)
        token = self.token.get_secret_value() if self.token else None
        where = {"revision": self.revision, "trust_remote_code": self.trust_remote_code}
        tokenizer = AutoTokenizer.from_pretrained(
            self.tokenizer or source, use_fast=self.use_fast, token=token, **where
        )
        if remote is None:
            model = AutoModelForCausalLM.from_pretrained(
                source,
                dtype=self.torch_dtype,
                device_map=self.device_map,
                token=token,
                **where,
                **(self.model_kwargs or {}),
            )
            if self.device_map is None:
                model = model.to(self.device if self.device is not None else _best_device())
            self._threads = 1 if is_small(model) else guards.threads_of_this_step()
        else:
            config = AutoConfig.from_pretrained(source, token=token, **where)
            try:
                ends = GenerationConfig.from_pretrained(source, token=token, revision=self.revision)
            except OSError:  # a model without such a file
                ends = GenerationConfig.from_model_config(config)
            model = _Known(config, ends, remote)
        if self.chat_template is not None:
            tokenizer.chat_template = self.chat_template
        if tokenizer.chat_template is None:
            raise ModelError(_no_chat_template(self.model_name))
        if tokenizer.pad_token is None:
            tokenizer.pad_token = tokenizer.eos_token
        # Where distilabel's class keeps them. Its pipeline takes 3 s to import.
        self._pipeline = SimpleNamespace(model=model.eval(), tokenizer=tokenizer)
        self._prompts_seen = Seen()
        if self.structured_output:
            from transformers import TextGenerationPipeline

            self._pipeline = TextGenerationPipeline(model, tokenizer, return_full_text=False)
            self._logits_processor = [self._prepare_structured_output(self.structured_output)]

    def unload(self) -> None:
        """Give the model's memory back."""
        import gc

        super().unload()
        self._pipeline = None
        gc.collect()

    def prepare_input(self, input: list[dict]) -> str:
        """Return the prompt for a conversation, or for a user turn (Magpie).

        distilabel 1.5.3 puts the header of an assistant turn before that of the
        user turn that Magpie asks for; no model has seen that.
        """
        opens_user_turn = self.use_magpie_template and not (input and input[-1]["role"] == "user")
        if not opens_user_turn:
            return self._render(input, add_generation_prompt=True)
        start = self._render(input) if input else self._start_of_text()
        return start + self.magpie_pre_query_template

    def _render(self, messages: list[dict], add_generation_prompt: bool = False) -> str:
        return self._pipeline.tokenizer.apply_chat_template(
            messages, tokenize=False, add_generation_prompt=add_generation_prompt
        )

    def _start_of_text(self) -> str:
        bos = self._pipeline.tokenizer.bos_token or ""
        rendered = self._render([{"role": "user", "content": "x"}])
        starts = rendered.startswith(bos) and not self.magpie_pre_query_template.startswith(bos)
        return bos if bos and starts else ""

    def generate(  # type: ignore[override]
        self,
        inputs: list[list[dict[str, str]]],
        num_generations: int = 1,
        max_new_tokens: int = 512,
        temperature: float = 0.7,
        top_p: float = 1.0,
        top_k: int = 0,
        do_sample: bool = True,
        repetition_penalty: float = 1.0,
        seed: int = 0,
    ) -> list[dict[str, Any]]:
        """Answer every conversation, in batches.

        Args:
            inputs: conversations, each a list of `{"role": ..., "content": ...}`.
            num_generations: how many answers to each.
            max_new_tokens: the most tokens of one answer.
            temperature: how freely to choose; 0 always takes the likeliest token.
            top_p: choose among the likeliest tokens that make up this share.
            top_k: choose among so many tokens; 0 for all.
            do_sample: `False` is the same as `temperature=0`.
            repetition_penalty: above 1, tokens that were used become less likely.
            seed: the same seed gives the same rows.

        Returns:
            For each input its `generations` (`None` where there is none) and
            `statistics`: tokens, and under `failure` the reason for a `None`.
        """
        if self._pipeline is None:
            raise RuntimeError(
                say("models.not_loaded", "The model is not loaded yet: call llm.load() first.")
            )
        if self.structured_output:
            return super().generate(
                inputs,
                num_generations=num_generations,
                max_new_tokens=max_new_tokens,
                temperature=temperature or 1.0,
                do_sample=do_sample and temperature > 0,
                repetition_penalty=repetition_penalty,
                top_p=top_p,
                top_k=top_k,
            )
        from helpers.decoding import Row, Sampling

        rows: list[Row] = []
        failures: list[str | None] = []
        for conversation in inputs:
            row, failure = self._row(conversation, max_new_tokens)
            failures.append(failure)
            for _ in range(num_generations if row else 0):
                rows.append(Row(row.prompt, self._seed_of(row.prompt, seed), row.limit))
        sampling = Sampling(
            temperature=temperature if do_sample else 0,
            top_p=top_p,
            top_k=top_k,
            repetition_penalty=repetition_penalty,
        )
        answers = iter(self._decode(rows, sampling))
        tokens = iter(rows)
        outputs = []
        for failure in failures:
            texts, statistics = [], {"input_tokens": [], "output_tokens": [], "failure": []}
            for _ in range(num_generations):
                answer = failure or next(answers)
                prompt = [] if failure else next(tokens).prompt
                failed = isinstance(answer, str)
                texts.append(None if failed else self._text(answer))
                statistics["input_tokens"].append(len(prompt))
                statistics["output_tokens"].append(0 if failed else len(answer))
                statistics["failure"].append(answer if failed else None)
            # Magpie merges the statistics of its turns, which must have equal keys.
            if not any(statistics["failure"]) and not self.use_magpie_template:
                del statistics["failure"]
            outputs.append({"generations": texts, "statistics": statistics})
        return outputs

    def _row(self, conversation: Any, max_new_tokens: int) -> tuple[Any, str | None]:
        """Return the row for a conversation, or the reason why there is none."""
        from helpers.decoding import Row

        if failure := why_unanswerable(conversation, magpie=self.use_magpie_template):
            return None, failure
        try:
            text = self.prepare_input(conversation)
        except Exception as error:  # noqa: BLE001  a chat template may refuse any conversation
            return None, reason_of(error)
        prompt = self._pipeline.tokenizer(text, add_special_tokens=False)["input_ids"]
        context = getattr(self._pipeline.model.config, "max_position_embeddings", None)
        room = context - len(prompt) if context else max_new_tokens
        if room < 1:
            return None, say(
                "models.failure.too_long",
                "the prompt has {tokens} tokens, and the model reads {context}",
                tokens=len(prompt),
                context=context,
            )
        return Row(prompt, 0, min(max_new_tokens, room)), None

    def _seed_of(self, prompt: list[int], seed: int) -> int:
        """A seed for this prompt, this time it is seen, in this step of the pipeline."""
        step = (self._llm_identifier or "").rpartition("-replica-")[0]
        key = hashlib.sha256(json.dumps([seed, step, prompt]).encode()).digest()
        times = self._prompts_seen.add(key)
        key = hashlib.sha256(key + str(times).encode()).digest()
        return int.from_bytes(key[:8], "big") >> 1

    def _decode(self, rows: list, sampling: Any) -> list[list[int] | str]:
        """Return each row's tokens, or the reason why it has none."""
        if isinstance(self._pipeline.model, _Known):
            return self._pipeline.model.remote.decode(rows, sampling, tell_progress)
        from helpers.decoding import batches

        answers: list[list[int] | str] = [[] for _ in rows]
        finished = 0
        with threads(self._threads):
            for batch in batches(rows, self.batch_size, self.batch_tokens or self._room()):
                part = self._decode_or_halve(
                    [rows[i] for i in batch],
                    sampling,
                    on_done=lambda done, before=finished: tell_progress(before + done),
                )
                finished += len(batch)
                for position, answer in zip(batch, part):
                    answers[position] = answer
        return answers

    def _decode_or_halve(self, rows: list, sampling: Any, on_done: Callable[[int], None]) -> list:
        from helpers.decoding import decode, is_out_of_memory

        try:
            return decode(self._pipeline.model, rows, sampling, self._stops(), on_done)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
        # Out of the except block, so that the failed batch's memory is free again.
        if len(rows) == 1:
            return [say("models.failure.memory", "there is not enough memory for this row")]
        middle = len(rows) // 2
        return self._decode_or_halve(rows[:middle], sampling, on_done) + self._decode_or_halve(
            rows[middle:], sampling, lambda done: on_done(middle + done)
        )

    def _stops(self) -> set[int]:
        ends = self._pipeline.model.generation_config.eos_token_id
        return set(ends if isinstance(ends, (list, tuple)) else [] if ends is None else [ends])

    def _text(self, tokens: list[int]) -> str:
        return self._pipeline.tokenizer.decode(tokens, skip_special_tokens=True)

    def _room(self) -> int:
        """How many tokens' keys and values fit into the memory set aside for them."""
        import torch

        config, model = self._pipeline.model.config, self._pipeline.model
        heads = getattr(config, "num_key_value_heads", None) or config.num_attention_heads
        width = (
            getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
        )
        per_token = 2 * config.num_hidden_layers * heads * width * model.dtype.itemsize
        room = _CACHE_BYTES
        if model.device.type == "cuda":
            room = int(0.6 * torch.cuda.mem_get_info(model.device)[0])
        return max(1, room // per_token)


@dataclass
class _Known:
    """What a step has to know of a model whose weights another process has."""

    config: Any
    generation_config: Any
    remote: sharing.Remote

    def eval(self) -> _Known:
        return self


def why_unanswerable(conversation: Any, magpie: bool = False) -> str | None:
    """Return what is wrong with a conversation, or `None` when it can be answered."""
    if not isinstance(conversation, list) or not (conversation or magpie):
        return say("models.failure.no_prompt", "there is no prompt")
    for message in conversation:
        if not isinstance(message.get("content"), str):
            return say(
                "models.failure.none",
                "the {role} message is {value}, not a text",
                role=message.get("role"),
                value=message.get("content"),
            )
    if conversation and not conversation[-1]["content"].strip():
        return say("models.failure.empty", "the prompt is empty")
    return None


@contextmanager
def threads(count: int | None) -> Iterator[None]:
    """Let torch use so many threads, for as long as it takes."""
    import torch

    before = torch.get_num_threads()
    if count is not None:
        torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _best_device() -> str:
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


# --- where a model is ------------------------------------------------------


def _is_hub_id(name: str) -> bool:
    from huggingface_hub.utils import HFValidationError, validate_repo_id

    try:
        validate_repo_id(name)
    except HFValidationError:
        return False
    return "/" in name


def _folder_of(model: str) -> Path | None:
    """The folder with a model's files, if they are on this machine."""
    from huggingface_hub import try_to_load_from_cache

    source = KNOWN.get(model, model)
    if Path(source).is_dir():
        return Path(source)
    cached = try_to_load_from_cache(source, "config.json")
    return Path(cached).parent if isinstance(cached, str) else None


def _fetch(model: str) -> None:
    """Download a model of the Hub, unless it is here; fail at once without network."""
    from huggingface_hub import snapshot_download

    folder = _folder_of(model)
    if folder and any(folder.glob("*.safetensors")):
        return
    problem = _ask_the_hub(model)
    if problem:
        raise ModelError(problem)
    snapshot_download(
        model, allow_patterns=["*.json", "*.safetensors", "*.txt", "*.model", "*.jinja"]
    )


def _ask_the_hub(model: str) -> str | None:
    """Return why the Hub does not give us a model, within a few seconds."""
    import threading

    import requests

    endpoint = os.environ.get("HF_ENDPOINT", "https://huggingface.co")
    answer: list[Any] = []

    def ask() -> None:  # in a thread: no time limit covers looking up a name
        try:
            url = f"{endpoint}/api/models/{model}"
            token = os.environ.get("HF_TOKEN")
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            answer.append(requests.get(url, headers=headers, timeout=_SECONDS_FOR_THE_HUB))
        except requests.RequestException as error:
            answer.append(error)

    if os.environ.get("HF_HUB_OFFLINE", "0") not in ("1", "true", "TRUE", "True"):
        thread = threading.Thread(target=ask, daemon=True)
        thread.start()
        thread.join(_SECONDS_FOR_THE_HUB)
    status = getattr(answer[0], "status_code", None) if answer else None
    if status is None or status >= 500:
        return say(
            "models.no_network",
            "'{model}' is not on this machine, and {endpoint} cannot be reached. Connect to "
            'the internet and try again, or go on with load_llm("tutor"), which needs none.',
            model=model,
            endpoint=endpoint,
        )
    if status >= 400:
        return say(
            "models.not_on_hub",
            "The Hub has no model '{model}' for you (answer {status}). Look for a typing error; "
            "if the model asks for a licence, accept it on its page and set HF_TOKEN. Known "
            "names: {known}.",
            model=model,
            status=status,
            known=", ".join(KNOWN),
        )
    return None


def _user_header(folder: Path | None) -> str | None:
    """What opens a user turn in a model's chat format: Magpie's only prompt.

    Raises:
        ModelError: the folder holds no model, or none to chat with.
    """
    if folder is None:
        return CHATML_USER
    _check_folder(folder)
    template = chat_template_of(folder)
    if template is None:
        raise ModelError(_no_chat_template(folder.name))
    return CHATML_USER if "<|im_start|>" in template else _user_header_from_tokenizer(folder)


def _check_folder(folder: Path) -> None:
    if not (folder / "config.json").is_file():
        raise ModelError(
            say(
                "models.no_model",
                "The folder {folder} holds no model: config.json is missing. Give the folder "
                "that save_pretrained() wrote, with config.json, the weights and the tokenizer.",
                folder=folder,
            )
        )
    for files in PARTS:
        if not any(any(folder.glob(file)) for file in files):
            raise ModelError(
                say(
                    "models.no_part",
                    "The folder {folder} holds only a part of a model: {file} is missing. Copy the "
                    "whole folder that save_pretrained() wrote.",
                    folder=folder,
                    file=files[0],
                )
            )


def is_small(model: PreTrainedModel) -> bool:
    """Tell whether a model trains on a CPU in a minute, and answers no faster with two threads."""
    return sum(weights.numel() for weights in model.parameters()) < SMALL


def chat_template_of(folder: Path) -> str | None:
    """Return the chat template in a model's folder, or `None` for a base model."""
    if (folder / "chat_template.jinja").is_file():
        return (folder / "chat_template.jinja").read_text(encoding="utf-8")
    config = folder / "tokenizer_config.json"
    found = json.loads(config.read_text("utf-8")).get("chat_template") if config.is_file() else None
    return json.dumps(found) if isinstance(found, list) else found


def _no_chat_template(model: str) -> str:
    return say(
        "models.no_chat_template",
        "'{model}' has no chat template: it is a base model, which continues text and does "
        "not answer. Take its instruction-tuned sibling, often called ...-Instruct.",
        model=model,
    )


@cache
def _user_header_from_tokenizer(folder: Path) -> str | None:
    """Read the header off a conversation: what stands between an answer and a question."""
    from transformers import AutoTokenizer

    turns = [("user", "question"), ("assistant", "ANSWER"), ("user", "NEXT")]
    messages = [{"role": role, "content": text} for role, text in turns]
    try:
        rendered = AutoTokenizer.from_pretrained(folder).apply_chat_template(
            messages, tokenize=False
        )
    except Exception:  # noqa: BLE001  any template, any mistake in it: then no Magpie, but all the rest
        return None
    _, found, rest = rendered.partition("ANSWER")
    between, _, end_of_turn = rest.partition("NEXT")
    return (between.removeprefix(end_of_turn) or None) if found else None


# --- models behind a server ------------------------------------------------


def _served_at(name: str) -> dict:
    """Take `openai:MODEL@URL` apart."""
    model, at, url = name.removeprefix("openai:").rpartition("@")
    if not (model and at and url.startswith(("http://", "https://"))):
        raise ModelError(
            say(
                "models.served",
                "'{name}' is not of the form openai:MODEL@URL, for example "
                "openai:llama3.2@http://localhost:11434/v1.",
                name=name,
            )
        )
    # A server of one's own takes any key, but the client insists on one.
    return {
        "model": model,
        "base_url": url,
        "api_key": os.environ.get("OPENAI_API_KEY", "none"),
    }


class ServedLLM(OpenAILLM):
    """distilabel's `OpenAILLM`, with rows that survive a server that does not.

    A request is tried three times, then its row becomes `None` with the reason;
    once no row of a batch has reached the server, a row gets one try.
    """

    max_retries: int = 2
    timeout: int = 60

    _reached: bool = PrivateAttr(default=True)  # whether the last batch got an answer
    _missed: bool = PrivateAttr(default=False)
    _answers: int = PrivateAttr(default=0)

    def generate(self, inputs: list, num_generations: int = 1, **kwargs: Any) -> list[dict]:
        self._answers = 0
        outputs = super().generate(inputs, num_generations, **kwargs)
        self._reached = self._answers > 0 or not inputs
        return outputs

    def take_missed(self) -> bool:
        """Whether a request failed since this was asked last: another time it may not."""
        missed, self._missed = self._missed, False
        return missed

    async def agenerate(  # type: ignore[override]
        self,
        input: list[dict[str, str]],
        num_generations: int = 1,
        max_new_tokens: int = 512,
        temperature: float = 0.7,
        top_p: float = 1.0,
        do_sample: bool = True,
        seed: int | None = None,
    ) -> dict[str, Any]:
        """Answer one conversation. A server may ignore the seed.

        Args:
            input: a conversation, a list of `{"role": ..., "content": ...}`.
            num_generations: how many answers; each is a request, as servers ignore `n`.
            max_new_tokens: the most tokens of one answer.
            temperature: how freely to choose.
            top_p: choose among the likeliest tokens that make up this share.
            do_sample: `False` is the same as `temperature=0`.
            seed: where the server takes one, the same seed gives the same rows.
        """
        failure = why_unanswerable(input)
        asked = [
            self._one(
                input,
                {
                    "max_tokens": max_new_tokens,
                    "temperature": temperature if do_sample else 0,
                    "top_p": top_p,
                    **({} if seed is None else {"seed": seed + number}),
                },
            )
            for number in range(0 if failure else num_generations)
        ]
        answers = await asyncio.gather(*asked) or [(None, 0, 0, failure)] * num_generations
        texts, read, written, failures = (list(column) for column in zip(*answers))
        statistics = {"input_tokens": read, "output_tokens": written}
        if any(failures):
            statistics["failure"] = failures
        return {"generations": texts, "statistics": statistics}

    async def _one(self, messages: list[dict], options: dict) -> tuple:
        """Return text, tokens read, tokens written, and the reason for no text."""
        import openai

        tries = self.max_retries if self._reached else 0
        try:
            completion = await self._aclient.with_options(
                max_retries=tries
            ).chat.completions.create(model=self.model, messages=messages, **options)
        except openai.APIConnectionError as error:  # a time-out is one, too
            self._missed = True
            return (
                None,
                0,
                0,
                say(
                    "models.failure.server",
                    "no answer from {url} ({error}); is the server running?",
                    url=self.base_url,
                    error=str(error).rstrip("."),
                ),
            )
        except openai.OpenAIError as error:
            self._answers += 1
            self._missed = True
            return None, 0, 0, reason_of(error)
        self._answers += 1
        text = completion.choices[0].message.content if completion.choices else None
        usage = completion.usage
        failure = None if text else say("models.failure.silent", "the server sent no text")
        return (
            text or None,
            getattr(usage, "prompt_tokens", 0) or 0,
            getattr(usage, "completion_tokens", 0) or 0,
            failure,
        )

"""`train`: a TRL trainer, watched; what it made is kept, and can be gone on with."""

from __future__ import annotations

import copy
import errno
import hashlib
import json
import math
import re
import shutil
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from transformers import PrinterCallback, ProgressCallback

from helpers.checks.preference.cells import prompt_of
from helpers.messages import reason_of, say
from helpers.models import is_small, threads
from helpers.training.curves import Curves

CHECKPOINT = re.compile(r"checkpoint-(\d+)")
NOTE = "training.json"


class TrainingFailed(RuntimeError):
    """The training could not run or go on. The message says where and why."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]  # IPython shows this, and no stack


@dataclass(frozen=True)
class Trained:
    """What a training made, and what of.

    Args:
        folder: the trained model, which `load_llm` and `evaluate_model` take.
        kind: "SFT" or "DPO".
        base: the model that it began with.
        rows: how many rows it learned from.
        steps: how often the weights changed.
        tokens: how many tokens it read, padding left out.
        seed: what the order of the rows followed from.
        seconds: how long it took.
        history: what the trainer noted: for each step its `loss`, and for pairs the rewards.
        prompts: the prompts of the rows, as texts.
    """

    folder: Path
    kind: str
    base: str
    rows: int
    steps: int
    tokens: int
    seed: int
    seconds: float
    history: list[dict[str, float]] = field(repr=False)
    prompts: list[str] = field(repr=False)

    @property
    def losses(self) -> list[float]:
        """The loss at each step that was noted."""
        return [note["loss"] for note in self.history if "loss" in note]

    def __str__(self) -> str:
        return say(
            "training.trained",
            "{kind} of {base} on {rows} rows: {steps} steps, {tokens} tokens, {seconds} s; "
            "the loss went from {first} to {last}. The model is in {folder}.",
            kind=self.kind,
            base=self.base,
            rows=self.rows,
            steps=self.steps,
            tokens=self.tokens,
            seconds=round(self.seconds),
            first=f"{self.losses[0]:.2f}" if self.losses else "-",
            last=f"{self.losses[-1]:.2f}" if self.losses else "-",
            folder=_short(self.folder),
        )

    def _repr_html_(self) -> str:
        return f"<p>{escape(str(self))}</p>"


def train(trainer: Any, *, resume: bool = False) -> Trained:
    """Train, show how it goes, and keep the model.

    A line and a picture show the loss, and for pairs the rewards. May be interrupted at any moment:
    the last checkpoint stays, and `resume=True` goes on from there.

    Args:
        trainer: TRL's `SFTTrainer` or `DPOTrainer`, or another one of transformers.
        resume: go on from the last checkpoint in the trainer's folder, if there is one.

    Returns:
        What it made. The model is in the folder `model` beside the checkpoints.

    Raises:
        TrainingFailed: this is no trainer, there are no rows, the folder cannot be written, the
            training that is to go on had other rows or settings, the trainer has trained before,
            or the loss is not a number.

    >>> trained = train(trainer)                                      # doctest: +SKIP
    >>> trained.folder.name                                           # doctest: +SKIP
    'model'
    """
    _check(trainer)
    folder = Path(trainer.args.output_dir)
    signature = _signature(trainer)
    checkpoint = _prepare(trainer, folder, signature, resume)
    # TRL 1.16 counts the tokens of a training that goes on from 0 again.
    trainer._total_train_tokens = _tokens(_history_of(checkpoint) if checkpoint else [])
    curves = Curves(trainer)
    for printing in (PrinterCallback, ProgressCallback):
        trainer.remove_callback(printing)
    trainer.add_callback(curves)
    began = time.monotonic()
    try:
        # A second thread saves a small model little of SFT and a third of DPO, and on a busy
        # machine it costs much.
        with threads(1 if is_small(trainer.model) else None):
            trainer.train(resume_from_checkpoint=checkpoint)
        if not (all(map(math.isfinite, curves.losses)) and _is_finite(trainer.model)):
            _forget_checkpoints(folder)
            raise TrainingFailed(
                say(
                    "training.nan",
                    "The loss became something that is no number: the steps are too large. Take a "
                    "smaller learning_rate than {rate}.",
                    rate=trainer.args.learning_rate,
                )
            )
        _keep(trainer, folder / "model")
    except KeyboardInterrupt:
        _say_where_it_stopped(folder)
        raise
    except OSError as problem:
        raise TrainingFailed(_unwritable(folder, problem)) from None
    except RuntimeError as problem:
        # safetensors and torch do not raise an OSError where the disk is full.
        if "No space" in str(problem) or "enforce fail at inline_container" in str(problem):
            full = OSError(errno.ENOSPC, "No space left on device")
            raise TrainingFailed(_unwritable(folder, full)) from None
        raise
    finally:
        trainer.remove_callback(curves)
        curves.close()
    shutil.rmtree(folder / "model-old", ignore_errors=True)
    _forget_checkpoints(folder)  # the model is whole now
    trained = Trained(
        folder=(folder / "model").resolve(),
        kind=_kind(trainer),
        base=signature["base"],
        rows=len(trainer.train_dataset),
        steps=trainer.state.global_step,
        tokens=_tokens(trainer.state.log_history),
        seed=trainer.args.seed,
        seconds=time.monotonic() - began,
        history=[dict(note) for note in trainer.state.log_history],
        prompts=prompts_of(trainer.train_dataset),
    )
    print(trained)
    return trained


def _tokens(history: list[dict[str, float]]) -> int:
    return int(max((note.get("num_tokens", 0) for note in history), default=0))


def _is_finite(model: Any) -> bool:
    return all(bool(weights.isfinite().all()) for weights in model.parameters())


def prompts_of(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the prompt of each row of a trainer's dataset, as one text.

    >>> prompts_of([{"prompt": [{"role": "user", "content": "Why?"}], "completion": []}])
    ['Why?']
    """
    talks = ({"prompt": row.get("prompt"), "chosen": row.get("messages")} for row in rows)
    return [prompt_of(talk) or "" for talk in talks]


def _check(trainer: Any) -> None:
    wanted = ("train", "args", "train_dataset", "add_callback", "state")
    if not all(hasattr(trainer, name) for name in wanted):
        raise TrainingFailed(
            say(
                "training.no_trainer",
                "train() takes a trainer such as TRL's SFTTrainer, and got {found}.",
                found=f"{type(trainer).__name__} ({trainer!r})"[:120],
            )
        )
    if trainer.train_dataset is None or not len(trainer.train_dataset):
        raise TrainingFailed(
            say(
                "training.no_rows", "The trainer has no rows to learn from: train_dataset is empty."
            )
        )


def _check_is_new(trainer: Any) -> None:
    """A trainer's model and the pace of its steps stay as its last training left them."""
    if trainer.state.global_step:
        raise TrainingFailed(
            say(
                "training.again",
                "This trainer has trained already ({steps} steps), and a second training would begin "
                "with what the first one made. Make it again: run the cell that builds the trainer, "
                "then this one. What a training that was stopped has kept in {folder}, "
                "train(trainer, resume=True) takes up.",
                steps=trainer.state.global_step,
                folder=_short(Path(trainer.args.output_dir)),
            )
        )


def _kind(trainer: Any) -> str:
    return type(trainer).__name__.removesuffix("Trainer")


def _signature(trainer: Any) -> dict[str, Any]:
    """What has to be the same for a training to go on: rows, model and settings."""
    digest = hashlib.sha256()
    for row in trainer.train_dataset:
        digest.update(json.dumps(row, sort_keys=True, default=str).encode())
    config, args = trainer.model.config, trainer.args
    adapters = getattr(trainer.model, "peft_config", {})
    return {
        "base": name_of(config),
        "kind": _kind(trainer),
        "rows": digest.hexdigest(),
        "steps": [args.max_steps, args.num_train_epochs],
        "batch": [args.per_device_train_batch_size, args.gradient_accumulation_steps],
        "rate": args.learning_rate,
        "seed": args.seed,
        "max_length": getattr(args, "max_length", None),
        "beta": getattr(args, "beta", None),
        "adapter": {name: str(one) for name, one in adapters.items()},
    }


def name_of(config: Any) -> str:
    """Return a model's name: of a folder the last part; of one that we trained, its base and how."""
    path = Path(str(getattr(config, "_name_or_path", "") or "model"))
    if not path.is_absolute():
        return str(path)
    try:
        noted = json.loads((path.parent / NOTE).read_text("utf-8"))
        return f"{noted['base']} + {noted['kind']}"
    except (OSError, ValueError, KeyError):
        pass
    if path.parent.name == "snapshots":  # of the Hub: models--OWNER--NAME/snapshots/COMMIT
        return path.parents[1].name.removeprefix("models--").replace("--", "/")
    return path.name


def _prepare(trainer: Any, folder: Path, signature: dict, resume: bool) -> str | None:
    """Make the folder ready; return the checkpoint to go on from, if there is one."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / "model-old").exists() and not (folder / "model").exists():
            (folder / "model-old").rename(folder / "model")  # `_keep` was killed in its last line
        found = _checkpoints(folder)
        if resume and found:
            noted = json.loads((folder / NOTE).read_text("utf-8"))
            if other := [name for name in signature if noted.get(name) != signature[name]]:
                raise TrainingFailed(
                    say(
                        "training.other",
                        "The training in {folder} was begun with other {what}, so it cannot go on. "
                        "Train afresh with resume=False, or in another folder.",
                        folder=_short(folder),
                        what=", ".join(other),
                    )
                )
            return str(found[-1])
        _check_is_new(trainer)
        _forget_checkpoints(folder)
        (folder / NOTE).write_text(json.dumps(signature), "utf-8")
    except (OSError, ValueError) as problem:
        raise TrainingFailed(_unwritable(folder, problem)) from None
    return None


def _checkpoints(folder: Path) -> list[Path]:
    """The checkpoints to go on from, the last one last."""
    named = {path: CHECKPOINT.fullmatch(path.name) for path in folder.glob("checkpoint-*")}
    whole = [path for path in named if named[path] and _can_go_on(path / "trainer_state.json")]
    return sorted(whole, key=lambda path: int(named[path][1]))


def _history_of(checkpoint: str) -> list[dict[str, float]]:
    return json.loads(Path(checkpoint, "trainer_state.json").read_text("utf-8"))["log_history"]


def _forget_checkpoints(folder: Path) -> None:
    """Remove them all, those that were never finished, too."""
    for old in folder.glob("checkpoint-*"):
        if CHECKPOINT.fullmatch(old.name):
            shutil.rmtree(old, ignore_errors=True)


def _can_go_on(state: Path) -> bool:
    """Whether a checkpoint is whole, as its state is written last, and not the end.

    From the last step transformers 5.23 takes one more step than there are.
    """
    try:
        noted = json.loads(state.read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return noted["global_step"] < noted["max_steps"]


def _keep(trainer: Any, folder: Path) -> None:
    """Write the model beside the one of before, and then in its place."""
    new, old = folder.with_name("model-new"), folder.with_name("model-old")
    for left in (new, old):
        shutil.rmtree(left, ignore_errors=True)
    model = trainer.accelerator.unwrap_model(trainer.model)
    if hasattr(model, "merge_and_unload"):
        # An adapter becomes part of the model that is kept; the trainer evaluates with its own.
        model = copy.deepcopy(model).merge_and_unload()
    try:
        model.save_pretrained(new)
        trainer.processing_class.save_pretrained(new)
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)  # what a full disk left of it


def _say_where_it_stopped(folder: Path) -> None:
    if found := _checkpoints(folder):
        print(
            say(
                "training.stopped",
                "Stopped. What it learned up to step {step} is kept: make the same trainer and call "
                "train(trainer, resume=True).",
                step=CHECKPOINT.fullmatch(found[-1].name)[1],
            )
        )
    else:
        print(
            say(
                "training.stopped_early",
                "Stopped before anything was kept. Make the trainer again and train it.",
            )
        )


def _unwritable(folder: Path, problem: Exception) -> str:
    return say(
        "training.unwritable",
        "{folder} cannot be used ({why}). What was there before is as it was. Make room, or give "
        "the trainer another output_dir.",
        folder=_short(folder),
        why=getattr(problem, "strerror", None) or reason_of(problem),
    )


def _short(folder: Path) -> str:
    """A folder as seen from here, where it is below."""
    try:
        return str(folder.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(folder)

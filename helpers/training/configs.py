"""`sft_config`, `dpo_config`: plain settings for TRL's trainers, by the size of the model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.models import is_small

if TYPE_CHECKING:
    from peft import LoraConfig
    from transformers import PreTrainedModel
    from trl import DPOConfig, SFTConfig

DPO_STEPS = 18  # of a small model: three times over the course's 48 pairs
SAVED_EVERY = 10  # steps, of a small model; a larger one is saved less often


def sft_config(model: PreTrainedModel, folder: str | Path, **changes: Any) -> SFTConfig:
    """Return settings for TRL's `SFTTrainer`.

    Nothing is reported to any service. A small model trains on a CPU with large steps, a larger one
    with small steps and less memory: on a GPU in bfloat16, its activations computed twice. For
    larger models the rate of SFT is transformers' own, and that of DPO is TRL's.

    Args:
        model: what `load_model` gave; its size decides.
        folder: where checkpoints go, and the trained model.
        changes: fields of `SFTConfig` to set otherwise, such as `num_train_epochs`, `max_steps`,
            `learning_rate` or `seed`.

    Source: https://huggingface.co/docs/trl/sft_trainer

    >>> from helpers.training.models import load_model
    >>> sft_config(load_model()[0], "outputs/training/sft", seed=1).seed
    1
    """
    from trl import SFTConfig

    rate = 2e-3 if is_small(model) else 5e-5
    common = _common(model, folder) | {"learning_rate": rate, "max_length": 512}
    return SFTConfig(**common | changes)


def dpo_config(model: PreTrainedModel, folder: str | Path, **changes: Any) -> DPOConfig:
    """Return settings for TRL's `DPOTrainer`; arguments as those of `sft_config`.

    A small model takes 18 steps, however many pairs there are: enough to be seen, and not so many
    that it forgets how to end. With many pairs give `max_steps` or `num_train_epochs`.

    Source: https://huggingface.co/docs/trl/dpo_trainer

    >>> from helpers.training.models import load_model
    >>> dpo_config(load_model()[0], "outputs/training/dpo").beta
    0.1
    """
    from trl import DPOConfig

    rate = 1.5e-4 if is_small(model) else 1e-6
    common = _common(model, folder) | {"learning_rate": rate, "max_length": 512}
    common |= {"num_train_epochs": 1}
    if is_small(model) and "num_train_epochs" not in changes:
        common |= {"max_steps": DPO_STEPS}
    return DPOConfig(**common | changes)


def lora_config(**changes: Any) -> LoraConfig:
    """Return settings for an adapter (LoRA): a larger model then trains in a fraction of the memory.

    Give it to a trainer as `peft_config`. Needs the package peft.

    Args:
        changes: fields of peft's `LoraConfig` to set otherwise, such as `r`.

    Source: Hu et al., LoRA, 2021, arXiv:2106.09685
    """
    from peft import LoraConfig

    return LoraConfig(
        **{"r": 16, "lora_alpha": 32, "target_modules": "all-linear", "task_type": "CAUSAL_LM"}
        | changes
    )


def _common(model: PreTrainedModel, folder: str | Path) -> dict[str, Any]:
    import torch

    small, gpu = is_small(model), torch.cuda.is_available()
    return {
        "output_dir": str(folder),
        "num_train_epochs": 5 if small else 3,
        "per_device_train_batch_size": 8 if small else 4,
        "per_device_eval_batch_size": 8 if small else 4,
        "gradient_accumulation_steps": 1 if small else 4,
        "bf16": gpu and not small and torch.cuda.is_bf16_supported(),
        "lr_scheduler_type": "linear",
        "warmup_steps": 5,
        "logging_steps": 1,
        "logging_nan_inf_filter": False,  # it shows a loss that is no number as 0
        "save_strategy": "steps",
        "save_steps": SAVED_EVERY if small else 50,
        "save_total_limit": 2,
        "report_to": "none",
        "disable_tqdm": True,
        "dataloader_pin_memory": gpu,
        "seed": 0,
        "gradient_checkpointing": gpu and not small,  # TRL's default costs time for memory
    }

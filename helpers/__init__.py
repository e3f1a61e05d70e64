"""What the notebooks use, in the order a learner meets it.

Nothing heavy is imported here: each name is fetched from its module when it is
first used. The guards come first, so that a library imported later, by the
course or by the learner, is mended on its way in.

>>> from helpers import setup, load_llm, run
"""

from importlib import import_module

from helpers import guards

_HOME = {
    "setup": "helpers.environment",
    "load_llm": "helpers.models",
    "run": "helpers.running",
    "check": "helpers.checks",
    "hint": "helpers.checks",
    "solution": "helpers.checks",
    "progress": "helpers.checks",
    "estimate": "helpers.estimating",
    "studio": "helpers.making.studio",
    "quality_report": "helpers.quality",
    "deduplicate": "helpers.quality",
    "filter_rows": "helpers.quality",
    "select_deita": "helpers.selecting",
    "browse": "helpers.looking.browsing",
    "compare": "helpers.looking.comparing",
    "annotate": "helpers.looking.annotating",
    "plot": "helpers.looking.plotting",
    "draw": "helpers.looking.drawing",
    "save": "helpers.saving",
    "publish": "helpers.publishing",
    "to_sft": "helpers.formats",
    "to_dpo": "helpers.formats",
    "to_argilla": "helpers.formats",
    "load_model": "helpers.training.models",
    "sft_config": "helpers.training.configs",
    "dpo_config": "helpers.training.configs",
    "lora_config": "helpers.training.configs",
    "train": "helpers.training.training",
    "evaluate_model": "helpers.training.evaluating",
    "effect": "helpers.training.evaluating",
    "prefer": "helpers.training.evaluating",
    "leaked": "helpers.training.evaluating",
}

__all__ = list(_HOME)

guards.install()


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'helpers' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list:
    return __all__

"""Answers to the training notebook: right ones, and typical wrong ones with their codes.

The trainers are TRL's own, on the course's base model; a stand-in of the same name only where TRL
would refuse to make such a one. Nothing is trained here: what a training made and what was measured
are made of the course's dataclasses.
"""

import contextlib
import io
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
from datasets import Dataset, DatasetDict
from distilabel.distiset import Distiset
from trl import DPOTrainer, SFTTrainer

from helpers import to_dpo, to_sft
from helpers.training.configs import dpo_config, sft_config
from helpers.training.evaluating import Evaluation, Preference, effect, held_out
from helpers.training.models import load_model
from helpers.training.training import Trained
from tests.conftest import ROOT

Answers = dict[str, Any]
WrongAnswers = dict[str, tuple[Any, str]]
Rows = list[dict[str, Any]]


def chat(role: str, text: str) -> dict[str, str]:
    return {"role": role, "content": text}


def named(kind: str, /, **attributes: Any) -> Any:
    """A stand-in whose class has this name."""
    return type(kind, (SimpleNamespace,), {})(**attributes)


def new_folder() -> str:
    return tempfile.mkdtemp(prefix="course-")


# --- training.turtle.trainer -----------------------------------------------------------


@cache
def _rows() -> tuple[dict[str, Any], ...]:
    table = pd.read_parquet(ROOT / "notebooks" / "data" / "instruction" / "train.parquet")
    return tuple(table[["instruction", "response"]].to_dict("records"))


def rows() -> Rows:
    """The course's instruction data; copies, to be changed."""
    return [dict(row) for row in _rows()]


def shaped(
    dataset: Any, form: str = "conversational", to: Callable = to_sft, **named: Any
) -> Dataset:
    with contextlib.redirect_stdout(io.StringIO()):
        return to(dataset, form, **named)


def sft(
    dataset: Any,
    form: str = "conversational",
    model: str = "tutor-base",
    trainer: type = SFTTrainer,
    **changes: Any,
) -> SFTTrainer:
    """The reference solution, with what a learner may do otherwise."""
    taught, tokenizer = load_model(model)
    made = dataset if form == "as it is" else shaped(dataset, form)
    return trainer(
        model=taught,
        args=sft_config(taught, new_folder(), **changes),
        train_dataset=made,
        processing_class=tokenizer,
    )


def turtle(given: Any, trainer: Any) -> Answers:
    return {"rows": given, "trainer": trainer}


def as_talks(dataset: Rows) -> Rows:
    return [
        {"messages": [chat("user", row["instruction"]), chat("assistant", row["response"])]}
        for row in dataset
    ]


def moved(dataset: Rows, column: str) -> Rows:
    """Rows in which one column comes from the row before."""
    return [row | {column: before[column]} for row, before in zip(dataset, dataset[-1:] + dataset)]


def held_out_rows(prompts: list[str]) -> Rows:
    return [{"instruction": prompt, "response": f"You asked: {prompt}"} for prompt in prompts]


class OwnTrainer(SFTTrainer):
    """What a learner may derive."""


def right_trainers() -> Answers:
    own = rows()
    evolved = [
        {"instruction": "x", "evolved_instruction": r["instruction"], "response": r["response"]}
        for r in own
    ]
    prompts = [
        {
            "prompt": [chat("user", r["instruction"])],
            "completion": [chat("assistant", r["response"])],
        }
        for r in own
    ]
    system = [row | {"system_prompt": "You are a kind teacher."} for row in own]
    typed = [{"instruction": r["instruction"], "generation": r["response"] + " "} for r in own]
    distiset = Distiset({"default": DatasetDict({"train": Dataset.from_list(own)})})
    unreported = sft(own)
    unreported.args.report_to = "none"
    trained = sft(own)
    trained.state.global_step = 40
    return {
        "as it is asked for": turtle(own, sft(own)),
        "a DataFrame": turtle(pd.DataFrame(own), sft(pd.DataFrame(own))),
        "a Dataset": turtle(Dataset.from_list(own), sft(Dataset.from_list(own))),
        "a Distiset": turtle(distiset, sft(distiset)),
        "conversations": turtle(as_talks(own), sft(as_talks(own))),
        "prompts and completions": turtle(prompts, sft(prompts)),
        "a column with another name": turtle(typed, sft(typed)),
        "evolved instructions": turtle(evolved, sft(evolved)),
        "with a system message": turtle(system, sft(system)),
        "just as many as are needed": turtle(own, sft(own[:24])),
        "another order": turtle(own, sft(own[::-1])),
        "some rows repeated": turtle(own, sft(own + own[:5])),
        "other settings": turtle(own, sft(own, seed=7, max_steps=30, learning_rate=1e-3)),
        "a trainer derived": turtle(own, sft(own, trainer=OwnTrainer)),
        "report_to as a text": turtle(own, unreported),
        "after the training": turtle(own, trained),
        "with more beside it": turtle(own, sft(own)) | {"notes": "mine"},
    }


def wrong_trainers() -> WrongAnswers:
    own = rows()
    right = sft(own)
    reported, everywhere = sft(own), sft(own)
    reported.args.report_to, everywhere.args.report_to = ["wandb"], "all"
    asked = [row["prompt"] for row in held_out()]
    subject = held_out()[0]["subject"]
    one_leak = [*own, {"instruction": f"Write about {subject}.", "response": "They are birds."}]
    many_leaks = [*own, *held_out_rows(asked[:20])]
    texts = [{"text": f"{row['instruction']} {row['response']}"} for row in own]
    half = own[:25]
    return {
        "the trainer alone": (right, "PARTS"),
        "a list of both": ([own, right], "PARTS"),
        "a text": ("trainer", "PARTS"),
        "no rows yet": (turtle(None, right), "EMPTY_PART"),
        "rows are a text": (turtle("rows", right), "WRONG_TYPE"),
        "rows are a number": (turtle(3, right), "WRONG_TYPE"),
        "rows are empty": (turtle([], right), "NO_ROWS"),
        "rows without responses": (
            turtle([{"instruction": row["instruction"]} for row in own], right),
            "NO_COLUMN",
        ),
        "the function itself": (turtle(own, sft), "NOT_SFT"),
        "the class itself": (turtle(own, SFTTrainer), "NOT_SFT"),
        "the settings": (turtle(own, right.args), "NOT_SFT"),
        "the dataset": (turtle(own, right.train_dataset), "NOT_SFT"),
        "a DPOTrainer": (turtle(own, dpo(pairs(), pairs()[:4])), "NOT_SFT"),
        "a text as the trainer": (turtle(own, "SFTTrainer"), "NOT_SFT"),
        "a trainer without rows": (turtle(own, named("SFTTrainer", train_dataset=[])), "NO_ROWS"),
        "a trainer without anything": (turtle(own, named("SFTTrainer")), "WRONG_TYPE"),
        "ten rows": (turtle(own, sft(own[:10])), "FEW_ROWS"),
        "other rows": (turtle(own[:30], sft(own[30:])), "OTHER_ROWS"),
        "responses of other rows": (turtle(own, sft(moved(own, "response"))), "OTHER_ROWS"),
        "answers as questions": (
            turtle(
                own,
                sft([{"instruction": r["response"], "response": r["instruction"]} for r in own]),
            ),
            "OTHER_ROWS",
        ),
        "packed rows": (turtle(own, sft(own, packing=True, max_length=128)), "NO_TEXTS"),
        "texts in one piece": (turtle(own, sft(Dataset.from_list(texts), "as it is")), "NO_TEXTS"),
        "all rows twice": (turtle(own, sft(half + half)), "REPEATED"),
        "one row many times": (turtle(own, sft(own[:1] * 30)), "REPEATED"),
        "the form messages": (turtle(own, sft(own, "messages")), "WHOLE_TEXT"),
        "the loss on everything": (turtle(own, sft(own, completion_only_loss=False)), "WHOLE_TEXT"),
        "the form flat": (turtle(own, sft(own, "flat")), "NO_FORMAT"),
        "tutor": (turtle(own, sft(own, model="tutor")), "NOT_BASE"),
        "tutor-mini": (turtle(own, sft(own, model="tutor-mini")), "NOT_BASE"),
        "a held-out subject": (turtle(one_leak, sft(one_leak)), "LEAKED"),
        "the held-out prompts": (turtle(many_leaks, sft(many_leaks)), "LEAKED"),
        "reported to a service": (turtle(own, reported), "REPORTED"),
        "reported everywhere": (turtle(own, everywhere), "REPORTED"),
    }


# --- training.turtle.effect ------------------------------------------------------------

TUNED, ALIGNED = "tutor-base + SFT", "model + DPO"


def trained(kind: str = "SFT", **changes: Any) -> Trained:
    made = Trained(
        folder=Path(new_folder()) / "model",
        kind=kind,
        base="tutor-base" if kind == "SFT" else "model",
        rows=60,
        steps=40,
        tokens=21_000,
        seed=0,
        seconds=30.0,
        history=[{"loss": 3.1, "step": 1}, {"loss": 0.9, "step": 40}],
        prompts=[row["instruction"] for row in _rows()],
    )
    return replace(made, **changes)


def evaluation(
    model: str, ends: int, on_subject: int, prompts: int = 60, kind: type = bool
) -> Evaluation:
    """An evaluation in which so many answers end and so many stay on the subject."""
    answers = [
        {
            "prompt": row["prompt"],
            "subject": row["subject"],
            "answer": f"{model} says of {row['subject']} what it can say.",
            "ends": kind(n < ends),
            "in_format": True,
            "on_subject": kind(n < on_subject),
            "follows": None,
        }
        for n, row in enumerate(held_out()[:prompts])
    ]
    return Evaluation(model, answers, 9.0)


def base() -> Evaluation:
    return evaluation("tutor-base", 3, 24)


def tuned(**changes: int) -> Evaluation:
    return evaluation(TUNED, **({"ends": 57, "on_subject": 48} | changes))


def gains(before: Evaluation, after: Evaluation) -> dict[str, float]:
    return {name: getattr(after, name) - getattr(before, name) for name in ("ends", "on_subject")}


def measured(before: Any = None, after: Any = None, gained: Any = None, **parts: Any) -> Answers:
    """The value of the cell; the gains follow from the evaluations unless they are given."""
    before, after = before or base(), after or tuned()
    gained = gains(before, after) if gained is None else gained
    value = {"trained": trained(), "before": before, "after": after, "gained": gained}
    return value | parts


def right_effects() -> Answers:
    high = gains(base(), tuned())
    chatty = evaluation("tutor-base", 3, 52)
    hub = "HuggingFaceTB/SmolLM2-135M"
    of_hub = trained(base=hub)
    return {
        "as it is asked for": measured(),
        "rounded": measured(gained={name: round(gain, 2) for name, gain in high.items()}),
        "numpy's numbers": measured(gained={n: np.float64(gain) for n, gain in high.items()}),
        "numpy's small numbers": measured(gained={n: np.float32(g) for n, g in high.items()}),
        "more figures": measured(gained=high | {"follows": None, "good": 0.3}),
        "twenty prompts": measured(
            evaluation("tutor-base", 0, 4, 20), evaluation(TUNED, 18, 16, 20)
        ),
        "just good enough": measured(after=tuned(ends=30, on_subject=25)),
        "on the subject before, too": measured(chatty, tuned(on_subject=50)),
        "measured by its folder": measured(after=replace(tuned(), model="model")),
        "another model": measured(
            evaluation(hub, 10, 30), evaluation(f"{hub} + SFT", 55, 50), trained=of_hub
        ),
        "another seed and more steps": measured(trained=trained(seed=3, steps=np.int64(200))),
        "numpy's truths": measured(after=evaluation(TUNED, 57, 48, kind=np.bool_)),
        "all gains whole": measured(
            evaluation("tutor-base", 0, 0), evaluation(TUNED, 60, 60), {"ends": 1, "on_subject": 1}
        ),
        "prompts in another order": measured(
            after=replace(tuned(), answers=tuned().answers[::-1])
        ),
    }  # fmt: skip


def wrong_effects() -> WrongAnswers:
    right = gains(base(), tuned())
    odd = replace(tuned(), answers=[{"prompt": "Why?", "answer": "So."}] * 30)
    moved_on = replace(tuned(), answers=tuned().answers[1:] + tuned().answers[1:2])
    loose = evaluation("tutor-base", 30, 40), evaluation(TUNED, 58, 50)
    return {
        "the gains alone": (right, "PARTS"),
        "a tuple": ((base(), tuned()), "PARTS"),
        "no evaluation before": (measured(before=None) | {"before": None}, "EMPTY_PART"),
        "the trainer": (measured(trained=named("SFTTrainer")), "NOT_TRAINED"),
        "the folder": (measured(trained="outputs/training/sft"), "NOT_TRAINED"),
        "a DPO": (measured(trained=trained("DPO")), "NOT_TRAINED"),
        "no step": (measured(trained=trained(steps=0)), "NOT_TRAINED"),
        "steps that are a text": (measured(trained=trained(steps="many")), "NOT_TRAINED"),
        "figures": (measured(gained=right) | {"before": 0.05, "after": 0.95}, "NOT_EVALUATIONS"),
        "the table": (measured(gained=right) | {"after": effect(base(), tuned())},
                      "NOT_EVALUATIONS"),
        "the share": (measured(gained=right) | {"after": tuned().share("ends")},
                      "NOT_EVALUATIONS"),
        "answers without figures": (measured(gained=right, after=odd), "NOT_EVALUATIONS"),
        "answers that are none": (measured(gained=right, after=Evaluation("x", None)),
                                  "NOT_EVALUATIONS"),
        "five prompts": (
            measured(evaluation("tutor-base", 0, 2, 5), evaluation(TUNED, 5, 4, 5)),
            "OTHER_PROMPTS",
        ),
        "fewer prompts after": (measured(after=evaluation(TUNED, 30, 25, 30)), "OTHER_PROMPTS"),
        "another prompt": (measured(after=moved_on), "OTHER_PROMPTS"),
        "no prompts": (measured(Evaluation("a", []), Evaluation("b", [])), "OTHER_PROMPTS"),
        "the base twice": (measured(after=base()), "SAME_MODEL"),
        "the trained model twice": (measured(tuned(), tuned()), "SAME_MODEL"),
        "before and after exchanged": (measured(tuned(), base()), "SWAPPED_ORDER"),
        "exchanged, of a folder": (measured(replace(tuned(), model="model"), base()),
                                   "SWAPPED_ORDER"),
        "one number": (measured(gained=0.9), "NOT_A_DICT"),
        "a list": (measured(gained=[0.9, 0.4]), "NOT_A_DICT"),
        "a text for a number": (measured(gained=right | {"ends": "90 %"}), "NOT_A_DICT"),
        "another key": (measured(gained={"end": 0.9, "on_subject": 0.4}), "NOT_A_DICT"),
        "no number": (measured(gained=right | {"ends": float("nan")}), "NOT_A_DICT"),
        "shares": (measured(gained={n: tuned().share(n) for n in right}), "NOT_A_DICT"),
        "before minus after": (measured(gained={n: -g for n, g in right.items()}), "WRONG_GAIN"),
        "percent": (measured(gained={n: 100 * g for n, g in right.items()}), "WRONG_GAIN"),
        "a ratio": (
            measured(*loose, gained={"ends": 58 / 30, "on_subject": 50 / 40}),
            "WRONG_GAIN",
        ),
        "only after": (measured(gained={"ends": 0.95, "on_subject": 0.8}), "WRONG_GAIN"),
        "keys exchanged": (
            measured(gained={"ends": right["on_subject"], "on_subject": right["ends"]}),
            "WRONG_GAIN",
        ),
        "too few steps": (measured(after=tuned(ends=12, on_subject=30)), "NOT_BETTER"),
        "off the subject": (measured(after=tuned(on_subject=10)), "NOT_BETTER"),
        "nothing learned": (
            measured(after=replace(base(), model=TUNED), gained={"ends": 0, "on_subject": 0}),
            "NOT_BETTER",
        ),
    }  # fmt: skip


# --- training.dog.trainer --------------------------------------------------------------


@cache
def tuned_folder() -> str:
    """A folder with a model as `train` writes it; what it learned is of no matter here."""
    folder = Path(new_folder()) / "model"
    model, tokenizer = load_model("tutor-base")
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)


def pairs() -> Rows:
    return [
        {
            "prompt": row["instruction"],
            "chosen": row["response"],
            "rejected": f"I would rather not talk about number {n}.",
        }
        for n, row in enumerate(_rows())
    ]


def dpo(
    learned: Any, held: Any = None, form: str = "conversational", model: str = "", **changes: Any
) -> DPOTrainer:
    """The reference solution, with what a learner may do otherwise."""
    aligned, tokenizer = load_model(model or tuned_folder())
    sets = {
        name: dataset if form == "as it is" else shaped(dataset, form, to_dpo)
        for name, dataset in (("train_dataset", learned), ("eval_dataset", held))
        if dataset is not None
    }
    args = dpo_config(aligned, new_folder(), **changes)
    return DPOTrainer(model=aligned, args=args, processing_class=tokenizer, **sets)


def dog(given: Any, trainer: Any) -> Answers:
    return {"pairs": given, "trainer": trainer}


def as_conversations(made: Rows) -> Rows:
    return [
        {
            "prompt": [chat("user", pair["prompt"])],
            "chosen": [chat("assistant", pair["chosen"])],
            "rejected": [chat("assistant", pair["rejected"])],
        }
        for pair in made
    ]


def with_prompt_inside(made: Rows) -> Rows:
    return [
        {
            side: [chat("user", pair["prompt"]), chat("assistant", pair[side])]
            for side in ("chosen", "rejected")
        }
        for pair in made
    ]


def swapped(made: Rows) -> Rows:
    return [pair | {"chosen": pair["rejected"], "rejected": pair["chosen"]} for pair in made]


def same(made: Rows) -> Rows:
    return [pair | {"rejected": pair["chosen"]} for pair in made]


def right_aligners() -> Answers:
    own, held = pairs()[:50], pairs()[50:]
    table, dataset = pd.DataFrame(own), Dataset.from_list(own)
    talks, inside = as_conversations(own), with_prompt_inside(own)
    asked = [
        {"instruction": p["prompt"], "chosen": p["chosen"], "rejected": p["rejected"]} for p in own
    ]
    noted = [pair | {"chosen_model": "tutor", "chosen_rating": np.int64(5)} for pair in own]
    several = dpo(own, held)
    several.eval_dataset = {"mine": several.eval_dataset}
    return {
        "as it is asked for": dog(own, dpo(own, held)),
        "a DataFrame": dog(table, dpo(table, held)),
        "a Dataset": dog(dataset, dpo(dataset, held)),
        "conversations": dog(talks, dpo(talks, as_conversations(held))),
        "conversations with their prompt": dog(inside, dpo(inside, with_prompt_inside(held))),
        "instructions": dog(asked, dpo(asked, held)),
        "more columns": dog(noted, dpo(noted, held)),
        "texts": dog(own, dpo(own, held, "flat")),
        "just as many as are needed": dog(own, dpo(own[:12], held[:3])),
        "another order": dog(own, dpo(own[::-1], held)),
        "a finished model": dog(own, dpo(own, held, model="tutor")),
        "the weaker finished model": dog(own, dpo(own, held, model="tutor-mini")),
        "other settings": dog(own, dpo(own, held, seed=3, beta=0.3, max_steps=20)),
        "several held-out datasets": dog(own, several),
        "a tuple of pairs": dog(tuple(own), dpo(own, held)),
    }


def wrong_aligners() -> WrongAnswers:
    own, held = pairs()[:50], pairs()[50:]
    right = dpo(own, held)
    reported = dpo(own, held)
    reported.args.report_to = ["tensorboard"]
    alike = Dataset.from_list(as_conversations(same(own)))
    half = [*swapped(own[:25]), *own[25:]]
    return {
        "the trainer alone": (right, "PARTS"),
        "a list of both": ([own, right], "PARTS"),
        "other names": ({"rows": own, "trainer": right}, "PARTS"),
        "no pairs yet": (dog(None, right), "EMPTY_PART"),
        "pairs are a text": (dog("pairs", right), "WRONG_TYPE"),
        "pairs are empty": (dog([], right), "NO_ROWS"),
        "pairs without a rejected text": (
            dog([{"prompt": p["prompt"], "chosen": p["chosen"]} for p in own], right),
            "NO_COLUMN",
        ),
        "the function itself": (dog(own, dpo), "NOT_DPO"),
        "the class itself": (dog(own, DPOTrainer), "NOT_DPO"),
        "the settings": (dog(own, right.args), "NOT_DPO"),
        "an SFTTrainer": (dog(own, sft(rows())), "NOT_DPO"),
        "a text as the trainer": (dog(own, "DPOTrainer"), "NOT_DPO"),
        "a trainer without anything": (dog(own, named("DPOTrainer")), "WRONG_TYPE"),
        "ten pairs": (dog(own, dpo(own[:10], held)), "FEW_PAIRS"),
        "the held-out pairs to learn from": (dog(own, dpo(held, own[:5])), "OTHER_PAIRS"),
        "chosen of another pair": (
            dog(own, dpo(moved(own, "chosen"), held)),
            "OTHER_PAIRS",
        ),
        "prompts of another pair": (dog(own, dpo(moved(own, "prompt"), held)), "OTHER_PAIRS"),
        "chosen and rejected swapped": (dog(own, dpo(swapped(own), held)), "SWAPPED"),
        "half of them swapped": (dog(own, dpo(half, held)), "SWAPPED"),
        "swapped conversations": (
            dog(as_conversations(own), dpo(as_conversations(swapped(own)), held)),
            "SWAPPED",
        ),
        "chosen twice": (dog(same(own), dpo(alike, alike.select(range(4)), "as it is")),
                         "SAME_TEXT"),
        "nothing held out": (dog(own, dpo(own)), "NO_HELD_OUT"),
        "two held out": (dog(own, dpo(own, held[:2])), "NO_HELD_OUT"),
        "no pairs held out": (
            dog(own, named("DPOTrainer", train_dataset=own, eval_dataset=3)), "NO_HELD_OUT"
        ),
        "the same pairs held out": (dog(own, dpo(own, own[:8])), "OVERLAP"),
        "one of them held out": (dog(own, dpo(own, [*held, own[0]])), "OVERLAP"),
        "the base model": (dog(own, dpo(own, held, model="tutor-base")), "NOT_TUNED"),
        "reported to a service": (dog(own, reported), "REPORTED"),
    }  # fmt: skip


# --- training.dog.effect ---------------------------------------------------------------


def aligned(**changes: int) -> Evaluation:
    return evaluation(ALIGNED, **({"ends": 57, "on_subject": 50} | changes))


def judged(before: Evaluation, after: Evaluation, better: int, worse: int) -> Preference:
    verdicts = ["better"] * better + ["worse"] * worse
    verdicts += ["undecided"] * (len(before.answers) - len(verdicts))
    ratings = {
        "better": [[2, 4], [3, 4]],
        "worse": [[4, 2], [5, 1]],
        "undecided": [[3, 3], [None, 4]],
    }
    made = [
        {
            "prompt": one["prompt"],
            "before": one["answer"],
            "after": other["answer"],
            "ratings": ratings[verdict],
            "verdict": verdict,
        }
        for one, other, verdict in zip(before.answers, after.answers, verdicts)
    ]
    return Preference(better, worse, len(made) - better - worse, made)


def weighed(
    worth_it: Any, better: int = 40, worse: int = 10, before: Any = None, after: Any = None,
    **parts: Any,
) -> Answers:  # fmt: skip
    """The value of the cell, with a judge who prefers so many answers."""
    before, after = before or tuned(), after or aligned()
    return {
        "aligned": trained("DPO"),
        "before": before,
        "after": after,
        "preference": judged(before, after, better, worse),
        "worth_it": worth_it,
    } | parts


def right_verdicts() -> Answers:
    small = evaluation(TUNED, 18, 16, 20), evaluation(ALIGNED, 20, 18, 20)
    return {
        "worth it": weighed(True),
        "not worth it: few are better": weighed(False, better=28, worse=20),
        "not worth it: half are better": weighed(False, better=30, worse=20),
        "just more than half": weighed(True, better=31, worse=29),
        "not worth it: chance alone": weighed(False, better=20, worse=27),
        "as many as may fall": weighed(True, before=tuned(ends=60), after=aligned(ends=57)),
        "fewer than may fall, says the rounding": weighed(
            False, before=tuned(ends=60), after=aligned(ends=57)
        ),
        "not worth it: fewer end": weighed(False, after=aligned(ends=40)),
        "not worth it: off the subject": weighed(False, after=aligned(on_subject=30)),
        "it may fall a little": weighed(True, after=aligned(ends=54, on_subject=45)),
        "numpy's True": weighed(np.bool_(True)),
        "numpy's False": weighed(np.bool_(False), better=20, worse=5),
        "twenty prompts": weighed(True, 15, 2, *small),
        "another seed": weighed(True, aligned=trained("DPO", seed=4, steps=12, rows=24)),
        "numpy's truths": weighed(True, after=evaluation(ALIGNED, 58, 52, kind=np.bool_)),
        "undecided mostly": weighed(False, better=3, worse=1),
    }


def wrong_verdicts() -> WrongAnswers:
    before, after = tuned(), aligned()
    reversed_order = judged(after, before, 10, 40)
    fewer = judged(
        replace(before, answers=before.answers[:30]), replace(after, answers=after.answers[:30]),
        20, 5,
    )  # fmt: skip
    of_others = judged(base(), after, 50, 2)
    miscounted = replace(judged(before, after, 40, 10), better=50)
    no_rows = Preference(40, 10, 10, None)
    right = weighed(True)
    return {
        "the verdict alone": (True, "PARTS"),
        "other names": ({"dpo": trained("DPO"), "worth_it": True}, "PARTS"),
        "not aligned yet": (right | {"aligned": None}, "EMPTY_PART"),
        "no judge yet": (right | {"preference": None}, "EMPTY_PART"),
        "the trainer": (right | {"aligned": named("DPOTrainer")}, "NOT_ALIGNED"),
        "the fine-tuning": (right | {"aligned": trained()}, "NOT_ALIGNED"),
        "no step": (right | {"aligned": trained("DPO", steps=0)}, "NOT_ALIGNED"),
        "figures": (right | {"before": 0.9, "after": 0.95}, "NOT_EVALUATIONS"),
        "the model": (right | {"after": trained("DPO")}, "NOT_EVALUATIONS"),
        "other prompts": (right | {"after": evaluation(ALIGNED, 30, 28, 30)}, "OTHER_PROMPTS"),
        "three prompts": (
            weighed(True, 2, 0, evaluation(TUNED, 3, 3, 3), evaluation(ALIGNED, 3, 3, 3)),
            "OTHER_PROMPTS",
        ),
        "the judge's share": (right | {"preference": right["preference"].share},
                              "NOT_PREFERENCE"),
        "the judge's number": (right | {"preference": 40}, "NOT_PREFERENCE"),
        "the table": (right | {"preference": effect(before, after)}, "NOT_PREFERENCE"),
        "the judge of some": (right | {"preference": fewer}, "NOT_PREFERENCE"),
        "the judge of others": (right | {"preference": of_others}, "NOT_PREFERENCE"),
        "counts that do not fit": (right | {"preference": miscounted}, "NOT_PREFERENCE"),
        "a judge without rows": (right | {"preference": no_rows}, "NOT_PREFERENCE"),
        "the other order": (right | {"preference": reversed_order}, "ORDER"),
        "the other order, another verdict": (
            weighed(False) | {"preference": judged(after, before, 5, 50)}, "ORDER"
        ),
        "a text": (weighed("yes"), "NOT_A_BOOL"),
        "a number": (weighed(1), "NOT_A_BOOL"),
        "the share": (weighed(0.66), "NOT_A_BOOL"),
        "the model got worse": (weighed(False, better=8, worse=40), "WORSE"),
        "the model got worse, praised": (weighed(True, better=8, worse=40), "WORSE"),
        "only more than worse": (weighed(True, better=28, worse=20), "WRONG_VERDICT"),
        "answers no longer end": (weighed(True, after=aligned(ends=40)), "WRONG_VERDICT"),
        "off the subject": (weighed(True, after=aligned(on_subject=30)), "WRONG_VERDICT"),
        "too modest": (weighed(False), "WRONG_VERDICT"),
        "too modest, by numpy": (weighed(np.bool_(False)), "WRONG_VERDICT"),
    }  # fmt: skip


# --- training.lion.conclusion ----------------------------------------------------------

CLEAR = {"turtle": (0.40, 0.45, 0.42), "dog": (0.55, 0.52, 0.50), "lion": (0.70, 0.66, 0.73)}
CLOSE = {"turtle": (0.40, 0.45, 0.42), "dog": (0.60, 0.58, 0.68), "lion": (0.70, 0.66, 0.73)}
# The best single run is not of the best tier.
LUCKY = {"turtle": (0.40, 0.45, 0.42), "dog": (0.50, 0.55, 0.80), "lion": (0.70, 0.66, 0.73)}


def runs(goods: dict[str, tuple[float, ...]], tokens: int = 20_000) -> Rows:
    return [
        {"tier": tier, "seed": seed, "tokens": tokens + 150 * seed, "good": good}
        for tier, values in goods.items()
        for seed, good in enumerate(values)
    ]


def concluded(results: Any, tier: Any = "lion", is_clear: Any = True) -> Answers:
    return {"results": results, "best": {"tier": tier, "is_clear": is_clear}}


def changed(results: Rows, at: int, **cells: Any) -> Rows:
    return [row | cells if n == at else row for n, row in enumerate(results)]


def right_conclusions() -> Answers:
    clear, close = runs(CLEAR), runs(CLOSE)
    marks = {"🐢": CLEAR["turtle"], "🐕": CLEAR["dog"], "🦁": CLEAR["lion"]}
    tie = {"turtle": (0.5, 0.6, 0.7), "dog": (0.6, 0.6, 0.6), "lion": (0.2, 0.3, 0.1)}
    touching = CLEAR | {"dog": (0.55, 0.52, 0.66)}
    numbers = [
        {
            "tier": row["tier"],
            "seed": np.int64(row["seed"]),
            "tokens": np.int32(row["tokens"]),
            "good": np.float64(row["good"]),
        }
        for row in clear
    ]
    return {
        "clear": concluded(clear),
        "not clear": concluded(close, is_clear=False),
        "a DataFrame": concluded(pd.DataFrame(clear)),
        "a Dataset": concluded(Dataset.from_list(close), is_clear=False),
        "columns": concluded({name: [row[name] for row in clear] for name in clear[0]}),
        "numpy's numbers": concluded(numbers, is_clear=np.bool_(True)),
        "other names": concluded(runs(marks), "🦁"),
        "more seeds": concluded(runs({tier: values * 2 for tier, values in CLEAR.items()})),
        "a fourth tier": concluded(runs(CLEAR | {"course": (0.1, 0.2, 0.15)})),
        "the first tier": concluded(runs(CLEAR | {"turtle": (0.9, 0.95, 0.99)}), "turtle"),
        "the lucky run is not the best tier": concluded(runs(LUCKY), is_clear=False),
        "a tie, the one": concluded(runs(tie), "turtle", False),
        "a tie, the other": concluded(runs(tie), "dog", False),
        "as good as the next": concluded(runs(touching), is_clear=False),
        "another order and more columns": concluded([r | {"rows": 24} for r in clear[::-1]]),
        "within the budget": concluded(changed(runs(CLEAR, 20_000), 0, tokens=21_900)),
    }


def wrong_conclusions() -> WrongAnswers:
    clear = runs(CLEAR)
    percent = [row | {"good": 100 * row["good"]} for row in clear]
    right = {"tier": "lion", "is_clear": True}
    two = {tier: CLEAR[tier] for tier in ("dog", "lion")}
    short = {tier: values[:2] for tier, values in CLEAR.items()}
    longer = [row | {"tokens": row["tokens"] * (1 + (row["tier"] == "lion"))} for row in clear]
    return {
        "the conclusion alone": (right, "PARTS"),
        "a list": ([clear, right], "PARTS"),
        "no results yet": ({"results": None, "best": right}, "EMPTY_PART"),
        "results are a text": ({"results": "lion", "best": right}, "WRONG_TYPE"),
        "no rows": ({"results": [], "best": right}, "NO_ROWS"),
        "no seeds": (
            concluded([{"tier": r["tier"], "tokens": 9, "good": r["good"]} for r in clear]),
            "NO_COLUMN",
        ),
        "shares under another name": (
            concluded([row | {"ends": 1} for row in pd.DataFrame(clear).drop(columns="good")
                       .to_dict("records")]),
            "NO_COLUMN",
        ),
        "a run without a tier": (concluded(changed(clear, 2, tier=None)), "NOT_A_RUN"),
        "no tokens": (concluded(changed(clear, 2, tokens=0)), "NOT_A_RUN"),
        "tokens as a text": (concluded(changed(clear, 2, tokens="20k")), "NOT_A_RUN"),
        "a seed that is a list": (concluded(changed(clear, 2, seed=[1])), "NOT_A_RUN"),
        "two tiers": (concluded(runs(two)), "FEW_TIERS"),
        "one tier": (concluded(runs({"lion": CLEAR["lion"]})), "FEW_TIERS"),
        "two seeds": (concluded(runs(short)), "FEW_SEEDS"),
        "a tier with one seed less": (concluded(clear[1:]), "FEW_SEEDS"),
        "one seed three times": (concluded([row | {"seed": 0} for row in clear]), "FEW_SEEDS"),
        "a run twice": (concluded([*clear, clear[0]]), "REPEATED_RUN"),
        "all runs twice": (concluded(clear * 2), "REPEATED_RUN"),
        "all tiers trained on the same rows": (
            concluded(runs(dict.fromkeys(CLEAR, CLEAR["lion"])), "turtle", False), "SAME_ROWS"
        ),
        "two tiers trained on the same rows": (
            concluded(runs(CLEAR | {"dog": CLEAR["turtle"]})), "SAME_ROWS"
        ),
        "twice the tokens": (concluded(longer), "UNEQUAL_BUDGET"),
        "one run with more tokens": (concluded(changed(clear, 3, tokens=25_000)),
                                     "UNEQUAL_BUDGET"),
        "percent": (concluded(percent), "NOT_A_SHARE"),
        "a count": (concluded([row | {"good": 40} for row in clear]), "NOT_A_SHARE"),
        "the share with its interval": (
            concluded([row | {"good": tuned().share("ends")} for row in clear]), "NOT_A_SHARE"
        ),
        "no figure": (concluded(changed(clear, 4, good=None)), "NOT_A_SHARE"),
        "below zero": (concluded(changed(clear, 4, good=-0.5)), "NOT_A_SHARE"),
        "only the name": ({"results": clear, "best": "lion"}, "NOT_A_CONCLUSION"),
        "a pair": ({"results": clear, "best": ("lion", True)}, "NOT_A_CONCLUSION"),
        "no is_clear": ({"results": clear, "best": {"tier": "lion"}}, "NOT_A_CONCLUSION"),
        "yes": (concluded(clear, is_clear="yes"), "NOT_A_CONCLUSION"),
        "an unknown tier": (concluded(clear, "Lion"), "NOT_A_CONCLUSION"),
        "an empty dictionary": ({"results": clear, "best": {}}, "NOT_A_CONCLUSION"),
        "the worst tier": (concluded(clear, "turtle"), "WRONG_TIER"),
        "the second tier": (concluded(clear, "dog", False), "WRONG_TIER"),
        "the tier of the lucky run": (concluded(runs(LUCKY), "dog", False), "WRONG_TIER"),
        "clear, though runs overlap": (concluded(runs(CLOSE)), "WRONG_CLEAR"),
        "not clear, though it is": (concluded(clear, is_clear=False), "WRONG_CLEAR"),
        "clear, though runs touch": (
            concluded(runs(CLEAR | {"dog": (0.55, 0.52, 0.66)})), "WRONG_CLEAR"
        ),
    }  # fmt: skip


RIGHT: dict[str, Callable[[], Answers]] = {
    "training.turtle.trainer": right_trainers,
    "training.turtle.effect": right_effects,
    "training.dog.trainer": right_aligners,
    "training.dog.effect": right_verdicts,
    "training.lion.conclusion": right_conclusions,
}
WRONG: dict[str, Callable[[], WrongAnswers]] = {
    "training.turtle.trainer": wrong_trainers,
    "training.turtle.effect": wrong_effects,
    "training.dog.trainer": wrong_aligners,
    "training.dog.effect": wrong_verdicts,
    "training.lion.conclusion": wrong_conclusions,
}

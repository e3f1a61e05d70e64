# %% [markdown] key="title"
# # Train a model on your dataset
#
# You have made a dataset. Is it any good? You can read its rows and count its mistakes, but there
# is one judge that cannot be talked round: a model that learns from it. Here a small model learns
# from your rows, on your own computer, in well under a minute, and you measure what it learned on
# prompts that it has never seen.
#
# The chapter [Training](../docs/training.md) explains what happens. Read it first, or when you want to
# know why something works.

# %% [markdown] key="tiers"
# | tier | what you do | time | points | you need to know |
# |---|---|---|---|---|
# | 🐢 | fine-tune on your instruction data (SFT) | @training.turtle.minutes@ minutes | @training.turtle.points@ | what a row of instruction and response is |
# | 🐕 | align on your preference data (DPO) | @training.dog.minutes@ minutes | @training.dog.points@ | 🐢, and what a pair is |
# | 🦁 | find out which tier's data trains the best model | @training.lion.minutes@ minutes | @training.lion.points@ | 🐢, and loops over rows |
#
# 🐕 goes on with the model of 🐢. 🦁 needs 🐢 only. If you have no datasets yet, the course's own
# take their places.

# %% [markdown] key="setup.intro"
# ## Set up
#
# Run this cell first. It finds the course's folder and says which versions you have. The checks speak
# the language of the notebook's folder; on Colab, ask for it: `setup(lang="zh")`, `"ko"` or `"vi"`.

# %% key="setup"
import subprocess
import sys
from pathlib import Path

places = [Path.cwd(), *Path.cwd().parents, Path.cwd() / "course"]
course = next((place for place in places if (place / "helpers" / "checks").is_dir()), places[-1])

# On Colab, the course and what it needs are fetched first.
if "google.colab" in sys.modules:
    if not course.exists():
        repository = "@repository@"
        subprocess.run(["git", "clone", "--depth=1", repository, str(course)], check=True)
    subprocess.run([sys.executable, "-m", "helpers.install"], cwd=course, check=True)

sys.path.insert(0, str(course))
from helpers import (
    annotate, browse, check, compare, draw, estimate, hint, load_llm, plot, progress, publish,
    quality_report, run, save, setup, solution, studio, to_dpo, to_sft,
)

setup()

# %% [markdown] key="mini.intro"
# ## A model that cannot stop
#
# `tutor-base` is a language model of 1.4 million weights. It has read running text, and nothing
# else: no conversation, no end of an answer. Every chat model begins like this. Ask it something.
#
# `evaluate_model` gives a model 60 **held-out** prompts, which no training may see, and looks at
# each answer:
#
# - does it end by itself, or go on until it is stopped?
# - is it one turn of an assistant?
# - does it stay on the subject?
# - where the prompt sets a condition, such as "in two sentences": is it followed?

# %% key="mini.evaluate"
from helpers import (
    dpo_config, effect, evaluate_model, leaked, load_model, lora_config, prefer, sft_config, train,
)

base = "tutor-base"
before = evaluate_model(base)
before

# %% [markdown] key="mini.look.intro"
# The numbers in brackets say where the true share lies, 19 times out of 20: sixty prompts are few.
# And these are some of the answers. The model does what it has learned: it goes on.

# %% key="mini.look"
browse(before.answers, ["prompt", "answer"], rows=3)

# %% [markdown] key="rows.intro"
# ## Your rows
#
# The rows that you saved in the first notebook, or the 60 of the course if those are fewer than 24. To
# train on others, put them into `rows`: a list of dictionaries with `instruction` and `response`. The
# model is small: of answers with more than some 200 words it does not see the end.

# %% key="rows"
import pandas as pd


def rows_in(folder):
    path = folder / "train.parquet"
    return pd.read_parquet(path).to_dict("records") if path.is_file() else []


def own_rows(name):
    own = rows_in(course / "outputs" / name)
    found = own if len(own) >= 24 else rows_in(data / name)
    print(f"{len(found)} rows: {'yours' if found is own else 'those of the course'}")
    return found


data = course / "notebooks" / "data"
rows = own_rows("instruction")
browse(rows, ["instruction", "response"], rows=3)

# %% [markdown] key="turtle.task"
# ## 🐢 Fine-tune on your instruction data
#
# *Supervised fine-tuning* (SFT) shows the model each row and makes the row's response a little
# likelier. TRL's `SFTTrainer` does it. It takes four things:
#
# | argument | what it is | where you get it |
# |---|---|---|
# | `model` | the model to train | `model, tokenizer = load_model(base)` |
# | `args` | settings: how long, how large the steps, where to save | `sft_config(model, folder)` |
# | `train_dataset` | the rows, in a form that it knows | `to_sft(rows, form)` |
# | `processing_class` | the tokenizer | as above |
#
# `to_sft` knows three forms. In `"conversational"` a row has a `prompt` and a `completion`, both
# lists of messages. Then two things come by themselves: the trainer puts the chat format around
# them, and it takes the loss on the completion only. The model learns to answer, not to ask.
#
# Write the function `build_trainer`. It takes rows and a seed, and returns a trainer. Save below
# `course / "outputs" / "training"`. The settings are good as they are; `sft_config` takes changes such
# as `num_train_epochs=3` or, as here, `seed=seed`.

# %% key="turtle.gap"
from trl import SFTTrainer


def build_trainer(rows, seed=0):
    # solution
    # gap: Your code, in place of the three dots:
    # gap: - the model and its tokenizer;
    # gap: - an SFTTrainer with its four arguments. Return it.
    model, tokenizer = load_model(base)
    return SFTTrainer(
        model=model,
        args=sft_config(model, course / "outputs" / "training" / "sft", seed=seed),
        # Only in this form is the loss taken on the answers alone.
        train_dataset=to_sft(rows, "conversational"),
        processing_class=tokenizer,
    )
    # end solution


trainer = build_trainer(rows)

# %% key="turtle.trainer.check"
check("training.turtle.trainer", {"rows": rows, "trainer": trainer})

# %% [markdown] key="turtle.hint"
# Stuck? Each call shows the next hint: `hint("training.turtle.trainer")`. Run it in a cell of your
# own. When you have passed, `solution("training.turtle.trainer")` shows ours.

# %% [markdown] key="turtle.run.intro"
# Now train. The picture shows the **loss**: how surprised the model is by your responses, on
# average, for each piece of a word. You may interrupt it; `train(trainer, resume=True)` goes on. A
# trainer trains once: to begin again, make it anew.

# %% key="turtle.run"
# There is nothing to train before you fill the gap.
trained = after = None
if trainer is not None:
    trained = train(trainer)
    after = evaluate_model(trained)
    display(effect(before, after))
    display(browse(after.answers, ["prompt", "answer"], rows=6))

# %% [markdown] key="turtle.gained.task"
# ### What did your data do?
#
# Write the function `gained`. It takes both measurements and returns a dictionary with the keys
# `"ends"` and `"on_subject"`: how much larger that share is now. A share is a number from 0 to 1:
# `after.ends` is one.

# %% key="turtle.gained.gap"
def gained(before, after):
    # solution
    # gap: A dictionary: {"ends": ..., "on_subject": ...}
    return {
        "ends": after.ends - before.ends,
        "on_subject": after.on_subject - before.on_subject,
    }
    # end solution


gain = gained(before, after) if after is not None else None
gain

# %% key="turtle.effect.check"
check(
    "training.turtle.effect",
    {"trained": trained, "before": before, "after": after, "gained": gain},
)

# %% [markdown] key="turtle.leaked.intro"
# ### Can you trust the measurement?
#
# Only if the model has not seen the prompts. This is called **contamination**, and it happens
# easily: the same subject stands in the training rows by chance. `leaked` names the held-out prompts
# whose subject a training prompt speaks of. The first list should be empty. The second shows what it
# looks like when it is not.

# %% key="turtle.leaked"
if trained is not None:
    print(leaked(trained.prompts))
print(leaked(["What is falconry for?", "Explain compound interest."]))

# %% [markdown] key="turtle.long.intro"
# ### Too much of a good thing
#
# What if you train longer? Here the last twelve rows are kept out of the training, and the loss on them
# is measured on the way. As long as both fall, the model learns what is common to all rows. Where
# the one still falls and the other rises, it learns your rows by heart: it **overfits**.

# %% key="turtle.long"
def build_long_trainer(rows):
    small, its_tokenizer = load_model(base)
    settings = sft_config(
        small, course / "outputs" / "training" / "long", max_steps=48,
        eval_strategy="steps", eval_steps=6, save_strategy="no",
    )
    parts = rows[:-12][:24], rows[-12:]
    learnt, kept_out = (to_sft(part, "conversational") for part in parts)
    return SFTTrainer(
        small, settings, train_dataset=learnt, eval_dataset=kept_out, processing_class=its_tokenizer
    )


if trained is not None:
    by_heart = train(build_long_trainer(rows))

# %% [markdown] key="dog.intro"
# ## 🐕 Align on your preference data
#
# Your model answers. It does not know which of two answers is the better one. *Direct Preference
# Optimization* (DPO) shows it pairs: it makes the chosen answer likelier and the rejected one less
# likely, both compared with the model as it was.
#
# The pairs are those that you saved in the second notebook, or the course's own if those are fewer than
# 24. Every fifth is kept for measuring.

# %% key="dog.pairs"
pairs = own_rows("preference")
held_out_pairs = pairs[::5]
pairs = [pair for number, pair in enumerate(pairs) if number % 5]
print(len(pairs), "pairs to learn from,", len(held_out_pairs), "to measure with")
compare(pairs, rows=3)

# %% [markdown] key="dog.task"
# Write the function `build_aligner`. It takes pairs to learn from and pairs to measure with, and
# returns TRL's `DPOTrainer`. Its arguments are those of the `SFTTrainer`, with three differences:
#
# - it begins with **your** model: `load_model(trained.folder)`;
# - its settings come from `dpo_config`, and its rows from `to_dpo`;
# - it also takes an `eval_dataset`.

# %% key="dog.gap"
from trl import DPOTrainer


def build_aligner(pairs, held_out_pairs):
    # solution
    # gap: Your code, in place of the three dots:
    # gap: - the fine-tuned model and its tokenizer;
    # gap: - a DPOTrainer with its five arguments. Return it.
    model, tokenizer = load_model(trained.folder)
    return DPOTrainer(
        model=model,
        args=dpo_config(model, course / "outputs" / "training" / "dpo"),
        train_dataset=to_dpo(pairs),
        eval_dataset=to_dpo(held_out_pairs),
        processing_class=tokenizer,
    )
    # end solution


aligner = build_aligner(pairs, held_out_pairs) if trained is not None else None

# %% key="dog.trainer.check"
check("training.dog.trainer", {"pairs": pairs, "trainer": aligner})

# %% [markdown] key="dog.run.intro"
# Train, and look at the second picture: the **rewards** say how much likelier an answer is now than
# before. The two lines should part. The distance between them on the pairs that were kept out is the
# *reward margin*.
#
# Then a judge compares the answers to the held-out prompts: `prefer` asks `tutor`, or the model that you
# gave to `setup`, twice for each prompt, with the two answers in both orders. Only where it says the same
# twice does it count. Answers that have its highest rating already leave it nothing to prefer: after rows of
# 🦁 it will often be undecided.

# %% key="dog.run"
aligned = aligned_answers = preference = None
if aligner is not None:
    aligned = train(aligner)
    margin = aligner.evaluate()["eval_rewards/margins"]
    print(f"Reward margin on {len(held_out_pairs)} pairs that were kept out: {margin:.2f}")
    aligned_answers = evaluate_model(aligned)
    preference = prefer(after, aligned_answers)
    display(preference, effect(after, aligned_answers))
    display(browse(preference.rows, ["prompt", "before", "after", "verdict"], rows=4))

# %% [markdown] key="dog.worth.task"
# ### Was it worth it?
#
# A judge can be pleased in ways that you do not want: by longer and longer answers, say, until they
# no longer end. Write the function `is_worth_it`. It takes the measurements before and after the
# alignment and the judge's preference, and returns `True` when
#
# - the judge prefers the aligned model on more than half of all prompts: `preference.share.value`;
# - and neither `ends` nor `on_subject` fell by more than 0.05.
#
# Else it returns `False`.

# %% key="dog.worth.gap"
def is_worth_it(before, after, preference):
    # solution
    # gap: True or False
    is_preferred = preference.share.value > 0.5
    still_ends = after.ends >= before.ends - 0.05
    still_on_subject = after.on_subject >= before.on_subject - 0.05
    return is_preferred and still_ends and still_on_subject
    # end solution


worth_it = is_worth_it(after, aligned_answers, preference) if preference is not None else None
worth_it

# %% key="dog.effect.check"
check(
    "training.dog.effect",
    {
        "aligned": aligned,
        "before": after,
        "after": aligned_answers,
        "preference": preference,
        "worth_it": worth_it,
    },
)

# %% [markdown] key="dog.swapped.intro"
# ### The same pairs, the wrong way round
#
# What if chosen and rejected had been swapped? It is a mistake of one line, and no error tells you.
# The judge does.

# %% key="dog.swapped"
if aligned is not None:
    swapped = [
        pair | {"chosen": pair["rejected"], "rejected": pair["chosen"]} for pair in pairs
    ]
    spoiler = build_aligner(swapped, held_out_pairs)
    spoiler.args.output_dir = str(course / "outputs" / "training" / "swapped")
    spoilt = evaluate_model(train(spoiler))
    print(prefer(after, spoilt))

# %% [markdown] key="lion.intro"
# ## 🦁 Which tier's rows train the best model?
#
# A row of 🦁 is more work than one of 🐢. Is it worth it? You have a way to find out: train the same base model
# on each of them and measure. To be fair, all get the same **budget**: as many tokens to learn from.
# And as chance has its part in every training, each is done three times, with three seeds.
#
# These are the course's rows of the three tiers. Put your own in their places if you have them.

# %% key="lion.tiers"
tiers = {
    "turtle": rows_in(data / "instruction"),
    "dog": rows_in(data / "instruction_dog"),
    "lion": rows_in(data / "instruction_lion"),
}
_, tokenizer = load_model(base)


def tokens_of(row):
    talk = [
        {"role": "user", "content": row["instruction"]},
        {"role": "assistant", "content": row["response"]},
    ]
    return len(tokenizer.apply_chat_template(talk)["input_ids"])


pd.DataFrame(
    {
        "rows": {tier: len(made) for tier, made in tiers.items()},
        "tokens": {tier: sum(map(tokens_of, made)) for tier, made in tiers.items()},
    }
)

# %% [markdown] key="lion.task"
# Write two functions:
#
# - `within_budget` takes rows and a number of tokens, and returns rows from the beginning of the list:
#   as many as fit into the budget. `tokens_of(row)` counts for you, with the chat format;
# - `conclude` takes the results, one dictionary for each training with `tier`, `seed`, `tokens` and
#   `good` (the share of answers that are good in every respect). It returns a dictionary:
#   `"tier"`, the one with the highest mean of `good`, and `"is_clear"`: `True` when even its worst
#   training is better than the best one of every other tier. This rules out the chance of the seed; that
#   the prompts are only sixty stays.

# %% key="lion.gap"
def within_budget(rows, budget):
    # solution
    # gap: The first rows, as many as fit into so many tokens.
    fitting, used = [], 0
    for row in rows:
        used += tokens_of(row)
        if used > budget:
            break
        fitting.append(row)
    return fitting
    # end solution


def conclude(results):
    # solution
    # gap: {"tier": ..., "is_clear": ...}
    good = {}
    for result in results:
        good.setdefault(result["tier"], []).append(result["good"])
    best = max(good, key=lambda tier: sum(good[tier]) / len(good[tier]))
    others = [share for tier in good if tier != best for share in good[tier]]
    return {"tier": best, "is_clear": min(good[best]) > max(others)}
    # end solution


# %% [markdown] key="lion.run.intro"
# Nine trainings, of some seconds each. The same settings for all: three times over the rows.

# %% key="lion.run"
budget = min(sum(map(tokens_of, made)) for made in tiers.values())


def train_and_measure(tier, seed):
    trainer = build_trainer(within_budget(tiers[tier], budget), seed)
    trainer.args.output_dir = str(course / "outputs" / "training" / tier)
    trainer.args.num_train_epochs = 3
    trained = train(trainer)
    found = evaluate_model(trained)
    shares = {name: getattr(found, name) for name in ("good", "ends", "on_subject", "follows")}
    return {"tier": tier, "seed": trained.seed, "tokens": trained.tokens} | shares


results = None
if trainer is not None and within_budget(tiers["turtle"], budget):
    results = [train_and_measure(tier, seed) for tier in tiers for seed in range(3)]

# %% key="lion.best"
best = conclude(results) if results else None
best

# %% key="lion.conclusion.check"
check("training.lion.conclusion", {"results": results, "best": best})

# %% [markdown] key="lion.look.intro"
# The table has the means of three trainings. In the picture each bar has a line: from the worst of
# the three to the best. Where the lines of two tiers overlap, you cannot say which is better.

# %% key="lion.look"
if results:
    found = pd.DataFrame(results)
    display(found.groupby("tier", sort=False)[["good", "ends", "on_subject", "follows"]].mean().round(2))
    spread = found.groupby("tier", sort=False)["good"].agg(["mean", "min", "max"])
    # The mean of equal numbers may be off by a rounding, which is no reach.
    below = (spread["mean"] - spread["min"]).clip(lower=0)
    above = (spread["max"] - spread["mean"]).clip(lower=0)
    spread["mean"].plot.barh(
        xerr=[below, above], xlim=(0, 1), figsize=(6, 2), xlabel="good", ylabel="", capsize=3
    )

# %% [markdown] key="lion.why"
# Did the more elaborate data win? Often it does not, on a model as small as this. An evolved
# instruction asks for more than 1.4 million weights can do, and the same budget holds fewer, longer
# rows. The prompts that you measure with are plain ones, too. On a model that can use hard examples,
# and measured on hard prompts, the result may be the other way round: that is why you measure.

# %% key="progress"
progress()

# %% [markdown] key="wrap_up"
# ## What you have now
#
# A model that learned to answer from rows that no person wrote, a second one that learned from pairs
# of answers, and numbers with their uncertainty. Both are in `outputs/training`, in the standard form:
# `load_llm(str(aligned.folder))` answers with yours in any pipeline.
#
# For a larger model, change one line, on a computer with a GPU: `base = "HuggingFaceTB/SmolLM2-135M"`.
# `sft_config` and `dpo_config` see the model's size. If it does not fit into the memory, give the
# trainer `peft_config=lora_config()`: it then learns a few small matrices beside the weights, which
# stay as they are.
#
# What may you conclude from so small a model? That the form of your rows is right: a model learns
# from them to answer, to end and to stay on the subject. Not whether what they say is true: the model
# knows nothing, before and after.

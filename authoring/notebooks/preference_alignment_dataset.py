# %% [markdown] key="title"
# # Make a dataset for preference alignment
#
# A model that follows instructions does not yet know which of two answers people like better.
# It learns that from rows like this one:
#
# | prompt | chosen | rejected |
# |---|---|---|
# | What is a lighthouse for? | It shows ships where the coast is, at night and in fog. Each one has a light of its own, so that a captain knows where he is. | A lighthouse is a building. |
#
# At the end of this notebook you have such a dataset, saved in the form that TRL's `DPOTrainer`
# takes. Nobody has to vote: two models, a rewriting task and a judge decide, and you see how far
# each of them can be trusted.
#
# The chapter [Preference datasets](../docs/preference_datasets.md) explains the techniques. Read it
# first, or when you want to know why something works.

# %% [markdown] key="tiers"
# | tier | what you make | time | points | you need to know |
# |---|---|---|---|---|
# | 🐢 | a preference alignment dataset, from two models | @preference.turtle.minutes@ minutes | @preference.turtle.points@ | `Pipeline`, `TextGeneration`, `run` |
# | 🐕 | … with response evolution | @preference.dog.minutes@ minutes | @preference.dog.points@ | output mappings |
# | 🦁 | … with response evolution and critiques | @preference.lion.minutes@ minutes | @preference.lion.points@ | what 🐢 and 🐕 made |
#
# The first notebook, `instruction_sft_dataset`, teaches what is in the last column. Each task has
# a gap for your code and a check that looks at what it made. You can run a check as often as you
# like.

# %% [markdown] key="setup.intro"
# ## Set up
#
# Run this cell first. It finds the course's folder and says which model you have. The checks speak
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

# %% [markdown] key="prompts.intro"
# ## Prompts
#
# A preference dataset begins with prompts. You have some already, if you made and saved a dataset
# in the first notebook. The course's own, in `notebooks/data/instruction`, fill up what is
# missing to 40: the `tutor` wrote them, with the first notebook's pipeline.
#
# The cell shows how many of the prompts are yours, and how many are the course's.

# %% key="prompts"
import pandas as pd


def instructions_in(folder):
    path = folder / "train.parquet"
    rows = pd.read_parquet(path) if path.is_file() else pd.DataFrame()
    return [text for text in rows.get("instruction", []) if isinstance(text, str) and text.strip()]


yours = instructions_in(course / "outputs" / "instruction")
shipped = instructions_in(course / "notebooks" / "data" / "instruction")

# Each prompt once, yours first.
prompts = list(dict.fromkeys(yours + shipped))[:40]

whose = ["yours" if prompt in yours else "the course's" for prompt in prompts]
pd.Series(whose).value_counts().rename("prompts").to_frame()

# %% [markdown] key="mini.intro"
# ## A pipeline with two branches
#
# A step may have several steps after it. `questions >> [careful, daring]` sends every row to both,
# and `[careful, daring] >> side_by_side` brings them together again: `GroupColumns` puts what the
# two wrote into one list. Run it.

# %% key="mini.pipeline"
from distilabel.pipeline import Pipeline
from distilabel.steps import GroupColumns, LoadDataFromDicts
from distilabel.steps.tasks import EvolQuality, TextGeneration, UltraFeedback

with Pipeline(name="two-branches") as branching:
    questions = LoadDataFromDicts(
        data=[
            {"instruction": "Why do people like lighthouses?"},
            {"instruction": "What should a beginner know about bread?"},
        ]
    )
    careful = TextGeneration(name="careful", llm=load_llm(temperature=0))
    daring = TextGeneration(name="daring", llm=load_llm("tutor-mini", temperature=1.2))
    side_by_side = GroupColumns(columns=["generation"], output_columns=["texts"])
    questions >> [careful, daring] >> side_by_side

first_look = run(branching)

# %% [markdown] key="mini.look.intro"
# Look at the texts in these lists, one after the other. Two models wrote them: `load_llm()` gave
# the first one, and the second is `tutor-mini`, a smaller model of another family. The rows do not
# say who wrote what: only the columns that are grouped come from both branches.

# %% key="mini.look"
browse(first_look, ["instruction", "texts"])

# %% [markdown] key="mini.draw.intro"
# The picture shows the two branches.

# %% key="mini.draw"
draw(branching)

# %% [markdown] key="turtle.task"
# ## 🐢 A preference alignment dataset
#
# Two answers are only worth a comparison when they differ in quality. Two different models are
# the cheapest way to get there. This is called *model pooling*.
#
# Write the function `build_completions`. It takes the prompts and returns a pipeline that makes
# one row for each:
#
# - `instruction`: the prompt;
# - `generations`: a list of two completions, each by another model: `load_llm()` and
#   `load_llm("tutor-mini")`;
# - `generation_models`: a list with the names of the two models, in the same order.
#   `TextGeneration` writes the name to the column `model_name`.
#
# At least 24 rows. Keep `distilabel_metadata`, which is the proof that models wrote them.

# %% key="turtle.completions.gap"
def build_completions(prompts):
    # solution
    # gap: Your code, in place of the three dots:
    # gap: - load one row for each prompt;
    # gap: - two tasks, each with a model of its own;
    # gap: - a step that groups what they wrote, and who wrote it;
    # gap: - join the steps with >> and return the pipeline.
    with Pipeline(name="preference-turtle") as pipeline:
        load = LoadDataFromDicts(data=[{"instruction": prompt} for prompt in prompts])
        strong = TextGeneration(name="strong", llm=load_llm())
        weak = TextGeneration(name="weak", llm=load_llm("tutor-mini"))
        group = GroupColumns(
            columns=["generation", "model_name"],
            output_columns=["generations", "generation_models"],
        )
        load >> [strong, weak] >> group
    return pipeline
    # end solution


pipeline = build_completions(prompts)

# %% key="turtle.completions.run"
# There is nothing to run before you fill the gap.
completions = run(pipeline) if pipeline is not None else None

# %% key="turtle.completions.check"
check("preference.turtle.completions", completions)

# %% [markdown] key="turtle.pairs.task"
# Now make pairs of them. Write the function `make_pairs`. It takes the dataset above and returns a
# list of rows, dictionaries with
#
# - `prompt`, `chosen` and `rejected`: three texts;
# - `chosen_model` and `rejected_model`: who wrote them.
#
# Nobody has read the completions yet, so take the stronger model's as `chosen`: of our two that is
# never `tutor-mini`. This is a **heuristic**. A stronger model writes the better answer more often
# than not, and not every time: a pair may be the wrong way round, and you will not notice. The 🦁
# tier has a judge for that.
#
# Leave out what cannot be a pair: a completion that is missing, or two that say the same. Take
# `distilabel_metadata` along, here and in the other tiers: the dataset's card is written from it.

# %% key="turtle.pairs.gap"
def make_pairs(completions):
    # solution
    # gap: Your code, in place of the three dots:
    # gap: - go through the rows in completions["default"]["train"];
    # gap: - leave out rows that make no pair;
    # gap: - return a list of dictionaries.
    pairs = []
    for row in completions["default"]["train"]:
        texts, models = row["generations"], row["generation_models"]
        # The names say who wrote what: the order of the branches is nothing to rely on.
        weak = models.index("tutor-mini")
        strong = 1 - weak
        if not all(texts) or texts[strong].strip() == texts[weak].strip():
            continue
        pairs.append(
            {
                "prompt": row["instruction"],
                "chosen": texts[strong],
                "rejected": texts[weak],
                "chosen_model": models[strong],
                "rejected_model": models[weak],
                "distilabel_metadata": row["distilabel_metadata"],
            }
        )
    return pairs
    # end solution


pairs = make_pairs(completions) if completions is not None else None

# %% key="turtle.pairs.check"
check("preference.turtle.pairs", {"completions": completions, "pairs": pairs})

# %% [markdown] key="turtle.hint"
# Stuck? Each call shows the next hint: `hint("preference.turtle.pairs")`. Run it in a cell of
# your own. When you have passed, `solution("preference.turtle.pairs")` shows ours.

# %% [markdown] key="turtle.look.intro"
# Read some pairs. Would you have chosen the same way? In which rows not?

# %% key="turtle.look"
if pairs is not None and len(pairs):
    display(compare(pairs))

# %% [markdown] key="dog.task"
# ## 🐕 With response evolution
#
# Instead of a worse model for the rejected text, take a better text for the chosen one.
# `EvolQuality` gives a model the prompt and a response, and asks for a better response: more
# helpful, more relevant, deeper, more creative or more detailed. It reads the columns
# `instruction` and `response` and writes `evolved_response`; `num_evolutions` says how often.
#
# Write two functions. `build_evolution` takes the prompts and returns a pipeline that answers
# each of them and evolves the answer. Its rows have `instruction`, `response` and
# `evolved_response`.
#
# A rewritten text is not always a better one. So `evolved_pairs` takes the dataset, and returns
# pairs as in 🐢 (`prompt`, `chosen`, `rejected`), the evolved response as `chosen`, the original as
# `rejected`, and drops every row in which the evolution
#
# - changed nothing but capitals, spaces or punctuation;
# - is broken: there is no text, it breaks off in the middle of a sentence, or the model refuses;
# - is shorter than the original, counted in words.

# %% key="dog.evolved.gap"
def build_evolution(prompts):
    # solution
    # gap: A pipeline: load the prompts, answer them, evolve the answers.
    with Pipeline(name="preference-dog") as pipeline:
        load = LoadDataFromDicts(data=[{"instruction": prompt} for prompt in prompts])
        answer = TextGeneration(llm=load_llm(), output_mappings={"generation": "response"})
        evolve = EvolQuality(llm=load_llm(), num_evolutions=1)
        load >> answer >> evolve
    return pipeline
    # end solution


def evolved_pairs(evolved):
    # solution
    # gap: A list of pairs, without evolutions that are unchanged, broken or shorter.
    pairs = []
    for row in evolved["default"]["train"]:
        before, after = row["response"] or "", row["evolved_response"] or ""
        # A text that is finished ends like a sentence.
        is_finished = after.rstrip().rstrip("\"')*").endswith((".", "!", "?"))
        refuses = after.lower().startswith(("i'm sorry", "i am sorry", "i cannot", "i can't"))
        is_longer = len(after.split()) > len(before.split()) > 0
        if is_finished and is_longer and not refuses:
            pairs.append(
                {
                    "prompt": row["instruction"],
                    "chosen": after,
                    "rejected": before,
                    "chosen_model": row["model_name"],
                    "rejected_model": row["model_name"],
                    "distilabel_metadata": row["distilabel_metadata"],
                }
            )
    return pairs
    # end solution


# %% key="dog.evolved.run"
pipeline = build_evolution(prompts)
evolved = run(pipeline) if pipeline is not None else None
better_pairs = evolved_pairs(evolved) if evolved is not None else None

# %% key="dog.evolved.check"
check("preference.dog.evolved", {"evolved": evolved, "pairs": better_pairs})

# %% [markdown] key="dog.look.intro"
# Read what the evolution did. Is the longer text the better one? Longer answers win with judges
# and with people, also when they only say more. A model that is trained on such pairs learns to
# be long.

# %% key="dog.look"
if better_pairs is not None and len(better_pairs):
    display(compare(better_pairs))
    display(plot(better_pairs, columns=["chosen", "rejected"]))

# %% [markdown] key="lion.task"
# ## 🦁 With response evolution and critiques
#
# So far a rule of thumb said which text is better. Now a judge reads them. `UltraFeedback` shows a
# model the prompt and all texts, and asks for a rating from 1 to 5 and a reason for each. It reads
# `instruction` and `generations` and writes two lists, `ratings` and `rationales` (the
# **critiques**). Here the same model writes and judges; in earnest, take a larger one as judge.
#
# The texts to judge are three for each prompt: the two completions of 🐢, and the evolved response
# of 🐕. This cell puts them together.

# %% key="lion.candidates"
candidates = None
if completions is not None and evolved is not None:
    evolutions = {row["instruction"]: row for row in evolved["default"]["train"]}
    candidates = []
    for row in completions["default"]["train"]:
        evolution = evolutions.get(row["instruction"], {"evolved_response": None})
        texts = [*row["generations"], evolution["evolved_response"]]
        if all(texts):
            names = [*row["generation_models"], evolution.get("model_name")]
            candidates.append(
                {
                    "instruction": row["instruction"],
                    "generations": texts,
                    "generation_models": names,
                }
            )

# %% [markdown] key="lion.ratings.task"
# A judge has weaknesses. One is that it may prefer a text for its place: the first one, or the
# last. You find out by asking twice, the second time in the opposite order.
#
# Write two functions: `build_judging` takes candidates and returns a pipeline that judges them
# with the aspect `"overall-rating"`. `reversed_order` takes candidates and returns new ones, each
# with `generations` and `generation_models` the other way round.
#
# Leave the judgements as they come. A judge's text does not always parse, and then a rating is
# `None`: it is not 0, nobody knows it.

# %% key="lion.ratings.gap"
def build_judging(candidates):
    # solution
    # gap: A pipeline: load the candidates, judge them.
    with Pipeline(name="preference-lion") as pipeline:
        load = LoadDataFromDicts(data=candidates)
        # A judge should be of one opinion: temperature 0 always gives its likeliest words.
        judge = UltraFeedback(llm=load_llm(temperature=0), aspect="overall-rating")
        load >> judge
    return pipeline
    # end solution


def reversed_order(candidates):
    # solution
    # gap: The same candidates, the texts of each in the opposite order.
    return [
        row
        | {
            "generations": row["generations"][::-1],
            "generation_models": row["generation_models"][::-1],
        }
        for row in candidates
    ]
    # end solution


# %% key="lion.ratings.run"
judged = judged_again = None
if candidates:
    pipeline, other_way = build_judging(candidates), reversed_order(candidates)
    if pipeline is not None and other_way is not None:
        judged, judged_again = run(pipeline), run(build_judging(other_way))

# %% key="lion.ratings.check"
check("preference.lion.ratings", {"judged": judged, "reversed": judged_again})

# %% [markdown] key="lion.ratings.look.intro"
# How often does the judge give which rating, and does the order matter? Each cell of the table
# counts the texts that got one rating in the first order and another, or the same, in the opposite
# one. On the diagonal the judge is of one opinion.

# %% key="lion.ratings.look"
def ratings_of(dataset):
    return {
        (row["instruction"], text): rating
        for row in dataset["default"]["train"]
        for text, rating in zip(row["generations"], row["ratings"] or [])
    }


if judged is not None and judged_again is not None:
    from IPython.display import display

    opinions = pd.DataFrame(
        {"first order": ratings_of(judged), "opposite order": ratings_of(judged_again)},
        dtype="Int64",
    )
    # Every rating has its row and its column, so that agreement stands on the diagonal.
    found = sorted({rating for column in opinions for rating in opinions[column].dropna()})
    counted = opinions.groupby(list(opinions)).size().unstack(fill_value=0)
    display(counted.reindex(index=found, columns=found, fill_value=0))
    print("Texts with no rating in one of the orders:", opinions.isna().any(axis=1).sum())

# %% [markdown] key="lion.pairs.task"
# Now make the final pairs. Write the function `agreed_pairs`. It takes both datasets and returns a
# list of rows, dictionaries with
#
# - `prompt`, `chosen` and `rejected`: of the texts of a prompt one that is rated higher, and one
#   that is rated lower;
# - `chosen_rating` and `rejected_rating`: what the judge gave in the first order;
# - `chosen_critique` and `rejected_critique`: its reasons for these ratings.
#
# Leave out
#
# - rows whose judgement did not parse, in one order or the other: a list of ratings that is
#   shorter or longer than the list of texts, or a `None` in it;
# - ties: there is nothing to choose between;
# - pairs on which the two judgements do not agree.
#
# At least 12 pairs.

# %% key="lion.pairs.gap"
def agreed_pairs(judged, judged_again):
    # solution
    # gap: A list of pairs on which both judgements agree.
    pairs = []
    for first, second in zip(judged["default"]["train"], judged_again["default"]["train"]):
        texts, critiques = first["generations"], first["rationales"]
        ratings, others = first["ratings"] or [], (second["ratings"] or [])[::-1]
        if len(ratings) != len(texts) or len(others) != len(texts):
            continue
        if None in ratings or None in others:
            continue
        # The best and the worst by both opinions together; then both have to agree.
        both = [one + other for one, other in zip(ratings, others)]
        best, worst = both.index(max(both)), both.index(min(both))
        if ratings[best] > ratings[worst] and others[best] > others[worst]:
            pairs.append(
                {
                    "prompt": first["instruction"],
                    "chosen": texts[best],
                    "rejected": texts[worst],
                    "chosen_rating": ratings[best],
                    "rejected_rating": ratings[worst],
                    "chosen_critique": critiques[best],
                    "rejected_critique": critiques[worst],
                    "chosen_model": first["generation_models"][best],
                    "rejected_model": first["generation_models"][worst],
                    "distilabel_metadata": first["distilabel_metadata"],
                }
            )
    return pairs
    # end solution


best_pairs = None
if judged is not None and judged_again is not None:
    best_pairs = agreed_pairs(judged, judged_again)

# %% key="lion.pairs.check"
check(
    "preference.lion.pairs",
    {"judged": judged, "reversed": judged_again, "pairs": best_pairs},
)

# %% [markdown] key="lion.look.intro"
# Read the critiques beside the ratings. A critique costs tokens, and it is the only way to see
# whether a judge gave its rating for a good reason.

# %% key="lion.look"
if best_pairs is not None and len(best_pairs):
    display(compare(best_pairs))

# %% [markdown] key="lion.annotate.intro"
# And you? `annotate` shows you two texts without the names of their writers and without ratings, in
# random order. Your answers are saved as you give them. When you have answered some,
# `answers.agreement()` says how often you and the judge agree, and how much of that is chance.

# %% key="lion.annotate"
answers = None
if best_pairs is not None and len(best_pairs):
    answers = annotate(best_pairs)
answers

# %% [markdown] key="save.intro"
# ## Save it
#
# The last tier that you finished gives the dataset. TRL takes texts, or conversations as chat
# models have them: a list of messages with a role and a content. A trainer puts conversations into
# the model's own chat template, so save them in that form.

# %% key="save"
def conversation(role, text):
    return [{"role": role, "content": text}] if isinstance(text, str) else list(text)


finished = [pd.DataFrame(made) for made in (best_pairs, better_pairs, pairs) if made is not None]
finished = [made for made in finished if len(made)]
if finished:
    rows = [
        row
        | {
            # Whole conversations begin with their prompt.
            "prompt": conversation("user", row["prompt"] if "prompt" in row else row["chosen"][:-1]),
            "chosen": conversation("assistant", row["chosen"])[-1:],
            "rejected": conversation("assistant", row["rejected"])[-1:],
        }
        for row in finished[0].to_dict("records")
    ]
    save(rows, course / "outputs" / "preference")

# %% [markdown] key="quality.intro"
# The figures of what you saved, and how to read them:

# %% key="quality"
if finished:
    display(quality_report(finished[0]))

# %% [markdown] key="train.intro"
# And this is one of your pairs as TRL's `DPOTrainer` takes it. `to_dpo` finds the columns, and makes pairs of
# rated completions, too.

# %% key="train"
if finished:
    display(to_dpo(finished[0])[0])

# %% key="progress"
progress()

# %% [markdown] key="wrap_up"
# ## What you have now
#
# Pairs of a chosen and a rejected answer, with the names of their writers; those of 🦁 have
# ratings and critiques, too. In the course's folder, `datasets.load_dataset("outputs/preference")`
# loads them.
#
# What trains on them: [TRL](https://huggingface.co/docs/trl)'s `DPOTrainer` takes the columns
# `prompt`, `chosen` and `rejected` as they are. It makes the chosen answer likelier and the rejected
# one less likely, measured against the model as it was before. Train on your instruction dataset
# first, then on this one: the next notebook, `train_on_your_dataset`, does both on a small model.
#
# For a dataset of your own, `studio()` is a beginning: you describe it in a few fields, look at the
# prompts, make five rows, and copy the code of the pipeline into a notebook.
#
# Read your pairs once more with three questions in mind. Is the chosen text better, or only
# longer? Does the rejected text make a mistake that a model would make by itself? And who says so:
# a rule of thumb, or a judge that held its opinion when the order changed?

# %% [markdown] key="title"
# # Make a dataset for instruction tuning
#
# A chat model learned to follow instructions from rows like this one:
#
# | instruction | response |
# |---|---|
# | What is a lighthouse for? | A lighthouse shows ships where the coast is. … |
#
# Few people have thousands of such rows. So you will let a language model write them. At the
# end of this notebook you have a dataset of instructions and responses on subjects of your
# choice, saved in a folder that any training library can load.
#
# The chapter [Instruction datasets](../docs/instruction_datasets.md) explains the techniques. Read it
# first, or when you want to know why something works.

# %% [markdown] key="tiers"
# | tier | what you make | time | points | you need to know |
# |---|---|---|---|---|
# | 🐢 | an instruction tuning dataset | @instruction.turtle.minutes@ minutes | @instruction.turtle.points@ | Python functions and dictionaries |
# | 🐕 | … from seed data | @instruction.dog.minutes@ minutes | @instruction.dog.points@ | what a mapping does (🐢) |
# | 🦁 | … from seed data, with instruction evolution | @instruction.lion.minutes@ minutes | @instruction.lion.points@ | 🐕, and loops over rows |
#
# Each tier stands on its own feet: you may stop after any of them, go to *Save it* at the end,
# and come back for the next one.
#
# Each task has a gap for your code and a check that looks at what it made. A check that does
# not hold says what it found and which hint helps. You can run it as often as you like.

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

# %% [markdown] key="mini.intro"
# The model is called `tutor`. It is tiny and real: it answers in seconds on any computer, in
# simple English. It knows how an answer looks, but it knows no facts. When your pipeline works,
# put a bigger model in its place: `load_llm("smollm2")`. Nothing else changes.
#
# ## A pipeline that works
#
# A **pipeline** passes rows from step to step. This one has two steps: the first loads two rows,
# the second gives each row's `instruction` to the model. Run it.

# %% key="mini.pipeline"
from distilabel.pipeline import Pipeline
from distilabel.steps import LoadDataFromDicts
from distilabel.steps.tasks import TextGeneration

with Pipeline(name="first-pipeline") as first_pipeline:
    load = LoadDataFromDicts(
        data=[
            {"instruction": "Write a question about rain."},
            {"instruction": "Write a question about bicycles."},
        ]
    )
    write = TextGeneration(llm=load_llm())
    load >> write

first_dataset = run(first_pipeline)

# %% [markdown] key="mini.look.intro"
# Look at the rows. `TextGeneration` read the column `instruction` and wrote the column
# `generation`.

# %% key="mini.look"
browse(first_dataset, ["instruction", "generation", "model_name"])

# %% [markdown] key="mini.draw.intro"
# And here is the pipeline as a picture: its steps, and the columns that each of them reads and
# writes.

# %% key="mini.draw"
draw(first_pipeline)

# %% [markdown] key="mini.mapping"
# Every `TextGeneration` reads `instruction` and writes `generation`. To write to another column,
# say so in the task:
#
# ```python
# TextGeneration(llm=load_llm(), output_mappings={"generation": "question"})
# ```
#
# The name on the left is the task's own, the name on the right is the column you get. A column
# of that name that is already there is replaced.

# %% [markdown] key="turtle.task"
# ## 🐢 An instruction tuning dataset
#
# The model above wrote a question. Somebody has to answer it: the same model, in a second task.
#
# Write the function `build_pipeline`. It takes a list of subjects and returns a pipeline that
# makes one row for each subject:
#
# 1. it loads a prompt that asks the model for a question or a task about the subject;
# 2. a first `TextGeneration` turns the prompt into the **instruction**;
# 3. a second `TextGeneration` answers it: the **response**.
#
# What you should get:
#
# - at least 24 rows, with the columns `instruction` and `response`;
# - both texts written by a model, and each response written for its own instruction;
# - the instruction is what the first task wrote, not the prompt that you loaded;
# - at most one row in ten that is empty, repeated or that only says its instruction again;
# - the column `distilabel_metadata`, which distilabel adds, is still there. It is the proof
#   that a model wrote the rows.

# %% key="turtle.subjects"
# Change these as you like; keep at least 24.
subjects = [
    "rain", "bicycles", "the moon", "bread", "learning the piano", "rivers",
    "growing tomatoes", "old maps", "sleep", "trains", "bees", "Lisbon",
    "chess", "saving water", "lighthouses", "tea", "solar panels", "public libraries",
    "football", "the Sahara", "knitting", "volcanoes", "cooking rice", "friendship",
    "penguins", "mountain hiking", "photography", "snow", "recycling glass", "birthday cakes",
]

# %% key="turtle.gap"
def build_pipeline(subjects):
    # solution
    # gap: Your code, in place of the three dots:
    # gap: - load one row for each subject, with your prompt in the column "instruction";
    # gap: - a task that writes the instruction, and a task that answers it;
    # gap: - join the steps with >> and return the pipeline.
    with Pipeline(name="instruction-turtle") as pipeline:
        load = LoadDataFromDicts(
            data=[{"instruction": f"Write a question about {subject}."} for subject in subjects]
        )
        # Each task writes to a column of its own. Without the first mapping, the second task
        # would read the prompt; without the second, the response would be `generation`.
        ask = TextGeneration(llm=load_llm(), output_mappings={"generation": "instruction"})
        answer = TextGeneration(llm=load_llm(), output_mappings={"generation": "response"})
        load >> ask >> answer
    return pipeline
    # end solution


pipeline = build_pipeline(subjects)

# %% [markdown] key="turtle.pipeline.intro"
# This check looks at your pipeline before it runs. Mistakes in the mappings show here.

# %% key="turtle.pipeline.check"
check("instruction.turtle.pipeline", pipeline)

# %% [markdown] key="turtle.run.intro"
# Now run it. That takes some seconds.

# %% key="turtle.run"
# There is nothing to run before you fill the gap.
dataset = None
if pipeline is not None:
    dataset = run(pipeline)

# %% key="turtle.rows.check"
check("instruction.turtle.rows", dataset)

# %% [markdown] key="turtle.hint"
# Stuck? Each call shows the next hint: `hint("instruction.turtle.rows")`. Run it in a cell of
# your own.

# %% [markdown] key="turtle.look.intro"
# ## Look at your rows
#
# Always read some rows before you use a dataset. Do the responses speak about the subject? Do
# the instructions differ in more than the subject? Which row would you throw away?

# %% key="turtle.look"
if dataset:
    display(browse(dataset, ["instruction", "response"]))
    display(plot(dataset, columns=["instruction", "response"]))

# %% [markdown] key="dog.intro"
# ## 🐕 … from seed data
#
# You asked for all 🐢 instructions in the same words, about things that you happened to think of.
# That is where a dataset gets narrow. There are two ways out.
#
# - **SelfInstruct** shows the model a text, the *seed*, and asks for several instructions that
#   fit it. Variety comes in with the texts.
# - **Magpie** shows the model nothing but the place where a user would speak, and the model
#   speaks as the user. Variety comes out of the model, and you steer it with system prompts.
#
# The seeds are short passages, written for this course. Each gets its subject as a heading: a
# small model finds it there much more easily than in the sentences. Here are three of them.

# %% key="dog.passages"
import pandas as pd

passages = pd.read_json(course / "notebooks" / "data" / "passages.jsonl", lines=True)
passages["passage"] = "# " + passages["subject"] + "\n\n" + passages["passage"]
print(len(passages), "passages on", passages["area"].nunique(), "areas")
browse(passages, ["area", "subject", "passage"], rows=3)

# %% [markdown] key="dog.self_instruct.mini.intro"
# ### SelfInstruct
#
# `SelfInstruct` reads the column `input` and writes the column `instructions`. Run it on one
# passage.

# %% key="dog.self_instruct.mini"
from distilabel.steps.tasks import SelfInstruct

with Pipeline(name="one-passage") as one_passage:
    one_seed = LoadDataFromDicts(data=[{"input": passages["passage"][0]}])
    ask_for_two = SelfInstruct(llm=load_llm(), num_instructions=2)
    one_seed >> ask_for_two

one_row = run(one_passage)["default"]["train"][0]
one_row["instructions"]

# %% [markdown] key="dog.self_instruct.prompt.intro"
# This is what the model was given. `SelfInstruct` put the passage at the end of a template that
# says what makes a good instruction. distilabel keeps it in the row.

# %% key="dog.self_instruct.prompt"
print(one_row["distilabel_metadata"]["raw_input_self_instruct_0"][0]["content"])

# %% [markdown] key="dog.self_instruct.explode"
# One row holds a list now, and a training set has one instruction in each row. The step
# `ExpandColumns` makes a row of each item and repeats the other columns beside it:
#
# ```python
# ExpandColumns(columns={"words": "word"})
# ```
#
# | subject | words | | subject | word |
# |---|---|---|---|---|
# | rain | [wet, cold] | → | rain | wet |
# | | | | rain | cold |
#
# ### Your task
#
# Write the function `build_seeded_pipeline`. It takes rows with the columns `area`, `subject` and
# `passage`, and returns a pipeline that
#
# 1. loads them;
# 2. lets `SelfInstruct` write several instructions for each passage;
# 3. makes one row of each instruction, in the column `instruction`;
# 4. answers it, in the column `response`.
#
# What you should get: at least 24 rows from at least 8 passages, several for most of them. Each
# row keeps its passage, and `distilabel_metadata`. A small model strays, so at least half of the
# instructions have to speak of something that stands in their passage.

# %% key="dog.self_instruct.gap"
from distilabel.steps import ExpandColumns


def build_seeded_pipeline(passages):
    # solution
    # gap: Your code, in place of the three dots:
    # gap: - load the passages;
    # gap: - SelfInstruct, which has to read the column "passage";
    # gap: - one row for each instruction;
    # gap: - a task that answers it. Return the pipeline.
    with Pipeline(name="instruction-dog") as pipeline:
        load = LoadDataFromDicts(data=passages)
        ask = SelfInstruct(
            llm=load_llm(), num_instructions=3, input_mappings={"input": "passage"}
        )
        # SelfInstruct leaves a list in `instructions`; the other columns are repeated beside it.
        expand = ExpandColumns(columns={"instructions": "instruction"})
        answer = TextGeneration(llm=load_llm(), output_mappings={"generation": "response"})
        load >> ask >> expand >> answer
    return pipeline
    # end solution


# 24 of the passages, drawn at random but the same each time.
seeds = passages.sample(24, random_state=1).to_dict("records")
seeded_pipeline = build_seeded_pipeline(seeds)

# %% key="dog.self_instruct.run"
# There is nothing to run before you fill the gap.
from_passages = None
if seeded_pipeline is not None:
    from_passages = run(seeded_pipeline)

# %% key="dog.self_instruct.check"
check("instruction.dog.self_instruct", from_passages)

# %% [markdown] key="dog.self_instruct.look.intro"
# Stuck? `hint("instruction.dog.self_instruct")` shows the next hint, and after a pass
# `solution("instruction.dog.self_instruct")` shows how we did it. Every check has both.
#
# Does each instruction speak of its passage's subject? A large model nearly always gets that
# right. A small one may take other words of the passage for the subject, or misspell it. Count the
# instructions that name it, and read some that do not.

# %% key="dog.self_instruct.look"
if from_passages:
    made = list(from_passages["default"]["train"])
    subject_of = [str(row.get("subject")).removeprefix("the ").lower() for row in made]
    naming = [s in str(row.get("instruction")).lower() for s, row in zip(subject_of, made)]
    print("Instructions that name their subject:", sum(naming), "of", len(made))
    display(browse(made, ["subject", "instruction", "response"], rows=9))

# %% [markdown] key="dog.magpie.intro"
# ### Magpie
#
# A chat model has read many conversations in one fixed form. In that form, certain signs say:
# *now the user speaks*. Magpie gives the model these signs and nothing after them. So the model
# goes on as a user would, and then answers itself.
#
# No seed is needed. To steer, add a system prompt. It describes the assistant and what its users
# ask about; it does not tell the model to write data. Here the model speaks three times.

# %% key="dog.magpie.mini"
from distilabel.steps.tasks import Magpie

with Pipeline(name="one-talk") as one_talk:
    told = "You are an assistant that helps people with questions about rivers."
    one_prompt = LoadDataFromDicts(data=[{"system_prompt": told}] * 3)
    speak = Magpie(llm=load_llm(temperature=0.9))
    one_prompt >> speak

browse(run(one_talk), ["system_prompt", "instruction", "response"])

# %% [markdown] key="dog.magpie.task"
# The same row went in three times, and three conversations came out. That is the work of
# `temperature`: the higher it is, the more often the model takes a less likely word.
#
# ### Your task
#
# Write the function `build_magpie_pipeline`, which returns a pipeline that makes at least 12
# conversations from at least three system prompts, each about another subject. Each row keeps its
# `system_prompt`. Each conversation ends with an answer, and at most one in ten is nearly the same
# as another one.

# %% key="dog.magpie.gap"
def build_magpie_pipeline():
    # solution
    # gap: Your code, in place of the three dots:
    # gap: - at least three system prompts, each for several rows;
    # gap: - a Magpie task. Return the pipeline.
    fields = ["cooking", "bicycles", "the weather", "learning languages"]
    prompts = [
        f"You are an assistant that helps people with questions about {field}." for field in fields
    ]
    with Pipeline(name="instruction-dog-magpie") as pipeline:
        # Each prompt six times: the model says something else each time.
        load = LoadDataFromDicts(data=[{"system_prompt": prompt} for prompt in prompts * 6])
        converse = Magpie(llm=load_llm(temperature=0.9, max_new_tokens=256))
        load >> converse
    return pipeline
    # end solution


magpie_pipeline = build_magpie_pipeline()

# %% key="dog.magpie.run"
conversations = None
if magpie_pipeline is not None:
    conversations = run(magpie_pipeline)

# %% key="dog.magpie.check"
check("instruction.dog.magpie", conversations)

# %% [markdown] key="dog.magpie.look.intro"
# Compare with the instructions from the passages. Which ask for more different things? One simple
# measure: in how many ways do the first 24 instructions begin?

# %% key="dog.magpie.look"
def openings(dataset):
    """Count the different first two words of the first 24 instructions."""
    texts = dataset["default"]["train"].to_pandas().get("instruction", [])
    return len({" ".join(str(text).split()[:2]).lower() for text in texts[:24]})


for name, made in (("🐢", dataset), ("SelfInstruct", from_passages), ("Magpie", conversations)):
    if made:
        print(name, openings(made))

# %% [markdown] key="lion.intro"
# ## 🦁 … from seed data, with instruction evolution
#
# Most of your instructions are easy: one short question each. A model that only trains on easy
# ones stays helpless before hard ones. **EvolInstruct** asks the model to rewrite an instruction
# into a harder one. For each row it draws one of five requests:
#
# | mutation | what it asks for |
# |---|---|
# | constraints | add one more condition |
# | deepening | ask in more depth and breadth |
# | concretizing | put specific things in the place of general ones |
# | reasoning steps | ask for an answer in several steps |
# | breadth | write a new, rarer instruction from the same field |
#
# Here two instructions evolve twice. `store_evolutions=True` keeps each stage.

# %% key="lion.evolved.mini"
from distilabel.steps.tasks import EvolInstruct

with Pipeline(name="two-evolutions") as two_evolutions:
    easy = LoadDataFromDicts(
        data=[{"instruction": "What is bread?"}, {"instruction": "Why do people care about tea?"}]
    )
    twice = EvolInstruct(llm=load_llm(), num_evolutions=2, store_evolutions=True)
    easy >> twice

for row in run(two_evolutions)["default"]["train"]:
    print(row["instruction"], *(row["evolved_instructions"] or []), sep="\n  → ")

# %% [markdown] key="lion.evolved.task"
# Evolution is a double-edged sword. What comes out may be harder, or the same as before, or cut
# short, or about something else. So you keep the original beside it, and filter afterwards.
#
# ### Your task
#
# Write the function `build_evolution_pipeline`. It takes rows with the columns `instruction`,
# `subject` and `passage`, and returns a pipeline that
#
# 1. loads them;
# 2. evolves each instruction once, into the column `evolved_instruction`, and leaves the original
#    where it is;
# 3. answers the **evolved** instruction, in the column `response`.
#
# What you should get: at least 24 rows with all three texts, and `distilabel_metadata`. Up to a
# quarter of the evolutions may have failed in the same way, such as not to change at all.
#
# The next cell takes your 🐕 instructions, or simple ones if you have none.

# %% key="lion.originals"
originals = pd.DataFrame()
if from_passages:
    originals = from_passages["default"]["train"].to_pandas()
if "instruction" not in originals:
    originals = passages.head(36)
    asked = ["Why do people care about " + subject + "?" for subject in originals["subject"]]
    originals = originals.assign(instruction=asked)

originals = originals.dropna(subset="instruction").filter(["instruction", "subject", "passage"])
originals = originals.to_dict("records")
browse(originals, ["subject", "instruction"], rows=4)

# %% key="lion.evolved.gap"
def build_evolution_pipeline(rows):
    # solution
    # gap: Your code, in place of the three dots:
    # gap: - load the rows;
    # gap: - evolve each instruction once;
    # gap: - answer what it became. Which column does that task read? Return the pipeline.
    with Pipeline(name="instruction-lion") as pipeline:
        load = LoadDataFromDicts(data=rows)
        evolve = EvolInstruct(llm=load_llm(max_new_tokens=256), num_evolutions=1)
        # Without the input mapping, the original would be answered: it is still `instruction`.
        answer = TextGeneration(
            llm=load_llm(max_new_tokens=512),
            input_mappings={"instruction": "evolved_instruction"},
            output_mappings={"generation": "response"},
        )
        load >> evolve >> answer
    return pipeline
    # end solution


evolution_pipeline = build_evolution_pipeline(originals)

# %% key="lion.evolved.run"
evolved = None
if evolution_pipeline is not None:
    evolved = run(evolution_pipeline)

# %% key="lion.evolved.check"
check("instruction.lion.evolved", evolved)

# %% [markdown] key="lion.lost.intro"
# ### Evolutions that lost the meaning
#
# No error tells you that an evolution went wrong. A simple test helps: leave out the words that
# stand in any question, and see which words an evolved instruction still shares with its original.
# One that shares none is probably about something else. Read the rows that share fewest, and judge
# for yourself: was the meaning lost, or is the same thing asked in other words?
# (Breadth loses the question on purpose. It keeps the field and asks for something else.)

# %% key="lion.lost"
IN_ANY_QUESTION = {
    "a", "an", "about", "and", "are", "can", "do", "does", "for", "how", "in", "is", "it", "of",
    "on", "or", "that", "the", "to", "what", "which", "who", "why", "with", "would", "you",
}


def telling_words(text):
    """The words of a text that say what it is about, without signs and capitals."""
    return {word.strip(".,:;!?\"'()").lower() for word in text.split()} - IN_ANY_QUESTION


if evolved:
    pairs = []
    for row in evolved["default"]["train"]:
        was, became = row.get("instruction"), row.get("evolved_instruction")
        if was and became:
            shared = telling_words(str(was)) & telling_words(str(became))
            pairs.append({"was": was, "became": became, "shared": ", ".join(sorted(shared))})
    pairs.sort(key=lambda pair: len(pair["shared"].split()))
    print("Evolutions that share no such word with their original:",
          sum(not pair["shared"] for pair in pairs))
    if pairs:
        display(browse(pairs, ["was", "became", "shared"], rows=6))

# %% [markdown] key="lion.filtered.mini.intro"
# ### Filtering, with counts
#
# A filter looks at each row and names the first thing that is wrong with it. The names are
# counted: they say later which step of the pipeline to mend. Here is a filter for three tiny rows.

# %% key="lion.filtered.mini"
from collections import Counter


def tiny_verdict(row, kept):
    """Name what is wrong with a row, or say "keep"."""
    if not row["text"]:
        return "empty"
    if any(row["text"] == other["text"] for other in kept):
        return "repeated"
    return "keep"


def sift(rows, verdict):
    """Split rows into those to keep and the counts of what was wrong with the others."""
    kept, removed = [], Counter()
    for row in rows:
        found = verdict(row, kept)
        if found == "keep":
            kept.append(row)
        else:
            removed[found] += 1
    return kept, removed


sift([{"text": "Rain falls."}, {"text": ""}, {"text": "Rain falls."}], tiny_verdict)

# %% [markdown] key="lion.filtered.task"
# ### Your task
#
# Write the function `verdict`. It takes a row and the rows that were kept before it. It returns
# the word `"keep"`, or a word of your choice for the first thing that is wrong:
#
# - a text is missing;
# - the instruction did not change, but for capitals, spaces or punctuation;
# - it left its subject;
# - the model refused ("I'm sorry, but …");
# - a text stops in the middle of a sentence;
# - nearly the same instruction was kept already.
#
# The check looks for all six in what is left. What is plain (a missing text, an unchanged or
# repeated instruction) may not be left at all; of what is a matter of judgement, one row in twenty
# may. The check also looks whether the counts add up, and whether the good rows are still there.

# %% key="lion.filtered.gap"
def verdict(row, kept):
    # solution
    # gap: Return "keep", or a word for the first thing that is wrong with the row.
    # gap: `telling_words` from above may help you more than once.
    def letters(text):
        return "".join(character for character in text.casefold() if character.isalnum())

    original, rewritten, response = (
        (row[column] or "").strip() for column in ("instruction", "evolved_instruction", "response")
    )
    if not rewritten or not response:
        return "empty"
    if letters(rewritten) == letters(original):
        return "unchanged"
    about = f"{original} {row.get('subject') or ''}"
    if not telling_words(rewritten) & telling_words(about):
        return "left its subject"
    refusals = ("i'm sorry", "i am sorry", "sorry,", "i cannot", "i can't", "as an ai")
    if any(text.lower().startswith(refusals) for text in (rewritten, response)):
        return "refusal"
    if not all(text.endswith((".", "!", "?", '"', ")")) for text in (rewritten, response)):
        return "cut short"
    own = set(rewritten.lower().split())
    for other in kept:
        theirs = set(other["evolved_instruction"].lower().split())
        # The share of words that both have, of all words that either has.
        if len(own & theirs) / len(own | theirs) > 0.8:
            return "nearly the same"
    return "keep"
    # end solution


filtered = None
if evolved:
    before = list(evolved["default"]["train"])
    after, removed = sift(before, verdict)
    # A `verdict` that is still empty says None of every row.
    if set(removed) != {None}:
        filtered = {"before": before, "after": after, "removed": removed}
        print(len(before), "rows before,", len(after), "after. Removed:", dict(removed))

# %% key="lion.filtered.check"
check("instruction.lion.filtered", filtered)

# %% key="lion.look"
if filtered and filtered["after"]:
    display(compare(filtered["after"], ["instruction", "evolved_instruction"]))
    display(plot(filtered["after"], before=filtered["before"]))

# %% [markdown] key="save.intro"
# ## Save it
#
# `save` writes the rows of the highest tier that you made as a Parquet file, with a card that
# says how they were made. In a dataset for training the evolved instruction takes the place of the
# original, which stays beside it under another name.

# %% key="save"
best = dataset
if from_passages:
    best = from_passages
if filtered and filtered["after"]:
    best = [
        row | {"instruction": row["evolved_instruction"], "original": row["instruction"]}
        for row in filtered["after"]
    ]
if best:
    save(best, course / "outputs" / "instruction")

# %% [markdown] key="quality.intro"
# How good is it? `quality_report` counts what is missing and what repeats, measures how different
# the rows are, and says how to read each figure.

# %% key="quality"
if best:
    display(quality_report(best))

# %% [markdown] key="train.intro"
# TRL's `SFTTrainer` takes conversations. `to_sft` makes them of the columns `instruction` and
# `response`, and leaves out what does not fit.

# %% key="train"
if best:
    display(to_sft(best)[0])

# %% key="progress"
progress()

# %% [markdown] key="wrap_up"
# ## What you have now
#
# A dataset that no person wrote, and pipelines that make as many more rows as you have subjects,
# passages or system prompts. In the course's folder, `datasets.load_dataset("outputs/instruction")`
# loads it. Before you make a thousand rows, `estimate(pipeline, rows=1000)` says how long that takes,
# here or with a bigger model. `publish(best, "YOUR_NAME/my-dataset")` puts your rows on the
# Hugging Face Hub, with their card.
#
# Read the rows once more. SelfInstruct is as varied as its seeds. Magpie is as varied as its model
# and its system prompts. Evolution makes instructions longer, and not always harder: a filter finds
# what is broken, and not what is dull. Change one thing at a time, and read the rows again.
#
# A model that trained on this dataset answers. It does not yet know which of two answers is the
# better one. That takes rows with two responses, one *chosen* and one *rejected*, and you make
# them in the next notebook, `preference_alignment_dataset`. It can start from the dataset that you
# just saved.

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

# %% [markdown] key="tiers"
# | tier | what you make | time | points | you need to know |
# |---|---|---|---|---|
# | 🐢 | an instruction tuning dataset | @instruction.turtle.minutes@ minutes | @instruction.turtle.points@ | Python functions and dictionaries |
#
# Each task has a gap for your code and a check that looks at what it made. A check that does
# not hold says what it found and which hint helps. You can run it as often as you like.

# %% [markdown] key="setup.intro"
# ## Set up
#
# Run this cell first. It finds the course's folder and says which model you have.

# %% key="setup"
import subprocess
import sys
from pathlib import Path

places = [Path.cwd(), *Path.cwd().parents]
course = next((place for place in places if (place / "helpers" / "checks").is_dir()), Path.cwd())

# On Colab, the course and what it needs are fetched first.
if "google.colab" in sys.modules:
    course = Path("/content/course")
    repository = "@repository@"
    if not course.exists():
        subprocess.run(["git", "clone", "--depth=1", repository, str(course)], check=True)
    needs = str(course / "requirements.txt")
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", "-r", needs], check=True)

sys.path.insert(0, str(course))
from helpers import check, hint, load_llm, progress, run, save, setup

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
import pandas as pd

pd.set_option("display.max_colwidth", 300)
first_rows = first_dataset["default"]["train"].to_pandas()
first_rows[["instruction", "generation", "model_name"]]

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
dataset = run(pipeline) if pipeline is not None else None

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
    from IPython.display import display

    rows = dataset["default"]["train"].to_pandas()
    first = rows.filter(["instruction", "response"]).head(8).style.format(escape="html")
    display(first.set_properties(**{"text-align": "left", "white-space": "pre-wrap"}))

# %% [markdown] key="turtle.save.intro"
# ## Save it
#
# `save` writes your rows as a Parquet file, with a card that says how they were made.

# %% key="turtle.save"
if dataset:
    save(dataset, course / "outputs" / "instruction")

# %% key="turtle.progress"
progress()

# %% [markdown] key="wrap_up"
# ## What you have now
#
# A dataset that no person wrote, and a pipeline that makes as many more rows as you have
# subjects. In the course's folder, `datasets.load_dataset("outputs/instruction")` loads it.
#
# Read the rows once more with its weakness in mind: all were asked for in the same words, about
# subjects that you happened to think of. Try other prompts. Ask for a list, a comparison or a
# short story instead of a question, and run the check again.

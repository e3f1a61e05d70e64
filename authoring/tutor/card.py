"""Writes the model cards: `python -m authoring.tutor.card FIGURES.json`.

The figures are those that `python -m authoring.tutor.evaluate --json FIGURES.json` measured, and
the recipe is the one that the training left beside the weights; nothing is typed in by hand.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from safetensors.torch import load_file

from authoring.tutor import prose
from authoring.tutor.evaluate import Figure, as_markdown, tables
from authoring.tutor.train import SHIPPED

# What was changed while the shipped weights were trained; to be written anew with new weights.
HISTORY = {
    "tutor": """\
These weights began with those of `tutor-mini` after its step 18,450. At step 750 the plan of the rates was changed:
until then they were to fall in one line until the last step. At step 6,400 the training went on from the mean of the
weights after 4,800, 5,600 and 6,400, with fresh optimisers, and with more seed prompts in the plain words of the
course's first notebook ("Write a question about tides."), to which they had answered with poems and letters; from
8,000 on it saw twice as many prompts that name no subject.
What the training texts hold was chosen by looking at what earlier weights missed, so the figures are that much too
good, but for those "written later", for which no training text was changed. The shape of the model was chosen by
its figures, too. `make tutor` repeats the recipe, and not the last bit.""",
    "tutor-mini": """\
The first 5,000 steps saw 554 rows of free prose, and judge's texts that were left as they are; from then on there were
4,211, with system prompts, mixed passages, names and letters of many languages, and a weight of its own for a copy's
first token. From 9,000 on passages with a subject of their own joined them, from 11,000 on subjects were put into free
prose as they are now (an article before one goes with it), and from 18,000 on there were more prompts that name no
subject, from 18,450 on more again. At step 19,000 the training went on from the mean of the weights after 18,450 and
19,000, with fresh optimisers, and with more seed prompts in the plain words of the course's first notebook, from
20,200 on with twice as many prompts that name no subject. The last step was 10,000 until 9,000, then 11,000, 18,000,
18,450, 19,000 and 20,200. What was added was chosen by looking at what earlier
weights missed, so the figures are that much too good, but for those "written later", for which no training text was
changed. `make tutor` repeats the recipe, and not the last bit.""",
}
FRONT = """---
license: apache-2.0
language: en
library_name: transformers
pipeline_tag: text-generation
tags: [synthetic-data, distilabel, course]
---

"""
CARD = """\
# {name}

A real, tiny chat model ({architecture} architecture, {parameters:,} parameters) for a course on
making synthetic datasets. It answers the prompts that the course's distilabel tasks send, nearly
always in the format that distilabel parses and mostly about the subject that the prompt names, on a
laptop CPU in milliseconds; the figures below say how often. **It knows no facts**: what it writes is simple English around the subject that it
was given.{weaker}

```python
from helpers import load_llm

llm = load_llm("{name}")
llm.load()
print(llm.generate([[{{"role": "user", "content": "Why do people care about tides?"}}]])[0])
```

## Data

Trained on text that this project's own generator writes without end
(`authoring/tutor/corpus.py`, `writer.py`, `shapes.py`, `words.py`), and later on {prose:,}
requests with their answers and passages and {system} system prompts in free prose, with their subjects exchanged
and their sentences mixed (`prose/`, `system_prompts.jsonl`): requests and answers, seed prompts,
SelfInstruct, EvolInstruct, EvolQuality, UltraFeedback, ComplexityScorer, QualityScorer and Magpie
conversations, in the prompts that distilabel 1.5.3 renders. No third-party text was used. Two
thirds of the subjects are made up from random letters and words, so that copying the subject from
the prompt is the only way to be right.

The tokenizer is a byte-level BPE of {vocabulary:,} entries. The parts of distilabel's prompts that
never change are one token each: a judge's prompt of 300 words costs no more than the texts that it
judges. A distilabel with other templates would need another training.

## Recipe

`make tutor` trains it again: Muon for the matrices of the layers, AdamW for the rest, with the rates
below, which fall in a line to nothing, and after each restart once more; {start}; the weights are
the mean of those after the steps under `averaged`; the prompts are not learnt, except the
user turns that Magpie asks for. Ratings, ends of lines and what is copied from the prompt, above all its first
token, count more than other tokens.

```
{recipe}
```

## Seed

{seed}. The same seed gives the same weights on the same machine and versions, also when the
training is interrupted (tested on a small recipe); another processor may round differently.

{history}

## Figures

`python -m authoring.tutor.evaluate`, on subjects and sentence shapes that training never saw. Of
each measure the lowest figure of its kinds is shown (of the token limit the highest); sampled means
temperature 0.7, for Magpie's user turns 0.9. The marks compare with the targets that the course
sets itself.

{figures}

## Limits

- It knows no facts and does not reason. Its answers are fluent and empty; do not train a model for
  real use on them.
- English only, about one subject at a time. Rare letters, long names and subjects of more than
  about five words are sometimes misspelt.
- As a judge it first writes down what was asked for and what it found of that in each text
  (distilabel's parsers leave those lines out), then rates. It looks at whether a text keeps to the subject, is
  finished and how much it says, and at nothing else: a false statement and a true one are the same to it.
- QualityScorer leaves no room for such lines, so its scores only tell short texts from long ones.
- In a passage of ordinary English it takes other words for the subject: in {lines_astray:.0f} of 100 lines that
  SelfInstruct gets from passages written later. Under a heading (`# tides`, then the passage) it is {headed_astray:.0f} of 100, and so the
  course's notebook gives its passages one.
- As a judge of ordinary English it is wrong in {pairs_wrong:.0f} of 100 pairs: where a text names what was asked in other
  words, it rates it as off the subject.
- It reads at most {context:,} tokens.
"""

BASE_CARD = """\
# tutor-base

A tiny language model ({architecture} architecture, {parameters:,} parameters) that has **not learned to chat**:
a model to train, in a course on making synthetic datasets. It continues text. It has never seen the marks of a
conversation, nor the end of one.

```python
from helpers import evaluate_model

print(evaluate_model("tutor-base"))
```

## Data

Trained from nothing on running text that this project's own generator writes without end (`texts` in
`authoring/tutor/corpus.py`): articles, and questions with their answers one after another, on the same
subjects as `tutor`'s; after half of the steps, free prose with them. No third-party text was used. It has about
the size of `tutor` and its tokenizer, and is a training of its own: `tutor` did not begin from these weights.

## Recipe

`make tutor` trains it again: Muon for the matrices of the layers, AdamW for the rest, with the rates below,
which fall in a line to nothing; short texts first; what is copied from before counts twice.

```
{recipe}
```

## Seed

{seed}. The same seed gives the same weights on the same machine and versions, also when the training is
interrupted; another processor may round differently.

## Figures

`evaluate_model("tutor-base")` on the {prompts} held-out prompts of chapter 3, in brackets the interval that
holds the true share 19 times out of 20. What it is after a training, `docs/training.md` shows.

```text
{figures}
```

## Limits

- It answers nothing and ends nothing, and knows no facts. After a training on rows of the course it answers,
  and still knows none.
- English only.
- It reads at most {context:,} tokens.
"""


def base_card() -> str:
    """The model card of "tutor-base", in Markdown, with what it does before any training."""
    from helpers.training.evaluating import evaluate_model

    folder = SHIPPED / "tutor-base"
    config, recipe = _config(folder), _recipe(folder)
    found = evaluate_model("tutor-base")
    return FRONT + BASE_CARD.format(
        architecture=config["architectures"][0].removesuffix("ForCausalLM"),
        parameters=_parameters(folder / "model.safetensors"),
        recipe=_lines(recipe),
        seed=recipe["seed"],
        prompts=len(found.answers),
        figures=found,
        context=config["max_position_embeddings"],
    )


def card(name: str, figures: list[Figure]) -> str:
    """The model card of "tutor" or "tutor-mini", in Markdown."""
    folder = SHIPPED / name
    config, recipe = _config(folder), _recipe(folder)
    passages = "SelfInstruct lines, passages in ordinary English"
    missed = {
        figure.name: 100 * (1 - figure.value)
        for figure in figures
        if figure.model == name and not figure.sampled
        if figure.group in ("on subject", "judge, ordinary")
    }
    return FRONT + CARD.format(
        name=name,
        architecture=config["architectures"][0].removesuffix("ForCausalLM"),
        parameters=_parameters(folder / "model.safetensors"),
        weaker=" It is the weaker of the two: smaller, and taught mostly brief answers."
        if recipe["weak"]
        else "",
        vocabulary=config["vocab_size"],
        prose=len(prose.rows()),
        system=len(prose.system_prompts()),
        recipe=_lines(recipe),
        start=f"it begins with the weights of `{recipe['grown_from']}`, grown to its size"
        if recipe["grown_from"]
        else "short examples come first",
        seed=recipe["seed"],
        history=HISTORY[name],
        figures=as_markdown(tables([f for f in figures if f.model == name])[0]),
        lines_astray=missed[f"{passages}, written later"],
        headed_astray=missed[f"{passages} under a heading"],
        pairs_wrong=missed["all pairs"],
        context=config["max_position_embeddings"],
    )


def _config(folder: Path) -> dict:
    return json.loads((folder / "config.json").read_text(encoding="utf-8"))


def _recipe(folder: Path) -> dict:
    return json.loads((folder / "recipe.json").read_text(encoding="utf-8"))


def _lines(recipe: dict) -> str:
    return "\n".join(f"{key}: {json.dumps(value)}" for key, value in recipe.items())


def _parameters(weights: Path) -> int:
    return sum(tensor.numel() for tensor in load_file(weights).values())


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("Usage: python -m authoring.tutor.card FIGURES.json")
    rows = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    figures = [Figure(**{k: v for k, v in row.items() if k != "passes"}) for row in rows]
    for name in dict.fromkeys(figure.model for figure in figures):
        (SHIPPED / name / "README.md").write_text(card(name, figures), encoding="utf-8")
        print(f"wrote the card of {name}")
    (SHIPPED / "tutor-base" / "README.md").write_text(base_card(), encoding="utf-8")
    print("wrote the card of tutor-base")


if __name__ == "__main__":
    main()

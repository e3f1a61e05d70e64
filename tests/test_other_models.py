"""The same notebooks with a model that is not the course's: one that writes nonsense.

A model with random weights makes every mistake that a model can make: it never stops by itself,
and no task can read what it writes. Nothing but a check may complain.
"""

import json
import os
import shutil

import pytest
from nbclient import NotebookClient

from helpers.models import TUTORS
from tests.conftest import ALL
from tests.test_notebooks import EXERCISES, a_course, copied, load, outputs, verdicts

# What a training learns from is not written by the model of the environment.
DATASETS = [name for name, exercise in EXERCISES.items() if exercise.makes == "dataset"]
DATASETS = DATASETS if ALL else DATASETS[:1]


@pytest.fixture(scope="module")
def nonsense(tmp_path_factory):
    """A small Llama with random weights, a tokenizer and a chat template."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    folder = tmp_path_factory.mktemp("models") / "nonsense"
    shutil.copytree(TUTORS / "tutor", folder)
    size = json.loads((folder / "config.json").read_text("utf-8"))["vocab_size"]
    config = LlamaConfig(
        num_hidden_layers=2,
        hidden_size=48,
        num_attention_heads=3,
        num_key_value_heads=1,
        intermediate_size=128,
        vocab_size=size,
        # So short that the longer prompts of the course do not fit.
        max_position_embeddings=320,
        tie_word_embeddings=True,
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=0,
    )
    torch.manual_seed(0)
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder


def fewer_rows(notebook):
    """The notebook with four rows where it has dozens: nonsense takes as long for each."""
    for cell in notebook.cells:
        if cell.id == "turtle-subjects":
            cell.source += "\nsubjects = subjects[:4]"
        for many, few in (
            ("[:40]", "[:4]"),
            ("sample(24,", "sample(4,"),
            ("prompts * 6", "prompts"),
        ):
            cell.source = cell.source.replace(many, few)
    return notebook


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", DATASETS)
def test_with_a_model_of_nonsense_nothing_but_checks_complains(name, nonsense, tmp_path):
    course = a_course(tmp_path)
    notebook = fewer_rows(load("solutions", name))
    path = copied(notebook, course)
    NotebookClient(
        notebook, allow_errors=True, resources={"metadata": {"path": path.parent}}
    ).execute(env={**os.environ, "COURSE_LLM": str(nonsense)})
    failed = {cell.id: o for cell, o in outputs(notebook) if o.output_type == "error"}
    crashed = {key: "\n".join(o.traceback) for key, o in failed.items() if o.ename != "NotYet"}
    assert not {k: text for k, text in crashed.items() if "NotAttempted" not in text}
    said = verdicts(notebook)
    assert "not yet" in said.values() and len(said) >= 3
    texts = [str(o.get("text", "")) for _, o in outputs(notebook)]
    assert any(" lost " in text for text in texts), "no run said that rows were lost"


def test_a_check_says_something_useful_about_nonsense(nonsense, own_progress):
    """Which row, what stands there, and where to look."""
    from distilabel.pipeline import Pipeline
    from distilabel.steps import LoadDataFromDicts
    from distilabel.steps.tasks import UltraFeedback

    from helpers import load_llm, run
    from helpers.checks import evaluate

    rows = [{"instruction": f"What is {n}?", "generations": ["One.", "Two."]} for n in range(4)]
    with Pipeline(name="nonsense") as pipeline:
        judge = UltraFeedback(llm=load_llm(str(nonsense)), aspect="overall-rating")
        LoadDataFromDicts(data=rows) >> judge
    judged = run(pipeline)
    verdict = evaluate("preference.lion.ratings", {"judged": judged, "reversed": judged})
    assert verdict.status.value == "not yet"
    failed = [criterion for criterion in verdict.criteria if criterion.holds is False]
    assert failed and all(criterion.found and criterion.code for criterion in failed)

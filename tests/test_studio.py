"""`studio`: the plan, the code that follows from it, and the fields and buttons."""

import ast
import os
import subprocess
import sys
from itertools import product

import pytest

from helpers import studio
from helpers.making.panel import Panel
from helpers.making.plan import DATASETS, TIERS, Plan, PlanError
from helpers.models import ModelError
from tests.conftest import ROOT

SUBJECTS = ["rain", "bread"]
PASSAGES = ["Bread is made from flour. Bread rises with yeast.", "The sea is salty. So is the sea."]
TOLD = "You are an assistant that helps people with questions about food."
COLUMNS = {
    ("instruction", "turtle"): {"instruction", "response"},
    ("instruction", "dog"): {"instruction", "response"},
    ("instruction", "lion"): {"instruction", "evolved_instruction", "response"},
    ("preference", "turtle"): {"instruction", "chosen", "rejected", "chosen_model"},
    ("preference", "dog"): {"instruction", "chosen", "rejected"},
    ("preference", "lion"): {"instruction", "generations", "ratings", "generation_models"},
}


# All from subjects, and from passages those that begin in another way.
PLANS = [(*plan, False) for plan in product(DATASETS, TIERS)]
PLANS += [("instruction", "dog", True), ("preference", "lion", True)]


@pytest.mark.parametrize(("dataset", "tier", "seeded"), PLANS)
def test_every_plan_makes_its_rows(dataset, tier, seeded):
    made = studio(dataset, tier, TOLD, SUBJECTS, PASSAGES if seeded else (), rows=3)
    rows = made.make()["default"]["train"]
    assert len(rows) == 3
    assert set(rows.column_names) >= COLUMNS[dataset, tier] | {"distilabel_metadata"}
    is_written = [all(row[name] for name in COLUMNS[dataset, tier]) for row in rows]
    assert sum(is_written) >= 2, list(rows)
    assert ("passage" in rows.column_names) == (made.plan.is_seeded)


def test_the_assistant_is_told_to_the_model():
    for plan in (("instruction", "turtle"), ("instruction", "dog"), ("preference", "lion")):
        prompts = [
            task["prompt"] for task in studio(*plan, TOLD, SUBJECTS, rows=2).estimate()["tasks"]
        ]
        assert TOLD.strip(".") in str(prompts)


def test_the_code_runs_by_itself_and_makes_the_same(tmp_path):
    made = studio("instruction", "turtle", TOLD, SUBJECTS, rows=2)
    script = tmp_path / "mine.py"
    script.write_text(made.code() + "\nprint(list(dataset['default']['train']['response']))")
    command = [sys.executable, "-W", "ignore", str(script)]
    own = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, check=False, cwd=tmp_path, env=own, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == str(list(made.make()["default"]["train"]["response"]))
    assert (tmp_path / "outputs/studio-instruction-turtle/README.md").is_file()


NASTY = '"""; import os; os.abort() #\\ {subjects} \' \n\u202e {0}'


def test_what_a_person_writes_is_never_code():
    plan = Plan("preference", "lion", NASTY, (NASTY, "{x}"), (), 2)
    names = {node.id for node in ast.walk(ast.parse(plan.code())) if isinstance(node, ast.Name)}
    assert "os" not in names
    loader = plan.pipeline().dag.get_step("load_data_from_dicts_0")["step"]
    assert loader.data[1]["instruction"] == "Write a question about {x}."
    assert NASTY.strip() in loader.data[0]["instruction"]


def test_few_subjects_are_enough_for_many_rows_and_a_sample_has_five():
    plan = Plan(subjects=SUBJECTS, rows=1000)
    data = plan.pipeline().dag.get_step("load_data_from_dicts_0")["step"].data
    assert len(data) == 1000 and len({row["instruction"] for row in data}) == 2
    assert plan.sample().rows == 5 and Plan(subjects=SUBJECTS, rows=2).sample().rows == 2


def test_preference_data_of_another_model_comes_from_it_alone():
    assert Plan(model="tutor").other_model == "tutor-mini"
    code = Plan("preference", "turtle", subjects=SUBJECTS, model="./mine").code()
    assert "tutor" not in code and "temperature=1.3" in code


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"dataset": "poems"}, "dataset='poems' is not known. Known are: instruction, preference."),
        ({"tier": "cat"}, "tier='cat'"),
        ({"rows": 0}, "rows=0 is no number of rows"),
        ({"rows": 2.5}, "whole number"),
        ({"rows": True}, "whole number"),
        ({"rows": 10**9}, "1,000,000"),
    ],
)
def test_what_cannot_be_is_said_plainly(fields, words):
    with pytest.raises(PlanError) as problem:
        studio(**fields)
    assert words in str(problem.value)


@pytest.mark.parametrize("given", [(), ["  ", ""], "", None])
def test_without_a_subject_it_says_what_is_missing(given):
    made = studio(subjects=given or ())
    for action in (made.code, made.make, made.sample, made.estimate):
        with pytest.raises(PlanError, match="give some subjects"):
            action()
    assert "give some subjects" in repr(made)
    with pytest.raises(PlanError, match="no dataset yet"):
        made.save()


def test_an_unknown_model_is_named_before_anything_runs():
    with pytest.raises(ModelError, match="There is no model"):
        studio(subjects=SUBJECTS, model="no such model").make()


# --- the fields and buttons


@pytest.fixture
def panel(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Panel(studio(subjects=SUBJECTS, rows=6))


def test_the_fields_are_the_plan(panel):
    panel.dataset.value, panel.tier.value = "preference", "lion"
    panel.subjects.value = "tea\n\n the moon "
    panel.passages.value = "One.\nStill one.\n\n\nTwo."
    plan = panel.studio.plan
    assert (plan.dataset, plan.tier, plan.rows) == ("preference", "lion", 6)
    assert plan.subjects == ("tea", "the moon") and plan.passages == ("One.\nStill one.", "Two.")
    assert "UltraFeedback" in panel.code.value
    assert panel.folder.value == "outputs/studio-preference-lion"
    panel.dataset.value = "instruction"
    assert panel.tier.value == "lion" == panel.studio.plan.tier


def test_a_folder_that_was_named_stays(panel):
    panel.folder.value = "mine"
    panel.tier.value = "dog"
    assert panel.folder.value == "mine"


def test_without_subjects_no_button_works(panel):
    panel.subjects.value = " \n"
    assert panel.look.disabled and panel.sample.disabled and panel.make.disabled
    panel.subjects.value = "tea"
    assert not panel.make.disabled and panel.save.disabled


def test_the_way_through(panel, tmp_path):
    panel.look.click()
    shown = panel.result.children[0].value
    assert "Estimate for 6 rows" in shown and "Write a question about rain." in shown
    panel.sample.click()
    assert "5 rows in" in panel.message.value
    steps, rows = panel.result.children
    assert steps.value.count("5/5") == 3
    assert "Rows 1 to 5 of 5" in rows.children[1].children[-1].value
    panel.make.click()
    assert "6 rows in" in panel.message.value
    panel.save.click()
    assert "Rows saved in outputs/studio-instruction-turtle: 6" in panel.message.value
    assert (tmp_path / "outputs/studio-instruction-turtle/README.md").is_file()


def test_what_goes_wrong_stands_on_the_page_and_the_buttons_work_again(panel, tmp_path):
    panel.model.value = "<b>none</b>"
    panel.make.click()
    assert "ModelError" in panel.message.value and "<b>none" not in panel.message.value
    assert not panel.make.disabled
    panel.studio.dataset = [{"instruction": "Why?", "response": "So."}]
    (tmp_path / "taken").write_text("mine")
    panel.folder.value = "taken"
    panel.save.disabled = False
    panel.save.click()
    assert "NotOurFolder" in panel.message.value and (tmp_path / "taken").read_text() == "mine"


def test_an_interrupt_is_no_error(panel, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(panel.studio, "run", interrupted)
    panel.make.click()
    assert "Stopped" in panel.message.value and not panel.make.disabled

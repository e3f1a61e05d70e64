"""`python -m helpers`, which `make run` calls."""

import nbformat

from helpers import save
from helpers.__main__ import NOTEBOOK, execute, show_rows
from tests.conftest import ROOT


def notebook_with(path, *cells):
    cells = [f"import sys; sys.path.insert(0, {str(ROOT)!r})", *cells]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    nbformat.write(notebook, path)
    return path


def test_the_reference_solution_is_there():
    assert NOTEBOOK.is_file()


def test_a_check_that_does_not_hold_says_why(tmp_path):
    path = notebook_with(
        tmp_path / "n.ipynb",
        "from helpers import check",
        'check("instruction.turtle.rows", [{"instruction": "Why?"}])',
    )
    problem = execute(path)
    assert "[NO_COLUMN]" in problem and "The columns are `instruction`." in problem


def test_any_other_mistake_shows_its_cell(tmp_path):
    problem = execute(notebook_with(tmp_path / "n.ipynb", "1 / 0"))
    assert "1 / 0" in problem and "ZeroDivisionError" in problem


def test_a_run_that_ends_well_has_nothing_to_say(tmp_path):
    assert execute(notebook_with(tmp_path / "n.ipynb", "1 + 1")) == ""


def test_the_learners_own_points_stay_as_they_are(tmp_path, own_progress):
    cell = "from helpers.checks import store; store.add('x'); assert store.is_kept()"
    assert execute(notebook_with(tmp_path / "n.ipynb", cell)) == ""
    assert not own_progress.exists()


def test_five_rows_are_shown_and_the_rest_counted(tmp_path, capsys):
    rows = [{"instruction": f"What is {n}?", "response": "A\n\nnumber."} for n in range(8)]
    folder = save(rows, tmp_path / "mine")
    capsys.readouterr()
    show_rows(folder / "train.parquet")
    shown = capsys.readouterr().out
    assert "1. What is 0?\n   → A\n     number." in shown
    assert "5. What is 4?" in shown and "What is 5?" not in shown and "3 more rows" in shown

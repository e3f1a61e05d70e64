"""`setup`: what it says when all is well, and what when it is not."""

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from helpers import environment, setup
from helpers.environment import NotReady, default_model, library_problems, python_problem

ROOT = Path(environment.__file__).parents[1]


@pytest.fixture
def requirements(tmp_path, monkeypatch):
    """Stand in for requirements.txt, with lines of the test's own."""

    def write(*lines: str) -> Path:
        path = tmp_path / "requirements.txt"
        path.write_text("\n".join(lines))
        return path

    return write


def test_setup_prints_one_line_with_versions_model_and_device(capsys):
    setup()
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    pattern = r"Python 3\.\d+ · distilabel 1\.5\.\d+ · transformers .* · model: tutor on \w+"
    assert re.match(pattern, lines[0])


def test_setup_remembers_the_model_and_course_llm_wins(monkeypatch):
    monkeypatch.setattr(environment, "_default_model", "tutor")
    setup(model="smollm2")
    assert default_model() == "smollm2"
    monkeypatch.setenv("COURSE_LLM", "tutor-mini")
    assert default_model() == "tutor-mini"


def test_what_is_installed_here_is_what_the_course_needs():
    assert library_problems() == []


def test_a_missing_library_comes_with_the_command_that_mends_it(requirements):
    problems = library_problems(requirements("nowhere-to-be-found>=2"))
    assert len(problems) == 1
    assert "nowhere-to-be-found>=2 is missing" in problems[0]
    assert f'{sys.executable} -m pip install "nowhere-to-be-found>=2"' in problems[0]


def test_without_its_folder_the_course_reads_its_own_metadata(tmp_path, monkeypatch):
    listed = ["nowhere-to-be-found>=2", 'pytest>=999; extra == "test"']
    monkeypatch.setattr(environment, "requires", {"synthetic-data-course": listed}.get)
    (problem,) = library_problems(tmp_path / "no requirements.txt")
    assert "nowhere-to-be-found>=2 is missing" in problem


@pytest.mark.parametrize("wanted", ["pytest>=999", "pytest<1"], ids=["too old", "too new"])
def test_a_wrong_version_says_which_and_what_mends_it(requirements, wanted):
    problems = library_problems(requirements("# why", "", wanted, 'absent; python_version < "3"'))
    assert len(problems) == 1
    assert f"{wanted} is needed, but version {pytest.__version__} is installed" in problems[0]
    assert f'pip install "{wanted}"' in problems[0]


def test_setup_stops_with_all_problems_at_once(requirements, monkeypatch):
    path = requirements("absent-one", "absent-two")
    monkeypatch.setattr(environment.library_problems, "__defaults__", (path,))
    with pytest.raises(NotReady, match="(?s)absent-one.*absent-two"):
        setup()


@pytest.mark.parametrize("found", [(3, 9), (3, 14)])
def test_a_wrong_python_says_which_ones_are_right(found):
    (problem,) = python_problem(found)
    assert "Python {}.{} cannot".format(*found) in problem
    assert "3.10 to 3.13" in problem


def test_the_right_pythons_are_those_of_the_package():
    (_, oldest), (_, newest) = environment.PYTHON
    declared = f'requires-python = ">=3.{oldest},<3.{newest + 1}"'
    assert declared in (ROOT / "pyproject.toml").read_text()


def test_all_that_distilabel_imports_is_required():
    """distilabel 1.5.3 imports `requests` and `bs4` without asking for them."""
    required = (ROOT / "requirements.txt").read_text()
    assert re.search(r"^requests\b", required, re.MULTILINE)
    assert re.search(r"^beautifulsoup4\b", required, re.MULTILINE)


def test_importing_distilabel_first_is_fine_too():
    code = "import distilabel, datasets; from helpers import setup; setup()"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (0, "", 1)


# --- cells out of order ----------------------------------------------------------------


def ran(tmp_path, *cells):
    """Run cells in a kernel, errors included; return what each showed, as text."""
    code = [f"import sys; sys.path.insert(0, {str(ROOT)!r})\nfrom helpers import setup; setup()"]
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(c) for c in code + [*cells]]
    )
    NotebookClient(
        notebook, allow_errors=True, resources={"metadata": {"path": tmp_path}}
    ).execute()
    return [
        [(o.get("ename"), o.get("data", {}).get("text/plain", "")) for o in cell.outputs]
        for cell in notebook.cells[1:]
    ]


def test_a_cell_that_runs_too_early_says_which_cells_to_run(tmp_path):
    early, inside, unbound, fine = ran(
        tmp_path,
        "from helpers import check\ncheck('instruction.turtle.rows', dataset)",
        "def f():\n    return missing\nf()",
        "def f():\n    x += 1\nf()",
        "1 + 1",
    )
    assert [name for name, _ in early] == ["NameError", None]
    assert "There is no dataset in this kernel." in early[1][1]
    assert "run the cells from the top" in early[1][1]
    assert [name for name, _ in inside] == ["NameError"]
    assert [name for name, _ in unbound] == ["UnboundLocalError"]
    assert fine == [[(None, "2")]][0]

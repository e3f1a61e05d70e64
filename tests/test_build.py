"""The builder: one source, two notebooks, and mistakes that stop it."""

import json
import shutil

import pytest

from authoring import build, document
from authoring.document import SourceError
from tests.conftest import ROOT

SOURCE = """\
# %% [markdown] key="title"
# # A notebook
#
# It is worth @instruction.turtle.points@ points.

# %% key="turtle.gap"
def double(number):  # twice
    # solution
    # gap: Return twice the number.
    answer = 2 * number  # the secret
    return answer
    # end solution


print(double(2))

# %% key="turtle.check"
check("instruction.turtle.rows", double)
"""


@pytest.fixture
def course(tmp_path):
    """A small course folder with one source, built once."""
    (tmp_path / "authoring" / "notebooks").mkdir(parents=True)
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "docs" / "images", tmp_path / "docs" / "images")
    for path in (tmp_path / "docs" / "images").iterdir():
        if path.is_dir():  # this course has no other language yet
            shutil.rmtree(path)
    write(tmp_path, SOURCE)
    assert build.main(["--root", str(tmp_path)]) == 0
    return tmp_path


def write(course, source, name="small"):
    (course / "authoring" / "notebooks" / f"{name}.py").write_text(source, "utf-8")


def cells(course, folder):
    notebook = json.loads((course / folder / "small.ipynb").read_text("utf-8"))
    return {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}


def snapshot(course):
    return {p: p.read_bytes() for p in course.rglob("*") if p.is_file() and p.suffix != ".py"}


def test_exercise_has_a_gap_and_solution_has_the_code(course):
    assert cells(course, "notebooks")["turtle-gap"] == (
        "def double(number):  # twice\n    # Return twice the number.\n    ...\n\n\n"
        "print(double(2))"
    )
    assert cells(course, "solutions")["turtle-gap"] == (
        "def double(number):  # twice\n    answer = 2 * number  # the secret\n"
        "    return answer\n\n\nprint(double(2))"
    )


def test_cell_ids_follow_from_the_keys(course):
    assert list(cells(course, "notebooks")) == ["title", "turtle-gap", "turtle-check"]


def test_the_manifests_figures_are_filled_in(course):
    assert "It is worth 10 points." in cells(course, "notebooks")["title"]


def test_building_again_changes_no_byte(course):
    before = snapshot(course)
    assert build.main(["--root", str(course)]) == 0
    assert snapshot(course) == before
    assert build.main(["--root", str(course), "--check"]) == 0


def test_check_names_a_notebook_that_was_edited(course, capsys):
    path = course / "notebooks" / "small.ipynb"
    path.write_text(path.read_text("utf-8").replace("twice", "thrice"), "utf-8")
    assert build.main(["--root", str(course), "--check"]) == 1
    assert "notebooks/small.ipynb differs from its source" in capsys.readouterr().err


def test_check_names_a_notebook_without_a_source(course, capsys):
    shutil.copy(course / "notebooks" / "small.ipynb", course / "notebooks" / "stray.ipynb")
    assert build.main(["--root", str(course), "--check"]) == 1
    assert "notebooks/stray.ipynb has no source" in capsys.readouterr().err


def test_check_names_a_notebook_that_is_missing(course, capsys):
    (course / "solutions" / "small.ipynb").unlink()
    assert build.main(["--root", str(course), "--check"]) == 1
    assert "solutions/small.ipynb is missing" in capsys.readouterr().err


def test_check_names_a_readme_whose_table_is_stale(course, capsys):
    path = course / "README.md"
    path.write_text(path.read_text("utf-8").replace("10 points", "11 points"), "utf-8")
    assert build.main(["--root", str(course), "--check"]) == 1
    assert "README.md differs" in capsys.readouterr().err


MISTAKES = {
    "a key twice": ('key="turtle.check"', 'key="title"', "small.py:17: the key 'title' is taken"),
    "no key": ('# %% key="turtle.check"', "# %%", "small.py:17: this cell has no key"),
    "a key of capitals": ('key="title"', 'key="Title"', "small.py:1: the key 'Title'"),
    "a solution left open": ("    # end solution\n", "", "small.py:8: this solution has no"),
    "a solution in a solution": ("    # end solution", "    # solution", "small.py:12: the solut"),
    "an end without a begin": ("    # solution\n", "", "outside of a solution"),
    "an end alone": ("    # solution\n    # gap: Return twice the number.\n", "", "no solution is"),
    "not Python": ("print(double(2))", "print(double(2)", "small.py:15: this is not Python"),
    "an unknown figure": ("turtle.points@", "turtle.pionts@", "small.py:4: @instruction.turtle."),
    "text before the first cell": ("# %% [markdown]", "x = 1\n\n# %% [markdown]", "before the fi"),
    "no cell at all": (SOURCE, "x = 1\n", "small.py:1: there is no cell"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_stops_the_build_with_file_line_and_nothing_written(name, course, capsys):
    before = snapshot(course)
    old, new, message = MISTAKES[name]
    assert old in SOURCE
    write(course, SOURCE.replace(old, new))
    assert build.main(["--root", str(course)]) == 1
    assert message in capsys.readouterr().err
    assert snapshot(course) == before


def test_one_bad_source_holds_back_the_good_ones_too(course):
    write(course, SOURCE.replace("print", "x = 1; print"))
    write(course, "no cell", name="zzz")
    before = snapshot(course)
    assert build.main(["--root", str(course)]) == 1
    assert snapshot(course) == before


def test_units_are_whole_markdown_cells_and_single_comments(course):
    source = document.read(course / "authoring" / "notebooks" / "small.py")
    texts = {unit.context: unit.text for unit in document.units(source)}
    assert list(texts) == [
        "small.title",
        "small.turtle.gap.1",
        "small.turtle.gap.2",
        "small.turtle.gap.3",
    ]
    assert texts["small.turtle.gap.1"] == "twice"
    assert texts["small.turtle.gap.2"] == "Return twice the number."
    assert texts["small.turtle.gap.3"] == "the secret"


def test_a_bad_source_is_an_exception_with_its_place(course):
    write(course, SOURCE.replace('key="title"', ""))
    with pytest.raises(SourceError, match=r"small\.py:1: this cell has no key"):
        build.derive(course)

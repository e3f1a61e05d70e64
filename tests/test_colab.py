"""The setup cell on Colab: it fetches the course, and installs beside what Colab brings.

A virtual environment stands in for Colab. In it are small packages of the right names, and pip
finds more of them in a folder, so that nothing here needs the internet.
"""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from packaging.requirements import Requirement

from authoring.build import repository
from helpers import install
from helpers.checks.manifest import exercises
from tests.conftest import ROOT

TORCH = "2.6.0+cu124"
COLAB = {"torch": TORCH, "numpy": "2.0.2", "pandas": "2.2.2", "pyarrow": "18.1.0"}
CODE = {
    "torch": "class cuda:\n    is_available = staticmethod(lambda: True)\n",
    "packaging": None,  # pip's own copy serves
}


def wheel(folder: Path, name: str, version: str, requires: tuple = (), code: str = "") -> Path:
    """Write a package with one module and nothing in it."""
    module = name.replace("-", "_")
    path = folder / f"{module}-{version}-py3-none-any.whl"
    info = f"{module}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    metadata += "".join(f"Requires-Dist: {text}\n" for text in requires)
    files = {
        f"{module}/__init__.py": code,
        f"{info}/METADATA": metadata,
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in {**files, f"{info}/RECORD": record}.items():
            archive.writestr(file, text)
    return path


def index(folder: Path) -> Path:
    """A folder with a package for each requirement, and a newer PyTorch that must not come in."""
    import packaging

    folder.mkdir()
    for line in install.REQUIREMENTS.read_text("utf-8").splitlines():
        line = line.partition("#")[0].strip()
        if not line:
            continue
        wanted = Requirement(line)
        lowest = next(str(s.version) for s in wanted.specifier if s.operator == ">=")
        if wanted.name == "packaging":
            copy = Path(packaging.__file__).parent
            path = wheel(folder, "packaging", packaging.__version__)
            with zipfile.ZipFile(path, "a") as archive:
                for file in copy.rglob("*.py"):
                    if file.name != "__init__.py" or file.parent != copy:
                        archive.write(file, f"packaging/{file.relative_to(copy)}")
        else:
            wheel(folder, wanted.name, lowest, code=CODE.get(wanted.name) or "")
    # pip would take this one first, and PyTorch with it.
    wheel(folder, "transformers", "5.9.0", requires=("torch>=2.7",))
    wheel(folder, "torch", "2.9.0", code=CODE["torch"])
    return folder


@pytest.fixture(scope="module")
def colab(tmp_path_factory):
    """Run the first notebook's setup cell where there is only what Colab brings."""
    folder = tmp_path_factory.mktemp("colab")
    here = Path(sys.executable)
    packages = index(folder / "index")
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    python = folder / "venv" / "bin" / here.name
    brought = [
        str(wheel(folder, name, version, code=CODE.get(name) or ""))
        for name, version in COLAB.items()
    ]
    pip = [str(python), "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run([*pip, *brought], check=True)

    origin = folder / "origin"
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", ROOT, origin], check=True)
    for name in ("helpers", "requirements.txt"):  # as they are now, not as they were committed
        subprocess.run(["cp", "-r", str(ROOT / name), str(origin)], check=True)
    identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
    commit = ["git", *identity, "commit", "-q", "-a", "-m", "now", "--allow-empty"]
    subprocess.run(["git", "add", "helpers"], cwd=origin, check=True)
    subprocess.run(commit, cwd=origin, check=True)

    # The other names would bring in distilabel itself, which is empty here.
    cell, changed = re.subn(
        r"^from helpers import \([^)]*\)$",
        "from helpers import setup",
        setup_cell(exercises()[0].notebook),
        flags=re.MULTILINE,
    )
    assert changed == 1
    stand_in = "import sys, types; sys.modules['google.colab'] = types.ModuleType('colab')\n"
    content = folder / "content"
    content.mkdir()
    (content / "cell.py").write_text(stand_in + cell + "\nprint('course:', course)\n", "utf-8")
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "PYTHON"))},
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(packages),
        "PIP_CONFIG_FILE": os.devnull,
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.file://{origin}.insteadOf",
        "GIT_CONFIG_VALUE_0": repository(),
        "GIT_TERMINAL_PROMPT": "0",
    }

    def run_cell():
        return subprocess.run(
            [str(python), "cell.py"],
            cwd=content, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    run_cell.python, run_cell.content = python, content
    run_cell.first = run_cell()
    return run_cell


def setup_cell(name, folder="notebooks"):
    notebook = nbformat.read(ROOT / folder / f"{name}.ipynb", as_version=4)
    return next(cell.source for cell in notebook.cells if cell.id == "setup")


def version_of(colab, name):
    code = f"from importlib.metadata import version; print(version({name!r}))"
    done = subprocess.run(
        [str(colab.python), "-c", code], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_the_setup_cell_fetches_the_course_and_ends_with_its_line(colab):
    assert colab.first.returncode == 0, colab.first.stderr
    *_, line, course = colab.first.stdout.splitlines()
    assert f"torch {TORCH}" in line and "model: tutor on cuda" in line
    assert course == f"course: {colab.content / 'course'}"
    assert (colab.content / "course" / "notebooks" / "data").is_dir()


def test_what_is_missing_is_installed_and_torch_is_as_it_was(colab):
    assert colab.first.returncode == 0, colab.first.stderr
    assert version_of(colab, "distilabel") == "1.5.3"
    assert version_of(colab, "transformers") == "5.0"
    for name, version in COLAB.items():
        assert version_of(colab, name) == version


def test_running_the_cell_again_changes_nothing(colab):
    marker = colab.content / "course" / "outputs"
    marker.mkdir(exist_ok=True)
    again = colab()
    assert again.returncode == 0, again.stderr
    assert again.stdout.splitlines()[-1] == f"course: {colab.content / 'course'}"
    assert marker.is_dir()


def test_the_setup_cell_is_the_same_in_every_notebook():
    cells = {
        setup_cell(exercise.notebook, folder)
        for exercise in exercises()
        for folder in ("notebooks", "solutions")
    }
    assert len(cells) == 1


def test_the_repository_is_stamped_into_the_setup_cell():
    assert f'repository = "{repository()}"' in setup_cell(exercises()[0].notebook)


def test_only_what_is_installed_is_held(monkeypatch):
    monkeypatch.setattr(install, "HELD", ("pytest", "nowhere-to-be-found"))
    assert install.held() == [f"pytest=={pytest.__version__}"]

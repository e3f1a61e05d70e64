"""What all tests share."""

import os
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

ALL = bool(os.environ.get("COURSE_TEST_ALL"))  # else the tests that take minutes are fewer

# The workers share the cores already; models of this size are no faster with more.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# No test touches the points of whoever works in this folder; child processes inherit this.
os.environ["COURSE_PROGRESS"] = str(Path(tempfile.mkdtemp(prefix="course-")) / "progress.txt")


# The files that take minutes, the longest first: else one worker has them all at the end.
LONG = (
    "test_grading", "test_resuming", "test_notebooks", "test_languages", "test_cluster",
    "test_checks_training", "test_training", "test_running", "test_chapters", "test_sharing",
    "test_models", "test_colab", "test_other_models", "test_main", "test_checks_preference",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {name: at for at, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(item.path.stem, len(LONG)))


@pytest.fixture
def own_progress(tmp_path, monkeypatch) -> Path:
    """A progress file of this test's own, which does not exist yet."""
    path = tmp_path / "progress.txt"
    monkeypatch.setenv("COURSE_PROGRESS", str(path))
    return path

"""What all tests share."""

import os
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# No test touches the points of whoever works in this folder; child processes inherit this.
os.environ["COURSE_PROGRESS"] = str(Path(tempfile.mkdtemp(prefix="course-")) / "progress.txt")


@pytest.fixture
def own_progress(tmp_path, monkeypatch) -> Path:
    """A progress file of this test's own, which does not exist yet."""
    path = tmp_path / "progress.txt"
    monkeypatch.setenv("COURSE_PROGRESS", str(path))
    return path

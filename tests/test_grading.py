"""Grading: each submission gets the verdict that it deserves, and the machine stays as it was."""

# ruff: noqa: ISC004  (sources of several lines)

import csv
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import nbformat
import psutil
import pytest

from benchmarks.grading import PIPELINE
from helpers.checks import manifest
from helpers.grading import __main__ as grading
from helpers.grading import elsewhere, grader, results
from helpers.grading.copies import alike, runs
from helpers.grading.grader import Limits, grade
from helpers.grading.pages import feedback
from helpers.grading.results import table
from helpers.grading.sandbox import probed
from helpers.grading.sheets import references, sheet, without_checks
from helpers.grading.submissions import NoSubmissions, Unreadable, find, read
from tests.conftest import ALL, ROOT

KEY = "instruction.turtle.pipeline"
ROWS = "instruction.turtle.rows"
WORTH = manifest.points()[KEY]
SETUP = references()["instruction"].setup
CHECK = f'check("{KEY}", pipeline)'
RIGHT = PIPELINE
WRONG = RIGHT.replace(" >> answer", "")
FORGED = """
import json, os
words = {"key": KEY, "status": "correct", "points": 4, "worth": 4, "codes": [], "criteria": []}
for descriptor in range(3, 60):
    try:
        for at in range(9):
            for event in ({"event": "step", "at": at}, {"event": "ran", "at": at, "verdict": words}):
                os.write(descriptor, json.dumps(event).encode() + b"\\n")
    except OSError:
        pass
""".replace("KEY", repr(KEY))

# name: (cells, the verdict on the check, what else is to be seen in the result)
CASES = {
    # What is right, however it looks.
    "right": ((RIGHT, CHECK), "correct", {}),
    "stderr": (("import sys; print('careful', file=sys.stderr)", RIGHT, CHECK), "correct", {}),
    "warning": (("import warnings; warnings.warn('old')", RIGHT, CHECK), "correct", {}),
    "bar": (("from tqdm.auto import tqdm\nlist(tqdm(range(9)))", RIGHT, CHECK), "correct", {}),
    "duplicated": ((RIGHT, CHECK, CHECK), "correct", {"notes": "duplicated"}),
    "deleted": ((RIGHT, f'check("{ROWS}", None)'), "correct", {"notes": "missing"}),
    "in one cell": ((RIGHT + CHECK,), "correct", {"notes": "edited"}),
    "commented": ((RIGHT, "# Is it right?\n" + CHECK + "  # yes"), "correct", {}),
    "await": (("import asyncio\nawait asyncio.sleep(0)", RIGHT, CHECK), "correct", {}),
    "magic": (("%pip install nonsense-that-is-not-there", RIGHT, CHECK), "correct", {}),
    "syntax error": (("def broken(:", RIGHT, CHECK), "correct", {"cells": "SyntaxError"}),
    "other error": (("1 / 0", RIGHT, CHECK), "correct", {"cells": "ZeroDivisionError"}),
    "error after distilabel": (
        ("import distilabel.pipeline\nraise RuntimeError('hidden')", RIGHT, CHECK),
        "correct", {"cells": "RuntimeError: hidden"},
    ),
    "exit": (("import sys; sys.exit(1)", RIGHT, CHECK), "correct", {"cells": "SystemExit"}),
    "quit": (("raise KeyboardInterrupt", RIGHT, CHECK), "correct", {}),
    "sleep": (("import time; time.sleep(999)", RIGHT, CHECK), "correct", {"cells": "Timeout"}),
    "flood": (("for n in range(200_000): print('x' * 99)", RIGHT, CHECK), "correct", {}),
    "thread": (
        ("import threading, itertools\n"
         "threading.Thread(target=lambda: [None for _ in itertools.count()], daemon=True).start()",
         RIGHT, CHECK), "correct", {},
    ),
    "disk": (
        ("with open('/tmp/big', 'wb') as file:\n    while True: file.write(bytes(2 ** 26))",
         RIGHT, CHECK), "correct", {"cells": "OSError|Timeout"},  # on a slow disk
    ),
    "too much at once": (("x = bytearray(10 ** 11)", RIGHT, CHECK), "correct", {"cells": "MemoryError"}),
    "later name": ((WRONG, CHECK, RIGHT, CHECK), "correct", {"notes": "duplicated"}),
    # What is wrong, whatever it does about it.
    "wrong": ((WRONG, CHECK), "not yet", {}),
    "empty": (("pipeline = ...", CHECK), "not attempted", {}),
    "nothing": (("2 + 2", CHECK), "error", {}),
    "skipped": ((WRONG, "# NBVAL_SKIP\n" + CHECK), "not yet", {}),
    "raises": ((WRONG, "# NBVAL_RAISES_EXCEPTION\n" + CHECK), "not yet", {}),
    "quiet": (
        (WRONG, "get_ipython()._showtraceback = lambda *_: None", CHECK), "not yet", {},
    ),
    "lines removed": (
        (WRONG, "get_ipython().input_transformers_cleanup.append(lambda lines: ['pass'])", CHECK),
        "not yet", {},
    ),
    "tree removed": (
        (WRONG, "import ast\nclass No(ast.NodeTransformer):\n"
         "    def visit_Expr(self, node): return ast.copy_location(ast.Pass(), node)\n"
         "get_ipython().ast_transformers.append(No())", CHECK), "not yet", {},
    ),
    "own check": ((WRONG, "def check(*values): return True", CHECK), "not yet", {}),
    "caught": ((WRONG, f"try:\n    {CHECK}\nexcept Exception: pass"), "not yet", {"notes": "edited"}),
    "another value": ((WRONG, RIGHT.replace("pipeline:", "other:"),
                       CHECK.replace("pipeline)", "other)")), "not yet", {"notes": "edited"}),
    "equal to all": (
        ("class Liar:\n    def __eq__(self, other): return True\n"
         "    def __getattr__(self, name): return self\n    def __call__(self, *a, **k): return self\n"
         "    def __iter__(self): return iter(())\n    def __len__(self): return 30\n"
         "pipeline = Liar()", CHECK), "not yet", {},
    ),
    "patched engine": (
        (WRONG, "import helpers.checks.engine as e\nfrom helpers.checks.outcome import *\n"
         "e.evaluate = lambda key, *v: Verdict(key, Status.CORRECT, points=9)", CHECK),
        "tampered", {},
    ),
    "patched look": (
        (WRONG, "import helpers.checks.engine as e\ne._look = lambda known, value: ((), '')", CHECK),
        "tampered", {},
    ),
    "patched code": (
        (WRONG, "import helpers.checks.engine as e\n"
         "e._look.__code__ = (lambda known, value: ((), '')).__code__", CHECK), "tampered", {},
    ),
    "patched criterion": (
        (WRONG, "from helpers.checks.outcome import Verdict\n"
         "Verdict.__post_init__ = lambda self: object.__setattr__(self, 'codes', ())", CHECK),
        "tampered", {},
    ),
    "patched all": ((WRONG, "import builtins\nbuiltins.all = lambda things: True", CHECK),
                    "tampered", {}),
    "modules gone": (
        (WRONG, "import sys\nfor name in [n for n in sys.modules if n.startswith('helpers')]:\n"
         "    del sys.modules[name]", CHECK), "tampered", {},
    ),
    "forged": ((WRONG, FORGED, CHECK), "tampered", {"events": "forged"}),
    # What does not end well for itself alone.
    "died": ((WRONG, "import os; os._exit(0)", CHECK), "not run", {"events": "exit"}),
    "crash": ((RIGHT, "import ctypes; ctypes.string_at(0)", CHECK), "not run", {"events": "exit"}),
    "endless": (
        (RIGHT, "def on():\n    while True:\n        try:\n            while True: pass\n"
                "        except BaseException: pass\n" + "try: on()\nexcept BaseException: on()",
         CHECK), "not run", {"events": "time"},
    ),
    "deaf": (
        ("import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\ntime.sleep(999)",
         RIGHT, CHECK), "not run", {"events": "time"},
    ),
    "memory": (
        ("held = []\nwhile True: held.append(bytearray(b'x') * 10 ** 8)", RIGHT, CHECK),
        "not run", {"events": "memory"},
    ),
    "bomb": (
        ("import os, time\nfor _ in range(300): os.fork() or time.sleep(99)", RIGHT, CHECK),
        "not run", {"events": "processes"},
    ),
}  # fmt: skip
WRAPPED = {
    "network": "import socket\nsocket.create_connection(('1.1.1.1', 53), 2)",
    "solutions": "open(course / 'solutions' / 'instruction_sft_dataset.ipynb')",
    "tests": "open(course / 'tests' / 'test_grading.py')",
    "passwords": "open('/etc/shadow')",
    "write": "open(course / 'helpers' / 'mine.py', 'w')",
    "submissions": "open('SUBMISSIONS')",
    "parents": "open('/proc/2/mem', 'rb').read(1)",
    "secrets": "import os; os.environ['SECRET']",
    "left over": "import os; assert os.listdir('/tmp') == ['nothing']",
}
LIMITS = Limits(timeout=6, total=60, memory=2 * 2**30, processes=40, cold_retry=False)
IN_SANDBOX = pytest.mark.skipif(not probed().is_wrapped, reason="bubblewrap does not work here")


def notebook(*cells, **metadata):
    """A notebook as JSON; its setup cell comes first."""
    return json.dumps(
        {
            "nbformat": 4, "nbformat_minor": 5, "metadata": metadata,
            "cells": [
                {"cell_type": "code", "source": source, "outputs": [], "execution_count": None,
                 "metadata": {"tags": ["raises-exception"]}, "id": "same"}
                for source in (SETUP, *cells)
            ],
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """All cases, graded in one batch, by name; and what was left on the machine."""
    folder = tmp_path_factory.mktemp("class")
    os.environ["SECRET"] = "the instructor's"
    for name, (cells, _, _) in CASES.items():
        (folder / f"{name}.ipynb").write_text(notebook(*cells))
    (folder / "z-child.ipynb").write_text(
        notebook(
            "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', "
            "'import time; time.sleep(321)'], start_new_session=True, env={})\n"
            "open('/tmp/left', 'w').write('the answer')", RIGHT, CHECK,
        )
    )  # fmt: skip
    for name, attempt in WRAPPED.items():
        attempt = attempt.replace("SUBMISSIONS", str(folder))
        (folder / f"zz-{name}.ipynb").write_text(notebook(attempt, RIGHT, CHECK))
    (folder / "zzz-killer.ipynb").write_text(
        notebook("import os, signal; os.kill(os.getppid(), signal.SIGKILL)", RIGHT, CHECK)
    )
    (folder / "zzzz-right.ipynb").write_text(notebook(RIGHT, CHECK))
    (folder / "conftest.py").write_text("raise SystemExit('was imported')")
    cases = find(folder)
    if not probed().is_wrapped:
        cases = [one for one in cases if one.name in ("right", "wrong", "stderr", "empty")]
    results = grade(cases, probed(), LIMITS)
    del os.environ["SECRET"]
    return {Path(result.file).stem: result for result in results}


def verdict(result, key=KEY):
    checks = result["checks"] if isinstance(result, dict) else result.checks
    return next(check for check in checks if check["key"] == key)


@pytest.mark.parametrize("name", CASES)
def test_each_submission_gets_its_verdict(name, graded):
    if name not in graded:
        pytest.skip("bubblewrap does not work here")
    _, expected, further = CASES[name]
    result = graded[name]
    found = verdict(result)
    assert found["status"] == expected, (found, result.cells, result.events)
    assert found["points"] == (WORTH if expected == "correct" else 0)
    assert result.points == found["points"] and result.status == "graded"
    if "notes" in further:
        assert KEY in result.notes[further["notes"]]
    if "cells" in further:
        assert any(re.search(further["cells"], cell["error"]) for cell in result.cells)
    assert [event["why"] for event in result.events] == (
        [further["events"]] if "events" in further else []
    )


@IN_SANDBOX
@pytest.mark.parametrize("name", WRAPPED)
def test_the_sandbox_shows_nothing_that_it_should_not(name, graded):
    result = graded[f"zz-{name}"]
    assert [cell["at"] for cell in result.cells] == [1], "the attempt did not fail"
    assert verdict(result)["points"] == WORTH
    assert "no-network" in result.protections


@IN_SANDBOX
def test_who_ends_the_process_that_runs_it_hurts_only_itself(graded):
    result = graded["zzz-killer"]
    assert result.status == "failed" and result.points == 0 and "by hand" in result.text
    assert graded["zzzz-right"].points == WORTH


def processes():
    """The command lines of all."""
    listed = subprocess.run(["ps", "-eo", "args"], check=True, capture_output=True, text=True)
    return listed.stdout


def test_no_process_and_no_file_is_left(graded):
    assert "time.sleep(321)" not in processes() and "helpers.grading.warm" not in processes()
    assert not Path("/tmp/left").exists()


@IN_SANDBOX
@pytest.mark.timeout(900)
def test_both_engines_give_one_verdict(graded, tmp_path):
    """Every third case where COURSE_TEST_ALL is not set."""
    for name, (cells, _, _) in list(CASES.items())[:: 1 if ALL else 3]:
        (tmp_path / f"{name}.ipynb").write_text(notebook(*cells))
    for result in grade(find(tmp_path), probed(), LIMITS, engine="nbval"):
        name = Path(result.file).stem
        ours, theirs = verdict(graded[name]), verdict(result)
        assert {k: ours[k] for k in ("status", "points", "codes")} == {
            k: theirs[k] for k in ("status", "points", "codes")
        }, (name, result.cells, result.events)
        assert [event["why"] for event in result.events] == [
            event["why"] for event in graded[name].events
        ], name


@IN_SANDBOX
def test_what_hangs_only_because_it_was_forked_runs_once_more(tmp_path):
    (tmp_path / "ann.ipynb").write_text(
        notebook(
            "import os, signal, time\nfrom pathlib import Path\n"
            "if b'cold' not in Path(f'/proc/{os.getppid()}/cmdline').read_bytes():\n"
            "    signal.signal(signal.SIGINT, signal.SIG_IGN)\n    time.sleep(999)", RIGHT, CHECK,
        )
    )  # fmt: skip
    (result,) = grade(find(tmp_path), probed(), replace(LIMITS, cold_retry=True))
    assert verdict(result)["points"] == WORTH and result.events == []


# --- reading


def test_old_and_odd_notebooks_are_read():
    old = {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": ["a = 1"]}]}]}
    assert read(json.dumps(old).encode()).code == ("a = 1",)
    colab = {
        "cells": [{"cell_type": "code", "source": "b", "outputs": [1], "execution_count": None}]
    }
    assert read(b"\xef\xbb\xbf" + json.dumps(colab).encode()).code == ("b",)
    odd = {"cells": [3, {"cell_type": "code"}, {"cell_type": "code", "source": [1, "c\ud800"]}]}
    assert read(json.dumps(odd).encode()).code == ("", "c?")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"), (b" \n", "empty"), (b"{", "no JSON"), (b"[1]", "no list of cells"),
        (b"\xff\xfe\x00", "no JSON"), (b"[" * 200_000, "no JSON"), (b'{"cells": 3}', "no list"),
    ],
)  # fmt: skip
def test_what_is_no_notebook_is_said(data, words):
    with pytest.raises(Unreadable, match=words):
        read(data)


def test_students_are_known_by_their_paths(tmp_path):
    names = {
        "Ann Lee_12_assignsubmission_file_/x.ipynb": "Ann Lee",
        "leebob_LATE_12_345_x.ipynb": "leebob",
        "kim/deep/down/x.ipynb": "kim",
        "김철수.ipynb": "김철수",
    }
    for path in [*names, "kim/.ipynb_checkpoints/x.ipynb", "__MACOSX/y.ipynb", "notes.txt"]:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(notebook())
    (tmp_path / "loop").symlink_to(tmp_path)
    assert {one.path: one.student for one in find(tmp_path)} == names
    own = find(tmp_path, r"(?P<student>[a-z]+)/deep")
    assert [one.student for one in own if "deep" in one.path] == ["kim"]
    for pattern in ("(", "kim"):
        with pytest.raises(ValueError, match="--student"):
            find(tmp_path, pattern)


def test_a_name_that_is_no_text_is_a_name_all_the_same(tmp_path):
    try:
        (tmp_path / os.fsdecode(b"ann\xff.ipynb")).write_text(notebook(RIGHT))
    except OSError:
        pytest.skip("this disk takes no such names")
    (one,) = find(tmp_path)
    assert one.student == "ann?" and one.name.isprintable()
    assert RIGHT in read(one.load()).code
    results = grade([one], probed(), LIMITS)
    assert feedback(results[0]).encode() and table(results).encode()


def test_two_of_one_name_are_two(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "Same.ipynb").write_text(notebook())
    found = find(tmp_path, r"(?P<student>[^/]+)\.ipynb")
    assert [one.name for one in found] == ["Same", "Same-2"]


def test_zips_are_read_where_they_are(tmp_path):
    with zipfile.ZipFile(tmp_path / "class.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../outside/ann.ipynb", notebook(RIGHT))
        archive.writestr("bomb.ipynb", b"0" * (60 * 2**20))
        archive.writestr("__MACOSX/._ann.ipynb", b"no")
    (tmp_path / "broken.zip").write_bytes(b"PK no zip")
    found = {one.path: one for one in find(tmp_path)}
    assert set(found) == {"outside/ann.ipynb", "bomb.ipynb"}
    assert RIGHT in read(found["outside/ann.ipynb"].load()).code
    with pytest.raises(Unreadable, match="60 MB"):
        found["bomb.ipynb"].load()


def test_nothing_to_grade_is_said(tmp_path):
    with pytest.raises(NoSubmissions, match="No notebook"):
        find(tmp_path)
    with pytest.raises(NoSubmissions, match="There is no"):
        find(tmp_path / "nowhere")


# --- the checks between the cells


def test_what_stands_beside_a_check_is_kept():
    assert without_checks(f"%time\nx = 1\n{CHECK}") == "%time\nx = 1"
    made = sheet(read(notebook("y = 2\n" + CHECK.replace("pipeline)", "mine)")).encode()))
    assert [step.source for step in made.steps[1:3]] == [
        "y = 2",
        references()["instruction"].checks[KEY],
    ]
    assert KEY in made.notes["edited"]


def test_a_foreign_notebook_is_none_of_ours():
    with pytest.raises(Unreadable, match="no check of this course"):
        sheet(read(b'{"cells": [{"cell_type": "code", "source": "1"}]}'))


@pytest.mark.parametrize("language", ["en", "ko", "vi", "zh"])
def test_the_language_is_that_of_the_notebook(language):
    folder = ROOT / "notebooks" / ("" if language == "en" else language)
    for name in ("instruction_sft_dataset", "preference_alignment_dataset"):
        made = sheet(read((folder / f"{name}.ipynb").read_bytes()))
        assert made.language == language and made.notes == {}


# --- the whole


def run(*arguments, **more):
    command = [sys.executable, "-W", "ignore", "-m", "helpers.grading", *map(str, arguments)]
    return subprocess.run(
        command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=300, **more
    )


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    made = folder / "class"
    made.mkdir()
    (made / "=cmd.ipynb").write_text(notebook(RIGHT, CHECK))
    (made / "kim.ipynb").write_text(notebook('setup(lang="ko")', WRONG, CHECK))
    (made / "broken.ipynb").write_text("{")
    done = run(made, "--out", folder / "out", "--jobs", 1)
    assert done.returncode == 0, done.stderr
    return folder, done


def test_every_submission_has_a_row(report):
    folder, done = report
    rows = list(csv.DictReader((folder / "out/grades.csv").open(encoding="utf-8")))
    assert [(row["student"], row["status"], row["points"]) for row in rows] == [
        ("'=cmd", "graded", str(WORTH)), ("broken", "unreadable", "0"), ("kim", "graded", "0"),
    ]  # fmt: skip
    assert "Graded: 2 of 3" in done.stdout and "3/3" in done.stderr
    shaped = json.loads((folder / "out/results/cmd.json").read_text())
    assert shaped["score"] == WORTH and shaped["tests"][0]["max_score"] == WORTH


def test_feedback_is_in_the_students_language(report):
    folder, _ = report
    page = (folder / "out/feedback/kim.html").read_text("utf-8")
    assert '<html lang="ko">' in page and KEY in page and len(page) < 60_000
    assert "<script" not in page


def test_a_report_is_gone_on_with_and_never_overwritten(report):
    folder, _ = report
    before = (folder / "out/grades.csv").read_bytes()
    refused = run(folder / "class", "--out", folder / "out")
    assert refused.returncode == 2 and "--resume" in refused.stderr
    again = run(folder / "class", "--out", folder / "out", "--resume")
    assert again.returncode == 0 and (folder / "out/grades.csv").read_bytes() == before
    taken = run(folder / "class", "--out", folder)
    assert taken.returncode == 2 and "holds other things" in taken.stderr


def grades(folder):
    """All rows of a report but the time that each took."""
    rows = csv.DictReader((folder / "grades.csv").open(encoding="utf-8"))
    return [{k: v for k, v in row.items() if k != "seconds"} for row in rows]


def test_what_a_killed_grader_was_writing_is_gone_on_resume(tmp_path):
    made = tmp_path / "class"
    made.mkdir()
    (made / "a.ipynb").write_text("[")
    out = tmp_path / "out"
    assert run(made, "--out", out).returncode == 0
    for name in ("feedback/.gone.html.new", "cache/.a.json.new", ".grades.csv.new"):
        (out / name).write_text("half")
    assert run(made, "--out", out, "--resume").returncode == 0
    assert not [path for path in out.rglob("*") if path.name.startswith(".")]


@pytest.mark.timeout(1800)
def test_killed_at_any_moment_it_goes_on_to_the_same_grades(tmp_path):
    made = tmp_path / "class"
    made.mkdir()
    for number in range(30):
        cells = (f"number = {number}", WRONG if number % 3 else RIGHT, CHECK)
        (made / f"{number:02}.ipynb").write_text(notebook(*cells))
    (made / "broken.ipynb").write_text("[")
    assert run(made, "--out", tmp_path / "whole").returncode == 0
    command = [sys.executable, "-m", "helpers.grading", str(made), "--jobs", "2"]
    rng = random.Random(1)
    for attempt in range(20 if ALL else 1):
        out = tmp_path / f"out-{attempt}"
        started = subprocess.Popen(
            [*command, "--out", str(out)], cwd=ROOT, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        wanted = rng.randint(0, 25)
        while len(list(out.glob("cache/*.json"))) < wanted and started.poll() is None:
            time.sleep(0.01)
        time.sleep(rng.random() * 0.3)
        started.kill()
        started.wait()
        resumed = run(made, "--out", out, "--resume")
        assert resumed.returncode == 0, resumed.stderr
        assert grades(out) == grades(tmp_path / "whole") and len(grades(out)) == 31
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith(".")]


@IN_SANDBOX
@pytest.mark.timeout(3600)
def test_a_whole_class_leaves_a_row_for_each_and_nothing_else(tmp_path):
    made = tmp_path / "class"
    made.mkdir()
    broken = {name: notebook(*cells) for name, (cells, _, _) in CASES.items()}
    broken |= {f"no {n}": text for n, text in enumerate(("", "{", "[1]", '{"cells": 3}', "\0"))}
    broken |= {"killer": notebook("import os, signal; os.kill(os.getppid(), signal.SIGKILL)")}
    count, some = (1000, list(broken)) if ALL else (60, ["no 1", "no 4", "died", "wrong"])
    for name in some:
        (made / f"{name}.ipynb").write_text(broken[name])
    for number in range(count - len(some)):
        (made / f"{number:04}.ipynb").write_text(notebook(f"number = {number}", RIGHT, CHECK))
    before = set(Path("/tmp").iterdir())
    command = [sys.executable, "-m", "helpers.grading", str(made), "--out", str(tmp_path / "out")]
    begun = time.monotonic()
    grader = psutil.Popen([*command, "--timeout", "6", "--jobs", "2"], cwd=ROOT, stderr=-3)
    most = 0
    while grader.poll() is None:
        most = max(most, grader.memory_info().rss)
        time.sleep(0.1)
    print(f"{count} in {time.monotonic() - begun:.0f} s, {most / 2**20:.0f} MB")
    assert grader.returncode == 0
    rows = {row["file"].removesuffix(".ipynb"): row for row in grades(tmp_path / "out")}
    assert len(rows) == count
    assert all(rows[f"{n:04}"]["points"] == str(WORTH) for n in range(count - len(some)))
    for name in {*some} - {"memory", "bomb"}:  # which of the limits ends them is the machine's
        expected = CASES[name][1] if name in CASES else "unreadable"
        assert rows[name]["points"] == (str(WORTH) if expected == "correct" else "0"), name
    assert most < 600 * 2**20
    left = set(Path("/tmp").iterdir()) - before
    assert not [path for path in left if "grading" in path.name]
    assert "helpers.grading.warm" not in processes()


def test_a_full_disk_loses_no_grade(tmp_path, monkeypatch, capsys):
    made = tmp_path / "class"
    made.mkdir()
    for number in range(3):
        (made / f"{number}.ipynb").write_text("{")
    write = results.write

    def full(path, text):
        if path.parent.name == "feedback" and "1" in path.name:
            raise OSError(28, "No space left on device", str(path))
        write(path, text)

    out = tmp_path / "out"
    with monkeypatch.context() as patch:
        patch.setattr(results, "write", full)
        assert grading.main([str(made), "--out", str(out), "--jobs", "1"]) == 1
        assert "No space left" in capsys.readouterr().err
        patch.setattr(grading, "free_space", lambda folder: 2**20)
        assert grading.main([str(made), "--out", str(out), "--resume"]) == 2
        assert "No space left" in capsys.readouterr().err
    assert [row["file"] for row in grades(out)] == ["0.ipynb", "1.ipynb"]
    assert grading.main([str(made), "--out", str(out), "--resume"]) == 0
    assert len(grades(out)) == 3


def test_a_place_that_cannot_be_written_or_read_is_said(tmp_path, capsys):
    (tmp_path / "ann.ipynb").write_text("{")
    assert grading.main([str(tmp_path), "--out", "/proc/report"]) == 2
    assert "/proc/report" in capsys.readouterr().err
    (tmp_path / "ann.ipynb").chmod(0)
    (tmp_path / "gone.ipynb").symlink_to(tmp_path / "nowhere")
    found = {one.name: one for one in grade(find(tmp_path), probed(), LIMITS)}
    assert found["gone"].status == "unreadable" and "nowhere" not in found["gone"].text
    assert found["ann"].status == "unreadable"


def test_hidden_checks_come_after_the_students_cells(tmp_path):
    folder = tmp_path / "hidden"
    folder.mkdir()
    (folder / "named.py").write_text(
        "# instruction 2\nassert pipeline.name == 'mine', 'the name is ' + pipeline.name"
    )
    (folder / "rows.py").write_text("# instruction 3\nassert rows_of([{'a': 1}]) == []")
    (folder / "other.py").write_text("# preference 5\nassert False")
    peek = f"import os; assert not os.path.exists({str(folder)!r})"
    (tmp_path / "ann.ipynb").write_text(notebook(peek, RIGHT, CHECK))
    (tmp_path / "bob.ipynb").write_text(notebook(RIGHT.replace('"mine"', '"yours"'), CHECK))
    done = run(tmp_path, "--out", tmp_path / "out", "--hidden", folder, "--jobs", 1)
    assert done.returncode == 0, done.stderr
    ann, bob = json.loads((tmp_path / "out/grades.json").read_text())
    assert [verdict(ann, f"hidden.{n}")["points"] for n in ("named", "rows")] == [2, 0]
    assert verdict(bob, "hidden.named")["text"] == "the name is yours"
    assert not any(check["key"] == "hidden.other" for check in ann["checks"])
    if probed().is_wrapped:
        assert ann["cells"] == []


@pytest.mark.parametrize("source", [None, "def broken(:"])
def test_hidden_checks_that_are_none_are_said(tmp_path, source):
    (tmp_path / "ann.ipynb").write_text(notebook(RIGHT, CHECK))
    if source:
        (tmp_path / "one.py").write_text(source)
    refused = run(tmp_path, "--out", tmp_path / "out", "--hidden", tmp_path)
    assert refused.returncode == 2 and not (tmp_path / "out").exists()
    assert ("one.py" if source else "no hidden check") in refused.stderr


def test_without_a_sandbox_it_can_be_made_to_refuse(report):
    folder, _ = report
    bare = {**os.environ, "PATH": "/nowhere"}
    refused = run(folder / "class", "--out", folder / "x", "--require-sandbox", env=bare)
    assert refused.returncode == 2 and "Nothing ran" in refused.stderr
    assert not (folder / "x").exists()


def test_a_check_worth_nothing_counts_for_nothing_and_is_told(monkeypatch, tmp_path):
    worth = {**manifest.points(), KEY: 0}
    said = {"key": KEY, "status": "correct", "points": 0, "criteria": [], "codes": [], "text": ""}
    step = next(s for s in sheet(read(notebook(RIGHT, CHECK).encode())).steps if s.key == KEY)
    assert grader._clean(said, step)["status"] == "tampered"  # while it is worth more
    monkeypatch.setattr(manifest, "points", lambda: worth)
    found = grader._clean(said, step)
    assert (found["status"], found["points"]) == ("correct", 0)
    made = grader.Result("ann", "Ann", "ann.ipynb", exercise="instruction", checks=[found])
    assert f"✓ {KEY}" in feedback(made) and results.codes(made) == []
    assert results.gradescope(made)["tests"][0]["status"] == "passed"


def test_without_bubblewrap_a_killed_grader_leaves_no_folder(tmp_path):
    (tmp_path / "ann.ipynb").write_text(notebook("import time; time.sleep(2)", RIGHT, CHECK))
    before = set(Path(tempfile.gettempdir()).glob("grading-*"))
    started = subprocess.Popen(
        [sys.executable, "-m", "helpers.grading", str(tmp_path), "--out", str(tmp_path / "out")],
        cwd=ROOT, stderr=subprocess.DEVNULL, env={**os.environ, "PATH": "/nowhere"},
    )  # fmt: skip
    until = time.monotonic() + 60
    while set(Path(tempfile.gettempdir()).glob("grading-*")) <= before:
        assert time.monotonic() < until
        time.sleep(0.05)
    time.sleep(1)
    started.kill()
    started.wait()
    while not set(Path(tempfile.gettempdir()).glob("grading-*")) <= before:
        assert time.monotonic() < until, "the warm process removes its folder when it is alone"
        time.sleep(0.1)


def test_what_an_engine_needs_is_said(tmp_path, monkeypatch, capsys):
    (tmp_path / "ann.ipynb").write_text(notebook(RIGHT, CHECK))
    monkeypatch.setattr(grading, "has_nbval", lambda: False)
    assert grading.main([str(tmp_path), "--out", str(tmp_path / "out"), "--engine", "nbval"]) == 2
    assert "pip install nbval" in capsys.readouterr().err
    monkeypatch.delattr(os, "fork")
    assert grading.main([str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "WSL" in capsys.readouterr().err


# --- copies


def test_copies_are_told_from_what_all_have(tmp_path):
    """Whoever solves it has much in common with the others; a copy has what only two have."""
    own = {
        name: "\n".join(f"{name}_{n} = [{n}, '{name}', {n} * {len(name)}]" for n in range(9))
        for name in ("ann", "bob", "cleo", "dan", "eve", "finn", "gil", "hana")
    }
    own["ian"] = own["bob"].replace("bob_3", "my_number")
    own["jo"] = own["cleo"]
    for name, text in own.items():
        (tmp_path / f"{name}.ipynb").write_text(notebook(RIGHT, text, CHECK))
    found = sorted(find(tmp_path), key=lambda one: one.name)
    every = [runs(sheet(read(one.load()))) for one in found]
    copies = {
        tuple(found[place].name for place in copy.places): copy.share for copy in alike(every)
    }
    assert set(copies) == {("bob", "ian"), ("cleo", "jo")}
    assert copies["cleo", "jo"] == 1 and 0.6 < copies["bob", "ian"] < 1


def test_what_was_handed_out_is_nobodys():
    handed = read((ROOT / "notebooks" / "instruction_sft_dataset.ipynb").read_bytes())
    assert not runs(sheet(handed))


# --- elsewhere


def test_gradescopes_zip_grades_as_it_would_there(tmp_path):
    hidden = tmp_path / "mine"
    hidden.mkdir()
    (hidden / "named.py").write_text("# instruction 2\nassert pipeline.name == 'mine'")
    command = [sys.executable, "-m", "helpers.grading.elsewhere", "gradescope"]
    command += [str(tmp_path / "autograder.zip"), "--hidden", str(hidden)]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    again = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    assert again.returncode == 2 and "autograder.zip" in again.stderr
    place = tmp_path / "autograder"
    for name in ("source", "submission", "results"):
        (place / name).mkdir(parents=True)
    with zipfile.ZipFile(tmp_path / "autograder.zip") as archive:
        names = archive.namelist()
        archive.extractall(place / "source")
        assert all(archive.getinfo(n).external_attr >> 16 & 0o111 for n in names[:2])
    assert {"setup.sh", "run_autograder", "course/Makefile", "hidden/named.py"} <= set(names)
    assert not [name for name in names if "solution" in Path(name).parts or "/tests/" in name]
    (place / "submission" / "work.ipynb").write_text(notebook(RIGHT, CHECK))
    (place / "submission" / "notes.txt").write_text("none")
    done = subprocess.run(
        ["bash", str(place / "source" / "run_autograder")], check=False, capture_output=True,
        text=True, env={**os.environ, "AUTOGRADER": str(place), "PYTHON": sys.executable},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads((place / "results" / "results.json").read_text())
    assert told["score"] == WORTH + 2 == sum(test["score"] for test in told["tests"])
    (place / "submission" / "work.ipynb").unlink()
    subprocess.run(
        ["bash", str(place / "source" / "run_autograder")], check=True, capture_output=True,
        env={**os.environ, "AUTOGRADER": str(place), "PYTHON": sys.executable},
    )  # fmt: skip
    told = json.loads((place / "results" / "results.json").read_text())
    assert told["score"] == 0 and "No notebook" in told["output"]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_nbgraders_folder_has_each_check_as_a_locked_test(tmp_path, language):
    written = elsewhere.nbgrader(tmp_path, language)
    assert len(written) == len(references())
    for path in written:
        made = nbformat.read(path, 4)
        nbformat.validate(made)
        folder = ROOT / "notebooks" / ("" if language == "en" else language)
        handed = nbformat.read(folder / path.name, 4)
        assert [cell.source for cell in made.cells] == [cell.source for cell in handed.cells]
        tests = [cell.metadata.nbgrader for cell in made.cells if "nbgrader" in cell.metadata]
        assert all(test.grade and test.locked and not test.solution for test in tests)
        exercise = next(one for one in manifest.exercises() if one.notebook == path.stem)
        worth = {k.replace(".", "-"): n for k, n in manifest.points().items() if k.startswith(f"{exercise.name}.")}  # fmt: skip
        assert {test.grade_id: test.points for test in tests} == worth
    with pytest.raises(FileExistsError):
        elsewhere.nbgrader(tmp_path, language)

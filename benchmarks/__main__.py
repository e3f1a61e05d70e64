"""`make bench`: how fast, and against what.

Each figure is a ratio of contestants that took turns in one run, the median of
five rounds; the seconds alone say little on a machine that others use too.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--threads", type=int, default=1, help="of torch, for all contestants")
    arguments.add_argument(
        "--skip",
        nargs="*",
        default=[],
        choices=[
            "tutor",
            "135m",
            "checks",
            "looking",
            "quality",
            "estimate",
            "grading",
            "sharing",
            "growing",
            "cluster",
            "training",
            "run",
        ],
    )
    options = arguments.parse_args()
    print(f"load at the start: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"import helpers: {imports():.3f} s")
    with tempfile.TemporaryDirectory() as folder:
        if "tutor" not in options.skip:
            model = models.endless_tutor(Path(folder) / "tutor")
            compare("tutor", model, 64, 64, (16, 32, 64), options)
        if "135m" not in options.skip:
            model = models.random_135m(Path(folder) / "random-135m")
            compare("random 135M", model, 16, 32, (8, 16), options)
    if "checks" not in options.skip:
        print("\nseconds that a check takes to look at 1,000 rows (it may take 2)")
        for key, taken in checks.seconds_of_each(1000):
            print(f"{key:34}{taken:>9.2f}")
    if "looking" not in options.skip:
        looking.main()
    if "quality" not in options.skip:
        print("\nseconds for 10,000 rows (quality_report may take 30)")
        for name, taken in datasets.seconds_of_quality(10_000).items():
            print(f"{name:34}{taken:>9.2f}")
    if "estimate" not in options.skip:
        print(f"\n{'pipeline':34}{'estimated':>9}{'took':>9}{'ratio':>9}")
        for name, estimated, taken in datasets.estimates():
            print(f"{name:34}{estimated:>9.1f}{taken:>9.1f}{estimated / taken:>9.2f}")
    if "grading" not in options.skip:
        print(f"\n{'seconds for a notebook':34}{'theirs':>9}{'grading':>9}{'ratio':>9}")
        for kind in ("heavy", "light"):
            took = grading.seconds(kind)
            ours = took.pop("grading")
            for name, theirs in took.items():
                label = f"{kind}, {name}"
                print(f"{label:34}{theirs:>9.2f}{ours:>9.3f}{theirs / ours:>9.1f}")
    if "sharing" not in options.skip:
        print(f"\n{'steps with one 135M model':34}{'seconds':>9}{'GB':>9}")
        with tempfile.TemporaryDirectory() as folder:
            model = models.random_135m(Path(folder) / "random-135m")
            for kind in ("shared", "own", "stock"):
                for steps in (1, 2, 4, 6):
                    taken, held = sharing.figures(model, steps, kind)
                    print(f"{steps} {kind:32}{taken:>9.1f}{held:>9.2f}")
    if "growing" not in options.skip:
        print(f"\n{'rows through the first tier':34}{'seconds':>9}{'rows/s':>9}{'MB more':>9}")
        for count in (100, 1000, 10_000):
            taken, grown = growing.figures(count)
            print(f"{count:<34}{taken:>9.1f}{count / taken:>9.1f}{grown:>9.1f}")
    if "cluster" not in options.skip:
        print(f"\n{'rows/s on a Ray cluster':34}{'1 node':>9}{'2 nodes':>9}{'ratio':>9}")
        with tempfile.TemporaryDirectory() as folder:
            for name, model, rows, tokens in (
                ("tutor", models.endless_tutor(Path(folder) / "tutor"), 256, 64),
                ("random 135M", models.random_135m(Path(folder) / "random-135m"), 16, 16),
            ):
                one, two = cluster.rows_per_second(model, rows, tokens)
                print(f"{name:34}{one:>9.1f}{two:>9.1f}{two / one:>9.2f}")
    if "training" not in options.skip:
        print(f"\n{'seconds of a training':34}{'theirs':>9}{'ours':>9}{'ratio':>9}")
        with tempfile.TemporaryDirectory() as folder:
            for name, *both in training.contestants(Path(folder)):
                theirs, ours = map(seconds, both)
                print(f"{name:34}{theirs:>9.1f}{ours:>9.1f}{theirs / ours:>9.2f}")
    if "run" not in options.skip:
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
            first, second = (seconds(lambda: make_run(folder)) for _ in range(2))
            shutil.rmtree(Path(folder) / "outputs")
            anew = seconds(lambda: make_run(folder))
        print(
            f"make run: {first:.0f} s in a fresh clone, {second:.0f} s when all is there, "
            f"{anew:.0f} s when only the packages are"
        )


def imports() -> float:
    """Seconds of `import helpers` in a new Python, the median of five."""
    code = "import time; t = time.perf_counter(); import helpers; print(time.perf_counter() - t)"
    runs = [subprocess.check_output([sys.executable, "-c", code], cwd=ROOT) for _ in range(5)]
    return statistics.median(map(float, runs))


def make_run(folder: str) -> None:
    subprocess.run(["make", "run"], cwd=folder, check=True, stdout=subprocess.DEVNULL)


def seconds(contestant: Callable[[], object]) -> float:
    began = time.perf_counter()
    contestant()
    return time.perf_counter() - began


def compare(
    name: str,
    model: Path,
    rows: int,
    tokens: int,
    batch_sizes: tuple[int, ...],
    options: argparse.Namespace,
) -> None:
    """Print the table for one model: everybody writes `rows` x `tokens` tokens."""
    contestants = generation.contestants(model, rows, tokens, batch_sizes, options.threads)
    for contestant in contestants.values():
        contestant()  # to be warm
    taken: dict[str, list[float]] = {label: [] for label in contestants}
    for _ in range(options.rounds):
        for label, contestant in contestants.items():
            taken[label].append(seconds(contestant))
    medians = {label: statistics.median(times) for label, times in taken.items()}
    print(f"\n{name}: {rows} prompts, {tokens} new tokens, {options.threads} thread(s)")
    print(f"{'':34}{'seconds':>9}{'rows/s':>9}{'tokens/s':>10}{'x stock':>9}")
    for label, median in medians.items():
        ratio = medians[generation.STOCK] / median
        speed = f"{rows / median:>9.1f}{rows * tokens / median:>10.0f}{ratio:>9.1f}"
        print(f"{label:34}{median:>9.2f}{speed}")
    best = min(median for label, median in medians.items() if label.startswith("generate"))
    print(f"load_llm is {best / medians[generation.OURS]:.2f} of generate at its best batch size")
    same, again = generation.equal_rows(model, rows, tokens, batch_sizes)
    print(f"the same rows with another batch size: {same:.1%}; with the same one: {again:.1%}")


if __name__ == "__main__":
    from benchmarks import (
        checks,
        cluster,
        datasets,
        generation,
        grading,
        growing,
        looking,
        models,
        sharing,
        training,
    )

    main()

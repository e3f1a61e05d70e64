"""`run`: a distilabel pipeline, watched.

distilabel's own `Pipeline.run` lives in the learner's session: it replaces the
handler of Ctrl-C, and where it hangs, the session hangs. So `run` forks. The
child runs the pipeline, the parent shows how far it is and stays in control: on
an error, an interrupt, or the death of a step it ends the child's whole process
group, so nothing is left behind and nothing waits for ever. The pipeline object
in the session is untouched, and the same one can run again.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import json
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, NoReturn

import rich
from distilabel.distiset import Distiset
from distilabel.models.llms import TransformersLLM
from distilabel.pipeline import Pipeline

from helpers import bad_rows, cluster, events, journal, sharing
from helpers.messages import reason_of, say
from helpers.processes import is_dead
from helpers.watching import Progress

_PAUSE = 0.1  # seconds between two looks at the child
_LOOK = 1.0  # seconds between two looks at the processes below it
_ENDING = 10.0  # seconds from the first worker's end to the run's own
_LOGGED_LINES = 3  # of a dead step's last words


class PipelineFailed(RuntimeError):
    """The pipeline could not run. The message says where and why."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]  # IPython shows this, and no stack


def run(
    pipeline: Pipeline,
    dataset: Any = None,
    *,
    resume: bool | str | Path = False,
    retries: int = 0,
    drop_lost: bool = False,
    on: str | None = None,
    **parameters: Any,
) -> Distiset:
    """Run a pipeline and return what it made, afresh unless you `resume`.

    Shows one line per step while it runs. At the end it says how many rows each
    step lost, and why. May be interrupted at any moment.

    Args:
        pipeline: distilabel's `Pipeline`, with its steps.
        dataset: rows to start from, when the pipeline has no loader: a list of
            dicts, a `Dataset` or a `DataFrame`.
        resume: keep each finished batch, and take from an earlier run what the
            same steps made of the same rows: after an interrupt, a crash or a
            change of some steps. `True` keeps it in distilabel's cache folder,
            under the pipeline's name; or name a folder.
        retries: how often to ask again, with another seed, where a model's
            output does not parse.
        drop_lost: leave out the rows that lack something a task was to make;
            else they have `None` there.
        on: a Ray cluster that is to run the models, as `"ray://host:10001"`, or
            `"local-ray"` for one of this machine. The rows are the same.
        parameters: what `Pipeline.run` takes besides, such as `parameters` (of
            steps), `dataset_batch_size` or `load_groups`.

    Raises:
        PipelineFailed: a step could not load, a global step failed, a step's
            process died, there are no rows at the end, or the folder to resume
            from or the cluster cannot be used.

    >>> dataset = run(pipeline)                                  # doctest: +SKIP
    load_data_from_dicts_0     24/24 rows
    text_generation_0          24/24 rows
    24 rows in 4 s.
    """
    _check(pipeline, dataset, parameters)
    if not _can_fork():
        _check_without_fork(resume, retries, drop_lost, on)
        return pipeline.run(dataset=dataset, **parameters)
    if on is not None:
        _check_cluster(pipeline, on)
    folder = Path(tempfile.mkdtemp(prefix="distilabel-run-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _import_for_all_steps(pipeline)
    keeping = _place_of(pipeline, resume)
    job = _Job(pipeline, dataset, parameters, folder, keeping, retries, on)
    progress = Progress(pipeline)
    with _held(keeping):
        try:
            _watch(job, progress)
        except BaseException:
            shutil.rmtree(folder / "cache", ignore_errors=True)
            if keeping:
                print(
                    say(
                        "run.kept",
                        "What was finished is kept in {folder}: run it again with the same resume.",
                        folder=keeping,
                    )
                )
            raise
        finally:
            progress.close()
            print(job.printed(), end="")
    distiset = job.result(drop_lost)
    progress.summary(distiset)
    return distiset


def _check(pipeline: Any, dataset: Any, parameters: dict) -> None:
    if not isinstance(pipeline, Pipeline):
        raise PipelineFailed(
            say(
                "run.no_pipeline",
                "run() takes a distilabel Pipeline, and got {found}.",
                found=f"{type(pipeline).__name__} ({pipeline!r})"[:120],
            )
        )
    if len(pipeline.dag) == 0:
        raise PipelineFailed(
            say(
                "run.empty_pipeline",
                "The pipeline has no steps. Create them inside `with Pipeline() as pipeline:`.",
            )
        )
    if parameters.pop("use_cache", False):
        raise PipelineFailed(
            say(
                "run.use_cache",
                "run() does not take use_cache=True: distilabel's cache returns the rows of an "
                "earlier run when only the data changed.",
            )
        )


def _check_without_fork(*options: Any) -> None:
    if any(options):
        raise PipelineFailed(
            say(
                "run.no_fork",
                "resume, retries, drop_lost and on need Linux (Colab and WSL are), where run() works "
                "in a process of its own.",
            )
        )


def _check_cluster(pipeline: Pipeline, on: str) -> None:
    llms = (getattr(pipeline.dag.get_step(name)["step"], "llm", None) for name in pipeline.dag)
    if not any(getattr(llm, "can_be_shared", False) for llm in llms):
        raise PipelineFailed(
            say(
                "run.nothing_for_cluster",
                "There is nothing for the cluster to do: no step has a model of load_llm() that "
                "would be loaded. A served model runs where its server is.",
            )
        )
    try:
        cluster.check(on)
    except cluster.ClusterError as problem:
        raise PipelineFailed(str(problem)) from None


def _place_of(pipeline: Pipeline, resume: bool | str | Path) -> Path | None:
    """Where finished batches are kept, or `None` for nowhere."""
    if not resume:
        return None
    if resume is not True:
        return Path(resume).expanduser().resolve()
    pipeline._set_pipeline_name()
    return Path(pipeline._cache_dir).expanduser().resolve() / pipeline.name / "finished"


def _held(folder: Path | None) -> contextlib.ExitStack:
    """Hold the folder for this run alone, if there is one."""
    stack = contextlib.ExitStack()
    try:
        if folder is not None:
            stack.enter_context(journal.held(folder))
    except journal.JournalError as problem:
        raise PipelineFailed(str(problem)) from None
    return stack


def _import_for_all_steps(pipeline: Pipeline) -> None:
    """Import once what each step's process would import for itself (4 s each)."""
    llms = (getattr(pipeline.dag.get_step(name)["step"], "llm", None) for name in pipeline.dag)
    if any(isinstance(llm, TransformersLLM) for llm in llms):
        # Llama stands for all architectures: it brings what they share.
        import transformers.models.llama.modeling_llama  # noqa: F401
        from transformers import (  # noqa: F401
            AutoModelForCausalLM,
            AutoTokenizer,
            PreTrainedTokenizerFast,
        )

        import helpers.decoding  # noqa: F401


def _can_fork() -> bool:
    """Whether distilabel forks its steps here: on Linux, and so on Colab and WSL.

    Elsewhere it starts them anew, and a forked session would not be safe: there
    distilabel runs by itself, without our lines and watch.
    """
    return hasattr(os, "fork") and multiprocessing.get_start_method() == "fork"


# --- in the child ----------------------------------------------------------


class _Job:
    """The pipeline's run, in a process of its own, and how to read what it made."""

    def __init__(
        self,
        pipeline: Pipeline,
        dataset: Any,
        parameters: dict,
        folder: Path,
        keeping: Path | None,
        retries: int,
        on: str | None,
    ) -> None:
        self.pipeline, self.dataset, self.parameters = pipeline, dataset, parameters
        self.keeping, self.retries, self.on = keeping, retries, on
        self.folder, self.parent = folder, os.getpid()
        self.prints, self.log = folder / "prints.txt", folder / "log.txt"
        self.outcome = folder / "outcome.json"

    def main(self, channel: events.Channel) -> None:
        """What the child does, from its first line to its last."""
        # What the session has made stays where it is: else each step's process looks through all of it
        # for garbage, which takes a second, and copies what it looks at.
        gc.freeze()
        os.setpgid(0, 0)  # so that one signal ends it with all its steps
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
        # With a handler of Python's, as Ray sets one, a worker that waits may miss its end.
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        _end_with(self.parent)
        channel.speak()
        _tell_of_every_fork()
        _write_to(1, self.prints)
        _write_to(2, self.log)
        sys.stdout, sys.stderr = (os.fdopen(fd, "w", buffering=1) for fd in (1, 2))
        rich.reconfigure(file=sys.stderr)  # where distilabel's records go
        # Where a thread of distilabel's dies, it goes on with the rows it has.
        threading.excepthook = lambda died: self.give_up({"why": reason_of(died.exc_value)})
        try:
            self.run()
        except BaseException as error:  # noqa: BLE001  (told to the parent)
            traceback.print_exc()
            self.give_up({"why": reason_of(error)})
        self.outcome.write_text("null")

    def run(self) -> None:
        pipeline = self.pipeline
        journal.use(self.keeping)
        bad_rows.retries = self.retries
        sharing.serve(pipeline, self.folder, self.on)
        pipeline._cache_dir = self.folder / "cache"
        _Listener(self).attach(pipeline)
        local = "distilabel.pipeline.local"
        with (
            _replaced(local, "create_distiset", lambda *a, **k: {}),
            # On a node of a Ray cluster distilabel would take its own Ray pipeline.
            _replaced(local, "script_executed_in_ray_cluster", lambda: False),
        ):
            pipeline.run(dataset=self.dataset, **self.parameters)

    def give_up(self, failure: dict[str, Any]) -> NoReturn:
        """Leave word of what happened, and end this process and all steps."""
        written = self.outcome.with_suffix(".part")
        written.write_text(json.dumps(failure))
        written.rename(self.outcome)
        os.killpg(0, signal.SIGKILL)
        raise SystemExit  # not reached

    def printed(self) -> str:
        """What the steps printed: in them, too, a learner may look with `print`."""
        return self.prints.read_text(errors="replace") if self.prints.exists() else ""

    def result(self, drop_lost: bool = False) -> Distiset:
        """Read the finished rows, into memory: the folder goes with the session."""
        import functools

        from datasets import load_dataset
        from distilabel.distiset import create_distiset

        execution = next((self.folder / "cache").glob("*/*/executions/*/data")).parent
        load = functools.partial(
            load_dataset, cache_dir=str(self.folder / "arrow"), keep_in_memory=True
        )
        with _replaced("distilabel.distiset", "load_dataset", load):
            distiset = create_distiset(
                execution / "data",
                pipeline_path=execution / "pipeline.yaml",
                log_filename_path=execution / "pipeline.log",
                enable_metadata=True,
                dag=self.pipeline.dag,
            )
        # The rows are in memory now; what a card shows of the pipeline stays.
        for done in (self.folder / "arrow", execution / "data"):
            shutil.rmtree(done, ignore_errors=True)
        if drop_lost:
            steps = [self.pipeline.dag.get_step(name)["step"] for name in self.pipeline.dag]
            tasks = [step for step in steps if getattr(step, "llm", None) is not None]
            for name, parts in distiset.items():
                distiset[name] = parts.filter(
                    lambda row: not bad_rows.is_lost(row, tasks), keep_in_memory=True
                )
        if not any(len(rows) for parts in distiset.values() for rows in parts.values()):
            raise PipelineFailed(
                say("run.no_rows", "The pipeline made no rows: a step dropped all of them.")
            )
        return distiset


class _Listener:
    """Listens to distilabel's batches and errors, and tells them to the parent."""

    def __init__(self, job: _Job) -> None:
        self.job = job
        self.sent: dict[tuple[str, int], int] = {}

    def attach(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        for name in ("_send_batch_to_step", "_process_batch", "_run_steps"):
            setattr(pipeline, name, _both(getattr(pipeline, name), getattr(self, name)))
        pipeline._error_callback = self._error_callback
        # State is written at every batch, for a cache that `run` never reads. The
        # pipeline itself is saved once, while `dataset=` is still one of its steps.
        pipeline._cache = lambda: None
        pipeline._teardown = _both(lambda: events.tell("ending"), pipeline._teardown)
        save = pipeline.save
        pipeline._finalize_pipeline_execution = _both(
            pipeline._finalize_pipeline_execution,
            lambda: save(pipeline._cache_location["pipeline"], "yaml"),
        )

    def _run_steps(self, steps: Any) -> None:
        for name in steps:
            before = list(self.pipeline.dag.get_step_predecessors(name))
            size = self._size_of(self.pipeline.dag.get_step(name)["step"])
            events.tell("step", name=name, before=before, size=size)

    def _size_of(self, step: Any) -> int | None:
        """How many rows a loader will give, when that is known."""
        if not step.is_generator:
            return None
        data = getattr(step, "data", None)
        data = self.job.dataset if data is None else data
        return getattr(step, "num_rows", None) if data is None else len(data)

    def _send_batch_to_step(self, batch: Any) -> None:
        rows = len(batch.data[0]) if batch.data else 0
        self.sent[batch.step_name, batch.seq_no] = rows
        events.tell("sent", name=batch.step_name, rows=rows)

    def _process_batch(self, batch: Any, **_: Any) -> None:
        rows = batch.data[0]
        step = self.pipeline.dag.get_step(batch.step_name)["step"]
        events.tell(
            "batch",
            name=batch.step_name,
            taken=self.sent.get((batch.step_name, batch.seq_no), 0),
            made=len(rows),
            lost=_most_common(bad_rows.why_lost(row, step) for row in rows),
            last=batch.last_batch,
        )

    def _error_callback(self, error: Any) -> None:
        """End here and now: after an error distilabel may wait for ever for its steps."""
        step = getattr(getattr(error, "step", None), "name", None)
        cause = getattr(error, "subprocess_exception", error)
        self.job.give_up(
            {
                "step": step,
                "loading": bool(getattr(error, "is_load_error", False)),
                "why": reason_of(cause),
            }
        )


def _both(theirs: Any, mine: Any) -> Any:
    def both(*args: Any, **kwargs: Any) -> Any:
        result = theirs(*args, **kwargs)
        mine(*args, **kwargs)
        return result

    return both


def _most_common(reasons: Iterable[str | None]) -> dict[str, int]:
    """Count the reasons; few and short, for an event must be short."""
    counts = Counter(reason[:120] for reason in reasons if reason)
    common = dict(counts.most_common(4))
    if rest := sum(counts.values()) - sum(common.values()):
        common[say("run.lost.other", "other reasons")] = rest
    return common


def _write_to(descriptor: int, path: Path) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(file, descriptor)
    os.close(file)


def _tell_of_every_fork() -> None:
    """Tell of each process that this one starts; in this process only, not in those."""
    start, mine = BaseProcess.start, os.getpid()

    def start_and_tell(self: BaseProcess) -> None:
        start(self)
        if os.getpid() == mine:
            events.tell("forked", pid=self.pid)

    BaseProcess.start = start_and_tell


def _end_with(parent: int) -> None:
    """End this process group when the parent is gone: killed, or its kernel restarted."""

    def wait() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=wait, daemon=True).start()


@contextlib.contextmanager
def _replaced(module: str, name: str, value: Any) -> Any:
    found = sys.modules[module]
    before = getattr(found, name)
    setattr(found, name, value)
    try:
        yield
    finally:
        setattr(found, name, before)


# --- in the parent ---------------------------------------------------------


def _watch(job: _Job, progress: Progress) -> None:
    """Fork the job and wait for it, whatever happens to either."""
    channel = events.Channel()
    child = multiprocessing.get_context("fork").Process(
        # distilabel logs in a process of this name only.
        target=job.main,
        args=(channel,),
        name="MainProcess",
    )
    processes = _Processes()
    with _interrupts_wait() as let_interrupt:
        try:
            child.start()
            while child.is_alive():
                let_interrupt()
                child.join(_PAUSE)
                _take(channel, progress, processes)
                if processes.lost_one() and child.is_alive() and not job.outcome.exists():
                    raise PipelineFailed(_died(None, job))
                if dead := processes.dead_step():
                    _take(channel, progress, processes)
                    if dead in processes.steps and not job.outcome.exists():
                        raise PipelineFailed(_died(processes.steps[dead], job))
            _take(channel, progress, processes)
        finally:
            _end(child)
            channel.close()
    if not job.outcome.exists():
        raise PipelineFailed(_died(None, job))
    if failure := json.loads(job.outcome.read_text()):
        raise PipelineFailed(_explained(failure))


class _Processes:
    """What is known of the processes below a run, from what they tell.

    Where one that runs a step is killed, its rows are missing. Where another is, as distilabel's manager
    or a worker without a step, the run goes on, and waits for ever at its end.
    """

    def __init__(self) -> None:
        self.steps: dict[int, str] = {}  # what runs in which process
        self._forked: set[int] = set()
        self._is_ending = False
        self._gone: dict[int, float] = {}
        self._looked = 0.0

    def take(self, event: dict[str, Any]) -> None:
        kind = event["kind"]
        if kind == "started":
            self.steps[event["pid"]] = event["step"]
        elif kind == "ended":
            self.steps.pop(event["pid"], None)
        elif kind == "forked":
            self._forked.add(event["pid"])
        elif kind == "ending":
            self._is_ending = True

    def dead_step(self) -> int | None:
        """A process that died while it ran a step, if there is one."""
        return next(filter(is_dead, self.steps), None)

    def lost_one(self) -> bool:
        """Whether one is gone before the run's end, or long since at its end, when all of them go."""
        now = time.monotonic()
        if now - self._looked >= _LOOK:
            self._looked = now
            for pid in filter(is_dead, self._forked - self._gone.keys()):
                self._gone[pid] = now
        patience = _ENDING if self._is_ending else _LOOK
        return any(now - since > patience for since in self._gone.values())


def _take(channel: events.Channel, progress: Progress, processes: _Processes) -> None:
    for event in channel.events():
        if event["kind"] == "stuck":
            raise PipelineFailed(event["why"])
        processes.take(event)
        progress.take(event)
    progress.show()


def _end(child: multiprocessing.Process) -> None:
    if child.pid is None:
        return
    # The child may not have come to make its own group yet.
    with contextlib.suppress(OSError):
        os.setpgid(child.pid, child.pid)
    with contextlib.suppress(OSError):
        os.killpg(child.pid, signal.SIGKILL)
    child.join()
    child.close()


@contextlib.contextmanager
def _interrupts_wait() -> Iterator[Callable[[], None]]:
    """Hold Ctrl-C back but where the function that this gives is called, and at the end.

    Python interrupts the main thread between any two of its instructions: after a fork and before it
    is noted, too, or on the way to the end of what was forked. To block the signal does not help,
    for another thread of the session takes it.
    """
    came: list[Any] = []
    before = signal.getsignal(signal.SIGINT)

    def let() -> None:
        if came:
            handled = came.pop()
            came.clear()
            before(*handled)

    if not callable(before) or threading.current_thread() is not threading.main_thread():
        yield let
        return
    signal.signal(signal.SIGINT, lambda *how: came.append(how))
    try:
        yield let
    finally:
        signal.signal(signal.SIGINT, before)
    let()


def _explained(failure: dict) -> str:
    if "re-initialize CUDA in forked" in failure["why"]:
        return say(
            "run.gpu_taken",
            "The step '{step}' cannot use the GPU, because this session has used it already: a "
            "model was loaded here with llm.load() or task.load(). Restart the kernel, and let "
            "run() load the models.",
            step=failure.get("step"),
        )
    if failure.get("loading"):
        return say(
            "run.load_failed",
            "The step '{step}' could not load: {why}",
            step=failure["step"],
            why=failure["why"],
        )
    if failure.get("step"):
        return say(
            "run.step_failed",
            "The step '{step}' failed: {why}",
            step=failure["step"],
            why=failure["why"],
        )
    return say("run.failed", "The pipeline failed: {why}", why=failure["why"])


def _died(step: str | None, job: _Job) -> str:
    lines = job.log.read_text(errors="replace").splitlines() if job.log.exists() else []
    return say(
        "run.died",
        "The process of {step} ended all at once, perhaps for want of memory: try fewer rows, a "
        "smaller model or a smaller batch_size. Its last words: {words}",
        step=say("run.died.step", "the step `{step}`", step=step)
        if step
        else say("run.died.pipeline", "the pipeline"),
        words=" / ".join(lines[-_LOGGED_LINES:]) or "-",
    )

"""Every workaround of another library, in one place.

Each guard is a small function that mends one module of another library right
after Python has imported it; its docstring names the version and the symptom.
`install` puts the guards in place. It imports nothing heavy, and it mends what
is already imported, so it does not matter whether a notebook says
`import distilabel` or `import helpers` first.
"""

from __future__ import annotations

import importlib.abc
import logging
import os
import signal
import sys
import threading
import time
import warnings
import zlib
from collections.abc import Callable
from types import ModuleType
from typing import Any

from helpers import events
from helpers.messages import reason_of

_MENDS: dict[str, list[Callable[[ModuleType], None]]] = {}

QUIET = {
    "DISTILABEL_LOG_LEVEL": "WARNING",  # failed batches are only warnings
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TOKENIZERS_PARALLELISM": "false",  # else it complains at every fork
    # Two OpenMP threads that spin while a third program has the core make a
    # step 50 times slower (torch 2.13, GNU OpenMP): let them sleep.
    "OMP_WAIT_POLICY": "PASSIVE",
    # torch 2.13 asks the CUDA driver whether there is a GPU, and a process forked
    # after that cannot use it; asked this way, it can.
    "PYTORCH_NVML_BASED_CUDA_CHECK": "1",
}

_NOISY = "pydantic|distilabel|transformers|torch|datasets|huggingface_hub|tqdm|multiprocess(ing)?"


def install() -> None:
    """Quieten the libraries and guard them, those already imported too."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    warnings.filterwarnings("ignore", module=rf"({_NOISY})(\.|$)")
    if not any(isinstance(finder, _GuardingFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _GuardingFinder())
        for name in _MENDS:
            if name in sys.modules:
                _mend(sys.modules[name])


def after_import(module_name: str) -> Callable:
    """Register a function that mends `module_name` once it is imported."""

    def register(mend: Callable[[ModuleType], None]) -> Callable[[ModuleType], None]:
        _MENDS.setdefault(module_name, []).append(mend)
        return mend

    return register


class _GuardingFinder(importlib.abc.MetaPathFinder):
    """Finds a guarded module as usual and mends it after it has run."""

    def find_spec(self, name, path=None, target=None):
        if name not in _MENDS:
            return None
        others = (f for f in sys.meta_path if f is not self and hasattr(f, "find_spec"))
        spec = next(filter(None, (f.find_spec(name, path, target) for f in others)), None)
        if spec is not None and spec.loader is not None:
            run_module = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                run_module(module)
                _mend(module)

            spec.loader.exec_module = exec_module
        return spec


def _mend(module: ModuleType) -> None:
    for mend in _MENDS[module.__name__]:
        mend(module)


# --- quiet -----------------------------------------------------------------


@after_import("datasets")
def datasets_draws_no_bars(datasets: ModuleType) -> None:
    """datasets 5.2 draws a bar on stderr for each split it reads, of 3 rows too."""
    datasets.disable_progress_bars()


@after_import("transformers.utils.logging")
def transformers_is_quiet(transformers_logging: ModuleType) -> None:
    """transformers 5.23 draws a bar per model and warns of what distilabel does."""
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()


# --- failing cells ---------------------------------------------------------


@after_import("rich.traceback")
def failing_cells_stay_visible(traceback: ModuleType) -> None:
    """distilabel 1.5.3 hides failing cells from nbval and nbgrader.

    Its `__init__` calls `rich.traceback.install(show_locals=True)`, which makes
    IPython publish an exception as a picture instead of an error: every test of
    a notebook is green, and one failure prints 100 KB of local variables.
    """
    traceback.install = lambda *args, **kwargs: sys.excepthook


@after_import("distilabel")
def tracebacks_are_ipythons_own(distilabel: ModuleType) -> None:
    """The same, when distilabel was imported before `helpers`."""
    if getattr(sys.excepthook, "__module__", "") == "rich.traceback":
        sys.excepthook = sys.__excepthook__
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    for name in ("showtraceback", "showsyntaxerror", "_showtraceback"):
        shown_by = getattr(getattr(shell, "__dict__", {}).get(name), "__module__", "")
        if shown_by == "rich.traceback":
            del shell.__dict__[name]


# --- pipelines -------------------------------------------------------------


@after_import("distilabel.pipeline.local")
def runs_are_fresh_and_leave_no_trace(local: ModuleType) -> None:
    """distilabel 1.5.3: `Pipeline.run` returns old rows, and changes the session.

    `use_cache=True`, its default, returns the rows of an earlier run when only
    the data changed (`LoadDataFromDicts.data` is not in the signature). After a
    run the root logger has one dead handler, so that all logging is mute; SIGINT
    goes to a pipeline that is over; and the loader of `dataset=` stays in the
    pipeline, so that the second `run(dataset=...)` fails.
    """
    stock = local.Pipeline.run

    def run(self, parameters=None, load_groups=None, use_cache=False, *args, **kwargs):
        global _steps_with_a_model
        root, steps = logging.getLogger(), set(self.dag)
        models = [getattr(self.dag.get_step(name)["step"], "llm", None) for name in steps]
        _steps_with_a_model = max(1, len([model for model in models if model is not None]))
        handlers, level = root.handlers[:], root.level
        on_interrupt = signal.getsignal(signal.SIGINT)
        if not use_cache:
            # It reads the steps back from the cache whatever `use_cache` says.
            self._refresh_pipeline_from_cache = lambda: None
        try:
            return stock(self, parameters, load_groups, use_cache, *args, **kwargs)
        finally:
            self.__dict__.pop("_refresh_pipeline_from_cache", None)
            for loader in set(self.dag) - steps:
                _remove_step(self.dag, loader)
            root.handlers[:] = handlers
            root.setLevel(level)
            if threading.current_thread() is threading.main_thread():
                signal.signal(signal.SIGINT, on_interrupt)

    run.__doc__ = stock.__doc__
    local.Pipeline.run = run


def _remove_step(dag: Any, name: str) -> None:
    dag.G.remove_node(name)
    for cached in ("root_steps", "leaf_steps"):
        dag.__dict__.pop(cached, None)


@after_import("distilabel.pipeline.base")
def stages_start_and_end_at_once(base: ModuleType) -> None:
    """distilabel 1.5.3 sleeps 2.5 s per stage and spins while a stage ends.

    A pipeline of one row takes 3 s, and the spinning takes a core from the steps.
    """

    class Time(ModuleType):
        sleep = staticmethod(lambda seconds: time.sleep(min(seconds, 0.05)))

    base.time = Time("time")
    stock = base.BasePipeline._get_steps_load_status

    def _get_steps_load_status(self, steps):
        time.sleep(0.01)
        return stock(self, steps)

    base.BasePipeline._get_steps_load_status = _get_steps_load_status


@after_import("distilabel.pipeline.base")
def steps_one_after_the_other_do_not_hang(base: ModuleType) -> None:
    """distilabel 1.5.3: `load_groups="sequential_step_execution"` hangs.

    Alone in its stage the loader is never asked for its second batch. It works
    when the loader shares a stage with the first step that reads from it.
    """
    stock = base.BasePipeline._built_load_groups

    def _built_load_groups(self, load_groups=None):
        groups = stock(self, load_groups)
        if load_groups == "sequential_step_execution":
            for loader in self.dag.root_steps:
                readers = [
                    name
                    for name in self.dag.get_step_successors(loader)
                    if not self.dag.get_step(name)["step"].is_global
                ]
                if readers and [loader] in groups and [readers[0]] in groups:
                    groups.remove([loader])
                    groups[groups.index([readers[0]])].insert(0, loader)
        return groups

    base.BasePipeline._built_load_groups = _built_load_groups


@after_import("distilabel.pipeline.batch_manager")
def a_filter_may_drop_the_last_rows(batch_manager: ModuleType) -> None:
    """distilabel 1.5.3 hangs when a step drops every row of its last batch.

    The next step waits for a last batch that is never made, because a batch is
    only made of rows. Send it an empty one.
    """
    manager_step = batch_manager._BatchManagerStep
    stock = manager_step.get_batch

    def get_batch(self):
        batch = stock(self)
        if batch is None and not getattr(self, "_ended", False) and _has_run_dry(self):
            batch = batch_manager._Batch(
                seq_no=self._get_seq_no(),
                step_name=self.step_name,
                last_batch=True,
                data=[[] for _ in self.data],
                accumulated=self.accumulate,
                created_from={name: [(0, 0, 0)] for name in self.data},
            )
        self._ended = getattr(self, "_ended", False) or bool(batch and batch.last_batch)
        return batch

    manager_step.get_batch = get_batch


def _has_run_dry(manager_step: Any) -> bool:
    """Whether all predecessors have ended, in order, and left no row to read."""
    if manager_step.convergence_step:
        return False
    for name, batches in manager_step.data.items():
        expected = manager_step.next_expected_seq_no[name][0]
        in_order = [batch.seq_no for batch in batches] == list(
            range(expected, expected + len(batches))
        )
        if name not in manager_step.last_batch_received or not in_order:
            return False
        if not manager_step.accumulate and any(batch.data[0] for batch in batches):
            return False
    if manager_step.accumulate:  # a global step waits for rows of every predecessor
        return not any(b.data[0] for bs in manager_step.data.values() for b in bs)
    return True


# --- steps -----------------------------------------------------------------


@after_import("distilabel.pipeline.step_wrapper")
def steps_do_not_hang_after_torch(step_wrapper: ModuleType) -> None:
    """torch 2.13: a step hangs for ever once the notebook has run a model.

    GNU OpenMP keeps its workers with the thread that started them. A forked step
    inherits the memory of those workers but not the workers, and waits for them
    in its first matrix product. A new thread gets workers of its own.
    """
    stock = step_wrapper._StepWrapper.run

    def run(self):
        global _in_a_step
        _in_a_step = True
        events.this_is(self.step.name)
        outcome: dict[str, Any] = {}

        def work() -> None:
            try:
                outcome["name"] = stock(self)
            except BaseException as error:  # noqa: BLE001  (raised again below)
                outcome["error"] = error

        thread = threading.Thread(target=work, name=self.step.name)
        thread.start()
        thread.join()
        events.tell("ended", pid=os.getpid())
        if "error" in outcome:
            raise _that_travels(outcome["error"])
        return outcome["name"]

    step_wrapper._StepWrapper.run = run


@after_import("distilabel.pipeline.step_wrapper")
def chance_in_a_step_can_be_repeated(step_wrapper: ModuleType) -> None:
    """distilabel 1.5.3: EvolInstruct never reads its `seed`, Magpie has none.

    They draw mutations and system prompts from the global generators, so no two
    runs are alike. Seed those from the step's name and the seeds it was given.
    """
    stock = step_wrapper._StepWrapper.run

    def run(self):
        import random

        import numpy

        options = getattr(getattr(self.step, "llm", None), "generation_kwargs", None) or {}
        seeds = (options.get("seed"), getattr(self.step, "seed", None))
        number = zlib.crc32(f"{self.step.name} {self.replica} {seeds}".encode())
        random.seed(number)
        numpy.random.seed(number)
        return stock(self)

    step_wrapper._StepWrapper.run = run


def _that_travels(error: BaseException) -> BaseException:
    """An error that does not survive pickling would hang the pool that waits for it."""
    import pickle

    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # noqa: BLE001  (an error's own code runs here)
        if hasattr(error, "subprocess_exception"):
            error.subprocess_exception = RuntimeError(reason_of(error.subprocess_exception))
            error.data = None
        else:
            return RuntimeError(reason_of(error))
    return error


_in_a_step = False
_steps_with_a_model = 1


def threads_of_this_step() -> int | None:
    """How many threads the model of a step should use; `None` outside a step.

    Three steps that each take all cores are slower than three that share them
    (12 rows of a 135M model on 2 cores: 48 s and 21 s).
    """
    if not _in_a_step:
        return None
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, (cores or 1) // _steps_with_a_model)


@after_import("distilabel.steps.base")
def a_bad_row_fails_alone(base: ModuleType) -> None:
    """distilabel 1.5.3: one bad row turns the whole batch to `None`.

    A `None` instruction, a rating that is missing, an output that a task cannot
    read: whatever `process` raises empties all rows of the batch. So try the
    halves of a batch that failed, down to the rows that are to blame; these keep
    the reason in `distilabel_metadata`.
    """
    stock = base.Step.process_applying_mappings

    from helpers import bad_rows, journal

    def made_of(step, batch):
        if step.is_global or len(batch) != 1:
            yield from stock(step, *batch)
        else:
            yield bad_rows.Halving(step, stock).rows(batch[0])

    def process_applying_mappings(self, *args):
        if not any(args):
            yield []
        else:
            yield from journal.through(self, args, lambda: made_of(self, args))

    base.Step.process_applying_mappings = process_applying_mappings


@after_import("distilabel.steps.base")
def what_a_model_generated_is_kept(base: ModuleType) -> None:
    """A step that makes rows of nothing with a model (MagpieGenerator) can be gone on from, too."""
    from helpers import journal

    stock = base.GeneratorStep.process_applying_mappings

    def process_applying_mappings(self, offset: int = 0):
        yield from journal.generated(self, lambda made: stock(self, offset=offset + made))

    base.GeneratorStep.process_applying_mappings = process_applying_mappings


@after_import("distilabel.steps.tasks.magpie.generator")
def magpie_generator_ends(generator: ModuleType) -> None:
    """distilabel 1.5.3: MagpieGenerator never ends for 120 rows in batches of 50.

    It stops when it has made exactly `num_rows`, and each of its batches is full.
    """

    def process(self, offset: int = 0):
        made = offset
        while made < self.num_rows:
            size = min(self.batch_size, self.num_rows - made)
            rows = self._generate_with_pre_query_template([{} for _ in range(size)])
            made += size
            yield rows, made >= self.num_rows

    generator.MagpieGenerator.process = process


@after_import("distilabel.steps.tasks.base")
def a_row_tells_of_all_its_tasks(base: ModuleType) -> None:
    """distilabel 1.5.3: a task's `distilabel_metadata` replaces the earlier task's.

    A row is built as `{**input, **output}`, so that after two tasks it no longer
    tells who wrote the instruction. The checks and the dataset cards want both.
    """
    stock = base._Task._format_outputs

    def _format_outputs(self, outputs, input=None):
        rows = stock(self, outputs, input)
        earlier = (input or {}).get("distilabel_metadata")
        if isinstance(earlier, dict):
            for row in rows:
                row["distilabel_metadata"] = earlier | (row.get("distilabel_metadata") or {})
        return rows

    base._Task._format_outputs = _format_outputs


# --- results ---------------------------------------------------------------


@after_import("distilabel.pipeline.write_buffer")
def a_column_may_start_with_none(write_buffer: ModuleType) -> None:
    """distilabel 1.5.3 loses a whole run whose first 50 rows have an empty column.

    The schema of the first 50 rows is forced on the rest; `None` then text gives
    `ArrowNotImplementedError` at the very end. And a column that the first row
    does not have is dropped. So write each part as it is, then agree on a schema.
    """
    buffer_class = write_buffer._WriteBuffer
    stock = buffer_class._write

    def _write(self, step_name):
        rows = self._buffers[step_name]
        columns = dict.fromkeys(column for row in rows for column in row)
        self._buffers[step_name] = [{c: row.get(c) for c in columns} for row in rows]
        self._buffer_last_schema.pop(step_name, None)
        stock(self, step_name)

    def close(self):
        for step_name, rows in self._buffers.items():
            if rows:
                self._write(step_name)
            _agree_on_a_schema(write_buffer.list_files_in_dir(self._path / step_name))

    buffer_class._write = _write
    buffer_class.close = close


def _agree_on_a_schema(files: list) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    tables = [pq.read_table(file) for file in files]
    if not tables:
        return
    schema = pa.unify_schemas([t.schema for t in tables], promote_options="permissive")
    for file, table in zip(files, tables):
        if table.schema != schema:
            parts = [schema.empty_table(), table]
            pq.write_table(pa.concat_tables(parts, promote_options="permissive"), file)


@after_import("distilabel.distiset")
def citations_are_not_fetched(distiset: ModuleType) -> None:
    """distilabel 1.5.3 asks arxiv2bibtex.org at the end of a run, without a time limit.

    For Magpie and other steps that name a paper; offline it prints an error, and
    behind a silent firewall the run never ends. Keep the citations it has.
    """

    def get_bibtex(reference: str) -> str:
        raise ValueError(f"not fetched: {reference}")  # which distilabel passes over

    distiset.get_bibtex = get_bibtex

"""What flows where in a pipeline that has not run: which task wrote which column."""

import sys
from dataclasses import dataclass, field
from typing import Any

# For each column the tasks (by name) that a model used to write it.
Columns = dict[str, frozenset[str]]


@dataclass(frozen=True)
class Flow:
    """The steps of a pipeline, and the columns that reach and leave each of them.

    Args:
        tasks: the names of the steps that call a model, in running order.
        reads: for each task the columns that it takes, with the tasks that wrote them.
        writes: for each task the column that holds what its model wrote.
        after: for each step the names of the tasks that run before it on its branch.
        ends: the columns at each end of the pipeline.
    """

    tasks: tuple[str, ...] = ()
    reads: dict[str, Columns] = field(default_factory=dict)
    writes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    after: dict[str, frozenset[str]] = field(default_factory=dict)
    ends: tuple[Columns, ...] = ()


def is_pipeline(value: object) -> bool:
    """Tell whether a value is a distilabel pipeline, local or on Ray."""
    if "distilabel" not in sys.modules:  # then nobody has made one, and importing takes seconds
        return False
    from distilabel.pipeline.base import BasePipeline

    return isinstance(value, BasePipeline)


def flow_of(pipeline: Any) -> Flow:
    """Follow the columns through a distilabel pipeline, without loading or running it."""
    import networkx
    from distilabel.steps import KeepColumns
    from distilabel.steps.tasks.base import _Task

    graph = pipeline.dag.G
    leaving: dict[str, Columns] = {}
    tasks, reads, writes, after = [], {}, {}, {}
    for name in networkx.topological_sort(graph):
        step = graph.nodes[name]["step"]
        before: Columns = {}
        for predecessor in graph.predecessors(name):
            for column, origin in leaving[predecessor].items():
                before[column] = before.get(column, frozenset()) | origin
        after[name] = frozenset(n for n in networkx.ancestors(graph, name) if n in tasks)
        inputs = [column for column, needed in _columns(step, "inputs").items() if needed]
        outputs = list(_columns(step, "outputs"))
        if isinstance(step, _Task):
            tasks.append(name)
            reads[name] = {column: before.get(column, frozenset()) for column in inputs}
            writes[name] = tuple(c for c in outputs if c != _mapped(step, "model_name"))
            kept = {c: origin for c, origin in before.items() if c not in _replaced(step)}
            leaving[name] = kept | {column: frozenset({name}) for column in outputs}
        elif isinstance(step, KeepColumns):
            leaving[name] = {c: origin for c, origin in before.items() if c in inputs}
        else:
            # Any other step: a column that it changes stays its writer's, and one that it
            # adds is owed to all that it read (or to everything, when it does not say).
            mixed = frozenset().union(*(before.get(c, frozenset()) for c in inputs or before))
            made = {c: before[c] if c in before and c in inputs else mixed for c in outputs}
            leaving[name] = before | made
    ends = tuple(leaving[name] for name in graph if graph.out_degree(name) == 0)
    return Flow(tuple(tasks), reads, writes, after, ends)


def _replaced(step: Any) -> set[str]:
    """The columns that a task replaces while it works, whatever it writes to in the end.

    An output mapping renames what the task made; a column that had the task's own name before
    is gone by then, unless an input mapping had put it aside.
    """
    return set(step.outputs) - set(step.input_mappings.values())


def _mapped(step: Any, output: str) -> str:
    return step.output_mappings.get(output, output)


def _columns(step: Any, side: str) -> dict[str, bool]:
    """The columns that a step declares after its mappings, and whether it needs them."""
    return getattr(step, f"get_{side}")()

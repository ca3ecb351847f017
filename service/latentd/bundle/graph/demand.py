"""What a graph asks of whoever runs it: how many numbers its operators give, and by how many operations.

Sizes follow from the shapes of what goes in and from what lies in the file. A graph of which they do not is refused: a
few bytes could otherwise unfold to any size, when onnxruntime loads the graph or when it runs.
"""

from __future__ import annotations

from dataclasses import dataclass

from latentd.bundle.graph.call import Call
from latentd.bundle.graph.elementwise import ELEMENTWISE, Rule
from latentd.bundle.graph.gathering import GATHERING
from latentd.bundle.graph.layers import LAYERS, effort, scratch
from latentd.bundle.graph.model import FREE, Graph, Node, read_graph
from latentd.bundle.graph.shaping import SHAPING
from latentd.bundle.graph.sized import MOST_AXES, Sized

RULES: dict[str, Rule] = {**ELEMENTWISE, **GATHERING, **LAYERS, **SHAPING}
"""The operators that a bundle's graphs may have: those whose results' sizes are known beforehand."""

MAX_VALUES = 100_000_000
"""How many numbers a run may compute in all, 400 MB of them as float32; there is a setting."""

MAX_OPERATIONS = 100_000_000_000
"""How many multiplications a row may take: seconds on one core."""

MOST_ROWS = 1 << 20
RANDOM = ("Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike")
_MORE_AND_MORE = "it takes more for each row the more rows there are"
INNER = ("If", "Loop", "Scan", "SequenceMap")


@dataclass(frozen=True, slots=True)
class Demand:
    """Numbers that are computed, and operations by which they are, for one run."""

    values: int
    operations: int


def check_graph(content: bytes, most_values: int = MAX_VALUES) -> int:
    """The most rows that may be run at once, so that no run computes more than `most_values` numbers.

    Raises ValueError, with the reason, unless these are operators whose results' sizes are known beforehand, on weights
    that lie in the file itself, and one row takes no more than that and MAX_OPERATIONS.
    """
    graph = read_graph(content)
    one = demand(graph, 1, most_values)
    rows = min(MOST_ROWS, most_values // max(1, one.values))
    many = demand(graph, rows, most_values)
    if many.operations > rows * one.operations:
        raise ValueError(_MORE_AND_MORE)
    return rows


def demand(graph: Graph, rows: int, most_values: int = MAX_VALUES) -> Demand:
    """What one run with so many rows takes. Raises ValueError where that cannot be said, or is too much."""
    return _follow(graph, rows, most_values)[1]


def sizes(graph: Graph, rows: int) -> dict[bytes, Sized]:
    """What is known of each tensor in a run with so many rows. Raises as `demand` does."""
    return _follow(graph, rows, MAX_VALUES)[0]


def _follow(graph: Graph, rows: int, most_values: int) -> tuple[dict[bytes, Sized], Demand]:
    """Each operator's sizes from those of what it takes, until one is too large."""
    tensors = {name: _filled_in(sized, rows) for name, sized in graph.inputs.items()} | graph.tensors
    if any(_filled_in(sized, rows).count > most_values for _, sized in graph.stated):
        raise ValueError(_too_many(rows, most_values))
    values = operations = 0
    for node in graph.nodes:
        call = Call(node, tuple(_found(tensors, name) if name else None for name in node.inputs))
        given = _given(call, rows)
        values += sum(sized.count for sized in given) + scratch(call, given)
        operations += effort(call, given)
        if values > most_values:
            raise ValueError(_too_many(rows, most_values))
        if operations > rows * MAX_OPERATIONS:
            raise ValueError(f"it takes more than {MAX_OPERATIONS} operations for a row")
        _keep(tensors, node, given)
    return tensors, Demand(values, operations)


def _filled_in(sized: Sized, rows: int) -> Sized:
    return Sized(tuple(rows if length == FREE else length for length in sized.shape), sized.kind)


def _found(tensors: dict[bytes, Sized], name: bytes) -> Sized:
    if name not in tensors:
        raise ValueError(f"an operator takes {_shown(name)}, which none before it gives")
    return tensors[name]


def _given(call: Call, rows: int) -> list[Sized]:
    """What an operator gives. Raises ValueError, with its name, for one that is not run or that cannot do its work."""
    node = call.node
    try:
        given = _rule(node.operator)(call)
    except (ValueError, ArithmeticError, LookupError, TypeError) as error:
        reason = str(error) if type(error) is ValueError else "what it takes or its attributes do not go together"
        where = f" {node.name!r}" if node.name else ""
        raise ValueError(f"the operator {node.operator!r}{where}, run with {rows} rows: {reason}") from None
    if any(len(sized.shape) > MOST_AXES for sized in given):
        raise ValueError(f"what the operator {node.operator!r} gives has more than {MOST_AXES} axes")
    return given


def _rule(operator: str) -> Rule:
    if operator in RANDOM:
        raise ValueError("it draws random numbers; a graph is deterministic")
    if operator in INNER:
        raise ValueError("it holds a graph, which may never end")
    if operator not in RULES:
        raise ValueError("it is none of those that latentd runs, whose sizes are known before they run")
    return RULES[operator]


def _keep(tensors: dict[bytes, Sized], node: Node, given: list[Sized]) -> None:
    if any(node.outputs[len(given) :]):
        raise ValueError(f"the operator {node.operator!r} gives more than is looked at")
    for name, sized in zip(node.outputs, given, strict=False):
        if name in tensors:
            raise ValueError(f"{_shown(name)} is given twice")
        if name:
            tensors[name] = sized


def _too_many(rows: int, most_values: int) -> str:
    if rows > 1:  # as many as are allowed, if each takes what one does
        return _MORE_AND_MORE
    return f"for one row it computes more than the {most_values} numbers that LATENTD_MAX_RUN_VALUES sets as the most"


def _shown(name: bytes) -> str:
    return repr(name[:80].decode("utf-8", "replace"))

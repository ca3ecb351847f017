"""An ONNX file as nodes and tensors, found out without the onnx package and before onnxruntime sees it.

Only the fields that matter are followed, by the numbers that onnx.proto gives them.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass

from latentd.bundle.graph.message import Message, Reader
from latentd.bundle.graph.sized import MOST_AXES, Sized, kind_of, read_tensor

STANDARD_DOMAINS = (b"", b"ai.onnx")
MAX_NODES = 10_000
FREE = -1
"""A dimension that is as long as there are rows."""

_INNER = "an operator holds a graph (Loop, If, Scan), which may never end"
_SPARSE = "weights are sparse, and unfold to any size"

_TENSORS = 0xA
"""The field of an attribute that holds several."""

Attribute = int | float | bytes | list[int] | list[float] | Sized


@dataclass(frozen=True, slots=True)
class Node:
    """An operator, the names of what it takes and gives, empty where one is left out, and its attributes."""

    operator: str
    name: str
    inputs: tuple[bytes, ...]
    outputs: tuple[bytes, ...]
    attributes: dict[str, Attribute]


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes in the order in which they run, the tensors in the file, and the shapes that are stated, by their names."""

    nodes: tuple[Node, ...]
    tensors: dict[bytes, Sized]
    inputs: dict[bytes, Sized]
    stated: tuple[tuple[bytes, Sized], ...]


def read_graph(content: bytes) -> Graph:
    """The graph of an ONNX file.

    Raises ValueError, with the reason, where it is none, or has more than operators of ONNX's own and weights in the
    file. No operator may hold a graph (Loop, If, Scan), which may never end.
    """
    model = Reader().read(memoryview(content))
    if 20 in model:
        raise ValueError("it holds graphs for training")
    if 25 in model:
        raise ValueError("it holds operators of its own making; only ONNX's own are run")
    graph = model.message(7)
    if graph is None:
        raise ValueError("it is no ONNX file: it has no graph")
    if 15 in graph:
        raise ValueError(_SPARSE)
    free = _free_names(graph)
    return Graph(
        _few(tuple(_node(node) for node in graph.messages(1))),
        {tensor.text(8): read_tensor(tensor) for tensor in graph.messages(5)},
        dict(_stated(graph, 11, free | {b""})),
        (*_stated(graph, 12, free), *_stated(graph, 13, free)),
    )


def _few(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    if len(nodes) > MAX_NODES:
        raise ValueError(f"it has {len(nodes)} operators; at most {MAX_NODES} are run")
    return nodes


def _node(node: Message) -> Node:
    domain = node.text(7)
    if domain not in STANDARD_DOMAINS:
        raise ValueError(f"an operator is of the domain {_shown(domain)!r}; only ONNX's own are run")
    attributes: dict[str, Attribute] = {}
    for attribute in node.messages(5):
        name = _shown(attribute.text(1))
        if name in attributes:
            raise ValueError(f"an operator has the attribute {name!r} twice")
        attributes[name] = _attribute(attribute)
    inputs, outputs = (tuple(bytes(name) for name in node.contents(number)) for number in (1, 2))
    return Node(_shown(node.text(4)), _shown(node.text(3)), inputs, outputs, attributes)


def _attribute(attribute: Message) -> Attribute:
    if 6 in attribute or 11 in attribute:
        raise ValueError(_INNER)
    if 22 in attribute or 23 in attribute:
        raise ValueError(_SPARSE)
    if sum(number in attribute for number in (2, 3, 4, 5, 7, 8, 9, _TENSORS)) > 1:
        raise ValueError("an attribute has several values")
    for tensor in attribute.messages(_TENSORS):
        read_tensor(tensor)
    if (held := attribute.message(5)) is not None:
        return read_tensor(held)
    if 3 in attribute:
        return attribute.integer(3)
    if 2 in attribute:
        return next(iter(attribute.floats(2)), 0.0)
    if 4 in attribute:
        return attribute.text(4)
    return attribute.floats(7) if 7 in attribute else attribute.integers(8)


def _stated(graph: Message, number: int, free: Container[bytes]) -> Iterator[tuple[bytes, Sized]]:
    """Names and shapes of what goes in or out, or is stated of a value in between; where nothing is stated, nothing."""
    for value in graph.messages(number):
        tensor, dims = _tensor_type(value), tuple(_length(dim, free) for dim in _dims(value))
        if len(dims) > MOST_AXES or min(dims, default=0) < FREE:
            raise ValueError("a value is stated to have a shape that there is not")
        if tensor is not None:
            yield value.text(1), Sized(dims, kind_of(tensor.integer(1)))


def _tensor_type(value: Message) -> Message | None:
    kind = value.message(2)
    return None if kind is None else kind.message(1)


def _dims(value: Message) -> list[Message]:
    tensor = _tensor_type(value)
    shape = None if tensor is None else tensor.message(2)
    return [] if shape is None else list(shape.messages(1))


def _length(dim: Message, free: Container[bytes]) -> int:
    if 1 in dim:
        return dim.integer(1)
    return FREE if dim.text(2) in free else 1  # onnxruntime knows no more of such a one


def _free_names(graph: Message) -> set[bytes]:
    """What the lengths are called that the inputs leave open."""
    return {dim.text(2) for value in graph.messages(11) for dim in _dims(value)} - {b""}


def _shown(text: bytes) -> str:
    return text[:80].decode("utf-8", "replace")

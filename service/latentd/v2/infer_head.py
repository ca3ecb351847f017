"""The JSON of an inference request, taken apart: its fields, those of each input, and the data as it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import Any

import numpy as np
import simdjson
from numpy.typing import NDArray

from latentd.errors import BodyFieldError
from latentd.v2.datatypes import is_wide
from latentd.wire import json_body
from latentd.wire.json_limits import DEFAULT, JsonLimits
from latentd.wording import shown

EXAMPLE = '{"inputs": [{"name": …, "shape": […], "datatype": "FP32", "data": […]}]}'
SHORT_BYTES = 1024
REMEMBERED_HEADS = 256
ENOUGH_INPUTS = 2
"""Models have one input each: a second one is refused, whatever follows it."""


@dataclass(frozen=True, slots=True)
class InputHead:
    """An input: its `fields` but the data, which is `data` where it is in the JSON; read already, if it is large."""

    fields: Mapping[str, Any]
    data: simdjson.Array | NDArray[np.float64] | None


@dataclass(frozen=True, slots=True)
class Head:
    """A request: its `fields` but the inputs, and these. `text` is all of its JSON."""

    text: bytes
    fields: Mapping[str, Any]
    inputs: tuple[InputHead, ...]

    def brackets_in_data(self) -> int:
        """How many opening brackets its data may have at most; each array that is none of the data has one."""
        others = 1 + len(self.inputs) + ("outputs" in self.fields)
        return json_body.count_brackets(self.text) - others


def read_head(text: bytes, limits: JsonLimits = DEFAULT, *, has_binary: bool) -> Head:
    """The JSON of a request, behind which binary data may follow.

    Raises BodyUnreadableError, BodyFieldError or JsonTooComplexError.

    Clients that send binary data send the same short head again and again; it is taken apart once.
    """
    if has_binary and len(text) <= SHORT_BYTES:
        head = _read_short(text, limits)
        if head is not None:
            return head
    return _read_large(text, limits) or _read(text, limits)


@lru_cache(REMEMBERED_HEADS)
def _read_short(text: bytes, limits: JsonLimits) -> Head | None:
    """The head, or None where it has data, which must not be kept: it belongs to the parser."""
    head = _read(text, limits)
    return head if all(each.data is None for each in head.inputs) else None


def _read_large(text: bytes, limits: JsonLimits) -> Head | None:
    """The head, or None where its one input is not large, or needs more than the numbers to be read."""
    found = json_body.read_large(text, "data", limits)
    if found is None:
        return None
    rest, data = found
    head = _read(rest, limits)
    if len(head.inputs) > 1 or head.inputs[0].data is None or is_wide(head.inputs[0].fields.get("datatype")):
        return None
    return replace(head, inputs=(replace(head.inputs[0], data=data),))


def _read(text: bytes, limits: JsonLimits) -> Head:
    document = json_body.parse_object(text, EXAMPLE, limits)
    fields = _fields_of(document, "the request", "inputs", limits)
    return Head(text, fields, tuple(islice(_inputs_in(document, limits), ENOUGH_INPUTS)))


def _inputs_in(document: simdjson.Object, limits: JsonLimits) -> Iterator[InputHead]:
    inputs = document["inputs"] if "inputs" in document else None  # noqa: SIM401 - `get` would give a Python list
    if not isinstance(inputs, simdjson.Array):
        raise BodyFieldError(f"expected inputs, an array of objects, as in {EXAMPLE}")
    for tensor in inputs:
        if not isinstance(tensor, simdjson.Object):
            raise BodyFieldError(f"expected an object for each of the inputs; got {json_body.kind_of(tensor)}")
        fields = _fields_of(tensor, "an input", "data", limits)
        yield InputHead(fields, _data_in(tensor, fields.get("name")))


def _data_in(tensor: simdjson.Object, name: object) -> simdjson.Array | None:
    data = tensor["data"] if "data" in tensor else None  # noqa: SIM401 - as above
    if data is not None and not isinstance(data, simdjson.Array):
        raise BodyFieldError(f"input {shown(name)} has data that is {json_body.kind_of(data)}; expected an array")
    return data


def _fields_of(document: simdjson.Object, what: str, unread: str, limits: JsonLimits) -> dict[str, Any]:
    """The fields but the one that is kept `unread`, as Python objects.

    A name with a NUL in it is none that is known, and simdjson would take it for what stands before the NUL.
    """
    limits.check_names(document)
    names = list(document.keys())
    if len(set(names)) < len(names):
        raise BodyFieldError(f"{what} has a field twice, among {', '.join(map(shown, names[:8]))}")
    return {name: json_body.plain(document[name], limits) for name in names if name != unread and "\0" not in name}

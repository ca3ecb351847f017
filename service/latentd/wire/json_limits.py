"""How much there may be in a JSON body: looked at before it is parsed, or before what was parsed becomes objects.

Parsed numbers take ten times the bytes of their text, and Python objects a hundred times.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import simdjson

from latentd.errors import BodyFieldError, JsonTooComplexError, RowsTooManyError
from latentd.wire import json_slices

DEPTH_SETTING = "LATENTD_MAX_JSON_DEPTH"
VALUES_SETTING = "LATENTD_MAX_JSON_VALUES"
ROWS_SETTING = "LATENTD_MAX_ROWS"

CONTAINERS = (simdjson.Array, simdjson.Object)


@dataclass(frozen=True, slots=True)
class JsonLimits:
    """The deepest nesting, the body being the first level; the most `values` beside the rows; and the most `rows`.

    Each is a setting of the service; who reads JSON without it may read as many rows as there are.
    """

    depth: int = 16
    values: int = 1000
    rows: int = sys.maxsize

    def check_text(self, text: bytes, row_values: int) -> None:
        """Raise RowsTooManyError where a text has commas for more than `rows` of so many values.

        A value takes two bytes, so that most texts are too short to have too many.
        """
        most = self.rows * row_values + self.values
        if len(text) > 2 * most and (commas := json_slices.count(text, b",")) > most:
            raise RowsTooManyError(commas // row_values, self.rows, ROWS_SETTING)

    def check_arrays(self, arrays: int, row_arrays: int = 1) -> None:
        """Raise RowsTooManyError for more arrays than `rows` have, each of `row_arrays`, and those around them."""
        if arrays > self.rows and arrays > self.rows * (row_arrays + self.depth):
            raise RowsTooManyError(arrays // row_arrays, self.rows, ROWS_SETTING)

    def check_axes(self, axes: int) -> None:
        """Raise JsonTooComplexError for an array of more axes than may stand in a body."""
        if axes >= self.depth:
            raise self.too_deep()

    def check_plain(self, value: simdjson.Array | simdjson.Object) -> None:
        """Raise JsonTooComplexError for what is too much to become Python objects, none of which are made here.

        Raises BodyFieldError for an object whose fields cannot be told apart.
        """
        count, level, depth = 0, [value], 2
        while level:
            count += sum(map(len, level))
            if count > self.values:
                raise self.too_much()
            if depth > self.depth:
                raise self.too_deep()
            level, depth = [inner for each in level for inner in _containers_in(each)], depth + 1

    def check_names(self, document: simdjson.Object) -> None:
        """Raise JsonTooComplexError for an object of more fields than there may be values."""
        if len(document) > self.values:
            raise self.too_much()

    def too_deep(self) -> JsonTooComplexError:
        """The error that names the limit."""
        return JsonTooComplexError(f"nests more than {self.depth} deep", self.depth, DEPTH_SETTING)

    def too_much(self) -> JsonTooComplexError:
        """The error that names the limit."""
        return JsonTooComplexError(f"holds more than {self.values} values beside its rows", self.values, VALUES_SETTING)


DEFAULT = JsonLimits()


def _containers_in(value: simdjson.Array | simdjson.Object) -> list[Any]:
    """The arrays and objects in a value: as simdjson has them, for `values()` would make Python objects of them."""
    inner = _values_of(value) if isinstance(value, simdjson.Object) else value
    return [each for each in inner if isinstance(each, CONTAINERS)]


def _values_of(value: simdjson.Object) -> list[Any]:
    """By their names; simdjson takes one with a NUL for what stands before it, and gives the first of two alike."""
    names = list(value.keys())
    if len(set(names)) < len(names) or any("\0" in name for name in names):
        raise BodyFieldError("an object in the body has a field twice, or one with a NUL in its name")
    return [value[name] for name in names]

"""By slices or in one piece: the same arrays, the same errors, the same text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from json_values import ANYTHING, NESTED_NUMBERS, REGULAR
from latentd.errors import BodyError, RowsTooManyError
from latentd.wire import json_body, json_slices
from latentd.wire.json_limits import JsonLimits

ROWS = np.random.default_rng(7).random((3000, 64)).astype(np.float32)
SPACES = st.sampled_from(["", " ", "\n  ", "\t"])


@pytest.fixture
def slicing() -> Iterator[None]:
    """Even the shortest texts are cut, and often."""
    with pytest.MonkeyPatch.context() as patch:
        small(patch)
        yield


def small(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(json_slices, "LARGE_BYTES", 0)
    patch.setattr(json_slices, "SLICE_BYTES", 5)
    patch.setattr(json_slices, "SLICE_VALUES", 3)


def outcome(body: bytes, *, sliced: bool) -> tuple[str, Any]:
    with pytest.MonkeyPatch.context() as patch:
        if sliced:
            small(patch)
            patch.setattr(json_slices, "count", lambda text, character: text.count(character))  # it wants no 0 bytes
        try:
            array, options = json_body.read_array_and_options(body, "inputs", ("steps", "note"))
        except BodyError as error:
            return type(error).__name__, (str(error), error.pointer)
    return str(array.shape), (array.tolist(), options)


def test_a_large_body_is_cut_and_read_as_it_is() -> None:
    body = orjson.dumps({"inputs": ROWS, "steps": 3}, option=orjson.OPT_SERIALIZE_NUMPY)
    found = json_slices.cut_out(body, "inputs")
    assert found is not None
    rest, slices = found
    assert rest == b'{"inputs":[],"steps":3}'
    assert max(map(len, slices)) < 2 * json_slices.SLICE_BYTES
    array, options = json_body.read_array_and_options(body, "inputs", ("steps",))
    assert np.array_equal(array.astype(np.float32), ROWS)
    assert options == {"steps": 3}


def test_a_body_that_is_not_large_is_not_cut() -> None:
    assert json_slices.cut_out(orjson.dumps({"inputs": ROWS[:10].tolist()}), "inputs") is None


@pytest.mark.usefixtures("slicing")
@pytest.mark.parametrize(
    ("array", "slices"),
    [
        (b"[1, 2, 3, 4]", [b"[1, 2, 3]", b"[ 4]"]),
        (b"[[1, 2], [3, 4] ,[5]]", [b"[[1, 2]]", b"[ [3, 4] ]", b"[[5]]"]),
        (b"[[[1], [2]], [[3], [4] ] , [[5]]]", [b"[[[1], [2]]]", b"[ [[3], [4] ] ]", b"[ [[5]]]"]),
    ],
)
def test_it_is_cut_behind_whole_rows(array: bytes, slices: list[bytes]) -> None:
    found = json_slices.cut_out(b'{"inputs": %b}' % array, "inputs")
    assert found is not None
    assert list(found[1]) == slices


@given(ANYTHING | NESTED_NUMBERS | REGULAR, SPACES, st.booleans())
@example([[1, 2], [3, [4, 5]]], "", False)
@example([[[1, 2], [3, 4]], [[5, 6], [7]]], " ", False)
@example([[], [], []], "", True)
@example([1, 2, 3, 4, 5, 6, 7, 8, 9, []], "", False)
def test_whatever_is_sent_comes_out_the_same(value: Any, space: str, is_first: bool) -> None:
    fields = {"inputs": value, "steps": 3} if is_first else {"note": "]}", "inputs": value}
    body = json.dumps(fields, separators=(f"{space},{space}", f"{space}:{space}")).encode()
    assert outcome(body, sliced=True) == outcome(body, sliced=False)


@given(REGULAR.filter(len), st.data())
def test_a_body_that_is_damaged_is_refused_the_same(value: Any, data: st.DataObject) -> None:
    body = bytearray(json.dumps({"inputs": value}).encode())
    at = data.draw(st.integers(0, len(body) - 1))
    body[at : at + data.draw(st.integers(0, 2))] = data.draw(
        st.sampled_from([b"", b",", b"[", b"]", b"}", b'"', b"-", b"1e999"])
    )
    assert outcome(bytes(body), sliced=True) == outcome(bytes(body), sliced=False)


@pytest.mark.usefixtures("slicing")
@pytest.mark.parametrize(
    "body",
    [
        b'{"inputs": [1, 2, 3, 4, 5, 6, 7,]}',
        b'{"inputs": [1, 2, 3, 4, 5,, 6, 7]}',
        b'{"inputs": [[1, 2], [3, 4], [5, 6],]}',
        b'{"inputs": [[1, 2], [3, 4], [5, 6]]',
        b'{"inputs": [[1, 2], [3, 4], [5, 6]]}}',
        b'{"inputs": [[1, 2], [3, 4], [5, 6]]]}',
        b'{"inputs": [[1, 2], [3, 4], [5]]}',
        b'{"inputs": [1, 2, 3, 4, [5], 6, 7]}',
        b'{"inputs": [[1, 2], [3, true], [5, 6]]}',
        b'{"inputs": [1, 2, 3, 4], "inputs": [1, 2, 3, 4]}',
        b'{"in\\u0070uts": [5], "inputs": [1, 2, 3, 4]}',
        b'{"a": {"inputs": [1, 2, 3, 4, 5, 6]}, "inputs": []}',
        b'{"a": {"inputs": [1, 2, 3, 4, 5, 6]}}',
        b'{"note": "\\"inputs\\": [1, 2, 3, 4, 5]}',
        b'{"inputs": [',
        b'{"inputs": [' + b"[" * 100,
        b'{"inputs": ' + b"[" * 9000 + b"]" * 9000 + b"}",
    ],
)
def test_what_is_wrong_is_told_as_if_nothing_had_been_cut(body: bytes) -> None:
    kind, _ = outcome(body, sliced=True)
    assert kind.endswith("Error")
    assert outcome(body, sliced=True) == outcome(body, sliced=False)


@pytest.mark.usefixtures("slicing")
def test_rows_beyond_the_limit_are_not_read() -> None:
    body = json.dumps({"inputs": [[[1]] * 3] * 400}).encode()
    with pytest.raises(RowsTooManyError):
        json_body.read_array_and_options(body, "inputs", (), JsonLimits(depth=4, rows=20), (300, 1))


@pytest.mark.parametrize("shape", [(7,), (2, 5), (4, 1), (1, 2, 7), (3, 2, 2), (5, 0), (0, 4)])
@pytest.mark.usefixtures("slicing")
def test_what_is_written_by_slices_is_what_is_written_in_one_piece(shape: tuple[int, ...]) -> None:
    array = np.arange(np.prod(shape)).reshape(shape).astype(np.float32) / 3
    fields = {"model": 'a"b', "outputs": array, "tensors": [{"name": "x", "data": array}, {}], "none": None, "is": True}
    assert b"".join(json_slices.write(fields)) == orjson.dumps(fields, option=orjson.OPT_SERIALIZE_NUMPY)


def test_characters_are_counted_across_pieces() -> None:
    text = b"a,b," * (json_slices.LARGE_BYTES // 2)
    assert json_slices.count(text, b",") == text.count(b",")
    assert json_slices.count(b"", b",") == 0

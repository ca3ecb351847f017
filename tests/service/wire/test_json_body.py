"""JSON bodies: what is read, and what is refused where."""

from __future__ import annotations

import json

import numpy as np
import pytest
from numpy.typing import NDArray

from latentd.errors import BodyError, BodyFieldError, BodyUnreadableError, ShapeMismatchError, ValueTypeError
from latentd.wire import json_body
from malformed import UNREADABLE


def read(text: str | bytes) -> NDArray[np.float64]:
    return json_body.read_array(text.encode() if isinstance(text, str) else text, "inputs")


@pytest.mark.parametrize(
    ("values", "shape"),
    [
        ("[]", (0,)),
        ("[[], []]", (2, 0)),
        ("[1, 2.5, -3e2]", (3,)),
        ("[[1, 2], [3, 4], [5, 6]]", (3, 2)),
        ("[[[1], [2]], [[3], [4]]]", (2, 2, 1)),
        ("[[[[[[[[1]]]]]]]]", (1,) * 8),
        (" [\n1 ,\t2 ] ", (2,)),
        ("[-0.0, 5e-324, 1.7976931348623157e308, 18446744073709551615, -9223372036854775808]", (5,)),
    ],
)
def test_an_array_comes_in_the_shape_in_which_it_is_nested(values: str, shape: tuple[int, ...]) -> None:
    array = read(f'{{"inputs": {values}}}')
    assert array.shape == shape
    np.testing.assert_array_equal(array, np.array(json.loads(values), np.float64))


@pytest.mark.parametrize("text", ['{"\\u0069nputs":[1]}', '\ufeff{"inputs":[1]}', '  {"inputs":[1]}\n'])
def test_the_same_json_written_otherwise_is_the_same(text: str) -> None:
    assert read(text).tolist() == [1]


@pytest.mark.parametrize("body", UNREADABLE, ids=lambda body: repr(body[:24]))
def test_what_is_not_json_is_unreadable(body: bytes) -> None:
    with pytest.raises(BodyUnreadableError):
        read(body)


@pytest.mark.parametrize(
    ("text", "got"),
    [
        ("[1]", "got an array"),
        ("1", "got a number"),
        ('"inputs"', "got a string"),
        ("null", "got null"),
        ("true", "got a boolean"),
        ("{}", "got none"),
        ('{"latents": [1]}', "got 'latents'"),
        ('{"": [1]}', "got ''"),
        ('{"inputs": [1], "inputs": [2]}', "got 'inputs', 'inputs'"),
        ('{"inputs": [1], "more": 1}', "got 'inputs', 'more'"),
        ('{"Inputs": [1]}', "got 'Inputs'"),
    ],
)
def test_other_fields_are_refused(text: str, got: str) -> None:
    with pytest.raises(BodyFieldError, match=got):
        read(text)


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ("1", "/inputs"),
        ("null", "/inputs"),
        ('"[1]"', "/inputs"),
        ('{"0": 1}', "/inputs"),
        ("[[1, 2], [3]]", "/inputs/1"),
        ("[[1, 2], [3, 4, 5]]", "/inputs/1"),
        ("[[1, 2], [], [3, 4, 5, 6]]", "/inputs/1"),
        ("[[1], 2]", "/inputs/1"),
        ("[[], [1]]", "/inputs/1"),
        ("[[[1, 2]], [[3], [4]]]", "/inputs/1"),
        ("[[[1, 2]], [[3, 4, 5]]]", "/inputs/1/0"),
        ("[[1, 2], {}]", "/inputs/1"),
        ("[[1, 2], null]", "/inputs/1"),
        ('[[1, 2], "34"]', "/inputs/1"),
        ("[1, [2]]", "/inputs"),
        ("[1, []]", "/inputs"),
        ("[[1, 2], [[3], 4]]", "/inputs"),
        ("[[1, 2], [3, []]]", "/inputs"),
    ],
)
def test_ragged_arrays_are_refused_where_they_are_ragged(values: str, pointer: str) -> None:
    with pytest.raises(ShapeMismatchError) as caught:
        read(f'{{"inputs": {values}}}')
    assert caught.value.pointer == pointer


@pytest.mark.parametrize(
    ("values", "got", "pointer"),
    [
        ('["1"]', "a string", "/inputs/0"),
        ("[1, null]", "null", "/inputs/1"),
        ("[1, 2, true]", "a boolean", "/inputs/2"),
        ("[{}]", "an object", "/inputs/0"),
        ("[[1, 2], [3, false]]", "a boolean", "/inputs/1/1"),
        ("[[1, 2], [3, {}]]", "an object", "/inputs/1/1"),
        ('["[", "]"]', "a string", "/inputs/0"),
        ("[1, [2, null]]", "null", "/inputs/1/1"),
        ("[1, [], null]", "null", "/inputs/2"),
        ("[0, " + "[" * 1000 + '"x"' + "]" * 1000 + "]", "a string", "/inputs/1" + "/0" * 1000),
    ],
)
def test_what_is_not_a_number_is_refused_at_its_place(values: str, got: str, pointer: str) -> None:
    with pytest.raises(ValueTypeError, match=f"expected a number; got {got}") as caught:
        read(f'{{"inputs": {values}}}')
    assert caught.value.pointer == pointer


def test_an_error_does_not_spoil_the_next_body() -> None:
    with pytest.raises(BodyError) as kept:
        read('{"inputs": [[1], [null]]}')
    assert read('{"inputs": [1]}').tolist() == [1]
    assert kept.value.pointer == "/inputs/1/0"


def test_an_array_outlives_its_body() -> None:
    arrays = [read(json.dumps({"inputs": [n] * 100})) for n in range(50)]
    assert [array[99] for array in arrays] == list(range(50))


def test_numpy_numbers_and_arrays_are_written() -> None:
    fields = {
        "name": "toy",
        "rows": np.array([[0.5, 1.5]], np.float32),
        "number": np.float64(0.25),
        "flag": np.bool_(True),
        "flags": np.array([True, False]),
    }
    written = b'{"name":"toy","rows":[[0.5,1.5]],"number":0.25,"flag":true,"flags":[true,false]}'
    assert json_body.write(fields) == written
    assert json_body.read_any(written)["flags"] == [True, False]


def test_the_search_for_what_is_not_a_number_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_body, "MAX_SEARCHED", 3)
    with pytest.raises(ValueTypeError, match="behind the first 3") as caught:
        read('{"inputs": [1, 2, 3, null]}')
    assert caught.value.pointer == "/inputs"


def test_reading_is_expected_to_take_longer_with_more_bytes_and_more_rows() -> None:
    padding = b" " * json_body.SMALL_BYTES
    bodies = [padding + body for body in (b"[1]", b"[1,  2]", b"[1,[2]]")]
    seconds = [json_body.seconds_to_read(body) for body in (b"[[1]]", *bodies)]
    assert sorted(seconds) == seconds
    assert len(set(seconds)) == 4

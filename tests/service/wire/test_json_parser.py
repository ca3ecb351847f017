"""Text that is parsed: numbers past 64 bits are JSON all the same; what is no JSON is told with its place."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import simdjson

from latentd.errors import BodyUnreadableError, JsonTooComplexError
from latentd.wire import json_body, json_parser
from latentd.wire.json_parser import parse

BIG = ValueError("BIGINT_ERROR: told by simdjson")

WIDE = [
    ("1e999", 1e300),
    ("-1e999", -1e300),
    ("1E+0400", 1e300),
    ("0.5e309", 1e300),
    ("9" * 400, 1e300),
    ("-" + "9" * 400, -1e300),
    ("9" * 400 + ".5", 1e300),
    ("0e999", 0.0),
    ("18446744073709551616", 2.0**64),
    ("-9223372036854775809", -(2.0**63)),
    ("100000000000000000000", 1e20),
    ("123456789012345678901234567890.25", 123456789012345678901234567890.25),
    ("10000000000000000000000e-22", 1.0),
]


@pytest.mark.parametrize(("text", "value"), WIDE, ids=[row[0][:24] for row in WIDE])
@pytest.mark.parametrize("place", ["[{}, 1e999]", "[ {}\n,1e999]", "[{},1E+999 ]"])
def test_a_wide_number_is_read_as_a_number(text: str, value: float, place: str) -> None:
    whole = place.format(text).encode()
    with pytest.raises((ValueError, RuntimeError)) as refused:
        simdjson.Parser().parse(whole)
    assert json.loads(json_parser.narrowed(whole, refused.value)) == [value, 1e300]


PLAIN = [
    "0.1234567890123456789012",
    "1e-999",
    "1.5e+20",
    "12345678901234567",
    "x1e999",
    "01e999",
    "00000000000000000001",
]


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_no_wide_number_stays_as_it_is(text: str) -> None:
    assert json_parser.narrowed(text.encode(), BIG) == text.encode()


def test_only_where_width_is_the_fault_is_it_looked_for() -> None:
    text = b"[1e999"
    assert json_parser.narrowed(text, ValueError("TAPE_ERROR: something else")) is text


def test_large_bodies_are_not_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_parser, "MAX_BYTES", 20)
    small, large = b'{"inputs":[1e999]}', b'{"inputs":[1e999  ]}  '
    np.testing.assert_array_equal(json_body.read_array(small, "inputs"), [1e300])
    with pytest.raises(BodyUnreadableError, match="past 20 bytes nobody looks which"):
        json_body.read_array(large, "inputs")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b'{"inputs": [1,]}', "trailing comma is not allowed (line 1, column 14: ',]}')"),
        (b'{"inputs":\n [NaN]}', "expected a JSON value (line 2, column 3: 'NaN]}')"),
        (b'{"inputs": [1', "unexpected end of data (line 1, column 14)"),
        (b'{"inputs": [01]}', "leading zero is not allowed (line 1, column 13: '01]}')"),
        (b'{"inputs": "\xff"}', "byte 12 is not UTF-8"),
    ],
)
def test_a_fault_is_told_with_its_place_and_without_a_parsers_jargon(text: bytes, words: str) -> None:
    with pytest.raises(BodyUnreadableError) as caught:
        json_body.read_array(text, "inputs")
    assert str(caught.value).startswith("the body is not JSON: ")
    assert words in str(caught.value)
    assert "_ERROR" not in str(caught.value)


@pytest.mark.parametrize(
    "text", [b"[" * 20, b"[" * 5000, b'{"inputs":' + b"[" * 1000, b'{"a":[[' + b"[1]," * 9 + b"[" * 40]
)
def test_what_opens_too_many_arrays_is_too_deep_whether_it_is_json_or_not(text: bytes) -> None:
    with pytest.raises(JsonTooComplexError, match="LATENTD_MAX_JSON_DEPTH"):
        json_body.read_array(text, "inputs")


def test_a_document_stays_what_it_was_while_others_are_parsed() -> None:
    documents = [parse(f'{{"a": [{number}]}}'.encode()) for number in range(3)]
    assert [document["a"].as_list() for document in documents] == [[0], [1], [2]]


def test_a_document_that_an_error_still_holds_is_in_nobodys_way() -> None:
    with pytest.raises(KeyError) as held:
        parse(b'{"a": 1}')["b"]
    assert parse(b'{"b": 2}')["b"] == 2
    assert str(held.value)


def test_threads_do_not_share_a_parser() -> None:
    mine = parse(b'{"a": [1, 2]}')
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda number: parse(f'{{"a": {number}}}'.encode())["a"], range(100)))
    assert found == list(range(100))
    assert mine["a"].as_list() == [1, 2]

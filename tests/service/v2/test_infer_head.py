"""The JSON of a request, taken apart; a short one before binary data only once."""

from __future__ import annotations

import json

import pytest

from latentd.errors import BodyFieldError
from latentd.v2.infer_head import SHORT_BYTES, read_head


def text(**further: object) -> bytes:
    return json.dumps({"id": "a", "inputs": [{"name": "x", "shape": [1, 2], **further}]}).encode()


def test_fields_and_inputs_are_told_apart() -> None:
    head = read_head(text(data=[0.5, 1]), has_binary=False)
    assert head.fields == {"id": "a"}
    (tensor,) = head.inputs
    assert tensor.fields == {"name": "x", "shape": [1, 2]}
    assert tensor.data is not None
    assert list(tensor.data) == [0.5, 1]
    assert head.brackets_in_data() == 1


def test_a_short_head_before_binary_data_is_taken_apart_once() -> None:
    assert read_head(text(note=1), has_binary=True) is read_head(text(note=1), has_binary=True)


@pytest.mark.parametrize(
    ("head", "has_binary"), [(text(data=[1]), True), (text(), False), (text(note="x" * SHORT_BYTES), True)]
)
def test_others_are_taken_apart_each_time(head: bytes, *, has_binary: bool) -> None:
    assert read_head(head, has_binary=has_binary) is not read_head(head, has_binary=has_binary)


def test_what_is_wrong_is_wrong_again() -> None:
    for _ in range(2):
        with pytest.raises(BodyFieldError, match="expected inputs"):
            read_head(b'{"id": "a"}', has_binary=True)

"""Labels on their way into an array."""

from __future__ import annotations

import io

import numpy as np
import pytest

from latentd.files.text_column import TextColumn


def column_of(*batches: list[str]) -> np.ndarray:
    column, target = TextColumn(io.BytesIO()), io.BytesIO()
    for batch in batches:
        column.append(np.array(batch, np.str_))
    column.finish()
    column.copy_to(target)
    target.seek(0)
    array: np.ndarray = np.load(target, allow_pickle=False)
    return array


def test_the_longest_label_of_all_batches_fits() -> None:
    column = column_of(["a", "bb"], ["", "zweiundvierzig", 'say "ü"\n'])
    assert column.tolist() == ["a", "bb", "", "zweiundvierzig", 'say "ü"\n']
    assert column.dtype == np.dtype("U14")


def test_whole_numbers_become_numbers() -> None:
    column = column_of(["7", "-2"], ["9223372036854775807"])
    assert column.dtype == np.int64
    assert column.tolist() == [7, -2, 2**63 - 1]


@pytest.mark.parametrize("label", ["007", "", "1.0", "+1", " 1", "9223372036854775808", "x", "１"])
def test_one_label_that_is_none_makes_all_of_them_text(label: str) -> None:
    column = column_of(["1", "2"], [label], ["3"])
    assert column.tolist() == ["1", "2", label, "3"]

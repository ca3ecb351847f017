"""Which columns are rows, and what columns are called."""

from __future__ import annotations

import pytest

from latentd.files.column_names import choose_columns, column_names, names_for


@pytest.mark.parametrize(
    ("names", "field", "columns"),
    [
        (["a", "b"], "inputs", [0, 1]),
        (["label", "a", "b"], "inputs", [1, 2]),
        (["a", "labels"], "latents", [0]),
        (["input_1", "input_0", "label", "error"], "inputs", [1, 0]),
        (["input_10", "input_9", "input_0"], "inputs", [2, 1, 0]),
        (["output_0", "latent_0", "output_1", "error"], "inputs", [0, 2]),
        (["output_0", "latent_0", "output_1", "error"], "latents", [1]),
        (["output_0", "input_0"], "inputs", [1]),
        (["input_", "input_x", "inputs_0", "input_²"], "inputs", [0, 1, 2, 3]),
        (["output_0", "logvar_0"], "latents", [0, 1]),
        (["label"], "inputs", []),
    ],
)
def test_numbered_columns_are_chosen_before_all_but_the_label(names: list[str], field: str, columns: list[int]) -> None:
    assert choose_columns(names, field) == columns


def test_outputs_are_inputs_where_there_are_no_better_ones() -> None:
    assert names_for("inputs") == ("inputs", "outputs")
    assert names_for("latents") == ("latents",)


def test_columns_are_numbered_or_stand_alone() -> None:
    assert column_names("latents", 3) == ["latent_0", "latent_1", "latent_2"]
    assert column_names("logvar", 1) == ["logvar_0"]
    alone = [column_names(name, None) for name in ("labels", "errors", "percentiles", "anomalous")]
    assert alone == [["label"], ["error"], ["percentile"], ["anomalous"]]


@pytest.mark.parametrize("field", ["inputs", "latents"])
def test_what_is_written_is_found_again(field: str) -> None:
    names = ["label", *column_names(field, 12), *column_names("errors", None)]
    assert choose_columns(names, field) == list(range(1, 13))

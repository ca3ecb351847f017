"""Lines of numbers and back."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from latentd.errors import FileRowInvalidError, FileUnreadableError
from latentd.files.csv_file import CsvSink, CsvSource
from latentd.files.row_sink import Plan
from latentd.inference import Registry
from latentd.inference.rows import RowSpec

SPEC = RowSpec("inputs", 3)


def read(path: Path, content: str, size: int = 2, spec: RowSpec = SPEC) -> tuple[list[list[float]], list[str]]:
    path.write_text(content, "utf-8", newline="")
    batches = list(CsvSource(path, spec).batches(size))
    labels = [label for batch in batches for label in (() if batch.labels is None else batch.labels.tolist())]
    return [row for batch in batches for row in batch.values.tolist()], labels


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "in.csv"


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_lines_become_rows_with_their_labels(path: Path, size: int) -> None:
    rows, labels = read(path, 'label,a,b,c\n"x, y",1,2,3\n,4,5,6\n"say ""so""",7,8,9\n', size)
    assert rows == [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    assert labels == ["x, y", "", 'say "so"']


def test_columns_are_chosen_by_their_names(path: Path) -> None:
    rows, _ = read(path, "error,input_2,input_0,input_1,anomalous\n9,3,1,2,true\n9,6,4,5,false\n")
    assert rows == [[1, 2, 3], [4, 5, 6]]


def test_outputs_are_read_where_there_are_no_inputs(path: Path) -> None:
    rows, labels = read(path, "label,output_0,output_1,output_2,latent_0,error\nx,1,2,3,7,8\n")
    assert (rows, labels) == ([[1, 2, 3]], ["x"])


def test_the_rows_are_estimated_and_then_known(path: Path) -> None:
    path.write_text("1,2,3\n" * 100)
    source = CsvSource(path, SPEC)
    assert 80 <= source.rows <= 120
    assert sum(len(batch.values) for batch in source.batches(7)) == 100
    assert source.rows == 100


@pytest.mark.parametrize(("content", "place"), [("1,2,3\n1,2\n", "line 2"), ("a,b,c\n1,2,3\n1,2,3,4\n", "line 3")])
def test_places_are_lines_as_editors_count(path: Path, content: str, place: str) -> None:
    with pytest.raises(FileRowInvalidError, match=f"{place}: expected 3 numbers"):
        read(path, content)


def test_a_line_without_end_is_refused_before_it_fills_the_memory(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("latentd.files.csv_file._MAX_LINE", 100)
    with pytest.raises(FileUnreadableError, match="line 2 has more than 100 bytes"):
        read(path, "1,2,3\n" + "1" * 200)


def test_numbers_are_written_so_that_they_come_back(registry: Registry, tmp_path: Path) -> None:
    latents = np.array([[1e-45, 0.1], [-3.4e38, 1 / 3]], np.float32)
    columns = {"labels": np.array(["a", 'b,"']), "latents": latents, "errors": np.array([0.1, 1e-300])}
    with CsvSink(tmp_path / "out.csv", Plan(registry.get("toy", 1).manifest, None, 0)) as sink:
        for part in (slice(0, 1), slice(1, 2)):
            sink.write({name: values[part] for name, values in columns.items()}, latents[part])
        sink.finish()
    with (tmp_path / "out.csv").open(newline="") as file:
        header, *lines = csv.reader(file)
    assert header == ["label", "latent_0", "latent_1", "error"]
    assert [line[0] for line in lines] == ["a", 'b,"']
    np.testing.assert_array_equal(np.array([line[1:3] for line in lines], np.float32), latents)
    assert [float(line[3]) for line in lines] == [0.1, 1e-300]

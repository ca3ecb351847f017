"""From file to file, batch by batch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bundles import TOY
from latentd.errors import FileRowInvalidError, FileUnreadableError, FileUnwritableError
from latentd.files.formats import Destination, choose_sink, open_source
from latentd.files.row_sink import Plan
from latentd.files.transformation import transform
from latentd.files.work import Work
from latentd.inference import Registry
from tables import read_table, write_table

ROWS = TOY.inputs(23)
THREADS = pytest.mark.parametrize("threads", [1, 2])

Run = Callable[[Path, Path, Work], list[tuple[int, int]]]


@pytest.fixture
def run(registry: Registry) -> Run:
    """Transform in batches of 5; gives what was reported."""
    model = registry.get("toy", 1)

    def run(source: Path, out: Path, work: Work) -> list[tuple[int, int]]:
        reports: list[tuple[int, int]] = []
        sink = choose_sink(str(out), model.manifest, are_outputs=True)
        destination = Destination(str(out), sink, Plan(model.manifest, None, 10_000))
        rows = open_source(source, model.inputs, None)
        transform(rows, work, destination, 5, lambda done, in_all: reports.append((done, in_all)))
        return reports

    return run


@THREADS
def test_rows_are_worked_on_in_batches_and_written_in_order(run: Run, tmp_path: Path, threads: int) -> None:
    source = write_table(tmp_path / "in.npy", "inputs", ROWS)
    sizes: list[int] = []

    def double(rows: np.ndarray) -> dict[str, np.ndarray]:
        sizes.append(len(rows))
        return {"outputs": 2 * rows}

    reports = run(source, tmp_path / "out.npy", Work(double, threads))
    np.testing.assert_array_equal(np.load(tmp_path / "out.npy"), 2 * ROWS)
    assert sorted(sizes) == [3, 5, 5, 5, 5]
    assert reports == [(5, 23)] * 4 + [(3, 23)]


def test_labels_stand_before_the_results(run: Run, tmp_path: Path) -> None:
    source = write_table(tmp_path / "in.csv", "inputs", ROWS, [f"row {row}" for row in range(23)])
    run(source, tmp_path / "out.csv", Work(lambda rows: {"errors": rows[:, 0].astype(np.float64)}, 2))
    found = read_table(tmp_path / "out.csv")
    assert list(found) == ["label", "errors"]
    assert found["label"].tolist() == [f"row {row}" for row in range(23)]
    np.testing.assert_allclose(found["errors"], ROWS[:, 0], atol=1e-7)


@THREADS
def test_the_number_of_a_bad_row_is_that_in_the_file(run: Run, tmp_path: Path, threads: int) -> None:
    rows = ROWS.copy()
    rows[17, 4] = 2
    source = write_table(tmp_path / "in.npy", "inputs", rows)
    with pytest.raises(FileRowInvalidError, match=r"row 17: expected values from 0 to 1; got 2\.0 at column 4"):
        run(source, tmp_path / "out.npy", Work(lambda rows: {"outputs": rows}, threads))
    assert [path.name for path in tmp_path.iterdir()] == ["in.npy"]


@THREADS
def test_a_file_that_shrinks_meanwhile_is_told(run: Run, tmp_path: Path, threads: int) -> None:
    source = write_table(tmp_path / "in.npy", "inputs", ROWS)

    def shrink(rows: np.ndarray) -> dict[str, np.ndarray]:
        source.write_bytes(source.read_bytes()[:300])
        return {"outputs": rows}

    with pytest.raises(FileUnreadableError, match=r"in\.npy: it ends \d+ bytes too early"):
        run(source, tmp_path / "out.npy", Work(shrink, threads))


def test_the_input_is_never_the_output(run: Run, tmp_path: Path) -> None:
    source = write_table(tmp_path / "in.npy", "inputs", ROWS)
    (tmp_path / "link.npy").symlink_to(source)
    with pytest.raises(FileUnwritableError, match="it is the input, too; name another output"):
        run(source, tmp_path / "link.npy", Work(lambda rows: {"outputs": rows}, 1))
    np.testing.assert_array_equal(np.load(source), ROWS)


def test_no_rows_are_no_result(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(",".join(f"input_{column}" for column in range(12)) + "\n")
    with pytest.raises(FileRowInvalidError, match="it holds no rows"):
        run(tmp_path / "in.csv", tmp_path / "out.npy", Work(lambda rows: {"outputs": rows}, 1))
    assert not (tmp_path / "out.npy").exists()

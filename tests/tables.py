"""Files of rows in every format, written and read by others than latentd: numpy, the csv module, pyarrow, Pillow."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from PIL import Image

ENDINGS = (".npy", ".npz", ".csv", ".parquet")

Values = NDArray[Any]


def write_table(path: Path, field: str, rows: Values, labels: list[str] | None = None) -> Path:
    """Rows [N, D] as a user might have them."""
    {".npy": _write_npy, ".npz": _write_npz, ".csv": _write_csv, ".parquet": _write_parquet}[path.suffix](
        path, field, rows, labels
    )
    return path


def _write_npy(path: Path, _field: str, rows: Values, _labels: list[str] | None) -> None:
    np.save(path, rows)


def _write_npz(path: Path, field: str, rows: Values, labels: list[str] | None) -> None:
    columns: dict[str, Any] = {field: rows} if labels is None else {field: rows, "labels": np.array(labels)}
    np.savez_compressed(path, **columns)


def _write_csv(path: Path, field: str, rows: Values, labels: list[str] | None) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        names = [f"{field.removesuffix('s')}_{index}" for index in range(rows.shape[1])]
        writer.writerow(names if labels is None else ["label", *names])
        for index, row in enumerate(rows.tolist()):
            writer.writerow(row if labels is None else [labels[index], *row])


def _write_parquet(path: Path, field: str, rows: Values, labels: list[str] | None) -> None:
    pq.write_table(pa.table({field: rows.tolist(), **({} if labels is None else {"label": labels})}), path)


def read_table(path: Path) -> dict[str, Values]:
    """Every column by the name that latentd gives it; a .npy has one, named `array`."""
    readers = {".npy": lambda path: {"array": np.load(path)}, ".npz": lambda path: dict(np.load(path))}
    return {**readers, ".csv": _read_csv, ".parquet": _read_parquet}[path.suffix](path)


def _read_csv(path: Path) -> dict[str, Values]:
    with path.open(newline="") as file:
        names, *lines = csv.reader(file)
    fields = np.array(lines)
    found: dict[str, list[Values]] = {}
    for name, column in zip(names, fields.T, strict=True):
        stem = name.rpartition("_")[0] if name[-1].isdigit() else name
        plural = {"latent": "latents", "output": "outputs", "error": "errors", "percentile": "percentiles"}
        found.setdefault(plural.get(stem, stem), []).append(column)
    return {name: _numbers(np.stack(columns, axis=1)) for name, columns in found.items()}


def _numbers(texts: Values) -> Values:
    try:
        values = texts.astype(np.float64)
    except ValueError:
        return texts[:, 0]
    return values[:, 0] if values.shape[1] == 1 else values


def _read_parquet(path: Path) -> dict[str, Values]:
    return {name: np.array(column.to_pylist()) for name, column in _columns(pq.read_table(path))}


def _columns(table: Any) -> list[tuple[str, Any]]:
    return list(zip(table.column_names, table.columns, strict=True))


def write_pictures(folder: Path, pictures: NDArray[np.uint8], names: list[str]) -> Path:
    """Pictures [N, H, W] as files of these names."""
    folder.mkdir()
    for name, pixels in zip(names, pictures, strict=True):
        Image.fromarray(pixels).save(folder / name)
    return folder

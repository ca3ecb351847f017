"""What no model should be fed: each is refused in one line that names the file, the place, and what was expected."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from bundles import TOY
from latentd.cli import main

INPUTS = TOY.inputs(20)


def npy(values: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, values, **options)
    return file.getvalue()


def npz(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def with_value(value: float, row: int = 17, column: int = 4) -> np.ndarray:
    rows = INPUTS.copy()
    rows[row, column] = value
    return rows


def csv_of(rows: np.ndarray, header: str = "") -> bytes:
    return (header + "".join(",".join(map(str, row)) + "\n" for row in rows.tolist())).encode()


def parquet(columns: dict[str, Any]) -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file)
    return file.getvalue()


def png(**options: Any) -> bytes:
    file = io.BytesIO()
    Image.new("L", (4, 3)).save(file, "PNG", **options)
    return file.getvalue()


def damaged(content: bytes) -> bytes:
    """Other bytes where the data are."""
    return content[:60] + bytes(byte ^ 0x55 for byte in content[60:120]) + content[120:]


def header_of(text: str) -> bytes:
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


LISTS = INPUTS.tolist()
NAMES = ",".join(f"x{index}" for index in range(12)) + "\n"
SHAPE = "expected inputs of 12 numbers, one row or N of them, or 3×4 pictures; got shape"

CASES: dict[str, tuple[str, bytes | None, str]] = {
    "no file": ("in.npy", None, "there is no such file"),
    "unknown ending": ("in.txt", b"1,2", "files that end in .txt cannot be read; expected .npy, .npz, .csv, .parquet"),
    "no ending": ("inputs", b"1,2", "a name without an ending cannot be read"),
    # npy
    "npy: too wide": ("in.npy", npy(np.zeros((2, 13))), f"{SHAPE} [2, 13]"),
    "npy: no rows": ("in.npy", npy(np.zeros((0, 12))), f"{SHAPE} [0, 12]"),
    "npy: no axes": ("in.npy", npy(1.0), f"{SHAPE} []"),
    "npy: empty file": ("in.npy", b"", "no npy array that can be read: "),
    "npy: no npy": ("in.npy", b"inputs, inputs, inputs", "no npy array that can be read: "),
    "npy: NaN": ("in.npy", npy(with_value(np.nan)), "row 17: expected finite float32 numbers; got nan at column 4"),
    "npy: infinite": (
        "in.npy",
        npy(with_value(-np.inf)),
        "row 17: expected finite float32 numbers; got -inf at column 4",
    ),
    "npy: out of range": ("in.npy", npy(with_value(1.5)), "row 17: expected values from 0 to 1; got 1.5 at column 4"),
    "npy: objects": ("in.npy", npy(np.array([[{}] * 12])), "got Python objects, which latentd never unpickles"),
    "npy: text": ("in.npy", npy(np.array(["a"])), "expected a real dtype, such as float32 or uint8; got <U1"),
    "npy: complex": ("in.npy", npy(INPUTS * 1j), "expected a real dtype, such as float32 or uint8; got complex64"),
    "npy: booleans": ("in.npy", npy(INPUTS > 0.5), "expected a real dtype, such as float32 or uint8; got bool"),
    "npy: structured": ("in.npy", npy(np.zeros(3, [("a", "f4")])), "expected a real dtype"),
    "npy: Fortran order": (
        "in.npy",
        npy(np.asfortranarray(INPUTS.reshape(4, 5, 12))),
        "in Fortran order, column by column; np.save(path",
    ),
    "npy: Fortran order, NaN": (
        "in.npy",
        npy(np.asfortranarray(with_value(np.nan))),
        "row 17: expected finite float32 numbers; got nan at column 4",
    ),
    "npy: truncated": ("in.npy", npy(INPUTS)[:-8], "the header promises 960 bytes of float32 [20, 12]; got 952"),
    "npy: too long": ("in.npy", npy(INPUTS) + b"\0", "the header promises 960 bytes of float32 [20, 12]; got 961"),
    "npy: negative shape": (
        "in.npy",
        header_of("{'descr': '<f4', 'fortran_order': False, 'shape': (-1, -20, 12), }\n") + b"\0" * 960,
        "no npy array that can be read: ",
    ),
    "npy: code in the header": ("in.npy", header_of("__import__('os').getcwd()\n"), "no npy array that can be read: "),
    # npz
    "npz: no zip": ("in.npz", b"inputs", "no npz archive that can be read: "),
    "npz: empty": ("in.npz", npz(), "expected an array named inputs, or one array alone; got none"),
    "npz: which": ("in.npz", npz(a=INPUTS, b=INPUTS), "expected an array named inputs, or one array alone; got a, b"),
    "npz: damaged": ("in.npz", damaged(npz(inputs=INPUTS)), "no npz archive that can be read: "),
    "npz: truncated": ("in.npz", npz(inputs=INPUTS)[:-40], "no npz archive that can be read: "),
    "npz: NaN": (
        "in.npz",
        npz(inputs=with_value(np.nan)),
        "row 17: expected finite float32 numbers; got nan at column 4",
    ),
    "npz: Fortran order": (
        "in.npz",
        npz(inputs=np.asfortranarray(INPUTS)),
        "in.npz/inputs: the array lies in Fortran order, column by column; np.save(path",
    ),
    "npz: labels": ("in.npz", npz(inputs=INPUTS, labels=np.arange(3)), "it has 20 inputs, but [3] labels"),
    "npz: pickled labels": (
        "in.npz",
        npz(inputs=INPUTS, labels=np.array([{}] * 20)),
        "in.npz/labels: expected numbers; got Python objects",
    ),
    # csv
    "csv: empty": ("in.csv", b"", "it holds no rows: the first line is empty"),
    "csv: a header alone": ("in.csv", NAMES.encode(), "it holds no rows"),
    "csv: too wide": ("in.csv", csv_of(np.zeros((2, 13))), "line 1 has 13 columns of inputs"),
    "csv: a short line": ("in.csv", csv_of(INPUTS) + b"0,0,0\n", "line 21: expected 12 numbers; got 3"),
    "csv: a text": ("in.csv", csv_of(INPUTS, NAMES) + b"0," * 11 + b"x\n", "line 22: expected a number; got 'x' in"),
    "csv: nothing": (
        "in.csv",
        csv_of(INPUTS, NAMES) + b"0,,0,0,0,0,0,0,0,0,0,0\n",
        "line 22: expected a number; got ''",
    ),
    "csv: nested": ("in.csv", csv_of(INPUTS) + b"[0],0,0,0,0,0,0,0,0,0,0,0\n", "line 21: expected a number; got '[0]'"),
    "csv: an empty line": (
        "in.csv",
        csv_of(INPUTS) + b"\n" + csv_of(INPUTS),
        "line 21: expected 12 numbers; got an empty line",
    ),
    "csv: NaN": ("in.csv", csv_of(with_value(np.nan)), "line 18: expected finite float32 numbers; got nan at column 4"),
    "csv: out of range": (
        "in.csv",
        csv_of(with_value(2), NAMES),
        "line 19: expected values from 0 to 1; got 2.0 at column 4",
    ),
    "csv: no text": ("in.csv", b"\xff\xfe\x00,1\n", "no CSV file in UTF-8 that can be read"),
    "csv: label alone": ("in.csv", b"label," + NAMES.encode() + b"x\n", "line 2: expected a label and 12 numbers"),
    # parquet
    "parquet: no parquet": ("in.parquet", b"inputs", "no Parquet file that can be read"),
    "parquet: truncated": ("in.parquet", parquet({"inputs": LISTS})[:-9], "no Parquet file that can be read"),
    "parquet: damaged": ("in.parquet", damaged(parquet({"inputs": LISTS})), "in.parquet: "),
    "parquet: no rows": ("in.parquet", parquet({"x": pa.array([], pa.float32())}), "it holds no rows"),
    "parquet: too wide": ("in.parquet", parquet({f"x{i}": [0.0] for i in range(13)}), "got 13 columns of inputs"),
    "parquet: a short list": (
        "in.parquet",
        parquet({"inputs": [*LISTS, [1.0]]}),
        "row 20: expected a list of 12 numbers",
    ),
    "parquet: no list": (
        "in.parquet",
        parquet({"inputs": [*LISTS, None]}),
        "row 20: expected a list of 12 numbers; got",
    ),
    "parquet: null": (
        "in.parquet",
        parquet({"inputs": [*LISTS, [None] + [0.0] * 11]}),
        "row 20: expected finite float32 numbers; got nan at column 0",
    ),
    "parquet: text": (
        "in.parquet",
        parquet({"inputs": [["a"] * 12]}),
        "expected real numbers in column inputs; got list",
    ),
    "parquet: NaN": ("in.parquet", parquet({"inputs": with_value(np.nan).tolist()}), "row 17: expected finite"),
    # pictures
    "picture: no picture": ("in.png", b"inputs", "no image/png picture that can be read"),
    "picture: truncated": ("in.png", png()[:45], "no image/png picture that can be read"),
    "picture: another format": ("in.jpg", png(), "no image/jpeg picture that can be read"),
    "picture: animated": (
        "in.png",
        png(save_all=True, append_images=[Image.new("L", (4, 3), 9)]),
        "expected one picture; got an animation of 2",
    ),
}


@pytest.fixture
def encode(models_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run `latentd encode` on a file, which must fail and leave nothing, and give its one line of complaint."""

    def run(source: Path, *options: str, out: str = "out.npy", model: str = "toy") -> str:
        before = sorted(tmp_path.rglob("*"))
        paths = [str(source), "-o", str(tmp_path / out)]
        assert main(["encode", "--model", model, "--models", str(models_folder), *paths, *options]) == 1
        assert sorted(tmp_path.rglob("*")) == before
        printed, complaint = capsys.readouterr()
        assert printed == ""
        assert complaint.startswith("latentd: ")
        assert complaint.count("\n") == 1, complaint
        return complaint

    return run


@pytest.mark.parametrize(("name", "content", "complaint"), CASES.values(), ids=CASES)
@pytest.mark.parametrize("batch_size", ["3", "1000"])
def test_a_malformed_input_is_refused_in_one_line(
    encode: Callable[..., str], tmp_path: Path, name: str, content: bytes | None, complaint: str, batch_size: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    assert f"{tmp_path / name}"[:-4] in (found := encode(path, "--batch-size", batch_size))
    assert complaint in found


def test_rows_without_a_range_must_be_finite(encode: Callable[..., str], tmp_path: Path) -> None:
    np.save(tmp_path / "in.npy", [[0.0] * 13, [0.0] * 12 + [1e39]])
    found = encode(tmp_path / "in.npy", model="sensors")
    assert "row 1: expected finite float32 numbers; got 1e+39 at column 12" in found


def test_an_encrypted_archive_is_refused(encode: Callable[..., str], tmp_path: Path) -> None:
    content = bytearray(npz(inputs=INPUTS))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        places = (archive.infolist()[0].header_offset + 6, archive.start_dir + 8)
    for place in places:
        content[place] |= 1
    (tmp_path / "in.npz").write_bytes(content)
    assert "no npz archive that can be read" in encode(tmp_path / "in.npz")


def test_an_empty_folder_is_refused(encode: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    assert "the folder holds no picture (.png, .jpg, .jpeg)" in encode(tmp_path / "pictures")


def test_pictures_are_refused_where_inputs_are_none(encode: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "in.png").write_bytes(png())
    assert "these inputs are no pictures" in encode(tmp_path / "in.png", model="sensors")


def test_the_picture_at_fault_is_named(encode: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").write_bytes(png())
    (tmp_path / "pictures" / "b.png").write_bytes(b"")
    assert f"{tmp_path / 'pictures' / 'b.png'}: no image/png picture" in encode(tmp_path / "pictures")
    assert "a.png: expected something drawn" in encode(tmp_path / "pictures", "--fit", "center")


@pytest.mark.parametrize(
    ("out", "complaint"),
    [
        ("out.txt", "files that end in .txt cannot be written here; expected .npy, .npz, .csv, .parquet"),
        ("out", "a name without an ending cannot be written here"),
        ("out.png", "files that end in .png cannot be written here"),
        ("missing/out.npy", "there is no folder "),
        ("in.npy", "it is the input, too; name another output"),
        ("folder.npy", "a folder has that name"),
    ],
)
def test_an_output_that_cannot_be_is_refused(
    encode: Callable[..., str], tmp_path: Path, out: str, complaint: str
) -> None:
    np.save(tmp_path / "in.npy", INPUTS)
    (tmp_path / "folder.npy").mkdir()
    assert f"{tmp_path / out}: {complaint}" in encode(tmp_path / "in.npy", out=out)


def test_an_input_that_is_the_output_by_another_name_is_refused(encode: Callable[..., str], tmp_path: Path) -> None:
    np.save(tmp_path / "in.npy", INPUTS)
    (tmp_path / "link.npy").symlink_to(tmp_path / "in.npy")
    assert "it is the input, too" in encode(tmp_path / "in.npy", out="link.npy")


def test_parquet_without_pyarrow_names_the_extra(
    encode: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    monkeypatch.setitem(__import__("sys").modules, "pyarrow.parquet", None)
    (tmp_path / "in.parquet").write_bytes(b"")
    np.save(tmp_path / "in.npy", INPUTS)
    for source, out in (("in.parquet", "out.npy"), ("in.npy", "out.parquet")):
        found = encode(tmp_path / source, out=out)
        assert found == "latentd: this needs pyarrow, which is not installed: pip install 'latentd[parquet]'\n"

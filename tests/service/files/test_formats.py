"""Every format read and written, against the in-process models."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from bundles import COLOURS, SENSORS, TOY, TOY_VAE, Blueprint
from latentd.files.formats import Destination, choose_sink, open_source
from latentd.files.row_sink import Plan
from latentd.files.transformation import transform
from latentd.files.work import Work, decoding, encoding, reconstruction
from latentd.inference import Autoencoder, Registry
from latentd.wire.picture_body import PictureReader
from tables import ENDINGS, read_table, write_pictures, write_table

MODELS = pytest.mark.parametrize("blueprint", [TOY, TOY_VAE, SENSORS], ids=lambda blueprint: blueprint.name)
ROWS = 23


@dataclass(frozen=True)
class Bench:
    """A model, and files that go through it."""

    model: Autoencoder
    folder: Path

    def run(self, source: Path, out: str, work: Work, field: str = "inputs", batch_size: int = 5) -> Path:
        spec = self.model.inputs if field == "inputs" else self.model.latents
        reader = None if spec.picture_shape is None else PictureReader(spec.picture_shape, 10_000, "LIMIT")
        rows = open_source(source, spec, reader)
        open_sink = choose_sink(str(self.folder / out) + "/" * out.endswith("/"), self.model.manifest, are_outputs=True)
        destination = Destination(
            str(self.folder / out) + "/" * out.endswith("/"), open_sink, Plan(self.model.manifest, rows.leading, 10_000)
        )
        transform(rows, work, destination, batch_size, lambda _done, _in_all: None)
        return self.folder / out


@pytest.fixture
def bench(registry: Registry, tmp_path: Path) -> Callable[[Blueprint], Bench]:
    return lambda blueprint: Bench(registry.get(blueprint.name, blueprint.version), tmp_path)


@MODELS
@pytest.mark.parametrize("source", ENDINGS)
@pytest.mark.parametrize("out", ENDINGS)
def test_encode_reads_and_writes_every_format(
    bench: Callable[[Blueprint], Bench], blueprint: Blueprint, source: str, out: str
) -> None:
    made, inputs = bench(blueprint), blueprint.inputs(ROWS)
    path = write_table(made.folder / f"in{source}", "inputs", inputs)
    found = read_table(made.run(path, f"out{out}", encoding(made.model)))
    latents = found.pop("array" if out == ".npy" else "latents")
    assert latents.shape == (ROWS, blueprint.latent_dim)
    np.testing.assert_allclose(latents, blueprint.encode(inputs), atol=1e-5)
    if blueprint.kind == "vae" and out != ".npy":
        np.testing.assert_allclose(found.pop("logvar"), blueprint.logvar(inputs), atol=1e-5)
    assert not found


@pytest.mark.parametrize("source", ENDINGS)
@pytest.mark.parametrize("out", ENDINGS)
def test_decode_reads_what_encode_writes(bench: Callable[[Blueprint], Bench], source: str, out: str) -> None:
    made, inputs = bench(TOY_VAE), TOY_VAE.inputs(ROWS)
    latents = made.run(write_table(made.folder / "in.npy", "inputs", inputs), f"z{source}", encoding(made.model))
    found = read_table(made.run(latents, f"out{out}", decoding(made.model), "latents"))
    outputs = found["array" if out == ".npy" else "outputs"]
    np.testing.assert_allclose(outputs, TOY_VAE.decode(TOY_VAE.encode(inputs)), atol=1e-5)


@pytest.mark.parametrize("source", [".npz", ".csv", ".parquet"])
@pytest.mark.parametrize("out", ENDINGS)
def test_encode_reads_what_reconstruct_writes(bench: Callable[[Blueprint], Bench], source: str, out: str) -> None:
    """It holds outputs, which are inputs, and much else."""
    made, inputs = bench(TOY_VAE), TOY_VAE.inputs(ROWS)
    path = write_table(made.folder / "in.csv", "inputs", inputs, [f"row {index}" for index in range(ROWS)])
    outputs = made.run(path, f"outputs{source}", reconstruction(made.model, 60))
    found = read_table(made.run(outputs, f"out{out}", encoding(made.model)))
    latents = found["array" if out == ".npy" else "latents"]
    expected = made.model.encode(made.model.reconstruct(inputs).outputs)
    np.testing.assert_allclose(latents, expected, atol=1e-5)
    if out != ".npy":
        assert found["label" if out == ".csv" else "labels"][3] == "row 3"


@MODELS
@pytest.mark.parametrize("out", ENDINGS)
def test_reconstruct_writes_all_that_it_finds(
    bench: Callable[[Blueprint], Bench], blueprint: Blueprint, out: str
) -> None:
    made, inputs = bench(blueprint), blueprint.inputs(ROWS)
    path = write_table(made.folder / "in.csv", "inputs", inputs, [f"row, {index}" for index in range(ROWS)])
    found = read_table(made.run(path, f"out{out}", reconstruction(made.model, 60)))
    expected = made.model.reconstruct(inputs)
    np.testing.assert_allclose(found.pop("array" if out == ".npy" else "outputs"), expected.outputs, atol=1e-6)
    if out == ".npy":
        return
    np.testing.assert_allclose(found.pop("latents"), expected.latents, atol=1e-6)
    np.testing.assert_allclose(found.pop("errors"), expected.errors, atol=1e-6)
    np.testing.assert_allclose(found.pop("percentiles"), expected.percentiles, atol=0.01)
    anomalous = found.pop("anomalous")
    texts = np.array(["true" if value else "false" for value in expected.percentiles > 60])
    np.testing.assert_array_equal(anomalous, texts if out == ".csv" else expected.percentiles > 60)
    assert [*found] == ["label" if out == ".csv" else "labels"]
    assert next(iter(found.values()))[3] == "row, 3"


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("batch_size", [1, 2, ROWS - 1, ROWS, ROWS + 1, 1000])
def test_batches_make_no_difference(bench: Callable[[Blueprint], Bench], ending: str, batch_size: int) -> None:
    made, inputs = bench(TOY_VAE), TOY_VAE.inputs(ROWS)
    path = write_table(made.folder / f"in{ending}", "inputs", inputs)
    out = made.run(path, f"out{ending}", encoding(made.model, seed=7), batch_size=batch_size)
    latents = read_table(out)["array" if ending == ".npy" else "latents"]
    np.testing.assert_allclose(latents, made.model.encode_rows(inputs).sample(7), atol=1e-5)


@pytest.mark.parametrize("source", [".npz", ".csv", ".parquet"])
@pytest.mark.parametrize("out", [".npz", ".csv", ".parquet"])
@pytest.mark.parametrize("labels", [["7", "-2", "40"], ["a", 'say "b", c', "ümläut"], ["007", "", "1"]], ids=str)
def test_labels_are_carried_along(
    bench: Callable[[Blueprint], Bench], source: str, out: str, labels: list[str]
) -> None:
    made = bench(TOY)
    path = write_table(made.folder / f"in{source}", "inputs", TOY.inputs(3), labels)
    found = read_table(made.run(path, f"out{out}", encoding(made.model), batch_size=2))
    carried = found["label" if out == ".csv" else "labels"]
    whole = labels[0] == "7" and out in {".npz", ".csv"}
    np.testing.assert_array_equal(carried, np.array(labels, np.int64) if whole else np.array(labels))


def test_labels_that_are_whole_numbers_stay_so(bench: Callable[[Blueprint], Bench]) -> None:
    made = bench(TOY)
    np.savez(made.folder / "in.npz", inputs=TOY.inputs(3), labels=np.array([3, 1, 2], np.uint8))
    for out in ("out.npz", "out.parquet"):
        labels = read_table(made.run(made.folder / "in.npz", out, encoding(made.model)))["labels"]
        assert labels.dtype.kind in "iu"
        assert labels.tolist() == [3, 1, 2]


@pytest.mark.parametrize("shape", [(12,), (3, 4), (1, 12), (6, 3, 4), (2, 3, 12), (2, 5, 3, 4)], ids=str)
@pytest.mark.parametrize("ending", [".npy", ".npz"])
def test_arrays_mirror_the_leading_shape(
    bench: Callable[[Blueprint], Bench], shape: tuple[int, ...], ending: str
) -> None:
    made, inputs = bench(TOY), np.random.default_rng(0).random(shape)
    path = made.folder / f"in{ending}"
    np.save(path, inputs) if ending == ".npy" else np.savez(path, pixels=inputs)
    found = read_table(made.run(path, f"out{ending}", encoding(made.model)))
    latents = found["array" if ending == ".npy" else "latents"]
    expected = made.model.encode(inputs)
    assert latents.shape == expected.shape
    np.testing.assert_allclose(latents, expected, atol=1e-6)


@pytest.mark.parametrize("dtype", ["<f4", ">f4", "<f8", ">f8", "f2", "g", "i1", "<i8", ">u2"])
def test_every_real_dtype_is_read(bench: Callable[[Blueprint], Bench], dtype: str) -> None:
    made = bench(SENSORS)
    inputs = np.arange(26).reshape(2, 13).astype(dtype)
    np.save(made.folder / "in.npy", inputs)
    latents = np.load(made.run(made.folder / "in.npy", "out.npy", encoding(made.model)))
    np.testing.assert_allclose(latents, made.model.encode(inputs.astype(np.float32)), atol=1e-6)


@pytest.mark.parametrize("ending", [".npy", ".npz", ".parquet"])
def test_bytes_are_scaled_to_the_value_range(bench: Callable[[Blueprint], Bench], ending: str) -> None:
    made, inputs = bench(TOY), np.random.default_rng(0).integers(0, 256, (5, 12), np.uint8)
    path = made.folder / f"in{ending}"
    if ending == ".parquet":
        pq.write_table(pa.table({"inputs": pa.array(inputs.tolist(), pa.list_(pa.uint8()))}), path)
    else:
        write_table(path, "inputs", inputs)
    latents = np.load(made.run(path, "out.npy", encoding(made.model)))
    np.testing.assert_allclose(latents, made.model.encode(inputs / np.float32(255)), atol=1e-6)


CSV_TEXTS = {
    "no header": "{row}\n{row}\n",
    "a header": "{names}\n{row}\n{row}\n",
    "a header of numbers": "0,1,2,3,4,5,6,7,8,9,10,11,12\n{row}\n{row}\n",
    "Windows": "\ufeff{names}\r\n{row}\r\n{row}\r\n",
    "a mark, no header": "\ufeff{row}\r\n{row}",
    "no last newline, or many": "{names}\n{row}\n{row}",
    "empty lines at the end": "{names}\n{row}\n{row}\n\n\n",
    "quoted names": '"label",{quoted}\nx,{row}\ny,{row}\n',
    "numbers as JSON has none": "{names}\n{loose}\n{row}\n",
    "other columns beside": "label,{inputs},error,anomalous\nx,{row},0.1,true\ny,{row},0.2,false\n",
}


@pytest.mark.parametrize("text", CSV_TEXTS.values(), ids=CSV_TEXTS)
@pytest.mark.parametrize("batch_size", [1, 2, 3])
def test_csv_is_read_as_people_write_it(bench: Callable[[Blueprint], Bench], text: str, batch_size: int) -> None:
    made, row = bench(SENSORS), [0.5, 1.0, -2.0, 3.0, 4.25, 0.0, 1e-3, 1.0, 1.0, 1.0, 7.0, 8.0, 9.0]
    names = [f"sensor {index}" for index in range(13)]
    content = text.format(
        names=",".join(names),
        quoted=",".join(f'"{name}, raw"' for name in names),
        inputs=",".join(f"input_{index}" for index in range(13)),
        row=",".join(map(str, row)),
        loose="+.5, 1.,-2,3,4.25,0,1E-3,01,1,1,7,8,9.",
    )
    (made.folder / "in.csv").write_text(content, "utf-8", newline="")
    latents = np.load(made.run(made.folder / "in.csv", "out.npy", encoding(made.model), batch_size=batch_size))
    np.testing.assert_allclose(latents, made.model.encode([row, row]), atol=1e-6)


@pytest.mark.parametrize("kind", [pa.list_(pa.float32()), pa.large_list(pa.float64()), pa.list_(pa.float32(), 12)])
def test_parquet_lists_of_any_kind_are_read(bench: Callable[[Blueprint], Bench], kind: Any) -> None:
    made, inputs = bench(TOY), TOY.inputs(ROWS)
    pq.write_table(pa.table({"inputs": pa.array(inputs.tolist(), kind)}), made.folder / "in.parquet", row_group_size=7)
    latents = np.load(made.run(made.folder / "in.parquet", "out.npy", encoding(made.model)))
    np.testing.assert_allclose(latents, TOY.encode(inputs), atol=1e-5)


def test_parquet_columns_of_values_are_read(bench: Callable[[Blueprint], Bench]) -> None:
    made, inputs = bench(TOY), TOY.inputs(ROWS)
    columns = {f"pixel{index}": inputs[:, index] for index in range(12)}
    pq.write_table(pa.table({"label": ["x"] * ROWS, **columns}), made.folder / "in.parquet")
    found = read_table(made.run(made.folder / "in.parquet", "out.csv", encoding(made.model)))
    np.testing.assert_allclose(found["latents"], TOY.encode(inputs), atol=1e-5)


def test_parquet_is_written_in_row_groups_of_some_megabytes(
    bench: Callable[[Blueprint], Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("latentd.files.parquet_file._ROW_GROUP_BYTES", 400)
    made, inputs = bench(TOY), TOY.inputs(ROWS)
    np.save(made.folder / "in.npy", inputs)
    out = made.run(made.folder / "in.npy", "out.parquet", reconstruction(made.model))
    assert 1 < pq.ParquetFile(out).num_row_groups < ROWS
    np.testing.assert_allclose(read_table(out)["latents"], TOY.encode(inputs), atol=1e-5)


def test_a_folder_of_pictures_is_read_by_name(bench: Callable[[Blueprint], Bench]) -> None:
    made, pictures = bench(TOY), np.random.default_rng(0).integers(0, 256, (3, 3, 4), np.uint8)
    folder = write_pictures(made.folder / "pictures", pictures, ["c.png", "a.PNG", "b.png"])
    (folder / "notes.txt").write_text("not a picture")
    found = read_table(made.run(folder, "out.csv", encoding(made.model), batch_size=2))
    assert found["label"].tolist() == ["a.PNG", "b.png", "c.png"]
    np.testing.assert_allclose(found["latents"], made.model.encode(pictures[[1, 2, 0]] / np.float32(255)), atol=1e-6)


@pytest.mark.parametrize("name", ["one.png", "one.jpg", "one.jpeg"])
def test_one_picture_gives_one_vector(bench: Callable[[Blueprint], Bench], name: str) -> None:
    made = bench(TOY)
    Image.fromarray(np.full((3, 4), 51, np.uint8)).save(made.folder / name)
    latents = np.load(made.run(made.folder / name, "out.npy", encoding(made.model)))
    np.testing.assert_allclose(latents, made.model.encode([0.2] * 12), atol=1e-6)


@pytest.mark.parametrize(("blueprint", "mode"), [(TOY, "L"), (COLOURS, "RGB")], ids=["grey", "colours"])
def test_outputs_become_a_contact_sheet_that_says_whose_it_is(
    bench: Callable[[Blueprint], Bench], blueprint: Blueprint, mode: str
) -> None:
    made, latents = bench(blueprint), blueprint.encode(blueprint.inputs(3))
    np.save(made.folder / "z.npy", latents)
    with Image.open(made.run(made.folder / "z.npy", "sheet.png", decoding(made.model), "latents", 2)) as sheet:
        height, width = (blueprint.picture_shape or ())[-2:]
        assert (sheet.mode, sheet.size) == (mode, (2 * width, 2 * height))
        assert (sheet.text["model"], sheet.text["version"]) == (blueprint.name, "1")  # type: ignore[attr-defined]  # PNG
        first = np.asarray(sheet)[:height, :width]
    expected = blueprint.decode(latents)[0].reshape(blueprint.picture_shape or ())
    expected = np.moveaxis(expected, 0, -1) if mode == "RGB" else expected
    np.testing.assert_allclose(first / 255, expected, atol=1 / 255)


def test_reconstructions_stand_below_their_originals(bench: Callable[[Blueprint], Bench]) -> None:
    made, inputs = bench(TOY), TOY.inputs(2)
    np.save(made.folder / "in.npy", inputs)
    with Image.open(made.run(made.folder / "in.npy", "sheet.png", reconstruction(made.model))) as sheet:
        pixels = np.asarray(sheet) / 255
    np.testing.assert_allclose(pixels[:3, :4].reshape(-1), inputs[0], atol=1 / 255)
    np.testing.assert_allclose(pixels[3:, 4:].reshape(-1), made.model.reconstruct(inputs).outputs[1], atol=1 / 255)


def test_a_folder_gets_a_picture_for_each_row(bench: Callable[[Blueprint], Bench]) -> None:
    made, latents = bench(TOY), TOY.encode(TOY.inputs(3))
    np.save(made.folder / "z.npy", latents)
    folder = made.run(made.folder / "z.npy", "pictures/", decoding(made.model), "latents", 2)
    assert sorted(path.name for path in folder.iterdir()) == ["000000.png", "000001.png", "000002.png"]
    with Image.open(folder / "000002.png") as picture:
        np.testing.assert_allclose(np.asarray(picture).reshape(-1) / 255, TOY.decode(latents)[2], atol=1 / 255)

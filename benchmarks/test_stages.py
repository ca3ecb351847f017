"""What each stage of a request takes: read, run, write. `make bench-stages` runs it, `make test` does not."""

from __future__ import annotations

import numpy as np
import orjson
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.in_process import Floats
from benchmarks.pictures import BUNDLE, digits
from benchmarks.servers import REPOSITORY
from latentd.inference import Autoencoder
from latentd.wire import contact_sheet, drawing, json_body, raw_body

MODELS = REPOSITORY / "models"
ROWS = digits(MODELS)
FIELD = "inputs"

some_rows = pytest.mark.parametrize("rows", [ROWS[:1], ROWS], ids=["1 row", "64 rows"])


@pytest.fixture(scope="module")
def model() -> Autoencoder:
    return Autoencoder.load(MODELS / BUNDLE, threads=1)


@some_rows
@pytest.mark.benchmark(group="read")
def test_read_json(benchmark: BenchmarkFixture, rows: Floats) -> None:
    body = orjson.dumps({FIELD: rows}, option=orjson.OPT_SERIALIZE_NUMPY)
    read = benchmark(json_body.read_array, body, FIELD)
    assert np.array_equal(read.astype(np.float32), rows)


@some_rows
@pytest.mark.benchmark(group="read")
def test_read_float32(benchmark: BenchmarkFixture, rows: Floats) -> None:
    read = benchmark(raw_body.read_array, rows.tobytes(), FIELD, rows.shape[1])
    assert np.array_equal(read, rows)


@some_rows
@pytest.mark.benchmark(group="read")
def test_check(benchmark: BenchmarkFixture, model: Autoencoder, rows: Floats) -> None:
    checked, leading = benchmark(model.inputs.take, rows.astype(np.float64))
    assert checked.dtype == np.float32
    assert leading == (len(rows),)


@some_rows
@pytest.mark.benchmark(group="run")
def test_encode(benchmark: BenchmarkFixture, model: Autoencoder, rows: Floats) -> None:
    assert benchmark(model.encode_rows, rows).latents.shape == (len(rows), 2)


@some_rows
@pytest.mark.benchmark(group="run")
def test_decode(benchmark: BenchmarkFixture, model: Autoencoder, rows: Floats) -> None:
    latents = model.encode_rows(rows).latents
    assert benchmark(model.decode_rows, latents).shape == rows.shape


@some_rows
@pytest.mark.benchmark(group="write")
def test_write_latents_as_json(benchmark: BenchmarkFixture, model: Autoencoder, rows: Floats) -> None:
    latents = model.encode_rows(rows).latents
    written = benchmark(json_body.write, {"model": "ae-mnist", "version": 1, "latents": latents})
    assert np.array_equal(np.array(orjson.loads(written)["latents"], np.float32), latents)


@some_rows
@pytest.mark.benchmark(group="write")
def test_write_pixels_as_json(benchmark: BenchmarkFixture, rows: Floats) -> None:
    written = benchmark(json_body.write, {"model": "ae-mnist", "version": 1, "outputs": rows})
    assert np.array_equal(np.array(orjson.loads(written)["outputs"], np.float32), rows)


@some_rows
@pytest.mark.benchmark(group="write")
def test_write_png(benchmark: BenchmarkFixture, rows: Floats) -> None:
    def draw() -> bytes:
        pixels = contact_sheet.to_pixels(rows, (28, 28), 0, 1)
        return drawing.write(contact_sheet.tile(contact_sheet.arrange(pixels)), {})

    assert benchmark(draw).startswith(b"\x89PNG")

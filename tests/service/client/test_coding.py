"""encode, decode and reconstruct through a client: arrays in, the same arrays out as in this process."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from bundles import COLOURS, SENSORS, TOY, TOY_VAE, Blueprint
from latentd.client import (
    LatentClient,
    MediaTypeUnsupportedError,
    ParameterInvalidError,
    PosteriorMissingError,
    ShapeMismatchError,
    ValueTypeError,
)
from latentd.client.coding import JSON_VALUES
from latentd.inference import Autoencoder, Registry

EVERY = pytest.mark.parametrize("blueprint", [TOY, TOY_VAE, SENSORS, COLOURS], ids=lambda blueprint: blueprint.name)


def of(registry: Registry, blueprint: Blueprint) -> Autoencoder:
    return registry.get(blueprint.name, blueprint.version)


@EVERY
@pytest.mark.parametrize("leading", [(), (1,), (6,), (2, 3)])
def test_the_leading_shape_is_mirrored(
    latent: LatentClient, registry: Registry, blueprint: Blueprint, leading: tuple[int, ...]
) -> None:
    model = of(registry, blueprint)
    inputs = blueprint.inputs(6)[: int(np.prod(leading))].reshape(*leading, blueprint.input_dim)
    found = latent.encode(inputs, model=blueprint.name, version=1)
    assert (found.model, found.version, found.logvar, found.seed) == (blueprint.name, 1, None, None)
    assert found.latents.dtype == np.float32
    np.testing.assert_allclose(found.latents, model.encode(inputs), atol=1e-6, strict=True)
    decoded = latent.decode(found.latents, model=blueprint.name, version=1)
    np.testing.assert_allclose(decoded.outputs, model.decode(found.latents), atol=1e-6, strict=True)


@pytest.mark.parametrize("leading", [(), (5,), (2, 2)])
def test_pictures_count_as_their_vectors(latent: LatentClient, leading: tuple[int, ...]) -> None:
    inputs = TOY.inputs(20)[: int(np.prod(leading))]
    pictures = inputs.reshape(*leading, 3, 4)
    as_vectors = latent.encode(inputs.reshape(*leading, 12)).latents
    np.testing.assert_array_equal(latent.encode(pictures).latents, as_vectors, strict=True)


@pytest.mark.parametrize("dtype", ["float64", "float16", ">f4", "<f8", "int64", "int8", "uint16", "bool"])
def test_every_real_dtype_is_sent_as_float32(latent: LatentClient, registry: Registry, dtype: str) -> None:
    inputs = TOY.inputs(4).round().astype(dtype)
    expected = registry.get("toy").encode(inputs.astype(np.float32))
    np.testing.assert_allclose(latent.encode(inputs).latents, expected, atol=1e-6)


def test_bytes_are_scaled_to_the_value_range(latent: LatentClient, registry: Registry) -> None:
    bytes_ = np.random.default_rng(0).integers(0, 256, (4, 3, 4), np.uint8)
    expected = registry.get("toy").reconstruct(bytes_.astype(np.float32) / np.float32(255))
    np.testing.assert_allclose(latent.encode(bytes_).latents, expected.latents, atol=1e-6)
    np.testing.assert_allclose(latent.reconstruct(bytes_).errors, expected.errors, atol=1e-6)
    np.testing.assert_allclose(latent.encode(bytes_).latents, registry.get("toy").encode(bytes_), atol=1e-6)


@pytest.mark.parametrize(
    "lay",
    [lambda rows: rows.tolist(), np.asfortranarray, lambda rows: np.repeat(rows, 2, axis=0)[::2], lambda rows: rows[:]],
    ids=["a list", "Fortran order", "every second row", "a view"],
)
def test_it_does_not_matter_how_an_array_lies(latent: LatentClient, registry: Registry, lay: Any) -> None:
    inputs = TOY.inputs(8)
    np.testing.assert_allclose(latent.encode(lay(inputs)).latents, registry.get("toy").encode(inputs), atol=1e-6)


def test_a_file_on_disk_is_sent_as_it_is_read(latent: LatentClient, registry: Registry, tmp_path: Path) -> None:
    np.save(tmp_path / "in.npy", TOY.inputs(20))
    mapped = np.load(tmp_path / "in.npy", mmap_mode="r")
    np.testing.assert_allclose(latent.encode(mapped).latents, registry.get("toy").encode(mapped), atol=1e-6)


def test_results_may_be_written_to(latent: LatentClient) -> None:
    latent.encode(TOY.inputs(3)).latents[:] = 0
    latent.reconstruct(TOY.inputs(3)).outputs[:] = 0


def test_a_vae_gives_its_logvar_when_asked(latent: LatentClient, registry: Registry) -> None:
    inputs = TOY_VAE.inputs(4)
    posterior = registry.get("toy-vae").encode_rows(inputs)
    assert posterior.logvar is not None
    found = latent.encode(inputs.reshape(2, 2, 12), model="toy-vae", logvar=True)
    assert found.logvar is not None
    np.testing.assert_allclose(found.latents.reshape(4, 5), posterior.latents, atol=1e-6)
    np.testing.assert_allclose(found.logvar.reshape(4, 5), posterior.logvar, atol=1e-6)
    assert found.latents.shape == (2, 2, 5)


def test_other_models_have_no_logvar(latent: LatentClient) -> None:
    assert latent.encode(TOY.inputs(2), logvar=True).logvar is None


def test_a_draw_is_that_of_the_service(latent: LatentClient, client: httpx.Client) -> None:
    inputs = TOY_VAE.inputs(6)
    found = latent.encode(inputs, model="toy-vae", sample=True, seed=7)
    answer = client.post("/encode?model=toy-vae&sample=true&seed=7", json={"inputs": inputs.tolist()}).json()
    np.testing.assert_allclose(found.latents, answer["latents"], atol=1e-6)
    assert found.seed == 7


def test_a_seed_that_is_made_up_is_told(latent: LatentClient) -> None:
    first = latent.encode(TOY_VAE.inputs(2), model="toy-vae", sample=True)
    again = latent.encode(TOY_VAE.inputs(2), model="toy-vae", sample=True, seed=first.seed)
    np.testing.assert_array_equal(first.latents, again.latents)
    other = latent.encode(TOY_VAE.inputs(2), model="toy-vae", sample=True)
    assert first.seed != other.seed


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"sample": True}, PosteriorMissingError),
        ({"seed": 1}, ParameterInvalidError),
        ({"sample": True, "seed": -1, "model": "toy-vae"}, ParameterInvalidError),
        ({"sample": True, "seed": 2**63, "model": "toy-vae"}, ParameterInvalidError),
    ],
)
def test_a_draw_that_cannot_be_is_refused(
    latent: LatentClient, options: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        latent.encode(TOY.inputs(1), **options)


@pytest.mark.parametrize(
    ("inputs", "error", "words"),
    [
        (np.zeros(11), ShapeMismatchError, "expected inputs of 12 or 3×4 numbers; got shape [11]"),
        (np.zeros((2, 13)), ShapeMismatchError, "got shape [2, 13]"),
        (np.zeros((4, 3)), ShapeMismatchError, "got shape [4, 3]"),
        (np.zeros((0, 12)), ShapeMismatchError, "got shape [0, 12]"),
        (0.5, ShapeMismatchError, "got shape []"),
        ([[1.0], [1.0, 2.0]], ShapeMismatchError, "expected inputs as an array"),
        ("digits.npy", ValueTypeError, "expected inputs as real numbers; got <U10"),
        (np.zeros(12, np.complex64), ValueTypeError, "got complex64"),
        ([None] * 12, ValueTypeError, "got object"),
        (b"GIF89a...", MediaTypeUnsupportedError, "expected a PNG or JPEG file; got bytes that begin b'GIF89a..'"),
    ],
)
def test_what_is_no_input_is_refused_before_it_is_sent(
    latent: LatentClient, inputs: Any, error: type[Exception], words: str
) -> None:
    with pytest.raises(error) as raised:
        latent.encode(inputs)
    assert words in str(raised.value)


def test_latents_of_another_length_are_refused(latent: LatentClient) -> None:
    with pytest.raises(ShapeMismatchError, match="expected latents of 2 numbers; got shape"):
        latent.decode(np.zeros((3, 4)))


@pytest.mark.parametrize(("format_", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
def test_picture_files_are_made_to_fit_by_the_service(
    latent: LatentClient, client: httpx.Client, format_: str, media_type: str
) -> None:
    drawing = np.full((30, 40), 255, np.uint8)
    drawing[5:12, 20:24] = 0
    file = io.BytesIO()
    Image.fromarray(drawing).save(file, format_)
    asked = {"content": file.getvalue(), "headers": {"Content-Type": media_type}}
    answer = client.post("/encode?invert=true&fit=center", **asked).json()  # type: ignore[arg-type]
    found = latent.encode(file.getvalue(), invert=True, fit="center")
    np.testing.assert_allclose(found.latents, answer["latents"], atol=1e-6)
    plain = client.post("/reconstruct", **asked).json()  # type: ignore[arg-type]
    np.testing.assert_allclose(latent.reconstruct(file.getvalue()).errors, plain["errors"], atol=1e-6)


@EVERY
@pytest.mark.parametrize("rows", [1, 3, None], ids=["one", "three", "many"])
def test_a_reconstruction_is_the_same_on_either_wire(
    latent: LatentClient, registry: Registry, blueprint: Blueprint, rows: int | None
) -> None:
    rows = rows or JSON_VALUES // blueprint.input_dim + 1  # one more than comes as JSON
    inputs = blueprint.inputs(rows)
    expected = of(registry, blueprint).reconstruct(inputs)
    found = latent.reconstruct(inputs, model=blueprint.name, version=1)
    for name in ("outputs", "latents", "errors", "percentiles"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), atol=1e-5, strict=True, err_msg=name)
    assert found.anomalous is None


def test_a_reconstruction_has_the_shape_of_its_input(latent: LatentClient) -> None:
    found = latent.reconstruct(TOY.inputs(1)[0].reshape(3, 4), threshold=50)
    assert found.anomalous is not None
    assert (found.outputs.shape, found.latents.shape) == ((12,), (2,))
    assert found.errors.shape == found.percentiles.shape == found.anomalous.shape == ()


def test_a_threshold_tells_what_is_anomalous(latent: LatentClient) -> None:
    found = latent.reconstruct(TOY.inputs(20), threshold=50)
    assert found.anomalous is not None
    np.testing.assert_array_equal(found.anomalous, found.percentiles > 50)
    assert 0 < np.count_nonzero(found.anomalous) < 20


@pytest.mark.parametrize("threshold", [-1, 100.5, float("nan")])
def test_a_threshold_is_a_percentile(latent: LatentClient, threshold: float) -> None:
    with pytest.raises(ParameterInvalidError, match="expected a percentile from 0 to 100"):
        latent.reconstruct(TOY.inputs(1), threshold=threshold)

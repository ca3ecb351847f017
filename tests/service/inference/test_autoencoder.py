"""The in-process library: encode, decode, reconstruct, against numpy."""

from __future__ import annotations

from math import prod
from pathlib import Path

import numpy as np
import pytest

from bundles import COLOURS, SENSORS, TOY, TOY_VAE, Blueprint, frozen_graph, newer, write_bundle
from damages import replace_file
from latentd.errors import (
    BundleMissingError,
    GraphInvalidError,
    PosteriorMissingError,
    ShapeMismatchError,
    ValueRangeError,
)
from latentd.inference import Autoencoder, Registry

BLUEPRINTS = pytest.mark.parametrize("blueprint", [TOY, TOY_VAE, SENSORS, COLOURS], ids=lambda b: b.name)
SHAPES = pytest.mark.parametrize("leading", [(), (1,), (7,), (2, 3)], ids=str)


@pytest.fixture
def vae(registry: Registry) -> Autoencoder:
    return registry.get("toy-vae")


def model_of(registry: Registry, blueprint: Blueprint) -> Autoencoder:
    return registry.get(blueprint.name, blueprint.version)


@BLUEPRINTS
@SHAPES
def test_encode_and_decode_mirror_the_leading_shape(
    registry: Registry, blueprint: Blueprint, leading: tuple[int, ...]
) -> None:
    model = model_of(registry, blueprint)
    inputs = blueprint.inputs(prod(leading))
    latents = model.encode(inputs.reshape(*leading, blueprint.input_dim))
    assert latents.shape == (*leading, blueprint.latent_dim)
    np.testing.assert_allclose(latents.reshape(-1, blueprint.latent_dim), blueprint.encode(inputs), atol=1e-5)
    outputs = model.decode(latents)
    assert outputs.shape == (*leading, blueprint.input_dim)
    assert outputs.dtype == np.float32
    np.testing.assert_allclose(outputs, blueprint.decode(latents), atol=1e-5)


@BLUEPRINTS
def test_reconstruct_gives_each_rows_error_and_its_percentile(registry: Registry, blueprint: Blueprint) -> None:
    model, inputs = model_of(registry, blueprint), blueprint.inputs(9)
    result = model.reconstruct(inputs)
    np.testing.assert_array_equal(result.latents, model.encode(inputs))
    np.testing.assert_array_equal(result.outputs, model.decode(result.latents))
    errors = ((result.outputs.astype(np.float64) - inputs) ** 2).mean(axis=1)
    np.testing.assert_allclose(result.errors, errors, rtol=1e-12)
    levels = np.arange(1001) / 10
    expected = np.interp(errors, model.manifest.held_out.error_quantiles, levels)
    np.testing.assert_allclose(result.percentiles, expected, atol=1e-9)


@BLUEPRINTS
@SHAPES
def test_bytes_are_scaled_to_the_value_range(
    registry: Registry, blueprint: Blueprint, leading: tuple[int, ...]
) -> None:
    model = model_of(registry, blueprint)
    given = np.random.default_rng(0).integers(0, 256, (*leading, blueprint.input_dim), np.uint8)
    inputs = model.inputs.from_bytes(given)
    np.testing.assert_array_equal(model.encode(given), model.encode(inputs), strict=True)
    np.testing.assert_array_equal(model.reconstruct(given).errors, model.reconstruct(inputs).errors, strict=True)


def test_whole_numbers_of_another_kind_are_not_scaled(registry: Registry) -> None:
    with pytest.raises(ValueRangeError, match="expected values from 0 to 1; got 255"):
        registry.get("toy").encode(np.full(12, 255, np.int64))


def test_reconstruct_mirrors_the_shape_of_one_vector(registry: Registry) -> None:
    result = registry.get("toy").reconstruct([[0.5] * 4] * 3)
    assert (result.outputs.shape, result.latents.shape) == ((12,), (2,))
    assert (result.errors.shape, result.percentiles.shape) == ((), ())


def test_lists_are_arrays_too(registry: Registry) -> None:
    assert registry.get("toy").encode([[0.0] * 12, [1.0] * 12]).shape == (2, 2)


def test_a_wrong_shape_is_refused(registry: Registry) -> None:
    with pytest.raises(ShapeMismatchError):
        registry.get("toy").encode(np.zeros(13))


def test_a_sample_is_the_posterior_mean_and_scaled_noise(vae: Autoencoder) -> None:
    rows = TOY_VAE.inputs(6)
    posterior = vae.encode_rows(rows)
    assert posterior.logvar is not None
    noise = np.random.default_rng(7).standard_normal((6, 5))
    expected = posterior.latents + np.exp(np.float64(posterior.logvar) / 2) * noise
    np.testing.assert_array_equal(posterior.sample(7), expected.astype(np.float32))


def test_a_rows_sample_does_not_depend_on_the_rows_behind_it(vae: Autoencoder) -> None:
    rows = TOY_VAE.inputs(6)
    few, many = (vae.sample_posterior_rows(rows[:n], seed=3).latents for n in (2, 6))
    np.testing.assert_allclose(few, many[:2], atol=1e-6)


def test_an_encoder_without_logvar_has_no_posterior(registry: Registry) -> None:
    toy = registry.get("toy")
    assert toy.encode_rows(TOY.inputs(1)).logvar is None
    with pytest.raises(PosteriorMissingError, match="'toy' has no posterior"):
        toy.sample_posterior_rows(TOY.inputs(1), seed=0)


def test_a_bundle_is_loaded_by_its_folder_or_its_models(tmp_path: Path) -> None:
    write_bundle(tmp_path, TOY)
    write_bundle(tmp_path, newer(TOY))
    assert Autoencoder.load(tmp_path / "toy", threads=1).manifest.version == 2
    assert Autoencoder.load(str(tmp_path / "toy" / "1")).manifest.version == 1
    with pytest.raises(BundleMissingError):
        Autoencoder.load(tmp_path / "tay")


def test_a_graph_that_only_looks_free_is_refused(toy_folder: Path) -> None:
    replace_file(toy_folder, "decoder.onnx", frozen_graph(4, {"latent": 2, "output": 12}))
    with pytest.raises(GraphInvalidError, match=r"decoder\.onnx: the operator .Reshape., run with 1 rows"):
        Autoencoder.load(toy_folder)


def test_the_example_is_a_golden_input(registry: Registry) -> None:
    assert registry.get("toy").example.shape == (12,)


def test_of_the_files_it_keeps_those_that_the_card_shows(registry: Registry) -> None:
    assert registry.get("toy").documents.keys() == {"card.md", "loss.png"}


def test_a_measured_cost_is_not_negative(registry: Registry) -> None:
    for model in registry:
        for cost in (model.encoder_cost, model.decoder_cost):
            assert cost.per_run >= 0
            assert cost.per_row >= 0
            assert cost.seconds(1) > 0

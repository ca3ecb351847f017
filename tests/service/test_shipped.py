"""The bundles that the repository ships: they run as they lie there, and their figures are true of real digits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from asking import ask
from digits import read_test_images
from latentd.app import create_app
from latentd.bundle import find_bundles, manifest_schema
from latentd.errors import ValueNonFiniteError
from latentd.inference import Autoencoder, Registry
from latentd.inference.arrays import FloatArray
from latentd.settings import Settings

MODELS = Path(__file__).parents[2] / "models"
NAMES = ("ae-mnist", "dae-mnist", "vae-mnist")


@pytest.fixture(scope="module")
def shipped() -> Registry:
    return Registry.load(MODELS, threads=1)


@pytest.fixture(scope="module")
def digits(mnist_dir: Path) -> FloatArray:
    """MNIST's test images [10000, 784], from 0 to 1."""
    return read_test_images(mnist_dir).reshape(10_000, -1).astype(np.float32) / np.float32(255)


def metrics(model: Autoencoder) -> dict[str, float]:
    return {metric.name: metric.value for metric in model.manifest.metrics}


def test_every_shipped_bundle_is_served(shipped: Registry) -> None:
    assert tuple(shipped.names) == NAMES
    assert len(list(shipped)) == len(find_bundles(MODELS))


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_model_has_the_error_that_its_card_states(shipped: Registry, digits: FloatArray, name: str) -> None:
    model = shipped.get(name)
    result = model.reconstruct(digits)
    assert result.errors.mean() == pytest.approx(metrics(model)["reconstruction_error"], rel=1e-4)
    assert np.percentile(result.percentiles, [5, 50, 95]) == pytest.approx([5, 50, 95], abs=0.2)


def test_ae_mnist_is_as_good_as_promised(shipped: Registry) -> None:
    model = shipped.get("ae-mnist")
    assert metrics(model)["reconstruction_error"] <= 0.0390
    assert model.manifest.parameters == 101_522


def test_vae_mnist_is_as_good_as_promised(shipped: Registry, digits: FloatArray) -> None:
    model = shipped.get("vae-mnist")
    posterior = model.encode_rows(digits)
    assert posterior.logvar is not None
    kl = -0.5 * (1 + posterior.logvar - posterior.latents**2 - np.exp(posterior.logvar)).sum(axis=1).mean()
    outputs = model.decode(posterior.sample(seed=0)).astype(np.float64).clip(1e-7, 1 - 1e-7)
    entropy = -(digits * np.log(outputs) + (1 - digits) * np.log(1 - outputs)).sum(axis=1).mean()
    assert kl + entropy <= 138
    assert kl + entropy == pytest.approx(metrics(model)["negative_elbo"], abs=0.3)
    assert kl == pytest.approx(metrics(model)["elbo_kl"], rel=1e-3)


def test_dae_mnist_is_as_good_as_promised(shipped: Registry, digits: FloatArray) -> None:
    model = shipped.get("dae-mnist")
    masked = np.where(np.random.default_rng(0).random(digits.shape) < 0.3, 0, digits).astype(np.float32)
    error = np.square(model.decode(model.encode(masked)) - digits).mean()
    stated = metrics(model)
    assert error == pytest.approx(stated["masked_error"], rel=0.01)
    assert error <= stated["plain_masked_error"] / 2


def test_latents_too_large_to_compute_with_are_refused(shipped: Registry) -> None:
    with pytest.raises(ValueNonFiniteError, match="row 1 reaches 3e"):
        shipped.get("ae-mnist").decode(np.array([[0, 0], [3e38, -3e38]]))


def test_the_shipped_schema_is_the_contract() -> None:
    assert json.loads((MODELS / "manifest.schema.json").read_text("utf-8")) == manifest_schema()


def decode_elsewhere(folder: Path, latents: NDArray[np.float32]) -> NDArray[np.float32]:
    """Outputs of the bundle's own graph, by onnxruntime alone."""
    decoder = json.loads((folder / "manifest.json").read_text("utf-8"))["decoder"]
    session = onnxruntime.InferenceSession(folder / "decoder.onnx", providers=["CPUExecutionProvider"])
    (outputs,) = session.run([decoder["output"]], {decoder["latent"]: latents})
    rows: NDArray[np.float32] = outputs
    return rows


@pytest.mark.parametrize("folder", find_bundles(MODELS), ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_its_views_are_what_its_graph_decodes(folder: Path) -> None:
    app = create_app(Settings(), registry=Registry([Autoencoder.load(folder, threads=1)]))
    latent_dim = json.loads((folder / "manifest.json").read_text("utf-8"))["latent_dim"]
    ends = {"from": ",".join(["0"] * latent_dim), "to": ",".join(["0.5"] * latent_dim)}
    queries: dict[str, dict[str, Any]] = {
        "/grid": {"rows": 3, "cols": 4},
        "/traverse": {"steps": 5},
        "/interpolate": ends,
        "/sample": {"n": 6, "seed": 1},
    }
    for path, query in queries.items():
        fields = ask(app, "GET", path, params=query, headers={"Accept": "application/json"}).json()
        latents = np.array(fields["latents"], np.float32).reshape(-1, latent_dim)
        outputs = np.array(fields["outputs"]).reshape(len(latents), -1)
        np.testing.assert_allclose(outputs, decode_elsewhere(folder, latents), atol=1e-5)
        picture = ask(app, "GET", path, params=query)
        assert picture.headers["content-type"] == "image/png"

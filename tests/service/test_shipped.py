"""The bundles that the repository ships are served as they lie there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from asking import ask
from latentd.app import create_app
from latentd.bundle import find_bundles, manifest_schema
from latentd.inference import Autoencoder, Registry
from latentd.settings import Settings

MODELS = Path(__file__).parents[2] / "models"
SHIPPED = find_bundles(MODELS) if MODELS.is_dir() else []
SCHEMA = MODELS / "manifest.schema.json"


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_a_shipped_bundle_runs(folder: Path) -> None:
    model = Autoencoder.load(folder, threads=1)
    result = model.reconstruct([model.example] * 3)
    assert result.outputs.shape == (3, model.manifest.input_dim)
    assert result.latents.shape == (3, model.manifest.latent_dim)
    assert np.isfinite(result.outputs).all()
    assert ((result.percentiles >= 0) & (result.percentiles <= 100)).all()


@pytest.mark.skipif(not SCHEMA.exists(), reason="the schema is written with the first bundles")
def test_the_shipped_schema_is_the_contract() -> None:
    assert json.loads(SCHEMA.read_text("utf-8")) == manifest_schema()


def decode_elsewhere(folder: Path, latents: NDArray[np.float32]) -> NDArray[np.float32]:
    """Outputs of the bundle's own graph, by onnxruntime alone."""
    decoder = json.loads((folder / "manifest.json").read_text("utf-8"))["decoder"]
    session = onnxruntime.InferenceSession(folder / "decoder.onnx", providers=["CPUExecutionProvider"])
    (outputs,) = session.run([decoder["output"]], {decoder["latent"]: latents})
    rows: NDArray[np.float32] = outputs
    return rows


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
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

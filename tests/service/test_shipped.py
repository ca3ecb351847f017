"""The bundles that the repository ships are served as they lie there."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from latentd.bundle import find_bundles, manifest_schema
from latentd.inference import Autoencoder

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

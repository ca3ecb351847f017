"""Scaled latents: other numbers, the same outputs to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from latentd_export.architectures import build_model
from latentd_export.datasets import Dataset
from latentd_export.latent_scale import scale_latents
from latentd_export.training import Trained
from small_models import make_recipe


@pytest.mark.parametrize("kind", ["ae", "dae"])
def test_latents_get_about_unit_variance_and_outputs_stay_the_same(subset: Dataset, kind: str) -> None:
    rows = torch.from_numpy(subset.training)
    model = build_model(make_recipe(kind), subset.input_dim, subset.value_range)
    with torch.no_grad():
        model.encoder.latent.weight.mul_(1000)
        before = model(rows)
        scale_latents(model, rows)
        latents = model.encode(rows)
    assert torch.equal(model(rows), before)
    assert (latents.std(dim=0, correction=0) > 0.7).all()
    assert (latents.std(dim=0, correction=0) < 1.42).all()


def test_a_dimension_that_never_changes_is_left_alone(subset: Dataset) -> None:
    model = build_model(make_recipe("ae"), subset.input_dim, subset.value_range)
    with torch.no_grad():
        model.encoder.latent.weight[0] = 0
        model.encoder.latent.bias[0] = 3
    scale_latents(model, torch.from_numpy(subset.training))
    with torch.no_grad():
        latents = model.encode(torch.from_numpy(subset.held_out)).numpy()
    assert np.array_equal(latents[:, 0], np.full(len(latents), 3, np.float32))


def test_a_prior_has_settled_the_scale(trained: dict[str, Trained], subset: Dataset) -> None:
    model = trained["vae"].model
    before = [parameter.clone() for parameter in model.parameters()]
    scale_latents(model, torch.from_numpy(subset.training))
    assert all(torch.equal(old, new) for old, new in zip(before, model.parameters(), strict=True))

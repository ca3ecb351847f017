"""What the names of array types promise holds for every array that the in-process library gives."""

from __future__ import annotations

import numpy as np
import pytest

from bundles import SENSORS, TOY, TOY_VAE, Blueprint
from latentd.inference import Registry


@pytest.mark.parametrize("blueprint", [TOY, TOY_VAE, SENSORS], ids=lambda blueprint: blueprint.name)
def test_floats_are_float32_and_lie_together_and_errors_are_float64(registry: Registry, blueprint: Blueprint) -> None:
    model, rows = registry.get(blueprint.name, 1), blueprint.inputs(6)
    posterior, found = model.encode_rows(rows), model.reconstruct_rows(rows)
    floats = {
        "latents": posterior.latents,
        "outputs": found.outputs,
        "example": model.example,
        "grid": model.space.grid(2, 3).latents,
        "traversal": model.space.traverse(0, 4).latents,
        "sample": model.space.sample(3, 1),
        "way": model.space.interpolate(posterior.latents[0], posterior.latents[1], 4, "linear"),
    }
    errors = {"errors": found.errors, "percentiles": found.percentiles, "support": model.space.support(floats["grid"])}
    for arrays, dtype in ((floats, np.float32), (errors, np.float64)):
        for name, array in arrays.items():
            assert (name, array.dtype, array.flags.c_contiguous) == (name, np.dtype(dtype), True)

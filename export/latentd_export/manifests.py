"""The facts about a model as the manifest that the service reads."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch

import latentd
from latentd.bundle import manifest as contract
from latentd.bundle import records
from latentd_export.density import fit_density
from latentd_export.facts import Facts
from latentd_export.onnx_graphs import INPUT, LATENT, LOGVAR, OPSET, OUTPUT

ERROR_LEVELS = np.linspace(0, 1, 1001)


def build_manifest(facts: Facts, version: int, folder: Path) -> contract.Manifest:
    """The manifest of the bundle whose other files lie in `folder`."""
    recipe, dataset = facts.trained.recipe, facts.dataset
    shared = {
        "kind": recipe.kind,
        "name": recipe.name,
        "version": version,
        "description": recipe.description,
        "input_shape": (dataset.input_dim,),
        "latent_dim": recipe.architecture.latent_dim,
        "picture_shape": dataset.picture_shape,
        "value_range": _value_range(dataset.value_range),
        "decoder": records.DecoderGraph(latent=LATENT, output=OUTPUT),
        "layers": facts.layers,
        "metrics": facts.metrics,
        "latent_statistics": facts.statistics,
        "held_out": records.HeldOut(
            rows=len(dataset.held_out),
            error_quantiles=tuple(map(float, np.quantile(facts.errors, ERROR_LEVELS))),
            classes=dataset.classes,
        ),
        "parity": facts.parity,
        "provenance": _provenance(facts),
        "files": {path.name: _file_record(path) for path in sorted(folder.iterdir())},
    }
    return contract.MANIFEST.validate_python(shared | _kind_fields(facts))


def format_manifest(manifest: contract.Manifest) -> str:
    """Indented JSON with each list of numbers on a line of its own."""
    text = json.dumps(manifest.model_dump(mode="json"), indent=2, ensure_ascii=False, allow_nan=False)
    return re.sub(r"\[[-+.eE\d,\s]+\]", lambda match: re.sub(r"\s+", " ", match[0]), text) + "\n"


def _kind_fields(facts: Facts) -> dict[str, Any]:
    """The fields in which the kinds differ."""
    if facts.has_prior:
        encoder = records.PosteriorEncoderGraph(input=INPUT, latent=LATENT, logvar=LOGVAR)
        return {"encoder": encoder, "density": records.StandardNormalPrior()}
    recipe = facts.trained.recipe
    fields: dict[str, Any] = {
        "encoder": records.EncoderGraph(input=INPUT, latent=LATENT),
        "density": fit_density(facts.training_latents, recipe.density_components, recipe.seed),
    }
    if recipe.corruption is not None:
        fields["corruption"] = records.Corruption(
            masked=recipe.corruption.masked, noise_std=recipe.corruption.noise_std
        )
    return fields


def _provenance(facts: Facts) -> records.Provenance:
    recipe, dataset = facts.trained.recipe, facts.dataset
    return records.Provenance(
        dataset=records.Dataset(
            name=dataset.name,
            files=dict(dataset.files),
            training_rows=len(facts.split.training),
            validation_rows=len(facts.split.validation),
        ),
        recipe=recipe.model_dump(mode="json"),
        seed=recipe.seed,
        epochs=recipe.schedule.epochs,
        training_seconds=round(facts.trained.seconds, 1),
        latentd_version=latentd.__version__,
        torch_version=torch.__version__,
        opset=OPSET,
        created_at=datetime.now(UTC).replace(microsecond=0),
    )


def _value_range(value_range: tuple[float, float] | None) -> records.ValueRange | None:
    return None if value_range is None else records.ValueRange(low=value_range[0], high=value_range[1])


def _file_record(path: Path) -> records.FileRecord:
    content = path.read_bytes()
    return records.FileRecord(bytes=len(content), sha256=hashlib.sha256(content).hexdigest())

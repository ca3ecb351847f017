"""The manifest: frozen, exact, complete, and told apart by kind."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import ValidationError

from bundles import COLOURS, SENSORS, TOY, TOY_VAE, Blueprint, write_bundle
from latentd.bundle import Manifest, manifest_schema
from latentd.bundle.manifest import MANIFEST

Fields = dict[str, Any]
Change = Callable[[Fields], object]


def fields_of(folder: Path) -> Fields:
    fields: Fields = json.loads((folder / "manifest.json").read_text("utf-8"))
    return fields


def manifest_of(fields: Fields) -> Manifest:
    return MANIFEST.validate_json(json.dumps(fields))


@pytest.mark.parametrize("blueprint", [TOY, TOY_VAE, SENSORS, COLOURS], ids=lambda blueprint: blueprint.name)
def test_a_manifest_of_each_kind_is_read(tmp_path: Path, blueprint: Blueprint) -> None:
    manifest = manifest_of(fields_of(write_bundle(tmp_path, blueprint)))
    assert (manifest.kind, manifest.name, manifest.version) == (blueprint.kind, blueprint.name, blueprint.version)
    assert (manifest.input_dim, manifest.latent_dim) == (blueprint.input_dim, blueprint.latent_dim)
    assert manifest.picture_shape == blueprint.picture_shape
    assert manifest.parameters == 2 * blueprint.input_dim * blueprint.latent_dim
    assert (manifest.encoder.logvar is not None) == (blueprint.kind == "vae")


def test_a_manifest_survives_being_written_and_read(toy_folder: Path) -> None:
    manifest = manifest_of(fields_of(toy_folder))
    assert MANIFEST.validate_json(MANIFEST.dump_json(manifest)) == manifest


def test_a_manifest_does_not_change(toy_folder: Path) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        setattr(manifest_of(fields_of(toy_folder)), "name", "other")  # noqa: B010 - mypy knows that it does not


@pytest.mark.parametrize("blueprint", [TOY, TOY_VAE, COLOURS], ids=lambda blueprint: blueprint.name)
def test_the_json_schema_describes_the_manifest(tmp_path: Path, blueprint: Blueprint) -> None:
    schema = manifest_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(fields_of(write_bundle(tmp_path, blueprint)), schema)


WRONG: list[tuple[str, Change, str]] = [
    ("an unknown field", lambda m: m.update(colour="red"), "colour"),
    ("an unknown field inside", lambda m: m["provenance"].update(colour="red"), "provenance.colour"),
    ("a missing field", lambda m: m.pop("held_out"), "held_out"),
    ("an unknown kind", lambda m: m.update(kind="gan"), "kind"),
    ("no kind", lambda m: m.pop("kind"), "kind"),
    ("another format", lambda m: m.update(format_version=2), "format_version"),
    ("a number as a string", lambda m: m.update(latent_dim="2"), "latent_dim"),
    ("a name that leaves the folder", lambda m: m.update(name="../toy"), "name"),
    ("a name in capitals", lambda m: m.update(name="Toy"), "name"),
    ("an empty name", lambda m: m.update(name=""), "name"),
    ("version zero", lambda m: m.update(version=0), "version"),
    ("a picture of another size", lambda m: m.update(picture_shape=[3, 5]), "picture_shape"),
    ("a picture with four channels", lambda m: m.update(picture_shape=[4, 1, 3]), "picture_shape"),
    ("a range upside down", lambda m: m.update(value_range={"low": 1.0, "high": 0.0}), "value_range"),
    ("an empty range", lambda m: m.update(value_range={"low": 1.0, "high": 1.0}), "value_range"),
    ("other latent_dim than statistics", lambda m: m.update(latent_dim=3), "latent_statistics"),
    ("a short quantile table", lambda m: m["latent_statistics"]["quantiles"].pop(), "latent_statistics"),
    ("a ragged covariance", lambda m: m["latent_statistics"]["covariance"][0].pop(), "latent_statistics"),
    ("a missing covariance row", lambda m: m["latent_statistics"]["covariance"].pop(), "latent_statistics"),
    ("1000 error quantiles", lambda m: m["held_out"]["error_quantiles"].pop(), "held_out.error_quantiles"),
    ("a mixture with a weight too many", lambda m: m["density"]["weights"].append(0.5), "density"),
    ("a mixture without components", lambda m: m["density"].update(weights=[], means=[], covariances=[]), "density"),
    ("a mixture of other dimensions", lambda m: m["density"]["means"][0].append(0.5), "density"),
    ("no digest of a graph", lambda m: m["files"].pop("encoder.onnx"), "files"),
    ("a digest of itself", lambda m: m["files"].update({"manifest.json": m["files"]["card.md"]}), "files"),
    ("a file outside", lambda m: m["files"].update({"../card.md": m["files"]["card.md"]}), "files"),
    ("a file in a folder", lambda m: m["files"].update({"a/card.md": m["files"]["card.md"]}), "files"),
    ("a hidden file", lambda m: m["files"].update({".card.md": m["files"]["card.md"]}), "files"),
    ("a digest in capitals", lambda m: m["files"]["card.md"].update(sha256="A" * 64), "card.md.sha256"),
    ("an empty file", lambda m: m["files"]["card.md"].update(bytes=0), "card.md.bytes"),
    ("a prior where there is none", lambda m: m.update(density={"source": "prior"}), "density"),
    ("a logvar where there is none", lambda m: m["encoder"].update(logvar="logvar"), "encoder.logvar"),
    ("a time without a zone", lambda m: m["provenance"].update(created_at="2026-01-01T00:00:00"), "created_at"),
    ("not a number", lambda m: m["metrics"][0].update(value=float("nan")), "metrics.0.value"),
    ("infinity", lambda m: m["parity"].update(latent=float("inf")), "parity.latent"),
]


@pytest.mark.parametrize(("change", "place"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_manifest_is_refused_at_the_place_at_fault(toy_folder: Path, change: Change, place: str) -> None:
    fields = fields_of(toy_folder)
    change(fields)
    with pytest.raises(ValidationError) as caught:
        manifest_of(fields)
    places = [".".join(map(str, fault["loc"])) + ": " + fault["msg"] for fault in caught.value.errors()]
    assert any(place in text for text in places), places


def test_a_vae_has_a_logvar_and_the_prior(tmp_path: Path) -> None:
    fields = fields_of(write_bundle(tmp_path, TOY_VAE))
    for wrong in ({"encoder": {"input": "input", "latent": "latent"}}, {"density": {"source": "fitted density"}}):
        with pytest.raises(ValidationError):
            manifest_of({**fields, **wrong})


def test_a_corruption_belongs_to_a_denoising_autoencoder_alone(toy_folder: Path) -> None:
    corruption = {"corruption": {"masked": 0.3, "noise_std": 0.1}}
    with pytest.raises(ValidationError, match="corruption"):
        manifest_of({**fields_of(toy_folder), **corruption})
    assert manifest_of({**fields_of(toy_folder), **corruption, "kind": "dae"}).kind == "dae"

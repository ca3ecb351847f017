"""The registry: by name and version, with defaults."""

from __future__ import annotations

from pathlib import Path

import pytest

from bundles import TOY, Blueprint, newer, write_bundle
from latentd.errors import (
    BundleMissingError,
    ModelNotFoundError,
    RegistryEmptyError,
    ServiceNotReadyError,
    VersionNotFoundError,
)
from latentd.inference import Registry

NAMES = ["colours", "sensors", "toy", "toy-vae"]


def test_models_are_known_by_name_and_version(registry: Registry) -> None:
    assert registry.names == NAMES
    assert registry.versions("toy") == [1, 2]
    assert [f"{model.manifest.name}/{model.manifest.version}" for model in registry] == [
        "colours/1", "sensors/1", "toy/1", "toy/2", "toy-vae/1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "version", "expected"),
    [(None, None, ("toy", 2)), ("toy", None, ("toy", 2)), ("toy", 1, ("toy", 1)), (None, 1, ("toy", 1))],
)
def test_a_model_is_got(registry: Registry, name: str | None, version: int | None, expected: tuple[str, int]) -> None:
    manifest = registry.get(name, version).manifest
    assert (manifest.name, manifest.version) == expected


@pytest.mark.parametrize("name", ["tay", "", "TOY", "../toy"])
def test_no_such_model(registry: Registry, name: str) -> None:
    for look in (registry.get, registry.versions):
        with pytest.raises(ModelNotFoundError) as caught:
            look(name)
        assert caught.value.available == tuple(NAMES)


def test_no_such_version(registry: Registry) -> None:
    with pytest.raises(VersionNotFoundError) as caught:
        registry.get("toy", 3)
    assert caught.value.available == (1, 2)


@pytest.mark.parametrize(
    ("names", "default", "expected"),
    [(["b", "a"], None, "a"), (["ae-mnist", "a"], None, "ae-mnist"), (["ae-mnist", "b"], "b", "b")],
)
def test_the_default_is_the_configured_one_else_ae_mnist_else_the_first(
    tmp_path: Path, names: list[str], default: str | None, expected: str
) -> None:
    for name in names:
        write_bundle(tmp_path, Blueprint(name=name))
    assert Registry.load(tmp_path, default=default, threads=1).get().manifest.name == expected


def test_a_default_that_is_not_there_is_an_error(models_folder: Path) -> None:
    with pytest.raises(ModelNotFoundError, match="no model is named 'gone'"):
        Registry.load(models_folder, default="gone", threads=1)


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RegistryEmptyError, match="it holds none"):
        Registry.load(tmp_path)
    with pytest.raises(BundleMissingError):
        Registry.load(tmp_path / "nowhere")


def test_the_highest_version_counts_as_a_number(tmp_path: Path) -> None:
    for version in (9, 10):
        write_bundle(tmp_path, newer(TOY, version))
    assert Registry.load(tmp_path, threads=1).get().manifest.version == 10


def test_a_model_that_is_put_takes_the_place_of_all_its_versions(models_folder: Path) -> None:
    registry = Registry.load(models_folder, threads=1)
    held, other = registry.get("toy", 1), registry.get("toy", 2)
    registry.put("toy", [other])
    assert registry.versions("toy") == [2]
    registry.put("toy", [])
    assert registry.names == ["colours", "sensors", "toy-vae"]
    assert held.manifest.version == 1
    registry.put("toy", [held])
    assert registry.get("toy") is held


def test_with_no_model_left_there_is_no_default(models_folder: Path) -> None:
    registry = Registry.load(models_folder, threads=1)
    for name in registry.names:
        registry.put(name, [])
    with pytest.raises(ServiceNotReadyError, match="no model is loaded"):
        registry.get()


def test_what_was_refused_is_kept_by_name_and_version(tmp_path: Path) -> None:
    write_bundle(tmp_path, newer(TOY))
    (write_bundle(tmp_path, TOY) / "encoder.onnx").unlink()
    registry = Registry.load(tmp_path, threads=1)
    assert registry.versions("toy") == [2]
    assert {key: error.file for key, error in registry.refused.items()} == {("toy", 1): "encoder.onnx"}

"""The reader: finds bundles, verifies every byte, and names what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from bundles import TOY, TOY_VAE, newer, write_bundle
from latentd.bundle import find_bundles, latest_bundle, listed_files, read_bundle, read_manifest
from latentd.errors import BundleMissingError, ManifestInvalidError


def places(models: Path) -> list[str]:
    return [str(folder.relative_to(models)) for folder in find_bundles(models)]


def test_a_bundle_is_read_with_the_bytes_of_every_listed_file_that_is_not_read_further(toy_folder: Path) -> None:
    bundle = read_bundle(toy_folder)
    assert bundle.folder == toy_folder
    assert bundle.manifest.name == "toy"
    assert dict(bundle.files) == {
        name: (toy_folder / name).read_bytes() for name in ("encoder.onnx", "decoder.onnx", "card.md", "loss.png")
    }
    assert len(bundle.golden.inputs) == len(bundle.golden.outputs)


def test_a_file_that_is_not_listed_is_named_in_the_log_and_not_used(
    toy_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (toy_folder / "notes.txt").write_text("mine")
    (toy_folder / "encoder.onnx.bak").touch()
    bundle = read_bundle(toy_folder)
    assert [record.getMessage() for record in caplog.records] == [
        f"bundle {toy_folder}: {name}: the manifest does not list it, and it is not used"
        for name in ("encoder.onnx.bak", "notes.txt")
    ]
    assert {record.levelname for record in caplog.records} == {"WARNING"}
    assert not {"notes.txt", "encoder.onnx.bak"} & bundle.files.keys()


def test_hidden_files_and_folders_in_a_bundle_are_nobodys_business(
    toy_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (toy_folder / ".DS_Store").touch()
    (toy_folder / "notes").mkdir()
    read_bundle(toy_folder)
    assert caplog.records == []


def test_the_manifest_alone_is_read_without_the_files(toy_folder: Path) -> None:
    (toy_folder / "encoder.onnx").unlink()
    assert read_manifest(toy_folder).name == "toy"


def test_a_relative_folder_is_known_by_its_real_name(toy_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(toy_folder)
    assert read_bundle(Path()).manifest.version == 1


def test_bundles_are_found_by_name_and_version(tmp_path: Path) -> None:
    for blueprint in (TOY, newer(TOY, 10), newer(TOY, 9), TOY_VAE):
        write_bundle(tmp_path, blueprint)
    assert places(tmp_path) == ["toy/1", "toy/9", "toy/10", "toy-vae/1"]


def test_what_has_no_version_for_a_name_is_not_looked_at(tmp_path: Path) -> None:
    for name in ("toy/1", "toy/2.partial", "toy/v3", "toy/-4", "toy/²", ".hidden/1", "empty"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "README.md").touch()
    (tmp_path / "toy" / "5").touch()
    assert places(tmp_path) == ["toy/1"]


def test_no_models_folder_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(BundleMissingError, match="nowhere: there is no such models folder"):
        find_bundles(tmp_path / "nowhere")


@pytest.mark.parametrize("place", ["toy", "toy/1"])
def test_a_model_in_the_place_of_the_models_folder_is_an_error_that_says_so(tmp_path: Path, place: str) -> None:
    write_bundle(tmp_path, TOY)
    with pytest.raises(BundleMissingError, match=f"{place}: it is a model itself; the models folder holds <name>"):
        find_bundles(tmp_path / place)


def test_the_latest_bundle_has_the_highest_number(tmp_path: Path) -> None:
    for version in (2, 10, 9):
        write_bundle(tmp_path, newer(TOY, version))
    assert latest_bundle(tmp_path / "toy") == tmp_path / "toy" / "10"


def test_a_bundle_is_its_own_latest(toy_folder: Path) -> None:
    assert latest_bundle(toy_folder) == toy_folder


@pytest.mark.parametrize("name", ["nowhere", "."])
def test_no_version_is_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(BundleMissingError, match=r"manifest\.json"):
        latest_bundle(tmp_path / name)


def test_a_huge_manifest_is_not_read(toy_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listed_files, "MAX_MANIFEST_BYTES", 100)
    with pytest.raises(ManifestInvalidError, match="larger than 100 bytes"):
        read_bundle(toy_folder)


def test_many_faults_are_told_in_one_line(toy_folder: Path) -> None:
    (toy_folder / "manifest.json").write_text('{"format_version": 1, "kind": "ae", "a": 1, "b": 2, "c": 3}')
    with pytest.raises(ManifestInvalidError, match=r"and \d+ more$") as caught:
        read_bundle(toy_folder)
    assert "\n" not in str(caught.value)

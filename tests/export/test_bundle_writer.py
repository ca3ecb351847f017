from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from latentd.bundle import Manifest, read_bundle
from latentd.bundle.manifest import DECODER_FILE, ENCODER_FILE, EXAMPLES_FILE, REQUIRED_FILES
from latentd.bundle.records import StandardNormalPrior
from latentd.inference import Autoencoder as ServedAutoencoder
from latentd_export import bundle_writer
from latentd_export.bundle_writer import next_version, write_bundle
from latentd_export.comparison import compare
from latentd_export.datasets import Dataset
from latentd_export.errors import BundleExistsError, ParityExceededError
from latentd_export.gallery import Picture
from latentd_export.training import Trained, train
from latentd_export.verification import verify_bundle
from small_models import KINDS, made_up, make_recipe

PICTURES = {"architecture.png", "loss.png", "reconstructions.png", "latent_map.png", "grid.png", "traversals.png"}


def write(trained: Trained, dataset: Dataset, models: Path, rival: Trained | None = None, **options: object) -> Path:
    comparison = compare(trained.model, trained.recipe, dataset, None if rival is None else rival.model)
    return write_bundle(trained, comparison, dataset, models, **options)  # type: ignore[arg-type]  # handed through


@pytest.fixture(scope="module")
def bundles(trained: dict[str, Trained], subset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    models = tmp_path_factory.mktemp("models")
    return {kind: write(trained[kind], subset, models, trained["ae"]) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_a_bundle_is_whole_and_does_what_it_says(bundles: dict[str, Path], subset: Dataset, kind: str) -> None:
    folder = bundles[kind]
    assert {path.name for path in folder.iterdir()} == {*REQUIRED_FILES, *PICTURES, EXAMPLES_FILE, "manifest.json"}
    steps = [line.split(":")[0] for line in verify_bundle(folder, subset)]
    assert steps == ["digests", "golden", "graphs", "parity", "figures"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_card_shows_every_picture_and_figure(bundles: dict[str, Path], kind: str) -> None:
    folder = bundles[kind]
    card = (folder / "card.md").read_text(encoding="utf-8")
    manifest = read_bundle(folder).manifest
    assert all(f"]({picture})" in card for picture in PICTURES)
    assert all(f"`{metric.name}`" in card for metric in manifest.metrics)
    assert all(f"{layer.parameters:,}" in card for layer in manifest.layers)
    assert ("- **Advantage**: " in card) != ("- **No advantage found**: " in card)
    assert ("- **Disadvantage**: " in card) != ("- **No disadvantage found**: " in card)


def test_the_vae_s_card_names_its_paper(bundles: dict[str, Path]) -> None:
    assert "1312.6114" in (bundles["vae"] / "card.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_pictures_are_pictures_and_small(bundles: dict[str, Path], kind: str) -> None:
    for name in PICTURES:
        path = bundles[kind] / name
        assert path.stat().st_size <= 150_000
        with Image.open(path) as picture:
            assert min(picture.size) > 100
            assert len(picture.convert("L").getcolors() or ()) > 1


def test_held_out_latents_are_those_that_the_service_gives(bundles: dict[str, Path], subset: Dataset) -> None:
    with np.load(bundles["ae"] / "latents.npz", allow_pickle=False) as stored:
        served = ServedAutoencoder.load(bundles["ae"]).encode(subset.held_out)
        np.testing.assert_allclose(stored["latents"], served, atol=1e-5)
        np.testing.assert_array_equal(stored["labels"], subset.held_out_labels)


def test_examples_are_held_out_rows_and_lie_where_their_latents_say(bundles: dict[str, Path], subset: Dataset) -> None:
    for folder in bundles.values():
        served = ServedAutoencoder.load(folder)
        assert served.examples is not None
        rows = served.examples.indices
        np.testing.assert_array_equal(served.inputs.from_bytes(served.examples.inputs), subset.held_out[rows])
        np.testing.assert_allclose(served.encode(served.examples.inputs), served.held_out.latents[rows], atol=1e-5)


def test_error_quantiles_place_the_held_out_rows_themselves(bundles: dict[str, Path], subset: Dataset) -> None:
    percentiles = ServedAutoencoder.load(bundles["ae"]).reconstruct(subset.held_out).percentiles
    assert abs(percentiles.mean() - 50) < 1
    assert percentiles.max() == pytest.approx(100, abs=0.01)


def test_kinds_differ_where_they_should(bundles: dict[str, Path]) -> None:
    ae, vae, dae = (read_bundle(bundles[kind]).manifest for kind in KINDS)
    assert ae.encoder.logvar is None
    assert vae.encoder.logvar == "logvar"
    assert isinstance(vae.density, StandardNormalPrior)
    assert not isinstance(dae.density, StandardNormalPrior)
    assert json.loads((bundles["dae"] / "manifest.json").read_text())["corruption"] == {"masked": 0.3, "noise_std": 0.1}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Trained, Dataset, Path]:
    """A tiny model, and its bundle."""
    folder = tmp_path_factory.mktemp("tiny")
    dataset = made_up((6,), (0.0, 1.0), 60)
    recipe = make_recipe(epochs=1, density_components=1)
    trained = train(recipe, dataset, folder / "model.pt", progress=False)
    return trained, dataset, write(trained, dataset, folder)


@pytest.fixture
def tiny(written: tuple[Trained, Dataset, Path], monkeypatch: pytest.MonkeyPatch) -> tuple[Trained, Dataset]:
    """A model that is written in a moment, for tests of the writing itself: its graphs and pictures are copies."""
    trained, dataset, bundle = written

    def copy_graphs(_: object, encoder: Path, decoder: Path) -> None:
        shutil.copy(bundle / ENCODER_FILE, encoder)
        shutil.copy(bundle / DECODER_FILE, decoder)

    def copy_pictures(folder: Path, _: object) -> tuple[Picture, ...]:
        return tuple(Picture(Path(shutil.copy(bundle / name, folder)).name, "", "") for name in sorted(PICTURES))

    monkeypatch.setattr(bundle_writer, "write_graphs", copy_graphs)
    monkeypatch.setattr(bundle_writer, "draw_gallery", copy_pictures)
    return trained, dataset


def test_versions_count_up_and_are_replaced_only_when_asked(tiny: tuple[Trained, Dataset], tmp_path: Path) -> None:
    first, second = (write(*tiny, tmp_path) for _ in range(2))
    assert (first.name, second.name, next_version(tmp_path, "small-ae")) == ("1", "2", 3)
    before = (first / "manifest.json").stat().st_ino
    with pytest.raises(BundleExistsError, match="--overwrite"):
        write(*tiny, tmp_path, version=1)
    write(*tiny, tmp_path, version=1, overwrite=True)
    assert (first / "manifest.json").stat().st_ino != before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["small-ae"]


@pytest.mark.parametrize(
    "step", ["write_graphs", "gather_facts", "draw_gallery", "write_card", "build_manifest", "_sync"]
)
@pytest.mark.parametrize("overwrite", [False, True])
def test_a_crash_at_any_step_leaves_what_was_there(
    tiny: tuple[Trained, Dataset],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    overwrite: bool,
) -> None:
    if overwrite:
        target = tmp_path / "small-ae" / "1"
        target.mkdir(parents=True)
        (target / "manifest.json").write_text("what was there")

    def crash(*_: object) -> None:
        raise MemoryError(step)

    monkeypatch.setattr(bundle_writer, step, crash)
    with pytest.raises(MemoryError):
        write(*tiny, tmp_path, version=1, overwrite=overwrite)
    left = [path.name for path in tmp_path.rglob("*") if path.is_file()]
    assert left == (["manifest.json"] if overwrite else [])


@pytest.mark.parametrize("failure", [OSError("no"), KeyboardInterrupt()], ids=repr)
def test_a_rename_that_does_not_come_to_its_end_puts_the_old_bundle_back(
    tiny: tuple[Trained, Dataset], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException
) -> None:
    target = write(*tiny, tmp_path)
    before = (target / "manifest.json").read_bytes()
    rename = Path.rename

    def fail_to_move_in(path: Path, destination: Path) -> Path:
        if destination == target and path.name == "1":
            raise failure
        return rename(path, destination)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", fail_to_move_in)
        with pytest.raises(type(failure)):
            write(*tiny, tmp_path, version=1, overwrite=True)
    assert (target / "manifest.json").read_bytes() == before


def test_no_parity_no_bundle(tiny: tuple[Trained, Dataset], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("latentd_export.parity.OUTPUT_TOLERANCE", 0.0)
    with pytest.raises(ParityExceededError):
        write(*tiny, tmp_path)
    assert not list(tmp_path.rglob("*.json"))


def test_a_bundle_is_readable_by_others(bundles: dict[str, Path]) -> None:
    umask = os.umask(0)
    os.umask(umask)
    assert bundles["ae"].stat().st_mode & 0o777 == 0o777 & ~umask


SHAPES = [
    ("ae", (13,), None, 5, False),
    ("vae", (13,), None, 5, False),
    ("vae", (3, 32, 32), (0.0, 1.0), 2, True),
    ("dae", (5, 4), (-1.0, 1.0), 1, True),
]


@pytest.mark.parametrize(("kind", "shape", "value_range", "latent_dim", "labelled"), SHAPES)
def test_other_shapes_make_bundles_that_can_be_served(
    tmp_path: Path,
    kind: str,
    shape: tuple[int, ...],
    value_range: tuple[float, float] | None,
    latent_dim: int,
    labelled: bool,
) -> None:
    dataset = made_up(shape, value_range, labelled=labelled)
    recipe = make_recipe(kind, latent_dim=latent_dim, reconstruction="squared-error", epochs=2, density_components=2)
    model = train(recipe, dataset, tmp_path / "model.pt", progress=False)
    rival = train(recipe.plain(), dataset, tmp_path / "plain.pt", progress=False)
    folder = write(model, dataset, tmp_path / "models", rival)
    manifest: Manifest = read_bundle(folder).manifest
    assert manifest.picture_shape == (shape if len(shape) > 1 else None)
    assert (manifest.value_range is None) == (value_range is None)
    served = ServedAutoencoder.load(folder)
    assert served.encode(dataset.held_out[0]).shape == (latent_dim,)
    assert list(verify_bundle(folder, dataset))

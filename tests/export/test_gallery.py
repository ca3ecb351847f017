from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from latentd_export import gallery
from latentd_export.facts import Facts
from latentd_export.gallery import draw_gallery
from small_models import made_up

FILES = ("architecture.png", "loss.png", "reconstructions.png", "latent_map.png", "grid.png", "traversals.png")


def captions(folder: Path, facts: Facts) -> dict[str, str]:
    return {picture.file: picture.caption for picture in draw_gallery(folder, facts)}


def test_every_picture_is_drawn_and_captioned(facts: dict[str, Facts], tmp_path: Path) -> None:
    found = captions(tmp_path, facts["dae"])
    assert tuple(found) == FILES
    assert {path.name for path in tmp_path.iterdir()} == set(FILES)
    assert "40 validation rows" in found["loss.png"]
    assert "masked rows in the middle" in found["reconstructions.png"]
    assert "first two principal components" in found["latent_map.png"]
    assert "coloured by class, with each class's name at its median" in found["latent_map.png"]
    assert "the median of the training latents" in found["traversals.png"]
    assert "Shown are" not in found["traversals.png"]


def test_captions_say_what_is_different(
    facts: dict[str, Facts], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery, "SHOWN_DIMS", 2)
    unlabelled = replace(facts["vae"], dataset=replace(facts["vae"].dataset, classes=None, held_out_labels=None))
    found = captions(tmp_path, unlabelled)
    assert "coloured" not in found["latent_map.png"]
    assert "the prior's quantiles" in found["grid.png"]
    assert "the prior's mean" in found["traversals.png"]
    assert "Shown are the 2 of largest variance" in found["traversals.png"]


def test_far_latents_space_the_map_s_axes_by_quantiles_and_the_caption_says_so(
    facts: dict[str, Facts], tmp_path: Path
) -> None:
    latents = np.random.default_rng(0).standard_cauchy((60, 2)).astype(np.float32)
    picture = gallery._latent_map(tmp_path, replace(facts["ae"], latents=latents))
    assert "spaced by quantiles" in picture.caption


def test_rows_shown_are_the_first_of_each_class_or_the_first() -> None:
    labelled, unlabelled = (made_up((6,), None, labelled=labelled) for labelled in (True, False))
    assert labelled.held_out_labels is not None
    shown = gallery._shown(labelled)
    assert labelled.held_out_labels[shown].tolist() == [0, 1]
    assert all(labelled.held_out_labels[row] not in labelled.held_out_labels[:row] for row in shown)
    assert gallery._shown(unlabelled).tolist() == list(range(10))


def test_latents_of_any_size_have_two_coordinates() -> None:
    rows = np.random.default_rng(1).standard_normal((50, 4)).astype(np.float32) * [1, 5, 1, 9]
    points, names, _ = gallery._project(rows[:, :2].astype(np.float32))
    np.testing.assert_array_equal(points, rows[:, :2].astype(np.float32))
    assert names == ("latent 0", "latent 1")
    points, names, _ = gallery._project(rows[:, :1].astype(np.float32))
    np.testing.assert_array_equal(points[:, 0], rows[:, 0].astype(np.float32))
    assert names[1] == ""
    points, names, _ = gallery._project(rows.astype(np.float32))
    assert points.shape == (50, 2)
    variance = rows.var(axis=0).sum()
    assert abs(np.corrcoef(points[:, 0], rows[:, 3])[0, 1]) > 0.95
    assert names[0] == f"component 1 ({points[:, 0].var() / variance:.0%} of the variance)"

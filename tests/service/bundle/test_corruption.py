"""Whatever is wrong with a bundle, it is refused with its name, its file and a reason, and the others are served."""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path

import numpy as np
import pytest

import damages
from bundles import ROWS, SENSORS, TOY, decoder_graph, encoder_graph, examples_file, rewrite_manifest, write_bundle
from damages import Damage, change, cut, flip_byte, golden, list_file, put, remove, write_manifest
from latentd.errors import RegistryEmptyError
from latentd.inference import Registry
from servers import run_latentd, serving

PLAIN_NAME = "hyphens and underscores, a letter or a digit first"
LISTED = ("encoder.onnx", "decoder.onnx", "latents.npz", "examples.npz", "golden.json", "card.md")
NAN = {"batches": [1], "latent": float("nan"), "output": 0.0}
NO_ROWS = golden(inputs=[], latents=[], outputs=[])
LONG_ROWS = golden(inputs=[[0.0] * 12], latents=[[0.0] * 3], outputs=[[0.0] * 12])
FLOWERS = examples_file(np.zeros((2, 13), np.uint8), np.arange(2))
BEYOND = examples_file(np.zeros((2, 12), np.uint8), np.array([1, ROWS]))
PICKLED = examples_file(np.zeros((2, 12), object), np.arange(2))

# What is done, and the file and the reason of the refusal.
TABLE: list[tuple[str, Damage, str, str]] = [
    *[(f"a flipped byte in {name}", flip_byte(name), name, "its SHA-256 is") for name in LISTED],
    *[(f"no {name}", remove(name), name, "not there") for name in LISTED],
    ("no manifest", remove("manifest.json"), "manifest.json", "no such file"),
    ("a wrong digest", list_file("card.md", sha256="0" * 64), "card.md", "the manifest says 000"),
    ("a wrong size", list_file("card.md", bytes=1), "card.md", "the manifest says 1"),
    ("a folder for a file", damages.make_folder_of("card.md"), "card.md", "not there"),
    ("a link that leads out", damages.link_out("card.md"), "card.md", "leads out"),
    ("half a manifest", cut("manifest.json"), "manifest.json", "not JSON"),
    ("a manifest that is not JSON", write_manifest(b"\xff\x00"), "manifest.json", "not JSON"),
    ("an empty manifest", write_manifest(b""), "manifest.json", "not JSON"),
    ("a manifest nested deep", write_manifest(b"[" * 10**5), "manifest.json", "not JSON"),
    ("a list for a manifest", write_manifest(b"[]"), "manifest.json", "format_version is None"),
    ("no format", damages.drop("format_version"), "manifest.json", "format_version is None"),
    ("a later format", change(format_version=2), "manifest.json", "format_version is 2"),
    ("a format in words", change(format_version="1"), "manifest.json", "format_version is '1'"),
    ("an extra field", change(colour="red"), "manifest.json", "colour"),
    ("a file outside", list_file("../card.md"), "manifest.json", f"{PLAIN_NAME}; got '../card.md'"),
    ("a file by its whole path", list_file("/etc/hosts"), "manifest.json", f"{PLAIN_NAME}; got '/etc/hosts'"),
    ("a digest that is none", list_file("card.md", sha256="x"), "manifest.json", "hexadecimal digits; got 'x'"),
    ("a name that is none", change(name="../toy"), "manifest.json", "hyphens and underscores; got '../toy'"),
    ("another name", change(name="tay"), "manifest.json", "tay/1, but lies in toy/1"),
    ("another version", change(version=3), "manifest.json", "toy/3, but lies in toy/1"),
    ("NaN", change(parity=NAN), "manifest.json", "parity.latent"),
    ("an unknown kind", change(kind="gan"), "manifest.json", "kind"),
    ("a frozen batch axis", put("encoder.onnx", encoder_graph(TOY, batch=2)), "encoder.onnx", "expected tensor"),
    ("swapped graphs", damages.swap_graphs, "encoder.onnx", "the manifest says ['input']"),
    ("a decoder of other shapes", put("decoder.onnx", decoder_graph(SENSORS)), "decoder.onnx", "expected tensor"),
    ("a graph that is none", put("encoder.onnx", b"none"), "encoder.onnx", "will not load"),
    ("half a graph", cut("decoder.onnx"), "decoder.onnx", "will not load"),
    ("other golden outputs", damages.shift_outputs, "golden.json", "no longer give its outputs"),
    ("golden rows of another length", LONG_ROWS, "golden.json", "12 inputs and 2 latents"),
    ("half a golden.json", cut("golden.json"), "golden.json", "Invalid JSON"),
    ("a golden.json of no rows", NO_ROWS, "golden.json", "at least one"),
    ("half an examples.npz", cut("examples.npz"), "examples.npz", "does not hold inputs and indices"),
    ("examples of another width", put("examples.npz", FLOWERS), "examples.npz", "expected rows of 12 uint8"),
    ("examples that are held by no rows", put("examples.npz", BEYOND), "examples.npz", "the 20 held-out rows"),
    ("pickled examples", put("examples.npz", PICKLED), "examples.npz", "pickle"),
    ("examples without a range", change(value_range=None), "manifest.json", "needs a picture_shape and a value_range"),
    ("examples of no pictures", change(picture_shape=None), "manifest.json", "needs a picture_shape and a value_range"),
]


@pytest.mark.parametrize(("damage", "file", "reason"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_a_damaged_bundle_is_refused_and_the_others_are_served(
    toy_folder: Path, damage: Damage, file: str, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    models = toy_folder.parents[1]
    damage(toy_folder)
    with pytest.raises(RegistryEmptyError) as alone:
        Registry.load(models, threads=1)
    (refusal,) = alone.value.refused
    assert (refusal.folder, refusal.file) == (toy_folder, file)
    assert reason in refusal.reason
    assert "\n" not in refusal.reason

    write_bundle(models, SENSORS)
    with caplog.at_level(logging.ERROR):
        assert Registry.load(models, threads=1).names == ["sensors"]
    assert f"refused: bundle {toy_folder}: {file}: " in caplog.text


@pytest.mark.parametrize("place", ["toy/01", "toy/2", "tay/1"])
def test_a_bundle_that_was_moved_is_refused(toy_folder: Path, place: str) -> None:
    models = toy_folder.parents[1]
    (models / place).parent.mkdir(exist_ok=True)
    toy_folder.rename(models / place)
    with pytest.raises(RegistryEmptyError, match=f"it describes toy/1, but lies in {place}"):
        Registry.load(models, threads=1)


def test_a_link_that_stays_inside_is_followed(toy_folder: Path) -> None:
    (toy_folder / "card.md").rename(toy_folder / "real.md")
    (toy_folder / "card.md").symlink_to("real.md")
    rewrite_manifest(toy_folder, json.loads((toy_folder / "manifest.json").read_text("utf-8")))
    assert Registry.load(toy_folder.parents[1], threads=1).names == ["toy"]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_with_no_bundle_left_the_start_fails_and_says_why(toy_folder: Path, workers: str) -> None:
    damages.shift_outputs(toy_folder)
    done = run_latentd("serve", "--port", "0", "--workers", workers, "--models", str(toy_folder.parents[1]))
    assert done.returncode == 1
    assert f"bundle {toy_folder}: golden.json: the graphs no longer give its outputs" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("name", "reason"), [("", "it holds none"), ("nowhere", "there is no such models folder")])
def test_without_bundles_the_start_fails_and_names_the_folder(tmp_path: Path, name: str, reason: str) -> None:
    done = run_latentd("serve", "--port", "0", "--models", str(tmp_path / name))
    assert done.returncode == 1
    assert str(tmp_path / name) in done.stderr
    assert reason in done.stderr
    assert "Traceback" not in done.stderr


def test_a_default_that_is_not_served_stops_the_start(models_folder: Path) -> None:
    settings = {"LATENTD_DEFAULT_MODEL": "gone", "LATENTD_LOG_FORMAT": "text"}
    done = run_latentd("serve", "--port", "0", "--models", str(models_folder), settings=settings)
    assert done.returncode == 1
    assert done.stderr == "latentd: no model is named 'gone'; there are colours, sensors, toy, toy-vae\n"


def test_a_server_serves_what_is_left(models_folder: Path, tmp_path: Path) -> None:
    models = shutil.copytree(models_folder, tmp_path / "models")
    flip_byte("encoder.onnx")(models / "sensors" / "1")
    with serving(models, tmp_path / "log") as server:
        assert f"refused: bundle {models / 'sensors' / '1'}: encoder.onnx: its SHA-256 is" in server.log()
        assert "serving colours/1, toy/1, toy/2, toy-vae/1" in server.log()

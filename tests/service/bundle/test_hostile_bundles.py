"""Bundles that somebody has made to do harm: refused at the start and under /v2, while everything else serves."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from bundles import SENSORS, TOY, newer, write_bundle
from damages import Damage, change, golden, link_out, list_file, put
from hostile_graphs import GRAPHS
from latentd.bundle import BundleLimits, read_bundle
from latentd.errors import BundleError, RegistryEmptyError
from latentd.inference import Registry
from latentd.inference import registry as registry_module
from npy_files import npy
from servers import Server, serving

HUGE = 10**12


def packed(**arrays: bytes) -> bytes:
    """An npz of these files, which may be no arrays, as small as may be."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in arrays.items():
            archive.writestr(f"{name}.npy", content)
    return file.getvalue()


@cache
def bomb() -> bytes:
    """An npz of a few kilobytes that unpacks to 300 MiB."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("latents.npy", "w") as member:
        for _ in range(300):
            member.write(bytes(1 << 20))
    return file.getvalue()


def put_bomb(folder: Path) -> None:
    put("latents.npz", bomb())(folder)


def claiming(shape: str, content: bytes = bytes(16)) -> bytes:
    """An npy file whose header says that it has this shape."""
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\0" + len(header).to_bytes(2, "little") + header.encode() + content


def latents(content: bytes) -> Damage:
    return put("latents.npz", packed(latents=content))


def provenance(**fields: Any) -> Damage:
    def damage(folder: Path) -> None:
        path = folder / "manifest.json"
        manifest = json.loads(path.read_text())
        path.write_text(json.dumps({**manifest, "provenance": {**manifest["provenance"], **fields}}))

    return damage


def density(**fields: Any) -> Damage:
    def damage(folder: Path) -> None:
        path = folder / "manifest.json"
        manifest = json.loads(path.read_text())
        path.write_text(json.dumps({**manifest, "density": {**manifest["density"], **fields}}))

    return damage


def link_manifest_out(folder: Path) -> None:
    link_out("manifest.json")(folder)


def fifo(name: str) -> Damage:
    """A pipe that nobody writes to: whoever opens it waits for ever."""

    def damage(folder: Path) -> None:
        (folder / name).unlink()
        os.mkfifo(folder / name)

    return damage


def sparse_file(name: str, size: int) -> Damage:
    """A file that is as large as its record says, and takes no room."""

    def damage(folder: Path) -> None:
        with (folder / name).open("r+b") as file:
            file.truncate(size)
        list_file(name, bytes=size)(folder)

    return damage


DEEP: Any = 1
for _ in range(40):
    DEEP = [DEEP]

TABLE: dict[str, tuple[Damage, str, str]] = {
    **{
        f"a graph with {name}": (put("encoder.onnx", file), "encoder.onnx", why) for name, (file, why) in GRAPHS.items()
    },
    "a manifest that is a link": (link_manifest_out, "manifest.json", "leads out"),
    "a manifest that is a pipe": (fifo("manifest.json"), "manifest.json", "no such file"),
    "a card that is a pipe": (fifo("card.md"), "card.md", "not there"),
    "a terabyte of card": (list_file("card.md", bytes=HUGE), "manifest.json", "LATENTD_MAX_BUNDLE_BYTES sets is"),
    "a gigabyte of graph": (sparse_file("encoder.onnx", 1 << 30), "manifest.json", "LATENTD_MAX_BUNDLE_BYTES sets is"),
    "a card for days": (put("card.md", b"*a_ " * 100_000), "card.md", "at most 262144 are read"),
    "much gold": (sparse_file("golden.json", 17 << 20), "golden.json", "at most 16777216 are read"),
    "latents that unpack to much": (put_bomb, "latents.npz", "unpacks to"),
    "latents that promise a terabyte": (latents(claiming(f"({HUGE}, 2)")), "latents.npz", "is said to have"),
    "latents of no whole side": (latents(claiming("(-1, 2)")), "latents.npz", "does not hold latents"),
    "latents of overflowing sides": (latents(claiming(f"({2**63}, {2**63})")), "latents.npz", "does not hold latents"),
    "pickled latents": (latents(npy(np.zeros((20, 2), object))), "latents.npz", "Object arrays"),
    "latents in words": (latents(npy(np.array([["a", "b"]] * 20))), "latents.npz", "no numbers"),
    "latents past float32": (latents(npy(np.full((20, 2), 1e300))), "latents.npz", "finite rows of 2"),
    "latents that are none": (put("latents.npz", packed(other=npy(np.zeros(1)))), "latents.npz", "no array of latents"),
    "a zip of no arrays": (latents(b"none"), "latents.npz", "does not hold latents"),
    "inputs without end": (change(input_shape=[HUGE], picture_shape=None), "manifest.json", "input_shape"),
    "latents without end": (change(latent_dim=HUGE), "manifest.json", "latent_dim"),
    "a version past 64 bits": (change(version=2**70), "manifest.json", "version"),
    "epochs past 64 bits": (provenance(epochs=2**70), "manifest.json", "epochs"),
    "a seed past 64 bits": (provenance(seed=2**70), "manifest.json", "seed"),
    "a recipe past 64 bits": (provenance(recipe={"a": [2**70]}), "manifest.json", "whole numbers must be within"),
    "a recipe nested deep": (provenance(recipe={"a": DEEP}), "manifest.json", "nest more than 16 deep"),
    "a range past float32": (change(value_range={"low": -1e308, "high": 1e308}), "manifest.json", "value_range"),
    "a range of no width": (change(value_range={"low": 0.0, "high": 1e-300}), "manifest.json", "no range"),
    "weights below nothing": (density(weights=[-1.0, 2.0]), "manifest.json", "weights must be from 0 on"),
    "weights of nothing": (density(weights=[0.0, 0.0]), "manifest.json", "weights must be from 0 on"),
    "a tolerance below nothing": (golden(tolerance=-1.0), "golden.json", "tolerance"),
}
DAMAGES = pytest.mark.parametrize(("damage", "file", "reason"), TABLE.values(), ids=TABLE)


@DAMAGES
def test_at_the_start_it_is_refused_with_its_reason(toy_folder: Path, damage: Damage, file: str, reason: str) -> None:
    damage(toy_folder)
    with pytest.raises(RegistryEmptyError) as alone:
        Registry.load(toy_folder.parents[1], threads=1)
    (refusal,) = alone.value.refused
    assert (refusal.folder, refusal.file) == (toy_folder, file)
    assert reason in refusal.reason
    assert "\n" not in refusal.reason


@pytest.fixture(scope="module")
def control(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """A server whose models may be loaded again, and their folder."""
    models = tmp_path_factory.mktemp("models")
    for blueprint in (TOY, SENSORS):
        write_bundle(models, blueprint)
    shutil.copytree(models / "toy" / "1", models.parent / "good-toy", dirs_exist_ok=True)
    with serving(models, tmp_path_factory.mktemp("log") / "log", {"LATENTD_MODEL_CONTROL": "explicit"}) as server:
        yield server, models


@DAMAGES
def test_under_v2_it_is_refused_and_what_was_served_is_served_on(
    control: tuple[Server, Path], damage: Damage, file: str, reason: str
) -> None:
    server, models = control
    folder = models / "toy" / "1"
    shutil.rmtree(folder)
    for leftover in (file, "manifest.json"):  # what was linked to
        (models.parent / leftover).unlink(missing_ok=True)
    shutil.copytree(models.parent / "good-toy", folder)
    damage(folder)
    with httpx.Client(base_url=server.url, timeout=60) as client:
        answer = client.post("/v2/repository/models/toy/load")
        assert answer.status_code == 400
        assert f"toy/1/{file}" in answer.json()["error"]
        assert reason in answer.json()["error"]
        for query, width in (("toy", TOY.input_dim), ("sensors", SENSORS.input_dim)):
            assert client.post(f"/encode?model={query}", json={"inputs": [0.5] * width}).status_code == 200
    assert server.process.poll() is None


MEASURE = """
import resource, sys
from pathlib import Path
from latentd.inference import Registry

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

before = peak()
Registry.load(Path(sys.argv[1]), threads=1)
print(peak() - before)
"""


def test_graphs_that_would_unfold_to_any_size_take_no_memory(tmp_path: Path) -> None:
    for number, (content, _) in enumerate(GRAPHS.values(), start=1):
        put("encoder.onnx", content)(write_bundle(tmp_path, newer(TOY, number)))
    write_bundle(tmp_path, SENSORS)
    done = subprocess.run([sys.executable, "-c", MEASURE, tmp_path], capture_output=True, text=True, check=True)
    assert done.stderr.count("refused") == len(GRAPHS)
    assert int(done.stdout) < 100, "MiB"


def test_one_that_fails_in_a_way_that_nobody_thought_of_is_refused_too(
    toy_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = toy_folder.parents[1]
    write_bundle(models, SENSORS)

    def surprise(folder: Path, limits: BundleLimits) -> Any:
        if folder == toy_folder:
            raise MemoryError("no room")
        return read_bundle(folder, limits)

    monkeypatch.setattr(registry_module, "read_bundle", surprise)
    served = Registry.load(models, threads=1)
    assert served.names == ["sensors"]
    assert str(served.refused["toy", 1]) == f"bundle {toy_folder}: it cannot be loaded: MemoryError: no room"
    assert type(served.refused["toy", 1]) is BundleError


def test_folders_that_may_not_be_looked_into_are_passed_over(
    toy_folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    lost = toy_folder.parents[1] / "lost+found"
    lost.mkdir()
    iterate = Path.iterdir

    def forbid(folder: Path) -> Iterator[Path]:  # whoever runs the tests may be root, who may do anything
        if folder == lost:
            raise PermissionError(13, "Permission denied")
        return iterate(folder)

    monkeypatch.setattr(Path, "iterdir", forbid)
    assert Registry.load(toy_folder.parents[1], threads=1).names == ["toy"]
    assert "lost+found: Permission denied" in caplog.text


def test_the_limit_is_a_setting(toy_folder: Path) -> None:
    with pytest.raises(RegistryEmptyError, match="LATENTD_MAX_BUNDLE_BYTES sets is 1000"):
        Registry.load(toy_folder.parents[1], threads=1, limits=BundleLimits(bytes=1000))

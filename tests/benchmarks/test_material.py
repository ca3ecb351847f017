"""What is sent, and the files that the peers are installed and set up from."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import orjson
import pytest

from benchmarks.larger_model import LARGER, larger_model
from benchmarks.pictures import digits
from benchmarks.servers import PEERS, REPOSITORY
from benchmarks.site import Site, rotated
from latentd.inference import Autoencoder

REQUIREMENTS = sorted(PEERS.glob("*/requirements.txt"))


def test_rows_are_digits_as_they_are_usually_sent() -> None:
    rows = digits(REPOSITORY / "models")
    assert rows.shape == (64, 784)
    assert rows.dtype == np.float32
    assert len(np.unique(rows, axis=0)) == 64
    assert np.abs(rows * 255 - np.rint(rows * 255)).max() < 1e-4
    sizes = [len(orjson.dumps(row, option=orjson.OPT_SERIALIZE_NUMPY)) for row in rows]
    assert 3_400 < min(sizes) < max(sizes) < 4_500


def test_the_larger_model_gives_what_is_expected_of_it(site: Site, tmp_path: Path) -> None:
    folder, truth = larger_model(tmp_path, site.rows, site.truth)
    model = Autoencoder.load(folder / LARGER.name, threads=1)
    assert truth.latents.shape == (64, 32)
    assert np.abs(model.encode(site.rows) - truth.latents).max() < 1e-4


def test_there_is_a_make_target_for_each_peer() -> None:
    named = re.search(r"^PEERS = (.*)$", (REPOSITORY / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert named
    assert sorted(named[1].split()) == [path.parent.name for path in REQUIREMENTS]


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.parent.name)
def test_peers_are_pinned_without_addresses(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][\w.]*", line) for line in lines)
    assert any(line.startswith("onnxruntime==") for line in lines)


def test_nobody_always_goes_first() -> None:
    assert [rotated("abc", step) for step in range(4)] == [list("abc"), list("bca"), list("cab"), list("abc")]
    assert rotated([], 5) == []

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from latentd.inference.session import GraphError
from latentd_export import graphs as module
from latentd_export.facts import Facts
from latentd_export.graphs import open_graphs


def test_rows_are_run_in_parts_and_come_back_in_order(facts: dict[str, Facts], monkeypatch: pytest.MonkeyPatch) -> None:
    own, rows = facts["vae"].graphs, facts["vae"].dataset.held_out
    whole = own.encode(rows)
    monkeypatch.setattr(module, "ROWS_AT_ONCE", 7)
    parts = own.encode(rows)
    assert [part.shape for part in parts] == [(60, 3), (60, 3)]
    for one, other in zip(whole, parts, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


def test_decoding_keeps_the_axes_before_the_last(facts: dict[str, Facts]) -> None:
    latents = np.random.default_rng(0).standard_normal((2, 5, 3))
    outputs = facts["ae"].graphs.decode(latents.astype(np.float32))
    assert outputs.shape == (2, 5, 20)
    np.testing.assert_allclose(
        outputs[1, 3], facts["ae"].graphs.decode(latents[1, 3:4].astype(np.float32))[0], atol=1e-6
    )


def test_a_file_that_is_no_graph_is_refused(tmp_path: Path) -> None:
    for name in ("encoder.onnx", "decoder.onnx"):
        (tmp_path / name).write_bytes(b"no graph")
    with pytest.raises(GraphError):
        open_graphs(tmp_path, ("latent",))

from __future__ import annotations

import numpy as np
import pytest

from latentd.bundle.golden import Golden
from latentd_export.facts import Facts
from latentd_export.golden import ROWS, record_golden
from latentd_export.graphs import Graphs
from small_models import KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_the_answers_are_the_graphs_own_to_the_last_bit(facts: dict[str, Facts], kind: str) -> None:
    own = facts[kind]
    golden = Golden.model_validate_json(record_golden(own.graphs, own.dataset.held_out).model_dump_json())
    inputs = own.dataset.held_out[:ROWS]
    latents, *logvar = own.graphs.encode(inputs)
    for stored, expected in (
        (golden.inputs, inputs),
        (golden.latents, latents),
        (golden.outputs, own.graphs.decode(latents)),
    ):
        np.testing.assert_array_equal(np.array(stored, np.float32), expected)
    assert (golden.logvar is None) == (kind != "vae")
    if logvar:
        np.testing.assert_array_equal(np.array(golden.logvar, np.float32), logvar[0])


class Constant:
    """A graph that answers 500 to whatever it is asked."""

    def run(self, rows: np.ndarray) -> list[np.ndarray]:
        return [np.full((len(rows), 2), 500, np.float32)]


def test_the_tolerance_grows_with_the_numbers(facts: dict[str, Facts]) -> None:
    held_out = facts["ae"].dataset.held_out
    assert record_golden(facts["ae"].graphs, held_out).tolerance >= 1e-4
    large = Graphs(Constant(), Constant())  # type: ignore[arg-type]  # it runs like a session
    assert record_golden(large, held_out).tolerance == pytest.approx(0.05)

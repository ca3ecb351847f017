from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from latentd.inference.session import Session
from latentd_export import parity
from latentd_export.architectures import build_model
from latentd_export.datasets import Floats
from latentd_export.errors import ParityExceededError
from latentd_export.facts import Facts
from latentd_export.parity import measure_parity
from small_models import KINDS, make_recipe


@dataclass
class Shifted:
    """A session whose output number `place` is off by `amount`."""

    session: Session
    place: int
    amount: float

    def run(self, rows: Floats) -> list[Floats]:
        outputs = self.session.run(rows)
        outputs[self.place] = outputs[self.place] + np.float32(self.amount)
        return outputs


@pytest.mark.parametrize("kind", KINDS)
def test_both_graphs_agree_within_the_limits(facts: dict[str, Facts], kind: str) -> None:
    own = facts[kind]
    found = measure_parity(own.trained.model, own.graphs.encoder, own.graphs.decoder, own.dataset.held_out)
    assert found == own.parity
    assert found.batches == (1, 2, 7, 64)
    assert found.latent <= 1e-5
    assert found.output <= 1e-6


@pytest.mark.parametrize(
    ("part", "place", "amount"), [("encoder", 0, 3e-5), ("encoder", 1, 3e-5), ("decoder", 0, 3e-6)]
)
def test_each_output_of_each_graph_is_compared(facts: dict[str, Facts], part: str, place: int, amount: float) -> None:
    own = facts["vae"]
    sessions = {"encoder": own.graphs.encoder, "decoder": own.graphs.decoder}
    sessions[part] = Shifted(sessions[part], place, amount)  # type: ignore[assignment]  # it runs like a session
    with pytest.raises(ParityExceededError, match="latents" if part == "encoder" else "outputs"):
        measure_parity(own.trained.model, **sessions, held_out=own.dataset.held_out)


def test_rows_at_both_ends_of_the_range_and_noise_are_compared() -> None:
    held_out = np.full((3, 4), 0.5, np.float32)
    compared = list(parity._batches(held_out, (-2.0, 3.0)))
    assert [len(rows) for rows in compared] == [size for size in (1, 2, 7, 64) for _ in range(4)]
    assert [rows.min() for rows in compared[:3]] == [0.5, -2, 3]
    noise = compared[-1]
    assert -2 <= noise.min() < -1.5
    assert 2.5 < noise.max() <= 3


def test_other_weights_exceed_parity(facts: dict[str, Facts]) -> None:
    own = facts["ae"]
    other = build_model(make_recipe(seed=4, latent_dim=3), 20, (0.0, 1.0)).eval()
    with pytest.raises(ParityExceededError, match="latents in a batch of 1"):
        measure_parity(other, own.graphs.encoder, own.graphs.decoder, own.dataset.held_out)


def test_the_limit_is_absolute_where_values_are_bounded_and_a_share_where_they_are_not() -> None:
    found, reference = np.full((1, 1), 100.0005, np.float32), np.full((1, 1), 100, np.float32)
    assert parity._difference("latent", found, reference, 1e-5, bounded=False) > 1e-5
    with pytest.raises(ParityExceededError):
        parity._difference("latent", found, reference, 1e-5, bounded=True)


def test_nan_is_no_parity() -> None:
    with pytest.raises(ParityExceededError):
        parity._difference("output", np.full((1, 1), np.nan, np.float32), np.zeros((1, 1), np.float32), 1, bounded=True)

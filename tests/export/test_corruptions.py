from __future__ import annotations

import pytest
import torch

from latentd_export.corruptions import corrupt

ROWS = torch.full((200, 50), 0.5)


def corrupted(masked: float, noise_std: float, value_range: tuple[float, float] | None, seed: int = 1) -> torch.Tensor:
    return corrupt(ROWS, masked, noise_std, value_range, torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(("value_range", "low"), [((-1.0, 1.0), -1.0), ((0.0, 1.0), 0.0), (None, 0.0)])
def test_masked_values_are_the_low_end_and_the_others_stay(value_range: tuple[float, float] | None, low: float) -> None:
    rows = corrupted(0.3, 0.0, value_range)
    assert set(rows.flatten().tolist()) == {low, 0.5}
    assert abs((rows == low).double().mean().item() - 0.3) < 0.02  # of 10,000 values, one standard deviation is 0.005


def test_noise_has_its_standard_deviation_and_stays_in_the_range() -> None:
    free, kept = corrupted(0.0, 0.4, None), corrupted(0.0, 0.4, (0.0, 1.0))
    assert abs((free - ROWS).std().item() - 0.4) < 0.02
    assert free.min() < 0
    assert (kept.min().item(), kept.max().item()) == (0, 1)
    assert torch.equal(kept, free.clamp(0, 1))


def test_masking_comes_after_the_noise() -> None:
    assert (corrupted(0.5, 0.1, None) == 0).double().mean() > 0.45


def test_chance_comes_from_the_generator_alone() -> None:
    torch.manual_seed(8)
    first = corrupted(0.3, 0.1, None)
    assert torch.equal(first, corrupted(0.3, 0.1, None))
    assert not torch.equal(first, corrupted(0.3, 0.1, None, seed=2))


def test_no_corruption_changes_nothing_and_draws_nothing() -> None:
    generator = torch.Generator().manual_seed(1)
    before = generator.get_state()
    assert torch.equal(corrupt(ROWS, 0.0, 0.0, (0.0, 1.0), generator), ROWS)
    assert torch.equal(generator.get_state(), before)

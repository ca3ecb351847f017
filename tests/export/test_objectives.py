from __future__ import annotations

from math import log

import pytest
import torch
from torch.distributions import Bernoulli, Independent, Normal, kl_divergence

from latentd_export.architectures import build_model
from latentd_export.corruptions import corrupt
from latentd_export.errors import RecipeInvalidError
from latentd_export.objectives import CrossEntropy, SquaredError, build_objective, kl_rows
from small_models import make_recipe


def test_kl_is_torch_s_own() -> None:
    latent, logvar = torch.randn(9, 4), torch.randn(9, 4)
    expected = kl_divergence(
        Independent(Normal(latent, (logvar / 2).exp()), 1), Independent(Normal(torch.zeros(4), torch.ones(4)), 1)
    )
    torch.testing.assert_close(kl_rows(latent, logvar), expected)


def test_squared_error_is_a_gaussian_s_likelihood() -> None:
    decoder = build_model(make_recipe(), 6, None).decoder
    scores, inputs = torch.randn(5, 6), torch.randn(5, 6)
    expected = -Independent(Normal(scores, torch.ones(5, 6)), 1).log_prob(inputs)  # type: ignore[no-untyped-call]  # torch types it not
    torch.testing.assert_close(SquaredError().rows(decoder, scores, inputs), expected)


def test_cross_entropy_is_a_bernoulli_s_likelihood_over_the_range() -> None:
    decoder = build_model(make_recipe(), 6, (-1.0, 3.0)).decoder
    scores, shares = torch.randn(5, 6), torch.randint(0, 2, (5, 6)).float()
    expected = -Independent(Bernoulli(logits=scores), 1).log_prob(shares)  # type: ignore[no-untyped-call]  # as above
    torch.testing.assert_close(CrossEntropy().rows(decoder, scores, shares * 4 - 1), expected)


def test_cross_entropy_needs_a_range() -> None:
    decoder = build_model(make_recipe(), 6, None).decoder
    with pytest.raises(RecipeInvalidError, match="value_range"):
        CrossEntropy().rows(decoder, torch.zeros(1, 6), torch.zeros(1, 6))


def test_the_denoising_target_is_the_clean_row() -> None:
    model, inputs = build_model(make_recipe("dae"), 50, (0.0, 1.0)), torch.rand(8, 50)
    generator = torch.Generator().manual_seed(3)
    corrupted = corrupt(inputs, 0.3, 0.1, (0.0, 1.0), torch.Generator().manual_seed(3))
    expected = (model(corrupted) - inputs).square().mean()
    torch.testing.assert_close(build_objective(make_recipe("dae"))(model, inputs, generator), expected)


def test_an_untrained_vae_pays_about_log_2_for_each_value() -> None:
    model = build_model(make_recipe("vae"), 400, (0.0, 1.0))
    loss = build_objective(make_recipe("vae"))(model, torch.rand(30, 400), torch.Generator().manual_seed(0))
    assert abs(loss.item() / 400 - log(2)) < 0.05


def test_masking_takes_its_share_and_noise_keeps_the_range() -> None:
    inputs = torch.full((200, 500), 0.5)
    generator = torch.Generator().manual_seed(0)
    masked = corrupt(inputs, 0.3, 0.0, (-1.0, 1.0), generator)
    assert abs((masked == -1).float().mean().item() - 0.3) < 0.01
    assert ((masked == -1) | (masked == 0.5)).all()
    noisy = corrupt(inputs, 0.0, 0.4, (-1.0, 1.0), generator)
    assert noisy.max() <= 1
    assert abs(corrupt(inputs, 0.0, 0.4, None, generator).std().item() - 0.4) < 0.01
    assert (corrupt(inputs, 0.2, 0.0, None, generator) == 0).any()

from __future__ import annotations

import pytest
import torch

from latentd_export.architectures import LOGVAR_BOUND, VariationalAutoencoder, build_model
from latentd_export.layer_table import format_table, layer_table
from latentd_export.recipe import read_recipe
from small_models import KINDS, make_recipe

FORMS = [(13, None, 5), (3 * 32 * 32, (0.0, 1.0), 2), (6, (-1.0, 3.0), 1)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("input_dim", "value_range", "latent_dim"), FORMS)
def test_any_size_goes_in_and_comes_out(
    kind: str, input_dim: int, value_range: tuple[float, float] | None, latent_dim: int
) -> None:
    model = build_model(make_recipe(kind, latent_dim=latent_dim), input_dim, value_range)
    inputs = torch.rand(7, input_dim)
    assert model.encode(inputs).shape == (7, latent_dim)
    assert model(inputs).shape == (7, input_dim)


@pytest.mark.parametrize("value_range", [(0.0, 1.0), (-1.0, 3.0)])
def test_outputs_stay_in_the_value_range(value_range: tuple[float, float]) -> None:
    model = build_model(make_recipe(), 6, value_range)
    outputs = model.decoder(torch.randn(50, 2) * 1e4)
    assert outputs.min() >= value_range[0]
    assert outputs.max() <= value_range[1]


def test_without_a_range_outputs_are_not_squashed() -> None:
    decoder = build_model(make_recipe(), 6, None).decoder
    latents = torch.randn(5, 2) * 100
    torch.testing.assert_close(decoder(latents), decoder.score(latents))


def test_logvar_is_clamped_in_the_module_that_is_exported() -> None:
    model = build_model(make_recipe("vae"), 6, None)
    logvar = model.encoder(torch.randn(20, 6) * 1e9)[1]
    with torch.no_grad():
        model.encoder.get_parameter("logvar.bias").fill_(1e6)
    assert logvar.abs().max() <= LOGVAR_BOUND
    assert model.encoder(torch.zeros(1, 6))[1].max() == LOGVAR_BOUND


def test_a_draw_has_the_posterior_s_mean_and_spread() -> None:
    model = build_model(make_recipe("vae"), 6, None)
    assert isinstance(model, VariationalAutoencoder)
    inputs = torch.randn(1, 6).repeat(20_000, 1)
    draws, latent, logvar = model.sample(inputs, torch.Generator().manual_seed(0))
    torch.testing.assert_close(draws.mean(dim=0), latent[0], atol=0.03, rtol=0)
    torch.testing.assert_close(draws.std(dim=0), (logvar[0] / 2).exp(), atol=0.03, rtol=0)


def test_weights_follow_from_the_seed_and_leave_torch_s_own_chance_alone() -> None:
    state = torch.get_rng_state()
    first, second = (build_model(make_recipe(), 6, None).state_dict() for _ in range(2))
    other = build_model(make_recipe(seed=9), 6, None).state_dict()
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)
    assert torch.equal(torch.get_rng_state(), state)


def test_the_layer_table_adds_up_as_promised() -> None:
    layers = layer_table(build_model(read_recipe("ae-mnist"), 784, (0.0, 1.0)))
    assert [layer.parameters for layer in layers] == [50_240, 130, 192, 50_960]
    text = format_table("ae-mnist", 784, layers)
    assert all(number in text for number in ("50,240", "130", "50,370", "192", "50,960", "51,152", "101,522"))


@pytest.mark.parametrize("kind", KINDS)
def test_the_layer_table_counts_every_parameter(kind: str) -> None:
    model = build_model(make_recipe(kind, hidden=[9, 4]), 13, None)
    assert sum(layer.parameters for layer in layer_table(model)) == sum(p.numel() for p in model.parameters())

"""What is done to rows, against the model itself."""

from __future__ import annotations

import numpy as np
import pytest

from bundles import TOY, TOY_VAE
from latentd.errors import PosteriorMissingError
from latentd.files.work import decoding, encoding, reconstruction
from latentd.inference import Autoencoder, Registry
from latentd.inference.cores import usable_cores


@pytest.fixture
def toy(registry: Registry) -> Autoencoder:
    return registry.get("toy", 1)


@pytest.fixture
def vae(registry: Registry) -> Autoencoder:
    return registry.get("toy-vae")


def test_encoding_gives_all_that_the_encoder_gives(toy: Autoencoder, vae: Autoencoder) -> None:
    rows = TOY.inputs(4)
    columns = encoding(toy).run(rows)
    assert list(columns) == ["latents"]
    np.testing.assert_allclose(columns["latents"], TOY.encode(rows), atol=1e-5)
    columns = encoding(vae).run(rows)
    assert list(columns) == ["latents", "logvar"]
    np.testing.assert_allclose(columns["logvar"], TOY_VAE.logvar(rows), atol=1e-5)


def test_a_draw_goes_on_from_call_to_call(vae: Autoencoder) -> None:
    rows = TOY_VAE.inputs(7)
    work, whole = encoding(vae, seed=3), encoding(vae, seed=3).run(rows)["latents"]
    parts = [work.run(rows[:3])["latents"], work.run(rows[3:])["latents"]]
    np.testing.assert_allclose(np.concatenate(parts), whole, atol=1e-6)
    assert np.abs(whole - vae.encode(rows)).max() > 0.1


def test_only_a_draw_needs_its_rows_in_order(toy: Autoencoder, vae: Autoencoder) -> None:
    assert encoding(vae, seed=3).threads == 1
    for work in (encoding(vae), decoding(toy), reconstruction(toy)):
        assert work.threads == usable_cores()


def test_there_is_nothing_to_draw_from_without_a_posterior(toy: Autoencoder) -> None:
    with pytest.raises(PosteriorMissingError):
        encoding(toy, seed=1)


def test_decoding_gives_outputs(toy: Autoencoder) -> None:
    latents = TOY.encode(TOY.inputs(4))
    columns = decoding(toy).run(latents)
    assert list(columns) == ["outputs"]
    np.testing.assert_allclose(columns["outputs"], TOY.decode(latents), atol=1e-5)


def test_a_reconstruction_is_judged(toy: Autoencoder) -> None:
    rows = TOY.inputs(20)
    found = toy.reconstruct_rows(rows)
    columns = reconstruction(toy).run(rows)
    assert list(columns) == ["outputs", "latents", "errors", "percentiles"]
    for name, values in columns.items():
        np.testing.assert_array_equal(values, getattr(found, name))
    anomalous = reconstruction(toy, threshold=50).run(rows)["anomalous"]
    np.testing.assert_array_equal(anomalous, found.percentiles > 50)
    assert 0 < anomalous.sum() < 20

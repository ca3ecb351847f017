"""GET /sample: where samples come from, and when they are the same again."""

from __future__ import annotations

import numpy as np
import pytest

from bundles import TOY_VAE
from latentd.api.sample import SampleQuery, sample, view_samples
from latentd.inference import Registry
from questions import answer, fields_in, question
from viewing import JSON


@pytest.mark.parametrize(("name", "source"), [("toy-vae", "prior"), ("toy", "fitted density")])
def test_it_says_where_they_come_from(registry: Registry, name: str, source: str) -> None:
    assert view_samples(registry.get(name), SampleQuery(n=2, seed=1), JSON).fields["source"] == source


def test_of_a_prior_they_are_normal_numbers_decoded(registry: Registry) -> None:
    result = view_samples(registry.get("toy-vae"), SampleQuery(n=3, seed=5), JSON)
    latents = np.random.default_rng(5).standard_normal((3, 5)).astype(np.float32)
    np.testing.assert_array_equal(result.fields["latents"], latents)
    np.testing.assert_allclose(np.asarray(result.array, np.float32), TOY_VAE.decode(latents), atol=1e-6)


def test_a_seed_that_was_made_up_is_told_and_gives_the_same_again(registry: Registry) -> None:
    first = fields_in(answer(sample, registry, question("n=2", {"Accept": JSON})))
    again = fields_in(answer(sample, registry, question(f"n=2&seed={first['seed']}", {"Accept": JSON})))
    assert again == first


def test_only_a_stated_seed_may_be_kept(registry: Registry) -> None:
    kept, not_kept = (answer(sample, registry, question(query)) for query in ("n=2&seed=1", "n=2"))
    assert b"etag" in dict(kept.headers)
    assert b"etag" not in dict(not_kept.headers)

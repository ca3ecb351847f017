"""GET and POST /traverse: what is asked, and what is computed."""

from __future__ import annotations

import numpy as np
import pytest

from bundles import TOY_VAE
from latentd.api.traverse import TraverseInputQuery, TraverseQuery, traverse_input, view_input, view_traversal
from latentd.errors import ParameterInvalidError, ShapeMismatchError
from latentd.inference import Autoencoder, Registry
from questions import answer, fields_in, question
from viewing import JSON

ROW = TOY_VAE.inputs(1)[0]


@pytest.fixture
def model(registry: Registry) -> Autoencoder:
    return registry.get("toy-vae")


def test_a_query_is_settled_with_the_models_span_and_latent(model: Autoencoder) -> None:
    settled = TraverseQuery(dim=2, low=0.2).settled(model)
    assert (settled.low, settled.high, settled.latents) == (0.2, 0.95, (0, 0, 0, 0, 0))


@pytest.mark.parametrize(
    ("query", "name"),
    [(TraverseQuery(dim=5), "dim"), (TraverseQuery(latents=(1,)), "latents"), (TraverseQuery(low=2), "low")],
)
def test_what_the_model_cannot_do_is_refused(model: Autoencoder, query: TraverseQuery, name: str) -> None:
    with pytest.raises(ParameterInvalidError) as caught:
        query.settled(model)
    assert caught.value.name == name


def test_one_dimension_is_varied_and_the_others_held(model: Autoencoder) -> None:
    result = view_traversal(model, TraverseQuery(dim=1, steps=3, latents=(1, 2, 3, 4, 5)), JSON)
    latents = np.asarray(result.fields["latents"])
    np.testing.assert_array_equal(np.delete(latents, 1, axis=1), [[1, 3, 4, 5]] * 3)
    np.testing.assert_allclose(latents[:, 1], result.fields["values"], rtol=1e-6)
    np.testing.assert_allclose(np.asarray(result.array, np.float32), TOY_VAE.decode(latents), atol=1e-6)


def test_an_input_is_traversed_from_its_own_latent(model: Autoencoder) -> None:
    result = view_input(model, TraverseInputQuery(steps=2), (0, 3), ROW)
    np.testing.assert_allclose(result.fields["latent"], TOY_VAE.encode(ROW[None])[0], atol=1e-6)
    first, inactive = result.fields["traversals"]
    assert (first["dim"], first["active"], inactive["dim"], inactive["active"]) == (0, True, 3, False)
    np.testing.assert_array_equal(result.array[0], result.fields["output"])
    assert result.array.shape == (1 + 2 * 2, 12)


def test_options_beside_the_input_go_before_the_query(registry: Registry) -> None:
    body = {"inputs": ROW, "dims": [4], "steps": 3}
    found = fields_in(answer(traverse_input, registry, question("model=toy-vae&dims=0,1&steps=2", body=body)))
    assert [(each["dim"], len(each["values"])) for each in found["traversals"]] == [(4, 3)]


def test_without_dims_every_active_one_is_varied(registry: Registry) -> None:
    found = fields_in(answer(traverse_input, registry, question("model=toy-vae&steps=2", body={"inputs": ROW})))
    assert [each["dim"] for each in found["traversals"]] == [0, 1, 2, 4]


def test_several_inputs_are_refused(registry: Registry) -> None:
    with pytest.raises(ShapeMismatchError, match="one vector to traverse; got 2"):
        answer(traverse_input, registry, question("model=toy-vae", body={"inputs": [ROW, ROW]}))


def test_more_rows_than_may_be_decoded_are_refused(registry: Registry) -> None:
    with pytest.raises(ParameterInvalidError, match="dims=2 times steps=5, which is 10"):
        answer(traverse_input, registry, question("dims=0,1&steps=5", body={"inputs": ROW}), max_rows=9)

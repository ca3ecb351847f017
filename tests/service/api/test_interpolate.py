"""GET and POST /interpolate: what is asked, and what is computed."""

from __future__ import annotations

import numpy as np
import pytest

from bundles import TOY_VAE
from latentd.api.interpolate import (
    InterpolateInputQuery,
    InterpolateQuery,
    interpolate_inputs,
    view_inputs,
    view_latents,
)
from latentd.errors import MediaTypeUnsupportedError, ParameterInvalidError, ShapeMismatchError
from latentd.inference import Registry
from questions import answer, fields_in, question
from viewing import JPEG, JSON, PNG, RAW

PAIR = TOY_VAE.inputs(2)


def asked(start: tuple[float, ...], end: tuple[float, ...], **further: object) -> InterpolateQuery:
    return InterpolateQuery.model_validate({"from": start, "to": end, **further})


def test_ends_are_settled_as_the_model_takes_them(registry: Registry) -> None:
    settled = asked((0.1, 0), (1, 1)).settled(registry.get("toy"))
    assert settled == asked((float(np.float32(0.1)), 0), (1, 1)).settled(registry.get("toy"))


@pytest.mark.parametrize(
    ("query", "name"),
    [
        (asked((1,), (0, 0)), "from"),
        (asked((0, 0), (1, 2, 3)), "to"),
        (asked((0, 0), (1, 1), method="slerp"), "method"),
    ],
)
def test_what_the_model_cannot_do_is_refused(registry: Registry, query: InterpolateQuery, name: str) -> None:
    with pytest.raises(ParameterInvalidError) as caught:
        query.settled(registry.get("toy"))
    assert caught.value.name == name


def test_the_way_is_decoded(registry: Registry) -> None:
    result = view_latents(registry.get("toy-vae"), asked((0,) * 5, (1,) * 5, steps=3), JSON)
    np.testing.assert_allclose(result.fields["latents"], np.outer([0, 0.5, 1], np.ones(5)))
    np.testing.assert_allclose(
        np.asarray(result.array, np.float32), TOY_VAE.decode(np.asarray(result.fields["latents"])), atol=1e-6
    )
    assert result.fields["method"] == "linear"


def test_between_inputs_it_goes_from_latent_to_latent(registry: Registry) -> None:
    result = view_inputs(registry.get("toy-vae"), InterpolateInputQuery(steps=4, method="slerp"), PAIR)
    latents = np.asarray(result.fields["latents"])
    assert latents.shape == (4, 5)
    np.testing.assert_allclose(latents[[0, -1]], TOY_VAE.encode(PAIR), atol=1e-6)


def test_raw_rows_are_two_inputs_as_well(registry: Registry) -> None:
    as_json = answer(interpolate_inputs, registry, question("model=toy-vae&steps=3", body={"inputs": PAIR}))
    headers = {"Content-Type": RAW}
    raw = answer(interpolate_inputs, registry, question("model=toy-vae&steps=3", headers, PAIR.tobytes()))
    assert fields_in(raw) == fields_in(as_json)


@pytest.mark.parametrize("media_type", [PNG, JPEG])
def test_a_picture_is_one_input_and_no_two(registry: Registry, media_type: str) -> None:
    with pytest.raises(MediaTypeUnsupportedError, match=r"accepted are application/json, [^ ]+, application/x-npy$"):
        answer(interpolate_inputs, registry, question(headers={"Content-Type": media_type}, body=b"x"))


@pytest.mark.parametrize("rows", [1, 3])
def test_other_than_two_inputs_are_refused(registry: Registry, rows: int) -> None:
    with pytest.raises(ShapeMismatchError, match=f"two vectors to go between; got {rows}"):
        answer(interpolate_inputs, registry, question("model=toy-vae", body={"inputs": TOY_VAE.inputs(rows)}))

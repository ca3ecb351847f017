"""encode, decode and reconstruct, without a server."""

from __future__ import annotations

import json

import numpy as np
import pytest

from bundles import TOY, TOY_VAE, newer
from latentd.api.coding import decode, encode, reconstruct
from latentd.errors import AnswerUnacceptableError, ModelNotFoundError, PictureTooLargeError, PosteriorMissingError
from latentd.inference import Registry
from questions import answer, fields_in, question
from viewing import JSON, PNG, RAW, draw, pixels_in

INPUTS = TOY.inputs(3)
TOY_2 = newer(TOY)


def test_inputs_become_latents_in_their_shape(registry: Registry) -> None:
    fields = fields_in(answer(encode, registry, question(body={"inputs": INPUTS.reshape(1, 3, 12)})))
    assert (fields["model"], fields["version"]) == ("toy", 2)
    np.testing.assert_allclose(fields["latents"], TOY_2.encode(INPUTS)[None], atol=1e-6)
    assert "logvar" not in fields


def test_a_vae_tells_how_sure_it_is(registry: Registry) -> None:
    fields = fields_in(answer(encode, registry, question("model=toy-vae", body={"inputs": TOY_VAE.inputs(2)})))
    np.testing.assert_allclose(fields["logvar"], TOY_VAE.logvar(TOY_VAE.inputs(2)), atol=1e-6)


def test_a_draw_has_a_seed_whoever_made_it_up(registry: Registry) -> None:
    body = {"inputs": TOY_VAE.inputs(2)}
    drawn = fields_in(answer(encode, registry, question("model=toy-vae&sample=true", body=body)))
    again = question(f"model=toy-vae&sample=true&seed={drawn['seed']}", body=body)
    assert fields_in(answer(encode, registry, again)) == drawn
    assert drawn["latents"] != fields_in(answer(encode, registry, question("model=toy-vae", body=body)))["latents"]


def test_what_cannot_be_answered_is_refused_before_the_body_is_read(registry: Registry) -> None:
    with pytest.raises(PosteriorMissingError):
        answer(encode, registry, question("sample=true", body=b"no JSON"))
    with pytest.raises(AnswerUnacceptableError):
        answer(encode, registry, question(headers={"Accept": PNG}, body=b"no JSON"))
    with pytest.raises(ModelNotFoundError):
        answer(decode, registry, question("model=tay", body=b"no JSON"))


def test_latents_become_outputs(registry: Registry) -> None:
    latents = TOY_2.encode(INPUTS)
    asked = question(headers={"Content-Type": RAW, "Accept": RAW}, body=latents.tobytes())
    outputs = np.frombuffer(answer(decode, registry, asked).body, "<f4").reshape(3, 12)
    np.testing.assert_allclose(outputs, TOY_2.decode(latents), atol=1e-6)


def test_a_sheet_that_is_too_large_is_refused(registry: Registry) -> None:
    asked = question(headers={"Accept": PNG}, body={"latents": [[0, 0]] * 5})
    with pytest.raises(PictureTooLargeError):
        answer(decode, registry, asked, max_pixels=48)


def test_a_reconstruction_says_how_far_off_it_is(registry: Registry) -> None:
    fields = fields_in(answer(reconstruct, registry, question("threshold=50", body={"inputs": INPUTS})))
    outputs = TOY_2.decode(TOY_2.encode(INPUTS))
    np.testing.assert_allclose(fields["errors"], np.square(outputs - INPUTS).mean(axis=1), rtol=1e-4)
    assert fields["anomalous"] == [percentile > 50 for percentile in fields["percentiles"]]


def test_one_row_has_one_error(registry: Registry) -> None:
    fields = fields_in(answer(reconstruct, registry, question(body={"inputs": INPUTS[0]})))
    assert isinstance(fields["errors"], float)
    assert "anomalous" not in fields


def test_originals_are_drawn_above_what_came_of_them(registry: Registry) -> None:
    body = json.dumps({"inputs": INPUTS[0].tolist()}).encode()
    pixels = pixels_in(answer(reconstruct, registry, question(headers={"Accept": PNG}, body=body)).body)
    outputs = fields_in(answer(reconstruct, registry, question(headers={"Accept": JSON}, body=body)))["outputs"]
    np.testing.assert_array_equal(pixels, np.concatenate([draw(TOY, INPUTS[0]), draw(TOY, outputs)]))

"""grid, traverse, interpolate, sample and latents: a client gives what the in-process library gives."""

from __future__ import annotations

import dataclasses
from typing import Any

import httpx
import numpy as np
import pytest

from bundles import TOY, TOY_VAE
from latentd.client import ExamplesMissingError, LatentClient, ParameterInvalidError, ShapeMismatchError
from latentd.inference import Registry

CALLS: list[tuple[str, str, tuple[Any, ...], dict[str, Any]]] = [
    ("grid", "toy", (), {}),
    ("grid", "toy", (3, 5), {"dims": (1, 0), "low": 0.2, "high": 0.7}),
    ("grid", "toy-vae", (2,), {"cols": 3, "dims": [1, 3], "base": [0.1, 0.2, 0.3, 0.4, 0.5]}),
    ("grid", "sensors", (2, 2), {"spacing": "linear", "low": -1, "high": 2}),
    ("grid", "toy", (2, 2), {"base": np.array([0.1, -0.7], np.float32)}),
    ("traverse", "toy", (), {}),
    ("traverse", "toy-vae", (3,), {"steps": 4, "latents": np.linspace(0, 1, 5)}),
    ("traverse", "sensors", (2,), {"spacing": "linear", "low": -0.1, "high": 0.3}),
    ("interpolate", "toy", ([0, 0], [0.1, 1 / 3]), {}),
    ("interpolate", "toy-vae", (np.ones(5), -np.arange(5)), {"steps": 3, "method": "slerp"}),
    ("sample", "toy", (), {"seed": 1}),
    ("sample", "toy-vae", (3,), {"seed": 2**63 - 1}),
]


def check_same(found: Any, expected: Any) -> None:
    """Two results of one kind with the same values."""
    assert type(found) is type(expected)
    for field in dataclasses.fields(found):
        ours, theirs = getattr(found, field.name), getattr(expected, field.name)
        if isinstance(theirs, np.ndarray):
            np.testing.assert_allclose(ours, theirs, atol=1e-6, strict=True, err_msg=field.name)
        elif isinstance(theirs, tuple):
            assert all(np.allclose(a, b, atol=1e-12) for a, b in zip(ours, theirs, strict=True)), field.name
        else:
            assert ours == theirs, field.name


@pytest.mark.parametrize(("name", "model", "args", "options"), CALLS)
def test_a_view_is_that_of_this_process(
    latent: LatentClient, registry: Registry, name: str, model: str, args: tuple[Any, ...], options: dict[str, Any]
) -> None:
    expected = getattr(registry.get(model), name)(*args, **options)
    check_same(getattr(latent, name)(*args, model=model, **options), expected)


def test_a_sample_without_a_seed_tells_the_one_that_was_made_up(latent: LatentClient) -> None:
    first = latent.sample(2)
    np.testing.assert_array_equal(latent.sample(2, seed=first.seed).latents, first.latents)


@pytest.mark.parametrize("shape", [(12,), (3, 4), (1, 12)])
def test_an_input_is_traversed(latent: LatentClient, registry: Registry, shape: tuple[int, ...]) -> None:
    row, model = TOY.inputs(1)[0], registry.get("toy")
    found = latent.traverse_input(row.reshape(shape), [1, 0], steps=3, low=0.1, high=0.9)
    np.testing.assert_allclose(found.latent, model.encode(row), atol=1e-6)
    np.testing.assert_allclose(found.output, model.decode(found.latent), atol=1e-6)
    assert [each.dim for each in found.traversals] == [1, 0]
    for each in found.traversals:
        check_same(each, model.traverse(each.dim, steps=3, latents=found.latent, low=0.1, high=0.9))


def test_an_input_is_traversed_along_active_dimensions_unless_others_are_named(latent: LatentClient) -> None:
    found = latent.traverse_input(TOY_VAE.inputs(1), model="toy-vae")
    assert [each.dim for each in found.traversals] == [0, 1, 2, 4]


def test_there_is_a_way_between_two_inputs(latent: LatentClient, registry: Registry) -> None:
    first, last = TOY_VAE.inputs(2)
    model = registry.get("toy-vae")
    found = latent.interpolate_inputs(first.reshape(3, 4), last.reshape(3, 4), steps=5, method="slerp", model="toy-vae")
    check_same(found, model.interpolate(model.encode(first), model.encode(last), steps=5, method="slerp"))


def test_held_out_latents_come_with_their_labels(latent: LatentClient, registry: Registry) -> None:
    found, expected = latent.latents(), registry.get("toy").held_out
    np.testing.assert_array_equal(found.latents, expected.latents, strict=True)
    np.testing.assert_array_equal(found.labels, expected.labels, strict=True)
    some = latent.latents(offset=3, limit=2)
    np.testing.assert_array_equal(some.latents, expected.latents[3:5])
    assert latent.latents(model="sensors").labels is None


def test_examples_are_held_out_inputs_with_what_is_known_of_them(latent: LatentClient) -> None:
    stored, indices = TOY_VAE.examples()
    found = latent.examples(model="toy-vae")
    assert found.labels is not None
    np.testing.assert_array_equal(found.indices, indices, strict=True)
    np.testing.assert_array_equal(found.inputs, stored / np.float32(255), strict=True)
    held_out = latent.latents(model="toy-vae")
    assert held_out.labels is not None
    np.testing.assert_array_equal(found.latents, held_out.latents[indices], strict=True)
    np.testing.assert_array_equal(found.labels, held_out.labels[indices], strict=True)
    shuffled = latent.examples(offset=2, limit=3, seed=5, model="toy-vae")
    np.testing.assert_array_equal(shuffled.inputs, stored[(shuffled.indices - 1) // 2] / np.float32(255))
    assert not np.array_equal(shuffled.indices, indices[2:5])


def test_a_model_without_examples_has_an_error_of_its_own(latent: LatentClient) -> None:
    with pytest.raises(ExamplesMissingError, match="sensors"):
        latent.examples(model="sensors")


WRONG: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("grid", (0,), {}),
    ("grid", (1000, 1000), {}),
    ("grid", (), {"dims": (0, 0)}),
    ("grid", (), {"base": [0, 0, 0]}),
    ("grid", (), {"low": float("nan")}),
    ("grid", (), {"low": 0.9, "high": 0.1}),
    ("grid", (), {"spacing": "log"}),
    ("traverse", (7,), {}),
    ("traverse", (), {"steps": 1}),
    ("traverse", (), {"latents": [1]}),
    ("interpolate", ([0, 0], [1]), {}),
    ("interpolate", ([0, 0], [1, 1]), {"method": "slerp"}),
    ("interpolate", ([0, 0], [1, 1]), {"steps": 1}),
    ("sample", (0,), {}),
    ("sample", (), {"seed": -1}),
    ("latents", (), {"offset": -1}),
    ("examples", (), {"offset": 8}),
    ("examples", (), {"seed": -1}),
]


@pytest.mark.parametrize(("name", "args", "options"), WRONG)
def test_a_wrong_parameter_is_refused(
    latent: LatentClient, name: str, args: tuple[Any, ...], options: dict[str, Any]
) -> None:
    with pytest.raises(ParameterInvalidError) as raised:
        getattr(latent, name)(*args, **options)
    assert raised.value.problem.errors[0]["parameter"]
    assert raised.value.problem.request_id


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("traverse_input", (np.zeros((2, 12)),)),
        ("traverse_input", (np.zeros((2, 6)),)),
        ("interpolate_inputs", (np.zeros(11), np.zeros(11))),
        ("interpolate_inputs", (np.zeros(12), np.zeros(11))),
    ],
)
def test_inputs_of_another_shape_are_refused(latent: LatentClient, name: str, args: tuple[Any, ...]) -> None:
    with pytest.raises(ShapeMismatchError):
        getattr(latent, name)(*args)


@pytest.mark.parametrize(
    ("name", "args", "path", "query"),
    [
        ("grid", (2, 3), "/grid", {"rows": 2, "cols": 3}),
        ("traverse", (1,), "/traverse", {"dim": 1}),
        ("interpolate", ([0, 0], [0.5, 1]), "/interpolate", {"from": "0,0", "to": "0.5,1"}),
        ("latents", (), "/latents", {}),
        ("examples", (), "/examples", {}),
    ],
)
def test_a_view_is_the_json_answer(
    latent: LatentClient, client: httpx.Client, name: str, args: tuple[Any, ...], path: str, query: dict[str, Any]
) -> None:
    fields = client.get(path, params=query, headers={"Accept": "application/json"}).json()
    found = getattr(latent, name)(*args)
    assert (found.model, found.version) == (fields["model"], fields["version"]) == ("toy", 2)
    np.testing.assert_array_equal(found.latents, np.array(fields["latents"], np.float32))

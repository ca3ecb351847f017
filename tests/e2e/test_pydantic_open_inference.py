"""pydantic-open-inference, whose tensors are pydantic models: what it gets is what made-up models compute."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bundles import TOY, newer
from peers import Peer
from servers import Server

ROWS = TOY.inputs(3)
LATENTS = np.array([[0.5, -0.25], [1, 2]], np.float32)
NEWEST = newer(TOY)

Agree = Callable[[Any, Any], None]


@pytest.fixture(scope="module")
def answers(server: Server) -> dict[str, Any]:
    """All that pydantic_client.py gets, from a server of made-up models."""
    given = {"rows": ROWS.tolist(), "latents": LATENTS.tolist()}
    found: dict[str, Any] = Peer.installed("pydantic-open-inference").ask("pydantic_client", server.url, given=given)
    return found


def test_it_finds_out_what_is_ready(answers: dict[str, Any]) -> None:
    assert answers["ready"] == [True, True, False]


def test_it_compares_its_models_with_our_metadata(answers: dict[str, Any]) -> None:
    assert answers["valid"] == [True, True, True, False, False]  # the last two have another output, another datatype


def test_it_encodes_with_a_version_and_without(answers: dict[str, Any], agree: Agree) -> None:
    agree(answers["latents"], [NEWEST.encode(ROWS), TOY.encode(ROWS)])


def test_it_decodes(answers: dict[str, Any], agree: Agree) -> None:
    agree(answers["outputs"], NEWEST.decode(LATENTS))


def test_it_gets_both_outputs_at_once(answers: dict[str, Any], agree: Agree) -> None:
    agree(answers["whole"]["latent"], NEWEST.encode(ROWS))
    agree(answers["whole"]["output"], NEWEST.decode(NEWEST.encode(ROWS)))


def test_integers_are_converted(answers: dict[str, Any], agree: Agree) -> None:
    agree(answers["bytes"], NEWEST.decode(np.array([[-1, 2]], np.float32)))


def test_a_refusal_has_its_status(answers: dict[str, Any]) -> None:
    assert answers["refused"] == [404, 400, 400, 400]  # no such model, no such output, no INT8, out of range
